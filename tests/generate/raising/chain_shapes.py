"""Chains of both kinds. Python 3.6 and later."""

import asyncio

from plain_shapes import NamedElsewhere, ShopError, again, deep, give_up
from truth import shape


@shape()
def explicit_cause():
    try:
        give_up("the root")
    except ValueError as error:
        raise ShopError("on top") from error


@shape()
def implicit_context():
    try:
        give_up("the root")
    except ValueError:
        {}["while handling"]


@shape()
def from_none():
    try:
        give_up("hidden")
    except ValueError:
        raise ShopError("alone") from None


@shape()
def chain_of_both_kinds():
    try:
        try:
            try:
                try:
                    give_up("one")
                except ValueError as error:
                    raise KeyError("two") from error
            except KeyError:
                deep(3, "three")
        except ValueError as error:
            raise NamedElsewhere("four") from error
    except NamedElsewhere:
        raise ShopError


@shape()
def long_chain():
    error = None
    for step in range(12):
        try:
            raise ValueError("step %d" % step) from error
        except ValueError as caught:
            error = caught
    raise ShopError("last") from error


@shape()
def cause_without_traceback():
    raise ShopError("on top") from KeyError("never raised")


@shape()
def cause_without_message():
    raise ShopError("on top") from OSError


@shape()
def cause_cycle():
    first, second = ValueError("first"), KeyError("second")
    first.__cause__, second.__cause__ = second, first
    raise first


@shape(open_end=True)
def cause_multi_line():
    try:
        give_up("root line 1\n\n  root line 3")
    except ValueError as error:
        raise ShopError("top line 1\ntop line 2") from error


@shape()
def cause_recursion():
    try:
        again(30)
    except ValueError as error:
        raise ShopError("too deep") from error


@shape()
def cause_syntax_error():
    try:
        compile("x = = 1", "/srv/app/typed.py", "exec")
    except SyntaxError as error:
        raise ShopError("bad program") from error


@shape(open_end=True)
def message_holds_chain_line():
    give_up("said\n\nDuring handling of the above exception, another exception occurred:\n\nnothing")


async def pause():
    await asyncio.sleep(0)
    await asyncio.sleep(0)


async def coroutine(n):
    if n:
        return await coroutine(n - 1)
    give_up("in a coroutine")


@shape()
def coroutine_frames():
    coro = coroutine(3)
    coro.send(None)
