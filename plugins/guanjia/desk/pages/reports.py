"""Reports: the archive of editions, one edition by scope, and why each figure is what it is; rights as in the mails."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, Final, get_args
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from guanjia.desk.access import Visitor, VisitorDep, require
from guanjia.desk.reading import Row, reading, row, rows
from guanjia.desk.report_lines import base_lines, chapters, part_tables, tiles, trend_lines
from guanjia.desk.report_rights import reader_of
from guanjia.desk.view import PDF, XLSX, download, now, render
from guanjia.domain.report_periods import ReportName
from guanjia.i18n import Translator, gettext_for
from guanjia.pipelines.reports.behind import Behind, rows_behind
from guanjia.pipelines.reports.behind_words import DUE_ON_A_DAY, added_text, note_words, pair_text, rows_name, when_text
from guanjia.pipelines.reports.edition import COMPANY, EditionFigure, Remark, ReportEdition
from guanjia.pipelines.reports.explaining import FigureCode, community_name, find_figure
from guanjia.pipelines.reports.later import agreement_sentence, find_later, later_sentences
from guanjia.pipelines.reports.readers import Reader
from guanjia.pipelines.reports.reading import read_edition
from guanjia.pipelines.reports.report_chapters import open_blocks, plan_blocks, supervision_blocks
from guanjia.pipelines.reports.report_estimates import estimate_blocks
from guanjia.pipelines.reports.report_remarks import remark_sentence, remark_sentences
from guanjia.pipelines.reports.report_sentences import summary_sentences
from guanjia.pipelines.reports.report_words import (
    TITLES,
    change_text,
    formula_of,
    period_before,
    period_span,
    scope_name,
    this_period,
    title_of,
    value_text,
)
from guanjia.store.sql import execute

router = APIRouter()

_log = logging.getLogger(__name__)

REPORTS: Final[tuple[ReportName, ...]] = get_args(ReportName)
EDITIONS_SHOWN: Final = 30
REMARKS_SHOWN: Final = 20
MAILS_SHOWN: Final = 200
_LINKS: Final = {
    "cases": "/overdue/{code}",
    "deadlines": "/overdue/{code}",
    "escalations": "/overdue/{code}",
    "callbacks": "/callbacks/of/{code}",
    "ratings": "/callbacks/of/{code}",
    "units": "/inspections/units/{community}/{code}",
    "bills": "/billing/bills/{code}",
    "debtors": "/billing/accounts/{community}/{code}",
    "samples": "/quality/samples/{code}",
}
"""Pages of the rows behind a figure, by kind."""


def dag_of(report: str) -> str:
    """The DAG whose right to read opens a report's pages."""
    return f"{report}_report"


@router.get("/reports")
def reports(request: Request, visitor: VisitorDep, report: str = "", skip: int = 0) -> HTMLResponse:
    """The editions of a report, the newest first, with what became of their mails."""
    readable = [each for each in REPORTS if visitor.may_read(dag_of(each))]
    require(bool(readable), code=403)
    chosen = next((each for each in readable if each == report), readable[0])
    _ = gettext_for(visitor.language)
    with reading() as tx:
        reader = reader_of(tx, visitor, chosen)
        found = rows(
            tx,
            "list_report_editions",
            report=chosen,
            login=visitor.login,
            scopes=list(reader.scopes),
            page_size=EDITIONS_SHOWN + 1,
            skip=max(0, skip),
        )
        noted = rows(tx, "list_report_remarks", page_size=REMARKS_SHOWN) if reader.sees_company else ()
    remarks = [(each, remark_sentence(_, Remark(each["kind"], each["subject"], each["detail"]))) for each in noted]
    shown = {"report": chosen, "reports": readable, "editions": found[:EDITIONS_SHOWN], "remarks": remarks}
    next_skip = max(0, skip) + EDITIONS_SHOWN if len(found) > EDITIONS_SHOWN else None
    may_start = visitor.may("start", dag_of(chosen))
    return _page(request, visitor, "reports.html", reader, may_start=may_start, next_skip=next_skip, **shown)


@router.get("/reports/find")
def find(request: Request, visitor: VisitorDep, code: str = "") -> RedirectResponse:
    """To the page of a figure (``weekly/2026-11-20/company/on_time``), or to the archive."""
    root = request.scope.get("root_path", "")
    if not code.strip():
        return RedirectResponse(f"{root}/reports", 303)
    asked = FigureCode.read(code, visitor.language)
    require(visitor.may_read(dag_of(asked.report)), code=403)
    with reading() as tx:
        known = {"report": asked.report, "login": visitor.login, "scopes": [], "page_size": 1000, "skip": 0}
        listed = [each for each in rows(tx, "list_report_editions", **known) if each["period"] == asked.period]
    official = [each for each in listed if each["state"] != "preview"]
    told = [each for each in official if each["state"] == "told"]
    newest = next(iter(told or official), None)
    number = asked.edition if asked.edition is not None else newest["edition"] if newest is not None else None
    require(number is not None)
    figure = quote(asked.figure, safe="")
    place = f"/reports/{asked.report}/{quote(asked.period)}/{number}/figures/{figure}"
    return RedirectResponse(f"{root}{place}?{urlencode({'scope': asked.scope})}", 303)


