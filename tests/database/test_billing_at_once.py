"""Billing by several at once: nobody waits for ever, nothing is posted twice, books stay even (pipelines 0.2 and 5)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import text

from guanjia.pipelines.fee_billing import allocation, payments
from guanjia.pipelines.fee_billing.approving import decide_and_post
from guanjia.pipelines.fee_billing.closing import close_period
from guanjia.pipelines.fee_billing.drafting import draft_runs, mark_checked
from guanjia.pipelines.fee_billing.due import CommunityMonth
from guanjia.pipelines.fee_billing.reversing import reverse_run
from guanjia.pipelines.fee_billing.showing import show_runs
from guanjia.store.runs import open_run
from tests.conftest import Database
from tests.database.billing_house import AS_OF, BillingHouse, billing_house
from tests.database.books_house import BOSS, at, check_books

pytestmark = pytest.mark.rule("BILL-10")
CODES = ("001", "002", "003")


@pytest.fixture(params=["1", "100000"], ids=["own-partitions", "small"])
def house(database: Database, request: pytest.FixtureRequest) -> BillingHouse:
    """Three communities of four flats; large and small runs; money waits for their bills."""
    found = billing_house(database, live_from="2026-09-01")
    found.add("settings", setting="billing_batch_rows", value=request.param)
    found.add("settings", setting="billing_approvers", value="boss")
    found.tariff("T001", "2.80")
    for code in CODES:
        if code != "001":
            found.add("communities", community_code=code, community_name=code)
            found.add("buildings", community_code=code, building_code="01")
            found.add("settings", setting="live_from", community_code=code, value="2026-09-01")
            found.tariff(f"T{code}", "2.80", community_code=code)
        for number in range(1, 5):
            unit = f"010{number}"
            found.unit(unit, "84", community_code=code)
            found.add(
                "occupancies",
                community_code=code,
                unit_code=unit,
                customer_code="AB"[number % 2],
                role="owner",
                pays_fees=True,
                start_date=date(2020, 1, 1),
            )
            found.add(
                "payments",
                payment_code=f"P{code}{unit}",
                received_on=date(2026, 11, 1),
                community_code=code,
                unit_code=unit,
                payer="AB"[number % 2],
                amount=100,
            )
    return found


def at_once(*works: Callable[[], object]) -> None:
    """Each in a thread of its own; fails with the first error of any, or if one does not end."""
    failed: list[BaseException] = []
    begin = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        begin.wait()
        try:
            work()
        except BaseException as error:  # told below
            failed.append(error)

    threads = [threading.Thread(target=run, args=[work], daemon=True) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
        assert not thread.is_alive(), "it waits for ever"
    if failed:
        raise failed[0]


def drafting(house: BillingHouse, *codes: str) -> Callable[[], None]:
    def work() -> None:
        with house.database.transaction() as tx:
            run = open_run(tx, "fee_billing", AS_OF)
        with house.database.transaction() as tx:
            draft_runs(tx, run, AS_OF, [CommunityMonth(code, "2026-10") for code in codes], "op")
        with house.database.transaction() as tx:
            mark_checked(tx, run, AS_OF)
            show_runs(tx, run, AS_OF)

    return work


def approving(house: BillingHouse, run_code: str) -> Callable[[], None]:
    def work() -> None:
        with house.database.transaction() as tx:
            run = open_run(tx, "fee_billing", AS_OF)
            digest = tx.scalar(text("SELECT digest FROM billing_runs WHERE run_code = :code"), {"code": run_code})
        decide_and_post(run, run_code, BOSS, shown_digest=str(digest), decided_at=AS_OF)

    return work


def paying(house: BillingHouse) -> Callable[[], None]:
    def work() -> None:
        for _again in range(3):
            with house.database.transaction() as tx:
                run = open_run(tx, "payments", AS_OF)
                payments.assign_payments(tx, run, AS_OF)
                allocation.allocate(tx, run, AS_OF)

    return work


def reversing(house: BillingHouse, run_code: str) -> Callable[[], None]:
    def work() -> None:
        with house.database.transaction() as tx:
            reverse_run(tx, open_run(tx, "fee_billing", AS_OF), run_code, BOSS, "falsch", AS_OF)

    return work


def closing(house: BillingHouse) -> Callable[[], None]:
    def work() -> None:
        with house.database.transaction() as tx:
            close_period(tx, "2026-08", "S1", at("11-05"))

    return work


def count(house: BillingHouse, statement: str) -> int:
    with house.database.transaction() as tx:
        return int(tx.scalar(text(statement)) or 0)


def test_drafted_approved_paid_reversed_and_closed_by_several_at_once(house: BillingHouse) -> None:
    at_once(*(drafting(house, code) for code in CODES), drafting(house, *CODES), paying(house))
    assert count(house, "SELECT count(*) FROM billing_runs WHERE state = 'awaiting_approval'") == len(CODES)
    with house.database.transaction() as tx:
        codes = list(
            tx.scalars(text("SELECT run_code FROM billing_runs WHERE state = 'awaiting_approval' ORDER BY run_code"))
        )
    twice = [approving(house, code) for code in codes * 2]
    at_once(*twice, paying(house), closing(house))
    check_books(house, CODES)
    assert count(house, "SELECT count(*) FROM ledger WHERE account = 'receivable' AND source_kind = 'run'") == 12
    assert count(house, "SELECT count(*) FROM bill_deliveries") == 12
    assert count(house, "SELECT sum(amount) FROM allocations WHERE undone_at IS NULL") == 1200
    at_once(*(reversing(house, code) for code in codes), paying(house))
    check_books(house, CODES)
    assert count(house, "SELECT sum(debit - credit) FROM ledger WHERE account = 'receivable'") == 0
    assert count(house, "SELECT sum(credit - debit) FROM ledger WHERE account = 'credit'") == 1200
