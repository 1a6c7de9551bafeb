"""Letters about overdue bills as mail and paper need them: one per customer and community, read by lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from sqlalchemy import Row

from guanjia.pipelines.fee_billing.collecting import Community, day_of
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute


@dataclass(frozen=True)
class ListedBill:
    """A bill on a letter.

    Attributes:
        unit_code: unit.
        place: building and unit.
        bill_code: bill.
        period: month billed, YYYY-MM.
        is_opening: a balance from before the community was served.
        due_on: day it was due.
        amount: open, yuan.
        late_fee: late fees billed on it, yuan.
        level: level it has come to with this letter; None: listed only, its turn has not come.
    """

    unit_code: str
    place: str
    bill_code: str
    period: str
    is_opening: bool
    due_on: date
    amount: Decimal
    late_fee: Decimal
    level: int | None


@dataclass(frozen=True)
class DunningLetter:
    """What one customer is told about what is overdue in one community.

    Attributes:
        notice_codes: the letters' codes, one per unit.
        community: community.
        customer_code: customer.
        customer_name: name, unmasked: the letter goes to nobody else.
        email: address; None: on paper.
        language: zh or en.
        place: building and unit of the first letter, for the address.
        run_on: day of the run.
        as_of: instant the amounts are as of.
        level: highest level of its bills, 1 to 3.
        bills: all overdue bills, by unit and due day.
        credit: what we hold for the customer, yuan.
    """

    notice_codes: tuple[str, ...]
    community: Community
    customer_code: str
    customer_name: str
    email: str | None
    language: str
    place: str
    run_on: date
    as_of: datetime
    level: int
    bills: tuple[ListedBill, ...]
    credit: Decimal

    @property
    def key(self) -> str:
        """Business key of its mail."""
        return f"{self.community.code}/{self.customer_code}/{self.run_on.isoformat()}"

    @property
    def overdue(self) -> Decimal:
        """Sum of the bills listed, yuan."""
        return sum((bill.amount for bill in self.bills), Decimal(0))

    @property
    def to_pay(self) -> Decimal:
        """What is to be paid after our credit, yuan."""
        return max(self.overdue - self.credit, Decimal(0))

    @property
    def late_fees(self) -> Decimal:
        """Late fees among the bills listed, yuan."""
        return sum((bill.late_fee for bill in self.bills), Decimal(0))


def read_letters(
    transaction: Transaction, notice_codes: Sequence[str], communities: dict[str, Community]
) -> list[DunningLetter]:
    """The letters of some notices, each with everything that is overdue of its customer in the community.

    Amounts are as of the run that planned the notice, however late the letter is written or printed.

    Args:
        transaction: open transaction; the instant its books are seen at is left at the last run's.
        notice_codes: notices; all those of a customer, community and day make one letter.
        communities: communities by code.

    Returns:
        Letters by community, customer and day.
    """
    if not notice_codes:
        return []
    rows = execute(transaction, "fee_collection/list_notice_bills", notice_codes=list(notice_codes)).all()
    letters = []
    for as_of, found in groupby(sorted(rows, key=lambda row: row.as_of), key=lambda row: row.as_of):
        letters += list(_letters_as_of(transaction, as_of, list(found), communities))
    return sorted(letters, key=lambda letter: (letter.community.code, letter.customer_code, letter.run_on))


def _letters_as_of(
    transaction: Transaction, as_of: datetime, rows: Sequence[Row[Any]], communities: dict[str, Community]
) -> Iterable[DunningLetter]:
    execute(transaction, "fee_collection/view_books_at", as_of=as_of)
    customers = sorted({(row.community_code, row.customer_code) for row in rows})
    asked = {
        "community_codes": [community for community, _customer in customers],
        "customer_codes": [customer for _community, customer in customers],
    }
    others = execute(
        transaction,
        "fee_collection/list_other_overdue",
        **asked,
        notice_codes=sorted({row.notice_code for row in rows}),
        on_day=day_of(as_of),
    ).all()
    credits = {
        (row.community_code, row.customer_code): row.credit
        for row in execute(transaction, "fee_collection/sum_credits", **asked)
    }
    others_of: dict[tuple[str, str], list[Row[Any]]] = {}
    for row in others:
        others_of.setdefault((row.community_code, row.customer_code), []).append(row)
    by_customer: dict[tuple[str, str, date], list[Row[Any]]] = {}
    for row in rows:
        by_customer.setdefault((row.community_code, row.customer_code, row.run_on), []).append(row)
    for (community, customer, run_on), theirs in by_customer.items():
        first = theirs[0]
        listed = [_bill(row, row.level) for row in theirs]
        listed += [_bill(row, None) for row in others_of.get((community, customer), ())]
        yield DunningLetter(
            notice_codes=tuple(dict.fromkeys(row.notice_code for row in theirs)),
            community=communities[community],
            customer_code=customer,
            customer_name=first.customer_name,
            email=first.email,
            language=first.language,
            place=f"{first.building_name} {first.unit_code}",
            run_on=run_on,
            as_of=as_of,
            level=max(row.notice_level for row in theirs),
            bills=tuple(sorted(listed, key=lambda bill: (bill.place, bill.due_on, bill.bill_code))),
            credit=credits.get((community, customer), Decimal(0)),
        )


def _bill(row: Row[Any], level: int | None) -> ListedBill:
    return ListedBill(
        unit_code=row.unit_code,
        place=f"{row.building_name} {row.unit_code}",
        bill_code=row.bill_code,
        period=row.period,
        is_opening=row.is_opening,
        due_on=row.due_on,
        amount=row.amount,
        late_fee=row.late_fee,
        level=level,
    )
