"""A figure of an edition that another one took the place of names that one, and what it changed."""

from __future__ import annotations

import pytest

from guanjia.pipelines.reports.explaining import explain_figure
from tests.conftest import Database
from tests.database.reports_house import ReportsHouse, at

IN = "weekly/2026-11-20/company/cases_in.total"
OUT = "weekly/2026-11-20/company/cases_out.total"


def told(house: ReportsHouse, code: str, as_of: str = "23 09:00", language: str = "zh") -> str:
    with house.database.transaction("read") as tx:
        return "\n".join(explain_figure(tx, code, at(as_of), language))


@pytest.mark.rule("REP-01")
def test_an_edition_whose_place_another_took_names_it_and_suggests_no_correction(database: Database) -> None:
    house = ReportsHouse(database)
    house.community("001")
    house.setting("report_trend_periods", "2")
    house.case("A1", "17 10:00")
    house.report("20 15:00")
    assert "重新计算" not in told(house, IN), "nothing came since"
    house.case("A2", "18 10:00")
    assert "本版为 1。此后有数据补录或更正，发送前会重新计算。" in told(house, IN)
    house.execute("DELETE FROM cases WHERE case_code = 'A2'")
    house.tell("20 15:01")

    house.case("A2", "18 10:00")
    assert "本版为 1。此后有数据补录或更正，需要时可发更正版。" in told(house, IN)
    house.report("21 10:00", "weekly", "2026-11-20", True, "漏报一单")
    text = told(house, f"{IN}/1")
    assert "第 2 版将取代本版，尚未发送。" in text and "第 2 版为更正版：漏报一单" in text
    house.tell("21 10:01")
    text = told(house, f"{IN}/1")
    for part in (
        "本版已被第 2 版取代（由 2026年11月21日",
        "第 2 版为更正版：漏报一单",
        "第 2 版把本指标由 1 改为 2。",
        "按现有记录重新计数：2，与第 2 版一致；本版为 1。",
    ):
        assert part in text, text
    assert "需要时可发更正版" not in text and "取代" not in told(house, IN)
    assert "第 2 版未改动本指标。" in told(house, f"{OUT}/1")
    assert "取代" not in told(house, f"{IN}/1", "21 09:00"), "as it was before the correction"

    house.case("A3", "19 10:00")
    english = told(house, f"{IN}/1", language="en")
    assert "3, in this edition 1, in edition 2 2. Something was loaded or put right since; a corrected" in english
    assert "Edition 2 changed this figure from 1 to 2." in english
    house.report("22 10:00", preview=True)
    house.case("A4", "19 10:00")
    assert "本版为 3。此后有数据补录或更正，重新预览即可看到。" in told(house, f"{IN}/3")
    house.case("A0", "12 10:00")
    assert told(house, "weekly/2026-11-13/company/cases_in.total").count("更正版") == 0, "never mailed, never corrected"
