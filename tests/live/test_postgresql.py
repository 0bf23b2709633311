"""Known issues in a real PostgreSQL server: the same contract as SQLite, and what can go wrong."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest
import sqlalchemy

from stacktraces.errors import StoreError
from stacktraces.known import damage, open_store, sql
from tests.conftest import need
from tests.known_contract import StoreContract
from tests.known_first_schema import FIRST_SCHEMA_STACKS, write_first_schema
from tests.known_support import WRITER, ids, issue, put, sighting
from tests.live.programs import free_port
from tests.notices_contract import NoticesContract
from tests.serve_api_contract import ApiContract
from tests.serve_contract import SAMPLES, TRACE, Site, SiteContract
from tests.serve_crashes import kill_under_load
from tests.serve_fuzzing import fuzz
from tests.serve_keeping import KeepingContract
from tests.serve_migrations import MigrationContract
from tests.serve_moving_contract import MovingContract
from tests.serve_reading import ReadingContract
from tests.serve_site import running_site
from tests.team_flow import play

pytestmark = pytest.mark.live

PASSWORD = "sesame-4711"


class Server(NamedTuple):
    """A running server."""

    port: int
    crash: Callable[[], None]
    """Ends the server as a crash would, and starts it again."""

    def url(self, database: str, user: str = "stacktraces", password: str = PASSWORD) -> str:
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def execute(self, *statements: str, database: str = "postgres") -> None:
        engine = sqlalchemy.create_engine(
            self.url(database).replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as connection:
            for each in statements:
                connection.exec_driver_sql(each)
        engine.dispose()


def find_binaries() -> Path:
    """The folder of the server's programs, which distributions keep off the search path."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    return folders[0].parent if folders else Path(need("initdb")).parent


def unprivileged_user() -> str | None:
    """Whom to start the server as: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    names = {each.pw_name for each in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A private server with a cluster of its own, without any trust."""
    binaries, user = find_binaries(), unprivileged_user()
    folder = Path(tempfile.mkdtemp(prefix="stacktraces-postgresql-"))
    (folder / "password").write_text(PASSWORD)
    if user is not None:
        for each in (folder, folder / "password"):
            shutil.chown(each, user)

    def run(program: str, *arguments: object) -> None:
        subprocess.run(
            [binaries / program, *map(str, arguments)],
            check=True,
            user=user,
            cwd=folder,
            stdout=subprocess.DEVNULL,
        )

    data, port = folder / "data", free_port()
    locale = ("--encoding=UTF8", "--locale=C.UTF-8")
    run("initdb", "-D", data, "-U", "stacktraces", "-A", "scram-sha-256", "--pwfile=password", "-N", *locale)
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    run("pg_ctl", "-D", data, "-l", folder / "log", "-o", options, "-w", "start")
    yield Server(port, lambda: run("pg_ctl", "-D", data, "-m", "immediate", "-w", "restart"))
    run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    shutil.rmtree(folder)


@pytest.fixture
def target(server: Server) -> Iterator[str]:
    name = f"known_{uuid.uuid4().hex}"
    server.execute(f"CREATE DATABASE {name}")
    yield server.url(name)
    server.execute(f"DROP DATABASE {name} WITH (FORCE)")


class TestSiteOnPostgresql(SiteContract, ApiContract, MigrationContract, KeepingContract, ReadingContract):
    @pytest.fixture
    def database(self, target: str) -> str:
        return target

    @pytest.fixture
    def old_database(self, target: str) -> str:
        dump = (SAMPLES / "site-1.postgresql.sql").read_text(encoding="utf-8")
        with psycopg.connect(target, autocommit=True) as connection:
            connection.execute(dump.encode())
        return target

    def test_a_server_that_is_gone_for_a_while_loses_nothing(
        self, site: Site, server: Server, target: str
    ) -> None:
        name = target.rpartition("/")[2]
        ended = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        assert site.client.post("/api/text", content=TRACE, headers=site.write).status_code == 202
        unknown = {"Authorization": f"Bearer {site.store.add_token('shop', 'write', 'x')}"}
        server.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false", ended)
        assert site.client.post("/api/text", content=TRACE, headers=site.write).status_code == 202
        answer = site.client.post("/api/text", content=TRACE, headers=unknown)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
        with pytest.raises(StoreError):
            site.settle()
        assert len(site.application.state.spool) == 2
        server.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true")
        site.settle()
        assert [each.count for each in site.store.known.issues()] == [2]

    def test_a_kill_under_load_loses_nothing_acknowledged(self, target: str, tmp_path: Path) -> None:
        kill_under_load(tmp_path, target)

    @pytest.mark.api
    def test_what_the_document_allows_and_forbids_breaks_nothing(self, target: str, tmp_path: Path) -> None:
        with running_site(tmp_path, target) as site:
            fuzz(site, tmp_path, 100)


