"""The roster of the coming days: enough people of quality check and case handling on each (QC-02)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from guanjia.pipelines.quality_sampling.served import begin, day_of, served_from
from guanjia.store.business_settings import required_setting
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute


def warn_roster(transaction: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Warn of coming days with too few support people on the roster.

    From today to so many days ahead, both included, people of the support posts who are not absent or on leave are
    counted. A day is warned of once, again when fewer are on it than noted, and told of when there are enough. A month
    for which no roster was loaded at all says nothing.

    Args:
        transaction: open transaction.
        run: run the rows are written by.
        as_of: aware instant.

    Returns:
        Counts of rows written: ``roster_warnings``, ``roster_resolved``.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    at = begin(transaction, as_of)
    today = day_of(at)
    if not served_from(transaction, today):
        return {}
    ahead = cast(int, required_setting(transaction, "support_warning_days", today))
    needed = cast(int, required_setting(transaction, "support_people", today))
    roles = cast("tuple[str, ...]", required_setting(transaction, "support_roles", today))
    found = execute(
        transaction,
        "quality_sampling/list_support_days",
        first_day=today,
        last_day=today + timedelta(days=ahead),
        roles=list(roles),
    ).all()
    short = [row for row in found if row.on_duty < needed]
    enough = [row for row in found if row.on_duty >= needed]
    written = execute(
        transaction,
        "quality_sampling/write_roster_warnings",
        days=[row.day for row in short],
        on_duty=[row.on_duty for row in short],
        needed=needed,
        at=at,
        run_id=run.run_id,
    )
    resolved = execute(
        transaction,
        "quality_sampling/resolve_roster_warnings",
        days=[row.day for row in enough],
        on_duty=[row.on_duty for row in enough],
        at=at,
        run_id=run.run_id,
    )
    return {"roster_warnings": int(written.rowcount), "roster_resolved": int(resolved.rowcount)}
