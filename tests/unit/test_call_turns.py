"""When waiting calls' turns come, and in which parts of a day a call can be made (CB-04, CB-11)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanjia.domain.call_sharing import Way
from guanjia.domain.call_turns import WaitingCall, reckon_turns
from guanjia.domain.call_ways import DayTerms, DayWays, Turn, promised_part, way_of
from guanjia.domain.day_parts import open_parts, read_parts
from guanjia.settings import TIME_ZONE

DAY = date(2026, 11, 20)
PARTS = read_parts(["09:00-12:00", "14:00-17:00", "17:00-20:00"])
TERMS = DayTerms(DAY, PARTS, TIME_ZONE, timedelta(hours=3), timedelta(minutes=30))


def clock(hours: float, days: int = 0) -> datetime:
    return datetime(2026, 11, 20, tzinfo=TIME_ZONE) + timedelta(days=days, hours=hours)


@pytest.mark.rule("CB-11")
@pytest.mark.parametrize(
    ("turn", "mask", "expected"),
    [
        (Turn(clock(7), frozenset(), 3, is_last_day=False), 7, Way(1, (1, 2, 3))),
        (Turn(clock(7), frozenset(), 3, is_last_day=True), 7, Way(3, (1, 2, 3))),
        (Turn(clock(7), frozenset(), 3, is_last_day=True), 3, Way(2, (1, 2))),
        (Turn(clock(7), frozenset({1}), 2, is_last_day=True), 7, Way(2, (2, 3))),
        (Turn(clock(7), frozenset({1}), 2, is_last_day=True), 1, None),
        (Turn(clock(7), frozenset({1, 2, 3}), 2, is_last_day=True), 7, Way(2, (1, 2))),
        (Turn(clock(7), frozenset(), 1, is_last_day=True), 6, Way(1, (2, 3))),
        (Turn(clock(15), frozenset(), 3, is_last_day=True), 7, Way(2, (2, 3))),
        (Turn(clock(16), frozenset(), 3, is_last_day=True), 7, Way(2, (2, 3))),
        (Turn(clock(16.75), frozenset(), 3, is_last_day=True), 7, Way(1, (3,))),
        (Turn(clock(19.75), frozenset(), 3, is_last_day=True), 7, None),
        (Turn(clock(10), frozenset({1}), 2, is_last_day=True, promised_at=clock(10)), 7, Way(2, (1, 2))),
        (Turn(clock(10), frozenset({1}), 2, is_last_day=False, promised_at=clock(10)), 7, Way(1, (1,))),
        (Turn(clock(10), frozenset({1}), 2, is_last_day=True, promised_at=clock(10)), 6, None),
    ],
)
def test_a_day_offers_parts_not_tried_and_its_last_one_the_whole_ladder(
    turn: Turn, mask: int, expected: Way | None
) -> None:
    assert way_of(turn, mask, TERMS) == expected


@pytest.mark.rule("CB-11")
def test_a_promise_is_kept_as_long_as_enough_of_its_part_is_left() -> None:
    assert promised_part(clock(11.75), clock(7), TERMS) == PARTS[0]
    assert promised_part(clock(10), clock(11.5), TERMS) == PARTS[0]
    assert promised_part(clock(10), clock(11.75), TERMS) is None
    assert promised_part(clock(12.5), clock(7), TERMS) is None
    assert promised_part(clock(10, days=1), clock(7), TERMS) is None


@pytest.mark.rule("CB-11")
@given(
    st.floats(0, 24),
    st.frozensets(st.integers(1, 3)),
    st.integers(1, 4),
    st.booleans(),
    st.integers(1, 7),
    st.integers(1, 7),
)
def test_tries_of_a_day_fall_into_parts_not_tried_some_hours_apart_within_the_agents_hours(
    hours: float, used: frozenset[int], left: int, is_last_day: bool, mask: int, more: int
) -> None:
    turn = Turn(clock(hours), used, left, is_last_day)
    way = way_of(turn, mask, TERMS)
    wider = way_of(turn, mask | more, TERMS)

    if way is None:
        return
    assert wider is not None
    assert way.tries <= wider.tries, "who is there longer can try as often"
    assert way.tries <= left
    assert set(way.parts) <= {part.number for part in open_parts(used, PARTS)}
    assert all(mask & 1 << number - 1 for number in way.parts)
    assert list(way.parts) == sorted(set(way.parts))
    earliest = turn.earliest
    for number in way.parts if way.tries > 1 else way.parts[:1]:
        earliest = max(PARTS[number - 1].opens(DAY, TIME_ZONE), earliest)
        assert earliest + TERMS.least <= PARTS[number - 1].closes(DAY, TIME_ZONE)
        earliest += TERMS.apart
    assert DayWays(TERMS, {mask}).ways(turn) == {mask: way}


@pytest.mark.rule("CB-04")
@given(
    st.lists(st.tuples(st.sampled_from(["001", "002"]), st.integers(1, 6)), max_size=30),
    st.dictionaries(st.tuples(st.sampled_from(["001", "002", ""]), st.integers(1, 6)), st.integers(0, 4)),
)
def test_turns_never_take_more_than_the_room_and_never_wait_while_there_is_room(
    asked: list[tuple[str, int]], given_rooms: dict[tuple[str, int], int]
) -> None:
    rooms = {(group, DAY + timedelta(days=n)): calls for (group, n), calls in given_rooms.items()}
    doors = {scope: [(DAY + timedelta(days=n), [scope, ""]) for n in range(1, 7)] for scope in ("001", "002")}
    calls = [WaitingCall(f"H{i}", scope, DAY + timedelta(days=n)) for i, (scope, n) in enumerate(asked)]
    left = dict(rooms)

    turns = reckon_turns(calls, doors, left)

    assert all(calls_left >= 0 for calls_left in left.values())
    assert sum(rooms.values()) - sum(left.values()) == sum(day is not None for day in turns.values())
    for call in calls:
        turn = turns[call.code]
        assert turn is None or turn >= call.first_day
        for day, groups in doors[call.scope]:
            if call.first_day <= day and (turn is None or day < turn):
                assert not any(left.get((group, day), 0) for group in groups)
