"""Partitions of the tables a large billing run fills: made bare, filled in one statement, finished, attached.

The application has no rights on the schema; three functions of the database do this on its behalf
(``sql/migrations/billing_partitions.sql``) and do nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Literal

from sqlalchemy import Connection, CursorResult, text

from guanjia.domain.errors import UnknownName
from guanjia.store.engine import Transaction
from guanjia.store.locks import lock_scope
from guanjia.store.sql import execute, query

Partitioned = Literal["bills", "bill_lines", "ledger", "pool_shares"]


def next_batch(transaction: Transaction) -> int:
    """A number no batch has had; one that is not used leaves a gap, which does no harm.

    Asked for before anything is written: one batch is made at a time, for two that have written rows and then attach
    would wait for each other.
    """
    lock_scope(transaction, "partitions/batches")
    return int(execute(transaction, "partitions/next_batch").scalar_one())


def make_partition(transaction: Transaction, table: Partitioned, batch_no: int) -> str:
    """Make the bare table of a batch: no keys, not yet part of its table.

    Returns:
        Its name, for the statement that fills it.
    """
    return str(execute(transaction, "partitions/make_partition", parent=table, batch_no=batch_no).scalar_one())


def fill_partition(
    transaction: Transaction, table: Partitioned, batch_no: int, name: str, /, **parameters: Any
) -> CursorResult[Any]:
    """Run the SQL file of that name, an `INSERT INTO <table> (…)`, into the bare table of a batch instead.

    Args:
        transaction: open transaction.
        table: the table the file inserts into.
        batch_no: number of the batch; `make_partition` made its table.
        name: path of the file below `sql/` without ending.
        parameters: exactly those the file declares.
    """
    found = query(name)
    opening = f"INSERT INTO {table} ("
    if found.statement.text.count(opening) != 1:
        raise UnknownName(f"sql/{name}.sql does not insert into {table}.")
    statement = found.statement.text.replace(opening, f"INSERT INTO {table}_b{int(batch_no)} (")
    return replace(found, statement=text(statement)).run(transaction, parameters)


def load_partition(
    transaction: Transaction, table: Partitioned, batch_no: int, name: str, /, **parameters: Any
) -> CursorResult[Any]:
    """Run an `INSERT` file for a batch: built and attached where it is the batch's first, else added row by row.

    The runs of a batch are posted one by one, each in a transaction of its own; the first makes the partition.

    Args:
        transaction: open transaction.
        table: the table the file inserts into.
        batch_no: number of the batch.
        name: path of the file below `sql/` without ending.
        parameters: exactly those the file declares.
    """
    lock_scope(transaction, f"partitions/{table}_b{batch_no}")
    if execute(transaction, "partitions/has_partition", parent=table, batch_no=batch_no).scalar_one():
        return execute(transaction, name, **parameters)
    make_partition(transaction, table, batch_no)
    written = fill_partition(transaction, table, batch_no, name, **parameters)
    finish_partition(transaction, table, batch_no)
    return written


def finish_partition(transaction: Transaction, table: Partitioned, batch_no: int) -> None:
    """Add keys and foreign keys to the table of a batch and attach it; `bills` before `bill_lines`.

    Locks the tables referred to against changes of their rows until the transaction ends: keep it short.

    Raises:
        IntegrityError: a row breaks a key or refers to something unknown; nothing is attached.
    """
    execute(transaction, "partitions/finish_partition", parent=table, batch_no=batch_no)


def drop_partition(transaction: Transaction, table: Partitioned, batch_no: int) -> bool:
    """Drop the table of a batch that was never attached.

    Returns:
        Whether there was one.

    Raises:
        DBAPIError: it is attached; books are not dropped.
    """
    return bool(execute(transaction, "partitions/drop_partition", parent=table, batch_no=batch_no).scalar_one())


def declared_objects(connection: Connection) -> Callable[..., bool]:
    """Filter for Alembic (`include_object`): partitions are no tables of their own, and views no tables at all.

    Args:
        connection: connection to the database that is compared.

    Returns:
        Function that says whether an object of the schema takes part in the comparison.
    """
    partitions = set(connection.scalars(text("SELECT c.relname FROM pg_class AS c WHERE c.relispartition")))

    def is_declared(found: Any, name: str | None, kind: str, reflected: bool, _other: Any) -> bool:
        if kind == "foreign_key_constraint" and reflected:
            # The server keeps a copy of each foreign key to a partitioned table for every partition.
            return found.elements[0].target_fullname.split(".")[-2] not in partitions
        if kind != "table":
            return True
        return name not in partitions if reflected else not _facts(found).get("is_view")

    return is_declared


def _facts(found: Any) -> Mapping[str, Any]:
    facts: Mapping[str, Any] = found.info
    return facts