@router.get("/reports/{report}/{period}/{edition}")
def one_edition(
    request: Request,
    visitor: VisitorDep,
    report: ReportName,
    period: str,
    edition: int,
    scope: str = "",
    whole: bool = False,
) -> HTMLResponse:
    """One scope of an edition: all its figures, what a correction changed, and what became of its mails."""
    require(visitor.may_read(dag_of(report)), code=403)
    _ = gettext_for(visitor.language)
    may_see_mails = visitor.may_read("mail_delivery")
    with reading() as tx:
        reader, stored, found, scopes = _open(tx, visitor, report, period, edition, scope)
        mails = rows(
            tx,
            "list_report_mails",
            kind=dag_of(report),
            business_key=f"{period}/{found.scope}",
            shown_edition=stored["shown_edition"] or 0,
            page_size=MAILS_SHOWN,
        )
    return _page(
        request,
        visitor,
        "report_edition.html",
        reader,
        **_told(_, found, stored, scopes, reader),
        tiles=tiles(_, found),
        sentences=summary_sentences(_, found),
        chapters=chapters(_, found, is_whole=whole),
        told_blocks=[*plan_blocks(_, found), *open_blocks(_, found)],
        more_blocks=[*supervision_blocks(_, found), *estimate_blocks(_, found)],
        is_whole=whole,
        changes=_changes(_, found),
        parts=part_tables(_, found),
        remarks=remark_sentences(_, found),
        mails=mails,
        may_see_mails=may_see_mails,
        this_period=this_period(_, report),
        period_before=period_before(_, report),
    )


@router.get("/reports/{report}/{period}/{edition}/figures/{figure}")
def one_figure(
    request: Request, visitor: VisitorDep, report: ReportName, period: str, edition: int, figure: str, scope: str = ""
) -> HTMLResponse:
    """One figure of a scope: how it is worked out, what it is added up from, its trend, and the rows behind it."""
    require(visitor.may_read(dag_of(report)), code=403)
    _ = gettext_for(visitor.language)
    with reading() as tx:
        reader, stored, found, scopes = _open(tx, visitor, report, period, edition, scope)
        chosen = find_figure(_, found, figure)
        behind = counted_rows(tx, found, chosen) if reader.may_see_rows(chosen) else None
        later = find_later(tx, found, stored["edition"], chosen, now())
    lines = [] if behind is None else [_behind_line(_, found, chosen, behind.kind, each) for each in behind.rows]
    return _page(
        request,
        visitor,
        "report_figure.html",
        reader,
        **_told(_, found, stored, scopes, reader),
        figure=chosen,
        title=title_of(_, chosen),
        value=value_text(_, chosen, chosen.value),
        pair=pair_text(chosen, chosen.numerator, chosen.denominator),
        previous=value_text(_, chosen, chosen.previous),
        change=change_text(_, chosen),
        target="" if chosen.target is None else value_text(_, chosen, chosen.target),
        formula=formula_of(_, chosen),
        base_lines=base_lines(_, found, chosen) if len(found.communities) > 1 else [],
        trend=trend_lines(_, found, chosen),
        parts=part_tables(_, found, chosen),
        changed=[each for each in _changes(_, found) if each[0] == chosen.code],
        behind=behind,
        behind_name="" if behind is None else rows_name(_, behind.kind),
        behind_lines=lines,
        agreement="" if behind is None else agreement_sentence(_, chosen, behind, stored["state"], later),
        later=later,
        later_sentences=[] if later is None else list(later_sentences(_, chosen, later)),
        this_period=this_period(_, report),
        period_before=period_before(_, report),
    )


@router.get("/reports/{report}/{period}/{edition}/report.xlsx")
def workbook(visitor: VisitorDep, report: ReportName, period: str, edition: int, scope: str = "") -> Response:
    """The workbook of a scope, made again from the stored figures."""
    from guanjia.pipelines.reports.report_workbook import report_workbook

    made = report_workbook(_with_details(visitor, report, period, edition, scope), visitor.language)
    return download(made.content, XLSX, made.file_name)


