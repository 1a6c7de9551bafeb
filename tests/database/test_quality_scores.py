"""Scores that come back: what counts, what is kept and told, what a sample comes to (QC-01)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from guanjia.settings import TIME_ZONE
from tests.conftest import Database
from tests.database.judged_house import (
    DRAW,
    draw,
    figures,
    judged_house,
    reasons,
    remarks_of,
    sample,
    standing,
    tell,
    verdicts,
)
from tests.database.quality_house import QualityHouse, at
from tests.support.intake import Desk, told

pytestmark = pytest.mark.rule("QC-01")


@pytest.fixture(scope="module")
def house(module_database: Database) -> QualityHouse:
    """One house for all tests: each has samples of its own, and their days follow each other."""
    return judged_house(module_database)


def take(house: QualityHouse, as_of: str) -> dict[str, int]:
    return house.step("judging", "take_scores", as_of)


def score(house: QualityHouse, code: str) -> tuple[str, Decimal | None, bool | None, str | None]:
    found = standing(house, code)
    return found["state"], found["score"], found["is_nonconforming"], found["scored_by"]


def test_a_score_is_made_of_all_criteria_and_again_writes_nothing(house: QualityHouse) -> None:
    code = sample(house, "S-WHOLE")
    house.scores(code, "R1", "23 10:00", {"greeting": 90, "answer": 60})
    assert take(house, "23 11:00") == {"judgements": 2}
    assert score(house, code) == ("waiting", None, None, None)
    house.scores(code, "R1", "23 12:00", {"closing": 100})
    assert take(house, "23 13:00") == {"judgements": 1, "scored_samples": 1}
    found = standing(house, code)
    assert score(house, code) == ("scored", Decimal("77.00"), True, "R1")
    assert (found["is_critical"], found["scored_at"]) == (True, at("23 12:00"))
    assert take(house, "23 13:00") == {}


def test_what_lies_after_as_of_is_not_seen(house: QualityHouse) -> None:
    code = sample(house, "S-LATER")
    house.scores(code, "R1", "23 16:00", 90)
    assert take(house, "23 15:00") == {}
    assert take(house, "23 16:00") == {"judgements": 3, "scored_samples": 1}


def test_what_does_not_count_is_kept_told_and_changes_no_figure(house: QualityHouse) -> None:
    code = sample(house, "S-KEPT")
    house.scores(code, "R1", "23 17:00", 90)
    take(house, "23 17:00")
    before = figures(house)
    house.scores(code, "R3", "23 17:10", 10)
    house.scores(code, "A1", "23 17:10", 100)
    house.scores(code, "R4", "23 17:10", 100)
    house.scores(code, "R1", "23 17:20", {"beauty": 100})
    early = sample(house, "S-EARLY")
    house.scores(early, "R1", "20 17:00", 100)
    assert take(house, "23 18:00") == {"judgements": 13, "score_remarks": 5}
    assert [each for each in figures(house) if each["sample_code"] != early] == before
    assert score(house, early) == ("waiting", None, None, None)
    assert reasons(house, code, "R3") == {("kept", "not_assigned")}
    assert reasons(house, code, "A1") == {("kept", "own_work")}
    assert reasons(house, code, "R4") == {("kept", "own_team")}
    assert reasons(house, code, "R1") == {("counted", None), ("kept", "other_criterion")}
    assert reasons(house, early, "R1") == {("kept", "before_draw")}
    kinds = ["score_not_assigned", "score_other_criterion", "score_own_team", "score_own_work"]
    assert (remarks_of(house, code), remarks_of(house, early)) == (kinds, ["score_before_draw"])
    ((subject, detail),) = house.rows(
        "SELECT subject, detail FROM quality_remarks WHERE kind = 'score_not_assigned' AND subject LIKE 'S-KEPT %'"
    )
    assert subject == "S-KEPT R3 answer/1"
    assert (detail["told_to"], detail["criteria"]) == ("R3", ["answer", "closing", "greeting"])
    assert take(house, "23 18:00") == {}


def test_a_content_changed_before_the_close_counts_in_place_of_the_former_and_is_told_anew(house: QualityHouse) -> None:
    code = sample(house, "S-CHANGED")
    house.scores(code, "R1", "23 18:10", 90)
    take(house, "23 18:10")
    tell(house, code, "23 18:30", "26 23:59")
    house.scores(code, "R1", "23 18:40", {"answer": 70})
    assert take(house, "23 18:40") == {"judgements": 2, "scored_samples": 1}
    found = standing(house, code)
    assert (found["score"], found["is_nonconforming"], found["told_at"], found["appeal_until"]) == (
        80,
        True,
        None,
        None,
    )
    assert verdicts(house, code)[:2] == [("R1", "answer", 1, "superseded", None), ("R1", "answer", 2, "counted", None)]
    house.scores(code, "R1", "23 18:10", {"answer": 90})  # and back to the very first content
    assert take(house, "23 18:50") == {"judgements": 2, "scored_samples": 1}
    assert verdicts(house, code)[2] == ("R1", "answer", 3, "counted", None)
    assert take(house, "23 18:50") == {}


def test_the_second_score_is_blind_disagreement_is_told_and_the_first_counts(house: QualityHouse) -> None:
    far, near, split = (sample(house, f"S-{name}", second="R2") for name in ("FAR", "NEAR", "SPLIT"))
    house.scores(far, "R2", "23 19:00", 70)
    take(house, "23 19:00")
    assert score(house, far)[0] == "waiting"
    for code, first, second in ((far, 90, 70), (near, 95, 81), (split, 80, 79)):
        house.scores(code, "R1", "23 19:10", first)
        house.scores(code, "R2", "23 19:10", second)
    take(house, "23 19:10")
    found = standing(house, far)
    assert score(house, far) == ("scored", Decimal(90), False, "R1")
    assert (found["second_score"], found["second_nonconforming"]) == (70, True)
    assert reasons(house, far, "R2") == {("second", None), ("superseded", None)}
    assert [remarks_of(house, code) for code in (far, near, split)] == [["disagreement"], [], ["disagreement"]]
    house.scores(split, "R2", "23 19:20", 80)
    assert take(house, "23 19:20")["score_remarks_taken_back"] == 1
    assert remarks_of(house, split) == []


def test_a_score_that_came_from_two_workbooks_at_once_keeps_the_one_made_in_time(house: QualityHouse) -> None:
    """The time for scoring ends with 4 December: what is written over it later takes nobody's figure away."""
    draw(house, "W-OLD", period="2026-W40", drawn="10-05 05:00", due="10-09")
    code = sample(house, "S-OVER", draw_code="W-OLD", occurred="10-01 10:00")
    house.scores(code, "R1", "10-13 10:00", 90)
    _write_over(house, code, "answer", {"score": 20, "scored_at": at("23 19:30")})
    take(house, "23 19:30")
    assert score(house, code) == ("scored", Decimal(90), False, "R1")
    assert verdicts(house, code)[:2] == [("R1", "answer", 1, "counted", None), ("R1", "answer", 2, "kept", "expired")]
    assert remarks_of(house, code) == ["score_expired"]
    assert take(house, "23 19:30") == {}


