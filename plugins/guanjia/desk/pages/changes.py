"""Changes of restricted datasets: shown old → new, confirmed or rejected by a second person."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from guanjia.desk.access import VisitorDep, may_act, may_read
from guanjia.desk.answering import answer_in_airflow
from guanjia.desk.reading import acting, reading, rows
from guanjia.desk.view import now, render, said
from guanjia.pipelines import confirm_changes
from guanjia.pipelines.confirm_changes.wording import column_name

router = APIRouter()

DAG = "confirm_changes"
CHANGES_SHOWN = 100


@router.get("/changes", dependencies=[may_read(DAG)])
def changes(request: Request, visitor: VisitorDep) -> HTMLResponse:
    """What waits for a second person, and what was decided."""
    with reading() as tx:
        waiting = rows(tx, "list_changes", is_pending=True, page_size=CHANGES_SHOWN)
        decided = rows(tx, "list_changes", is_pending=False, page_size=CHANGES_SHOWN)
    return render(request, visitor, "changes.html", here="changes", waiting=waiting, decided=decided)


@router.get("/changes/{change_code}", dependencies=[may_read(DAG)])
def change(request: Request, visitor: VisitorDep, change_code: str) -> HTMLResponse:
    """One change: each row as it stands and as it would become."""
    with reading() as tx:
        shown = confirm_changes.read_change(tx, change_code)
        person = confirm_changes.find_person(tx, visitor.login, on=now().date())
    is_own = bool(shown.proposed_by) and shown.proposed_by in (person.login, person.staff_code)
    return render(
        request,
        visitor,
        "change.html",
        here="changes",
        change=shown,
        column_name=column_name,
        is_own=is_own,
        may_decide=visitor.may("answer", DAG) and not is_own,
    )


@router.post("/changes/{change_code}/decide", dependencies=may_act("answer", DAG))
def decide(
    request: Request,
    visitor: VisitorDep,
    change_code: str,
    decision: Annotated[Literal["confirm", "decline"], Form()],
    digest: Annotated[str, Form(max_length=64)],
    note: Annotated[str, Form(max_length=500)] = "",
) -> RedirectResponse:
    """The second person's decision on exactly what the page showed; Airflow's open question gets the same answer."""
    with acting() as tx:
        question = confirm_changes.open_request(tx, change_code)
        confirm_changes.decide(
            tx,
            change_code,
            decision,
            confirm_changes.find_person(tx, visitor.login, on=now().date()),
            shown_digest=digest,
            decided_at=datetime.now(UTC),
            note=note.strip(),
        )
    if question is not None:
        answer_in_airflow(request, question, agreed=decision == "confirm")
    return said(request, f"/changes/{change_code}", f"change_{decision}")
