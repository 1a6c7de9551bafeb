"""All steps of both DAGs in one process, for tests and replays (the DAGs add the gate and delivery)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
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

_DRAWING: Final = (
    "frame_checks:check_frame",
    "drawing:draw",
    "month_end:top_up",
    "assigning:assign",
    "roster:warn_roster",
)
_TAKING: Final = (
    "judging:take_scores",
    "appeals:take_appeals",
    "corrections:open_corrections",
    "absence:reassign",
    "measuring:measure",
    "closing:close_months",
    "roster:warn_roster",
)


def run_steps(as_of: datetime, *, with_mails: bool = True) -> dict[str, int]:
    """Run Monday's pipeline for an instant, without Airflow, gates or delivery.

    Args:
        as_of: aware instant the run is a function of.
        with_mails: whether anybody is told; a replay of weeks gone by tells nobody.

    Returns:
        What was written, by name; nothing the second time.
    """
    return _run_all(PIPELINE, as_of, _DRAWING, with_mails=with_mails)


def run_results(as_of: datetime, *, with_mails: bool = True) -> dict[str, int]:
    """Run the companion of the day for an instant: scores, appeals, corrections, results; it draws nothing.

    Args:
        as_of: aware instant the run is a function of.
        with_mails: whether anybody is told.

    Returns:
        What was written, by name; nothing the second time.
    """
    return _run_all(RESULTS, as_of, _TAKING, with_mails=with_mails)


def _run_all(pipeline: str, as_of: datetime, names: Sequence[str], *, with_mails: bool) -> dict[str, int]:
    """Each step in a transaction of its own; counts of the same name are added up."""
    steps = _found((*names, "telling:tell") if with_mails else names)
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


def _found(names: Sequence[str]) -> list[_Step]:
    """The steps that exist."""
    package = __package__ or "guanjia.pipelines.quality_sampling"
    steps: list[_Step] = []
    for name in names:
        module, function = name.split(":")
        if find_spec(f"{package}.{module}") is not None:
            steps.append(getattr(import_module(f"{package}.{module}"), function))
    return steps
