#!/bin/sh
# The main job on the samples beside this file: what the threads of a server do, and what a log holds.
set -eu
cd "$(dirname "$0")/.."
show() {
    printf '\n$ %s\n' "$*"
    command=$1
    shift
    "${BIN:-.venv/bin}/$command" "$@"
}
show describe.py -l examples/httpd-event-child.gdb.txt
show describe_python_log.py examples/python.log
show stacktraces log examples/python.log
