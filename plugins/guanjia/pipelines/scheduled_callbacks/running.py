"""All steps of both DAGs in one process, for tests and replays (the DAGs add the gate and delivery)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from guanjia.pipelines.scheduled_callbacks.served import SCOPE
from guanjia.store.step_by_step import Step, run_in_process

SUITES: Final = (
    "scheduled_callbacks/callback_contacts",
    "scheduled_callbacks/callbacks",
    "scheduled_callbacks/callback_lists",
    "scheduled_callbacks/callback_attempts",
)
"""What the gate of both DAGs checks, each of the run's own rows."""

RESULTS: Final = "callback_results"
"""The companion DAG, which takes results as they come and plans nothing."""


def run_steps(as_of: datetime, *, with_mails: bool = True) -> dict[str, int]:
    """Run the morning's pipeline for an instant, without Airflow, gates or delivery.

    Args:
        as_of: aware instant the run is a function of.
        with_mails: whether anybody is told; a replay of days gone by tells nobody.

    Returns:
        What was written, by name; nothing the second time.
    """
    from guanjia.pipelines.scheduled_callbacks.closing_loop import close_loop
    from guanjia.pipelines.scheduled_callbacks.listing import make_lists
    from guanjia.pipelines.scheduled_callbacks.planning import plan_callbacks
    from guanjia.pipelines.scheduled_callbacks.results import take_results
    from guanjia.pipelines.scheduled_callbacks.warnings import warn

    steps: tuple[Step, ...] = (take_results, close_loop, plan_callbacks, make_lists, warn)
    return _run_all(SCOPE, as_of, steps, with_mails=with_mails)


def run_results(as_of: datetime, *, with_mails: bool = True) -> dict[str, int]:
    """Run the companion of the day for an instant: results, absence, the day's figures; it plans nothing.

    Args:
        as_of: aware instant the run is a function of.
        with_mails: whether anybody is told.

    Returns:
        What was written, by name; nothing the second time.
    """
    from guanjia.pipelines.scheduled_callbacks.absence import reassign
    from guanjia.pipelines.scheduled_callbacks.closing_loop import close_loop
    from guanjia.pipelines.scheduled_callbacks.figures import measure_day
    from guanjia.pipelines.scheduled_callbacks.results import take_results

    steps: tuple[Step, ...] = (take_results, close_loop, reassign, measure_day)
    return _run_all(RESULTS, as_of, steps, with_mails=with_mails)


def _run_all(pipeline: str, as_of: datetime, steps: Sequence[Step], *, with_mails: bool) -> dict[str, int]:
    if with_mails:
        from guanjia.pipelines.scheduled_callbacks.telling import tell

        steps = (*steps, tell)
    return run_in_process(pipeline, as_of, steps)
