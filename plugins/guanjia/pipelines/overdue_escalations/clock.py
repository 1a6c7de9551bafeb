"""The working clock: calendars compiled into stretches of working time, anew only when what they say has changed.

The engine itself is SQL (``sql/migrations/working_time.sql``); this decides when to compile and for which years.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from guanjia.domain.errors import GuanjiaError
from guanjia.logs import get_logger
from guanjia.store.sql import execute

_log = get_logger(__name__)
_ATTEMPTS = 4
_YEAR = timedelta(days=366)
"""The clock covers the year before the earliest instant; compiling again must not go back a further one."""


@dataclass(frozen=True)
class Reach:
    """What the clock must be able to place.

    Attributes:
        earliest: earliest instant, aware.
        latest: latest instant from which a budget may start, aware.
        budget_seconds: longest budget with the longest ladder offset after it, working seconds.
        budget_days: longest budget in working days.
    """

    earliest: datetime
    latest: datetime
    budget_seconds: int
    budget_days: int


@dataclass(frozen=True)
class Compiled:
    """What compiling came to.

    Attributes:
        changed: calendars whose hours or holidays are not the ones compiled last.
        unknown_zones: calendars left out, because their time zone does not exist.
    """

    changed: tuple[str, ...] = ()
    unknown_zones: tuple[str, ...] = ()


def compile_clock(transaction: Connection, reach: Reach, *, run_id: int, anew: bool = False) -> Compiled:
    """Bring the compiled clock up to date with calendars, own days and published holidays (pipelines 0.11).

    Args:
        transaction: open transaction.
        reach: what must be placed.
        run_id: run that compiles.
        anew: compile although neither calendars nor years have changed (budgets have).

    Returns:
        Which calendars changed; empty when the compiled clock was right already.

    Raises:
        GuanjiaError: a calendar has too few working hours for a budget ever to end.
    """
    calendars = execute(transaction, "working_time/find_calendar_digests").all()
    changed = tuple(row.calendar_code for row in calendars if row.digest != row.compiled_digest)
    if not (changed or anew or any(_falls_short(row, reach) for row in calendars)):
        return Compiled()
    unknown = tuple(row.calendar_code for row in execute(transaction, "working_time/find_unknown_zones"))
    known = [row for row in calendars if row.calendar_code not in unknown]
    for attempt in range(_ATTEMPTS):
        _write(transaction, known, reach, more_years=10 * attempt, run_id=run_id)
        short = execute(
            transaction,
            "working_time/find_short_calendars",
            budget_seconds=reach.budget_seconds,
            budget_days=reach.budget_days,
        ).all()
        if not short:
            break
    else:
        raise GuanjiaError(
            f"Calendar {short[0].calendar_code} has too little working time: a budget of {reach.budget_seconds} s "
            f"or {reach.budget_days} days does not end by {short[0].covers_to:%Y}. Correct calendars or calendar_days."
        )
    _log.info("working clock compiled", calendars=len(known), changed=len(changed), unknown_zones=len(unknown))
    return Compiled(changed=tuple(code for code in changed if code not in unknown), unknown_zones=unknown)


def _falls_short(row: Row[Any], reach: Reach) -> bool:
    return row.covers_from is None or row.covers_from > reach.earliest or row.serves_to < reach.latest


def _write(transaction: Connection, known: list[Row[Any]], reach: Reach, *, more_years: int, run_id: int) -> None:
    codes = [row.calendar_code for row in known]
    execute(transaction, "working_time/clear_clock")
    execute(transaction, "working_time/clear_days")
    execute(transaction, "working_time/remove_calendars", calendar_codes=codes)
    execute(
        transaction,
        "working_time/write_calendars",
        calendar_codes=codes,
        digests=[row.digest for row in known],
        earliest=min([reach.earliest, *(row.covers_from + _YEAR for row in known if row.covers_from is not None)]),
        latest=reach.latest,
        budget_seconds=reach.budget_seconds,
        budget_days=reach.budget_days,
        more_years=more_years,
        run_id=run_id,
    )
    execute(transaction, "working_time/write_days")
    execute(transaction, "working_time/write_segments")
