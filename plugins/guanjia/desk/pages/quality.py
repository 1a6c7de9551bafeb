"""The quality check: what was drawn and why, who scores it, what came of it; scores only for those they concern."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from guanjia.desk.access import Visitor, VisitorDep, may_read, require
from guanjia.desk.quality_rights import Viewer, viewer_of
from guanjia.desk.quality_words import QualityWords
from guanjia.desk.reading import PAGE_SIZE, Row, acting, reading, row, rows
from guanjia.desk.view import PDF, XLSX, download, now, render
from guanjia.pipelines.quality_sampling.explaining import explain_sample

router = APIRouter()

DAG = "quality_sampling"
STATES = ("waiting", "overdue", "unassigned", "scored", "appealed", "final", "expired")
CHECKS = ("blank_fields", "answered_late", "no_callback", "promise_broken")
DRAWS_SHOWN = 30
PERIODS_SHOWN = 60
HISTORY_SHOWN = 60
LATELY = timedelta(days=31)


@router.get("/quality", dependencies=[may_read(DAG)])
def draws(request: Request, visitor: VisitorDep, skip: int = 0) -> HTMLResponse:
    """How the quality check stands, and the draws."""
    at = now()
    with reading() as tx:
        counts = row(tx, "count_quality", day=at.date(), noted_since=at - LATELY)
        found = rows(tx, "list_quality_draws", page_size=DRAWS_SHOWN + 1, skip=max(0, skip))
        viewer = viewer_of(tx, visitor)
    shown = {"counts": counts, "draws": found[:DRAWS_SHOWN], "viewer": viewer}
    return _page(request, visitor, "quality.html", next_skip=_next(found, skip, DRAWS_SHOWN), **shown)


@router.get("/quality/find", dependencies=[may_read(DAG)])
def find(request: Request, code: str = "") -> RedirectResponse:
    """To the page of a sample, a draw or an agent."""
    wanted, root = code.strip(), request.scope.get("root_path", "")
    with reading() as tx:
        is_draw = row(tx, "read_quality_draw", draw_code=wanted) is not None
        is_agent = row(tx, "read_quality_agent", staff_code=wanted) is not None
    if is_draw:
        return RedirectResponse(f"{root}/quality/draws/{quote(wanted)}", 303)
    kind = "agents" if is_agent else "samples"
    return RedirectResponse(f"{root}/quality/{kind}/{quote(wanted, safe='')}" if wanted else f"{root}/quality", 303)


@router.get("/quality/draws/{code:path}", dependencies=[may_read(DAG)])
def one_draw(request: Request, visitor: VisitorDep, code: str, skip: int = 0) -> HTMLResponse:
    """One draw: its frame, strata, classes, seeds, who scores it, and what found no room."""
    with reading() as tx:
        found = row(tx, "read_quality_draw", draw_code=code)
        require(found is not None)
        strata = rows(tx, "list_quality_strata", draw_code=code, page_size=PAGE_SIZE + 1, skip=max(0, skip))
        classes = rows(tx, "list_quality_risk_classes", draw_code=code)
        reviewers = rows(tx, "list_quality_reviewers", draw_code=code)
        viewer = viewer_of(tx, visitor)
    return _page(
        request,
        visitor,
        "quality_draw.html",
        draw=found,
        strata=strata[:PAGE_SIZE],
        next_skip=_next(strata, skip),
        classes=classes,
        reviewers=reviewers,
        viewer=viewer,
    )


@router.get("/quality/samples", dependencies=[may_read(DAG)])
def samples(
    request: Request,
    visitor: VisitorDep,
    draw: str = "",
    agent: str = "",
    reviewer: str = "",
    state: str = "",
    skip: int = 0,
) -> HTMLResponse:
    """Samples one by one, as far as they concern who looks."""
    with reading() as tx:
        viewer = viewer_of(tx, visitor)
        found = rows(
            tx,
            "list_quality_samples",
            draw_code=draw.strip() or None,
            staff_code=agent.strip() or None,
            reviewer=reviewer.strip() or None,
            state=state if state in STATES else None,
            day=now().date(),
            page_size=PAGE_SIZE + 1,
            skip=max(0, skip),
            **viewer.binds,
        )
    asked = {"draw": draw, "agent": agent, "reviewer": reviewer, "state": state}
    shown = [_shown(viewer, each) for each in found[:PAGE_SIZE]]
    page = {"samples": shown, "states": STATES, "viewer": viewer, "asked": asked}
    return _page(request, visitor, "quality_samples.html", next_skip=_next(found, skip), **page)


@router.get("/quality/samples/{code}", dependencies=[may_read(DAG)])
def one_sample(request: Request, visitor: VisitorDep, code: str) -> HTMLResponse:
    """One sample: why it was drawn, its scores, what became of it. Its reviewers see their own scores only."""
    with reading() as tx:
        found = row(tx, "read_quality_sample", sample_code=code)
        viewer = viewer_of(tx, visitor)
        view = viewer.view_of(found) if found is not None else ""
        require(found is not None and view != "")
        assert found is not None
        only = {"blind": viewer.staff_code, "own": found["scored_by"] or ""}.get(view)
        scores = rows(tx, "list_quality_scores", sample_code=code, reviewer=only)
    sentences: list[str] = []
    if view != "blind":
        with acting() as tx:  # nothing is written but temporary tables, which reading alone may not
            sentences = explain_sample(tx, code, now(), visitor.language, is_second_shown=view == "whole")
    shown = {"scores": scores, "sentences": sentences, "view": view}
    return _page(request, visitor, "quality_sample.html", sample=_shown(viewer, found), **shown)


@router.get("/quality/agents/{staff_code}", dependencies=[may_read(DAG)])
def one_agent(request: Request, visitor: VisitorDep, staff_code: str) -> HTMLResponse:
    """An agent: acceptance plans and how they switched, results week by week and month by month."""
    with reading() as tx:
        found = row(tx, "read_quality_agent", staff_code=staff_code)
        viewer = viewer_of(tx, visitor)
        require(found is not None and viewer.sees_agent(found))
        lots = rows(tx, "list_agent_lots", staff_code=staff_code, page_size=HISTORY_SHOWN)
        results = rows(tx, "list_agent_results", staff_code=staff_code, page_size=HISTORY_SHOWN)
    return _page(request, visitor, "quality_agent.html", agent=found, lots=lots, results=results)


@router.get("/quality/results", dependencies=[may_read(DAG)])
def results(request: Request, visitor: VisitorDep, period: str = "", skip: int = 0) -> HTMLResponse:
    """Results of a week or month with their intervals: company, communities, teams, agents."""
    with reading() as tx:
        viewer = viewer_of(tx, visitor)
        known = rows(tx, "list_quality_periods", page_size=PERIODS_SHOWN)
        periods = [each["period"] for each in known]
        latest = next((each["period"] for each in known if each["is_scored"]), "")
        chosen = _chosen(period or latest, periods)
        paging = {"page_size": PAGE_SIZE + 1, "skip": max(0, skip)}
        found = rows(tx, "list_quality_results", period=chosen, **viewer.binds, **paging)
        agreement = row(tx, "find_quality_agreement", period=chosen) if viewer.scope.is_all else None
    shown = {"periods": periods, "period": chosen, "results": found[:PAGE_SIZE], "agreement": agreement}
    return _page(request, visitor, "quality_results.html", next_skip=_next(found, skip), viewer=viewer, **shown)


@router.get("/quality/ranking", dependencies=[may_read(DAG)])
def ranking(request: Request, visitor: VisitorDep, month: str = "", skip: int = 0) -> HTMLResponse:
    """The ranking of a month with what it is made of (QC-01)."""
    with reading() as tx:
        viewer = viewer_of(tx, visitor)
        months = [each["period"] for each in rows(tx, "list_ranking_months", page_size=PERIODS_SHOWN)]
        chosen = _chosen(month, months)
        paging = {"page_size": PAGE_SIZE + 1, "skip": max(0, skip)}
        found = rows(tx, "list_quality_ranking", period=chosen, **viewer.binds, **paging)
    shown = {"months": months, "month": chosen, "ranking": found[:PAGE_SIZE], "viewer": viewer}
    return _page(request, visitor, "quality_ranking.html", next_skip=_next(found, skip), **shown)


@router.get("/quality/appeals", dependencies=[may_read(DAG)])
def appeals(request: Request, visitor: VisitorDep, skip: int = 0) -> HTMLResponse:
    """Appeals against scores, the open ones first."""
    viewer, found = _of_viewer(visitor, "list_quality_appeals", skip)
    shown = {"appeals": found[:PAGE_SIZE], "next_skip": _next(found, skip), "viewer": viewer}
    return _page(request, visitor, "quality_appeals.html", **shown)


@router.get("/quality/corrections", dependencies=[may_read(DAG)])
def corrections(request: Request, visitor: VisitorDep, skip: int = 0) -> HTMLResponse:
    """Errors being corrected and prevented, and what looking again found (QC-06)."""
    viewer, found = _of_viewer(visitor, "list_quality_corrections", skip)
    shown = {"corrections": found[:PAGE_SIZE], "next_skip": _next(found, skip), "viewer": viewer}
    return _page(request, visitor, "quality_corrections.html", **shown)


@router.get("/quality/findings", dependencies=[may_read(DAG)])
def findings(request: Request, visitor: VisitorDep, period: str = "", check: str = "", skip: int = 0) -> HTMLResponse:
    """What the automatic checks of a week found, over everything in it (CASE-04)."""
    with reading() as tx:
        viewer = viewer_of(tx, visitor)
        periods = [each["period"] for each in rows(tx, "list_finding_periods", page_size=PERIODS_SHOWN)]
        chosen = _chosen(period, periods)
        counts = {each["check_name"]: each for each in rows(tx, "count_quality_findings", period=chosen)}
        found = rows(
            tx,
            "list_quality_findings",
            period=chosen,
            check_name=check if check in CHECKS else None,
            page_size=PAGE_SIZE + 1,
            skip=max(0, skip),
            **viewer.binds,
        )
    shown = {"periods": periods, "period": chosen, "counts": counts, "checks": CHECKS, "check": check}
    listed = {"findings": found[:PAGE_SIZE], "next_skip": _next(found, skip), "viewer": viewer}
    return _page(request, visitor, "quality_findings.html", **shown, **listed)


@router.get("/quality/roster", dependencies=[may_read(DAG)])
def roster(request: Request, visitor: VisitorDep) -> HTMLResponse:
    """Days with too few support people on the roster (QC-02)."""
    today = now().date()
    with reading() as tx:
        found = rows(tx, "list_quality_roster", day=today, page_size=PAGE_SIZE)
    return _page(request, visitor, "quality_roster.html", days=found, today=today)


@router.get("/quality/remarks", dependencies=[may_read(DAG)])
def remarks(request: Request, visitor: VisitorDep, skip: int = 0) -> HTMLResponse:
    """What could not be taken as it is; for those who answer for the whole company or a community."""
    with reading() as tx:
        viewer = viewer_of(tx, visitor)
        paging = {"page_size": PAGE_SIZE + 1, "skip": max(0, skip)}
        only = None if viewer.scope.is_all else sorted(viewer.scope.communities)
        found = rows(tx, "list_quality_remarks", communities=only, **paging)
    told = [QualityWords(visitor.language).remark(each) for each in found[:PAGE_SIZE]]
    shown = {"remarks": told, "next_skip": _next(found, skip), "viewer": viewer}
    return _page(request, visitor, "quality_remarks.html", **shown)


@router.get("/quality/lists/{reviewer}.xlsx", dependencies=[may_read(DAG)])
def workbook(visitor: VisitorDep, reviewer: str, draw: str) -> Response:
    """A reviewer's samples of a draw as the workbook that was mailed."""
    from guanjia.pipelines.quality_sampling.list_workbook import score_workbook

    return download(
        score_workbook(_list(visitor, reviewer, draw), visitor.language), XLSX, _file_name(draw, reviewer, "xlsx")
    )


