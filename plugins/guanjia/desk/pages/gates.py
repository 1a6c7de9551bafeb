"""Checks: what each gate found in a run's rows, and which rows break it."""

from __future__ import annotations

import csv
import io
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from guanjia.desk.access import VisitorDep, require
from guanjia.desk.reading import Row, reading, row, rows
from guanjia.desk.view import render

router = APIRouter()

RUNS_SHOWN = 40
KEYS_SHOWN = 20


@router.get("/gates")
def gates(request: Request, visitor: VisitorDep, only: str = "", before: int | None = None) -> HTMLResponse:
    """The newest checks of the DAGs the visitor may read."""
    with reading() as tx:
        found = rows(
            tx,
            "list_checks",
            pipelines=visitor.readable_dags(),
            only_failed=only == "failed",
            before=before,
            page_size=RUNS_SHOWN,
        )
    more = found[-1]["run_id"] if len({check["run_id"] for check in found}) == RUNS_SHOWN else None
    return render(request, visitor, "gates.html", here="gates", checks=found, more=more, only=only)


@router.get("/gates/of/{dag_id}/{dag_run_id:path}")
def gates_of_dag_run(request: Request, visitor: VisitorDep, dag_id: str, dag_run_id: str) -> HTMLResponse:
    """The report of the run an Airflow DAG run belongs to (its tab in Airflow's own page)."""
    with reading() as tx:
        found = row(tx, "find_run_of_dag_run", pipeline=dag_id, external_key=dag_run_id)
    return _report(request, visitor, found)


@router.get("/gates/{run_code}")
def report(request: Request, visitor: VisitorDep, run_code: str) -> HTMLResponse:
    """The report of one run's gates."""
    with reading() as tx:
        found = row(tx, "read_run", run_code=run_code)
    return _report(request, visitor, found)


def _report(request: Request, visitor: VisitorDep, run: Row | None) -> HTMLResponse:
    require(run is not None and visitor.may_read(run["pipeline"]))
    assert run is not None  # require raised
    with reading() as tx:
        found = rows(tx, "list_findings", run_id=run["run_id"])
    suites: dict[tuple[str, int], list[Row]] = {}
    for finding in found:
        suites.setdefault((finding["suite"], finding["attempt"]), []).append(finding)
    return render(request, visitor, "report.html", here="gates", run=run, suites=suites, keys_shown=KEYS_SHOWN)


@router.get("/gates/{run_code}/{gate_result_id}/rows.csv")
def offending_rows(visitor: VisitorDep, run_code: str, gate_result_id: int) -> Response:
    """The keys of the rows that break one expectation, for Excel."""
    with reading() as tx:
        run = row(tx, "read_run", run_code=run_code)
        require(run is not None and visitor.may_read(run["pipeline"]))
        assert run is not None  # require raised
        found = [f for f in rows(tx, "list_findings", run_id=run["run_id"]) if f["gate_result_id"] == gate_result_id]
    require(bool(found))
    return Response(
        _csv(found[0]["failed_keys"] or []),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="rows-{gate_result_id}.csv"'},
    )


def _csv(keys: list[dict[str, Any]]) -> str:
    written = io.StringIO()
    written.write("\ufeff")
    names = list(keys[0]) if keys else []
    table = csv.DictWriter(written, names, extrasaction="ignore")
    table.writeheader()
    table.writerows({name: _as_text(value) for name, value in key.items()} for key in keys)
    return written.getvalue()


def _as_text(value: Any) -> str:
    """Text that a spreadsheet would take for a formula gets an apostrophe."""
    text = str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
