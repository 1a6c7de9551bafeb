"""What a shift reads when it takes over: the open list by urgency, as a mail and whole as a workbook.

Customers appear masked, by their unit; colleagues by name, since the next shift must find them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from sqlalchemy import Row

from guanjia.domain.masking import mask_name, mask_text
from guanjia.gateways.mail.letter import (
    Block,
    Cell,
    Column,
    DataTable,
    KeyFigure,
    KeyFigures,
    Letter,
    Paragraph,
    Section,
    Tone,
)
from guanjia.gateways.mail.message import RenderedMail
from guanjia.gateways.mail.rendering import render
from guanjia.gateways.spreadsheets.listing import XLSX, listing_workbook
from guanjia.i18n import N_, Translator, gettext_for
from guanjia.i18n.formats import instant_text, span_text
from guanjia.outbox import Attachment
from guanjia.pipelines.overdue_escalations.wording import (
    event_words,
    kind_words,
    level_words,
    milestone_words,
    role_words,
    urgency_words,
)
from guanjia.settings import TIME_ZONE

SHOWN_ROWS: Final = 15
"""Rows of a section in the mail; all stand in the workbook."""

_DESCRIPTION: Final = 60

_SECTIONS: Final[tuple[tuple[str, str, str, Tone], ...]] = (
    (
        "emergency",
        N_("Emergencies"),
        N_("Ask at once where they stand, and stay on them until they are over."),
        "bad",
    ),
    ("vip", N_("VIP customers"), N_("Tell these customers first how their case goes on."), "warning"),
    (
        "chase",
        N_("To be chased"),
        N_("A deadline has passed or the case was escalated: get an answer from the handler in this shift."),
        "bad",
    ),
    ("outage", N_("Announced outages"), N_("The outage was announced; tell who calls when it will be over."), "plain"),
    ("other", N_("Other unfinished cases"), N_("In time so far."), "plain"),
)
"""Section of a case, its heading, what to do about it, and what its figure means."""


@dataclass(frozen=True)
class Handover:
    """A shift that ended, and what it leaves.

    Attributes:
        community_name: community it served; None: all.
        role: its post.
        ended_at: its end, aware.
        as_of: instant the list is a function of, aware.
        cases: rows of ``list_handover_cases``, the first due first.
    """

    community_name: str | None
    role: str
    ended_at: datetime
    as_of: datetime
    cases: tuple[Row[Any], ...]

    @cached_property
    def sections(self) -> dict[str, list[Row[Any]]]:
        """The cases by section, in the order people read them."""
        return {name: [row for row in self.cases if row.section == name] for name, *_rest in _SECTIONS}

    def place(self, _: Translator) -> str:
        """The community's name, or that it is all of them."""
        return self.community_name or _("all communities")


def handover_mail(handover: Handover, language: str) -> RenderedMail:
    """The mail to a member of the next shift; the top rows of each section.

    Args:
        handover: the shift that ended; at least one case.
        language: zh or en.
    """
    _ = gettext_for(language)
    place = handover.place(_)
    subject = _.ngettext(
        "Shift handover {place}: {n} open case",
        "Shift handover {place}: {n} open cases",
        len(handover.cases),
        place=place,
    )
    blocks: list[Block] = [
        Paragraph(
            _(
                "The shift that ended {instant} leaves these cases to you: take each over by name and record in the "
                "case what you do. The workbook has all of them.",
                instant=instant_text(handover.ended_at, _.language),
            )
        ),
        KeyFigures(tuple(_figures(_, handover))),
    ]
    for name, heading, note, _tone in _SECTIONS:
        if rows := handover.sections[name]:
            blocks += [Section(f"{_(heading)} ({len(rows)})", _(note)), _table(_, handover.as_of, rows)]
    blocks.append(Paragraph(_("As of {instant}.", instant=instant_text(handover.as_of, _.language)), tone="muted"))
    return render(
        Letter(
            language=_.language,
            subject=subject,
            heading=subject,
            blocks=tuple(blocks),
            reason=_(
                "You are {post} on the next shift on the roster: {place}.",
                post=role_words(_, handover.role),
                place=place,
            ),
        )
    )


def _figures(_: Translator, handover: Handover) -> Iterable[KeyFigure]:
    for name, heading, _note, tone in _SECTIONS[:3]:
        count = len(handover.sections[name])
        yield KeyFigure(_(heading), str(count), tone=tone if count else "plain")
    yield KeyFigure(_("Open in all"), str(len(handover.cases)))


