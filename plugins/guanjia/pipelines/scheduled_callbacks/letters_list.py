"""What agents and managers read in the morning: whom to call today, and whom somebody must see to without calling.

The workbook holds names and numbers in full; the mail itself, which phones show to bystanders, masks them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
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
    Notice,
    Paragraph,
    Section,
    Tone,
)
from guanjia.i18n import Translator, gettext_for
from guanjia.i18n.formats import day_text, instant_text, listed, more_text
from guanjia.pipelines.scheduled_callbacks.list_rows import ListedCallback
from guanjia.pipelines.scheduled_callbacks.list_words import (
    channel_reason_words,
    note_words,
    place_words,
    short_reason_words,
    time_words,
)
from guanjia.pipelines.scheduled_callbacks.words import place_or_prospect, short_instant, who_words
from guanjia.settings import TIME_ZONE

SHOWN_ROWS: Final = 40
"""Callbacks in the mail; the workbook holds all."""


@dataclass(frozen=True)
class Worklist:
    """An agent's callbacks of a day, as one reader gets them.

    Attributes:
        rows: rows of the workbook; at least one.
        new_codes: callbacks not mailed before.
        is_addition: the list was mailed before and has grown.
        for_whom: name of the agent, where another person gets the list to hand it over; None: the agent reads it.
    """

    rows: tuple[ListedCallback, ...]
    new_codes: frozenset[str]
    is_addition: bool
    for_whom: str | None

    @property
    def day(self) -> date:
        """Day of the list."""
        return self.rows[0].work_date

    @property
    def callbacks(self) -> list[ListedCallback]:
        """A row per callback: its first try."""
        return [row for row in self.rows if row.try_no == 1]


def worklist_letter(worklist: Worklist, language: str) -> Letter:
    """The mail with an agent's callbacks of a day.

    Args:
        worklist: the list.
        language: zh or en.
    """
    _ = gettext_for(language)
    count = len(worklist.callbacks)
    day = day_text(worklist.day, _.language)
    subject = _.ngettext(
        "Callbacks today: {n} customer ({day})", "Callbacks today: {n} customers ({day})", count, day=day
    )
    if worklist.is_addition:
        subject = _("List has grown: {subject}", subject=subject)
    if worklist.for_whom is not None:
        subject = _("For {name}: {subject}", name=worklist.for_whom, subject=subject)
    first = worklist.callbacks[0]
    return Letter(
        language=_.language,
        subject=subject,
        heading=subject,
        blocks=(
            *_opening(_, worklist),
            KeyFigures(tuple(_figures(_, worklist))),
            _calls_table(_, worklist),
            Section(_("How to report")),
            Bullets(
                (
                    _(
                        "Open the attached workbook: numbers, cases and what was before stand there. Fill in the "
                        "yellow cells: when you called, what came of it, and the satisfaction from 1 to 5."
                    ),
                    _("Call only at the times given; a further try is made only if the one before failed."),
                    _(
                        "The customer wants to be called at another time: choose “call later” and put the time beside "
                        "it; the callback comes back at that time."
                    ),
                    _("At the end of the day put the file into the folder “inbox”, or send it to your clerk."),
                )
            ),
        ),
        reason=_list_reason(_, worklist),
        preheader=_(
            "First: {time}, {place}, {reason}.",
            time=_flat(_, time_words(_, first)),
            place=place_words(_, first) or "–",
            reason=short_reason_words(_, first),
        ),
    )


def _list_reason(_: Translator, worklist: Worklist) -> str:
    if worklist.for_whom is None:
        return _("These callbacks stand on your list of today.")
    return _("The agent has no mail address, and you lead the agents.")


def _opening(_: Translator, worklist: Worklist) -> list[Block]:
    blocks: list[Block] = []
    if worklist.for_whom is not None:
        text = _(
            "{name} has no mail address in the staff register. Please hand over this list: the attached page is made "
            "for printing.",
            name=worklist.for_whom,
        )
        blocks.append(Notice(text))
    if worklist.is_addition:
        text = _.ngettext(
            "{n} customer was added and is marked “new”. The attached workbook replaces the one before: what is still "
            "open stands in it whole.",
            "{n} customers were added and are marked “new”. The attached workbook replaces the one before: what is "
            "still open stands in it whole.",
            len(worklist.new_codes),
        )
        blocks.append(Notice(text))
    return blocks


def _figures(_: Translator, worklist: Worklist) -> list[KeyFigure]:
    rows = worklist.callbacks
    promised = sum(row.promised_at is not None for row in rows)
    last = sum(row.due_by.astimezone(TIME_ZONE).date() <= row.work_date for row in rows)
    carried = sum(row.is_carried_over for row in rows)
    return [
        KeyFigure(_("Customers today"), str(len(rows))),
        KeyFigure(_("At a promised time"), str(promised), tone="warning" if promised else "plain"),
        KeyFigure(_("Last day of the window"), str(last), tone="warning" if last else "plain"),
        KeyFigure(_("Carried over"), str(carried), tone="warning" if carried else "plain"),
    ]


def _calls_table(_: Translator, worklist: Worklist) -> DataTable:
    rows = worklist.callbacks
    columns = (Column(_("Time")), Column(_("Customer")), Column(_("Why called")))
    lines = tuple(_call_line(_, row, worklist) for row in rows[:SHOWN_ROWS])
    return DataTable(columns, lines, more=more_text(_, len(rows), SHOWN_ROWS))


def _call_line(_: Translator, row: ListedCallback, worklist: Worklist) -> tuple[Cell, ...]:
    notes = [_("new")] if worklist.is_addition and row.callback_code in worklist.new_codes else []
    if words := note_words(_, row):
        notes.append(words)
    if row.tries > 1:
        notes.append(_("up to {n} tries today", n=row.tries))
    is_pressing = row.promised_at is not None or row.due_by.astimezone(TIME_ZONE).date() <= row.work_date
    tone: Tone = "warning" if is_pressing else "plain"
    return (
        Cell(f"{row.position}. {_flat(_, _one_time(_, row))}", tone, listed(_, notes)),
        Cell(who_words(_, row.customer_name), note=place_words(_, row)),
        Cell(short_reason_words(_, row)),
    )


def _one_time(_: Translator, row: ListedCallback) -> str:
    """When the first try is made, without its number."""
    return time_words(_, row).split("\n", 1)[-1] if row.tries > 1 else time_words(_, row)


def _flat(_: Translator, words: str) -> str:
    return listed(_, words.split("\n"))


def withdrawn_letter(rows: Sequence[Row[Any]], agent: str | None, language: str) -> Letter:
    """The mail that says which lines of a list mailed before are not to be called any more.

    Args:
        rows: of ``find_withdrawn_lines``, of one agent; at least one.
        agent: name of the agent, where another person reads it; None: the agent does.
        language: zh or en.
    """
    _ = gettext_for(language)
    subject = _.ngettext("Taken off your list: {n} customer", "Taken off your list: {n} customers", len(rows))
    if agent is not None:
        subject = _("For {name}: {subject}", name=agent, subject=subject)
    columns = (Column(_("No. on the list")), Column(_("Customer")), Column(_("Callback")))
    lines = tuple(
        (
            str(row.position),
            Cell(who_words(_, row.customer_name), note=place_or_prospect(_, row.community_name)),
            row.callback_code,
        )
        for row in rows[:SHOWN_ROWS]
    )
    blocks = (
        Notice(
            _(
                "According to the roster you are away, so these customers go to others. Do not call them any more, not "
                "even if you are there after all: they would be called twice."
            )
        ),
        DataTable(columns, lines, more=more_text(_, len(rows), SHOWN_ROWS)),
        Paragraph(_("Calls you made already count: send your workbook as usual, and at once if you can.")),
    )
    return Letter(_.language, subject, subject, blocks, _("These customers stood on your list of today."))


def manager_letter(rows: Sequence[ListedCallback], new_codes: Collection[str], language: str, at: datetime) -> Letter:
    """The mail with the customers whom nobody is to telephone, or can.

    Args:
        rows: of ``read_callbacks``, the new ones first; at least one.
        new_codes: callbacks the reader was not told of before.
        language: zh or en.
        at: aware instant of the run.
    """
    _ = gettext_for(language)
    new = sum(row.callback_code in new_codes for row in rows)
    past = sum(row.missed_at is not None or row.due_by <= at for row in rows)
    subject = _.ngettext(
        "Customers for you to see to: {n} new, {all} open",
        "Customers for you to see to: {n} new, {all} open",
        new,
        all=len(rows),
    )
    columns = (Column(_("Customer")), Column(_("Why called")), Column(_("Why no call")), Column(_("To be settled by")))
    return Letter(
        language=_.language,
        subject=subject,
        heading=subject,
        blocks=(
            KeyFigures(
                (
                    KeyFigure(_("New"), str(new)),
                    KeyFigure(_("Open in all"), str(len(rows))),
                    KeyFigure(_("Window past"), str(past), tone="bad" if past else "good"),
                )
            ),
            Paragraph(
                _(
                    "These customers must not be called, cannot be called, or nobody knows who they are. Visit them, "
                    "write, or find out who it is; the attached workbook has names, cases and what was before."
                )
            ),
            DataTable(
                columns,
                tuple(_manager_line(_, row, new_codes, at) for row in rows[:SHOWN_ROWS]),
                more=more_text(_, len(rows), SHOWN_ROWS),
            ),
            Section(_("How to report")),
            Bullets(
                (
                    _(
                        "Fill in the yellow cells of the attached workbook and put it into the folder “inbox”, or send "
                        "it to the clerk: it counts like an agent's call."
                    ),
                    _(
                        "A number or an address is missing or wrong: have it put right in the register; the customer "
                        "is then called again in the ordinary way."
                    ),
                )
            ),
            Paragraph(_("As of {instant}.", instant=instant_text(at, _.language)), tone="muted"),
        ),
        reason=_("You head the service centre of these communities."),
    )


def _manager_line(
    _: Translator, row: ListedCallback, new_codes: Collection[str], at: datetime
) -> tuple[Cell | str, ...]:
    why = dict.fromkeys(
        channel_reason_words(_, each.channel_reason or "") or _("letter could not be delivered")
        for each in row.contacts
        if each.channel_reason != "questionnaire"
    )
    is_past = row.missed_at is not None or row.due_by <= at
    return (
        Cell(
            f"{row.position}. {who_words(_, row.customer_name)}",
            note=listed(
                _, [part for part in (_("new") if row.callback_code in new_codes else "", place_words(_, row)) if part]
            ),
        ),
        Cell(short_reason_words(_, row)),
        Cell(listed(_, why) or _("letter could not be delivered")),
        Cell(short_instant(row.due_by), "bad" if is_past else "plain"),
    )
