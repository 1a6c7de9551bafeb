"""Calls at the switch.

Assumptions: every case by telephone has its call; as many again are questions that open no case; one call in sixteen
is given up in the queue. Agents call customers out about twice for every three cases, most of them are reached.
"""

from __future__ import annotations

from guanjia.sample.case_life import HOUR, Case
from guanjia.sample.cases import BY_TELEPHONE
from guanjia.sample.dates import SECONDS_A_MINUTE, Day, Minute, Second, at, second_text, short_day
from guanjia.sample.draws import Bands, Draw
from guanjia.sample.model import Emit, Place, Row, Unit, code_of, yes_no

BEFORE_OPENING: Bands = ((0.7, 20, 100), (1.0, 101, 240))
AFTER_OPENING: Bands = ((0.7, 40, 200), (1.0, 201, 500))
TALK: Bands = ((0.6, 25, 120), (0.95, 121, 360), (1.0, 361, 900))
RING_IN_VAIN: Bands = ((1.0, 20, 45),)
QUEUE: Bands = ((0.6, 1, 12), (0.9, 13, 40), (1.0, 41, 150))
QUEUE_GIVEN_UP: Bands = ((1.0, 25, 240),)
"""Seconds."""

QUESTIONS_A_UNIT_AND_DAY = 0.07 / 30
GIVEN_UP_SHARE = 0.06
OUTBOUND_A_UNIT_AND_DAY = 0.08 / 30
REACHED_SHARE = 0.78
KNOWN_CALLER_SHARE = 0.6
INBOUND_HOURS: Bands = (
    (0.04, 0, 7 * HOUR + 59),
    (0.5, 8 * HOUR, 12 * HOUR),
    (0.85, 12 * HOUR + 1, 18 * HOUR),
    (1.0, 18 * HOUR + 1, 23 * HOUR + 59),
)
OUTBOUND_HOURS: Bands = (
    (0.45, 9 * HOUR, 11 * HOUR + 30),
    (0.85, 14 * HOUR, 16 * HOUR + 30),
    (1.0, 17 * HOUR, 19 * HOUR + 30),
)

Call = tuple[Second, Second, str, str, str | None, str | None, int | None, str]
"""Start, end, direction, staff code, customer code, case code, seconds queued, answered."""


def emit(place: Place, cases: list[Case], emit_rows: Emit) -> None:
    """All calls of a community in the order they began."""
    draw = place.draw("calls")
    found = [_call_of_case(place, case, draw) for case in cases if case.channel == BY_TELEPHONE]
    residents = [unit for unit in place.units if unit.is_lived_in]
    for day in range(place.history.first, place.history.last + 1):
        for _ in range(draw.count(len(residents) * QUESTIONS_A_UNIT_AND_DAY)):
            found.append(_question(place, at(day, draw.within(INBOUND_HOURS)), _customer(residents, day, draw), draw))
        for _ in range(draw.count(len(residents) * OUTBOUND_A_UNIT_AND_DAY)):
            found.append(_outbound(place, at(day, draw.within(OUTBOUND_HOURS)), _customer(residents, day, draw), draw))
    ended = sorted((call for call in found if call[1] <= place.history.until_second), key=lambda call: call[:2])
    emit_rows("calls", _rows(place, ended))


def _rows(place: Place, calls: list[Call]) -> list[Row]:
    rows: list[Row] = []
    today, number = 0, 0
    for started, ended, *rest in calls:
        day = started // (SECONDS_A_MINUTE * 24 * HOUR)
        today, number = day, number + 1 if day == today else 1
        rows.append((f"TEL{place.code}-{short_day(day)}-{number:04}", second_text(started), second_text(ended), *rest))
    return rows


def _customer(units: list[Unit], day: Day, draw: Draw) -> str | None:
    resident = draw.pick(units).resident_on(day) if units else None
    return code_of(resident)


def _call_of_case(place: Place, case: Case, draw: Draw) -> Call:
    agent = place.desk_at(case.opened, draw)
    opened = case.opened * SECONDS_A_MINUTE
    started, ended = opened - draw.within(BEFORE_OPENING), opened + draw.within(AFTER_OPENING)
    return (started, ended, "in", agent.code, case.customer_code, case.code, draw.within(QUEUE), yes_no(True))


def _question(place: Place, minute: Minute, customer_code: str | None, draw: Draw) -> Call:
    agent = place.desk_at(minute, draw)
    started = minute * SECONDS_A_MINUTE + draw.between(0, SECONDS_A_MINUTE - 1)
    caller = customer_code if draw.chance(KNOWN_CALLER_SHARE) else None
    if draw.chance(GIVEN_UP_SHARE):
        queued = draw.within(QUEUE_GIVEN_UP)
        return (started, started + queued, "in", agent.code, caller, None, queued, yes_no(False))
    queued = draw.within(QUEUE)
    return (started, started + queued + draw.within(TALK), "in", agent.code, caller, None, queued, yes_no(True))


def _outbound(place: Place, minute: Minute, customer_code: str | None, draw: Draw) -> Call:
    agent = place.desk_at(minute, draw)
    started = minute * SECONDS_A_MINUTE + draw.between(0, SECONDS_A_MINUTE - 1)
    is_reached = draw.chance(REACHED_SHARE)
    lasted = draw.within(TALK if is_reached else RING_IN_VAIN)
    return (started, started + lasted, "out", agent.code, customer_code, None, None, yes_no(is_reached))
