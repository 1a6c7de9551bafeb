"""The frame of a week: teams by day, closings, what is risky, what came late, who is served, what is in force."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from guanjia.domain.quality_draw import FLAGS
from guanjia.domain.quality_periods import Week
from guanjia.pipelines.intake.changes import confirm
from guanjia.pipelines.quality_sampling import served
from guanjia.pipelines.quality_sampling.frame import (
    criteria_on,
    policies_on,
    prepare_closed_cases,
    prepare_frame,
    prepare_teams,
)
from guanjia.settings import TIME_ZONE
from guanjia.store.engine import Transaction
from tests.conftest import Database
from tests.database.quality_house import COMMUNITY, MONDAY, QualityHouse, at, on, quality_house, week
from tests.support.intake import Desk

Rows = dict[str, list[dict[str, Any]]]
FRAME = ("frame_communities", "frame_agents", "staff_teams", "risky_cases", "late_items", "closed_cases")
EVER, FOREVER = date(1, 1, 1), date(9999, 12, 31)


@contextmanager
def begun(house: QualityHouse, as_of: str = MONDAY) -> Iterator[tuple[Transaction, list[Week]]]:
    """A transaction of a step, and the weeks due in it."""
    with house.database.transaction() as tx:
        yield tx, served.weeks_due(tx, served.begin(tx, at(as_of)))


def frame_of(house: QualityHouse, of: Week, as_of: str = MONDAY) -> Rows:
    """All temporary tables of a week's frame."""
    with begun(house, as_of) as (tx, _weeks):
        prepare_closed_cases(tx, of, prepare_frame(tx, of))
        return {
            name: [dict(row) for row in tx.execute(text(f"SELECT * FROM {name} ORDER BY 1, 2")).mappings()]
            for name in FRAME
        }


@pytest.fixture(scope="module")
def story(module_database: Database) -> tuple[QualityHouse, Rows]:
    """One week with something of everything."""
    house = quality_house(module_database)
    house.community("002", live_from="18")
    house.community("003", live_from=None)
    house.community("004", live_from="24")
    house.agent("B1", None, community_code="002")
    house.agent("C1", "T9", community_code="003")
    house.agent("N90", hired_on=on("08-18"))
    house.agent("N91", hired_on=on("08-17"))
    house.agent("NOW", hired_on=on("20"))
    house.reviewer("R4", community_code="001", shifts=())
    house.moves("A1", "T2", "18")
    house.moves("A2", "T3", None, changed="19 12:00")
    house.moves("A3", "T4", "10-01", changed="20 12:00")
    house.moves("A3", "T5", "10-01", changed="21 12:00")
    house.closed("K-PLAIN", "16 00:00")
    house.closed("K-BEFORE", "15 23:59")
    house.closed("K-AFTER", "23 00:00")
    house.case("K-TWICE", "15 10:00", "17 10:00 closed", "18 10:00 closed")
    house.case("K-AGAIN", "15 10:00", "17 10:00 closed", "17 11:00 reopened", "20 10:00 closed")
    house.case("K-OPEN", "15 10:00", "17 10:00 closed", "17 11:00 reopened")
    house.case("K-REOPENED-LATER", "15 10:00", "17 10:00 closed", "23 11:00 reopened")
    house.case("K-ASSIGNED", "15 10:00", "16 10:00 assigned A2", "16 11:00 assigned A3", "17 10:00 closed L1")
    house.case("K-CLOSER", "15 10:00", "17 10:00 closed L1", "17 11:00 assigned A2")
    house.case("K-NOBODY", "15 10:00", "17 10:00 closed")
    house.execute("UPDATE cases SET handler = NULL WHERE case_code IN ('K-ASSIGNED', 'K-CLOSER', 'K-NOBODY')")
    house.closed("K-CHANNEL", "17 10:00", channel=" ＡＰＰ ")
    house.closed("K-BLANK", "17 10:00", channel=" ")
    house.closed("K-002-EARLY", "17 23:59", community_code="002")
    house.closed("K-002", "18 00:00", community_code="002")
    house.closed("K-003", "18 10:00", community_code="003")
    house.closed("K-004", "18 10:00", community_code="004")
    house.closed("K-COMPLAINT", "18 10:00", kind="complaint")
    house.dissatisfied("K-AGAIN", "21 10:00", 2)
    house.dissatisfied("K-PLAIN", "21 10:00", 3)
    house.dissatisfied("K-TWICE", "23 04:00", 1)
    house.execute("INSERT INTO quality_progress (drawn_to, computed_to) VALUES (:to, :to)", to=at("16 00:00"))
    house.call("P-LATE", "13 10:00")
    house.call("P-WEEK", "17 10:00")
    house.closed("K-LATE", "13 10:00")
    house.case("K-LATE-AND-NOW", "10 10:00", "13 10:00 closed", "17 10:00 reopened", "18 10:00 closed")
    house.case("K-LATE-OPEN", "10 10:00", "13 10:00 closed", "17 10:00 reopened")
    return house, frame_of(house, week())


