"""What the pages about billing read, what `explain` says of bills, runs and payments, and exports with filters."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from guanjia.cli import main
from guanjia.cli.explain import find_kind
from guanjia.desk.pages.billing import told_exceptions
from guanjia.desk.reading import row, rows
from guanjia.i18n import gettext_for
from guanjia.pipelines.fee_billing.allocation import allocate
from guanjia.pipelines.fee_billing.exception_words import exception_advice, exception_heading, exception_sentence
from guanjia.pipelines.fee_billing.explaining import explain_bill, explain_payment, explain_run
from guanjia.pipelines.fee_billing.payments import assign_payments
from guanjia.settings import TIME_ZONE
from guanjia.store.runs import open_run
from guanjia.store.tables.billing import EXCEPTION_KINDS
from tests.conftest import Database
from tests.database.billing_house import COMMUNITY, BillingHouse, billing_house, on
from tests.support.billing_runs import draft

DRAFTED = datetime(2026, 10, 5, 2, tzinfo=TIME_ZONE)
POSTED = DRAFTED + timedelta(hours=8)
LATER = datetime(2026, 10, 20, 9, tzinfo=TIME_ZONE)
BILL = "B2609-001-1-000001"


@pytest.fixture
def house(database: Database) -> BillingHouse:
    """Two flats billed for September: A pays 100 of 180 for one; nobody pays the other's fees."""
    made = billing_house(database)
    made.unit("0101")
    made.payer("0101", "A")
    made.unit("0102")
    made.tariff("T1", "2.0")
    made.add("settings", setting="billing_approvers", value="shenhe")
    draft(made, "2026-09", as_of=DRAFTED)
    approve(made)
    made.add(
        "payments",
        payment_code="SK1",
        received_on=on("10-12"),
        community_code=COMMUNITY,
        unit_code="0101",
        payer="A",
        amount=Decimal("100.00"),
        method="cash",
    )
    made.add(
        "payments", payment_code="SK2", received_on=on("10-12"), payer="王小明", amount=Decimal("5.00"), method="cash"
    )
    with database.transaction() as tx:
        run = open_run(tx, "payments", LATER)
        assign_payments(tx, run, LATER)
        allocate(tx, run, LATER)
    return made


def approve(house: BillingHouse) -> None:
    """The second person approves what was drafted, and it is posted."""
    from guanjia.pipelines.confirm_changes import Person
    from guanjia.pipelines.fee_billing.deciding import decide
    from guanjia.pipelines.fee_billing.posting import post_run

    with house.database.transaction() as tx:
        tx.execute(
            text("UPDATE billing_runs SET state = 'awaiting_approval', shown_at = drafted_at, shown_digest = digest")
        )
        found = tx.execute(text("SELECT run_code, digest FROM billing_runs")).one()
        decide(tx, found.run_code, "approved", Person("shenhe"), shown_digest=found.digest, decided_at=POSTED)
    with house.database.transaction() as tx:
        post_run(tx, open_run(tx, "fee_billing", POSTED), found.run_code, POSTED)


def read(house: BillingHouse, name: str, **parameters: Any) -> Any:
    with house.database.transaction("read") as tx:
        return rows(tx, name, **parameters)


KEY = {"community_code": COMMUNITY, "unit_code": "0101"}


def test_the_list_of_runs_and_what_waits(house: BillingHouse) -> None:
    nothing: dict[str, Any] = dict.fromkeys(("state", "community_code", "period"))
    (run,) = read(house, "list_billing_runs", **nothing, page_size=10, skip=0)
    assert (run["run_code"], run["state"], run["total"], run["exceptions"]) == (
        "B2609-001-1",
        "posted",
        Decimal(180),
        1,
    )
    assert read(house, "list_billing_runs", **(nothing | {"state": "draft"}), page_size=10, skip=0) == []
    (counts,) = read(house, "count_billing", community_code=None)
    assert (counts["awaiting"], counts["suspense_payments"], counts["suspense_amount"]) == (0, 1, Decimal(5))


