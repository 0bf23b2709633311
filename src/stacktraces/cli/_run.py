"""How every command ends: with an exit code, and never with a traceback of ours."""

from __future__ import annotations

import contextlib
import gc
import io
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from typing import TextIO

import click

from ..errors import StacktracesError
from ..render._safe import one_line, printable
from . import INTERRUPTED

SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
"""click's context settings of every command."""
PARTIAL = 3
"""Exit code: something was understood, and something was not."""
OUT_OF_MEMORY = 2
UNWRITABLE = 2


def examples(*commands: str) -> str:
    """The end of a command's help: lines as one types them."""
    return "\b\nExamples:\n" + "\n".join(f"  {each}" for each in commands)


def run(command: click.Command, arguments: Sequence[str] | None = None, name: str | None = None) -> int:
    """Run ``command`` and give its exit code: 0 done, 1 a check failed, 2 nothing understood, 3 partly.

    ``arguments`` are those of the process unless given; ``name`` is what help calls the command.
    """
    _open_standard_streams()
    result: object = None
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        with while_read():
            result = command.main(
                list(arguments) if arguments is not None else None, prog_name=name, standalone_mode=False
            )
    except StacktracesError as error:
        return complain(str(error), error.exit_code)
    except click.ClickException as error:
        return _show(error)
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except SystemExit:
        return 0  # This is how click ends when the reader of a pipe has what it wanted.
    except MemoryError:
        return complain("The memory does not suffice for this input; split it.", OUT_OF_MEMORY)
    except OSError as error:
        _give_up(sys.stdout)
        return complain(f"The output cannot be written: {error.strerror}. Write it elsewhere.", UNWRITABLE)
    return result if isinstance(result, int) else 0


@contextlib.contextmanager
def while_read() -> Iterator[None]:
    """What is written within goes to standard output for as long as its reader wants it.

    That the reader of a pipe goes away is no error: it has what it wanted. What is written later is dropped.
    """
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        _give_up(sys.stdout)


def _give_up(stream: TextIO) -> None:
    """Let what is still written to ``stream`` go nowhere: Python would try again, and fail, as it ends."""
    with contextlib.suppress(io.UnsupportedOperation):
        number = stream.fileno()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, number)
        os.close(nowhere)


def end_quietly() -> None:
    """Write what is still to be written. Ctrl-C has the system's meaning from then on.

    Python prints a traceback where it comes while the interpreter ends.
    """
    with contextlib.suppress(OSError):
        sys.stdout.flush()
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    # Nothing that is left needs its end: looking for garbage in it takes longer than reading a short log.
    gc.freeze()


def _show(error: click.ClickException) -> int:
    """Let click say what is wrong with the arguments, which can be names of files; gives the exit code."""
    said = io.StringIO()
    error.show(file=said)
    return _echo_error(printable(said.getvalue()), error.exit_code)


def complain(sentence: str, exit_code: int = 0) -> int:
    """Write ``sentence`` to standard error, on a line of its own; gives ``exit_code`` back."""
    return _echo_error(f"{one_line(sentence)}\n", exit_code)


def _echo_error(text: str, exit_code: int) -> int:
    """Write ``text`` to standard error; where nobody can read it, ``exit_code`` has to do."""
    try:
        click.echo(text, err=True, nl=False)
    except OSError:
        _give_up(sys.stderr)
    return exit_code


def _open_standard_streams() -> None:
    """Give a program that was started with a closed stream an empty one; Python has ``None`` there."""
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        if getattr(sys, name) is None:
            descriptor = os.open(os.devnull, os.O_RDWR)
            if descriptor != number:
                os.dup2(descriptor, number)
                os.close(descriptor)
            setattr(sys, name, os.fdopen(number, mode))
