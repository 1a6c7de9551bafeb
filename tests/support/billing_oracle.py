"""What should be billed, worked out day by day in fractions from the registers: a second opinion on the product's SQL.

It reads the same tables and shares no code with the product: no segments, no sums of days, no rounding but its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from guanjia.store.tables import metadata

ZONE = ZoneInfo("Asia/Shanghai")
DISCOUNTED = ("property", "shared_water", "shared_electricity")
Row = dict[str, Any]
LineKey = tuple[str, str, str, str, str]
"""unit, charge_kind, charge_source, period, customer"""


@dataclass
class Due:
    """What the oracle finds for one community and month."""

    lines: dict[LineKey, Decimal] = field(default_factory=dict)
    held_units: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    held_charges: dict[tuple[str, str], str] = field(default_factory=dict)
    no_tariff: set[tuple[str, str]] = field(default_factory=set)


def half_up(value: Fraction) -> int:
    """Fen of an amount in yuan, half up."""
    return int((value * 200 + 1) // 2)


def split(fen: int, days: dict[str, list[date]]) -> dict[str, int]:
    """Largest remainder over payers by days; ties to the one who paid first."""
    total = sum(len(paid) for paid in days.values())
    exact = {payer: Fraction(fen * len(paid), total) for payer, paid in days.items()}
    shares = {payer: int(value) for payer, value in exact.items()}
    order = sorted(days, key=lambda payer: (-(exact[payer] - shares[payer]), min(days[payer]), payer))
    for payer in order[: fen - sum(shares.values())]:
        shares[payer] += 1
    return shares


def largest_remainder(fen: int, weights: Sequence[Decimal | Fraction]) -> list[int]:
    """Fen split by weights in the order given; ties to the one before."""
    total = sum(Fraction(weight) for weight in weights)
    exact = [Fraction(fen) * Fraction(weight) / total for weight in weights]
    shares = [int(value) for value in exact]
    order = sorted(range(len(weights)), key=lambda number: (-(exact[number] - shares[number]), number))
    for number in order[: fen - sum(shares)]:
        shares[number] += 1
    return shares


class Registers:
    """The registers of a database as rows."""

    def __init__(self, transaction: Connection) -> None:
        self.tables = {
            name: [dict(row) for row in transaction.execute(select(metadata.tables[name])).mappings()]
            for name in (
                "communities",
                "units",
                "unit_versions",
                "occupancies",
                "tariffs",
                "contracts",
                "vacancy_applications",
                "vacancy_registrations",
                "vacancy_use",
                "vacancies",
                "cases",
                "case_events",
                "paid_services",
            )
        }

    def of(self, table: str, **where: Any) -> list[Row]:
        """Rows with these values."""
        return [row for row in self.tables[table] if all(row[key] == value for key, value in where.items())]


@dataclass(frozen=True)
class Month:
    """A community's month and the settings in force."""

    community: str
    period: str
    live_from: date
    as_of: datetime
    vacancy_factor: Fraction = Fraction(1, 2)
    not_fitted_out_factor: Fraction = Fraction(1)

    @property
    def first(self) -> date:
        return date.fromisoformat(f"{self.period}-01")

    def all_days(self) -> Iterator[date]:
        day = self.first
        while day.month == self.first.month:
            yield day
            day += timedelta(days=1)

    def days(self) -> list[date]:
        """Days that are billed."""
        return [day for day in self.all_days() if day >= self.live_from]


def _within(row: Row, day: date, first: str, last: str) -> bool:
    return bool(row[first] <= day and (row[last] is None or row[last] >= day))


