"""Each expectation of the payments' gates has a row that makes it fail."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import date

import pytest
from sqlalchemy import Connection, select, text

from guanjia.domain.errors import GateFailed
from guanjia.gates import check
from guanjia.pipelines.fee_billing.allocation import allocate
from guanjia.pipelines.fee_billing.payments import PIPELINE, assign_payments
from guanjia.store.runs import close_run, open_run
from guanjia.store.tables import metadata
from tests.conftest import Database
from tests.database.payment_house import AS_OF, PaymentHouse, payment_house

T = metadata.tables
PAYMENTS, ALLOCATIONS = "fee_billing/payments", "fee_billing/allocations"
IN_SET, BETWEEN = "expect_column_values_to_be_in_set", "expect_column_values_to_be_between"
Spoil = Callable[[PaymentHouse, Connection], None]


def _run(house: PaymentHouse, state: str = "running", pipeline: str = PIPELINE) -> int:
    with house.database.transaction() as tx:
        run = open_run(tx, pipeline, AS_OF, started_at=AS_OF)
        assign_payments(tx, run, AS_OF)
    with house.database.transaction() as tx:
        allocate(tx, run, AS_OF)
        if state != "running":
            close_run(tx, run.run_id, state)
    return run.run_id


def _sound(database: Database) -> tuple[PaymentHouse, int]:
    """One payment that pays half of a bill, as a run leaves it."""
    house = payment_house(database)
    house.post(("0101", "A", "100.00"))
    house.pay("P1", "0101", "王甲", "60.00")
    return house, _run(house)


def _sql(statement: str) -> Spoil:
    def spoil(_house: PaymentHouse, tx: Connection) -> None:
        tx.execute(text(statement))

    return spoil


def _older_bill(house: PaymentHouse, _tx: Connection) -> None:
    house.post(("0101", "A", "5.00"), period="2026-09", due="10-20")


def _suspense(house: PaymentHouse, tx: Connection) -> None:
    house.pay("P2", "0104", "路人", "1.00", "10-01")
    tx.execute(
        text(
            "INSERT INTO payment_assignments (payment_code, assignment_no, state, reason, amount, assigned_on,"
            " assigned_at, run_id) SELECT 'P2', 1, 'suspense', 'no_payer', 1, assigned_on, assigned_at, run_id"
            " FROM payment_assignments"
        )
    )
    tx.execute(
        text(
            "INSERT INTO ledger (entry_code, posted_on, account, community_code, debit, credit, source_kind,"
            " source_code, journal_code) SELECT 'P/P2/1#1', posted_on, account, community_code, 1, 0, source_kind,"
            " 'P2', 'P/P2/1' FROM ledger WHERE account = 'bank'"
        )
    )


def _taken_back(house: PaymentHouse, tx: Connection) -> None:
    house.pay("N1", None, None, "-70.00", reference="P1")
    tx.execute(
        text(
            "INSERT INTO payment_assignments (payment_code, assignment_no, state, community_code, unit_code,"
            " customer_code, reason, reverses, amount, assigned_on, assigned_at)"
            " SELECT 'N1', 1, 'reversal', community_code, unit_code, customer_code, 'reference', 'P1', -70,"
            " assigned_on, assigned_at FROM payment_assignments"
        )
    )


@pytest.mark.rule("BILL-05")
@pytest.mark.parametrize(
    ("suite", "expectation", "severity", "spoil"),
    [
        (
            PAYMENTS,
            "expect_column_values_to_be_in_set: is_placed",
            "critical",
            lambda house, _tx: house.pay("P2", "0101", "王甲", "1.00"),
        ),
        (
            PAYMENTS,
            "expect_column_values_to_be_in_set: is_of_unit",
            "critical",
            _sql("UPDATE payment_assignments SET customer_code = 'C'"),
        ),
        (
            PAYMENTS,
            "expect_column_values_to_be_between: difference",
            "critical",
            _sql("UPDATE payments SET amount = 61"),
        ),
        (
            PAYMENTS,
            "expect_column_values_to_be_between: unbooked",
            "critical",
            _sql("UPDATE ledger SET debit = 61 WHERE account = 'bank'"),
        ),
        (PAYMENTS, "expect_column_values_to_be_between: left_over", "critical", _taken_back),
        (
            PAYMENTS,
            "expect_column_values_to_be_between: days_after_live",
            "critical",
            _sql("UPDATE settings SET value = '2026-11-15' WHERE setting = 'live_from'"),
        ),
        (
            PAYMENTS,
            "expect_column_values_to_be_in_set: reason",
            "critical",
            _sql("UPDATE payment_assignments SET reason = 'felt right'"),
        ),
        (PAYMENTS, "expect_column_values_to_be_between: days_in_suspense", "warning", _suspense),
        (
            ALLOCATIONS,
            "expect_column_values_to_be_between: money_left",
            "critical",
            _sql("UPDATE payment_assignments SET amount = 59"),
        ),
        (
            ALLOCATIONS,
            "expect_column_values_to_be_between: bill_left",
            "critical",
            _sql("UPDATE bills SET total = 59"),
        ),
        (
            ALLOCATIONS,
            "expect_column_values_to_be_in_set: is_own_bill",
            "critical",
            _sql("UPDATE bills SET customer_code = 'C'"),
        ),
        (
            ALLOCATIONS,
            "expect_column_values_to_be_in_set: is_posted_bill",
            "critical",
            _sql("UPDATE billing_runs SET state = 'reversed'"),
        ),
        (
            ALLOCATIONS,
            "expect_column_values_to_be_between: unbooked",
            "critical",
            _sql("DELETE FROM ledger WHERE source_kind = 'allocation'"),
        ),
        (
            ALLOCATIONS,
            "expect_column_values_to_be_between: days_after_receipt",
            "critical",
            _sql("UPDATE payments SET received_on = DATE '2026-11-25'"),
        ),
        (ALLOCATIONS, "expect_column_values_to_be_between: older_open", "warning", _older_bill),
    ],
)
def test_a_bad_row_is_found(database: Database, suite: str, expectation: str, severity: str, spoil: Spoil) -> None:
    house, run_id = _sound(database)
    assert check(run_id, suite, {"run_id": run_id}, checked_at=AS_OF) == {"rows": 1, "warnings": 0}
    with database.transaction("owner") as tx:
        spoil(house, tx)
    expected: AbstractContextManager[object] = pytest.raises(GateFailed) if severity == "critical" else nullcontext()
    with expected:
        check(run_id, suite, {"run_id": run_id}, checked_at=AS_OF)
    results = T["gate_results"]
    with database.transaction("read") as tx:
        failed = tx.execute(
            select(results.c.expectation, results.c.severity, results.c.failed_keys).where(results.c.outcome != "met")
        ).all()
    assert (expectation, severity) in {(row.expectation, row.severity) for row in failed}
    assert all(row.failed_keys for row in failed)


@pytest.mark.rule("BILL-05")
def test_rows_of_a_run_that_did_not_succeed_meet_the_gate_of_the_next(database: Database) -> None:
    house, first = _sound(database)
    second = _run(house)
    for suite in (PAYMENTS, ALLOCATIONS):
        assert check(second, suite, {"run_id": second}, checked_at=AS_OF)["rows"] == 1
    with database.transaction() as tx:
        close_run(tx, first, "succeeded")
    for suite in (PAYMENTS, ALLOCATIONS):
        assert check(second, suite, {"run_id": second}, checked_at=AS_OF)["rows"] == 0


@pytest.mark.rule("BILL-05")
def test_what_collection_assigned_and_paid_meets_the_same_gates(database: Database) -> None:
    house = payment_house(database)
    house.post(("0101", "A", "100.00"))
    house.pay("P1", "0101", "王甲", "60.00")
    monday = _run(house, "failed", "fee_collection")
    next_one = _run(house)
    for run_id in (monday, next_one):
        for suite in (PAYMENTS, ALLOCATIONS):
            assert check(run_id, suite, {"run_id": run_id}, checked_at=AS_OF)["rows"] == 1


@pytest.mark.rule("BILL-05")
def test_a_morning_of_every_kind_of_payment_passes(database: Database) -> None:
    house = payment_house(database)
    house.post(("0101", "A", "100.00"), ("0102", "A", "100.00"), ("0103", "B", "50.00"))
    house.pay("P1", "0101", "王甲", "130.00")
    house.pay("P2", "0101", "王甲", "130.00")
    house.pay("P3", None, "王甲", "1.00")
    house.pay("P4", "0103", "路人", "40.00")
    house.pay("N1", None, None, "-10.00", reference="P4")
    house.pay("N2", None, None, "-10.00", reference="P3")
    first = _run(house, "succeeded")
    house.correct("P1", received_on=date(2026, 8, 1))
    second = _run(house)
    for run_id, rows in ((first, 4), (second, 2)):
        assert check(run_id, PAYMENTS, {"run_id": run_id}, checked_at=AS_OF)["rows"] == rows
        assert check(run_id, ALLOCATIONS, {"run_id": run_id}, checked_at=AS_OF)["warnings"] == 0
