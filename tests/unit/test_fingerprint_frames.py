"""Fingerprints: which frames count, and as what."""

from __future__ import annotations

import pytest

from stacktraces.model import Error, Frame
from tests.unit.errors import explain, fingerprint, kept, native, python, seen


@pytest.mark.parametrize(
    "path",
    [
        "/srv/app/shop/cart.py",
        "/home/ann/shop/cart.py",
        "/home/ann/projects/shop-2.1/shop/cart.py",
        "/app/shop/cart.py",
        "/var/www/site/shop/cart.py",
        "/builds/shop/cart.py",
        "/usr/src/app/shop/cart.py",
        "/home/ann/code/src/shop/cart.py",
        "shop/cart.py",
        "./shop/cart.py",
        r"C:\projects\shop\cart.py",
        "/opt/releases/20240101120000/shop/cart.py",
        "/srv/app.pyz/shop/cart.py",
        "/cache/bin/run.runfiles/main/shop/cart.py",
        "/srv/app/shop/cart.pyc",
    ],
)
def test_own_files_are_known_wherever_they_are_installed(path: str) -> None:
    expected = (
        ["cart.py:f"] if path in ("/home/ann/shop/cart.py", "/builds/shop/cart.py") else ["shop/cart.py:f"]
    )
    assert kept(python(f"{path}:f")) == expected


def test_a_script_and_what_lies_beside_it_are_known_by_name() -> None:
    one = python("/srv/deep/down/tools/run.py:<module>", "/srv/deep/down/tools/helpers.py:f")
    assert kept(one) == ["helpers.py:f", "run.py:<module>"]


@pytest.mark.parametrize(
    "prefix",
    [
        "/usr/lib/python3/dist-packages/",
        "/home/ann/venv/lib/python3.11/site-packages/",
        r"C:\Python311\Lib\site-packages" + "\\",
        "/x/lib/python2.7/site-packages/Django-1.4-py2.7.egg/",
        "/home/ann/.pex/installed_wheels/ab12/Django-4.2.whl/",
    ],
)
def test_installed_packages_are_relative_to_their_root(prefix: str) -> None:
    assert kept(python(f"{prefix}django/core/handlers/base.py:get_response")) == [
        "django/core/handlers/base.py:get_response"
    ]


@pytest.mark.parametrize(
    "file",
    ["/usr/lib/python3.9/os.py", "<frozen os>", r"C:\Python27\lib\os.py", "/opt/py/lib/python3.13t/os.py",
     "/usr/lib/python311.zip/os.py", "/src/cpython/Lib/os.py"],
)  # fmt: skip
def test_the_standard_library_counts_by_module(file: str) -> None:
    assert kept(python("a/b.py:f", f"{file}:makedirs", f"{file}:mkdir")) == ["os:makedirs", "a/b.py:f"]


def test_a_stack_of_the_standard_library_alone_is_kept() -> None:
    error = python("<frozen runpy>:_run_code", "/usr/lib/python3.11/json/tool.py:main",
                   "/usr/lib/python3.11/json/__init__.py:load")  # fmt: skip
    assert kept(error) == ["json:load", "json:main"]


def test_comprehensions_and_import_machinery_are_dropped_with_a_reason() -> None:
    error = python(
        "m.py:f", "m.py:<listcomp>", "<frozen importlib._bootstrap>:_load", "m.py:<genexpr>", "n.py:g"
    )
    steps = {step.token: step for step in explain(error).part.steps}
    assert kept(error) == ["n.py:g", "m.py:<genexpr>", "m.py:f"]
    assert "3.12" in steps["<listcomp>"].reason
    assert "import" in steps["importlib._bootstrap:_load"].reason


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (("socket.error", "[Errno 111] Connection refused"), ("ConnectionRefusedError", "x")),
        (("error", "[Errno 110] Connection timed out"), ("TimeoutError", "x")),
        (("IOError", "[Errno 2] No such file"), ("FileNotFoundError", "x")),
        (("IOError", "odd"), ("OSError", "odd")),
        (("socket.timeout", "timed out"), ("TimeoutError", "timed out")),
        (("requests.exceptions.ConnectTimeout", "x"), ("ConnectTimeout", "x")),
        (("RuntimeError", "maximum recursion depth exceeded"), ("RecursionError", "x")),
        (("f.<locals>.Boom", ""), ("f.Boom", "")),
        (("sre_constants.error", "x"), ("re.PatternError", "x")),
    ],
)
def test_renamed_types_are_the_same(old: tuple[str, str], new: tuple[str, str]) -> None:
    first = python("m.py:f", kind=old[0], message=old[1])
    second = python("m.py:f", kind=new[0], message=new[1])
    assert fingerprint(first) == fingerprint(second)


