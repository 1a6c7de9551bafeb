"""Doctor on callbacks: what is missing for calls to be made is told with what to do."""

from __future__ import annotations

from guanjia.host import doctor_callbacks
from guanjia.host.doctor import Check, Finding, Patient
from guanjia.i18n import gettext_for
from tests.conftest import Database
from tests.database.callback_house import at, callback_house


def _found(database: Database, check: Check) -> list[Finding]:
    return list(check(Patient(database.home, at("20 12:00"), gettext_for("en"), None)))


def test_what_callbacks_lack_is_told_with_what_to_do(database: Database) -> None:
    house = callback_house(database)
    states = {"callback_rules": "ok", "callback_agents": "warning", "callback_readers": "warning"}
    assert {each[0]: _found(database, each[1])[0].state for each in doctor_callbacks.CHECKS} == states
    (nobody,) = _found(database, doctor_callbacks.check_agents)
    assert "001" in nobody.text and "staff register" in nobody.action

    house.agent("A1", email=None)
    told = [finding.text for finding in _found(database, doctor_callbacks.check_agents)]
    assert len(told) == 2 and "no mail address" in told[0] and "A1" in told[0] and "roster" in told[1]
    house.shifts("A1", "20")
    house.execute("UPDATE staff SET email = 'a1@example.com' WHERE staff_code = 'A1'")
    assert [finding.state for finding in _found(database, doctor_callbacks.check_agents)] == ["ok"]

    recipient = {"email": "h@example.com", "report": "callback_list", "scope": "company"}
    house.add("report_recipients", recipient)
    house.customer("C1", "101", phone=None, email=None)
    (counted,) = _found(database, doctor_callbacks.check_readers)
    assert counted.state == "ok" and counted.text.startswith("1 customer has neither telephone")

    day = {"work_date": at("19 07:00").date(), "scope": "001", "capacity": 1, "computed_at": at("19 20:00")}
    house.add("callback_days", day)
    for number in range(4):
        house.customer(f"W{number}", f"20{number}")
        window = {"not_before": at("19 10:00"), "due_by": at("23 20:00"), "community_code": "001"}
        row = {"callback_code": f"H{number}", "rules": "CARE", "customer_code": f"W{number}", "state": "planned"}
        house.add("callbacks", row | window)
    assert "4 calls wait, and the agents can make 1 a day" in _found(database, doctor_callbacks.check_readers)[0].text

    house.rule("CARE", repeat="sometimes")
    (left_out,) = _found(database, doctor_callbacks.check_rules)
    assert left_out.state == "warning" and "CARE" in left_out.text and "repeat" in left_out.text
    house.only_rules("NONE")
    (none,) = _found(database, doctor_callbacks.check_rules)
    assert none.state == "problem" and "nobody is called back" in none.text
