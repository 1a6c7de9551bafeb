"""Warnings before windows are missed: what finds no room in time, where nobody is there, and last chances (CB-04)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row

from guanjia.domain.call_turns import Room, WaitingCall, reckon_turns
from guanjia.pipelines.scheduled_callbacks.agents import prepare_agents
from guanjia.pipelines.scheduled_callbacks.calling_days import prepare_days
from guanjia.pipelines.scheduled_callbacks.served import begin, day_of
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute

CALLING_DAYS_AHEAD: Final = 10
"""Calling days to come that room is reckoned for."""

_DAYS_AHEAD: Final = timedelta(days=31)
"""Days in which so many calling days are found, the longest holidays included."""


def warn(transaction: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Write warnings of callbacks that would miss their window, after the lists of the day were made.

    What stands on no list takes its turn in the room of the days to come, by the end of its window; whose turn comes
    too late is warned of, at the latest on the last morning. Of what is on a list today for the last time and has only
    one part of the day left is warned, too. Each window is warned of once.

    Args:
        transaction: open transaction.
        run: run the rows are written by.
        as_of: aware instant.

    Returns:
        Count of rows written: ``warned``.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    return {"warned": warn_of_misses(transaction, run, begin(transaction, as_of))}


def warn_of_misses(transaction: Transaction, run: Run, at: datetime) -> int:
    """Write warnings as of an instant, after lists were made or changed; how many.

    Args:
        transaction: open transaction in which `served.begin` was called.
        run: run the rows are written by.
        at: aware instant to work at.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    day = day_of(at)
    until = day + _DAYS_AHEAD
    prepare_days(transaction, day, until)
    prepare_agents(transaction, at, day, until)
    calls = execute(transaction, "scheduled_callbacks/list_calls_to_reckon", day=day, at=at, until=until).all()
    if not calls:
        return 0
    found = _judge(calls, execute(transaction, "scheduled_callbacks/list_rooms", day=day).all(), day)
    written = execute(
        transaction,
        "scheduled_callbacks/write_warnings",
        callback_codes=[row.callback_code for row, _turn, _reason in found],
        due_bys=[row.due_by for row, _turn, _reason in found],
        reckoned_ons=[turn for _row, turn, _reason in found],
        reasons=[reason for _row, _turn, reason in found],
        at=at,
        run_id=run.run_id,
    )
    return int(written.rowcount)


def _judge(
    calls: Sequence[Row[Any]], rooms: Sequence[Row[Any]], today: date
) -> list[tuple[Row[Any], date | None, str]]:
    """The calls to warn of, with the day their turn comes and why."""
    doors: dict[str, list[tuple[date, list[str]]]] = defaultdict(list)
    free: dict[Room, int] = {}
    staffed: dict[str, list[date]] = defaultdict(list)
    for row in rooms:
        if row.agents_of is not None:
            staffed[row.scope].append(row.day)
        if row.day == today:
            continue
        days = doors[row.scope]
        if not days or days[-1][0] != row.day:
            days.append((row.day, []))
        if row.agents_of is not None:
            days[-1][1].append(row.agents_of)
            free[row.agents_of, row.day] = row.calls
    ahead = {scope: days[:CALLING_DAYS_AHEAD] for scope, days in doors.items()}
    waiting = [WaitingCall(row.callback_code, row.scope, row.first_day) for row in calls if not row.is_listed]
    turns = reckon_turns(waiting, ahead, free)
    found: list[tuple[Row[Any], date | None, str]] = []
    for row in calls:
        if row.is_listed:
            if row.due_day == today and row.has_one_part:
                found.append((row, today, "last_day"))
            continue
        turn = turns[row.callback_code]
        is_beyond = turn is None and bool(ahead.get(row.scope)) and row.due_day > ahead[row.scope][-1][0]
        if not is_beyond and (turn is None or turn > row.due_day):
            is_staffed = any(row.first_day <= day <= row.due_day for day in staffed[row.scope])
            found.append((row, turn, "no_capacity" if is_staffed else "no_agent"))
    return found
