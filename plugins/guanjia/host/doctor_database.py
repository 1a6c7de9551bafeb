"""Doctor's checks of the shared database: reachable, of this version, and with rights as they should be."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select, text

from guanjia.host.doctor import Check, Finding, Patient, listed, ok, problem, warning
from guanjia.settings import DatabaseRole, environment
from guanjia.store.engine import transaction
from guanjia.store.sql import execute

OLDEST_SERVER = 16
SKEW = timedelta(seconds=30)


def check_server(patient: Patient) -> Iterable[Finding]:
    """The server answers, is new enough, keeps text as UTF-8, and its clock agrees with ours."""
    tr = patient.tr
    with transaction("app") as tx:
        version = tx.connection.dbapi_connection.info.server_version // 10_000  # type: ignore[union-attr]  # psycopg's
        encoding = tx.scalar(select(func.current_setting("server_encoding")))
        server_clock: datetime = tx.scalar(select(func.clock_timestamp()))  # type: ignore[assignment]  # a timestamptz
    skew = abs(datetime.now(server_clock.tzinfo) - server_clock)
    if version < OLDEST_SERVER:
        yield problem(
            "database",
            tr("The server is PostgreSQL {version}.", version=version),
            tr("Move to PostgreSQL {oldest} or newer.", oldest=OLDEST_SERVER),
        )
    elif encoding != "UTF8":
        yield problem(
            "database",
            tr("The database keeps text as {encoding}.", encoding=encoding),
            tr("Make the database anew with ENCODING 'UTF8', then `guanjia restore` a backup into it."),
        )
    else:
        yield ok("database", tr("The database answers (PostgreSQL {version}).", version=version))
    if skew > SKEW:
        yield warning(
            "clock",
            tr("The clocks of this machine and of the database differ by {n} s.", n=round(skew.total_seconds())),
            tr("Let both follow the same time server (NTP)."),
        )


def check_revision(patient: Patient) -> Iterable[Finding]:
    """The schema is the one this program needs."""
    from guanjia.store.migrate import newest_revision, present_revision

    tr = patient.tr
    with transaction("app") as tx:
        present = present_revision(tx) if _has_revision(tx) else None
    newest = newest_revision()
    if present == newest:
        yield ok("revision", tr("The schema is of revision {revision}.", revision=newest))
    else:
        yield problem(
            "revision",
            tr(
                "The schema is of revision {present}, this version needs {newest}.",
                present=present or "-",
                newest=newest,
            ),
            tr("Back up, then run `guanjia init`; if the schema is newer, use the newer version of Guanjia."),
        )


def _has_revision(tx: Connection) -> bool:
    return tx.scalar(select(func.to_regclass(text("'public.alembic_version'")))) is not None


def check_roles(patient: Patient) -> Iterable[Finding]:
    """The application cannot change the schema, the reader cannot change rows."""
    tr = patient.tr
    urls = environment().database_urls
    if len(set(urls.values())) < len(urls):
        yield warning(
            "roles",
            tr("Several roles use the same database user."),
            tr("Give each its own: GUANJIA_OWNER_DATABASE_URL, GUANJIA_DATABASE_URL, GUANJIA_READ_DATABASE_URL."),
        )
        return
    wrong = [finding for role in ("app", "read") for finding in _excess(patient, role)]
    yield from wrong
    if not wrong:
        yield ok("roles", tr("The application cannot change the schema, the reader cannot change rows."))


def _excess(patient: Patient, role: DatabaseRole) -> Iterable[Finding]:
    tr = patient.tr
    with transaction(role) as tx:
        tables = execute(tx, "doctor/list_rights").all()
    if any(table.may_create for table in tables):
        yield problem(
            "roles",
            tr("The role {role} may change the schema.", role=role),
            tr(
                "Revoke it: {command}", command="REVOKE CREATE ON SCHEMA public FROM PUBLIC, guanjia_app, guanjia_read;"
            ),
        )
    if role == "read" and (writable := [table.table_name for table in tables if table.may_write or table.may_empty]):
        yield problem(
            "roles",
            tr("The role read may change rows of {tables}.", tables=listed(writable)),
            tr(
                "Revoke it: {command}",
                command="REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA public FROM guanjia_read;",
            ),
        )
    if closed := [table.table_name for table in tables if not table.may_read]:
        yield problem(
            "roles",
            tr("The role {role} cannot read {tables}.", role=role, tables=listed(closed)),
            tr("Give the rights again: run the statements of {file} as the database's owner.", file="deploy/postgres"),
        )


CHECKS: list[tuple[str, Check]] = [
    ("database", check_server),
    ("revision", check_revision),
    ("roles", check_roles),
]
