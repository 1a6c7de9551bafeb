"""Intake: files and their receipts, rejected rows with reasons, and a way to bring a file in."""

from __future__ import annotations

from datetime import datetime, time

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from guanjia.desk.access import VisitorDep, may_act, may_read, require
from guanjia.desk.reading import PAGE_SIZE, listed, reading, row, rows
from guanjia.desk.upload import ENDINGS, put_into_inbox, uploaded_file
from guanjia.desk.view import XLSX, download, now, render, said
from guanjia.logs import get_logger
from guanjia.settings import TIME_ZONE, environment
from guanjia.store.tables import datasets

router = APIRouter()

DAG = "intake"
REJECTS_SHOWN = 200
FILES_LOOKED_AT = 5_000
WAITING_SHOWN = 20

_log = get_logger(__name__)


@router.get("/intake", dependencies=[may_read(DAG)])
def intake(
    request: Request, visitor: VisitorDep, dataset: str = "", only: str = "", before: int | None = None
) -> HTMLResponse:
    """The newest files and what became of their rows."""
    today = datetime.combine(now().date(), time(), TIME_ZONE)
    known = datasets("in")
    with reading() as tx:
        counts = row(tx, "count_intake", day_start=today, files_looked_at=FILES_LOOKED_AT)
        found = rows(
            tx,
            "list_files",
            dataset=dataset if dataset in known else None,
            only_rejected=only == "rejected",
            before=before,
            page_size=PAGE_SIZE + 1,
        )
    return render(
        request,
        visitor,
        "intake.html",
        here="intake",
        counts=counts,
        list=listed(found, "file_id"),
        waiting=_in_the_inbox(),
        datasets=known,
        dataset=dataset,
        only=only,
        endings=",".join(ENDINGS),
        may_upload=visitor.may("start", DAG),
    )


@router.get("/intake/{file_id}", dependencies=[may_read(DAG)])
def file_detail(
    request: Request, visitor: VisitorDep, file_id: int, state: str = "open", skip: int = 0
) -> HTMLResponse:
    """One file: its receipt and its rejected rows."""
    with reading() as tx:
        found = row(tx, "read_file", file_id=file_id)
        require(found is not None)
        sheets = rows(tx, "list_sheets", file_id=file_id)
        rejects = rows(
            tx,
            "list_rejects",
            file_id=file_id,
            state=state if state in ("open", "taken_in", "dismissed") else None,
            page_size=REJECTS_SHOWN + 1,
            skip=max(0, skip),
        )
    return render(
        request,
        visitor,
        "file.html",
        here="intake",
        file=found,
        sheets=sheets,
        rejects=rejects[:REJECTS_SHOWN],
        next_skip=max(0, skip) + REJECTS_SHOWN if len(rejects) > REJECTS_SHOWN else None,
        state=state,
    )


@router.get("/intake/{file_id}/rejects.xlsx", dependencies=[may_read(DAG)])
def reject_workbook(visitor: VisitorDep, file_id: int) -> Response:
    """The open rejected rows of one file, to be corrected and dropped back into the inbox."""
    from guanjia.pipelines.intake.reporting import open_rejects_workbook

    with reading() as tx:
        require(row(tx, "read_file", file_id=file_id) is not None)
        content = open_rejects_workbook(tx, [file_id], visitor.language)
    return download(content, XLSX, f"rejected-rows-{file_id}.xlsx")


@router.post("/intake/upload", dependencies=may_act("start", DAG))
async def upload(request: Request, visitor: VisitorDep) -> RedirectResponse:
    """A file into the inbox (never the restricted one); the next intake run takes it in."""
    given = await uploaded_file(request)
    name = await run_in_threadpool(put_into_inbox, given)
    _log.info("file uploaded into the inbox", file=name, login=visitor.login)
    return said(request, "/intake", "uploaded")


def _in_the_inbox() -> list[tuple[str, bool]]:
    """Names of files that lie in the inboxes and were not taken in yet; True: in the restricted one."""
    inbox = environment().home / "inbox"
    found: list[tuple[str, bool]] = []
    for folder in (inbox, inbox / "restricted"):
        try:
            names = sorted(path.name for path in folder.iterdir() if path.is_file() and path.suffix in ENDINGS)
        except OSError:
            continue
        found += [(name, folder != inbox) for name in names if not name.startswith((".", "~$"))]
    return found[:WAITING_SHOWN]
