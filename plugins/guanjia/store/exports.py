"""Datasets out: rows in the contract's column order, sorted by the key, as texts people and programs read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, Connection, String, Table, cast, func, literal, select
from sqlalchemy.exc import DataError

from guanjia.domain.errors import UnknownName, UsageError
from guanjia.settings import TIME_ZONE
from guanjia.store.tables import datasets

_INTERNAL = ("loaded_from", "loaded_row", "run_id")


def exported_columns(table: Table) -> list[Column[Any]]:
    """Columns of an export: the contract's first, technical keys never."""
    order: Sequence[str] = table.info.get("columns", ())
    shown = [table.c[name] for name in order]
    hidden = {*_INTERNAL, f"{table.name}_id", *table.info.get("hidden", ())}
    return shown + [column for column in table.columns if column.name not in hidden and column.name not in order]


def dataset_table(name: str) -> Table:
    """The table of a dataset, by its English or Chinese name.

    Raises:
        UnknownName: there is none; the message lists those there are.
    """
    known = datasets()
    for dataset, table in known.items():
        if name in (dataset, table.info["zh"]):
            return table
    raise UnknownName(f"There is no dataset '{name}'. Known: {', '.join(sorted(known))}.")


def read_rows(
    transaction: Connection, name: str, where: Mapping[str, str], *, batch: int = 5_000
) -> Iterator[dict[str, Any]]:
    """Rows of a dataset, streamed.

    Args:
        transaction: open transaction.
        name: dataset.
        where: column → value as exported; an empty value finds blanks.
        batch: rows fetched at a time.

    Yields:
        One dictionary a row, values as `as_text` takes them, ordered by the key.

    Raises:
        UnknownName: no such dataset.
        UsageError: no such column, or a value that its column cannot hold.
    """
    table = dataset_table(name)
    columns = exported_columns(table)
    names = {column.name: column for column in columns}
    statement = select(*(_readable(column) for column in columns))
    for key, value in where.items():
        if key not in names:
            raise UsageError(f"{name} has no column '{key}'. Its columns: {', '.join(names)}.")
        found = names[key]
        statement = statement.where(found.is_(None) if value == "" else _same(found, value))
    statement = statement.order_by(*(table.c[part] for part in table.info["key"]))
    try:
        result = transaction.execution_options(yield_per=batch).execute(statement)
    except DataError as error:
        raise UsageError(
            f"--where: {str(error.orig).splitlines()[0]}. Write values as the export shows them."
        ) from error
    for row in result.mappings():
        yield dict(row)


def _readable(column: Column[Any]) -> Any:
    """24:00 is a time of day in PostgreSQL and none in Python: read times of day as text."""
    if column.info.get("kind") == "clock":
        return func.to_char(column - func.make_time(0, 0, 0), "HH24:MI").label(column.name)
    return column


def _same(column: Column[Any], value: str) -> Any:
    if column.info.get("kind") == "clock":
        return cast(column, String) == value
    return column == cast(literal(value, String), column.type)


def as_text(value: Any) -> str:
    """A value as it stands in a CSV: instants in Asia/Shanghai with offset, decimals without trailing zeros lost.

    Money keeps its two places; a boolean is yes or no; nothing is an empty cell.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.astimezone(TIME_ZONE).isoformat(timespec="seconds" if not value.microsecond else "auto")
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, dict | list):
        import json

        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return str(value)
