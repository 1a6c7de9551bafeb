"""Automatic checks of a week, over everything in it and not over a sample: CASE-04 and what was promised in time."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from guanjia.domain.quality_periods import Week
from guanjia.pipelines.quality_sampling.drawing import draw
from guanjia.pipelines.quality_sampling.frame import policies_on, prepare_closed_cases, prepare_frame
from guanjia.pipelines.quality_sampling.served import begin, day_of, weeks_due
from guanjia.store.business_settings import required_setting
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute

_OF_WEEK: Final = ("gather_missed_deadlines", "gather_missed_callbacks", "gather_broken_promises")


def check_and_draw(transaction: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Check the weeks that are due and draw them, with nothing loaded in between: what can be drawn has been checked.

    Args:
        transaction: open transaction; until it ends, calls and case events are locked against writing.
        run: run the rows are written by.
        as_of: aware instant.

    Returns:
        Counts of `check_frame` and `drawing.draw`; nothing where no week is due.

    Raises:
        SettingsError: a stored setting cannot be read.
        DatabaseError: the server's keyed hash is another than ours.
    """
    at = begin(transaction, as_of)
    if not weeks_due(transaction, at):
        return {}
    execute(transaction, "quality_sampling/lock_frame")
    return check_frame(transaction, run, at) | draw(transaction, run, at)


def check_frame(transaction: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Check all calls and closed cases of the weeks that are due to be drawn, each week once.

    - blank_fields: closed repair orders with a blank that should not be; calls taken without customer and case.
    - answered_late: an answer or response due in the week that came later or not yet; calls too long in the queue.
    - no_callback: callbacks of cases that missed their window in the week.
    - promise_broken: callbacks promised and not made, booked visits missed.

    What came in after the draw of its own week is checked with this one. Findings are no marks: they are told of beside
    the results.

    Args:
        transaction: open transaction.
        run: run the rows are written by.
        as_of: aware instant.

    Returns:
        Counts of rows written: ``findings``, ``policies_left_out``.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    at = begin(transaction, as_of)
    weeks = weeks_due(transaction, at)
    if not weeks:
        return {}
    return {
        "findings": sum(check_week(transaction, run, week) for week in weeks),
        "policies_left_out": _note_unused_policies(transaction, run, at),
    }


def check_week(transaction: Transaction, run: Run, week: Week) -> int:
    """Check a week; how many findings were written.

    Args:
        transaction: open transaction in which `served.begin` was called.
        run: run the rows are written by.
        week: the week.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    rules = prepare_frame(transaction, week)
    prepare_closed_cases(transaction, week, rules)
    bounds = {"frame_from": week.starts_at, "frame_to": week.ends_at}
    execute(transaction, "quality_sampling/drop_frame_facts")
    execute(transaction, "quality_sampling/create_frame_facts")
    execute(transaction, "quality_sampling/gather_blank_cases")
    execute(
        transaction,
        "quality_sampling/gather_odd_calls",
        **bounds,
        queue_seconds=required_setting(transaction, "quality_queue_seconds", day_of(week.drawn_at)),
    )
    for name in _OF_WEEK:
        execute(transaction, f"quality_sampling/{name}", **bounds)
    execute(transaction, "quality_sampling/analyse_frame_facts")
    written = execute(transaction, "quality_sampling/write_findings", period=week.name, run_id=run.run_id)
    return int(written.rowcount)


def _note_unused_policies(transaction: Transaction, run: Run, at: datetime) -> int:
    used = policies_on(transaction, day_of(at)).values()
    noted = execute(
        transaction,
        "quality_sampling/note_unused_policies",
        policy_codes=[policy.policy_code for policy in used],
        at=at,
        run_id=run.run_id,
    )
    return int(noted.rowcount)
