"""What threads of other systems, libraries and programs wait for, by the packs that come with stacktraces."""

from __future__ import annotations

import pytest

from stacktraces.model import Frame
from stacktraces.rules import Facts, RuleSet, Told

LIBC = "/lib/x86_64-linux-gnu/libc.so.6"
LOCK = ("__lll_lock_wait", "___pthread_mutex_lock")


def told(functions: tuple[str, ...], system: tuple[str, ...] = ()) -> Told:
    """What the rules say of a stack, the innermost first, that begins in the C library's functions ``system``."""
    frames = [Frame(function=each, module=LIBC, id=str(number)) for number, each in enumerate(system)]
    frames += [Frame(function=each, id=str(number)) for number, each in enumerate(functions, len(frames))]
    return RuleSet().select(Facts.of(frames)).tell(frames)


STATES = [
    ("__psynch_cvwait, _pthread_cond_wait, take, thread_start", "waiting for a condition"),
    ("__psynch_mutexwait, _pthread_mutex_firstfit_lock_wait, weigh, main", "waiting for a mutex"),
    ("__ulock_wait, _os_unfair_lock_lock_slow, weigh, main", "waiting for a mutex"),
    ("__ulock_wait, _pthread_join, main, start", "waiting for a thread to end"),
    ("mach_msg2_trap, mach_msg2_internal, mach_msg, serve, main", "waiting for a message"),
    ("__workq_kernreturn, _pthread_wqthread, start_wqthread", "waiting for work"),
    ("__ulock_wait, _dispatch_thread_event_wait_slow, __DISPATCH_WAIT_FOR_QUEUE__, _dispatch_sync_f_slow, f",
     "waiting for a dispatch queue"),
    ("ntdll!NtWaitForAlertByThreadId, ntdll!RtlpWaitOnCriticalSection, app!weigh", "waiting for a critical section"),
    ("ntdll!NtWaitForAlertByThreadId, ntdll!RtlAcquireSRWLockExclusive, app!weigh",
     "waiting for a slim read-write lock"),
    ("ntdll!NtWaitForWorkViaWorkerFactory, ntdll!TppWorkerThread, KERNEL32!BaseThreadInitThunk", "waiting for work"),
    ("ntdll!NtRemoveIoCompletion, KERNELBASE!GetQueuedCompletionStatus, app!serve",
     "waiting for the end of input or output"),
    ("ntdll!NtDelayExecution, KERNELBASE!SleepEx, app!serve", "sleeping"),
    ("ntdll!NtWaitForSingleObject, KERNELBASE!WaitForSingleObjectEx, app!serve", "waiting for an object"),
    ("mi_switch, sleepq_catch_signals, umtxq_sleep, do_lock_umutex, __umtx_op_wait_umutex", "waiting for a mutex"),
    ("mi_switch, sleepq_catch_signals, _sleep, umtxq_sleep, do_cv_wait", "waiting for a condition"),
    ("mi_switch, sleepq_catch_signals, _cv_wait_sig, seltdwait, kern_select", "waiting for events"),
    ("__schedule, schedule, request_wait_answer, __fuse_request_send, do_syscall_64", "waiting for a FUSE file system"),
    ("__schedule, schedule, wait_for_vfork_done, kernel_clone, do_syscall_64", "waiting for a child of vfork"),
    ("__schedule, schedule, futex_wait_queue, futex_wait, do_futex", "waiting for a futex"),
    ("runtime.gopark, runtime.chanrecv, runtime.chanrecv1, main.take, runtime.goexit",
     "waiting to receive from a channel"),
    ("runtime.gopark, runtime.semacquire1, sync.runtime_SemacquireMutex, sync.(*Mutex).lockSlow, sync.(*Mutex).Lock, f",
     "waiting for a mutex"),
    ("System.Threading.Monitor.Enter, App.Transfer, System.Threading.ThreadHelper.ThreadStart", "waiting for a monitor"),
]  # fmt: skip


@pytest.mark.parametrize(("functions", "state"), STATES)
def test_states_of_other_systems(functions: str, state: str) -> None:
    assert told(tuple(functions.split(", "))).state == state


@pytest.mark.parametrize(("functions", "state"), [each for each in STATES if "schedule, " not in each[0]])
def test_a_wait_that_calls_the_program_s_own_code_is_none(functions: str, state: str) -> None:
    assert told(("work", *functions.split(", "))).state != state


@pytest.mark.parametrize(
    ("functions", "name", "state", "wait"),
    [
        ("qemu_mutex_lock_impl, bql_lock_impl, kvm_vcpu_thread_fn, qemu_thread_start",
         "QEMU virtual CPU", "waiting for the big lock of QEMU", "waiting for a mutex"),
        ("QBasicMutex::lockInternal, QMutex::lock, Plum::weigh, QThreadPrivate::start", None, "waiting for a mutex", None),
        ("CRYPTO_THREAD_write_lock, SSL_CTX_free, serve", None, "waiting for a mutex", "waiting for a lock of OpenSSL"),
    ],
)  # fmt: skip
def test_a_lock_is_told_besides_what_a_program_s_rules_say(
    functions: str, name: str | None, state: str, wait: str | None
) -> None:
    found = told(tuple(functions.split(", ")), LOCK)
    assert (found.name, found.state, found.wait) == (name, state, wait)


def test_a_wait_for_a_condition_that_is_about_to_end_is_none_for_a_mutex() -> None:
    system = ("__lll_lock_wait", "__pthread_mutex_cond_lock", "pthread_cond_wait@@GLIBC_2.3.2")
    assert told(("kvm_cpu_exec", "kvm_vcpu_thread_fn"), system).wait is None
    assert told(("ap_queue_pop_something", "worker_thread"), system).wait is None


def test_threads_of_programs_have_names() -> None:
    assert told(("kvm_cpu_exec", "kvm_vcpu_thread_fn", "qemu_thread_start")).state == "running the guest"
    found = told(("_do_poll", "run_poll_loop", "run_thread_poll_loop"), ("epoll_wait",))
    assert (found.name, found.state) == ("HAProxy thread", "waiting for events")
    found = told(
        ("event_base_loop", "Envoy::Event::DispatcherImpl::run", "Envoy::Server::WorkerImpl::threadRoutine")
    )
    assert found.name == "Envoy worker"
