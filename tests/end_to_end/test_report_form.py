"""The form of a report in a browser: an operator previews it; a wish that cannot be met is told on the run's page."""

from __future__ import annotations

import csv
import email
import email.policy
import io
import shutil
import tempfile
import urllib.parse
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from guanjia.host.postgres import EmbeddedServer
from guanjia.settings import TIME_ZONE
from tests.support.house import ADMIN, House, start_house

PATIENCE = 60_000
"""Milliseconds a page of a busy machine may take."""

DAG = "weekly_report"
RUNS = f"/api/v2/dags/{DAG}/dagRuns?order_by=-run_after"


@pytest.fixture(scope="module")
def office() -> Iterator[House]:
    """A house with one community, served for three weeks, whose operator is on the staff register with an address."""
    folder = Path(tempfile.mkdtemp(prefix="guanjia-report-"))
    found = start_house(folder)
    try:
        paths = [write(folder, name, rows) for name, rows in registers().items()]
        found.guanjia("load", *map(str, paths))
        assert found.query("SELECT count(*) FROM cases") == [(3,)]
        yield found
    finally:
        found.stop()
        shutil.rmtree(EmbeddedServer(found.home).place, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def registers() -> dict[str, list[list[Any]]]:
    """File → rows with their headings."""
    now = datetime.now(TIME_ZONE)
    opened = [(now - timedelta(days=days)).strftime("%Y-%m-%d %H:%M") for days in (3, 8, 9)]
    cases = [[f"TS-{number}", "001", "complaint", "ordinary", "噪声", at] for number, at in enumerate(opened)]
    return {
        "communities.csv": [["community_code", "community_name", "region"], ["001", "澄庭雅苑", "浦东"]],
        "cases.csv": [["case_code", "community_code", "kind", "urgency", "description", "opened_at"], *cases],
        "staff.csv": [
            ["staff_code", "staff_name", "role", "community_code", "email", "login"],
            ["G1", "罗某", "general_manager", "", "luo@example.com", ""],
            ["O1", "钱某", "supervisor", "001", "qian@example.com", ADMIN],
        ],
        "settings.csv": [
            ["setting", "value"],
            ["live_from", (now - timedelta(days=21)).date().isoformat()],
        ],
    }


def write(folder: Path, name: str, rows: list[list[Any]]) -> Path:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    path = folder / name
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


def state_of(house: House, dag: str, dag_run_id: str) -> str:
    address = f"/api/v2/dags/{dag}/dagRuns/{urllib.parse.quote(dag_run_id)}"

    def ended() -> str | None:
        state: str = house.api("GET", address, login=ADMIN).json["state"]
        return state if state in ("success", "failed") else None

    return str(house.wait(f"{dag} ending", ended, 300))


def open_form(page: Page, house: House) -> Locator:
    house.wait("the DAG being read", lambda: house.api("GET", f"/api/v2/dags/{DAG}", login=ADMIN).status == 200)
    page.context.add_cookies([{"name": "_token", "value": house.token(ADMIN), "url": house.ui}])
    page.goto(f"{house.ui}/dags/{DAG}")
    page.get_by_role("button", name="触发").first.click(timeout=PATIENCE)
    form = page.get_by_role("dialog").first
    expect(form.get_by_text("只发给我预览 Preview to me").first).to_be_visible(timeout=PATIENCE)
    return form


def tick(form: Locator, field: str) -> None:
    form.locator(f"label:has(input[name='element_{field}'])").click()


def press_trigger(house: House, form: Locator) -> str:
    """Press the button; the run's state once it has ended."""
    before = house.api("GET", RUNS, login=ADMIN).json["total_entries"]
    form.get_by_role("button", name="触发").click()

    def started() -> str | None:
        found = house.api("GET", RUNS, login=ADMIN).json
        return found["dag_runs"][0]["dag_run_id"] if found["total_entries"] > before else None

    return state_of(house, DAG, house.wait("the run beginning", started, 60))


def mails_to(house: House, address: str) -> list[str]:
    """Subjects of the reports somebody has in the mail sink."""
    subjects = []
    for path in sorted((house.home / "mail").glob("*.eml")):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        if address in str(message["To"]) and "周报" in str(message["Subject"]):
            subjects.append(str(message["Subject"]))
    return subjects


@pytest.mark.soak
@pytest.mark.rule("REP-01")
def test_an_operator_previews_the_week_alone(
    office: House, browser_page: Page, take_screenshot: Callable[..., Path]
) -> None:
    form = open_form(browser_page, office)
    tick(form, "preview_to_me")
    take_screenshot("report-form", full_page=True)
    assert press_trigger(office, form) == "success", office.said()
    (subject,) = office.wait("the preview", lambda: mails_to(office, "qian@example.com"), 60)
    assert "预览" in subject and ("001" in subject or "澄庭雅苑" in subject)
    assert office.query("SELECT requested_by FROM report_editions WHERE state = 'preview'") == [(ADMIN,)]
    kinds = office.query("SELECT kind, recipient FROM messages WHERE kind LIKE '%%report%%' AND kind <> 'daily_report'")
    assert ("report_preview", "qian@example.com") in kinds
    assert not [who for kind, who in kinds if kind == "report_preview" and who != "qian@example.com"]


@pytest.mark.soak
@pytest.mark.rule("REP-01")
def test_wishes_that_contradict_each_other_are_told_on_the_runs_page(office: House, browser_page: Page) -> None:
    form = open_form(browser_page, office)
    tick(form, "preview_to_me")
    tick(form, "corrected")
    assert press_trigger(office, form) == "failed"
    ((code,),) = office.query("SELECT run_code FROM runs WHERE pipeline = 'weekly_report' AND state = 'failed'")
    told = office.page(f"/guanjia/runs/{code}", ADMIN).text
    assert "previewed and corrected" in told