def test_who_is_asked_to_score_afterwards_is_judged_again(house: QualityHouse) -> None:
    code = sample(house, "S-HANDED")
    house.scores(code, "R3", "23 20:00", 85)
    take(house, "23 20:00")
    assert score(house, code)[0] == "waiting"
    house.execute("UPDATE samples SET reviewer = 'R3' WHERE sample_code = :code", code=code)
    assert take(house, "23 20:10") == {"judgements": 3, "scored_samples": 1}
    assert score(house, code) == ("scored", Decimal(85), False, "R3")
    assert take(house, "23 20:10") == {}


def test_what_is_final_stays_whatever_comes_and_a_changed_score_is_told(house: QualityHouse) -> None:
    code = sample(house, "S-FINAL")
    house.scores(code, "R1", "24 09:00", 90)
    take(house, "24 09:00")
    house.execute("UPDATE samples SET state = 'final', final_at = :t WHERE sample_code = :c", t=at("24 10:00"), c=code)
    before = figures(house)
    house.scores(code, "R1", "24 09:30", 10)  # of the same instant as the close, and of another one
    house.scores(code, "R3", "24 11:00", 10)
    assert take(house, "24 11:00") == {"judgements": 6, "score_remarks": 2}
    assert figures(house) == before
    assert reasons(house, code, "R1") == {("counted", None), ("kept", "after_close")}
    assert remarks_of(house, code) == ["score_after_close", "score_not_assigned"]
    house.scores(code, "R1", "24 09:00", 90)  # what counts already is nothing new
    assert take(house, "24 11:30") == {}
    house.scores(code, "R1", "24 11:40", 20)
    assert take(house, "24 11:40") == {"judgements": 3, "score_remarks": 1}
    assert remarks_of(house, code).count("score_after_close") == 2


