"""Each expectation of the gate `intake/sheets` has a sheet that makes it fail."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from guanjia.domain.errors import GateFailed
from guanjia.gates import check
from guanjia.settings import TIME_ZONE
from guanjia.store.runs import open_run
from guanjia.store.tables import metadata
from tests.conftest import Database

AS_OF = datetime(2026, 11, 20, 11, 30, tzinfo=TIME_ZONE)
T = metadata.tables


def _taken_in(database: Database) -> int:
    """A file of forty rows, one of them rejected and kept."""
    with database.transaction() as tx:
        run_id = open_run(tx, "intake", AS_OF, started_at=AS_OF).run_id
        file_id = tx.scalar(
            insert(T["intake_files"])
            .values(
                file="cases.csv",
                received_at=AS_OF,
                as_of=AS_OF,
                digest="0" * 64,
                size_bytes=1,
                place="inbox",
                outcome="read",
                run_id=run_id,
            )
            .returning(T["intake_files"].c.file_id)
        )
        key = {"file_id": file_id, "sheet_no": 1, "dataset": "cases"}
        tx.execute(
            insert(T["intake_sheets"]).values(
                **key, outcome="read", titles=[], columns={}, surplus=[], rows_read=40, accepted=39, rejected=1
            )
        )
        tx.execute(insert(T["rejected_rows"]).values(**key, row_no=2, cells=[], state="open", may_come_right=False))
    return run_id


@pytest.mark.parametrize(
    ("expectation", "severity", "spoilt"),
    [
        ("expect_column_values_to_be_between: rows_not_kept", "critical", {"rejected": 2, "accepted": 38}),
        ("expect_column_values_to_not_be_null: dataset", "critical", {"dataset": None}),
        ("expect_column_values_to_be_between: rejected_percent", "warning", {"rows_read": 1, "accepted": 0}),
        ("expect_column_values_to_be_between: updated_percent", "warning", {"updated": 30}),
        ("expect_column_values_to_be_between: surplus_columns", "warning", {"surplus": ["？"] * 21}),
        ("expect_column_values_to_be_between: rows_read", "warning", {"rows_read": 0, "accepted": 0, "rejected": 0}),
    ],
)
def test_a_sheet_that_breaks_it_is_found(
    database: Database, expectation: str, severity: str, spoilt: Mapping[str, Any]
) -> None:
    run_id = _taken_in(database)
    assert check(run_id, "intake/sheets", {"run_id": run_id}, checked_at=AS_OF) == {"rows": 1, "warnings": 0}
    with database.transaction("owner") as tx:
        if spoilt.get("rejected") == 0:
            tx.execute(T["rejected_rows"].delete())
        tx.execute(update(T["intake_sheets"]).values(**spoilt))
    expected: AbstractContextManager[object] = pytest.raises(GateFailed) if severity == "critical" else nullcontext()
    with expected:
        check(run_id, "intake/sheets", {"run_id": run_id}, checked_at=AS_OF)
    results = T["gate_results"]
    with database.transaction("read") as tx:
        failed = tx.execute(select(results.c.expectation, results.c.severity).where(results.c.outcome != "met")).all()
    assert (expectation, severity) in {tuple(row) for row in failed}
