"""What the people responsible read at once: something an inspection found amiss, and the case it opened (INS-05)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row

from guanjia.domain.masking import mask_text
from guanjia.gateways.mail.letter import Block, Cell, Column, DataTable, Letter, Notice, Paragraph
from guanjia.i18n import Translator, gettext_for
from guanjia.i18n.formats import instant_text, listed
from guanjia.pipelines.vacancy_inspections.letters_owner import place_of
from guanjia.pipelines.vacancy_inspections.words import plan_words
from guanjia.settings import TIME_ZONE

SHOWN_ROWS: Final = 60
"""Findings in a mail; the cases of all of them are open."""

_FINDING: Final = 200


def findings_letter(rows: Sequence[Row[Any]], language: str, at: datetime) -> Letter:
    """The mail about findings.

    Args:
        rows: of ``find_untold_findings``, the urgent ones first; at least one, all in the reader's scope.
        language: zh or en.
        at: aware instant of the run.
    """
    _ = gettext_for(language)
    urgent = sum(is_urgent(row) for row in rows)
    subject = _subject(_, rows)
    blocks: list[Block] = []
    if urgent:
        blocks.append(
            Notice(
                _.ngettext(
                    "{n} of these is urgent: found in severe weather.",
                    "{n} of these are urgent: found in severe weather.",
                    urgent,
                ),
                "bad",
            )
        )
    columns = (Column(_("Unit")), Column(_("What was found")), Column(_("By")), Column(_("Case")))
    more = _("… and {n} more", n=len(rows) - SHOWN_ROWS) if len(rows) > SHOWN_ROWS else ""
    blocks += [
        Paragraph(
            _("Each finding is a case already and runs against its deadlines. Assign it, and record what is done.")
        ),
        DataTable(columns, tuple(_line(_, row) for row in rows[:SHOWN_ROWS]), more=more),
        Paragraph(_("As of {instant}.", instant=instant_text(at, _.language)), tone="muted"),
    ]
    return Letter(
        language=_.language,
        subject=subject,
        heading=subject,
        blocks=tuple(blocks),
        reason=_("You answer for these units' findings, or are registered for the inspection list."),
    )


def _subject(_: Translator, rows: Sequence[Row[Any]]) -> str:
    if len(rows) == 1:
        return _("Found amiss: {place}", place=place_of(rows[0]))
    return _.ngettext("Found amiss in {n} unit", "Found amiss in {n} units", len(rows))


def is_urgent(row: Row[Any]) -> bool:
    """Whether the case of a finding is more than ordinary."""
    return bool(row.urgency != "ordinary")


def _line(_: Translator, row: Row[Any]) -> tuple[Cell, ...]:
    made_at = row.inspected_at.astimezone(TIME_ZONE)
    return (
        Cell(place_of(row), note=plan_words(_, row.plan)),
        Cell(finding_words(_, row)),
        Cell(row.staff_name, note=f"{row.staff_code} · {made_at:%m-%d %H:%M}"),
        Cell(row.case_code, "bad" if is_urgent(row) else "plain", _("urgent") if is_urgent(row) else ""),
    )


def finding_words(_: Translator, row: Row[Any]) -> str:
    """What a visit found amiss: the points judged bad, and the inspector's words with telephone numbers masked."""
    points = []
    if row.valves_off is False:
        points.append(_("water or electricity not off"))
    if row.installations_ok is False:
        points.append(_("installations amiss"))
    if row.hygiene_ok is False:
        points.append(_("hygiene amiss"))
    if row.structure_ok is False:
        points.append(_("building quality amiss"))
    text = mask_text(" ".join((row.finding or "").split()))
    text = text if len(text) <= _FINDING else text[: _FINDING - 1] + "…"
    return (": " if _.language == "en" else "：").join(part for part in (listed(_, points), text) if part)
