"""Planning the manager's reception days, the opening of the mailbox and the meetings with the committee (CB-09, CB-10).

Each takes place once in its period. Until it is announced it follows the calendar; afterwards its day stands.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row

from guanjia.domain.community_days import LEAST_NOTICE, meeting_day, reception_day
from guanjia.domain.event_periods import EventPeriod, event_periods
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute

MEETING_FROM_DAY: Final = 10
"""A meeting with the committee is proposed for the first working day from this day of its month on."""

_LOOK_BACK: Final = timedelta(days=30)
"""How far before an event its last working day is looked for: longer than any stretch of days off."""


@dataclass(frozen=True)
class PlannedEvent:
    """An event as the calendars of a day have it.

    Attributes:
        event_on: day; None: none is left.
        announce_on: day from which it is announced; None: it is not.
        remind_on: day from which those who hold it are reminded.
        reason: too_late (moved, or impossible, for want of notice), no_free_day; None: it takes place as usual.
    """

    event_on: date | None
    announce_on: date | None
    remind_on: date | None
    reason: str | None


def plan_events(transaction: Transaction, run: Run, at: datetime, day: date) -> dict[str, int]:
    """Plan what takes place in the periods that can be announced from a day on.

    Args:
        transaction: open transaction; ``called_communities`` holds the communities served on that day.
        run: run that plans.
        at: aware instant of the run; unused, as a day is planned alike whenever that happens.
        day: simulated day, in Asia/Shanghai.

    Returns:
        Counts: ``events_planned`` (new rows, impossible ones included) and ``events_moved`` (changed before anybody
        was told).
    """
    del at
    gone = execute(transaction, "scheduled_callbacks/drop_events_of_no_rule", day=day).rowcount
    rules = execute(transaction, "scheduled_callbacks/list_event_rules").all()
    communities = execute(transaction, "scheduled_callbacks/list_event_communities").all()
    periods = {
        (rule.rule_code, notice): event_periods(rule.repeat, rule.month, day, day + timedelta(days=notice))
        for rule in rules
        for notice in {_notice(rule.event, community) for community in communities}
    }
    if not any(periods.values()):
        return {"events_planned": 0, "events_moved": gone}
    worked = _working_days(transaction, day, max(each.last for some in periods.values() for each in some))
    events = [
        (rule, community, period, event)
        for community in communities
        for rule in rules
        for period in periods[rule.rule_code, _notice(rule.event, community)]
        if period.last >= community.live_from
        and (event := _event(rule.event, community, period, worked.get(community.calendar_code, ()), day)) is not None
    ]
    written = _write(transaction, run, day, events)
    new = sum(row.is_new for row in written)
    return {"events_planned": new, "events_moved": len(written) - new + gone}


def _notice(event: str, community: Row[Any]) -> int:
    """Days ahead on which an event is announced; the mailbox is not."""
    if event == "mailbox":
        return 0
    return int(community.reception_announce_days if event == "reception_day" else community.committee_announce_days)


def _working_days(transaction: Transaction, day: date, last: date) -> Mapping[str, Sequence[date]]:
    first = day.replace(day=1) - _LOOK_BACK
    rows = execute(transaction, "scheduled_callbacks/list_calendar_days", first_day=first, last_day=last)
    return {row.calendar_code: row.days for row in rows}


def _event(
    event: str, community: Row[Any], period: EventPeriod, worked: Sequence[date], day: date
) -> PlannedEvent | None:
    """The event of a period as it is planned on a day; None: there is nothing to plan any more."""
    within = [each for each in worked if period.first <= each <= period.last]
    if event == "mailbox":
        return _mailbox(within, period, max(day, community.live_from), community.live_from)
    notice = timedelta(days=_notice(event, community))
    if event == "reception_day":
        free = _days_off(period, within)
        usual = reception_day(free, community.reception_from_day, date.min)
        chosen = reception_day(free, community.reception_from_day, day)
    else:
        free = within
        usual = meeting_day(free, MEETING_FROM_DAY)
        chosen = meeting_day(free, MEETING_FROM_DAY, day, min(notice, LEAST_NOTICE))
    if chosen is None:
        return PlannedEvent(None, None, None, "too_late" if free else "no_free_day")
    announce_on = max(chosen - notice, community.live_from)
    remind_on = max((each for each in worked if each < chosen), default=chosen)
    return PlannedEvent(chosen, announce_on, max(remind_on, announce_on), None if chosen == usual else "too_late")


def _mailbox(within: Sequence[date], period: EventPeriod, day: date, live_from: date) -> PlannedEvent | None:
    """Opened on the first working day of its period; of one that has begun, on the first one left."""
    opened = min((each for each in within if each >= day), default=None)
    if opened is not None:
        return PlannedEvent(opened, None, opened, None)
    if within or period.first < live_from:
        return None
    return PlannedEvent(None, None, None, "no_free_day")


def _days_off(period: EventPeriod, worked: Collection[date]) -> list[date]:
    busy = set(worked)
    days = [period.first + timedelta(days=n) for n in range((period.last - period.first).days + 1)]
    return [each for each in days if each not in busy]


def _write(
    transaction: Transaction,
    run: Run,
    day: date,
    events: Sequence[tuple[Row[Any], Row[Any], EventPeriod, PlannedEvent]],
) -> Sequence[Row[Any]]:
    if not events:
        return []
    return execute(
        transaction,
        "scheduled_callbacks/write_events",
        rule_codes=[rule.rule_code for rule, _community, _period, _event in events],
        events=[rule.event for rule, _community, _period, _event in events],
        community_codes=[community.community_code for _rule, community, _period, _event in events],
        periods=[period.name for _rule, _community, period, _event in events],
        event_days=[event.event_on for *_others, event in events],
        announce_days=[event.announce_on for *_others, event in events],
        remind_days=[event.remind_on for *_others, event in events],
        reasons=[event.reason for *_others, event in events],
        day=day,
        run_id=run.run_id,
    ).all()
