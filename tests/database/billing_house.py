"""A small house for the tests of billing: the community 001 with a developer, served from 1 September, no units yet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, create_engine, insert, text

from guanjia.pipelines.fee_billing.due import CommunityMonth, UnitKey, compute_due
from guanjia.settings import TIME_ZONE
from guanjia.store.engine import database_url
from guanjia.store.tables import metadata
from tests.conftest import Database

T = metadata.tables
COMMUNITY = "001"
DEVELOPER = "DEV"
AS_OF = datetime(2026, 11, 5, 2, tzinfo=TIME_ZONE)


def on(written: str) -> date:
    """A day of 2026 (`10-16`), or one with its year."""
    return date.fromisoformat(written if written.count("-") == 2 else f"2026-{written}")


def _day(written: str | None) -> date | None:
    return None if written is None else on(written)


Lines = dict[tuple[str, str, str, str, str], Decimal]


@dataclass(frozen=True)
class Computed:
    """What was found due.

    Attributes:
        lines: unit, charge, source, period, customer → amount.
        explained: the same → explanation.
        exceptions: kind, subject → detail.
        holds: unit, charge (None: all) → reason.
        relief: like lines: what the company bears of a shared cost; only where it is not 0.00.
    """

    lines: Lines
    explained: dict[tuple[str, str, str, str, str], dict[str, Any]]
    exceptions: dict[tuple[str, str], dict[str, Any]]
    holds: set[tuple[str, str | None, str]]
    relief: Lines = field(default_factory=dict)


@dataclass(frozen=True)
class BillingHouse:
    """A database with the community 001 and its building 01."""

    database: Database

    def add(self, table: str, **values: Any) -> None:
        with self.database.transaction() as tx:
            tx.execute(insert(T[table]).values(**values))

    def customer(self, code: str) -> None:
        self.add("customers", customer_code=code, customer_name=code, customer_type="owner")

    def unit(self, code: str, area: str = "90", handover: str | None = "2020-01-01", **values: Any) -> None:
        """A flat; without a handover it is unsold."""
        row = {
            "community_code": COMMUNITY,
            "building_code": "01",
            "unit_code": code,
            "unit_use": "residential",
            "area_m2": Decimal(area),
            "handover_date": _day(handover),
            "fit_out": "done",
        }
        self.add("units", **(row | values))

    def version(self, code: str, valid_from: str, unit_use: str = "residential", area: str = "90") -> None:
        self.add(
            "unit_versions",
            community_code=COMMUNITY,
            unit_code=code,
            valid_from=on(valid_from),
            unit_use=unit_use,
            area_m2=Decimal(area),
        )

    def payer(
        self, unit: str, customer: str, start: str = "2020-01-01", end: str | None = None, role: str = "owner"
    ) -> None:
        self.add(
            "occupancies",
            community_code=COMMUNITY,
            unit_code=unit,
            customer_code=customer,
            role=role,
            pays_fees=True,
            start_date=on(start),
            end_date=_day(end),
        )

    def tariff(
        self,
        code: str,
        rate: str,
        valid_from: str = "2020-01-01",
        valid_to: str | None = None,
        **values: Any,
    ) -> None:
        row = {
            "tariff_code": code,
            "community_code": COMMUNITY,
            "charge_kind": "property",
            "unit_use": None,
            "basis": "area_month",
            "rate": Decimal(rate),
            "valid_from": on(valid_from),
            "valid_to": _day(valid_to),
        }
        self.add("tariffs", **(row | values))

    def contract(self, code: str, unit: str, customer: str, start: str, end: str | None = None, **values: Any) -> None:
        row = {
            "contract_code": code,
            "community_code": COMMUNITY,
            "unit_code": unit,
            "customer_code": customer,
            "charge_kind": "parking",
            "amount_month": Decimal("280.00"),
            "amount_once": None,
            "start_date": on(start),
            "end_date": _day(end),
        }
        self.add("contracts", **(row | values))

    def registration(self, code: str, unit: str, start: str, end: str, applied: str | None = None) -> None:
        """An application that was accepted."""
        self.add(
            "vacancy_applications",
            application_code=code,
            community_code=COMMUNITY,
            unit_code=unit,
            applied_on=on(applied or start),
            start_date=on(start),
            end_date=on(end),
            identity_checked=True,
            water_reading=1,
            electricity_reading=1,
        )
        self.add(
            "vacancy_registrations",
            application_code=code,
            state="accepted",
            first_day=on(start),
            last_day=on(end),
            judged_at=AS_OF,
        )

    def occupied(self, code: str, unit: str, period: str, is_occupied: bool = True) -> None:
        self.add(
            "vacancy_use",
            application_code=code,
            period=period,
            community_code=COMMUNITY,
            unit_code=unit,
            is_occupied=is_occupied,
            explanation={},
        )

    def service(
        self, code: str, unit: str | None, customer: str | None, resolved: tuple[str, ...], *items: tuple[str, str]
    ) -> None:
        """A paid visit resolved at instants such as `2026-10-03T10:00`, with items (quantity, price)."""
        self.add(
            "cases",
            case_code=code,
            community_code=COMMUNITY,
            unit_code=unit,
            customer_code=customer,
            kind="repair",
            urgency="ordinary",
            area="in_home",
            opened_at=datetime(2026, 9, 1, 8, tzinfo=TIME_ZONE),
        )
        for at in resolved:
            self.add(
                "case_events",
                case_code=code,
                event="resolved",
                event_at=datetime.fromisoformat(at).replace(tzinfo=TIME_ZONE),
            )
        for number, (quantity, price) in enumerate(items, 1):
            self.add(
                "paid_services",
                case_code=code,
                line_no=number,
                item="换锁",
                quantity=Decimal(quantity),
                unit_price=Decimal(price),
            )

    def meter(self, code: str, unit: str | None = None, utility: str = "electricity", **values: Any) -> None:
        """A unit's meter; without a unit a shared one of the whole community."""
        row = {"meter_code": code, "community_code": COMMUNITY, "unit_code": unit, "utility": utility}
        self.add("meters", **(row | values))

    def read(self, meter: str, *readings: tuple[str, str], estimated: bool = False) -> None:
        """Readings of a meter: day and what it showed."""
        for day, reading in readings:
            self.add("meter_readings", meter_code=meter, read_on=on(day), reading=Decimal(reading), estimated=estimated)

    def due(self, *periods: str, as_of: datetime = AS_OF, units: tuple[str, ...] | None = None) -> Computed:
        """What should be billed; nothing is kept."""
        chosen = None if units is None else [UnitKey(COMMUNITY, unit) for unit in units]
        with self.database.transaction() as tx:
            compute_due(tx, [CommunityMonth(COMMUNITY, period) for period in periods or ("2026-10",)], as_of, chosen)
            rows = tx.execute(text("SELECT * FROM due_lines")).all()
            faults = tx.execute(text("SELECT kind, subject, detail FROM due_exceptions")).all()
            holds = tx.execute(text("SELECT unit_code, charge_kind, reason FROM due_holds")).all()
        keys = [(row.unit_code, row.charge_kind, row.charge_source, row.period, row.customer_code) for row in rows]
        assert len(keys) == len(set(keys))
        return Computed(
            {key: row.amount for key, row in zip(keys, rows, strict=True)},
            {key: row.explanation for key, row in zip(keys, rows, strict=True)},
            {(fault.kind, fault.subject): fault.detail for fault in faults},
            {tuple(hold) for hold in holds},
            {key: row.relief for key, row in zip(keys, rows, strict=True) if row.relief},
        )


def billing_house(database: Database, live_from: str = "2026-09-01", developer: str | None = DEVELOPER) -> BillingHouse:
    """The community 001 with its developer, served from a day."""
    house = BillingHouse(database)
    for code in (DEVELOPER, "A", "B", "C"):
        house.customer(code)
    house.add("communities", community_code=COMMUNITY, community_name="澄庭雅苑", developer_code=developer)
    house.add("buildings", community_code=COMMUNITY, building_code="01")
    house.add("settings", setting="live_from", community_code=COMMUNITY, value=on(live_from).isoformat())
    return house


@contextmanager
def tried(rows: dict[str, list[dict[str, Any]]]) -> Iterator[Connection]:
    """A transaction with these rows in it, undone afterwards."""
    engine = create_engine(database_url())
    with engine.connect() as connection:
        attempt = connection.begin()
        for table, values in rows.items():
            if values:
                connection.execute(insert(T[table]), values)
        yield connection
        attempt.rollback()
    engine.dispose()
