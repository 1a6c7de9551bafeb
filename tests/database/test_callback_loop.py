"""The loop: a dissatisfied answer becomes a case, its resolution a recheck (CB-03); home visits alike (CB-08).

And what comes in through the inbox: results nobody can use, and two workbooks that contradict each other.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from guanjia.domain.seals import seal
from guanjia.store.sql import execute
from tests.conftest import Database
from tests.database.callback_house import CallbackHouse, at, callback_house, on, working_days
from tests.database.test_callback_results import callback, conflicts, plan, take, verdicts
from tests.support.intake import Desk, told


@pytest.fixture(scope="module")
def house(module_database: Database) -> CallbackHouse:
    """One house for all tests: each has customers of its own; the last one plays days."""
    found = callback_house(module_database)
    for code in ("A1", "A2"):
        found.agent(code, shifts=working_days("2", "30"))
    return found


@pytest.fixture
def desk(house: CallbackHouse, tmp_path: Path) -> Desk:
    """Somebody who drops workbooks into the inbox on the evening of the 2nd."""
    return Desk(house.database, tmp_path, at("2 18:00"))


def close(house: CallbackHouse, as_of: str) -> dict[str, int]:
    take(house, as_of)
    return house.step("closing_loop", "close_loop", as_of)


def opened(house: CallbackHouse, like: str) -> list[dict[str, Any]]:
    """Cases opened whose code begins so."""
    names = ("case_code", "kind", "area", "unit_code", "department", "channel", "source_case_code", "opened_at")
    rows = house.rows(
        "SELECT c.case_code, c.kind, c.area, c.unit_code, c.department, c.channel, o.source_case_code, c.opened_at "
        "FROM callback_cases AS o JOIN cases AS c USING (case_code) "
        "WHERE starts_with(c.case_code, :like) ORDER BY 1",
        like=like,
    )
    return [dict(zip(names, row, strict=True)) for row in rows]


@pytest.mark.rule("CB-03")
def test_a_dissatisfied_answer_opens_a_case_with_each_department_it_was_about(house: CallbackHouse) -> None:
    code = plan(house, "C1", "REPAIR repair_resolved", "COMPLAINT complaint_answered", "REPAIR repair_resolved")
    house.execute("UPDATE cases SET department = NULL WHERE case_code = 'GD-C1-1'")
    house.result(code, "2 10:00", satisfaction=2, comment="还在漏水")
    assert close(house, "2 10:30") == {"correction_cases": 2}
    first, second = opened(house, f"GJ-{code}")
    assert (first["case_code"], first["department"], first["source_case_code"]) == (f"GJ-{code}", "工程部", "GD-C1-0")
    assert (second["case_code"], second["department"]) == (f"GJ-{code}-2", "客服部")
    assert {each["kind"] for each in opened(house, f"GJ-{code}")} == {"complaint"}
    assert {each["opened_at"] for each in opened(house, f"GJ-{code}")} == {at("2 10:30")}
    assert close(house, "2 11:00") == {}


@pytest.mark.rule("CB-03")
def test_of_answers_that_differ_the_lowest_opens_the_case_once(house: CallbackHouse) -> None:
    code = plan(house, "DIFFER")
    house.result(code, "2 10:00", satisfaction=5)
    assert close(house, "2 10:30") == {}
    house.result(code, "2 15:00", satisfaction=1, staff="A2")
    assert close(house, "2 15:30") == {"correction_cases": 1}
    house.result(code, "2 16:00", satisfaction=2, staff="A1")
    assert close(house, "2 16:30") == {}
    assert callback(house, code)["satisfaction"] == 5


@pytest.mark.rule("CB-03")
def test_a_care_call_without_a_case_goes_to_the_department_of_callbacks(house: CallbackHouse) -> None:
    code = plan(house, "CARED", "CARE care")
    house.result(code, "2 10:00", satisfaction=2)
    assert close(house, "2 10:30") == {"correction_cases": 1}
    (case,) = opened(house, f"GJ-{code}")
    assert (case["department"], case["unit_code"], case["source_case_code"]) == ("客服部", "UCARED", None)


@pytest.mark.rule("CB-03")
def test_a_bound_raised_later_opens_no_cases_of_long_ago(house: CallbackHouse) -> None:
    code, recent = plan(house, "AGO"), plan(house, "RECENT")
    house.result(code, "2 10:00", satisfaction=3)
    take(house, "2 10:30")
    house.result(recent, "12-04 10:00", satisfaction=3)
    take(house, "12-04 10:30")
    house.setting("callback_dissatisfied_up_to", "3")
    house.step("closing_loop", "close_loop", "12-04 11:00")
    assert (opened(house, f"GJ-{code}"), len(opened(house, f"GJ-{recent}"))) == ([], 1)
    house.execute("DELETE FROM settings WHERE setting = 'callback_dissatisfied_up_to'")


@pytest.mark.rule("CB-08")
def test_a_dissatisfied_home_visit_opens_a_case_and_an_unsigned_one_is_told(house: CallbackHouse) -> None:
    house.customer("HOST", "UHOST")

    def visit(code: str, visited: str, **values: Any) -> None:
        row = {"community_code": None, "unit_code": None, "customer_code": "HOST", "staff_code": "A1", "signed": True}
        row |= {"satisfaction": None, "topic": "engineering", "comment": None}
        house.add("home_visits", row | {"visit_code": code, "visited_at": at(visited)} | values)

    visit("V1", "3 10:00", satisfaction=2, comment="电梯异响")
    visit("V2", "3 11:00", satisfaction=5, signed=None)
    visit("V3", "10-30 10:00", satisfaction=1, signed=False)
    visit("V4", "3 12:00", satisfaction=1, customer_code=None)
    visit("V5", "4 12:00", satisfaction=1)
    written = house.step("closing_loop", "close_loop", "3 20:00")
    assert written == {"visit_cases": 1, "visit_remarks": 2}
    (case,) = opened(house, "GJ-V-")
    assert (case["case_code"], case["kind"], case["unit_code"]) == ("GJ-V-V1", "complaint", "UHOST")
    told_of = [(kind, subject) for kind, subject, _detail in house.remarks() if kind.startswith("visit")]
    assert told_of == [("visit_not_signed", "V2"), ("visit_without_community", "V4")]
    house.execute("UPDATE home_visits SET signed = TRUE WHERE visit_code = 'V2'")
    assert house.step("closing_loop", "close_loop", "3 21:00") == {"visit_remarks_taken_back": 1}


# -- what comes in through the inbox -----------------------------------------------------------------------------------

HEADER = ("回访编号", "回访时间", "结果", "满意度", "工号")


@pytest.mark.rule("CB-11")
def test_results_nobody_can_use_are_rejected_and_an_unknown_callback_is_tried_again(
    house: CallbackHouse, desk: Desk
) -> None:
    code = plan(house, "INBOX")
    rows = [
        HEADER,
        (code, "2026-11-02 10:00", "接通", "6", "A1"),
        ("H261102-LATER", "2026-11-02 10:00", "接通", "5", "A1"),
        (code, "2026-11-02 11:00", "接通", "5", "A9"),
        (code, "2026-11-02 19:00", "接通", "5", "A1"),
        (code, "2026-11-02 12:00", "无人接听", "", "A1"),
    ]
    sheet = desk.load(desk.csv("回访结果.csv", rows)).files[0].sheets[0]
    assert told(sheet) == [
        (2, "satisfaction", "out_of_range"),
        (3, "callback_code", "unknown_reference"),
        (4, "staff_code", "unknown_reference"),
        (5, "attempted_at", "inconsistent_dates"),
    ]
    plan(house, "LATER")
    desk.retry()
    take(house, "2 18:30")
    assert callback(house, "H261102-LATER")["state"] == "reached"


@pytest.mark.rule("CB-11")
def test_a_number_put_right_before_the_list_came_back_is_not_the_wrong_one(house: CallbackHouse, desk: Desk) -> None:
    code = plan(house, "RIGHT")
    wrong = "SELECT phone FROM callback_bad_numbers WHERE customer_code = 'RIGHT'"
    ((called,),) = house.rows("SELECT phone FROM customers WHERE customer_code = 'RIGHT'")
    desk.put("customers", ("客户编号", "客户姓名", "客户类型", "电话"), ("RIGHT", "RIGHT", "业主", "16400000031"))
    desk.load(desk.csv("d/回访结果.csv", [HEADER, (code, "2026-11-02 10:00", "错号", "", "A1")]))
    assert take(house, "2 18:30")["bad_numbers"] == 1
    assert house.rows(wrong) == [(called,)]
    more = (*HEADER[:4], "意见", HEADER[4])
    desk.load(desk.csv("e/回访结果.csv", [more, (code, "2026-11-02 10:00", "错号", "", "隔壁店", "A1")]))
    assert "bad_numbers" not in take(house, "2 19:00"), "the same call, in other words"
    assert house.rows(wrong) == [(called,)]


@pytest.mark.rule("CB-11")
def test_two_workbooks_that_say_different_things_of_one_call_are_both_kept_though_loaded_at_once(
    house: CallbackHouse, desk: Desk
) -> None:
    code = plan(house, "BOTH")
    for name, outcome, satisfaction, staff in (("a", "接通", "5", "A1"), ("b", "接通", "1", "A2")):
        desk.load(desk.csv(f"{name}/回访结果.csv", [HEADER, (code, "2026-11-02 10:00", outcome, satisfaction, staff)]))
    assert close(house, "2 18:30")["correction_cases"] == 1, "the lowest of two agents' answers"
    kept = house.rows(
        "SELECT edition, staff_code, satisfaction, loaded_from IS NOT NULL FROM callback_attempts "
        "WHERE callback_code = :c ORDER BY 1",
        c=code,
    )
    assert kept == [(1, "A1", 5, True), (2, "A2", 1, True)]
    assert (verdicts(house, code), callback(house, code)["satisfaction"]) == (
        [("superseded", None), ("counted", None)],
        1,
    )
    assert conflicts(house, code) == [("changed", at("2 10:00"), 1, at("2 10:00"), 2)]
    desk.load(desk.csv("c/回访结果.csv", [HEADER, (code, "2026-11-02 10:00", "接通", "4", "A1")]))
    assert take(house, "2 19:00")["conflicts"] == 1
    assert [verdict for verdict, _reason in verdicts(house, code)] == ["superseded", "superseded", "counted"]


@pytest.mark.rule("CB-11")
def test_rows_sorted_without_their_codes_are_refused_and_a_number_put_right_by_hand_is_not(
    house: CallbackHouse, desk: Desk
) -> None:
    codes = [plan(house, customer) for customer in ("SORT1", "SORT2", "SORT3")]
    shown = [("王一", "16400000041"), ("李二", "16400000042"), ("张三", "16400000043")]
    seals = [seal(code, ["", *texts, *[""] * 5]) for code, texts in zip(codes, shown, strict=True)]
    mixed = (shown[1], shown[0], ("张三", "16400000049"))
    filled = [
        (*texts, "2026-11-02 10:00", "接通", "1", code, "A1", sealed)
        for texts, code, sealed in zip(mixed, codes, seals, strict=True)
    ]
    head = ("客户", "联系电话", "回访时间", "结果", "满意度", "回访编号", "工号", "校验码")
    sheet = desk.load(desk.csv("f/回访结果.csv", [head, *filled])).files[0].sheets[0]
    assert told(sheet) == [(2, "callback_code", "bad_format"), (3, "callback_code", "bad_format")]
    assert sheet.accepted == 1
    edited = [subject for kind, subject, _detail in house.remarks() if kind == "form_edited"]
    assert [codes[2] in subject for subject in edited] == [True]


# -- days played -------------------------------------------------------------------------------------------------------


@pytest.mark.rule("CB-11")
def test_the_day_is_counted_once_it_is_over_and_again_when_a_result_comes_late(house: CallbackHouse) -> None:
    house.only_rules("REPAIR", "CORRECTION", "COMPLAINT")
    house.community("002")
    for agent in ("B1", "B2"):
        house.agent(agent, "002", shifts=working_days("2", "30"))
    for customer in ("D1", "D2"):
        house.customer(customer, f"U{customer}", community="002")
        house.case(f"GD{customer}", "1 09:00", "1 10:00 resolved", customer_code=customer, community_code="002")
    house.day("2")
    first, second = (house.callback(customer)["callback_code"] for customer in ("D1", "D2"))
    house.result(first, "2 10:00", satisfaction=1, staff="B1")
    assert "days_measured" not in house.results("2 19:59")
    house.results("2 20:00")
    figures = ("agents", "listed", "attempted", "reached", "satisfied", "dissatisfied", "not_reported", "waiting")

    def day() -> dict[str, Any]:
        row = house.rows(
            f"SELECT {', '.join(figures)} FROM callback_days WHERE scope = '002' AND work_date = '2026-11-02'"
        )
        return dict(zip(figures, row[0], strict=True))

    once = {"agents": 2, "listed": 2, "attempted": 1, "reached": 1, "satisfied": 0, "dissatisfied": 1}
    assert day() == once | {"not_reported": 1, "waiting": 0}
    assert house.results("2 20:30") == {}
    house.result(second, "2 15:00", satisfaction=5, staff="B2")
    house.day("3")
    house.results("3 08:30")
    assert day() == once | {"attempted": 2, "reached": 2, "satisfied": 1, "not_reported": 0, "waiting": 0}


@pytest.mark.rule("CB-03")
def test_a_correction_that_was_done_is_called_back_and_again_when_it_did_not_help(house: CallbackHouse) -> None:
    house.customer("LOOP", "ULOOP")
    house.case("GDLOOP", "2 09:00", "2 10:00 resolved", customer_code="LOOP", department="工程部")
    house.day("3")
    first = house.callback("LOOP")["callback_code"]
    house.result(first, "3 10:00", satisfaction=1)
    assert house.results("3 10:30")["correction_cases"] == 1
    house.event(f"GJ-{first}", "3 16:00 resolved")
    house.day("4")
    second = house.callback("LOOP")
    assert (second["rules"], second["case_codes"]) == ("CORRECTION", f"GJ-{first}")
    assert second["due_by"] == at("4 20:00")
    house.result(second["callback_code"], "4 10:00", satisfaction=2)
    assert house.results("4 10:30")["correction_cases"] == 1
    (again,) = opened(house, f"GJ-{second['callback_code']}")
    assert (again["department"], again["source_case_code"]) == ("工程部", f"GJ-{first}")


@pytest.mark.rule("CB-11")
def test_results_wait_for_the_days_they_belong_to(house: CallbackHouse) -> None:
    """Nobody ran on the 5th and 6th: what was said on the 6th is unknown on the mornings that are planned anew."""
    house.customer("WAIT", "UWAIT")
    house.case("GDWAIT", "4 12:00", "4 15:00 resolved", customer_code="WAIT", department="工程部")
    house.day("5")
    code = house.callback("WAIT")["callback_code"]
    house.result(code, "6 10:00", satisfaction=5)
    take(house, "9 06:59")
    assert callback(house, code)["state"] == "planned", "the 6th is not planned yet"
    house.day("9")
    assert callback(house, code)["state"] == "reached"


@pytest.mark.rule("CB-11")
def test_who_was_spoken_to_in_time_was_not_missed_however_late_the_list_came_back(house: CallbackHouse) -> None:
    """The 11th was reckoned with a window missed; the list that comes back on the 12th says otherwise."""
    for customer in ("SOON", "NEVER"):
        house.customer(customer, f"U{customer}", community="002")
        house.case(f"GD{customer}", "9 12:00", "9 15:00 resolved", customer_code=customer, community_code="002")
    house.play("10", "12")
    code = house.callback("SOON")["callback_code"]
    house.results("12 08:30")
    missed = "SELECT missed, not_reported FROM callback_days WHERE scope = '002' AND work_date = '2026-11-11'"
    assert house.rows(missed) == [(2, 2)]
    house.result(code, "10 15:00", satisfaction=5, staff="B1")
    house.results("12 09:00")
    assert house.rows(missed) == [(1, 1)]
    with house.database.transaction() as tx:
        untold = execute(tx, "scheduled_callbacks/find_untold_missed", scopes=["002"]).all()
    assert [row.callback_code for row in untold] == [house.callback("NEVER")["callback_code"]]


@pytest.mark.rule("CB-05")
def test_a_refusal_taken_back_brings_the_prospect_back(house: CallbackHouse) -> None:
    house.prospect("MISHEARD")
    code = plan(house, "MISHEARD", "PROSPECT prospect", community_code=None)
    house.result(code, "12 15:00", "refused")
    house.results("12 16:00")
    dropped = "SELECT reason, returned_on FROM dropped_prospects WHERE customer_code = 'MISHEARD'"
    assert house.rows(dropped) == [("refused", None)]
    house.execute(
        "UPDATE callback_results SET outcome = 'reached', satisfaction = 5 WHERE callback_code = :code", code=code
    )
    house.results("12 17:00")
    house.day("13")
    assert house.rows(dropped) == [("refused", on("13"))]


def test_days_nobody_ever_measured_get_their_figures_however_long_ago_they_were(house: CallbackHouse) -> None:
    days = "SELECT scope, attempted, reached FROM callback_days WHERE work_date = '2026-11-02' AND scope = '002'"
    before = house.rows(days)
    house.execute("DELETE FROM callback_days")
    house.results("30 12:00")
    assert house.rows(days) == before == [("002", 2, 2)]
