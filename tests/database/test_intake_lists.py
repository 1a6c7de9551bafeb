"""Lists we sent out come back through intake: what nobody filled in is no fault, our own columns are no surprise."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import insert

from guanjia.store.tables import metadata
from tests.conftest import Database
from tests.support.intake import Desk, Row, told

HEAD: Row = ("序号", "楼栋", "房号", "检查要点", "时间", "是否入户", "水表读数", "异常说明", "巡检编号", "工号")


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Iterator[Desk]:
    """A small company with three planned inspections."""
    desk = Desk(database, tmp_path)
    desk.company("communities", "buildings", "units", "staff")
    with database.transaction() as tx:
        for n in range(3):
            tx.execute(
                insert(metadata.tables["inspections"]).values(
                    inspection_code=f"M{n}",
                    plan="monthly",
                    period=f"2026-0{n + 1}",
                    community_code="001",
                    unit_code="010304",
                    building_code="01",
                    due_on=date(2026, 11, 20),
                    planned_on=date(2026, 11, 1),
                    state="planned",
                    checklist="doors",
                )
            )
    yield desk


def line(number: int, *filled: str, code: str | None = None) -> Row:
    """A row of the list, with what the inspector wrote."""
    cells = (*filled, "", "", "", "")[:4]
    return (number, "01", "010304", "常规", *cells, code or f"M{number}", "S001")


@pytest.mark.rule("INS-02")
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_rows_that_nobody_filled_in_are_skipped_and_counted(desk: Desk, kind: str) -> None:
    rows = [HEAD, line(0, "2026-11-20 09:10", "是", "12.5"), line(1), line(2, "", "否")]
    path = desk.xlsx("list.xlsx", {"巡检结果": rows}) if kind == "xlsx" else desk.csv("巡检结果.csv", rows)

    sheet = desk.load(path).files[0].sheets[0]

    assert (sheet.rows_read, sheet.accepted, sheet.rejected, sheet.skipped, sheet.unfilled) == (3, 1, 1, 1, 1)
    assert told(sheet) == [(4, "inspected_at", "missing_required")]
    assert sheet.surplus == ()
    assert desk.rows("inspection_results", "inspection_code", "water_reading") == [("M0", "12.5")]


@pytest.mark.rule("INS-02")
def test_the_same_list_again_tells_the_same_and_a_fuller_one_adds(desk: Desk) -> None:
    first = [HEAD, line(0, "2026-11-20 09:10", "是"), line(1)]
    desk.load(desk.xlsx("a.xlsx", {"巡检结果": first}))

    again = desk.load(desk.folder / "a.xlsx").files[0].sheets[0]
    fuller = [HEAD, line(0, "2026-11-20 09:10", "是"), line(1, "2026-11-20 10:00", "是")]
    more = desk.load(desk.xlsx("b.xlsx", {"巡检结果": fuller})).files[0].sheets[0]

    assert (again.outcome, again.rows_read, again.accepted, again.unchanged, again.unfilled) == ("known", 2, 1, 1, 1)
    assert (more.accepted, more.unchanged, more.skipped) == (2, 1, 0)


@pytest.mark.rule("INS-02")
def test_a_row_with_nothing_but_a_code_is_a_fault_in_any_other_sheet(desk: Desk) -> None:
    sheet = desk.put("inspection_results", ("巡检编号", "工号", "时间", "是否入户"), ("M0", "S001", "", ""))

    assert (sheet.rejected, sheet.skipped) == (1, 0)
    assert {code for _row, _column, code in told(sheet)} == {"missing_required"}


@pytest.mark.rule("INS-02")
def test_a_column_that_is_not_ours_is_told_as_ever(desk: Desk) -> None:
    sheet = (
        desk.load(desk.xlsx("list.xlsx", {"巡检结果": [(*HEAD, "天气"), (*line(0, "2026-11-20 09:10", "是"), "晴")]}))
        .files[0]
        .sheets[0]
    )

    assert sheet.surplus == ("天气",)
