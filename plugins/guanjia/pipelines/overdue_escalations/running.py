"""All steps in one process, one transaction each: for tests and replays; the DAG adds the gate and delivery."""

from __future__ import annotations

from datetime import datetime

from guanjia.pipelines.overdue_escalations.deadlines import SCOPE, compute_deadlines
from guanjia.pipelines.overdue_escalations.handover import hand_over
from guanjia.pipelines.overdue_escalations.ladder import raise_escalations
from guanjia.pipelines.overdue_escalations.telling import tell
from guanjia.store.step_by_step import run_in_process


def run_steps(as_of: datetime) -> dict[str, int]:
    """Run the pipeline for an instant, without Airflow, gates or delivery.

    Args:
        as_of: aware instant the run is a function of.

    Returns:
        What was written, by name; nothing the second time.
    """
    return run_in_process(SCOPE, as_of, (compute_deadlines, raise_escalations, tell, hand_over))
