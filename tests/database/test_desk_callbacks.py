"""What the desk's callback pages read, over one played story: lists, what is open or ended, and a callback's life."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from sqlalchemy import Connection

from guanjia.desk.reading import Row, row, rows
from guanjia.i18n import gettext_for
from guanjia.pipelines.overdue_escalations.explaining import explain_case
from guanjia.pipelines.scheduled_callbacks.explaining import explain_callback
from guanjia.pipelines.scheduled_callbacks.list_rows import read_lists
from guanjia.pipelines.scheduled_callbacks.list_words import note_words
from guanjia.pipelines.scheduled_callbacks.remark_words import remark_advice, remark_heading, remark_sentence
from tests.conftest import Database
from tests.database.callback_house import CallbackHouse, at, callback_house, on

NOTHING: dict[str, Any] = dict.fromkeys(("community_code", "rule_code", "staff_code", "customer_code"))
MONDAY_NIGHT = at("16 21:00")


@pytest.fixture(scope="module")
def house(module_database: Database) -> Iterator[CallbackHouse]:
    """Friday's repairs and a complaint; on Monday one customer is reached, one is not, one is not called."""
    made = callback_house(module_database)
    made.only_rules("REPAIR", "COMPLAINT", "PROSPECT")
    made.agent("A1", shifts=["16", "17"], hours="09:00-20:00")
    for code in ("C1", "C2", "C3"):
        made.customer(code, f"U{code}")
        made.case(f"GD-{code}", "12 09:00", "13 15:00 resolved", unit_code=f"U{code}", customer_code=code)
    made.case("TS-C1", "12 09:00", "13 16:00 answered", kind="complaint", unit_code="UC1", customer_code="C1")
    made.customer("QUIET", "UQ", do_not_call=True, email=None)
    made.case("GD-Q", "12 09:00", "13 15:00 resolved", unit_code="UQ", customer_code="QUIET")
    made.prospect("P1", interested=False)
    made.day("16")
    made.result(_code(made, "C1"), "16 10:00", satisfaction=2)
    made.result(_code(made, "C1"), "16 10:30", "no_answer")
    made.result(_code(made, "C2"), "16 10:10", "no_answer")
    made.results("16 21:00")
    yield made


def _code(house: CallbackHouse, customer: str) -> str:
    ((code,),) = house.rows("SELECT callback_code FROM callbacks WHERE customer_code = :c", c=customer)
    return str(code)


def described(tx: Connection, name: str, **asked: Any) -> Sequence[Row]:
    """What a page shows of the callbacks a statement chooses."""
    return rows(tx, "describe_callbacks", callback_codes=[each["callback_code"] for each in rows(tx, name, **asked)])


