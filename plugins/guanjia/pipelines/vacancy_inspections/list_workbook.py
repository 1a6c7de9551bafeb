"""An inspector's list of a day as a workbook: filled in and sent back, it is the result (data contract).

Its sheet is named as intake knows the dataset, its headings are the contract's; what else it shows intake knows as our
own. Rows nobody filled in are skipped there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time
from typing import Final

from guanjia.gateways.spreadsheets.worklist import Form, FormColumn, Value, text_width, write_form
from guanjia.i18n import N_, Translator, gettext_for
from guanjia.i18n.formats import day_text, listed
from guanjia.pipelines.vacancy_inspections.list_rows import ListedInspection
from guanjia.pipelines.vacancy_inspections.words import plan_words, point_words, stage_words
from guanjia.settings import TIME_ZONE
from guanjia.store.tables.service import inspection_results

BASE: Final = ("doors", "valves", "meters", "installations", "hygiene", "structure")
"""What is looked at on every visit; the list says "routine" for all six, the instructions say what that is."""

_WIDEST: Final = 26

_EXPLAINED: Final[Mapping[str, str]] = {
    "inspected_at": N_("Date and time of the visit, such as 2026-11-20 09:30. Ctrl+; writes today's date."),
    "entered": N_("Yes: you were inside. No: nobody opened; leave the rest empty, the unit comes again."),
    "valves_off": N_("Yes: water valve and breakers are off. No: one was on, and you have closed it."),
    "installations_ok": N_("Doors, windows, meters, pipes, sanitary ware: yes, in order; no, something is amiss."),
    "hygiene_ok": N_("Yes: clean, no vermin, no rubbish. No: something is to be done."),
    "structure_ok": N_("Walls, floors, ceilings, no leaks or cracks: yes, in order; no, something is amiss."),
    "water_reading": N_("What the water meter shows (t), not the use."),
    "electricity_reading": N_("What the electricity meter shows (kWh), not the use."),
    "finding": N_("What is amiss and where, in a few words; it becomes a case at once."),
}
_INSTRUCTIONS: Final = (
    N_("Fill in only the yellow cells, one row per unit. Columns with * are needed; a row is whole when it is green."),
    N_("Routine is: {points}. What stands before it under “to check” is to be looked at besides."),
    N_("Rows of units you did not go to stay empty: nothing is wrong with that, they come again."),
    N_("You may send the list more than once; of the same visit the later file counts."),
    N_(
        "When you are done: save, and put the file into the folder “inbox” of this system, or send it to the clerk of "
        "your service centre, who does so. Excel, WPS and LibreOffice may save it as .xlsx or .xls."
    ),
    N_("Do not rename the sheet and do not touch the grey codes: by them the system knows which unit a row is."),
    N_(
        "If somebody else made the visit, put that person's staff number into the last column: Review, Unprotect sheet "
        "(there is no password)."
    ),
)


def list_workbook(rows: Sequence[ListedInspection], language: str) -> bytes:
    """The workbook of one person's list of a day.

    Args:
        rows: the list, in its order; at least one row, all of one person and day.
        language: zh or en.

    Returns:
        The bytes of the .xlsx file; the same rows give the same bytes.

    Raises:
        ValueError: there is no row.
    """
    if not rows:
        raise ValueError("A list without rows is not sent.")
    _ = gettext_for(language)
    first = rows[0]
    columns = _columns(_, rows)
    form = Form(
        sheet_name=inspection_results.info["zh"] if _.language == "zh" else inspection_results.name,
        title=_title(_, rows),
        to_do=_("Fill in the yellow cells, save, and put the file into the inbox or send it to your clerk."),
        columns=[column for column, _values in columns],
        rows=[list(values) for values in zip(*(values for _column, values in columns), strict=True)],
        frozen_columns=1
        + next(at for at, (column, _values) in enumerate(columns) if column.heading == _informative(_, "unit")),
        instructions=[
            _(sentence, points=listed(_, (point_words(_, point) for point in BASE)))
            if "{points}" in sentence
            else _(sentence)
            for sentence in _INSTRUCTIONS
        ],
        work_date=first.work_date,
        made_at=datetime.combine(first.work_date, time(), TIME_ZONE),
    )
    return write_form(form, _.language)


def _title(_: Translator, rows: Sequence[ListedInspection]) -> str:
    places = listed(_, dict.fromkeys(row.community_name for row in rows))
    return "  ·  ".join(
        (
            _("Inspection list"),
            day_text(rows[0].work_date, _.language),
            f"{rows[0].staff_name} ({rows[0].staff_code})",
            places if text_width(places) <= 60 else _("{n} communities", n=len({row.community_code for row in rows})),
            _.ngettext("{n} unit", "{n} units", len(rows)),
        )
    )


def _columns(_: Translator, rows: Sequence[ListedInspection]) -> list[tuple[FormColumn, list[Value]]]:
    """Columns and their values; a community, stage or note column only where there is something to tell."""
    shown: list[tuple[str, list[Value], int, bool]] = [("number", [row.position for row in rows], 5, False)]
    if len({row.community_code for row in rows}) > 1:
        shown.append(("community", [row.community_name for row in rows], 8, False))
    shown.append(("building", [row.building_name for row in rows], 6, False))
    shown.append(("unit", [row.unit_code for row in rows], 9, False))
    shown.append(("to_check", [_to_check(_, row) for row in rows], 12, False))
    if any(row.stages for row in rows):
        shown.append(("stages", [listed(_, (stage_words(_, each) for each in row.stages)) for row in rows], 12, False))
    notes: list[Value] = [_note(_, row) for row in rows]
    if any(notes):
        shown.append(("note", notes, 16, True))
    shown.append(("last_water", [row.last_water_reading for row in rows], 9, False))
    shown.append(("last_electricity", [row.last_electricity_reading for row in rows], 9, False))
    found = [(_shown(_, name, values, least, is_marked=is_marked), values) for name, values, least, is_marked in shown]
    found += [(column, [None] * len(rows)) for column in _asked(_)]
    found.append((_kept(_, "inspection_code", rows), [row.inspection_code for row in rows]))
    found.append((_kept(_, "staff_code", rows), [row.staff_code for row in rows]))
    return found


def _shown(_: Translator, name: str, values: Sequence[Value], least: int, *, is_marked: bool) -> FormColumn:
    heading = _informative(_, name)
    width = _fitting(heading, values, least)
    if name == "number":
        return FormColumn(heading, width, cell="count")
    if name in ("last_water", "last_electricity"):
        return FormColumn(heading, width, cell="number")
    return FormColumn(heading, width, "marked" if is_marked else "shown")


def _asked(_: Translator) -> list[FormColumn]:
    is_chinese = _.language == "zh"
    choices = ("是", "否") if is_chinese else ("yes", "no")
    in_order = "完好" if is_chinese else ""
    columns = (
        FormColumn("inspected_at", 17, cell="instant", is_required=True, hint=_("date and time")),
        FormColumn("entered", 10, cell="choice", choices=choices, is_required=True),
        FormColumn("valves_off", 10, cell="choice", choices=choices),
        FormColumn("installations_ok", 8, cell="choice", choices=choices, hint=in_order),
        FormColumn("hygiene_ok", 8, cell="choice", choices=choices, hint=in_order),
        FormColumn("structure_ok", 10, cell="choice", choices=choices, hint=in_order),
        FormColumn("water_reading", 10, cell="number", hint="吨" if is_chinese else "t"),
        FormColumn("electricity_reading", 10, cell="number", hint="度" if is_chinese else "kWh"),
        FormColumn("finding", _WIDEST, hint=_("if anything is amiss")),
    )
    return [_asking(_, column) for column in columns]


def _asking(_: Translator, column: FormColumn) -> FormColumn:
    """A column under its contract's name, as one to be filled in."""
    heading = _contract_heading(_, column.heading)
    longest = max(text_width(word) for word in heading.split())
    return replace(
        column,
        heading=heading,
        width=max(column.width, longest + 2),
        use="asked",
        explanation=_(_EXPLAINED[column.heading]),
    )


