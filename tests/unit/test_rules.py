"""The rule language and the built-in packs."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import pytest

from stacktraces.errors import RuleError
from stacktraces.model import Frame, Process, Snapshot, Thread
from stacktraces.parsing import parse
from stacktraces.rules import Facts, RuleSet, builtin_packs, load_pack
from stacktraces.rules.language import parse_pack
from stacktraces.snapshots.describing import describe

CORPUS = Path(__file__).parents[1] / "corpus" / "rules"


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


def test_conditions_around_a_frame() -> None:
    def holds(when: str, *functions: str) -> bool:
        pack = parse_pack(f'[[state]]\nwhen = {{ {when} }}\nstate = "yes"\n', "t.toml")
        return RuleSet([pack]).state(stack(*functions)) == "yes"

    assert holds('function = "b", inside = { contains = "a" }', "a1", "a2", "b", "c")
    assert not holds('function = "b", inside = { contains = "a" }', "a1", "x", "b", "c")
    assert holds('function = "b", outside = ["c", "d"]', "b", "c", "d")
    assert not holds('function = "b", outside = ["c", "d"]', "b", "c", "e")
    assert holds('function = "b", inside = "a", outside = "c"', "b")
    assert holds("innermost = true", "anything")


def test_a_frame_of_which_little_is_known() -> None:
    pack = parse_pack(
        '[like]\nours = [{ module = "mod_*.so" }, { file = "src/*" }]\n'
        '[[name]]\nwhen = { function = "??", like = "ours" }\nname = "ours"\n'
        '[[name]]\nwhen = { function = "??", module = "??", file = "??" }\nname = "unknown"\n',
        "t.toml",
    )
    rules = RuleSet([pack])
    assert rules.name([Frame(module="/usr/lib/mod_a.so")]) == "ours"
    assert rules.name([Frame(file="../src/deep/b.c")]) == "ours"
    assert rules.name([Frame(function="f", module="/usr/lib/mod_a.so")]) is None
    assert rules.name([Frame(module="/usr/lib/mod_a.so.1")]) is None
    assert rules.name([Frame()]) == "unknown"


@pytest.mark.parametrize("function", ["A::b", "A::b(int, char*)", "A::b.isra.0", "A::b(int) [clone .cold]"])
def test_a_function_is_known_without_its_parameters_and_as_a_copy(function: str) -> None:
    pack = parse_pack('[[name]]\nwhen = { function = "A::b" }\nname = "yes"\n', "t.toml")
    assert RuleSet([pack]).name(stack(function)) == "yes"
    assert RuleSet([pack]).name(stack("x" + function)) is None


def test_thread_and_command() -> None:
    pack = parse_pack(
        "[[name]]\nwhen = { thread = '^io_' }\nname = \"by thread\"\n"
        "[[state]]\nwhen = { function = 'f', command = 'server: busy' }\nstate = \"by command\"\n",
        "t.toml",
    )
    rules = RuleSet([pack])
    busy = rules.select(Facts.of(stack("f"), command="server: busy now"))
    idle = rules.select(Facts.of(stack("f"), command="server: idle"))
    assert rules.select(Facts.of(stack("g"), command="my server: busy")) is busy
    told = busy.tell(stack("f"), "io_1")
    assert (told.name, told.state) == ("by thread", "by command")
    assert busy.tell([], "io_1").name == "by thread"
    told = idle.tell(stack("f"), "other")
    assert (told.name, told.state) == (None, None)


PROCESSES = [
    ('executable = "nginx"', Facts(executable="/usr/sbin/nginx"), Facts(executable="/usr/sbin/nginx2")),
    ('command = "^my: "', Facts(command="my: worker"), Facts()),
    ('module = "libjvm.so"', Facts(modules=frozenset({"/opt/libjvm.so"})), Facts()),
    ('function = "f"', Facts(functions=frozenset({"f(int)"})), Facts(functions=frozenset({"g"}))),
    ('file = "nptl/*"', Facts(files=frozenset({"./nptl/a.c"})), Facts(files=frozenset({"/nptl2/a.c"}))),
]


@pytest.mark.parametrize(("condition", "asked", "passed_over"), PROCESSES)
def test_a_pack_is_asked_only_of_its_processes(condition: str, asked: Facts, passed_over: Facts) -> None:
    pack = parse_pack(f"[[process]]\n{condition}\n[[process]]\nexecutable = 'other'\n", "t.toml")
    assert pack.applies(asked)
    assert pack.applies(Facts(executable="/bin/other"))
    assert not pack.applies(passed_over)


def test_a_pack_that_sees_the_whole_stack() -> None:
    text = '[[trim]]\nwhen = { function = "b" }\ncut = "inside"\n[[name]]\nwhen = { function = "a" }\nname = "n"\n'
    assert RuleSet([parse_pack(text, "t.toml")]).name(stack("a", "b")) is None
    whole = RuleSet([parse_pack('stack = "whole"\n' + text, "t.toml")])
    assert whole.name(stack("a", "b")) == "n"
    assert [frame.function for frame in whole.trim(stack("a", "b"))] == ["b"]


def test_a_trim_never_takes_every_frame() -> None:
    pack = parse_pack('[[trim]]\nwhen = { function = "a" }\ncut = "outside"\nincluding = true\n', "t.toml")
    assert [frame.function for frame in RuleSet([pack]).trim(stack("a", "b"))] == ["a", "b"]


# -- What the packs say of real processes ----------------------------------------------------------


@pytest.mark.parametrize("capture", sorted(CORPUS.glob("*.txt")), ids=lambda path: path.stem)
def test_every_thread_of_a_real_process(capture: Path) -> None:
    snapshots = [each for each in parse(capture.read_bytes()) if isinstance(each, Snapshot)]
    told = [
        {thread.id: [thread.name, thread.state] for thread in process.threads}
        for snapshot in snapshots
        for process in describe(snapshot).processes
    ]
    assert told == json.loads(capture.with_suffix(".json").read_text())


LIBC = "/lib/x86_64-linux-gnu/libc.so.6"
NPTL = "./nptl/pthread_cond_wait.c"
WAITS = [
    ([Frame(module=LIBC), Frame(function="pthread_mutex_lock", module=LIBC)], "waiting for a mutex"),
    (
        [
            Frame(function="__lll_lock_wait", file="./nptl/lowlevellock.c"),
            Frame(function="__pthread_mutex_cond_lock", file="./nptl/pthread_mutex_lock.c"),
            Frame(function="___pthread_cond_wait", file=NPTL),
        ],
        "waiting for a mutex",
    ),
    ([Frame(function="___pthread_cond_timedwait64", file=NPTL)], "waiting for a condition"),
    (
        [Frame(module=LIBC), Frame(function="pthread_rwlock_wrlock", module=LIBC)],
        "waiting for a read-write lock",
    ),
    ([Frame(function="__GI___select", file="../sysdeps/unix/sysv/linux/select.c")], "waiting for events"),
    ([Frame(function="recvmsg", module=LIBC)], "receiving"),
    ([Frame(function="fsync", module=LIBC)], "writing to disk"),
    ([Frame(function="__futex_abstimed_wait_common64", file="futex-internal.c")], "waiting for a futex"),
    ([Frame(module=LIBC)], "in the C library"),
    ([Frame(function="memcpy", module=LIBC)], "running"),
    ([Frame(function="<signal handler called>"), Frame(function="poll", module=LIBC)], "running"),
    (
        [Frame(function="poll", module="/opt/libmine.so"), Frame(function="main"), Frame(module=LIBC)],
        "running",
    ),
    (
        [Frame(function="epoll_wait"), Frame(function="f"), Frame(function="__libc_start_call_main")],
        "waiting for events",
    ),
    # Nothing says that this is glibc's.
    ([Frame(function="poll"), Frame(function="main")], None),
]


@pytest.mark.parametrize(("frames", "state"), WAITS)
def test_waits_in_the_c_library(frames: list[Frame], state: str | None) -> None:
    assert RuleSet().state(frames) == state


SYSCALL = Frame(function="syscall", file="../sysdeps/unix/sysv/linux/x86_64/syscall.S")
RUST_WAITS = [
    (("parking_lot::raw_mutex::RawMutex::lock_slow", "app::run"), "waiting for a mutex"),
    (("std::sys_common::mutex::MovableMutex::lock", "app::run"), "waiting for a mutex"),
    (("std::sys::sync::mutex::futex::Mutex::lock_contended", "app::run"), "waiting for a mutex"),
    (("parking_lot::raw_rwlock::RawRwLock::lock_shared_slow", "app::run"), "waiting for a read-write lock"),
    (("parking_lot::condvar::Condvar::wait_until_internal", "app::run"), "waiting for a condition"),
    (("std::thread::park", "app::run"), "parked"),
    (("app::std::thread::park", "app::run"), "in a system call"),
    (("app::work", "parking_lot::raw_mutex::RawMutex::lock_slow"), "in a system call"),
]


@pytest.mark.parametrize(("functions", "state"), RUST_WAITS)
def test_waits_of_rust(functions: tuple[str, ...], state: str) -> None:
    assert RuleSet().state([SYSCALL, *stack("std::sys::unix::futex::futex_wait", *functions)]) == state


SOLARIS_WAITS = [
    (("lwp_park", "slow_lock", "work"), None, "waiting for a mutex"),
    (("__lwp_park", "mutex_lock_queue", "mutex_lock_impl", "work"), None, "waiting for a mutex"),
    (("lwp_park", "cond_wait_queue", "pthread_cond_wait", "work"), None, "waiting for a condition"),
    (("lwp_wait", "_thrp_join", "main"), None, "waiting for a thread to end"),
    (("lwp_park", "parse", "slow_lock"), None, None),
    (("slow_lock", "main"), None, None),
    (
        ("lwp_park", "slow_lock", "SSL_free", "ap_lingering_close", "worker_thread"),
        "waiting for client to acknowledge connection close",
        "waiting for a mutex",
    ),
    (
        ("lwp_park", "cond_wait_queue", "pthread_cond_wait", "ap_queue_pop", "worker_thread", "dummy_worker"),
        "waiting for connection to handle",
        None,
    ),
]


@pytest.mark.parametrize(("functions", "state", "wait"), SOLARIS_WAITS)
def test_waits_of_solaris_are_told_besides_an_application_s_state(
    functions: tuple[str, ...], state: str | None, wait: str | None
) -> None:
    frames = stack(*functions)
    told = RuleSet().select(Facts.of(frames, "/usr/sbin/httpd")).tell(frames)
    assert (told.state, told.wait) == (state, wait)


def test_a_crash_in_a_signal_handler_is_not_trimmed_away() -> None:
    frames = [*stack("crash", "<signal handler called>"), Frame(function="poll", module=LIBC), *stack("f")]
    assert RuleSet().trim(frames) == frames


def test_threads_that_rules_name_apart_stand_in_groups_apart() -> None:
    frames = stack("bioProcessBackgroundJobs")
    threads = [
        Thread(id=str(number), name=name, frames=frames)
        for number, name in enumerate(["bio_lazy_free", "bio_close_file", "bio_lazy_free"])
    ]
    (process,) = describe(Snapshot(format="gdb", processes=[Process(threads=threads)])).processes
    assert [group.thread_ids for group in process.groups] == [["0", "2"], ["1"]]


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
    ('stack = "half"\n', 1, "'stack'"),
    ("\n[[process]]\n", 2, "[[process]]"),
    ('[[process]]\nexecutabel = "x"\n', 1, "'executabel'"),
    ('[[process]]\ncommand = "("\n', 1, "regular expression"),
    ("[like]\nours = 3\n", 1, "'ours'"),
    ('\n[like]\nours = { modul = "x" }\n', 2, "'modul'"),
    ('[[name]]\nwhen = { like = "ours" }\nname = "x"\n', 1, "'ours'"),
    ('[[trim]]\nwhen = { thread = "x" }\ncut = "inside"\n', 1, "frame"),
    ('[[state]]\nwhen = { function = "a", inside = {} }\nstate = "x"\n', 1, "'inside'"),
    ('\n[[state]]\nwhen = { matches = "(a+)+b" }\nstate = "x"\n', 2, "linear time"),
    (
        '[[state]]\nwhen = { function = "a", under = { matches = ["a", ".*.*b"] } }\nstate = "x"\n',
        1,
        "linear time",
    ),
    ('[[name]]\nwhen = { thread = "(a|a)*b" }\nname = "x"\n', 1, "linear time"),
    ('[[name]]\nwhen = { function = "a", command = "(?i)(ax|A.)*b" }\nname = "x"\n', 1, "linear time"),
    ("[[process]]\ncommand = '(ж|ж)*b'\n", 1, "linear time"),
    ("\n[like]\nours = [{ matches = '(a)\\1' }]\n", 2, "linear time"),
    (
        '[[state]]\nwhen = { matches = "' + "(" * 5000 + ")" * 5000 + '" }\nstate = "x"\n',
        1,
        "regular expression",
    ),
    ('[[state]]\nwhen = { matches = "a{99999999999}" }\nstate = "x"\n', 1, "regular expression"),
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


def test_the_rules_that_come_with_it_run_in_linear_time() -> None:
    folder = resources.files("stacktraces.rules") / "packs"
    packs = [each for each in folder.iterdir() if each.name.endswith(".toml")]
    assert len(packs) == len(builtin_packs())
    for each in packs:
        parse_pack(each.read_text(encoding="utf-8"), each.name)
