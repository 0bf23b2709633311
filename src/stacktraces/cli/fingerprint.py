"""``stacktraces fingerprint``: what an error is known by, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

import click
import msgspec

from ..errors import UnknownFormatError, UsageError
from ..model import Snapshot, Trace
from ..render._safe import one_line
from ._input import max_bytes_option, tell_of_terminal
from ._issue_rules import issue_rules_for, issue_rules_option
from ._json import echo_document
from ._run import PARTIAL, SETTINGS, complain, examples

if TYPE_CHECKING:
    from ..signatures.fingerprint import Explanation, Part, Step
    from ..signatures.issue_rules import IssueRules

SCHEMA_VERSION = 1


@click.command(
    "fingerprint",
    context_settings=SETTINGS,
    short_help="Say by what a trace is known, and why.",
    epilog=examples(
        "stacktraces fingerprint crash.txt",
        "stacktraces fingerprint --explain one.txt other.txt",
    ),
)
@click.argument("files", nargs=-1, metavar="[FILE [OTHER]]")
@click.option(
    "--explain", is_flag=True, help="Say what was hashed and what was not, frame by frame, and why."
)
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
@issue_rules_option
@max_bytes_option
def command(
    files: tuple[str, ...], explain: bool, output: str, issue_rules: str | None, max_bytes: int
) -> int:
    """Say by which fingerprint each stack trace in FILE is known.

    A line for each distinct one: fingerprint, how often, the error's type. Occurrences of the same bug have
    the same fingerprint whatever the machine, the version, the line numbers and the values. Of a snapshot
    of a process the threads that crashed count; where none did, all. FILE is standard input unless given.

    With --explain FILE OTHER it says why the first errors in the two files are one bug, or two.
    """
    if len(files) > 1:
        if len(files) > 2 or not explain:
            raise UsageError("Name one FILE, or two with --explain.")
        from ._fingerprint_compare import show

        first, second = files
        return show(first, second, output, max_bytes)
    file = files[0] if files else "-"
    from ..parsing import parse_each
    from ..sources.whole import read_whole

    tell_of_terminal(file)
    uncertain: dict[str, None] = {}
    found = _noted(parse_each(read_whole(file, max_bytes)), uncertain)
    groups = _group(found, issue_rules_for(issue_rules, None))
    if not groups:
        raise UnknownFormatError("The text holds no thread and no error; collect the snapshot again.")
    if output == "json":
        _show_json(groups, explain)
    else:
        for explanation, count in groups:
            click.echo("\n".join(_lines(explanation, count, explain)))
    for sentence in uncertain:
        complain(sentence)
    return PARTIAL if uncertain else 0


def _noted(results: Iterable[Trace | Snapshot], uncertain: dict[str, None]) -> Iterator[Trace | Snapshot]:
    """``results`` as they come, with what could not be read of snapshots put into ``uncertain``."""
    for each in results:
        if isinstance(each, Snapshot):
            uncertain.update(dict.fromkeys(each.uncertain))
        yield each


def _explanations(results: Iterable[Trace | Snapshot], rules: IssueRules | None) -> Iterator[Explanation]:
    from ..runtimes import runtime_name
    from ..signatures.fatal import fatal_traces
    from ..signatures.fingerprint import explain, explain_thread, shows_dying

    for result in results:
        traces = [result] if isinstance(result, Trace) else list(fatal_traces(result))
        yield from (_by_rule(explain(each.error, each.runtime), each, rules) for each in traces)
        if isinstance(result, Snapshot) and not traces:
            runtime = runtime_name(result.format)
            threads = [each for process in result.processes for each in process.threads]
            dying = [each for each in threads if shows_dying(each, runtime)]
            yield from (explain_thread(each, runtime) for each in dying or threads)


def _by_rule(found: Explanation, trace: Trace, rules: IssueRules | None) -> Explanation:
    """``found`` with the fingerprint that ``rules`` give it."""
    rule = rules.match(trace.error, trace.runtime, found.fingerprint) if rules is not None else None
    if rule is None:
        return found
    return msgspec.structs.replace(found, fingerprint=rule.fingerprint(found.fingerprint))


def _group(results: Iterable[Trace | Snapshot], rules: IssueRules | None) -> list[tuple[Explanation, int]]:
    """The distinct fingerprints in order of appearance, each explained by its first, with its count."""
    first: dict[str, Explanation] = {}
    counts: dict[str, int] = {}
    for found in _explanations(results, rules):
        first.setdefault(found.fingerprint, found)
        counts[found.fingerprint] = counts.get(found.fingerprint, 0) + 1
    return [(found, counts[key]) for key, found in first.items()]


def _show_json(groups: list[tuple[Explanation, int]], explain: bool) -> None:
    records = [
        {
            "fingerprint": found.fingerprint,
            "runtime": found.part.runtime,
            "type": found.part.type or None,
            "count": count,
            "weak": found.weak,
            **({"hashed": found.hashed, "explanation": _record(found.part)} if explain else {}),
        }
        for found, count in groups
    ]
    echo_document({"schema_version": SCHEMA_VERSION, "fingerprints": records})


def _record(part: Part) -> dict[str, object]:
    """``part`` without the values of arguments and locals: they can hold secrets."""
    return {
        "role": part.role,
        "runtime": part.runtime,
        "printed": part.printed,
        "type": part.type or None,
        "message": part.message,
        "frames": [
            {
                "function": step.frame.function,
                "file": step.frame.file,
                "line": step.frame.line,
                "token": step.token or None,
                "kept": step.kept,
                "reason": step.reason,
            }
            for step in part.steps
        ],
        "root_cause": _record(part.root) if part.root is not None else None,
        "skipped": part.skipped,
        "members": [_record(member) for member in part.members],
    }


def _lines(found: Explanation, count: int, explain: bool) -> Iterator[str]:
    yield f"{found.fingerprint}  {count:>5}  {one_line(found.part.type or 'a stack without an error')}"
    if found.weak:
        from ..signatures.fingerprint import WEAK

        yield f"  weak: {WEAK}"
    if explain:
        yield from _explained(found.part, "  ", None)
        yield ""


def _name(step: Step) -> str:
    return one_line(step.token or step.frame.function or "??")


def _explained(part: Part, indent: str, outer: str | None) -> Iterator[str]:
    """What became of ``part``, which an error of the runtime ``outer`` holds."""
    if part.runtime is not None and part.runtime != outer:
        yield f"{indent}hashed   runtime {one_line(part.runtime)}"
    printed = f"  (printed as {one_line(part.printed)})" if part.printed not in (None, part.type) else ""
    if part.type:
        yield f"{indent}hashed   type {one_line(part.type)}{printed}"
    # A recursion of a thousand frames is one line.
    for (kept, token, reason), run in groupby(part.steps, lambda step: (step.kept, _name(step), step.reason)):
        times = sum(1 for _ in run)
        again = f" ({times} times)" if times > 1 else ""
        yield f"{indent}{'hashed ' if kept else 'dropped'}  frame {token:<44}  {one_line(reason)}{again}"
    if part.message is not None:
        yield f"{indent}hashed   message {one_line(part.message)}  (for want of frames; values masked)"
    else:
        yield f"{indent}dropped  message, line numbers, source text"
    if part.skipped:
        yield f"{indent}dropped  {part.skipped} errors between this one and its root cause"
    if part.root is not None:
        yield f"{indent}root cause:"
        yield from _explained(part.root, indent + "  ", part.runtime)
    for number, member in enumerate(part.members, start=1):
        yield f"{indent}member {number} of the group (in sorted order, alike ones once):"
        yield from _explained(member, indent + "  ", part.runtime)
