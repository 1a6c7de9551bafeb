"""What a reported attempt at a callback comes to (CB-11): a ladder of tries, and facts that always hold.

Nobody answering counts as a try only when it kept the rules: inside calling hours, some hours after the last one that
counted, in a part of the day not tried before, not beyond the last try. What a customer said (reached, refused, wrong
number, another time) holds whenever it was said; a call outside the rules is remarked, not undone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from typing import Final, Literal

from guanjia.domain.day_parts import DayPart, part_at

Outcome = Literal["reached", "no_answer", "busy", "wrong_number", "refused", "call_later"]
State = Literal["planned", "reached", "unreached", "refused", "cancelled"]
Reason = Literal["before_plan", "after_close", "too_soon", "same_day_part", "outside_hours", "too_many"]

REVIVABLE: Final = frozenset({"satisfied", "window_missed", "exhausted", "wrong_number"})
"""Reasons for which a callback was closed without anybody having spoken of it: a conversation still counts."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a callback's ladder goes by.

    Attributes:
        parts: parts of the day in which is called.
        zone: their zone.
        apart: time between two tries at least.
        promises: times a customer may ask for another time before that counts as a try.
    """

    parts: Sequence[DayPart]
    zone: tzinfo
    apart: timedelta
    promises: int


@dataclass(frozen=True, slots=True)
class Standing:
    """A callback as far as its attempts go.

    Attributes:
        planned_from: first instant of the day it was planned; aware.
        max_attempts: tries before it is given up.
        state: of the callback.
        closed_reason: why it was closed; None: open, or closed by what the customer said.
        closed_at: instant it was closed; None: open.
        attempts: tries that count so far.
        used: numbers of the day parts tried in this round.
        last_counted_at: instant of the last try that counts.
        next_from: earliest instant of the next try.
        promises: times the customer asked for another time.
        promised_at: instant asked for last; None: none.
        satisfaction: said when the customer was reached first.
        goes_on: it is made by mail or by hand when the number proves wrong, as service callbacks are.
    """

    planned_from: datetime
    max_attempts: int
    state: State = "planned"
    closed_reason: str | None = None
    closed_at: datetime | None = None
    attempts: int = 0
    used: frozenset[int] = frozenset()
    last_counted_at: datetime | None = None
    next_from: datetime | None = None
    promises: int = 0
    promised_at: datetime | None = None
    satisfaction: int | None = None
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one attempt came to.

    Attributes:
        standing: the callback after it.
        is_counted: it counts: as a try, or as something the customer said.
        reason: what was not as it should be; None: nothing.
        day_part: number of the part it lies in; None: outside calling hours.
    """

    standing: Standing
    is_counted: bool
    reason: Reason | None
    day_part: int | None


def judge_attempt(
    standing: Standing,
    outcome: Outcome,
    attempted_at: datetime,
    terms: Terms,
    *,
    call_later_at: datetime | None = None,
    satisfaction: int | None = None,
    is_calling_day: bool = True,
) -> Judgement:
    """Judge one attempt; several are judged in the order in which they were made.

    Args:
        standing: the callback before it.
        outcome: how it went.
        attempted_at: aware instant.
        terms: what the ladder goes by.
        call_later_at: instant the customer asked for; aware.
        satisfaction: 1 to 5; counts only when the customer was reached.
        is_calling_day: customers are called on its day; on others the whole day lies outside calling hours.

    Returns:
        The callback after it, whether it counts, and what was not as it should be.
    """
    part = part_at(attempted_at, terms.parts, terms.zone) if is_calling_day else None
    number = part.number if part else None
    if attempted_at < standing.planned_from:
        return Judgement(standing, is_counted=False, reason="before_plan", day_part=number)
    if standing.state != "planned" and not (outcome == "reached" and standing.closed_reason in REVIVABLE):
        return Judgement(standing, is_counted=False, reason="after_close", day_part=number)
    fault = _fault(standing, attempted_at, number, terms)
    remark: Reason | None = "outside_hours" if number is None else None  # of a fact; the ladder's rules are of tries
    if outcome == "wrong_number" and standing.goes_on:
        kept = replace(standing, promised_at=None, next_from=None)
        return Judgement(kept, is_counted=True, reason=remark, day_part=number)
    if outcome in ("reached", "refused", "wrong_number"):
        return Judgement(
            _close(standing, outcome, attempted_at, satisfaction), is_counted=True, reason=remark, day_part=number
        )
    if outcome == "call_later" and call_later_at is not None and standing.promises < terms.promises:
        kept = replace(standing, promises=standing.promises + 1, promised_at=call_later_at, next_from=call_later_at)
        return Judgement(kept, is_counted=True, reason=remark, day_part=number)
    waits = replace(
        standing,
        next_from=max(attempted_at + terms.apart, standing.next_from or attempted_at),
        promised_at=_still_promised(standing, attempted_at),
    )
    if fault is not None:
        return Judgement(waits, is_counted=False, reason=fault, day_part=number)
    return Judgement(_count(waits, attempted_at, number, terms), is_counted=True, reason=None, day_part=number)


def _fault(standing: Standing, attempted_at: datetime, number: int | None, terms: Terms) -> Reason | None:
    is_promised = standing.promised_at is not None and attempted_at >= standing.promised_at
    if number is None:
        return "outside_hours"
    if standing.attempts >= standing.max_attempts:
        return "too_many"
    if standing.last_counted_at is not None and attempted_at < standing.last_counted_at + terms.apart:
        return "too_soon"
    if number in standing.used and len(standing.used) < len(terms.parts) and not is_promised:
        return "same_day_part"
    return None


def _still_promised(standing: Standing, attempted_at: datetime) -> datetime | None:
    """A promise is kept by the first call at or after its time."""
    is_kept = standing.promised_at is not None and attempted_at >= standing.promised_at
    return None if is_kept else standing.promised_at


def _close(standing: Standing, outcome: Outcome, attempted_at: datetime, satisfaction: int | None) -> Standing:
    state: State = "unreached"
    if outcome == "reached":
        state = "reached"
    elif outcome == "refused":
        state = "refused"
    return replace(
        standing,
        state=state,
        closed_reason="wrong_number" if outcome == "wrong_number" else None,
        closed_at=attempted_at,
        satisfaction=satisfaction if outcome == "reached" else None,
        promised_at=None,
        next_from=None,
    )


def _count(standing: Standing, attempted_at: datetime, number: int | None, terms: Terms) -> Standing:
    """One try more; a new round of day parts when all were tried; given up after the last."""
    used = standing.used if len(standing.used) < len(terms.parts) else frozenset()
    counted = replace(
        standing,
        attempts=standing.attempts + 1,
        used=used | ({number} if number is not None else set()),
        last_counted_at=attempted_at,
    )
    if counted.attempts < counted.max_attempts:
        return counted
    return replace(
        counted,
        state="unreached",
        closed_reason="exhausted",
        closed_at=attempted_at,
        next_from=None,
        promised_at=None,
    )
