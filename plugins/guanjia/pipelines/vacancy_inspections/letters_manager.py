"""What the centre head and the subscribers read of plans: the month's, a weather event's, and what was missed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Row

from guanjia.gateways.mail.letter import (
    Block,
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
from guanjia.i18n.formats import day_text, instant_text, more_text
from guanjia.outbox import Attachment
from guanjia.pipelines.vacancy_inspections.figures import Coverage
from guanjia.pipelines.vacancy_inspections.letters_owner import place_of
from guanjia.pipelines.vacancy_inspections.words import date_words, month_words, plan_words, share_words

SHOWN_ROWS: Final = 20
"""Rows of a table in the mail; where there are more, a workbook holds all."""


def plan_letter(rows: Sequence[Row[Any]], period: str, language: str, at: datetime) -> Letter:
    """The overview on the day a month's plan is made.

    Args:
        rows: of ``find_untold_plan``: community, inspector, day, units and basements; all in the reader's scope.
        period: month, YYYY-MM.
        language: zh or en.
        at: aware instant of the run.
    """
    _ = gettext_for(language)
    month = month_words(period, _.language)
    units, basements = sum(row.units for row in rows), sum(row.basements for row in rows)
    without = sum(row.units + row.basements for row in rows if row.staff_code is None)
    subject = _("Inspection plan {month}: {n} visits", month=month, n=units + basements)
    blocks: list[Block] = [
        KeyFigures(
            (
                KeyFigure(_("Vacant units"), str(units)),
                KeyFigure(_("Basements"), str(basements)),
                KeyFigure(_("Inspectors"), str(len({row.staff_code for row in rows if row.staff_code}))),
                KeyFigure(_("Without inspector"), str(without), tone="bad" if without else "good"),
            )
        )
    ]
    if without:
        text = _.ngettext(
            "{n} visit has nobody to make it; today's mail “matters to look at” says why. It comes onto a list as soon "
            "as somebody is there.",
            "{n} visits have nobody to make them; today's mail “matters to look at” says why. They come onto a list as "
            "soon as somebody is there.",
            without,
        )
        blocks.append(Notice(text, "bad"))
    for community, found in _by(rows, "community_name").items():
        blocks += [Section(community), _inspector_table(_, found)]
    blocks += [
        Paragraph(
            _(
                "Each vacant unit and each basement is visited once this month, building by building, evenly over "
                "inspectors and working days. Inspectors get their list each morning; who is vacant later joins."
            )
        ),
        Paragraph(_("As of {instant}.", instant=instant_text(at, _.language)), tone="muted"),
    ]
    return Letter(_.language, subject, subject, tuple(blocks), _reason(_))


def _reason(_: Translator) -> str:
    return _("You answer for these communities, or are registered for the inspection list.")


def _by(rows: Iterable[Any], name: str) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found


def _inspector_table(_: Translator, rows: Sequence[Row[Any]]) -> DataTable:
    columns = (
        Column(_("Inspector")),
        Column(_("Vacant units"), "end"),
        Column(_("Basements"), "end"),
        Column(_("Days"), "end"),
        Column(_("A day"), "end"),
    )
    people = list(_by(rows, "staff_code").values())
    lines = tuple(
        (
            _inspector_cell(_, days[0]),
            str(sum(day.units for day in days)),
            str(sum(day.basements for day in days)),
            str(len(days)),
            _range([day.units + day.basements for day in days]),
        )
        for days in people[:SHOWN_ROWS]
    )
    return DataTable(columns, lines, more=more_text(_, len(people), SHOWN_ROWS))


def _inspector_cell(_: Translator, row: Row[Any]) -> Cell:
    if row.staff_code is None:
        return Cell(_("nobody yet"), "bad")
    return Cell(row.staff_name, note=row.staff_code)


def _range(loads: Sequence[int]) -> str:
    low, high = min(loads), max(loads)
    return str(low) if low == high else f"{low}–{high}"


def plan_workbook(rows: Sequence[Row[Any]], period: str, language: str, at: datetime) -> Attachment:
    """The plan by community, inspector and day.

    Args:
        rows: of ``find_untold_plan``, all in the reader's scope.
        period: month, YYYY-MM.
        language: zh or en.
        at: aware instant of the run.
    """
    _ = gettext_for(language)
    headings = (
        (_("Community"), 20),
        (_("Inspector"), 16),
        (_("Staff number"), 14),
        (_("Day"), 18),
        (_("Vacant units"), 12),
        (_("Basements"), 12),
    )
    cells = (
        (
            row.community_name,
            row.staff_name or _("nobody yet"),
            row.staff_code or "",
            day_text(row.due_on, _.language),
            str(row.units),
            str(row.basements),
        )
        for row in rows
    )
    title = _("Inspection plan")
    return Attachment(f"{title}-{period}.xlsx", XLSX, listing_workbook(title, headings, cells, made_at=at))


def event_letter(rows: Sequence[Row[Any]], language: str, at: datetime) -> Letter:
    """What was planned for a weather event.

    Args:
        rows: of ``find_untold_events`` of one event, all in the reader's scope; at least one.
        language: zh or en.
        at: aware instant of the run.
    """
    _ = gettext_for(language)
    first = rows[0]
    units = sum(row.units for row in rows)
    without = sum(row.units for row in rows if row.staff_code is None)
    deadline = instant_text(first.deadline, _.language)
    subject = _.ngettext("{event}: {n} unit to be seen", "{event}: {n} units to be seen", units, event=first.event)
    columns = (Column(_("Community")), Column(_("Inspector")), Column(_("On")), Column(_("Units"), "end"))
    lines = tuple(
        (row.community_name, _inspector_cell(_, row), _days(row.first_day, row.last_day), str(row.units))
        for row in rows[:SHOWN_ROWS]
    )
    blocks: list[Block] = [
        Notice(_("Everything vacant in the area is to be seen by {deadline}.", deadline=deadline), "bad"),
        KeyFigures(
            (
                KeyFigure(_("Units"), str(units)),
                KeyFigure(_("Inspectors"), str(len({row.staff_code for row in rows if row.staff_code}))),
                KeyFigure(_("Without inspector"), str(without), tone="bad" if without else "good"),
            )
        ),
        DataTable(columns, lines, more=_("… and {n} more", n=len(rows) - SHOWN_ROWS) if len(rows) > SHOWN_ROWS else ""),
        Paragraph(_("As of {instant}.", instant=instant_text(at, _.language)), tone="muted"),
    ]
    return Letter(_.language, subject, subject, tuple(blocks), _reason(_))


def _days(first: date, last: date) -> str:
    return f"{first:%m-%d}" if first == last else f"{first:%m-%d} – {last:%m-%d}"


def missed_letter(
    rows: Sequence[Row[Any]],
    figures: Mapping[str, Sequence[Coverage]],
    language: str,
    at: datetime,
    never_entered: Sequence[Row[Any]] = (),
) -> Letter:
    """The escalation of inspections that were not made in time (INS-02).

    Args:
        rows: of ``find_untold_missed``, all in the reader's scope; at least one.
        figures: month → its coverage in the reader's communities, the total first.
        language: zh or en.
        at: aware instant of the run.
        never_entered: of ``find_never_entered``, the reader's units of these months that nobody could enter.
    """
    _ = gettext_for(language)
    monthly = [row for row in rows if row.plan in ("monthly", "basement")]
    subject = _missed_subject(_, rows, monthly)
    blocks: list[Block] = []
    names = {row.community_code: row.community_name for row in rows}
    for period in sorted({row.period for row in monthly}):
        missed = sum(row.period == period for row in monthly)
        blocks += _month(_, period, missed, figures.get(period, ()), names)
    for plan, found in _by(rows, "plan").items():
        heading = plan_words(_, plan)
        blocks += [
            Section(f"{heading[:1].upper()}{heading[1:]} ({len(found)})", _missed_advice(_, plan)),
            _missed_table(_, found),
        ]
    if never_entered:
        heading = _("Never entered ({n})", n=len(never_entered))
        advice = _(
            "Somebody was at the door, nobody inside in the whole month. Arrange keys or a time with the owners."
        )
        blocks += [Section(heading, advice), _missed_table(_, never_entered)]
    blocks.append(Paragraph(_("As of {instant}.", instant=instant_text(at, _.language)), tone="muted"))
    return Letter(_.language, subject, subject, tuple(blocks), _reason(_))


def _missed_subject(_: Translator, rows: Sequence[Any], monthly: Sequence[Any]) -> str:
    periods = sorted({row.period for row in monthly})
    if len(periods) == 1 and len(monthly) == len(rows):
        month = month_words(periods[0], _.language)
        return _.ngettext(
            "Missed in {month}: {n} inspection", "Missed in {month}: {n} inspections", len(rows), month=month
        )
    return _.ngettext("Missed: {n} inspection", "Missed: {n} inspections", len(rows))


def _month(
    _: Translator, period: str, missed: int, figures: Sequence[Coverage], names: Mapping[str, str]
) -> list[Block]:
    """The figures of a month: the whole of the reader's scope, and by community where there are several."""
    month = month_words(period, _.language)
    total = next((figure for figure in figures if figure.community_code is None), None)
    if total is None:
        return []
    blocks: list[Block] = [
        KeyFigures(
            (
                KeyFigure(
                    _("Coverage {month}", month=month), share_words(_, total.coverage), _visits(_, total), _tone(total)
                ),
                KeyFigure(_("Entry rate"), share_words(_, total.entry_rate), _entries(_, total)),
                KeyFigure(_("Missed"), str(missed), tone="bad" if missed else "plain"),
            )
        )
    ]
    parts = [figure for figure in figures if figure.community_code is not None]
    if len(parts) > 1:
        columns = (
            Column(_("Community")),
            Column(_("Due"), "end"),
            Column(_("Coverage"), "end"),
            Column(_("Entry rate"), "end"),
            Column(_("Missed"), "end"),
        )
        lines = tuple(
            (
                names.get(part.community_code or "", part.community_code or ""),
                str(part.due),
                Cell(share_words(_, part.coverage), _tone(part)),
                share_words(_, part.entry_rate),
                str(part.missed),
            )
            for part in parts[:SHOWN_ROWS]
        )
        blocks.append(DataTable(columns, lines, more=more_text(_, len(parts), SHOWN_ROWS)))
    return blocks


