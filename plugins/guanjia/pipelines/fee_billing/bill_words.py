"""A line of a bill in plain words: what it is for and how its amount came about, in both languages.

The explanation of a line is what the computation wrote beside the amount (`sql/fee_billing`). What this module does not
know of it is shown as it stands: a bill never goes out without its reasons, and never fails over one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from guanjia.i18n import N_, Translator
from guanjia.pipelines.fee_billing.bill_rows import BillLine
from guanjia.pipelines.fee_billing.words import charge_words
from guanjia.pipelines.vacancy_inspections.words import date_words, factor_words, quantity

Explanation = Mapping[str, Any]

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_REASONS: Final = {
    "registered": N_("registered as vacant ({code})"),
    "occupied": N_("registered as vacant ({code}), but lived in by the meters"),
    "not_fitted_out": N_("not fitted out yet"),
}
_SHOWN_UNKNOWN: Final = 6
"""Values of an unknown explanation that are shown."""


def title_words(_: Translator, line: BillLine) -> str:
    """What a line is for, such as ``Property fee`` or ``Paid service: new lock``."""
    name = _capital(charge_words(_, line.charge_kind))
    item = line.explanation.get("item")
    colon = "：" if _.language == "zh" else ": "
    return f"{name}{colon}{item}" if isinstance(item, str) and item else name


def reason_words(_: Translator, line: BillLine) -> tuple[str, ...]:
    """How the amount of a line came about, one sentence or sum each.

    Example: ``90.00 m² × 2.80 元 × 15/31 天 + 90.00 m² × 3.10 元 × 16/31 天``.
    """
    return tuple(sentence for sentence in _reasons(_, line) if sentence)


def _reasons(_: Translator, line: BillLine) -> Iterable[str]:
    explanation = line.explanation
    if _is_correction(explanation):
        yield from _correction(_, line)
        return
    for known, tell in _KINDS:
        if known in explanation:
            yield from tell(_, line.charge_kind, explanation)
            yield from _payer_share(_, explanation)
            yield from _relief(_, line)
            return
    yield _product(line)
    yield from _unknown(explanation)
    yield from _relief(_, line)


# -- corrections -------------------------------------------------------------------------------------------------------


def _is_correction(explanation: Explanation) -> bool:
    return "should_be" in explanation or "posted" in explanation


def _correction(_: Translator, line: BillLine) -> Iterable[str]:
    """What it should be, what was billed, the difference; then how what it should be came about."""
    explanation = line.explanation
    should, posted = _amount(explanation.get("should_be")), _amount(explanation.get("posted"))
    yield _(
        "Should be {should}, billed so far {posted}, difference {difference}.",
        should=money(should or Decimal(0)),
        posted=money(posted or Decimal(0)),
        difference=money(line.amount),
    )
    now = explanation.get("now", explanation.get("should_be"))
    if isinstance(now, Mapping) and now:
        plain = BillLine(line.charge_kind, line.charge_source, line.period, should or Decimal(0), explanation=now)
        for sentence in _reasons(_, plain):
            yield _("Now: {sentence}", sentence=sentence)


def _amount(value: object) -> Decimal | None:
    """An amount that stands alone, or as ``amount`` within more."""
    if isinstance(value, Mapping):
        value = value.get("amount")
    return number(value)


# -- kinds of charge ---------------------------------------------------------------------------------------------------


def _segments(_: Translator, kind: str, explanation: Explanation) -> Iterable[str]:
    segments = [each for each in _list(explanation["segments"]) if isinstance(each, Mapping)]
    yield " + ".join(_segment(_, each, explanation) for each in segments)
    several = len(segments) > 1
    for each in segments:
        told = _(_REASONS.get(str(each.get("reason")), "{code}"), code=each.get("application", each.get("reason", "")))
        if each.get("reason"):
            yield _span(_, each, told)
        elif several:
            yield _span(_, each, _("tariff {code}", code=each["tariff"]) if each.get("tariff") else "")
    contracts = dict.fromkeys(str(each["contract"]) for each in segments if each.get("contract"))
    if contracts:
        yield _("Contract {code}", code=", ".join(contracts))


def _segment(_: Translator, segment: Explanation, explanation: Explanation) -> str:
    """One stretch of days: area × price × share × days; what is one or the whole month is left out."""
    basis = segment.get("basis")
    size = number(segment.get("quantity", explanation.get("quantity")))
    parts = []
    if basis == "area_month" and size is not None:
        parts.append(f"{size:f} m²")
    if (rate := number(segment.get("rate"))) is not None:
        parts.append(_("{rate} yuan", rate=price(rate)))
    factor = number(segment.get("factor"))
    if factor is not None and factor != 1:
        parts.append(factor_words(_, factor))
    days, of_days = segment.get("days"), segment.get("of_days")
    if days is not None and days != of_days:
        parts.append(_("{days}/{of_days} days", days=days, of_days=of_days))
    return " × ".join(parts)


def _span(_: Translator, segment: Explanation, told: str) -> str:
    first, last = day(segment.get("from")), day(segment.get("to"))
    if first is None or last is None:
        return told
    days = short_span(_, first, last)
    return f"{days}{'：' if _.language == 'zh' else ': '}{told}" if told else days


def _once(_: Translator, kind: str, explanation: Explanation) -> Iterable[str]:
    started = day(explanation.get("on"))
    code = explanation.get("contract", "")
    if started is None:
        yield _("Contract {code}", code=code)
    else:
        yield _("Once, on {day}, by contract {code}", day=date_words(started, _.language), code=code)


def _item(_: Translator, kind: str, explanation: Explanation) -> Iterable[str]:
    size, rate = number(explanation.get("quantity")), number(explanation.get("rate"))
    if size is not None and rate is not None:
        yield _("{quantity} × {rate} yuan (published price)", quantity=quantity(size), rate=price(rate))
    resolved = day(explanation.get("resolved_on"))
    if explanation.get("case"):
        told = _("Visit {code}", code=explanation["case"])
        if resolved is not None:
            told = _("Visit {code}, finished on {day}", code=explanation["case"], day=date_words(resolved, _.language))
        yield told


def _late(_: Translator, kind: str, explanation: Explanation) -> Iterable[str]:
    yield from _unknown(explanation)


# -- what holds for several kinds --------------------------------------------------------------------------------------


def _payer_share(_: Translator, explanation: Explanation) -> Iterable[str]:
    """A month that several payers share by days."""
    month, mine, all_days = (explanation.get(name) for name in ("month", "payer_days", "charged_days"))
    if mine is not None and all_days is not None and mine != all_days:
        yield _(
            "Month {amount} shared by days: your part is {days} of {of_days} days",
            amount=money(number(month) or Decimal(0)),
            days=mine,
            of_days=all_days,
        )


def _relief(_: Translator, line: BillLine) -> Iterable[str]:
    """A discount on a shared cost that the company bears."""
    if line.relief:
        yield _("Of your share {amount} are borne by us.", amount=money(line.relief))


def _product(line: BillLine) -> str:
    parts = [line.quantity, line.rate, line.factor]
    shown = [f"{part.normalize():f}" for part in parts if part is not None and part != 1]
    return " × ".join(shown)


def _unknown(explanation: Explanation) -> Iterable[str]:
    """Simple values of an explanation nobody taught us, as they stand."""
    pairs = [
        f"{name.replace('_', ' ')}: {value}"
        for name, value in explanation.items()
        if isinstance(value, str | int | float) and not isinstance(value, bool)
    ]
    yield "; ".join(pairs[:_SHOWN_UNKNOWN])


_Tell = Callable[[Translator, str, Explanation], Iterable[str]]
_KINDS: Final[tuple[tuple[str, _Tell], ...]] = (
    ("item", _item),
    ("once", _once),
    ("segments", _segments),
)
"""Key that marks a kind of explanation → how it is told; the first that is there."""


# -- values ------------------------------------------------------------------------------------------------------------


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


def _list(value: object) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
