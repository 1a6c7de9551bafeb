"""Alembic's environment: one connection, handed over by ``guanjia.store.migrate``."""

from __future__ import annotations

from alembic import context

from guanjia.store.partitions import declared_objects
from guanjia.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    compare_type=True,
    compare_server_default=True,
    include_object=declared_objects(context.config.attributes["connection"]),
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
