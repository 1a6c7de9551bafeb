"""Each expectation of the gate of things kept has a row that makes it fail, and sound ones beside it that pass."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pytest
from sqlalchemy import select

from guanjia.domain.errors import GateFailed
from guanjia.gates import check
from guanjia.pipelines.custody.running import SUITES
from guanjia.settings import BUSINESS_SETTINGS
from guanjia.store.runs import close_run, open_run
from tests.conftest import Database
from tests.database.custody_house import CustodyHouse, T, at, custody_house, on

SUITE: Final = "custody/custody_steps"
NOW: Final = at("30 18:00")

FOUND: Final[Mapping[str, tuple[str, set[str]]]] = {
    "expect_column_values_to_be_between: days_until_due": ("critical", {"posted TOO-EARLY"}),
    "expect_column_values_to_be_between: days_untold": ("warning", {"posted WAITING", "device_unchecked 001 phone"}),
    "expect_column_values_to_be_between: days_since_live": ("critical", {"posted BEFORE-LIVE"}),
    "expect_column_values_to_be_in_set: has_subject": ("critical", {"posted NOWHERE", "key_chased NOWHERE"}),
    "expect_column_values_to_be_in_set: is_still_kept": ("critical", {"posted CLAIMED", "key_chased BACK"}),
    "expect_column_values_to_be_in_set: is_valuable": ("critical", {"to_administration UMBRELLA"}),
    "expect_column_values_to_be_in_set: is_in_order": ("critical", {"handed_over HANGING", "disposal NOT-HANDED"}),
    "expect_column_values_to_be_in_set: is_kept_long_enough": ("critical", {"disposal NOT-HANDED"}),
    "expect_column_values_to_be_in_set: is_posting_day": ("warning", {"posted ON-A-MONDAY"}),
    "expect_column_values_to_be_in_set: is_lent_by_evening": ("critical", {"key_chased LENT-LATER"}),
    "expect_column_values_to_be_in_set: is_abnormal": ("critical", {"device_abnormal A1 SOUND-DEVICE"}),
    "expect_column_values_to_be_in_set: is_on_shift": ("critical", {"device_unchecked 001 phone"}),
}
"""What the gate reports → its severity, and the steps that break it, each named after what is wrong."""


@pytest.fixture
def house(database: Database) -> CustodyHouse:
    """Things, keys and devices, planned rightly and told of by nobody yet."""
    found = custody_house(database)
    found.found("SOUND", "25 10:00", valuable=True)
    found.lend("SOUND-KEY", "30 09:00")
    found.shifts("A1", "29", "30")
    found.check("A1", "29 09:00")
    found.check("A1", "30 09:00", "computer", only=("computer",))
    assert found.plan("30 18:00") == {"found": 2, "keys": 1, "abnormal": 1, "unchecked": 1}
    return found


def _steps(house: CustodyHouse, run_id: int) -> None:
    def step(name: str, subject: str, due_on: str, **own: Any) -> None:
        house.add("custody_steps", {"step": name, "subject": subject, "due_on": on(due_on), "run_id": run_id} | own)

    with house.database.transaction() as tx:
        earlier = open_run(tx, "custody", at("20 18:00")).run_id
        close_run(tx, earlier, "succeeded")
    things: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("TOO-EARLY", "25 10:00", {}),
        ("WAITING", "19 10:00", {}),
        ("BEFORE-LIVE", "10-31 10:00", {}),
        ("CLAIMED", "25 10:00", {"claimed_at": at("26 10:00")}),
        ("UMBRELLA", "25 10:00", {}),
        ("HANGING", "25 10:00", {}),
        ("NOT-HANDED", "25 10:00", {}),
        ("ON-A-MONDAY", "25 10:00", {}),
    )
    for code, found, own in things:
        house.found(code, found, **own)
    step("posted", "TOO-EARLY", "12-04")
    step("posted", "WAITING", "20", run_id=earlier)
    step("posted", "BEFORE-LIVE", "27")
    step("posted", "NOWHERE", "27")
    step("posted", "CLAIMED", "27")
    step("posted", "ON-A-MONDAY", "30")
    step("to_administration", "UMBRELLA", "25")
    told = {"told_at": at("27 18:00"), "list_code": "F2026-11-27", "until": on("12-04")}
    step("posted", "HANGING", "27", **told)
    step("handed_over", "HANGING", "30")
    step("disposal", "NOT-HANDED", "30")
    house.lend("BACK", "25 10:00")
    house.give_back("BACK", "26 10:00")
    house.lend("LENT-LATER", "30 18:30")
    for key in ("NOWHERE", "BACK", "LENT-LATER"):
        step("key_chased", key, "30")
    sound = {"staff_code": "A1", "checked_at": at("29 09:00"), "device": "phone"}
    step("device_abnormal", "A1 SOUND-DEVICE", "29", **sound)
    step("device_unchecked", "001 phone", "20", staff_code="A1", device="phone", run_id=earlier)


@pytest.mark.rule("CUST-01")
@pytest.mark.rule("CUST-02")
@pytest.mark.rule("CUST-04")
def test_each_expectation_finds_the_steps_that_break_it_and_no_sound_one(house: CustodyHouse) -> None:
    assert SUITES == (SUITE,)
    (run_id,) = house.rows("SELECT max(run_id) FROM runs")[0]
    assert check(run_id, SUITE, {"run_id": run_id}, checked_at=NOW)["rows"] == 5
    _steps(house, run_id)
    with house.database.transaction() as tx:
        close_run(tx, run_id, "failed")
        later = open_run(tx, "custody", NOW).run_id
    with pytest.raises(GateFailed):  # what one run wrote and nobody was told of meets the next one's gate
        check(later, SUITE, {"run_id": later}, checked_at=NOW)
    results = T["gate_results"]
    with house.database.transaction("read") as tx:
        rows = tx.execute(select(results).where(results.c.run_id == later)).mappings().all()
    assert {
        row["expectation"]: (row["severity"], {f"{key['step']} {key['subject']}" for key in row["failed_keys"]})
        for row in rows
        if row["outcome"] != "met"
    } == FOUND


def test_what_was_told_is_not_asked_again(house: CustodyHouse) -> None:
    house.tell("30 18:00")
    (run_id,) = house.rows("SELECT max(run_id) FROM runs")[0]
    assert check(run_id, SUITE, {"run_id": run_id}, checked_at=NOW) == {"rows": 0, "warnings": 0}


def test_the_gate_and_the_settings_agree_on_the_shipped_defaults() -> None:
    """The gate reads the stored setting; where none is stored, the default written in its SQL."""
    assert BUSINESS_SETTINGS["custody_disposal_months"].default == "3"
    assert BUSINESS_SETTINGS["custody_posting_weekday"].default == "5"


@pytest.mark.rule("CUST-01")
def test_the_gate_lets_pass_what_is_odd_but_right(house: CustodyHouse) -> None:
    """An outage of months, something claimed meanwhile, a notice put up late, a key without a community."""
    house.tell("30 18:00")
    house.found("A", "12-01 10:00")
    house.found("B", "12-02 19:30", valuable=True)
    house.found("C", "12-03 10:00")
    house.lend("K", "12-20 10:00", community=None)
    house.claim("C", "12-24 10:00")
    for as_of in ("2027-03-10 18:00", "2027-03-31 18:00", "2027-06-01 18:00"):
        house.plan(as_of)
        (run_id,) = house.rows("SELECT max(run_id) FROM runs")[0]
        found = check(run_id, SUITE, {"run_id": run_id}, checked_at=NOW)
        assert found["rows"] > 0 and found["warnings"] == 0  # what came up today has kept nobody waiting
        house.tell(as_of)
    assert house.rows("SELECT count(*) FROM custody_steps WHERE step = 'disposal' AND told_at IS NOT NULL")[0][0] >= 2
