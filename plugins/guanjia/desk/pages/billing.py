"""Billing: the runs of each community and month, what one of them bills and does not, and who decided on it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection

from guanjia.desk.access import Visitor, VisitorDep, may_read, require
from guanjia.desk.reading import PAGE_SIZE, Row, reading, row, rows
from guanjia.desk.view import now, render
from guanjia.i18n import gettext_for
from guanjia.pipelines.fee_billing.exception_words import exception_advice, exception_heading, exception_sentence
from guanjia.store.tables.billing import RUN_STATES

router = APIRouter()

DAG = "fee_billing"
COMMUNITIES_SHOWN = 500
EXCEPTIONS_SHOWN = 500
CHANGES_SHOWN = 10
MONTHS_SHOWN = 24
BILL_STATES = ("draft", "posted", "part_paid", "paid", "reversed")


@router.get("/billing", dependencies=[may_read(DAG)])
def billing(
    request: Request,
    visitor: VisitorDep,
    state: str = "",
    community: str = "",
    month: str = "",
    skip: int = 0,
) -> HTMLResponse:
    """Runs by community and month, those that wait for a decision first."""
    with reading() as tx:
        counts = row(tx, "count_billing", community_code=community or None)
        found = rows(
            tx,
            "list_billing_runs",
            state=state if state in RUN_STATES else None,
            community_code=community or None,
            period=month or None,
            page_size=PAGE_SIZE + 1,
            skip=max(0, skip),
        )
        communities = rows(tx, "list_communities", at_most=COMMUNITIES_SHOWN)
    return render(
        request,
        visitor,
        "billing.html",
        here="billing",
        counts=counts,
        runs=found[:PAGE_SIZE],
        next_skip=max(0, skip) + PAGE_SIZE if len(found) > PAGE_SIZE else None,
        states=RUN_STATES,
        state=state,
        communities=communities,
        community=community,
        months=_months(),
        month=month,
    )


@router.get("/billing/find", dependencies=[may_read(DAG)])
def find(request: Request, visitor: VisitorDep, code: str = "") -> Response:
    """Straight to the bill, run or unit of a code; a list where several units bear it."""
    wanted = code.strip()
    with reading() as tx:
        for query, name, page in (
            ("read_bill", "bill_code", "bills"),
            ("read_billing_run", "run_code", "runs"),
            ("read_payment", "payment_code", "payments"),
        ):
            if wanted and row(tx, query, **{name: wanted}) is not None:
                return RedirectResponse(_address(request, f"/billing/{page}/{wanted}"), 303)
        units = rows(tx, "find_billing_units", unit_code=wanted, community_code=None, page_size=PAGE_SIZE)
    if len(units) == 1:
        path = f"/billing/accounts/{units[0]['community_code']}/{units[0]['unit_code']}"
        return RedirectResponse(_address(request, path), 303)
    return render(request, visitor, "billing_found.html", here="billing", wanted=wanted, units=units)


@router.get("/billing/runs/{run_code}", dependencies=[may_read(DAG)])
def billing_run(request: Request, visitor: VisitorDep, run_code: str) -> HTMLResponse:
    """One run: totals, what is not billed, the largest changes, its history, and how its bills went out."""
    with reading() as tx:
        found = row(tx, "read_billing_run", run_code=run_code)
        require(found is not None)
        assert found is not None  # require raised
        totals = rows(tx, "sum_billing_run", run_code=run_code, batch_no=found["batch_no"])
        exceptions = rows(tx, "list_billing_exceptions", run_code=run_code, page_size=EXCEPTIONS_SHOWN + 1)
        changes = rows(
            tx,
            "list_largest_bill_changes",
            run_code=run_code,
            batch_no=found["batch_no"],
            community_code=found["community_code"],
            page_size=CHANGES_SHOWN,
        )
        before = row(tx, "sum_run_before", run_code=run_code)
        ways = rows(tx, "list_bill_ways", run_code=run_code)
    return render(
        request,
        visitor,
        "billing_run.html",
        here="billing",
        run=found,
        totals=totals,
        sums={name: sum((each[name] for each in totals), Decimal(0)) for name in ("amount", "relief", "corrected")},
        before=before,
        exceptions=told_exceptions(visitor, exceptions[:EXCEPTIONS_SHOWN]),
        more_exceptions=len(exceptions) > EXCEPTIONS_SHOWN,
        changes=changes,
        ways=ways,
        steps=_steps(found),
        question=_question(found["waiting_task"]),
        may_answer=visitor.may("answer", DAG),
        may_print=visitor.may("start", DAG),
    )


@router.get("/billing/bills", dependencies=[may_read(DAG)])
def bills(
    request: Request,
    visitor: VisitorDep,
    run: str = "",
    community: str = "",
    unit: str = "",
    state: str = "",
    skip: int = 0,
) -> HTMLResponse:
    """Bills one by one: of a run, or of a unit."""
    with reading() as tx:
        of_run = row(tx, "read_billing_run", run_code=run.strip()) if run.strip() else None
        found = _bills(tx, of_run, run, community, unit, state, skip) if run.strip() or unit.strip() else []
        communities = rows(tx, "list_communities", at_most=COMMUNITIES_SHOWN)
    return render(
        request,
        visitor,
        "billing_bills.html",
        here="billing",
        bills=found[:PAGE_SIZE],
        next_skip=max(0, skip) + PAGE_SIZE if len(found) > PAGE_SIZE else None,
        run=run,
        communities=communities,
        community=community,
        unit=unit,
        states=BILL_STATES,
        state=state,
    )


def _bills(
    tx: Connection, of_run: Row | None, run: str, community: str, unit: str, state: str, skip: int
) -> Sequence[Row]:
    if run.strip() and of_run is None:
        return []
    return rows(
        tx,
        "list_bills",
        run_code=run.strip() or None,
        batch_no=of_run["batch_no"] if of_run is not None else None,
        community_code=community or (of_run["community_code"] if of_run is not None else None),
        unit_code=unit.strip() or None,
        state=state if state in BILL_STATES else None,
        page_size=PAGE_SIZE + 1,
        skip=max(0, skip),
    )


def told_exceptions(visitor: Visitor, found: Sequence[Row]) -> list[dict[str, Any]]:
    """Exceptions with heading, sentence and what to do about each."""
    _ = gettext_for(visitor.language)
    return [
        dict(each)
        | {
            "heading": exception_heading(_, each["kind"]),
            "sentence": exception_sentence(_, each),
            "advice": exception_advice(_, each["kind"]),
        }
        for each in found
    ]


def _steps(run: Row) -> list[dict[str, Any]]:
    """What happened to a run, in time: (what, when, who)."""
    told = [
        {"what": "drafted", "at": run["drafted_at"], "who": run["requested_by"], "name": run["requested_name"]},
        {"what": "checked", "at": run["checked_at"], "who": None, "name": None},
        {"what": "shown", "at": run["shown_at"], "who": None, "name": None},
        {"what": "overdue_told", "at": run["overdue_told_at"], "who": None, "name": None},
        {
            "what": run["decision"] or "",
            "at": run["decided_at"],
            "who": run["approved_by"],
            "name": run["approved_name"],
        },
        {"what": "posted", "at": run["posted_at"], "who": None, "name": None},
        {"what": "reversed", "at": run["reversed_at"], "who": None, "name": None},
    ]
    return [each for each in told if each["at"] is not None]


_TASK = re.compile(r"^(?P<dag>[\w.-]+)/(?P<run>.+)/(?P<task>[\w.-]+)/(?P<map>-?\d+)$")


def _question(waiting_task: str | None) -> dict[str, str] | None:
    """Where in Airflow a run's open question is answered."""
    found = _TASK.match(waiting_task or "")
    return found.groupdict() if found else None


def _months() -> list[str]:
    today = now().date()
    number = today.year * 12 + today.month - 1
    return [f"{each // 12:04}-{each % 12 + 1:02}" for each in range(number, number - MONTHS_SHOWN, -1)]


def _address(request: Request, path: str) -> str:
    return f"{str(request.scope.get('root_path', '')).rstrip('/')}{path}"
