"""Partitions of bills and books, made by the application; nothing else of the schema is in its reach."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError

from guanjia.store.partitions import drop_partition, finish_partition, make_partition, next_batch
from guanjia.store.tables import metadata
from tests.conftest import Database

T = metadata.tables
AT = datetime(2026, 11, 5, 2, tzinfo=UTC)


def _house(database: Database) -> None:
    with database.transaction() as tx:
        tx.execute(insert(T["communities"]).values(community_code="001", community_name="澄庭雅苑"))
        tx.execute(insert(T["buildings"]).values(community_code="001", building_code="01"))
        tx.execute(insert(T["customers"]).values(customer_code="C1", customer_name="王某", customer_type="owner"))
        tx.execute(
            insert(T["units"]).values(
                community_code="001", building_code="01", unit_code="0101", unit_use="residential", area_m2=90
            )
        )
        tx.execute(
            insert(T["billing_runs"]).values(
                run_code="B2610-001-1",
                period="2026-10",
                community_code="001",
                state="draft",
                kind="billing",
                attempt=1,
                post_no=1,
                drafted_at=AT,
            )
        )


_BILL = (
    "INSERT INTO {} (bill_code, run_code, period, community_code, unit_code, customer_code, total, batch_no)"
    " VALUES ('B2610-001-1-000001', 'B2610-001-1', '2026-10', '001', '{}', 'C1', 10, {})"
)
_LINE = (
    "INSERT INTO {} (bill_code, charge_kind, charge_source, period, amount, community_code, unit_code, customer_code,"
    " correction_no, batch_no) VALUES ('{}', 'property', 'tariff', '2026-10', 10, '001', '0101', 'C1', 0, {})"
)


def test_a_batch_is_filled_bare_and_attached_with_its_keys(database: Database) -> None:
    _house(database)
    with database.transaction() as tx:
        batch = next_batch(tx)
        names = {table: make_partition(tx, table, batch) for table in ("bills", "bill_lines", "ledger", "pool_shares")}
        tx.execute(text(_BILL.format(names["bills"], "0101", batch)))
        tx.execute(text(_LINE.format(names["bill_lines"], "B2610-001-1-000001", batch)))
    with database.transaction("read") as tx:
        assert tx.execute(select(T["bills"])).all() == [], "not yet part of its table"
    with database.transaction() as tx:
        for table in ("bills", "bill_lines", "ledger", "pool_shares"):
            finish_partition(tx, table, batch)
    with database.transaction() as tx:
        assert tx.scalar(select(T["bills"].c.batch_no)) == batch
        assert tx.scalar(text("SELECT state FROM bill_states")) == "draft"
        keys = tx.scalars(
            text("SELECT contype FROM pg_constraint WHERE conrelid = CAST(:name AS regclass) ORDER BY contype"),
            {"name": names["bills"]},
        ).all()
        assert [key for key in keys if key in ("p", "f")] == ["f", "f", "f", "p"]
    with pytest.raises(DBAPIError, match="foreign key"), database.transaction() as tx:
        tx.execute(text(_LINE.format("bill_lines", "nowhere", batch)))
    with pytest.raises(DBAPIError, match="attached"), database.transaction() as tx:
        drop_partition(tx, "bills", batch)


def test_a_batch_that_refers_to_something_unknown_is_not_attached(database: Database) -> None:
    _house(database)
    with database.transaction() as tx:
        name = make_partition(tx, "bills", 7)
        tx.execute(text(_BILL.format(name, "9999", 7)))
    with pytest.raises(DBAPIError, match="foreign key"), database.transaction() as tx:
        finish_partition(tx, "bills", 7)
    with database.transaction() as tx:
        assert drop_partition(tx, "bills", 7) is True
        assert drop_partition(tx, "bills", 7) is False


def test_small_runs_share_one_partition_and_no_other_number_gets_in(database: Database) -> None:
    _house(database)
    with database.transaction() as tx:
        tx.execute(text(_BILL.format("bills", "0101", 0)))
        tx.execute(text(_LINE.format("bill_lines", "B2610-001-1-000001", 0)))
        assert tx.scalar(text("SELECT CAST(tableoid AS regclass) FROM bills")) == "bills_small"
    with pytest.raises(DBAPIError, match="no partition"), database.transaction() as tx:
        tx.execute(text(_BILL.format("bills", "0101", 5)))


@pytest.mark.parametrize(
    ("role", "table", "batch", "refused"),
    [
        ("app", "units", 1, "not partitioned"),
        ("app", "bills; DROP TABLE units", 1, "not partitioned"),
        ("app", None, 1, "not partitioned"),
        ("app", "bills", 0, "no number of a batch"),
        ("app", "bills", None, "no number of a batch"),
        ("read", "bills", 1, "permission denied"),
    ],
)
def test_the_functions_touch_nothing_but_batches_and_serve_writers_only(
    database: Database, role: str, table: str | None, batch: int | None, refused: str
) -> None:
    for function in ("make", "finish", "drop"):
        with pytest.raises(DBAPIError, match=refused), database.transaction(role) as tx:  # type: ignore[arg-type]  # known roles
            tx.execute(
                text(f"SELECT {function}_billing_partition(CAST(:t AS text), CAST(:b AS int))"),
                {"t": table, "b": batch},
            )


def test_a_caller_cannot_slip_an_operator_or_function_of_its_own_under_them(database: Database) -> None:
    with database.transaction() as tx:
        tx.execute(
            text(
                "CREATE FUNCTION pg_temp.format(text, VARIADIC text[]) RETURNS text LANGUAGE sql"
                " AS $$ SELECT 'DROP TABLE public.units' $$"
            )
        )
        tx.execute(text("CREATE TEMPORARY TABLE pg_class (oid oid, relacl aclitem[], relowner oid)"))
        tx.execute(text("SET LOCAL search_path = pg_temp, public"))
        assert make_partition(tx, "bills", 3) == "bills_b3"
        assert tx.scalar(text("SELECT to_regclass('public.units')")) is not None
        owner = tx.scalar(
            text("SELECT pg_get_userbyid(relowner) FROM pg_catalog.pg_class WHERE oid = to_regclass('public.bills_b3')")
        )
    assert owner == "guanjia_owner"


def test_attaching_a_batch_waits_for_nobody_who_reads_or_writes_small_runs(database: Database) -> None:
    _house(database)
    with database.transaction() as working:
        working.execute(text(_BILL.format("bills", "0101", 0)))
        working.execute(text("SELECT count(*) FROM bill_states"))
        working.execute(text("SELECT count(*) FROM ledger"))
        with database.transaction() as tx:
            tx.execute(text("SET LOCAL lock_timeout = '3s'"))
            batch = next_batch(tx)
            for table in ("bills", "bill_lines", "ledger", "pool_shares"):
                make_partition(tx, table, batch)
                finish_partition(tx, table, batch)
            assert working.scalar(text("SELECT count(*) FROM bills")) == 1, "nor does anybody wait for who attaches"
