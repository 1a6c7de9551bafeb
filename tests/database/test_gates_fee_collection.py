"""Each expectation of the gate of collection has a row that makes it fail."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, text, update

from guanjia.domain.errors import GateFailed
from guanjia.gates import check
from guanjia.pipelines.fee_billing.dunning import plan_notices
from guanjia.store.engine import transaction
from guanjia.store.runs import open_run
from guanjia.store.tables import metadata
from tests.conftest import Database
from tests.database.collection_house import CollectionHouse, collection_house, day, monday

SUITE = "fee_billing/dunning"
AS_OF = monday("11-02")
T = metadata.tables


def _sound(house: CollectionHouse) -> int:
    """A letter of level 2, planned after the first one went out."""
    house.bill("101", "A", "268.80", "10-01")
    house.run("10-12")
    with transaction() as tx:
        run = open_run(tx, "fee_collection", AS_OF)
    with transaction() as tx:
        plan_notices(tx, run, AS_OF)
    return run.run_id


def _new(table: str, **values: Any) -> Callable[[Connection], None]:
    """Change the rows of the letter that is planned."""
    column = T[table].c.notice_code
    newest = select(T["dunning"].c.notice_code).where(T["dunning"].c.state == "planned")
    return lambda tx: tx.execute(update(T[table]).where(column.in_(newest)).values(**values)) and None


def _all(table: str, **values: Any) -> Callable[[Connection], None]:
    return lambda tx: tx.execute(update(T[table]).values(**values)) and None


def _first(**values: Any) -> Callable[[Connection], None]:
    return lambda tx: tx.execute(update(T["dunning"]).where(T["dunning"].c.level == 1).values(**values)) and None


def _dispute(tx: Connection) -> None:
    tx.execute(
        insert(T["disputes"]).values(
            dispute_code="Z1", community_code="001", unit_code="101", opened_on=day("11-01"), note="x"
        )
    )


def _first_level_again(tx: Connection) -> None:
    tx.execute(text("UPDATE dunning_bills SET level = 1"))


@pytest.mark.parametrize(
    ("expectation", "severity", "spoil"),
    [
        ("expect_column_values_to_be_in_set: is_served", "critical", _all("settings", value="2026-12-01")),
        ("expect_column_values_to_be_in_set: is_to_payer", "critical", _new("dunning", customer_code="B")),
        (
            "expect_column_values_to_be_in_set: is_as_booked",
            "critical",
            _new("dunning_bills", amount=Decimal("268.81")),
        ),
        (
            "expect_column_values_to_be_between: days_past_level",
            "critical",
            _all("billing_runs", due_on=day("10-05")),
        ),
        ("expect_column_values_to_be_between: letters_of_level", "critical", _first_level_again),
        (
            "expect_column_values_to_be_between: levels_left_out",
            "critical",
            _first(state="planned", sent_at=None, run_id=None),
        ),
        (
            "expect_column_values_to_be_between: days_past_gap",
            "critical",
            _first(sent_at=AS_OF - timedelta(days=13)),
        ),
        ("expect_column_values_to_be_in_set: is_disputed", "critical", _dispute),
        ("expect_column_values_to_be_in_set: has_way", "critical", _new("dunning", way="print", building_code=None)),
        (
            "expect_column_values_to_be_between: notice_amount",
            "warning",
            _new("dunning", amount=Decimal("1000000.01")),
        ),
    ],
)
@pytest.mark.rule("BILL-05")
def test_a_row_that_breaks_it_is_found(
    database: Database, expectation: str, severity: str, spoil: Callable[[Connection], None]
) -> None:
    run_id = _sound(collection_house(database))
    assert check(run_id, SUITE, {"run_id": run_id}, checked_at=AS_OF) == {"rows": 1, "warnings": 0}
    with database.transaction("owner") as tx:
        spoil(tx)
    expected: AbstractContextManager[object] = pytest.raises(GateFailed) if severity == "critical" else nullcontext()
    with expected:
        check(run_id, SUITE, {"run_id": run_id}, checked_at=AS_OF)
    with database.transaction("read") as tx:
        results = T["gate_results"]
        failed = tx.execute(
            select(results.c.expectation, results.c.severity, results.c.failed_keys).where(results.c.outcome != "met")
        ).all()
    assert (expectation, severity) in {(row.expectation, row.severity) for row in failed}
    assert all(row.failed_keys for row in failed)


@pytest.mark.rule("BILL-05")
def test_nothing_due_no_gate(database: Database) -> None:
    collection_house(database)
    with transaction() as tx:
        run = open_run(tx, "fee_collection", AS_OF)
    assert check(run.run_id, SUITE, {"run_id": run.run_id}, checked_at=AS_OF) == {"rows": 0, "warnings": 0}
