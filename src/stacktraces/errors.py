"""What can go wrong, each with one sentence that says what to do next."""

from __future__ import annotations


class StacktracesError(Exception):
    """Base of every error that this library raises on purpose.

    ``str(error)`` is one sentence for a person. It may hold text taken from the input: whoever
    prints it escapes it.
    """

    exit_code = 2


class InputError(StacktracesError):
    """A source cannot be read: missing, a folder, unreadable, empty, binary, a broken archive."""


class UnknownFormatError(StacktracesError):
    """The text was read but holds nothing that any known format recognises."""


class RuleError(StacktracesError):
    """A rule or carrier file is wrong; the message holds the file, the line and the reason."""


class UsageError(StacktracesError):
    """Options that do not go together."""


class MissingExtraError(StacktracesError):
    """Something needs a library that an extra of this distribution installs."""

    def __init__(self, what: str, extra: str) -> None:
        """``what`` needs the ``extra``."""
        super().__init__(f"{what} needs an extra: pip install 'stacktraces-py[{extra}]'.")
        self.extra = extra


class StoreError(StacktracesError):
    """A store of known issues cannot be read or written; what it held before is still there."""


class ChangeError(StoreError):
    """A change to known issues that cannot be made: it names none, or does not fit them; nothing changed."""


class UnknownIssueError(ChangeError):
    """A name that is none of a known issue."""

    def __init__(self, key: str) -> None:
        """``key`` names no issue."""
        super().__init__(f"No issue is called {key}; `stacktraces known list` shows those that are known.")
        self.key = key
