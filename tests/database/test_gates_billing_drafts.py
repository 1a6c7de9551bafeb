"""Each expectation of the gates before an approval has a row that makes it fail (pipelines 0.6)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import Connection, text

from guanjia.domain.errors import GateFailed
from guanjia.gates import check
from guanjia.pipelines.fee_billing.drafting import SUITES
from guanjia.pipelines.fee_billing.pools import release_pool
from guanjia.store.runs import Run, open_run
from tests.conftest import Database
from tests.database.billing_house import AS_OF, BillingHouse, billing_house
from tests.support.billing_runs import bill, draft

RUNS, BILLS, LINES = "fee_billing/draft_runs", "fee_billing/draft_bills", "fee_billing/draft_lines"
BETWEEN, IN_SET = "expect_column_values_to_be_between", "expect_column_values_to_be_in_set"

Spoil = Callable[[Connection], object]


def _sound(database: Database) -> tuple[BillingHouse, Run]:
    """A draft for October with bills of two flats, a correction for September, a contract and a developer's flat."""
    house = billing_house(database)
    for unit, payer in (("0101", "A"), ("0102", "B")):
        house.unit(unit, "84")
        house.payer(unit, payer)
    house.unit("0103", "84", handover=None)
    house.tariff("T", "2.80")
    house.contract("K", "0101", "C", "10-01", amount_month=28)
    bill(house, "2026-09")
    house.version("0101", "2020-01-01", area="90")
    with database.transaction() as tx:
        run = open_run(tx, "fee_billing", AS_OF)
    draft(house, "2026-10", run=run)
    return house, run


def _do(statement: str) -> Spoil:
    return lambda tx: tx.execute(text(statement))


def _change(table: str, values: str, where: str = "TRUE") -> Spoil:
    """Change rows of the draft."""
    ours = "run_code = 'B2610-001-1'" if table in ("billing_runs", "bills") else "bill_code LIKE 'B2610-001-1-%'"
    return _do(f"UPDATE {table} SET {values} WHERE {ours} AND {where}")


@pytest.mark.rule("BILL-03")
def test_a_sound_draft_passes_every_gate(database: Database) -> None:
    _house, run = _sound(database)
    for suite in SUITES:
        counts = check(run.run_id, suite, {"run_id": run.run_id}, checked_at=AS_OF)
        assert counts["rows"] > 0
        assert counts["warnings"] == 0


