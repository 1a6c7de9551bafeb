"""An agent's callback list of a day on paper: to tick beside the telephone, and to copy into the workbook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time
from itertools import groupby
from pathlib import Path
from typing import Final

from guanjia.gateways.documents import make_pdf
from guanjia.i18n import N_, Translator, gettext_for
from guanjia.i18n.formats import day_text
from guanjia.pipelines.scheduled_callbacks.list_columns import OUTCOMES
from guanjia.pipelines.scheduled_callbacks.list_rows import ListedCallback
from guanjia.pipelines.scheduled_callbacks.list_words import (
    history_words,
    note_words,
    outcome_words,
    place_words,
    reason_words,
    time_words,
)
from guanjia.settings import TIME_ZONE

_TEMPLATE: Final = Path(__file__).with_name("list_document.typ")
_LABELS: Final = {
    "number": N_("No."),
    "time": N_("When"),
    "customer": N_("Customer"),
    "reason": N_("Why, and what was before"),
    "called": N_("Called at"),
    "score": N_("Score, 5 to 1"),
    "comment": N_("What the customer said; time asked for"),
    "same_numbers": N_("The workbook of this list has the same numbers; results go in there."),
    "private": N_("Names and telephone numbers: not to be passed on; destroy after use."),
}


def list_document(rows: Sequence[ListedCallback], language: str) -> bytes:
    """The lists of a day as pages for printing.

    Each person's list begins on a page of its own, with the same head on each of its pages. The same rows give the same
    bytes.

    Args:
        rows: lists of one or more people, in their order; at least one row.
        language: zh or en.

    Returns:
        A PDF, A4 across.

    Raises:
        ValueError: there is no row.
        DocumentError: fonts or typesetter are not installed; the mail goes without it.
    """
    if not rows:
        raise ValueError("A list without rows is not printed.")
    _ = gettext_for(language)
    lists = [_list(_, list(group)) for _key, group in groupby(rows, lambda row: (row.work_date, row.staff_code))]
    days = dict.fromkeys(f"{row.work_date}" for row in rows)
    values = {
        "title": " ".join((str(lists[0]["title"]), *days)),
        "author": _("Guanjia · Service centre"),
        "labels": {name: _(text) for name, text in _LABELS.items()}
        | {"outcomes": [outcome_words(_, outcome) for outcome in OUTCOMES]}
        | {"page": _("Page {page} of {pages}", page="{page}", pages="{pages}")},
        "lists": lists,
    }
    dated = datetime.combine(rows[0].work_date, time(), TIME_ZONE)
    return make_pdf(_TEMPLATE, values, dated=dated, language=_.language)


def _list(_: Translator, rows: Sequence[ListedCallback]) -> dict[str, object]:
    first = rows[0]
    is_managers = all(row.channel != "call" for row in rows)
    return {
        "title": _("Customers for the manager") if is_managers else _("Callback list"),
        "code": f"{first.staff_code} · {first.work_date}",
        "day": day_text(first.work_date, _.language),
        "agent": f"{first.staff_name} ({first.staff_code})",
        "places": ("、" if _.language == "zh" else ", ").join(
            dict.fromkeys(row.community_name for row in rows if row.community_name)
        ),
        "counts": _counts(_, rows),
        "rows": list(_rows(_, rows)),
    }


def _counts(_: Translator, rows: Sequence[ListedCallback]) -> str:
    """How many customers, calls at most, and how many are late or carried over."""
    firsts = [row for row in rows if row.try_no == 1]
    counts = [_.ngettext("{n} customer", "{n} customers", len(firsts))]
    if len(rows) > len(firsts):
        counts.append(_("up to {n} calls", n=len(rows)))
    if carried := sum(row.is_carried_over for row in firsts):
        counts.append(_("carried over: {n}", n=carried))
    return ("，" if _.language == "zh" else ", ").join(counts)


def _rows(_: Translator, rows: Sequence[ListedCallback]) -> Iterable[dict[str, object]]:
    for row in rows:
        is_again = row.try_no > 1
        yield {
            "position": row.position,
            "time": time_words(_, row),
            "customer": row.customer_name,
            "phone": row.phone,
            "place": place_words(_, row),
            "reason": "" if is_again else reason_words(_, row),
            "history": "" if is_again else history_words(_, row),
            "note": note_words(_, row),
            "is_again": is_again,
        }
