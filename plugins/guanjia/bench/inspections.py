"""A month's plan for a million units of which a fifth is vacant: every one of these once, over 500 inspectors.

Fifty communities, fifty units a building, ten rostered inspectors each. The work is what the run on the first of the
month does up to the rows it then keeps: who sees which unit when. Yardstick: CREATE TABLE AS of the plan's rows.
What keeping them under all keys costs on top is told while the bench is prepared.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import text

from guanjia.bench.deadlines import unwatched
from guanjia.bench.harness import Place
from guanjia.pipelines.vacancy_inspections.month_plan import place_month
from guanjia.pipelines.vacancy_inspections.plan_day import PlanDay
from guanjia.pipelines.vacancy_inspections.planning import open_days, plan_inspections
from guanjia.pipelines.vacancy_inspections.served import begin
from guanjia.settings import TIME_ZONE
from guanjia.store.engine import engine, transaction
from guanjia.store.runs import open_run

AS_OF: Final = datetime(2026, 12, 1, 6, tzinfo=TIME_ZONE)

_COMMUNITIES = """
INSERT INTO communities (community_code, community_name)
SELECT to_char(n, 'FM000'), to_char(n, 'FM000') FROM generate_series(1, 50) AS n
"""
_STAFF = """
INSERT INTO staff (staff_code, staff_name, role, community_code)
SELECT 'S' || to_char(n, 'FM000'), 'S' || n, 'inspector', to_char((n - 1) % 50 + 1, 'FM000')
FROM generate_series(1, 500) AS n
"""
_ROSTER = """
INSERT INTO roster (staff_code, shift_date, starts_at, ends_at, attendance)
SELECT s.staff_code, CAST(d AS date), d + INTERVAL '8 hours', d + INTERVAL '17 hours', 'planned'
FROM staff AS s
CROSS JOIN generate_series(TIMESTAMPTZ '2026-12-01 00:00+08', TIMESTAMPTZ '2026-12-31 00:00+08', INTERVAL '1 day') AS d
"""
_UNITS = """
INSERT INTO units (community_code, building_code, unit_code, unit_use, area_m2)
SELECT
    to_char(1 + n / k.size, 'FM000'),
    to_char(n % k.size / 50, 'FM0000'),
    to_char(n % k.size / 50, 'FM0000') || '-' || to_char(n % k.size % 50 / 2 + 1, 'FM00') || to_char(n % 2 + 1, 'FM00'),
    'residential',
    90
FROM generate_series(0, :units - 1) AS n
CROSS JOIN (SELECT (:units + 49) / 50 AS size) AS k
"""
_BUILDINGS = """
INSERT INTO buildings (community_code, building_code)
SELECT DISTINCT u.community_code, u.building_code
FROM units AS u
"""
_GROUNDS = """
INSERT INTO vacancy_grounds (community_code, unit_code, ground, start_date, known_on)
SELECT u.community_code, u.unit_code, 'unsold', DATE '2026-12-01', DATE '2026-12-01'
FROM units AS u
WHERE hashtext(u.community_code || u.unit_code) % 5 = 0
"""


class InspectionsBench:
    """See the module."""

    units = 1_000_000
    unit = "units"
    target = 10.0

    def prepare(self, place: Place, units: int) -> None:
        """Registers, roster and vacancy; the plan's rows once, for the yardstick."""
        with transaction("owner") as tx:
            for statement in (_COMMUNITIES, _STAFF, _ROSTER):
                tx.execute(text(statement))
            tx.execute(text("INSERT INTO settings (setting, value) VALUES ('live_from', '2026-12-01')"))
            unwatched(tx, "buildings", "units", "vacancy_grounds")
            tx.execute(text(_UNITS), {"units": units})
            tx.execute(text(_BUILDINGS))
            tx.execute(text(_GROUNDS))
            self.run = open_run(tx, "vacancy_inspections", AS_OF, started_at=datetime.now(UTC))
        place.tell("statistics")
        with engine("owner").connect().execution_options(isolation_level="AUTOCOMMIT") as session:
            session.execute(text("VACUUM ANALYZE staff, roster, buildings, units, vacancy_grounds"))
        started = time.perf_counter()
        with transaction() as tx:
            planned = plan_inspections(tx, self.run, AS_OF)["planned"]
        place.tell(f"the whole run, {planned:,} rows kept under all keys: {time.perf_counter() - started:.3f} s")
        with transaction("owner") as tx:
            tx.execute(text("CREATE TABLE plan_rows AS SELECT * FROM inspections"))

    def yardstick(self, place: Place) -> None:
        """The plan's rows, written."""
        with transaction("owner") as tx:
            tx.execute(text("CREATE TABLE yardstick AS SELECT * FROM plan_rows"))

    def work(self, place: Place) -> int:
        """The plan of the first of the month, worked out."""
        with transaction() as tx:
            first_day = open_days(tx, begin(tx, AS_OF).date())
            return place_month(tx, PlanDay(first_day))[0] if first_day is not None else 0

    def reset(self, place: Place) -> None:
        """Nothing is planned."""
        with transaction("owner") as tx:
            tx.execute(text("DROP TABLE IF EXISTS yardstick"))
            tx.execute(text("TRUNCATE inspections, inspection_progress CASCADE"))


BENCH = InspectionsBench()
