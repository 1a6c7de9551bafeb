"""Each expectation of the gates after posting has a row that makes it fail (pipelines 0.6, BILL-10)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import Connection, text

from guanjia.domain.errors import GateFailed
from guanjia.gates import check
from guanjia.pipelines.fee_billing.posting import SUITES
from tests.conftest import Database
from tests.database.billing_house import COMMUNITY, BillingHouse, billing_house
from tests.database.books_house import approve, at, bill, paid, post_as, with_approver
from tests.support.billing_runs import draft

LEDGER, RECEIVABLES, LINES = "fee_billing/ledger", "fee_billing/receivables", "fee_billing/posted_lines"
AT = at("11-05")

Spoil = Callable[[Connection], None]


def _sound(database: Database) -> tuple[BillingHouse, int]:
    """October posted beside a posted September: a correction, a deposit, money that waited; and the run that did it."""
    house = with_approver(billing_house(database))
    house.add("communities", community_code="002", community_name="梧桐里")
    for unit, payer in (("0101", "A"), ("0102", "B")):
        house.unit(unit, "84")
        house.payer(unit, payer)
    house.tariff("T", "2.80")
    bill(house, "2026-09", at("10-05"))
    paid(house, "P1", "0101", "A", "335.20", at("10-20"))
    house.contract("D1", "0102", "B", "10-10", charge_kind="deposit", amount_month=None, amount_once=Decimal(2000))
    with database.transaction() as tx:
        tx.execute(text("UPDATE tariffs SET rate = 2.70"))
    draft(house, "2026-10", as_of=AT)
    (code,) = approve(house, AT)
    return house, post_as(house, code, AT).run_id


def _do(statement: str) -> Spoil:
    def spoil(tx: Connection) -> None:
        tx.execute(text(statement))

    return spoil


def _entry(account: str, customer: str, debit: int, journal: str = "X") -> Spoil:
    return _do(
        "INSERT INTO ledger (entry_code, posted_on, account, community_code, unit_code, customer_code, debit,"
        f" source_kind, source_code, journal_code) VALUES ('X#1', '2026-11-05', '{account}', '{COMMUNITY}', '0101',"
        f" '{customer}', {debit}, 'payment', 'X', '{journal}')"
    )


@pytest.mark.rule("BILL-10")
def test_sound_books_pass_every_gate(database: Database) -> None:
    _house, run_id = _sound(database)
    for suite in SUITES:
        counts = check(run_id, suite, {"run_id": run_id}, checked_at=AT)
        assert counts["rows"] > 0
        assert counts["warnings"] == 0


_ROW = "journal_code = 'R/B2610-001-1' AND account = 'receivable' AND unit_code = '0101'"


@pytest.mark.parametrize(
    ("suite", "expectation", "severity", "spoil"),
    [
        (
            LEDGER,
            "expect_column_values_to_be_between: difference",
            "critical",
            _do(f"UPDATE ledger SET debit = debit + 0.01 WHERE {_ROW}"),
        ),
        (
            LEDGER,
            "expect_column_values_to_be_between: entries",
            "critical",
            _do("DELETE FROM ledger WHERE journal_code LIKE 'R/B2610%'"),
        ),
        (
            LEDGER,
            "expect_column_values_to_be_between: communities",
            "critical",
            _do(f"UPDATE ledger SET community_code = '002' WHERE {_ROW}"),
        ),
        (
            LEDGER,
            "expect_column_values_to_be_between: other_days",
            "critical",
            _do(f"UPDATE ledger SET posted_on = '2026-11-06' WHERE {_ROW}"),
        ),
        (
            LEDGER,
            "expect_column_values_to_be_between: unbooked",
            "critical",
            _do(f"UPDATE ledger SET account = 'bank' WHERE {_ROW}"),
        ),
        (
            LEDGER,
            "expect_column_values_to_be_between: without_payer",
            "critical",
            _do(f"UPDATE ledger SET customer_code = NULL WHERE {_ROW}"),
        ),
        (RECEIVABLES, "expect_column_values_to_be_between: unequal", "critical", _entry("receivable", "A", 1)),
        (RECEIVABLES, "expect_column_values_to_be_between: overdrawn", "critical", _entry("credit", "A", 101)),
        (
            RECEIVABLES,
            "expect_column_values_to_be_between: overpaid",
            "critical",
            _do("UPDATE allocations SET amount = amount + 200 WHERE bill_code LIKE 'B2610-001-1-%'"),
        ),
        (
            RECEIVABLES,
            "expect_column_values_to_be_between: overused",
            "critical",
            _do("UPDATE bills SET total = -10 WHERE bill_code = 'B2610-001-1-000001'"),
        ),
        (RECEIVABLES, "expect_column_values_to_be_between: overpaid_deposits", "warning", _entry("deposits", "A", 1)),
        (
            LINES,
            "expect_column_values_to_be_between: twice",
            "critical",
            _do("UPDATE bill_lines SET period = '2026-10' WHERE bill_code LIKE 'B2609-%'"),
        ),
        (
            LINES,
            "expect_column_values_to_be_between: out_of_turn",
            "critical",
            _do("UPDATE bill_lines SET correction_no = correction_no + 1"),
        ),
        (
            LINES,
            "expect_column_values_to_be_between: off",
            "critical",
            _do("UPDATE bill_lines SET amount = 1 WHERE bill_code LIKE 'B2609-%'"),
        ),
        (
            LINES,
            "expect_column_values_to_be_between: ahead",
            "critical",
            _do("UPDATE bill_lines SET period = '2026-11' WHERE period = '2026-10' AND unit_code = '0101'"),
        ),
        (
            LINES,
            "expect_column_values_to_be_between: torn",
            "critical",
            _do("UPDATE bills SET total = total + 0.01 WHERE bill_code = 'B2610-001-1-000001'"),
        ),
        (
            LINES,
            "expect_column_values_to_be_in_set: is_whole",
            "critical",
            _do("UPDATE billing_runs SET total = total + 1 WHERE run_code = 'B2610-001-1'"),
        ),
    ],
)
def test_an_unsound_row_fails_its_expectation(
    database: Database, suite: str, expectation: str, severity: str, spoil: Spoil
) -> None:
    _house, run_id = _sound(database)
    with database.transaction("owner") as tx:
        spoil(tx)
    if severity == "critical":
        with pytest.raises(GateFailed, match=suite):
            check(run_id, suite, {"run_id": run_id}, checked_at=AT)
    else:
        assert check(run_id, suite, {"run_id": run_id}, checked_at=AT)["warnings"] == 1
    with database.transaction("read") as tx:
        failed = tx.execute(
            text("SELECT expectation FROM gate_results WHERE suite = :suite AND outcome <> 'met'"), {"suite": suite}
        ).scalars()
        assert expectation in list(failed)
