"""The rule language and the httpd pack."""

from __future__ import annotations

import pytest

from stacktraces.errors import RuleError
from stacktraces.model import Frame
from stacktraces.rules import RuleSet, load_pack
from stacktraces.rules.language import parse_pack


def stack(*functions: str) -> list[Frame]:
    return [Frame(function=function, id=str(number)) for number, function in enumerate(functions)]


# The tables of what the threads of an httpd are called and do, row by row, each with a stack that shows it.
NAMES = [
    (("listener_thread", "dummy_worker"), "MPM child listener thread"),
    (("worker_thread", "dummy_worker"), "MPM child worker thread"),
    (("worker_thread", "other"), "MPM child worker thread"),
    (("child_main", "make_child", "event_run"), "Event MPM child main thread"),
    (("child_main", "make_child", "worker_run"), "MPM child main thread"),
    (("ap_wait_or_timeout", "server_main_loop", "event_run"), "Event MPM parent"),
    (("ap_wait_or_timeout", "server_main_loop", "worker_run"), "MPM parent"),
    (("cgid_server", "cgid_start"), "mod_cgid daemon"),
    (("ConnectionService",), "SiteMinder thread"),
    (("__1cPCSmAdminManagerRManageAgentThread6Fpv_1_",), "SiteMinder thread"),
    (("main",), None),
]
STATES = [
    (("ap_queue_pop_something", "worker_thread"), "waiting for connection to handle"),
    (("ap_queue_pop", "worker_thread"), "waiting for connection to handle"),
    (("ap_queue_pop", "dummy_worker"), "waiting for connection to handle"),
    (("apr_pollset_poll", "listener_thread"), "waiting for connection to accept"),
    (("ap_event_pod_check", "child_main"), "waiting for termination event"),
    (("ap_worker_pod_check", "child_main"), "waiting for termination event"),
    (("ap_mpm_pod_check", "child_main"), "waiting for termination event"),
    (("ap_mpm_podx_check", "child_main"), "waiting for termination event"),
    (("ap_read_request", "ap_process_http_connection"), "reading client request"),
    (("apr_proc_mutex_lock", "listener_thread"), "waiting for accept mutex"),
    (("apr_thread_join", "child_main"), "waiting for threads to exit"),
    (("__1cIcm_sleep6FLl_v_", "ConnectionService"), "idle"),
    (("__1cPCSmWorkerThreadFSleep6MLl_v_",), "idle"),
    (("ap_lingering_close", "process_socket"), "waiting for client to acknowledge connection close"),
    (("ap_run_handler", "ap_invoke_handler"), "running request handler"),
    (("ap_queue_push", "listener_thread"), "sending connection to worker thread"),
    (("ap_wait_or_timeout", "worker_run", "ap_run_mpm"), "idle"),
    (("ap_queue_pop_something", "elsewhere"), None),
]
TRIMS = [
    (
        ("__lll_unlock_wake", "apr_thread_mutex_unlock", "ap_queue_push"),
        ("apr_thread_mutex_unlock", "ap_queue_push"),
    ),
    (("x", "apr_thread_cond_wait", "ap_queue_pop"), ("apr_thread_cond_wait", "ap_queue_pop")),
    (("__GI___select", "select", "apr_sleep", "m"), ("apr_sleep", "m")),
    (("poll", "poll", "apr_socket_recv"), ("poll", "apr_socket_recv")),
    (("poll", "other", "poll"), ("poll", "other", "poll")),
    (("w", "dummy_worker", "start_thread", "clone"), ("w", "dummy_worker")),
    (("fcntl", "apr_proc_mutex_lock", "l"), ("apr_proc_mutex_lock", "l")),
    (("read", "read", "ap_mpm_pod_check", "child_main"), ("ap_mpm_pod_check", "child_main")),
    (("kevent", "impl_pollset_poll", "apr_pollset_poll", "l"), ("apr_pollset_poll", "l")),
    (("lwp_wait", "_thrp_join", "apr_thread_join", "child_main"), ("apr_thread_join", "child_main")),
    (("poll", "apr_poll", "f"), ("apr_poll", "f")),
    (("f", "main", "_start"), ("f", "main")),
    (("select", "f", "_lwp_start"), ("select", "f")),
]


