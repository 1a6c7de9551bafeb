"""Difference, not repetition: late facts become corrections that name their month (BILL-03)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from guanjia.pipelines.fee_billing.difference import compute_difference
from guanjia.pipelines.fee_billing.due import CommunityMonth
from tests.conftest import Database
from tests.database.billing_house import AS_OF, COMMUNITY, BillingHouse, billing_house
from tests.support.billing_runs import bill, draft, lines_of, posted, rows

D = Decimal
LATER = AS_OF + timedelta(days=1)


def key(
    customer: str, period: str = "2026-09", kind: str = "property", source: str = "tariff", unit: str = "0101"
) -> Any:
    return unit, kind, source, period, customer


def change(house: BillingHouse, statement: str) -> None:
    with house.database.transaction() as tx:
        tx.execute(text(statement))


def explained(house: BillingHouse, run_code: str) -> dict[str, Any]:
    """Explanation of the only line of a run."""
    (found,) = [row for row in rows(house)["bill_lines"] if row["bill_code"].startswith(f"{run_code}-")]
    return dict(found["explanation"])


@pytest.fixture
def house(database: Database) -> BillingHouse:
    """One flat of 84 m2 at 2.80 a month, 235.20, paid by A; September is posted."""
    found = billing_house(database)
    found.unit("0101", "84")
    found.payer("0101", "A")
    found.tariff("T", "2.80")
    bill(found, "2026-09")
    return found


@pytest.mark.rule("BILL-03", "INS-08")
def test_a_late_vacancy_registration_becomes_a_correction_that_names_its_month(house: BillingHouse) -> None:
    house.registration("K1", "0101", "09-01", "2027-03-01", applied="10-20")
    assert bill(house, "2026-10") == {key("A"): D("-117.60"), key("A", "2026-10"): D("117.60")}
    corrections = [row for row in rows(house)["bill_lines"] if row["correction_no"] == 1]
    assert [row["bill_code"] for row in corrections] == ["B2610-001-1-000001"], "on the same bill as October"
    told = corrections[0]["explanation"]
    assert told["correction"] == {
        "should_be": "117.60",
        "posted": "235.20",
        "difference": "-117.60",
        "bills": ["B2609-001-1-000001"],
    }
    assert told["segments"][0]["reason"] == "registered", "and why it is what it should be"
    assert (corrections[0]["quantity"], corrections[0]["rate"], corrections[0]["factor"]) == (None, None, None)


@pytest.mark.rule("BILL-03")
def test_a_late_change_of_payer_credits_the_one_and_bills_the_other_to_the_cent(house: BillingHouse) -> None:
    change(house, "UPDATE occupancies SET end_date = '2026-09-11'")
    house.payer("0101", "B", "09-12")
    assert bill(house, "2026-09") == {key("A"): D("-148.96"), key("B"): D("148.96")}
    bills = {row["customer_code"]: row["total"] for row in rows(house)["bills"] if row["run_code"] == "B2609-001-2"}
    assert bills == {"A": D("-148.96"), "B": D("148.96")}, "a credit note and a bill"
    assert posted(house) == {key("A"): D("86.24"), key("B"): D("148.96")}


@pytest.mark.rule("BILL-03")
def test_a_payer_who_never_was_one_gets_everything_back(house: BillingHouse) -> None:
    change(house, "UPDATE occupancies SET customer_code = 'B'")
    assert bill(house, "2026-09") == {key("A"): D("-235.20"), key("B"): D("235.20")}
    credit = next(row for row in rows(house)["bill_lines"] if row["amount"] < 0)["explanation"]
    assert credit == {
        "correction": {
            "should_be": "0.00",
            "posted": "235.20",
            "difference": "-235.20",
            "bills": ["B2609-001-1-000001"],
        }
    }


@pytest.mark.rule("BILL-03")
def test_a_changed_tariff_and_a_changed_area_are_corrected_once_and_for_all_months_billed(house: BillingHouse) -> None:
    bill(house, "2026-10")
    change(house, "UPDATE tariffs SET rate = 3.00")
    assert bill(house, "2026-10", as_of=LATER) == {key("A"): D("16.80"), key("A", "2026-10"): D("16.80")}
    house.version("0101", "10-01", area="100")
    house.version("0101", "2020-01-01", area="84")
    assert bill(house, "2026-10", as_of=LATER) == {key("A", "2026-10"): D("48.00")}
    assert bill(house, "2026-10", as_of=LATER) == {}
    numbers = sorted(row["correction_no"] for row in rows(house)["bill_lines"] if row["period"] == "2026-10")
    assert numbers == [0, 1, 2]


@pytest.mark.rule("BILL-03")
def test_a_correction_that_is_taken_back_comes_to_nothing_again(house: BillingHouse) -> None:
    house.version("0101", "2020-01-01", area="100")
    assert bill(house, "2026-09") == {key("A"): D("44.80")}
    change(house, "UPDATE unit_versions SET area_m2 = 84")
    assert bill(house, "2026-09") == {key("A"): D("-44.80")}
    change(house, "UPDATE unit_versions SET area_m2 = 100")
    assert bill(house, "2026-09") == {key("A"): D("44.80")}
    assert explained(house, "B2609-001-4")["correction"]["posted"] == "235.20"
    assert len(explained(house, "B2609-001-4")["correction"]["bills"]) == 3


@pytest.mark.rule("BILL-03")
def test_a_contract_found_later_replaces_what_the_tariff_billed(database: Database) -> None:
    house = billing_house(database)
    house.unit("P1", "12", unit_use="parking")
    house.payer("P1", "A")
    house.tariff("T", "2.80")
    house.tariff("P", "150", charge_kind="parking", unit_use="parking", basis="fixed_month")
    bill(house, "2026-09")
    house.contract("K", "P1", "B", "09-01")
    assert bill(house, "2026-09") == {
        key("A", kind="parking", unit="P1"): D("-150.00"),
        key("B", kind="parking", source="K", unit="P1"): D("280.00"),
    }


@pytest.mark.rule("BILL-03")
def test_months_that_are_not_billed_yet_are_not_corrected(house: BillingHouse) -> None:
    house.version("0101", "2020-01-01", area="100")
    assert draft(house, "2026-11", as_of=AS_OF + timedelta(days=30))["runs"] == 1
    assert set(lines_of(house, "B2611-001-1")) == {key("A"), key("A", "2026-11")}, "October has no posted run"


@pytest.mark.rule("BILL-03")
def test_corrections_reach_back_as_many_months_as_the_setting_says_and_not_before_live_from(
    house: BillingHouse,
) -> None:
    bill(house, "2026-10")
    house.version("0101", "2020-01-01", area="100")
    house.add("settings", setting="billing_correctable_months", community_code=None, value="1")
    late = AS_OF + timedelta(days=30)
    assert bill(house, "2026-11", as_of=late) == {key("A", "2026-10"): D("44.80"), key("A", "2026-11"): D("280.00")}
    change(house, "UPDATE settings SET value = '12' WHERE setting = 'billing_correctable_months'")
    change(house, "UPDATE settings SET value = '2026-10-01' WHERE setting = 'live_from'")
    assert bill(house, "2026-11", as_of=late) == {}, "September is before live_from now: left as it was billed"


@pytest.mark.rule("BILL-03")
def test_a_reversed_run_counts_with_its_reversal_and_its_month_is_billed_anew(house: BillingHouse) -> None:
    with house.database.transaction() as tx:
        tx.execute(text("UPDATE billing_runs SET state = 'reversed'"))
        tx.execute(
            text(
                "INSERT INTO billing_runs (run_code, period, community_code, state, kind, attempt, post_no, drafted_at,"
                " posted_at, posted_on, due_on, reverses) SELECT run_code || 'R', period, community_code, 'posted',"
                " 'reversal', attempt, 2, drafted_at, posted_at, posted_on, due_on, run_code FROM billing_runs"
            )
        )
        tx.execute(
            text(
                "INSERT INTO bills (bill_code, run_code, period, community_code, unit_code, customer_code, total)"
                " SELECT bill_code || 'R', run_code || 'R', period, community_code, unit_code, customer_code, -total"
                " FROM bills"
            )
        )
        tx.execute(
            text(
                "INSERT INTO bill_lines (bill_code, charge_kind, charge_source, period, amount, relief, community_code,"
                " unit_code, customer_code, correction_no) SELECT bill_code || 'R', charge_kind, charge_source, period,"
                " -amount, -relief, community_code, unit_code, customer_code, correction_no + 1 FROM bill_lines"
            )
        )
    assert bill(house, "2026-09") == {key("A"): D("235.20")}
    (again,) = [row for row in rows(house)["bill_lines"] if row["correction_no"] == 2]
    assert again["explanation"]["correction"]["posted"] == "0.00"


@pytest.mark.rule("BILL-02")
def test_what_an_exception_holds_back_is_neither_billed_nor_credited(house: BillingHouse) -> None:
    house.payer("0101", "B")
    house.unit("0102", "90")
    house.payer("0102", "C")
    assert bill(house, "2026-10") == {key("C", unit="0102"): D("252.00"), key("C", "2026-10", unit="0102"): D("252.00")}
    kinds = [(row["kind"], row["period"], row["unit_code"]) for row in rows(house)["billing_exceptions"]]
    assert kinds == [("two_payers", "2026-09", "0101"), ("two_payers", "2026-10", "0101")]
    change(house, "DELETE FROM occupancies WHERE customer_code = 'B'")
    assert bill(house, "2026-10", as_of=LATER) == {key("A", "2026-10"): D("235.20")}, "once it is settled"


@pytest.mark.rule("BILL-02")
@pytest.mark.parametrize("lost", ["rate is for another use", "valid later"])
def test_a_tariff_that_went_missing_is_an_exception_and_never_a_credit(house: BillingHouse, lost: str) -> None:
    house.tariff("W", "30", charge_kind="shared_water", basis="fixed_month")
    bill(house, "2026-09")
    made = "unit_use = 'shop'" if lost == "rate is for another use" else "valid_from = '2026-10-01'"
    change(house, f"UPDATE tariffs SET {made}")
    lines = bill(house, "2026-09", as_of=LATER)
    assert lines == {}
    latest = [row for row in rows(house)["billing_exceptions"] if row["run_code"] == "B2609-001-3"]
    assert {(row["kind"], row["subject"], row["units"]) for row in latest} == {
        ("no_tariff", "property/residential", 1),
        ("no_tariff", "shared_water/residential", 1),
    }
    change(house, "UPDATE tariffs SET unit_use = NULL, valid_from = '2020-01-01', rate = rate * 2")
    assert bill(house, "2026-09", as_of=LATER + timedelta(days=1)) == {
        key("A"): D("235.20"),
        key("A", kind="shared_water"): D("30.00"),
    }, "when it is back, what has changed meanwhile is corrected"


@pytest.mark.rule("BILL-03")
def test_a_charge_a_contract_stands_for_is_credited_though_its_tariff_is_gone(database: Database) -> None:
    house = billing_house(database)
    house.unit("P1", "12", unit_use="parking")
    house.payer("P1", "A")
    house.tariff("P", "150", charge_kind="parking", unit_use="parking", basis="fixed_month")
    bill(house, "2026-09")
    house.contract("K", "P1", "A", "2026-01-01")
    change(house, "UPDATE tariffs SET valid_from = '2026-10-01'")
    lines = bill(house, "2026-09", as_of=LATER)
    assert lines[key("A", kind="parking", unit="P1")] == D("-150.00")
    assert lines[key("A", kind="parking", source="K", unit="P1")] == D("280.00")


@pytest.mark.rule("BILL-03")
def test_months_computed_at_once_are_the_months_computed_one_by_one(database: Database) -> None:
    house = billing_house(database)
    for number in range(1, 8):
        house.unit(f"010{number}", f"{80 + number}.37")
        house.payer(f"010{number}", "ABC"[number % 3], end=f"2026-10-{number + 9}")
        house.payer(f"010{number}", "ABC"[(number + 1) % 3], start=f"2026-10-{number + 10}")
    house.tariff("T", "2.83")
    house.registration("K1", "0101", "09-20", "2027-03-01")
    months = [CommunityMonth(COMMUNITY, period) for period in ("2026-09", "2026-10", "2026-11")]
    as_of = AS_OF + timedelta(days=31)

    def differences(chosen: list[CommunityMonth]) -> set[tuple[Any, ...]]:
        with house.database.transaction() as tx:
            compute_difference(tx, chosen, as_of)
            listed = tx.execute(text("SELECT d.*, CAST(d.explanation AS text) FROM draft_lines AS d"))
            return {tuple(str(value) for value in row) for row in listed}

    one_by_one = [differences([month]) for month in months]
    assert differences(months) == set.union(*one_by_one)
    for period in ("2026-09", "2026-10", "2026-11"):
        bill(house, period, as_of=as_of)
    at_once = {(row[1], row[3], row[4], row[2], row[5]): D(row[10]) for row in set.union(*one_by_one)}
    assert posted(house) == at_once, "and the same is posted month by month"