class TestNoticesOnPostgresql(NoticesContract):
    @pytest.fixture
    def database(self, target: str) -> str:
        return target


class TestMovingOnPostgresql(MovingContract):
    @pytest.fixture
    def database(self, target: str) -> str:
        return target

    @pytest.fixture
    def other_database(self, server: Server) -> Iterator[str]:
        name = f"other_{uuid.uuid4().hex}"
        server.execute(f"CREATE DATABASE {name}")
        yield server.url(name)
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


class TestPostgresql(StoreContract):
    @pytest.fixture
    def target(self, target: str) -> str:
        return target


def test_a_database_of_the_first_schema_is_brought_up_to_date(server: Server, target: str) -> None:
    write_first_schema(target.replace("postgresql:", "postgresql+psycopg:"))
    store = open_store(target)
    (found,) = store.issues()
    assert (found.id, found.aliases, found.stacks) == ("4-aa", ["4-cc"], FIRST_SCHEMA_STACKS)
    store.close()
    server.execute("SELECT count FROM stacktraces_1_fingerprint", database=target.rpartition("/")[2])
    assert damage.examine(target) == []


def refusal(url: str) -> str:
    """What opening ``url`` is refused with; never with the password."""
    with pytest.raises(StoreError) as caught:
        open_store(url)
    assert PASSWORD not in str(caught.value)
    return str(caught.value)


def test_what_the_server_refuses(server: Server, target: str) -> None:
    assert "holds no known issues; create them with --update" in refusal(target)
    assert "the server has no such database; create it first" in refusal(server.url("missing"))
    assert "refuses the user or the password" in refusal(server.url("postgres", password="wrong"))
    assert "refuses the user or the password" in refusal(server.url("postgres", user="nobody_known"))


def test_a_reader_without_permission_to_write(server: Server, target: str) -> None:
    put(open_store(target, create=True), issue("1-aa"))
    database = target.rpartition("/")[2]
    role = f"reader_{uuid.uuid4().hex}"
    server.execute(
        f"CREATE ROLE {role} LOGIN PASSWORD '{PASSWORD}'",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}",
        database=database,
    )
    store = open_store(server.url(database, user=role))
    assert ids(store.issues()) == ["1-aa"]
    with pytest.raises(StoreError, match="no permission; grant it"):
        store.record([sighting("1-bb")])
    store.close()
    server.execute(f"DROP OWNED BY {role}", f"DROP ROLE {role}", database=database)


def test_a_newer_schema(server: Server, target: str) -> None:
    open_store(target, create=True).close()
    server.execute("UPDATE stacktraces_schema SET version = 99", database=target.rpartition("/")[2])
    assert "newer stacktraces (schema 99" in refusal(target)


def test_a_writer_killed_in_mid_write(target: str) -> None:
    command = [sys.executable, "-c", WRITER, target, "1", "100000", "30"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdin is not None
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        writer.stdin.write("go\n")
        writer.stdin.flush()
        for _ in range(10):
            done = int(writer.stdout.readline())
        writer.send_signal(signal.SIGKILL)
        done = max([done, *(int(line) for line in writer.stdout if line.strip().isdigit())])
    store = open_store(target)
    found = list(store.issues())
    store.close()
    assert len(found) == 50
    assert all(each.count >= done + 1 for each in found)


def test_a_server_that_crashes_under_an_open_store(server: Server, target: str) -> None:
    store = open_store(target, create=True)
    put(store, issue("1-aa"))
    server.crash()
    store.record([sighting("1-bb")])
    assert ids(store.issues()) == ["1-aa", "1-bb"]
    store.close()


STRANGE = {
    "a view": (
        "ALTER TABLE stacktraces_alias RENAME TO aliases",
        "CREATE VIEW stacktraces_alias AS SELECT aliases.* FROM aliases, pg_sleep(100)",
    ),
    "a trigger": (
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(100); RETURN NEW; END'",
        "CREATE TRIGGER t BEFORE INSERT ON stacktraces_issue FOR EACH ROW EXECUTE FUNCTION f()",
    ),
    "a rule": ("CREATE RULE r AS ON UPDATE TO stacktraces_issue DO INSTEAD NOTHING",),
    "a condition": ("ALTER TABLE stacktraces_issue ADD CHECK (length(title) < 10)",),
    "a default": ("ALTER TABLE stacktraces_issue ALTER note SET DEFAULT pg_sleep(100)",),
    "a policy": ("ALTER TABLE stacktraces_issue ENABLE ROW LEVEL SECURITY",),
    "a computed index": ("CREATE INDEX ON stacktraces_issue (lower(title))",),
    "another type": ("ALTER TABLE stacktraces_version ALTER version TYPE bytea USING version::bytea",),
    "a missing table": ("DROP TABLE stacktraces_version",),
}


@pytest.mark.parametrize("statements", STRANGE.values(), ids=STRANGE)
def test_no_program_in_a_database_runs(server: Server, target: str, statements: tuple[str, ...]) -> None:
    store = open_store(target, create=True)
    put(store, issue("1-aa"))
    store.close()
    server.execute(*statements, database=target.rpartition("/")[2])
    assert "is damaged: the table stacktraces_" in refusal(target)
    found = damage.examine(target)
    assert [each.can_be_repaired for each in found] == ["missing" in each.what for each in found]
    assert bool(damage.repair(target)) == any(not each.can_be_repaired for each in found)


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE stacktraces_schema SET version = -1", "the version of its tables is -1"),
        ("UPDATE stacktraces_issue SET status = 'closed'", "its status is 'closed'"),
        ("UPDATE stacktraces_fingerprint SET count = -5", "its count is the number -5"),
        ("UPDATE stacktraces_fingerprint SET last_seen = 'soon'", "'soon' is no time"),
        ("UPDATE stacktraces_exemplar SET error = repeat('[', 100000)", "an exemplar cannot be read"),
    ],
)
def test_what_cannot_be_so_is_told_and_repaired(
    server: Server, target: str, statement: str, says: str
) -> None:
    store = open_store(target, create=True)
    put(store, issue("1-aa"))
    store.close()
    server.execute(statement, database=target.rpartition("/")[2])
    with pytest.raises(StoreError) as caught:
        list(open_store(target).issues())
    assert says in str(caught.value)
    assert PASSWORD not in str(caught.value)
    assert says in " ".join(each.what for each in damage.examine(target))
    assert damage.repair(target) == []
    store = open_store(target)
    assert ids(store.issues()) == ["1-aa"]
    store.close()


