"""A month's draft for a million units, five lines each: computed, written, numbered, under all keys and foreign keys.

A hundred communities; one unit in a hundred changes its payer within the month, one in fifty is registered vacant. The
work is the run of the billing day up to the draft that waits for its gates. Yardstick: COPY of the same lines from a
file into a bare logged table.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import sql
from sqlalchemy import text

from guanjia.bench.deadlines import unwatched
from guanjia.bench.harness import Place
from guanjia.pipelines.fee_billing.drafting import draft_runs
from guanjia.pipelines.fee_billing.due import CommunityMonth
from guanjia.settings import TIME_ZONE
from guanjia.store.engine import Transaction, driver_connection, engine, transaction
from guanjia.store.runs import Run, open_run

PERIOD: Final = "2026-10"
AS_OF: Final = datetime(2026, 11, 5, 2, tzinfo=TIME_ZONE)
COMMUNITIES: Final = 100
LINES_A_UNIT: Final = 5
CHUNK: Final = 1 << 20

_COMMUNITIES = """
INSERT INTO communities (community_code, community_name)
SELECT to_char(n, 'FM000'), to_char(n, 'FM000') FROM generate_series(1, :communities) AS n
"""
_TARIFFS = """
INSERT INTO tariffs (tariff_code, community_code, charge_kind, unit_use, basis, rate, valid_from)
SELECT 'T' || c.community_code || k.kind, c.community_code, k.kind, NULL, k.basis, k.rate, DATE '2020-01-01'
FROM communities AS c
CROSS JOIN (VALUES
    ('property', 'area_month', 1.75),
    ('parking', 'fixed_month', 280),
    ('rent', 'fixed_month', 33.3333),
    ('shared_water', 'fixed_month', 4.27),
    ('shared_electricity', 'fixed_month', 11.1)
) AS k (kind, basis, rate)
"""
_UNITS = """
INSERT INTO units (community_code, building_code, unit_code, unit_use, area_m2, handover_date, fit_out)
SELECT
    to_char(1 + n / k.size, 'FM000'),
    to_char(n % k.size / 50, 'FM0000'),
    to_char(n % k.size / 50, 'FM0000') || '-' || to_char(n % k.size % 50 / 2 + 1, 'FM00') || to_char(n % 2 + 1, 'FM00'),
    'residential',
    CAST(50 + n % 9973 * 0.01 AS numeric(10, 2)),
    DATE '2020-01-01',
    'done'
FROM generate_series(0, :units - 1) AS n
CROSS JOIN (SELECT greatest(1, (:units + :communities - 1) / :communities) AS size) AS k
"""
_BUILDINGS = """
INSERT INTO buildings (community_code, building_code)
SELECT DISTINCT u.community_code, u.building_code
FROM units AS u
"""
_CUSTOMERS = """
INSERT INTO customers (customer_code, customer_name, customer_type)
SELECT u.community_code || '/' || u.unit_code || k.suffix, 'K', 'owner'
FROM units AS u
CROSS JOIN (VALUES (''), ('b')) AS k (suffix)
WHERE k.suffix = '' OR hashtext(u.community_code || u.unit_code) % 100 = 0
"""
_OCCUPANCIES = """
INSERT INTO occupancies (community_code, unit_code, customer_code, role, pays_fees, start_date, end_date)
SELECT
    u.community_code,
    u.unit_code,
    u.community_code || '/' || u.unit_code || k.suffix,
    'owner',
    TRUE,
    CASE WHEN k.suffix = '' THEN DATE '2020-01-01' ELSE DATE '2026-10-16' END,
    CASE WHEN k.suffix = '' AND hashtext(u.community_code || u.unit_code) % 100 = 0 THEN DATE '2026-10-15' END
FROM units AS u
CROSS JOIN (VALUES (''), ('b')) AS k (suffix)
WHERE k.suffix = '' OR hashtext(u.community_code || u.unit_code) % 100 = 0
"""
_APPLICATIONS = """
INSERT INTO vacancy_applications (
    application_code, community_code, unit_code, applied_on, start_date, end_date, identity_checked, water_reading,
    electricity_reading
)
SELECT
    'KZ' || u.community_code || u.unit_code, u.community_code, u.unit_code, DATE '2026-09-10', DATE '2026-10-11',
    DATE '2027-10-10', TRUE, 1, 1
FROM units AS u
WHERE hashtext(u.unit_code || u.community_code) % 50 = 0
"""
_REGISTRATIONS = """
INSERT INTO vacancy_registrations (application_code, state, first_day, last_day, judged_at)
SELECT a.application_code, 'accepted', a.start_date, a.end_date, TIMESTAMPTZ '2026-09-11 06:00+08'
FROM vacancy_applications AS a
"""
_REGISTERS: Final = (
    "buildings",
    "units",
    "customers",
    "occupancies",
    "vacancy_applications",
    "vacancy_registrations",
)
_PARTITIONS = """
SELECT c.relname
FROM pg_inherits AS i
INNER JOIN pg_class AS c ON i.inhrelid = c.oid
WHERE
    i.inhparent = ANY(CAST('{bills,bill_lines,ledger,pool_shares}' AS regclass[])) AND c.relname ~ '_b[0-9]+$'
