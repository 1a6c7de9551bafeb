"""What a community's registers say of a day: use, area, payer, tariffs, readings, vacancy; nothing derived is read.

Nothing of Guanjia is used here but the rows of its register tables, as `SELECT *` or an export gives them: no
registration judged and no month called occupied by the product.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

Row = Mapping[str, Any]

REGISTERS = (
    "communities",
    "units",
    "unit_versions",
    "occupancies",
    "tariffs",
    "contracts",
    "vacancy_applications",
    "meters",
    "meter_versions",
    "meter_readings",
    "cases",
    "case_events",
    "paid_services",
)
HOUSEHOLDS = ("residential", "shop", "office")
LIMITS = {"water": 1, "electricity": 5}
WINDOW = 7
BEGINNING = date(1, 1, 1)
END = date(9999, 12, 31)


@dataclass(frozen=True)
class Terms:
    """Settings of the community."""

    live_from: date
    vacancy_factor: Fraction = Fraction(1, 2)
    not_fitted_out_factor: Fraction = Fraction(1)
    backdated_days: int = 60
    abnormal_factor: int = 3


def month_days(period: str) -> list[date]:
    """Every day of a calendar month."""
    day, found = date.fromisoformat(f"{period}-01"), []
    while f"{day:%Y-%m}" == period:
        found.append(day)
        day += timedelta(1)
    return found


def months_before(period: str, count: int) -> str:
    year, month = map(int, period.split("-"))
    return f"{(year * 12 + month - 1 - count) // 12:04}-{(year * 12 + month - 1 - count) % 12 + 1:02}"


def covers(row: Row, day: date, first: str = "start_date", last: str = "end_date") -> bool:
    return bool((row[first] or BEGINNING) <= day <= (row[last] or END))


class Community:
    """The registers of one community as they were known on a day."""

    def __init__(self, tables: Mapping[str, list[Row]], community: str, terms: Terms, today: date) -> None:
        self.terms, self.today, self.tables = terms, today, tables
        self.code = community
        self.row = next(row for row in tables["communities"] if row["community_code"] == community)
        self.units = {row["unit_code"]: row for row in self._mine("units")}
        self.tariffs = self._mine("tariffs")
        self.meters = self._mine("meters")
        self.by_unit = {
            name: self._grouped(self._mine(name), "unit_code")
            for name in ("unit_versions", "occupancies", "contracts", "vacancy_applications", "cases")
        }
        self.versions = self._grouped(tables["meter_versions"], "meter_code")
        self.services = self._grouped(tables["paid_services"], "case_code")
        self.events = self._grouped(tables["case_events"], "case_code")
        self.readings = self._grouped(
            (row for row in tables["meter_readings"] if row["read_on"] <= today), "meter_code"
        )
        self.registered = {unit: self._registrations(unit) for unit in self.units}
        self._occupied: dict[tuple[str, str], bool] = {}

    def _mine(self, name: str) -> list[Row]:
        return [row for row in self.tables[name] if row["community_code"] == self.code]

    @staticmethod
    def _grouped(rows: Iterable[Row], key: str) -> dict[Any, list[Row]]:
        found = defaultdict(list)
        for row in rows:
            found[row[key]].append(row)
        return found

    def state(self, unit: str, day: date) -> tuple[str, Fraction] | None:
        """Use and chargeable area; None: not there yet."""
        row = self.units[unit]
        versions = self.by_unit["unit_versions"].get(unit) or [{**row, "valid_from": row["valid_from"] or BEGINNING}]
        known = [version for version in versions if version["valid_from"] <= day]
        if not known:
            return None
        newest = max(known, key=lambda version: version["valid_from"])
        return newest["unit_use"], Fraction(newest["area_m2"])

    def payers(self, unit: str, day: date) -> set[str]:
        """Who pays on a day: one, none or several."""
        lived = self.by_unit["occupancies"].get(unit, ())
        found = {row["customer_code"] for row in lived if row["pays_fees"] and covers(row, day)}
        handover, developer = self.units[unit]["handover_date"], self.row["developer_code"]
        return found or ({developer} if developer and (handover is None or handover > day) else set())

    def _registrations(self, unit: str) -> list[tuple[Row, date, date]]:
        """Accepted applications with their first and last day (INS-07)."""
        accepted: list[tuple[Row, date, date]] = []
        applied = [row for row in self.by_unit["vacancy_applications"].get(unit, ()) if row["applied_on"] <= self.today]
        for row in sorted(applied, key=lambda row: (row["applied_on"], row["application_code"])):
            year, month, day = row["start_date"].timetuple()[:3]
            year, month = year + (month + 2) // 12, (month + 2) % 12 + 1
            while month_days(f"{year:04}-{month:02}")[-1].day < day:
                day -= 1
            last = min(row["end_date"], row["ended_on"] or END)
            is_whole = row["identity_checked"] and None not in (row["water_reading"], row["electricity_reading"])
            is_free = all(last < other[0]["start_date"] or row["start_date"] > other[2] for other in accepted)
            if is_whole and is_free and row["end_date"] + timedelta(1) > date(year, month, day):
                backdated = row["applied_on"] - timedelta(self.terms.backdated_days)
                accepted.append((row, max(row["start_date"], backdated), last))
        return accepted

    def factor(self, unit: str, day: date) -> Fraction:
        """INS-08 and INS-09."""
        for row, first, last in self.registered[unit]:
            if first <= day <= last:
                is_used = self.is_occupied(unit, row, first, last, f"{day:%Y-%m}")
                return Fraction(1) if is_used else self.terms.vacancy_factor
        return Fraction(1)

    def is_occupied(self, unit: str, row: Row, first: date, last: date, period: str) -> bool:
        """Whether more water or electricity than the limit was used in a month of a registration (INS-09)."""
        key = row["application_code"], period
        if key not in self._occupied:
            self._occupied[key] = any(
                self._used(unit, utility, row[f"{utility}_reading"], first, last, period) > limit
                for utility, limit in LIMITS.items()
            )
        return self._occupied[key]

    def _used(self, unit: str, utility: str, base: Any, first: date, last: date, period: str) -> Fraction:
        meters = [row for row in self.meters if row["unit_code"] == unit and row["utility"] == utility]
        in_use = [row for row in meters if self.meter_from(row) <= first <= (row["valid_to"] or END)]
        used = Fraction(0)
        for meter in meters:
            code = meter["meter_code"]
            points = [(row["read_on"], row["reading"]) for row in self.readings.get(code, ()) if not row["estimated"]]
            if in_use == [meter]:
                points = [(first - timedelta(1), base), *(point for point in points if point[0] >= first)]
            points.sort()
            for (opened, opening), (closed, closing) in pairwise(points):
                counted = [
                    day
                    for day in month_days(period)
                    if opened < day <= closed and first <= day <= min(last, self.today)
                ]
                if closing >= opening:
                    share = sum((self.multiplier(meter, day) for day in counted), Fraction(0))
                    used += Fraction(closing - opening) * share / (closed - opened).days
        return used

    def meter_from(self, meter: Row) -> date:
        known = [row["valid_from"] for row in self.versions.get(meter["meter_code"], ())]
        return min((day for day in (meter["valid_from"], *known) if day), default=BEGINNING)

    def version(self, meter: Row, day: date) -> Row:
        """A meter's facts on a day; before its first version those of the first."""
        versions = sorted(self.versions.get(meter["meter_code"], ()), key=lambda row: row["valid_from"])
        return ([row for row in versions if row["valid_from"] <= day][-1:] or versions[:1] or [meter])[0]

    def multiplier(self, meter: Row, day: date) -> Fraction:
        return Fraction(self.version(meter, day)["multiplier"] or 1)

    def boundary(self, meter: Row, day: date) -> Any:
        """The reading that counts for a day: nearest, actual before estimated, then earlier; None: there is none."""
        near = [row for row in self.readings.get(meter["meter_code"], ()) if abs((row["read_on"] - day).days) <= WINDOW]
        if not near:
            return None
        order = min(near, key=lambda row: (abs((row["read_on"] - day).days), bool(row["estimated"]), row["read_on"]))
        return Fraction(order["reading"])

    def prices(self, kind: str, use: str | None, day: date, *, by_use: bool) -> list[Row]:
        """Tariffs of a charge on a day; use None: of a shared meter."""
        valid = [
            row
            for row in self.tariffs
            if row["charge_kind"] == kind
            and (row["basis"] == "consumption") == by_use
            and covers(row, day, "valid_from", "valid_to")
            and (row["unit_use"] in (None, use) or (use is None and row["unit_use"] in HOUSEHOLDS))
        ]
        return [row for row in valid if row["unit_use"] == use] or valid