def test_a_server_that_does_not_answer(server: Server, target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    open_store(target, create=True).close()
    monkeypatch.setattr(sql, "_SERVER_LIMITS", "SET LOCAL statement_timeout = '100ms'")
    statements = (
        "DROP TABLE stacktraces_schema",
        "CREATE VIEW stacktraces_schema AS SELECT 1 AS version FROM pg_sleep(100)",
    )
    server.execute(*statements, database=target.rpartition("/")[2])
    assert "it takes too long to answer" in refusal(target)


def test_the_flow_of_a_team(target: str, tmp_path: Path) -> None:
    play(tmp_path, target)


def partitions(target: str) -> list[str]:
    """The partitions of the days, by name."""
    engine = sqlalchemy.create_engine(target.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        statement = (
            "SELECT inhrelid::regclass::text FROM pg_inherits "
            "WHERE inhparent = 'stacktraces_sighting'::regclass ORDER BY 1"
        )
        found = [name for (name,) in connection.exec_driver_sql(statement)]
    engine.dispose()
    return found


def test_each_month_has_a_partition_that_goes_when_it_is_forgotten(target: str) -> None:
    store = open_store(target, create=True)
    for month in ("2025-11", "2025-12", "2026-01"):
        store.record([sighting("1-aa", last_seen=f"{month}-15")])
    names = [f"stacktraces_sighting_{each}" for each in ("2025_11", "2025_12", "2026_01", "other")]
    assert partitions(target) == names
    assert store.forget_days("2025-12-10") == 1
    assert partitions(target) == names[1:]
    assert store.days(["1-aa"]) == {"2025-12-15": 1, "2026-01-15": 1}
    store.record([sighting("1-aa", last_seen="2025-11-20")])
    assert partitions(target) == names
    assert damage.examine(target) == []


def test_many_writers_count_the_days_of_a_new_month_at_once(target: str) -> None:
    open_store(target, create=True).close()
    writer = WRITER.replace("version=f", "last_seen=f'2026-0{batch % 5 + 1}-01', version=f")
    command = [sys.executable, "-c", writer, target]
    writers = [
        subprocess.Popen([*command, str(number), "10", "0"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for number in range(4)
    ]
    for each in writers:
        each.communicate(b"\n", timeout=120)
    assert [each.returncode for each in writers] == [0] * 4
    store = open_store(target)
    shared = store.days([f"1-{each:016x}" for each in range(20)])
    assert shared == {f"2026-0{month}-01": 4 * 2 * 20 for month in range(1, 6)}


def test_a_trigger_on_a_partition_is_no_part_of_a_store(server: Server, target: str) -> None:
    store = open_store(target, create=True)
    store.record([sighting("1-aa", last_seen="2026-01-15")])
    store.close()
    server.execute(
        "CREATE FUNCTION stop() RETURNS trigger AS 'BEGIN RETURN NULL; END' LANGUAGE plpgsql",
        "CREATE TRIGGER stop BEFORE INSERT ON stacktraces_sighting_2026_01 FOR EACH ROW EXECUTE FUNCTION stop()",
        database=target.rpartition("/")[2],
    )
    with pytest.raises(StoreError, match="stacktraces_sighting_2026_01 has the trigger stop"):
        open_store(target)
