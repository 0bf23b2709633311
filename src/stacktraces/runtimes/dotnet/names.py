""".NET: what compilers generate bears the name of the method it was made of."""

from __future__ import annotations

from ..._regex import regex
from .._naming import NameRules, Role, Symbol

_PARAMETERS = regex(r"\[[^\[\]]*+\]")
# Roslyn's `<>c__DisplayClass5_0`, and its `<>c`, hold the lambdas of a class.
_CLOSURE_CLASS = regex(r"\.<>c(?:__DisplayClass[\d_]++)?(?:`\d++)?(?=\.)")
_METHOD = r"<(?P<method>[^<>]++|<Main>\$)>"
# Async methods and iterators: `<Place>d__3.MoveNext`, mcs's `<Iter>c__Iterator0.MoveNext`.
_STATE_MACHINE = regex(_METHOD + r"(?:d(?:__\d++)?|c__[A-Za-z]++\d++)(?:`\d++)?\.MoveNext\Z")
# `<F>g__Local|4_0`, `<<Main>$>g__Local|0_0`
_LOCAL_FUNCTION = regex(_METHOD + r"g__(?P<name>\w++)\|[\d_]++")
# `<Main>b__0_1`, mcs's `<Main>m__1`
_LAMBDA = regex(_METHOD + r"[bm]__[\d_]++[A-Za-z]?")
_FSHARP_CLOSURE = regex(r"@\d++(?:-\d++)?")
_NUMBERED = regex(r"(?P<name>lambda_method|AnonymousType|Proxy_?)\d++")
_PLATFORM = (
    "System.", "Microsoft.", "Interop.", "Internal.", "Mono.", "Windows.", "FSharp.", "MS.Internal.",
    "Startup.", "mscorlib.",
)  # fmt: skip
_LIBRARIES = (
    "Newtonsoft.", "Serilog.", "NLog.", "log4net.", "Castle.", "AutoMapper.", "Dapper.", "Npgsql.",
    "MySql.", "MySqlConnector.", "StackExchange.", "MassTransit.", "MediatR.", "Polly.", "Quartz.",
    "Hangfire.", "Grpc.", "RabbitMQ.", "Confluent.", "MongoDB.", "Amazon.", "Azure.", "Google.",
    "NUnit.", "Xunit.", "FluentAssertions.", "FluentValidation.", "Moq.", "NSubstitute.", "Autofac.",
    "Ninject.", "RestSharp.", "Refit.", "Oracle.", "NHibernate.", "Swashbuckle.", "Orleans.", "Akka.",
    "UnityEngine.", "UnityEditor.",
)  # fmt: skip
_ENTRIES = (
    "System.Threading.ThreadHelper.",
    "System.Threading.Thread.StartCallback",
    "System.Threading.ThreadPoolWorkQueue.",
)
_CRASHES = ("System.Environment.FailFast", "System.Diagnostics.Debug.", "System.ThrowHelper.")


def normalise(name: str) -> str:
    """The method that a name stands for, without type arguments, counters and what compilers add."""
    if "+" in name:
        name = name.replace("+", ".")  # Mono's nested classes.
    if "[" in name:
        # Type arguments may hold type arguments: two levels are as many as are met.
        name = _PARAMETERS.sub("", _PARAMETERS.sub("", name))
    if "<" in name:
        name = _CLOSURE_CLASS.sub("", name)
        name = _LOCAL_FUNCTION.sub(lambda found: f"{found['method']}.{found['name']}", name)
        name = _LAMBDA.sub(lambda found: f"{found['method']}.lambda", name)
        name = _STATE_MACHINE.sub(lambda found: found["method"], name).replace("<Main>$", "Main")
    if "@" in name:
        name = _FSHARP_CLOSURE.sub("", name)
    return _NUMBERED.sub(lambda found: found["name"].rstrip("_"), name)


def _role(name: str) -> tuple[Role, str]:
    if name.startswith("lambda_method"):
        return "glue", "code that was compiled while the program ran"
    if name.startswith(_CRASHES):
        return "crash", "machinery of failing"
    if name.startswith(_ENTRIES):
        return "entry", "what starts a thread"
    if name.startswith(_PLATFORM):
        return "platform", "the runtime's own library"
    if name.startswith(_LIBRARIES):
        return "library", "third-party code"
    return "own", "own code"


def symbol(function: str, module: str, file: str, root: str | None) -> Symbol:
    """The symbol of a frame, by its name alone: files are printed only where there are symbol files."""
    if not function:
        return Symbol("", "", "unknown", "no name")
    name = normalise(function)
    role, reason = _role(name)
    return Symbol(name, "", role, reason)


NAMES = NameRules(
    name="dotnet",
    suffixes=(".cs", ".fs", ".vb"),
    normalise=normalise,
    symbol=symbol,
    overflows=frozenset({"System.StackOverflowException"}),
    fold_platform=True,
)