@pytest.mark.rule("QC-01")
def test_a_case_is_in_the_week_of_its_last_closing_unless_it_was_reopened(story: tuple[QualityHouse, Rows]) -> None:
    found = {row["case_code"]: row["closed_at"] for row in story[1]["closed_cases"] if not row["is_late"]}
    assert set(found) == {
        *("K-PLAIN", "K-TWICE", "K-AGAIN", "K-REOPENED-LATER", "K-ASSIGNED", "K-CLOSER", "K-NOBODY"),
        *("K-CHANNEL", "K-BLANK", "K-002", "K-COMPLAINT", "K-LATE-AND-NOW"),
    }
    assert found["K-TWICE"] == at("18 10:00")
    assert found["K-AGAIN"] == at("20 10:00")
    assert found["K-LATE-AND-NOW"] == at("18 10:00")


def test_who_answers_for_a_case_is_its_handler_or_the_last_assigned_or_who_closed_it(
    story: tuple[QualityHouse, Rows],
) -> None:
    found = {row["case_code"]: row["staff_code"] for row in story[1]["closed_cases"]}
    assert found["K-PLAIN"] == "A1"
    assert found["K-ASSIGNED"] == "A3"
    assert found["K-CLOSER"] == "L1", "assigned after the closing does not count"
    assert found["K-NOBODY"] is None


def test_channels_of_cases_are_written_one_way(story: tuple[QualityHouse, Rows]) -> None:
    found = {row["case_code"]: row["channel"] for row in story[1]["closed_cases"]}
    assert found["K-CHANNEL"] == "APP"
    assert found["K-BLANK"] == "none"


def test_what_came_in_after_the_draw_of_its_week_is_late_and_nothing_else(story: tuple[QualityHouse, Rows]) -> None:
    house, frame = story
    assert {(row["subject_kind"], row["subject_code"]) for row in frame["late_items"]} == {
        ("call", "P-LATE"),
        *(("case", code) for code in ("K-LATE", "K-LATE-AND-NOW", "K-LATE-OPEN")),
    }
    assert [row["case_code"] for row in frame["closed_cases"] if row["is_late"]] == ["K-LATE"]
    assert house.one("SELECT count(*) FROM quality_late_items") >= 4, "only the draw empties the queue"


@pytest.mark.rule("QC-01")
def test_cases_are_risky_by_complaint_dissatisfaction_and_reopening_known_by_the_weeks_end(
    story: tuple[QualityHouse, Rows],
) -> None:
    found = {row["case_code"]: row["flags"] for row in story[1]["risky_cases"]}
    assert found["K-COMPLAINT"] == ["complaint"]
    assert found["K-AGAIN"] == ["dissatisfied", "reopened"]
    assert "K-PLAIN" not in found, "3 of 5 is not dissatisfied"
    assert "K-TWICE" not in found, "said after the week"
    assert "K-REOPENED-LATER" not in found
    order = {flag: place for place, flag in enumerate(FLAGS)}
    assert all(flags == sorted(flags, key=order.__getitem__) for flags in found.values())


@pytest.mark.rule("QC-01")
def test_agents_are_new_up_to_ninety_days(story: tuple[QualityHouse, Rows]) -> None:
    found = {row["staff_code"]: row["is_new"] for row in story[1]["frame_agents"]}
    assert (found["N90"], found["N91"], found["NOW"], found["A1"]) == (True, False, True, False)


def test_somebody_is_in_the_team_of_the_day(story: tuple[QualityHouse, Rows]) -> None:
    def teams(staff: str) -> list[tuple[str, date, date]]:
        return [
            (row["team_code"], row["first_day"], row["last_day"])
            for row in sorted(story[1]["staff_teams"], key=lambda row: row["first_day"])
            if row["staff_code"] == staff
        ]

    assert teams("A1") == [("T1", EVER, on("17")), ("T2", on("18"), FOREVER)]
    assert teams("A2") == [("T1", EVER, on("18")), ("T3", on("19"), FOREVER)], "without team_from: when it was changed"
    assert teams("A3") == [("T2", EVER, on("09-30")), ("T5", on("10-01"), FOREVER)], "T4 was a slip of the pen"
    assert teams("B1") == []
    moving = {row["staff_code"] for row in story[1]["frame_agents"] if row["is_moving"]}
    assert moving == {"A1", "A2"}


