"""A storm: an operator fills in the form in a browser, inspectors get their lists, return them, and coverage shows."""

from __future__ import annotations

import csv
import email
import email.policy
import io
import os
import re
import shutil
import tempfile
import time
import urllib.parse
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Locator, Page, expect

from guanjia.host.postgres import EmbeddedServer
from guanjia.sample.filling import fill_in
from guanjia.sample.findings import Finding
from guanjia.sample.inspectors import Result
from guanjia.settings import TIME_ZONE
from tests.support.house import ADMIN, House, start_house

PATIENCE = 60_000
"""Milliseconds a page of a busy machine may take."""

EVENT = "台风桦加沙"
FLATS = 6
"""Vacant flats in each of the three communities."""


def today() -> date:
    return datetime.now(TIME_ZONE).date()


@pytest.fixture(scope="module")
def town() -> Iterator[House]:
    """A house with three communities, each with six vacant flats, a basement and an inspector."""
    folder = Path(tempfile.mkdtemp(prefix="guanjia-storm-"))
    found = start_house(folder)
    try:
        for name, rows in registers().items():
            drop(found, name, as_csv(rows))
        assert run(found, "intake") == "success", found.said()
        assert found.query("SELECT count(*) FROM units") == [((FLATS + 2) * 3,)]
        yield found
    finally:
        found.stop()
        shutil.rmtree(EmbeddedServer(found.home).place, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def registers() -> dict[str, list[list[Any]]]:
    """File → rows with their headings."""
    codes = {"001": ("澄庭雅苑", "浦东"), "002": ("临江苑", "浦东"), "003": ("碧水湾", "闵行")}
    flats: list[list[Any]] = [
        [code, "1", f"1-{n:02}01", "residential", 88.5, "", ""] for code in codes for n in range(1, FLATS + 1)
    ]
    lived_in = [[code, "1", "1-0902", "residential", 88.5, "2024-05-01", "done"] for code in codes]
    basements = [[code, "1", "B1-01", "basement", 12, "", ""] for code in codes]
    staff = [[f"X{code}", f"巡检{code}", "inspector", code, f"x{code}@example.com"] for code in codes]
    shifts = [
        [f"X{code}", (today() + timedelta(days)).isoformat(), "08:30", "17:30"] for code in codes for days in range(3)
    ]
    return {
        "communities.csv": [
            ["community_code", "community_name", "region"],
            *([code, *names] for code, names in codes.items()),
        ],
        "buildings.csv": [
            ["community_code", "building_code", "building_name"],
            *([code, "1", "1号楼"] for code in codes),
        ],
        "units.csv": [
            ["community_code", "building_code", "unit_code", "unit_use", "area_m2", "handover_date", "fit_out"],
            *flats,
            *lived_in,
            *basements,
        ],
        "roster.csv": [["staff_code", "shift_date", "starts_at", "ends_at"], *shifts],
        "restricted/staff.csv": [
            ["staff_code", "staff_name", "role", "community_code", "email"],
            *staff,
            ["L1", "何某", "team_leader", "", "he@example.com"],
            ["M1", "邵某", "manager", "", "shao@example.com"],
        ],
        "restricted/settings.csv": [["setting", "value"], ["live_from", today().isoformat()]],
    }


def as_csv(rows: list[list[Any]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def drop(house: House, name: str, content: bytes) -> None:
    """Put a file into the inbox as if it had lain there for an hour."""
    target = house.home / "inbox" / name
    target.write_bytes(content)
    an_hour_ago = time.time() - 3600
    os.utime(target, (an_hour_ago, an_hour_ago))


def run(house: House, dag: str) -> str:
    """Start a DAG for this moment and wait for the scheduler to have it done; its state."""
    house.wait(f"{dag} being read", lambda: house.api("GET", f"/api/v2/dags/{dag}", login=ADMIN).status == 200)
    form = {"logical_date": None, "conf": {"as_of": datetime.now(TIME_ZONE).isoformat()}}
    started = house.api("POST", f"/api/v2/dags/{dag}/dagRuns", form, ADMIN)
    assert started.status == 200, started.text
    return state_of(house, dag, started.json["dag_run_id"])


def state_of(house: House, dag: str, dag_run_id: str) -> str:
    address = f"/api/v2/dags/{dag}/dagRuns/{urllib.parse.quote(dag_run_id)}"

    def ended() -> str | None:
        state: str = house.api("GET", address, login=ADMIN).json["state"]
        return state if state in ("success", "failed") else None

    return str(house.wait(f"{dag} ending", ended, 240))


# -- the form ---------------------------------------------------------------------------------------------------------


def open_form(page: Page, house: House) -> Locator:
    """The trigger form of the storm's DAG, with the communities intake has just named."""

    def offered() -> bool:
        details = house.api("GET", "/api/v2/dags/severe_weather_inspection/details", login=ADMIN)
        return details.status == 200 and "澄庭雅苑" in details.text

    house.wait("the form naming the communities", offered, 120)
    page.context.add_cookies([{"name": "_token", "value": house.token(ADMIN), "url": house.ui}])
    page.goto(f"{house.ui}/dags/severe_weather_inspection")
    page.get_by_role("button", name="触发").first.click(timeout=PATIENCE)
    return page.get_by_role("dialog").first


def fill_form(page: Page, form: Locator, event: str, areas: list[str], deadline: datetime, *, typed: str = "") -> None:
    form.locator("#element_event").fill(event)
    for area in areas:
        form.locator("#element_areas input").first.click()
        page.get_by_role("option", name=area).click()
    if typed:
        form.locator("#element_other_areas").fill(typed)
    form.get_by_text("选择日期与时间").first.click()
    page.get_by_placeholder("YYYY/MM/DD").fill(deadline.strftime("%Y/%m/%d"))
    page.get_by_placeholder("HH:mm").fill(deadline.strftime("%H:%M"))
    form.get_by_text("事件名称 Event").click()


def press_trigger(house: House, form: Locator) -> str:
    """Press the button; the run's state once it has ended."""
    address = "/api/v2/dags/severe_weather_inspection/dagRuns?order_by=-run_after"
    before = house.api("GET", address, login=ADMIN).json["total_entries"]
    form.get_by_role("button", name="触发").click()

    def started() -> str | None:
        found = house.api("GET", address, login=ADMIN).json
        return found["dag_runs"][0]["dag_run_id"] if found["total_entries"] > before else None

    return state_of(house, "severe_weather_inspection", house.wait("the run beginning", started, 60))


@pytest.mark.soak
@pytest.mark.rule("INS-04")
def test_a_form_that_cannot_be_carried_out_plans_nothing_and_the_runs_page_says_why(
    town: House, browser_page: Page, take_screenshot: Callable[..., Path]
) -> None:
    form = open_form(browser_page, town)
    take_screenshot("empty-form", full_page=True)
    expect(form.get_by_text("此为必填字段").first).to_be_visible(timeout=PATIENCE)
    fill_form(browser_page, form, EVENT, [], datetime.now(TIME_ZONE) + timedelta(days=1), typed="临江园")
    assert press_trigger(town, form) == "failed"
    assert town.query("SELECT count(*) FROM weather_events") == [(0,)]
    assert town.query("SELECT count(*) FROM inspections WHERE plan = 'severe_weather'") == [(0,)]
    code = town.query("SELECT run_code FROM runs WHERE pipeline = 'severe_weather_inspection'")[0][0]
    told = town.page(f"/guanjia/runs/{code}", ADMIN).text
    assert "没有名为“临江园”的小区或区域" in told
    assert "是否指“临江苑”" in told


@pytest.mark.soak
@pytest.mark.rule("INS-04")
def test_a_storm_is_inspected_from_the_form_to_the_figure(
    town: House, browser_page: Page, take_screenshot: Callable[..., Path]
) -> None:
    form = open_form(browser_page, town)
    deadline = datetime.now(TIME_ZONE) + timedelta(days=1)
    fill_form(browser_page, form, EVENT, ["澄庭雅苑 · 001", "区域 Region · 闵行 (1)"], deadline)
    take_screenshot("filled-form", full_page=True)
    assert press_trigger(town, form) == "success", town.said()
    assert town.query("SELECT areas, requested_by FROM weather_events") == [("001,003", ADMIN)]
    planned = "SELECT community_code, count(*) FROM inspections WHERE plan = 'severe_weather' GROUP BY 1 ORDER BY 1"
    assert town.query(planned) == [("001", FLATS), ("003", FLATS)]

    listed = _received(town, "x001@example.com")
    assert EVENT in listed["text"]
    book = openpyxl.load_workbook(io.BytesIO(listed[".xlsx"]))
    codes = [code for code, *_unit in due_today(town, "X001")]
    assert len(codes) >= FLATS // 2
    shown = {str(cell.value) for sheet in book.worksheets for line in sheet.iter_rows() for cell in line}
    assert set(codes) <= shown
    assert listed[".pdf"].startswith(b"%PDF")

    seen = filled(codes, "X001")
    drop(town, "台风巡检结果.xlsx", fill_in(listed[".xlsx"], seen))
    assert run(town, "intake") == "success"
    assert town.query("SELECT count(*) FROM inspection_results") == [(len(codes),)]
    assert run(town, "vacancy_inspections") == "success"
    states = "SELECT state, count(*) FROM inspections WHERE inspection_code = ANY(%(codes)s) GROUP BY 1 ORDER BY 1"
    assert town.query(states, {"codes": codes}) == [("done", len(codes) - 1), ("not_entered", 1)]
    opened = town.query("SELECT c.urgency, c.description FROM cases AS c WHERE c.case_code LIKE 'GJ-%%'")
    assert [urgency for urgency, _said in opened] == ["urgent"]
    assert "阳台窗玻璃破裂" in opened[0][1]

    _look_at_the_page(town, browser_page, take_screenshot, len(codes))


def due_today(house: House, staff_code: str) -> list[tuple[Any, ...]]:
    """The storm's inspections on somebody's list of today."""
    statement = (
        "SELECT l.inspection_code, i.unit_code FROM inspection_lists AS l"
        " INNER JOIN inspections AS i ON l.inspection_code = i.inspection_code"
        " WHERE l.staff_code = %(staff)s AND l.work_date = %(day)s AND i.plan = 'severe_weather' ORDER BY l.position"
    )
    return house.query(statement, {"staff": staff_code, "day": today()})


def filled(codes: list[str], staff_code: str) -> list[Result]:
    """What the inspector writes down: the first with a finding, the last not entered."""
    at = datetime.now(TIME_ZONE).replace(second=0, microsecond=0, tzinfo=None)
    finding = Finding("阳台窗玻璃破裂，进水", is_structure_ok=False)
    last = len(codes) - 1
    return [
        Result(today(), code, at, staff_code, number != last, finding if number == 0 else None, None, None)
        for number, code in enumerate(codes)
    ]


def _received(house: House, address: str) -> dict[str, Any]:
    """The inspector's newest list in the mail sink: its text, and its attachments by ending."""

    def found() -> Path | None:
        mails = sorted((house.home / "mail").glob("*.eml"))
        mine = [path for path in mails if f"Delivered-To: {address}".encode() in path.read_bytes()]
        return mine[-1] if mine else None

    path: Path = house.wait(f"a list for {address}", found, 120)
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    text = message.get_body(("plain",))
    attached = {Path(part.get_filename() or "").suffix: part.get_content() for part in message.iter_attachments()}
    return attached | {"text": text.get_content() if text is not None else ""}


def _look_at_the_page(house: House, page: Page, take_screenshot: Callable[..., Path], seen: int) -> None:
    """Coverage of the event inside Airflow, the day's lists to download, the unit with the finding."""
    rate = f"{seen / (2 * FLATS) * 100:.1f} %"
    page.goto(f"{house.ui}/plugin/guanjia-inspections")
    frame = page.frame_locator("iframe")
    event = frame.get_by_role("row").filter(has_text=EVENT)
    expect(event).to_contain_text(rate, timeout=PATIENCE)
    take_screenshot("coverage", full_page=True)
    own_page = house.page("/guanjia/inspections", ADMIN).text
    for kind, start in (("pdf", b"%PDF"), ("xlsx", b"PK")):
        link = re.search(rf'href="(/guanjia/inspections/lists/[^"]+/X001\.{kind})"', own_page)
        assert link
        with page.expect_download() as download:
            frame.locator(f'a[href="{link[1]}"]').click()
        assert Path(download.value.path()).read_bytes().startswith(start)
    event.get_by_role("link", name=EVENT).click()
    expect(frame.locator("h1")).to_have_text("逐户巡检", timeout=PATIENCE)
    take_screenshot("event")
    unit = house.query("SELECT unit_code FROM inspections WHERE finding_case_code IS NOT NULL")[0][0]
    frame.get_by_role("link", name=re.compile(rf"{unit}$")).first.click()
    expect(frame.get_by_text("阳台窗玻璃破裂").first).to_be_visible(timeout=PATIENCE)
    take_screenshot("unit", full_page=True)
    for path in (
        "/guanjia/inspections/list?view=all",
        "/guanjia/inspections/remarks",
        f"/guanjia/inspections/units/001/{unit}",
    ):
        assert house.page(path).status == 401
        assert 'lang="en"' in house.page(f"{path}{'&' if '?' in path else '?'}lang=en", ADMIN).text
    assert house.page(link[1]).status == 401
    assert house.page(link[1].replace("X001", "X009"), ADMIN).status == 404
    assert house.page("/guanjia/inspections/units/001/none", ADMIN).status == 404
