"""A home with a past of things kept: what was long due counts as told, the last month's lists are left to be told."""

from __future__ import annotations

from guanjia.pipelines.custody.running import run_steps
from guanjia.sample.custody_past import play_past
from tests.conftest import Database
from tests.database.reports_house import ReportsHouse, at, on


def test_a_months_lists_are_left_to_be_told_and_a_weeks_devices(database: Database) -> None:
    house = ReportsHouse(database)
    house.community("001")
    for code, role in (("S1", "agent"), ("L1", "team_leader"), ("V1", "administration"), ("H1", "department_head")):
        house.staff(code, role, None if role == "administration" else "001")
    for code, found in (("old", "09-08 10:00"), ("mid", "11-05 10:00"), ("new", "11-17 10:00")):
        house.add("found_property", {"item_code": code, "found_at": at(found), "item": "伞", "valuable": True})
    for when in ("10-05 09:00", "19 09:00"):
        check = {"staff_code": "S1", "checked_at": at(when), "device": "printer", "normal": False}
        house.add("device_checks", check)
    assert play_past(on("09-01"), at("20 18:30")) > 0
    steps = "SELECT subject, step FROM custody_steps WHERE told_at = :at ORDER BY 1, 2"
    assert house.rows("SELECT count(*) FROM messages") == [(0,)]
    waiting = "SELECT DISTINCT r.as_of FROM custody_steps AS s JOIN runs AS r USING (run_id) WHERE s.told_at IS NULL"
    assert house.rows(waiting) == [(at("15 18:00"),)], "what is left waits for nobody for weeks: no gate warns of it"
    run_steps(at("20 18:30"))
    told = house.rows(steps, at=at("20 18:30"))
    assert ("new", "posted") in told and ("new", "to_administration") in told
    assert [subject for subject, step in told if step == "device_abnormal"] == ["S1 2026-11-19 09:00:00 printer"]
    long_ago = house.rows(
        "SELECT subject, step, list_code, until FROM custody_steps WHERE told_at < :at", at=at("01 00:00")
    )
    assert ("old", "posted", "F2026-09-11", on("09-18")) in long_ago
    assert ("old", "handed_over", "H2026-09-30", None) in long_ago
