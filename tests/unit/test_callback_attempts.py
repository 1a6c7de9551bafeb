"""The ladder of tries, and what customers said (CB-11)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanjia.domain.attempts import Judgement, Outcome, Standing, Terms, judge_attempt
from guanjia.domain.day_parts import read_parts
from guanjia.pipelines.scheduled_callbacks.conflicts import find_conflicts
from guanjia.pipelines.scheduled_callbacks.reports import Edition, Report
from guanjia.settings import TIME_ZONE

DAY = date(2026, 11, 23)
TERMS = Terms(
    read_parts(("09:00-12:00", "14:00-17:00", "17:00-20:00")), TIME_ZONE, apart=timedelta(hours=3), promises=3
)


def at(hours: int, minutes: int = 0, days: int = 0) -> datetime:
    return datetime(DAY.year, DAY.month, DAY.day, hours, minutes, tzinfo=TIME_ZONE) + timedelta(days=days)


OPEN = Standing(planned_from=at(0), max_attempts=3)


def after(*tries: tuple[Outcome, datetime], standing: Standing = OPEN) -> list[Judgement]:
    found: list[Judgement] = []
    for outcome, instant in tries:
        found.append(judge_attempt(standing, outcome, instant, TERMS))
        standing = found[-1].standing
    return found


@pytest.mark.rule("CB-11")
def test_three_tries_in_different_parts_exhaust_a_callback() -> None:
    found = after(("no_answer", at(9, 30)), ("busy", at(14)), ("no_answer", at(17, 30)))
    assert [each.standing.state for each in found] == ["planned", "planned", "unreached"]
    assert found[-1].standing.closed_reason == "exhausted"


@pytest.mark.rule("CB-11")
@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        (at(11, 30), at(14, 0), "too_soon"),
        (at(9, 0), at(12, 0), "outside_hours"),
        (at(9, 0), at(9, 0, days=1), "same_day_part"),
        (at(14, 0), at(16, 59), "too_soon"),
    ],
)
def test_a_try_against_the_rules_is_kept_and_does_not_count(first: datetime, second: datetime, reason: str) -> None:
    found = after(("no_answer", first), ("no_answer", second))[-1]
    assert (found.is_counted, found.reason, found.standing.attempts) == (False, reason, 1)


def test_what_a_customer_said_holds_whenever_it_was_said() -> None:
    found = judge_attempt(OPEN, "reached", at(12, 30), TERMS, satisfaction=4)
    assert (found.is_counted, found.reason) == (True, "outside_hours")
    assert (found.standing.state, found.standing.satisfaction) == ("reached", 4)


def test_a_customer_who_was_reached_has_no_fault_of_the_ladder_beside_it() -> None:
    busy = after(("busy", at(9, 4)))[-1].standing
    assert judge_attempt(busy, "reached", at(9, 20), TERMS).reason is None
    assert judge_attempt(busy, "no_answer", at(9, 20), TERMS).reason == "too_soon"


@pytest.mark.rule("CB-11")
@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        (("busy", "A1", 1), ("reached", "A1", 2), []),
        (("busy", "A1", 1), ("reached", "A2", 2), ["outcome"]),
        (("refused", "A1", 1), ("reached", "A1", 2), ["outcome"]),
        (("reached", "A1", 1), ("no_answer", "A1", 2), ["outcome"]),
        (("reached", "A1", 1), ("no_answer", "A1", 1), []),
    ],
)
def test_who_rings_again_and_reaches_the_customer_contradicts_nobody(
    first: tuple[Outcome, str, int], second: tuple[Outcome, str, int], found: list[str]
) -> None:
    """A morning's list and the afternoon's, handed in one after the other, of one agent or of two."""
    contents = [
        [
            Edition(
                Report("H1", at(9, minute), staff, outcome, None, None, file, "", False, False),
                1,
                is_new=True,
                day_part=1,
            )
        ]
        for minute, (outcome, staff, file) in ((4, first), (20, second))
    ]
    assert [pair.kind for pair, _later in find_conflicts(contents, lambda _report: TERMS)] == found


def test_an_attempt_before_the_plan_changes_nothing() -> None:
    found = judge_attempt(OPEN, "reached", at(10, days=-1), TERMS, satisfaction=1)
    assert (found.is_counted, found.reason, found.standing) == (False, "before_plan", OPEN)


def test_a_conversation_counts_after_the_callback_was_given_up_but_not_after_it_was_cancelled() -> None:
    given_up = after(("no_answer", at(9)), ("no_answer", at(14)), ("no_answer", at(17)))[-1].standing
    assert judge_attempt(given_up, "reached", at(9, days=1), TERMS).standing.state == "reached"
    assert judge_attempt(given_up, "no_answer", at(9, days=1), TERMS).reason == "after_close"
    reopened = Standing(at(0), 3, state="cancelled", closed_reason="reopened", closed_at=at(8))
    assert judge_attempt(reopened, "reached", at(9), TERMS).reason == "after_close"


def test_another_time_is_kept_and_no_try_until_it_was_asked_for_too_often() -> None:
    standing = OPEN
    for n in range(3):
        found = judge_attempt(standing, "call_later", at(9, days=n), TERMS, call_later_at=at(15, days=n))
        standing = found.standing
        assert (standing.attempts, standing.promised_at, standing.next_from) == (0, at(15, days=n), at(15, days=n))
    found = judge_attempt(standing, "call_later", at(15, days=3), TERMS, call_later_at=at(15, days=4))
    assert found.standing.attempts == 1


@pytest.mark.rule("CB-11")
@given(
    tries=st.lists(st.tuples(st.sampled_from(get_args(Outcome)), st.integers(0, 10 * 1440)), max_size=12),
    most=st.integers(1, 5),
)
def test_counted_tries_always_keep_the_rules(tries: list[tuple[Outcome, int]], most: int) -> None:
    standing = Standing(at(0), most)
    counted: list[tuple[datetime, int | None]] = []
    for outcome, minute in sorted(tries, key=lambda each: each[1]):
        instant = at(0) + timedelta(minutes=minute)
        found = judge_attempt(standing, outcome, instant, TERMS)
        if found.standing.attempts > standing.attempts:
            counted.append((instant, found.day_part))
        standing = found.standing
    assert len(counted) == standing.attempts <= most
    assert all(part is not None for _instant, part in counted)
    assert all(b[0] - a[0] >= TERMS.apart for a, b in pairwise(counted))
    for start in range(0, len(counted), 3):
        one_round = [part for _instant, part in counted[start : start + 3]]
        assert len(set(one_round)) == len(one_round)
    assert (standing.state == "planned") == (standing.closed_at is None)
