"""Callbacks: who calls whom today, what waits or would be late, what came of it, and each callback's own story."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection

from guanjia.desk.access import Visitor, VisitorDep, may_read, require
from guanjia.desk.reading import PAGE_SIZE, Row, listed, reading, row, rows
from guanjia.desk.view import PDF, XLSX, download, now, render
from guanjia.i18n import gettext_for
from guanjia.pipelines.scheduled_callbacks.explaining import explain_callback
from guanjia.pipelines.scheduled_callbacks.list_rows import ListedCallback, read_lists
from guanjia.pipelines.scheduled_callbacks.served import PROSPECTS
from guanjia.settings import TIME_ZONE
from guanjia.store.business_settings import required_setting

router = APIRouter()

DAG = "scheduled_callbacks"
OPEN_VIEWS = ("open", "waiting", "warned", "past", "manager", "mail")
CLOSED_VIEWS = ("reached", "unreached", "refused", "cancelled", "over")
COMMUNITIES_SHOWN = 500
MONTHS_SHOWN = 12
CUSTOMER_CALLBACKS_SHOWN = 30
SUMMED = ("callbacks", "calls", "reached", "tried", "given_up", "untouched")
LATELY = timedelta(days=31)
EVENTS_AHEAD = timedelta(days=190)


@router.get("/callbacks", dependencies=[may_read(DAG)])
def today(request: Request, visitor: VisitorDep, community: str = "", day: date | None = None) -> HTMLResponse:
    """The lists of a day, agent by agent, and what stands beside them."""
    at, only = now(), community or None
    with reading() as tx:
        counts = row(tx, "count_callbacks", at=at, noted_since=at - LATELY, community_code=only)
        communities = rows(tx, "list_communities", at_most=COMMUNITIES_SHOWN)
        latest = _latest_day(tx, at.date())
        list_day = day or latest
        agents = rows(tx, "list_agents_of_day", day=list_day, community_code=only) if list_day else ()
    return render(
        request,
        visitor,
        "callbacks.html",
        here="callbacks",
        counts=counts,
        communities=communities,
        community=community,
        list_day=list_day,
        is_latest=day is None,
        has_lists=latest == at.date(),
        agents=agents,
        totals={name: sum(each[name] for each in agents) for name in SUMMED},
    )


@router.get("/callbacks/list", dependencies=[may_read(DAG)])
def one_by_one(
    request: Request,
    visitor: VisitorDep,
    view: str = "open",
    month: str = "",
    community: str = "",
    rule: str = "",
    agent: str = "",
    customer: str = "",
    skip: int = 0,
) -> HTMLResponse:
    """Callbacks one by one: those still to be made, the most pressing first, or those that ended in a month."""
    shown, at = view if view in (*OPEN_VIEWS, *CLOSED_VIEWS) else "open", now()
    months = _months(at.date())
    period = month if month in months else months[0]
    wanted: dict[str, Any] = {
        "community_code": community or None,
        "rule_code": rule or None,
        "staff_code": agent.strip() or None,
        "customer_code": customer.strip() or None,
        "page_size": PAGE_SIZE + 1,
        "skip": max(0, skip),
    }
    with reading() as tx:
        found = (
            _chosen(tx, "choose_open_callbacks", view=shown, at=at, **wanted)
            if shown in OPEN_VIEWS
            else _chosen(
                tx,
                "choose_closed_callbacks",
                state=None if shown == "over" else shown,
                **dict(zip(("ended_from", "ended_until"), _span_of(period), strict=True)),
                **wanted,
            )
        )
        communities = rows(tx, "list_communities", at_most=COMMUNITIES_SHOWN)
        rules = rows(tx, "list_callback_rules")
        unhappy_up_to = _unhappy_up_to(tx)
    return render(
        request,
        visitor,
        "callback_list.html",
        here="callbacks",
        unhappy_up_to=unhappy_up_to,
        callbacks=found[:PAGE_SIZE],
        next_skip=max(0, skip) + PAGE_SIZE if len(found) > PAGE_SIZE else None,
        views=(*OPEN_VIEWS, *CLOSED_VIEWS),
        view=shown,
        is_over=shown in CLOSED_VIEWS,
        months=months,
        month=period,
        rules=rules,
        rule=rule,
        communities=communities,
        community=community,
        agent=agent,
        customer=customer,
    )


@router.get("/callbacks/find", dependencies=[may_read(DAG)])
def find(request: Request, code: str = "") -> RedirectResponse:
    """To the page of a callback, or to a customer's callbacks."""
    wanted = code.strip()
    root = request.scope.get("root_path", "")
    with reading() as tx:
        known = row(tx, "read_callback", callback_code=wanted)
    place = f"/callbacks/of/{quote(wanted, safe='')}" if known else f"/callbacks/customers/{quote(wanted, safe='')}"
    return RedirectResponse(root + (place if wanted else "/callbacks"), 303)


