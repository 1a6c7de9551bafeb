"""A small house for the tests of the inspection plan: communities, units, inspectors, and runs by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import text

from guanjia.pipelines.vacancy_inspections.planning import plan_inspections
from guanjia.settings import TIME_ZONE
from guanjia.store.runs import open_run
from guanjia.store.tables import metadata
from tests.database.bare_house import BareHouse

T = metadata.tables


def morning(day: str) -> datetime:
    """06:00 of a day, `2026-11-02`."""
    return datetime.fromisoformat(f"{day}T06:00").replace(tzinfo=TIME_ZONE)


@dataclass(frozen=True)
class InspectionHouse(BareHouse):
    """A database; vacancy is written as grounds, straight, so that the plan is tested by itself."""

    def setting(self, name: str, value: str, community: str | None = None) -> None:
        self.add("settings", {"setting": name, "community_code": community, "value": value})

    def community(self, code: str, *, live_from: str | None = "2026-09-01", **values: Any) -> None:
        """A community with one building A, served from a day."""
        self.add("communities", {"community_code": code, "community_name": code} | values)
        self.add("buildings", {"community_code": code, "building_code": "A"})
        if live_from:
            self.setting("live_from", live_from, code)

    def inspector(self, code: str, community: str | None = "001", **values: Any) -> None:
        row = {"staff_code": code, "staff_name": code, "role": "inspector", "community_code": community}
        self.add("staff", row | values)

    def shifts(self, staff: str, *days: str, attendance: str | None = "planned") -> None:
        self.add(
            "roster",
            *(
                {
                    "staff_code": staff,
                    "shift_date": day,
                    "starts_at": f"{day}T08:30+08:00",
                    "ends_at": f"{day}T17:30+08:00",
                    "attendance": attendance,
                }
                for day in days
            ),
        )

    def units(self, community: str, *codes: str, use: str = "residential", building: str = "A") -> None:
        """Units that nobody has as vacant yet."""
        with self.database.transaction() as tx:
            known = tx.execute(
                text("SELECT 1 FROM buildings WHERE community_code = :c AND building_code = :b"),
                {"c": community, "b": building},
            ).all()
        if not known:
            self.add("buildings", {"community_code": community, "building_code": building})
        self.add(
            "units",
            *(
                {
                    "community_code": community,
                    "building_code": building,
                    "unit_code": code,
                    "unit_use": use,
                    "area_m2": 90,
                }
                for code in codes
            ),
        )

    def ground(
        self,
        community: str,
        unit: str,
        start: str,
        end: str | None = None,
        known_on: str | None = None,
        ground: str = "unsold",
    ) -> None:
        """An interval on which the unit is vacant, both days included."""
        self.add(
            "vacancy_grounds",
            {
                "community_code": community,
                "unit_code": unit,
                "ground": ground,
                "start_date": start,
                "end_date": end,
                "known_on": known_on or start,
            },
        )

    def vacant(self, community: str, *codes: str, since: str = "2026-09-01", building: str = "A") -> None:
        """Units, vacant from a day on."""
        self.units(community, *codes, building=building)
        for code in codes:
            self.ground(community, code, since)

    def plan(self, day: str) -> dict[str, int]:
        """Plan as the run of that morning does; what was written."""
        instant = morning(day)
        with self.database.transaction() as tx:
            run = open_run(tx, "vacancy_inspections", instant, started_at=instant)
        with self.database.transaction() as tx:
            return {name: n for name, n in plan_inspections(tx, run, instant).items() if n}

    def planned(self, where: str = "TRUE") -> list[tuple[str, str | None, str, str]]:
        """Code, inspector, day and state of the inspections, by code."""
        return [
            (code, staff, due_on.isoformat(), state)
            for code, staff, due_on, state in self.rows(
                f"SELECT inspection_code, staff_code, due_on, state FROM inspections WHERE {where} ORDER BY 1"
            )
        ]

    def loads(self, where: str = "TRUE") -> dict[tuple[str, date], int]:
        """Units by inspector and day."""
        found = self.rows(
            "SELECT staff_code, due_on, count(*) FROM inspections "
            f"WHERE staff_code IS NOT NULL AND state <> 'cancelled' AND {where} GROUP BY 1, 2"
        )
        return {(staff, day): n for staff, day, n in found}

    def remarks(self) -> list[tuple[str, str, dict[str, Any]]]:
        return [tuple(row) for row in self.rows("SELECT kind, subject, detail FROM inspection_remarks ORDER BY 1, 2")]


def numbers(prefix: str, n: int) -> list[str]:
    """Unit codes, sorted as they are counted."""
    return [f"{prefix}{i:03d}" for i in range(1, n + 1)]