@pytest.mark.parametrize(("functions", "name"), NAMES)
def test_httpd_names(functions: tuple[str, ...], name: str | None) -> None:
    assert RuleSet().name(stack(*functions)) == name


@pytest.mark.parametrize(("functions", "state"), STATES)
def test_httpd_states(functions: tuple[str, ...], state: str | None) -> None:
    assert RuleSet().state(stack(*functions)) == state


@pytest.mark.parametrize(("functions", "kept"), TRIMS)
def test_httpd_trims(functions: tuple[str, ...], kept: tuple[str, ...]) -> None:
    assert tuple(frame.function for frame in RuleSet().trim(stack(*functions))) == kept


def test_kept_frames_keep_their_numbers() -> None:
    assert [frame.id for frame in RuleSet().trim(stack("poll", "apr_poll", "f"))] == ["1", "2"]


def test_own_rules_are_asked_first() -> None:
    own = parse_pack('[[name]]\nwhen = { function = "worker_thread" }\nname = "mine"\n', "own.toml")
    assert RuleSet([own]).name(stack("worker_thread", "dummy_worker")) == "mine"


def test_each_condition() -> None:
    def holds(when: str, *frames: Frame) -> bool:
        pack = parse_pack(f'[[state]]\nwhen = {{ {when} }}\nstate = "yes"\n', "t.toml")
        return RuleSet([pack]).state(list(frames)) == "yes"

    inner, middle, outer = (
        Frame(function="xaby"),
        Frame(function="m", file="/srv/a/b.c"),
        Frame(module="/lib/libx.so.1"),
    )
    assert holds('function = ["no", "m"]', inner, middle)
    assert holds('contains = "ab"', inner)
    assert not holds('contains = "ab"', middle, outer)
    assert holds('matches = "^x.*y$"', inner)
    assert not holds('matches = "^y"', inner)
    assert holds('file = "b.c"', inner, middle)
    assert not holds('file = ".c"', inner, middle)
    assert holds('module = "libx.so.1"', outer)
    assert holds('function = "xaby", under = "m"', inner, middle)
    assert not holds('function = "xaby", under = { module = "libx.so.1" }', inner, middle, outer)
    assert holds('function = "xaby", below = { module = "libx.so.1" }', inner, middle, outer)
    assert not holds('function = "m", below = "xaby"', inner, middle, outer)
    assert holds('function = "xaby", innermost = true', inner, middle)
    assert not holds('function = "m", innermost = true', inner, middle)


BAD = [
    ("[[name]\n", 1, "TOML"),
    ('\n\n[[name]]\nwhen = { function = "a" }\n', 3, "'name'"),
    ('[[name]]\nwhen = { function = "a" }\nname = "x"\n\n[[name]]\nwhen = {}\nname = "y"\n', 5, "'when'"),
    ('[[state]]\nwhen = { matches = "(" }\nstate = "x"\n', 1, "regular expression"),
    ('[[state]]\nwhen = { functoin = "a" }\nstate = "x"\n', 1, "'functoin'"),
    ('[[trim]]\nwhen = { function = "a" }\ncut = "all"\n', 1, "'cut'"),
    ('[[trim]]\nwhen = { function = "a" }\ncut = "inside"\nincluding = "yes"\n', 1, "'including'"),
    ("[[rename]]\n", 1, "'rename'"),
    ('[[name]]\nwhen = { function = 3 }\nname = "x"\n', 1, "'function'"),
]


@pytest.mark.parametrize(("text", "line", "reason"), BAD)
def test_bad_rule_is_refused_with_file_line_and_reason(tmp_path, text: str, line: int, reason: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text)
    with pytest.raises(RuleError) as caught:
        load_pack(path)
    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert reason in str(caught.value)


def test_missing_and_undecodable_rule_files(tmp_path) -> None:
    with pytest.raises(RuleError, match="cannot be read"):
        load_pack(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b"# a\n# \xe9\n")
    with pytest.raises(RuleError, match="latin.toml:2: .*UTF-8"):
        load_pack(tmp_path / "latin.toml")