@router.get("/callbacks/of/{code}", dependencies=[may_read(DAG)])
def story(request: Request, visitor: VisitorDep, code: str) -> HTMLResponse:
    """One callback's life: why this customer, why today, why this agent, and what came of it."""
    with reading() as tx:
        found = row(tx, "read_callback", callback_code=code)
        require(found is not None)
        contacts = rows(tx, "list_contacts_of_callback", callback_code=code)
        lines = rows(tx, "list_lines_of_callback", callback_code=code)
        attempts = rows(tx, "list_attempts_of_callback", callback_code=code)
        cases = rows(tx, "list_cases_of_callback", callback_code=code)
        sentences = explain_callback(tx, code, now(), visitor.language)
        unhappy_up_to = _unhappy_up_to(tx)
    return render(
        request,
        visitor,
        "callback.html",
        here="callbacks",
        unhappy_up_to=unhappy_up_to,
        callback=found,
        sentences=sentences,
        contacts=contacts,
        lines=lines,
        attempts=attempts,
        cases=cases,
        may_see_cases=visitor.may_read("overdue_escalations"),
    )


@router.get("/callbacks/customers/{customer}", dependencies=[may_read(DAG)])
def of_customer(request: Request, visitor: VisitorDep, customer: str) -> HTMLResponse:
    """All callbacks of a customer, the open one first."""
    with reading() as tx:
        found = _chosen(tx, "choose_customer_callbacks", customer_code=customer, page_size=CUSTOMER_CALLBACKS_SHOWN)
        unhappy_up_to = _unhappy_up_to(tx)
    require(bool(found))
    return render(
        request,
        visitor,
        "callback_customer.html",
        here="callbacks",
        unhappy_up_to=unhappy_up_to,
        callbacks=found,
        customer_code=customer,
    )


@router.get("/callbacks/remarks", dependencies=[may_read(DAG)])
def remarks(
    request: Request, visitor: VisitorDep, community: str = "", before: int | None = None, skip: int = 0
) -> HTMLResponse:
    """Results that contradict each other, side by side, and what could not be taken as it is."""
    only = community or None
    with reading() as tx:
        conflicts = rows(tx, "list_callback_conflicts", community_code=only, page_size=PAGE_SIZE + 1, skip=max(0, skip))
        noted = rows(
            tx, "list_callback_remarks", kind=None, community_code=only, before=before, page_size=PAGE_SIZE + 1
        )
        communities = rows(tx, "list_communities", at_most=COMMUNITIES_SHOWN)
    shown = listed(noted, "remark_id")
    return render(
        request,
        visitor,
        "callback_remarks.html",
        here="callbacks",
        conflicts=conflicts[:PAGE_SIZE],
        next_skip=max(0, skip) + PAGE_SIZE if len(conflicts) > PAGE_SIZE else None,
        remarks=_told(visitor, shown.rows),
        next=shown.next,
        communities=communities,
        community=community,
    )


@router.get("/callbacks/prospects", dependencies=[may_read(DAG)])
def prospects(request: Request, visitor: VisitorDep, view: str = "dropped", skip: int = 0) -> HTMLResponse:
    """Prospects that are contacted no more, with the reason (CB-05)."""
    with reading() as tx:
        found = rows(
            tx,
            "list_dropped_prospects",
            with_returned=view == "all",
            page_size=PAGE_SIZE + 1,
            skip=max(0, skip),
        )
    return render(
        request,
        visitor,
        "callback_prospects.html",
        here="callbacks",
        prospects=found[:PAGE_SIZE],
        next_skip=max(0, skip) + PAGE_SIZE if len(found) > PAGE_SIZE else None,
        view=view,
    )


@router.get("/callbacks/figures", dependencies=[may_read(DAG)])
def figures(request: Request, visitor: VisitorDep, community: str = "", month: str = "") -> HTMLResponse:
    """The figures of a month, day by day."""
    months = _months(now().date())
    period = month if month in months else months[0]
    first, end = _span_of(period)
    with reading() as tx:
        days = rows(
            tx,
            "list_callback_days",
            first_day=first.date(),
            last_day=end.date() - timedelta(days=1),
            scope=community or None,
        )
        communities = rows(tx, "list_communities", at_most=COMMUNITIES_SHOWN)
    counted = ("listed", "attempted", "reached", "refused", "unreached", "dissatisfied", "missed", "not_reported")
    return render(
        request,
        visitor,
        "callback_figures.html",
        here="callbacks",
        days=days,
        totals={name: sum(each[name] for each in days) for name in counted},
        months=months,
        month=period,
        communities=communities,
        community=community,
        prospects=PROSPECTS,
    )


