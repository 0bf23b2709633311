"""The baseline file's text: made for review, free of merge noise, refused with file and line when wrong."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from stacktraces.errors import StoreError
from stacktraces.known import Issue, Stack, open_store, operations
from stacktraces.known.exemplar import reduce
from tests.known_support import error, ids, issue, put, sighting

GIT = shutil.which("git")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "known.toml"
    open_store(path, create=True)
    return path


def entry(path: Path, name: str) -> str:
    """The text of the entry of the issue ``name``."""
    text = path.read_text(encoding="utf-8")
    start = text.index(f"[issues.{name}]")
    return text[start : text.index("\n# ", start)]


def test_an_entry_is_made_to_be_read(path: Path) -> None:
    outer = error("pay", "checkout", message="<value>")
    outer.cause, outer.cause_kind = error("lookup", kind="ValueError"), "cause"
    given = Issue(
        "1-3d",
        "KeyError in pay",
        link="https://example.org/7",
        stacks=[Stack("1-3d", reduce(outer, "python"))],
    )
    put(open_store(path), given)
    assert entry(path, "1-3d") == (
        "[issues.1-3d]\n"
        'title = "KeyError in pay"\n'
        'link = "https://example.org/7"\n'
        "\n"
        "[[issues.1-3d.stacks]]\n"
        'fingerprint = "1-3d"\n'
        'runtime = "python"\n'
        'type = "KeyError"\n'
        'message = "<value>"\n'
        "frames = [\n"
        '    "pay  at /srv/app/pay.py",\n'
        '    "checkout  at /srv/app/checkout.py",\n'
        "]\n"
        'cause_kind = "cause"\n'
        "\n"
        "[issues.1-3d.stacks.cause]\n"
        'type = "ValueError"\n'
        "frames = [\n"
        '    "lookup  at /srv/app/lookup.py",\n'
        "]\n"
    )


def test_seeing_what_is_known_again_does_not_touch_the_file(path: Path) -> None:
    store = open_store(path)
    store.record([sighting("1-aa", first_seen="2026-01-01T00:00:00Z", version="1.0")])
    before = path.read_bytes(), path.stat().st_ino
    store.record([sighting("1-aa", 7, last_seen="2026-05-01T00:00:00Z", version="2.0")])
    assert (path.read_bytes(), path.stat().st_ino) == before


def test_the_order_of_writing_does_not_show(tmp_path: Path) -> None:
    issues = [issue(f"1-{number:x}{number:x}") for number in range(16)]
    forwards, backwards = (
        open_store(tmp_path / "a.toml", create=True),
        open_store(tmp_path / "b.toml", create=True),
    )
    put(forwards, *issues)
    for each in reversed(issues):
        put(backwards, each)
    assert (tmp_path / "a.toml").read_bytes() == (tmp_path / "b.toml").read_bytes()


def test_a_change_leaves_other_entries_and_their_comments_alone(path: Path) -> None:
    put(open_store(path), issue("1-aa"), issue("1-bb"))
    text = path.read_text(encoding="utf-8")
    text = text.replace("# Known issues,", "# Our issues,")
    text = text.replace("[issues.1-aa]", "# Ask the payments team.\n[issues.1-aa]\n# and be quick")
    text = text.replace('title = "a title"', 'title    =    "a title"', 1)
    path.write_text(text, encoding="utf-8")
    store = open_store(path)
    operations.change(store, "1-bb", lambda each: operations.note(each, text="a note"))
    after = path.read_text(encoding="utf-8")
    assert after.replace('note = "a note"\n', "") == text
    assert ids(store.issues()) == ["1-aa", "1-bb"]


def test_text_that_looks_like_an_entry_is_kept_as_text(path: Path) -> None:
    path.write_text(
        "format = 1\n[issues.1-aa]\ntitle = '''\n[issues.1-bb]\n# c\n'''\n# 0\nnote = '''\n# 0\n'''\n"
        "[issues.1-cc]\ntitle = 'c'\n[[issues.1-aa.stacks]]\nfingerprint = '1-aa'\n",
        encoding="utf-8",
    )
    store = open_store(path)
    before = list(store.issues())
    assert [each.title for each in before] == ["[issues.1-bb]\n# c\n", "c"]
    put(store, issue("1-dd"))
    assert list(open_store(path).issues()) == [*before, issue("1-dd")]


def test_dates_may_be_written_as_toml_has_them(path: Path) -> None:
    path.write_text(
        "[issues.a]\ntitle = 't'\nstatus = 'resolved'\nresolved_at = 2026-01-31\n"
        "[[issues.a.stacks]]\nfingerprint = 'f'\nfirst_seen = 2026-01-30T10:00:00+02:00\n",
        encoding="utf-8",
    )
    found = open_store(path).issue("a")
    assert found is not None
    assert (found.resolved_at, found.first_seen) == ("2026-01-31", "2026-01-30T08:00:00Z")


GOOD = "format = 1\n\n[issues.1-aa]\ntitle = 'a'\n\n[[issues.1-aa.stacks]]\nfingerprint = '1-aa'\n\n"


@pytest.mark.parametrize(
    ("bad", "line", "says"),
    [
        ("[issues.x\n", 9, "not TOML"),
        ("[issues.x]\ntitle = 'unclosed\n", 10, "not TOML"),
        ("[issues.x]\ntitle = ", 10, "not TOML"),
        ("[issues.1-aa]\n", 9, "not TOML"),
        ("[issues.x]\n", 9, "the entry of x is wrong: Object missing required field `title`"),
        ("\n\n[issues.x]\ntitle = 3\n", 11, "Expected `str`, got `int` at `title`"),
        ("[issues.x]\ntitle = 't'\nstatus = 'closed'\n", 9, "Invalid enum value 'closed' at `status`"),
        ("[issues.x]\ntitle = 't'\ncolour = 'red'\n", 9, "unknown field `colour`"),
        ("[issues.x]\ntitle = 't'\nstatus = 'resolved'\n", 9, "needs `resolved_at` or `resolved_in`"),
        ("[issues.x]\ntitle = 't'\nresolved_at = 'soon'\n", 9, "`resolved_at` has to be a date"),
        ("[issues.x]\ntitle = 't'\n[[issues.x.stacks]]\n", 9, "missing required field `fingerprint`"),
        ("[issues.x]\ntitle = 't'\naliases = ['1-aa']\n", 9, "1-aa belongs to x and, at line 3, to 1-aa"),
        (
            "[issues.x]\ntitle = 't'\nstacks = [{fingerprint = 'f', frames = [3]}]\n",
            9,
            "Expected `str | object`, got `int` at `stacks[0].frames[0]`",
        ),
    ],
)
def test_a_bad_entry_is_refused_with_file_and_line(path: Path, bad: str, line: int, says: str) -> None:
    path.write_text(GOOD, encoding="utf-8")
    store = open_store(path)
    path.write_text(GOOD + bad, encoding="utf-8")
    for attempt in (lambda: open_store(path), lambda: store.record([sighting("1-zz")])):
        with pytest.raises(StoreError) as caught:
            attempt()
        assert str(caught.value).startswith(f"{path}:{line}: ")
        assert says in str(caught.value)
        assert "nothing was changed" in str(caught.value).lower()
    assert path.read_text(encoding="utf-8") == GOOD + bad


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"format = 3\n", "has format 3 and this stacktraces reads up to 2; upgrade stacktraces"),
        (b"format = 'x'\n", "has format 'x'"),
        (b"\n\nrules = 3\n", ":3: unknown key 'rules'"),
        (b"issues = 3\n", ":1: 'issues' has to be a table"),
        (b"format = 1\n\xff\n", ":2: this is not UTF-8"),
        (b"x = " + b"[" * 100_000, "nested too deeply"),
        (b"[issues." + b"a." * 5000 + b"a]\n", "too many parts"),
    ],
)
def test_a_bad_file(path: Path, content: bytes, says: str) -> None:
    path.write_bytes(content)
    with pytest.raises(StoreError, match=says.replace("(", r"\(")):
        open_store(path, create=True)
    assert path.read_bytes() == content


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.mark.skipif(GIT is None, reason="git is not installed")
@pytest.mark.parametrize("start", [0, 12])
def test_branches_that_add_issues_merge_cleanly(path: Path, start: int) -> None:
    folder = path.parent
    put(open_store(path), *(issue(f"1-{each * 5 % 16:x}{each:015x}") for each in range(start)))
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "start")
    for branch, name in (("one", "1-3fffffffffffffff"), ("two", "1-4000000000000000")):
        git(folder, "checkout", "-qb", branch, "main")
        put(open_store(path), issue(name, title=f"from {branch}"))
        git(folder, "commit", "-qam", branch)
    git(folder, "checkout", "-q", "main")
    git(folder, "merge", "-q", "one")
    git(folder, "merge", "-q", "two", "-m", "both")
    merged = open_store(path)
    assert {"1-3fffffffffffffff", "1-4000000000000000"} <= set(ids(merged.issues()))
    assert len(list(merged.issues())) == start + 2
    before = path.read_text(encoding="utf-8")
    put(merged, issue("1-dd"))
    with merged.edit() as edit:
        edit.remove("1-dd")
    assert path.read_text(encoding="utf-8") == before
