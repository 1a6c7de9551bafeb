"""Days and parts of the day in which is called, as temporary tables for the statements of a step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from guanjia.domain.day_parts import DayPart
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute


def prepare_days(transaction: Transaction, first_day: date, last_day: date) -> None:
    """Make ``calling_days``: the calling days of every calendar, numbered, so that a window is two look-ups.

    The day n calling days after a day is the one whose day_no is n greater; of a day that is none, the number of the
    last calling day before it counts. Every day stands in the table, the numbers say which are worked.

    Args:
        transaction: open transaction; the table lasts as long as it does.
        first_day: first day asked for, inclusive, in Asia/Shanghai.
        last_day: last day asked for, inclusive: beyond the longest window.
    """
    execute(transaction, "scheduled_callbacks/drop_calling_days")
    execute(transaction, "scheduled_callbacks/create_calling_days", first_day=first_day, last_day=last_day)
    execute(transaction, "scheduled_callbacks/index_calling_days")
    execute(transaction, "scheduled_callbacks/analyse_calling_days")


def prepare_parts(transaction: Transaction, parts: Sequence[DayPart]) -> None:
    """Make ``calling_parts``: the parts of the day with their bits, so that sets of parts are masks.

    Args:
        transaction: open transaction; the table lasts as long as it does.
        parts: the parts of the day.
    """
    execute(transaction, "scheduled_callbacks/drop_calling_parts")
    execute(
        transaction,
        "scheduled_callbacks/create_calling_parts",
        numbers=[part.number for part in parts],
        starts=[part.starts for part in parts],
        ends=[part.ends for part in parts],
    )
