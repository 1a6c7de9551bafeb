"""A whole billing run for a million units, five lines each: draft, gates, approval, posting with books, gates.

Communities are posted one after the other, each in a transaction of its own, as the pipeline does. Yardstick: COPY of
the lines from a file into a bare logged table, as for `billing`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import text

from guanjia import gates
from guanjia.bench.billing import AS_OF, Lines, draft, fill_registers, forget_bills
from guanjia.bench.harness import Place
from guanjia.pipelines.confirm_changes import Person
from guanjia.pipelines.fee_billing import deciding, drafting, posting, showing
from guanjia.store.engine import transaction
from guanjia.store.runs import Run, open_run

APPROVER: Final = Person("approver")
_WAITING: Final = text(
    "SELECT run_code, shown_digest FROM billing_runs WHERE state = 'awaiting_approval' ORDER BY run_code"
)


class BillingRunBench:
    """See the module."""

    units = 1_000_000
    unit = "units"
    target = 10.0

    def prepare(self, place: Place, units: int) -> None:
        """Registers; the lines once, for the yardstick; the gates loaded."""
        fill_registers(place, units)
        self.run = _open()
        draft(self.run)
        self.lines = Lines()
        self.lines.keep(place.folder)
        _check(self.run, drafting.SUITES)

    def yardstick(self, place: Place) -> None:
        """The lines, copied into a bare table."""
        self.lines.copy()

    def work(self, place: Place) -> int:
        """Draft, gates, approval, posting, gates."""
        run = _open()
        lines = draft(run)
        _check(run, drafting.SUITES)
        with transaction() as tx:
            drafting.mark_checked(tx, run, AS_OF)
            showing.show_runs(tx, run, AS_OF)
            waiting = tx.execute(_WAITING).all()
        for found in waiting:
            with transaction() as tx:
                deciding.decide(
                    tx, found.run_code, "approved", APPROVER, shown_digest=found.shown_digest, decided_at=AS_OF
                )
            with transaction() as tx:
                posting.post_run(tx, run, found.run_code, AS_OF)
        _check(run, posting.SUITES)
        return lines

    def reset(self, place: Place) -> None:
        """Nothing is billed or booked."""
        forget_bills()


def _open() -> Run:
    with transaction("owner") as tx:
        return open_run(tx, "fee_billing", AS_OF, started_at=datetime.now(UTC))


def _check(run: Run, suites: tuple[str, ...]) -> None:
    for suite in suites:
        gates.check(run.run_id, suite, {"run_id": run.run_id}, checked_at=datetime.now(UTC))


BENCH = BillingRunBench()