@router.get("/quality/lists/{reviewer}.pdf", dependencies=[may_read(DAG)])
def printed(visitor: VisitorDep, reviewer: str, draw: str) -> Response:
    """The same list as pages to print."""
    from guanjia.pipelines.quality_sampling.list_document import list_document

    return download(
        list_document(_list(visitor, reviewer, draw), visitor.language), PDF, _file_name(draw, reviewer, "pdf")
    )


def _list(visitor: Visitor, reviewer: str, draw: str) -> Any:
    """A reviewer's list, for them and for those who answer for everybody: what is open, or once nothing is, all."""
    from guanjia.pipelines.quality_sampling.list_rows import read_list

    with reading() as tx:
        viewer = viewer_of(tx, visitor)
        require(viewer.staff_code == reviewer or viewer.scope.is_all)
        found = read_list(tx, reviewer, draw) or read_list(tx, reviewer, draw, only_open=False)
    require(bool(found))
    return found


def _shown(viewer: Viewer, sample: Row) -> dict[str, Any]:
    """A sample as far as who looks may see it: its reviewer their own score and nothing that might sway it, its agent
    the score that counts, neither of them who scores it a second time."""
    view = viewer.view_of(sample)
    found = dict(sample) | {"view": view}
    if view in ("blind", "own"):
        found |= {"second_reviewer": None, "second_score": None}
    if view == "own":
        found |= {"reviewer": None, "reviewer_name": None}
    if view == "blind":
        is_first = sample["reviewer"] == viewer.staff_code
        score = sample["score"] if sample["scored_by"] == viewer.staff_code else None
        found |= {"score": score if is_first else sample["second_score"], "reviewer": viewer.staff_code}
        found |= {"reviewer_name": None, "reason": None, "is_risk": None}
        if score is None:
            found |= {"is_critical": None, "is_nonconforming": None}
        if found["state"] != "expired":
            found["state"] = "waiting" if found["score"] is None else "scored"
    return found


def _of_viewer(visitor: Visitor, name: str, skip: int) -> tuple[Viewer, Sequence[Row]]:
    with reading() as tx:
        viewer = viewer_of(tx, visitor)
        return viewer, rows(tx, name, page_size=PAGE_SIZE + 1, skip=max(0, skip), **viewer.binds)


def _page(request: Request, visitor: Visitor, template: str, **values: Any) -> HTMLResponse:
    return render(request, visitor, template, here="quality", words=QualityWords(visitor.language), **values)


def _next(found: Sequence[Row], skip: int, page_size: int = PAGE_SIZE) -> int | None:
    return max(0, skip) + page_size if len(found) > page_size else None


def _chosen(asked: str, known: Sequence[str]) -> str:
    return asked if asked in known else next(iter(known), "")


def _file_name(draw: str, reviewer: str, ending: str) -> str:
    return f"quality-{draw.replace('/', '-')}-{reviewer}.{ending}"
