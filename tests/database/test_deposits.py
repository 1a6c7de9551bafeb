"""Deposits: held, never revenue; given back, kept for damage, or settled by the agency rule (BILL-06, BILL-07)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from sqlalchemy import text

from guanjia.pipelines.fee_billing.deposits import settle_deposits
from guanjia.pipelines.fee_billing.opening import post_opening
from guanjia.store.runs import open_run
from tests.conftest import Database
from tests.database.billing_house import COMMUNITY, BillingHouse, billing_house, on
from tests.database.books_house import at, balances, bill, check_books, paid, with_approver

D = Decimal
Row = tuple[str, str, str | None, Decimal, Decimal, Decimal]


@pytest.fixture
def house(database: Database) -> BillingHouse:
    found = with_approver(billing_house(database))
    found.unit("0101", "84")
    found.payer("0101", "A")
    return found


def agree(house: BillingHouse, code: str, kind: str, amount: str, start: str = "09-10") -> None:
    house.contract(code, "0101", "A", start, charge_kind=kind, amount_month=None, amount_once=D(amount))


def done(house: BillingHouse, contract: str, day: str, event: str, amount: str) -> None:
    house.add("deposit_events", contract_code=contract, event_on=on(day), event=event, amount=D(amount))


def settled(house: BillingHouse, as_of: datetime) -> tuple[int, int]:
    with house.database.transaction() as tx:
        found = settle_deposits(tx, open_run(tx, "fee_billing", as_of), as_of)
    check_books(house)
    return found["deposits_settled"], found["deposits_refused"]


def outcomes(house: BillingHouse) -> list[Row]:
    with house.database.transaction() as tx:
        rows = tx.execute(
            text(
                "SELECT event, state, reason, returned, kept, held_after FROM deposit_settlements"
                " ORDER BY contract_code, event_on, event"
            )
        )
        return [(row[0], row[1], row[2], row[3], row[4], row[5]) for row in rows]


@pytest.mark.rule("BILL-06")
@pytest.mark.parametrize("amount", ["100.00", "90.00"])
def test_an_agency_deposit_returns_90_and_keeps_10_when_no_letting_follows(house: BillingHouse, amount: str) -> None:
    agree(house, "K1", "agency_deposit", "100.00")
    bill(house, "2026-09", at("10-05"))
    paid(house, "P1", "0101", "A", "100.00", at("10-06"))
    assert balances(house) == {"bank": D(100), "agency_deposits": D(-100)}, "held, never revenue"
    done(house, "K1", "10-20", "not_let", amount)
    assert settled(house, at("10-21")) == (1, 0)
    assert outcomes(house) == [("not_let", "settled", None, D(90), D(10), D(0))]
    assert balances(house) == {"bank": D(10), "income:agency": D(-10)}
    assert settled(house, at("10-22")) == (0, 0)
    assert balances(house) == {"bank": D(10), "income:agency": D(-10)}


@pytest.mark.rule("BILL-06")
def test_the_part_that_is_kept_is_a_setting_and_a_letting_returns_all(house: BillingHouse) -> None:
    house.add("settings", setting="agency_deposit_kept", community_code=COMMUNITY, value="25")
    agree(house, "K1", "agency_deposit", "100.00")
    agree(house, "K2", "agency_deposit", "100.00")
    bill(house, "2026-09", at("10-05"))
    paid(house, "P1", "0101", "A", "200.00", at("10-06"))
    done(house, "K1", "10-20", "not_let", "100.00")
    done(house, "K2", "10-20", "let", "100.00")
    settled(house, at("10-21"))
    assert [row[3:] for row in outcomes(house)] == [(D(75), D(25), D(0)), (D(100), D(0), D(0))]
    assert balances(house) == {"bank": D(25), "income:agency": D(-25)}


@pytest.mark.rule("BILL-07")
def test_a_deposit_is_settled_against_damage_and_the_rest_paid_back(house: BillingHouse) -> None:
    agree(house, "K1", "deposit", "2000.00")
    bill(house, "2026-09", at("10-05"))
    paid(house, "P1", "0101", "A", "2000.00", at("10-06"))
    done(house, "K1", "10-20", "refunded", "1650.00")
    done(house, "K1", "10-20", "kept", "350.00")
    assert settled(house, at("10-21")) == (2, 0)
    assert outcomes(house) == [
        ("kept", "settled", None, D(0), D(350), D(1650)),
        ("refunded", "settled", None, D(1650), D(0), D(0)),
    ]
    assert balances(house) == {"bank": D(350), "income:deposit_kept": D(-350)}


@pytest.mark.rule("BILL-07")
def test_what_does_not_fit_is_refused_with_the_reason_and_judged_again(house: BillingHouse) -> None:
    agree(house, "K1", "deposit", "2000.00")
    agree(house, "K2", "agency_deposit", "100.00")
    house.contract("K3", "0101", "A", "2026-09-01")
    done(house, "K1", "09-20", "refunded", "2000.00")
    assert settled(house, at("09-21")) == (0, 1)
    assert outcomes(house)[0][:3] == ("refunded", "refused", "not_billed")
    bill(house, "2026-09", at("10-05"))
    done(house, "K1", "10-06", "let", "2000.00")
    done(house, "K1", "10-07", "kept", "2000.01")
    done(house, "K2", "10-07", "not_let", "80.00")
    done(house, "K2", "10-08", "kept", "0.00")
    done(house, "K3", "10-08", "refunded", "10.00")
    assert settled(house, at("10-09")) == (0, 6)
    reasons = ["not_paid", "not_agency", "more_than_held", "not_paid", "no_amount", "no_deposit"]
    assert [row[2] for row in outcomes(house)] == reasons
    assert settled(house, at("10-09")) == (0, 0), "again changes nothing"
    paid(house, "P1", "0101", "A", "2380.00", at("10-10"))
    assert settled(house, at("10-11")) == (1, 3)
    assert outcomes(house)[0] == ("refunded", "settled", None, D(2000), D(0), D(0))
    assert outcomes(house)[3][:3] == ("not_let", "refused", "other_amount")
    assert balances(house).get("deposits", D(0)) == 0


def test_events_after_the_instant_and_before_going_live_are_not_seen(house: BillingHouse) -> None:
    agree(house, "K1", "deposit", "2000.00", "2026-03-01")
    done(house, "K1", "08-31", "kept", "300.00")
    done(house, "K1", "10-20", "refunded", "1700.00")
    assert settled(house, at("10-19")) == (0, 0)
    assert settled(house, at("10-20")) == (1, 0)
    assert outcomes(house) == [("refunded", "settled", None, D(1700), D(0), D(0))]


def test_a_deposit_from_before_going_live_is_taken_over_and_given_back(house: BillingHouse) -> None:
    agree(house, "K1", "deposit", "2000.00", "2026-03-01")
    house.add(
        "opening_balances",
        community_code=COMMUNITY,
        unit_code="0101",
        customer_code="A",
        charge_kind="deposit",
        due_on=on("03-15"),
        amount=D(500),
    )
    with house.database.transaction() as tx:
        post_opening(tx, open_run(tx, "fee_billing", at("09-01")), at("09-01"))
    done(house, "K1", "09-20", "kept", "100.00")
    done(house, "K1", "09-25", "refunded", "1900.00")
    assert settled(house, at("09-26")) == (1, 1)
    assert outcomes(house)[1][:3] == ("refunded", "refused", "not_paid")
    paid(house, "P1", "0101", "A", "500.00", at("09-27"))
    assert settled(house, at("09-28")) == (1, 0)
    assert balances(house) == {"bank": D(-1400), "opening": D(1500), "income:deposit_kept": D(-100)}


@pytest.mark.rule("BILL-07")
def test_an_event_changed_after_it_was_settled_is_booked_as_the_difference_or_refused(house: BillingHouse) -> None:
    agree(house, "K1", "deposit", "2000.00")
    bill(house, "2026-09", at("10-05"))
    paid(house, "P1", "0101", "A", "2000.00", at("10-06"))
    done(house, "K1", "10-20", "kept", "350.00")
    assert settled(house, at("10-21")) == (1, 0)
    _correct(house, "kept", "300.00")
    assert settled(house, at("10-22")) == (1, 0)
    assert settled(house, at("10-22")) == (0, 0), "again changes nothing"
    assert outcomes(house) == [("kept", "settled", None, D(0), D(300), D(1700))]
    assert balances(house) == {"bank": D(2000), "deposits": D(-1700), "income:deposit_kept": D(-300)}
    done(house, "K1", "10-23", "refunded", "1700.00")
    assert settled(house, at("10-23")) == (1, 0)
    _correct(house, "kept", "400.00")
    assert settled(house, at("10-24")) == (0, 1), "more than is held besides what was paid back"
    assert settled(house, at("10-24")) == (0, 0)
    assert outcomes(house)[0] == ("kept", "refused", "more_than_held", D(0), D(0), D(300))
    assert balances(house) == {"bank": D(300), "deposits": D(-300)}
    _correct(house, "refunded", "1600.00")
    assert settled(house, at("10-25")) == (2, 0)
    assert balances(house) == {"bank": D(400), "income:deposit_kept": D(-400)}
    with house.database.transaction() as tx:
        found = tx.execute(text("SELECT DISTINCT journal_code FROM ledger WHERE source_code = 'K1/2026-10-20/kept'"))
        numbers = ("", "/2", "/3", "/4")
        assert {row[0] for row in found} == {f"D/K1/2026-10-20/kept{number}" for number in numbers}


@pytest.mark.rule("BILL-06")
def test_a_letting_keeps_what_it_was_settled_with_when_only_the_setting_changes(house: BillingHouse) -> None:
    agree(house, "K1", "agency_deposit", "100.00")
    agree(house, "K2", "agency_deposit", "100.00")
    bill(house, "2026-09", at("10-05"))
    paid(house, "P1", "0101", "A", "200.00", at("10-06"))
    done(house, "K1", "10-20", "not_let", "90.00")
    assert settled(house, at("10-21")) == (1, 0)
    house.add("settings", setting="agency_deposit_kept", community_code=COMMUNITY, value="25", valid_from=on("11-01"))
    assert settled(house, at("11-02")) == (0, 0), "what was settled stays"
    done(house, "K2", "11-03", "not_let", "75.00")
    assert settled(house, at("11-03")) == (1, 0)
    assert [row[3:5] for row in outcomes(house)] == [(D(90), D(10)), (D(75), D(25))]
    _correct(house, "not_let", "80.00", "K1")
    assert settled(house, at("11-04")) == (0, 1)
    assert outcomes(house)[0][:5] == ("not_let", "refused", "other_amount", D(0), D(0))
    assert balances(house) == {"bank": D(125), "agency_deposits": D(-100), "income:agency": D(-25)}


def _correct(house: BillingHouse, event: str, amount: str, contract: str = "K1") -> None:
    """The event as a later file has it."""
    with house.database.transaction() as tx:
        tx.execute(
            text("UPDATE deposit_events SET amount = :amount WHERE event = :event AND contract_code = :contract"),
            {"amount": D(amount), "event": event, "contract": contract},
        )
