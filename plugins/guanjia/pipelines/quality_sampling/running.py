"""All steps of both DAGs in one process, for tests and replays (the DAGs add the gate and delivery)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from guanjia.store.engine import Transaction, transaction
from guanjia.store.runs import Run, add_detail, close_run, open_run

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

_Step = Callable[[Transaction, Run, datetime], Mapping[str, int]]


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

    steps: tuple[_Step, ...] = (check_and_draw, top_up, assign, warn_roster)
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

    steps: tuple[_Step, ...] = (
        take_scores,
        take_appeals,
        open_corrections,
        reassign,
        measure,
        close_months,
        warn_roster,
    )
    return _run_all(RESULTS, as_of, steps, with_mails=with_mails)


def _run_all(pipeline: str, as_of: datetime, steps: Sequence[_Step], *, with_mails: bool) -> dict[str, int]:
    """Each step in a transaction of its own; counts of the same name are added up."""
    if with_mails:
        from guanjia.pipelines.quality_sampling.telling import tell

        steps = (*steps, tell)
    with transaction() as tx:
        run = open_run(tx, pipeline, as_of)
    counts: dict[str, int] = {}
    for step in steps:
        with transaction() as tx:
            for name, n in step(tx, run, as_of).items():
                counts[name] = counts.get(name, 0) + n
    with transaction() as tx:
        add_detail(tx, run.run_id, counts, rows_out=sum(counts.values()))
        close_run(tx, run.run_id, "succeeded")
    return counts
