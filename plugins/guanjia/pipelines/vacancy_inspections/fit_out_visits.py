"""Visits to units under fit-out, by the rhythm of each stage (INS-10)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from guanjia.pipelines.vacancy_inspections.plan_day import PlanDay
from guanjia.store.business_settings import required_setting
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute

_SETTING = "fit_out_visit_days"


def visit_rhythms(transaction: Transaction, on: date) -> dict[str, int]:
    """Every how many days each stage is visited; 0: once, on its first day.

    Args:
        transaction: open transaction.
        on: day whose setting is in force.

    Raises:
        SettingsError: the setting is no list such as painting=3,tiling=1.
    """
    words = required_setting(transaction, _SETTING, on)
    pairs = (word.split("=") for word in words) if isinstance(words, tuple) else ()
    return {stage: int(days) for stage, days in pairs}


def plan_fit_out_visits(
    transaction: Transaction, run: Run, today: PlanDay, rhythms: Mapping[str, int]
) -> dict[str, int]:
    """The visits of a day, and those of today that are not called for any more.

    Args:
        transaction: open transaction with the temporary tables of `planning`, the day's slots found.
        run: run the rows are written by.
        today: day that is planned.
        rhythms: days between two visits by stage.

    Returns:
        Counts: ``fit_out_visits``, ``cancelled``.
    """
    execute(transaction, "vacancy_inspections/clear_fit_out_visits")
    visits = execute(
        transaction,
        "vacancy_inspections/find_fit_out_visits",
        day=today.day,
        stages=list(rhythms),
        intervals=list(rhythms.values()),
    ).rowcount
    counts = {
        "cancelled": execute(
            transaction, "vacancy_inspections/cancel_fit_out_visits", run_id=run.run_id, day=today.day
        ).rowcount
    }
    if visits:
        counts["fit_out_visits"] = execute(
            transaction,
            "vacancy_inspections/plan_fit_out_visits",
            run_id=run.run_id,
            day=today.day,
            period=today.period,
        ).rowcount
    return counts
