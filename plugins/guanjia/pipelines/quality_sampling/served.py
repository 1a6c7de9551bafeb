"""What every step begins with: the lock, the instant it works at, and the communities whose work is checked."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from guanjia.domain import quality_periods
from guanjia.domain.quality_periods import Week
from guanjia.settings import TIME_ZONE
from guanjia.store.business_settings import settings_by_community
from guanjia.store.engine import Transaction
from guanjia.store.locks import lock_scope
from guanjia.store.sql import execute

SCOPE: Final = "quality_sampling"
"""All steps hold this lock, those of the results too: two runs take turns."""

_DAY: Final = timedelta(days=1)


def begin(transaction: Transaction, as_of: datetime) -> datetime:
    """Take the pipeline's lock, put the communities served into ``checked_communities``, note how far time has come.

    Args:
        transaction: open transaction; the temporary table lasts as long as it does.
        as_of: aware instant asked for.

    Returns:
        The instant to work at: as_of, or the later one a step worked at before. What was drawn and told cannot be taken
        back, so time never runs backwards here. It is kept in ``quality_progress`` unless no community is served.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    lock_scope(transaction, SCOPE)
    computed_to = execute(transaction, "quality_sampling/find_progress").one().computed_to
    at = as_of if computed_to is None else max(as_of, computed_to)
    if use_communities_of(transaction, day_of(at)):
        execute(transaction, "quality_sampling/note_instant", at=at)
    return at


def use_communities_of(transaction: Transaction, day: date) -> dict[str, date]:
    """Fill the temporary table ``checked_communities`` (community_code, live_from) with those served on a day.

    Args:
        transaction: open transaction.
        day: day in Asia/Shanghai, inclusive; communities whose live_from lies after it are not in the table.

    Returns:
        The communities served on the day, each with the first day it is served from.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    found = served_from(transaction, day)
    execute(transaction, "quality_sampling/drop_checked_communities")
    execute(
        transaction,
        "quality_sampling/create_checked_communities",
        community_codes=list(found),
        live_from=list(found.values()),
    )
    execute(transaction, "quality_sampling/analyse_checked_communities")
    return found


def served_from(transaction: Transaction, day: date) -> dict[str, date]:
    """The communities served on a day, each with the first day it is served from.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    codes = list(execute(transaction, "quality_sampling/list_communities").scalars())
    found = settings_by_community(transaction, ["live_from"], day, codes)
    return {
        code: live_from
        for code, values in found.items()
        if isinstance(live_from := values["live_from"], date) and live_from <= day
    }


def weeks_due(transaction: Transaction, at: datetime) -> list[Week]:
    """The weeks that ended and are not drawn yet, in order; each is to be drawn as at its own Monday (`Week.drawn_at`).

    Args:
        transaction: open transaction.
        at: aware instant, as `begin` gives it.

    Returns:
        The first time of all only the last complete week; none while no community is served, nor weeks that end before
        the first community is.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    drawn_to = execute(transaction, "quality_sampling/find_progress").one().drawn_to
    weeks = quality_periods.weeks_due(at, drawn_to, TIME_ZONE)
    if drawn_to is not None:
        return weeks
    return [week for week in weeks if served_from(transaction, day_of(week.ends_at) - _DAY)]


def day_of(instant: datetime) -> date:
    """The day of an instant, in Asia/Shanghai."""
    return instant.astimezone(TIME_ZONE).date()
