"""``stacktraces log``: the exceptions of any log, counted, dated, known or new."""

from __future__ import annotations

import contextlib
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from ..errors import InputError, UsageError
from ._input import tell_of_terminal, to_runtime, to_time, to_zone
from ._issue_rules import issue_rules_for, issue_rules_option
from ._known_options import conclude, judging, labelling_options
from ._log_options import output_options
from ._log_unread import UNREAD, tell_unread
from ._run import PARTIAL, SETTINGS, complain, examples, while_read

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Executor
    from zoneinfo import ZoneInfo

    from ..library.logs import ScanOptions
    from ..results.result import Stats, Unreadable
    from ..sources.cursors import CursorFile
    from ._log_options import Display


class NamesRuntimes(click.Command):
    """Its help ends with the runtimes whose errors are read, as they declare themselves."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """See :meth:`click.Command.format_epilog`."""
        from ..runtimes import all_runtimes

        super().format_epilog(ctx, formatter)
        titles = sorted(each.title for each in all_runtimes().values() if each.formats)
        formatter.write_paragraph()
        formatter.write_text(f"Read are errors of: {'; '.join(titles)}.")


def _to_fields(_: click.Context, __: click.Parameter, value: tuple[str, ...]) -> dict[str, str]:
    from ..model import Context

    fields: dict[str, str] = {}
    for each in value:
        name, equals, glob = each.partition("=")
        if not equals or name not in Context.__struct_fields__:
            raise click.BadParameter(
                f"{each!r} is no FIELD=GLOB; the fields are {', '.join(Context.__struct_fields__)}."
            )
        fields[name] = glob
    return fields


@click.command(
    "log",
    cls=NamesRuntimes,
    context_settings=SETTINGS,
    short_help="Count, date and label the exceptions in logs.",
    epilog=examples(
        "stacktraces log /var/log/app/",
        "kubectl logs deploy/web | stacktraces log",
        "stacktraces log test.log --known known-issues.toml --fail-on new",
        "stacktraces log app.log --where 'pod=web-*' --since yesterday",
    ),
)
@click.argument("paths", metavar="[PATH...|-]", nargs=-1)
@output_options
@click.option("--each", is_flag=True, help="Show each occurrence instead of groups.")
@click.option("--follow", is_flag=True, help="Go on reading as the file grows; show each new group at once.")
@click.option(
    "--since",
    callback=to_time,
    metavar="TIME",
    help="Only what happened from then on: ISO 8601, 2h (ago), today, yesterday.",
)
@click.option("--until", callback=to_time, metavar="TIME", help="Only what happened until then.")
@click.option(
    "--tz", "zone", callback=to_zone, metavar="ZONE", help="The time zone of times that print none."
)
@click.option(
    "--type", "kind", metavar="GLOB", help="Only errors of this type, such as KeyError or django.*."
)
@click.option(
    "--runtime", callback=to_runtime, metavar="NAME", help="Only what this runtime printed, such as python."
)
@click.option(
    "--carrier",
    metavar="NAME|FILE",
    default="auto",
    show_default=True,
    help="What wraps the lines: found out for each file (auto), a name, none, or a TOML file of your own.",
)
@click.option(
    "--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Processes to work with."
)
@click.option(
    "--cluster", metavar="URL", help="Let the workers of a cluster read the sources: dask://HOST:PORT."
)
@click.option(
    "--max-groups", type=click.IntRange(min=1), metavar="N", help="Keep at most N groups in memory."
)
@click.option(
    "--where",
    multiple=True,
    callback=_to_fields,
    metavar="FIELD=GLOB",
    help="Only what such a host, pod, process, logger, level, ... wrote; may be given several times; slower.",
)
@click.option(
    "--contexts",
    is_flag=True,
    help="Count hosts, pods, processes, loggers, levels, messages of each group; slower.",
)
@click.option("--debug", is_flag=True, help="Show where in the program a reader failed.")
@click.option(
    "--cursor",
    metavar="FILE",
    help="Go on where the last run with this file ended: nothing is read or counted twice.",
)
@issue_rules_option
@labelling_options(UNREAD)
def command(
    paths: tuple[str, ...],
    display: Display,
    each: bool,
    follow: bool,
    since: datetime | None,
    until: datetime | None,
    zone: ZoneInfo | None,
    kind: str | None,
    runtime: str | None,
    carrier: str,
    jobs: int,
    max_groups: int | None,
    where: dict[str, str],
    contexts: bool,
    debug: bool,
    cursor: str | None,
    cluster: str | None,
    issue_rules: str | None,
    **labelling: Any,
) -> int:
    """Find errors and crashes in logs: files, folders, globs, standard input; plain or compressed.

    Groups what is the same error, counts and dates it, names the innermost frame of your own code and the
    root cause. With --known, says of each group whether it is known or new. Ctrl-C shows what was found so
    far. Exit status: 0, 1 when --fail-on found something, 2 when nothing could be read or the output cannot
    be written, 3 when some files could not be read, 130 after Ctrl-C.
    """
    options: ScanOptions = {
        "since": since,
        "until": until,
        "jobs": jobs,
        "carrier": carrier,
        "zone": zone,
        "type": kind,
        "runtime": runtime,
        "where": where,
        "contexts": contexts,
        "debug": debug,
    }
    if max_groups is not None:
        options["max_groups"] = max_groups
    options["issue_rules"] = issue_rules_for(issue_rules, labelling["known"])
    sources = paths or ("-",)
    tell_of_terminal(*sources)
    fail_on = labelling["fail_on"]
    labelling["fail_on"] = tuple(verdict for verdict in fail_on if verdict != UNREAD)
    if each and any(labelling.values()):
        raise UsageError("--each shows occurrences; the options for known issues label groups.")
    if cluster and (each or follow or cursor):
        raise UsageError("--cluster is for groups: leave out --each, --follow and --cursor.")
    if cursor and (each or follow or jobs > 1):
        raise UsageError("--cursor is for groups and one process: leave out --each, --follow and --jobs.")
    if display.only is not None and not labelling["known"]:
        raise UsageError("--only chooses by verdict: add --known FILE_OR_URL.")
    if each and (display.grep or display.exclude):
        raise UsageError("--grep and --exclude choose groups; leave out --each.")
    if (each or follow) and display.output not in ("text", "json", "jsonl"):
        option = "--each" if each else "--follow"
        raise UsageError(f"--format {display.output} shows groups; leave out {option}.")
    if follow:
        from ._log_follow import follow_file

        code, stats = follow_file(sources, options, display, labelling)
    elif each:
        code, stats = _show_each(sources, options, display)
    else:
        code, stats = _show_groups(sources, options, display, cursor, cluster, labelling)
    filtered = any(options.get(name) for name in ("type", "runtime", "since", "until", "where"))
    return tell_unread(stats, fail_on, code, filtered=filtered)


def _show_each(sources: Sequence[str], options: ScanOptions, display: Display) -> tuple[int, Stats]:
    from ..library.logs import occurrences
    from ..sources.interruption import Interruption
    from ._log_output import write_occurrences
    from ._signals import until_told

    interruption = Interruption()
    with until_told(interruption.tell) as told:
        found = occurrences(sources, interruption=interruption, **options)
        write_occurrences(found, display.output, display.show_locals)
    return _complain_of(sources, found.unreadable, found.stats.files, told), found.stats


def _show_groups(
    sources: Sequence[str],
    options: ScanOptions,
    display: Display,
    cursor: str | None,
    cluster: str | None,
    labelling: dict[str, Any],
) -> tuple[int, Stats]:
    from ..library.logs import scan
    from ..sources.interruption import Interruption
    from ._log_output import GroupOutput
    from ._progress import progress
    from ._signals import until_told

    # The store is opened first: a wrong one is told before a long scan, not after it.
    with judging(**labelling) as judge:
        reached = _cursor_file(cursor)
        interruption = Interruption()
        with (
            _executor(cluster) as executor,
            until_told(interruption.tell) as told,
            progress(sources) as advance,
        ):
            result = scan(
                sources,
                progress=advance,
                interruption=interruption,
                cursor=reached,
                executor=executor,
                **options,
            )
        code = _complain_of(sources, result.unreadable, result.stats.files, told)
        judged = judge.verdicts(result.groups) if judge else None
        unrecorded = judge.record(judged.labelled) if judge and judged else None
        with while_read():
            GroupOutput(display).write(result, judged)
        if reached is not None and not unrecorded:
            reached.save()
    return conclude(judged, unrecorded, code) if judged else code, result.stats


@contextlib.contextmanager
def _executor(cluster: str | None) -> Iterator[Executor | None]:
    if cluster is None:
        yield None
        return
    from ..library.clusters import cluster as opened

    with opened(cluster) as executor:
        yield executor


def _cursor_file(path: str | None) -> CursorFile | None:
    if path is None:
        return None
    from ..sources.cursors import CursorFile

    return CursorFile(path)


def _complain_of(
    sources: Sequence[str], unreadable: Sequence[Unreadable], files: int, told: Sequence[int]
) -> int:
    """Name the files that could not be read; the exit code. Raises ``InputError`` when none could be.

    ``told`` holds the signal that ended the reading, if one did.
    """
    if told and unreadable:
        for each in unreadable:
            complain(each.reason)
        return 128 + told[0]
    if not unreadable and files == 0:
        raise InputError(f"{sources[0]} holds no file; name one, or a folder that has some.")
    if unreadable and files == 0:
        for each in unreadable[:-1]:
            complain(each.reason)
        raise InputError(unreadable[-1].reason)
    for each in unreadable:
        complain(each.reason)
        for line in (each.detail or "").splitlines():
            complain(line)
    return PARTIAL if unreadable else 0
