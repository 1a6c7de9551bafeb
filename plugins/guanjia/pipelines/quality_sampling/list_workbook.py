"""A reviewer's items of a draw as a workbook: filled in and sent back, it is the scores (QC-01, QC-03; data contract).

An item is a block of rows, one per criterion. Its sheet is named as intake knows the dataset, its headings are the
contract's; what else it shows intake knows as our own. Rows without a score are skipped there. A hidden seal tells
whether something printed was changed. Nothing tells why an item was drawn, or whether somebody else scores it too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time
from decimal import Decimal
from typing import Final

from guanjia.gateways.spreadsheets.worklist import Form, FormColumn, Value, write_form
from guanjia.i18n import N_, Translator, gettext_for
from guanjia.i18n.formats import day_text
from guanjia.pipelines.quality_sampling.list_columns import (
    asked_column,
    empty,
    kept_column,
    seal_column,
    sheet_name,
    shown_columns,
)
from guanjia.pipelines.quality_sampling.list_rows import ListedCriterion, ListedSample
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
from guanjia.store.tables.money import quality_scores

_WIDTHS: Final[Mapping[str, tuple[int, int]]] = {
    "number": (5, 6),
    "subject": (14, 24),
    "when": (18, 28),
    "what": (22, 32),
    "note": (10, 14),
    "to_judge": (24, 44),
    "weight_of_it": (8, 9),
}
"""Width at least and at most, in halves of a Chinese character."""
_OWN: Final = ("to_judge", "weight_of_it")

_EXPLAINED: Final[Mapping[str, str]] = {
    "score": N_("0 to 100, 100 is perfect; decimals are allowed. Leave it empty to score later: empty is not 0."),
    "critical": N_("Yes, only if you found an error so grave that the whole item fails; empty means no."),
    "comment": N_("What was good or wrong, in a few words; of a failed criterion always. The agent reads it."),
    "scored_at": N_("Date and time at which you scored the item, once per item. Ctrl+; writes today's date."),
}
_INSTRUCTIONS: Final = (
    N_("Listen to each call, read each case, and score every criterion in the yellow cells, one row per criterion."),
    N_("When a whole item is done, write date and time into its last yellow cell; the item's number turns green."),
    N_("An item counts once all its criteria are scored. Rows without a score stay open: nothing is wrong with that."),
    N_("A score of 0 must be written as 0. Under the pass score the criterion is failed; then say why."),
    N_("You may send the list more than once; of the same item and criterion the later file counts."),
    N_(
        "When you are done: save, and put the file into the folder “inbox” of this system, or send it to the clerk of "
        "your service centre, who does so. Excel, WPS and LibreOffice may save it as .xlsx or .xls."
    ),
    N_(
        "Do not rename the sheet, sort it or change what is printed: a row whose item or criterion was changed is "
        "refused, and other changes are reported."
    ),
    N_("Score by yourself and show your scores to nobody: only your own number counts for the items on your list."),
)


def score_workbook(rows: Sequence[ListedSample], language: str) -> bytes:
    """The workbook of one reviewer's items of a draw.

    Args:
        rows: the items, in their order; at least one, all of one reviewer and draw, each with its criteria.
        language: zh or en.

    Returns:
        The bytes of the .xlsx file; the same rows give the same bytes.

    Raises:
        ValueError: there is no row.
    """
    if not rows:
        raise ValueError("A list without rows is not sent.")
    _ = gettext_for(language)
    to_do = _("Fill in the yellow cells, save, and put the file into the inbox or send it to your clerk.")
    return write_form(score_form(_, rows, title=list_title(_, rows), to_do=to_do), _.language)


def list_title(_: Translator, rows: Sequence[ListedSample]) -> str:
    """What the list is: whose, of which period, until when."""
    first = rows[0]
    return "  ·  ".join(
        (
            _("Quality check scoring"),
            period_words(_, first.period),
            f"{first.reviewer_name} ({first.reviewer})",
            _.ngettext("{n} item to score", "{n} items to score", len(rows)),
            _("to be scored by {day}", day=day_text(first.due_on, _.language)),
            passed_words(_, usual_pass_score(rows)),
        )
    )


def score_form(_: Translator, rows: Sequence[ListedSample], *, title: str, to_do: str) -> Form:
    """The sheet in which items are scored.

    Args:
        _: language.
        rows: the items, at least one.
        title: what stands above it.
        to_do: what is to be done, one sentence.
    """
    columns = _columns(_, rows)
    day = rows[0].drawn_at.astimezone(TIME_ZONE).date()
    return Form(
        sheet_name=sheet_name(_, quality_scores),
        title=title,
        to_do=to_do,
        columns=[column for column, _values in columns],
        rows=[list(values) for values in zip(*(values for _column, values in columns), strict=True)],
        frozen_columns=2,
        instructions=[_(sentence) for sentence in _INSTRUCTIONS],
        work_date=day,
        made_at=datetime.combine(day, time(), TIME_ZONE),
        blocks=[len(row.criteria) for row in rows],
        earliest=day,
    )


def _columns(_: Translator, rows: Sequence[ListedSample]) -> list[tuple[FormColumn, list[Value]]]:
    """Columns and their values, a value per item and criterion; a note only where there is something to tell."""
    lines, usual = list(_lines(rows)), usual_pass_score(rows)
    shown: dict[str, list[Value]] = {
        "number": [row.number for row, _criterion in lines],
        "subject": [subject_words(_, row.subject) for row, _criterion in lines],
        "when": [when_words(_, row.subject) for row, _criterion in lines],
        "what": [what_words(_, row.subject) for row, _criterion in lines],
        "note": [note_words(_, row.subject) for row, _criterion in lines],
        "to_judge": [point_words(_, criterion, usual) for _row, criterion in lines],
        "weight_of_it": [weight_words(_, criterion) for _row, criterion in lines],
    }
    if not any(shown["note"]):
        del shown["note"]
    known = shown_columns(_, quality_scores, shown, _WIDTHS, own=_OWN)
    criterion, names = kept_column(_, quality_scores, "criterion", [each.name for _row, each in lines])
    codes = [row.sample_code for row, _criterion in lines]
    return [
        *known[: -len(_OWN)],
        (FormColumn(criterion.heading, criterion.width), names),
        *known[-len(_OWN) :],
        *empty(_asked(_), len(lines)),
        kept_column(_, quality_scores, "sample_code", codes),
        kept_column(_, quality_scores, "reviewer", [row.reviewer for row, _criterion in lines]),
        seal_column(_, quality_scores, [(row.sample_code, each.name) for row, each in lines], shown),
    ]


def _lines(rows: Sequence[ListedSample]) -> Iterable[tuple[ListedSample, ListedCriterion]]:
    return ((row, criterion) for row in rows for criterion in as_heard(row.criteria))


def _asked(_: Translator) -> list[FormColumn]:
    choices = ("是", "否") if _.language == "zh" else ("yes", "no")
    least, most = Decimal(0), Decimal(100)
    columns = (
        FormColumn("score", 9, cell="number", is_required=True, minimum=least, maximum=most, hint="0–100"),
        FormColumn("critical", 10, cell="choice", choices=choices, hint=_("only if found")),
        FormColumn("comment", 28),
        FormColumn("scored_at", 17, cell="instant", is_required=True, hint=_("once per item"), is_shared=True),
    )
    return [asked_column(_, quality_scores, column, _(_EXPLAINED[column.heading])) for column in columns]
