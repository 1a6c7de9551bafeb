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


def bill_document(
    bills: Sequence[Bill],
    language: str | None = None,
    *,
    duplicates: Collection[BillKey] = (),
    title_language: str | None = None,
) -> bytes:
    """Bills as pages, each in the language of its payer; the same bills give the same bytes.

    Args:
        bills: in their order; at least one.
        language: language of all of them; None: each payer's own.
        title_language: language of the document's own properties; None: that of the first bill.
        duplicates: bills that were handed out before; each of their pages says so, and is crossed by the word.

    Returns:
        A PDF, A4 upright; pages are counted per bill.

    Raises:
        ValueError: there is no bill.
        DocumentError: fonts or typesetter are not installed; the mail goes without it.
    """
    if not bills:
        raise ValueError("A document without bills is not printed.")
    first = bills[0]
    spoken = title_language or language or first.language
    sheets = [sheet_of(bill, language or bill.language) for bill in bills]
    title = (
        f"{sheets[0].title} {first.bill_code}"
        if len(bills) == 1
        else gettext_for(spoken)("Bills {run}", run=first.run_code)
    )
    again = set(duplicates)
    return sheets_document(
        sheets,
        dated=max(bill.posted_on for bill in bills),
        title=title,
        language=spoken,
        duplicates=[number for number, bill in enumerate(bills) if bill.key in again],
    )


def sheets_document(
    sheets: Sequence[Sheet], *, dated: date, title: str, language: str | None = None, duplicates: Collection[int] = ()
) -> bytes:
    """Papers as pages, each in its own language.

    Args:
        sheets: in their order; at least one.
        dated: day of the document's own properties.
        title: title of the document's own properties.
        language: language of these; None: that of the first sheet.
        duplicates: places, from 0, of the papers that were handed out before.

    Returns:
        A PDF, A4 upright; pages are counted per paper.

    Raises:
        DocumentError: fonts or typesetter are not installed.
    """
    papers = [_paper(sheet, number in duplicates) for number, sheet in enumerate(sheets)]
    values = {"title": title, "author": sheets[0].issuer, "papers": papers}
    at = datetime.combine(dated, time(), TIME_ZONE)
    return make_pdf(_TEMPLATE, values, dated=at, language=language or sheets[0].language)


def _paper(sheet: Sheet, is_duplicate: bool) -> dict[str, object]:
    _ = gettext_for(sheet.language)
    again = _("Printed again; the first copy was handed out before. Please pay only once.")
    return {
        "language": sheet.language,
        "form": sheet.form,
        "issuer": sheet.issuer,
        "title": sheet.title,
        "code": sheet.code,
        "addressee": sheet.addressee,
        "place": sheet.place,
        "customer": sheet.customer_code,
        "facts": [list(pair) for pair in sheet.facts[1:]],  # the unit stands under the payer
        "groups": [
            {
                "heading": group.heading,
                "total": group.total,
                "lines": [
                    {
                        "title": " · ".join(filter(None, (line.title, line.month))),
                        "reasons": list(line.reasons),
                        "amount": line.amount,
                    }
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
        "notes": [*([again] if is_duplicate else []), *sheet.notes],
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
    }
