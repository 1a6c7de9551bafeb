"""Accepted rows into the register: new ones at once, others compared, changed and kept in the history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
import pyarrow as pa
from sqlalchemy import Connection, Table, Text, and_, cast, delete, func, insert, literal, select, text, update

from guanjia.pipelines.intake.columns import Rows
from guanjia.pipelines.intake.contract import VERSIONED
from guanjia.pipelines.intake.judging import Judged, same_key
from guanjia.pipelines.intake.staging import as_kept, copy_rows, places, temporary_table
from guanjia.store.sql import execute
from guanjia.store.tables.intake import register_history

_BULK_ROWS: Final = 2_000
"""From this many new rows on, references are not checked once more row by row: they have just been, all at once."""

_REPLACING: Final = frozenset(("calendars", "calendar_days"))
"""Registers in which a row takes the place of those it overlaps."""


@dataclass(frozen=True)
class Origin:
    """Where rows come from and when.

    Attributes:
        file_id: the file.
        as_of: instant by which it is judged; aware, in Asia/Shanghai.
        changed_at: wall clock.
        confirmed_by: second person who confirmed; None: none was needed.
    """

    file_id: int
    as_of: datetime
    changed_at: datetime
    confirmed_by: str | None = None


@dataclass(frozen=True)
class Merged:
    """What became of accepted rows: places of those that equal what stands there, and of those that changed it."""

    unchanged: Rows
    updated: Rows


def merge(transaction: Connection, judged: Judged, origin: Origin) -> Merged:
    """Write accepted rows.

    Args:
        transaction: open transaction.
        judged: rows of a sheet.
        origin: where they come from.
    """
    dataset, rows = judged.dataset, judged.accepted
    old, new = rows[judged.standing[rows]], rows[~judged.standing[rows]]
    if dataset.name in _REPLACING and len(rows):
        _complete_hours(judged)
        stage(transaction, judged, rows, origin)
        execute(transaction, f"intake/remove_overlapped_{dataset.name}", **_written_by(origin))
    changed = stage(transaction, judged, old, origin) if len(old) else old
    if len(changed):
        _keep_history(transaction, judged, origin)
        _update(transaction, judged, origin)
    if len(new):
        _insert(transaction, judged, new, origin)
    if dataset.name in VERSIONED and (len(changed) or len(new)):
        execute(transaction, f"intake/note_{dataset.name}_versions", file_id=origin.file_id)
        execute(transaction, f"intake/remove_later_{dataset.name}_versions", file_id=origin.file_id)
    return Merged(unchanged=np.union1d(np.setdiff1d(old, changed), judged.repeated), updated=changed)


def _complete_hours(judged: Judged) -> None:
    """A sheet that leaves the hours out says what one says that leaves them blank: the whole day."""
    for name in ("opens_at", "closes_at"):
        if name not in judged.frame:
            judged.frame.columns[name] = pa.nulls(judged.frame.rows, pa.string())


def _written_by(origin: Origin) -> dict[str, Any]:
    return {"file_id": origin.file_id, "changed_at": origin.changed_at, "confirmed_by": origin.confirmed_by}


def stage(transaction: Connection, judged: Judged, rows: Rows, origin: Origin) -> Rows:
    """Put rows into the temporary table `incoming` and leave those there that differ from what stands.

    Args:
        transaction: open transaction.
        judged: rows of a sheet.
        rows: places of the rows.
        origin: where they come from.

    Returns:
        Places of rows that differ, new ones included (NumPy).
    """
    dataset = judged.dataset
    table = dataset.table
    if dataset.name in VERSIONED and "valid_from" not in judged.frame:
        judged.frame.columns["valid_from"] = pa.nulls(judged.frame.rows, pa.string())
    names = written_columns(judged)
    incoming = temporary_table(transaction, "incoming", [table.c[name] for name in (*names, "loaded_row")])
    columns = [
        ("row_place", places(np.arange(judged.frame.rows))),
        *((name, judged.frame.columns[name]) for name in names),
        ("loaded_row", places(judged.numbers)),
    ]
    copy_rows(transaction, "incoming", columns, rows)
    if dataset.name in VERSIONED:
        month = origin.as_of.date().replace(day=1)
        execute(transaction, f"intake/date_{dataset.name}_changes", month_start=month)
    same = and_(*(table.c[name].is_not_distinct_from(incoming.c[name]) for name in names))
    equal = select(incoming.c.row_place).join(table, same_key(dataset, incoming)).where(same)
    gone = transaction.execute(delete(incoming).where(incoming.c.row_place.in_(equal)).returning(incoming.c.row_place))
    return np.setdiff1d(rows, np.array(gone.scalars().all(), np.int64))


def written_columns(judged: Judged) -> list[str]:
    """Columns that are written, in the order of the contract: those the sheet has, and those a rule completed."""
    return [name for name in judged.dataset.rules if name in judged.frame]


def incoming_table(judged: Judged) -> Table:
    """The temporary table `incoming` as `stage` made it."""
    from sqlalchemy import Column, Integer, MetaData

    table = judged.dataset.table
    names = (*written_columns(judged), "loaded_row")
    return Table(
        "incoming", MetaData(), Column("row_place", Integer), *(Column(name, table.c[name].type) for name in names)
    )


def kept_row(columns: Mapping[str, Any]) -> Any:
    """A row as JSON: column → value as text."""
    parts = [part for name, column in columns.items() for part in (literal(name, Text), as_kept(column))]
    return func.jsonb_build_object(*parts)


def row_after(judged: Judged, incoming: Any) -> dict[str, Any]:
    """Every contract column as it will be: what the sheet brings, else what stands there."""
    dataset = judged.dataset
    written = set(written_columns(judged))
    return {name: incoming.c[name] if name in written else dataset.table.c[name] for name in dataset.rules}


def _keep_history(transaction: Connection, judged: Judged, origin: Origin) -> None:
    dataset, table, incoming = judged.dataset, judged.dataset.table, incoming_table(judged)
    names = ("dataset", "key", "action", "before", "after", "previous_from", "changed_from", "changed_row")
    rows = (
        select(
            literal(dataset.name),
            kept_row({name: table.c[name] for name in dataset.key}),
            literal("updated"),
            kept_row({name: table.c[name] for name in dataset.rules}),
            kept_row(row_after(judged, incoming)),
            table.c.loaded_from,
            literal(origin.file_id),
            incoming.c.loaded_row,
            literal(origin.changed_at),
            cast(literal(origin.confirmed_by), Text),
        )
        .join_from(incoming, table, same_key(dataset, incoming))
        .order_by(incoming.c.row_place)
    )
    transaction.execute(insert(register_history).from_select([*names, "changed_at", "confirmed_by"], rows))


def _update(transaction: Connection, judged: Judged, origin: Origin) -> None:
    dataset, table, incoming = judged.dataset, judged.dataset.table, incoming_table(judged)
    values: dict[str, Any] = {name: incoming.c[name] for name in written_columns(judged) if name not in dataset.key}
    values["loaded_from"] = origin.file_id
    values["loaded_row"] = incoming.c.loaded_row
    transaction.execute(update(table).values(values).where(same_key(dataset, incoming)))


def _insert(transaction: Connection, judged: Judged, rows: Rows, origin: Origin) -> None:
    dataset = judged.dataset
    columns = [(name, judged.frame.columns[name]) for name in written_columns(judged)]
    columns += [("loaded_from", origin.file_id), ("loaded_row", places(judged.numbers))]
    is_bulk = len(rows) >= _BULK_ROWS and transaction.scalar(MAY_SKIP_TRIGGERS)
    if is_bulk:
        transaction.execute(text("SET LOCAL session_replication_role = replica"))
    copy_rows(transaction, dataset.table.name, columns, rows)
    if is_bulk:
        transaction.execute(text("SET LOCAL session_replication_role = DEFAULT"))


MAY_SKIP_TRIGGERS: Final = text("SELECT HAS_PARAMETER_PRIVILEGE('session_replication_role', 'SET')")
"""Whether the role may leave out checks that have been made for all rows at once."""
