"""Rows of a list we sent out that come back with a seal: was what we had printed there changed (CB-11)?

A row whose code is not the one its seal was made for would be booked for somebody else: it is rejected, and so is one
that shows what was printed in another row (columns sorted or pasted a line off, the codes left where they were). Where
something else was changed, a telephone number put right by hand, say, the row is taken in and it is told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from sqlalchemy import Connection

from guanjia.domain.cells import Header, fault, header_name
from guanjia.domain.cells.raw import as_found
from guanjia.domain.seals import judge_seal, owner
from guanjia.gateways.spreadsheets import Table
from guanjia.pipelines.intake.contract import Dataset
from guanjia.pipelines.intake.judging import Faults, Judged
from guanjia.pipelines.intake.lines import Lines
from guanjia.pipelines.intake.merging import Origin
from guanjia.store.sql import execute

_SEAL: Final = "seal"
_MOST_COMPARED: Final = 250_000
"""Changed rows × rows of a sheet, about half a second; what was mixed up in a longer list is remarked, not rejected."""

_NOT_OURS: Final = fault("bad_format", "protected_changed")


@dataclass(frozen=True)
class Seals:
    """What the seals of a sheet tell.

    Attributes:
        faults: row → column and fault of rows whose code was changed.
        edited: rows in which something else that was printed was changed, or whose seal is gone.
    """

    faults: Faults
    edited: frozenset[int] = frozenset()


def check_seals(dataset: Dataset, table: Table, header: Header, rows: Iterable[int]) -> Seals:
    """Compare the rows of a sheet with their seals; a dataset or sheet without seals has nothing to compare.

    Args:
        dataset: the dataset.
        table: rows below the header.
        header: the header.
        rows: places of the rows that are looked at.
    """
    shown = dataset.table.info["informative"]
    places = {name: _place(header, (name, shown[name])) for name in shown}
    code_place = header.columns.get(dataset.key_column)
    seal_place = places.pop(_SEAL, None)
    if seal_place is None or code_place is None:
        return Seals({})
    looked_at = list(rows)
    faults: Faults = {}
    edited: dict[int, tuple[str, list[str]]] = {}
    for row, cells in zip(looked_at, table.rows_at(looked_at), strict=True):
        texts = ["" if place is None or place >= len(cells) else as_found(cells[place]) for place in places.values()]
        found = as_found(cells[seal_place]) if seal_place < len(cells) else ""
        verdict = judge_seal(found, as_found(cells[code_place]), texts)
        if verdict == "code_changed":
            faults[row] = [(dataset.key_column, _NOT_OURS)]
        elif verdict != "whole":
            edited[row] = (as_found(cells[code_place]), texts)
    mixed_up = set()
    if 0 < len(edited) * table.rows <= _MOST_COMPARED:
        seals = _seals(table, code_place, seal_place)
        mixed_up = {row for row, (code, texts) in edited.items() if owner(texts, seals) not in (None, code)}
    return Seals(
        faults | {row: [(dataset.key_column, _NOT_OURS)] for row in mixed_up}, frozenset(edited.keys() - mixed_up)
    )


def _seals(table: Table, code_place: int, seal_place: int) -> dict[str, str]:
    """Code → seal of all rows of the sheet, filled in or not."""
    last = max(code_place, seal_place)
    rows = (cells for cells in table.rows_at(range(table.rows)) if len(cells) > last)
    return {as_found(cells[code_place]): as_found(cells[seal_place]) for cells in rows}


def rows_of(lines: Lines) -> list[int]:
    """Places of the lines that are rows."""
    return [int(row) for row in np.flatnonzero(lines.is_row)]


def note_edited(transaction: Connection, judged: Judged, rows: Iterable[int], file: str, origin: Origin) -> int:
    """Remark the callbacks whose rows were taken in although something printed there was changed; once per callback.

    Args:
        transaction: open transaction.
        judged: rows of a sheet, judged.
        rows: places of the rows in question; those that were rejected are left out.
        file: name of the file.
        origin: where they come from.

    Returns:
        Remarks written.
    """
    taken = sorted(row for row in rows if row not in judged.faults)
    if not taken:
        return 0
    codes = judged.frame.columns[judged.dataset.key_column]
    people = judged.frame.columns.get("staff_code")
    return execute(
        transaction,
        "intake/note_edited_forms",
        callback_codes=[codes[row].as_py() for row in taken],
        staff_codes=[None if people is None else people[row].as_py() for row in taken],
        rows=[int(judged.numbers[row]) for row in taken],
        file=file,
        as_of=origin.as_of,
    ).rowcount


def _place(header: Header, names: tuple[str, str]) -> int | None:
    wanted = {header_name(name) for name in names}
    return next((at for at, title in enumerate(header.titles) if header_name(title) in wanted), None)
