"""Severe weather: every vacant unit of an area inspected by a deadline (INS-04)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from guanjia.domain.errors import UsageError
from guanjia.pipelines.vacancy_inspections.served import begin, day_of
from guanjia.settings import TIME_ZONE
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute

PLANS = ("severe_weather", "rain")


def plan_event(
    transaction: Transaction,
    run: Run,
    as_of: datetime,
    *,
    plan: str,
    event: str,
    areas: Sequence[str],
    deadline: datetime,
    includes_basements: bool,
    requested_by: str | None,
) -> dict[str, int]:
    """Plan every vacant unit of the areas for an event, evenly over inspectors and days up to the deadline's day.

    Any day on the roster counts, not only working days. More than the inspectors can see is spread evenly all the same
    and told; where nobody is there, the units are planned without an inspector and told.

    Args:
        transaction: open transaction, after vacancy was derived for the same as_of.
        run: run the rows are written by.
        as_of: aware instant.
        plan: severe_weather, or rain.
        event: what it is called.
        areas: community codes.
        deadline: aware instant by which every unit must be inspected.
        includes_basements: basements are inspected too.
        requested_by: Airflow user or staff code; None: nobody said.

    Returns:
        Counts: ``planned``, ``events``, ``remarks``; all 0 where the same event (plan, name, areas, deadline) was
        planned before. One of the same plan and name (in any case) that is open in one of the areas is that event: it
        gets the deadline and the areas given, and only what is not planned yet is planned.

    Raises:
        UsageError: the plan, the areas or the deadline cannot be used.
    """
    at = begin(transaction, as_of)
    day = day_of(at)
    wanted, named = sorted(set(areas)), event.strip()
    known = {"plan": plan, "event": named, "areas": ",".join(wanted), "deadline": deadline}
    if execute(transaction, "vacancy_inspections/find_weather_event", **known).one_or_none() is not None:
        return {"planned": 0, "events": 0, "remarks": 0}
    _check(plan, named, wanted, at, deadline)
    unserved = execute(transaction, "vacancy_inspections/find_unserved_areas", areas=wanted, day=day).scalars().all()
    if unserved:
        raise UsageError(
            f"Weather event: communities {', '.join(unserved)} are unknown or not served on {day}. Choose communities "
            "that have a live_from setting up to that day."
        )
    wish = {"plan": plan, "event": named, "areas": wanted, "at": at}
    open_event = execute(transaction, "vacancy_inspections/find_open_weather_event", **wish).one_or_none()
    if open_event is not None:
        return _change(transaction, run, at, open_event, plan, wanted, deadline, includes_basements)
    code = execute(
        transaction,
        "vacancy_inspections/insert_weather_event",
        **known,
        run_id=run.run_id,
        at=at,
        day=day,
        includes_basements=includes_basements,
        requested_by=requested_by,
    ).scalar_one()
    planned, remarks = _plan_units(transaction, run, at, code, plan, wanted, deadline, includes_basements)
    return {"planned": planned, "events": 1, "remarks": remarks}


def plan_open_events(transaction: Transaction, run: Run, at: datetime) -> int:
    """Plan the units that became vacant since an event was started, for every event whose deadline is not over.

    Args:
        transaction: open transaction in which `served.begin` was called.
        run: run the rows are written by.
        at: aware instant the run works at.

    Returns:
        Inspections planned.
    """
    return sum(
        _plan_units(
            transaction, run, at, row.event_code, row.plan, row.areas.split(","), row.deadline, row.includes_basements
        )[0]
        for row in execute(transaction, "vacancy_inspections/list_open_weather_events", at=at).all()
    )


def _change(
    transaction: Transaction,
    run: Run,
    at: datetime,
    event: Row[Any],
    plan: str,
    areas: Sequence[str],
    deadline: datetime,
    includes_basements: bool,
) -> dict[str, int]:
    """Give an open event another deadline or more areas; nothing is planned twice."""
    wider = sorted({*event.areas.split(","), *areas})
    basements = includes_basements or event.includes_basements
    changed = execute(
        transaction,
        "vacancy_inspections/change_weather_event",
        run_id=run.run_id,
        event_code=event.event_code,
        areas=",".join(wider),
        deadline=deadline,
        includes_basements=basements,
    ).rowcount
    execute(
        transaction,
        "vacancy_inspections/move_event_deadline",
        run_id=run.run_id,
        event_code=event.event_code,
        deadline=deadline,
        last_day=day_of(deadline),
    )
    planned, remarks = _plan_units(transaction, run, at, event.event_code, plan, wider, deadline, basements)
    return {"planned": planned, "events": changed, "remarks": remarks}


def _plan_units(
    transaction: Transaction,
    run: Run,
    at: datetime,
    code: str,
    plan: str,
    areas: Sequence[str],
    deadline: datetime,
    includes_basements: bool,
) -> tuple[int, int]:
    """Plan the units of an event that are not planned yet: inspections and remarks written."""
    day, last_day = day_of(at), day_of(deadline)
    planned = execute(
        transaction,
        "vacancy_inspections/plan_event_inspections",
        run_id=run.run_id,
        event_code=code,
        plan=plan,
        areas=list(areas),
        includes_basements=includes_basements,
        deadline=deadline,
        day=day,
        last_day=last_day,
    ).rowcount
    if not planned:
        return 0, 0
    days = {"day": day, "last_day": last_day}
    remarks = execute(
        transaction, "vacancy_inspections/note_event_remarks", run_id=run.run_id, at=at, event_code=code, **days
    ).rowcount
    return planned, remarks


def _check(plan: str, event: str, areas: Sequence[str], at: datetime, deadline: datetime) -> None:
    """Refuse what cannot be planned, in one sentence each."""
    if plan not in PLANS:
        raise UsageError(f"Weather event: plan is '{plan}'; expected one of {', '.join(PLANS)}.")
    if not event:
        raise UsageError("Weather event: it has no name; say what it is called, such as a storm's name.")
    if not areas:
        raise UsageError("Weather event: no area was chosen; name at least one community.")
    if deadline <= at:
        shown, now = (instant.astimezone(TIME_ZONE).strftime("%Y-%m-%d %H:%M") for instant in (deadline, at))
        raise UsageError(f"Weather event: the deadline {shown} is over (it is {now}); choose a later one.")
