"""Settled or not: whether any payer of a unit owes anything that was posted, due or not, as of any instant (BILL-05).

Goods leave the gate only when fees are settled (CUST-03). Credit notes not used yet and money in suspense settle
nothing; what waits in suspense for the unit is told beside the answer, so that somebody decides on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from guanjia.domain.errors import UnknownName
from guanjia.settings import TIME_ZONE
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute


@dataclass(frozen=True)
class OpenBill:
    """A bill that is not paid in full.

    Attributes:
        bill_code: bill.
        period: month, YYYY-MM.
        due_on: day it is due.
        total: sum of its lines, yuan.
        open_balance: still open, yuan.
    """

    bill_code: str
    period: str
    due_on: date
    total: Decimal
    open_balance: Decimal


@dataclass(frozen=True)
class Owing:
    """A payer who owes something for the unit.

    Attributes:
        customer_code: payer.
        customer_name: name; to be masked wherever it is not needed.
        due: open and due on the day of the instant or before, yuan.
        not_yet_due: open and due later, yuan.
        bills: the open bills, oldest due first.
    """

    customer_code: str
    customer_name: str
    due: Decimal
    not_yet_due: Decimal
    bills: tuple[OpenBill, ...]


@dataclass(frozen=True)
class Standing:
    """Whether a unit is settled.

    Attributes:
        community_code: community.
        unit_code: unit.
        as_of: instant of the answer.
        owing: payers who owe something.
        waiting_payments: payments in suspense that name the unit.
        waiting_amount: their sum, yuan.
    """

    community_code: str
    unit_code: str
    as_of: datetime
    owing: tuple[Owing, ...]
    waiting_payments: int
    waiting_amount: Decimal

    @property
    def is_settled(self) -> bool:
        """Nobody owes anything."""
        return not self.owing

    @property
    def open_balance(self) -> Decimal:
        """What is open altogether, yuan."""
        return sum((payer.due + payer.not_yet_due for payer in self.owing), Decimal(0))


def see_instant(transaction: Transaction, as_of: datetime) -> None:
    """Let the views ``bill_states`` and ``arrears`` be seen as of an instant until the transaction ends."""
    execute(transaction, "payments/see_instant", as_of=as_of)


def read_standing(transaction: Transaction, community_code: str, unit_code: str, as_of: datetime) -> Standing:
    """Whether a unit is settled as of an instant, and who owes what.

    Args:
        transaction: open transaction; may be a reading one.
        community_code: community.
        unit_code: unit.
        as_of: instant; what was posted, paid or undone after it is not seen.

    Raises:
        UnknownName: there is no such unit.

    Source:
        BILL-05, CUST-03.
    """
    place = {"community_code": community_code, "unit_code": unit_code}
    see_instant(transaction, as_of)
    known = execute(transaction, "payments/read_unit_standing", **place, as_of=as_of).one_or_none()
    if known is None:
        raise UnknownName(f"There is no unit {unit_code} in community {community_code}; check both codes.")
    today = as_of.astimezone(TIME_ZONE).date()
    names: dict[str, str] = {}
    bills: dict[str, list[OpenBill]] = {}
    for row in execute(transaction, "payments/list_open_of_unit", **place):
        names[row.customer_code] = row.customer_name
        bill = OpenBill(row.bill_code, row.period, row.due_on, row.total, row.open_balance)
        bills.setdefault(row.customer_code, []).append(bill)
    owing = tuple(_owing(code, names[code], found, today) for code, found in bills.items())
    return Standing(community_code, unit_code, as_of, owing, known.waiting_payments, known.waiting_amount)


def _owing(code: str, name: str, bills: list[OpenBill], today: date) -> Owing:
    due = sum((bill.open_balance for bill in bills if bill.due_on <= today), Decimal(0))
    later = sum((bill.open_balance for bill in bills if bill.due_on > today), Decimal(0))
    return Owing(code, name, due, later, tuple(bills))
