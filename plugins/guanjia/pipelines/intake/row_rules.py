"""Rules over several columns of a row: order of days and instants, what needs what, what excludes what.

A rule looks only at cells that are there and in order; one that is itself at fault is told once.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from datetime import date, datetime
from typing import Final

import numpy as np

from guanjia.domain.cells import ColumnRule, Fault, fault, read_cell
from guanjia.domain.cells.times import Moment, TimeOfDay, clock, instant, shift
from guanjia.domain.errors import SettingsError
from guanjia.pipelines.intake.columns import Frame, Rows
from guanjia.pipelines.intake.contract import Dataset
from guanjia.settings import BUSINESS_SETTINGS, BusinessSetting

Found = Iterator[tuple[int, str, Fault]]
"""Row, column and what is wrong."""

_ORDERED: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "occupancies": (("start_date", "end_date"),),
    "staff": (("hired_on", "left_on"),),
    "calls": (("started_at", "ended_at"),),
    "callback_results": (("attempted_at", "call_later_at"),),
    "vacancy_applications": (("start_date", "end_date"), ("start_date", "ended_on")),
    "fit_outs": (("start_date", "end_date"),),
    "found_property": (("found_at", "claimed_at"),),
    "key_loans": (("borrowed_at", "returned_at"),),
    "tariffs": (("valid_from", "valid_to"),),
    "contracts": (("start_date", "end_date"),),
    "meters": (("valid_from", "valid_to"),),
    "disputes": (("opened_on", "closed_on"),),
    "deadline_policies": (("valid_from", "valid_to"),),
}
"""Pairs of columns of which the second is not earlier than the first; the second one is named."""

_NEEDED: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "payments": (("unit_code", "community_code"),),
    "key_loans": (("unit_code", "community_code"),),
    "home_visits": (("unit_code", "community_code"),),
    "calendar_days": (("opens_at", "closes_at"), ("closes_at", "opens_at")),
}
"""Columns that need another one beside them; the missing one is named."""


def check_rows(dataset: Dataset, frame: Frame, as_of: datetime, at_fault: Container[tuple[int, str]]) -> Found:
    """What is wrong between the cells of a row.

    Args:
        dataset: the dataset.
        frame: its columns, read.
        as_of: instant after which nothing can have happened; aware, in Asia/Shanghai.
        at_fault: row and column of cells that are wrong by themselves.
    """
    for row, column, found in _check_rows(dataset, frame, as_of):
        beside = ("amount_month", "amount_once") if found.detail == "one_amount" else (column,)
        if not any((row, each) in at_fault for each in beside):
            yield row, column, found


def _check_rows(dataset: Dataset, frame: Frame, as_of: datetime) -> Found:
    yield from _check_past(dataset, frame, as_of)
    for first, second in _ORDERED.get(dataset.name, ()):
        for row in np.flatnonzero(frame.after(first, second)):
            yield int(row), second, fault("inconsistent_dates", "before_other", other=first)
    for column, needed in _NEEDED.get(dataset.name, ()):
        for row in np.flatnonzero(frame.filled(column) & ~frame.filled(needed)):
            yield int(row), needed, fault("missing_required", "needed_beside", other=column)
    if special := _SPECIAL.get(dataset.name):
        yield from special(frame)


def _check_past(dataset: Dataset, frame: Frame, as_of: datetime) -> Found:
    for column in dataset.past:
        if dataset.rules[column].kind == "date":
            latest = f"{as_of:%Y-%m-%d}"
        else:
            has_seconds = as_of.second != 0 or as_of.microsecond != 0
            latest = Moment(as_of.replace(tzinfo=None), has_seconds).text()
        for row in np.flatnonzero(frame.after_text(column, latest)):
            yield int(row), column, fault("inconsistent_dates", "after_as_of", as_of=f"{as_of:%Y-%m-%d %H:%M}")


def resolve_shifts(frame: Frame) -> Found:
    """Turn shift times into instants: a time of day is on the shift's day, an end not later on the next."""
    if "shift_date" not in frame or "starts_at" not in frame:
        return
    begins: dict[int, str] = {}
    ends: dict[int, str] = {}
    known: dict[tuple[str, str, str | None], tuple[Moment, Moment | None] | None] = {}
    columns = [
        frame.columns[name].to_pylist() if name in frame else [None] * frame.rows
        for name in ("shift_date", "starts_at", "ends_at")
    ]
    for row, key in enumerate(zip(*columns, strict=True)):
        if key[0] is None or key[1] is None:
            continue
        if key not in known:
            known[key] = _shift(*key)
        found = known[key]
        if found is None:
            yield row, "ends_at", fault("inconsistent_dates", "not_after_other", other="starts_at")
            continue
        begins[row] = found[0].text()
        if found[1] is not None:
            ends[row] = found[1].text()
    frame.replace("starts_at", begins)
    if "ends_at" in frame:
        frame.replace("ends_at", ends)


def _shift(day: str, start: str, end: str | None) -> tuple[Moment, Moment | None] | None:
    begins, shift_date = _shift_time(start), date.fromisoformat(day)
    if end is None:
        return (begins.on(shift_date) if isinstance(begins, TimeOfDay) else begins), None
    return shift(begins, _shift_time(end), shift_date)


def _shift_time(text: str) -> TimeOfDay | Moment:
    of_day = clock(text)
    if isinstance(of_day, TimeOfDay):
        return of_day
    found = instant(text)
    if isinstance(found, Fault):
        raise ValueError(text)
    return found


def _check_areas(frame: Frame) -> Found:
    at_zero = frame.holds("area_m2", "0") & frame.holds("unit_use", "residential", "shop", "office")
    for row in np.flatnonzero(at_zero):
        yield int(row), "area_m2", fault("out_of_range", "not_above", bound=0)


