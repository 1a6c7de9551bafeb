"""What a reviewer reads on Monday: how many items to score, by when, and how to hand the scores in."""

from __future__ import annotations

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
)
from guanjia.i18n import Translator, gettext_for
from guanjia.i18n.formats import day_text, instant_text
from guanjia.pipelines.quality_sampling.list_rows import ListedSample
from guanjia.pipelines.quality_sampling.words import channel_words, period_words, subject_words
from guanjia.pipelines.scheduled_callbacks.words import short_instant

SHOWN_ITEMS: Final = 30
"""Items of a list in the mail; all stand in the workbook."""

Listed = tuple[Row[Any], tuple[ListedSample, ...]]
"""A draw (``find_untold_worklists``) and what its reviewer has to score of it."""


@dataclass(frozen=True)
class Worklist:
    """What a reviewer is told of at once.

    Attributes:
        lists: draws with their items; no item where everything was taken off the list again.
        for_whom: name of the reviewer, when somebody else is to hand the list over; None: the reader is the reviewer.
    """

    lists: tuple[Listed, ...]
    for_whom: str | None = None

    @property
    def items(self) -> int:
        """Items to be scored."""
        return sum(len(samples) for _draw, samples in self.lists)

    @property
    def due_on(self) -> date:
        """Day by which the first draw is to be scored."""
        days: list[date] = [draw.due_on for draw, samples in self.lists if samples] or [
            draw.due_on for draw, _samples in self.lists
        ]
        return min(days)


def worklist_letter(worklist: Worklist, language: str, at: datetime) -> Letter:
    """The mail with a reviewer's list.

    Args:
        worklist: the list.
        language: zh or en.
        at: aware instant of the run.
    """
    _ = gettext_for(language)
    subject = _subject(_, worklist)
    blocks: list[Block] = []
    if worklist.for_whom is not None:
        blocks.append(
            Notice(
                _(
                    "{name} has no mail address in the staff register. Please hand over this list.",
                    name=worklist.for_whom,
                )
            )
        )
    if any(draw.edition > 1 for draw, _samples in worklist.lists):
        blocks.append(
            Notice(
                _(
                    "This list takes the place of the one mailed before: items came or went. It holds what is still "
                    "open; go on with the attached workbook and throw the old one away."
                )
            )
        )
    if worklist.items:
        blocks += _what_to_do(_, worklist)
        for draw, samples in worklist.lists:
            blocks += _items(_, draw, samples) if samples else [_taken_off(_, draw)]
    else:
        blocks += [_taken_off(_, draw) for draw, _samples in worklist.lists]
    blocks.append(Paragraph(_("As of {instant}.", instant=instant_text(at, _.language)), tone="muted"))
    return Letter(_.language, subject, subject, tuple(blocks), _reason(_, worklist))


def _subject(_: Translator, worklist: Worklist) -> str:
    if not worklist.items:
        subject = _("Quality check: nothing left to score of {period}", period=_periods(_, worklist))
    else:
        day = day_text(worklist.due_on, _.language)
        subject = _.ngettext(
            "Quality check: {n} item to score by {day}",
            "Quality check: {n} items to score by {day}",
            worklist.items,
            day=day,
        )
    if any(draw.edition > 1 for draw, _samples in worklist.lists):
        subject = _("Changed list: {subject}", subject=subject)
    if worklist.for_whom is not None:
        subject = _("For {name}: {subject}", name=worklist.for_whom, subject=subject)
    return subject


def _periods(_: Translator, worklist: Worklist) -> str:
    return ("、" if _.language == "zh" else ", ").join(
        period_words(_, draw.period) for draw, _samples in worklist.lists
    )


def _reason(_: Translator, worklist: Worklist) -> str:
    if worklist.for_whom is None:
        return _("You are a reviewer of the quality check.")
    return _("The reviewer has no mail address, and you answer for the quality check.")


def _what_to_do(_: Translator, worklist: Worklist) -> list[Block]:
    calls = sum(sample.subject.kind == "call" for _draw, samples in worklist.lists for sample in samples)
    figures = [
        KeyFigure(_("To score"), str(worklist.items), tone="warning"),
        KeyFigure(_("Calls to score"), str(calls)),
        KeyFigure(_("Cases to score"), str(worklist.items - calls)),
        KeyFigure(_("Score by"), f"{worklist.due_on:%m-%d}"),
    ]
    return [
        KeyFigures(tuple(figures)),
        Section(_("How it is done")),
        Bullets(
            (
                _("Listen to the call or read the case, then score each criterion from 0 to 100 in the yellow cells."),
                _("Mark a critical error where there is one, and write down what happened: the agent reads it."),
                _(
                    "Save the workbook and put it into the folder “inbox”, or send it to your clerk; as often as you "
                    "like."
                ),
                _("What is scored after the days of grace does not count; a score changed before it is final does."),
            )
        ),
    ]


def _items(_: Translator, draw: Row[Any], samples: tuple[ListedSample, ...]) -> list[Block]:
    note = _("To be scored by {day}.", day=day_text(draw.due_on, _.language))
    kind = _("month-end sample") if draw.kind == "month_end" else _("weekly sample")
    heading = f"{period_words(_, draw.period)} · {kind}"
    columns = (Column(_("Call or case")), Column(_("When")))
    lines = tuple(
        (
            Cell(
                f"{sample.number}. {subject_words(_, sample.subject.kind, sample.subject.code)}",
                note=sample.sample_code,
            ),
            Cell(short_instant(sample.subject.occurred_at), note=channel_words(_, sample.subject.channel)),
        )
        for sample in samples[:SHOWN_ITEMS]
    )
    more = _("… and {n} more in the workbook", n=len(samples) - SHOWN_ITEMS) if len(samples) > SHOWN_ITEMS else ""
    return [Section(heading, note), DataTable(columns, lines, more=more)]


def _taken_off(_: Translator, draw: Row[Any]) -> Paragraph:
    return Paragraph(
        _(
            "Nothing of {period} is left on your list: others score it, or it is scored already. Hand nothing more in.",
            period=period_words(_, draw.period),
        )
    )
