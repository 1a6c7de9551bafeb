"""All steps of the DAG in one process, for tests and replays (the DAG adds the gate and delivery)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from guanjia.store.step_by_step import Step, run_in_process

PIPELINE: Final = "custody"

SUITES: Final = ("custody/custody_steps",)
"""What the gate checks: the run's own rows."""


def run_steps(as_of: datetime, *, with_mails: bool = True) -> dict[str, int]:
    """Run the evening's pipeline for an instant, without Airflow, gate or delivery.

    Args:
        as_of: aware instant the run is a function of.
        with_mails: whether anybody is told; without, nothing counts as told, and no notice hangs.

    Returns:
        What was written, by name; nothing the second time.
    """
    from guanjia.pipelines.custody.planning import plan_steps

    steps: tuple[Step, ...] = (plan_steps,)
    if with_mails:
        from guanjia.pipelines.custody.telling import tell

        steps = (*steps, tell)
    return run_in_process(PIPELINE, as_of, steps)
