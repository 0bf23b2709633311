"""Java and its kin on the JVM: generated classes, lambdas and proxies are numbered anew in each run.

=========================================================  ============================================
printed                                                    what stays
=========================================================  ============================================
``java.base/java.lang.Thread.run``                         ``java.lang.Thread.run``
``Orders.lambda$total$0``, ``ShopKt.main$lambda$0``        the method that the lambda stands in
``Orders$$Lambda$14/0x0000000800c03000.run``               ``Orders$$Lambda.run``
``Orders$1.run``, ``Orders$1Local.run``, ``access$000``    ``Orders$.run``, ``Orders$Local.run``, ``access$``
``Orders$$EnhancerBySpringCGLIB$$5f3a.total``              ``Orders.total``
``Orders_$$_jvst4f1_0.total``, ``Orders$$$view1.total``    ``Orders.total``
``Orders$HibernateProxy$SzXDkaYB.total``                   ``Orders.total``
``jdk.proxy2.$Proxy41.total``                              ``$Proxy.total``
``GeneratedMethodAccessor72``, ``LambdaForm$MH/0x00``      without the number
``shop.core$total$fn__147.invoke``, ``eval150``            ``shop.core$total$fn.invoke``, ``eval``
``Script1.run``, ``Shop$_total_closure2.doCall``           ``Script.run``, ``Shop$_total_closure.doCall``
``build_5g7h8abcd9efghij0123.run``                         ``build.run``
=========================================================  ============================================

Two lambdas of one method cannot be told by their names: their numbers change with each compilation.
"""

from __future__ import annotations

import functools

from ..._regex import regex
from .._naming import NameRules, Symbol
from .packages import (
    ENTRY,
    LIBRARY,
    NATIVE_LIBRARY,
    OWN,
    PLATFORM,
    REFLECTION,
    SHARED_OBJECT,
    SYSTEM_LIBRARY,
)

# loader/, java.base/ and java.base@17.0.1/ before the class
_MODULE = regex(r"\A(?:[^/\s()]*+/(?!0x|\d)){1,2}+(?=[\w$][^/]*\.)")
_GENERATED = (
    # One that can be serialised has a hash before its number.
    (regex(r"(?<=lambda\$)(\w*?)(?:\$[0-9a-f]{1,8})?\$\d+(?![0-9a-f])"), r"\1"),
    (regex(r"(?<=\$lambda)(?:\$\d+)+|(?<=\blambda)\$\d+"), ""),
    (regex(r"\$\$Lambda(?:\$[0-9a-f]+(?=[/.]))?(?:/0x[0-9a-f]+|/\d+)?"), "$$Lambda"),
    (regex(r"(\$(?:r8\$|-CC\$)\$?lambda\$)[^$.]+"), r"\1"),
    (regex(r"(\$\$(?:ExternalSynthetic|InternalSynthetic)\w+?)\d+"), r"\1"),
    (regex(r"(?:(?:com\.sun\.proxy|jdk\.proxy\d+)\.)?\$Proxy\d+"), "$Proxy"),
    (regex(r"(Generated\w{0,40}?Accessor|GeneratedIterator\w{0,60}?)\d+"), r"\1"),
    (regex(r"(LambdaForm\$[A-Z]+)(?:/?0x[0-9a-f]++|\d++)++"), r"\1"),
    (regex(r"\$\$\w*?(?:CGLIB|ByGuice|ByteBuddy)(?:\$\$[\w$]*)?"), ""),
    (regex(r"_\$\$_(?:javassist|jvst)\w*"), ""),
    (regex(r"\$(?:Hibernate(?:Basic)?Proxy|MockitoMock|ByteBuddy|auxiliary|JaxbAccessor\w*)\$\w+"), ""),
    (regex(r"\$\$superforward\d*|\$\$\$view\d+"), ""),
    (regex(r"\bCGLIB\$(\w+)\$\d+\Z"), r"\1"),
    (regex(r"\$mc\w+\$sp\Z"), ""),
    (regex(r"(_closure|\$dgm|\bdgm\$|liftedTree)\d+"), r"\1"),
    (regex(r"/0x[0-9a-f]+"), ""),
    (regex(r"\$\d+(?=[.$]|\Z)"), "$"),
    (regex(r"\$\d+(?=[^\W\d])"), "$"),
)
_NUMBERED = (
    (regex(r"(?<=\w)_(?:ClientProxy|Subclass)(?=\.)"), ""),
    (regex(r"__\d+"), ""),
    (regex(r"(?<=\$eval)\d+(?=\.)|(?<=\bScript)\d+(?=\.)"), ""),
    (regex(r"\b(build|settings|init)_[0-9a-z]{20,}"), r"\1"),
)
# Store$price.call: what Groovy makes for each place that calls a method
_CALL_SITE = regex(r".*\$[a-z]\w*\.call(?:Current|Static|Constructor|GetProperty)?\Z")
_PROXY = regex(
    r".*(?:\$Proxy\b|\$\$Lambda\.|\$\$FastClass|_WeldClientProxy|_WeldSubclass|\$\$\w+SyntheticLambda|\$r8\$)"
)


