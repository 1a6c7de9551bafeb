"""All steps in one process, one transaction each: for tests and replays; the DAG adds the gate and delivery."""

from __future__ import annotations

from datetime import datetime

from guanjia.pipelines.overdue_escalations.deadlines import SCOPE, compute_deadlines
from guanjia.pipelines.overdue_escalations.handover import hand_over
from guanjia.pipelines.overdue_escalations.ladder import raise_escalations
from guanjia.pipelines.overdue_escalations.telling import tell
from guanjia.store.engine import transaction
from guanjia.store.runs import add_detail, close_run, open_run


def run_steps(as_of: datetime) -> dict[str, int]:
    """Run the pipeline for an instant, without Airflow, gates or delivery.

    Args:
        as_of: aware instant the run is a function of.

    Returns:
        What was written, by name; nothing the second time.
    """
    with transaction() as tx:
        run = open_run(tx, SCOPE, as_of)
    counts: dict[str, int] = {}
    for step in (compute_deadlines, raise_escalations, tell, hand_over):
        with transaction() as tx:
            counts |= step(tx, run, as_of)
    with transaction() as tx:
        add_detail(tx, run.run_id, counts, rows_out=sum(counts.values()))
        close_run(tx, run.run_id, "succeeded")
    return counts
