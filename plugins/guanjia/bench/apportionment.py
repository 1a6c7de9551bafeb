"""Shared meters of a million units in 20,000 buildings split to the cent, by area with largest remainder.

Yardstick: CREATE TABLE AS of the shares. The work is the statement that splits the pools (`create_due_pool_shares`);
what comes before it, readings and costs, is told while the bench is prepared. Every building's shares are added up: one
that is off stops the bench.
"""

from __future__ import annotations

import time
from datetime import datetime
from typing import Final

from sqlalchemy import text

from guanjia.bench.deadlines import unwatched
from guanjia.bench.harness import Place
from guanjia.domain.errors import DatabaseError
from guanjia.pipelines.fee_billing.due import CommunityMonth, prepare_units
from guanjia.pipelines.fee_billing.metered import measure_use
from guanjia.settings import TIME_ZONE
from guanjia.store.engine import Transaction, engine, transaction
from guanjia.store.sql import execute

AS_OF: Final = datetime(2026, 11, 5, 2, tzinfo=TIME_ZONE)
MONTH: Final = CommunityMonth("001", "2026-10")
UNITS_A_BUILDING: Final = 50

_REGISTERS: Final = (
    "INSERT INTO customers (customer_code, customer_name, customer_type) VALUES ('DEV', 'DEV', 'company')",
    "INSERT INTO communities (community_code, community_name, developer_code) VALUES ('001', '001', 'DEV')",
    "INSERT INTO settings (setting, value) VALUES ('live_from', '2026-09-01')",
    """
    INSERT INTO buildings (community_code, building_code)
    SELECT '001', CAST(n AS text) FROM generate_series(0, :units / 50) AS n
    """,
    """
    INSERT INTO units (community_code, building_code, unit_code, unit_use, area_m2)
    SELECT '001', CAST(n / 50 AS text), to_char(n, 'FM00000000'), 'residential', 40 + n * 7919 % 16000 / 100.0
    FROM generate_series(0, :units - 1) AS n
    """,
    """
    INSERT INTO meters (meter_code, community_code, building_code, utility, multiplier, apportion_by)
    SELECT 'GT' || n, '001', CAST(n AS text), 'electricity', 20, 'area'
    FROM generate_series(0, (:units - 1) / 50) AS n
    """,
    """
    INSERT INTO meter_readings (meter_code, read_on, reading)
    SELECT 'GT' || n, d.read_on, d.month * (60 + n % 40)
    FROM generate_series(0, (:units - 1) / 50) AS n
    CROSS JOIN (VALUES (0, date '2026-09-30'), (1, date '2026-10-31')) AS d (month, read_on)
    """,
    """
    INSERT INTO tariffs (tariff_code, community_code, charge_kind, basis, rate, valid_from)
    VALUES ('SE', '001', 'shared_electricity', 'consumption', 0.5283, '2023-01-01')
    """,
)


def prepare_pools(tx: Transaction) -> None:
    """What stands before the split: units, readings, costs."""
    execute(tx, "fee_billing/widen_memory", work_mem="128MB")
    prepare_units(tx, [MONTH], AS_OF, None)
    measure_use(tx)
    execute(tx, "fee_billing/create_due_pool_units")
    execute(tx, "fee_billing/index_due_pool_units")
    execute(tx, "fee_billing/analyse_due_pool_units")
    execute(tx, "fee_billing/create_due_pools")
    execute(tx, "fee_billing/analyse_due_pools")


class ApportionmentBench:
    """See the module."""

    units = 1_000_000
    unit = "units"
    target = 5.0

    def prepare(self, place: Place, units: int) -> None:
        """Buildings, units, shared meters and their readings; pools and units kept as tables for the split."""
        with transaction("owner") as tx:
            unwatched(tx, "units", "meter_readings", "meters", "buildings")
            for statement in _REGISTERS:
                tx.execute(text(statement), {"units": units} if ":units" in statement else {})
        with engine("owner").connect().execution_options(isolation_level="AUTOCOMMIT") as session:
            session.execute(text("VACUUM ANALYZE units, meters, meter_readings"))
        with transaction("owner") as tx:
            started = time.perf_counter()
            prepare_pools(tx)
            place.tell(f"units, readings and costs in {time.perf_counter() - started:.1f} s")
            for name in ("due_pools", "due_pool_units"):
                tx.execute(text(f"CREATE TABLE bench_{name} AS SELECT * FROM {name}"))
            execute(tx, "fee_billing/create_due_pool_shares")
            tx.execute(text("CREATE TABLE bench_shares AS SELECT * FROM due_pool_shares"))
            off = tx.execute(
                text(
                    "SELECT count(*) FROM due_pools AS d JOIN (SELECT meter_code, sum(fen) AS fen FROM due_pool_shares"
                    " GROUP BY meter_code) AS s USING (meter_code) WHERE d.fen <> s.fen"
                )
            ).scalar_one()
            if off:
                raise DatabaseError(f"{off} pools are not what their shares add up to; expected none.")

    def yardstick(self, place: Place) -> None:
        """A plain copy of the shares."""
        with transaction("owner") as tx:
            tx.execute(text("CREATE TABLE yardstick AS SELECT * FROM bench_shares"))

    def work(self, place: Place) -> int:
        """The shares of all pools."""
        with transaction("owner") as tx:
            execute(tx, "fee_billing/widen_memory", work_mem="128MB")
            return int(execute(tx, "fee_billing/create_due_pool_shares").rowcount)

    def reset(self, place: Place) -> None:
        """Take the copy away; the prepared pools stand in plain tables under the names the statement reads."""
        with transaction("owner") as tx:
            tx.execute(text("DROP TABLE IF EXISTS yardstick"))
            for name in ("due_pools", "due_pool_units"):
                tx.execute(text(f"ALTER TABLE IF EXISTS bench_{name} RENAME TO {name}"))
            tx.execute(
                text(
                    "CREATE INDEX IF NOT EXISTS due_pool_units_place_idx"
                    " ON due_pool_units (community_code, period, building_code)"
                )
            )
            tx.execute(text("ANALYZE due_pools"))
            tx.execute(text("ANALYZE due_pool_units"))


BENCH = ApportionmentBench()
