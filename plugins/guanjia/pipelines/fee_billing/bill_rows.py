"""Bills as their papers, mails and print files need them: read by lists, at the instant they were told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Row, text

from guanjia.settings import TIME_ZONE
from guanjia.store.business_settings import settings_by_community
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute

_SETTINGS: Final = ("company_name", "mail_sender_name", "billing_payment_note", "billing_contact")


@dataclass(frozen=True)
class BillKey:
    """A bill: batch and code."""

    batch_no: int
    bill_code: str


@dataclass(frozen=True)
class BillLine:
    """A line of a bill; see table ``bill_lines``.

    Attributes:
        before: explanation of the line billed before for the same charge and month, of a correction; None: not known.
    """

    charge_kind: str
    charge_source: str
    period: str
    amount: Decimal
    quantity: Decimal | None = None
    rate: Decimal | None = None
    factor: Decimal | None = None
    relief: Decimal = Decimal(0)
    explanation: Mapping[str, Any] = field(default_factory=dict)
    correction_no: int = 0
    before: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class VoidedBill:
    """The bill that a bill of a reversal takes back."""

    bill_code: str
    total: Decimal
    posted_on: date
    due_on: date | None


@dataclass(frozen=True)
class Bill:
    """A posted bill with everything its paper says.

    Attributes:
        total: sum of the lines, yuan; negative: a credit note.
        open_balance: what of it is still open (below zero: what of the credit note is not used up).
        other_open: what the payer owes for this unit on other bills.
        other_oldest_due_on: earliest due day of those; None: nothing is open.
        credit: what we hold for the payer and this unit: payments and credit notes not used up.
        language: the payer's, zh or en.
        email: the payer's address as it stands in the register; None: none.
        way: how it went to the payer: mail, print or none; None: not told yet.
        printed_at: instant its print file was handed out; None: not yet.
        voided: the bill it takes back, if it belongs to a reversal.
        voided_way: how that one went to the payer.
        issuer: name of the company that bills.
        payment_note: how to pay, as the community words it; blank: not worded.
        contact: whom to ask, as the community words it; blank: not worded.
    """

    batch_no: int
    bill_code: str
    run_code: str
    kind: str
    period: str
    total: Decimal
    posted_on: date
    due_on: date
    community_code: str
    community_name: str
    building_code: str
    building_name: str
    unit_code: str
    customer_code: str
    customer_name: str
    lines: tuple[BillLine, ...]
    open_balance: Decimal = Decimal(0)
    other_open: Decimal = Decimal(0)
    other_oldest_due_on: date | None = None
    credit: Decimal = Decimal(0)
    language: str = "zh"
    email: str | None = None
    way: str | None = None
    printed_at: datetime | None = None
    voided: VoidedBill | None = None
    voided_way: str | None = None
    issuer: str = ""
    payment_note: str = ""
    contact: str = ""

    @property
    def key(self) -> BillKey:
        """Batch and code."""
        return BillKey(self.batch_no, self.bill_code)

    @property
    def place(self) -> str:
        """Community, building and unit."""
        return " ".join((self.community_name, self.building_name, self.unit_code))


def read_bills(transaction: Transaction, keys: Sequence[BillKey], at: datetime) -> list[Bill]:
    """Bills with their lines and what else is owed or held for their payers.

    Args:
        transaction: open transaction; its setting guanjia.as_of is changed.
        keys: the bills, of posted runs.
        at: aware instant of the amounts paid, owed and held; to print a bill anew, the instant it was told.

    Returns:
        The bills in the order of their codes.
    """
    if not keys:
        return []
    transaction.execute(text("SELECT set_config('guanjia.as_of', :at, TRUE)"), {"at": at.isoformat()})
    chosen = {"batch_nos": [key.batch_no for key in keys], "bill_codes": [key.bill_code for key in keys]}
    rows = execute(transaction, "bill_papers/list_papers", **chosen).all()
    lines: dict[str, list[BillLine]] = defaultdict(list)
    for row in execute(transaction, "bill_papers/list_paper_lines", **chosen):
        lines[row.bill_code].append(_line(row))
    communities = sorted({row.community_code for row in rows})
    words = settings_by_community(transaction, _SETTINGS, at.astimezone(TIME_ZONE).date(), communities)
    return [_bill(row, tuple(lines[row.bill_code]), words[row.community_code]) for row in rows]


def _line(row: Row[Any]) -> BillLine:
    return BillLine(
        charge_kind=row.charge_kind,
        charge_source=row.charge_source,
        period=row.period,
        amount=row.amount,
        quantity=row.quantity,
        rate=row.rate,
        factor=row.factor,
        relief=row.relief,
        explanation=row.explanation or {},
        correction_no=row.correction_no,
        before=row.explanation_before,
    )


def _bill(row: Row[Any], lines: tuple[BillLine, ...], words: Mapping[str, Any]) -> Bill:
    is_reversal = row.kind == "reversal" and row.voided_bill_code is not None
    return Bill(
        batch_no=row.batch_no,
        bill_code=row.bill_code,
        run_code=row.run_code,
        kind=row.kind,
        period=row.period,
        total=row.total,
        posted_on=row.posted_on,
        due_on=row.due_on,
        community_code=row.community_code,
        community_name=row.community_name,
        building_code=row.building_code,
        building_name=row.building_name,
        unit_code=row.unit_code,
        customer_code=row.customer_code,
        customer_name=row.customer_name,
        lines=lines,
        open_balance=row.open_balance,
        other_open=row.other_open,
        other_oldest_due_on=row.other_oldest_due_on,
        credit=row.credit,
        language=row.language,
        email=row.email,
        way=row.way,
        printed_at=row.printed_at,
        voided=VoidedBill(row.voided_bill_code, row.voided_total, row.voided_posted_on, row.voided_due_on)
        if is_reversal
        else None,
        voided_way=row.voided_way,
        issuer=str(words["company_name"] or words["mail_sender_name"] or ""),
        payment_note=str(words["billing_payment_note"] or ""),
        contact=str(words["billing_contact"] or ""),
    )