@pytest.mark.rule("CB-11")
def test_the_pages_show_the_day_what_is_open_and_what_came_of_it(house: CallbackHouse) -> None:
    page = {"page_size": 50, "skip": 0}
    with house.database.transaction("read") as tx:
        (agent,) = rows(tx, "list_agents_of_day", day=on("16"), community_code="001")
        shown = ("callbacks", "reached", "tried", "untouched", "told_at")
        assert [agent[name] for name in shown] == [3, 1, 1, 1, None]
        assert not rows(tx, "list_agents_of_day", day=on("16"), community_code="002")
        lines = rows(tx, "list_lines_of_agent", day=on("16"), staff_code="A1")
        on_list = {each["customer_code"]: each for each in lines}
        assert {code: (each["outcome"], each["tried"]) for code, each in on_list.items()} == {
            "C1": ("no_answer", 2),
            "C2": ("no_answer", 1),
            "C3": (None, None),
        }, "who stands on a list and what the day's calls came to"
        assert row(tx, "find_callback_day", day=on("30"))["work_date"] == on("16")  # type: ignore[index]  # a row is there

        counts = row(tx, "count_callbacks", at=MONDAY_NIGHT, noted_since=at("01 00:00"), community_code=None)
        assert counts is not None
        named = ("calls", "mails", "for_manager", "past")
        assert {name: counts[name] for name in named} == dict(zip(named, (2, 0, 1, 0), strict=True))

        def found(view: str, **only: Any) -> list[str]:
            listed = described(tx, "choose_open_callbacks", view=view, at=MONDAY_NIGHT, **(NOTHING | only), **page)
            return sorted(each["customer_code"] for each in listed)

        assert found("open") == ["C2", "C3", "QUIET"]
        assert found("manager") == ["QUIET"]
        assert found("open", customer_code="C2") == ["C2"]
        assert found("open", rule_code="COMPLAINT") == [], "rules are told apart by their whole code"
        assert found("mail") == []

        said = {each.customer_code: note_words(gettext_for("en"), each) for each in read_lists(tx, on("16"))}
        assert said["C1"] == "over, no call any more", "a list fetched in the afternoon says who was reached"
        assert "over" not in said["C2"]

        span = {"ended_from": at("01 00:00"), "ended_until": at("12-01 00:00")}
        (ended,) = described(tx, "choose_closed_callbacks", state=None, **span, **NOTHING, **page)
        assert (ended["customer_code"], ended["satisfaction"], ended["rules"]) == ("C1", 2, "COMPLAINT,REPAIR")
        assert ended["triggers"] == "complaint_answered,repair_resolved", "pages say why in words, not in codes"
        assert not rows(tx, "choose_closed_callbacks", state="refused", **span, **NOTHING, **page)

        (day,) = rows(tx, "list_callback_days", first_day=on("01"), last_day=on("30"), scope="001")
        assert (day["work_date"], day["listed"], day["reached"], day["dissatisfied"]) == (on("16"), 3, 1, 1)
        (dropped,) = rows(tx, "list_dropped_prospects", with_returned=False, **page)
        assert (dropped["customer_code"], dropped["reason"]) == ("P1", "not_interested")
        (first, *_rest) = described(tx, "choose_customer_callbacks", customer_code="C1", page_size=5)
        assert first["state"] == "reached"
        assert rows(tx, "list_callback_conflicts", community_code=None, **page) is not None
        assert {each["rule_code"] for each in rows(tx, "list_callback_rules")} >= {"REPAIR", "CARE"}


@pytest.mark.rule("CB-01")
@pytest.mark.rule("CB-02")
def test_a_callback_says_why_this_customer_why_then_why_this_agent(house: CallbackHouse) -> None:
    code = _code(house, "C1")
    with house.database.transaction("read") as tx:
        told = "\n".join(explain_callback(tx, code, MONDAY_NIGHT, "en"))
        for part in (
            "Rule COMPLAINT (CB-02): complaint answered, case TS-C1, Fri 13 Nov 2026 16:00",
            "Rule REPAIR (CB-01)",
            "One voice: what 2 rules ask is one conversation",
            "It is to be made from Fri 13 Nov 2026 16:00 to Mon 16 Nov 2026 20:00",
            "on the list of A1",
            "Why this agent",
            "reached, satisfaction 2",
            "It opened case GJ-",
            "It ended Mon 16 Nov 2026 10:00",
        ):
            assert part in told, told
        assert "C1 (C*)" in told and "139" not in told, "people appear masked, numbers not at all"
        assert "一个声音" in "\n".join(explain_callback(tx, code, MONDAY_NIGHT, "zh"))
        assert "not visible yet" in explain_callback(tx, code, at("13 21:00"), "en")[0]
        quiet = "\n".join(explain_callback(tx, _code(house, "QUIET"), MONDAY_NIGHT, "en"))
        assert "Not by telephone: does not want to be called." in quiet and "nobody calls" in quiet
        waiting = "\n".join(explain_callback(tx, _code(house, "C2"), MONDAY_NIGHT, "en"))
        assert "It is open: 1 of 3 attempts count so far. Next: a call, in 14:00–17:00, 17:00–20:00." in waiting, (
            waiting
        )
        case = "\n".join(explain_case(tx, "TS-C1", MONDAY_NIGHT, "en"))
        assert f"Callback {code} follows it (rule COMPLAINT): reached, satisfaction 2." in case
        opened = "\n".join(explain_case(tx, f"GJ-{code}", MONDAY_NIGHT, "en"))
        assert f"It was opened by callback {code}" in opened


def test_every_remark_is_a_sentence_with_advice_whatever_its_detail(house: CallbackHouse) -> None:
    noted = house.remarks()
    assert noted, "the try after the conversation is remarked"
    for language in ("en", "zh"):
        _ = gettext_for(language)
        for kind, subject, detail in [*noted, ("unheard_of", "H1", {}), ("no_agent", "001/x", {})]:
            sentence = remark_sentence(_, kind, subject, detail)
            assert sentence and "{" not in sentence
            assert remark_heading(_, kind) and remark_advice(_, kind)
