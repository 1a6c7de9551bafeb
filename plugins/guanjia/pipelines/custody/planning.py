"""Steps due for found things, lent keys and devices: written once, cancelled while nobody was told of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row

from guanjia.domain.custody import DueStep, Taken, found_steps
from guanjia.pipelines.custody.served import Moment, begin, rules_on
from guanjia.pipelines.reports.served import day_of
from guanjia.settings import TIME_ZONE
from guanjia.store.business_settings import required_words
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute

JUDGED_AGAIN: Final = timedelta(days=7)
"""Days before the last run's whose devices are judged again: registers come in late."""

OUT_OF_ORDER_SINCE: Final = timedelta(days=31)
"""Days before the last run's (before the first: its own) from which IT is told of devices out of order. What a register
says of years ago is no news; a device that is still out of order is found so at the next check."""


def plan_steps(transaction: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Write what is due by the last evening at or before an instant, and cancel what is needless and untold.

    Nothing depends on when the last run was: what an outage left undone is due now. Of keys only the newest evening
    is chased, for the mail says since when each is out.

    Args:
        transaction: open transaction.
        run: run the rows are written by.
        as_of: aware instant; what happened after it is not seen.

    Returns:
        Counts of rows written: ``cancelled``, steps of things ``found``, ``keys`` chased, devices ``abnormal`` and
        ``unchecked``. All nought where no community is served, and the second time.

    Raises:
        SettingsError: a stored setting cannot be read.

    Source:
        CUST-01, CUST-02, CUST-04.
    """
    moment = begin(transaction, as_of)
    if not moment.served.live_from:
        return {"cancelled": 0, "found": 0, "keys": 0, "abnormal": 0, "unchecked": 0}
    codes = list(moment.served.live_from)
    execute(
        transaction,
        "custody/create_kept_communities",
        community_codes=codes,
        live_from=[moment.served.live_from[code] for code in codes],
    )
    counts = {
        "cancelled": _cancel(transaction, run, moment),
        "found": _write_found(transaction, run, moment),
        "keys": execute(
            transaction,
            "custody/write_key_chases",
            at=moment.at,
            evening=moment.evening,
            evening_at=moment.evening_at,
            run_id=run.run_id,
        ).rowcount,
        "abnormal": execute(
            transaction,
            "custody/write_abnormal_devices",
            first_day=_looked_since(moment) - OUT_OF_ORDER_SINCE,
            at=moment.at,
            run_id=run.run_id,
        ).rowcount,
        "unchecked": _write_unchecked(transaction, run, moment),
    }
    live_from = min(moment.served.live_from.values())
    execute(transaction, "custody/note_progress", looked_to=moment.at, live_from=live_from)
    return counts


def _cancel(transaction: Transaction, run: Run, moment: Moment) -> int:
    when = {"at": moment.at, "today": moment.today, "run_id": run.run_id}
    return sum(
        execute(transaction, f"custody/{name}", **when).rowcount
        for name in ("cancel_found_steps", "cancel_key_chases", "cancel_device_steps")
    )


def _write_found(transaction: Transaction, run: Run, moment: Moment) -> int:
    rules = rules_on(transaction, moment.evening)
    rows = execute(transaction, "custody/list_open_items", at=moment.at, live_at=moment.served.first_instant)
    due = [
        (row.item_code, step)
        for row in rows
        for step in found_steps(
            row.found_at,
            is_valuable=row.valuable,
            taken=dict(_taken(row)),
            evening=moment.evening,
            rules=rules,
            zone=TIME_ZONE,
        )
    ]
    return _write(transaction, run, due) if due else 0


def _taken(row: Row[Any]) -> Iterable[tuple[Any, Taken]]:
    for step, known in row.taken.items():
        told_at, until = known["told_at"], known["until"]
        yield (
            step,
            Taken(
                date.fromisoformat(known["due_on"]),
                day_of(datetime.fromisoformat(told_at)) if told_at else None,
                date.fromisoformat(until) if until else None,
            ),
        )


def _write(transaction: Transaction, run: Run, due: list[tuple[str, DueStep]]) -> int:
    return execute(
        transaction,
        "custody/write_found_steps",
        steps=[step.step for _subject, step in due],
        subjects=[subject for subject, _step in due],
        due_on=[step.due_on for _subject, step in due],
        run_id=run.run_id,
    ).rowcount


def _write_unchecked(transaction: Transaction, run: Run, moment: Moment) -> int:
    return execute(
        transaction,
        "custody/write_unchecked_devices",
        roles=list(required_words(transaction, "custody_check_roles", moment.evening)),
        first_day=_looked_since(moment) - JUDGED_AGAIN,
        evening=moment.evening,
        evening_at=moment.evening_at,
        at=moment.at,
        run_id=run.run_id,
    ).rowcount


def _looked_since(moment: Moment) -> date:
    """Day of the last run; before the first one the evening looked at."""
    return moment.evening if moment.looked_to is None else min(day_of(moment.looked_to), moment.evening)