def test_a_run_shows_totals_exceptions_and_history(house: BillingHouse) -> None:
    with house.database.transaction("read") as tx:
        run = row(tx, "read_billing_run", run_code="B2609-001-1")
    assert run is not None and run["approved_by"] == "shenhe" and run["posted_at"] == POSTED
    (total,) = read(house, "sum_billing_run", run_code="B2609-001-1", batch_no=run["batch_no"])
    assert (total["charge_kind"], total["amount"], total["corrections"]) == ("property", Decimal(180), 0)
    (fault,) = read(house, "list_billing_exceptions", run_code="B2609-001-1", page_size=10)
    sentence = exception_sentence(gettext_for("en"), fault)
    assert sentence.startswith("Unit 0102: nobody pays its fees on 2026-09-01 to 2026-09-30;")
    assert read(house, "sum_run_before", run_code="B2609-001-1") == []


def test_the_largest_changes_are_against_the_bill_before(house: BillingHouse) -> None:
    house.tariff("T2", "30", charge_kind="parking", basis="fixed_month", valid_from="2026-10-01")
    draft(house, "2026-10", as_of=datetime(2026, 11, 5, 2, tzinfo=TIME_ZONE))
    (change,) = read(
        house,
        "list_largest_bill_changes",
        run_code="B2610-001-1",
        batch_no=0,
        community_code=COMMUNITY,
        page_size=10,
    )
    assert (change["total_before"], change["total_now"], change["change"]) == (Decimal(180), Decimal(210), Decimal(30))


@pytest.mark.rule("BILL-05")
def test_an_account_shows_bills_payments_credit_and_books(house: BillingHouse) -> None:
    (bill,) = read(house, "list_unit_bills", **KEY, page_size=10)
    assert (bill["bill_code"], bill["total"], bill["open_balance"]) == (BILL, Decimal(180), Decimal(80))
    (paid,) = read(house, "list_account_payments", **KEY, page_size=10)
    assert (paid["amount"], paid["used"], paid["customer_code"]) == (Decimal(100), Decimal(100), "A")
    (owed,) = read(house, "list_account_arrears", **KEY)
    assert (owed["balance"], owed["settled"]) == (Decimal(80), False)
    balances = {each["account"]: each["debit"] - each["credit"] for each in read(house, "list_account_balances", **KEY)}
    assert balances["receivable"] == Decimal(80) and balances["credit"] == 0
    assert len(read(house, "list_account_ledger", **KEY, page_size=50)) >= 3
    (owing,) = read(house, "list_arrears", community_code=COMMUNITY, page_size=10, skip=0)
    assert owing["unit_code"] == "0101"
    (sums,) = read(house, "sum_arrears", community_code=COMMUNITY)
    assert sums["balance"] == Decimal(80)
    (waiting,) = read(house, "list_suspense", community_code=None, page_size=10, skip=0)
    assert (waiting["payment_code"], waiting["reason"]) == ("SK2", "no_unit")


def test_a_code_is_found_and_told_by_what_it_is(house: BillingHouse) -> None:
    assert read(house, "find_billing_units", unit_code="0101", community_code=None, page_size=5)[0]["community_code"]
    assert read(house, "read_bill", bill_code="B9999-001-1-000001") == []
    with house.database.transaction("read") as tx:
        kinds = [find_kind(tx, code).name for code in (BILL, "B2609-001-1", "SK1")]
    assert kinds == ["bill", "billing_run", "payment"]


def test_a_bill_explains_each_line_with_rule_arithmetic_and_run(house: BillingHouse) -> None:
    with house.database.transaction() as tx:
        told = explain_bill(tx, BILL, LATER, "en")
        before = explain_bill(tx, BILL, POSTED, "en")
    assert told[0].startswith(f"Bill {BILL}: 澄庭雅苑 0101, A (") and told[0].endswith("¥180.00.")
    assert "BILL-02" in told[1] and "90 m² × 2.00 yuan" in told[1]
    assert "Payment SK1" in told[2] and "paid ¥100.00 of it" in told[2]
    assert "paid in part" in told[3] and "¥80.00" in told[3]
    assert (
        "B2609-001-1 made it" in told[4]
        and "shenhe approved it" in told[4]
        and "Written by run fee_billing-" in told[4]
    )
    assert "Nothing has been paid" in before[2], "what came later is invisible"


