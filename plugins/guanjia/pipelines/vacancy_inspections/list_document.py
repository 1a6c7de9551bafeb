"""An inspector's list of a day on paper: one A4 page to carry, tick and sign.

What holds for every unit is said once above the table; a line says only what is special about its unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from itertools import groupby
from pathlib import Path
from typing import Final

from guanjia.gateways.documents import make_pdf
from guanjia.i18n import N_, Translator, gettext_for
from guanjia.i18n.formats import day_text, instant_text, listed
from guanjia.pipelines.vacancy_inspections.list_rows import ListedInspection
from guanjia.pipelines.vacancy_inspections.words import date_words, plan_words, point_words, quantity, stage_words
from guanjia.settings import TIME_ZONE

_TEMPLATE: Final = Path(__file__).with_name("list_document.typ")
_USUAL: Final = "monthly"
"""The plan nobody needs to be told of."""
_WEATHER: Final = ("severe_weather", "rain")
_LABELS: Final = {
    "number": N_("No."),
    "building": N_("Building"),
    "unit": N_("Unit"),
    "special": N_("Special"),
    "last_water": N_("Water last"),
    "water": N_("Water now (t)"),
    "last_electricity": N_("Power last"),
    "electricity": N_("Power now (kWh)"),
    "finding": N_("Finding: what and where"),
    "notes": N_("Notes"),
    "signature": N_("Inspector's signature"),
    "start": N_("Start"),
    "end": N_("End"),
    "checked": N_("Seen by"),
    "same_numbers": N_("The workbook of this list has the same numbers; results go in there."),
}
_BOXES: Final = (N_("Entered"), N_("Valves off"), N_("Fittings"), N_("Clean"), N_("Walls"))


def list_document(rows: Sequence[ListedInspection], language: str) -> bytes:
    """The lists of a day as pages for printing.

    A page for each person and day; more rows than a page holds go on to a second one with the same head. The same rows
    give the same bytes.

    Args:
        rows: lists of one or more people, in their order; at least one row.
        language: zh or en.

    Returns:
        A PDF, A4 upright.

    Raises:
        ValueError: there is no row.
        DocumentError: fonts or typesetter are not installed; the mail goes without it.
    """
    if not rows:
        raise ValueError("A list without rows is not printed.")
    _ = gettext_for(language)
    lists = [_list(_, list(group)) for _key, group in groupby(rows, lambda row: (row.work_date, row.staff_code))]
    values = {
        "title": f"{lists[0]['title']} {listed(_, dict.fromkeys(f'{row.work_date}' for row in rows))}",
        "author": _("Guanjia · Service centre"),
        "labels": {name: _(text) for name, text in _LABELS.items()}
        | {"boxes": [_(box) for box in _BOXES], "colon": "：" if _.language == "zh" else ": "}
        | {"page": _("Page {page} of {pages}", page="{page}", pages="{pages}")},
        "widths": _widths(rows),
        "lists": lists,
    }
    dated = datetime.combine(rows[0].work_date, time(), TIME_ZONE)
    return make_pdf(_TEMPLATE, values, dated=dated, language=_.language)


def _list(_: Translator, rows: Sequence[ListedInspection]) -> dict[str, object]:
    first = rows[0]
    common = _common(rows)
    of_plan = {plan: _common([row for row in rows if row.plan == plan]) for plan in dict.fromkeys(_plans(rows))}
    deadlines = [row.deadline for row in rows if row.deadline is not None]
    return {
        "title": _("Spot checks") if set(_plans(rows)) == {"spot_check"} else _("Inspection list"),
        "code": f"{first.staff_code} · {first.work_date}",
        "day": day_text(first.work_date, _.language),
        "inspector": f"{first.staff_name} ({first.staff_code})",
        "places": listed(_, dict.fromkeys(row.community_name for row in rows)),
        "counts": _counts(_, rows),
        "deadline": _("To be done by {deadline}", deadline=instant_text(min(deadlines), _.language))
        if deadlines
        else None,
        "legend": list(_legend(_, rows, common, of_plan)),
        "rows": list(_rows(_, rows, of_plan)),
    }


def _plans(rows: Iterable[ListedInspection]) -> list[str]:
    return [row.plan for row in rows]


def _common(rows: Sequence[ListedInspection]) -> tuple[str, ...]:
    """Points that every one of these units has, in their order."""
    return tuple(point for point in rows[0].checklist if all(point in row.checklist for row in rows))


def _counts(_: Translator, rows: Sequence[ListedInspection]) -> str:
    """How many units, of which plans, and how many of them are late."""
    counts = _.ngettext("{n} unit", "{n} units", len(rows))
    plans = _plans(rows)
    if set(plans) != {_USUAL}:
        each = (f"{plan_words(_, plan)} {plans.count(plan)}" for plan in dict.fromkeys(plans))
        counts = _("{units}: {plans}", units=counts, plans=listed(_, each))
    if carried := sum(row.is_carried_over for row in rows):
        counts = _("{counts}; carried over: {n}", counts=counts, n=carried)
    return counts


def _legend(
    _: Translator, rows: Sequence[ListedInspection], common: Sequence[str], of_plan: dict[str, tuple[str, ...]]
) -> Iterable[tuple[str, str]]:
    """What to look at everywhere, then what besides where a plan asks for more, then how to fill in."""
    if common:
        yield _("Everywhere"), listed(_, (point_words(_, point) for point in common))
    for plan, points in of_plan.items():
        more = [point_words(_, point) for point in points if point not in common]
        events = dict.fromkeys(row.note for row in rows if row.plan == plan and plan in _WEATHER and row.note)
        if more or events:
            yield listed(_, (plan_words(_, plan), *events)), listed(_, more or [_("as everywhere")])
    yield (
        _("Boxes"),
        _("✓ in order, × not in order (say what and where); a unit nobody opens gets only × under Entered."),
    )


def _rows(
    _: Translator, rows: Sequence[ListedInspection], of_plan: dict[str, tuple[str, ...]]
) -> Iterable[dict[str, object]]:
    shows_places = len({row.community_code for row in rows}) > 1
    before: tuple[str, str] | None = None
    for row in rows:
        building = (row.community_code, row.building_code)
        is_new_place = before is None or before[0] != row.community_code
        yield {
            "position": row.position,
            "place": row.community_name if shows_places and is_new_place else "",
            "is_first": before != building,
            "building": row.building_name,
            "unit": row.unit_code,
            "tags": list(_tags(_, row)),
            "plan": plan_words(_, row.plan) if row.plan != _USUAL else "",
            "extra": listed(_, _extras(_, row, of_plan[row.plan])),
            "water": quantity(row.last_water_reading),
            "electricity": quantity(row.last_electricity_reading),
        }
        before = building


def _tags(_: Translator, row: ListedInspection) -> Iterable[str]:
    if row.last_visit_state == "not_entered":
        yield _("again")
    if row.is_carried_over and row.due_on < row.work_date:
        yield _("due {day}", day=_short(row.due_on, _.language))
    elif row.is_carried_over and row.last_visit_state != "not_entered":
        yield _("carried over")


def _short(day: date, language: str) -> str:
    return date_words(day, language).removeprefix(f"{day.year}年").removesuffix(f" {day.year}")


def _extras(_: Translator, row: ListedInspection, points: Sequence[str]) -> list[str]:
    extras = [stage_words(_, stage) for stage in row.stages]
    extras += [point_words(_, point) for point in row.checklist if point not in points]
    if row.note and row.plan not in _WEATHER:
        extras.append(row.note)
    return extras


def _widths(rows: Sequence[ListedInspection]) -> dict[str, int]:
    """Widths of the columns that depend on what stands in them, in mm."""
    is_plain = all(row.plan == _USUAL and not row.is_carried_over for row in rows)
    return {
        "building": _width((row.building_name for row in rows), least=11, most=24),
        "unit": _width((row.unit_code for row in rows), least=12, most=24),
        "special": 20 if is_plain else 27,
    }


def _width(texts: Iterable[str], *, least: int, most: int) -> int:
    """Millimetres for the longest text: a Chinese character takes about 2.8 mm, a letter or digit 1.7 mm."""
    tenths = max(sum(28 if sign > "\u2e7f" else 17 for sign in text) for text in texts)
    return min(most, max(least, tenths // 10 + 3))
