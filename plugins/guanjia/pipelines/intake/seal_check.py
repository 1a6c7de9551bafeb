"""Rows of a list we sent out that come back with a seal: was what we had printed there changed (CB-11)?

A row whose code is not the one its seal was made for would be booked for somebody else: it is rejected, and so is one
that shows what was printed in another row (columns sorted or pasted a line off, the codes left where they were). Where
something else was changed, a telephone number put right by hand, say, the row is taken in and it is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from sqlalchemy import Connection

from guanjia.domain.cells import Header, fault, header_name
from guanjia.domain.cells.raw import Raw, as_found
from guanjia.domain.seals import joined_code, judge_seal, owner
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
_REMARKS: Final = {
    "callback_results": "intake/note_edited_forms",
    "quality_scores": "intake/note_edited_samples",
    "quality_appeals": "intake/note_edited_samples",
}
"""Dataset → where it is remarked that something printed was changed."""
_PEOPLE: Final = ("staff_code", "reviewer")


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
    names = dataset.sealed or (dataset.key_column,)
    code_places = [header.columns.get(name) for name in names]
    seal_place = places.pop(_SEAL, None)
    if seal_place is None or None in code_places:
        return Seals({})
    ours = _Places([place for place in code_places if place is not None], seal_place)
    looked_at = list(rows)
    faults: Faults = {}
    edited: dict[int, _Edited] = {}
    changed: dict[int, Sequence[Raw]] = {}
    for row, cells in zip(looked_at, table.rows_at(looked_at), strict=True):
        texts = ["" if place is None or place >= len(cells) else as_found(cells[place]) for place in places.values()]
        code = ours.code(cells)
        verdict = judge_seal(ours.seal(cells), code, texts)
        if verdict == "code_changed":
            changed[row] = cells
        elif verdict != "whole":
            edited[row] = _Edited(code, texts, has_seal=verdict == "shown_changed")
    for row, place in _changed_places(table, changed, ours).items():
        faults[row] = [(names[place], _NOT_OURS)]
    mixed_up = set()
    if 0 < len(edited) * table.rows <= _MOST_COMPARED:
        seals = _seals(table, ours)
        mixed_up = {row for row, each in edited.items() if _is_of_another(each, seals, is_shared=len(code_places) > 1)}
    return Seals(
        faults | {row: [(dataset.key_column, _NOT_OURS)] for row in mixed_up}, frozenset(edited.keys() - mixed_up)
    )


@dataclass(frozen=True)
class _Places:
    """Where codes and seal stand in a row."""

    codes: Sequence[int]
    seal_at: int

    def each(self, cells: Sequence[Raw]) -> list[str]:
        return [as_found(cells[place]) if place < len(cells) else "" for place in self.codes]

    def code(self, cells: Sequence[Raw]) -> str:
        return joined_code(self.each(cells))

    def seal(self, cells: Sequence[Raw]) -> str:
        return as_found(cells[self.seal_at]) if self.seal_at < len(cells) else ""


@dataclass(frozen=True)
class _Edited:
    """A row that is not as it was printed; without its seal nobody knows how it was."""

    code: str
    texts: list[str]
    has_seal: bool


def _is_of_another(row: _Edited, seals: Mapping[str, str], *, is_shared: bool) -> bool:
    """Whether it shows what was printed in another row.

    Rows known by several codes may show the same, as criteria of one item do: without a seal that says nothing.
    """
    if is_shared and not row.has_seal:
        return False
    return owner(row.texts, seals) not in (None, row.code)


def _changed_places(table: Table, changed: Mapping[int, Sequence[Raw]], places: _Places) -> dict[int, int]:
    """Row → which of its codes was changed: the one with another value of which the seal fits; else the first."""
    found = dict.fromkeys(changed, 0)
    if len(places.codes) == 1 or not 0 < len(changed) * table.rows <= _MOST_COMPARED:
        return found
    known = [set[str]() for _ in places.codes]
    for each in table.rows_at(range(table.rows)):
        for values, code in zip(known, places.each(each), strict=True):
            values.add(code)
    for row, cells in changed.items():
        codes, sealed = places.each(cells), places.seal(cells)
        found[row] = next(
            (
                place
                for place, values in enumerate(known)
                for value in values
                if judge_seal(sealed, joined_code([*codes[:place], value, *codes[place + 1 :]]), []) != "code_changed"
            ),
            0,
        )
    return found


def _seals(table: Table, places: _Places) -> dict[str, str]:
    """Code → seal of all rows of the sheet, filled in or not."""
    return {places.code(cells): places.seal(cells) for cells in table.rows_at(range(table.rows))}


def rows_of(lines: Lines) -> list[int]:
    """Places of the lines that are rows."""
    return [int(row) for row in np.flatnonzero(lines.is_row)]


def note_edited(transaction: Connection, judged: Judged, rows: Iterable[int], file: str, origin: Origin) -> int:
    """Remark what rows are about that were taken in although something printed there was changed; once per code.

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
    remark = _REMARKS.get(judged.dataset.name)
    if not taken or remark is None:
        return 0
    codes = judged.frame.columns[judged.dataset.key_column]
    people = next((judged.frame.columns[name] for name in _PEOPLE if name in judged.frame.columns), None)
    return execute(
        transaction,
        remark,
        codes=[codes[row].as_py() for row in taken],
        staff_codes=[None if people is None else people[row].as_py() for row in taken],
        rows=[int(judged.numbers[row]) for row in taken],
        file=file,
        as_of=origin.as_of,
    ).rowcount


def _place(header: Header, names: tuple[str, str]) -> int | None:
    wanted = {header_name(name) for name in names}
    return next((at for at, title in enumerate(header.titles) if header_name(title) in wanted), None)
