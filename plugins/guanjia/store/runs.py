"""Run rows: one per run of a pipeline; a retried task finds its run again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, literal, select, update
from sqlalchemy.dialects.postgresql import JSONB, insert

from guanjia.domain.errors import GateFailed, UnknownName
from guanjia.store.tables.kernel import runs

_LONGEST_REASON = 2_000
"""Characters; a library may quote a whole statement."""


@dataclass(frozen=True)
class Run:
    """One run: its key, the code people use, and the instant it is a function of."""

    run_id: int
    run_code: str
    pipeline: str
    as_of: datetime


def open_run(
    transaction: Connection,
    pipeline: str,
    as_of: datetime,
    *,
    started_at: datetime | None = None,
    parameters: Mapping[str, Any] | None = None,
    requested_by: str | None = None,
    external_key: str | None = None,
) -> Run:
    """Write the run row, or find it again by its external key (a task that is retried).

    Args:
        transaction: open transaction.
        pipeline: name of the DAG.
        as_of: instant the run is a function of; aware.
        started_at: wall clock; None: now.
        parameters: what the operator gave.
        requested_by: Airflow user or staff code; None: the schedule.
        external_key: DAG run it belongs to.
    """
    stem = f"{pipeline}-{as_of:%Y%m%dT%H%M%S}"
    found = None
    if external_key is not None:
        found = transaction.execute(
            update(runs)
            .where(runs.c.pipeline == pipeline, runs.c.external_key == external_key)
            .values(state="running", ended_at=None)
            .returning(runs.c.run_id, runs.c.run_code, runs.c.as_of)
        ).one_or_none()
    if found is None:
        number = transaction.scalar(select(func.nextval(func.pg_get_serial_sequence("runs", "run_id"))))
        row = insert(runs).values(
            run_id=number,
            run_code=f"{stem}-{number}",
            pipeline=pipeline,
            as_of=as_of,
            started_at=started_at or datetime.now(UTC),
            state="running",
            detail={"parameters": dict(parameters or {})},
            requested_by=requested_by,
            external_key=external_key,
        )
        # Two first tasks may begin at the same moment: the second one finds the first one's row.
        same = row.on_conflict_do_update(
            index_elements=[runs.c.pipeline, runs.c.external_key], set_={"state": "running", "ended_at": None}
        )
        found = transaction.execute(same.returning(runs.c.run_id, runs.c.run_code, runs.c.as_of)).one()
    return Run(found.run_id, found.run_code, pipeline, found.as_of)


def find_run(transaction: Connection, run_code: str) -> Run:
    """The run of that code.

    Raises:
        UnknownName: there is none.
    """
    row = transaction.execute(
        select(runs.c.run_id, runs.c.run_code, runs.c.pipeline, runs.c.as_of).where(runs.c.run_code == run_code)
    ).one_or_none()
    if row is None:
        raise UnknownName(f"There is no run {run_code}. `guanjia export runs` lists those there are.")
    return Run(row.run_id, row.run_code, row.pipeline, row.as_of)


def add_detail(
    transaction: Connection, run_id: int, detail: Mapping[str, Any], *, rows_in: int = 0, rows_out: int = 0
) -> None:
    """Add what a step counted to its run; a repeated step replaces its own entries, not its rows."""
    transaction.execute(
        update(runs)
        .where(runs.c.run_id == run_id)
        .values(
            detail=runs.c.detail.concat(literal(dict(detail), JSONB)),
            rows_in=runs.c.rows_in + rows_in,
            rows_out=runs.c.rows_out + rows_out,
        )
    )


def close_run(
    transaction: Connection,
    run_id: int,
    state: str,
    *,
    ended_at: datetime | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """End a run.

    Args:
        transaction: open transaction.
        run_id: the run.
        state: `succeeded`, `failed` or `waiting` (for a person's decision).
        ended_at: wall clock; None: now.
        detail: last words, for example the reason of a failure.
    """
    if detail:
        add_detail(transaction, run_id, detail)
    ended = ended_at or datetime.now(UTC)
    transaction.execute(update(runs).where(runs.c.run_id == run_id).values(state=state, ended_at=ended))


def fail_run(
    transaction: Connection,
    run_id: int,
    task: str | None,
    error: BaseException | None,
    *,
    ended_at: datetime | None = None,
) -> None:
    """End a run that failed, with at which task and why; what a gate found is kept apart, for readers of any language.

    Args:
        transaction: open transaction.
        run_id: the run.
        task: where it failed.
        error: what was raised; None: not known, and what was noted before stays.
        ended_at: wall clock; None: now.
    """
    finding = error.finding if isinstance(error, GateFailed) else None
    detail = {"failed_task": task, "reason": _storable(error), "stopped_by": finding} if error else {}
    close_run(transaction, run_id, "failed", ended_at=ended_at, detail=detail)


def _storable(error: BaseException) -> str:
    """What was raised, without what the database takes in no text: a name of a file may hold any bytes."""
    told = str(error)[:_LONGEST_REASON].replace("\x00", "\N{REPLACEMENT CHARACTER}")
    return told.encode("utf-8", "replace").decode("utf-8")


def await_person(transaction: Connection, run_id: int) -> None:
    """Note that a run goes on when a person has decided."""
    transaction.execute(update(runs).where(runs.c.run_id == run_id).values(state="waiting", ended_at=None))
