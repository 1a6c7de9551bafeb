"""What leaders and managers read: windows about to be missed in the morning, the day's figures at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Row

from guanjia.domain.masking import mask_text
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
from guanjia.gateways.spreadsheets.listing import XLSX, listing_workbook
from guanjia.i18n import Translator, gettext_for
from guanjia.i18n.formats import day_text, instant_text, more_text, share_text
from guanjia.outbox import Attachment
from guanjia.pipelines.scheduled_callbacks.list_words import trigger_words
from guanjia.pipelines.scheduled_callbacks.remark_words import remark_advice, remark_heading, remark_sentence
from guanjia.pipelines.scheduled_callbacks.served import day_of
from guanjia.pipelines.scheduled_callbacks.words import (
    closed_words,
    drop_words,
    missed_words,
    place_or_prospect,
    short_instant,
    triggers_words,
    warning_words,
    who_words,
)
from guanjia.settings import TIME_ZONE

SHOWN_ROWS: Final = 20
"""Rows of a section in the mail; where there are more, a workbook holds all."""


@dataclass
class Report:
    """What one reader is told of at the end of a day, in that reader's scope only; rows of the ``find_untold_…``."""

    days: list[Row[Any]] = field(default_factory=list)
    missed: list[Row[Any]] = field(default_factory=list)
    unreached: list[Row[Any]] = field(default_factory=list)
    dropped: list[Row[Any]] = field(default_factory=list)
    remarks: list[Row[Any]] = field(default_factory=list)
    conflicts: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing happened and nothing is to be done: no mail is worth that."""
        happened = (
            row.listed or row.attempted or row.reached or row.refused or row.unreached or row.waiting
            for row in self.days
        )
        return not (any(happened) or self.missed or self.unreached or self.dropped or self.remarks or self.conflicts)

    @property
    def is_long(self) -> bool:
        """Whether some section does not fit into the mail."""
        kinds = [len(list(rows)) for _kind, rows in groupby(self.remarks, key=lambda row: row.kind)]
        return max(len(self.missed), len(self.unreached), len(self.dropped), *kinds, 0) > SHOWN_ROWS


def warning_letter(rows: Sequence[Row[Any]], language: str, at: datetime) -> Letter:
    """Callbacks that would miss their window, before they do.

    Args:
        rows: of ``find_untold_warnings``, the most pressing first; at least one, all in the reader's scope.
        language: zh or en.
        at: aware instant of the run.
    """
    _ = gettext_for(language)
    today = sum(row.due_by.astimezone(TIME_ZONE).date() <= day_of(at) for row in rows)
    subject = _warning_subject(_, len(rows), today)
    counts = {kind: sum(row.reason == kind for row in rows) for kind in ("no_agent", "no_capacity", "last_day")}
    columns = (
        Column(_("Customer")),
        Column(_("Why called")),
        Column(_("To be called by")),
        Column(_("What is missing")),
    )
    advice = {
        "no_agent": _("No agent in sight: put somebody on the roster, or give the community an agent."),
        "no_capacity": _(
            "Too few agents: lend one, add shifts to the roster, or raise the setting callbacks_per_day; what gets "
            "room comes onto a list in the next run."
        ),
        "last_day": _("Last day part today: these stand on a list; see that they are called in time."),
    }
    return Letter(
        language=_.language,
        subject=subject,
        heading=subject,
        blocks=(
            KeyFigures(
                (
                    KeyFigure(_("Would be missed"), str(len(rows)), tone="warning"),
                    KeyFigure(_("Of these today"), str(today), tone="bad" if today else "plain"),
                )
            ),
            Section(_("What to do")),
            Bullets(tuple(f"{words} ({counts[kind]})" for kind, words in advice.items() if counts[kind])),
            DataTable(
                columns,
                tuple(_warning_line(_, row, at) for row in rows[:SHOWN_ROWS]),
                more=more_text(_, len(rows), SHOWN_ROWS),
            ),
            Paragraph(_("As of {instant}.", instant=instant_text(at, _.language)), tone="muted"),
        ),
        reason=_reason(_),
    )


def _warning_subject(_: Translator, count: int, today: int) -> str:
    if not today:
        return _.ngettext("{n} callback would miss its window", "{n} callbacks would miss their window", count)
    return _.ngettext(
        "{n} callback would miss its window, {today} of them today",
        "{n} callbacks would miss their window, {today} of them today",
        count,
        today=today,
    )


def _reason(_: Translator) -> str:
    return _("You answer for these communities' callbacks, or are registered for the callback list.")


def _warning_line(_: Translator, row: Row[Any], at: datetime) -> tuple[Cell, ...]:
    is_today = row.due_by.astimezone(TIME_ZONE).date() <= day_of(at)
    if row.reason == "last_day":
        when = _("on the list of {name}", name=row.staff_name) if row.staff_name else ""
    elif row.reckoned_on is None:
        when = _("no turn in sight")
    else:
        when = _("its turn comes on {day}", day=f"{row.reckoned_on:%m-%d}")
    return (
        Cell(who_words(_, row.customer_name), note=place_or_prospect(_, row.community_name)),
        Cell(triggers_words(_, row.triggers, row.case_codes), note=row.callback_code),
        Cell(short_instant(row.due_by), "bad" if is_today else "warning"),
        Cell(warning_words(_, row.reason), note=when),
    )


def warning_workbook(rows: Sequence[Row[Any]], language: str, at: datetime) -> Attachment:
    """All that a warning tells, one line each.

    Args:
        rows: of ``find_untold_warnings``.
        language: zh or en.
        at: aware instant of the run.
    """
    _ = gettext_for(language)
    headings = (
        (_("Callback"), 22),
        (_("Where"), 20),
        (_("Customer"), 14),
        (_("Why called"), 30),
        (_("To be called by"), 20),
        (_("What is missing"), 24),
        (_("Turn"), 14),
    )
    cells = (
        (
            row.callback_code,
            place_or_prospect(_, row.community_name),
            who_words(_, row.customer_name),
            triggers_words(_, row.triggers, row.case_codes),
            short_instant(row.due_by),
            warning_words(_, row.reason),
            "" if row.reckoned_on is None else row.reckoned_on.isoformat(),
        )
        for row in rows
    )
    title = _("Callbacks about to be missed")
    content = listing_workbook(title, headings, cells, made_at=at)
    return Attachment(f"{title}-{day_of(at).isoformat()}.xlsx", XLSX, content)


def report_letter(report: Report, language: str, at: datetime) -> Letter:
    """The figures of a day (or of several, after an outage) and whatever needs a hand.

    Args:
        report: what is told; at least one day.
        language: zh or en.
        at: aware instant of the run.
    """
    _ = gettext_for(language)
    dates = sorted({row.work_date for row in report.days})
    first, last = day_text(dates[0], _.language), day_text(dates[-1], _.language)
    days = first if len(dates) == 1 else _("{first} to {last}", first=first, last=last)
    reached, missed = _sum(report.days, "reached"), len(report.missed)
    subject = _("Callbacks of {days}: {reached} reached, {missed} missed", days=days, reached=reached, missed=missed)
    blocks: list[Block] = [KeyFigures(tuple(_day_figures(_, report)))]
    if waiting := _sum([row for row in report.days if row.work_date == dates[-1]], "waiting"):
        text = _.ngettext(
            "{n} callback found no room on a list; it goes first on the next calling day.",
            "{n} callbacks found no room on a list; they go first on the next calling day.",
            waiting,
        )
        blocks.append(Notice(text))
    if silent := _sum(report.days, "not_reported"):
        text = _.ngettext(
            "{n} callback stood on a list and nothing came back: ask the agents for their workbooks.",
            "{n} callbacks stood on a list and nothing came back: ask the agents for their workbooks.",
            silent,
        )
        blocks.append(Notice(text))
    busy = [row for row in report.days if row.listed or row.reached or row.waiting or row.unreached or row.refused]
    if len(busy) > 1:
        blocks.append(_days_table(_, busy))
    blocks += _missed_blocks(_, report.missed)
    blocks += _unreached_blocks(_, report.unreached)
    blocks += _dropped_blocks(_, report.dropped)
    blocks += _remark_blocks(_, report.remarks)
    blocks.append(Paragraph(_("As of {instant}.", instant=instant_text(at, _.language)), tone="muted"))
    return Letter(_.language, subject, subject, tuple(blocks), _reason(_))


def _sum(rows: Sequence[Row[Any]], name: str) -> int:
    return sum(int(getattr(row, name)) for row in rows)


def _day_figures(_: Translator, report: Report) -> list[KeyFigure]:
    listed, reached = _sum(report.days, "listed"), _sum(report.days, "reached")
    bad, missed = _sum(report.days, "dissatisfied"), len(report.missed)
    figures = [
        KeyFigure(_("On lists"), str(listed), _("{n} agents", n=max(row.agents for row in report.days))),
        KeyFigure(_("Reached"), str(reached), _share(reached, listed)),
        KeyFigure(_("Not satisfied"), str(bad), tone="warning" if bad else "good"),
        KeyFigure(_("Missed windows"), str(missed), tone="bad" if missed else "good"),
    ]
    if report.conflicts:
        figures.append(KeyFigure(_("Conflicting results"), str(report.conflicts), tone="warning"))
    return figures


def _share(part: int, whole: int) -> str:
    return share_text(Decimal(part) / whole) if whole else ""


def _days_table(_: Translator, rows: Sequence[Row[Any]]) -> DataTable:
    columns = (
        Column(_("Community")),
        Column(_("On lists"), "end"),
        Column(_("Reached"), "end"),
        Column(_("Refused"), "end"),
        Column(_("Given up"), "end"),
        Column(_("Not satisfied"), "end"),
        Column(_("Waiting"), "end"),
    )
    return DataTable(
        columns, tuple(_day_line(_, row) for row in rows[:SHOWN_ROWS]), more=more_text(_, len(rows), SHOWN_ROWS)
    )


def _day_line(_: Translator, row: Row[Any]) -> tuple[Cell | str, ...]:
    return (
        Cell(place_or_prospect(_, row.community_name), note=f"{row.work_date:%m-%d}"),
        str(row.listed),
        str(row.reached),
        str(row.refused),
        str(row.unreached),
        Cell(str(row.dissatisfied), "warning" if row.dissatisfied else "plain"),
        Cell(str(row.waiting), "warning" if row.waiting else "plain"),
    )


def _missed_blocks(_: Translator, rows: Sequence[Row[Any]]) -> list[Block]:
    if not rows:
        return []
    columns = (Column(_("Customer")), Column(_("Why called")), Column(_("Window ended")), Column(_("Why missed")))
    note = _("Repairs, complaints and rechecks are still tried for some days; care and year-end calls are not.")
    return [
        Section(_("Missed windows ({n})", n=len(rows)), note),
        _table(_, columns, [_missed_line(_, r) for r in rows]),
    ]


def _missed_line(_: Translator, row: Row[Any]) -> tuple[Cell, ...]:
    tone: Tone = "warning" if row.is_still_tried else "bad"
    return (
        Cell(who_words(_, row.customer_name), note=place_or_prospect(_, row.community_name)),
        Cell(trigger_words(_, row.trigger), note=row.case_code or row.callback_code),
        Cell(short_instant(row.due_by)),
        Cell(
            missed_words(_, row.missed_reason),
            tone,
            _("still tried") if row.is_still_tried else _("closed"),
        ),
    )


def _unreached_blocks(_: Translator, rows: Sequence[Row[Any]]) -> list[Block]:
    if not rows:
        return []
    columns = (Column(_("Customer")), Column(_("Why called")), Column(_("Attempts"), "end"), Column(_("Why given up")))
    note = _("Not reached is no callback: visit or write to those whose repair or complaint it was.")
    lines = [
        (
            Cell(who_words(_, row.customer_name), note=place_or_prospect(_, row.community_name)),
            Cell(triggers_words(_, row.triggers, row.case_codes), note=row.callback_code),
            str(row.attempts),
            Cell(closed_words(_, row.closed_reason)),
        )
        for row in rows
    ]
    return [Section(_("Not reached ({n})", n=len(rows)), note), _table(_, columns, lines)]


def _dropped_blocks(_: Translator, rows: Sequence[Row[Any]]) -> list[Block]:
    if not rows:
        return []
    columns = (Column(_("Prospect")), Column(_("Why dropped")), Column(_("Dropped on")))
    note = _("They are not called any more. Whoever is interested after all: put “interested” in the register to yes.")
    lines = [
        (
            Cell(who_words(_, row.customer_name), note=row.customer_code),
            Cell(drop_words(_, row.reason), note=mask_text(row.words or "")),
            f"{row.dropped_on:%m-%d}",
        )
        for row in rows
    ]
    return [Section(_("Prospects dropped ({n})", n=len(rows)), note), _table(_, columns, lines)]


def _table(_: Translator, columns: tuple[Column, ...], lines: Sequence[tuple[Cell | str, ...]]) -> DataTable:
    return DataTable(columns, tuple(lines[:SHOWN_ROWS]), more=more_text(_, len(lines), SHOWN_ROWS))


def _remark_blocks(_: Translator, rows: Sequence[Row[Any]]) -> list[Block]:
    blocks: list[Block] = []
    for kind, found in groupby(sorted(rows, key=lambda row: row.kind), key=lambda row: row.kind):
        some = list(found)
        blocks.append(Section(f"{remark_heading(_, kind)} ({len(some)})", remark_advice(_, kind)))
        blocks.append(Bullets(tuple(_remark_words(_, row) for row in some[:SHOWN_ROWS])))
        if len(some) > SHOWN_ROWS:
            blocks.append(Paragraph(more_text(_, len(some), SHOWN_ROWS), tone="muted"))
    return blocks


def _remark_words(_: Translator, row: Row[Any]) -> str:
    sentence = remark_sentence(_, row.kind, row.subject, row.detail)
    if not row.community_name:
        return sentence
    return f"{row.community_name}{'：' if _.language == 'zh' else ': '}{sentence}"


def report_workbook(report: Report, language: str, at: datetime) -> Attachment:
    """All that the report tells beside its figures, one line each.

    Args:
        report: what is told.
        language: zh or en.
        at: aware instant of the run.
    """
    _ = gettext_for(language)
    headings = ((_("Matter"), 22), (_("Where"), 22), (_("What"), 44), (_("Why"), 40), (_("Code"), 26))
    rows = [*_report_rows(_, report)]
    title = _("Callbacks - matters to look at")
    content = listing_workbook(title, headings, rows, made_at=at)
    return Attachment(f"{title}-{day_of(at).isoformat()}.xlsx", XLSX, content)


def _report_rows(_: Translator, report: Report) -> list[tuple[str, ...]]:
    def place(row: Row[Any]) -> str:
        return place_or_prospect(_, row.community_name)

    rows: list[tuple[str, ...]] = [
        (
            _("Missed window"),
            place(row),
            f"{who_words(_, row.customer_name)} {trigger_words(_, row.trigger)} {short_instant(row.due_by)}",
            missed_words(_, row.missed_reason),
            row.case_code or row.callback_code,
        )
        for row in report.missed
    ]
    rows += [
        (
            _("Not reached"),
            place(row),
            f"{who_words(_, row.customer_name)} {triggers_words(_, row.triggers, row.case_codes)}",
            closed_words(_, row.closed_reason),
            row.callback_code,
        )
        for row in report.unreached
    ]
    rows += [
        (
            _("Prospect dropped"),
            "",
            who_words(_, row.customer_name),
            drop_words(_, row.reason),
            row.customer_code,
        )
        for row in report.dropped
    ]
    rows += [
        (
            remark_heading(_, row.kind),
            row.community_name or "",
            remark_sentence(_, row.kind, row.subject, row.detail),
            remark_advice(_, row.kind),
            row.subject,
        )
        for row in report.remarks
    ]
    return rows
