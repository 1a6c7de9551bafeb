"""Chance and dates of the sample: exact, even, and the same on every machine."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from guanjia.sample import dates
from guanjia.sample.draws import Draw, Weighted, split

DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))


def test_a_stream_is_known_by_its_path_and_is_the_same_everywhere() -> None:
    draw = Draw(1, "cases", "001")
    assert [draw.between(0, 999_999) for _ in range(4)] == [534_446, 320_916, 457_253, 961_573]
    assert Draw(1, "cases", "002").between(0, 999_999) != 534_446


@given(st.integers(0, 10_000), st.lists(st.integers(1, 1_000), min_size=1, max_size=50))
def test_shares_add_up_to_the_total_and_are_near_the_exact_ones(total: int, weights: list[int]) -> None:
    shares = split(total, weights)
    assert sum(shares) == total
    assert all(abs(share - total * weight / sum(weights)) < 1 for share, weight in zip(shares, weights, strict=True))


def test_counts_have_the_mean_asked_for() -> None:
    draw = Draw(7)
    for mean in (0.1, 1.0, 9.5):
        drawn = [draw.count(mean) for _ in range(4_000)]
        assert abs(sum(drawn) / len(drawn) - mean) < 0.1 * mean + 0.02


def test_weights_decide_how_often_a_thing_is_drawn() -> None:
    draw, table = Draw(3), Weighted({"often": 90, "seldom": 10})
    drawn = Counter(draw.of(table) for _ in range(5_000))
    assert 400 < drawn["seldom"] < 600


def test_bands_keep_their_ends_and_shares() -> None:
    draw = Draw(5)
    drawn = [draw.within(((0.5, 1, 2), (1.0, 10, 12))) for _ in range(2_000)]
    assert set(drawn) == {1, 2, 10, 11, 12}
    assert 900 < sum(number < 3 for number in drawn) < 1_100


def test_some_are_different_things_and_never_more_than_there_are() -> None:
    draw = Draw(9)
    assert sorted(draw.some(range(5), 9)) == [0, 1, 2, 3, 4]
    assert len(set(draw.some(range(100), 10))) == 10


@given(DAYS)
def test_days_months_and_weekdays_are_the_calendars(on: date) -> None:
    day = on.toordinal()
    month = dates.month_of(day)
    assert dates.day_text(day) == on.isoformat()
    assert dates.weekday(day) == on.weekday()
    assert date.fromordinal(dates.month_start(month)) == on.replace(day=1)
    assert date.fromordinal(dates.month_end(month)).month == on.month
    assert (date.fromordinal(dates.month_end(month)) + timedelta(1)).day == 1


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001 (local clock by definition)
def test_minutes_are_written_as_the_local_clock_shows_them(at: datetime) -> None:
    assert dates.minute_text(dates.minute_of(at)) == f"{at:%Y-%m-%d %H:%M}"
    assert dates.second_text(dates.minute_of(at) * 60 + at.second) == f"{at:%Y-%m-%d %H:%M:%S}"
