"""Engines and transactions: one transaction per pipeline step, under the role the step needs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError, OperationalError

from guanjia.domain.errors import DatabaseError
from guanjia.settings import DatabaseRole, environment

if TYPE_CHECKING:
    import psycopg

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


def connect_arguments(application_name: str = "guanjia") -> dict[str, Any]:
    """What every connection of ours asks for: our zone, and that a dead partner is noticed on either side.

    The server looks every 5 s whether we are still there while a statement runs: what a killed process was doing ends
    and gives its locks back. We notice a server or network that is gone within about a minute.

    Args:
        application_name: what the server's list of sessions shows.
    """
    return {
        "options": "-c timezone=Asia/Shanghai -c client_connection_check_interval=5000",
        "connect_timeout": 10,
        "application_name": application_name,
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
    }


@lru_cache(maxsize=8)
def _engine(url: str) -> Engine:
    made = create_engine(
        url,
        pool_pre_ping=True,
        pool_size=4,
        max_overflow=8,
        hide_parameters=True,  # they hold personal data, and errors are logged
        connect_args=connect_arguments(),
    )
    event.listen(made, "handle_error", _forget_rows)
    return made


def _forget_rows(context: ExceptionContext) -> None:
    """Takes out of an error what the server quotes of the row (DETAIL, CONTEXT): errors are logged, people are not."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None:
            error.args = tuple(_QUOTED.sub("", part) if isinstance(part, str) else part for part in error.args)


_QUOTED = re.compile(r"\n(?:DETAIL|CONTEXT):.*?(?=\n(?:HINT|LINE|QUERY):|\n\[|\Z)", re.S)


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
        DatabaseError: the database cannot be reached, went away in the middle, or has no room left.
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
    with interruptions_told(), connection, connection.begin():
        yield connection


def driver_connection(transaction: Transaction) -> psycopg.Connection[Any]:
    """The driver's own connection of a transaction, for what SQLAlchemy does not offer (COPY)."""
    found: psycopg.Connection[Any] = transaction.connection.dbapi_connection  # type: ignore[assignment]  # it is psycopg's
    return found


@contextmanager
def interruptions_told() -> Iterator[None]:
    """A database that goes away, or has no room left, while the block works is told in one sentence.

    Raises:
        DatabaseError: it did.
    """
    try:
        yield
    except OperationalError as error:
        raise _broken_off(error) from error
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        raise _broken_off(error) from error


def _broken_off(error: DBAPIError) -> DatabaseError:
    return DatabaseError(
        f"The database broke off the work ({_first_line(error)}). What this step had begun is undone; check the "
        "database (`guanjia doctor`), then start the run again: what was done before is not done twice."
    )


def _first_line(error: DBAPIError) -> str:
    return str(error.orig).strip().splitlines()[0] if error.orig else "no answer"
