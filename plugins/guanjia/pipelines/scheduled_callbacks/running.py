"""All steps of both DAGs in one process, for tests and replays (the DAGs add the gate and delivery)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Final

from guanjia.pipelines.scheduled_callbacks.served import SCOPE
from guanjia.store.engine import Transaction, transaction
from guanjia.store.runs import Run, add_detail, close_run, open_run

SUITES: Final = (
    "scheduled_callbacks/callback_contacts",
    "scheduled_callbacks/callbacks",
    "scheduled_callbacks/callback_lists",
    "scheduled_callbacks/callback_attempts",
)
"""What the gate of both DAGs checks, each of the run's own rows."""

RESULTS: Final = "callback_results"
"""The companion DAG, which takes results as they come and plans nothing."""

_Step = Callable[[Transaction, Run, datetime], Mapping[str, int]]

_MORNING: Final = (
    "results:take_results",
    "closing_loop:close_loop",
    "planning:plan_callbacks",
    "listing:make_lists",
    "warnings:warn",
)
_DURING_THE_DAY: Final = (
    "results:take_results",
    "closing_loop:close_loop",
    "absence:reassign",
    "figures:measure_day",
)
_TELLING: Final = ("telling:tell",)


def run_steps(as_of: datetime, *, with_mails: bool = True) -> dict[str, int]:
    """Run the morning's pipeline for an instant, without Airflow, gates or delivery.

    Args:
        as_of: aware instant the run is a function of.
        with_mails: whether anybody is told; a replay of days gone by tells nobody.

    Returns:
        What was written, by name; nothing the second time.
    """
    return _run_all(SCOPE, as_of, _MORNING + (_TELLING if with_mails else ()))


def run_results(as_of: datetime, *, with_mails: bool = True) -> dict[str, int]:
    """Run the companion of the day for an instant: results, absence, the day's figures; it plans nothing.

    Args:
        as_of: aware instant the run is a function of.
        with_mails: whether anybody is told.

    Returns:
        What was written, by name; nothing the second time.
    """
    return _run_all(RESULTS, as_of, _DURING_THE_DAY + (_TELLING if with_mails else ()))


def _run_all(pipeline: str, as_of: datetime, steps: tuple[str, ...]) -> dict[str, int]:
    with transaction() as tx:
        run = open_run(tx, pipeline, as_of)
    counts: dict[str, int] = {}
    for name in steps:
        step = _step(name)
        if step is None:
            continue
        with transaction() as tx:
            counts |= step(tx, run, as_of)
    with transaction() as tx:
        add_detail(tx, run.run_id, counts, rows_out=sum(counts.values()))
        close_run(tx, run.run_id, "succeeded")
    return counts


def _step(name: str) -> _Step | None:
    """The function of a step; None while its module is not there."""
    module, _separator, function = name.partition(":")
    path = f"{__package__}.{module}"
    if find_spec(path) is None:
        return None
    found: _Step = getattr(import_module(path), function)
    return found
