"""The numbers and words of the quality check are settings: each changed from what is shipped, and followed (QC-01)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import pytest

from guanjia.domain.keyed_hash import seed_of
from guanjia.quality_settings import QUALITY_SETTINGS
from tests.conftest import Database
from tests.database.quality_house import WEEK, QualityHouse, at, on, quality_house

pytestmark = pytest.mark.rule("QC-01")

CHANGED: Final = {
    "quality_seed": "another word",
    "quality_scores_per_day": "7",
    "quality_scoring_working_days": "3",
    "quality_grace_working_days": "1",
    "quality_appeal_working_days": "1",
    "quality_appeal_due_working_days": "1",
    "quality_disagreement_points": "4",
    "quality_unanswered_calls": "yes",
    "quality_queue_seconds": "4",
    "quality_pass_score": "95",
    "quality_small_sample": "2",
    "quality_department": "另一部门",
    "quality_head_role": "manager",
    "support_roles": "manager",
}
"""By name; the others are changed where months are played: lots, results, the roster."""


@pytest.fixture(scope="module")
def house(module_database: Database) -> QualityHouse:
    """A week drawn on Monday the 23rd, scored on Tuesday and told of at noon, run again on Friday."""
    made = quality_house(module_database)
    made.small_criteria()
    made.execute("UPDATE quality_criteria SET pass_score = NULL")
    made.execute("UPDATE staff SET department = NULL WHERE staff_code = 'A3'")
    made.staff("M1", "manager", community_code=None)
    for name, value in CHANGED.items():
        made.setting(name, value)
    made.many_calls("P", 6)
    made.call("UNANSWERED", "17 10:00", "A3", answered=False)
    for staff in ("L1", "L2"):
        made.shifts(staff, "30")
    made.monday()
    made.execute("UPDATE samples SET reviewer = 'R1', second_reviewer = NULL")
    made.execute("UPDATE samples SET second_reviewer = 'R2' WHERE subject_code = 'P0001'")
    for code in ("P0001", "P0002", "UNANSWERED"):
        made.scores(sample(made, code)["sample_code"], "R1", "24 09:00", 90)
    made.scores(sample(made, "P0001")["sample_code"], "R2", "24 09:00", 94)
    made.results("24 10:30")
    made.step("telling", "tell", "24 12:00")
    made.appeal(sample(made, "P0002")["sample_code"], "24 15:00", "A1")
    made.results("24 16:30")
    made.results("27 08:30")
    made.step("telling", "tell", "27 08:30")
    return made


def sample(house: QualityHouse, subject: str) -> dict[str, Any]:
    """The sample of a call."""
    (found,) = house.samples(f"subject_code = '{subject}'")
    return found


def test_every_setting_named_here_is_one_and_differs_from_what_is_shipped() -> None:
    shipped = {each.name: each.default for each in QUALITY_SETTINGS}
    assert {name: shipped[name] for name in CHANGED if shipped[name] == CHANGED[name]} == {}


def test_the_draw_follows_the_seed_the_room_and_the_days_for_scoring(house: QualityHouse) -> None:
    (draw,) = house.draws()
    assert draw["random_seed"] == seed_of("another word", WEEK, "random")
    assert (draw["capacity"], draw["due_on"]) == (2 * 3 * 7, on("25"))
    assert house.rows("SELECT DISTINCT pass_score FROM quality_draw_criteria") == [(95,)]


def test_calls_nobody_took_are_drawn_and_the_queue_is_late_sooner(house: QualityHouse) -> None:
    assert sample(house, "UNANSWERED")["outcome"] == "unanswered"
    late = {code: detail for check, code, _staff, detail in house.findings() if check == "answered_late"}
    assert late["UNANSWERED"] == "queue:5" and len(late) == 7


def test_the_pass_mark_disagreement_and_small_samples_follow(house: QualityHouse) -> None:
    told = sample(house, "P0001")
    assert (told["score"], told["is_nonconforming"]) == (90, True)
    assert [subject for kind, subject in house.remarks() if kind == "disagreement"] == [told["sample_code"]]
    (result,) = house.table("quality_results", "scope_code = 'A1' AND period = :week", week=WEEK)
    assert (result["sampled"], result["is_small"]) == (2, False)


def test_appeals_and_grace_end_when_they_say(house: QualityHouse) -> None:
    assert sample(house, "P0001")["appeal_until"] == at("26 00:00") - timedelta(seconds=1)
    assert house.rows("SELECT due_on FROM quality_appeal_verdicts") == [(on("25"),)]
    states = {each["subject_code"]: each["state"] for each in house.samples()}
    assert states == {"P0001": "final", "P0002": "appealed", "UNANSWERED": "final"} | {
        f"P000{n}": "expired" for n in range(3, 7)
    }


@pytest.mark.rule("QC-06")
def test_a_correction_goes_to_the_department_named_where_the_agent_has_none(house: QualityHouse) -> None:
    departments = house.rows("SELECT department FROM cases WHERE case_code LIKE 'GJ-Q-%' ORDER BY 1")
    assert sorted(each for (each,) in departments) == ["另一部门", "客服部"]


@pytest.mark.rule("QC-02")
def test_the_head_and_the_support_people_are_the_posts_named(house: QualityHouse) -> None:
    """The two team leaders on that day would do by what is shipped."""
    (warning,) = house.table("quality_roster_warnings", "day = :day", day=on("30"))
    assert (warning["on_duty"], warning["needed"]) == (0, 2)
    told = "SELECT DISTINCT recipient FROM messages WHERE kind = :kind ORDER BY 1"
    assert house.rows(told, kind="quality_roster_warning") == [("m1@example.com",)]
    assert house.rows(told, kind="quality_note") == [("m1@example.com",), ("r1@example.com",), ("r2@example.com",)], (
        "and reviewers, of what is theirs"
    )
