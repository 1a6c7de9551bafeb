"""All steps in one process, for tests and replays (the DAGs add the gate and delivery), and those that read a form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from guanjia.pipelines.vacancy_inspections.event_form import EventWish, read_wish
from guanjia.pipelines.vacancy_inspections.served import SCOPE
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.step_by_step import Step, run_in_process

SUITES: Final = (
    "vacancy_inspections/vacancies",
    "vacancy_inspections/inspections",
    "vacancy_inspections/vacancy_use",
    "vacancy_inspections/inspection_visits",
)
"""What the gate of both DAGs checks, each of the run's own rows."""

WEATHER: Final = "severe_weather_inspection"
"""The DAG an operator starts."""


def check_form(
    tx: Transaction, _run: Run, as_of: datetime, parameters: Mapping[str, Any], _requested_by: str | None
) -> dict[str, int]:
    """The first step of a weather event: whether the form can be carried out; nothing is written.

    Raises:
        UsageError: it cannot; the sentence says what to correct.
    """
    read_wish(tx, as_of, parameters)
    return {}


def plan_form(
    tx: Transaction, run: Run, as_of: datetime, parameters: Mapping[str, Any], requested_by: str | None
) -> dict[str, int]:
    """Plans what the form asks for; the same event again plans nothing.

    Args:
        tx: open transaction.
        run: the run.
        as_of: instant of the run; aware.
        parameters: the form.
        requested_by: Airflow user who started it.

    Returns:
        Rows written, by name.

    Raises:
        UsageError: the form cannot be carried out (any more).
    """
    return _plan_wish(tx, run, as_of, read_wish(tx, as_of, parameters), requested_by)


def run_steps(as_of: datetime, *, with_mails: bool = True) -> dict[str, int]:
    """Run the daily pipeline for an instant, without Airflow, gates or delivery.

    Args:
        as_of: aware instant the run is a function of.
        with_mails: whether anybody is told; a replay of days gone by tells nobody.

    Returns:
        What was written, by name; nothing the second time.
    """
    from guanjia.pipelines.vacancy_inspections.meters import measure_use
    from guanjia.pipelines.vacancy_inspections.planning import plan_inspections
    from guanjia.pipelines.vacancy_inspections.registrations import judge_registrations
    from guanjia.pipelines.vacancy_inspections.results import take_results
    from guanjia.pipelines.vacancy_inspections.vacancies import derive_vacancies
    from guanjia.pipelines.vacancy_inspections.worklists import make_worklists

    steps: tuple[Step, ...] = (
        judge_registrations,
        derive_vacancies,
        take_results,
        plan_inspections,
        measure_use,
        make_worklists,
    )
    if with_mails:
        from guanjia.pipelines.vacancy_inspections.telling import tell

        steps = (*steps, tell)
    return run_in_process(SCOPE, as_of, steps)


def run_event(as_of: datetime, wish: EventWish, requested_by: str | None = None) -> dict[str, int]:
    """Plan a weather event and tell the inspectors, without Airflow, gates or delivery.

    Args:
        as_of: aware instant the run is a function of.
        wish: what is asked for.
        requested_by: Airflow user or staff code.

    Returns:
        What was written, by name; nothing the second time.
    """
    from guanjia.pipelines.vacancy_inspections.registrations import judge_registrations
    from guanjia.pipelines.vacancy_inspections.telling import tell
    from guanjia.pipelines.vacancy_inspections.vacancies import derive_vacancies
    from guanjia.pipelines.vacancy_inspections.worklists import make_worklists

    def plan(tx: Transaction, run: Run, at: datetime) -> Mapping[str, int]:
        return _plan_wish(tx, run, at, wish, requested_by)

    return run_in_process(WEATHER, as_of, (judge_registrations, derive_vacancies, plan, make_worklists, tell))


def _plan_wish(tx: Transaction, run: Run, as_of: datetime, wish: EventWish, requested_by: str | None) -> dict[str, int]:
    from guanjia.pipelines.vacancy_inspections.weather import plan_event

    return plan_event(
        tx,
        run,
        as_of,
        plan=wish.plan,
        event=wish.event,
        areas=wish.communities,
        deadline=wish.deadline,
        includes_basements=wish.includes_basements,
        requested_by=requested_by,
    )
