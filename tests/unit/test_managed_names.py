"""Names of Crystal, Haskell, Julia, PowerShell, R and Swift: what two builds have in common, and whose code it is."""

from __future__ import annotations

import pytest

from stacktraces.naming import name_rules, normalise


@pytest.mark.parametrize(
    ("runtime", "printed", "expected"),
    [
        ("crystal", "*Exception::CallStack::print_backtrace:Nil", "Exception::CallStack::print_backtrace"),
        ("crystal", "*f<Int32>:Int32", "f"),
        ("crystal", "price", "price"),
        ("haskell", "Main.main.\\.\\", "Main.main.\\"),
        ("julia", '(::Main.Shop.var"#1#2"{Dict{String, Int64}})', "#"),
        ("julia", "#total#3", "total"),
        ("julia", "#2#threadsfor_fun#1", "#threadsfor_fun#"),
        ("powershell", "global:Get-Price<Process>", "Get-Price"),
        ("r", "rlang:::stop_arg_match", "stop_arg_match"),
        ("swift", "closure #1 in total(_:)", "closure in total(_:)"),
        ("swift", "specialized total(_:)", "total(_:)"),
        ("swift", "(1) await resume partial function for load()", "load()"),
    ],
)
def test_what_two_builds_have_in_common(runtime: str, printed: str, expected: str) -> None:
    assert normalise(printed, runtime) == expected


@pytest.mark.parametrize(
    ("runtime", "one", "other"),
    [
        ("swift", "closure #1 in total(_:)", "closure #1 in place(_:)"),
        ("julia", '(::Shop.var"#total#3")', '(::Shop.var"#place#3")'),
        ("haskell", "Shop.total.\\", "Shop.place.\\"),
    ],
)
def test_closures_of_two_functions_are_two(runtime: str, one: str, other: str) -> None:
    assert normalise(one, runtime) != normalise(other, runtime)


@pytest.mark.parametrize(
    ("runtime", "function", "module", "file", "role"),
    [
        ("crystal", "price", "", "src/shop/orders.cr", "own"),
        ("crystal", "[]", "", "/usr/lib/crystal/lib/hash.cr", "platform"),
        ("crystal", "call", "", "/srv/shop/lib/kemal/src/kemal/route.cr", "library"),
        ("haskell", "price", "main:Shop.Orders", "src/Shop/Orders.hs", "own"),
        ("haskell", "fromJust", "base:Data.Maybe", "libraries/base/Data/Maybe.hs", "platform"),
        ("haskell", "error", "main:Main", "Main.hs", "crash"),
        ("julia", "price", "Main", "/srv/shop/orders.jl", "own"),
        ("julia", "getindex", "Base", "./dict.jl", "platform"),
        ("julia", "sort!", "DataFrames", "/root/.julia/packages/DataFrames/58MUJ/src/sort.jl", "library"),
        ("powershell", "Get-Price", "", "C:\\srv\\shop\\orders.ps1", "own"),
        ("powershell", "Get-Item", "", "", "platform"),
        ("powershell", "f", "", "C:\\Program Files\\PowerShell\\Modules\\Az\\2.1\\Az.psm1", "library"),
        ("r", "price", "", "", "own"),
        ("r", "base::vapply", "", "", "platform"),
        ("r", "dplyr::mutate", "", "", "library"),
        ("r", "rlang::abort", "", "", "crash"),
        ("swift", "price(_:)", "shop", "/srv/shop/Sources/Orders.swift", "own"),
        ("swift", "Sequence.reduce<A>(_:_:)", "libswiftCore.so", "", "platform"),
        ("swift", "f()", "shop", "/srv/shop/.build/checkouts/swift-log/Sources/Logging/L.swift", "library"),
        ("swift", "_assertionFailure(_:_:file:line:flags:)", "libswiftCore.so", "", "crash"),
    ],
)
def test_whose_code_a_frame_is(runtime: str, function: str, module: str, file: str, role: str) -> None:
    assert name_rules(runtime).symbol(function, module, file, None).role == role


def test_what_a_javascript_function_is_called_on_is_left_out_where_a_bundler_does() -> None:
    names = name_rules("javascript")
    printed = ["Object.total", "Module.total", "exports.total", "total"]
    found = {names.symbol(each, "", "/srv/shop/src/cart.js", None).token for each in printed}
    assert len(found) == 1
    assert (
        names.symbol("Object.<anonymous>", "", "/srv/shop/src/cart.js", None).function == "Object.<anonymous>"
    )
    assert names.symbol("Object.assign", "", "<anonymous>", None).function == "Object.assign"
