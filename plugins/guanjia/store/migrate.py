"""Bringing the database to this version's schema: migrations, then the shipped defaults."""

from __future__ import annotations

import csv
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Table, func, select, text
from sqlalchemy.dialects.postgresql import insert

from guanjia.domain.errors import DatabaseError
from guanjia.settings import environment
from guanjia.store.tables import metadata

MIGRATIONS = Path(__file__).parent / "migrations"
DEFAULTS = Path(__file__).parents[1] / "defaults"
_SHIPPED = (
    "published_years",
    "published_holidays",
    "calendars",
    "deadline_policies",
    "escalation_steps",
    "callback_rules",
    "sampling_policies",
    "quality_criteria",
)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def present_revision(connection: Connection) -> str | None:
    """Revision the database is at; None: empty."""
    return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str:
    """Revision this version of the program needs.

    Raises:
        DatabaseError: the package holds no migration.
    """
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    if head is None:
        raise DatabaseError(f"No migration in {MIGRATIONS}; reinstall the package.")
    return head


def upgrade(connection: Connection) -> bool:
    """Migrate to the newest revision, as owner, in the caller's transaction.

    Args:
        connection: the owner's connection.

    Returns:
        Whether anything was changed.

    Raises:
        DatabaseError: the database is newer than this program.
    """
    connection.execute(text("SELECT pg_advisory_xact_lock(20260901)"))
    before = present_revision(connection)
    if before is not None and before not in {
        found.revision for found in ScriptDirectory(str(MIGRATIONS)).walk_revisions()
    }:
        raise DatabaseError(
            f"The database is at revision {before}, which this version does not know (newest {newest_revision()}). "
            "Use the newer version of Guanjia, or restore the backup made before the upgrade."
        )
    if before != newest_revision():
        command.upgrade(_config(connection), "head")
    ship_defaults(connection)
    return before != newest_revision()


def ship_defaults(connection: Connection) -> int:
    """Put the shipped policies into tables that are still empty; published holidays are added as they appear.

    Returns:
        Rows written.
    """
    written = 0
    for name in _SHIPPED:
        path, table = DEFAULTS / f"{name}.csv", metadata.tables[name]
        grows = name in ("published_years", "published_holidays")
        if not path.exists() or (not grows and connection.scalar(select(func.count()).select_from(table))):
            continue
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [{header: value or None for header, value in row.items()} for row in csv.DictReader(file)]
        if "loaded_row" in table.c:  # people see them in the order of the file
            rows = [row | {"loaded_row": str(number)} for number, row in enumerate(rows, 2)]
        if rows:
            written += _insert_texts(connection, table, rows)
    return written


def _insert_texts(connection: Connection, table: Table, rows: list[dict[str, str | None]]) -> int:
    """Insert rows of texts; the database casts each to its column's type."""
    values = [
        {name: None if value is None else _cast(table, name, value) for name, value in row.items()} for row in rows
    ]
    statement = insert(table).values(values).on_conflict_do_nothing()
    return connection.execute(statement).rowcount


def _cast(table: Table, name: str, value: str) -> object:
    from sqlalchemy import Text, cast, literal

    return cast(literal(value, Text), table.c[name].type)


def migrate_home() -> bool:
    """Migrate the database of this process's environment; see `upgrade`."""
    from guanjia.store.engine import transaction

    environment()
    with transaction("owner") as connection:
        return upgrade(connection)
