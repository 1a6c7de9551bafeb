"""A small house for the tests of inspection results and meters: one community, its units, visits and readings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, text

from guanjia.pipelines.vacancy_inspections.meters import measure_use
from guanjia.pipelines.vacancy_inspections.results import take_results
from guanjia.settings import TIME_ZONE
from guanjia.store.runs import open_run
from guanjia.store.tables import metadata
from tests.conftest import Database

T = metadata.tables
UNIT = {"community_code": "001", "unit_code": "010304"}


def at(written: str) -> datetime:
    """An instant of November 2026 (`20 10:00`), or one with its month (`10-03 09:00`) or year."""
    day, clock = written.split(" ")
    return datetime.fromisoformat(f"{on(day)}T{clock}").replace(tzinfo=TIME_ZONE)


def on(written: str) -> date:
    """A day of November 2026 (`20`), or one with its month (`10-03`) or year."""
    full = written if written.count("-") == 2 else f"2026-{written}" if "-" in written else f"2026-11-{written}"
    return date.fromisoformat(full)


@dataclass(frozen=True)
class VisitHouse:
    """A database with a community that is served from 1 September."""

    database: Database

    def add(self, table: str, *rows: Mapping[str, Any], **values: Any) -> None:
        with self.database.transaction() as tx:
            tx.execute(insert(T[table]), [dict(row) for row in rows] if rows else [values])

    def execute(self, statement: str, **values: Any) -> None:
        with self.database.transaction() as tx:
            tx.execute(text(statement), values)

    def rows(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        with self.database.transaction() as tx:
            return [tuple(row) for row in tx.execute(text(statement), values)]

    def row(self, statement: str, **values: Any) -> tuple[Any, ...]:
        (found,) = self.rows(statement, **values)
        return found

    def inspection(self, code: str = "M1", **values: Any) -> str:
        """A monthly inspection of November, planned on the 1st for the 5th, unless said otherwise."""
        row = UNIT | {
            "plan": "monthly",
            "period": "2026-11",
            "staff_code": "S1",
            "due_on": on("05"),
            "state": "planned",
            "building_code": "01",
            "planned_on": on("01"),
            "checklist": "doors",
        }
        self.add("inspections", inspection_code=code, **(row | values))
        return code

    def visit(self, when: str, code: str = "M1", *, entered: bool = True, staff: str = "S1", **values: Any) -> None:
        self.add(
            "inspection_results",
            inspection_code=code,
            inspected_at=at(when),
            staff_code=staff,
            entered=entered,
            **values,
        )

    def registration(self, code: str = "KZ1", *, first: str, last: str, water: Any = 0, electricity: Any = 0) -> None:
        """An accepted registration, its application made on its first day."""
        self.add(
            "vacancy_applications",
            application_code=code,
            **UNIT,
            applied_on=on(first),
            start_date=on(first),
            end_date=on(last),
            identity_checked=True,
            water_reading=water,
            electricity_reading=electricity,
        )
        self.add(
            "vacancy_registrations",
            application_code=code,
            state="accepted",
            first_day=on(first),
            last_day=on(last),
            judged_at=at("09-01 06:00"),
        )

    def meter(self, code: str, utility: str = "water", *multipliers: tuple[str, Any], **values: Any) -> None:
        """A meter of the unit; multipliers as (from day, multiplier)."""
        self.add("meters", meter_code=code, utility=utility, **(UNIT | values))
        for day, multiplier in multipliers:
            self.add("meter_versions", meter_code=code, valid_from=on(day), multiplier=multiplier)

    def read(self, meter: str, readings: Mapping[str, Any], *, estimated: bool | None = None) -> None:
        """Readings of a meter, day → reading, in the order given."""
        rows = [
            {"meter_code": meter, "read_on": on(day), "reading": reading, "estimated": estimated}
            for day, reading in readings.items()
        ]
        self.add("meter_readings", *rows)

    def take(self, as_of: str) -> dict[str, int]:
        """Take the results in, as one run does; what was written."""
        return self._step(take_results, as_of)

    def measure(self, as_of: str) -> dict[str, int]:
        """Measure use, as one run does; what was written."""
        return self._step(measure_use, as_of)

    def _step(self, step: Callable[..., dict[str, int]], as_of: str) -> dict[str, int]:
        instant = at(as_of)
        with self.database.transaction() as tx:
            run = open_run(tx, "vacancy_inspections", instant, started_at=instant)
        with self.database.transaction() as tx:
            return step(tx, run, instant)

    def state(self, code: str = "M1") -> str:
        (state,) = self.row("SELECT state FROM inspections WHERE inspection_code = :code", code=code)
        return str(state)

    def verdicts(self, code: str = "M1") -> list[str]:
        """Of the inspection's visits, in order."""
        statement = "SELECT verdict FROM inspection_visits WHERE inspection_code = :code ORDER BY inspected_at"
        return [row[0] for row in self.rows(statement, code=code)]

    def remarks(self) -> list[str]:
        return [row[0] for row in self.rows("SELECT kind FROM inspection_remarks ORDER BY kind, subject")]

    def use(self, code: str = "KZ1") -> list[tuple[Any, ...]]:
        """Month, water, electricity and whether it counts as occupied, of a registration."""
        return self.rows(
            "SELECT period, water_use, electricity_use, is_occupied FROM vacancy_use WHERE application_code = :code "
            "ORDER BY period",
            code=code,
        )


def build_visit_house(database: Database, people: Sequence[str] = ("S1", "S2")) -> VisitHouse:
    """The community 001 with two flats and a basement and two inspectors, live from 1 September 2026."""
    house = VisitHouse(database)
    house.add("communities", community_code="001", community_name="澄庭雅苑")
    house.add("buildings", community_code="001", building_code="01")
    for unit, unit_use in (("010304", "residential"), ("010305", "residential"), ("B101", "basement")):
        house.add("units", community_code="001", building_code="01", unit_code=unit, unit_use=unit_use, area_m2=88)
    house.add("settings", setting="live_from", value="2026-09-01")
    for code in people:
        house.add("staff", staff_code=code, staff_name=code, role="inspector", community_code="001")
    return house
