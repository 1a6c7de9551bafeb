"""Each expectation of the gates of callbacks has a row that makes it fail, and a sound row beside it that does not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import pytest
from sqlalchemy import select

from guanjia.domain.errors import GateFailed
from guanjia.gates import check
from guanjia.pipelines.scheduled_callbacks.running import SUITES
from guanjia.settings import BUSINESS_SETTINGS
from guanjia.store.runs import close_run, open_run
from tests.conftest import Database
from tests.database.callback_house import CallbackHouse, T, at, callback_house, on

AS_OF: Final = at("17 07:00")
SOUND: Final = "SOUND"

IN_SET, BETWEEN = "expect_column_values_to_be_in_set", "expect_column_values_to_be_between"
FOUND: Final[Mapping[str, Mapping[str, str]]] = {
    "scheduled_callbacks/callback_contacts": {
        "expect_column_values_to_be_in_set: has_addressee": "critical",
        "expect_column_values_to_be_between: days_since_live": "critical",
        "expect_column_values_to_be_between: seconds_since_trigger": "critical",
        "expect_column_values_to_be_in_set: has_fact": "critical",
        "expect_column_values_to_be_in_set: is_left_alone": "critical",
        "expect_column_values_to_be_in_set: is_not_courted": "critical",
        "expect_column_values_to_be_in_set: is_in_open_callback": "critical",
        "expect_column_values_to_be_in_set: is_said_when_reached": "critical",
        "expect_column_values_to_be_in_set: is_channel_explained": "warning",
        "expect_column_values_to_be_in_set: is_window_of_rule": "warning",
        "expect_column_values_to_be_between: window_days": "warning",
        "expect_column_values_to_be_in_set: is_warned": "warning",
    },
    "scheduled_callbacks/callbacks": {
        "expect_column_values_to_be_between: attempts_over": "critical",
        "expect_column_values_to_be_between: contacts": "critical",
        "expect_column_values_to_be_in_set: is_as_its_contacts": "critical",
        "expect_column_values_to_be_in_set: has_least_window": "critical",
        "expect_column_values_to_be_in_set: has_strongest_channel": "critical",
        "expect_column_values_to_be_in_set: is_left_alone": "critical",
        "expect_column_values_to_be_in_set: is_said_when_reached": "critical",
        "expect_column_values_to_be_between: days_since_plan": "critical",
        "expect_column_values_to_be_between: seconds_since_close": "critical",
        "expect_column_values_to_be_in_set: is_in_scope": "critical",
    },
    "scheduled_callbacks/callback_lists": {
        "expect_column_values_to_be_in_set: is_calling_day": "critical",
        "expect_column_values_to_be_in_set: is_employed": "critical",
        "expect_column_values_to_be_in_set: is_on_duty": "critical",
        "expect_column_values_to_be_between: calls_over": "critical",
        "expect_column_values_to_be_between: wrong_parts": "critical",
        "expect_column_values_to_be_in_set: is_in_untried_part": "critical",
        "expect_column_values_to_be_between: tries_over": "critical",
        "expect_column_values_to_be_in_set: is_callable": "critical",
        "expect_column_values_to_be_in_set: is_in_scope": "critical",
    },
    "scheduled_callbacks/callback_attempts": {
        "expect_column_values_to_be_between: seconds_since_attempt": "critical",
        "expect_column_values_to_be_in_set: is_try_within_hours": "critical",
        "expect_column_values_to_be_in_set: is_try_apart": "critical",
        "expect_column_values_to_be_in_set: is_in_another_part": "critical",
        "expect_column_values_to_be_between: tries_over": "critical",
        "expect_column_values_to_be_in_set: is_said_when_reached": "critical",
        "expect_column_values_to_be_in_set: is_reflected": "critical",
        "expect_column_values_to_be_in_set: is_conflict_kept": "critical",
        "expect_column_values_to_be_in_set: is_by_employed": "warning",
    },
}
"""Suite → what a gate reports of each expectation → its severity. The row that breaks it is named after its column."""


class _Rows:
    """Rows as a run leaves them: a sound one, and one broken in a single way per expectation."""

    def __init__(self, database: Database) -> None:
        self.house: CallbackHouse = callback_house(database)
        self.house.community("002")
        for agent, community in (("A1", "001"), ("B1", "002"), ("BUSY", "001")):
            self.house.agent(agent, community, shifts=["17"], hours="09:00-20:00")
        self.house.agent("MORNING", shifts=["17"], hours="09:00-12:00")
        self.house.agent("LEFT", shifts=["17"], left_on=on("16"))
        with database.transaction() as tx:
            self.run_id = open_run(tx, "scheduled_callbacks", AS_OF, started_at=AS_OF).run_id

    def callback(
        self,
        code: str,
        *,
        contact: Mapping[str, Any] | None = None,
        customer: Mapping[str, Any] | None = None,
        **own: Any,
    ) -> None:
        """A callback of a repair done on Monday, with its contact; ``contact`` and ``own`` change one row each."""
        self.house.customer(code, f"U-{code}", **(customer or {}))
        self.house.case(f"GD-{code}", "13 09:00", "16 10:00 resolved", unit_code=f"U-{code}", customer_code=code)
        window = {"not_before": at("16 10:00"), "due_by": at("18 20:00")}
        written = {"community_code": "001", "customer_code": code, "run_id": self.run_id, "state": "planned"} | window
        row = {"callback_code": code, "rules": "REPAIR", "planned_on": on("17")}
        self.house.add("callbacks", written | row | own)
        subject = {"rule_code": "REPAIR", "subject": f"case:GD-{code}", "occasion": code, "trigger": "repair_resolved"}
        fact = {"case_code": f"GD-{code}", "triggered_at": at("16 10:00"), "priority": 30, "max_attempts": 3}
        made = {"channel": "call", "callback_code": code, "explanation": {"window_working_days": 2}}
        if contact is None or contact:
            self.house.add("callback_contacts", written | subject | fact | made | dict(contact or {}))

    def line(self, code: str, *, day: str = "17", staff: str = "A1", tries: int = 1, parts: str = "1") -> None:
        row = {"work_date": on(day), "callback_code": code, "staff_code": staff, "position": 1, "run_id": self.run_id}
        self.house.add("callback_lists", row | {"tries": tries, "parts": parts, "why_agent": "even"})

    def attempt(
        self,
        code: str,
        instant: str,
        outcome: str = "no_answer",
        *,
        part: int | None = 1,
        staff: str = "A1",
        **own: Any,
    ) -> None:
        """A reported attempt, judged as one that counts."""
        self.house.result(code, instant, outcome, staff=staff, satisfaction=own.get("satisfaction"))
        row = {"callback_code": code, "attempted_at": at(instant), "edition": 1, "staff_code": staff, "day_part": part}
        judged = {"outcome": outcome, "verdict": "counted", "content_digest": "1", "judged_at": AS_OF}
        self.house.add("callback_attempts", row | judged | {"run_id": self.run_id} | own)


CLOSED: Final[dict[str, Any]] = {"state": "unreached", "closed_at": at("17 06:00"), "closed_reason": "exhausted"}
REACHED: Final[dict[str, Any]] = {"state": "reached", "closed_at": at("16 17:00")}


def _contacts(rows: _Rows) -> None:
    rows.callback("has_addressee", channel="manager", contact={"customer_code": None}, customer_code=None)
    rows.callback("days_since_live", contact={"triggered_at": at("10-30 10:00")})
    rows.house.event("GD-days_since_live", "10-30 10:00 resolved")
    rows.callback(
        "seconds_since_trigger", contact={"triggered_at": at("17 08:00"), "state": "missed"} | _missed("not_made")
    )
    rows.callback("has_fact", contact={"triggered_at": at("16 11:00")})
    rows.callback("is_left_alone", customer={"do_not_call": True})
    courted = {"trigger": "care", "case_code": None, "subject": "customer:is_not_courted", "channel": "mail"}
    rows.callback(
        "is_not_courted",
        customer={"do_not_call": True},
        contact=courted | {"channel_reason": "do_not_call"},
        channel="mail",
    )
    rows.callback("is_in_open_callback", **CLOSED)
    rows.callback("is_said_when_reached", contact={"satisfaction": 4})
    rows.callback("is_channel_explained", contact={"channel": "mail"}, channel="mail")
    rows.callback("is_window_of_rule", contact={"due_by": at("17 20:00")})
    rows.callback("window_days", contact={"due_by": at("2027-03-01 20:00"), "explanation": {}})
    rows.callback("is_warned", contact={"state": "missed"} | _missed("no_agent"), **CLOSED)


def _missed(reason: str) -> dict[str, Any]:
    return {"closed_at": at("17 06:00"), "missed_at": at("17 06:00"), "missed_reason": reason}


def _callbacks(rows: _Rows) -> None:
    rows.callback("attempts_over", attempts=4)
    rows.callback("contacts", contact={}, **CLOSED)
    rows.callback("is_as_its_contacts", contact={"state": "unreached", "closed_at": at("17 06:00")}, attempts=1)
    rows.callback("has_least_window", due_by=at("19 20:00"))
    rows.callback("has_strongest_channel", channel="mail")
    rows.callback("is_left_alone", customer={"do_not_call": True}, contact={"channel": "call"})
    rows.callback("is_said_when_reached", satisfaction=2)
    rows.callback("days_since_plan", planned_on=on("18"))
    rows.callback(
        "seconds_since_close",
        contact={"state": "unreached", "closed_at": at("17 06:00")},
        **(CLOSED | {"closed_at": at("17 08:00")}),
    )
    rows.callback("is_in_scope", staff_code="B1")


def _lists(rows: _Rows) -> None:
    lines: Mapping[str, Mapping[str, Any]] = {
        "is_calling_day": {"day": "15", "staff": "A1"},
        "is_employed": {"staff": "LEFT"},
        "is_on_duty": {"staff": "MORNING", "parts": "2"},
        "calls_over": {"staff": "BUSY"},
        "wrong_parts": {"parts": "4"},
        "is_in_untried_part": {"parts": "1"},
        "tries_over": {"tries": 3, "parts": "1,2,3"},
        "is_callable": {},
        "is_in_scope": {"staff": "B1"},
    }
    for code, line in lines.items():
        rows.callback(
            code, customer={"do_not_call": code == "is_callable"}, max_attempts=2 if code == "tries_over" else 3
        )
        rows.line(code, **line)
    rows.house.shifts("A1", "15")
    rows.attempt("is_in_untried_part", "16 11:00", part=1)
    rows.house.setting("callbacks_per_day", "7")
    for n in range(7):
        rows.callback(f"BUSY{n}")
        rows.line(f"BUSY{n}", staff="BUSY")


def _attempts(rows: _Rows) -> None:
    for code in (column for name in FOUND["scheduled_callbacks/callback_attempts"] for column in [name.split(": ")[1]]):
        rows.callback(code, max_attempts=1 if code == "tries_over" else 3)
    rows.attempt("seconds_since_attempt", "17 09:00")
    rows.attempt("is_try_within_hours", "16 12:30", part=None)
    rows.attempt("is_try_apart", "16 13:59", part=1)
    rows.attempt("is_try_apart", "16 16:30", part=2)
    rows.attempt("is_in_another_part", "13 09:30", part=1)
    rows.attempt("is_in_another_part", "16 10:30", part=1)
    rows.attempt("tries_over", "13 09:30", part=1)
    rows.attempt("tries_over", "13 15:30", part=2)
    rows.attempt("is_said_when_reached", "16 15:00", part=2, satisfaction=3)
    rows.attempt("is_reflected", "16 15:00", "reached", part=2)
    rows.attempt("is_conflict_kept", "16 15:00", part=2, verdict="conflicting")
    rows.house.staff("GONE", "agent", left_on=on("10"))
    rows.attempt("is_by_employed", "16 15:00", part=2, staff="GONE")


@pytest.mark.rule("CB-11")
def test_each_expectation_finds_the_row_that_breaks_it_and_no_sound_one(database: Database) -> None:
    """All broken rows stand in one house; each gate is asked once and must name them."""
    rows = _Rows(database)
    rows.callback(SOUND)
    rows.line(SOUND)
    rows.attempt(SOUND, "16 14:30", part=2)
    results = T["gate_results"]
    for suite, make in zip(SUITES, (_contacts, _callbacks, _lists, _attempts), strict=True):
        with database.transaction() as tx:
            rows.run_id = open_run(tx, "scheduled_callbacks", AS_OF, started_at=AS_OF).run_id
        _clean(rows)
        make(rows)
        with pytest.raises(GateFailed):
            check(rows.run_id, suite, {"run_id": rows.run_id}, checked_at=AS_OF)
        with database.transaction("read") as tx:
            found = tx.execute(select(results).where(results.c.suite == suite)).mappings().all()
        assert {row["expectation"]: row["severity"] for row in found} == FOUND[suite]
        for row in found:
            column = row["expectation"].split(": ")[1]
            keys = [" ".join(key.values()) for key in row["failed_keys"]]
            assert row["outcome"] == "failed", (suite, column)
            assert any(column in key for key in keys), (suite, column, keys)
            assert not [key for key in keys if SOUND in key], (suite, column, keys)


def _clean(rows: _Rows) -> None:
    """Only the sound rows are left, as rows of the run to come."""
    for table in ("callback_attempts", "callback_results", "callback_lists", "callback_contacts", "callbacks"):
        rows.house.execute(f"DELETE FROM {table} WHERE callback_code <> '{SOUND}'")
    for table in ("callback_attempts", "callback_lists", "callback_contacts", "callbacks"):
        rows.house.execute(f"UPDATE {table} SET run_id = :run", run=rows.run_id)
    rows.house.execute("DELETE FROM case_events WHERE case_code <> :kept", kept=f"GD-{SOUND}")
    rows.house.execute("DELETE FROM cases WHERE case_code <> :kept", kept=f"GD-{SOUND}")
    rows.house.execute("DELETE FROM occupancies WHERE customer_code <> :kept", kept=SOUND)
    rows.house.execute("DELETE FROM units WHERE unit_code <> :kept", kept=f"U-{SOUND}")
    rows.house.execute("DELETE FROM customers WHERE customer_code <> :kept", kept=SOUND)


@pytest.mark.rule("CB-11")
def test_what_a_gate_stopped_meets_the_next_runs_gate_until_one_succeeds(database: Database) -> None:
    rows = _Rows(database)
    rows.callback(SOUND)
    rows.callback("attempts_over", attempts=4)
    rows.callback(
        "is_said_when_reached", attempts=3, **REACHED, contact={"state": "reached", "closed_at": at("16 17:00")}
    )
    suite = "scheduled_callbacks/callbacks"
    with database.transaction() as tx:
        close_run(tx, rows.run_id, "failed")
        second = open_run(tx, "callback_results", AS_OF + timedelta(hours=2), started_at=AS_OF).run_id
    with pytest.raises(GateFailed, match="attempts_over"):
        check(second, suite, {"run_id": second}, checked_at=AS_OF)
    rows.house.execute("UPDATE callbacks SET attempts = 3")
    rows.house.execute("UPDATE customers SET do_not_call = TRUE WHERE customer_code = :who", who=SOUND)
    assert check(second, suite, {"run_id": second}, checked_at=AS_OF) == {"rows": 3, "warnings": 0}
    with database.transaction() as tx:
        close_run(tx, second, "succeeded")
        third = open_run(tx, "scheduled_callbacks", AS_OF + timedelta(days=1), started_at=AS_OF).run_id
    rows.house.execute("UPDATE callbacks SET run_id = :run WHERE callback_code = :who", run=third, who=SOUND)
    with pytest.raises(GateFailed, match=SOUND):  # who asked during the day is left alone from the next plan on
        check(third, suite, {"run_id": third}, checked_at=AS_OF)
    rows.house.execute("UPDATE callbacks SET run_id = NULL")
    assert check(third, suite, {"run_id": third}, checked_at=AS_OF) == {"rows": 0, "warnings": 0}


def test_gates_and_settings_agree_on_the_shipped_defaults() -> None:
    """A gate reads the stored setting; where none is stored, the default written in its SQL."""
    defaults = {name: BUSINESS_SETTINGS[name].default for name in _DEFAULTS}
    assert defaults == _DEFAULTS


_DEFAULTS: Final = {
    "callbacks_per_day": "40",
    "callback_day_parts": "09:00-12:00,14:00-17:00,17:00-20:00",
    "callback_hours_apart": "3",
}
