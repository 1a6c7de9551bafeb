"""Telling payers of their posted bills: one mail each, or a page in the print file of the building.

What is to be told follows from what is posted and not noted in ``bill_deliveries``; a bill's mail and its note are
written in one transaction, so that a crash, a retry or a second run tells nobody twice and forgets nobody.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Final, Literal

from guanjia.domain.errors import DocumentError
from guanjia.gateways.mail.addresses import normalised_address
from guanjia.gateways.mail.rendering import render
from guanjia.i18n import gettext_for, normalised
from guanjia.logs import get_logger
from guanjia.outbox import Attachment, Message, enqueue
from guanjia.pipelines.fee_billing.bill_document import bill_document
from guanjia.pipelines.fee_billing.bill_mail import bill_letter
from guanjia.pipelines.fee_billing.bill_rows import Bill, BillKey, read_bills
from guanjia.pipelines.fee_billing.bill_sheet import form_of
from guanjia.store.engine import transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute

CHUNK: Final = 250
"""Bills of one transaction: a few seconds of typesetting, 10 MB of papers."""

PDF: Final = "application/pdf"
KINDS: Final = {"bill": "bill", "credit_note": "credit_note", "void": "bill_void"}
"""Form of a paper → kind of its mail."""

Way = Literal["mail", "print", "none"]

_log = get_logger(__name__)


def tell_bills(run: Run, as_of: datetime, run_codes: Sequence[str] | None = None) -> dict[str, int]:
    """Tell the payers of posted bills, credit notes and reversed bills; opens transactions of its own, one per chunk.

    A payer with a usable address gets a mail with the bill as a page; any other bill goes into the print file of its
    building; a bill of 0.00 is told to nobody. A bill of a reversal goes, as a notice that the bill is void, the way
    the bill went; who never got the bill gets no notice.

    Args:
        run: run that tells.
        as_of: aware instant; what is paid, owed and held is shown as of then.
        run_codes: billing runs to tell of; None: all that are posted.

    Returns:
        Counts: ``bills_mailed``, ``bills_to_print``, ``bills_not_told``.
    """
    counts = dict.fromkeys(("bills_mailed", "bills_to_print", "bills_not_told"), 0)
    names = {"mail": "bills_mailed", "print": "bills_to_print", "none": "bills_not_told"}
    for run_code, bills in _untold(as_of, run_codes):
        for way in _tell(run, run_code, bills, as_of):
            counts[names[way]] += 1
    return counts


def _untold(as_of: datetime, run_codes: Sequence[str] | None) -> Iterator[tuple[str, list[Bill]]]:
    """Chunks of bills that were not told, each of one run."""
    with transaction("read") as tx:
        chosen = {"all_runs": run_codes is None, "run_codes": list(run_codes or ())}
        runs = execute(tx, "bill_papers/find_untold_runs", as_of=as_of, **chosen).all()
    for found in runs:
        after = found.run_code
        while True:
            with transaction("read") as tx:
                rows = execute(
                    tx,
                    "bill_papers/find_untold_bills",
                    run_code=found.run_code,
                    batch_no=found.batch_no,
                    after_code=after,
                    at_most=CHUNK,
                ).all()
                bills = read_bills(tx, [BillKey(row.batch_no, row.bill_code) for row in rows], as_of)
            if not rows:
                break
            after = rows[-1].bill_code
            yield found.run_code, bills


def _tell(run: Run, run_code: str, bills: Sequence[Bill], as_of: datetime) -> list[Way]:
    """Write notes and mails of a chunk; the ways of the bills that nobody told before."""
    ways = {bill.bill_code: way_of(bill) for bill in bills}
    mails = _messages([bill for bill in bills if ways[bill.bill_code] == "mail"])
    with transaction() as tx:
        written = execute(
            tx,
            "bill_papers/add_bill_deliveries",
            run_code=run_code,
            batch_nos=[bill.batch_no for bill in bills],
            bill_codes=[bill.bill_code for bill in bills],
            community_codes=[bill.community_code for bill in bills],
            building_codes=[bill.building_code for bill in bills],
            customer_codes=[bill.customer_code for bill in bills],
            ways=[ways[bill.bill_code] for bill in bills],
            at=as_of,
            run_id=run.run_id,
        ).scalars()
        told = list(written)
        enqueue(tx, (mails[code] for code in told if code in mails), run_id=run.run_id)
    return [ways[code] for code in told]


def way_of(bill: Bill) -> Way:
    """How a bill goes to its payer; a notice that one is void only to whom the bill went."""
    if bill.kind == "reversal":
        if bill.voided is None or bill.voided_way not in ("mail", "print"):
            return "none"
    elif bill.total == 0:
        return "none"
    return "mail" if normalised_address(bill.email or "") else "print"


def _messages(bills: Sequence[Bill]) -> dict[str, Message]:
    """The mails by bill; typeset on all processors, for the typesetter works outside of Python's lock."""
    if not bills:
        return {}
    with ThreadPoolExecutor(min(len(bills), os.cpu_count() or 1)) as pool:
        return {bill.bill_code: message for bill, message in zip(bills, pool.map(bill_message, bills), strict=True)}


def bill_message(bill: Bill) -> Message:
    """The mail that brings a bill, in its payer's language."""
    form = form_of(bill)
    return Message(
        kind=KINDS[form],
        business_key=bill.bill_code,
        recipient=bill.email or "",
        mail=render(bill_letter(bill, bill.language)),
        language=normalised(bill.language),
        recipient_name=bill.customer_name,
        attachments=_paper(bill),
    )


def _paper(bill: Bill) -> tuple[Attachment, ...]:
    """The bill as a page; without it where no page can be made."""
    _ = gettext_for(bill.language)
    names = {"bill": _("Bill"), "credit_note": _("Credit note"), "void": _("Notice: bill is void")}
    name = f"{names[form_of(bill)]}-{bill.period}-{bill.unit_code}.pdf".replace(":", "").replace("：", "-")
    try:
        return (Attachment(name, PDF, bill_document([bill])),)
    except DocumentError as error:
        _log.warning("a bill goes out without its page", bill_code=bill.bill_code, problem=str(error))
        return ()
