"""Whether drafting a month grows no faster than its units: all communities at once against a tenth at a time.

Yardstick: ten drafts of a tenth of the communities and units each, one after the other. The ratio says by how much ten
times as many units cost more than ten times as much. Both are undone, not kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from guanjia.bench.billing import AS_OF, fill_registers, months_of
from guanjia.bench.harness import Place
from guanjia.pipelines.fee_billing.drafting import draft_runs
from guanjia.pipelines.fee_billing.due import CommunityMonth
from guanjia.store.engine import engine, transaction
from guanjia.store.runs import open_run

TURNS: Final = 10


class BillingScalingBench:
    """See the module."""

    units = 1_000_000
    unit = "units"
    target = 1.2

    def prepare(self, place: Place, units: int) -> None:
        """Registers."""
        fill_registers(place, units)
        with transaction("owner") as tx:
            self.run = open_run(tx, "fee_billing", AS_OF, started_at=datetime.now(UTC))
            self.months = months_of(tx)

    def yardstick(self, place: Place) -> None:
        """A tenth of the communities at a time."""
        for turn in range(TURNS):
            self._draft(self.months[turn::TURNS])

    def work(self, place: Place) -> int:
        """All of them at once."""
        return self._draft(self.months)

    def reset(self, place: Place) -> None:
        """Nothing was kept."""

    def _draft(self, months: Sequence[CommunityMonth]) -> int:
        with engine("app").connect() as tx:
            lines = draft_runs(tx, self.run, AS_OF, months, "requester")["lines"]
            tx.rollback()
        return lines


BENCH = BillingScalingBench()
