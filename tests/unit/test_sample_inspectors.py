"""Invented inspectors: the same lists give the same results, meters are read as they stand, some things go wrong."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from guanjia.sample.dials import Dials
from guanjia.sample.inspectors import (
    DILIGENT,
    HEADERS,
    Habits,
    Inspectors,
    Line,
    lines_of_exports,
    results_text,
    write_results,
)
from guanjia.settings import TIME_ZONE
from guanjia.store.tables import datasets

NO_DIALS = Dials([], [])
DAY = date(2026, 11, 3)


def lines(number: int = 1, day: date = DAY, plan: str = "monthly", staff: str = "S1") -> list[Line]:
    """A worklist."""
    return [Line(day, staff, place + 1, f"M2611-001-{place:04}", plan, "001", f"{place:04}") for place in range(number)]


def dials(*readings: tuple[str, str, str], meters: tuple[tuple[str, str | None, str | None], ...] = ()) -> Dials:
    """Water meters of the unit 0000: (code, valid_from, valid_to), read (code, day, reading)."""
    return Dials(
        [
            {
                "meter_code": code,
                "community_code": "001",
                "unit_code": "0000",
                "utility": "water",
                "valid_from": first,
                "valid_to": last,
            }
            for code, first, last in meters or (("W1", None, None),)
        ],
        [
            {"meter_code": code, "read_on": day, "reading": reading, "estimated": "false"}
            for code, day, reading in readings
        ],
    )


def test_the_same_lists_give_the_same_results_in_any_order() -> None:
    listed = lines(400)
    one, two = Inspectors(1, NO_DIALS).walk(listed), Inspectors(1, NO_DIALS).walk(reversed(listed))
    assert one == two
    assert results_text(Inspectors(2, NO_DIALS).walk(listed)) != results_text(one)


def test_a_day_is_walked_in_the_order_of_the_list_and_ends_before_the_evening() -> None:
    results = Inspectors(1, NO_DIALS, habits=DILIGENT).walk(lines(40))
    times = [result.inspected_at for result in results]
    assert times == sorted(times)
    assert len(set(times)) == len(times)
    assert times[0] > datetime(2026, 11, 3, 9, 0, tzinfo=TIME_ZONE)
    assert times[-1] <= datetime(2026, 11, 3, 17, 30, tzinfo=TIME_ZONE)


def test_nothing_has_happened_after_the_instant_given() -> None:
    noon = datetime(2026, 11, 3, 12, 0, tzinfo=TIME_ZONE)
    results = Inspectors(1, NO_DIALS, habits=DILIGENT).walk(lines(40), until=noon)
    assert 10 < len(results) < 40
    assert all(result.inspected_at <= noon for result in results)


def test_what_was_entered_is_not_walked_again_and_a_closed_door_is_tried_again() -> None:
    inspectors = Inspectors(1, NO_DIALS, habits=Habits(not_entered=1, not_entered_again=0))
    first = inspectors.walk(lines(30))
    second = inspectors.walk(lines(30, DAY + timedelta(days=1)))
    third = inspectors.walk(lines(30, DAY + timedelta(days=2)))
    assert not any(result.entered for result in first)
    assert all(result.entered for result in second)
    assert {result.inspection_code for result in third}.isdisjoint({result.inspection_code for result in second})


@pytest.mark.rule("INS-03")
def test_readings_lie_between_those_of_the_register_by_days() -> None:
    dial = dials(("W1", "2026-10-31", "100.0"), ("W1", "2026-11-30", "103.0"))
    assert dial.shown("001", "0000", "water", date(2026, 10, 31)) == "100.0"
    assert dial.shown("001", "0000", "water", date(2026, 11, 15)) == "101.5"
    assert dial.shown("001", "0000", "water", date(2026, 11, 16)) == "101.6"
    assert dial.shown("001", "0000", "water", date(2026, 12, 20)) == "103.0", "stands still after the last one"
    assert dial.shown("001", "0000", "electricity", DAY) is None
    assert dial.shown("001", "0001", "water", DAY) is None


@pytest.mark.rule("INS-03")
def test_an_exchanged_meter_is_read_from_its_first_day() -> None:
    dial = dials(
        ("W1", "2026-10-31", "100.0"),
        ("W2", "2026-11-03", "0.0"),
        meters=(("W1", None, "2026-11-02"), ("W2", "2026-11-03", None)),
    )
    assert dial.shown("001", "0000", "water", date(2026, 11, 2)) == "100.0"
    assert dial.shown("001", "0000", "water", date(2026, 11, 3)) == "0.0"


def test_only_who_enters_reads_and_only_who_finds_writes() -> None:
    dial = dials(("W1", "2026-10-31", "100.0"))
    shut = Inspectors(1, dial, habits=Habits(not_entered=1)).walk(lines(1))[0].cells()
    assert shut[3:] == ("否", "", "", "", "", "", "", "")
    in_order = Inspectors(1, dial, habits=DILIGENT).walk(lines(1))[0]
    assert in_order.cells()[3:] == ("是", "是", "是", "是", "是", "100.0", "", "")
    amiss = Inspectors(1, dial, habits=Habits(0, 0, 0, 0, 1, 0, 0, 0, 0)).walk(lines(60))
    assert all("否" in result.cells() for result in amiss)
    assert any(result.cells()[-1] == "" for result in amiss), "some only tick"


def test_shares_are_those_of_the_habits() -> None:
    listed = [
        Line(DAY, f"S{number % 300}", number // 300, f"M2611-001-{number:05}", "monthly", "001", f"{number:05}")
        for number in range(12_000)
    ]
    results = Inspectors(1, NO_DIALS, [("S9X", date(2026, 10, 1))]).walk(listed)
    counted = Counter(
        "typo"
        if len(result.inspection_code) != len("M2611-001-00000")
        else "month"
        if result.inspected_at.month == 10
        else "leaver"
        if result.staff_code == "S9X"
        else "shut"
        if not result.entered
        else "amiss"
        if result.finding
        else "done"
        for result in results
    )
    assert 0.02 < counted["shut"] / 12_000 < 0.04
    assert 0.013 < counted["amiss"] / 12_000 < 0.027
    assert all(5 < counted[wrong] < 50 for wrong in ("typo", "month"))
    assert 12_000 - len(results) < 400, "a few are put off or never done"
    late = {result.staff_code for result in results if result.handed_in_on > DAY}
    assert 5 < len(late) < 30
    assert all(result.handed_in_on <= DAY + timedelta(days=3) for result in results)


def test_wrong_lines_do_not_count_as_done() -> None:
    inspectors = Inspectors(1, NO_DIALS, habits=Habits(0, 0, 0, 0, 0, 0, unknown_code=1, wrong_month=0, by_leaver=0))
    assert [result.inspection_code for result in inspectors.walk(lines(2))] == ["M2611-001-00000", "M2611-001-00010"]
    assert len(inspectors.walk(lines(2, DAY + timedelta(days=1)))) == 2
    wrong_month = Habits(0, 0, 0, 0, 0, 0, unknown_code=0, wrong_month=1, by_leaver=0)
    march = Inspectors(1, NO_DIALS, habits=wrong_month).walk(lines(1, date(2026, 3, 31)))[0]
    assert march.inspected_at.date() == date(2026, 2, 28)
    by_leaver = Habits(0, 0, 0, 0, 0, 0, unknown_code=0, wrong_month=0, by_leaver=1)
    gone = [("S7", DAY + timedelta(days=1)), ("S8", DAY - timedelta(days=9))]
    assert Inspectors(1, NO_DIALS, gone, by_leaver).walk(lines(1))[0].staff_code == "S8"
    assert Inspectors(1, NO_DIALS, [], by_leaver).walk(lines(1))[0].staff_code == "S1", "nobody has left"


def test_visits_that_belong_to_a_day_are_not_put_off() -> None:
    habits = Habits(put_off=1, never_done=1)
    assert not Inspectors(1, NO_DIALS, habits=habits).walk(lines(5))
    assert len(Inspectors(1, NO_DIALS, habits=habits).walk(lines(5, plan="fit_out"))) == 5


def test_lists_are_read_from_the_exports() -> None:
    inspections = [
        {"inspection_code": "B2611-001-D001", "plan": "basement", "community_code": "001", "unit_code": "D001"}
        | {"state": "not_entered"}
    ]
    lists = [{"work_date": "2026-11-03", "inspection_code": "B2611-001-D001", "staff_code": "S1", "position": "1"}]
    assert lines_of_exports(inspections, lists) == [
        Line(DAY, "S1", 1, "B2611-001-D001", "basement", "001", "D001", was_not_entered=True)
    ]
    assert lines_of_exports(inspections, lists, [date(2026, 11, 4)]) == []


def test_the_file_has_the_contracts_chinese_headers(tmp_path: Path) -> None:
    results = Inspectors(1, NO_DIALS).walk(lines(20))
    path = write_results(results, tmp_path, "2026-11-03")
    assert path.name == "巡检结果_2026-11-03.csv"
    assert [each.name for each in tmp_path.iterdir()] == [path.name]
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    assert len(rows) == len(results)
    columns = [column for column in datasets("in")["inspection_results"].columns if "zh" in column.info]
    assert all(header in column.info["zh"] for header, column in zip(HEADERS, columns, strict=True))
    assert all(Decimal(row["水表读数"] or 0) >= 0 for row in rows)
