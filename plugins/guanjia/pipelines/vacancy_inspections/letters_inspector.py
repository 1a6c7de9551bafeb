"""What an inspector reads in the morning: where to go, in walking order, and what to look at; and the spot-check list.

The mail is read on a phone, so what holds everywhere is said once, and a line of a unit says only what is special.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
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
from guanjia.i18n import N_, Translator, gettext_for
from guanjia.i18n.formats import day_text, instant_text, listed
from guanjia.pipelines.vacancy_inspections.list_rows import ListedInspection
from guanjia.pipelines.vacancy_inspections.words import date_words, plan_words, point_words, quantity, stage_words
from guanjia.settings import TIME_ZONE

SHOWN_UNITS: Final = 120
"""Units of a list in the mail; all stand in the attached workbook and on the attached page."""

_WEATHER: Final = ("severe_weather", "rain")
_NOTE: Final = 60
_FILL_IN: Final = N_(
    "Fill in the yellow cells of the attached workbook, and put it into the folder “inbox” or send it to your clerk."
)


@dataclass(frozen=True)
class Worklist:
    """A list of one person and day, as one reader may see it.

    Attributes:
        rows: in walking order; at least one, all of one person and day.
        new_codes: inspections that were not mailed before.
        is_addition: an earlier mail of the same day had the others.
        for_whom: name of the inspector, when somebody else is to hand the list over; None: the reader is the inspector.
    """

    rows: tuple[ListedInspection, ...]
    new_codes: frozenset[str]
    is_addition: bool = False
    for_whom: str | None = None

    @property
    def day(self) -> date:
        """Day of the list."""
        return self.rows[0].work_date


def worklist_letter(worklist: Worklist, language: str) -> Letter:
    """The mail with today's worklist.

    Args:
        worklist: the list.
        language: zh or en.
    """
    _ = gettext_for(language)
    count = len(worklist.rows)
    subject = _.ngettext(
        "Inspections {day}: {n} unit", "Inspections {day}: {n} units", count, day=day_text(worklist.day, _.language)
    )
    if worklist.is_addition:
        subject = _("Changed list: {subject}", subject=subject)
    if worklist.for_whom is not None:
        subject = _("For {name}: {subject}", name=worklist.for_whom, subject=subject)
    return Letter(
        language=_.language,
        subject=subject,
        heading=subject,
        blocks=(*_opening(_, worklist), *_units(_, worklist), *_closing(_)),
        reason=_reason(_, worklist),
        preheader=_preheader(_, worklist),
    )


def _reason(_: Translator, worklist: Worklist) -> str:
    if worklist.for_whom is None:
        return _("You are on today's inspection list.")
    return _("The inspector has no mail address, and you head the service centre.")


def _preheader(_: Translator, worklist: Worklist) -> str:
    """What an inbox shows behind the subject: where the walk begins."""
    first = worklist.rows[0]
    return _("Begins at {place}.", place=" ".join((first.community_name, first.building_name, first.unit_code)))


def _opening(_: Translator, worklist: Worklist) -> list[Block]:
    blocks: list[Block] = []
    if worklist.for_whom is not None:
        blocks.append(
            Notice(
                _(
                    "{name} has no mail address in the staff register. Please hand over this list: the attached page "
                    "is made for printing.",
                    name=worklist.for_whom,
                )
            )
        )
    if worklist.is_addition:
        added = len(worklist.new_codes)
        blocks.append(
            Notice(
                _.ngettext(
                    "{n} unit was added since the last mail and is marked; what is left of the list stands here whole.",
                    "{n} units were added since the last mail and are marked; what is left of the list stands here "
                    "whole.",
                    added,
                )
            )
        )
    for event, deadline in sorted({(row.note or "", row.deadline) for row in worklist.rows if row.plan in _WEATHER}):
        if deadline is not None:
            told = {"event": event, "deadline": instant_text(deadline, _.language)}
            blocks.append(Notice(_("{event}: all units marked so must be seen by {deadline}.", **told), "bad"))
    blocks.append(KeyFigures(tuple(_figures(_, worklist))))
    if points := tuple(_everywhere(_, _common_points(worklist.rows))):
        blocks += [Section(_("Look at everywhere")), Bullets(points)]
    return blocks


def _everywhere(_: Translator, common: Mapping[str, Sequence[str]]) -> list[str]:
    """What holds for all units of the list, a line for each kind of visit."""
    lines = {plan: listed(_, (point_words(_, point) for point in points)) for plan, points in common.items() if points}
    if len(set(lines.values())) == 1 and len(lines) == len(common):
        return list(lines.values())[:1]
    colon = "：" if _.language == "zh" else ": "
    return [f"{plan_words(_, plan)}{colon}{line}" for plan, line in lines.items()]


def _figures(_: Translator, worklist: Worklist) -> list[KeyFigure]:
    carried = sum(row.is_carried_over for row in worklist.rows)
    return [
        KeyFigure(_("Units today"), str(len(worklist.rows))),
        KeyFigure(_("Carried over"), str(carried), tone="warning" if carried else "plain"),
    ]


def _common_points(rows: Sequence[ListedInspection]) -> dict[str, tuple[str, ...]]:
    """What is looked at in every unit of a kind of visit, in the order of its first."""
    common = {}
    for plan in dict.fromkeys(row.plan for row in rows):
        some = [row for row in rows if row.plan == plan]
        shared = set(some[0].checklist).intersection(*(row.checklist for row in some))
        common[plan] = tuple(point for point in some[0].checklist if point in shared)
    return common


def _units(_: Translator, worklist: Worklist) -> list[Block]:
    """A table per building, as the walk goes."""
    common = _common_points(worklist.rows)
    columns = (Column(_("Unit")), Column(_("Last reading"), "end"))
    blocks: list[Block] = []
    shown = worklist.rows[:SHOWN_UNITS]
    for (_code, _building), found in groupby(shown, key=lambda row: (row.community_code, row.building_code)):
        rows = list(found)
        blocks.append(Section(f"{rows[0].community_name} {rows[0].building_name} ({len(rows)})"))
        lines = tuple((_unit_cell(_, row, worklist, common), _reading_cell(_, row)) for row in rows)
        blocks.append(DataTable(columns, lines))
    hidden = len(worklist.rows) - len(shown)
    if hidden:
        blocks.append(Notice(_("… and {n} more: see the attached list.", n=hidden), "plain"))
    return blocks


def _unit_cell(_: Translator, row: ListedInspection, worklist: Worklist, common: Mapping[str, Sequence[str]]) -> Cell:
    """The unit, and below it whatever makes it different from the others of the list."""
    marks = []
    if worklist.is_addition and row.inspection_code in worklist.new_codes:
        marks.append(_("new"))
    if row.last_visit_state == "not_entered":
        marks.append(_("not entered last time"))
    elif row.is_carried_over:
        marks.append(_("carried over from {day}", day=f"{row.due_on:%m-%d}"))
    is_marked = bool(marks)
    if len(common) > 1 and row.plan not in ("monthly", "basement"):
        marks.append(plan_words(_, row.plan))
    if row.plan in _WEATHER and row.note:
        marks.append(row.note)
    points = [point_words(_, point) for point in row.checklist if point not in common[row.plan]]
    if points:
        marks.append(_("also: {points}", points=listed(_, points)))
    if row.stages:
        marks.append(_("under way: {stages}", stages=listed(_, (stage_words(_, stage) for stage in row.stages))))
    tone: Tone = "bad" if row.plan in _WEATHER else "warning" if is_marked else "plain"
    return Cell(f"{row.position}. {row.unit_code}", tone, " · ".join(marks))


def _reading_cell(_: Translator, row: ListedInspection) -> Cell:
    water, electricity = row.last_water_reading, row.last_electricity_reading
    parts = []
    if water is not None:
        parts.append(_("water {reading}", reading=quantity(water)))
    if electricity is not None:
        parts.append(_("electricity {reading}", reading=quantity(electricity)))
    return Cell(" · ".join(parts)) if parts else Cell("—", "muted")


def _closing(_: Translator) -> list[Block]:
    return [
        Section(_("How to report")),
        Bullets(
            (
                _(_FILL_IN),
                _("Nobody let you in: put “no” under entered; the unit comes up again on the next working day."),
                _("Something is amiss: describe it. A case is opened and the responsible people are told at once."),
            )
        ),
    ]


def spot_check_letter(worklist: Worklist, checked: Mapping[str, Row[Any]], language: str) -> Letter:
    """The mail with the spot checks drawn for a centre head (INS-06).

    Args:
        worklist: the spot checks; ``for_whom`` as in `worklist_letter`.
        checked: spot check → who made the inspection it looks at again, and when (``list_checked_visits``).
        language: zh or en.
    """
    _ = gettext_for(language)
    count = len(worklist.rows)
    subject = _.ngettext("Spot checks: {n} unit to look at again", "Spot checks: {n} units to look at again", count)
    if worklist.for_whom is not None:
        subject = _("For {name}: {subject}", name=worklist.for_whom, subject=subject)
    columns = (Column(_("Unit")), Column(_("Inspected by")), Column(_("Reported")), Column(_("To be done by")))
    lines = tuple(_spot_line(_, row, checked.get(row.inspection_code)) for row in worklist.rows[:SHOWN_UNITS])
    more = _("… and {n} more: see the attached list.", n=count - SHOWN_UNITS) if count > SHOWN_UNITS else ""
    intro = _(
        "Drawn at random from each inspector's visits of last month. Look at the unit again and put down what you "
        "find; where it differs from the report, it shows in the figures."
    )
    opening = _opening(_, worklist)[:1] if worklist.for_whom is not None else []
    return Letter(
        language=_.language,
        subject=subject,
        heading=subject,
        blocks=(
            *opening,
            Paragraph(intro),
            DataTable(columns, lines, more=more),
            Paragraph(_(_FILL_IN)),
        ),
        reason=_("You make the spot checks of the inspections, by your post."),
    )


def _spot_line(_: Translator, row: ListedInspection, visit: Row[Any] | None) -> tuple[Cell, ...]:
    place = Cell(
        f"{row.position}. {row.building_name} {row.unit_code}",
        note=row.community_name if row.last_visit_state is None else _("not entered last time"),
    )
    who = Cell("—", "muted")
    if visit is not None and visit.inspected_at is not None:
        made_at = visit.inspected_at.astimezone(TIME_ZONE)
        who = Cell(visit.staff_name or visit.staff_code, note=f"{made_at:%m-%d %H:%M}")
    finding = " ".join(mask_text(row.note or "").split())
    short = finding if len(finding) <= _NOTE else finding[: _NOTE - 1] + "…"
    reported = Cell(short) if short else Cell(_("nothing amiss"), "muted")
    return place, who, reported, Cell(date_words(row.due_on, _.language))
