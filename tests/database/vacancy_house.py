"""A small house for the tests of registrations and vacancy: one community served from 1 September, units in a line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import insert, text

from guanjia.pipelines.vacancy_inspections.registrations import judge_registrations
from guanjia.pipelines.vacancy_inspections.vacancies import derive_vacancies
from guanjia.settings import TIME_ZONE
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run, open_run
from guanjia.store.tables import metadata
from tests.conftest import Database

T = metadata.tables
Step = Callable[[Transaction, Run, datetime], dict[str, int]]


def on(written: str) -> date:
    """A day of 2026 (`11-20`), or one with its year."""
    return date.fromisoformat(written if written.count("-") == 2 else f"2026-{written}")


def day(written: str | None) -> date | None:
    return None if written is None else on(written)


def morning(written: str | date) -> datetime:
    """Six o'clock of a day, when the pipeline runs."""
    return datetime.combine(on(written) if isinstance(written, str) else written, time(6), TIME_ZONE)


@dataclass(frozen=True)
class VacancyHouse:
    """A database with the community 001, its building 01 and no units yet."""

    database: Database

    def add(self, table: str, **values: Any) -> None:
        with self.database.transaction() as tx:
            tx.execute(insert(T[table]).values(**values))

    def execute(self, statement: str, **values: Any) -> None:
        with self.database.transaction() as tx:
            tx.execute(text(statement), values)

    def rows(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        with self.database.transaction() as tx:
            return [tuple(row) for row in tx.execute(text(statement), values)]

    def unit(self, code: str, handover: str | None = None, fit_out: str | None = "none", **values: Any) -> None:
        """A flat; without a handover it is unsold."""
        row = {
            "community_code": "001",
            "building_code": "01",
            "unit_code": code,
            "unit_use": "residential",
            "area_m2": 90,
            "handover_date": day(handover),
            "fit_out": fit_out,
        }
        self.add("units", **(row | values))

    def version(self, code: str, valid_from: str, unit_use: str) -> None:
        """Use of a unit from a day on; intake keeps them."""
        self.add(
            "unit_versions",
            community_code="001",
            unit_code=code,
            valid_from=on(valid_from),
            unit_use=unit_use,
            area_m2=90,
        )

    def stage(self, code: str, start: str, stage: str = "utilities", end: str | None = None) -> None:
        self.add("fit_outs", community_code="001", unit_code=code, stage=stage, start_date=on(start), end_date=day(end))

    def apply(self, code: str, unit: str, applied: str, start: str, end: str, **values: Any) -> None:
        """An application with identity checked and both readings, unless said otherwise."""
        row = {
            "application_code": code,
            "community_code": "001",
            "unit_code": unit,
            "applied_on": on(applied),
            "start_date": on(start),
            "end_date": on(end),
            "identity_checked": True,
            "water_reading": "12.50",
            "electricity_reading": 340,
        }
        self.add("vacancy_applications", **(row | values))

    def correct(self, code: str, **values: Any) -> None:
        """Another content of an application, as intake writes it."""
        table = T["vacancy_applications"]
        with self.database.transaction() as tx:
            tx.execute(table.update().where(table.c.application_code == code).values(**values))

    def step(self, step: Step, as_of: str | date) -> dict[str, int]:
        instant = morning(as_of)
        with self.database.transaction() as tx:
            run = open_run(tx, "vacancy_inspections", instant, started_at=instant)
        with self.database.transaction() as tx:
            return step(tx, run, instant)

    def judge(self, as_of: str | date) -> dict[str, int]:
        return self.step(judge_registrations, as_of)

    def run(self, as_of: str | date) -> dict[str, int]:
        """Judge and derive, as one run does; what was written."""
        return self.judge(as_of) | self.step(derive_vacancies, as_of)

    def judgement(self, code: str) -> tuple[Any, ...]:
        """State and reason of an application; `("unseen", None)` when it was not judged."""
        found = self.rows("SELECT state, reason FROM vacancy_registrations WHERE application_code = :code", code=code)
        return found[0] if found else ("unseen", None)

    def registered(self, code: str) -> tuple[str, str]:
        """First and last day that count, as texts."""
        (found,) = self.rows(
            "SELECT CAST(first_day AS text), CAST(last_day AS text) FROM vacancy_registrations "
            "WHERE application_code = :code",
            code=code,
        )
        return found[0], found[1]

    def vacancies(self, unit: str) -> list[tuple[str, str, str | None]]:
        """Reason, first and last day of each interval of a unit, as texts, in order."""
        return [
            (row[0], row[1], row[2])
            for row in self.rows(
                "SELECT reason, CAST(start_date AS text), CAST(end_date AS text) FROM vacancies "
                "WHERE unit_code = :unit ORDER BY start_date",
                unit=unit,
            )
        ]

    def grounds(self, unit: str) -> list[tuple[str, str, str | None, str]]:
        """Ground, first and last day, and the day it was known on, as texts, in order."""
        return [
            (row[0], row[1], row[2], row[3])
            for row in self.rows(
                "SELECT ground, CAST(start_date AS text), CAST(end_date AS text), CAST(known_on AS text) "
                "FROM vacancy_grounds WHERE unit_code = :unit ORDER BY start_date, ground",
                unit=unit,
            )
        ]

    def remarks(self) -> list[tuple[str, str, dict[str, Any]]]:
        return [
            (row[0], row[1], row[2])
            for row in self.rows("SELECT kind, subject, detail FROM inspection_remarks ORDER BY kind, subject")
        ]


def build_vacancy_house(database: Database, live_from: str = "2026-09-01") -> VacancyHouse:
    house = VacancyHouse(database)
    house.add("communities", community_code="001", community_name="澄庭雅苑")
    house.add("buildings", community_code="001", building_code="01")
    house.add("settings", setting="live_from", value=live_from)
    return house
