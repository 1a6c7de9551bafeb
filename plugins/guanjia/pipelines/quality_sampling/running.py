"""All steps of both DAGs in one process, for tests and replays (the DAGs add the gate and delivery)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from guanjia.store.step_by_step import Step, run_in_process

PIPELINE: Final = "quality_sampling"
"""The DAG of Monday morning: it checks, draws and assigns."""

RESULTS: Final = "quality_results"
"""The companion DAG, which takes scores as they come and draws nothing."""

SUITES: Final = (
    "quality_sampling/quality_draws",
    "quality_sampling/quality_strata",
    "quality_sampling/samples",
    "quality_sampling/quality_judgements",
    "quality_sampling/quality_results",
    "quality_sampling/quality_lots",
)
"""What the gate of both DAGs checks, each of the run's own rows."""


def run_steps(as_of: datetime, *, with_mails: bool = True) -> dict[str, int]:
    """Run Monday's pipeline for an instant, without Airflow, gates or delivery.

    Args:
        as_of: aware instant the run is a function of.
        with_mails: whether anybody is told; a replay of weeks gone by tells nobody.

    Returns:
        What was written, by name; nothing the second time.
    """
    from guanjia.pipelines.quality_sampling.assigning import assign
    from guanjia.pipelines.quality_sampling.frame_checks import check_and_draw
    from guanjia.pipelines.quality_sampling.month_end import top_up
    from guanjia.pipelines.quality_sampling.roster import warn_roster

    steps: tuple[Step, ...] = (check_and_draw, top_up, assign, warn_roster)
    return _run_all(PIPELINE, as_of, steps, with_mails=with_mails)


def run_results(as_of: datetime, *, with_mails: bool = True) -> dict[str, int]:
    """Run the companion of the day for an instant: scores, appeals, corrections, results; it draws nothing.

    Args:
        as_of: aware instant the run is a function of.
        with_mails: whether anybody is told.

    Returns:
        What was written, by name; nothing the second time.
    """
    from guanjia.pipelines.quality_sampling.absence import reassign
    from guanjia.pipelines.quality_sampling.appeals import take_appeals
    from guanjia.pipelines.quality_sampling.closing import close_months
    from guanjia.pipelines.quality_sampling.corrections import open_corrections
    from guanjia.pipelines.quality_sampling.judging import take_scores
    from guanjia.pipelines.quality_sampling.measuring import measure
    from guanjia.pipelines.quality_sampling.roster import warn_roster

    steps: tuple[Step, ...] = (
        take_scores,
        take_appeals,
        open_corrections,
        reassign,
        measure,
        close_months,
        warn_roster,
    )
    return _run_all(RESULTS, as_of, steps, with_mails=with_mails)


def _run_all(pipeline: str, as_of: datetime, steps: Sequence[Step], *, with_mails: bool) -> dict[str, int]:
    if with_mails:
        from guanjia.pipelines.quality_sampling.telling import tell

        steps = (*steps, tell)
    return run_in_process(pipeline, as_of, steps)