def _table(_: Translator, as_of: datetime, rows: Sequence[Row[Any]]) -> DataTable:
    columns = (
        Column(_("Case")),
        Column(_("What")),
        Column(_("State")),
        Column(_("Handler")),
        Column(_("Next deadline")),
    )
    lines = tuple(
        (
            Cell(row.case_code, note=_who(row)),
            Cell(f"{kind_words(_, row.kind)} · {urgency_words(_, row.urgency)}", note=_what(_, row)),
            Cell(_state(_, row), note=_("since {instant}", instant=_short(row.state_since))),
            Cell(row.handler_name, note=row.handler_code) if row.handler_name else Cell(_("nobody yet"), "warning"),
            _deadline(_, as_of, row),
        )
        for row in rows[:SHOWN_ROWS]
    )
    hidden = len(rows) - SHOWN_ROWS
    more = _("… and {n} more in the workbook", n=hidden) if hidden > 0 else ""
    return DataTable(columns, lines, more=more)


def _who(row: Row[Any]) -> str:
    """Who is concerned: the place, and the customer masked."""
    place = " ".join(part for part in (row.community_name, row.unit_code) if part)
    return " · ".join(part for part in (place, mask_name(row.customer_name or "")) if part)


def _what(_: Translator, row: Row[Any]) -> str:
    opened = _("opened {instant}", instant=_short(row.opened_at))
    text = _plain(row.description)
    short = text if len(text) <= _DESCRIPTION else text[: _DESCRIPTION - 1] + "…"
    return " · ".join(part for part in (opened, *_marks(_, row), short) if part)


def _marks(_: Translator, row: Row[Any]) -> list[str]:
    """What else holds for a case beside the section it stands in."""
    marks = []
    if row.is_vip and row.section != "vip":
        marks.append(_("VIP"))
    if row.is_outage and row.section != "outage":
        marks.append(_("announced outage"))
    if row.level is not None:
        marks.append(_("escalated: {level}", level=level_words(_, row.level)))
    return marks


def _plain(description: str | None) -> str:
    return mask_text(" ".join((description or "").split()))


def _state(_: Translator, row: Row[Any]) -> str:
    return event_words(_, row.last_event) if row.last_event else _("new, no event yet")


def _deadline(_: Translator, as_of: datetime, row: Row[Any]) -> Cell:
    if row.milestone is None:
        return Cell(_("no deadline"), "muted")
    name = milestone_words(_, row.milestone)
    if row.due_at is None:
        return Cell(name, note=_("paused: waits for the customer"))
    due = _short(row.due_at)
    if row.due_at >= as_of:
        left = span_text(row.due_at - as_of, _.language)
        return Cell(due, note=_("{milestone}, {span} left", milestone=name, span=left))
    late = span_text(as_of - row.due_at, _.language)
    return Cell(due, "bad", _("{milestone}, {span} overdue", milestone=name, span=late))


def _short(instant: datetime) -> str:
    """Month, day and time: a table has little room, and the list is of these days."""
    return f"{instant.astimezone(TIME_ZONE):%m-%d %H:%M}"


def _full(instant: datetime | None) -> str:
    return f"{instant.astimezone(TIME_ZONE):%Y-%m-%d %H:%M}" if instant else ""


def handover_workbook(handover: Handover, language: str) -> Attachment:
    """All cases of the list as a workbook, every cell text; times by the clock of Asia/Shanghai.

    Args:
        handover: the shift that ended.
        language: zh or en.
    """
    _ = gettext_for(language)
    headings = (
        (_("Part of the list"), 14),
        (_("Case"), 18),
        (_("Community"), 16),
        (_("Unit"), 12),
        (_("Customer"), 10),
        (_("What"), 18),
        (_("Description"), 40),
        (_("Opened"), 17),
        (_("State"), 14),
        (_("State since"), 17),
        (_("Handler"), 16),
        (_("Next deadline"), 20),
        (_("Due"), 17),
        (_("Overdue"), 12),
        (_("To note"), 24),
    )
    rows = (
        _cells(_, handover.as_of, _(heading), row)
        for name, heading, _note, _tone in _SECTIONS
        for row in handover.sections[name]
    )
    title = _("Shift handover")
    content = listing_workbook(title, headings, rows, made_at=handover.as_of)
    ended = f"{handover.ended_at.astimezone(TIME_ZONE):%Y%m%d-%H%M}"
    return Attachment(f"{title}-{handover.place(_)}-{ended}.xlsx", XLSX, content)


def _cells(_: Translator, as_of: datetime, section: str, row: Row[Any]) -> tuple[str, ...]:
    late = row.due_at is not None and row.due_at < as_of
    return (
        section,
        row.case_code,
        row.community_name,
        row.unit_code or "",
        mask_name(row.customer_name or ""),
        f"{kind_words(_, row.kind)} · {urgency_words(_, row.urgency)}",
        _plain(row.description),
        _full(row.opened_at),
        _state(_, row),
        _full(row.state_since),
        " ".join(part for part in (row.handler_name, row.handler_code) if part),
        milestone_words(_, row.milestone) if row.milestone else "",
        _full(row.due_at) or (_("paused") if row.milestone else ""),
        span_text(as_of - row.due_at, _.language) if late else "",
        " · ".join(_marks(_, row)),
    )
