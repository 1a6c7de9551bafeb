"""Invented agents: the same lists give the same results, within shifts and parts of the day; some things go wrong."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest

from guanjia.sample.agents import DILIGENT, HEADERS, Agents, Habits, Line, Result, Shift, results_text
from guanjia.settings import TIME_ZONE
from guanjia.store.tables import datasets

DAY = date(2026, 11, 3)
PARTS = ((1, time(9), time(12)), (2, time(14), time(17)), (3, time(17), time(20)))
NOBODY_ANSWERS = Habits(0.0, 1.0, 0.0, 0.0, 0.0, 0.0, late_list=0.0, lost_list=0.0)


def at(clock: str, day: date = DAY) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), TIME_ZONE)


def lines(number: int = 1, *, tries: int = 1, parts: tuple[int, ...] = (1, 2, 3), left: int = 3) -> list[Line]:
    """A list."""
    return [
        Line(DAY, "A1", place + 1, f"H261103-C{place:04}", tries, parts, at("00:00"), None, left, f"C{place:04}")
        for place in range(number)
    ]


def call(listed: list[Line], habits: Habits = DILIGENT, shifts: tuple[Shift, ...] = ()) -> list[Result]:
    return Agents(1, PARTS, [("OLD", date(2026, 6, 1))], habits).call(listed, {"A1": shifts})


def test_the_same_lists_give_the_same_results_in_any_order() -> None:
    assert call(lines(40)) == call(lines(40)[::-1])
    assert len(call(lines(40))) > 30


@pytest.mark.rule("CB-11")
def test_several_tries_of_a_day_are_hours_apart_and_in_different_parts() -> None:
    results = call(lines(3, tries=3), NOBODY_ANSWERS)
    by_callback: dict[str, list[datetime]] = {}
    for one in results:
        by_callback.setdefault(one.callback_code, []).append(one.attempted_at)
    assert [len(tries) for tries in by_callback.values()] == [3, 3, 3]
    for tries in by_callback.values():
        assert all(second - first >= timedelta(hours=3) for first, second in pairwise(tries))
        assert len({part for one in tries for part, begin, end in PARTS if begin <= one.time() < end}) == 3


def test_nobody_calls_outside_the_shift_or_the_parts_of_the_list() -> None:
    late = Shift(at("14:00"), at("22:00"))
    assert {one.attempted_at.hour for one in call(lines(30), NOBODY_ANSWERS, (late,))} <= {14, 15, 16, 17}
    assert {one.attempted_at.hour for one in call(lines(30, parts=(3,)), NOBODY_ANSWERS, (late,))} <= {17, 18, 19}
    assert call(lines(5, parts=(1,)), NOBODY_ANSWERS, (late,)) == []


def test_a_promise_is_kept_to_the_minute() -> None:
    (line,) = lines()
    promised = Line(**{name: getattr(line, name) for name in line.__slots__} | {"call_at": at("15:00")})
    assert call([*lines(20)[1:], promised], NOBODY_ANSWERS)[-1].attempted_at >= at("09:00")
    assert {one.attempted_at for one in call([promised], NOBODY_ANSWERS)} == {at("15:00")}


def test_who_was_reached_is_not_called_again() -> None:
    agents = Agents(1, PARTS, [], DILIGENT)
    reached = {one.callback_code for one in agents.call(lines(50), {}) if one.outcome == "reached"}
    assert len(reached) > 20
    assert not reached & {one.callback_code for one in agents.call(lines(50), {})}


def test_outcomes_come_about_as_often_as_they_are_said_to() -> None:
    found = Counter(one.outcome for seed in range(6) for one in Agents(seed, PARTS, [], DILIGENT).call(lines(90), {}))
    assert 0.58 < found["reached"] / (6 * 90) < 0.70
    assert found["no_answer"] > found["busy"] > found["wrong_number"]


def test_what_is_written_down_is_the_contracts() -> None:
    table = datasets()["callback_results"]
    wanted = {word for column in table.columns for word in column.info.get("zh", ())}
    assert set(HEADERS) <= wanted
    rows = list(csv.reader(io.StringIO(results_text(call(lines(3))))))
    assert rows[0] == list(HEADERS) and len(rows) > 1


def test_what_is_written_wrong_is_known_to_be() -> None:
    often = Habits(unknown_code=0.2, satisfaction_of_six=0.2, by_leaver=0.2, at_midnight=0.2, two_opinions=0.2)
    found = call(lines(60), often)
    assert {one.slip for one in found} >= {"unknown_code", "satisfaction_of_six", "by_leaver", "at_midnight"}
    assert all(one.satisfaction == 6 for one in found if one.slip == "satisfaction_of_six")
    assert all(one.staff_code == "OLD" for one in found if one.slip == "by_leaver")