def test_only_communities_served_in_the_week_are_in_the_frame(story: tuple[QualityHouse, Rows]) -> None:
    communities = {row["community_code"]: row for row in story[1]["frame_communities"]}
    assert set(communities) == {"001", "002"}
    assert communities["002"]["live_at"] == at("18 00:00")
    agents = {row["staff_code"]: row["live_at"] for row in story[1]["frame_agents"]}
    assert agents["B1"] == at("18 00:00")
    assert agents["C1"] is None, "of a community that is not served"
    assert agents["R1"] == at("10-01 00:00"), "without community: as the earliest one"


def test_a_community_with_reviewers_of_its_own_at_work_is_a_section_of_its_own(
    story: tuple[QualityHouse, Rows],
) -> None:
    sections = {row["community_code"]: row["section"] for row in story[1]["frame_communities"]}
    assert sections == {"001": COMMUNITY, "002": "company"}
    agents = {row["staff_code"]: row["section"] for row in story[1]["frame_agents"]}
    assert (agents["A1"], agents["B1"], agents["R1"]) == ("001", "company", "company")


@pytest.mark.rule("QC-01")
def test_the_draw_counts_the_same_cases_in_place(story: tuple[QualityHouse, Rows]) -> None:
    """The draw never makes the table of closed cases, whose rows may be a million; both say the same."""
    house, frame = story
    house.step("drawing", "draw", MONDAY)
    counted = {
        (staff, team, community): items
        for staff, team, community, items in house.rows(
            "SELECT staff_code, team_code, community_code, sum(frame_items) FROM quality_populations"
            " WHERE subject_kind = 'case' GROUP BY 1, 2, 3"
        )
    }
    listed: dict[tuple[str, str, str], int] = {}
    for case in frame["closed_cases"]:
        if case["staff_code"] is not None:
            day = case["closed_at"].astimezone(TIME_ZONE).date()
            key = (case["staff_code"], _team_on(frame, case["staff_code"], day), case["community_code"])
            listed[key] = listed.get(key, 0) + 1
    assert counted == listed
    frame_items = house.one("SELECT sum(frame_items) FROM quality_draws")
    assert frame_items == len(frame["closed_cases"]) + 2, "and a call of the week and a late one"
    assert house.one("SELECT sum(late_items) FROM quality_draws") == 2
    assert house.one("SELECT count(*) FROM quality_late_items") == 0


def _team_on(frame: Rows, staff: str, day: date) -> str:
    """Team of somebody on a day; empty: none."""
    teams = (row for row in frame["staff_teams"] if row["staff_code"] == staff)
    return next((row["team_code"] for row in teams if row["first_day"] <= day <= row["last_day"]), "")


def test_reviewers_on_leave_leave_their_community_to_the_company(database: Database) -> None:
    house = quality_house(database)
    house.reviewer("R4", community_code=COMMUNITY, shifts=("24", "25"))
    house.attendance("R4", "24", "leave")
    assert frame_of(house, week())["frame_communities"][0]["section"] == COMMUNITY
    house.attendance("R4", "25", "absent")
    assert frame_of(house, week())["frame_communities"][0]["section"] == "company"


def test_weeks_are_due_from_the_last_complete_one_on_and_every_later_one(database: Database) -> None:
    house = quality_house(database, live_from="25")
    with begun(house, "23 05:00") as (_tx, weeks):
        assert weeks == [], "nobody is served yet"
    assert house.table("quality_progress", order="1") == []
    with begun(house, "29 23:59") as (_tx, weeks):
        assert weeks == [], "the week in which it begins is not over"
    with begun(house, "30 05:00") as (_tx, weeks):
        assert [each.name for each in weeks] == ["2026-W48"]
    house.execute("UPDATE quality_progress SET drawn_to = :to", to=at("30 00:00"))
    with begun(house, "12-22 09:00") as (_tx, weeks):
        assert [each.name for each in weeks] == ["2026-W49", "2026-W50", "2026-W51"]
        assert weeks[0].drawn_at == at("12-07 05:00")


def test_time_never_runs_backwards(database: Database) -> None:
    house = quality_house(database)
    with house.database.transaction() as tx:
        assert served.begin(tx, at("23 05:00")) == at("23 05:00")
    with house.database.transaction() as tx:
        assert served.begin(tx, at("20 05:00")) == at("23 05:00")
    assert house.one("SELECT computed_to FROM quality_progress") == at("23 05:00")


