"""Posting: only what was decided on, once, in balanced books; waiting credit is used (BILL-10)."""

from __future__ import annotations

import threading
import time
from decimal import Decimal

import pytest
from sqlalchemy import text

from guanjia.domain.errors import BooksRefused, InputsChanged, UnknownName
from guanjia.pipelines.fee_billing.allocation import lock_books
from guanjia.pipelines.fee_billing.drafting import draft_runs
from guanjia.pipelines.fee_billing.due import CommunityMonth
from guanjia.store.runs import open_run
from tests.conftest import Database
from tests.database.billing_house import AS_OF, BillingHouse, billing_house
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
from tests.support.billing_runs import draft

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
def test_posting_books_what_payers_owe_against_income(house: BillingHouse) -> None:
    house.contract("D1", "0101", "A", "2026-09-10", charge_kind="deposit", amount_month=None, amount_once=D("2000.00"))
    code = bill(house, "2026-09")
    assert balances(house) == {"receivable": D("2504.00"), "income:property": D("-504.00"), "deposits": D("-2000.00")}
    check_books(house)
    with house.database.transaction() as tx:
        run = tx.execute(text("SELECT state, posted_on, due_on, post_no FROM billing_runs")).one()
        held = tx.execute(text("SELECT unit_code, customer_code, credit FROM ledger WHERE account = 'deposits'")).one()
    assert (run.state, f"{run.posted_on}", f"{run.due_on}", run.post_no) == ("posted", "2026-11-05", "2026-11-20", 1)
    assert tuple(held) == ("0101", "A", D("2000.00"))
    assert post(house, code) == {"posted": 0, "entries": 0}, "posting twice is harmless"
    assert balances(house)["receivable"] == D("2504.00")


def test_only_an_approved_run_is_posted(house: BillingHouse) -> None:
    draft(house, "2026-09")
    with pytest.raises(BooksRefused, match="is draft, not approved"):
        post(house, "B2609-001-1")
    with pytest.raises(UnknownName):
        post(house, "B2609-002-1")
    approve(house)
    with pytest.raises(BooksRefused, match="drafted for 2026-11-05 02:00"):
        post(house, "B2609-001-1", at("11-04"))
    assert balances(house) == {}


def test_a_draft_whose_inputs_changed_is_refused_and_nothing_is_booked(house: BillingHouse) -> None:
    draft(house, "2026-09")
    (code,) = approve(house)
    with house.database.transaction() as tx:
        tx.execute(text("UPDATE tariffs SET rate = 2.90"))
    with pytest.raises(InputsChanged, match="drafted anew"):
        post(house, code)
    assert balances(house) == {}
    with house.database.transaction() as tx:
        tx.execute(text("UPDATE tariffs SET rate = 2.80"))
    assert post(house, code)["posted"] == 1


def test_a_large_run_posts_into_its_own_partition(house: BillingHouse) -> None:
    house.add("settings", setting="billing_batch_rows", value="1")
    bill(house, "2026-09")
    check_books(house)
    with house.database.transaction() as tx:
        batches = tx.execute(text("SELECT DISTINCT batch_no FROM ledger")).scalars().all()
        assert batches == tx.execute(text("SELECT batch_no FROM billing_runs")).scalars().all() != [0]


def test_a_large_reversal_waits_for_whoever_assigns_money_before_it_locks_their_tables(house: BillingHouse) -> None:
    """Attaching its bills locks ``allocations``; taken in the other order, the two would wait for each other."""
    house.add("settings", setting="billing_batch_rows", value="1")
    code = bill(house, "2026-09")
    reversing = threading.Thread(target=reverse, args=[house, code], daemon=True)
    with house.database.transaction() as assigning:
        lock_books(assigning)
        reversing.start()
        waits = text(
            "SELECT count(*) FROM pg_locks AS l INNER JOIN pg_database AS d ON l.database = d.oid"
            " WHERE d.datname = current_database() AND l.locktype = 'advisory' AND NOT l.granted"
        )
        until = time.monotonic() + 30
        while not assigning.scalar(waits):
            assert reversing.is_alive() and time.monotonic() < until, "it does not wait for the lock"
            time.sleep(0.02)
        assigning.execute(text("SET LOCAL lock_timeout = '1s'"))
        assigning.execute(text("LOCK TABLE allocations IN ROW EXCLUSIVE MODE"))
    reversing.join(60)
    assert not reversing.is_alive(), "it waits for ever"
    assert balances(house) == {}
    check_books(house)


