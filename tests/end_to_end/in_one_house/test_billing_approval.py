"""The approval of bills in a running Airflow, in a real browser, by the second person; who asked is refused."""

from __future__ import annotations

import time
import urllib.parse
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy.dialects.postgresql import insert

from guanjia.store.engine import transaction
from guanjia.store.tables import metadata
from tests.support.house import ADMIN, FIRST, SECOND, House

AGREE, REJECT = "同意", "驳回"
COMMUNITY = "B01"
T = metadata.tables
ASK = "approve.ask"

pytestmark = pytest.mark.timeout(1200)


def settle_in() -> None:
    """A community with three flats, served from October, whose bills the second person approves."""
    with transaction() as tx:

        def add(table: str, **values: Any) -> None:
            tx.execute(insert(T[table]).values(values).on_conflict_do_nothing())

        for staff_code, login in (("S01", FIRST), ("S02", SECOND)):
            add("staff", staff_code=staff_code, staff_name="王建国", role="supervisor", login=login)
            tx.execute(T["staff"].update().where(T["staff"].c.login == login).values(email=f"{login}@example.com"))
        add("communities", community_code=COMMUNITY, community_name="澄庭雅苑")
        add("buildings", community_code=COMMUNITY, building_code="1", building_name="1号楼")
        add("settings", setting="live_from", community_code=COMMUNITY, value="2026-10-01")
        add("settings", setting="billing_approvers", value=SECOND)
        for number, rate in ((1, "84"), (2, "120.5"), (3, "66")):
            unit, payer = f"1-0{number}01", f"B-C{number}"
            add("customers", customer_code=payer, customer_name=f"张某{number}", customer_type="owner")
            add(
                "units",
                community_code=COMMUNITY,
                building_code="1",
                unit_code=unit,
                unit_use="residential",
                area_m2=rate,
                handover_date=date(2025, 1, 10),
                fit_out="done",
            )
            if number < 3:  # of the third nobody is known to pay
                add(
                    "occupancies",
                    community_code=COMMUNITY,
                    unit_code=unit,
                    customer_code=payer,
                    role="owner",
                    pays_fees=True,
                    start_date=date(2025, 1, 10),
                )
        add(
            "tariffs",
            tariff_code="B-T1",
            community_code=COMMUNITY,
            charge_kind="property",
            unit_use="residential",
            basis="area_month",
            rate="2.80",
            valid_from=date(2025, 1, 1),
        )


class Asked:
    """A run of the billing DAG that the first person started, and the question it asks."""

    def __init__(self, house: House, dag_run_id: str = "", **conf: Any) -> None:
        self.house = house
        path = "/api/v2/dags/fee_billing/dagRuns"
        house.wait(
            "fee_billing being read", lambda: house.api("GET", "/api/v2/dags/fee_billing", login=ADMIN).status == 200
        )
        given = {"community": COMMUNITY, "period": "2026-10", **conf}
        if not dag_run_id:
            started = house.api("POST", path, {"logical_date": None, "conf": given}, FIRST)
            assert started.status == 200, started.text
            dag_run_id = started.json["dag_run_id"]
        self.dag_run_id = dag_run_id
        self.run = f"{path}/{urllib.parse.quote(self.dag_run_id)}"
        self.task = f"{self.run}/taskInstances/{ASK}/0"

    @property
    def page(self) -> str:
        """Address of the question in Airflow's pages."""
        run = urllib.parse.quote(self.dag_run_id)
        return f"{self.house.ui}/dags/fee_billing/runs/{run}/tasks/{ASK}/mapped/0/required_actions"

    def asked(self, tries: int = 1) -> dict[str, Any]:
        """The open question, once Airflow shows it (for the nth time)."""

        def found() -> dict[str, Any] | None:
            task = self.house.api("GET", self.task, login=ADMIN)
            if task.status != 200 or task.json["state"] != "deferred" or task.json["try_number"] < tries:
                return None
            detail = self.house.api("GET", f"{self.task}/hitlDetails", login=ADMIN)
            return detail.json if detail.status == 200 and not detail.json["response_received"] else None

        question: dict[str, Any] = self.house.wait("the question", found, 300)
        time.sleep(3)  # who reads it answers later: Airflow loses answers that come before it has put the task aside
        return question

    def answer(self, option: str, login: str, reason: str = "") -> int:
        """Press a button as somebody; the HTTP status."""
        given = {"chosen_options": [option], "params_input": {"reason": reason}}
        return self.house.api("PATCH", f"{self.task}/hitlDetails", given, login).status

    def state(self) -> str:
        """State of the Airflow run once it ended."""

        def ended() -> str | None:
            state = self.house.api("GET", self.run, login=ADMIN).json["state"]
            return state if state in ("success", "failed") else None

        try:
            return self.house.wait("the run ending", ended, 300)  # type: ignore[no-any-return]  # what `ended` found
        except AssertionError as error:
            raise AssertionError(f"its tasks stand so: {self.tasks()}\n{error}") from error

    def tasks(self) -> list[tuple[str, str | None, int]]:
        """Each task of the run with its state and its try."""
        found = self.house.api("GET", f"{self.run}/taskInstances", login=ADMIN).json["task_instances"]
        return [(task["task_id"], task["state"], task["try_number"]) for task in found]


