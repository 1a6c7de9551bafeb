"""Receipts for paid services (BILL-09): when a bill with items of paid visits is paid, its payer gets one for them.

What is to be told follows from what is paid and has no receipt in the outbox; for payers without an address there is
`receipts_to_print`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from sqlalchemy import text

from guanjia.domain.errors import DocumentError
from guanjia.gateways.mail.rendering import render
from guanjia.i18n import gettext_for, normalised
from guanjia.logs import get_logger
from guanjia.outbox import Attachment, Message, enqueue
from guanjia.pipelines.fee_billing.bill_document import sheets_document
from guanjia.pipelines.fee_billing.bill_mail import receipt_letter
from guanjia.pipelines.fee_billing.bill_rows import Bill, BillKey, read_bills
from guanjia.pipelines.fee_billing.bill_sheet import ordered, receipt_sheet
from guanjia.pipelines.fee_billing.telling_bills import PDF
from guanjia.store.engine import Transaction, transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute

CHUNK: Final = 250
"""Receipts of one transaction."""

_log = get_logger(__name__)


def tell_receipts(run: Run, as_of: datetime) -> dict[str, int]:
    """Mail the receipts of paid services that are due; opens transactions of its own, one per chunk.

    Args:
        run: run that tells.
        as_of: aware instant; payments allocated after it are not seen.

    Returns:
        The count ``receipts_mailed``.

    Source:
        BILL-09.
    """
    with transaction("read") as tx:
        paid = _paid(tx, as_of, None, with_address=True)
    mailed = 0
    for start in range(0, len(paid), CHUNK):
        with transaction() as tx:
            some = dict(paid[start : start + CHUNK])
            bills = read_bills(tx, list(some), as_of)
            mailed += enqueue(tx, [_message(bill, some[bill.key]) for bill in bills], run_id=run.run_id).written
    return {"receipts_mailed": mailed}


def receipts_to_print(tx: Transaction, run_code: str, as_of: datetime) -> bytes | None:
    """Receipts of a billing run for payers without an address, in the order of the doors; None: there are none.

    Args:
        tx: open transaction; its setting guanjia.as_of is changed.
        run_code: billing run.
        as_of: aware instant; payments allocated after it are not seen.
    """
    paid = dict(_paid(tx, as_of, [run_code], with_address=False))
    bills = ordered(read_bills(tx, list(paid), as_of))
    if not bills:
        return None
    sheets = [receipt_sheet(bill, paid[bill.key], bill.language) for bill in bills]
    return sheets_document(sheets, dated=max(paid.values()), title=run_code)


def _paid(
    tx: Transaction, as_of: datetime, run_codes: Sequence[str] | None, *, with_address: bool
) -> list[tuple[BillKey, date]]:
    tx.execute(text("SELECT set_config('guanjia.as_of', :at, TRUE)"), {"at": as_of.isoformat()})
    rows = execute(
        tx,
        "bill_papers/find_unreceipted_bills",
        with_address=with_address,
        all_runs=run_codes is None,
        run_codes=list(run_codes or ()),
    )
    return [(BillKey(row.batch_no, row.bill_code), row.paid_on) for row in rows]


def _message(bill: Bill, paid_on: date) -> Message:
    sheet = receipt_sheet(bill, paid_on, bill.language)
    return Message(
        kind="service_receipt",
        business_key=bill.bill_code,
        recipient=bill.email or "",
        mail=render(receipt_letter(bill, sheet)),
        language=normalised(bill.language),
        recipient_name=bill.customer_name,
        attachments=_paper(bill, paid_on),
    )


def _paper(bill: Bill, paid_on: date) -> tuple[Attachment, ...]:
    _ = gettext_for(bill.language)
    sheet = receipt_sheet(bill, paid_on, bill.language)
    try:
        content = sheets_document([sheet], dated=paid_on, title=f"{sheet.title} {bill.bill_code}")
    except DocumentError as error:
        _log.warning("a receipt goes out without its page", bill_code=bill.bill_code, problem=str(error))
        return ()
    return (Attachment(f"{_('Receipt')}-{bill.period}-{bill.unit_code}.pdf", PDF, content),)
