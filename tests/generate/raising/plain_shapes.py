# -*- coding: utf-8 -*-
"""Single exceptions: types, frames, repeats. Python 2.7, 3.6 and later."""

import json
import sys

from truth import shape


class ShopError(Exception):
    pass


class MainError(Exception):
    """As if defined in the program itself."""

    __module__ = "__main__"


class NamedElsewhere(Exception):
    __module__ = "shop.errors"


class Outer(object):
    class Inner(Exception):
        pass


class BadStr(Exception):
    def __str__(self):
        raise RuntimeError("no text")


def give_up(message="boom"):
    raise ValueError(message)


def deep(n, message="boom"):
    if n > 0:
        deep_again(n - 1, message)
    raise ValueError(message)


def deep_again(n, message):
    deep(n - 1, message)


@shape()
def plain():
    give_up()


@shape()
def nested_five_deep():
    def first():
        second()

    def second():
        third()

    def third():
        fourth()

    def fourth():
        give_up("five deep")

    first()


@shape()
def no_message():
    raise ShopError()


@shape()
def empty_message():
    raise ValueError("")


@shape()
def class_in_module():
    raise NamedElsewhere("from a module of its own")


@shape()
def class_in_main():
    raise MainError("from the program")


@shape()
def class_in_class():
    raise Outer.Inner("nested")


@shape()
def class_local():
    class LocalError(Exception):
        pass

    raise LocalError("made here")


@shape()
def library_error():
    json.loads("{")


@shape()
def unprintable():
    raise BadStr()


@shape()
def key_error():
    {"a": 1}["missing key"]


@shape()
def os_error():
    open("/no/such/file")


@shape()
def assertion():
    assert 1 == 2, "one is not two"


@shape()
def assertion_bare():
    assert 1 == 2


@shape()
def keyboard_interrupt():
    raise KeyboardInterrupt


@shape()
def system_exit():
    sys.exit(3)


@shape()
def zero_division():
    return 1 // 0


@shape()
def lambda_frame():
    (lambda x: give_up(x))("in a lambda")


@shape()
def comprehension_frame():
    [give_up(x) for x in ("in a list",)]


@shape()
def generator_frame():
    sum(give_up(x) for x in ("in a generator",))


@shape()
def class_body_frame():
    class Body(object):
        value = give_up("in a class body")


@shape()
def method_frame():
    class Service(object):
        def call(self):
            give_up("in a method")

    Service().call()


@shape()
def exec_frame():
    exec("def f():\n    give_up('in exec')\nf()", globals())


@shape()
def eval_frame():
    eval("give_up('in eval')")


@shape()
def compiled_named_frame():
    exec(compile("give_up('in a template')", "<template 'a b.html'>", "exec"), globals())


@shape()
def odd_file_name_frame():
    exec(compile('give_up("odd")', '/srv/we"ird, line 3, in x/a b.py', "exec"), globals())


@shape()
def import_error():
    from os import nothing_of_that_name  # noqa: F401


@shape(drift=True)
def attribute_error_suggests():
    class Box(object):
        content = 1

    Box().contents


@shape(drift=True)
def name_error_suggests():
    amount = 1
    return amuont + amount  # noqa: F821


@shape(drift=True)
def name_error_forgot_import():
    return statistics.mean([1])  # noqa: F821


@shape()
def unicode_decode_error():
    b"\xff\xfe".decode("utf-8")


@shape()
def multi_line_call():
    deep(
        2,
        "a call over "
        "several lines",
    )


@shape()
def operators():
    table = {"a": {"b": None}}
    return table["a"]["b"]["c"] + (1 / 2)


@shape(headless=True, no_traceback=True)
def without_traceback():
    raise ValueError("never raised")


def again(n):
    if n:
        return again(n - 1)
    give_up("at the bottom")


def ping(n):
    if not n:
        give_up("mutual")
    return pong(n - 1)


def pong(n):
    return ping(n)


@shape()
def repeats():
    again(60)


@shape()
def repeats_once_more():
    again(4)


@shape()
def repeats_just_not():
    again(3)


@shape()
def mutual_recursion():
    ping(20)


@shape()
def repeats_twice():
    def high(n):
        return high(n - 1) if n else again(9)

    high(8)


@shape(since=(3, 6))
def recursion_error():
    saved = sys.getrecursionlimit()
    sys.setrecursionlimit(300)
    try:
        forever()
    finally:
        sys.setrecursionlimit(saved)


def forever():
    forever()


@shape(native_only=True)
def recursion_over_the_limit():
    saved = sys.getrecursionlimit()
    sys.setrecursionlimit(2000)
    try:
        again(1200)
    finally:
        sys.setrecursionlimit(saved)
