# -*- coding: utf-8 -*-
"""What a message can hold. Python 2.7, 3.6 and later."""

from plain_shapes import give_up
from truth import shape


@shape(open_end=True)
def multi_line_message():
    give_up("first line\nsecond line\nthird line")


@shape(open_end=True)
def multi_line_message_with_blank():
    give_up("first line\n\nthird line")


@shape(open_end=True)
def indented_message():
    give_up("expected:\n    a = 1\n    b = 2\n  got: nothing")


@shape(open_end=True)
def message_starts_with_newline():
    give_up("\nbelow")


@shape(open_end=True)
def message_ends_with_newline():
    give_up("above\n")


@shape(open_end=True)
def fake_header_message():
    give_up(
        "worker said:\nTraceback (most recent call last):\n"
        '  File "/srv/fake/app.py", line 3, in fake\n    fake_source()\nKeyError: \'fake\''
    )


@shape()
def fake_header_in_line():
    give_up("got 'Traceback (most recent call last):' from the worker")


@shape(open_end=True)
def fake_frames_message():
    give_up('frames follow\n  File "/srv/fake/app.py", line 3, in fake\n    fake_source()\nOtherError: fake')


@shape()
def colon_message():
    give_up("a: b: c: Error: d")


@shape()
def space_message():
    give_up("   padded   ")


@shape()
def unicode_message():
    give_up("prix: 3 €, naïve, 漢字, 🐍")


@shape(since=(3, 6))
def separators_message():
    give_up("a\x0bb\x0cc\x1cd\x85e\u2028f")


@shape(ansi=True)
def ansi_message():
    give_up("\x1b[31mred\x1b[0m alert")


@shape()
def long_message():
    give_up("x" * 20000)