def test_a_run_explains_what_it_bills_what_not_and_who_decided(house: BillingHouse) -> None:
    with house.database.transaction() as tx:
        told = explain_run(tx, "B2609-001-1", LATER, "en")
        early = explain_run(tx, "B2609-001-1", DRAFTED - timedelta(days=1), "en")
        chinese = explain_run(tx, "B2609-001-1", LATER, "zh")
    assert "1 bills with 1 lines, ¥180.00" in told[0]
    assert any("Not billed: Unit 0102" in sentence for sentence in told)
    assert "shenhe approved it" in told[-1] and "Posted" in told[-1]
    assert len(early) == 1 and "not visible yet" in early[0]
    assert "shenhe 批准" in chinese[-1]


def test_a_payment_explains_whose_it_is_and_what_it_paid(house: BillingHouse) -> None:
    with house.database.transaction() as tx:
        told = explain_payment(tx, "SK1", LATER, "en")
        waiting = explain_payment(tx, "SK2", LATER, "zh")
    assert any("for unit 0101" in sentence for sentence in told)
    assert f"paid ¥100.00 of bill {BILL}" in told[-1]
    assert "王**" in waiting[0] or "王*" in waiting[0]
    assert "王小明" not in "".join(waiting) and "待认领" in waiting[1]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", EXCEPTION_KINDS)
def test_every_kind_of_exception_has_words(kind: str, language: str) -> None:
    _ = gettext_for(language)
    fault = {
        "kind": kind,
        "period": "2026-09",
        "subject": "X",
        "unit_code": "0101",
        "meter_code": "M1",
        "charge_kind": "water",
        "unit_use": "residential",
        "units": 3,
        "detail": {},
    }
    assert exception_heading(_, kind) != kind
    assert len(exception_sentence(_, fault)) > 10 and exception_advice(_, kind)


EXPORTS = (
    ("billing_runs", "run_code=B2609-001-1", 1),
    ("bills", "unit_code=0101", 1),
    ("bills", "state=paid", 0),
    ("bill_lines", "charge_kind=property", 1),
    ("billing_exceptions", "kind=no_payer", 1),
    ("ledger", "account=bank", 2),
    ("payment_assignments", "state=suspense", 1),
    ("allocations", f"bill_code={BILL}", 1),
    ("arrears", "settled=no", 1),
    ("utility_pools", "state=held", 0),
    ("pool_shares", "unit_code=0101", 0),
    ("period_closes", "period=2026-09", 0),
    ("trial_balances", "period=2026-09", 0),
    ("dunning", "level=1", 0),
    ("bill_deliveries", "way=mail", 0),
    ("deposit_settlements", "state=settled", 0),
)


@pytest.mark.usefixtures("house")
def test_the_new_datasets_are_exported_with_filters(tmp_path: Path) -> None:
    for number, (dataset, where, expected) in enumerate(EXPORTS):
        path = tmp_path / f"{number}.csv"
        assert main(["export", dataset, "--where", where, "--to", str(path)]) == 0, dataset
        assert len(path.read_text(encoding="utf-8-sig").splitlines()) - 1 == expected, (dataset, where)


def test_exceptions_of_the_page_carry_advice(house: BillingHouse) -> None:
    from guanjia.desk.access import Visitor

    found = read(house, "list_billing_exceptions", run_code="B2609-001-1", page_size=10)
    (told,) = told_exceptions(Visitor(user=None, login="x", language="zh"), found)
    assert told["heading"] == "无缴费人" and "入住资料" in told["advice"]
