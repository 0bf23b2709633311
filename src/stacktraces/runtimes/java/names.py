"""Java and its kin on the JVM: generated classes, lambdas and proxies are numbered anew in each run."""

from __future__ import annotations

import functools

from ..._regex import regex
from .._naming import NameRules, Symbol

# loader/, java.base/ and java.base@17.0.1/ before the class
_MODULE = regex(r"\A(?:[\w.$-]*(?:@[\w.+-]*)?/){1,2}")
_GENERATED = (
    # lambda$main$0, Foo$$Lambda$14/0x0000000800c03000.run, Foo$$Lambda/0x…
    (regex(r"(?<=lambda\$)(\w*?)\$\d+"), r"\1"),
    (regex(r"\$\$Lambda(?:\$\d+)?(?:/0x[0-9a-f]+|/\d+)?"), "$$Lambda"),
    # $Proxy12, GeneratedMethodAccessor7, Foo$$EnhancerBySpringCGLIB$$5f3a, Foo$1 (anonymous)
    (regex(r"(\$Proxy|Accessor|LambdaForm\$\w+?)\d+"), r"\1"),
    (regex(r"\$\$\w*?(?:CGLIB|ByteBuddy|SpringCGLIB)\$\$[\w$]*"), ""),
    (regex(r"\$\d+(?=[.$]|\Z)"), "$"),
)
_REFLECTION = regex(
    r"(?:java\.lang\.reflect|(?:jdk\.internal|sun)\.reflect|java\.lang\.invoke|"
    r"org\.codehaus\.groovy\.(?:runtime|reflection))\."
)
_ENTRY = regex(
    r"java\.lang\.(?:Thread|VirtualThread)\.run|java\.util\.concurrent\.(?:ThreadPoolExecutor|ForkJoin)|"
    r"java\.util\.concurrent\.(?:FutureTask|Executors\$)|jdk\.internal\.vm\."
)
_PLATFORM = regex(r"(?:java|javax|jdk|sun|com\.sun|jakarta|kotlin|scala|groovy|clojure)\.")
_LIBRARY = regex(
    r"(?:org\.(?:apache|springframework|hibernate|eclipse|jboss|junit|slf4j|codehaus|mockito|postgresql)|"
    r"com\.(?:google|fasterxml|zaxxer|mysql|amazonaws|mongodb)|io\.(?:netty|grpc|micrometer|vertx)|"
    r"ch\.qos|reactor|okhttp3|akka|redis\.clients|net\.sf|net\.bytebuddy|feign)\."
)


@functools.lru_cache(maxsize=4096)
def normalise(name: str) -> str:
    """A method with its class, without module, loader and the numbers of generated classes."""
    if "$" in name or "Accessor" in name:
        for pattern, replacement in _GENERATED:
            name = pattern.sub(replacement, name)
    return _MODULE.sub("", name)


def symbol(function: str, module: str, file: str, root: str | None) -> Symbol:
    """The symbol of a Java frame: its class and method."""
    full = f"{module}.{function}" if module and not function.startswith(f"{module}.") else function
    name = normalise(full)
    if not name:
        return Symbol("", "", "unknown", "nothing is known of it")
    if _REFLECTION.match(name) or "$$Lambda." in name:
        return Symbol(name, "", "glue", "reflection differs between Java versions")
    if _ENTRY.match(name):
        return Symbol(name, "", "entry", "starts a thread or a task")
    if _PLATFORM.match(name):
        return Symbol(name, "", "platform", "Java's own library")
    if _LIBRARY.match(name):
        return Symbol(name, "", "library", "third-party code")
    return Symbol(name, "", "own", "own code")


NAMES = NameRules(
    name="java",
    suffixes=(".java", ".kt", ".kts", ".scala", ".groovy", ".clj"),
    marks=("Unknown Source", "Native Method"),
    normalise=normalise,
    symbol=symbol,
    overflows=frozenset({"java.lang.StackOverflowError"}),
)