@pytest.fixture
def inside(house: House) -> Iterator[House]:
    def is_idle() -> bool:
        """The schedule's own run at the start of the house has ended: it would draft, too."""
        ran = house.api("GET", "/api/v2/dags/fee_billing/dagRuns?limit=100", login=ADMIN)
        return ran.status == 200 and bool(ran.json["dag_runs"]) and not open_runs(ran.json["dag_runs"])

    def open_runs(found: list[dict[str, Any]]) -> list[str]:
        return [run["dag_run_id"] for run in found if run["state"] in ("queued", "running")]

    house.wait("billing being idle", is_idle, 300)
    with house.inside():
        settle_in()
        yield house


@pytest.fixture
def second(inside: House, chromium_browser: Browser) -> Iterator[Page]:
    """The second person's browser, logged in."""
    context = chromium_browser.new_context(
        locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": 1440, "height": 1400}
    )
    context.set_default_timeout(30_000)
    try:
        yield inside.log_in(context, SECOND)
    finally:
        context.close()


def park(amount: str) -> None:
    """A parking contract of the first flat at so much a month."""
    values = {
        "contract_code": "B-K1",
        "community_code": COMMUNITY,
        "unit_code": "1-0101",
        "customer_code": "B-C1",
        "charge_kind": "parking",
        "amount_month": amount,
        "start_date": date(2026, 10, 1),
    }
    made = insert(T["contracts"]).values(values)
    with transaction() as tx:
        tx.execute(made.on_conflict_do_update(index_elements=["contract_code"], set_={"amount_month": amount}))


def states(house: House) -> list[tuple[Any, ...]]:
    return house.query(
        "SELECT attempt, state, approved_by, decision_reason FROM billing_runs WHERE community_code = 'B01'"
        " ORDER BY attempt"
    )


def posted(house: House) -> int:
    return int(house.query("SELECT count(*) FROM ledger WHERE community_code = 'B01'")[0][0])


def press(page: Page, asked: Asked, option: str, reason: str = "") -> None:
    """Open the question in Airflow's pages, write the reason, press a button, and see that Airflow took the answer."""
    page.goto(asked.page)
    page.get_by_role("button", name=option).first.wait_for()
    if reason:
        page.locator("input[name='element_reason'], [id*='reason'] input, input[type='text']").last.fill(reason)
    with page.expect_response(lambda said: said.request.method == "PATCH" and "hitlDetails" in said.url) as answered:
        page.get_by_role("button", name=option).first.click()
    assert answered.value.status == 200, answered.value.text()
    page.goto("about:blank")  # an open page of Airflow asks it for news all the time


