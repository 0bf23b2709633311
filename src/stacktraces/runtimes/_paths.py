"""Where a source file lives, without the machine it lives on."""

from __future__ import annotations

from .._regex import regex

# Folders that hold projects, not packages: what stands below them is a checkout.
_BASES = regex(
    r"(?:[A-Za-z]:)?/(?:(?:home|Users)/[^/]+|root)/|/(?:srv|opt|tmp|mnt|data|www|builds)/|/var/(?:www|lib|app|tmp)/|/usr/src/"
)
# Folders that are a root of sources by custom: dropped wherever they are the parent, so that a checkout
# which has them and a container which has not agree.
_ROOTS = frozenset(
    {
        "app", "application", "apps", "bin", "build", "checkout", "code", "current",
        "dist", "lib", "libs", "out", "output", "project", "projects", "release",
        "releases", "repo", "root", "script", "scripts", "site", "source", "sources",
        "src", "task", "tmp", "usr", "work", "workspace",
    }
)  # fmt: skip
_PACKAGE = regex(r"[^\W\d]\w*\Z")


def clean(path: str) -> str:
    """``path`` with forward slashes and without ``.`` and ``..``."""
    path = path.replace("\\", "/")
    if "/." in path or path.startswith("."):
        parts = path.split("/")
        path = "/".join(part for part in parts if part not in (".", ".."))
    return path


def own_place(path: str, root: str | None) -> str:
    """The last folder and the name of a file of the user's own, stable across checkouts.

    The folder is left out when it is where the program's script lies (``root``), a customary root such
    as ``src``, the project's own folder under a home, or no possible package name (``shop-1.2``): all of
    these differ between two installations of the same code.
    """
    path = clean(path)
    if root is not None and path.startswith(root + "/"):
        relative = path[len(root) + 1 :]
    else:
        base = _BASES.match(path)
        # Below a base comes one project folder; a file right in the base has none.
        relative = path[base.end() :].partition("/")[2] or path.rpartition("/")[2] if base else path
    folder, _, name = relative.rpartition("/")
    parent = folder.rpartition("/")[2]
    if not parent or parent.lower() in _ROOTS or not _PACKAGE.match(parent):
        return name
    return f"{parent}/{name}"
