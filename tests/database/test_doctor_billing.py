"""Doctor on billing and collection: each thing that stands still or is missing is told with what to do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from guanjia.host import doctor_billing
from guanjia.host.doctor import Check, Finding, Patient
from guanjia.i18n import gettext_for
from guanjia.settings import TIME_ZONE
from tests.conftest import Database
from tests.database.billing_house import COMMUNITY, BillingHouse, billing_house, on
from tests.support.billing_runs import draft

NOON = datetime(2026, 11, 20, 12, tzinfo=TIME_ZONE)


@pytest.fixture
def house(database: Database) -> BillingHouse:
    """A community with a flat, its payer, a tariff and an approver, served since September."""
    made = billing_house(database)
    made.unit("0101")
    made.payer("0101", "A")
    made.tariff("T1", "2.0")
    made.add("settings", setting="billing_approvers", value="shenhe")
    made.add("staff", staff_code="M1", staff_name="沈鹤", role="manager", login="shenhe", email="shen.he@example.com")
    return made


def found(house: BillingHouse, check: Check, at: datetime = NOON) -> list[Finding]:
    patient = Patient(house.database.home, at, gettext_for("en"), None)
    told: Iterable[Finding] = check(patient)
    return [finding for finding in told if finding.state != "ok"]


def _set(house: BillingHouse, statement: str, **values: Any) -> None:
    with house.database.transaction("owner") as tx:
        tx.execute(text(statement), values)


def test_without_an_approver_nothing_is_ever_posted(house: BillingHouse) -> None:
    assert found(house, doctor_billing.check_approvers) == []
    _set(house, "UPDATE staff SET email = NULL")
    assert "no mail address: shenhe" in found(house, doctor_billing.check_approvers)[0].text
    _set(house, "DELETE FROM settings WHERE setting = 'billing_approvers'")
    (told,) = found(house, doctor_billing.check_approvers)
    assert told.text.startswith("Nobody may approve") and "billing_approvers" in told.action


def test_a_run_that_stands_still_is_told_by_its_state(house: BillingHouse) -> None:
    draft(house, "2026-09", as_of=datetime(2026, 11, 5, 2, tzinfo=TIME_ZONE))
    assert "shown to nobody: B2609-001-1" in found(house, doctor_billing.check_billing_runs)[0].text
    _set(house, "UPDATE billing_runs SET state = 'awaiting_approval', shown_at = drafted_at, shown_digest = digest")
    (told,) = found(house, doctor_billing.check_billing_runs)
    assert "more than 7 days: B2609-001-1" in told.text and "guanjia approve" in told.action
    assert found(house, doctor_billing.check_billing_runs, datetime(2026, 11, 11, tzinfo=TIME_ZONE)) == []
    _set(
        house,
        "UPDATE billing_runs SET state = 'approved', decision = 'approved', decision_digest = digest, "
        "decided_at = drafted_at",
    )
    (told,) = found(house, doctor_billing.check_billing_runs)
    assert told.state == "problem" and "approved and not posted" in told.text


def test_a_community_without_a_tariff_is_told(house: BillingHouse) -> None:
    assert found(house, doctor_billing.check_tariffs) == []
    _set(house, "UPDATE tariffs SET valid_to = DATE '2026-10-31'")
    assert "in force in 001" in found(house, doctor_billing.check_tariffs)[0].text


def test_a_month_whose_billing_day_has_passed_without_a_run_is_told(house: BillingHouse) -> None:
    assert "001 2026-09, 001 2026-10" in found(house, doctor_billing.check_billed)[0].text
    assert "2026-10" not in found(house, doctor_billing.check_billed, datetime(2026, 11, 6, tzinfo=TIME_ZONE))[0].text
    draft(house, "2026-09")
    assert found(house, doctor_billing.check_billed, datetime(2026, 11, 6, tzinfo=TIME_ZONE)) == []


def test_a_payment_nobody_claims_is_told_after_a_week(house: BillingHouse) -> None:
    house.add(
        "payments", payment_code="SK1", received_on=on("11-12"), payer="某人", amount=Decimal("99.50"), method="cash"
    )
    house.add(
        "payment_assignments",
        payment_code="SK1",
        assignment_no=1,
        state="suspense",
        reason="no_unit",
        amount=Decimal("99.50"),
        assigned_on=on("11-12"),
        assigned_at=NOON,
    )
    assert (
        "1 payment of ¥99.50 waits in suspense since 2026-11-12" in found(house, doctor_billing.check_suspense)[0].text
    )
    assert found(house, doctor_billing.check_suspense, datetime(2026, 11, 19, tzinfo=TIME_ZONE)) == []


@pytest.mark.rule("BILL-10")
def test_a_month_that_is_not_closed_in_time_is_told(house: BillingHouse) -> None:
    assert found(house, doctor_billing.check_closed) == [], "nothing was booked yet"
    entry = {
        "posted_on": on("09-05"),
        "community_code": COMMUNITY,
        "source_kind": "run",
        "source_code": "X",
        "journal_code": "X",
    }
    house.add("ledger", entry_code="X#1", account="receivable", debit=1, **entry)
    house.add("ledger", entry_code="X#2", account="income:property", credit=1, **entry)
    (told,) = found(house, doctor_billing.check_closed)
    assert "not closed: 2026-09." in told.text and "guanjia close" in told.action
    house.add("period_closes", period="2026-09", closed_at=NOON, closed_by="M1", debit=1, credit=1)
    assert found(house, doctor_billing.check_closed) == []


def test_a_table_a_broken_run_left_behind_is_told(house: BillingHouse) -> None:
    assert found(house, doctor_billing.check_partitions) == []
    _set(house, "CREATE TABLE bill_lines_b7 (LIKE bill_lines)")
    assert "bill_lines_b7" in found(house, doctor_billing.check_partitions)[0].text
