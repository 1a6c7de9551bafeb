"""Lists of found things on paper, to be compared and signed: valuables, the month's end, disposal (CUST-01)."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from guanjia.gateways.documents import make_pdf
from guanjia.i18n import N_, gettext_for
from guanjia.i18n.formats import instant_text
from guanjia.pipelines.custody.letters_found import FoundList, days_kept, kept_text, list_title
from guanjia.pipelines.custody.words import clock_text

_TEMPLATE: Final = Path(__file__).with_name("list_document.typ")
_OPENINGS: Final = {
    "to_administration": N_("Handed over by the reception to administration; each thing was compared with this list."),
    "handed_over": N_("Handed over by the reception to administration; each thing was compared with this list."),
    "disposal": N_("Reported to enterprise management; what becomes of each thing is written and signed here."),
}
_SIGNATURES: Final = {
    "to_administration": (N_("Handed over by"), N_("Taken over by"), N_("Date")),
    "handed_over": (N_("Handed over by"), N_("Taken over by"), N_("Date")),
    "disposal": (N_("Reported by"), N_("Decided by"), N_("Date")),
}


def list_document(found: FoundList, language: str) -> bytes:
    """A list as pages with lines for signatures.

    Args:
        found: the list; at least one row.
        language: zh or en.

    Returns:
        A PDF, A4 across; the same rows give the same bytes.

    Raises:
        DocumentError: fonts or typesetter are not installed; the mail goes without it.
    """
    _ = gettext_for(language)
    last = _("What becomes of it") if found.step == "disposal" else _("Compared / remark")
    values: dict[str, Any] = {
        "title": list_title(found, language),
        "code": found.code,
        "opening": _(_OPENINGS[found.step]),
        "count": _.ngettext("{n} thing", "{n} things", len(found.rows)),
        "dated": _("As of {instant}.", instant=instant_text(found.at, _.language)),
        "author": _("Guanjia · Service centre"),
        "page": _("Page {page} of {pages}", page="{page}", pages="{pages}"),
        "valuable": _("valuable"),
        "headings": [
            _("No."),
            _("Item number"),
            _("Thing"),
            _("Found at"),
            _("Where"),
            _("Days kept"),
            _("Kept at"),
            last,
        ],
        "rows": [
            {
                "place": str(number),
                "code": row.item_code,
                "item": row.item,
                "is_valuable": bool(row.valuable),
                "found": clock_text(row.found_at),
                "where": row.place or "–",
                "days": str(days_kept(found, row)),
                "kept": kept_text(_, row),
            }
            for number, row in enumerate(found.rows, start=1)
        ],
        "signatures": [_(each) for each in _SIGNATURES[found.step]],
    }
    return make_pdf(_TEMPLATE, values, dated=found.at, language=_.language)
