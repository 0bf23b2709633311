"""R: a function's package, where it is printed, tells whose it is; base R's functions are known by name."""

from __future__ import annotations

from .._naming import NameRules, Role, Symbol
from .._paths import own_place

_RAISE = frozenset(
    {"stop", "abort", "cli_abort", "stopifnot", "rlang_abort", ".handleSimpleError", "h", "signalCondition"}
)
_BASE = frozenset(
    {
        "<Anonymous>", "FUN", "Filter", "Map", "Recall", "Reduce", "UseMethod", "apply", "array",
        "as.character", "as.data.frame", "as.integer", "as.numeric", "assign", "by", "c", "cbind",
        "data.frame", "do.call", "doTryCatch", "eval", "eval.parent", "evalq", "factor", "file", "for",
        "get", "ifelse", "is.data.frame", "lapply", "library", "loadNamespace", "local", "mapply",
        "match.arg", "match.fun", "max", "mean", "merge", "min", "namespaceExport", "order", "outer",
        "parse", "paste", "print", "rapply", "rbind", "read.csv", "read.table", "readRDS", "require",
        "requireNamespace", "sapply", "scan", "seq", "simpleError", "source", "split",
        "standardGeneric", "strsplit", "subset", "sum", "summary", "switch", "system.file", "tapply",
        "try", "tryCatch", "tryCatchList", "tryCatchOne", "unlist", "unsplit", "value[[3L]]", "vapply",
        "with", "withCallingHandlers", "withOneRestart", "withRestarts", "withVisible", "within",
    }
)  # fmt: skip
_PLATFORM = frozenset(
    {"base", "stats", "utils", "methods", "graphics", "grDevices", "datasets", "parallel", "compiler"}
)
_LIBRARIES = frozenset(
    {
        "DBI", "R6", "cli", "curl", "data.table", "dplyr", "furrr", "future", "ggplot2", "glue",
        "httpuv", "httr", "httr2", "jsonlite", "knitr", "later", "lubridate", "magrittr", "plumber",
        "promises", "purrr", "readr", "rlang", "rmarkdown", "shiny", "stringr", "testthat", "tibble",
        "tidyr", "vctrs",
    }
)  # fmt: skip


def normalise(name: str) -> str:
    """The function without its package, and without the object that it is called through."""
    return name.rpartition("::")[2].lstrip(":").rpartition("$")[2] or name


def symbol(function: str, module: str, file: str, root: str | None) -> Symbol:
    """The symbol of a frame, by the package that it is printed with; without one by its name."""
    package = function.partition("::")[0] if "::" in function else module
    name = normalise(function)
    if name in _RAISE:
        return Symbol(name, package, "crash", "raises the error")
    role: Role = "own"
    place, reason = own_place(file, root), "own code"
    if package in _PLATFORM or (not package and not file and name in _BASE):
        role, place, reason = "platform", package, "comes with R"
    elif package in _LIBRARIES or "/site-library/" in file:
        role, place, reason = "library", package, "a package"
    elif package:
        place = package
    return Symbol(name, place, role, reason)


NAMES = NameRules(
    name="r",
    suffixes=(".r", ".rmd", ".qmd"),
    marks=("<text>",),
    normalise=normalise,
    symbol=symbol,
    fold_platform=True,
)
