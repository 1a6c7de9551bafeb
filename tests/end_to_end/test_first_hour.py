"""The first hour of somebody who has never seen the house: start it, log in, drop registers, see what came of it."""

from __future__ import annotations

import csv
import getpass
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from guanjia.host import processes
from guanjia.host.postgres import EmbeddedServer
from guanjia.settings import TIME_ZONE
from tests.support.house import ADMIN, SECOND, House, start_house

DAGS = {
    "intake": "资料入库",
    "overdue_escalations": "超时升级",
    "mail_delivery": "邮件发送",
    "confirm_changes": "变更确认",
    "vacancy_inspections": "空置房巡检",
    "severe_weather_inspection": "恶劣天气巡检",
    "callback_results": "回访结果",
}
NEEDED = {"intake", "overdue_escalations", "mail_delivery", "confirm_changes"}
"""DAGs whose work is looked at here."""

PATIENCE = 60_000
"""Milliseconds a page of a busy machine may take."""

OWNER = getpass.getuser()
"""The system user who drops files here: the first person."""


@pytest.fixture(scope="module")
def fresh() -> Iterator[House]:
    """A house of its own with all DAGs, started as a person would."""
    folder = Path(tempfile.mkdtemp(prefix="guanjia-first-hour-"))
    found = start_house(folder, reads_dags_once=True)
    try:
        yield found
    finally:
        found.stop()
        shutil.rmtree(EmbeddedServer(found.home).place, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def taken_in(fresh: House) -> House:
    """The house after a small company's registers were dropped and taken in by the real scheduler."""
    for dag in dags(fresh):
        if dag["dag_id"] not in NEEDED:  # their first runs are a minute's work of a processor
            paused = fresh.api("PATCH", f"/api/v2/dags/{dag['dag_id']}", {"is_paused": True}, ADMIN)
            assert paused.status == 200, paused.text
    sample = fresh.home.parent / "sample"
    until = f"{datetime.now(TIME_ZONE):%Y-%m-%dT%H:%M}"
    fresh.guanjia("sample", "--units", "60", "--months", "1", "--until", until, "--to", str(sample))
    drop(fresh, *(path for path in sample.rglob("*.csv")))
    assert fresh.run_of("intake")["state"] == "success", fresh.said()
    return fresh


def drop(house: House, *paths: Path) -> None:
    """Put files into the inbox, restricted ones into the restricted one; they have lain there for an hour."""
    for path in paths:
        folder = house.home / "inbox" / ("restricted" if path.parent.name == "restricted" else "")
        target = folder / path.name
        shutil.copy(path, target)
        an_hour_ago = time.time() - 3600
        os.utime(target, (an_hour_ago, an_hour_ago))


def log_in(page: Page, house: House, login: str) -> None:
    """Through the login page, with the password that was printed."""
    page.goto(house.ui)
    page.get_by_label("用户名").or_(page.locator("input[name=username]")).first.fill(login)
    page.locator("input[type=password]").fill(house.password(login))
    page.get_by_role("button", name=re.compile("登录|Sign in")).click()
    page.wait_for_url(re.compile(rf"^{re.escape(house.ui)}/(?!auth/login)"))


def test_the_house_tells_where_it_is_and_who_can_log_in(fresh: House) -> None:
    words = (fresh.ui, ADMIN, SECOND, fresh.password(ADMIN), str(fresh.home / "inbox"))
    fresh.wait("the house telling all of it", lambda: all(word in fresh.said() for word in words), 30)


def test_login_and_the_pipelines_are_in_chinese_and_switched_on(
    fresh: House, browser_page: Page, take_screenshot: Callable[..., Path]
) -> None:
    fresh.wait("all DAGs being read", lambda: set(DAGS) <= {dag["dag_id"] for dag in dags(fresh)})
    assert {dag["dag_id"] for dag in dags(fresh) if dag["is_paused"]} == set()
    log_in(browser_page, fresh, ADMIN)
    browser_page.goto(f"{fresh.ui}/dags")
    for name in DAGS.values():
        expect(browser_page.get_by_text(name).first).to_be_visible(timeout=PATIENCE)
    take_screenshot("dags")
    assert "首页" in browser_page.inner_text("body")
    errors = fresh.api("GET", "/api/v2/importErrors", login=ADMIN).json
    assert errors["total_entries"] == 0, errors


def dags(house: House) -> list[dict[str, object]]:
    found: list[dict[str, object]] = house.api("GET", "/api/v2/dags?limit=100", login=ADMIN).json["dags"]
    return found


def test_registers_dropped_into_the_inbox_are_taken_in(taken_in: House) -> None:
    assert taken_in.query("SELECT count(*) > 20 FROM units") == [(True,)]
    assert taken_in.query("SELECT count(*) FROM intake_files WHERE outcome = 'refused'") == [(0,)]
    assert taken_in.query("SELECT count(*) FROM intake_changes") == [(0,)]  # the first rows need no second person
    assert not list((taken_in.home / "inbox").glob("*.csv"))
    page = taken_in.page("/guanjia/intake", ADMIN).text
    assert "工单" in page
    assert taken_in.page("/guanjia/intake").status == 401


def test_overdue_cases_are_escalated_and_the_mail_arrives(
    taken_in: House, browser_page: Page, take_screenshot: Callable[..., Path]
) -> None:
    assert taken_in.run_of("overdue_escalations")["state"] == "success"
    assert taken_in.query("SELECT count(*) > 0 FROM escalations") == [(True,)]
    taken_in.wait(
        "a mail being sent", lambda: taken_in.query("SELECT 1 FROM messages WHERE state = 'sent' LIMIT 1"), 150
    )
    subject = taken_in.query("SELECT subject FROM messages WHERE state = 'sent' ORDER BY message_no DESC LIMIT 1")[0][0]
    address = taken_in.guanjia("serve-mail", "--address").stdout.strip()
    browser_page.goto(address)
    expect(browser_page.get_by_text(subject).first).to_be_visible(timeout=PATIENCE)
    take_screenshot("mail-sink")


def test_the_overdue_page_opens_inside_airflow_and_leads_to_a_case(
    taken_in: House, browser_page: Page, take_screenshot: Callable[..., Path]
) -> None:
    log_in(browser_page, taken_in, ADMIN)
    browser_page.goto(f"{taken_in.ui}/plugin/guanjia")
    frame = browser_page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="超时升级")).to_be_visible(timeout=PATIENCE)
    take_screenshot("overdue")
    for view in ("overdue", "soon", "emergencies"):
        text = taken_in.page(f"/guanjia/overdue?view={view}", ADMIN).text
        if found := re.search(r'href="(/guanjia/overdue/[^"?]+)"', text):
            break
    assert found, "no case on the page"
    case = taken_in.page(found[1], ADMIN)
    assert case.status == 200
    assert "时限" in case.text


