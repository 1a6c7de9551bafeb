"""Deadlines and ladder steps against a slow oracle that shares nothing with the product, on invented cases."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, text

from guanjia.pipelines.overdue_escalations import compute_deadlines, raise_escalations
from guanjia.settings import TIME_ZONE
from guanjia.store.runs import open_run
from guanjia.store.tables import metadata
from tests.conftest import Database
from tests.database.working_time_oracle import Hours, extended
from tests.support.examples import examples

T = metadata.tables
AS_OF = datetime(2026, 11, 20, 10, tzinfo=TIME_ZONE)
FIRST = datetime(2026, 10, 19, tzinfo=TIME_ZONE)
ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Asia/Kolkata")


@st.composite
def hours(draw: st.DrawFn) -> Hours:
    """A week with one to three stretches on some days, and some days off; clock changes fall into the period."""
    weekdays = {}
    for weekday in draw(st.sets(st.integers(0, 6), min_size=1)):
        edges = sorted(draw(st.sets(st.integers(3 * 4, 24 * 4), min_size=2, max_size=6)))
        pairs = list(zip(edges[::2], edges[1::2], strict=False))
        weekdays[weekday] = [(opens * 15, closes * 15) for opens, closes in pairs]
    off = draw(st.sets(st.dates(date(2026, 10, 19), date(2026, 12, 20)), max_size=5))
    return Hours(ZoneInfo(draw(st.sampled_from(ZONES))), weekdays, frozenset(off))


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    """A start, a budget, pauses (the last may last), and perhaps an answer."""
    start = FIRST + timedelta(seconds=draw(st.integers(0, 28 * 86_400)))
    instants = sorted(draw(st.sets(st.integers(-7_200, 3 * 86_400), max_size=6)))
    events = [start + timedelta(seconds=seconds) for seconds in instants]
    events = [event for event in events if event <= AS_OF]
    answered = draw(st.one_of(st.none(), st.integers(0, 4 * 86_400)))
    unit = draw(st.sampled_from(("seconds", "working_days", "working_days_end")))
    return {
        "start": start,
        "unit": unit,
        "budget": draw(st.integers(0, 200_000) if unit == "seconds" else st.integers(0, 6)),
        "pauses": [
            (events[index], events[index + 1] if index + 1 < len(events) else None)
            for index in range(0, len(events), 2)
        ],
        "answered": None if answered is None else min(start + timedelta(seconds=answered), AS_OF),
    }


def _expected(calendar: Hours, case: dict[str, Any]) -> tuple[datetime | None, int, list[tuple[int, datetime]]]:
    start, stops_at = case["start"], case["answered"]
    if case["unit"] == "seconds":
        seconds, base = float(case["budget"]), None
    else:
        base = calendar.add_days(start, case["budget"], to_the_end=case["unit"] == "working_days_end")
        seconds = calendar.worked(start, base)
    due, paused = extended(calendar, start, seconds, case["pauses"], stops_at)
    if due is not None and paused == 0 and base is not None:
        due = base
    steps = [(0, extended(calendar, start, seconds * 8 // 10, case["pauses"], stops_at)[0])]
    if due is not None:
        steps += [
            (
                level,
                due if hours_after == 0 else extended(calendar, due, hours_after * 3600, case["pauses"], stops_at)[0],
            )
            for level, hours_after in ((1, 0), (2, 2), (3, 8), (4, 24))
        ]
    limit = stops_at or AS_OF
    raised = [(level, step) for level, step in steps if step is not None and step < limit and step < AS_OF]
    return due, int(paused), raised


def _store(tx: Any, code: str, calendar: Hours, case: dict[str, Any]) -> None:
    tx.execute(insert(T["communities"]).values(community_code=code, community_name=code))
    rows = [
        {
            "calendar_code": code,
            "weekday": weekday + 1,
            "opens_at": _clock(opens),
            "closes_at": _clock(closes),
            "time_zone": calendar.zone.key,
            "holidays": "none",
        }
        for weekday, stretches in calendar.weekdays.items()
        for opens, closes in stretches
    ]
    tx.execute(
        text(
            "INSERT INTO calendars (calendar_code, weekday, opens_at, closes_at, time_zone, holidays) VALUES "
            "(:calendar_code, :weekday, CAST(:opens_at AS time), CAST(:closes_at AS time), :time_zone, :holidays)"
        ),
        rows,
    )
    for day in calendar.days_off:
        tx.execute(insert(T["calendar_days"]).values(calendar_code=code, day=day, is_working=False))
    tx.execute(
        insert(T["deadline_policies"]).values(
            policy_code=code,
            community_code=code,
            kind="enquiry",
            milestone="answer",
            starts="opened_at",
            met_by="answered",
            budget=case["budget"],
            budget_unit=case["unit"],
            calendar=code,
            pauses=True,
            valid_from=date(2000, 1, 1),
        )
    )
    tx.execute(
        insert(T["cases"]).values(
            case_code=code, community_code=code, kind="enquiry", urgency="ordinary", opened_at=case["start"]
        )
    )
    events = {(case["answered"], "answered")} if case["answered"] else set()
    for paused, resumed in case["pauses"]:
        events |= {(paused, "paused")} | ({(resumed, "resumed")} if resumed else set())
    for event_at, event in events:
        tx.execute(insert(T["case_events"]).values(case_code=code, event_at=event_at, event=event))


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


@pytest.mark.rule("ESC-10")
@settings(max_examples=examples(4))
@given(drawn=st.lists(st.tuples(hours(), cases()), min_size=25, max_size=25))
def test_due_instants_pauses_and_steps_agree_with_the_oracle(
    database: Database, drawn: list[tuple[Hours, dict[str, Any]]]
) -> None:
    with database.transaction("owner") as tx:
        tx.execute(
            text(
                "TRUNCATE escalations, deadline_changes, deadline_former_starts, deadlines, open_cases, case_changes, "
                "escalation_progress, served_communities, case_events, cases, communities, settings, "
                "working_calendars, "
                "deadline_policies, calendar_days CASCADE"
            )
        )
        tx.execute(text("DELETE FROM calendars WHERE calendar_code LIKE 'X%'"))
        tx.execute(insert(T["settings"]).values(setting="live_from", value="2026-01-01"))
        for number, (calendar, case) in enumerate(drawn):
            _store(tx, f"X{number:02d}", calendar, case)
    with database.transaction() as tx:
        run = open_run(tx, "overdue_escalations", AS_OF, started_at=datetime.now(UTC))
        compute_deadlines(tx, run, AS_OF)
        raise_escalations(tx, run, AS_OF)
        rows = {row.case_code: row for row in tx.execute(select(T["deadlines"]))}
        found_steps = tx.execute(
            select(T["escalations"].c.case_code, T["escalations"].c.level, T["escalations"].c.raised_at).distinct()
        ).all()
    for number, (calendar, case) in enumerate(drawn):
        code = f"X{number:02d}"
        due, paused, raised = _expected(calendar, case)
        row = rows[code]
        steps = sorted((level, step) for case_code, level, step in found_steps if case_code == code)
        assert (row.due_at, row.paused_seconds) == (due, paused), (calendar, case)
        assert steps == sorted(raised), (calendar, case)


def test_the_oracle_knows_a_make_up_free_week() -> None:
    office = Hours(ZoneInfo("Asia/Shanghai"), {day: [(540, 1080)] for day in range(5)}, frozenset())
    friday = datetime.combine(date(2026, 11, 20), time(17), TIME_ZONE)
    assert office.add(friday, 4 * 3600) == datetime(2026, 11, 23, 12, tzinfo=TIME_ZONE)
