"""Overdue: which deadlines are missed, who was told when, and why; the owner of a step acknowledges it here."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from guanjia.desk.access import VisitorDep, may_act, may_read, require
from guanjia.desk.reading import acting, reading, row, rows
from guanjia.desk.view import now, render, said
from guanjia.domain.errors import NotPermitted
from guanjia.pipelines.confirm_changes import find_person
from guanjia.pipelines.overdue_escalations.explaining import explain_case
from guanjia.store.tables.policies import MILESTONES

router = APIRouter()

DAG = "overdue_escalations"
VIEWS = ("overdue", "soon", "emergencies", "untold")
ROWS_SHOWN = 100
COMMUNITIES_SHOWN = 500
SENTENCES_SHOWN = 6
"""Sentences shown at once; at least the case's and each deadline's."""


@router.get("/overdue", dependencies=[may_read(DAG)])
def overdue(
    request: Request,
    visitor: VisitorDep,
    view: str = "overdue",
    community: str = "",
    milestone: str = "",
    level: int = -1,
    case: str = "",
    skip: int = 0,
) -> HTMLResponse:
    """Deadlines with an open escalation, the worst first."""
    shown = view if view in VIEWS else "overdue"
    at = now()
    with reading() as tx:
        counts = row(tx, "count_overdue", at=at, community_code=community or None)
        found = rows(
            tx,
            "list_overdue",
            at=at,
            view="all" if case else shown,
            community_code=community or None,
            milestone=milestone if milestone in MILESTONES else None,
            minimum_level=level,
            case_code=case.strip() or None,
            page_size=ROWS_SHOWN + 1,
            skip=max(0, skip),
        )
        communities = rows(tx, "list_communities", at_most=COMMUNITIES_SHOWN)
        known_case = row(tx, "read_case", case_code=case.strip()) if case and not found else None
    return render(
        request,
        visitor,
        "overdue.html",
        here="overdue",
        counts=counts,
        deadlines=found[:ROWS_SHOWN],
        next_skip=max(0, skip) + ROWS_SHOWN if len(found) > ROWS_SHOWN else None,
        communities=communities,
        community=community,
        milestones=MILESTONES,
        milestone=milestone,
        level=level,
        case=case,
        known_case=known_case,
        view=shown,
    )


@router.get("/overdue/{case_code}", dependencies=[may_read(DAG)])
def case_detail(request: Request, visitor: VisitorDep, case_code: str) -> HTMLResponse:
    """One case: its deadlines in a sentence each, who was told, what happened."""
    with reading() as tx:
        found = row(tx, "read_case", case_code=case_code)
        require(found is not None)
        deadlines = rows(tx, "list_case_deadlines", case_code=case_code)
        escalations = rows(tx, "list_case_escalations", case_code=case_code)
        events = rows(tx, "list_case_events", case_code=case_code)
        person = find_person(tx, visitor.login, on=now().date())
        sentences = explain_case(tx, case_code, now(), visitor.language)
    may_answer = visitor.may("answer", DAG)
    told: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for step in escalations:
        told.setdefault((step["milestone"], step["occurrence"]), []).append(
            dict(step)
            | {
                "may_acknowledge": may_answer
                and bool(person.staff_code)
                and step["staff_code"] == person.staff_code
                and not step["stood_down_at"]
            }
        )
    return render(
        request,
        visitor,
        "case.html",
        here="overdue",
        case=found,
        deadlines=[
            dict(deadline)
            | {
                "told": told.get((deadline["milestone"], deadline["occurrence"]), []),
            }
            for deadline in deadlines
        ],
        events=events,
        sentences=sentences,
        told_first=max(SENTENCES_SHOWN, len(deadlines) + 2),
    )


@router.post("/overdue/{case_code}/acknowledge", dependencies=may_act("answer", DAG))
def acknowledge(
    request: Request, visitor: VisitorDep, case_code: str, escalation: Annotated[int, Form()]
) -> RedirectResponse:
    """The owner of a step says "I have it" (ESC-09); saying it twice keeps the first instant."""
    with acting() as tx:
        person = find_person(tx, visitor.login, on=now().date())
        done = row(
            tx,
            "acknowledge_escalation",
            escalation_id=escalation,
            case_code=case_code,
            staff_code=person.staff_code,
            at=now(),
        )
    if done is None:
        raise NotPermitted(
            f"This step of case {case_code} is not yours, or it has stood down; only who was told can acknowledge it."
        )
    return said(request, f"/overdue/{quote(case_code, safe='')}", "acknowledged")
