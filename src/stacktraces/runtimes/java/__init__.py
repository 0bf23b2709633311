"""The Java virtual machine and the languages that run on it."""

from __future__ import annotations

from .. import NameRules, Runtime
from . import jstack


def names() -> NameRules:
    from .names import NAMES

    return NAMES


RUNTIME = Runtime(
    name="java", title="Java, Kotlin, Scala, Clojure, Groovy", names=names, formats=(jstack.FORMAT,)
)
