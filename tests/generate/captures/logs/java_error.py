"""Jython: an error of Java's in frames of both."""

from java.util import ArrayList, Collections


def smallest(values):
    return Collections.min(values)


smallest(ArrayList())
