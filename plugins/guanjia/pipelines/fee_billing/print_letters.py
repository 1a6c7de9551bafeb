"""Reminder letters on paper: one file per building and run day; printed counts as sent.

What was printed can be printed again, marked as a copy: nothing is counted anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from guanjia.pipelines.fee_billing.collecting import SCOPE, day_of, look_at_debtors, served_communities
from guanjia.pipelines.fee_billing.dunning_document import dunning_document
from guanjia.pipelines.fee_billing.dunning_rows import read_letters
from guanjia.store.engine import Transaction
from guanjia.store.locks import lock_scope
from guanjia.store.sql import execute


@dataclass(frozen=True)
class LetterFile:
    """Letters of one building and run day that nobody has printed yet, or that are printed again.

    Attributes:
        community_code: community.
        community_name: its name.
        building_code: building.
        building_name: its name.
        run_on: day of the run that planned them.
        letters: letters, one per customer.
        amount: open amount of their bills, yuan.
        notice_codes: notices in it, one per unit and customer.
        is_copy: whether they were printed before.
    """

    community_code: str
    community_name: str
    building_code: str
    building_name: str
    run_on: date
    letters: int
    amount: Decimal
    notice_codes: tuple[str, ...]
    is_copy: bool = False

    @property
    def file_name(self) -> str:
        """Name of the file, such as ``letters-001-02-2026-11-23.pdf``; of copies ``…-copy.pdf``."""
        safe = "-".join("".join(c if c.isalnum() else "_" for c in code) for code in self._codes())
        return f"letters-{safe}-{self.run_on.isoformat()}{'-copy' if self.is_copy else ''}.pdf"

    def _codes(self) -> tuple[str, str]:
        return self.community_code, self.building_code


def list_letter_files(
    transaction: Transaction, community_code: str | None = None, printed_of: date | None = None
) -> list[LetterFile]:
    """What waits to be printed, by community, building and day; or what was printed, to be printed again.

    Args:
        transaction: open transaction.
        community_code: community; None: all.
        printed_of: day of the run whose printed letters are wanted again; None: what waits.
    """
    asked = {"community_code": community_code, "printed_of": printed_of}
    rows = execute(transaction, "fee_collection/list_print_files", **asked)
    return [
        LetterFile(
            community_code=row.community_code,
            community_name=row.community_name,
            building_code=row.building_code,
            building_name=row.building_name,
            run_on=row.run_on,
            letters=row.letters,
            amount=row.amount,
            notice_codes=tuple(row.notice_codes),
            is_copy=printed_of is not None,
        )
        for row in rows
    ]


def drop_needless_letters(transaction: Transaction, at: datetime) -> int:
    """Cancel letters that wait although what they ask for was paid, or disputed, since they were planned.

    Args:
        transaction: open transaction.
        at: aware instant of printing.

    Returns:
        Letters cancelled.
    """
    look_at_debtors(transaction, at)
    return len(execute(transaction, "fee_collection/cancel_notices", on_day=day_of(at)).all())


def make_letter_file(
    transaction: Transaction, notice_codes: Sequence[str], at: datetime, *, as_copy: bool = False
) -> bytes:
    """The letters of a file as a PDF; amounts as of the run that planned them.

    Args:
        transaction: open transaction.
        notice_codes: notices of the file.
        at: aware instant of printing, for the communities' settings.
        as_copy: mark each page as a copy of a letter that was handed out.

    Raises:
        ValueError: there is no letter.
        DocumentError: fonts or typesetter are not installed.
    """
    letters = read_letters(transaction, notice_codes, served_communities(transaction, at))
    return dunning_document(
        sorted(letters, key=lambda letter: (letter.place, letter.customer_code)), are_copies=as_copy
    )


def mark_letters_printed(transaction: Transaction, notice_codes: Sequence[str], by: str, at: datetime) -> int:
    """Note that letters were handed out on paper; the next level counts its days from here.

    Args:
        transaction: open transaction.
        notice_codes: notices printed; those that are not waiting any more are left alone.
        by: staff code or login of who printed them.
        at: aware instant.

    Returns:
        Notices marked.
    """
    lock_scope(transaction, SCOPE)
    return execute(
        transaction, "fee_collection/mark_printed", notice_codes=list(notice_codes), printed_by=by, at=at
    ).rowcount
