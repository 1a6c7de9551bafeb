"""Rows on their way into the database: COPY text from Arrow, temporary tables, a register's own values as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from psycopg import sql
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Integer,
    Numeric,
    Table,
    Text,
    Time,
    case,
    cast,
    func,
)

from guanjia.pipelines.intake.columns import Rows, Texts

_AT_A_TIME: Final = 20_000
_SPECIAL: Final = (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"))
_SHANGHAI: Final = "Asia/Shanghai"


def copy_rows(transaction: Connection, table: str, columns: Sequence[tuple[str, Texts | int]], rows: Rows) -> int:
    """Write rows into a table with COPY.

    Args:
        transaction: open transaction; its session reads instants as Asia/Shanghai.
        table: name of the table.
        columns: column → its texts for all rows, its numbers, or one number for all.
        rows: places of the rows to write, ascending.

    Returns:
        Rows written.
    """
    with copying(transaction, table, [name for name, _ in columns]) as copy:
        for block in copy_text([texts for _, texts in columns], rows):
            copy.write(block)
    return len(rows)


def copying(transaction: Connection, table: str, columns: Sequence[str]) -> Any:
    """An open COPY into a table: write blocks of COPY text into it."""
    cursor = transaction.connection.driver_connection.cursor()  # type: ignore[union-attr]  # an open connection has one
    return cursor.copy(
        sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(table), sql.SQL(", ").join(sql.Identifier(name) for name in columns)
        )
    )


def copy_text(columns: Sequence[Texts | int], rows: Rows) -> Iterator[memoryview]:
    """Rows as COPY takes them, block by block.

    Args:
        columns: texts or numbers of all rows, column by column; a number stands for all rows.
        rows: places of the rows to write, ascending.
    """
    if not len(rows):
        return
    ready = [pa.scalar(str(texts)) if isinstance(texts, int) else _escaped(texts) for texts in columns]
    chosen = np.zeros(int(rows[-1]) + 1, bool)
    chosen[rows] = True
    for start in range(int(rows[0]), len(chosen), _AT_A_TIME):
        mask = pa.array(chosen[start : start + _AT_A_TIME])
        cells = [
            texts if isinstance(texts, pa.Scalar) else _as_text(texts.slice(start, len(mask)).filter(mask))
            for texts in ready
        ]
        lines = pc.binary_join_element_wise(*cells, "\t", null_handling="replace", null_replacement="\\N")
        ended = pc.binary_join_element_wise(lines, pa.scalar(""), "\n")
        if len(ended):
            yield memoryview(ended.buffers()[2])


def _as_text(texts: Texts) -> Texts:
    return pc.cast(texts, pa.string()) if pa.types.is_integer(texts.type) else texts


def _escaped(texts: Texts) -> Texts:
    """Texts in which nothing ends a cell or a line of COPY text before its time."""
    if pa.types.is_integer(texts.type):
        return texts
    for sign, escape in _SPECIAL:
        if _holds(texts, sign):
            texts = pc.replace_substring(texts, sign, escape)
    return texts


def _holds(texts: Texts, sign: str) -> bool:
    """Whether any of the texts holds the sign: one look through their memory."""
    content = texts.buffers()[2]
    return content is not None and sign.encode() in content.to_pybytes()


def places(rows: Rows) -> Texts:
    """Places of rows as an Arrow column."""
    return pa.array(np.asarray(rows, np.int64))


def temporary_table(transaction: Connection, name: str, columns: Sequence[Column[Any]]) -> Table:
    """Make a temporary table that lives as long as the transaction; an older one of the name goes.

    Args:
        transaction: open transaction.
        name: its name.
        columns: columns whose names and types it takes, behind `row_place`.
    """
    from sqlalchemy import MetaData

    table = Table(
        name,
        MetaData(),
        Column("row_place", Integer, primary_key=True, autoincrement=False),
        *(Column(column.name, column.type) for column in columns),
        prefixes=["TEMPORARY"],
        postgresql_on_commit="DROP",
    )
    transaction.exec_driver_sql(f"DROP TABLE IF EXISTS pg_temp.{name}")
    table.create(transaction)
    return table


def as_kept(column: Column[Any]) -> Any:
    """A register's value as the text intake makes of a cell: ``280``, ``true``, ``2026-09-18 14:12``."""
    if isinstance(column.type, Numeric):
        return cast(func.trim_scale(column), Text)
    if isinstance(column.type, DateTime):
        local = func.timezone(_SHANGHAI, column)
        return func.to_char(
            local, case((func.date_trunc("minute", local) == local, "YYYY-MM-DD HH24:MI"), else_=_exact(local))
        )
    if isinstance(column.type, Boolean | Date | Time | Integer):
        return cast(column, Text)
    return column


def _exact(local: Any) -> Any:
    return case((func.date_trunc("second", local) == local, "YYYY-MM-DD HH24:MI:SS"), else_="YYYY-MM-DD HH24:MI:SS.US")
