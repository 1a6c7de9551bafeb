"""Rules against what the registers hold already: readings that fall, events before their case was opened."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

import numpy as np
from sqlalchemy import Connection

from guanjia.domain.cells import Fault, fault
from guanjia.pipelines.intake.columns import Frame, Rows
from guanjia.pipelines.intake.contract import Dataset
from guanjia.pipelines.intake.staging import copy_rows, places, temporary_table
from guanjia.store.sql import execute

Found = Iterator[tuple[int, str, Fault]]


def check_against_standing(transaction: Connection, dataset: Dataset, frame: Frame, rows: Rows) -> Found:
    """What is wrong with rows in the light of what is there.

    Args:
        transaction: open transaction; nothing is written but temporary tables.
        dataset: the dataset.
        frame: its columns, references resolved.
        rows: rows without a fault so far (mask).
    """
    rule = _RULES.get(dataset.name)
    if rule is not None and rows.any():
        yield from rule(transaction, dataset, frame, rows)


def _falling_readings(transaction: Connection, dataset: Dataset, frame: Frame, rows: Rows) -> Found:
    if not _stage(transaction, dataset, frame, rows, "meter_code", "read_on", "reading", "estimated"):
        return
    for found in execute(transaction, "intake/find_falling_readings"):
        told = fault("out_of_range", found.rule, reading=f"{found.bound:f}", day=found.day.isoformat())
        yield found.row_place, "reading", told


def _early_events(transaction: Connection, dataset: Dataset, frame: Frame, rows: Rows) -> Found:
    if not _stage(transaction, dataset, frame, rows, "case_code", "event_at"):
        return
    for found in execute(transaction, "intake/find_early_events"):
        told = fault("inconsistent_dates", "before_case", opened_at=f"{found.opened_at:%Y-%m-%d %H:%M}")
        yield found.row_place, "event_at", told


def _stage(transaction: Connection, dataset: Dataset, frame: Frame, rows: Rows, *names: str) -> bool:
    """Put the rows' columns into a temporary table; False where the sheet lacks a required one."""
    there = [name for name in names if name in frame]
    if any(name not in there and dataset.rules[name].required for name in names):
        return False
    name = f"incoming_{dataset.name}"
    temporary_table(transaction, name, [dataset.table.c[each] for each in names])
    columns = [("row_place", places(np.arange(frame.rows))), *((each, frame.columns[each]) for each in there)]
    copy_rows(transaction, name, columns, np.flatnonzero(rows))
    return True


_RULES: Final[Mapping[str, Callable[[Connection, Dataset, Frame, Rows], Found]]] = {
    "meter_readings": _falling_readings,
    "case_events": _early_events,
}


def has_standing_rules(dataset: Dataset) -> bool:
    """Whether rows of a dataset are judged in the light of what is there."""
    return dataset.name in _RULES
