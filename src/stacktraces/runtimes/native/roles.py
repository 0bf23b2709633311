"""Native functions that tell nothing of a bug: what a process dies in and what starts it.

Keys are normalised names (see ``native.normalise``); values say in words what the function does.
"""

from __future__ import annotations

from ..._regex import regex


def _table(groups: dict[str, str]) -> dict[str, str]:
    return {name: reason for reason, names in groups.items() for name in names.split()}


CRASH = _table(
    {
        "ends the process": "abort raise gsignal kill tgkill pthread_kill pthread_kill_implementation "
        "pthread_kill_internal raise_internal _exit exit_group kernel_vsyscall kernel_linux_vsyscall",
        "reports a failed assertion": "assert_fail assert_fail_base assert_rtn assert_perror_fail "
        "g_assertion_message g_assertion_message_expr g_assertion_message_cmpnum g_assert_warning "
        "qt_assert qt_assert_x",
        "reports a fatal error": "g_log g_logv g_log_default_handler g_log_structured_array "
        "g_log_writer_default log_writer_default g_on_error_query g_on_error_stack_trace "
        "g_return_if_fail_warning _g_log_abort g_log_abort qFatal qt_message_fatal qt_message_output "
        "QMessageLogger::fatal _XError _XIOError mozalloc_abort libc_fatal",
        "reports a broken heap": "malloc_printerr libc_message libc_message_impl malloc_assert _int_free "
        "_int_free_chunk _int_free_merge_chunk _int_malloc _int_realloc _int_memalign malloc_consolidate "
        "unlink_chunk tcache_get tcache_put tcache_thread_shutdown sysmalloc systrim",
        "reports a broken stack": "fortify_fail fortify_fail_abort chk_fail stack_chk_fail "
        "stack_chk_fail_local",
        "panics": "kdb_backtrace kdb_enter vpanic panic trap_fatal trap_pfault calltrap "
        "db_trace_self_wrapper db_enter db_panic kern_assert panic_abort "
        "esp_system_abort _esp_error_check_failed",
        "throws": "objc_exception_throw objc_terminate _objc_terminate exceptionPreprocess "
        "__exceptionPreprocess "
        "cxa_throw cxa_rethrow cxa_bad_cast cxa_pure_virtual "
        "_Unwind_RaiseException _Unwind_Resume "
        "std::terminate __cxxabiv1::__terminate __gnu_cxx::__verbose_terminate_handler "
        "std::__throw_out_of_range std::__throw_out_of_range_fmt std::__throw_logic_error "
        "std::__throw_bad_alloc std::__throw_length_error std::__throw_system_error",
    }
)

# Sanitizer interceptors and their reporting, whatever the name.
CRASH_PATTERN = regex(
    r"google::(?:LogMessage|CheckNotNull|DumpStackTrace|\w*FailureSignal)|absl::(?:\w+::)?log_internal::|"
    r"folly::symbolizer::|nt!K[ei]\w*BugCheck\w*|nt!Ki\w*(?:Fault|Trap|Exception)\w*|DB::(?:Errno"
    r"|Net)?Exception::|Poco::Exception::|base::debug::"
    r"|logging::(?:\w*LogMessage|CheckError|NotReached|RawCheck)"
    r"|v8::base::debug::|V8_Fatal|"
    r"mongo::(?:printStackTrace|stack_trace_detail::|abruptQuit|fassertFailed|invariantFailed"
    r"|uassertedWith|msgasserted)|"
    r"(?:my_print_stacktrace|handle_fatal_signal|print_fatal_signal|ExceptionalCondition|sigsegvHandler"
    r"|logStackTrace)\Z|"
    r"ceph::__ceph_(?:assert|abort)|llvm::sys::(?:PrintStackTrace|RunSignalHandlers|CleanupOnSignal)"
    r"|fancy_abort\Z|internal_error\Z|c10::(?:Error::Error|detail::torch|cuda::c10_cuda_check)"
    r"|_*(?:kdp_i386_trap|kernel_trap|return_from_trap|trap_from_kernel|handle_debugger_trap"
    r"|DebuggerTrap\w*"
    r"|panic_(?:trap_to_debugger|with_\w+)|kernel_panic\w*)\Z|SignalHandler\Z|"
    r"_*interceptor_|__(?:asan|tsan|msan|ubsan|sanitizer|lsan)::|_*(?:asan|ubsan|msan|tsan)_report"
)

ENTRY = _table(
    {
        "starts the program": "libc_start_main libc_start_call_main libc_start_main_impl _start start "
        "libc_csu_init invoke_main scrt_common_main_seh BaseThreadInitThunk RtlUserThreadStart "
        "libc_start_main_stage2 generic_start_main",
        "starts a thread": "fork_exit fork_trampoline proc_trampoline kthread_exit start_wqthread "
        "start_thread clone clone3 clone2 thread_start _pthread_start pthread_start "
        "pthread_body _pthread_body thread_run thr_setup lwp_start execute_native_thread_routine "
        "g_thread_proxy g_thread_create_proxy start_thread_c",
    }
)

# What the C++ library puts between a caller and the callable it was given.
GLUE_PATTERN = regex(
    r"std::(?:__invoke|thread::_(?:Invoker|State_impl)|_Function_handler|__invoke_impl|invoke"
    r"|function::operator\(\)|"
    r"_Bind|__call_with|async|__future_base|call_once)"
)

# How CPython calls itself: other functions in each version, and the Python frames say it better.
INTERPRETER_PATTERN = regex(
    r"_?PyEval_|_?PyFunction_|_?PyObject_(?:Call|Vectorcall|FastCall|MakeTpCall)|_?PyVectorcall"
    r"|_?PyCFunction_|"
    r"_?PyRun_|_?PyMethod_|_?Py_?(?:RunMain|BytesMain|Main)\Z|pymain_|"
    r"(?:run_mod|run_eval_code_obj|cfunction_\w+|method_vectorcall\w*|slot_tp_call|vectorcall_\w+"
    r"|call_function|"
    r"fast_function|do_call|ext_do_call|function_code_fastcall|builtin_exec(?:_impl)?|do_call_core)\Z"
)