def test_a_change_is_confirmed_by_a_second_person_and_refused_for_the_first(
    taken_in: House, chromium_browser: Browser, browser_page: Page, take_screenshot: Callable[..., Path]
) -> None:
    changed = taken_in.home.parent / "restricted" / "settings.csv"
    changed.parent.mkdir(exist_ok=True)
    with changed.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [("setting", "community_code", "value", "valid_from"), ("mail_rate_per_minute", "", "600", "")]
        )
    drop(taken_in, changed)
    assert taken_in.run_of("intake")["state"] == "success"
    code = taken_in.query("SELECT change_code FROM intake_changes WHERE state = 'pending'")[0][0]
    rate = "SELECT value FROM settings WHERE setting = 'mail_rate_per_minute'"
    assert taken_in.query(rate) == []

    taken_in.token_as(OWNER, "USER")
    own = taken_in.page(f"/guanjia/changes/{code}", OWNER).text
    digest = taken_in.page(f"/guanjia/changes/{code}", SECOND).text.split('name="digest" value="')[1].split('"')[0]
    refused = taken_in.post(f"/guanjia/changes/{code}/decide", {"decision": "confirm", "digest": digest}, OWNER)
    assert "须由他人确认" in own
    assert refused.status == 403
    assert taken_in.query(rate) == []

    taken_in.wait(
        "Airflow asking", lambda: taken_in.query("SELECT 1 FROM change_requests WHERE asked_at IS NOT NULL"), 90
    )
    log_in(browser_page, taken_in, SECOND)
    browser_page.goto(f"{taken_in.ui}/plugin/guanjia-changes")
    frame = browser_page.frame_locator("iframe")
    frame.get_by_role("link", name="参数").first.click()
    expect(frame.get_by_text("600")).to_be_visible(timeout=PATIENCE)
    take_screenshot("change")
    frame.get_by_role("button", name="同意").click()
    expect(frame.get_by_text("已确认，变更已生效")).to_be_visible(timeout=PATIENCE)
    assert taken_in.query(rate) == [("600",)]
    decided = "SELECT r.state FROM runs AS r WHERE r.pipeline = 'confirm_changes' ORDER BY r.run_id DESC LIMIT 1"
    taken_in.wait("the approval in Airflow being closed", lambda: taken_in.query(decided) == [("succeeded",)], 90)


def test_the_house_is_down_after_ctrl_c_and_leaves_no_process_behind(fresh: House) -> None:
    everything = fresh.all_processes()
    assert len(everything) > 10
    fresh.stop()
    assert fresh.process.returncode == 0, fresh.said()
    assert not [process for process in everything if processes.is_alive(process)]
    assert fresh.all_processes() == []
    down = fresh.guanjia("down", GUANJIA_LANGUAGE="en")
    assert down.stdout == f"Nothing was running on {fresh.home}.\n"
