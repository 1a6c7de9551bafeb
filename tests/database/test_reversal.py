"""Reversing a posted run as a whole: every balance is as before, and the month can be billed anew (BILL-10)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import text

from guanjia.domain.errors import BooksRefused, NotPermitted, UnknownName, UsageError
from guanjia.pipelines.confirm_changes import Person
from guanjia.pipelines.fee_billing.reversing import reverse_run
from tests.conftest import Database
from tests.database.billing_house import BillingHouse, billing_house
from tests.database.books_house import (
    approve,
    at,
    balances,
    bill,
    check_books,
    open_bills,
    paid,
    post,
    reverse,
    with_approver,
)
from tests.support.billing_runs import draft, lines_of, posted

D = Decimal


@pytest.fixture
def house(database: Database) -> BillingHouse:
    found = with_approver(billing_house(database))
    found.unit("0101", "84")
    found.payer("0101", "A")
    found.unit("0102", "96")
    found.payer("0102", "B")
    found.tariff("T", "2.80")
    return found


@pytest.mark.rule("BILL-10")
def test_a_reversal_negates_every_line_and_restores_every_balance(house: BillingHouse) -> None:
    first = bill(house, "2026-09", at("10-05"))
    before = balances(house)
    second = bill(house, "2026-10", at("11-05"))
    assert reverse(house, second, at("11-06")) == "R2610-001-1"
    assert balances(house) == before
    assert lines_of(house, "R2610-001-1") == {key: -amount for key, amount in lines_of(house, second).items()}
    check_books(house)
    assert set(posted(house)) == set(lines_of(house, first))
    with house.database.transaction() as tx:
        states = {row.run_code: row.state for row in tx.execute(text("SELECT run_code, state FROM billing_runs"))}
        numbers = tx.execute(
            text("SELECT correction_no FROM bill_lines WHERE unit_code = '0101' AND period = '2026-10' ORDER BY 1")
        ).scalars()
        assert list(numbers) == [0, 1]
    assert states == {first: "posted", second: "reversed", "R2610-001-1": "posted"}


def test_what_was_paid_is_credit_again_and_pays_the_month_when_it_is_billed_anew(house: BillingHouse) -> None:
    bill(house, "2026-09", at("10-05"))
    paid(house, "P1", "0101", "A", "235.20", at("10-10"))
    assert open_bills(house) == {"B2609-001-1-000002": D("268.80")}
    reverse(house, "B2609-001-1", at("10-12"))
    assert open_bills(house) == {}
    assert balances(house) == {"bank": D("235.20"), "credit": D("-235.20")}
    with house.database.transaction() as tx:
        tx.execute(text("UPDATE tariffs SET rate = 2.70"))
    again = bill(house, "2026-09", at("10-13"))
    assert again == "B2609-001-2"
    assert open_bills(house) == {f"{again}-000002": D("259.20")}
    assert balances(house)["credit"] == D("-8.40")
    check_books(house)
    with house.database.transaction() as tx:
        numbers = tx.execute(text("SELECT correction_no, amount FROM bill_lines WHERE unit_code = '0101' ORDER BY 1"))
        assert [tuple(row) for row in numbers] == [(0, D("235.20")), (1, D("-235.20")), (2, D("226.80"))]


def test_credit_notes_from_and_to_the_reversed_bills_end(house: BillingHouse) -> None:
    bill(house, "2026-09", at("10-05"))
    with house.database.transaction() as tx:
        tx.execute(text("UPDATE tariffs SET rate = 0.70"))
    bill(house, "2026-10", at("11-05"))
    # September is corrected by -176.40 and October costs 58.80: the note of 117.60 pays part of September's bill.
    assert open_bills(house)["B2609-001-1-000001"] == D("117.60")
    reverse(house, "B2610-001-1", at("11-06"))
    assert open_bills(house) == {"B2609-001-1-000001": D("235.20"), "B2609-001-1-000002": D("268.80")}
    check_books(house)
    again = bill(house, "2026-10", at("11-07"))
    assert open_bills(house)["B2609-001-1-000001"] == D("117.60")
    check_books(house)
    reverse(house, "B2609-001-1", at("11-08"))
    assert open_bills(house) == {f"{again}-000001": D("-117.60"), f"{again}-000002": D("-134.40")}
    check_books(house)


def test_a_large_run_is_reversed_in_a_partition_of_its_own(house: BillingHouse) -> None:
    house.add("settings", setting="billing_batch_rows", value="1")
    code = bill(house, "2026-09", at("10-05"))
    reverse(house, code, at("10-06"))
    assert balances(house) == {}
    with house.database.transaction() as tx:
        assert sorted(tx.execute(text("SELECT batch_no FROM billing_runs")).scalars()) == [1, 2]
        assert tx.execute(text("SELECT count(*) FROM ledger WHERE batch_no = 2")).scalar_one() == 3


@pytest.mark.rule("BILL-03")
def test_a_shared_cost_is_split_anew_after_its_run_was_reversed(house: BillingHouse) -> None:
    house.tariff("SE", "1", charge_kind="shared_electricity", basis="consumption")
    house.meter("GT", apportion_by="area")
    house.read("GT", ("08-31", "0"), ("09-30", "35.01"))
    code = bill(house, "2026-09", at("10-05"))
    assert balances(house)["income:shared_electricity"] == D("-35.01")
    reverse(house, code, at("10-06"))
    assert balances(house) == {}
    with house.database.transaction() as tx:
        tx.execute(text("UPDATE units SET area_m2 = 84 WHERE unit_code = '0102'"))
        tx.execute(text("UPDATE unit_versions SET area_m2 = 84 WHERE unit_code = '0102'"))
    again = bill(house, "2026-09", at("10-07"))
    with house.database.transaction() as tx:
        pools = tx.execute(text("SELECT run_code, edition, cost FROM utility_pools")).all()
        shares = tx.execute(text("SELECT edition, sum(share), count(*) FROM pool_shares GROUP BY 1 ORDER BY 1")).all()
    assert [tuple(pool) for pool in pools] == [(again, 2, D("35.01"))]
    assert [tuple(row) for row in shares] == [(1, D("35.01"), 2), (2, D("35.01"), 2)]
    assert {key[0]: amount for key, amount in posted(house).items() if key[1] == "shared_electricity"} == {
        "0101": D("17.51"),
        "0102": D("17.50"),
    }
    check_books(house)
    assert bill(house, "2026-09", at("10-08")) == ""


def test_what_cannot_be_reversed_is_refused_and_nothing_changes(house: BillingHouse) -> None:
    with pytest.raises(UnknownName):
        reverse(house, "B2609-001-1")
    draft(house, "2026-09", as_of=at("10-05"))
    with pytest.raises(BooksRefused, match="not posted"):
        reverse(house, "B2609-001-1", at("10-06"))
    (code,) = approve(house)
    post(house, code, at("10-05"))
    with pytest.raises(UsageError, match="Say why"):
        reverse(house, code, at("10-06"), reason="  ")
    with pytest.raises(BooksRefused, match="before that"):
        reverse(house, code, at("10-04"))
    with pytest.raises(NotPermitted, match="billing_approvers"), house.database.transaction() as tx:
        reverse_run(tx, None, code, Person("clerk"), "falsch", at("10-06"))
    assert balances(house)["receivable"] == D("504.00")
    reversal = reverse(house, code, at("10-06"))
    for again, reason in ((code, "reversed before"), (reversal, "itself a reversal")):
        with pytest.raises(BooksRefused, match=reason):
            reverse(house, again, at("10-07"))
    assert balances(house) == {}
