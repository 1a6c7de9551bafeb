"""A reviewer's items of a draw on paper: to listen with a pencil, and to copy into the workbook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Final

from guanjia.gateways.documents import make_pdf
from guanjia.i18n import N_, Translator, gettext_for
from guanjia.i18n.formats import day_text
from guanjia.pipelines.quality_sampling.list_rows import ListedSample
from guanjia.pipelines.quality_sampling.list_words import (
    as_heard,
    note_words,
    passed_words,
    point_words,
    subject_words,
    usual_pass_score,
    weight_words,
    what_words,
    when_words,
)
from guanjia.pipelines.quality_sampling.words import period_words
from guanjia.settings import TIME_ZONE

_TEMPLATE: Final = Path(__file__).with_name("list_document.typ")
_LABELS: Final = {
    "criterion": N_("Criterion"),
    "points": N_("What to look for"),
    "weight": N_("Weight"),
    "score": N_("Score 0–100"),
    "critical": N_("Critical error"),
    "comment": N_("What was good or wrong"),
    "scored_at": N_("Scored at"),
    "same_numbers": N_("The workbook of this list has the same numbers; scores go in there."),
    "private": N_("For the reviewer only; destroy after use."),
}


def list_document(rows: Sequence[ListedSample], language: str) -> bytes:
    """A reviewer's items of a draw as pages for printing: a box per item, never broken across pages.

    Args:
        rows: the items, in their order; at least one, all of one reviewer and draw, each with its criteria.
        language: zh or en.

    Returns:
        A PDF, A4; the same rows give the same bytes.

    Raises:
        ValueError: there is no row.
        DocumentError: fonts or typesetter are not installed; the mail goes without it.
    """
    if not rows:
        raise ValueError("A list without rows is not printed.")
    _ = gettext_for(language)
    first = rows[0]
    values = {
        "title": f"{_('Quality check scoring')} {first.draw_code}",
        "author": _("Guanjia · Service centre"),
        "labels": {name: _(text) for name, text in _LABELS.items()}
        | {"page": _("Page {page} of {pages}", page="{page}", pages="{pages}")},
        "heading": _("Quality check scoring"),
        "period": period_words(_, first.period),
        "reviewer": f"{first.reviewer_name} ({first.reviewer})",
        "due": "  ·  ".join(
            (
                _("to be scored by {day}", day=day_text(first.due_on, _.language)),
                passed_words(_, usual_pass_score(rows)),
            )
        ),
        "count": _.ngettext("{n} item to score", "{n} items to score", len(rows)),
        "code": f"{first.draw_code} · {first.reviewer}",
        "items": list(_items(_, rows)),
    }
    dated = datetime.combine(first.drawn_at.astimezone(TIME_ZONE).date(), time(), TIME_ZONE)
    return make_pdf(_TEMPLATE, values, dated=dated, language=_.language)


def _items(_: Translator, rows: Sequence[ListedSample]) -> Iterable[dict[str, object]]:
    usual = usual_pass_score(rows)
    for row in rows:
        yield {
            "number": row.number,
            "code": row.sample_code,
            "subject": subject_words(_, row.subject),
            "when": when_words(_, row.subject),
            "what": what_words(_, row.subject),
            "note": note_words(_, row.subject),
            "criteria": [
                {
                    "name": each.name,
                    "points": point_words(_, each, usual),
                    "weight": weight_words(_, each),
                }
                for each in as_heard(row.criteria)
            ],
        }
