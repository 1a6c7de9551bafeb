"""Who can call on which days, in which parts of the day and how often, as temporary tables for the statements."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from guanjia.pipelines.scheduled_callbacks.calling_days import prepare_parts
from guanjia.pipelines.scheduled_callbacks.served import day_of, parts_of
from guanjia.store.business_settings import required_setting
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute

TABLES: Final = ("calling_groups", "calling_agents", "calling_slots")


def prepare_agents(transaction: Transaction, at: datetime, first: date, last: date) -> None:
    """Make ``calling_agents`` and ``calling_slots`` for a stretch of days.

    ``calling_agents`` has one row per agent and day: its scope (community, empty for those of the whole company), the
    parts of the day its shifts cover as a mask, and how many calls it can make. ``calling_slots`` has one row per
    community (or the word prospects) and calling day: how many agents call for it, 0 for nobody. ``calling_groups``
    says whose agents those are. ``calling_parts`` is made anew as well.

    Attendance known later is used as it is known now: a day looked at again is judged by who really came.

    Args:
        transaction: open transaction in which `served.begin` was called and `calling_days.prepare_days` for a stretch
            that holds first to last; the tables last as long as it does.
        at: aware instant whose day's settings hold.
        first: first day, inclusive, in Asia/Shanghai.
        last: last day, inclusive.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    day = day_of(at)
    prepare_parts(transaction, parts_of(transaction, day))
    for table in reversed(TABLES):
        execute(transaction, f"scheduled_callbacks/drop_{table}")
    execute(transaction, "scheduled_callbacks/create_calling_groups", first_day=first, last_day=last)
    execute(
        transaction,
        "scheduled_callbacks/create_calling_agents",
        first_day=first,
        last_day=last,
        least_minutes=required_setting(transaction, "callback_least_minutes", day),
    )
    execute(transaction, "scheduled_callbacks/create_calling_slots")
    execute(transaction, "scheduled_callbacks/analyse_calling_agents")