def _kept(_: Translator, name: str, rows: Sequence[ListedInspection]) -> FormColumn:
    heading = _contract_heading(_, name)
    return FormColumn(heading, _fitting(heading, [getattr(row, name) for row in rows], 8), "kept")


def _contract_heading(_: Translator, name: str) -> str:
    """A heading of the contract; the English name spelt for people, which intake reads as well."""
    return str(inspection_results.c[name].info["zh"][0]) if _.language == "zh" else _spelt(name)


def _informative(_: Translator, name: str) -> str:
    return str(inspection_results.info["informative"][name]) if _.language == "zh" else _spelt(name)


def _spelt(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _fitting(heading: str, values: Sequence[Value], least: int) -> int:
    """A width that holds every value on one line, up to the widest, and the longest word of the heading."""
    longest = max((text_width(str(value)) for value in values if value is not None), default=0)
    return max(least, *(text_width(word) + 2 for word in heading.split()), min(_WIDEST, longest + 2))


def _to_check(_: Translator, row: ListedInspection) -> str:
    """What is to be looked at: what is special first, and "routine" for what every visit looks at."""
    special = [point_words(_, point) for point in row.checklist if point not in BASE]
    base = [point for point in BASE if point in row.checklist]
    usual = [_("routine")] if len(base) == len(BASE) else [point_words(_, point) for point in base]
    return listed(_, (*special, *usual))


def _note(_: Translator, row: ListedInspection) -> str:
    """What sets this row apart, the most pressing first."""
    notes = []
    if row.plan not in ("monthly", "basement"):
        notes.append(plan_words(_, row.plan))
    if row.deadline is not None:
        notes.append(_("by {instant}", instant=f"{row.deadline.astimezone(TIME_ZONE):%m-%d %H:%M}"))
    if row.last_visit_state == "not_entered":
        notes.append(_("not entered last time"))
    elif row.is_carried_over:
        notes.append(_("carried over from {day}", day=f"{row.due_on:%m-%d}"))
    if row.note:
        notes.append(row.note)
    return listed(_, notes)
