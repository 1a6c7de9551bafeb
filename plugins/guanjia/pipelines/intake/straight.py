"""The straight way for a large text of new rows: read, judged and written piece by piece, while the next is being read.

It is taken where nothing can speak against a row but the row itself and what it refers to: keys ascend from row to row
and beyond those the register holds, so that none stands twice and none stands already. Exports of a front desk, a
switch or a bank are so. Whatever is not (`NotStraight`) is undone, and the file goes the general way; both give the
same (a test holds them together).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from queue import Full, Queue
from typing import Any, Final

import numpy as np
import pyarrow as pa
from sqlalchemy import Connection, func, select, text

from guanjia.domain.cells import Header
from guanjia.gateways.spreadsheets import BulkTable, Unreadable, View
from guanjia.pipelines.intake import ledger
from guanjia.pipelines.intake.columns import Frame, is_ascending
from guanjia.pipelines.intake.contract import VERSIONED, Dataset
from guanjia.pipelines.intake.judging import Faults, read_frame
from guanjia.pipelines.intake.lines import find_lines
from guanjia.pipelines.intake.merging import MAY_SKIP_TRIGGERS
from guanjia.pipelines.intake.references import Known, check_references
from guanjia.pipelines.intake.row_rules import check_rows
from guanjia.pipelines.intake.staging import copy_text, copying, places
from guanjia.pipelines.intake.standing_rules import has_standing_rules
from guanjia.store.engine import engine

_BLOCKS_AHEAD: Final = 6
_LOOK_SECONDS: Final = 0.5


class NotStraight(Exception):
    """The file, the dataset or the register is not of the kind."""


@dataclass
class Straight:
    """What became of the rows: counts, and the rejected ones whole."""

    rows: int = 0
    rejected: ledger.Reckoned = field(default_factory=ledger.Reckoned)
    last_key: str | None = None


@dataclass(frozen=True)
class _Piece:
    table: BulkTable
    frame: Frame
    faults: Faults


def load_straight(
    transaction: Connection, dataset: Dataset, view: View, header: Header, file_id: int, as_of: datetime
) -> Straight:
    """Take a large text in.

    Args:
        transaction: open transaction; on `NotStraight` nothing of it was written.
        dataset: the dataset.
        view: the text.
        header: its header.
        file_id: the file.
        as_of: instant by which rows are judged.

    Raises:
        NotStraight: the general way has to be taken.
    """
    pieces = view.pieces(header.index) if _is_fit(dataset, header) else None
    if pieces is None:
        raise NotStraight
    (key,) = dataset.key
    found = Straight(last_key=transaction.scalar(select(func.max(dataset.table.c[key]))))
    columns = [name for name in dataset.rules if name in header.columns]
    known: Known = {}
    with (
        transaction.begin_nested(),
        _without_row_checks(transaction),
        engine().connect() as reader,
        _writing(transaction, dataset.table.name, [*columns, "loaded_from", "loaded_row"]) as write,
    ):
        for piece in _ahead(dataset, header, pieces):
            rows = _judge(reader, dataset, header, piece, found, known, as_of)
            numbers = places(np.arange(piece.frame.rows) + piece.table.first_row)
            for block in copy_text([*(piece.frame.columns[name] for name in columns), file_id, numbers], rows):
                write(block)
    return found


@contextmanager
def _writing(transaction: Connection, table: str, columns: Sequence[str]) -> Iterator[Callable[[memoryview], None]]:
    """An open COPY whose blocks are handed over by a thread of its own, so that the server is never kept waiting."""
    blocks: Queue[memoryview | None] = Queue(_BLOCKS_AHEAD)
    with copying(transaction, table, columns) as copy, ThreadPoolExecutor(1) as pool:

        def hand_over() -> None:
            while (block := blocks.get()) is not None:
                copy.write(block)

        handed = pool.submit(hand_over)

        def write(block: memoryview) -> None:
            while not handed.done():
                with suppress(Full):
                    blocks.put(block, timeout=_LOOK_SECONDS)
                    return
            handed.result()

        try:
            yield write
        finally:
            _end(blocks, handed)
        handed.result()


def _end(blocks: Queue[memoryview | None], handed: Future[None]) -> None:
    """Let the thread finish what it was given; one that has failed takes nothing any more."""
    while not handed.done():
        with suppress(Full):
            blocks.put(None, timeout=_LOOK_SECONDS)
            return


def _is_fit(dataset: Dataset, header: Header) -> bool:
    """Whether rows of the dataset can be judged one by one, and the header has all they need."""
    return (
        len(dataset.key) == 1
        and not dataset.restricted
        and not dataset.prefilled
        and dataset.name not in VERSIONED
        and not has_standing_rules(dataset)
        and all(name in header.columns for name in dataset.required)
    )


@contextmanager
def _without_row_checks(transaction: Connection) -> Iterator[None]:
    """References are checked all at once; checking them once more row by row would take ten times as long.

    Raises:
        NotStraight: this role may not leave the checks out.
    """
    if not transaction.scalar(MAY_SKIP_TRIGGERS):
        raise NotStraight
    transaction.execute(text("SET LOCAL session_replication_role = replica"))
    yield
    transaction.execute(text("SET LOCAL session_replication_role = DEFAULT"))


def _ahead(dataset: Dataset, header: Header, pieces: Iterator[BulkTable]) -> Iterator[_Piece]:
    """The pieces with their columns read; the next one is read while this one is written."""
    with ThreadPoolExecutor(1) as pool:
        waiting: Future[_Piece | None] = pool.submit(_next, dataset, header, pieces)
        while (piece := waiting.result()) is not None:
            waiting = pool.submit(_next, dataset, header, pieces)
            yield piece


def _next(dataset: Dataset, header: Header, pieces: Iterator[BulkTable]) -> _Piece | None:
    try:
        table = next(pieces, None)
    except Unreadable as error:
        raise NotStraight from error
    if table is None:
        return None
    if len(table.columns) != len(header.titles) or find_lines(table, header).is_row.sum() != table.rows:
        raise NotStraight
    frame, faults = read_frame(dataset, table, header, table.rows)
    return _Piece(table, frame, faults)


def _judge(
    reader: Connection,
    dataset: Dataset,
    header: Header,
    piece: _Piece,
    found: Straight,
    known: Known,
    as_of: datetime,
) -> Any:
    """Judge a piece; returns the places of its accepted rows."""
    frame, faults = piece.frame, piece.faults
    everything = np.ones(frame.rows, bool)
    for row, column, told in check_references(reader, dataset, frame, everything, known):
        faults.setdefault(row, []).append((column, told))
    at_fault = {(row, column) for row, each in faults.items() for column, _ in each}
    for row, column, told in check_rows(dataset, frame, as_of, at_fault):
        faults.setdefault(row, []).append((column, told))
    clean = everything
    clean[list(faults)] = False
    rows = np.flatnonzero(clean)
    _check_keys(frame, dataset.key[0], rows, found)
    found.rows += frame.rows
    found.rejected.add(dataset, _rejected(piece, header, sorted(faults)))
    return rows


def _check_keys(frame: Frame, key: str, rows: Any, found: Straight) -> None:
    if not len(rows):
        return
    keys = frame.columns[key] if len(rows) == frame.rows else frame.columns[key].take(pa.array(rows))
    first = keys[0].as_py()
    if (found.last_key is not None and first <= found.last_key) or not (len(keys) == 1 or is_ascending(keys)):
        raise NotStraight
    found.last_key = keys[-1].as_py()


def _rejected(piece: _Piece, header: Header, rows: Sequence[int]) -> list[ledger.Rejected]:
    return [
        ledger.Rejected(
            piece.table.first_row + row,
            cells,
            piece.faults[row],
            ledger.values_found(cells, header.columns, piece.faults[row]),
        )
        for row, cells in zip(rows, piece.table.rows_at(rows), strict=True)
    ]
