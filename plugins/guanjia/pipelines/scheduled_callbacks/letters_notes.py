"""What is told at once: results that contradict each other, forms that were changed, and cases of customers who are not
satisfied. Names and numbers are masked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row

from guanjia.domain.masking import mask_text
from guanjia.gateways.mail.letter import Block, Bullets, Cell, Column, DataTable, Letter, Paragraph
from guanjia.i18n import Translator, gettext_for
from guanjia.i18n.formats import instant_text
from guanjia.pipelines.scheduled_callbacks.list_words import outcome_words
from guanjia.pipelines.scheduled_callbacks.words import place_or_prospect, short_instant, who_words

SHOWN_ROWS: Final = 40
"""Rows of a table in the mail."""

_TEXT: Final = 160


def conflict_letter(rows: Sequence[Row[Any]], language: str, at: datetime) -> Letter:
    """Pairs of results that cannot both be right, side by side.

    Args:
        rows: of ``find_untold_conflicts``; at least one, all in the reader's scope or with the reader's own results.
        language: zh or en.
        at: aware instant of the run.
    """
    _ = gettext_for(language)
    subject = _.ngettext(
        "Two results that cannot both be right: {n} callback",
        "Two results that cannot both be right: {n} callbacks",
        len({row.callback_code for row in rows}),
    )
    columns = (Column(_("Callback")), Column(_("One result")), Column(_("Other result")), Column(_("Conflict")))
    blocks: tuple[Block, ...] = (
        Paragraph(
            _(
                "Both results are kept. Ask those who called which one is right, and load that one again; the other "
                "can stay."
            )
        ),
        DataTable(columns, tuple(_conflict_line(_, row) for row in rows[:SHOWN_ROWS]), more=_more(_, len(rows))),
        Bullets(
            (
                _("Until then the earlier “reached” counts for the figures."),
                _("A low satisfaction opens a case even where another result says otherwise."),
            )
        ),
        Paragraph(_("As of {instant}.", instant=instant_text(at, _.language)), tone="muted"),
    )
    reason = _("You lead the agents of these communities, or one of the results is yours.")
    return Letter(_.language, subject, subject, blocks, reason)


def _conflict_line(_: Translator, row: Row[Any]) -> tuple[Cell, ...]:
    kinds = {
        "outcome": _("reached and not reached"),
        "satisfaction": _("two satisfactions"),
        "changed": _("one result, changed afterwards"),
    }
    return (
        Cell(row.callback_code, note=f"{who_words(_, row.customer_name)} {row.community_name or ''}".strip()),
        _result_cell(
            _, row.first_outcome, row.first_satisfaction, row.first_staff_name, row.first_staff_code, row.first_at
        ),
        _result_cell(
            _, row.second_outcome, row.second_satisfaction, row.second_staff_name, row.second_staff_code, row.second_at
        ),
        Cell(kinds.get(row.kind, row.kind), "warning"),
    )


def _result_cell(
    _: Translator, outcome: str, satisfaction: int | None, staff_name: str | None, staff_code: str, made_at: datetime
) -> Cell:
    words = outcome_words(_, outcome)
    if satisfaction is not None:
        words = _("{outcome}, satisfaction {n}", outcome=words, n=satisfaction)
    return Cell(words, note=f"{short_instant(made_at)} {staff_name or ''} {staff_code}")


def edited_letter(rows: Sequence[Row[Any]], language: str, at: datetime) -> Letter:
    """Rows of returned workbooks whose protected cells were changed.

    Args:
        rows: remarks ``form_edited``; at least one, all in the reader's scope.
        language: zh or en.
        at: aware instant of the run.
    """
    _ = gettext_for(language)
    subject = _.ngettext(
        "Protected cells were changed in {n} returned row",
        "Protected cells were changed in {n} returned rows",
        len(rows),
    )
    columns = (Column(_("Callback")), Column(_("Agent")), Column(_("Noticed")))
    blocks: tuple[Block, ...] = (
        Paragraph(
            _(
                "The results were taken in; what stands in the grey cells was not. Perhaps a name or number in the "
                "register is wrong and the agent put it right by hand: ask, and have the register corrected."
            )
        ),
        DataTable(columns, tuple(_edited_line(row) for row in rows[:SHOWN_ROWS]), more=_more(_, len(rows))),
        Paragraph(_("As of {instant}.", instant=instant_text(at, _.language)), tone="muted"),
    )
    return Letter(
        _.language, subject, subject, blocks, _("You lead the agents of these communities, or sent the file.")
    )


def _edited_line(row: Row[Any]) -> tuple[Cell | str, ...]:
    detail: Mapping[str, Any] = row.detail
    what = str(detail.get("callback_code") or row.subject)
    return Cell(what, note=row.community_name or ""), str(detail.get("staff_code") or "–"), short_instant(row.noted_at)


def cases_letter(rows: Sequence[Row[Any]], language: str, at: datetime) -> Letter:
    """Cases that callbacks and home visits opened, to the department that takes them on.

    Args:
        rows: of ``find_untold_cases``; at least one, all of the reader's department.
        language: zh or en.
        at: aware instant of the run.
    """
    _ = gettext_for(language)
    corrections = [row for row in rows if row.purpose == "correction"]
    registers = [row for row in rows if row.purpose != "correction"]
    subject = (
        _.ngettext(
            "Customer not satisfied: {n} case to put right",
            "Customers not satisfied: {n} cases to put right",
            len(corrections),
        )
        if corrections
        else _.ngettext(
            "Wrong telephone number: {n} entry to correct",
            "Wrong telephone numbers: {n} entries to correct",
            len(registers),
        )
    )
    blocks: list[Block] = []
    if corrections:
        blocks += [
            Paragraph(
                _(
                    "Each of these is a case already and runs against its deadlines. Put it right and record it as "
                    "resolved: the customer is then called once more."
                )
            ),
            _cases_table(_, corrections),
        ]
    if registers:
        blocks += [
            Paragraph(
                _(
                    "These numbers are wrong. Find out the right ones and correct the register: only then are these "
                    "customers called again."
                )
            ),
            _registers_table(_, registers),
        ]
    blocks.append(Paragraph(_("As of {instant}.", instant=instant_text(at, _.language)), tone="muted"))
    return Letter(_.language, subject, subject, tuple(blocks), _("Your department takes on these cases."))


def _cases_table(_: Translator, rows: Sequence[Row[Any]]) -> DataTable:
    columns = (Column(_("Case")), Column(_("Customer")), Column(_("Satisfaction"), "end"), Column(_("What was said")))
    return DataTable(columns, tuple(_case_line(_, row) for row in rows[:SHOWN_ROWS]), more=_more(_, len(rows)))


def _registers_table(_: Translator, rows: Sequence[Row[Any]]) -> DataTable:
    columns = (Column(_("Case")), Column(_("Customer")), Column(_("What is to be corrected")))
    lines = tuple(
        (
            Cell(row.case_code, note=row.callback_code or row.visit_code or ""),
            Cell(who_words(_, row.customer_name), note=place_or_prospect(_, row.community_name)),
            Cell(_shortened(row.description)),
        )
        for row in rows[:SHOWN_ROWS]
    )
    return DataTable(columns, lines, more=_more(_, len(rows)))


def _case_line(_: Translator, row: Row[Any]) -> tuple[Cell, ...]:
    place = " ".join(part for part in (place_or_prospect(_, row.community_name), row.unit_code) if part)
    said = _shortened(row.comment)
    about = ""
    if row.source_case_code:
        about = _("about {case_code} {text}", case_code=row.source_case_code, text=_shortened(row.source_description))
    is_low = row.satisfaction is not None and row.satisfaction <= 1
    return (
        Cell(row.case_code, note=row.callback_code or row.visit_code or ""),
        Cell(who_words(_, row.customer_name), note=place),
        Cell("–" if row.satisfaction is None else str(row.satisfaction), "bad" if is_low else "warning"),
        Cell(said or _("nothing"), "plain" if said else "muted", about.strip()),
    )


def _shortened(text: str | None) -> str:
    flat = mask_text(" ".join((text or "").split()))
    return flat if len(flat) <= _TEXT else flat[: _TEXT - 1] + "…"


def _more(_: Translator, count: int) -> str:
    return _("… and {n} more", n=count - SHOWN_ROWS) if count > SHOWN_ROWS else ""
