"""A server of the Model Context Protocol over standard input and output, on the protocol's own SDK."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .._version import __version__
from ..errors import MissingExtraError, StacktracesError
from .answers import NOTE, Questions

if TYPE_CHECKING:
    from mcp.server import MCPServer


def make_server(questions: Questions) -> MCPServer[Any]:
    """The server; its tools only read. Raises ``MissingExtraError``."""
    try:
        from mcp.server import MCPServer
        from mcp.types import ToolAnnotations
    except ImportError as error:
        raise MissingExtraError("stacktraces mcp", "mcp") from error

    server: MCPServer[Any] = MCPServer(
        "stacktraces",
        version=__version__,
        instructions=f"Errors in logs: how often, when, known or new. Threads of hung processes. {NOTE}",
    )
    for tool in _tools(questions):
        hints = ToolAnnotations(read_only_hint=True, destructive_hint=False, open_world_hint=False)
        server.tool(annotations=hints)(tool)
    return server


def _told(answer: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What ``answer`` gives; an input that cannot be read is an answer, too."""
    try:
        return answer()
    except StacktracesError as error:
        return {"error": str(error)}


def _tools(questions: Questions) -> list[Callable[..., dict[str, Any]]]:
    def find_errors(
        paths: list[str],
        since: str | None = None,
        until: str | None = None,
        error_type: str | None = None,
        top: int = 20,
    ) -> dict[str, Any]:
        """The distinct errors in log files or folders: how often, when, where, known or new.

        paths are relative to the server's folders; since and until are ISO 8601 times; error_type is a glob
        such as KeyError or java.lang.*; top is how many are listed.
        """
        return _told(lambda: questions.errors(paths, since, until, error_type, top))

    def show_error(paths: list[str], fingerprint: str) -> dict[str, Any]:
        """One error whole: its stack with causes, and the first places where it stands in the logs.

        fingerprint is one that find_errors has given, or its start.
        """
        return _told(lambda: questions.error(paths, fingerprint))

    def list_known_issues(status: str | None = None) -> dict[str, Any]:
        """The known issues that the server was given; status is open, resolved or ignored."""
        return _told(lambda: questions.issues(status))

    def describe_snapshot(path: str, level: int = 0) -> dict[str, Any]:
        """What the threads in a debugger's output, a thread dump or a collected snapshot are and do.

        level is 0 for groups of threads, 1 for threads, 2 for their frames.
        """
        return _told(lambda: questions.snapshot(path, level))

    return [find_errors, show_error, list_known_issues, describe_snapshot]
