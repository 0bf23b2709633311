"""The kernel's functions: compiler clones, system calls by architecture, hashes of BPF programs."""

from __future__ import annotations

import functools

from ..._regex import regex
from .._naming import NameRules, Symbol

_CLONE = regex(
    r"\.(?:isra|part|constprop|cold|llvm|lto_priv|localalias|cfi|cfi_jt|\d+)(?:\.\d+){0,8}\Z"
    r"|_cold\Z"
)
_SYSCALL = regex(
    r"(?:__(?:x64|ia32|x32|arm64|arm|riscv|s390x?|se|do|powerpc|loongarch)_(?:compat_)?sys_"
    r"|__se_compat_sys_|SyS_|SYSC_|sys_)"
)
_BPF = regex(r"(bpf_(?:prog|trampoline|dispatcher)_)[0-9a-f]{6,16}(?=_|\Z)")

# What reports the error: printing, the sanitizers' checks, exceptions on their way to a handler.
_CRASH = regex(
    r"(?:bad_page|spin_(?:dump|bug)|rwlock_bug|sysfs_warn_dup|__report_bad_irq|note_interrupt|dump_header"
    r"|dump_stack\w*|show_stack\w*|__dump_stack|dump_backtrace|__show_\w+|show_trace\w*"
    r"|unwind_backtrace|arch_stack_walk\w*"
    r"|print_(?:report|address_\w+|circular_bug\w*|deadlock_bug|usage_bug|bad_\w+|irq_inversion_bug"
    r"|unlock_imbalance_bug"
    r"|lock_invalid\w*|freed_lock_bug|worker_info|irqtrace_\w+|held_locks_bug|lock_nested_lock_not_held"
    r"|lock_contention_bug)"
    r"|_*kasan_\w+|__asan_\w+|_*kmsan_\w+|__msan_\w+|_*kcsan_\w+|__tsan_\w+|_*kfence_\w+|__hwasan_\w+"
    r"|check_region_inline"
    r"|check_memory_region\w*|check_bytes_and_report|object_err|slab_err|memory_is_\w+|instrument_\w+"
    r"|__ubsan_\w+|ubsan_\w+"
    r"|panic\w*|vpanic|nmi_panic|__warn\w*|warn_\w+|report_bug|handle_bug|fixup_bug|exc_\w+|asm_exc_\w+"
    r"|do_error_trap|do_trap\w*"
    r"|do_invalid_op|invalid_op|do_general_protection|general_protection|die\w*|__die\w*|oops_\w+"
    r"|no_context|page_fault_oops"
    r"|kernelmode_fixup_or_oops|_*bad_area\w*|do_user_addr_fault|do_kern_addr_fault|handle_page_fault"
    r"|_*do_page_fault|page_fault"
    r"|async_page_fault|do_(?:translation|sp_pc|mem|alignment|DataAbort|PrefetchAbort)\w*|do_bad_area"
    r"|do_mem_abort|do_oops"
    r"|el1h?_\w+|arm64_\w+_die|bug_handler|brk_handler|call_break_hook|do_debug_exception|do_el1_\w+"
    r"|_*do_kernel_fault"
    r"|check_(?:noncircular|prev_add|prevs_add|deadlock|irq_usage|preemption_disabled|flags)"
    r"|validate_chain|__lock_acquire"
    r"|lockdep_\w+|mark_lock\w*|___might_sleep|__might_(?:sleep|resched|fault)|__schedule_bug"
    r"|debug_smp_processor_id"
    r"|debug_(?:object_\w+|print_object)|rcu_(?:check_\w+|sched_clock_irq|dump_\w+)|print_cpu_stall"
    r"|check_cpu_stall"
    r"|sched_show_task|_sched_show_task|check_hung_\w+|watchdog\w*|nmi_(?:cpu_\w+|trigger_\w+|handle\w*"
    r"|backtrace\w*)"
    r"|trigger_\w+_backtrace|arch_trigger_\w+|default_do_nmi|do_nmi|end_repeat_nmi|warn_alloc\w*"
    r"|dump_header|oom_kill_process)\Z"
)
_ENTRY = regex(
    r"(?:entry_\w+|do_syscall_\w+|x64_sys_call|ia32_sys_call|do_(?:fast|int80)_syscall\w*|system_call\w*"
    r"|sys_call\w*|tracesys\w*"
    r"|sysenter_\w+|int_ret_from_sys_call|ret_from_\w+|ret_fast_syscall|ret_to_user|el0t?_\w+|el0_svc\w*"
    r"|invoke_syscall\w*|do_el0_svc"
    r"|kthread|kernel_thread\w*|worker_thread|process_one_work|process_scheduled_works|start_kernel"
    r"|kernel_init\w*"
    r"|x86_64_start_\w+|secondary_startup_\w+|start_secondary|cpu_startup_entry|rest_init"
    r"|common_startup_64|handle_exception"
    r"|ret_from_exception|syscall_\w+|__primary_switched|__secondary_switched|asm_\w*interrupt"
    r"|asm_sysvec_\w+)\Z"
)
# What the whole kernel calls: the caller says what went wrong.
_PLATFORM = regex(
    r"(?:_raw_(?:spin|read|write)_\w+|queued_(?:spin|read|write)_\w+|native_queued_\w+|do_raw_\w+"
    r"|lock_acquire\w*|lock_release"
    r"|mutex_lock\w*|__mutex_lock\w*|down_(?:read|write)\w*|rwsem_\w+|__down\w*|percpu_down_\w+"
    r"|wait_for_completion\w*"
    r"|schedule\w*|__schedule|io_schedule\w*|preempt_schedule\w*|__cond_resched\w*|_*mem(?:cpy|set|move"
    r"|cmp|chr)\w*|str\w{2,6}"
    r"|refcount_\w+|__refcount_\w+|kref_\w+|__list_(?:add|del)_\w+|list_(?:add|del)\w*|k[vz]?m?alloc\w*"
    r"|__k[vz]?malloc\w*"
    r"|k[vz]?free\w*|kmem_cache_\w+|___?slab_alloc\w*|__slab_\w+|slab_\w+|__alloc_pages\w*"
    r"|alloc_pages\w*|_*copy_(?:from|to)_user\w*"
    r"|_*arch_copy_\w+|raw_copy_\w+|usercopy_\w+|__check_\w{0,40}object\w*|check_stack_object|fortify_panic"
    r"|__fortify_\w+|__stack_chk_fail"
    r"|smp_call_function\w*|on_each_cpu\w*|native_\w+|__x86_\w+|arch_\w+|default_idle\w*|cpuidle_\w+"
    r"|do_idle|call_rcu\w*"
    r"|_*(?:test|set|clear)_(?:and_\w{1,20}_)?bit\w*|atomic\w*|raw_atomic\w*|rcu_\w+|__sanitizer_cov_\w+"
    r"|kcov_\w+)\Z"
)


