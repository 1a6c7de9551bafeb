"""Runs: what the pipelines did, and why one failed."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from guanjia.desk.access import VisitorDep, require
from guanjia.desk.reading import PAGE_SIZE, listed, reading, row, rows
from guanjia.desk.view import render
from guanjia.gate_words import reason_words
from guanjia.i18n import gettext_for

router = APIRouter()

STATES = ("running", "waiting", "failed", "succeeded")


@router.get("/runs")
def runs(
    request: Request, visitor: VisitorDep, pipeline: str = "", state: str = "", before: int | None = None
) -> HTMLResponse:
    """The newest runs of the DAGs the visitor may read."""
    dags = visitor.readable_dags()
    with reading() as tx:
        found = rows(
            tx,
            "list_runs",
            pipelines=dags,
            pipeline=pipeline or None,
            state=state if state in STATES else None,
            before=before,
            page_size=PAGE_SIZE + 1,
        )
    shown = listed(found, "run_id")
    return render(
        request,
        visitor,
        "runs.html",
        here="runs",
        list=shown,
        pipelines=dags,
        pipeline=pipeline,
        state=state,
        states=STATES,
    )


@router.get("/runs/{run_code}")
def run(request: Request, visitor: VisitorDep, run_code: str) -> HTMLResponse:
    """One run: what it counted, what its gates found."""
    with reading() as tx:
        found = row(tx, "read_run", run_code=run_code)
        require(found is not None and visitor.may_read(found["pipeline"]))
        assert found is not None  # require raised
        findings = rows(tx, "list_findings", run_id=found["run_id"])
    detail = dict(found["detail"])
    return render(
        request,
        visitor,
        "run.html",
        here="runs",
        run=found,
        reason=reason_words(gettext_for(visitor.language), detail.pop("reason", None), detail.pop("stopped_by", None)),
        failed_task=detail.pop("failed_task", None),
        parameters=detail.pop("parameters", {}),
        told=[detail.pop(name) for name in SENTENCES if name in detail],
        counts=_flat(detail),
        findings=findings,
    )


SENTENCES: Final = ("already_sent", "nothing_changed")
"""What a run says to who started it, in words."""


def _flat(detail: dict[str, Any]) -> list[tuple[str, Any]]:
    """Counts by name; a nested object shows as ``outer.inner``."""
    flat: list[tuple[str, Any]] = []
    for name, value in detail.items():
        if isinstance(value, dict):
            flat += [(f"{name}.{inner}", content) for inner, content in value.items()]
        else:
            flat.append((name, value))
    return flat