def test_the_blind_second_score_may_follow_the_close_and_changes_nothing_but_itself(house: QualityHouse) -> None:
    code = sample(house, "S-BLIND", second="R2")
    house.scores(code, "R1", "23 00:00", 95)  # a mere date, of the day of the draw
    take(house, "24 11:50")
    house.execute("UPDATE samples SET state = 'final', final_at = :t WHERE sample_code = :c", t=at("24 11:50"), c=code)
    before = standing(house, code)
    house.scores(code, "R2", "24 11:55", 60)
    assert take(house, "24 11:55") == {"judgements": 3, "scored_samples": 1, "score_remarks": 1}
    changed = {name: value for name, value in standing(house, code).items() if value != before[name]}
    assert changed.keys() == {"second_score", "second_nonconforming", "run_id"}
    assert (changed["second_score"], remarks_of(house, code)) == (60, ["disagreement"])
    assert take(house, "24 11:55") == {}


@pytest.mark.rule("QC-06")
def test_a_correction_looked_at_again_is_scored_by_what_was_failed(house: QualityHouse) -> None:
    source = sample(house, "S-SOURCE")
    house.case("GJ-Q-S", "24 12:00")
    row = {"case_code": "GJ-Q-S", "sample_code": source, "staff_code": "A1", "criteria": "answer,closing"}
    house.add("quality_cases", row | {"department": "客服部", "opened_at": at("24 12:00")})
    draw(house, "W-NEXT", period="2026-W48", drawn="24 12:00", due="12-04")
    house.execute("DELETE FROM quality_draw_criteria WHERE draw_code = 'W-NEXT' AND criterion = 'closing'")
    audit = {"subject_kind": "case", "subject_code": "GJ-Q-S", "reason": "audit", "audits_code": source}
    code = sample(house, "S-AUDIT", draw_code="W-NEXT", random_probability=None, is_random=False, **audit)
    house.scores(code, "R1", "24 13:00", {"answer": 100, "closing": 30, "greeting": 10})
    take(house, "24 13:00")
    assert score(house, code) == ("scored", Decimal("80.00"), False, "R1")
    assert ("R1", "greeting", 1, "kept", "other_criterion") in verdicts(house, code)


