"""Exception groups and notes. Python 3.11 and later."""

from chain_shapes import explicit_cause, implicit_context
from plain_shapes import ShopError, again, give_up
from truth import shape


def caught(function, *arguments):
    try:
        function(*arguments)
    except BaseException as error:
        return error


@shape()
def group():
    raise ExceptionGroup("outer", [caught(give_up), caught(lambda: {}["x"])])


@shape()
def group_of_one():
    raise ExceptionGroup("just one", [caught(give_up)])


@shape()
def group_without_tracebacks():
    raise ExceptionGroup("bare", [ValueError("a"), KeyError("b"), ShopError()])


@shape()
def base_group():
    raise BaseExceptionGroup("base", [KeyboardInterrupt(), caught(give_up)])


@shape()
def group_nested():
    inner = ExceptionGroup("inner", [TypeError("x"), caught(give_up, "deep inside")])
    raise ExceptionGroup("outer", [ValueError("first"), caught(throw, inner), caught(give_up, "last")])


@shape()
def group_with_causes():
    raise ExceptionGroup("causes", [caught(explicit_cause), caught(implicit_context)])


@shape()
def group_as_cause():
    try:
        group_nested()
    except ExceptionGroup as error:
        raise ShopError("because of many") from error


@shape()
def group_from_cause():
    try:
        give_up("root")
    except ValueError as error:
        raise ExceptionGroup("many", [KeyError("a"), caught(give_up)]) from error


@shape(open_end=True)
def group_multi_line():
    raise ExceptionGroup("two\nlines", [ValueError("multi\nline"), caught(give_up, "also\n\nmany")])


@shape(open_end=True)
def group_with_notes():
    inner = caught(give_up)
    inner.add_note("a note on the leaf\nof two lines")
    outer = ExceptionGroup("noted", [inner, KeyError("b")])
    outer.add_note("a note on the group")
    raise outer


@shape()
def group_too_wide():
    raise ExceptionGroup("wide", [ValueError(str(n)) for n in range(20)])


@shape()
def group_exactly_wide():
    raise ExceptionGroup("wide", [ValueError(str(n)) for n in range(15)])


@shape()
def group_sixteen():
    raise ExceptionGroup("wide", [ValueError(str(n)) for n in range(16)])


@shape()
def group_too_deep():
    error = ValueError("bottom")
    for level in range(14):
        error = ExceptionGroup("level %d" % level, [error])
    raise error


@shape()
def group_of_syntax_error():
    raise ExceptionGroup("bad", [caught(compile, "x = = 1", "/srv/app/typed.py", "exec"), ValueError("b")])


@shape()
def group_recursion():
    raise ExceptionGroup("deep", [caught(again, 30), caught(again, 5)])


def throw(error):
    raise error


@shape(open_end=True)
def note():
    error = ValueError("boom")
    error.add_note("while reading row 3")
    raise error


@shape(open_end=True)
def notes_many():
    error = ValueError("boom\nin two lines")
    error.add_note("first note")
    error.add_note("second note\n  with an indented line")
    error.add_note("")
    raise error


@shape(open_end=True)
def note_on_cause():
    error = caught(give_up, "root")
    error.add_note("on the root")
    raise ShopError("on top") from error


@shape(open_end=True)
def note_on_syntax_error():
    error = caught(compile, "x = = 1", "/srv/app/typed.py", "exec")
    error.add_note("in the console")
    raise error
