"""The same key in sheets of one file whose columns differ: what they both say must agree.

Sheets with the same columns are judged as one (`judging`). Where columns differ, each sheet fills what it has, so a key
may well stand in several. It is a conflict when a column that two of them have holds different values, or when one of
the sheets contradicts itself: then all rows of the key in the file are rejected. A column only one sheet has says
nothing against the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from guanjia.domain.cells import Fault
from guanjia.pipelines.intake.columns import Rows
from guanjia.pipelines.intake.judging import Judged, conflict_with

_CONFLICT: Final = "duplicate_conflict"

_Key = tuple[str | None, ...]
_Place = tuple[int, int]
"""Number of the judged sheets, and row among theirs."""


def conflicts_between(judged: Sequence[Judged], rows: Sequence[Rows]) -> list[dict[int, Fault]]:
    """Rows of sheets with different columns that contradict each other.

    Only rows that are otherwise acceptable are looked at.

    Args:
        judged: sheets of one dataset in one file, those of the same columns together.
        rows: which of their lines are rows (masks).

    Returns:
        For each of them: row → what is told.
    """
    found: list[dict[int, Fault]] = [{} for _ in judged]
    for places in _shared_keys(judged, rows):
        if not _contradict(judged, places):
            continue
        where = [judged[number].where(row) for number, row in places]
        for (number, row), here in zip(places, where, strict=True):
            found[number][row] = conflict_with(here, where)
    return found


def _shared_keys(judged: Sequence[Judged], rows: Sequence[Rows]) -> list[list[_Place]]:
    """Rows of each key that stands in more than one of the judged sheets."""
    known: dict[_Key, list[_Place]] = {}
    for number, (each, lines) in enumerate(zip(judged, rows, strict=True)):
        if any(name not in each.frame for name in each.dataset.key):
            continue
        at_fault = [row for row, told in each.faults.items() if any(one.reason != _CONFLICT for _, one in told)]
        acceptable = lines.copy()
        acceptable[at_fault] = False
        chosen = [int(row) for row in np.flatnonzero(acceptable)]
        for key, row in zip(each.frame.contents(each.dataset.key, chosen), chosen, strict=True):
            known.setdefault(key, []).append((number, row))
    return [places for places in known.values() if len({number for number, _ in places}) > 1]


def _contradict(judged: Sequence[Judged], places: Sequence[_Place]) -> bool:
    if any(row in judged[number].faults for number, row in places):
        return True
    said: dict[str, Any] = {}
    for number, row in places:
        names = judged[number].present
        (values,) = judged[number].frame.contents(names, [row])
        for name, value in zip(names, values, strict=True):
            if said.setdefault(name, value) != value:
                return True
    return False
