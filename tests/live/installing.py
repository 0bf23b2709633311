"""Installing what users download as they do: into environments of their own, from a wheel or an sdist."""

from __future__ import annotations

import functools
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Literal, NamedTuple

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from tests.cli.support import Result

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
OLDEST = 11
"""The second number of the oldest Python 3 that is supported."""
WITHOUT_COMPILER = {"CC": "no-compiler-here", "CXX": "no-compiler-here"}
_NOBODY = "nobody"

Versions = Literal["lowest", "newest"]


class Interpreter(NamedTuple):
    """A Python of this machine."""

    path: str
    minor: int

    @property
    def name(self) -> str:
        """``3.11``."""
        return f"3.{self.minor}"


@functools.cache
def interpreters() -> tuple[Interpreter, ...]:
    """One of each version that is supported, the oldest first."""
    pyenv = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser()
    paths = [sys.executable, *map(str, sorted(pyenv.glob("versions/3.*/bin/python3")))]
    paths += [found for minor in range(OLDEST, 30) if (found := shutil.which(f"python3.{minor}"))]
    found: dict[int, Interpreter] = {}
    for path in paths:
        if (minor := _minor(path)) is not None and minor >= OLDEST:
            found.setdefault(minor, Interpreter(path, minor))
    return tuple(found[minor] for minor in sorted(found))


def _minor(path: str, user: str | None = None) -> int | None:
    """Which Python 3 ``path`` is, where ``user`` may run it and it can make environments."""
    code = "import ensurepip, sys, venv; print(sys.version_info.minor)"
    try:
        done = subprocess.run(
            [path, "-c", code], capture_output=True, text=True, user=user, cwd="/", check=False
        )
    except OSError:
        return None
    return int(done.stdout) if done.returncode == 0 else None


def lowest(interpreter: Interpreter) -> list[str]:
    """The lowest version of each dependency that is allowed with ``interpreter``, as requirements."""
    environment = {
        "python_version": interpreter.name,
        "python_full_version": f"{interpreter.name}.0",
    }
    texts = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["postgresql"]]
    bounds: dict[str, Version] = {}
    for requirement in map(Requirement, texts):
        if requirement.marker is not None and not requirement.marker.evaluate(environment):
            continue
        name = requirement.name + (f"[{','.join(requirement.extras)}]" if requirement.extras else "")
        for each in requirement.specifier:
            assert each.operator == ">=", f"{requirement} has no lowest version"
            bounds[name] = max(bounds.get(name, Version("0")), Version(each.version))
    return [f"{name}=={version}" for name, version in bounds.items()]


class Distributions(NamedTuple):
    """What would be uploaded to a package index."""

    wheel: Path
    sdist: Path


def build(interpreter: Interpreter, folder: Path) -> Distributions:
    """An sdist of what is committed or about to be, and the wheel that is built from it.

    Skips without network, and fails in CI.
    """
    source = folder / "source"
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        if not name.startswith(("tests/", "bench/")) and (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, source / name)
    builder = Environment(interpreter, folder / "builder")
    builder.install("build")
    done = builder.run("python", "-m", "build", "--outdir", str(folder / "dist"), str(source))
    assert done.code == 0, done.err
    (wheel,), (sdist,) = (folder / "dist").glob("*.whl"), (folder / "dist").glob("*.tar.gz")
    return Distributions(wheel, sdist)


class Environment:
    """A virtual environment, and a user in it."""

    def __init__(self, interpreter: Interpreter, folder: Path, user: str | None = None) -> None:
        self.folder = folder
        self._user = user
        self._environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PYTHON", "STACKTRACES"))
        }
        self._environment |= {"HOME": str(folder), "PATH": "/usr/local/bin:/usr/bin:/bin"}
        if user is None:
            self._environment["HOME"] = os.environ.get("HOME", str(folder))
        made = self._call([interpreter.path, "-m", "venv", str(folder / "venv")])
        assert made.code == 0, made.err

    def install(self, *requirements: str, without_compiler: bool = False) -> None:
        """Have pip install ``requirements``; skips where no package index answers, and fails in CI."""
        more = WITHOUT_COMPILER if without_compiler else {}
        arguments = ["-m", "pip", "install", "--quiet", "--no-input", "--retries", "1", *requirements]
        done = self._call([str(self.folder / "venv/bin/python"), *arguments], more)
        if done.code and _is_offline(done.err) and os.environ.get("CI") != "true":
            pytest.skip("no package index can be reached")
        assert done.code == 0, done.err

    def run(self, program: str, *arguments: str, stdin: bytes = b"", cwd: Path | None = None) -> Result:
        """Run a program of the environment."""
        return self._call([str(self.folder / "venv/bin" / program), *arguments], stdin=stdin, cwd=cwd)

    def _call(
        self,
        command: list[str],
        more: dict[str, str] | None = None,
        stdin: bytes = b"",
        cwd: Path | None = None,
    ) -> Result:
        done = subprocess.run(
            command,
            input=stdin,
            capture_output=True,
            env=self._environment | (more or {}),
            user=self._user,
            group=self._user and pwd.getpwnam(self._user).pw_gid,
            extra_groups=[] if self._user else None,
            cwd=cwd or self.folder.parent,
            timeout=900,
            check=False,
        )
        return Result(done.returncode, done.stdout.decode(), done.stderr.decode())


def _is_offline(message: str) -> bool:
    signs = ("NewConnectionError", "Name or service not known", "Temporary failure in name resolution")
    return any(each in message for each in signs)


def ordinary_user() -> tuple[Interpreter, str | None]:
    """A user who is not root, ``None`` for this one, and an interpreter that the user may run; skips without."""
    if os.geteuid() != 0:
        return interpreters()[0], None
    shared = [f"/usr/bin/python3.{minor}" for minor in range(OLDEST, 30)]
    for path in (*(each.path for each in interpreters()), *shared):
        if (minor := _minor(path, _NOBODY)) is not None and minor >= OLDEST:
            return Interpreter(path, minor), _NOBODY
    pytest.skip("no user but root may run a Python that is supported")


def folder_of(user: str | None) -> Path:
    """An empty folder of ``user``, to be removed by who asked for it."""
    folder = Path(tempfile.mkdtemp(prefix="stacktraces-"))
    if user is not None:
        entry = pwd.getpwnam(user)
        os.chown(folder, entry.pw_uid, entry.pw_gid)
    return folder
