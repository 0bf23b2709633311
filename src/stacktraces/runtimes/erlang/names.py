"""Erlang and Elixir: functions that compilers generate bear the name of the one they stand in."""

from __future__ import annotations

from ..._regex import regex
from .._naming import NameRules, Role, Symbol

_ANONYMOUS = regex(r"anonymous fn/\d++ in ")
# `'-main/1-fun-1-'/0`, `"-map/2-lists^map/1-0-"/2`, `-handle/2-fun-0-`
_GENERATED = regex(r"""['"]?-(?P<name>[^\s'"]{1,300}?/\d{1,3})-[^\s'"]{1,300}+['"]?(?:/\d++)?\Z""")
_ELIXIR_MODULE = regex(r"'Elixir\.(?P<module>[^']++)':")
_ERLANG_IN_ELIXIR = regex(r":(?P<module>[a-z][\w@]*+)\.(?=.)")
_COMPILED = regex(r"elixir_compiler_\d++")
_PLATFORM_APPLICATIONS = frozenset(
    {
        "asn1", "common_test", "compiler", "crypto", "eex", "elixir", "erts", "eunit", "ex_unit", "iex",
        "inets", "kernel", "logger", "mix", "mnesia", "observer", "parsetools", "public_key",
        "runtime_tools", "sasl", "ssh", "ssl", "stdlib", "syntax_tools", "tools", "xmerl",
    }
)  # fmt: skip
_LIBRARIES = (
    "absinthe", "amqp", "bamboo", "bandit", "broadway", "cachex", "castore", "cowboy", "cowlib",
    "db_connection", "decimal", "ecto", "ex_aws", "finch", "flow", "gen_stage", "gettext", "guardian",
    "gun", "hackney", "httpoison", "jason", "libcluster", "mint", "myxql", "nimble_", "oban", "phoenix",
    "plug", "poison", "postgrex", "ranch", "redix", "req", "sentry", "swoosh", "telemetry", "tesla",
    "thousand_island", "timex", "tzdata", "websock",
)  # fmt: skip
_PLATFORM_MODULES = frozenset(
    {
        "application", "application_controller", "application_master", "array", "base64", "binary", "c",
        "calendar", "code", "crypto", "dets", "dict", "digraph", "elixir", "elixir_compiler",
        "elixir_lexical", "erl_eval", "erl_parse", "erlang", "erts_internal", "escript", "ets", "file",
        "filename", "gb_sets", "gb_trees", "gen", "gen_event", "gen_fsm", "gen_server", "gen_statem",
        "gen_tcp", "gen_udp", "global", "httpc", "inet", "init", "io", "io_lib", "json", "lists",
        "logger", "maps", "mnesia", "net_kernel", "orddict", "ordsets", "os", "proc_lib", "proplists",
        "queue", "rand", "re", "rpc", "sets", "shell", "ssl", "string", "supervisor", "sys", "timer",
        "unicode", "uri_string",
    }
)  # fmt: skip
_ELIXIR_PLATFORM = (
    "Access.", "Agent.", "Application.", "Base.", "Code.", "Date.", "DateTime.", "Enum.", "Enumerable.",
    "EEx.", "ExUnit.", "File.", "Float.", "GenServer.", "IO.", "Integer.", "Kernel.", "Keyword.",
    "List.", "Logger.", "Map.", "MapSet.", "Mix.", "Module.", "NaiveDateTime.", "Path.", "Process.",
    "Protocol.", "Range.", "Regex.", "Registry.", "Stream.", "String.", "Supervisor.", "System.",
    "Task.", "Time.", "Tuple.", "URI.",
)  # fmt: skip


def normalise(name: str) -> str:
    """The function as Erlang or Elixir writes it, without what varies with the compiler and its counters."""
    name = _ANONYMOUS.sub("", name)
    name = _GENERATED.sub(lambda found: found["name"], name)
    name = _ELIXIR_MODULE.sub(lambda found: f"{found['module']}.", name)
    if name.startswith(":"):
        name = _ERLANG_IN_ELIXIR.sub(lambda found: f"{found['module']}:", name, 1)
    name = _COMPILED.sub("elixir_compiler", name)
    return name.removeprefix("erlang:")


def _role(name: str, application: str) -> tuple[Role, str]:
    if application in _PLATFORM_APPLICATIONS:
        return "platform", f"the runtime's application {application}"
    if application.startswith(_LIBRARIES):
        return "library", f"the library {application}"
    module, mark, _ = name.partition(":")
    if mark and module in _PLATFORM_MODULES:
        return "platform", "a module of Erlang/OTP"
    if not mark and "." not in name and not name.startswith("("):
        return "platform", "a function that is built in"
    if not mark and name.startswith(_ELIXIR_PLATFORM):
        return "platform", "a module of Elixir"
    return "own", "own code"


def symbol(function: str, module: str, file: str, root: str | None) -> Symbol:
    """The symbol of a frame, whose module is the application, where that is printed."""
    if not function:
        return Symbol("", "", "unknown", "no name")
    name = normalise(function)
    role, reason = _role(name, module)
    # The top level of a script is named alike in all of them.
    place = file.replace("\\", "/").rpartition("/")[2] if name.startswith("(") else ""
    return Symbol(name, place, role, reason)


NAMES = NameRules(
    name="erlang",
    suffixes=(".erl", ".ex", ".exs"),
    normalise=normalise,
    symbol=symbol,
    main=frozenset({"(file)", "(module)"}),
    fold_platform=True,
)
