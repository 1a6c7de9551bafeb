"""Any found things and keys, looked at on any evenings: told once each, in order, and what a plain recount says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from guanjia.settings import TIME_ZONE
from tests.conftest import Database
from tests.database.custody_house import CustodyHouse, custody_house
from tests.support.examples import examples

_FIRST = datetime(2026, 11, 1, tzinfo=TIME_ZONE)
_CLOCK = st.sampled_from((6, 17, 18, 18, 19, 23))
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Lent:
    """A thing found or a key lent, and when it was claimed or came back; None: it was not."""

    begins: datetime
    ends: datetime | None
    is_valuable: bool


def _hours(days: int) -> st.SearchStrategy[int]:
    """Hours since the first, often at the hour of an evening."""
    return st.builds(lambda day, clock: 24 * day + clock, st.integers(0, days), _CLOCK)


_things = st.builds(
    lambda begins, kept, is_valuable: Lent(
        _FIRST + timedelta(hours=begins),
        None if kept is None else _FIRST + timedelta(hours=begins + kept),
        is_valuable,
    ),
    _hours(40),
    st.none() | st.none() | st.integers(0, 24 * 120),
    st.booleans(),
)
_looks = st.lists(_hours(180), min_size=3, max_size=12, unique=True).map(
    lambda hours: [_FIRST + timedelta(hours=hour) for hour in sorted(hours)]
)


@pytest.fixture(scope="module")
def house(module_database: Database) -> CustodyHouse:
    return custody_house(module_database)


@pytest.mark.rule("CUST-01", "CUST-02")
@settings(max_examples=examples(5))
@given(st.lists(_things, max_size=8), st.lists(_things, max_size=5), _looks)
@example([Lent(_FIRST, None, False)], [], [_FIRST + timedelta(hours=hours) for hours in (138, 2226)])
def test_what_is_told_is_what_a_plain_recount_says(
    house: CustodyHouse, things: list[Lent], keys: list[Lent], looks: list[datetime]
) -> None:
    for table in ("custody_steps", "custody_progress", "found_property", "key_loans"):
        house.execute(f"DELETE FROM {table}")
    for number, thing in enumerate(things):
        row = {"item_code": f"SY{number}", "found_at": thing.begins, "claimed_at": thing.ends, "item": "伞"}
        house.add("found_property", row | {"valuable": thing.is_valuable})
    for number, key in enumerate(keys):
        row = {"loan_code": f"YS{number}", "borrowed_at": key.begins, "returned_at": key.ends, "borrower": "陆飞"}
        house.add("key_loans", row | {"community_code": "001"})
    for look in looks:
        house.evening(f"{look:%Y-%m-%d %H:%M}")
        assert house.evening(f"{look:%Y-%m-%d %H:%M}") == {}
    found = house.rows(
        "SELECT subject, step, (told_at AT TIME ZONE 'Asia/Shanghai')::date FROM custody_steps"
        " WHERE told_at IS NOT NULL"
    )
    wanted = {(f"SY{number}", step, day) for number, thing in enumerate(things) for step, day in _told(thing, looks)}
    chased = [(f"YS{number}", "key_chased", day) for number, key in enumerate(keys) for day in _chased(key, looks)]
    assert sorted(found) == sorted([*wanted, *chased])


def _told(thing: Lent, looks: list[datetime]) -> list[tuple[str, date]]:
    """Steps of a thing and the days they were told on, by walking through the days."""
    told: dict[str, date] = {}
    first = thing.begins.date() + (_DAY if thing.begins.time() > time(18) else timedelta())
    until = handed_over_from = date.max
    for look in looks:
        if thing.begins > look or (thing.ends is not None and thing.ends <= look):
            continue
        evening = look.date() if look.time() >= time(18) else look.date() - _DAY
        friday = next(first + n * _DAY for n in range(7) if (first + n * _DAY).isoweekday() == 5)
        before = dict(told)
        if thing.is_valuable and "to_administration" not in before and evening >= first:
            told["to_administration"] = look.date()
        if "posted" not in before and evening >= friday:
            told["posted"], until = look.date(), look.date() + 7 * _DAY
            handed_over_from = next(
                until + n * _DAY for n in range(31) if (until + n * _DAY).month != (until + (n + 1) * _DAY).month
            )
        if "posted" in before and "handed_over" not in before and evening >= handed_over_from:
            told["handed_over"] = look.date()
        is_old = evening >= _three_months_after(thing.begins)
        if is_old and "handed_over" in before and "disposal" not in before and evening > before["handed_over"]:
            told["disposal"] = look.date()
    return list(told.items())


def _three_months_after(instant: datetime) -> date:
    year, month = (instant.year, instant.month + 3) if instant.month < 10 else (instant.year + 1, instant.month - 9)
    last = (date(year, month, 28) + 4 * _DAY).replace(day=1) - _DAY
    return min(last, date(year, month, 1) + (instant.day - 1) * _DAY)


def _chased(key: Lent, looks: list[datetime]) -> list[date]:
    """Days a key was chased on: once for each evening that was the newest one when somebody looked."""
    evenings: dict[date, date] = {}
    for look in looks:
        evening = look.date() if look.time() >= time(18) else look.date() - _DAY
        is_out = key.begins <= datetime.combine(evening, time(18), TIME_ZONE) and (key.ends is None or key.ends > look)
        if is_out:
            evenings.setdefault(evening, look.date())
    return list(evenings.values())
