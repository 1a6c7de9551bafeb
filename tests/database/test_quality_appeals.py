"""Appeals, final scores, and errors that are corrected and looked at again (QC-01, QC-06)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from guanjia.pipelines.quality_sampling.appeals import appeal_ends
from guanjia.store.sql import execute
from tests.conftest import Database
from tests.database.judged_house import draw, figures, judged_house, remarks_of, sample, standing, tell, verdicts
from tests.database.quality_house import CRITERIA, QualityHouse, at, on
from tests.support.intake import Desk
from tests.support.intake import told as told_faults

pytestmark = pytest.mark.rule("QC-01")

STEPS = (("judging", "take_scores"), ("appeals", "take_appeals"), ("corrections", "open_corrections"))


@pytest.fixture(scope="module")
def house(module_database: Database) -> QualityHouse:
    """One house for all tests: each has samples of its own, and their days follow each other; R1 scores all of them."""
    found = judged_house(module_database)
    found.execute("UPDATE staff SET left_on = '2026-11-22' WHERE staff_code = 'R4'")
    return found


def run(house: QualityHouse, as_of: str) -> dict[str, int]:
    return house.steps(as_of, STEPS)


def told(house: QualityHouse, code: str, day: str, score: float = 70, until: str = "26 23:59", **values: Any) -> str:
    """A sample that R1 scored at 09:00 of a day, and whose agent was told at 10:00."""
    sample(house, code, **values)
    house.scores(code, "R1", f"{day} 09:00", score)
    run(house, f"{day} 09:30")
    tell(house, code, f"{day} 10:00", until)
    return code


def appeal(house: QualityHouse, code: str) -> dict[str, Any]:
    """The last verdict on an appeal against a sample."""
    return house.table("quality_appeal_verdicts", "sample_code = :code", "appealed_at DESC", code=code)[0]


def test_the_time_for_an_appeal_is_the_end_of_the_third_working_day_by_the_communitys_calendar(
    house: QualityHouse,
) -> None:
    house.community("009", working_calendar="round_the_clock")
    with house.database.transaction() as tx:
        friday = appeal_ends(tx, at("27 17:00"), ["001", "009"])
        monday = appeal_ends(tx, at("23 08:30"), ["001"])
        holiday = appeal_ends(tx, at("09-30 17:00"), ["001"])
    last_second = timedelta(seconds=1)
    assert friday == {"001": at("12-03 00:00") - last_second, "009": at("12-01 00:00") - last_second}
    assert monday == {"001": at("27 00:00") - last_second}
    assert holiday["001"].date() == on("10-10")  # 8th, 9th and the make-up Saturday


def test_an_appeal_upheld_leaves_the_score_and_makes_it_final(house: QualityHouse) -> None:
    code = told(house, "P-UPHELD", "23")
    house.appeal(code, "23 11:00", "A1")
    assert run(house, "23 12:00") == {"appeals": 1}
    found = appeal(house, code)
    assert (found["verdict"], found["reviewer"], found["due_on"], found["score_before"]) == (
        "accepted",
        "R2",
        on("26"),
        70,
    )
    assert standing(house, code)["state"] == "appealed"
    assert run(house, "23 12:00") == {}
    house.scores(code, "R1", "23 12:10", 40)  # what an appeal is about is not changed by whose score it is
    assert run(house, "23 12:10") == {"judgements": 3, "score_remarks": 1}
    assert (standing(house, code)["score"], remarks_of(house, code)) == (70, ["score_after_close"])
    house.execute("UPDATE quality_appeal_verdicts SET told_at = :t", t=at("23 12:00"))
    house.appeal(code, "23 11:00", "A1", outcome="upheld")
    assert run(house, "23 13:00") == {"appeals_decided": 1, "corrections_opened": 1}
    found = appeal(house, code)
    assert (found["outcome"], found["score_after"], found["decided_at"], found["told_at"]) == (
        "upheld",
        70,
        at("23 13:00"),
        None,
    )
    sampled = standing(house, code)
    assert (sampled["state"], sampled["score"], sampled["scored_by"]) == ("final", 70, "R1")
    assert sampled["final_at"] == at("23 13:00")
    assert run(house, "23 13:00") == {}


def test_an_appeal_decided_for_the_agent_needs_the_new_scores_and_then_they_count(house: QualityHouse) -> None:
    code = told(house, "P-CHANGED", "23")
    house.appeal(code, "23 14:00", "L1")
    run(house, "23 14:00")
    who = appeal(house, code)["reviewer"]
    house.appeal(code, "23 14:00", "L1", outcome="changed")
    assert run(house, "23 15:00") == {"appeal_remarks": 1}
    assert (standing(house, code)["state"], remarks_of(house, code)) == ("appealed", ["appeal_no_scores"])
    house.scores(code, who, "23 15:30", {"greeting": 90, "answer": 95})
    assert run(house, "23 15:40") == {"judgements": 2}
    house.scores(code, "R3" if who == "R2" else "R2", "23 15:45", 100)
    house.scores(code, who, "23 15:50", {"closing": 80})
    assert run(house, "23 16:00") == {
        "judgements": 4,
        "score_remarks": 1,
        "appeals_decided": 1,
        "appeal_remarks_taken_back": 1,
    }
    sampled = standing(house, code)
    assert (sampled["state"], sampled["score"], sampled["is_nonconforming"], sampled["scored_by"]) == (
        "final",
        Decimal("90.50"),
        False,
        who,
    )
    assert (appeal(house, code)["score_before"], appeal(house, code)["score_after"]) == (70, Decimal("90.50"))
    assert {each[3:] for each in verdicts(house, code, "R1")} == {("counted", None)}
    assert house.table("quality_cases", "sample_code = :code", code=code) == []
    house.appeal(code, "23 14:00", "L1", outcome="upheld")
    before = figures(house)
    assert run(house, "23 16:10") == {"appeal_remarks": 1}
    assert (figures(house), remarks_of(house, code)[0]) == (before, "appeal_after_decision")
    house.appeal(code, "23 16:20", "A1")
    assert run(house, "23 16:30") == {"appeals": 1, "appeal_remarks": 1}
    assert (appeal(house, code)["verdict"], appeal(house, code)["reason"]) == ("refused", "again")


def test_scores_without_a_decision_are_asked_about_once(house: QualityHouse) -> None:
    code = told(house, "P-MUTE", "23")
    house.appeal(code, "23 17:00", "A1")
    run(house, "23 17:00")
    house.scores(code, str(appeal(house, code)["reviewer"]), "23 17:30", 95)
    assert run(house, "23 18:00") == {"judgements": 3, "appeal_remarks": 1}
    assert (standing(house, code)["score"], remarks_of(house, code)) == (70, ["appeal_no_outcome"])
    assert run(house, "23 19:00") == {}
    house.appeal(code, "23 17:00", "A1", outcome="changed")
    run(house, "23 19:00")
    assert standing(house, code)["score"] == 95


def test_what_is_changed_in_the_hour_of_the_appeal_does_not_count_either(house: QualityHouse) -> None:
    code = told(house, "P-SAME", "23")
    house.appeal(code, "23 18:30", "A1")
    house.scores(code, "R1", "23 18:40", 40)
    assert run(house, "23 19:00") == {"judgements": 3, "score_remarks": 1, "appeals": 1}
    assert (standing(house, code)["state"], standing(house, code)["score"]) == ("appealed", 70)
    house.appeal(code, "23 18:30", "A1", outcome="upheld")
    run(house, "23 19:01")
    assert (standing(house, code)["state"], standing(house, code)["score"]) == ("final", 70)


def test_who_scored_it_unasked_does_not_look_at_it_again(house: QualityHouse) -> None:
    code = told(house, "P-MEDDLED", "23")
    house.scores(code, "R2", "23 19:10", 100)
    run(house, "23 19:10")
    house.appeal(code, "23 19:20", "A1")
    run(house, "23 19:20")
    assert appeal(house, code)["reviewer"] == "R3"
    house.execute("UPDATE quality_appeal_verdicts SET reviewer = 'R2' WHERE sample_code = :code", code=code)
    house.appeal(code, "23 19:20", "A1", outcome="changed")
    assert run(house, "23 19:30") == {"appeal_remarks": 1}  # what was unasked for decides nothing, whoever asks later
    house.execute("UPDATE quality_appeal_verdicts SET reviewer = 'R3' WHERE sample_code = :code", code=code)
    house.scores(code, "R3", "23 19:40", 95)
    run(house, "23 19:40")
    assert standing(house, code)["score"] == 95


def test_late_foreign_and_early_appeals_are_refused_told_and_kept(house: QualityHouse) -> None:
    late, foreign = told(house, "P-LATE", "24", 90), told(house, "P-FOREIGN", "24", 90)
    waiting, expired = sample(house, "P-WAITING"), sample(house, "P-EXPIRED", state="expired")
    before = figures(house)
    house.appeal(late, "27 00:00", "A1")
    for minute, who in enumerate(("A2", "L2", "R1", "S1")):
        house.appeal(foreign, f"24 12:0{minute}", who)
    house.appeal(waiting, "24 12:00", "A1")
    house.appeal(expired, "24 12:00", "L1")
    assert run(house, "24 13:00") == {"appeals": 6, "appeal_remarks": 6}
    assert figures(house) == before
    kept = house.rows("SELECT DISTINCT sample_code, verdict, reason FROM quality_appeal_verdicts ORDER BY 1")
    assert [row for row in kept if row[0] in (expired, foreign, waiting)] == [
        (expired, "refused", "expired"),
        (foreign, "refused", "not_entitled"),
        (waiting, "refused", "not_scored"),
    ]
    assert run(house, "24 13:00") == {}
    counts = run(house, "27 08:00")  # the rest of what was told on these days is final now
    assert (counts["appeals"], counts["appeal_remarks"]) == (1, 1)
    assert (appeal(house, late)["reason"], remarks_of(house, late)) == ("late", ["appeal_late"])
    assert standing(house, late)["state"] == "final"
    ((detail,),) = house.rows("SELECT detail FROM quality_remarks WHERE kind = 'appeal_late'")
    assert detail["told_to"] == "A1" and detail["appeal_until"].startswith("2026-11-26T23:59")


def test_of_two_appeals_at_once_the_first_is_taken(house: QualityHouse) -> None:
    code = told(house, "P-TWICE", "27", 90, "12-02 23:59")
    house.appeal(code, "27 11:00", "L1")
    house.appeal(code, "27 10:30", "A1")
    run(house, "27 12:00")
    rows = house.rows("SELECT staff_code, verdict, reason FROM quality_appeal_verdicts WHERE sample_code = :c", c=code)
    assert sorted(rows) == [("A1", "accepted", None), ("L1", "refused", "again")]


def test_a_score_is_final_only_when_its_time_is_over_and_nothing_is_open(house: QualityHouse) -> None:
    code, untold = told(house, "P-QUIET", "27", 90, "12-02 23:59"), sample(house, "P-UNTOLD")
    house.scores(untold, "R1", "27 09:00", 90)
    run(house, "12-02 23:59")
    assert (standing(house, code)["state"], standing(house, untold)["state"]) == ("scored", "scored")
    assert run(house, "12-03 00:00") == {"samples_closed": 1, "appeal_remarks": 1}
    assert (standing(house, code)["state"], standing(house, "P-TWICE")["state"]) == ("final", "appealed")
    assert (standing(house, untold)["state"], standing(house, untold)["final_at"]) == ("scored", None)
    assert run(house, "12-03 00:00") == {}


def test_an_appeal_that_is_not_decided_by_its_day_is_told_once(house: QualityHouse) -> None:
    """P-TWICE was taken on Friday 27 November: three working days are over with Wednesday 2 December."""
    assert "appeal_waiting" in remarks_of(house, "P-TWICE")
    house.appeal("P-TWICE", "27 10:30", "A1", outcome="upheld")
    assert run(house, "12-03 08:30") == {"appeals_decided": 1, "appeal_remarks_taken_back": 1}


def test_an_appeal_made_in_time_that_comes_in_late_opens_a_final_score_again(house: QualityHouse) -> None:
    code = told(house, "P-POST", "12-03", 70, "12-03 23:59")
    assert run(house, "12-04 08:30")["corrections_opened"] == 1
    (correction,) = house.table("quality_cases", "sample_code = :code", code=code)
    house.appeal(code, "12-03 18:00", "A1")
    assert run(house, "12-04 09:30") == {"appeals": 1}
    assert (standing(house, code)["state"], standing(house, code)["final_at"]) == ("appealed", None)
    house.scores(code, str(appeal(house, code)["reviewer"]), "12-04 10:00", 100)
    house.appeal(code, "12-03 18:00", "A1", outcome="changed")
    assert run(house, "12-04 10:30") == {"judgements": 3, "appeals_decided": 1, "correction_remarks": 1}
    assert (standing(house, code)["state"], standing(house, code)["score"]) == ("final", 100)
    assert ("correction_unfounded", correction["case_code"]) in house.remarks()
    assert run(house, "12-04 10:30") == {}


def test_who_looks_at_it_again_has_scored_none_of_it_and_is_of_another_team(house: QualityHouse) -> None:
    """R1 and R2 scored it, R3 has left: the head of the quality check; where that is nobody, it is told."""
    code = told(house, "P-HEAD", "12-03", 90, "12-10 23:59", second="R2")
    assert house.rows("SELECT reviewer FROM quality_appeal_verdicts WHERE sample_code = 'P-TWICE' ORDER BY 1") == [
        ("R2",),
        (None,),
    ]
    assert appeal(house, "P-POST")["reviewer"] == "R2"  # nobody had an open appeal then
    house.execute("UPDATE staff SET left_on = '2026-12-03' WHERE staff_code = 'R3'")
    house.appeal(code, "12-04 11:00", "A1")
    run(house, "12-04 11:00")
    assert appeal(house, code)["reviewer"] == "S1"
    other = told(house, "P-NOBODY", "12-04", 90, "12-10 23:59", second="R2")
    house.execute("UPDATE staff SET left_on = '2026-12-03' WHERE staff_code = 'S1'")
    house.appeal(other, "12-04 11:30", "A1")
    run(house, "12-04 12:00")
    assert (appeal(house, other)["reviewer"], remarks_of(house, other)) == (None, ["appeal_no_reviewer"])
    house.execute("UPDATE staff SET left_on = NULL WHERE staff_code = 'R3'")
    assert run(house, "12-04 13:00") == {"appeals_handed_over": 2}
    assert {appeal(house, each)["reviewer"] for each in (code, other)} == {"R3"}
    assert run(house, "12-04 13:00") == {}
    _leaves_while_appeals_are_open(house, code, other)


def _leaves_while_appeals_are_open(house: QualityHouse, half: str, whole: str) -> None:
    """What R3 has decided is decided; the other appeal goes to S1, and the scores given so far are no fault."""
    house.scores(half, "R3", "12-03 17:00", 10)
    house.scores(whole, "R3", "12-03 17:00", 95)
    house.appeal(whole, "12-04 11:30", "A1", outcome="changed")
    house.execute(
        "UPDATE staff SET left_on = CASE staff_code WHEN 'R3' THEN date '2026-12-03' END"
        " WHERE staff_code IN ('R3', 'S1')"
    )
    done = run(house, "12-04 13:05")
    assert (done["appeals_decided"], done["appeals_handed_over"]) == (1, 1)
    assert run(house, "12-04 13:05") == {}
    assert (standing(house, whole)["state"], standing(house, whole)["score"]) == ("final", 95)
    assert (appeal(house, half)["reviewer"], standing(house, half)["score"]) == ("S1", 90)
    with house.database.transaction() as tx:
        last = house.one("SELECT max(run_id) FROM runs")
        rows = execute(tx, "quality_sampling/gate_judgements", run_id=last).all()
    assert {row.is_by_assigned for row in rows if row.sample_code in (half, whole)} == {True}
    house.execute("UPDATE staff SET left_on = NULL WHERE staff_code = 'R3'")


def test_appeals_and_decisions_come_through_the_real_intake(
    house: QualityHouse, tmp_path: Path, module_database: Database
) -> None:
    code = told(house, "P-DOOR", "12-04", 70, "12-10 23:59")
    desk = Desk(module_database, tmp_path, as_of=at("12-04 13:10"))
    header = ("抽样编号", "申诉时间", "工号", "理由", "结果")
    found = desk.put(
        "quality_appeals",
        header,
        (code, "2026-12-04 13:02", "A1", "录音听得清", ""),
        ("P-NOWHERE", "2026-12-04 13:02", "A1", "不服", ""),
        (code, "2026-12-04 13:03", "A2", "替他申诉", ""),
    )
    assert told_faults(found) == [(3, "sample_code", "unknown_reference")]
    assert run(house, "12-04 13:10") == {"appeals": 2, "appeal_remarks": 1}
    reviewer = str(
        house.one("SELECT reviewer FROM quality_appeal_verdicts WHERE sample_code = :c AND due_on IS NOT NULL", c=code)
    )
    desk.as_of = at("12-04 13:30")
    desk.put("quality_appeals", header, (code, "2026-12-04 13:02", "A1", "录音听得清", "改判"))
    desk.put(
        "quality_scores",
        ("抽样编号", "质检员工号", "评分项", "得分", "评分时间"),
        *((code, reviewer, criterion, "90", "2026-12-04 13:20") for criterion in CRITERIA),
    )
    assert run(house, "12-04 13:30") == {"judgements": 3, "appeals_decided": 1}
    assert (standing(house, code)["state"], standing(house, code)["score"]) == ("final", 90)


# -- corrections -------------------------------------------------------------------------------------------------------


@pytest.mark.rule("QC-06")
def test_an_error_opens_one_case_for_correction_and_prevention(house: QualityHouse) -> None:
    (found,) = house.table("quality_cases", "sample_code = 'P-UPHELD'")
    (case,) = house.table("cases", "case_code = 'GJ-Q-P-UPHELD'")
    assert (found["staff_code"], found["criteria"], found["department"]) == ("A1", "greeting,answer,closing", "客服部")
    assert (case["kind"], case["channel"], case["handler"], case["customer_code"]) == ("enquiry", "质检", "L1", None)
    assert (case["community_code"], case["department"], case["opened_at"]) == ("001", "客服部", at("23 13:00"))
    for word in ("A1", "P-UPHELD", "70.00", "致命差错", "greeting、answer、closing", "纠正措施", "预防措施"):
        assert word in case["description"], word
    assert house.one("SELECT count(*) FROM callback_contacts") == 0


@pytest.mark.rule("QC-06")
def test_a_case_somebody_gave_that_code_is_left_alone_and_a_blank_department_is_the_settings(
    house: QualityHouse,
) -> None:
    house.case("GJ-Q-P-TAKEN", "12-04 09:00")
    house.agent("A9", "T9", department=None)
    told(house, "P-TAKEN", "12-04", 50, "12-04 12:00", staff="A9", team_code="T9")
    run(house, "12-04 14:00")
    (found,) = house.table("quality_cases", "sample_code = 'P-TAKEN'")
    (case,) = house.table("cases", "case_code = 'GJ-Q-P-TAKEN-2'")
    assert (found["case_code"], found["department"], case["handler"]) == ("GJ-Q-P-TAKEN-2", "客服部", None)


@pytest.mark.rule("QC-06")
def test_a_correction_fulfilled_is_done_and_one_failed_again_opens_a_new_case(house: QualityHouse) -> None:
    draw(house, "W2026-49", period="2026-W49", drawn="12-07 05:00", due="12-11")
    audit: dict[str, Any] = {"draw_code": "W2026-49", "subject_kind": "case", "reason": "audit"}
    audit["random_probability"] = None
    audit |= {"is_random": False, "occurred": "12-06 10:00"}
    for code, source, score in (("D-A01", "P-UPHELD", 95), ("D-A02", "P-TAKEN", 40)):
        (done,) = house.rows("SELECT case_code, staff_code FROM quality_cases WHERE sample_code = :s", s=source)
        sample(house, code, subject_code=done[0], staff=done[1], audits_code=source, **audit)
        house.execute("UPDATE quality_cases SET audit_code = :c WHERE sample_code = :s", c=code, s=source)
        house.scores(code, "R1", "12-07 09:00", score)
    run(house, "12-07 10:00")
    for code in ("D-A01", "D-A02"):
        tell(house, code, "12-07 10:00", "12-07 11:00")
    assert run(house, "12-07 12:00") == {"samples_closed": 2, "corrections_opened": 1}
    opened = house.table("quality_cases", "sample_code LIKE 'D-A%'")
    assert [(each["sample_code"], each["case_code"]) for each in opened] == [("D-A02", "GJ-Q-D-A02")]
    (case,) = house.table("cases", "case_code = 'GJ-Q-D-A02'")
    assert "P-TAKEN 整改复查" in case["description"]
    assert run(house, "12-07 12:00") == {}


def test_nothing_reported_is_lost(house: QualityHouse) -> None:
    assert (
        house.rows(
            "SELECT p.sample_code FROM quality_appeals AS p LEFT JOIN quality_appeal_verdicts AS v"
            " USING (sample_code, appealed_at) WHERE v.sample_code IS NULL"
        )
        == []
    )
    assert house.rows("SELECT sample_code FROM samples WHERE (state = 'final') <> (final_at IS NOT NULL)") == []
