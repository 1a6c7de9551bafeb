"""The months of the worked example: an office's registers, September posted, October shown, then what arrived late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, text

from guanjia.pipelines.confirm_changes import Person
from guanjia.pipelines.fee_billing.allocation import allocate
from guanjia.pipelines.fee_billing.deciding import decide
from guanjia.pipelines.fee_billing.drafting import draft_runs, mark_checked
from guanjia.pipelines.fee_billing.months import find_months
from guanjia.pipelines.fee_billing.payments import assign_payments
from guanjia.pipelines.fee_billing.posting import post_run
from guanjia.pipelines.fee_billing.running import preparations
from guanjia.pipelines.fee_billing.showing import show_runs
from guanjia.pipelines.intake.batches import load_files
from guanjia.pipelines.intake.loading import Terms
from guanjia.settings import TIME_ZONE
from guanjia.store.runs import open_run
from guanjia.store.tables import metadata
from tests.conftest import Database
from tests.support.inspection_year import load_office

T = metadata.tables
COMMUNITY = "001"

SEPTEMBER = datetime(2026, 10, 5, 2, tzinfo=TIME_ZONE)
OCTOBER = datetime(2026, 11, 5, 2, tzinfo=TIME_ZONE)
AGAIN = datetime(2026, 11, 21, 9, tzinfo=TIME_ZONE)


class Office:
    """The office's home, with who approves."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.folder = database, folder
        load_office(database)
        with database.transaction() as tx:
            tx.execute(insert(T["settings"]).values(setting="billing_approvers", value="shenhe"))

    def bring(self, name: str, header: str, *rows: str, as_of: datetime) -> None:
        """A file is taken in whole."""
        path = self.folder / name
        path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
        outcome = load_files([path], Terms(as_of=as_of, received_at=datetime.now(UTC)), with_retry=False)
        assert sum(sheet.accepted for receipt in outcome.files for sheet in receipt.sheets) == len(rows), outcome

    def draft(self, period: str, as_of: datetime) -> str | None:
        """Draft a month of the community and show it, as the DAG does; code of the run that awaits its approval."""
        with self.database.transaction() as tx:
            run = open_run(tx, "fee_billing", as_of)
        for prepare in preparations():
            with self.database.transaction() as tx:
                prepare(tx, run, as_of)
        with self.database.transaction() as tx:
            draft_runs(tx, run, as_of, find_months(tx, as_of, period, COMMUNITY, by_hand=True), "qianlan")
            mark_checked(tx, run, as_of)
            show_runs(tx, run, as_of)
            runs = T["billing_runs"]
            return tx.scalar(
                select(runs.c.run_code).where(
                    runs.c.community_code == COMMUNITY, runs.c.state == "awaiting_approval", runs.c.period == period
                )
            )

    def approve(self, run_code: str, at: datetime) -> None:
        """The second person approves; the run is posted."""
        with self.database.transaction() as tx:
            runs = T["billing_runs"]
            shown = tx.scalar(select(runs.c.shown_digest).where(runs.c.run_code == run_code)) or ""
            decide(tx, run_code, "approved", Person("shenhe"), shown_digest=shown, decided_at=at)
        with self.database.transaction() as tx:
            post_run(tx, open_run(tx, "fee_billing", at), run_code, at)

    def take_payments(self, at: datetime) -> None:
        """What came in is assigned and pays bills."""
        with self.database.transaction() as tx:
            run = open_run(tx, "payments", at)
            assign_payments(tx, run, at)
            allocate(tx, run, at)

    def rows(self, statement: str, **values: Any) -> Sequence[Any]:
        """What the database holds."""
        with self.database.transaction("read") as tx:
            return tx.execute(text(statement), values).all()

    def lines(self, run_code: str, unit_code: str | None = None) -> dict[tuple[str, str, str, str, str], Decimal]:
        """Lines of a run: (unit, charge, source, month, customer) → amount."""
        found = self.rows(
            "SELECT l.unit_code, l.charge_kind, l.charge_source, l.period, l.customer_code, l.amount FROM bill_lines l "
            "JOIN bills b ON b.batch_no = l.batch_no AND b.bill_code = l.bill_code "
            "WHERE b.run_code = :run AND (CAST(:unit AS text) IS NULL OR l.unit_code = :unit) ORDER BY 1, 4, 2, 3, 5",
            run=run_code,
            unit=unit_code,
        )
        return {tuple(row[:5]): row.amount for row in found}
