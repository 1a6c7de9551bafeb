"""Letters about overdue bills on paper: A4, an address for the window of an envelope, one letter after the other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Final

from guanjia.gateways.documents import make_pdf
from guanjia.i18n import gettext_for
from guanjia.pipelines.fee_billing.dunning_rows import DunningLetter
from guanjia.pipelines.fee_billing.dunning_words import letter_text
from guanjia.settings import TIME_ZONE

_TEMPLATE: Final = Path(__file__).with_name("dunning_document.typ")


def dunning_document(letters: Sequence[DunningLetter], *, are_copies: bool = False) -> bytes:
    """Letters as pages for printing, each in its customer's language and beginning on a page of its own.

    Args:
        letters: letters in their order; at least one.
        are_copies: whether they were handed out before; each page says so.

    Returns:
        A PDF, A4 upright; the same letters give the same bytes.

    Raises:
        ValueError: there is no letter.
        DocumentError: fonts or typesetter are not installed.
    """
    if not letters:
        raise ValueError("A print file without letters is not made.")
    first = letters[0]
    _ = gettext_for(first.language)
    title = _("Payment reminders")
    values = {
        "title": f"{title} {first.community.name} {first.run_on}",
        "author": first.community.issuer,
        "papers": [_paper(letter, are_copies) for letter in letters],
    }
    return make_pdf(_TEMPLATE, values, dated=datetime.combine(first.run_on, time(), TIME_ZONE), language=first.language)


def file_name(letter: DunningLetter) -> str:
    """Name of the attached paper."""
    return f"{letter.notice_codes[0]}.pdf"


def _paper(letter: DunningLetter, is_copy: bool) -> dict[str, object]:
    _ = gettext_for(letter.language)
    text = letter_text(letter)
    again = _("Printed again; the first copy was handed out before. Please pay only once.")
    return {
        "language": text.language,
        "issuer": letter.community.issuer,
        "title": text.title,
        "code": letter.notice_codes[0],
        "community": letter.community.name,
        "place": letter.place,
        "addressee": letter.customer_name,
        "greeting": _("Dear {name},", name=letter.customer_name),
        "facts": [list(fact) for fact in text.facts],
        "opening": text.opening,
        "lines": [[line.place, line.month, line.due_on, line.late, line.amount, line.remark] for line in text.lines],
        "sums": [list(each) for each in text.sums],
        "total": text.total,
        "uppercase": text.uppercase,
        "action": text.action,
        "paragraphs": list(text.paragraphs),
        "notes": [*([again] if is_copy else []), *text.notes],
        "labels": {
            "unit": _("Unit"),
            "bill": _("Bill"),
            "due_on": _("Due on"),
            "late": _("Late by"),
            "amount": _("Open (yuan)"),
            "in_words": _("In words"),
            "page": _("Page {page} of {pages}", page="{page}", pages="{pages}"),
            "good_to_know": _("Good to know"),
            "duplicate": _("Duplicate") if is_copy else "",
        },
    }