@pytest.mark.parametrize(
    ("suite", "expectation", "severity", "spoil"),
    [
        (
            RUNS,
            "expect_column_values_to_be_between: total_off",
            "critical",
            _change("billing_runs", "total = total + 0.01"),
        ),
        (
            RUNS,
            "expect_column_values_to_be_between: bills_off",
            "critical",
            _change("billing_runs", "bills = bills + 1"),
        ),
        (
            RUNS,
            "expect_column_values_to_be_between: lines_off",
            "critical",
            _change("billing_runs", "lines = lines - 1"),
        ),
        (
            RUNS,
            "expect_column_values_to_be_between: exceptions_off",
            "critical",
            _change("billing_runs", "exceptions = 1"),
        ),
        (
            RUNS,
            "expect_column_values_to_be_in_set: is_served",
            "critical",
            _do("UPDATE settings SET value = '2026-11-01' WHERE setting = 'live_from'"),
        ),
        (
            RUNS,
            "expect_column_values_to_be_in_set: is_over",
            "critical",
            _change("billing_runs", "drafted_at = '2026-10-31 23:59+08'"),
        ),
        (
            RUNS,
            "expect_column_values_to_be_between: places_after_last",
            "critical",
            _change("billing_runs", "post_no = 1"),
        ),
        (
            RUNS,
            "expect_column_values_to_be_between: change_pct",
            "warning",
            _do("UPDATE billing_runs SET total = 2000 WHERE run_code = 'B2609-001-1'"),
        ),
        (BILLS, "expect_column_values_to_be_between: total_off", "critical", _change("bills", "total = total + 0.01")),
        (
            BILLS,
            "expect_column_values_to_be_between: lines",
            "critical",
            _do("DELETE FROM bill_lines WHERE bill_code = 'B2610-001-1-000003'"),
        ),
        (BILLS, "expect_column_values_to_be_in_set: is_own", "critical", _change("bill_lines", "customer_code = 'C'")),
        (BILLS, "expect_column_values_to_be_in_set: is_of_run", "critical", _change("bills", "period = '2026-11'")),
        (
            BILLS,
            "expect_compound_columns_to_be_unique: run_code,unit_code,customer_code",
            "critical",
            _change("bills", "unit_code = '0101', customer_code = 'A'", "unit_code = '0102'"),
        ),
        (
            BILLS,
            "expect_column_values_to_be_between: total",
            "warning",
            _do(
                "WITH l AS (UPDATE bill_lines SET amount = 1000001 WHERE bill_code = 'B2610-001-1-000003')"
                " UPDATE bills SET total = 1000001 WHERE bill_code = 'B2610-001-1-000003'"
            ),
        ),
        (
            LINES,
            "expect_column_values_to_be_between: out_of_turn",
            "critical",
            _change("bill_lines", "correction_no = 0, explanation = NULL", "correction_no = 1"),
        ),
        (
            LINES,
            "expect_column_values_to_be_between: before_live",
            "critical",
            _do("UPDATE settings SET value = '2026-10-01' WHERE setting = 'live_from'"),
        ),
        (
            LINES,
            "expect_column_values_to_be_between: unexplained",
            "critical",
            _change("bill_lines", "amount = amount + 0.01", "correction_no = 1"),
        ),
        (
            LINES,
            "expect_column_values_to_be_between: negative",
            "critical",
            _change("bill_lines", "amount = -1", "correction_no = 0 AND unit_code = '0102'"),
        ),
        (
            LINES,
            "expect_column_values_to_be_between: unowed",
            "critical",
            _do("DELETE FROM contracts"),
        ),
        (
            LINES,
            "expect_column_values_to_be_between: largest",
            "warning",
            _change("bill_lines", "amount = 100001", "correction_no = 0 AND unit_code = '0102'"),
        ),
    ],
)
@pytest.mark.rule("BILL-03")
def test_a_row_that_breaks_it_is_found(
    database: Database, suite: str, expectation: str, severity: str, spoil: Spoil
) -> None:
    _house, run = _sound(database)
    with database.transaction() as tx:
        spoil(tx)
    if severity == "critical":
        with pytest.raises(GateFailed, match="B2610-001-1"):
            check(run.run_id, suite, {"run_id": run.run_id}, checked_at=AS_OF)
    else:
        assert check(run.run_id, suite, {"run_id": run.run_id}, checked_at=AS_OF)["warnings"] >= 1
    with database.transaction("read") as tx:
        found = text("SELECT expectation FROM gate_results WHERE outcome = 'failed' AND suite = :suite")
        assert expectation in set(tx.scalars(found, {"suite": suite}))


@pytest.mark.rule("BILL-03")
def test_a_shared_meter_that_fell_passes_every_gate_once_a_person_released_it(database: Database) -> None:
    house = billing_house(database)
    house.tariff("SE", "1", charge_kind="shared_electricity", basis="consumption")
    house.unit("0101")
    house.payer("0101", "A")
    house.meter("GT", building_code="01")
    house.read("GT", ("09-30", "90"), ("10-31", "87.50"))
    draft(house, "2026-10")
    with database.transaction() as tx:
        (code,) = tx.scalars(text("SELECT run_code FROM billing_runs WHERE state = 'draft'"))
        release_pool(tx, code, "GT", "2026-10", "boss", "the meter was set back", AS_OF)
        run = open_run(tx, "fee_billing", AS_OF)
    draft(house, "2026-10", run=run)
    with database.transaction() as tx:
        assert tx.scalars(text("SELECT amount FROM bill_lines")).all() == [Decimal("-2.50")]
    for suite in SUITES:
        check(run.run_id, suite, {"run_id": run.run_id}, checked_at=AS_OF)