@functools.lru_cache(maxsize=4096)
def normalise(name: str) -> str:
    """A function without what the compiler added, and a system call by its name alone."""
    for _ in range(4):
        name, count = _CLONE.subn("", name)
        if not count:
            break
    return _BPF.sub(r"\1", _SYSCALL.sub("sys_", name, count=1) if _SYSCALL.match(name) else name)


def is_machinery(function: str) -> bool:
    """Whether a function only reports errors that others made."""
    return _CRASH.match(normalise(function)) is not None


def symbol(function: str, module: str, file: str, root: str | None) -> Symbol:
    """The symbol of a frame of the kernel."""
    name = normalise(function)
    if not name:
        return Symbol("", "", "unknown", "no symbol")
    if _CRASH.match(name):
        return Symbol(name, "", "crash", "reports the error")
    if _ENTRY.match(name):
        return Symbol(name, "", "entry", "enters the kernel or starts a thread")
    if _PLATFORM.match(name):
        return Symbol(name, "", "platform", "called from all over the kernel")
    return Symbol(name, "", "own", "the kernel's own code")


def error(printed: str, message: str) -> str:
    """The type of an error, as all versions print it."""
    while printed.startswith("Oops: "):
        printed = printed.removeprefix("Oops: ")
    return printed


NAMES = NameRules(name="kernel", suffixes=(), normalise=normalise, symbol=symbol, error=error)
