"""Errors that programs built by the Go of this machine print, against what is known of them."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from stacktraces.model import Error, Trace
from stacktraces.parsing import iterate
from stacktraces.signatures.culprit import culprit
from tests.conftest import need

pytestmark = pytest.mark.live

PROGRAM = """
package main

import (
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime/debug"
	"sync"
	"time"
)

type shop struct{ prices []int }

func (s *shop) price(at int) int {
	return s.prices[at] // price
}

func total(s *shop, wanted ...int) (sum int) {
	for _, at := range wanted {
		sum += s.price(at) // total
	}
	return sum
}

func recovered(s *shop) {
	defer func() { log.Printf("recovered: %v\\n%s", recover(), debug.Stack()) }()
	total(s, 0, 3) // recovered
}

func main() {
	s := &shop{[]int{1, 2}}
	switch os.Args[1] {
	case "index":
		total(s, 0, 3) // index
	case "lines":
		panic("first\\n\\n\\tthird\\ngoroutine 7 [running]:\\nno frame")
	case "nested":
		defer func() { panic(fmt.Sprint("second after ", recover())) }()
		panic("first")
	case "again":
		defer func() { panic(recover()) }()
		total(s, 3) // again
	case "recovered":
		recovered(s) // main
	case "fatal":
		var m sync.Mutex
		m.Unlock() // fatal
	case "http":
		handler := func(w http.ResponseWriter, r *http.Request) { total(s, 3) }
		server := httptest.NewServer(http.HandlerFunc(handler))
		http.Get(server.URL)
	case "wait":
		fmt.Println("ready")
		time.Sleep(time.Hour)
	}
}
"""

RACE = """
package main

func main() {
	n := 0
	done := make(chan bool)
	go func() { n++; close(done) }()
	n++
	<-done
}
"""


def build(folder: Path, program: str, *options: str) -> Path:
    """The program that ``program`` compiles to; one without packages takes the least time."""
    (folder / "main.go").write_text(program)
    (folder / "go.mod").write_text("module example.com/shop\n\ngo 1.18\n")
    environment = {**os.environ, "GOCACHE": str(folder / "cache"), "GOFLAGS": "", "GOTOOLCHAIN": "local"}
    command = [need("go"), "build", *options, "-o", "shop", "."]
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, timeout=600)
    return folder / "shop"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("shop"), PROGRAM)


def run(program: Path, shape: str, traceback: str = "single") -> Trace:
    environment = {**os.environ, "GOTRACEBACK": traceback}
    done = subprocess.run([program, shape], env=environment, capture_output=True, timeout=60, check=False)
    (found,) = iterate(done.stderr)
    assert isinstance(found, Trace)
    assert found.format == "go"
    return found


def line_of(marker: str) -> int:
    """The line of the source that ends with ``// marker``."""
    return next(number for number, line in enumerate(PROGRAM.split("\n"), 1) if line.endswith(f"// {marker}"))


def own(error: Error) -> list[tuple[str | None, int | None]]:
    """The frames of the program itself."""
    return [(each.function, each.line) for each in error.frames if (each.function or "").startswith("main.")]


@pytest.mark.parametrize("traceback", ["single", "all", "system", "crash"])
def test_a_panic(program: Path, traceback: str) -> None:
    error = run(program, "index", traceback).error
    assert (error.type, error.message) == ("panic", "runtime error: index out of range [3] with length 2")
    assert own(error) == [
        ("main.(*shop).price", line_of("price")),
        ("main.total", line_of("total")),
        ("main.main", line_of("index")),
    ]


def test_a_message_of_several_lines(program: Path) -> None:
    assert run(program, "lines").error.message == "first\n\n\tthird\ngoroutine 7 [running]:\nno frame"


def test_a_panic_in_a_deferred_call(program: Path) -> None:
    error = run(program, "nested").error
    assert error.message == "second after first"
    assert error.cause is not None
    assert error.cause.message == "first"


@pytest.mark.parametrize(("shape", "outermost"), [("again", "again"), ("recovered", "main")])
def test_a_recovered_panic(program: Path, shape: str, outermost: str) -> None:
    error = run(program, shape).error
    assert (error.type, error.message) == ("panic", "runtime error: index out of range [3] with length 2")
    assert own(error)[0] == ("main.(*shop).price", line_of("price"))
    assert own(error)[-1] == ("main.main", line_of(outermost))


def test_net_http_logs_a_panic(program: Path) -> None:
    error = run(program, "http").error
    assert error.message == "runtime error: index out of range [3] with length 2"
    found = culprit(error, "go")
    assert found is not None
    assert (found.function, found.line) == ("main.(*shop).price", line_of("price"))


def test_a_fatal_error(program: Path) -> None:
    error = run(program, "fatal").error
    assert (error.type, error.message) == ("fatal error", "sync: unlock of unlocked mutex")
    assert own(error) == [("main.main", line_of("fatal"))]


def test_a_data_race(tmp_path: Path) -> None:
    need("gcc")
    error = run(build(tmp_path, RACE, "-race"), "race").error
    assert error.type == "DATA RACE"
    assert own(error)
    assert error.related[0].title.startswith("Previous ")
    assert own(Error(frames=error.related[0].frames))


@pytest.mark.parametrize("number", [signal.SIGQUIT, signal.SIGABRT])
def test_a_signal(program: Path, number: signal.Signals) -> None:
    process = subprocess.Popen([program, "wait"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    time.sleep(0.2)
    process.send_signal(number)
    _, text = process.communicate(timeout=60)
    (found,) = iterate(text)
    assert isinstance(found, Trace)
    assert found.error.type == number.name
    assert "main.main" in [each.function for stack in found.error.related for each in stack.frames]
