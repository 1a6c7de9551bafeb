"""A small house for the tests of collection: a community, flats with their payers, and bills that are posted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select, text, update

from guanjia.pipelines.fee_billing.collection_steps import collect
from guanjia.settings import TIME_ZONE
from guanjia.store.tables import metadata
from tests.conftest import Database

T = metadata.tables


def day(written: str) -> date:
    """A day of 2026 (`10-16`), or one with its year."""
    return date.fromisoformat(written if written.count("-") == 2 else f"2026-{written}")


def monday(written: str | date) -> datetime:
    """Half past seven of a day."""
    on = day(written) if isinstance(written, str) else written
    return datetime(on.year, on.month, on.day, 7, 30, tzinfo=TIME_ZONE)


@dataclass(frozen=True)
class Mail:
    """A mail as its recipient gets it."""

    kind: str
    key: str
    recipient: str
    subject: str
    text: str
    html: str
    language: str
    state: str
    has_files: bool


@dataclass
class CollectionHouse:
    """A database with the community 001 and its building 02, served from 1 January."""

    database: Database
    numbers: dict[str, int] = field(default_factory=dict)

    def add(self, table: str, **values: Any) -> None:
        with self.database.transaction() as tx:
            tx.execute(insert(T[table]).values(**values))

    def execute(self, statement: str, **values: Any) -> None:
        with self.database.transaction() as tx:
            tx.execute(text(statement), values)

    def rows(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        with self.database.transaction() as tx:
            return [tuple(row) for row in tx.execute(text(statement), values)]

    def customer(self, code: str, email: str | None = "", **values: Any) -> None:
        """A payer; an address of its own unless one is given (None: none)."""
        row = {"customer_name": f"王{code}", "customer_type": "owner", "phone": "13812345678"} | values
        self.add("customers", customer_code=code, email=f"{code.lower()}@example.com" if email == "" else email, **row)

    def unit(self, code: str, community: str = "001", building: str = "02") -> None:
        row = {"unit_use": "residential", "area_m2": Decimal(90), "handover_date": date(2020, 1, 1)}
        self.add("units", community_code=community, unit_code=code, building_code=building, **row)

    def set(self, name: str, value: str, community: str | None = None) -> None:
        self.add("settings", setting=name, value=value, community_code=community)

    def bill(
        self,
        unit: str,
        customer: str,
        amount: str,
        due: str | date,
        community: str = "001",
        kind: str = "billing",
        late_fee: str = "0",
    ) -> str:
        """A posted bill, in a run of its own, due on a day; posted 15 days before."""
        due_on = day(due) if isinstance(due, str) else due
        number = self.numbers[community] = self.numbers.get(community, 0) + 1
        run_code = f"{'O' if kind == 'opening' else 'B'}{due_on:%y%m}-{community}-{number}"
        posted = min(due_on - timedelta(days=15), due_on)
        self.add(
            "billing_runs",
            run_code=run_code,
            period=f"{posted:%Y-%m}",
            community_code=community,
            state="posted",
            kind=kind,
            attempt=number,
            post_no=number,
            drafted_at=monday(posted),
            digest="x",
            decision="approved",
            decided_at=monday(posted),
            decision_digest="x",
            posted_at=monday(posted),
            posted_on=posted,
            due_on=due_on,
            bills=1,
            total=Decimal(amount),
        )
        code = f"{run_code}-000001"
        key = {"community_code": community, "unit_code": unit, "customer_code": customer}
        period = f"{posted:%Y-%m}"
        self.add("bills", bill_code=code, run_code=run_code, period=period, total=Decimal(amount), **key)
        line = {"charge_source": "tariff", "period": period, "correction_no": 0, **key}
        fee = Decimal(late_fee)
        self.add("bill_lines", bill_code=code, charge_kind="property", amount=Decimal(amount) - fee, **line)
        if fee:
            self.add("bill_lines", bill_code=code, charge_kind="late_fee", amount=fee, **line)
        return code

    def pay(self, bill: str, amount: str, at: str | date) -> None:
        """What pays a bill, from the day on."""
        number = self.numbers["payments"] = self.numbers.get("payments", 0) + 1
        on = day(at) if isinstance(at, str) else at
        with self.database.transaction() as tx:
            found = tx.execute(select(T["bills"]).where(T["bills"].c.bill_code == bill)).one()
        self.add(
            "allocations",
            source_kind="payment",
            source_code=f"P{number}",
            batch_no=found.batch_no,
            bill_code=bill,
            community_code=found.community_code,
            unit_code=found.unit_code,
            customer_code=found.customer_code,
            amount=Decimal(amount),
            allocated_on=on,
            allocated_at=monday(on),
        )

    def credit(self, unit: str, customer: str, amount: str, at: str, community: str = "001") -> None:
        """A payment that pays no bill yet."""
        number = self.numbers["credits"] = self.numbers.get("credits", 0) + 1
        code = f"C{number}"
        self.add("payments", payment_code=code, received_on=day(at), amount=Decimal(amount))
        self.add(
            "payment_assignments",
            payment_code=code,
            assignment_no=1,
            state="assigned",
            community_code=community,
            unit_code=unit,
            customer_code=customer,
            reason="by_hand",
            amount=Decimal(amount),
            assigned_on=day(at),
            assigned_at=monday(at),
        )

    def dispute(
        self, unit: str, opened: str, closed: str | None = None, customer: str | None = None, community: str = "001"
    ) -> None:
        number = self.numbers["disputes"] = self.numbers.get("disputes", 0) + 1
        self.add(
            "disputes",
            dispute_code=f"Z{number}",
            community_code=community,
            unit_code=unit,
            customer_code=customer,
            opened_on=day(opened),
            closed_on=None if closed is None else day(closed),
        )

    def run(self, on: str | date, *, delivers: bool = True) -> dict[str, int]:
        """One Monday's collection; mails go to the home's sink over a real line."""
        return collect(monday(on), delivers=delivers)

    def notices(self, *columns: str) -> list[tuple[Any, ...]]:
        """Letters in the order of their codes: unit, customer, level, state unless other columns are asked for."""
        asked = ", ".join(columns or ("unit_code", "customer_code", "level", "state"))
        return self.rows(f"SELECT {asked} FROM dunning ORDER BY run_on, notice_code")

    def levels(self, bill: str) -> list[tuple[str, int]]:
        """Days (`10-12`) and levels of the letters about a bill that were not cancelled."""
        found = self.rows(
            "SELECT d.run_on, b.level FROM dunning AS d JOIN dunning_bills AS b USING (notice_code)"
            " WHERE b.bill_code = :bill AND d.state <> 'cancelled' ORDER BY d.run_on",
            bill=bill,
        )
        return [(f"{on:%m-%d}", level) for on, level in found]

    def mails(self, kind: str | None = None, recipient: str | None = None) -> list[Mail]:
        """Mails in the outbox, in the order of writing."""
        m, b = T["messages"], T["message_bodies"]
        with self.database.transaction("read") as tx:
            rows = tx.execute(select(m, b).join(b, m.c.body_digest == b.c.body_digest).order_by(m.c.message_no)).all()
        return [
            Mail(
                row.kind,
                row.business_key,
                row.recipient,
                row.subject,
                row.text_body,
                row.html_body,
                row.language,
                row.state,
                row.bundle_digest is not None,
            )
            for row in rows
            if kind in (None, row.kind) and recipient in (None, row.recipient)
        ]

    def mail(self, kind: str, recipient: str | None = None) -> Mail:
        """The only mail of a kind."""
        (found,) = self.mails(kind, recipient)
        return found

    def change(self, table: str, **values: Any) -> None:
        with self.database.transaction() as tx:
            tx.execute(update(T[table]).values(**values))


def collection_house(database: Database, live_from: str = "2026-01-01") -> CollectionHouse:
    """The house with flats 101 and 102 of the payers A and B, and a centre head."""
    house = CollectionHouse(database)
    house.add("communities", community_code="001", community_name="澄庭雅苑", region="东区")
    house.set("live_from", live_from, "001")
    house.add("buildings", community_code="001", building_code="02", building_name="2号楼")
    for unit, customer in (("101", "A"), ("102", "B")):
        house.unit(unit)
        house.customer(customer)
    house.add(
        "staff",
        staff_code="M1",
        staff_name="邵经理",
        role="manager",
        community_code="001",
        email="m1@example.com",
    )
    return house
