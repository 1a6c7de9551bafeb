"""Inspections: how much was seen, who goes where today, what is open or was missed, and a unit's own story."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import Connection

from guanjia.desk.access import Visitor, VisitorDep, may_read, require
from guanjia.desk.reading import PAGE_SIZE, Row, listed, reading, row, rows
from guanjia.desk.view import PDF, XLSX, download, now, render
from guanjia.i18n import gettext_for
from guanjia.pipelines.vacancy_inspections.figures import EVENT_PLANS, Coverage, measure_coverage
from guanjia.pipelines.vacancy_inspections.list_rows import ListedInspection, read_lists
from guanjia.pipelines.vacancy_inspections.remark_words import (
    REMARKS,
    remark_advice,
    remark_heading,
    remark_sentence,
)

router = APIRouter()

DAG, WEATHER_DAG = "vacancy_inspections", "severe_weather_inspection"
VIEWS = ("open", "not_entered", "missed", "done", "cancelled", "all")
STILL_OPEN = ("open", "not_entered")
PLANS = ("monthly", "basement", "severe_weather", "rain", "fit_out", "spot_check")
MONTHS_SHOWN = 12
EVENTS_SHOWN = 10
VISITS_SHOWN = 60
COMMUNITIES_SHOWN = 500
REMARKS_OF_LATE = timedelta(days=31)


@router.get("/inspections", dependencies=[may_read(DAG)])
def inspections(
    request: Request, visitor: VisitorDep, community: str = "", month: str = "", day: date | None = None
) -> HTMLResponse:
    """Coverage and entry rate, the weather events, and the lists of a day."""
    at, only = now(), community or None
    months = _months(at.date())
    period = month if month in months else months[0]
    with reading() as tx:
        vacant = row(tx, "count_vacant", day=at.date(), community_code=only, noted_since=at - REMARKS_OF_LATE)
        communities = rows(tx, "list_communities", at_most=COMMUNITIES_SHOWN)
        measured = measure_coverage(tx, months if only else [period], [only] if only else None)
        events = _events(tx, only)
        list_day = day or _latest_list_day(tx, at.date())
        inspectors = rows(tx, "list_inspectors_of_day", day=list_day, community_code=only) if list_day else ()
        planned = _planned(tx, list_day, only) if list_day and list_day >= at.date() and not inspectors else None
    names = {each["community_code"]: each["community_name"] for each in communities}
    return render(
        request,
        visitor,
        "inspections.html",
        here="inspections",
        vacant=vacant,
        total=next((each for each in measured if each.community_code is None and each.period == period), None),
        coverage=[each for each in measured if each.community_code is not None],
        names=names,
        events=events,
        communities=communities,
        community=community,
        months=months,
        month=period,
        list_day=list_day,
        inspectors=inspectors,
        planned=planned,
        may_start=visitor.may("start", WEATHER_DAG),
        may_see_weather=visitor.may_read(WEATHER_DAG),
    )


@router.get("/inspections/list", dependencies=[may_read(DAG)])
def inspection_list(
    request: Request,
    visitor: VisitorDep,
    view: str = "open",
    month: str = "",
    plan: str = "",
    community: str = "",
    inspector: str = "",
    unit: str = "",
    skip: int = 0,
) -> HTMLResponse:
    """Inspections one by one: open, missed, not entered, with filters; what is over is shown by month."""
    shown, months = view if view in VIEWS else "open", _months(now().date())
    period = month or ("" if shown in STILL_OPEN or unit else months[0])
    with reading() as tx:
        found = rows(
            tx,
            "list_inspections",
            view=shown,
            today=now().date(),
            period=period or None,
            plan=plan if plan in PLANS else None,
            community_code=community or None,
            staff_code=inspector.strip() or None,
            unit_code=unit.strip() or None,
            page_size=PAGE_SIZE + 1,
            skip=max(0, skip),
        )
        communities = rows(tx, "list_communities", at_most=COMMUNITIES_SHOWN)
        events = rows(tx, "list_weather_events", community_code=None, page_size=EVENTS_SHOWN)
    return render(
        request,
        visitor,
        "inspection_list.html",
        here="inspections",
        inspections=found[:PAGE_SIZE],
        next_skip=max(0, skip) + PAGE_SIZE if len(found) > PAGE_SIZE else None,
        views=VIEWS,
        view=shown,
        months=months,
        may_be_any_month=shown in STILL_OPEN or bool(unit),
        events=events,
        month=period,
        plans=PLANS,
        plan=plan,
        communities=communities,
        community=community,
        inspector=inspector,
        unit=unit,
    )


@router.get("/inspections/remarks", dependencies=[may_read(DAG)])
def remarks(
    request: Request, visitor: VisitorDep, kind: str = "", community: str = "", before: int | None = None
) -> HTMLResponse:
    """What could not be taken as it is, in plain words, with what to do about it."""
    with reading() as tx:
        found = rows(
            tx,
            "list_remarks",
            kind=kind if kind in REMARKS else None,
            community_code=community or None,
            unit_code=None,
            before=before,
            page_size=PAGE_SIZE + 1,
        )
        communities = rows(tx, "list_communities", at_most=COMMUNITIES_SHOWN)
    shown = listed(found, "remark_id")
    _ = gettext_for(visitor.language)
    return render(
        request,
        visitor,
        "inspection_remarks.html",
        here="inspections",
        remarks=_told(visitor, shown.rows),
        next=shown.next,
        kinds={each: remark_heading(_, each) for each in REMARKS},
        kind=kind,
        communities=communities,
        community=community,
    )


@router.get("/inspections/units/{community}/{unit}", dependencies=[may_read(DAG)])
def unit_story(request: Request, visitor: VisitorDep, community: str, unit: str) -> HTMLResponse:
    """One unit: why and since when it is vacant, its registrations, use by month, and who was there."""
    key = {"community_code": community, "unit_code": unit}
    with reading() as tx:
        found = row(tx, "read_unit", **key)
        require(found is not None)
        vacancies = rows(tx, "list_unit_vacancies", **key)
        registrations = rows(tx, "list_unit_registrations", **key)
        use = rows(tx, "list_unit_use", **key)
        visits = rows(tx, "list_unit_visits", **key, page_size=VISITS_SHOWN)
        noted = rows(tx, "list_remarks", kind=None, **key, before=None, page_size=PAGE_SIZE)
    today = now().date()
    return render(
        request,
        visitor,
        "unit.html",
        here="inspections",
        unit=found,
        vacancies=vacancies,
        vacant=next((each for each in vacancies if _holds(each, today)), None),
        registrations=registrations,
        use=use,
        visits=visits,
        remarks=_told(visitor, noted),
    )


@router.get("/inspections/lists/{day}/{staff_code}.xlsx", dependencies=[may_read(DAG)])
def workbook(visitor: VisitorDep, day: date, staff_code: str) -> Response:
    """A person's list of a day as the workbook that was mailed."""
    from guanjia.pipelines.vacancy_inspections.list_workbook import list_workbook

    return download(
        list_workbook(_list(day, staff_code), visitor.language),
        XLSX,
        f"inspections-{day.isoformat()}-{staff_code}.xlsx",
    )