@pytest.mark.rule("QC-01")
def test_the_real_intake_keeps_a_score_of_101_and_one_for_no_sample(
    house: QualityHouse, tmp_path: Path, module_database: Database
) -> None:
    code = sample(house, "S-DOOR")
    desk = Desk(module_database, tmp_path, as_of=at("24 15:00"))
    before = figures(house)
    receipt = desk.put(
        "quality_scores",
        ("抽样编号", "质检员工号", "评分项", "得分", "致命差错", "评分时间"),
        (code, "R1", "greeting", "101", "", "2026-11-24 14:00"),
        (code, "R1", "answer", "90", "否", "2026-11-24 14:00"),
        ("S-NOWHERE", "R1", "answer", "90", "", "2026-11-24 14:00"),
        (code, "R9", "answer", "90", "", "2026-11-24 14:00"),
        (code, "R1", "closing", "-1", "", "2026-11-24 14:00"),
    )
    assert told(receipt) == [
        (2, "score", "out_of_range"),
        (4, "sample_code", "unknown_reference"),
        (5, "reviewer", "unknown_reference"),
        (6, "score", "out_of_range"),
    ]
    assert (receipt.accepted, receipt.rejected) == (1, 4)
    assert house.one("SELECT count(*) FROM rejected_rows WHERE dataset = 'quality_scores'") == 4
    assert take(house, "24 15:00") == {"judgements": 1}
    assert figures(house) == before
    assert house.one("SELECT loaded_from FROM quality_judgements WHERE sample_code = 'S-DOOR'") is not None
    mended = (
        (code, "R1", "greeting", "100", "", "2026-11-24 14:00"),
        (code, "R1", "closing", "80", "", "2026-11-24 14:00"),
    )
    desk.put("quality_scores", ("抽样编号", "质检员工号", "评分项", "得分", "致命差错", "评分时间"), *mended)
    take(house, "24 16:00")
    assert score(house, code) == ("scored", Decimal("91.00"), False, "R1")
    _twice_through_the_door(house, desk, code)


def _twice_through_the_door(house: QualityHouse, desk: Desk, code: str) -> None:
    """Two workbooks before the next run: both contents are known, the last one counts."""
    header = ("抽样编号", "质检员工号", "评分项", "得分", "致命差错", "评分时间")
    desk.as_of = at("24 17:00")
    for given, when in (("10", "16:10"), ("95", "16:20")):
        desk.put("quality_scores", header, (code, "R1", "answer", given, "", f"2026-11-24 {when}"))
    assert take(house, "24 17:00") == {"judgements": 3, "scored_samples": 1}
    assert [each[2:4] for each in verdicts(house, code) if each[1] == "answer"] == [
        (1, "superseded"),
        (2, "superseded"),
        (3, "counted"),
    ]
    assert take(house, "24 17:00") == {}


# -- the end of the time for scoring: from here on it is December ------------------------------------------------------


def test_what_is_not_scored_by_the_end_of_grace_expires_or_the_second_counts(house: QualityHouse) -> None:
    names = ("S-E1", "S-E2", "S-HALF", "S-SECOND", "S-NOBODY")
    one, two, half, second, nobody = (
        sample(house, name, second="R2" if name == "S-SECOND" else None, reviewer=None if name == "S-NOBODY" else "R1")
        for name in names
    )
    house.scores(half, "R1", "12-01 10:00", {"answer": 90})
    house.scores(second, "R2", "12-01 10:00", 85)
    take(house, "12-04 23:59")
    assert [score(house, code)[0] for code in (one, two, half, second, nobody)] == ["waiting"] * 5
    counts = take(house, "12-05 00:00")
    assert [score(house, code)[0] for code in (one, two, half, second, nobody)] == [
        "expired",
        "expired",
        "expired",
        "scored",
        "expired",
    ]
    assert score(house, second) == ("scored", Decimal(85), False, "R2")
    ((detail,),) = house.rows(
        "SELECT detail FROM quality_remarks WHERE kind = 'expired' AND subject = :s", s=f"{DRAW} R1"
    )
    others = house.one("SELECT count(*) FROM samples WHERE state = 'expired' AND reviewer = 'R1'")
    assert (detail["reviewer"], detail["told_to"], detail["items"]) == ("R1", "R1", others)
    assert counts["scored_samples"] == others + 2
    assert take(house, "12-05 00:00") == {}


