"""Things kept for others: what is unclaimed, which keys are out, which devices are out of order, who was told."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection

from guanjia.desk.access import Visitor, VisitorDep, may_read, require
from guanjia.desk.reading import PAGE_SIZE, Row, reading, row, rows
from guanjia.desk.view import now, render
from guanjia.i18n import gettext_for
from guanjia.pipelines.custody.explaining import explain_item, explain_loan
from guanjia.pipelines.custody.words import DEVICES, STEPS

router = APIRouter()

DAG: Final = "custody"
LATELY: Final = timedelta(days=62)
DEVICES_SHOWN: Final = timedelta(days=14)
LISTS_SHOWN: Final = 30


@router.get("/custody", dependencies=[may_read(DAG)])
def custody(request: Request, visitor: VisitorDep, skip: int = 0) -> HTMLResponse:
    """What is kept, and what became of it. Found things belong to no community; keys and devices are shown to those of
    the community, and to those who serve them all. An Airflow user whom the register does not know sees numbers only.
    """
    at = now()
    _ = gettext_for(visitor.language)
    lately = (at - LATELY).date()
    with reading() as tx:
        who = _who(tx, visitor)
        only = None if who is None or who["community_code"] is None else [who["community_code"]]
        counts = row(tx, "count_custody", communities=only, at=at, noted_since=(at - DEVICES_SHOWN).date())
        paging = {"page_size": PAGE_SIZE + 1, "skip": max(0, skip)}
        of_scope = {"communities": only, "page_size": PAGE_SIZE}
        is_known = who is not None
        things = rows(tx, "list_unclaimed_things", at=at, **paging) if is_known else ()
        keys = rows(tx, "list_keys_out", at=at, **of_scope) if is_known else ()
        devices = rows(tx, "list_device_steps", noted_since=(at - DEVICES_SHOWN).date(), **of_scope) if is_known else ()
        steps = rows(tx, "list_open_steps", **of_scope) if is_known else ()
        lists = rows(
            tx, "list_custody_lists", communities=only, noted_since=lately, page_size=LISTS_SHOWN if is_known else 0
        )
    return render(
        request,
        visitor,
        "custody.html",
        here="custody",
        counts=counts,
        is_known=is_known,
        things=things[:PAGE_SIZE],
        next_skip=max(0, skip) + PAGE_SIZE if len(things) > PAGE_SIZE else None,
        keys=keys,
        devices=devices,
        steps=steps,
        lists=lists,
        step_words={step: _(word) for step, word in STEPS.items()},
        device_words={device: _(word) for device, word in DEVICES.items()},
    )


@router.get("/custody/things/{code}", dependencies=[may_read(DAG)])
def one_thing(request: Request, visitor: VisitorDep, code: str) -> HTMLResponse:
    """One found thing: what was done with it by which rule, and what comes next."""
    with reading() as tx:
        require(_who(tx, visitor) is not None)
        sentences = explain_item(tx, code, now(), visitor.language)
    return render(request, visitor, "kept.html", here="custody", kept=code, sentences=sentences)


@router.get("/custody/keys/{code}", dependencies=[may_read(DAG)])
def one_key(request: Request, visitor: VisitorDep, code: str) -> HTMLResponse:
    """One lent key: when it was chased, and by whom; for those of its community and of none."""
    with reading() as tx:
        who, loan = _who(tx, visitor), row(tx, "read_key_loan", loan_code=code)
        require(who is not None and loan is not None)
        assert who is not None and loan is not None  # require raised
        require(who["community_code"] in (None, loan["community_code"]))
        sentences = explain_loan(tx, code, now(), visitor.language)
    return render(request, visitor, "kept.html", here="custody", kept=code, sentences=sentences)


def _who(tx: Connection, visitor: Visitor) -> Row | None:
    """The visitor by the register; None: not in it, or left."""
    return row(tx, "find_quality_viewer", login=visitor.login, day=now().date())