@router.get("/callbacks/events", dependencies=[may_read(DAG)])
def events(request: Request, visitor: VisitorDep, community: str = "") -> HTMLResponse:
    """Reception days, mailboxes and meetings: what is ahead, then the past month, the latest first (CB-09, CB-10)."""
    at = now()
    with reading() as tx:
        found = rows(
            tx,
            "list_community_events",
            first_day=at.date() - LATELY,
            last_day=at.date() + EVENTS_AHEAD,
            community_code=community or None,
            page_size=PAGE_SIZE * 5,
        )
        communities = rows(tx, "list_communities", at_most=COMMUNITIES_SHOWN)
    return render(
        request,
        visitor,
        "callback_events.html",
        here="callbacks",
        events=_ahead_first(found, at.date()),
        communities=communities,
        community=community,
    )


@router.get("/callbacks/lists/{day}/{staff_code}.xlsx", dependencies=[may_read(DAG)])
def workbook(visitor: VisitorDep, day: date, staff_code: str) -> Response:
    """An agent's list of a day as the workbook that was mailed."""
    from guanjia.pipelines.scheduled_callbacks.list_workbook import list_workbook

    return download(
        list_workbook(_list(day, staff_code), visitor.language), XLSX, f"callbacks-{day.isoformat()}-{staff_code}.xlsx"
    )


@router.get("/callbacks/lists/{day}/{staff_code}.pdf", dependencies=[may_read(DAG)])
def printed(visitor: VisitorDep, day: date, staff_code: str) -> Response:
    """The same list as a page to print."""
    from guanjia.pipelines.scheduled_callbacks.list_document import list_document

    return download(
        list_document(_list(day, staff_code), visitor.language), PDF, f"callbacks-{day.isoformat()}-{staff_code}.pdf"
    )


@router.get("/callbacks/lists/{day}/{staff_code}", dependencies=[may_read(DAG)])
def of_agent(request: Request, visitor: VisitorDep, day: date, staff_code: str) -> HTMLResponse:
    """Who stands on an agent's list of a day, and what the day's calls came to."""
    with reading() as tx:
        lines = rows(tx, "list_lines_of_agent", day=day, staff_code=staff_code)
        unhappy_up_to = _unhappy_up_to(tx)
    require(bool(lines))
    return render(
        request,
        visitor,
        "callback_agent.html",
        here="callbacks",
        unhappy_up_to=unhappy_up_to,
        lines=lines,
        list_day=day,
        staff_code=staff_code,
        staff_name=lines[0]["staff_name"],
    )


def _unhappy_up_to(tx: Connection) -> int:
    """The satisfaction up to which a customer counts as dissatisfied, as pages colour it."""
    return int(str(required_setting(tx, "callback_dissatisfied_up_to", now().date())))


def _list(day: date, staff_code: str) -> list[ListedCallback]:
    with reading() as tx:
        found = read_lists(tx, day, staff_codes=[staff_code])
    require(bool(found))
    return found


def _ahead_first(found: Sequence[Row], today: date) -> list[Row]:
    """Events to come in their order, then those with no day, then what is over, the latest first."""
    ahead = [each for each in found if each["event_on"] is not None and each["event_on"] >= today]
    dayless = [each for each in found if each["event_on"] is None]
    over = [each for each in found if each["event_on"] is not None and each["event_on"] < today]
    return [*ahead, *dayless, *sorted(over, key=lambda each: each["event_on"], reverse=True)]


def _latest_day(tx: Connection, today: date) -> date | None:
    found = row(tx, "find_callback_day", day=today)
    return found["work_date"] if found is not None else None


def _months(today: date) -> list[str]:
    """The last months, this one first, as YYYY-MM."""
    number = today.year * 12 + today.month - 1
    return [f"{each // 12:04}-{each % 12 + 1:02}" for each in range(number, number - MONTHS_SHOWN, -1)]


def _span_of(month: str) -> tuple[datetime, datetime]:
    """First instant of a month, inclusive, and of the next, exclusive."""
    year, number = map(int, month.split("-"))
    first, following = date(year, number, 1), date(year + number // 12, number % 12 + 1, 1)
    return datetime.combine(first, time(), TIME_ZONE), datetime.combine(following, time(), TIME_ZONE)


def _told(visitor: Visitor, found: Sequence[Row]) -> list[dict[str, Any]]:
    from guanjia.pipelines.scheduled_callbacks.remark_words import remark_advice, remark_heading, remark_sentence

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


def _chosen(tx: Connection, name: str, /, **asked: Any) -> Sequence[Row]:
    """Callbacks that a statement chooses, in its order, with all the pages show of them."""
    return rows(tx, "describe_callbacks", callback_codes=[each["callback_code"] for each in rows(tx, name, **asked)])
