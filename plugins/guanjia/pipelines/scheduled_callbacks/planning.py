"""Planning callbacks day by day, so that days without a run are planned as their own runs would have (CB-01 to 10)."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Final

from guanjia.pipelines.scheduled_callbacks.agents import prepare_agents
from guanjia.pipelines.scheduled_callbacks.calling_days import prepare_days, prepare_parts
from guanjia.pipelines.scheduled_callbacks.closing_loop import close_loop
from guanjia.pipelines.scheduled_callbacks.contacts import derive_contacts
from guanjia.pipelines.scheduled_callbacks.events import plan_events
from guanjia.pipelines.scheduled_callbacks.merging import merge_contacts, prepare_merging
from guanjia.pipelines.scheduled_callbacks.prospects import drop_prospects
from guanjia.pipelines.scheduled_callbacks.results import judge_results
from guanjia.pipelines.scheduled_callbacks.rules import prepare_rules
from guanjia.pipelines.scheduled_callbacks.served import (
    PROSPECTS,
    begin,
    day_of,
    morning_of,
    parts_of,
    use_settings_of,
)
from guanjia.pipelines.scheduled_callbacks.shares import last_day_of_periods, take_shares
from guanjia.store.business_settings import setting_value
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute

_A_YEAR: Final = timedelta(days=370)
"""Calling days are known so far around the days planned: a year's period and the longest window lie within."""

_LONGEST_WINDOW: Final = timedelta(days=30)
"""Who called is known so far back: why a window was missed."""


def plan_callbacks(transaction: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Plan every day not planned yet, up to as_of, one after the other, each with what was known on its morning.

    Each day, by the settings in force on it: results that had come by then are judged; prospects without interest are
    dropped; contacts whose cause is gone are cancelled and those past their window missed; what facts and periods make
    due is merged into callbacks, one per customer; reception days, mailbox and meetings are planned. The day of as_of
    itself, when it was planned before, is looked at once more: what was loaded since then still finds its place, and
    unchanged data writes nothing.

    Args:
        transaction: open transaction.
        run: run the rows are written by.
        as_of: aware instant.

    Returns:
        Counts of rows written, by what was done.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    at = begin(transaction, as_of)
    last_day = day_of(at)
    beginnings = _open_days(transaction, last_day)
    counts: Counter[str] = Counter()
    if not beginnings:
        return dict(counts)
    first_day = min(beginnings)
    execute(transaction, "scheduled_callbacks/widen_memory")
    prepare_days(transaction, first_day - _A_YEAR, last_day + _A_YEAR)
    prepare_parts(transaction, parts_of(transaction, last_day))
    prepare_rules(transaction, run, at)
    prepare_agents(transaction, at, first_day - _LONGEST_WINDOW, last_day_of_periods(transaction, last_day))
    changes = beginnings | _days_settings_change(transaction, first_day, last_day)
    for n in range((last_day - first_day).days + 1):
        day = first_day + timedelta(days=n)
        if day in changes:
            use_settings_of(transaction, day)
            prepare_parts(transaction, parts_of(transaction, day))
            execute(transaction, "scheduled_callbacks/leave_out_planned_communities", day=day)
        counts.update(_plan_day(transaction, run, at, day, morning_of(day) if day < last_day else at))
    execute(transaction, "scheduled_callbacks/put_back_cases")
    execute(transaction, "scheduled_callbacks/note_planned_scopes", run_id=run.run_id, last_day=last_day, at=at)
    if first_day < last_day:  # after an outage: what was said on the days planned only now
        counts.update(close_loop(transaction, run, as_of))
    return dict(counts)


def _plan_day(transaction: Transaction, run: Run, at: datetime, day: date, morning: datetime) -> Counter[str]:
    """One day, with what was known at its instant; results that came up to then first."""
    counts: Counter[str] = Counter()
    execute(transaction, "scheduled_callbacks/drop_scopes_of_day")
    execute(transaction, "scheduled_callbacks/create_scopes_of_day", day=day)
    prepare_merging(transaction)
    counts.update(judge_results(transaction, run, at, morning))
    counts.update(drop_prospects(transaction, run, morning, day))
    counts.update(derive_contacts(transaction, run, morning, day))
    counts.update(take_shares(transaction, run, morning, day))
    counts.update(merge_contacts(transaction, run, morning, day))
    counts.update(plan_events(transaction, run, morning, day))
    return counts


def _open_days(transaction: Transaction, last_day: date) -> frozenset[date]:
    """The days on which the planning of a community or of prospects begins; none: nothing is served."""
    live_from = setting_value(transaction, "live_from", last_day)
    execute(
        transaction,
        "scheduled_callbacks/create_planned_scopes",
        prospects=PROSPECTS,
        prospects_from=live_from if isinstance(live_from, date) else None,
        last_day=last_day,
    )
    return frozenset(execute(transaction, "scheduled_callbacks/list_planned_scopes").scalars())


def _days_settings_change(transaction: Transaction, first_day: date, last_day: date) -> frozenset[date]:
    """Days within those planned on which settings have to be read anew; the settings of the last day are in use."""
    begins = execute(
        transaction,
        "scheduled_callbacks/find_callback_setting_changes",
        first_day=first_day,
        last_day=last_day,
    ).scalars()
    return frozenset(begins)