def test_a_score_made_in_time_and_handed_in_late_revives_until_the_month_is_closed(house: QualityHouse) -> None:
    late, too_late = sample(house, "S-REVIVED"), sample(house, "S-DEAD")
    take(house, "12-07 10:00")
    assert [score(house, code)[0] for code in (late, too_late)] == ["expired", "expired"]
    house.scores(late, "R1", "12-04 10:00", 90)
    house.scores(too_late, "R1", "12-05 10:00", 90)
    take(house, "12-07 11:00")
    assert score(house, late) == ("scored", Decimal(90), False, "R1")
    assert (score(house, too_late)[0], reasons(house, too_late, "R1")) == ("expired", {("kept", "expired")})
    house.execute("UPDATE quality_progress SET month_closed = '2026-11'")
    closed = sample(house, "S-CLOSED", state="expired", second="R2")
    for who in ("R1", "R2"):
        house.scores(closed, who, "12-04 10:00", 90)
    draw(house, "W-LATE", period="2026-W49", drawn="12-07 05:00", due="12-11")
    fresh = sample(house, "S-FRESH", draw_code="W-LATE", is_late=True)  # of a month closed, drawn only now
    house.scores(fresh, "R1", "12-07 09:00", 90)
    take(house, "12-07 12:00")
    for who in ("R1", "R2"):
        assert (score(house, closed)[0], reasons(house, closed, who)) == ("expired", {("kept", "after_close")})
    assert (score(house, fresh)[:2], remarks_of(house, fresh)) == (("scored", Decimal(90)), [])
    house.scores(late, "R1", "12-04 11:00", 95)
    take(house, "12-07 13:00")
    assert score(house, late)[1] == 95 and remarks_of(house, late) == ["after_close"]


@pytest.mark.rule("QC-06")
def test_a_correction_nobody_looked_at_in_time_waits_and_is_told_once(house: QualityHouse) -> None:
    audit = {"subject_kind": "case", "subject_code": "GJ-Q-LATE", "reason": "audit", "audits_code": "S-SOURCE"}
    code = sample(house, "S-AUDIT-LATE", draw_code="W-NEXT", random_probability=None, is_random=False, **audit)
    take(house, "12-14 10:00")
    assert (score(house, code)[0], ("audit_waiting", "W-NEXT R1") in house.remarks()) == ("waiting", True)
    assert take(house, "12-14 11:00") == {}
    house.scores(code, "R1", "12-15 10:00", {"answer": 95, "closing": 95})
    take(house, "12-15 10:00")
    assert score(house, code) == ("scored", Decimal(95), False, "R1")


def test_every_score_that_was_reported_is_judged(house: QualityHouse) -> None:
    missing = house.rows(
        "SELECT r.sample_code, r.reviewer, r.criterion FROM quality_scores AS r LEFT JOIN quality_judgements AS j"
        " USING (sample_code, reviewer, criterion) WHERE j.sample_code IS NULL"
    )
    assert missing == []
    doubles = house.rows(
        "SELECT sample_code, reviewer, criterion FROM quality_judgements WHERE verdict IN ('counted', 'second')"
        " GROUP BY 1, 2, 3 HAVING count(*) > 1"
    )
    assert doubles == []


def _write_over(house: QualityHouse, code: str, criterion: str, after: dict[str, Any]) -> None:
    """A score is written over, as intake does: what it was goes to the history."""
    house.execute(
        "INSERT INTO register_history (dataset, key, action, before, after, changed_from, changed_at)"
        " SELECT 'quality_scores', jsonb_build_object('sample_code', r.sample_code, 'reviewer', r.reviewer,"
        " 'criterion', r.criterion), 'updated', jsonb_build_object('score', CAST(r.score AS text), 'critical',"
        " CASE WHEN r.critical THEN 'yes' END, 'comment', r.comment, 'scored_at', CAST(:before AS text)), NULL, :file,"
        " :now FROM quality_scores AS r WHERE r.sample_code = :code AND r.criterion = :criterion",
        code=code,
        criterion=criterion,
        file=house.file(),
        now=datetime.now(TIME_ZONE),
        before="2026-10-13 10:00:00",
    )
    house.execute(
        "UPDATE quality_scores SET score = :score, scored_at = :scored_at"
        " WHERE sample_code = :code AND criterion = :criterion",
        code=code,
        criterion=criterion,
        **after,
    )
