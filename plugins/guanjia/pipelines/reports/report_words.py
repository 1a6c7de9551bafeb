"""How the figures of reports are written: titles, values, changes, periods and scopes, in both languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from guanjia.domain.report_catalogue import Subject, Unit
from guanjia.domain.report_periods import ReportName
from guanjia.i18n import N_, Translator
from guanjia.i18n.formats import day_text, instant_text, money_text, share_text
from guanjia.pipelines.reports.edition import COMPANY, REGION, EditionFigure, ReportEdition
from guanjia.settings import TIME_ZONE

NOT_KNOWN: Final = share_text(None)
"""What stands where nothing could be counted; never 0 % or 100 %."""

TITLES: Final[Mapping[ReportName, str]] = {
    "weekly": N_("Weekly report"),
    "daily": N_("Daily report"),
    "monthly": N_("Monthly report"),
}
CHAPTERS: Final[Mapping[Subject, str]] = {
    "cases": N_("Cases by kind"),
    "deadlines": N_("Deadlines kept"),
    "escalations": N_("Escalations raised"),
    "callbacks": N_("Callbacks made"),
    "vacancy": N_("Vacancy and inspections"),
    "money": N_("Fees and arrears"),
    "quality": N_("Quality of service"),
    "people": N_("Attendance by team"),
    "feedback": N_("Feedback by class"),
    "calls": N_("Telephone"),
    "custody": N_("Things kept and devices"),
}
"""Chapters of a report, in order."""
_THIS: Final[Mapping[ReportName, str]] = {
    "weekly": N_("This week"),
    "daily": N_("This day"),
    "monthly": N_("This month"),
}
_BEFORE: Final[Mapping[ReportName, str]] = {
    "weekly": N_("Last week"),
    "daily": N_("Day before"),
    "monthly": N_("Last month"),
}
_BEFORE_SPOKEN: Final[Mapping[ReportName, str]] = {
    "weekly": N_("last week"),
    "daily": N_("the day before"),
    "monthly": N_("last month"),
}
_TWO_PLACES: Final = ("satisfaction",)
"""Means whose second place matters: of scores from 1 to 5."""
_MINUS: Final = "\u2212"
_WITHIN: Final = re.compile(r"(?<=[\u4e00-\u9fff]) (?=\d)|(?<=\d) (?=[\u4e00-\u9fff%])")
"""Blanks between a number and the Chinese words or sign it belongs to."""


def this_period(_: Translator, report: ReportName) -> str:
    """Heading of the values of the report's own period."""
    return _(_THIS[report])


def period_before(_: Translator, report: ReportName) -> str:
    """Heading of the values of the period before."""
    return _(_BEFORE[report])


def before_spoken(_: Translator, report: ReportName) -> str:
    """The period before within a sentence."""
    return _(_BEFORE_SPOKEN[report])


def title_of(_: Translator, figure: EditionFigure) -> str:
    """The name of a figure."""
    return figure.title_zh if _.language == "zh" else figure.title_en


def formula_of(_: Translator, figure: EditionFigure) -> str:
    """How a figure is worked out."""
    return figure.formula_zh if _.language == "zh" else figure.formula_en


def scope_name(_: Translator, edition: ReportEdition) -> str:
    """The scope as its readers call it."""
    if edition.scope == COMPANY:
        return _("The whole company")
    if edition.scope.startswith(REGION):
        return edition.scope.removeprefix(REGION)
    return edition.named(edition.scope) or edition.scope


def period_span(_: Translator, edition: ReportEdition) -> str:
    """From when to when, in words; of a month from its first day to its last."""
    if edition.report == "monthly":
        ends = edition.ends.astimezone(TIME_ZONE) - timedelta(microseconds=1)
        days = (edition.starts.astimezone(TIME_ZONE).date(), ends.date())
        first, last = (day_text(day, _.language) for day in days)
    else:
        first, last = (instant_text(each, _.language) for each in (edition.starts, edition.ends))
    return _("From {first} to {last}", first=first, last=last)


def value_text(_: Translator, figure: EditionFigure, value: Decimal | None) -> str:
    """A value of a figure, with its unit: ``412``, ``¥1,234.50``, ``96.2 %``, ``4.52``, ``35 s``; n/a where unknown."""
    return number_text(_, figure.unit, value, places=2 if figure.code in _TWO_PLACES else 1)


def number_text(_: Translator, unit: Unit, value: Decimal | None, *, places: int = 1) -> str:
    """A value in a unit; `places` of means only."""
    if value is None:
        return NOT_KNOWN
    if unit == "share":
        return share_text(value)
    if unit == "yuan":
        return money_text(value)
    if unit == "points":
        return f"{_rounded(value, places):f}"
    if unit == "seconds":
        return _("{n} s", n=f"{_rounded(value, 0):f}")
    return f"{_rounded(value, 0):,f}"


def shown_change(figure: EditionFigure) -> Decimal | None:
    """The difference of the two values as they are shown; of shares in percentage points. None: not known.

    What rounds to nothing is nothing: a reader would look for a difference that the two values do not show.
    """
    if figure.value is None or figure.previous is None:
        return None
    if figure.unit == "share":
        return percent_of(figure.value) - percent_of(figure.previous)
    places = {"yuan": 2, "points": 2 if figure.code in _TWO_PLACES else 1}.get(figure.unit, 0)
    return _rounded(figure.value, places) - _rounded(figure.previous, places)


def change_text(_: Translator, figure: EditionFigure) -> str:
    """A change with its sign: ``+14``, ``−1.2 pp``, ``−¥50.00``, ``±0``; blank where it is not known."""
    change = shown_change(figure)
    if change is None:
        return ""
    if figure.unit == "share":
        return signed(change, f"{abs(change):f} {_('pp')}")
    return signed(change, number_text(_, figure.unit, abs(change), places=2 if figure.code in _TWO_PLACES else 1))


def percent_of(share: Decimal) -> Decimal:
    """A share in per cent, rounded as it is shown."""
    return _rounded(share * 100, 1)


def short_money(_: Translator, amount: Decimal) -> str:
    """Yuan as a sentence has it: ``123.4 万元``, ``¥1.23 million``, ``¥950``."""
    size = abs(amount)
    sign = _MINUS if amount < 0 else ""
    if _.language == "zh" and size >= 10_000:
        return f"{sign}{_rounded(size / 10_000, 1):,f} 万元"
    if _.language != "zh" and size >= 1_000_000:
        return f"{sign}¥{_rounded(size / 1_000_000, 2):,f} million"
    return f"{sign}{_rounded(size, 0):,f} 元" if _.language == "zh" else f"{sign}¥{_rounded(size, 0):,f}"


def short_value(_: Translator, figure: EditionFigure, value: Decimal | None) -> str:
    """A value as sentences and key figures have it: amounts short, all else as in the tables."""
    if figure.unit == "yuan" and value is not None:
        return short_money(_, value)
    return value_text(_, figure, value)


def short_change(_: Translator, figure: EditionFigure) -> str:
    """A change as key figures have it; blank where it is not known."""
    change = figure.movement.change
    if figure.unit == "yuan" and change is not None:
        return signed(change, short_money(_, abs(change)))
    return change_text(_, figure)


def signed(change: Decimal, size: str) -> str:
    """A size with the sign of a change; of none ``±0``."""
    if not change:
        return "±0"
    return ("+" if change > 0 else _MINUS) + size


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP) + 0  # a zero has no sign


def unbroken(sentence: str) -> str:
    """A sentence whose numbers stay on one line with the words or sign they belong to."""
    return _WITHIN.sub("\u00a0", sentence)