def test_the_second_person_rejects_with_a_reason_and_later_approves_in_the_browser(
    inside: House, second: Page, take_screenshot: Callable[..., Path]
) -> None:
    """One life of a month's bills: refused, rejected, superseded, marked as done by hand, approved, approved again."""
    first = Asked(inside)
    question = first.asked()
    assert question["subject"] == "出账审批：澄庭雅苑 2026年10月，¥572.60（2 张账单）"
    assert "| 物业费 | ¥572.60 |" in question["body"]
    assert "1-0301" in question["body"], "the flat nobody pays for is said"
    assert [user["id"] for user in question["assigned_users"]] == [SECOND]
    assert first.answer(AGREE, FIRST) == 403, "who asked for the run"
    second.goto(first.page)
    second.get_by_role("button", name=AGREE).first.wait_for()
    take_screenshot("question", page=second, full_page=True)

    press(second, first, REJECT)  # without a reason: asked again
    first.asked(tries=2)
    assert states(inside) == [(1, "awaiting_approval", None, None)]
    press(second, first, REJECT, "面积未核对")
    assert first.state() == "success"
    assert states(inside) == [(1, "rejected", "S02", "面积未核对")]
    told = inside.query("SELECT recipient FROM messages WHERE kind = 'billing_rejected'")
    assert told == [(f"{FIRST}@example.com",)]

    superseded = Asked(inside)
    superseded.asked()
    by_hand = Asked(inside)
    by_hand.asked()
    assert superseded.state() == "success", "the question about what was superseded ends by itself"
    assert [state for _attempt, state, *_rest in states(inside)] == ["rejected", "superseded", "awaiting_approval"]

    marked = inside.api("PATCH", by_hand.task, {"new_state": "success"}, ADMIN)
    assert marked.status == 200, marked.text
    assert by_hand.state() == "failed"
    assert (states(inside)[-1][1], posted(inside)) == ("awaiting_approval", 0)

    last = Asked(inside)
    last.asked()
    press(second, last, AGREE)
    assert last.state() == "success"
    assert states(inside)[-1][:3] == (4, "posted", "S02")
    booked = posted(inside)
    assert booked > 0
    assert last.answer(AGREE, SECOND) == 409, "answered already"
    code = "B2610-B01-4"
    again = inside.guanjia("approve", code, "--login", SECOND, "--password-file", _password(inside))
    assert again.returncode == 0
    assert posted(inside) == booked


def _password(house: House) -> str:
    file = house.home / "second.txt"
    file.write_text(house.password(SECOND), encoding="utf-8")
    return str(file)


@pytest.mark.soak
def test_a_run_the_command_approves_closes_the_question_in_airflow(inside: House) -> None:
    park("280.00")  # a late parking contract: something to bill again
    asked = Asked(inside)
    asked.asked()
    code = inside.query(
        "SELECT run_code FROM billing_runs WHERE community_code = 'B01' AND state = 'awaiting_approval'"
    )[0][0]
    done = inside.guanjia("approve", code, "--login", SECOND, "--password-file", _password(inside))
    assert done.returncode == 0
    assert asked.state() == "success"
    assert states(inside)[-1][1:3] == ("posted", "S02")
    detail = inside.api("GET", f"{asked.task}/hitlDetails", login=ADMIN).json
    assert (detail["response_received"], detail["chosen_options"]) == (True, [AGREE])


@pytest.mark.soak
def test_inputs_that_changed_are_refused_and_asked_about_anew(inside: House) -> None:
    park("300.00")
    asked = Asked(inside)
    asked.asked()
    attempt = states(inside)[-1][0]
    park("320.00")
    booked = posted(inside)
    assert asked.answer(AGREE, SECOND) == 200
    assert asked.state() == "success"
    assert [row[1] for row in states(inside)[-2:]] == ["superseded", "awaiting_approval"]
    assert posted(inside) == booked, "nothing was posted"
    again = Asked(inside, f"anew__B2610-B01-{attempt + 1}")
    assert "¥320.00" in again.asked()["body"]
    assert again.answer(AGREE, SECOND) == 200
    assert again.state() == "success"
    assert states(inside)[-1][1:3] == ("posted", "S02")
    assert posted(inside) > booked