class Oracle:
    """Works out one month of one community."""

    def __init__(self, registers: Registers, month: Month) -> None:
        self.registers, self.month = registers, month
        self.length = len(list(month.all_days()))
        (self.community,) = registers.of("communities", community_code=month.community)
        self.tariffs = list(registers.of("tariffs", community_code=month.community))
        self.kinds = sorted({row["charge_kind"] for row in self.tariffs if row["basis"] != "consumption"})

    def due(self) -> Due:
        found = Due()
        for unit in self.registers.of("units", community_code=self.month.community):
            self._unit(unit, found)
        return found

    def _unit(self, unit: Row, found: Due) -> None:
        code = unit["unit_code"]
        own: dict[tuple[str, str], tuple[int, list[date]]] = {}
        direct: dict[tuple[str, str, str], int] = {}
        for kind in self.kinds:
            self._tariff_charge(unit, kind, own, found)
        self._missing(unit, found)
        self._contracts(code, direct)
        self._services(code, own, direct)
        payers = {day: self._payers(unit, day) for day in self.month.days() if self._state(unit, day)}
        if own:
            for who in payers.values():
                if len(who) != 1:
                    found.held_units[code].add("two_payers" if who else "no_payer")
        for day in sorted({day for _fen, days in own.values() for day in days} - payers.keys()):
            payers[day] = self._payers(unit, day)  # a paid visit before the unit was there
            if len(payers[day]) != 1 and "two_payers" not in found.held_units.get(code, ()):
                found.held_units[code].add("no_payer")
        if code in found.held_units:
            return
        for (kind, source), (fen, days) in own.items():
            paid: dict[str, list[date]] = defaultdict(list)
            for day in days:
                paid[payers[day].copy().pop()].append(day)
            for payer, share in split(fen, paid).items():
                self._line(found, (code, kind, source, self.month.period, payer), share)
        for (kind, source, customer), fen in direct.items():
            self._line(found, (code, kind, source, self.month.period, customer), fen)

    @staticmethod
    def _line(found: Due, key: LineKey, fen: int) -> None:
        if fen:
            found.lines[key] = Decimal(fen) / 100

    def _state(self, unit: Row, day: date) -> tuple[str, Fraction] | None:
        """Use and area on a day; None: not there yet."""
        versions = self.registers.of(
            "unit_versions", community_code=self.month.community, unit_code=unit["unit_code"]
        ) or [unit | {"valid_from": unit["valid_from"] or date.min}]
        known = [row for row in versions if row["valid_from"] <= day]
        if not known:
            return None
        row = max(known, key=lambda version: version["valid_from"])
        return row["unit_use"], Fraction(row["area_m2"])

    def _payers(self, unit: Row, day: date) -> set[str]:
        found = {
            row["customer_code"]
            for row in self.registers.of(
                "occupancies", community_code=self.month.community, unit_code=unit["unit_code"], pays_fees=True
            )
            if _within(row, day, "start_date", "end_date")
        }
        is_unsold = unit["handover_date"] is None or unit["handover_date"] > day
        if not found and is_unsold and self.community["developer_code"]:
            return {self.community["developer_code"]}
        return found

    def _tariffs(self, kind: str, use: str, day: date) -> list[Row]:
        valid = [
            row
            for row in self.tariffs
            if row["charge_kind"] == kind
            and row["basis"] != "consumption"
            and _within(row, day, "valid_from", "valid_to")
            and row["unit_use"] in (None, use)
        ]
        return [row for row in valid if row["unit_use"] == use] or valid

    def _is_tariffed(self, kind: str, use: str) -> bool:
        return any(self._tariffs(kind, use, day) for day in self.month.days())

    def _by_contract(self, code: str, kind: str, day: date) -> bool:
        return any(
            _within(row, day, "start_date", "end_date")
            for row in self.registers.of(
                "contracts", community_code=self.month.community, unit_code=code, charge_kind=kind
            )
        )

    def _tariff_charge(
        self, unit: Row, kind: str, own: dict[tuple[str, str], tuple[int, list[date]]], found: Due
    ) -> None:
        total, days, faults = Fraction(0), [], set()
        for day in self.month.days():
            state = self._state(unit, day)
            if (
                state is None
                or self._by_contract(unit["unit_code"], kind, day)
                or not self._is_tariffed(kind, state[0])
            ):
                continue
            tariffs = self._tariffs(kind, state[0], day)
            if len(tariffs) != 1:
                faults.add("tariff_tie" if tariffs else "tariff_gap")
                continue
            (tariff,) = tariffs
            quantity = state[1] if tariff["basis"] == "area_month" else Fraction(1)
            factor = self._factor(unit["unit_code"], day) if kind in DISCOUNTED else Fraction(1)
            total += Fraction(tariff["rate"]) * quantity * factor / self.length
            days.append(day)
        if faults:
            found.held_charges[unit["unit_code"], kind] = "tariff_tie" if "tariff_tie" in faults else "tariff_gap"
        elif days:
            own[kind, "tariff"] = half_up(total), days

    def _missing(self, unit: Row, found: Due) -> None:
        """Property fee of any use, parking fee of a parking space, without a tariff on any day."""
        for day in self.month.days():
            state = self._state(unit, day)
            for kind in ("property", "parking"):
                is_owed = state and (kind == "property" or state[0] == "parking")
                if state and is_owed and not self._is_tariffed(kind, state[0]):
                    if self._by_contract(unit["unit_code"], kind, day):
                        continue
                    found.no_tariff.add((kind, state[0]))

    def _factor(self, code: str, day: date) -> Fraction:
        for application in self.registers.of(
            "vacancy_applications", community_code=self.month.community, unit_code=code
        ):
            for row in self.registers.of(
                "vacancy_registrations", application_code=application["application_code"], state="accepted"
            ):
                known = application["applied_on"] <= self.month.as_of.astimezone(ZONE).date()
                if known and row["first_day"] <= day <= row["last_day"]:
                    used = self.registers.of(
                        "vacancy_use",
                        application_code=application["application_code"],
                        period=self.month.period,
                        is_occupied=True,
                    )
                    return Fraction(1) if used else self.month.vacancy_factor
        for row in self.registers.of(
            "vacancies", community_code=self.month.community, unit_code=code, reason="not_fitted_out"
        ):
            if _within(row, day, "start_date", "end_date"):
                return self.month.not_fitted_out_factor
        return Fraction(1)

    def _contracts(self, code: str, direct: dict[tuple[str, str, str], int]) -> None:
        for row in self.registers.of("contracts", community_code=self.month.community, unit_code=code):
            days = [day for day in self.month.days() if _within(row, day, "start_date", "end_date")]
            key = row["charge_kind"], row["contract_code"], row["customer_code"]
            if row["amount_once"] is not None:
                if row["start_date"] in days:
                    direct[key] = half_up(Fraction(row["amount_once"]))
            elif days:
                direct[key] = half_up(Fraction(row["amount_month"]) * len(days) / self.length)

    def _services(
        self,
        code: str,
        own: dict[tuple[str, str], tuple[int, list[date]]],
        direct: dict[tuple[str, str, str], int],
    ) -> None:
        for case in self.registers.of("cases", community_code=self.month.community, unit_code=code):
            events = self.registers.of("case_events", case_code=case["case_code"], event="resolved")
            if not events:
                continue
            at = min(event["event_at"] for event in events)
            day = at.astimezone(ZONE).date()
            if day not in self.month.days() or at > self.month.as_of:
                continue
            for row in self.registers.of("paid_services", case_code=case["case_code"]):
                source = f"{row['case_code']}/{row['line_no']}"
                fen = half_up(Fraction(row["quantity"]) * Fraction(row["unit_price"]))
                if case["customer_code"]:
                    direct["paid_service", source, case["customer_code"]] = fen
                else:
                    own["paid_service", source] = fen, [day]
