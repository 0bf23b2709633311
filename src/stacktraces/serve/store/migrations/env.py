"""Run by Alembic: makes the steps within the transaction of ``upgrade``."""

from __future__ import annotations

from alembic import context

from stacktraces.serve.store.migrations import TABLE

context.configure(connection=context.config.attributes["connection"], version_table=TABLE)
context.run_migrations()