@pytest.mark.parametrize("kind", ["struct.error", "zlib.error"])
def test_errors_of_other_modules_are_no_os_errors(kind: str) -> None:
    assert explain(python("m.py:f", kind=kind, message="x")).part.type == "error"


def test_recursion_of_any_depth_is_one() -> None:
    def deep(count: int) -> Error:
        return python("m.py:main", *["m.py:a", "m.py:b", "m.py:c"] * count, "m.py:leaf")

    assert len({fingerprint(deep(count)) for count in (1, 2, 50)}) == 1


def test_a_recursion_that_returns_to_its_start_differs_from_none() -> None:
    assert fingerprint(python("m.py:walk", "m.py:visit", "m.py:walk")) != fingerprint(
        python("m.py:walk", "m.py:visit")
    )


def test_where_the_stack_was_full_and_where_it_was_cut_is_chance() -> None:
    cycle = ["m.py:a", "m.py:b"] * 99
    whole = python("m.py:main", *cycle, "m.py:a", "n.py:helper", kind="RecursionError")
    assert kept(whole) == ["m.py:b", "m.py:a"]
    for other in (cycle, cycle[1:], cycle[:-1], ["x.py:wrap", "m.py:p", "x.py:wrap", *cycle]):
        assert fingerprint(python(*other, kind="RecursionError")) == fingerprint(whole)
    assert fingerprint(python(*cycle, kind="ValueError")) != fingerprint(
        python(*cycle[1:], kind="ValueError")
    )


def test_a_full_stack_without_recursion_counts_whole() -> None:
    assert kept(python("m.py:f", "m.py:g", kind="RecursionError")) == ["m.py:g", "m.py:f"]


def test_native_machinery_is_dropped_on_both_ends() -> None:
    error = native(
        "__pthread_kill_implementation", "__GI_raise", "__GI_abort", "handler", "<signal handler called>",
        "__memmove_avx_unaligned_erms", "foo.isra.0", "IA__g_object_unref", "main", "__libc_start_main", "_start",
    )  # fmt: skip
    assert kept(error) == ["memcpy", "foo", "g_object_unref", "main"]
    assert all(step.reason for step in explain(error).part.steps)


def test_unknown_frames_are_known_by_their_module() -> None:
    one = seen(Frame(module="/lib/libfoo.so.1.2"), Frame(function="main"), Frame())
    other = seen(Frame(function="??", module="/opt/libfoo.so.9"), Frame(function="main"))
    assert kept(one) == ["libfoo:??", "main"]
    assert fingerprint(one) == fingerprint(other)


def test_nameless_frames_of_the_system_that_start_a_thread_do_not_count() -> None:
    libc = Frame(module="/lib/libc.so.6")
    begun = [Frame(function="work"), libc, Frame(function="start_thread"), libc]
    assert kept(seen(*begun)) == ["work"]
    assert kept(seen(libc, *begun)) == ["libc:??", "work"]


def test_guesses_of_the_kernel_do_not_count() -> None:
    sure = [Frame(function="f"), Frame(function="g")]
    assert fingerprint(seen(*sure)) == fingerprint(
        seen(sure[0], Frame(function="x", unreliable=True), sure[1])
    )
