"""Mails: what waits, what went out, what failed, and the decision on those whose fate nobody knows."""

from __future__ import annotations

from datetime import datetime, time
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from guanjia.desk.access import VisitorDep, may_act, may_read, require
from guanjia.desk.reading import PAGE_SIZE, acting, listed, reading, row, rows
from guanjia.desk.view import now, render, said
from guanjia.host.mail_sink import pages_address
from guanjia.host.ports import accepts
from guanjia.pipelines.confirm_changes import find_person
from guanjia.settings import TIME_ZONE, environment

router = APIRouter()

DAG = "mail_delivery"
MAILS_SEARCHED = 200_000
"""Newest mails searched for a recipient; older ones are found by their run, or exported."""

STATES = ("pending", "sending", "sent", "failed", "unknown")


@router.get("/mails", dependencies=[may_read(DAG)])
def mails(
    request: Request, visitor: VisitorDep, state: str = "", recipient: str = "", before: int | None = None
) -> HTMLResponse:
    """What is in the outbox, the newest first."""
    today = datetime.combine(now().date(), time(), TIME_ZONE)
    with reading() as tx:
        counts = row(tx, "count_open_messages", day_start=today)
        found = rows(
            tx,
            "list_messages",
            state=state if state in STATES else None,
            recipient=recipient.strip().lower() or None,
            searched=MAILS_SEARCHED,
            before=before,
            page_size=PAGE_SIZE + 1,
        )
    return render(
        request,
        visitor,
        "mails.html",
        here="mails",
        counts=counts,
        list=listed(found, "message_no"),
        state=state,
        states=STATES,
        recipient=recipient,
        may_decide=visitor.may("start", DAG),
        sink=_sink_address() if visitor.may("start", DAG) else "",
    )


@router.get("/mails/{message_code}", dependencies=[may_read(DAG)])
def mail(request: Request, visitor: VisitorDep, message_code: str) -> HTMLResponse:
    """One mail: its text, its attempts, its fate."""
    with reading() as tx:
        found = row(tx, "read_message", message_code=message_code)
        require(found is not None)
        assert found is not None  # require raised
        attempts = rows(tx, "list_attempts", message_no=found["message_no"])
        bundle = found["bundle_digest"]
        attachments = rows(tx, "list_attachments", bundle_digest=bundle) if bundle else ()
    return render(
        request,
        visitor,
        "mail.html",
        here="mails",
        mail=found,
        attempts=attempts,
        attachments=attachments,
        may_decide=visitor.may("start", DAG),
    )


@router.post("/mails/{message_code}/resolve", dependencies=may_act("start", DAG))
def resolve(
    request: Request, visitor: VisitorDep, message_code: str, resolution: Annotated[Literal["sent", "resend"], Form()]
) -> RedirectResponse:
    """A person's decision: it counts as sent, or goes again. Deciding the same twice changes nothing."""
    from guanjia.outbox import resolve as decide

    with acting() as tx:
        decide(tx, message_code, resolution, find_person(tx, visitor.login, on=now().date()).recorded_as)
    return said(request, f"/mails/{message_code}", f"mail_{resolution}")


def _sink_address() -> str:
    """Address of the local sink's pages, with its token; empty where no sink runs on this machine."""
    given = environment()
    return pages_address(given.home, given.mail_pages_port) if accepts(given.mail_pages_port) else ""
