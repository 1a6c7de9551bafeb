"""Which instant a run of a DAG works at, and what is noted of one that fails."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from guanjia.domain.errors import UsageError
from guanjia.orchestration import as_of_of, note_failure

END = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 22, 3, 4, tzinfo=UTC)


def context(run_type: str, end: datetime | None = END, **params: Any) -> dict[str, Any]:
    return {
        "params": params,
        "dag_run": SimpleNamespace(run_type=run_type, data_interval_end=end, run_after=LATER),
    }


def test_a_scheduled_run_works_at_the_end_of_its_interval() -> None:
    assert as_of_of(context("scheduled")) == END
    assert as_of_of(context("backfill")) == END
    assert as_of_of(context("asset_triggered", end=None)) == LATER


def test_a_run_by_hand_works_at_the_instant_it_was_started() -> None:
    assert as_of_of(context("manual")) == LATER


def test_the_parameter_goes_before_all() -> None:
    given = as_of_of(context("manual", as_of="2026-11-20T10:00"))
    assert given.isoformat() == "2026-11-20T10:00:00+08:00"
    with pytest.raises(UsageError, match="noon"):
        as_of_of(context("scheduled", as_of="noon"))


def test_a_failure_outside_its_run_is_logged_and_fails_nothing_itself(caplog: pytest.LogCaptureFixture) -> None:
    """Airflow calls back without the run when a task's process lost the scheduler; the DAG's callback notes it then."""
    note_failure({"exception": RuntimeError("TI was not in the running state")})
    assert "TI was not in the running state" in caplog.text