@functools.lru_cache(maxsize=4096)
def normalise(name: str) -> str:
    """A method with its class, without module, loader and the numbers of generated classes."""
    if "/" in name:
        name = _MODULE.sub("", name)
    if "$" in name or "Accessor" in name:
        for pattern, replacement in _GENERATED:
            name = pattern.sub(replacement, name)
    for pattern, replacement in _NUMBERED:
        name = pattern.sub(replacement, name)
    return name


def symbol(function: str, module: str, file: str, root: str | None) -> Symbol:
    """The symbol of a frame, its class and method; ``module`` is a class, or the library of a native one."""
    if module and SHARED_OBJECT.search(module):
        return _native(function, module)
    printed = function if function.startswith(f"{module}.") else f"{module}.{function}".strip(".")
    name = normalise(printed)
    if not name:
        return Symbol("", "", "unknown", "nothing is known of it")
    is_proxy = "$$FastClass" in printed or "$$$view" in printed or _PROXY.match(name) is not None
    if is_proxy or REFLECTION.match(name):
        return Symbol(name, "", "glue", "reflection and proxies differ between Java versions")
    if not file and _CALL_SITE.match(name):
        return Symbol(name, "", "glue", "made by Groovy for a call")
    if ENTRY.match(name):
        return Symbol(name, "", "entry", "starts a thread or a task")
    if OWN.match(name):
        return Symbol(name, "", "own", "own code")
    if PLATFORM.match(name):
        return Symbol(name, "", "platform", "Java's own library")
    if "::" in name or name.startswith("~"):
        return Symbol(name, "", "glue", "made by the virtual machine")
    if LIBRARY.match(name):
        return Symbol(name, "", "library", "third-party code")
    return Symbol(name, "", "own", "own code")


def _native(function: str, module: str) -> Symbol:
    """The symbol of a native frame in a crash report of the virtual machine."""
    name = function.partition("(")[0].partition(" [clone")[0].strip()
    if NATIVE_LIBRARY.match(module):
        return Symbol(name or "??", module, "platform", "the virtual machine")
    if SYSTEM_LIBRARY.match(module):
        return Symbol(name or "??", module.partition(".so")[0], "platform", "system library")
    return Symbol(name or "??", module, "own", "native code that Java calls")


def error(printed: str, _message: str) -> str:
    """The type without the numbers of generated classes."""
    return normalise(printed)


NAMES = NameRules(
    name="java",
    suffixes=(".java", ".kt", ".kts", ".scala", ".groovy", ".clj"),
    marks=("Unknown Source", "Native Method"),
    normalise=normalise,
    symbol=symbol,
    error=error,
    overflows=frozenset({"java.lang.StackOverflowError"}),
    fold_platform=True,
)
