"""The notice of unclaimed things: one page for the lobby, without what would let a stranger claim them (CUST-01)."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from guanjia.gateways.documents import make_pdf
from guanjia.i18n import gettext_for
from guanjia.i18n.formats import day_text
from guanjia.pipelines.custody.letters_found import FoundList
from guanjia.pipelines.custody.words import local_day, public_description, until_text
from guanjia.pipelines.vacancy_inspections.words import date_words

_TEMPLATE: Final = Path(__file__).with_name("notice_document.typ")


def notice_document(found: FoundList, language: str) -> bytes:
    """The notice as a page.

    It shows of each thing its number, what kind of thing it is, where it was found and on which day: nothing of what is
    in it or on it, no clock time, and nobody's name.

    Args:
        found: the list; at least one row, with the last day the notice hangs.
        language: zh or en.

    Returns:
        A PDF, A4 upright; the same rows give the same bytes.

    Raises:
        DocumentError: fonts or typesetter are not installed; the mail goes without it.
    """
    _ = gettext_for(language)
    values: dict[str, Any] = {
        "title": _("Lost and found"),
        "opening": _(
            "These things were found and wait for their owners. Come to the service centre with a valid identity "
            "document and describe the thing; it is handed out to its owner only."
        ),
        "headings": [_("Item number"), _("Thing"), _("Found in"), _("Found on")],
        "rows": [
            [
                row.item_code,
                public_description(row.item),
                row.place or "–",
                date_words(local_day(row.found_at), _.language),
            ]
            for row in found.rows
        ],
        "until": _("This notice hangs until {until}.", until=until_text(_, found.until)),
        "after": _("What is not claimed by then goes to administration and is kept there; ask for it there."),
        "signed": _("Property service centre"),
        "dated": day_text(found.day, _.language),
        "code": found.code,
        "page": _("Page {page} of {pages}", page="{page}", pages="{pages}"),
    }
    return make_pdf(_TEMPLATE, values, dated=found.at, language=_.language)
