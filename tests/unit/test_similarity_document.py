"""What is compared of a stack: names that outlive a build, and nothing that says nothing."""

import pytest

from stacktraces.model import Error, Frame, Thread
from stacktraces.naming import NATIVE
from stacktraces.signatures import document as documents
from stacktraces.signatures.document import MAX_CAUSES, MAX_FRAMES, StackDocument
from stacktraces.signatures.fatal import thread_error


def document(error: Error) -> StackDocument:
    return documents.document(error, NATIVE)


def native(*names: str, module: str | None = None) -> list[Frame]:
    return [Frame(function=None if name == "??" else name, module=module) for name in names]


def test_machinery_of_dying_and_starting_is_left_out() -> None:
    frames = native("__kernel_vsyscall", "*__GI_raise", "abort", "__assert_fail", "IA__g_list_remove", "main")
    frames += native("__libc_start_main", "_start")
    found = document(Error(frames=frames))
    assert found.frames == ("g_list_remove", "main")
    assert found.raised
    assert not found.truncated


def test_frames_inside_the_signal_handler_are_left_out() -> None:
    found = document(Error(frames=native("waitpid", "<signal handler called>", "strlen", "show")))
    assert found.frames == ("strlen", "show")


def test_a_nameless_frame_is_known_by_its_module_without_version() -> None:
    frames = [Frame(function="cairo_fill"), Frame(module="/usr/lib/libgtk-x11-2.0.so.0", address=0x7F12345)]
    assert document(Error(frames=frames)).frames == ("cairo_fill", "?libgtk-x11")


@pytest.mark.parametrize("address", [0, 0x10, 0xBF96FD68, 0x7FFF71F11368, 0x3A3A3A3A3A3A3A3A])
def test_data_that_the_unwinder_took_for_a_call_is_left_out(address: int) -> None:
    frames = [Frame(function="strlen", address=0x7F0000001000), Frame(address=address)]
    assert document(Error(frames=frames)).frames == ("strlen",)


def test_addresses_are_the_same_wherever_a_library_is_loaded() -> None:
    one = document(Error(frames=[Frame(module="/lib/libx.so", address=0x7F0000123ABC)]))
    other = document(Error(frames=[Frame(module="/lib/libx.so", address=0x7F9999999ABC)]))
    third = document(Error(frames=[Frame(module="/lib/libx.so", address=0x7F9999999ABD)]))
    assert one == other
    assert one != third


def test_the_whole_address_tells_a_place_in_an_executable() -> None:
    one, other = (document(Error(frames=[Frame(address=address)])) for address in (0x4C026E, 0x4D026E))
    assert one.frames == other.frames == ("?",)
    assert one.addresses != other.addresses


@pytest.mark.parametrize("cycle", [["walk"], ["walk", "visit"], ["walk", "visit", "enter", "leave"]])
def test_recursion_depth_does_not_count(cycle: list[str]) -> None:
    once, often = (document(Error(frames=native("fail", *cycle * times, "top"))) for times in (1, 40))
    assert once == often


def test_a_deep_stack_is_cut() -> None:
    assert len(document(Error(frames=native(*(f"f{n}x" for n in range(5000))))).frames) == MAX_FRAMES


def test_message_template_and_causes() -> None:
    cause = Error(type="ConnectionError", cause=Error(type="TimeoutError"))
    found = document(Error(type="ValueError", message="no item 17 in cart", cause=cause))
    assert found.error_type == "ValueError"
    assert found.causes == ("ConnectionError", "TimeoutError")
    assert found.message == document(Error(message="no item 4 in cart")).message


def test_the_root_cause_stands_inside() -> None:
    root = Error(type="KeyError", frames=native("lookup", "handle"))
    middle = Error(type="OSError", frames=native("skipped"), cause=root)
    found = document(Error(type="ValueError", frames=native("handle", "serve"), cause=middle))
    assert found.frames == ("lookup", "handle", "serve")
    assert found.causes == ("OSError", "KeyError")


def test_a_member_stands_inside_its_group() -> None:
    members = [Error(type=kind, frames=native(f"in_{kind}")) for kind in ("ValueError", "KeyError")]
    one = document(Error(type="ExceptionGroup", frames=native("gather"), children=members))
    other = document(Error(type="ExceptionGroup", frames=native("gather"), children=members[::-1]))
    assert one == other
    assert one.frames == ("in_KeyError", "gather")


def test_a_chain_without_end_is_cut() -> None:
    error = Error(type="E0")
    for number in range(1, 3000):
        error = Error(type=f"E{number}", cause=error)
    assert len(document(error).causes) == MAX_CAUSES


@pytest.mark.parametrize("message", [None, "", "'key 7'", "17"])
def test_a_message_of_values_alone_says_nothing(message: str | None) -> None:
    assert document(Error(type="KeyError", message=message)).message is None


def test_a_crashed_thread_is_its_error_with_its_own_stack() -> None:
    assert document(thread_error(Thread(frames=native("abort", "free")))).frames == ("free",)
    fatal = thread_error(Thread(frames=native("f", "g"), error=Error(type="SIGSEGV")))
    assert document(fatal).error_type == "SIGSEGV"
    assert document(fatal).frames == ("f", "g")
