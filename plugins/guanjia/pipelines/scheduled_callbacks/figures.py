"""The day's figures: what stood on the lists, what came of it, what was missed."""

from __future__ import annotations

from datetime import datetime

from guanjia.pipelines.scheduled_callbacks.agents import prepare_agents
from guanjia.pipelines.scheduled_callbacks.calling_days import prepare_days
from guanjia.pipelines.scheduled_callbacks.served import begin, day_of, parts_of
from guanjia.settings import TIME_ZONE
from guanjia.store.business_settings import required_setting
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute


def measure_day(transaction: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Compute the figures of the day once its last part is over, and of days whose results came later.

    Args:
        transaction: open transaction, after results were taken for the same as_of.
        run: run the rows are written by.
        as_of: aware instant.

    Returns:
        ``days_measured``: rows of days and communities written, those that differ only.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    at = begin(transaction, as_of)
    today = day_of(at)
    is_over = at >= parts_of(transaction, today)[-1].closes(today, TIME_ZONE)
    days = list(
        execute(transaction, "scheduled_callbacks/find_days_to_measure", today=today, is_over=is_over).scalars()
    )
    if not days:
        return {"days_measured": 0}
    prepare_days(transaction, min(days), max(days))
    prepare_agents(transaction, at, min(days), max(days))
    written = execute(
        transaction,
        "scheduled_callbacks/measure_days",
        days=days,
        today=today,
        at=at,
        dissatisfied_up_to=int(str(required_setting(transaction, "callback_dissatisfied_up_to", today))),
        run_id=run.run_id,
    ).rowcount
    return {"days_measured": written}