def _check_communities(frame: Frame) -> Found:
    """A report's scope is a community, ``region:NAME`` or ``company``: no community may be called like the others."""
    for row in np.flatnonzero(frame.filled("community_code")):
        code = frame.value("community_code", int(row)) or ""
        if code.casefold() == "company" or code.casefold().startswith("region:"):
            yield int(row), "community_code", fault("bad_choice", "is_a_scope")


def _check_amounts(frame: Frame) -> Found:
    monthly, once = frame.filled("amount_month"), frame.filled("amount_once")
    for row in np.flatnonzero(~monthly & ~once):
        yield int(row), "amount_month", fault("missing_required", "one_amount")
    for row in np.flatnonzero(monthly & once):
        yield int(row), "amount_once", fault("bad_format", "one_amount")


def _check_payments(frame: Frame) -> Found:
    for row in np.flatnonzero(frame.holds("amount", "0")):
        yield int(row), "amount", fault("out_of_range", "zero")


def _check_hours(frame: Frame) -> Found:
    for row in np.flatnonzero(frame.after("opens_at", "closes_at", or_equal=True)):
        yield int(row), "closes_at", fault("inconsistent_dates", "not_after_other", other="opens_at")


def overlapping_hours(dataset: Dataset, frame: Frame, rows: Rows, numbers: Rows) -> Found:
    """Hours of one calendar and day that overlap within the sheet: both rows are named.

    Args:
        dataset: calendars or calendar_days.
        frame: its columns.
        rows: rows without a fault so far (mask).
        numbers: row number of every line.
    """
    day = "weekday" if dataset.name == "calendars" else "day"
    names = ("calendar_code", day, "opens_at", "closes_at")
    if any(name not in frame for name in names[:2]):
        return
    texts = [frame.columns[name].to_pylist() if name in frame else [None] * frame.rows for name in names]
    groups: dict[tuple[str | None, ...], list[tuple[str, str, int]]] = {}
    for row in np.flatnonzero(rows):
        code, on, opens, closes = (column[row] for column in texts)
        groups.setdefault((code, on), []).append((opens or "00:00:00", closes or "24:00:00", int(row)))
    for hours in groups.values():
        for one in hours:
            others = [each for each in hours if each[2] != one[2] and each[0] < one[1] and one[0] < each[1]]
            others = [each for each in others if each[:2] != one[:2]]
            if others:
                told = ", ".join(str(numbers[each[2]]) for each in others)
                yield one[2], "opens_at", fault("inconsistent_dates", "overlaps", rows=told)


def _check_settings(frame: Frame) -> Found:
    """A setting must be one of ours, and its value one of that setting; the value is kept in its plain form."""
    if "setting" not in frame or "value" not in frame:
        return
    plain: dict[int, str] = {}
    for row, (name, value) in enumerate(
        zip(frame.columns["setting"].to_pylist(), frame.columns["value"].to_pylist(), strict=True)
    ):
        if name is None or value is None:
            continue
        setting = BUSINESS_SETTINGS.get(name)
        if setting is None:
            yield row, "setting", fault("bad_choice", "not_among", words=", ".join(sorted(BUSINESS_SETTINGS)))
            continue
        if not setting.per_community and frame.filled("community_code")[row]:
            yield row, "community_code", fault("bad_format", "for_all_only", setting=name)
        found = _setting_value(setting, value)
        if isinstance(found, Fault):
            yield row, "value", found
        else:
            plain[row] = found
    frame.replace("value", plain)


_SETTING_KINDS: Final = {"words": "code_list"}


def _setting_value(setting: BusinessSetting, value: str) -> str | Fault:
    found = read_cell(ColumnRule("value", _SETTING_KINDS.get(setting.kind, setting.kind)), value)
    if isinstance(found, Fault):
        return found
    text = found if found is not None else value
    if setting.kind == "boolean":
        text = "yes" if text == "true" else "no"
    try:
        setting.parse(text)
    except SettingsError:
        return _setting_refused(setting)
    return text


def _setting_refused(setting: BusinessSetting) -> Fault:
    """What a setting may be, in parts that can be told in both languages."""
    if setting.kind in ("integer", "decimal"):
        low, high = ("…" if bound is None else bound for bound in (setting.minimum, setting.maximum))
        told = "setting_whole" if setting.kind == "integer" else "setting_number"
        return fault("out_of_range", told, low=low, high=high)
    told = "setting_words" if setting.kind == "words" else "not_among"
    return fault("bad_choice", told, words=", ".join(setting.words))


_LOOKED_AT: Final[Mapping[str, tuple[str, ...]]] = {
    "units": ("unit_use", "area_m2"),
    "contracts": ("amount_month", "amount_once"),
    "calendars": ("opens_at", "closes_at"),
    "calendar_days": ("opens_at", "closes_at"),
    "settings": ("setting", "value"),
    "meter_readings": ("reading", "estimated"),
}

_SPECIAL: Final[Mapping[str, Callable[[Frame], Found]]] = {
    "communities": _check_communities,
    "units": _check_areas,
    "contracts": _check_amounts,
    "payments": _check_payments,
    "calendars": _check_hours,
    "calendar_days": _check_hours,
    "settings": _check_settings,
}

MATTER: Final[Mapping[str, frozenset[str]]] = {
    dataset: frozenset(
        (
            *(column for pair in _ORDERED.get(dataset, ()) for column in pair),
            *(column for pair in _NEEDED.get(dataset, ()) for column in pair),
            *_LOOKED_AT.get(dataset, ()),
        )
    )
    for dataset in (*_ORDERED, *_NEEDED, *_LOOKED_AT)
}
"""Columns a rule here or in `standing_rules` looks at: where a sheet lacks one, the register's value stands for it."""
