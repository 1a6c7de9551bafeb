"""Engines and transactions: one transaction per pipeline step, under the role the step needs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import OperationalError

from guanjia.domain.errors import DatabaseError
from guanjia.settings import DatabaseRole, environment

Transaction = Connection
"""A connection inside a transaction; pipelines never commit, the one who opened it does."""


def database_url(role: DatabaseRole = "app") -> str:
    """Address of the shared database for a role.

    Raises:
        DatabaseError: no database is known to this process.
    """
    try:
        return environment().database_urls[role]
    except KeyError:
        raise DatabaseError(
            "No database is known: set GUANJIA_DATABASE_URL, or start the embedded one with `guanjia up`."
        ) from None


@lru_cache(maxsize=8)
def _engine(url: str) -> Engine:
    return create_engine(
        url,
        pool_pre_ping=True,
        pool_size=4,
        max_overflow=8,
        connect_args={"options": "-c timezone=Asia/Shanghai", "connect_timeout": 10, "application_name": "guanjia"},
    )


def engine(role: DatabaseRole = "app") -> Engine:
    """The engine of this process for a role (one pool per address)."""
    return _engine(database_url(role))


def dispose_engines() -> None:
    """Close every pooled connection (before a server stops, and in a process that has forked)."""
    for role in environment().database_urls:
        _engine(database_url(role)).dispose()
    _engine.cache_clear()


@contextmanager
def transaction(role: DatabaseRole = "app") -> Iterator[Transaction]:
    """One transaction: committed at the end of the block, rolled back by an exception.

    Args:
        role: `app` changes rows, `read` only reads (reports, data docs), `owner` migrates.

    Raises:
        DatabaseError: the database cannot be reached.
    """
    chosen = engine(role)
    try:
        connection = chosen.connect()
    except OperationalError as error:
        place = chosen.url.render_as_string(hide_password=True)
        raise DatabaseError(
            f"The database {place} cannot be reached ({_first_line(error)}). "
            "Check that it runs (`guanjia doctor`) and that GUANJIA_DATABASE_URL is right."
        ) from error
    with connection, connection.begin():
        yield connection


def _first_line(error: OperationalError) -> str:
    return str(error.orig).strip().splitlines()[0] if error.orig else "no answer"
