"""Plays the evenings of things kept in a home that has taken a sample in: what was due counts as told, without mails.

Fridays and ends of months are played, on which lists go out. Of devices the last days are left to the pipeline's own
run, of things found the last month: a visitor finds a notice, a hand-over list and one for disposal in the mails, and
no printer that was out of order months ago.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import case, func, select, update

from guanjia.domain.custody import EVENING
from guanjia.settings import TIME_ZONE
from guanjia.store.business_settings import required_setting
from guanjia.store.engine import transaction
from guanjia.store.tables import metadata

UNTOLD_FOR: Final = timedelta(days=5)
"""What came up later than this before the end is left to be told."""
FOUND_UNTOLD_FOR: Final = timedelta(days=31)
"""The same of things found: a month has a list of each kind."""
FOUND: Final = ("to_administration", "posted", "handed_over", "disposal")


def play_past(first: date, until: datetime) -> int:
    """Play the evenings on which lists went out, from the first day anybody is served.

    Args:
        first: that day.
        until: aware instant the history ends.

    Returns:
        Steps that count as told.
    """
    from guanjia.pipelines.custody.running import run_steps

    last = (until - UNTOLD_FOR).astimezone(TIME_ZONE).date()
    told = 0
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        is_month_end = day.day == monthrange(day.year, day.month)[1]
        if day.isoweekday() == 5 or is_month_end or day == last:
            at = datetime.combine(day, EVENING, TIME_ZONE)
            run_steps(at, with_mails=False)
            told += count_as_told(at, with_found=at < until - FOUND_UNTOLD_FOR)
    _count_as_just_written()
    return told


def _count_as_just_written() -> None:
    """What is left to be told has waited for nobody: it counts as written by the newest of the evenings."""
    steps, runs = metadata.tables["custody_steps"], metadata.tables["runs"]
    newest = select(func.max(runs.c.run_id)).where(runs.c.pipeline == "custody").scalar_subquery()
    with transaction() as tx:
        tx.execute(update(steps).where(steps.c.told_at.is_(None), steps.c.cancelled_on.is_(None)).values(run_id=newest))


def count_as_told(at: datetime, *, with_found: bool) -> int:
    """Mark what waits on an evening as told that evening, on the lists it would have stood on; notices hang from then.

    Args:
        at: aware instant of the evening.
        with_found: things found too; else they go on waiting.
    """
    from guanjia.pipelines.custody.telling import LETTERS

    day, steps = at.astimezone(TIME_ZONE).date(), metadata.tables["custody_steps"]
    letters = {step: f"{letter}{day.isoformat()}" for step, letter in LETTERS.items()}
    with transaction() as tx:
        hangs = timedelta(days=int(str(required_setting(tx, "custody_posting_days", day))))
        waiting = update(steps).where(steps.c.told_at.is_(None), steps.c.cancelled_on.is_(None))
        if not with_found:
            waiting = waiting.where(steps.c.step.not_in(FOUND))
        return tx.execute(
            waiting.values(
                told_at=at,
                list_code=case(letters, value=steps.c.step),
                until=case((steps.c.step == "posted", day + hangs)),
            )
        ).rowcount