@router.get("/reports/{report}/{period}/{edition}/report.pdf")
def printed(visitor: VisitorDep, report: ReportName, period: str, edition: int, scope: str = "") -> Response:
    """The same as pages to print."""
    from guanjia.pipelines.reports.letters_report import report_letter
    from guanjia.pipelines.reports.report_charts import report_charts
    from guanjia.pipelines.reports.report_document import report_document

    found = _with_details(visitor, report, period, edition, scope)
    charts = report_charts(found, visitor.language)
    made = report_document(found, report_letter(found, charts, visitor.language), charts)
    return download(made.content, PDF, made.file_name)


def _with_details(visitor: Visitor, report: ReportName, period: str, edition: int, scope: str) -> ReportEdition:
    """A scope with the rows behind it, as its mail has it: only for who may see all of that."""
    from guanjia.pipelines.reports.papers import read_scope

    require(visitor.may_read(dag_of(report)), code=403)
    with reading() as tx:
        reader = reader_of(tx, visitor, report)
        require(
            reader.sees_money and row(tx, "read_report_edition", **_key(visitor, report, period, edition)) is not None
        )
        scopes = _scopes_of(tx, reader, {"report": report, "period": period, "edition": edition})
        chosen = scope or next(iter(scopes), "")
        require(chosen in scopes)
        return read_scope(tx, report, period, edition, chosen)


def _open(
    tx: Connection, visitor: Visitor, report: ReportName, period: str, edition: int, scope: str
) -> tuple[Reader, Row, ReportEdition, list[str]]:
    """Who looks, the edition, one scope of it as far as they may see it, and the scopes they may choose from."""
    reader = reader_of(tx, visitor, report)
    stored = row(tx, "read_report_edition", **_key(visitor, report, period, edition))
    require(stored is not None)
    assert stored is not None  # require raised
    of_edition: dict[str, Any] = {"report": report, "period": period, "edition": edition}
    scopes = _scopes_of(tx, reader, of_edition)
    chosen = scope or next(iter(scopes), "")
    require(chosen in scopes)
    return reader, stored, reader.shown(read_edition(tx, report, period, edition, chosen)), scopes


def _scopes_of(tx: Connection, reader: Reader, of_edition: dict[str, Any]) -> list[str]:
    """Scopes of an edition they may choose from; who may see all may see those that are no more."""
    known = list(execute(tx, "reports/list_edition_scopes", only_changed=False, **of_edition).scalars())
    former = [each for each in known if each not in reader.scopes] if reader.sees_company else []
    return [*(each for each in reader.scopes if each in known), *former]


def _key(visitor: Visitor, report: ReportName, period: str, edition: int) -> dict[str, Any]:
    return {"report": report, "period": period, "edition": edition, "login": visitor.login}


def _told(_: Translator, edition: ReportEdition, stored: Row, scopes: Sequence[str], reader: Reader) -> dict[str, Any]:
    """What stands at the head of every page of an edition."""
    return {
        "edition": edition,
        "stored": stored,
        "heading": f"{_(TITLES[edition.report])} {edition.period}",
        "scope_name": scope_name(_, edition),
        "span": period_span(_, edition),
        "scopes": [(each, reader.scope_words(_, each)) for each in scopes],
    }


def _changes(_: Translator, edition: ReportEdition) -> list[tuple[str, str, str, str]]:
    """What a correction changed: code, title, before and after."""
    found = []
    for change in edition.changes:
        figure = edition.figure(change.figure)
        if figure is not None:
            before, after = (value_text(_, figure, each) for each in (change.before, change.after))
            found.append((change.figure, title_of(_, figure), before, after))
    return found


def counted_rows(tx: Connection, edition: ReportEdition, figure: EditionFigure) -> Behind | None:
    """The rows behind a figure; None also where a page has not the time to count them (`guanjia explain` has)."""
    try:
        with tx.begin_nested():
            return rows_behind(tx, edition, figure)
    except OperationalError as error:
        _log.warning("rows behind %s were not counted: %s", figure.code, type(error.orig).__name__)
        return None


def _behind_line(_: Translator, edition: ReportEdition, figure: EditionFigure, kind: str, found: Any) -> dict[str, Any]:
    link = _LINKS.get(kind, "")
    code, community = (quote(each, safe="") for each in (found.code, found.community_code))
    return {
        "code": found.code,
        "link": link.format(code=code, community=community),
        "community": community_name(_, edition, found.community_code),
        "happened_at": found.happened_at,
        "due_on": when_text(_, kind, found.happened_at) if kind in DUE_ON_A_DAY else "",
        "note": note_words(_, kind, found.note),
        "adds": added_text(_, figure, found),
    }


def _page(request: Request, visitor: Visitor, template: str, reader: Reader, **values: Any) -> HTMLResponse:
    return render(
        request, visitor, template, here="reports", reader=reader, titles_of=TITLES, company=COMPANY, **values
    )
