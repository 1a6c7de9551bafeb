"""Each expectation of the overdue escalations' gates has a row that makes it fail."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from guanjia.domain.errors import GateFailed
from guanjia.gates import check
from guanjia.settings import TIME_ZONE
from guanjia.store.runs import open_run
from guanjia.store.tables import metadata
from tests.conftest import Database

AS_OF = datetime(2026, 11, 20, 10, tzinfo=TIME_ZONE)
DEADLINES, ESCALATIONS = "overdue_escalations/deadlines", "overdue_escalations/escalations"
T = metadata.tables


def _sound(tx: Connection) -> int:
    """A served community with an overdue deadline and its escalation, as a run leaves them."""
    run_id = open_run(tx, "overdue_escalations", AS_OF, started_at=AS_OF).run_id

    def add(table: str, **values: Any) -> None:
        tx.execute(insert(T[table]).values(**values))

    for community in ("001", "002"):
        add("communities", community_code=community, community_name=f"小区{community}")
    add(
        "served_communities",
        community_code="001",
        live_from=date(2026, 9, 1),
        working_calendar="office",
        policy_slot=0,
        run_id=run_id,
    )
    add("staff", staff_code="S1", staff_name="林*", role="agent", community_code="001", email="lin@example.com")
    opened = AS_OF - timedelta(days=3)
    add("cases", case_code="GD-1", community_code="001", kind="complaint", urgency="ordinary", opened_at=opened)
    add(
        "deadlines",
        case_code="GD-1",
        milestone="answer",
        occurrence=1,
        starts_at=opened,
        due_at=AS_OF - timedelta(days=2),
        provisional=False,
        state="running",
        working_calendar="office",
        paused_seconds=0,
        budget_seconds=32_400,
        policy_code="ANSWER-COMPLAINT",
        policy_valid_from=date(2000, 1, 1),
        rule_id="ESC-06",
        calendar_version=1,
        run_id=run_id,
    )
    add(
        "escalations",
        case_code="GD-1",
        milestone="answer",
        occurrence=1,
        level=1,
        role="handler",
        staff_code="S1",
        raised_at=AS_OF - timedelta(days=2),
        found_by="roster",
        is_emergency=False,
        step_code="DUE-HANDLER",
        rule_id="ESC-09",
        run_id=run_id,
    )
    return run_id


def _change(table: str, **values: Any) -> Callable[[Connection], None]:
    return lambda tx: tx.execute(update(T[table]).values(**values)) and None


def _unserved(tx: Connection) -> None:
    tx.execute(T["served_communities"].delete())


def _met_later(tx: Connection) -> None:
    later = AS_OF + timedelta(hours=1)
    tx.execute(update(T["deadlines"]).values(state="met_late", met_at=later, ended_at=later, ended_by="met"))


NOT_YET_LIVE = _change("served_communities", live_from=date(2026, 12, 1))


@pytest.mark.parametrize(
    ("suite", "expectation", "severity", "spoil"),
    [
        (DEADLINES, "expect_column_values_to_not_be_null: days_since_live", "critical", _unserved),
        (DEADLINES, "expect_column_values_to_be_between: days_since_live", "critical", NOT_YET_LIVE),
        (DEADLINES, "expect_column_values_to_be_between: seconds_since_met", "critical", _met_later),
        (
            DEADLINES,
            "expect_column_values_to_be_in_set: has_policy",
            "critical",
            _change("deadlines", policy_code="GONE"),
        ),
        (
            DEADLINES,
            "expect_column_values_to_be_between: days_to_due",
            "warning",
            _change("deadlines", due_at=AS_OF + timedelta(days=400)),
        ),
        (
            DEADLINES,
            "expect_column_values_to_be_between: paused_days",
            "warning",
            _change("deadlines", paused_seconds=86_400 * 200),
        ),
        (
            DEADLINES,
            "expect_column_values_to_be_between: budget_seconds",
            "warning",
            _change("deadlines", budget_seconds=0),
        ),
        (
            ESCALATIONS,
            "expect_column_values_to_be_between: seconds_since_raised",
            "critical",
            _change("escalations", raised_at=AS_OF + timedelta(1)),
        ),
        (ESCALATIONS, "expect_column_values_to_be_between: days_since_live", "critical", NOT_YET_LIVE),
        (
            ESCALATIONS,
            "expect_column_values_to_be_in_set: is_in_scope",
            "critical",
            _change("staff", community_code="002"),
        ),
        (
            ESCALATIONS,
            "expect_column_values_to_be_in_set: is_level_fitting",
            "warning",
            _change("escalations", level=-1),
        ),
        (
            ESCALATIONS,
            "expect_column_values_to_not_be_null: staff_code",
            "warning",
            _change("escalations", staff_code=None, found_by="nobody"),
        ),
        (ESCALATIONS, "expect_column_values_to_not_be_null: email", "warning", _change("staff", email=None)),
        (
            ESCALATIONS,
            "expect_column_values_to_be_in_set: is_employed",
            "warning",
            _change("staff", left_on=date(2026, 10, 31)),
        ),
    ],
)
def test_a_row_that_breaks_it_is_found(
    database: Database, suite: str, expectation: str, severity: str, spoil: Callable[[Connection], None]
) -> None:
    with database.transaction("owner") as tx:
        run_id = _sound(tx)
    assert check(run_id, suite, {"run_id": run_id}, checked_at=AS_OF) == {"rows": 1, "warnings": 0}
    with database.transaction("owner") as tx:
        spoil(tx)
    expected: AbstractContextManager[object] = (
        pytest.raises(GateFailed, match="GD-1") if severity == "critical" else nullcontext()
    )
    with expected:
        check(run_id, suite, {"run_id": run_id}, checked_at=AS_OF)
    with database.transaction("read") as tx:
        results = T["gate_results"]
        failed = tx.execute(
            select(results.c.expectation, results.c.severity, results.c.failed_keys).where(results.c.outcome != "met")
        ).all()
    assert (expectation, severity) in {(row.expectation, row.severity) for row in failed}
    assert all(row.failed_keys[0]["case_code"] == "GD-1" for row in failed)