def test_communities_drafted_together_are_posted_one_by_one_into_their_batch(house: BillingHouse) -> None:
    house.add("communities", community_code="002", community_name="澄庭雅苑二期", developer_code="A")
    house.add("buildings", community_code="002", building_code="01")
    house.add("settings", setting="live_from", community_code="002", value="2026-09-01")
    house.unit("0201", "100", None, community_code="002")
    house.tariff("T2", "1.00", community_code="002")
    for community in ("001", "002"):
        meter = f"G{community}"
        house.add(
            "meters",
            meter_code=meter,
            community_code=community,
            building_code="01",
            utility="electricity",
            multiplier=1,
            apportion_by="area",
        )
        house.read(meter, ("2026-08-31", "0"), ("2026-09-30", "90"))
        house.tariff(
            f"S{community}", "1.00", community_code=community, charge_kind="shared_electricity", basis="consumption"
        )
    house.add("settings", setting="billing_batch_rows", value="1")
    months = [CommunityMonth(code, "2026-09") for code in ("001", "002")]
    with house.database.transaction() as tx:
        draft_runs(tx, open_run(tx, "fee_billing", AS_OF), AS_OF, months, "op")
    posted = [post(house, code)["posted"] for code in sorted(approve(house))]
    assert posted == [1, 1]
    check_books(house)
    with house.database.transaction() as tx:
        for table in ("ledger", "pool_shares"):
            found = tx.execute(text(f"SELECT count(DISTINCT batch_no), min(batch_no) > 0 FROM {table}")).one()
            assert tuple(found) == (1, True), table
        assert tx.execute(text("SELECT count(DISTINCT community_code) FROM ledger")).scalar_one() == 2


def test_a_credit_note_pays_the_same_payers_oldest_bills(house: BillingHouse) -> None:
    bill(house, "2026-09", at("10-05"))
    with house.database.transaction() as tx:
        tx.execute(text("UPDATE tariffs SET rate = 1.40 WHERE tariff_code = 'T'"))
    note = bill(house, "2026-10", at("11-05"))
    # September is corrected by -117.60, October billed with 117.60: one bill of 0.00.
    assert open_bills(house) == {"B2609-001-1-000001": D("235.20"), "B2609-001-1-000002": D("268.80")}
    with house.database.transaction() as tx:
        tx.execute(text("UPDATE tariffs SET rate = 0.70 WHERE tariff_code = 'T'"))
    note = bill(house, "2026-10", at("11-06"))
    assert note == "B2610-001-2"
    assert open_bills(house) == {"B2609-001-1-000001": D("117.60"), "B2609-001-1-000002": D("134.40")}
    check_books(house)
    with house.database.transaction() as tx:
        used = tx.execute(text("SELECT source_kind, source_code, bill_code, amount FROM allocations ORDER BY 2")).all()
    assert [tuple(row) for row in used] == [
        ("credit_note", "B2610-001-2-000001", "B2609-001-1-000001", D("117.60")),
        ("credit_note", "B2610-001-2-000002", "B2609-001-1-000002", D("134.40")),
    ]


def test_money_that_waits_pays_the_bill_when_it_is_posted(house: BillingHouse) -> None:
    paid(house, "P1", "0101", "A", "300.00", at("09-21"))
    assert balances(house) == {"bank": D("300.00"), "credit": D("-300.00")}
    bill(house, "2026-09", at("10-05"))
    assert open_bills(house) == {"B2609-001-1-000002": D("268.80")}
    assert balances(house)["credit"] == D("-64.80")
    check_books(house)
