"""Values of a line's explanation in words: numbers, days, readings, uses, and why some days count for less."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from guanjia.i18n import N_, Translator
from guanjia.pipelines.vacancy_inspections.words import date_words, quantity, unit_of_use

Explanation = Mapping[str, Any]

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_REASONS: Final = {
    "registered": N_("registered as vacant ({code})"),
    "occupied": N_("registered as vacant ({code}), but lived in by the meters"),
    "not_fitted_out": N_("not fitted out yet"),
}


def span(_: Translator, segment: Explanation, told: str) -> str:
    """Days of a stretch, then what holds for them."""
    first, last = day(segment.get("from")), day(segment.get("to"))
    if first is None or last is None:
        return told
    days = short_span(_, first, last)
    return f"{days}{'：' if _.language == 'zh' else ': '}{told}" if told else days


def segment_reason(_: Translator, segment: Explanation) -> str:
    """Why a stretch of days counts for less, or, though registered as vacant, in full; blank: nothing special."""
    reason = segment.get("reason")
    if not isinstance(reason, str):
        return ""
    code = segment.get("application", "")
    return _(_REASONS[reason], code=code) if reason in _REASONS else f"{reason.replace('_', ' ')} {code}".strip()


def reading_words(_: Translator, kind: str, metered: Explanation) -> str:
    """The sum of both readings: ``Meter W-1: 112 (31 Oct 2026) − 103 (30 Sep 2026) = 9 t``, with the multiplier."""
    opening, closing = (reading(_, metered.get(name)) for name in ("opening", "closing"))
    use = number(metered.get("use"))
    multiplier = number(metered.get("multiplier"))
    times = f" × {quantity(multiplier)}" if multiplier is not None and multiplier != 1 else ""
    told = _("Meter {code}", code=metered.get("meter", "")) + times
    if opening and closing:
        read = f"{closing} − {opening}"
        told = _("Meter {code}: {sum}", code=metered.get("meter", ""), sum=f"({read}){times}" if times else read)
    return told if use is None else f"{told} = {use_words(_, kind, use)}"


def reading(_: Translator, read: object) -> str:
    """A reading with its day, and whether it was estimated; blank: there is none."""
    if not isinstance(read, Mapping) or number(read.get("reading")) is None:
        return ""
    read_on = day(read.get("on"))
    marks = [date_words(read_on, _.language)] if read_on else []
    marks += [_("estimated")] if read.get("estimated") else []
    if not marks:
        return str(read["reading"])
    if _.language == "zh":
        return f"{read['reading']}（{'，'.join(marks)}）"
    return f"{read['reading']} ({', '.join(marks)})"


def use_words(_: Translator, kind: str, use: Decimal) -> str:
    """A use with its unit: ``9 t``, ``120 kWh``."""
    return f"{use.normalize():f} {unit_of_use(_, 'water' if 'water' in kind else 'electricity')}"


def number(value: object) -> Decimal | None:
    """A number of an explanation; None: there is none."""
    if isinstance(value, Decimal):
        return value
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def day(value: object) -> date | None:
    """A day of an explanation; None: there is none."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def price(rate: Decimal) -> str:
    """A price with two places, or as many as it has: 2.80, 0.8521."""
    places = -int(rate.normalize().as_tuple().exponent)
    return f"{rate:.{max(places, 2)}f}"


def money(amount: Decimal) -> str:
    """Yuan with two places, thousands separated; a minus before what goes back: ``-182.40``."""
    return f"{amount:,.2f}"


def short_span(_: Translator, first: date, last: date) -> str:
    """Days of a month without the year: ``10月1日至15日``, ``1–15 Oct``; with it where the years differ."""
    if first == last:
        return _short(_, first)
    if (first.year, first.month) == (last.year, last.month):
        if _.language == "zh":
            return f"{first.month}月{first.day}日至{last.day}日"
        return f"{first.day}–{last.day} {_MONTHS[first.month - 1]}"
    return _("{first} to {last}", first=date_words(first, _.language), last=date_words(last, _.language))


def _short(_: Translator, one: date) -> str:
    return f"{one.month}月{one.day}日" if _.language == "zh" else f"{one.day} {_MONTHS[one.month - 1]}"


def mappings(value: object) -> list[Mapping[str, Any]]:
    """The parts of a list of an explanation that are mappings."""
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list | tuple) else []
