"""Doctor on the quality check: what is missing for samples to be drawn and scored is told with what to do."""

from __future__ import annotations

from guanjia.host import doctor_quality
from guanjia.host.doctor import Check, Finding, Patient
from guanjia.i18n import gettext_for
from tests.conftest import Database
from tests.database.quality_house import at, on, quality_house

NOON = "25 12:00"


def _found(database: Database, check: Check) -> list[Finding]:
    return list(check(Patient(database.home, at(NOON), gettext_for("en"), None)))


def test_what_the_quality_check_lacks_is_told_with_what_to_do(database: Database) -> None:
    house = quality_house(database, people=False)
    states = {"quality_rules": "ok", "quality_reviewers": "warning", "quality_backlog": "ok"}
    assert {each[0]: _found(database, each[1])[0].state for each in doctor_quality.CHECKS} == states
    (nobody,) = _found(database, doctor_quality.check_reviewers)
    assert "there is no reviewer" in nobody.text and "staff register" in nobody.action

    house.agent("A1")
    house.reviewer("R1", None, email=None)
    alone = [finding.text for finding in _found(database, doctor_quality.check_reviewers)]
    assert not any("no team" in text for text in alone), "a department of reviewers alone has no teams"
    house.execute("UPDATE staff SET department = '客服部' WHERE role = 'reviewer'")
    told = [finding.text for finding in _found(database, doctor_quality.check_reviewers)]
    assert len(told) == 3, told
    assert "no mail address" in told[0] and "R1" in told[0] and "no team" in told[1] and "roster" in told[2]
    house.execute("UPDATE staff SET email = 'r1@example.com', team_code = 'Q1' WHERE role = 'reviewer'")
    house.shifts("R1", "24")
    assert [finding.state for finding in _found(database, doctor_quality.check_reviewers)] == ["ok"]

    house.many_calls("C", 30)
    house.setting("quality_scores_per_day", "3")
    house.monday()
    assert _found(database, doctor_quality.check_reviewers)[0].text == (
        "Week 2026-W47: every agent's minimum needs 3 items, there was room for 2."
    )
    assert _found(database, doctor_quality.check_backlog)[0].state == "ok"
    house.execute("UPDATE quality_draws SET due_on = :day", day=on("24"))
    house.execute("UPDATE samples SET reviewer = NULL, unassigned_reason = 'no_room' WHERE sample_code LIKE '%-0001'")
    late, alone = _found(database, doctor_quality.check_backlog)
    assert "1 sample is not scored although its day has passed" in late.text
    assert "1 sample has no reviewer" in alone.text

    house.policy("call", aql=3)
    (unusable,) = _found(database, doctor_quality.check_rules)
    assert "CALL" in unusable.text and "AQL 3" in unusable.text and "4.0" in unusable.action
    house.execute("DELETE FROM sampling_policies WHERE subject_kind = 'case'")
    house.execute("UPDATE quality_criteria SET enabled = FALSE")
    without, missing, _unusable = _found(database, doctor_quality.check_rules)
    assert without.state == "problem" and "nothing is sampled" in without.text
    assert missing.state == "warning" and "case" in missing.text
