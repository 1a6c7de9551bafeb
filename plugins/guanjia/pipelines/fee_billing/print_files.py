"""Print files: the bills of a run whose payers have no address, one PDF per building, in the order of the doors.

A bill that was handed out before says on each page that it is a duplicate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from guanjia.domain.errors import UnknownName
from guanjia.pipelines.fee_billing.bill_document import bill_document
from guanjia.pipelines.fee_billing.bill_rows import Bill, BillKey, read_bills
from guanjia.pipelines.fee_billing.bill_sheet import ordered
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute


@dataclass(frozen=True)
class PrintFile:
    """A print file.

    Attributes:
        run_code: billing run.
        period: its month.
        posted_on: day it was posted.
        community_code: community.
        community_name: its name.
        building_code: building.
        building_name: its name.
        bills: bills in it.
        printed: those that were handed out.
        printed_at: instant of the last printing; None: never.
        printed_by: who printed then.
    """

    run_code: str
    period: str
    posted_on: date
    community_code: str
    community_name: str
    building_code: str
    building_name: str
    bills: int
    printed: int
    printed_at: datetime | None
    printed_by: str | None

    @property
    def is_waiting(self) -> bool:
        """Whether it holds bills nobody has printed."""
        return self.printed < self.bills

    @property
    def file_name(self) -> str:
        """Name of the file: run and building, safe on every system."""
        return f"{_safe(self.run_code)}-{_safe(self.building_code)}.pdf"


def list_print_files(
    transaction: Transaction, run_codes: Sequence[str] | None = None, *, only_waiting: bool = False
) -> list[PrintFile]:
    """The print files of runs, those that wait first.

    Args:
        transaction: open transaction.
        run_codes: billing runs; None: all.
        only_waiting: leave out files whose bills were all handed out.
    """
    rows = execute(
        transaction,
        "bill_papers/list_print_files",
        all_runs=run_codes is None,
        run_codes=list(run_codes or ()),
        only_waiting=only_waiting,
    )
    return [PrintFile(**row._mapping) for row in rows]


def make_print_file(
    transaction: Transaction, run_code: str, building_code: str, language: str | None = None, *, as_copy: bool = False
) -> bytes:
    """The print file of a run and building: each bill in its payer's language, as of the instant it was told.

    Args:
        transaction: open transaction; its setting guanjia.as_of is changed.
        run_code: billing run.
        building_code: building.
        language: language of the document's properties; the bills keep their payers'.
        as_copy: mark all bills as duplicates, also those nobody has handed out.

    Returns:
        A PDF, A4 upright.

    Raises:
        UnknownName: the run has nothing to print for the building.
        DocumentError: fonts or typesetter are not installed.
    """
    content, _codes = make_file(transaction, run_code, building_code, language, as_copy=as_copy)
    return content


def make_file(
    transaction: Transaction, run_code: str, building_code: str, language: str | None = None, *, as_copy: bool = False
) -> tuple[bytes, list[str]]:
    """Like `make_print_file`, with the codes of the bills in the file, for `mark_printed`."""
    rows = execute(transaction, "bill_papers/list_printed_bills", run_code=run_code, building_code=building_code).all()
    if not rows:
        raise UnknownName(
            f"Run {run_code} has no bills to print for building {building_code}: its payers have addresses, or their "
            "bills were not told yet."
        )
    bills: list[Bill] = []
    for told_at, some in groupby(rows, key=lambda row: row.told_at):
        bills += read_bills(transaction, [BillKey(row.batch_no, row.bill_code) for row in some], told_at)
    again = [BillKey(row.batch_no, row.bill_code) for row in rows if as_copy or row.printed_at is not None]
    return bill_document(ordered(bills), duplicates=again, title_language=language), [row.bill_code for row in rows]


def mark_printed(
    transaction: Transaction, run_code: str, building_code: str, bill_codes: Sequence[str], by: str, at: datetime
) -> int:
    """Note that the bills of a file were handed out.

    Args:
        transaction: open transaction.
        run_code: billing run.
        building_code: building.
        bill_codes: bills of the file that was made; one told meanwhile is not on it.
        by: staff code, or system user, of who printed.
        at: aware instant.

    Returns:
        Bills that were not printed before.
    """
    return execute(
        transaction,
        "bill_papers/mark_printed",
        run_code=run_code,
        building_code=building_code,
        bill_codes=list(bill_codes),
        printed_by=by,
        at=at,
    ).rowcount


def _safe(code: str) -> str:
    return "".join(sign if sign.isalnum() or sign == "-" else "_" for sign in code)