ORDER BY c.relname ASC
"""


def fill_registers(place: Place, units: int) -> None:
    """Communities, units, payers, tariffs and registrations; nothing is billed yet."""
    logging.getLogger("guanjia.pipelines").setLevel(logging.WARNING)
    sizes = {"units": units, "communities": min(COMMUNITIES, units)}
    with transaction("owner") as tx:
        tx.execute(text(_COMMUNITIES), {"communities": sizes["communities"]})
        tx.execute(text("INSERT INTO settings (setting, value) VALUES ('live_from', '2026-10-01')"))
        tx.execute(text("INSERT INTO settings (setting, value) VALUES ('billing_approvers', 'approver')"))
        tx.execute(text(_TARIFFS))
        place.tell("registers")
        unwatched(tx, "vacancy_applications", "vacancy_registrations", "occupancies", "units")
        tx.execute(text(_UNITS), sizes)
        for statement in (_BUILDINGS, _CUSTOMERS, _OCCUPANCIES, _APPLICATIONS, _REGISTRATIONS):
            tx.execute(text(statement))
    place.tell("statistics")
    with engine("owner").connect().execution_options(isolation_level="AUTOCOMMIT") as session:
        session.execute(text(f"VACUUM ANALYZE {', '.join(_REGISTERS)}, tariffs"))


def months_of(tx: Transaction) -> list[CommunityMonth]:
    """The month to bill, of every community."""
    return [
        CommunityMonth(code, PERIOD)
        for code in tx.scalars(text("SELECT community_code FROM communities ORDER BY community_code"))
    ]


def draft(run: Run, months: Sequence[CommunityMonth] | None = None) -> int:
    """Draft the month of all communities, or of some; the lines written."""
    with transaction() as tx:
        return draft_runs(tx, run, AS_OF, months or months_of(tx), "requester")["lines"]


def forget_bills() -> None:
    """Nothing is billed or booked."""
    with transaction("owner") as tx:
        for name in tx.scalars(text(_PARTITIONS)).all():
            parent = str(name).rpartition("_b")[0]
            tx.execute(text(f"ALTER TABLE {parent} DETACH PARTITION {name}"))
            tx.execute(text(f"DROP TABLE {name} CASCADE"))
        tx.execute(
            text(
                "TRUNCATE allocations, bill_deliveries, bills, bill_lines, ledger, pool_shares, billing_exceptions, "
                "utility_pools, billing_runs CASCADE"
            )
        )
        tx.execute(text("DROP TABLE IF EXISTS yardstick"))


class Lines:
    """The lines of a draft as a file, and COPY of it into a bare table: what billing is measured against."""

    def keep(self, folder: Path) -> int:
        """Write the lines of what is drafted now into a file; how many."""
        self.path = folder / "bill_lines.copy"
        with transaction("owner") as tx, self.path.open("wb") as file:
            with (
                driver_connection(tx).cursor() as cursor,
                cursor.copy("COPY (SELECT * FROM bill_lines) TO STDOUT") as copy,
            ):
                for block in copy:
                    file.write(block)
            return int(tx.execute(text("SELECT count(*) FROM bill_lines")).scalar_one())

    def copy(self) -> None:
        """COPY of the lines into a bare logged table, as fast as the server takes them."""
        with transaction("owner") as tx:
            tx.execute(text("CREATE TABLE yardstick AS SELECT * FROM bill_lines WITH NO DATA"))
            _copy_in(driver_connection(tx), "yardstick", self.path)


def _copy_in(connection: psycopg.Connection[Any], name: str, path: Path) -> None:
    statement = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(name))
    with connection.cursor() as cursor, cursor.copy(statement) as copy, path.open("rb") as file:
        while chunk := file.read(CHUNK):
            copy.write(chunk)


class BillingBench:
    """See the module."""

    units = 1_000_000
    unit = "units"
    target = 3.5

    def prepare(self, place: Place, units: int) -> None:
        """Registers; the lines once, for the yardstick."""
        fill_registers(place, units)
        with transaction("owner") as tx:
            self.run = open_run(tx, "fee_billing", AS_OF, started_at=datetime.now(UTC))
        draft(self.run)
        self.lines = Lines()
        kept = self.lines.keep(place.folder)
        place.tell(f"{kept:,} lines, {kept / units:.2f} a unit")

    def yardstick(self, place: Place) -> None:
        """The same lines, copied into a bare table."""
        self.lines.copy()

    def work(self, place: Place) -> int:
        """The draft of the month, kept under all keys."""
        return draft(self.run)

    def reset(self, place: Place) -> None:
        """Nothing is drafted."""
        forget_bills()


BENCH = BillingBench()