def _tone(figure: Coverage) -> Tone:
    return "plain" if figure.coverage is None else "good" if figure.coverage == 1 else "bad"


def _visits(_: Translator, figure: Coverage) -> str:
    return _("{visited} of {due} visited", visited=figure.visited, due=figure.due)


def _entries(_: Translator, figure: Coverage) -> str:
    return _("{entered} of {due} entered", entered=figure.entered, due=figure.due)


def _missed_advice(_: Translator, plan: str) -> str:
    if plan == "fit_out":
        return _("A visit to works of a certain day cannot be made up for. See who was away, and look in today.")
    if plan in ("rain", "severe_weather"):
        return _("Not seen before the deadline of the event: have them looked at for damage now.")
    if plan == "spot_check":
        return _("Spot checks that were not made; without them nobody knows what the reports are worth.")
    return _("Nobody was there in the whole month. Those still vacant are on the new plan: have them seen first.")


def _missed_table(_: Translator, rows: Sequence[Row[Any]]) -> DataTable:
    columns = (Column(_("Unit")), Column(_("Planned for")), Column(_("Inspector")))
    lines = tuple(
        (
            Cell(place_of(row), note=row.event or ""),
            date_words(row.due_on, _.language),
            Cell(f"{row.staff_name} ({row.staff_code})") if row.staff_code else _inspector_cell(_, row),
        )
        for row in rows[:SHOWN_ROWS]
    )
    return DataTable(columns, lines, more=more_text(_, len(rows), SHOWN_ROWS))


