"""Who is called once a period, and whose turn it is today: care, prospects and the year's end (CB-04 to 06)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from guanjia.pipelines.scheduled_callbacks.served import PROSPECTS
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute

_LEAST_DAYS: Final = {"care": 0, "year_end": -(2**31)}
"""Days of service from which a rule holds that says nothing of it: care begins with service, year-end is for all."""


def take_shares(transaction: Transaction, run: Run, at: datetime, day: date) -> dict[str, int]:
    """Make due what falls to a day of the periods that hold on it.

    Args:
        transaction: open transaction with the temporary tables of the day: ``scopes_of_day``, ``rules_in_force``,
            ``calling_days``, ``calling_parts``, ``calling_slots`` and ``new_contacts``, with what facts make due.
        run: run that plans.
        at: aware instant the day is planned at; later facts are invisible.
        day: the day, in Asia/Shanghai.

    Returns:
        Counts of contacts by what made them due; the rows are written by `merging.merge_contacts`.
    """
    del run
    execute(transaction, "scheduled_callbacks/drop_periods_of_day")
    execute(transaction, "scheduled_callbacks/create_periods_of_day", day=day, prospects=PROSPECTS)
    triggers = set(execute(transaction, "scheduled_callbacks/list_triggers_of_day").scalars())
    counts = dict.fromkeys(("care", "prospects", "year_end"), 0)
    if "care" in triggers:
        counts["care"] = _take(transaction, "care", at, day)
    if "prospect" in triggers:
        counts["prospects"] = execute(transaction, "scheduled_callbacks/take_prospects", day=day, at=at).rowcount
    if "year_end" in triggers:  # last: it joins what the others make due
        counts["year_end"] = _take(transaction, "year_end", at, day)
    return counts


def last_day_of_periods(transaction: Transaction, day: date) -> date:
    """The last day of any period that holds on a day, in Asia/Shanghai; the day itself where no rule has one.

    Args:
        transaction: open transaction with the temporary table ``rules_in_force``.
        day: the day.
    """
    ends_before: datetime | None = execute(
        transaction, "scheduled_callbacks/find_farthest_period", day=day
    ).scalar_one()
    return day if ends_before is None else ends_before.date() - timedelta(days=1)


def _take(transaction: Transaction, trigger: str, at: datetime, day: date) -> int:
    execute(transaction, "scheduled_callbacks/drop_service_bands")
    execute(transaction, "scheduled_callbacks/create_service_bands", trigger=trigger, least_days=_LEAST_DAYS[trigger])
    execute(transaction, "scheduled_callbacks/analyse_service_bands")
    periods = execute(transaction, "scheduled_callbacks/list_shared_periods").all()
    execute(transaction, "scheduled_callbacks/drop_shared_customers")
    execute(
        transaction,
        "scheduled_callbacks/create_shared_customers",
        trigger=trigger,
        day=day,
        at=at,
        periods=[period.period for period in periods],
        since=min((period.begins for period in periods), default=None) if trigger == "care" else None,
    )
    execute(transaction, "scheduled_callbacks/analyse_shared_customers")
    return execute(transaction, "scheduled_callbacks/take_shares", trigger=trigger, day=day).rowcount
