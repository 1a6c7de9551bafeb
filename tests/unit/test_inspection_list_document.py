"""The inspector's list on paper: everything of the rows stands on it, as text, on one page for a day's work."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanjia.gateways.documents import fonts
from guanjia.pipelines.vacancy_inspections.letters_inspector import Worklist
from guanjia.pipelines.vacancy_inspections.list_document import list_document
from guanjia.pipelines.vacancy_inspections.list_rows import ListedInspection
from guanjia.pipelines.vacancy_inspections.telling_lists import _files
from guanjia.settings import TIME_ZONE
from tests.support.examples import examples
from tests.support.pages import fonts_of, pictures_of, squeezed, texts_of

BASE = ("doors", "valves", "meters", "installations", "hygiene", "structure")
DAY = date(2026, 11, 3)


def listed(position: int, **given_values: Any) -> ListedInspection:
    """A plain row of the list of inspector S0107."""
    building = (position - 1) // 12 + 1
    row = ListedInspection(
        work_date=DAY,
        staff_code="S0107",
        staff_name="王建国",
        position=position,
        inspection_code=f"M2611-CH-{position}",
        plan="monthly",
        community_code="CH",
        community_name="翠湖花园",
        building_code=str(building),
        building_name=f"{building}号楼",
        unit_code=f"{building}-{position:02d}01",
        unit_use="residential",
        area_m2=Decimal("89.50"),
        due_on=DAY,
        deadline=None,
        is_carried_over=False,
        checklist=(*BASE, "ventilation"),
        stages=(),
        last_water_reading=Decimal("128.4") + position,
        last_electricity_reading=Decimal("3021.75") + position,
        last_visit_state=None,
        note=None,
    )
    return replace(row, **given_values)


def days_work() -> list[ListedInspection]:
    """Forty units with everything a list may hold."""
    rows = [listed(position) for position in range(1, 41)]
    rows[2] = replace(rows[2], is_carried_over=True, due_on=date(2026, 11, 2))
    rows[8] = replace(rows[8], is_carried_over=True, due_on=date(2026, 10, 30), last_visit_state="not_entered")
    for at in (14, 15):
        rows[at] = replace(rows[at], plan="fit_out", checklist=(*BASE, "fit_out"), stages=("utilities", "tiling"))
    rows[38] = replace(
        rows[38], plan="basement", unit_code="B1-014", building_name="地下室A区", last_water_reading=None
    )
    return rows


@pytest.mark.rule("INS-02")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_days_work_is_one_page_that_holds_every_unit(language: str) -> None:
    rows = days_work()
    (page,) = texts_of(list_document(rows, language))
    text = squeezed(page)
    for row in rows:
        assert squeezed(row.unit_code) in text
        assert squeezed(row.building_name) in text
        assert row.last_water_reading is None or str(row.last_water_reading) in text
        assert row.last_electricity_reading is None or str(row.last_electricity_reading) in text
    assert "王建国(S0107)" in text
    assert "翠湖花园" in text


@pytest.mark.rule("INS-02")
def test_the_chinese_page_says_what_is_special_and_how_many() -> None:
    text = squeezed(texts_of(list_document(days_work(), "zh"))[0])
    for words in (
        "2026年11月3日周二",
        "40户",
        "其中顺延2",
        "原定11月2日",
        "再访",
        "水电、贴砖",
        "开窗通风",
        "第1页，共1页",
    ):
        assert words in text, words
    for words in ("入户", "水电已关", "设施", "卫生", "房屋质量", "异常说明", "巡检人签字"):
        assert words in text, words


@pytest.mark.rule("INS-02")
def test_the_english_page_is_english() -> None:
    text = texts_of(list_document([replace(row, building_name="B1") for row in days_work()], "en"))[0]
    for words in ("Tue 3 Nov 2026", "40 units", "carried over: 2", "due 2 Nov", "again", "utilities", "Page 1 of 1"):
        assert words in text, words
    chinese = {sign for sign in text if sign > "\u2e7f"} - set("王建国翠湖花园")
    assert not chinese


@pytest.mark.rule("INS-02")
def test_more_than_a_page_flows_on_with_the_same_head() -> None:
    pages = [squeezed(page) for page in texts_of(list_document([listed(n) for n in range(1, 71)], "zh"))]
    assert len(pages) == 2
    for page in pages:
        assert "王建国(S0107)" in page
        assert "2026年11月3日" in page
        assert "异常说明" in page
    assert "巡检人签字" not in pages[0]
    assert "巡检人签字" in pages[1]
    assert "第2页，共2页" in pages[1]


@pytest.mark.rule("INS-02")
def test_each_person_has_pages_of_their_own() -> None:
    rows = [listed(n) for n in range(1, 71)] + [listed(n, staff_code="S0108", staff_name="李娜") for n in range(1, 4)]
    pages = [squeezed(page) for page in texts_of(list_document(rows, "zh"))]
    assert len(pages) == 3
    assert "李娜(S0108)" in pages[2]
    assert "王建国" not in pages[2]
    assert "第1页，共1页" in pages[2]


@pytest.mark.rule("INS-04")
def test_a_weather_list_says_the_event_and_until_when() -> None:
    until = datetime(2026, 11, 3, 18, 0, tzinfo=TIME_ZONE)
    storm = {"plan": "severe_weather", "note": "台风“海葵”", "deadline": until, "checklist": (*BASE, "storm")}
    text = squeezed(texts_of(list_document([listed(1, **storm), listed(2)], "zh"))[0])
    assert "须于2026年11月3日周二18:00前完成" in text
    assert text.count("台风“海葵”") == 1


@pytest.mark.rule("INS-06")
def test_spot_checks_are_called_so_and_show_what_was_reported() -> None:
    rows = [listed(1, plan="spot_check", checklist=("spot_check",), note="吊顶有水渍")]
    text = squeezed(texts_of(list_document(rows, "zh"))[0])
    assert text.startswith("抽查清单")
    assert "吊顶有水渍" in text


@pytest.mark.rule("INS-02")
def test_several_communities_are_told_apart() -> None:
    rows = [listed(1), listed(2, community_code="BX", community_name="碧溪苑")]
    text = squeezed(texts_of(list_document(rows, "zh"))[0])
    assert text.count("碧溪苑") == 2
    assert text.count("翠湖花园") == 2


HOSTILE = [
    '#eval("1+1") #panic() #import "x": *',
    "$x^2$ *bold* _it_ `raw` <label> @ref // note /* c */ [a] {b} ~ -- ... = h",
    "\\n \\u{41} \\ \" ' {{ }} %s {0}",
    "<script>alert(1)</script> =cmd|' /C calc'!A0",
    "W" * 200,
    "漏" * 200,
    "䶮㛃𠮷𬎆 rare",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_text_is_printed_as_text_and_stays_on_the_page(words: str) -> None:
    rows = [
        listed(
            1,
            staff_name=words,
            community_name=words,
            building_name=words,
            unit_code=words,
            note=words,
            plan="spot_check",
        ),
        listed(2, checklist=(words,), stages=(words,), plan="fit_out"),
    ]
    pdf = list_document(rows, "zh")
    assert squeezed("".join(texts_of(pdf))).count(squeezed(words)) >= 5
    for picture in pictures_of(pdf):
        width, height = picture.size
        for edge in ((0, 0, 20, height), (width - 20, 0, width, height), (0, height - 20, width, height)):
            assert picture.crop(edge).getextrema() == (255, 255), "something is printed on the edge of the page"


def test_emoji_are_printed() -> None:
    assert "😀" in texts_of(list_document([listed(1, plan="spot_check", note="😀")], "zh"))[0]


@given(st.text(alphabet="#$*_`<>@/\\[]{}()=-+~'\"&%^|!?.,:; aZ09漏水楼上", min_size=1, max_size=60))
@settings(max_examples=examples(60))
def test_any_remark_reads_the_same_on_paper(note: str) -> None:
    text = squeezed(texts_of(list_document([listed(1, plan="spot_check", note=note)], "zh"))[0])
    assert squeezed(note) in text


def test_all_fonts_are_embedded() -> None:
    found = fonts_of(list_document([*days_work(), listed(41, plan="spot_check", note="😀")], "zh"))
    assert all(found.values()), found
    assert {name.partition("+")[2].partition("-")[0] for name in found} >= {"NotoSansCJKsc", "NotoSansCJKjp"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_same_rows_give_the_same_bytes_in_any_thread_and_process(language: str, tmp_path: Path) -> None:
    rows = days_work()
    once = list_document(rows, language)
    with ThreadPoolExecutor(2) as pool:
        again = list(pool.map(lambda _: list_document(rows, language), range(4)))
    assert set(again) == {once}
    script = (
        "import sys; from pathlib import Path\n"
        "from tests.unit.test_inspection_list_document import days_work, list_document\n"
        f"Path(sys.argv[1]).write_bytes(list_document(days_work(), {language!r}))\n"
    )
    root = Path(__file__).parents[2]
    subprocess.run(
        [sys.executable, "-c", script, tmp_path / "list.pdf"],
        cwd=root,
        env={"PYTHONPATH": f"{root}:{root / 'plugins'}", "PYTHONHASHSEED": "7", "TZ": "America/New_York"},
        check=True,
    )
    assert (tmp_path / "list.pdf").read_bytes() == once


def test_the_document_tells_its_title_and_its_day() -> None:
    properties = pypdfium2.PdfDocument(list_document(days_work(), "zh")).get_metadata_dict()
    assert properties["Title"] == "巡检清单 2026-11-03"
    assert properties["CreationDate"].startswith("D:20261102160000Z")


def test_a_list_without_rows_is_not_printed() -> None:
    with pytest.raises(ValueError, match="rows"):
        list_document([], "zh")


def test_without_the_font_the_mail_goes_with_the_workbook_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    worklist = Worklist(tuple(days_work()), frozenset({"M2611-CH-1"}))
    whole = _files(worklist, "S0107", "zh", is_check=False)
    assert [file.file_name.rpartition(".")[2] for file in whole] == ["xlsx", "pdf"]
    monkeypatch.setattr(fonts, "_folder_of", lambda package: tmp_path)
    assert _files(worklist, "S0107", "zh", is_check=False) == whole[:1]
