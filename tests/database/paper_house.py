"""A house with posted bills for the tests of what payers get: rows as posting writes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select, text

from guanjia.pipelines.fee_billing.bill_rows import Bill, BillKey, BillLine, read_bills
from guanjia.pipelines.fee_billing.telling_bills import tell_bills
from guanjia.settings import TIME_ZONE
from guanjia.store.runs import Run, open_run
from guanjia.store.tables import metadata
from tests.conftest import Database
from tests.database.billing_house import COMMUNITY, BillingHouse, billing_house

T = metadata.tables
POSTED_AT = datetime(2026, 11, 5, 2, tzinfo=TIME_ZONE)
POSTED_ON = date(2026, 11, 5)
DUE_ON = date(2026, 11, 20)


def segment(first: str, last: str, days: int, rate: str, of_days: int = 31, **more: Any) -> dict[str, Any]:
    """A stretch of days of an explanation, as the computation writes it."""
    return {
        "from": first,
        "to": last,
        "days": days,
        "of_days": of_days,
        "tariff": "T1",
        "basis": "area_month",
        "rate": rate,
    } | more


def property_line(amount: str = "252.00", **fields: Any) -> BillLine:
    """The property fee of October for 90 m2."""
    given: dict[str, Any] = {
        "explanation": {"segments": [segment("2026-10-01", "2026-10-31", 31, "2.80")], "quantity": "90.00"},
        "quantity": Decimal("90.00"),
        "rate": Decimal("2.80"),
        "factor": Decimal(1),
        "period": "2026-10",
    }
    return BillLine("property", "tariff", amount=Decimal(amount), **(given | fields))


def service_line(item: str = "换锁芯", price: str = "120.00", source: str = "C-1/1") -> BillLine:
    """An item of a paid visit."""
    case, _, number = source.partition("/")
    explanation = {
        "case": case,
        "line": int(number),
        "item": item,
        "resolved_on": "2026-10-03",
        "quantity": "1",
        "rate": price,
    }
    return BillLine("paid_service", source, "2026-10", Decimal(price), explanation=explanation)


@dataclass(frozen=True)
class Mail:
    """A mail as its recipient gets it."""

    kind: str
    business_key: str
    recipient: str
    subject: str
    text: str
    html: str
    language: str
    files: dict[str, bytes]


@dataclass(frozen=True)
class PaperHouse:
    """The community 001 with posted bills."""

    house: BillingHouse
    database: Database

    def payer(self, code: str, name: str = "王小明", email: str | None = None, language: str | None = None) -> None:
        self.house.add(
            "customers",
            customer_code=code,
            customer_name=name,
            customer_type="owner",
            email=email,
            preferred_language=language,
        )

    def run(self, code: str = "B2610-001-1", **fields: Any) -> None:
        """A posted run without bills."""
        row = {
            "run_code": code,
            "period": "2026-10",
            "community_code": COMMUNITY,
            "state": "posted",
            "kind": "billing",
            "attempt": int(code.rpartition("-")[2]),
            "post_no": int(code.rpartition("-")[2]),
            "digest": "x",
            "drafted_at": POSTED_AT,
            "decision": "approved",
            "decision_digest": "x",
            "decided_at": POSTED_AT,
            "posted_at": POSTED_AT,
            "posted_on": POSTED_ON,
            "due_on": DUE_ON,
        }
        self.house.add("billing_runs", **(row | fields))

    def bill(
        self, number: int, unit: str, customer: str, *lines: BillLine, run: str = "B2610-001-1", period: str = "2026-10"
    ) -> str:
        """A bill of a run; returns its code."""
        code = f"{run}-{number:06d}"
        where = {"community_code": COMMUNITY, "unit_code": unit, "customer_code": customer}
        total = sum((line.amount for line in lines), Decimal(0))
        self.house.add("bills", bill_code=code, run_code=run, period=period, total=total, batch_no=0, **where)
        for line in lines:
            self.house.add(
                "bill_lines",
                bill_code=code,
                charge_kind=line.charge_kind,
                charge_source=line.charge_source,
                period=line.period,
                quantity=line.quantity,
                rate=line.rate,
                factor=line.factor,
                amount=line.amount,
                relief=line.relief,
                explanation=dict(line.explanation),
                correction_no=line.correction_no,
                batch_no=0,
                **where,
            )
        return code

    def paid(self, bill: str, unit: str, customer: str, amount: str, at: datetime = POSTED_AT, kind: str = "") -> None:
        """What a payment, or a credit note, pays of a bill."""
        self.house.add(
            "allocations",
            source_kind="credit_note" if kind else "payment",
            source_code=kind or "PAY-1",
            batch_no=0,
            bill_code=bill,
            community_code=COMMUNITY,
            unit_code=unit,
            customer_code=customer,
            amount=Decimal(amount),
            allocated_on=at.date(),
            allocated_at=at,
        )

    def set(self, name: str, value: str, community: str | None = None) -> None:
        """A business setting."""
        self.house.add("settings", setting=name, community_code=community, value=value)

    def read(self, *codes: str, at: datetime = POSTED_AT) -> list[Bill]:
        """Bills as papers need them."""
        with self.database.transaction("read") as tx:
            return read_bills(tx, [BillKey(0, code) for code in codes], at)

    def start(self, at: datetime = POSTED_AT) -> Run:
        """A run that tells."""
        with self.database.transaction() as tx:
            return open_run(tx, "fee_billing", at, started_at=at)

    def tell(self, at: datetime = POSTED_AT, run_codes: Sequence[str] | None = None) -> dict[str, int]:
        """One run's telling."""
        return tell_bills(self.start(at), at, run_codes)

    def ways(self) -> dict[str, str]:
        """Bill → way it was told."""
        with self.database.transaction("read") as tx:
            d = T["bill_deliveries"]
            return {row.bill_code: row.way for row in tx.execute(select(d.c.bill_code, d.c.way))}

    def execute(self, statement: str, **values: Any) -> None:
        with self.database.transaction() as tx:
            tx.execute(text(statement), values)

    def mails(self) -> list[Mail]:
        """The mails in the outbox, in the order of writing."""
        m, b = T["messages"], T["message_bodies"]
        places, contents = T["attachment_bundle_files"], T["message_files"]
        with self.database.transaction("read") as tx:
            rows = tx.execute(select(m, b).join(b, m.c.body_digest == b.c.body_digest).order_by(m.c.message_no)).all()
            files = tx.execute(
                select(places.c.bundle_digest, places.c.file_name, contents.c.content).join(
                    contents, places.c.file_digest == contents.c.file_digest
                )
            ).all()
        return [
            Mail(
                row.kind,
                row.business_key,
                row.recipient,
                row.subject,
                row.text_body,
                row.html_body,
                row.language,
                {file.file_name: bytes(file.content) for file in files if file.bundle_digest == row.bundle_digest},
            )
            for row in rows
        ]

    def mail(self) -> Mail:
        """The only mail there is."""
        (found,) = self.mails()
        return found


def paper_house(database: Database) -> PaperHouse:
    """Units 0101 to 0104 of building 01, and no bill."""
    house = billing_house(database)
    for unit in ("0101", "0102", "0103", "0104"):
        house.unit(unit)
    return PaperHouse(house, database)