def missed_workbook(
    rows: Sequence[Row[Any]], language: str, at: datetime, never_entered: Sequence[Row[Any]] = ()
) -> Attachment | None:
    """All missed inspections and units never entered, one line each; None where the mail shows them all.

    Args:
        rows: of ``find_untold_missed``, all in the reader's scope.
        language: zh or en.
        at: aware instant of the run.
        never_entered: of ``find_never_entered``.
    """
    if all(len(found) <= SHOWN_ROWS for found in (*_by(rows, "plan").values(), never_entered)):
        return None
    _ = gettext_for(language)
    headings = (
        (_("Inspection"), 28),
        (_("For"), 14),
        (_("Month"), 12),
        (_("Community"), 20),
        (_("Building"), 12),
        (_("Unit"), 14),
        (_("Planned for"), 18),
        (_("Inspector"), 16),
        (_("Staff number"), 14),
        (_("State"), 12),
    )
    cells = (
        (
            row.inspection_code,
            plan_words(_, row.plan),
            row.event or month_words(row.period, _.language),
            row.community_name,
            row.building_name,
            row.unit_code,
            day_text(row.due_on, _.language),
            row.staff_name or _("nobody yet"),
            row.staff_code or "",
            state,
        )
        for state, found in ((_("missed"), rows), (_("not entered"), never_entered))
        for row in found
    )
    title = _("Missed inspections")
    return Attachment(f"{title}-{at:%Y-%m-%d}.xlsx", XLSX, listing_workbook(title, headings, cells, made_at=at))
