"""All steps of collection in one process, without Airflow, gates or delivery: for tests, the demo and replays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from guanjia.pipelines.fee_billing.collecting import SCOPE
from guanjia.pipelines.fee_billing.contract_reminders import remind_of_contracts
from guanjia.pipelines.fee_billing.dunning import note_sent, plan_notices, tell
from guanjia.store.engine import Transaction, transaction
from guanjia.store.runs import Run, add_detail, close_run, open_run

Step = Callable[[Transaction, Run, datetime], Mapping[str, int]]

_STEPS: Final[tuple[Step, ...]] = (plan_notices, tell, remind_of_contracts)


def collect(as_of: datetime, before: Sequence[Step] = (), *, delivers: bool = False) -> dict[str, int]:
    """Run the weekly collection for an instant.

    Args:
        as_of: aware instant the run is a function of.
        before: steps to take first, such as assigning and allocating payments.
        delivers: whether mails are delivered, so that letters count as sent; else they wait for the next delivery.

    Returns:
        What was written, by name; nothing the second time.
    """
    with transaction() as tx:
        run = open_run(tx, SCOPE, as_of)
    counts: dict[str, int] = {}
    for step in (*before, *_STEPS):
        with transaction() as tx:
            counts |= step(tx, run, as_of)
    if delivers:
        from guanjia.outbox import deliver_outbox

        deliver_outbox(as_of)
        with transaction() as tx:
            counts["notices_sent"] += note_sent(tx, run, as_of)["notices_sent"]
    with transaction() as tx:
        add_detail(tx, run.run_id, counts, rows_out=sum(counts.values()))
        close_run(tx, run.run_id, "succeeded")
    return counts
