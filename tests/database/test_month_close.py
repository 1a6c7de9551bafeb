"""Month-end close: trial balance, carry-forward, and a closed month takes no entry any more (BILL-10)."""

from __future__ import annotations

import threading
from decimal import Decimal

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from guanjia.domain.errors import BooksRefused, UsageError
from guanjia.pipelines.fee_billing import books
from guanjia.pipelines.fee_billing.closing import Close, close_period
from guanjia.pipelines.fee_billing.months import find_months
from guanjia.store.tables import metadata
from tests.conftest import Database
from tests.database.billing_house import BillingHouse, billing_house, on
from tests.database.books_house import approve, at, balances, bill, check_books, paid, post, reverse, with_approver
from tests.support.billing_runs import draft

D = Decimal


@pytest.fixture
def house(database: Database) -> BillingHouse:
    found = with_approver(billing_house(database))
    found.unit("0101", "84")
    found.payer("0101", "A")
    found.tariff("T", "2.80")
    return found


def close(house: BillingHouse, period: str, when: str, *, leave_unbilled: bool = False) -> Close:
    with house.database.transaction() as tx:
        return close_period(tx, period, "boss", at(when), leave_unbilled=leave_unbilled)


def trial_balance(house: BillingHouse, period: str) -> dict[str, tuple[Decimal, Decimal, Decimal, Decimal]]:
    with house.database.transaction() as tx:
        rows = tx.execute(
            text("SELECT account, opening, debit, credit, closing FROM trial_balances WHERE period = :period"),
            {"period": period},
        )
        return {row[0]: (row[1], row[2], row[3], row[4]) for row in rows}


@pytest.mark.rule("BILL-10")
def test_a_closed_month_has_a_trial_balance_that_the_next_one_carries_on(house: BillingHouse) -> None:
    bill(house, "2026-09", at("10-05"))
    paid(house, "P1", "0101", "A", "200.00", at("10-20"))
    bill(house, "2026-10", at("11-05"))
    first = close(house, "2026-10", "11-06")
    assert (first.is_new, first.debit, first.accounts) == (True, D("635.20"), 4)
    assert trial_balance(house, "2026-10") == {
        "bank": (D(0), D(200), D(0), D(200)),
        "credit": (D(0), D(200), D(200), D(0)),
        "receivable": (D(0), D("235.20"), D(200), D("35.20")),
        "income:property": (D(0), D(0), D("235.20"), D("-235.20")),
    }
    assert close(house, "2026-10", "11-07") == Close("2026-10", D(0), 0, is_new=False), "again changes nothing"
    bill(house, "2026-11", at("12-05"))
    close(house, "2026-11", "12-06")
    assert trial_balance(house, "2026-11") == {
        "bank": (D(200), D(0), D(0), D(200)),
        "receivable": (D("35.20"), D("235.20"), D(0), D("270.40")),
        "income:property": (D("-235.20"), D(0), D("235.20"), D("-470.40")),
    }


@pytest.mark.rule("BILL-10")
def test_corrections_reversals_and_late_payments_post_in_the_open_month(house: BillingHouse) -> None:
    bill(house, "2026-09", at("10-05"))
    bill(house, "2026-10", at("10-31T23:30"))
    close(house, "2026-10", "11-02")
    reverse(house, "B2609-001-1", at("10-31T23:50"))
    paid(house, "P1", "0101", "A", "235.20", at("10-31T23:55"))
    with house.database.transaction() as tx:
        assert books.posting_day(tx, at("10-20")) == on("11-01")
        assert books.posting_day(tx, at("12-20")) == on("12-20")
    check_books(house)
    with house.database.transaction() as tx:
        days = tx.execute(text("SELECT DISTINCT journal_code, posted_on FROM ledger WHERE posted_on >= '2026-11-01'"))
        assert sorted((row[0][:2], row[1]) for row in days) == [
            ("A/", on("11-01")),
            ("P/", on("11-01")),
            ("R/", on("11-01")),
        ]


def test_the_database_itself_takes_no_entry_of_a_closed_month(house: BillingHouse) -> None:
    bill(house, "2026-09", at("10-05"))
    close(house, "2026-10", "11-02", leave_unbilled=True)
    entry = {
        "entry_code": "X#1",
        "posted_on": on("10-31"),
        "account": "bank",
        "community_code": "001",
        "debit": D(1),
        "source_kind": "payment",
        "source_code": "X",
        "journal_code": "X",
    }
    with pytest.raises(DBAPIError, match="2026-10 is closed"), house.database.transaction() as tx:
        tx.execute(insert(metadata.tables["ledger"]).values(**entry))
    with pytest.raises(BooksRefused, match="2026-10 is closed"), house.database.transaction() as tx:
        books.check_open(tx, on("10-31"))


def test_a_month_is_not_closed_before_its_time(house: BillingHouse) -> None:
    bill(house, "2026-09", at("10-05"))
    for period, refused in (("2026-11", "not over"), ("2026-13", "written like"), ("11/2026", "written like")):
        with pytest.raises(UsageError, match=refused):
            close(house, period, "11-20")
    bill(house, "2026-10", at("11-05"))
    bill(house, "2026-11", at("12-05"))
    with pytest.raises(BooksRefused, match=r"2026-10 has entries and is open.*guanjia close 2026-10"):
        close(house, "2026-11", "12-06")
    close(house, "2026-10", "12-06")
    close(house, "2026-11", "12-06")
    draft(house, "2026-12", as_of=at("2027-01-05"))
    with pytest.raises(BooksRefused, match="B2612-001-1 waits for its approval"):
        close(house, "2026-12", "2027-01-06")
    approve(house)
    with pytest.raises(BooksRefused, match="B2612-001-1 is approved and not posted"):
        close(house, "2026-12", "2027-01-06")
    assert balances(house)["receivable"] == D("705.60")


def test_a_month_that_was_never_billed_is_closed_only_on_purpose(house: BillingHouse) -> None:
    with pytest.raises(BooksRefused, match=r"never billed for 001.*--param period=2026-09"):
        close(house, "2026-09", "10-02")
    assert close(house, "2026-08", "10-02").is_new, "before live_from nothing is billed"
    assert close(house, "2026-09", "10-02", leave_unbilled=True).is_new
    with pytest.raises(UsageError, match="closed and is not billed any more"), house.database.transaction() as tx:
        find_months(tx, at("10-05"), "2026-09", None, by_hand=True)


def test_closing_waits_for_whoever_is_writing_entries(house: BillingHouse) -> None:
    draft(house, "2026-09", as_of=at("10-05"))
    (code,) = approve(house)
    closed: list[Close] = []
    with house.database.transaction() as tx:
        assert books.posting_day(tx, at("10-31")) == on("10-31")
        closer = threading.Thread(
            target=lambda: closed.append(close(house, "2026-08", "11-02")),
        )
        closer.start()
        closer.join(0.5)
        assert closed == []
    closer.join(20)
    assert [each.period for each in closed] == ["2026-08"]
    assert post(house, code, at("10-05"))["posted"] == 1
