"""The option by which commands take a team's own rules on what is one issue."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ..errors import UsageError

if TYPE_CHECKING:
    from ..signatures.issue_rules import IssueRules

_Function = TypeVar("_Function", bound=Callable[..., Any])
VARIABLE = "STACKTRACES_ISSUE_RULES"


def issue_rules_option(function: _Function) -> _Function:
    """``--issue-rules``; the command gets ``issue_rules``, to hand to :func:`issue_rules_for`."""
    return click.option(
        "--issue-rules",
        metavar="FILE",
        envvar=VARIABLE,
        show_envvar=True,
        help="Your own rules on what is one issue [default: issue-rules.toml beside --known].",
    )(function)


def issue_rules_for(named: str | None, known: str | None) -> IssueRules | None:
    """The rules of the file ``named``, else of the one beside the list ``known``, if there is one.

    Raises ``RuleError``.
    """
    path = named or _beside(known)
    if path is None:
        return None
    from ..signatures.issue_rule_files import load_issue_rules

    return load_issue_rules(path)


def issue_rules_path(known: str) -> str:
    """The file of the rules that a command writes: the variable's, else the one beside the list ``known``.

    Raises ``UsageError`` for a list that is no file.
    """
    from ..signatures.issue_rule_files import NAME

    if named := os.environ.get(VARIABLE):
        return named
    if "://" in known:
        raise UsageError(f"Beside a database or a site there is no {NAME}; set {VARIABLE} to a file.")
    return os.path.join(os.path.dirname(known), NAME)


def _beside(known: str | None) -> str | None:
    if known is None or "://" in known:
        return None
    from ..signatures.issue_rule_files import NAME

    path = os.path.join(os.path.dirname(known), NAME)
    return path if os.path.isfile(path) else None
