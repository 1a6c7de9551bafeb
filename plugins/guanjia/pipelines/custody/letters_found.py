"""Mails about found things: valuables, the notice, the list of a month's end, the list for disposal (CUST-01)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Row

from guanjia.gateways.mail.letter import (
    Block,
    Bullets,
    Cell,
    Column,
    DataTable,
    KeyFigure,
    KeyFigures,
    Letter,
    Paragraph,
    Section,
)
from guanjia.i18n import N_, Translator, gettext_for
from guanjia.i18n.formats import instant_text, more_text
from guanjia.pipelines.custody.words import clock_text, local_day, until_text

SHOWN_ROWS: Final = 20
"""Rows of a table in the mail; the workbook holds all."""


@dataclass(frozen=True)
class FoundList:
    """A list of found things.

    Attributes:
        step: to_administration, posted, handed_over or disposal.
        code: of the list.
        rows: of ``list_untold_items``.
        at: aware instant of the run.
        until: last day the notice hangs; None: no notice.
    """

    step: str
    code: str
    rows: Sequence[Row[Any]]
    at: datetime
    until: date | None = None

    @property
    def day(self) -> date:
        """Day it is made."""
        return local_day(self.at)


TITLES: Final = {
    "to_administration": N_("Valuables to be taken over"),
    "posted": N_("Notice of unclaimed things"),
    "handed_over": N_("Unclaimed things handed over at the end of the month"),
    "disposal": N_("Unclaimed things to be disposed of"),
}
_OPENINGS: Final = {
    "to_administration": N_("Nobody claimed these valuables on the day they were found."),
    "posted": N_("These things are unclaimed and not posted yet. The notice hangs until {until}."),
    "handed_over": N_("The notices of these things have ended, or end with this month, and nobody came."),
    "disposal": N_("These things have been kept for {months} months or more, and nobody claimed them."),
}
_WHAT_TO_DO: Final = {
    "to_administration": (
        N_("Take them over at the reception against signature on the attached list, and lock them away."),
        N_("Money is counted by two people; telephones stay switched on, so that the owner can call."),
        N_("Hand out only against identity, and enter who claimed it in the register of found things."),
    ),
    "posted": (
        N_("Print the attached page and put it up in the lobby until {until}; the workbook stays at the reception."),
        N_("The page says less than this mail on purpose: ask whoever comes what it looks like and what is in it."),
        N_("Hand out only against identity, and enter who claimed it in the register of found things."),
    ),
    "handed_over": (
        N_("Compare each thing with the attached list; both sign it. What is missing is written on it."),
        N_("What administration has already is on the list too, so that the list is complete."),
        N_("Whoever claims something from now on is sent to administration."),
    ),
    "disposal": (
        N_("Decide for each thing what becomes of it, in the last column of the attached list, and sign it."),
        N_("What is claimed meanwhile is handed out; enter it in the register of found things."),
        N_("A thing is reported once; it does not come again."),
    ),
}
_REASONS: Final = {
    "to_administration": N_("You take over valuables that nobody claimed."),
    "posted": N_("You put up the notices of unclaimed things."),
    "handed_over": N_("You take part in handing over what nobody claimed."),
    "disposal": N_("You decide what becomes of things that nobody claimed."),
}


def found_letter(found: FoundList, language: str, months: int) -> Letter:
    """The mail that goes with a list of found things.

    Args:
        found: the list; at least one row.
        language: zh or en.
        months: setting ``custody_disposal_months``.
    """
    _ = gettext_for(language)
    subject = _subject(_, found)
    fields = {"until": until_text(_, found.until), "months": months}
    blocks: list[Block] = [Paragraph(_(_OPENINGS[found.step]).format(**fields))]
    if len(found.rows) > 1:
        blocks.append(KeyFigures(_figures(_, found)))
    blocks += [
        _table(_, found),
        Section(_("What to do")),
        Bullets(tuple(_(each).format(**fields) for each in _WHAT_TO_DO[found.step])),
        Paragraph(
            _("List {code}, as of {instant}.", code=found.code, instant=instant_text(found.at, _.language)),
            tone="muted",
        ),
    ]
    return Letter(_.language, subject, subject, tuple(blocks), _(_REASONS[found.step]))


def _subject(_: Translator, found: FoundList) -> str:
    n = len(found.rows)
    if found.step == "to_administration":
        return _.ngettext("Found: {n} valuable to be taken over", "Found: {n} valuables to be taken over", n)
    if found.step == "posted":
        return _.ngettext(
            "Please put up: notice of {n} unclaimed thing", "Please put up: notice of {n} unclaimed things", n
        )
    if found.step == "handed_over":
        return _.ngettext("Hand-over of {n} unclaimed thing", "Hand-over of {n} unclaimed things", n)
    return _.ngettext("To be decided: {n} thing nobody claimed", "To be decided: {n} things nobody claimed", n)


def _figures(_: Translator, found: FoundList) -> tuple[KeyFigure, ...]:
    valuables = sum(bool(row.valuable) for row in found.rows)
    oldest = min(found.rows, key=lambda row: row.found_at)
    return (
        KeyFigure(_("Things"), str(len(found.rows))),
        *([KeyFigure(_("Valuables"), str(valuables), tone="warning")] if 0 < valuables < len(found.rows) else []),
        KeyFigure(_("Found first"), local_day(oldest.found_at).isoformat()),
    )


def _table(_: Translator, found: FoundList) -> DataTable:
    columns = (
        Column(_("Thing")),
        Column(_("Found at")),
        Column(_("Where")),
        Column(_("Kept at")),
    )
    lines = tuple(
        (
            Cell(row.item, "warning" if row.valuable else "plain", note=_noted(_, row)),
            clock_text(row.found_at),
            row.place or "–",
            kept_text(_, row),
        )
        for row in found.rows[:SHOWN_ROWS]
    )
    return DataTable(columns, lines, more=more_text(_, len(found.rows), SHOWN_ROWS))


def _noted(_: Translator, row: Row[Any]) -> str:
    """Its number, and that it is a valuable."""
    return f"{row.item_code} · {_('valuable')}" if row.valuable else str(row.item_code)


def kept_text(_: Translator, row: Row[Any]) -> str:
    """Where a thing is kept."""
    if row.at_administration_since is not None or row.handed_over_since is not None:
        return _("at administration")
    return _("at the reception")


def list_title(found: FoundList, language: str) -> str:
    """What the list is called, on paper and as a file."""
    return gettext_for(language)(TITLES[found.step])


def days_kept(found: FoundList, row: Row[Any]) -> int:
    """Days since a thing was found."""
    return (found.day - local_day(row.found_at)).days