@router.get("/inspections/lists/{day}/{staff_code}.pdf", dependencies=[may_read(DAG)])
def printed(visitor: VisitorDep, day: date, staff_code: str) -> Response:
    """The same list as a page to print."""
    from guanjia.pipelines.vacancy_inspections.list_document import list_document

    return download(
        list_document(_list(day, staff_code), visitor.language), PDF, f"inspections-{day.isoformat()}-{staff_code}.pdf"
    )


def _list(day: date, staff_code: str) -> list[ListedInspection]:
    with reading() as tx:
        found = read_lists(tx, day, staff_codes=[staff_code])
    require(bool(found))
    return found


def _months(today: date) -> list[str]:
    """The last months, this one first, as YYYY-MM."""
    number = today.year * 12 + today.month - 1
    return [f"{each // 12:04}-{each % 12 + 1:02}" for each in range(number, number - MONTHS_SHOWN, -1)]


def _latest_list_day(tx: Connection, today: date) -> date | None:
    found = row(tx, "find_list_day", day=today)
    return found["work_date"] if found is not None else None


def _planned(tx: Connection, day: date, community: str | None) -> int:
    """Inspections planned for a day whose lists are not made yet."""
    found = row(tx, "count_planned_of_day", day=day, community_code=community)
    return int(found["inspections"]) if found is not None else 0


def _events(tx: Connection, community: str | None) -> list[dict[str, Any]]:
    """The latest weather events, each with its figures."""
    found = rows(tx, "list_weather_events", community_code=community, page_size=EVENTS_SHOWN)
    if not found:
        return []
    only = [community] if community else None
    measured = measure_coverage(tx, [each["event_code"] for each in found], only, plans=EVENT_PLANS)
    figures: dict[str, Coverage] = {each.period: each for each in measured if each.community_code is None}
    return [dict(each) | {"figures": figures.get(each["event_code"])} for each in found]


def _told(visitor: Visitor, found: Sequence[Row]) -> list[dict[str, Any]]:
    _ = gettext_for(visitor.language)
    return [
        dict(each)
        | {
            "heading": remark_heading(_, each["kind"]),
            "sentence": remark_sentence(_, each["kind"], each["subject"], each["detail"]),
            "advice": remark_advice(_, each["kind"]),
        }
        for each in found
    ]


def _holds(interval: Row, day: date) -> bool:
    return bool(interval["start_date"] <= day and (interval["end_date"] is None or interval["end_date"] >= day))