def test_a_week_long_past_goes_by_what_was_in_force_on_its_own_monday(database: Database) -> None:
    house = quality_house(database)
    house.community("002", live_from="23")
    house.setting("quality_new_agent_days", "10", since="24")
    house.setting("quality_closing_events", "resolved", since="24")
    with begun(house, "12-21 05:00") as (tx, _weeks):
        rules = prepare_frame(tx, week())
        assert (rules.new_agent_days, rules.closing_events) == (90, ("closed",))
        assert [row.community_code for row in tx.execute(text("SELECT * FROM frame_communities"))] == ["001"]
        rules = prepare_frame(tx, week("23"))
        assert (rules.new_agent_days, rules.closing_events) == (10, ("resolved",))
        assert tx.execute(text("SELECT count(*) FROM frame_communities")).scalar_one() == 2


def test_teams_follow_from_the_register_and_the_history_intake_keeps(database: Database, tmp_path: Path) -> None:
    desk = Desk(database, tmp_path)
    desk.company("communities", "staff")
    columns = ("工号", "姓名", "岗位", "小区编号", "班组", "入组日期")
    for team, since in (("T1", "2026-10-01"), ("T2", "2026-11-18")):
        code = desk.put("staff", columns, ("S001", "赵客", "客服", "001", team, since), sent_by="clerk").change_code
        assert code is not None
        with database.transaction() as tx:
            confirm(tx, code, decided_by="S900", logins=["S900"], as_of=at("20 12:00"), at=at("20 12:00"))
    with database.transaction() as tx:
        prepare_teams(tx)
        prepare_teams(tx)
        found = tx.execute(text("SELECT * FROM staff_teams ORDER BY first_day")).all()
    assert [tuple(row) for row in found] == [
        ("S001", "T1", on("10-01"), on("17")),
        ("S001", "T2", on("18"), FOREVER),
    ]


@pytest.mark.rule("QC-03")
def test_criteria_hold_from_their_day_and_loaded_ones_replace_the_shipped(database: Database) -> None:
    house = quality_house(database)
    with house.database.transaction() as tx:
        shipped = criteria_on(tx, on("23"))
    assert len(shipped) == 8
    assert [shipped[0].criterion, shipped[-1].criterion] == ["规范开场与问候", "礼貌结束语"], "as a conversation goes"
    assert sum(each.weight for each in shipped) == 100
    house.small_criteria()
    row = {"pass_score": None, "enabled": None, "loaded_from": house.file(), "loaded_row": 9}
    house.add(
        "quality_criteria",
        row | {"criterion": "greeting", "weight": 40, "valid_from": on("20")},
        row | {"criterion": "closing", "weight": 20, "valid_from": on("24"), "enabled": False},
        row | {"criterion": "later", "weight": 10, "valid_from": on("25")},
    )
    with house.database.transaction() as tx:
        found = criteria_on(tx, on("23"))
        later = criteria_on(tx, on("25"))
    assert [(each.criterion, each.position, each.weight, each.is_critical) for each in found] == [
        ("answer", 1, Decimal(50), True),
        ("closing", 2, Decimal(20), False),
        ("greeting", 3, Decimal(40), False),
    ]
    assert found[2].pass_score is None
    assert [each.criterion for each in later] == ["answer", "greeting", "later"]


def test_of_each_kind_the_policy_with_the_lowest_code_holds_and_loaded_ones_replace_the_shipped(
    database: Database,
) -> None:
    house = quality_house(database)
    with house.database.transaction() as tx:
        found = policies_on(tx, on("23"))
    assert {kind: policy.policy_code for kind, policy in found.items()} == {"call": "CALL", "case": "CASE"}
    assert found["call"].weights == {"complaint": 3, "dissatisfied": 4, "reopened": 3, "new_agent": 1}
    assert (found["call"].random_share, found["call"].double_share) == (Fraction(1, 2), Fraction(1, 10))
    row = {"subject_kind": "call", "minimum_per_agent": 2, "random_share": Decimal("0.6"), "double_share": 0}
    for code in ("Z2", "Z1"):
        house.add("sampling_policies", row | {"policy_code": code, "loaded_from": house.file()})
    with house.database.transaction() as tx:
        found = policies_on(tx, on("23"))
    assert {kind: policy.policy_code for kind, policy in found.items()} == {"call": "Z1"}
    assert found["call"].random_share == Fraction(3, 5)
    assert found["call"].weights == dict.fromkeys(FLAGS, 0)
    assert house.step("frame_checks", "check_frame", MONDAY)["policies_left_out"] == 1
    assert house.remarks() == [("policy_unusable", "Z2")]
