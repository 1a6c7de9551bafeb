"""A small house for the tests of worklists: communities, inspectors, and inspections written in a line each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, text

from guanjia.pipelines.vacancy_inspections.list_rows import read_lists
from guanjia.pipelines.vacancy_inspections.worklists import make_worklists
from guanjia.settings import TIME_ZONE
from guanjia.store.runs import open_run
from guanjia.store.tables import metadata
from tests.conftest import Database

T = metadata.tables
FRIDAY = "2026-11-20"


@dataclass(frozen=True)
class Estate:
    """A community (or more) with inspectors; inspections are written in a line each."""

    database: Database

    def add(self, table: str, *rows: dict[str, Any]) -> None:
        with self.database.transaction() as tx:
            tx.execute(insert(T[table]), list(rows))

    def execute(self, statement: str, **values: Any) -> None:
        with self.database.transaction() as tx:
            tx.execute(text(statement), values)

    def community(self, code: str, units: int = 60) -> None:
        self.add("communities", {"community_code": code, "community_name": f"小区{code}"})
        self.add("buildings", *({"community_code": code, "building_code": str(b)} for b in (1, 2, 10)))
        self.add(
            "units",
            *(
                {
                    "community_code": code,
                    "building_code": str((1, 2, 10)[n % 3]),
                    "unit_code": f"{(1, 2, 10)[n % 3]}-{n:03}",
                    "unit_use": "residential",
                    "area_m2": Decimal(90),
                }
                for n in range(units)
            ),
        )

    def inspector(self, code: str, community: str | None = "001", **values: Any) -> None:
        row = {"staff_name": f"巡{code}", "role": "inspector", "community_code": community}
        self.add("staff", {"staff_code": code} | row | values)

    def on_duty(self, code: str, *days: str, attendance: str | None = None) -> None:
        for day in days:
            start = datetime.fromisoformat(f"{day}T08:30").replace(tzinfo=TIME_ZONE)
            shift = {"starts_at": start, "ends_at": start.replace(hour=17), "attendance": attendance}
            self.add("roster", {"staff_code": code, "shift_date": date.fromisoformat(day)} | shift)

    def planned(self, *numbers: int, staff: str | None = "I1", due: str = FRIDAY, **values: Any) -> list[str]:
        """Monthly inspections of units 0, 1, 2 …; their codes."""
        community, plan = values.get("community_code", "001"), values.get("plan", "monthly")
        rows = []
        for n in numbers:
            building = str((1, 2, 10)[n % 3])
            rows.append(
                {
                    "inspection_code": f"{values.get('code', plan[0].upper())}{community}-{n:03}",
                    "plan": plan,
                    "period": values.get("period", "2026-11"),
                    "occasion": values.get("occasion", ""),
                    "community_code": community,
                    "building_code": building,
                    "unit_code": f"{building}-{n:03}",
                    "staff_code": staff,
                    "due_on": date.fromisoformat(due),
                    "planned_on": date.fromisoformat(values.get("planned_on", "2026-11-01")),
                    "state": values.get("state", "planned"),
                    "deadline": values.get("deadline"),
                    "stages": values.get("stages"),
                    "checklist": "doors,valves,meters,installations,hygiene,structure,ventilation",
                }
            )
        self.add("inspections", *rows)
        return [str(row["inspection_code"]) for row in rows]

    def visit(self, code: str, written: str) -> None:
        """Somebody was there and was not let in."""
        at = datetime.fromisoformat(written).replace(tzinfo=TIME_ZONE)
        key = {"inspection_code": code, "inspected_at": at}
        self.add("inspection_results", key | {"staff_code": "I1", "entered": False})
        self.add("inspection_visits", key | {"verdict": "counted", "content_digest": "x"})
        self.execute("UPDATE inspections SET state = 'not_entered' WHERE inspection_code = :code", code=code)

    def run(self, day: str = FRIDAY, clock: str = "06:00") -> dict[str, int]:
        as_of = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=TIME_ZONE)
        with self.database.transaction() as tx:
            run = open_run(tx, "vacancy_inspections", as_of, started_at=as_of)
        with self.database.transaction() as tx:
            return make_worklists(tx, run, as_of)

    def lists(self, day: str = FRIDAY) -> dict[str, list[str]]:
        """Staff code → inspections in their order."""
        found: dict[str, list[str]] = {}
        with self.database.transaction() as tx:
            for row in read_lists(tx, date.fromisoformat(day)):
                found.setdefault(row.staff_code, []).append(row.inspection_code)
                assert row.position == len(found[row.staff_code])
        return found


def build_estate(database: Database) -> Estate:
    """Community 001, live since September, with inspectors I1, I2 and I3 and no roster; eight units a day each."""
    estate = Estate(database)
    estate.community("001")
    estate.add("settings", {"setting": "live_from", "value": "2026-09-01"})
    estate.add("settings", {"setting": "inspections_per_day", "value": "8"})
    for code in ("I1", "I2", "I3"):
        estate.inspector(code)
    return estate
