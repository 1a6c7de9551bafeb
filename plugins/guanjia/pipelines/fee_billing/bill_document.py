"""Bills on paper: a page for an ordinary bill, more where lines flow on; a print file is many bills in one document."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Final

from guanjia.gateways.documents import make_pdf
from guanjia.i18n import Translator, gettext_for
from guanjia.pipelines.fee_billing.bill_rows import Bill, BillKey
from guanjia.pipelines.fee_billing.bill_sheet import Sheet, sheet_of
from guanjia.settings import TIME_ZONE

_TEMPLATE: Final = Path(__file__).with_name("bill_document.typ")


def bill_document(bills: Sequence[Bill], language: str | None = None, *, duplicates: Collection[BillKey] = ()) -> bytes:
    """Bills as pages, each in the language of its payer; the same bills give the same bytes.

    Args:
        bills: in their order; at least one.
        language: language of all of them; None: each payer's own.
        duplicates: bills that were handed out before; each of their pages says so, and is crossed by the word.

    Returns:
        A PDF, A4 upright; pages are counted per bill.

    Raises:
        ValueError: there is no bill.
        DocumentError: fonts or typesetter are not installed; the mail goes without it.
    """
    if not bills:
        raise ValueError("A document without bills is not printed.")
    again = set(duplicates)
    papers = [_paper(sheet_of(bill, language or bill.language), bill, bill.key in again) for bill in bills]
    first = bills[0]
    title = papers[0]["title"] if len(bills) == 1 else first.run_code
    values = {"title": f"{title} {first.bill_code}", "author": first.issuer, "papers": papers}
    dated = datetime.combine(_dated(bills), time(), TIME_ZONE)
    return make_pdf(_TEMPLATE, values, dated=dated, language=language or first.language)


def _dated(bills: Sequence[Bill]) -> date:
    return max(bill.posted_on for bill in bills)


def _paper(sheet: Sheet, bill: Bill, is_duplicate: bool) -> dict[str, object]:
    _ = gettext_for(sheet.language)
    return {
        "language": sheet.language,
        "form": sheet.form,
        "issuer": sheet.issuer,
        "title": sheet.title,
        "code": sheet.code,
        "addressee": sheet.addressee,
        "place": sheet.place,
        "customer": bill.customer_code,
        "facts": [list(pair) for pair in sheet.facts[1:]],  # the unit stands under the payer
        "groups": [
            {
                "heading": group.heading,
                "total": group.total,
                "lines": [
                    {"title": line.title, "month": line.month, "reasons": list(line.reasons), "amount": line.amount}
                    for line in group.lines
                ],
            }
            for group in sheet.groups
        ],
        "total_label": sheet.total_label,
        "total": sheet.total,
        "uppercase": sheet.uppercase,
        "steps": [list(pair) for pair in sheet.steps],
        "action": sheet.action,
        "notes": list(sheet.notes),
        "small": sheet.small,
        "labels": _labels(_, is_duplicate),
        "is_duplicate": is_duplicate,
    }


def _labels(_: Translator, is_duplicate: bool) -> dict[str, str]:
    return {
        "charge": _("Charge, and how it came about"),
        "amount": _("Amount (yuan)"),
        "subtotal": _("Subtotal"),
        "in_words": _("In words"),
        "payer": _("Payer"),
        "page": _("Page {page} of {pages}", page="{page}", pages="{pages}"),
        "duplicate": _("Duplicate") if is_duplicate else "",
        "duplicate_note": _("Printed again; the first copy was handed out before. Please pay only once.")
        if is_duplicate
        else "",
    }
