"""Names without what differs from build to build."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacktraces.model import Frame
from stacktraces.naming import all_name_rules, name_rules, normalise, script_folder, symbol
from stacktraces.runtimes.native.names import module_name

NATIVE = {
    "foo": "foo",
    # compiler clones
    "foo.isra.0": "foo",
    "foo.part.1.constprop.0": "foo",
    "foo.cold": "foo",
    "foo.cold.12": "foo",
    "foo.lto_priv.0": "foo",
    "foo.llvm.1234567": "foo",
    "foo [clone .isra.0] [clone .cold]": "foo",
    "foo.1234": "foo",
    "main.add": "main.add",
    "_ZN3foo3barEv.isra.0": "foo::bar",
    # libc's decorations
    "IA__g_log": "g_log",
    "*IA__gtk_main": "gtk_main",
    "IA__FcConfigSubstitute": "FcConfigSubstitute",
    "*INT_cairo_fill_preserve": "cairo_fill_preserve",
    "INT_cairo_fill_preserve": "cairo_fill_preserve",
    "*INT_XftFontOpen": "XftFontOpen",
    "INT_handler": "INT_handler",
    "IA__": "IA__",
    "_IO_vfprintf_internal": "vfprintf",
    "__vfprintf_internal": "vfprintf",
    "_IO_new_fclose": "fclose",
    "__GI__IO_puts": "puts",
    "_gtk_widget_internal": "_gtk_widget_internal",
    "read$NOCANCEL": "read",
    "select$DARWIN_EXTSN$NOCANCEL": "select",
    "pthread_cond_wait$VARIANT$mp": "pthread_cond_wait",
    "$NOCANCELLED": "$NOCANCELLED",
    "__GI_raise": "raise",
    "*__GI_abort": "abort",
    "__GI___libc_malloc": "malloc",
    "__GI___libc_free": "free",
    "__libc_free": "free",
    "__libc_start_main": "libc_start_main",
    "__libc_message": "libc_message",
    "___pthread_mutex_lock": "pthread_mutex_lock",
    "__read_nocancel": "read",
    "__GI___nanosleep": "nanosleep",
    "memcpy@plt": "memcpy",
    "memcpy@@GLIBC_2.3.2": "memcpy",
    "memcpy@GLIBC_2.2.5": "memcpy",
    "__memmove_avx_unaligned_erms": "memcpy",
    "__memcpy_sse2_unaligned": "memcpy",
    "__memcpy_avx512_unaligned_erms": "memcpy",
    "__memset_evex_unaligned": "memset",
    "__strlen_avx2": "strlen",
    "__strcmp_sse42": "strcmp",
    "__strcpy_chk": "strcpy",
    "_int_free": "_int_free",
    "_start": "_start",
    # arguments, templates, lambdas, return types
    "nsDocShell::LoadURI(char16_t const*, unsigned int)": "nsDocShell::LoadURI",
    "std::function<int (int)>::operator()(int) const": "std::function::operator()",
    "void std::sort<int*>(int*, int*)": "std::sort",
    "ns::T<std::vector<int, A<int> > >::f(int)": "ns::T::f",
    "main::{lambda(int)#1}::operator()(int) const": "main::{lambda}::operator()",
    "main::{lambda(int)#27}::operator()(int) const": "main::{lambda}::operator()",
    "foo(int)::$_0::operator()(int) const": "foo::{lambda}::operator()",
    "<lambda(int)>::operator()(int) const": "{lambda}::operator()",
    "a::b()::'lambda0'(int)::operator()(int) const": "a::b::{lambda}::operator()",
    "operator()": "operator()",
    "operator new(unsigned long)": "operator new",
    "Foo<int>::operator bool() const": "Foo::operator bool",
    "std::ostream& operator<< <int>(std::ostream&, int)": "operator<<",
    "Foo::operator->": "Foo::operator->",
    "QString::operator==(QString const&) const": "QString::operator==",
    "A::operator<(A const&) const": "A::operator<",
    "(anonymous namespace)::f(int)": "anonymous::f",
    "foo[abi:cxx11](int)": "foo",
    "std::__cxx11::basic_string<char>::_M_create(unsigned long&)": "std::basic_string::_M_create",
    "non-virtual thunk to Foo::bar(int)": "Foo::bar",
    "Foo::~Foo()": "Foo::~Foo",
    "-[NSView drawRect:]": "-[NSView drawRect:]",
    "f(a->b)": "f",
    "my_operator(char)": "my_operator",
    "auto a::b(int) const::{lambda(int)#1}::operator()(int) const::{lambda(auto:1)#2}::operator()<c>(c) const": "a::b::{lambda}::operator()::{lambda}::operator()",
    "unsigned long my_operator(int)": "my_operator",
}
OTHERS = {
    "java": {
        "java.base/java.lang.Thread.run": "java.lang.Thread.run",
        "app//com.shop.Cart.total": "com.shop.Cart.total",
        "com.shop.Cart.lambda$main$0": "com.shop.Cart.lambda$main",
        "com.shop.Cart$$Lambda$14/0x0000000800c03000.run": "com.shop.Cart$$Lambda.run",
        "com.shop.Cart$$Lambda/0x00007f3a.run": "com.shop.Cart$$Lambda.run",
        "com.shop.Cart$1.run": "com.shop.Cart$.run",
        "com.sun.proxy.$Proxy12.go": "$Proxy.go",
        "com.shop.Cart$$EnhancerBySpringCGLIB$$5f3a.go": "com.shop.Cart.go",
        "com.shop.Cart$Item.<init>": "com.shop.Cart$Item.<init>",
    },
    "rust": {
        "core::panicking::panic_fmt::h0123456789abcdef": "core::panicking::panic_fmt",
        "app[0123456789abcdef]::main::{closure#0}": "app::main::{closure}",
        "r::S<T>::go::{{closure}}": "r::S::go::{closure}",
        "<app::Foo as app::Bar>::run": "app::Foo::run",
        "<alloc::boxed::Box<F,A> as core::ops::function::FnOnce<Args>>::call_once": "alloc::boxed::Box::call_once",
    },
    "go": {
        "main.(*Server).handle.func1.2": "main.(*Server).handle.{closure}",
        "github.com/x/y/v2.Map[...].Get": "github.com/x/y.Map.Get",
        "created by main.run in goroutine 1": "main.run",
    },
    "javascript": {"async Cart.total [as run]": "Cart.total", "new Cart": "Cart", "Object.<anonymous>": "Object.<anonymous>"},
    "ruby": {"block (2 levels) in Cart#total": "total", "Integer#/": "/", "<main>": "<main>", "rescue in f": "f"},
    "python": {
        "f": "f",
        "Shop.buy": "buy",
        "make.<locals>.inner": "inner",
        "<lambda>": "<lambda>",
        "f(x)": "f",
        "__bootstrap_inner": "_bootstrap_inner",
    },
}  # fmt: skip


@pytest.mark.parametrize(("printed", "expected"), NATIVE.items())
def test_native_names(printed: str, expected: str) -> None:
    assert normalise(printed) == expected
    assert normalise(expected) == expected


@pytest.mark.parametrize(
    ("language", "printed", "expected"),
    [(language, *each) for language, names in OTHERS.items() for each in names.items()],
)
def test_names_of_other_runtimes(language: str, printed: str, expected: str) -> None:
    assert normalise(printed, language) == expected


@pytest.mark.parametrize("runtime", ["cobol", None])
def test_a_runtime_that_is_not_known_is_read_as_native_code(runtime: str | None) -> None:
    assert normalise("f.isra.0", runtime) == "f"
    assert name_rules(runtime) is name_rules("native")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/lib/x86_64-linux-gnu/libc.so.6", "libc"),
        ("/lib/libc-2.31.so", "libc"),
        ("/usr/lib/libstdc++.so.6.0.28", "libstdc++"),
        ("libgtk-x11-2.0.so.0", "libgtk-x11"),
        ("mod_mpm_event.so", "mod_mpm_event"),
        (r"C:\Windows\kernel32.dll", "kernel32"),
        ("/usr/sbin/apache2", "apache2"),
    ],
)
def test_modules_have_no_version(path: str, name: str) -> None:
    assert module_name(path) == name


@pytest.mark.parametrize(
    ("frame", "role"),
    [
        (Frame(file="/srv/app/x.py", function="f"), "own"),
        (Frame(file="/usr/lib/python3/dist-packages/yaml/x.py", function="f"), "library"),
        (Frame(file="pandas/_libs/index.pyx", function="get_loc"), "library"),
        (Frame(file="<frozen importlib._bootstrap>", function="_load"), "glue"),
        (Frame(file="<string>", function="f"), "library"),
        (Frame(file="<python-input-3>", function="f"), "own"),
        (Frame(file="/srv/python-shop/lib/x.py", function="f"), "own"),
        (Frame(file="Cart.java", function="com.shop.Cart.total"), "own"),
        (Frame(file="Cart.java", module="com.shop.Cart", function="total"), "own"),
        (Frame(file="Thread.java", function="java.lang.Thread.run"), "entry"),
        (Frame(file="X.java", function="org.springframework.X.go"), "library"),
        (Frame(file="ArrayList.java", function="java.util.ArrayList.get"), "platform"),
        (Frame(file="Method.java", function="java.lang.reflect.Method.invoke"), "glue"),
        (Frame(file="/srv/app/node_modules/express/lib/router.js", function="next"), "library"),
        (Frame(file="node:internal/timers", function="listOnTimeout"), "glue"),
        (Frame(file="/srv/app/cart.js", function="total"), "own"),
        (Frame(file="/usr/local/go/src/net/http/server.go", function="net/http.(*conn).serve"), "platform"),
        (Frame(file="/go/pkg/mod/github.com/x/y@v1/y.go", function="github.com/x/y.F"), "library"),
        (Frame(file="/srv/main.go", function="main.main"), "own"),
        (Frame(file="src/main.rs", function="app::total"), "own"),
        (Frame(file="/rustc/90b3/library/core/src/x.rs", function="core::panicking::panic_fmt"), "crash"),
        (Frame(file="/rustc/90b3/library/std/src/rt.rs", function="std::rt::lang_start"), "entry"),
        (Frame(file="/usr/lib/ruby/3.1.0/json.rb", function="parse"), "platform"),
        (Frame(file="/var/lib/gems/3.1.0/gems/rack-2.2.3/lib/rack.rb", function="call"), "library"),
        (Frame(file="cart.c", function="total"), "own"),
        (Frame(file="../sysdeps/unix/sysv/linux/read.c", function="__GI___libc_read"), "platform"),
        (Frame(module="/lib/libc.so.6", function="read"), "platform"),
        (Frame(file="Python/ceval.c", function="_PyEval_EvalFrameDefault"), "glue"),
        (Frame(function="PyDict_SetItem"), "own"),
        (Frame(function="abort"), "crash"),
        (Frame(function="start_thread"), "entry"),
        (Frame(function="??"), "unknown"),
        (Frame(), "unknown"),
    ],
)  # fmt: skip
def test_roles_on_a_native_stack_where_the_file_tells_the_rules(frame: Frame, role: str) -> None:
    found, _ = symbol(frame, name_rules("native"))
    assert found.role == role
    assert found.reason


@pytest.mark.parametrize(
    ("runtime", "frame", "role"),
    [
        ("python", Frame(file="/srv/venv/bin/gunicorn", function="<module>"), "library"),
        ("python", Frame(file="templates/index.html", function="top-level template code"), "own"),
        ("python", Frame(file="/v/site-packages/x/run.js", function="f"), "library"),
        ("java", Frame(function="java.lang.Thread.run"), "entry"),
        ("javascript", Frame(file="/srv/app/cart.py", function="total"), "own"),
        ("go", Frame(file="cgo.c", function="runtime.gopanic"), "crash"),
    ],
)
def test_the_runtime_tells_the_rules_whatever_the_file_is_called(
    runtime: str, frame: Frame, role: str
) -> None:
    assert symbol(frame, name_rules(runtime))[0].role == role


@pytest.mark.parametrize(
    ("outermost", "folder"),
    [
        (Frame(file="/srv/x/run.py", function="<module>"), "/srv/x"),
        (Frame(file="run.py", function="<module>"), ""),
        (Frame(file="/srv/x/run.py", function="main"), None),
        (Frame(file="<string>", function="<module>"), None),
        (Frame(file="/usr/bin/gunicorn", function="<module>"), None),
    ],
)
def test_the_folder_of_the_script(outermost: Frame, folder: str | None) -> None:
    frames = [
        Frame(file="/srv/x/y/z.py", function="f"),
        outermost,
        Frame(file="<frozen runpy>", function="_run"),
    ]
    assert script_folder(frames, name_rules("python")) == folder
    assert script_folder(frames, name_rules("native")) == folder


def test_long_template_arguments_do_not_hide_the_name() -> None:
    argument = "std::map<std::string, std::vector<int, std::allocator<int> > >, " * 40 + "int"
    frame = Frame(function=f"std::map<{argument}> shop::Box<{argument}>::apply<{argument}>({argument}) const")
    assert symbol(frame, all_name_rules()["native"])[0].token == "shop::Box::apply"


text = st.text(alphabet="ab:<>(){}[].$#@_ 0'&*-~/\\=\n☃", max_size=60) | st.text(max_size=40)


@given(text, text, text, st.sampled_from(sorted(all_name_rules())))
def test_any_name_has_a_symbol(function: str, module: str, file: str, language: str) -> None:
    assert isinstance(normalise(function, language), str)
    found, _ = symbol(Frame(function=function, module=module, file=file), all_name_rules()[language], "/srv")
    assert found.reason
    assert "\n" not in found.token


@pytest.mark.parametrize("language", sorted(all_name_rules()))
@pytest.mark.parametrize("part", ["<", "(", "_", "__", "a::", "{", "/", "a.", "$", "::h0", "lambda$", "$$", "[", " ",
                                  "block in ", "operator<", "_libc_", ".isra.0", "/v2", "a/a.egg/", "lib/"])  # fmt: skip
def test_long_names_are_cut_before_anything_reads_them(language: str, part: str) -> None:
    frame = Frame(function=part * 200_000, module=part * 200_000, file=part * 200_000)
    found, _ = symbol(frame, all_name_rules()[language], None)
    assert len(found.token) <= 11_500
