"""How a site's database of an older version becomes one of today's, by Alembic.

Each file of ``versions/`` is a step. A file that is added there is found; there is no list of them. It names
itself (``revision``, at most 32 characters) and the step before it (``down_revision``): the last one that
changed the same tables, or ``"first"`` for tables of its own. So several people may add steps at the same
time. A step is never changed once it was released, and does not import tables of the program, which change.
"""

from __future__ import annotations

import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select

from ....errors import StoreError
from ....known.sql import SqlStore

TABLE = "site_migration"
"""Holds the latest steps that were made."""
FOLDER = Path(__file__).parent
_LOCK = 0x57AC8
# Alembic keeps what is being migrated in a variable of its module.
_ONE_AT_A_TIME = threading.Lock()


def upgrade(store: SqlStore) -> None:
    """Bring the tables of the site in ``store`` up to date, all or nothing; make them where there are none.

    Of several sites that start at once one does it. Raises ``StoreError`` where a newer stacktraces wrote
    them, or the database fails.
    """
    config = _config()
    with store.connection(writes=False) as connection:
        if _is_current(connection, config, store.name):
            return
    with _ONE_AT_A_TIME, store.connection(writes=True) as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")  # tables may be large
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        if not _is_current(connection, config, store.name):
            config.attributes["connection"] = connection
            command.upgrade(config, "heads")


def _config() -> Config:
    config = Config()
    # Percent signs are the configuration's own.
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config


def _is_current(connection: Connection, config: Config, name: str) -> bool:
    """Whether all steps were made. Raises ``StoreError`` where there were some that nobody here knows."""
    found = made(connection)
    steps = ScriptDirectory.from_config(config)
    if not found <= {each.revision for each in steps.walk_revisions()}:
        raise StoreError(
            f"{name} was written by a newer stacktraces; upgrade stacktraces. Nothing was changed."
        )
    return found == set(steps.get_heads())


def made(connection: Connection) -> frozenset[str]:
    """The latest steps that were made in a database."""
    context = MigrationContext.configure(connection, opts={"version_table": TABLE})
    return frozenset(context.get_current_heads())
