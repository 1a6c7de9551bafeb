"""Sharing out calls: room, hours and evenness hold for any day (CB-04, CB-11)."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanjia.domain.call_levelling import level_loads
from guanjia.domain.call_sharing import Call, Desk, Seat, Way, Ways, share_calls
from guanjia.settings import TIME_ZONE

NINE = datetime(2026, 11, 20, 9, tzinfo=TIME_ZONE)
ALL_DAY = ((NINE, NINE + timedelta(hours=11)),)
MASKS = range(1, 8)


def ways(allowed: int, tries: int = 1) -> Ways:
    """How agents of any hours can make a call in the parts allowed."""
    found = {}
    for mask in MASKS:
        parts = tuple(n for n in (1, 2, 3) if mask & allowed & (1 << (n - 1)))
        if parts:
            found[mask] = Way(1, parts) if min(tries, len(parts)) == 1 else Way(min(tries, len(parts)), parts[:tries])
    return found


KINDS = {(allowed, tries): ways(allowed, tries) for allowed in MASKS for tries in (1, 2, 3)}


def loads(seats: Sequence[Seat]) -> dict[str, int]:
    return dict(sorted(Counter(seat.staff_code for seat in seats).items()))


def plain(n: int, familiar: Sequence[str | None] = ()) -> list[Call]:
    known = [*familiar, *[None] * n]
    return [Call(f"H{i:04d}", KINDS[7, 1], familiar=known[i]) for i in range(n)]


@pytest.mark.rule("CB-04")
def test_the_agent_the_customer_knows_comes_first_as_far_as_loads_stay_even() -> None:
    seats = share_calls(plain(11, ["A"] * 8 + ["B"] * 3), [Desk(code, 7, 40) for code in "ABC"])

    assert loads(seats) == {"A": 4, "B": 4, "C": 3}
    assert Counter((seat.staff_code, seat.why) for seat in seats) == {
        ("A", "familiar"): 4,
        ("B", "familiar"): 3,
        ("B", "even"): 1,
        ("C", "even"): 3,
    }


@pytest.mark.rule("CB-11")
def test_a_promise_goes_to_who_made_it_if_there_at_that_time_else_to_whom_the_customer_knows() -> None:
    morning = ((NINE, NINE + timedelta(hours=3)),)
    desks = [Desk("A", 1, 40, shifts=morning), Desk("B", 7, 40, shifts=ALL_DAY), Desk("C", 7, 40, shifts=ALL_DAY)]
    six, ten = NINE + timedelta(hours=9), NINE + timedelta(hours=1)
    calls = [
        Call("H1", KINDS[1, 1], ten, promiser="A", familiar="B"),
        Call("H2", KINDS[4, 1], six, promiser="A", familiar="C"),
        Call("H3", KINDS[4, 1], six, promiser="A"),
        Call("H4", KINDS[4, 1], NINE + timedelta(hours=12), promiser="B"),
    ]

    seats = share_calls(calls, desks)

    assert [(seat.call.code, seat.staff_code, seat.why) for seat in seats] == [
        ("H1", "A", "promised"),
        ("H2", "C", "familiar"),
        ("H3", "B", "even"),
    ]


@pytest.mark.rule("CB-11")
def test_a_last_day_goes_to_who_can_make_most_tries_and_shrinks_to_the_room_left() -> None:
    calls = [Call("H1", KINDS[7, 3], familiar="A"), Call("H2", KINDS[7, 3]), *plain(2)]

    assert [
        (seat.call.code, seat.staff_code, seat.way) for seat in share_calls(calls, [Desk("A", 1, 1), Desk("B", 7, 6)])
    ] == [
        ("H1", "B", Way(3, (1, 2, 3))),
        ("H2", "B", Way(3, (1, 2, 3))),
        ("H0000", "A", Way(1, (1,))),
    ]
    # Each of those whose window ends gets a try before one gets a second.
    assert [(seat.call.code, seat.way) for seat in share_calls(calls, [Desk("B", 7, 3)])] == [
        ("H1", Way(2, (1, 2))),
        ("H2", Way(1, (1, 2, 3))),
    ]


@pytest.mark.rule("CB-04")
def test_what_comes_first_is_not_crowded_out_by_what_somebody_knows() -> None:
    seats = share_calls(plain(5, [None, None, None, "A", "A"]), [Desk("A", 7, 2), Desk("B", 7, 1)])

    assert sorted(seat.call.code for seat in seats) == ["H0000", "H0001", "H0002"]


@pytest.mark.rule("CB-04")
def test_of_agents_alike_the_first_gets_the_odd_call() -> None:
    assert loads(share_calls(plain(3), [Desk(code, 7, 40) for code in "CAB"])) == {"A": 1, "B": 1, "C": 1}
    assert loads(share_calls(plain(4), [Desk(code, 7, 40) for code in "CAB"])) == {"A": 1, "B": 1, "C": 2}


@pytest.mark.rule("CB-04")
def test_calls_that_fit_few_do_not_leave_others_with_two_more() -> None:
    """Two days of the simulated year: last days with two tries, some of which only the later shift can make twice."""
    early, late = 3, 6
    calls = [
        *(Call(f"L{n}", KINDS[6, 2]) for n in range(2)),
        *(Call(f"K{n}", KINDS[7, 2], familiar="B") for n in range(7)),
        Call("K7", KINDS[7, 2], familiar="A"),
        *(Call(f"N{n}", KINDS[7, 1], familiar="A") for n in range(3)),
    ]

    seats = share_calls(calls, [Desk("A", early, 40), Desk("B", late, 40)])
    evenings = [Call(f"E{n}", KINDS[4, 1]) for n in range(6)]
    by_way_of_b = share_calls(
        [*(Call(f"M{n}", KINDS[1, 1]) for n in range(4)), *evenings],
        [Desk("A", 1, 40), Desk("B", 7, 40), Desk("C", 4, 40)],
    )

    assert loads(by_way_of_b) == {"A": 3, "B": 4, "C": 3} or loads(by_way_of_b) == {"A": 3, "B": 3, "C": 4}
    assert loads(seats) == {"A": 6, "B": 7}
    assert {seat.staff_code for seat in seats if seat.call.code.startswith("L")} == {"B"}
    assert all(seat.way.tries == 2 for seat in seats if not seat.call.code.startswith("N"))
    assert sum(seat.why == "familiar" for seat in seats) == 9, "as many as loads allow stay with whom they know"


@pytest.mark.rule("CB-04")
def test_loads_are_made_even_by_way_of_others() -> None:
    """The worked example: A gives B a call for the morning, B gives C one for the evening; who is known moves last."""
    desks = {code: Desk(code, mask, 40, load) for code, mask, load in (("A", 1, 4), ("B", 7, 3), ("C", 4, 2))}
    calls = [Call(f"H{n}", KINDS[1 if n < 5 else 4, 1], familiar="A" if n == 3 else None) for n in range(9)]
    held = {
        call.code: Seat(call, code, call.ways[desks[code].mask], "even")
        for call, code in zip(calls, "AAAABBBCC", strict=True)
    }

    level_loads(desks, held)

    assert loads(list(held.values())) == {"A": 3, "B": 3, "C": 3}
    assert held["H3"].staff_code == "A"
    assert {code: desk.load for code, desk in desks.items()} == {"A": 3, "B": 3, "C": 3}


desks_of_a_day = st.lists(
    st.tuples(st.sampled_from([7, 7, 7, 3, 6, 1, 4]), st.integers(1, 12)), min_size=1, max_size=8
).map(lambda found: [Desk(f"A{i}", mask, room) for i, (mask, room) in enumerate(found)])


def _calls(found: Sequence[tuple[tuple[int, int], int]]) -> list[Call]:
    return [
        Call(f"H{i:04d}", KINDS[kind], familiar=f"A{known}" if known < 8 else None)
        for i, (kind, known) in enumerate(found)
    ]


calls_of_a_day = st.lists(st.tuples(st.sampled_from(sorted(KINDS)), st.integers(0, 9)), min_size=0, max_size=60).map(
    _calls
)


@pytest.mark.rule("CB-04")
@given(calls_of_a_day, desks_of_a_day)
def test_room_and_hours_always_hold_and_no_try_is_left_where_somebody_waits(
    calls: list[Call], desks: list[Desk]
) -> None:
    capacity = {desk.staff_code: desk.room for desk in desks}
    masks = {desk.staff_code: desk.mask for desk in desks}

    seats = share_calls(calls, desks)

    assert len({seat.call.code for seat in seats}) == len(seats)
    reserved: Counter[str] = Counter()
    for seat in seats:
        reserved[seat.staff_code] += seat.way.tries
        whole = seat.call.ways[masks[seat.staff_code]]
        assert set(seat.way.parts) <= set(whole.parts)
        assert 1 <= seat.way.tries <= whole.tries
        assert seat.way.tries == 1 or len(seat.way.parts) == seat.way.tries
        assert seat.why == "even" or seat.staff_code == seat.call.familiar
    assert all(reserved[code] <= capacity[code] for code in capacity)
    free = {masks[code] for code in capacity if reserved[code] < capacity[code]}
    placed = {seat.call.code for seat in seats}
    assert all(free.isdisjoint(call.ways) for call in calls if call.code not in placed)


@pytest.mark.rule("CB-04")
@given(calls_of_a_day, desks_of_a_day, st.lists(st.integers(0, 3), min_size=8, max_size=8))
def test_loads_of_agents_who_are_there_all_day_differ_by_at_most_one(
    calls: list[Call], desks: list[Desk], begun: list[int]
) -> None:
    for desk in desks:
        desk.room = 1000

    seats = share_calls(calls, desks)

    assert len(seats) == len([call for call in calls if any(desk.mask in call.ways for desk in desks)])
    all_day = [desk.load for desk in desks if desk.mask == 7]
    assert max(all_day, default=0) - min(all_day, default=0) <= 1
    # Whoever has begun with more gets less: pouring goes on from the lowest.
    again = [Desk(desk.staff_code, 7, 1000, load) for desk, load in zip(desks, begun, strict=False)]
    before = [desk.load for desk in again]
    share_calls(calls, again)
    for desk, load in zip(again, before, strict=True):
        assert desk.load == load or desk.load <= min(each.load for each in again) + 1


@given(calls_of_a_day, desks_of_a_day)
def test_the_same_day_is_shared_the_same_way(calls: list[Call], desks: list[Desk]) -> None:
    again = [Desk(desk.staff_code, desk.mask, desk.room) for desk in desks]

    assert share_calls(calls, desks) == share_calls(calls, again)


promised_calls = st.lists(st.tuples(st.integers(9, 19), st.integers(0, 9)), max_size=6).map(
    lambda found: [
        Call(
            f"P{i}",
            KINDS[1 << (0 if hour < 12 else 1 if hour < 17 else 2), 1],
            NINE + timedelta(hours=hour - 9),
            promiser=f"A{who}",
        )
        for i, (hour, who) in enumerate(found)
        if hour < 12 or hour >= 14
    ]
)


@pytest.mark.rule("CB-04", "CB-11")
@given(calls_of_a_day, promised_calls, desks_of_a_day, st.lists(st.integers(0, 3), min_size=8, max_size=8))
def test_nobody_has_two_more_than_a_colleague_who_could_take_one(
    calls: list[Call], promised: list[Call], desks: list[Desk], begun: list[int]
) -> None:
    """Whatever the hours, the room and what was listed before."""
    for desk, load in zip(desks, begun, strict=False):
        desk.load, desk.shifts = load, ALL_DAY
    room = {desk.staff_code: desk.room for desk in desks}

    seats = share_calls([*promised, *calls], desks)

    added = loads(seats)
    for desk, load in zip(desks, begun, strict=False):
        assert desk.load == load + added.get(desk.staff_code, 0)
        tries = sum(seat.way.tries for seat in seats if seat.staff_code == desk.staff_code)
        assert desk.room == room[desk.staff_code] - tries
    for seat in seats:
        if seat.call.call_at is not None:
            assert seat.why == ("promised" if seat.staff_code == seat.call.promiser else "even")
        else:
            assert (seat.why == "familiar") <= (seat.staff_code == seat.call.familiar)
    _assert_none_could_go_on(seats, desks)


def _assert_none_could_go_on(seats: Sequence[Seat], desks: Sequence[Desk]) -> None:
    load = {desk.staff_code: desk.load for desk in desks}
    for seat in seats:
        for other in desks if seat.call.call_at is None else ():
            way = seat.call.ways.get(other.mask)
            could = way is not None and way.tries >= seat.way.tries and other.room >= seat.way.tries
            assert not (could and load[seat.staff_code] - other.load >= 2), (seat, other)


@pytest.mark.rule("CB-04")
def test_days_on_which_most_calls_fit_few_end_as_even() -> None:
    """Without passing calls on, two in a hundred of such days are uneven."""
    chance = random.Random(20260831)
    for _day in range(400):
        kinds = chance.sample([(1, 1), (4, 1), (7, 1), (6, 2), (3, 2), (7, 2)], chance.choice([2, 3]))
        calls = _calls([(chance.choice(kinds), chance.randrange(10)) for _number in range(chance.randrange(4, 40))])
        masks = chance.choices([7, 3, 6, 1, 4], k=chance.randrange(2, 5))
        desks = [Desk(f"A{n}", mask, 120, chance.randrange(4)) for n, mask in enumerate(masks)]

        _assert_none_could_go_on(share_calls(calls, desks), desks)


@pytest.mark.rule("CB-04")
@given(
    st.lists(st.tuples(st.integers(1, 7), st.integers(0, 4)), max_size=5),
    st.lists(st.tuples(st.sampled_from([7, 3, 6, 1, 2, 4]), st.integers(0, 2)), min_size=1, max_size=3),
)
def test_no_other_way_to_share_out_a_days_calls_is_more_even(
    wanted: list[tuple[int, int]], there: list[tuple[int, int]]
) -> None:
    """Every way there is, tried out: the squares of the loads add up to the least."""
    calls = [Call(f"H{n}", KINDS[allowed, 1], familiar=f"A{known}") for n, (allowed, known) in enumerate(wanted)]
    desks = [Desk(f"A{n}", mask, 40, load) for n, (mask, load) in enumerate(there)]
    fitting = [
        [n for n, (mask, _load) in enumerate(there) if mask in call.ways]
        for call in calls
        if any(mask in call.ways for mask, _load in there)
    ]
    best = min(_squares(there, chosen) for chosen in itertools.product(*fitting))

    share_calls(calls, desks)

    assert sum(desk.load**2 for desk in desks) == best


def _squares(there: Sequence[tuple[int, int]], chosen: Iterable[int]) -> int:
    more: Mapping[int, int] = Counter(chosen)
    return sum((load + more.get(n, 0)) ** 2 for n, (_mask, load) in enumerate(there))
