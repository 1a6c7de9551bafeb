"""Mails that need a hand: corrections, remarks, and days short of support people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import groupby
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
from guanjia.gateways.spreadsheets.listing import XLSX, listing_workbook
from guanjia.i18n import Translator, gettext_for
from guanjia.i18n.formats import day_text, instant_text, more_text
from guanjia.outbox import Attachment
from guanjia.pipelines.quality_sampling.remark_words import (
    REMINDERS,
    remark_advice,
    remark_heading,
    remark_reason,
    remark_sentence,
)
from guanjia.pipelines.quality_sampling.served import day_of
from guanjia.pipelines.quality_sampling.words import criteria_words, score_text, subject_words

SHOWN_ROWS: Final = 20
"""Rows of a section in the mail; where there are more, a workbook holds all."""


def corrections_letter(
    rows: Sequence[Row[Any]], name: Callable[[str | None], str], language: str, at: datetime
) -> Letter:
    """Cases that errors opened, to the leader of the team.

    Args:
        rows: of ``find_untold_corrections``; at least one, all of the reader's team.
        name: name of a member of staff.
        language: zh or en.
        at: aware instant of the run.
    """
    _ = gettext_for(language)
    subject = _.ngettext(
        "Quality check: {n} error to correct and prevent", "Quality check: {n} errors to correct and prevent", len(rows)
    )
    columns = (Column(_("Case")), Column(_("Agent")), Column(_("Score"), "end"), Column(_("Criteria failed")))
    lines = tuple(
        (
            Cell(row.case_code, note=subject_words(_, row.subject_kind, row.subject_code)),
            name(row.staff_code),
            Cell(score_text(row.score), "bad" if row.is_critical else "warning"),
            Cell(
                criteria_words(_, row.criteria),
                note=_("critical error") if row.is_critical else "",
            ),
        )
        for row in rows[:SHOWN_ROWS]
    )
    blocks: tuple[Block, ...] = (
        Paragraph(_("The scores of these items are final and do not conform. Each is a case now.")),
        DataTable(columns, lines, more=more_text(_, len(rows), SHOWN_ROWS)),
        Section(_("What to do")),
        Bullets(
            (
                _("Correction: what was put right with the customer or in the record, and when."),
                _("Prevention: what keeps it from happening again, such as training, a script or a rule, and by whom."),
                _(
                    "Write both into the case and close it. The next draw looks at it again; what did not help comes "
                    "back."
                ),
            )
        ),
        Paragraph(_("As of {instant}.", instant=instant_text(at, _.language)), tone="muted"),
    )
    return Letter(_.language, subject, subject, blocks, _("You lead the team these errors happened in."))


def notes_letter(rows: Sequence[Row[Any]], language: str, at: datetime, *, is_own: bool) -> Letter:
    """What could not be taken as it is, by kind, each with what to do.

    Args:
        rows: of ``find_untold_remarks``; at least one, all for this reader.
        language: zh or en.
        at: aware instant of the run.
        is_own: the reader is the one whose scores they are about, else who answers for the quality check.
    """
    _ = gettext_for(language)
    if is_own and all(row.kind in REMINDERS for row in rows):
        subject = _.ngettext(
            "Quality check: {n} appeal waits for you", "Quality check: {n} appeals wait for you", len(rows)
        )
        reason = _("You decide on appeals against quality scores.")
    elif is_own:
        subject = _.ngettext(
            "Quality check: {n} of your entries does not count",
            "Quality check: {n} of your entries do not count",
            len(rows),
        )
        reason = _("You handed these scores in.")
    else:
        subject = _.ngettext("Quality check: {n} thing to look at", "Quality check: {n} things to look at", len(rows))
        reason = _("You answer for the quality check.")
    blocks: list[Block] = []
    for kind, found in groupby(sorted(rows, key=lambda row: row.kind), key=lambda row: row.kind):
        some = list(found)
        if is_own and kind in REMINDERS:
            advice = _("Please hand in what is missing; until then the former score stands, and the agent waits.")
        else:
            advice = remark_advice(_, kind)
        blocks.append(Section(f"{remark_heading(_, kind)} ({len(some)})", advice))
        blocks.append(Bullets(tuple(_sentence(_, row) for row in some[:SHOWN_ROWS])))
        if len(some) > SHOWN_ROWS:
            blocks.append(Paragraph(more_text(_, len(some), SHOWN_ROWS), tone="muted"))
    blocks.append(Paragraph(_("As of {instant}.", instant=instant_text(at, _.language)), tone="muted"))
    return Letter(_.language, subject, subject, tuple(blocks), reason)


def _sentence(_: Translator, row: Row[Any]) -> str:
    sentence = remark_sentence(_, row.kind, row.subject, row.detail)
    return f"{row.community_name}{'：' if _.language == 'zh' else ': '}{sentence}" if row.community_name else sentence


def notes_workbook(rows: Sequence[Row[Any]], language: str, at: datetime) -> Attachment:
    """All remarks of a mail, one line each.

    Args:
        rows: of ``find_untold_remarks``.
        language: zh or en.
        at: aware instant of the run.
    """
    _ = gettext_for(language)
    headings = ((_("Matter"), 26), (_("Where"), 18), (_("What"), 60), (_("Why"), 36), (_("What to do"), 60))
    cells = (
        (
            remark_heading(_, row.kind),
            row.community_name or "",
            remark_sentence(_, row.kind, row.subject, row.detail),
            remark_reason(_, row.kind),
            remark_advice(_, row.kind),
        )
        for row in rows
    )
    title = _("Quality check - things to look at")
    content = listing_workbook(title, headings, cells, made_at=at)
    return Attachment(f"{title}-{day_of(at).isoformat()}.xlsx", XLSX, content)


def roster_letter(rows: Sequence[Row[Any]], language: str, at: datetime) -> Letter:
    """Days short of support people, and days that have enough again.

    Args:
        rows: of ``find_untold_roster_warnings``, coming days; at least one.
        language: zh or en.
        at: aware instant of the run.
    """
    _ = gettext_for(language)
    short = [row for row in rows if row.resolved_at is None]
    solved = [row for row in rows if row.resolved_at is not None]
    if short:
        subject = _.ngettext(
            "Roster: {n} day short of support people", "Roster: {n} days short of support people", len(short)
        )
    else:
        subject = _.ngettext(
            "Roster: {n} day has enough support people again",
            "Roster: {n} days have enough support people again",
            len(solved),
        )
    blocks: list[Block] = [
        KeyFigures(
            (
                KeyFigure(_("Days short"), str(len(short)), tone="bad" if short else "good"),
                KeyFigure(_("Enough again"), str(len(solved)), tone="good" if solved else "plain"),
            )
        ),
        _roster_table(_, rows),
        Paragraph(
            _(
                "People of quality check and case handling (setting support_roles) on the roster of the day, those "
                "absent or on leave left out, against the setting support_people."
            ),
            tone="muted",
        ),
        Paragraph(_("As of {instant}.", instant=instant_text(at, _.language)), tone="muted"),
    ]
    if short:
        blocks.insert(1, Paragraph(_("Put somebody on the roster of these days, or ask them to swap.")))
    return Letter(_.language, subject, subject, tuple(blocks), _("You answer for the quality check and its roster."))


def _roster_table(_: Translator, rows: Sequence[Row[Any]]) -> DataTable:
    columns = (
        Column(_("Day")),
        Column(_("On the roster"), "end"),
        Column(_("Needed"), "end"),
        Column(_("State")),
    )
    lines = tuple(
        (
            day_text(row.day, _.language),
            str(row.on_duty),
            str(row.needed),
            Cell(_("short"), "bad") if row.resolved_at is None else Cell(_("enough again"), "good"),
        )
        for row in rows
    )
    return DataTable(columns, lines)
