"""``stacktraces known merge-driver``: git merges baselines issue by issue."""

from __future__ import annotations

import subprocess
from pathlib import Path

import click

from ..errors import InputError, UsageError
from ..render._safe import one_line
from ._known_options import DEFAULT, FAILED
from ._run import SETTINGS, complain, examples

_NAME = "stacktraces"
_COMMAND = "stacktraces known merge-driver %O %A %B"


@click.command(
    "merge-driver",
    context_settings=SETTINGS,
    short_help="Let git merge baselines by issues.",
    epilog=examples(
        "stacktraces known merge-driver --install known-issues.toml",
    ),
)
@click.argument("base", required=False)
@click.argument("ours", required=False)
@click.argument("theirs", required=False)
@click.option(
    "--install",
    "baseline",
    is_flag=False,
    flag_value=DEFAULT,
    metavar="[FILE]",
    help=f"Set it up for the baseline FILE [{DEFAULT}] in its repository, and do no more.",
)
def merge_driver(base: str | None, ours: str | None, theirs: str | None, baseline: str | None) -> int:
    """Merge the baselines BASE, OURS and THEIRS into OURS, as git asks a merge driver to.

    Exits with 1 where both sides changed an issue in ways that do not go together: then it stands in the file
    in both versions, between conflict markers.
    """
    if baseline is not None:
        _install(Path(baseline))
        return 0
    if base is None or ours is None or theirs is None:
        raise UsageError("Name three files, BASE OURS THEIRS, or give --install.")
    from ..known import _atomic
    from ..known.baseline import read_text
    from ..known.three_way import merge

    before, mine, other = (read_text(Path(each)) for each in (base, ours, theirs))
    merged = merge(before, mine, other, ours)
    with _atomic.rewritten(Path(ours)) as stream:
        stream.write(merged.text.encode())
    for issue_id in merged.conflicts:
        complain(one_line(f"conflict: both sides changed {issue_id}"))
    return FAILED if merged.conflicts else 0


def _install(baseline: Path) -> None:
    folder = baseline.parent
    _git(folder, "config", f"merge.{_NAME}.name", "known issues of stacktraces, merged by issues")
    _git(folder, "config", f"merge.{_NAME}.driver", _COMMAND)
    attributes = folder / ".gitattributes"
    line = f"{baseline.name} merge={_NAME}"
    try:
        before = attributes.read_text(encoding="utf-8") if attributes.exists() else ""
        if line not in before.splitlines():
            end = "" if not before or before.endswith("\n") else "\n"
            attributes.write_text(f"{before}{end}{line}\n", encoding="utf-8")
    except OSError as error:
        raise InputError(f"{attributes} cannot be written: {error.strerror}.") from error
    click.echo(one_line(f"git merges {baseline} by issues; commit {attributes}, and run this in each clone"))


def _git(folder: Path, *arguments: str) -> None:
    try:
        subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise InputError("git is not installed.") from error
    except subprocess.CalledProcessError as error:
        reason = str(error.stderr).strip().partition("\n")[0]
        raise InputError(f"git could not be set up in {folder}: {reason}.") from error
