"""Errors that a program built by the Rust of this machine prints, against what is known of them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from stacktraces.model import Trace
from stacktraces.parsing import iterate
from stacktraces.signatures.culprit import culprit
from stacktraces.signatures.fingerprint import fingerprint
from tests.conftest import need

pytestmark = pytest.mark.live

PROGRAM = """
struct Shop { prices: Vec<u32> }
impl Shop {
    #[inline(never)]
    fn price(&self, at: usize) -> u32 {
        self.prices[at] // price
    }
}
#[inline(never)]
fn total(shop: &Shop, wanted: &[usize]) -> u32 {
    wanted.iter().map(|&at| shop.price(at)).sum()
}
struct Noisy;
impl Drop for Noisy {
    fn drop(&mut self) { panic!("in drop"); }
}
#[allow(unconditional_recursion)]
#[inline(never)]
fn forever(n: u64) -> u64 { if n == u64::MAX { 0 } else { forever(n + 1) + 1 } }
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let shop = Shop { prices: vec![1, 2] };
    match std::env::args().nth(1).unwrap().as_str() {
        "index" => { total(&shop, &[0, 2]); }
        "assert" => assert_eq!(total(&shop, &[0]), 2, "the sum"), // assert
        "lines" => panic!("first\\n\\nstack backtrace:\\n   0: no frame\\nend"), // lines
        "thread" => {
            let thread = std::thread::Builder::new().name("it's".into());
            let _ = thread.spawn(move || total(&shop, &[7])).unwrap().join();
        }
        "drop" => { let _noisy = Noisy; panic!("first"); }
        "stack" => { println!("{}", forever(0)); }
        "error" => { std::fs::read("/does/not/exist")?; }
        _ => {}
    }
    Ok(())
}
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop")
    (folder / "shop.rs").write_text(PROGRAM)
    command = [need("rustc"), "-g", "--edition", "2021", "shop.rs"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=600)
    return folder / "shop"


def run(program: Path, shape: str, backtrace: str = "0") -> Trace:
    environment = {**os.environ, "RUST_BACKTRACE": backtrace}
    done = subprocess.run([program, shape], env=environment, capture_output=True, timeout=60, check=False)
    (found,) = iterate(done.stderr)
    assert isinstance(found, Trace)
    assert found.format == "rust"
    return found


def line_of(marker: str) -> int:
    """The line of the source that ends with ``// marker``."""
    return next(number for number, line in enumerate(PROGRAM.split("\n"), 1) if line.endswith(f"// {marker}"))


@pytest.mark.parametrize("backtrace", ["0", "1", "full"])
def test_a_panic(program: Path, backtrace: str) -> None:
    trace = run(program, "index", backtrace)
    assert trace.error.type == "panic"
    assert trace.error.message == "index out of bounds: the len is 2 but the index is 2"
    found = culprit(trace.error, "rust")
    assert found is not None
    assert (Path(found.file or "").name, found.line) == ("shop.rs", line_of("price"))
    if backtrace != "0":
        assert (found.function or "").startswith("shop::Shop::price")


def test_short_and_full_backtraces_have_one_fingerprint(program: Path) -> None:
    short, full = (run(program, "index", backtrace) for backtrace in ("1", "full"))
    assert len(full.error.frames) > len(short.error.frames)
    assert fingerprint(short.error, "rust") == fingerprint(full.error, "rust")


@pytest.mark.parametrize("backtrace", ["0", "1"])
def test_messages(program: Path, backtrace: str) -> None:
    error = run(program, "lines", backtrace).error
    assert error.message == "first\n\nstack backtrace:\n   0: no frame\nend"
    error = run(program, "assert", backtrace).error
    assert "left" in (error.message or "")
    assert line_of("assert") in [each.line for each in error.frames]


def test_a_panic_in_a_thread(program: Path) -> None:
    assert run(program, "thread").context.thread == "it's"


@pytest.mark.parametrize("backtrace", ["0", "1"])
def test_a_panic_while_another_one_is_unwound(program: Path, backtrace: str) -> None:
    error = run(program, "drop", backtrace).error
    assert error.message == "in drop"
    assert error.cause is not None
    assert error.cause.message == "first"


def test_a_full_stack(program: Path) -> None:
    error = run(program, "stack").error
    assert (error.type, error.message) == ("fatal error", "stack overflow")


def test_what_main_returned(program: Path) -> None:
    error = run(program, "error").error
    assert error.type == "Error"
    assert "No such file or directory" in (error.message or "")
