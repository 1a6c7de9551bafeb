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
from guanjia.pipelines.vacancy_inspections.words import date_words, factor_words, quantity, unit_of_use

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
    if is_correction(line):
        yield from _correction(_, line, line.explanation["correction"])
    else:
        yield from _computed(_, line, line.explanation)
        if line.relief:
            yield _("Of your share {amount} yuan are borne by us", amount=money(line.relief))


def is_correction(line: BillLine) -> bool:
    """Whether a line changes what is billed already; one billed anew after a reversal (nothing is billed) does not."""
    correction = line.explanation.get("correction")
    return isinstance(correction, Mapping) and number(correction.get("posted")) != 0


def _computed(_: Translator, line: BillLine, explanation: Explanation) -> Iterable[str]:
    for known, tell in _KINDS:
        if known in explanation:
            yield from tell(_, line.charge_kind, explanation)
            yield from _payer_share(_, line.charge_kind, explanation)
            return
    yield _product(line)
    yield from _unknown(explanation)


def _correction(_: Translator, line: BillLine, correction: Explanation) -> Iterable[str]:
    """What it should be, what was billed, the difference; why; then how what it should be came about."""
    yield _(
        "Should be {should}, billed so far {posted}, difference {difference}",
        should=money(number(correction.get("should_be")) or Decimal(0)),
        posted=money(number(correction.get("posted")) or Decimal(0)),
        difference=money(line.amount),
    )
    now = {name: value for name, value in line.explanation.items() if name != "correction"}
    changes = list(changed_words(_, line.charge_kind, line.before, now))
    if changes:
        yield _("Changed: {changes}", changes=("；" if _.language == "zh" else "; ").join(changes))
    sentences = [sentence for sentence in _computed(_, line, now) if sentence] if now else []
    if sentences:
        yield _("Now: {sentence}", sentence=sentences[0])
        yield from sentences[1:]


# -- kinds of charge ---------------------------------------------------------------------------------------------------


def _segments(_: Translator, kind: str, explanation: Explanation) -> Iterable[str]:
    segments = mappings(explanation.get("segments"))
    yield " + ".join(filter(None, (_segment(_, kind, each, explanation) for each in segments)))
    several = len(segments) > 1
    for each in segments:
        told = [segment_reason(_, each)]
        if several and each.get("tariff") and not told[0]:
            told.append(_("tariff {code}", code=each["tariff"]))
        if each.get("reading"):
            told.append(_("from reading {reading}", reading=each["reading"]))
        if any(told):
            yield _span(_, each, ("，" if _.language == "zh" else ", ").join(filter(None, told)))
    contracts = dict.fromkeys(str(each["contract"]) for each in segments if each.get("contract"))
    if contracts:
        yield _("Contract {code}", code=", ".join(contracts))


def _segment(_: Translator, kind: str, segment: Explanation, explanation: Explanation) -> str:
    """One stretch of days: area or use × price × share × days; what is one or the whole month is left out."""
    size = number(segment.get("quantity", explanation.get("quantity")))
    is_metered = bool(segment.get("metered"))
    parts = []
    if size is not None and is_metered:
        parts.append(use_words(_, kind, size))
    elif size is not None and segment.get("basis") == "area_month":
        parts.append(f"{size:f} m²")
    if (rate := number(segment.get("rate"))) is not None:
        parts.append(_("{rate} yuan", rate=price(rate)))
    factor = number(segment.get("factor"))
    if factor is not None and factor != 1:
        parts.append(factor_words(_, factor))
    days, of_days = segment.get("days"), segment.get("of_days")
    if days is not None and of_days is not None and days != of_days and not is_metered:
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


def _metered(_: Translator, kind: str, explanation: Explanation) -> Iterable[str]:
    """Readings and their days, use, then use × price."""
    metered = explanation["metered"]
    if isinstance(metered, Mapping):
        yield reading_words(_, kind, metered)
    yield from _segments(_, kind, explanation)


def _pool(_: Translator, kind: str, explanation: Explanation) -> Iterable[str]:
    """What the shared meter's month cost and the unit's part of it."""
    pool = explanation["pool"]
    if isinstance(pool, Mapping):
        yield reading_words(_, kind, pool)
        priced = " + ".join(filter(None, (_segment(_, kind, each, pool) for each in mappings(pool.get("segments")))))
        cost, weights = number(pool.get("cost")), number(pool.get("weights"))
        weight, share = number(explanation.get("weight")), number(explanation.get("share"))
        if cost is not None:
            yield _("Cost of all: {sum} = {cost} yuan", sum=priced or "…", cost=money(cost))
        if None not in (cost, weights, weight, share):
            unit = _("households") if pool.get("by") == "household" else "m²"
            yield _(
                "Your share: {cost} × {weight}/{weights} {unit} = {share} yuan",
                cost=money(cost or Decimal(0)),
                weight=f"{weight:f}",
                weights=f"{weights:f}",
                unit=unit,
                share=money(share or Decimal(0)),
            )
    for each in mappings(explanation.get("segments")):
        factor = number(each.get("factor"))
        reason = segment_reason(_, each)
        if reason and factor is not None:
            yield _span(_, each, _("{reason}, billed at {factor}", reason=reason, factor=factor_words(_, factor)))


def _late(_: Translator, kind: str, explanation: Explanation) -> Iterable[str]:
    """Which bill was paid late, what of it was open on which days, and the rate a day."""
    late = explanation["late"]
    if not isinstance(late, Mapping):
        return
    due_on, rate = day(late.get("due_on")), number(late.get("rate"))
    if due_on is not None:
        yield _("Bill {code}, due on {day}", code=late.get("bill", ""), day=date_words(due_on, _.language))
    for each in mappings(explanation.get("segments")):
        still_open = number(each.get("open"))
        if still_open is not None and rate is not None:
            told = _(
                "{amount} yuan open × {rate} a day × {days} days",
                amount=money(still_open),
                rate=factor_words(_, rate),
                days=each.get("days", 0),
            )
            yield _span(_, each, told)
    cap = number(late.get("cap"))
    if late.get("capped") and cap is not None:
        yield _("At most {amount} yuan for this bill", amount=money(cap))


# -- corrections -------------------------------------------------------------------------------------------------------


def changed_words(_: Translator, kind: str, before: Explanation | None, now: Explanation) -> Iterable[str]:
    """What is different between the explanation of the line billed last and that of what should be billed now.

    Args:
        _: translator.
        kind: kind of charge.
        before: explanation of the line billed last for the same charge; None: not known, then nothing is said.
        now: explanation of what should be billed; empty: nothing should.
    """
    if not now:
        yield _("nothing is due from you for this month any more")
        return
    if before is None:
        return
    yield from _changed_discounts(_, before, now)
    yield from _changed_readings(_, kind, before, now)
    for name, sentence in _CHANGES:
        was, is_now = _values(before, name), _values(now, name)
        if was and is_now and was != is_now:
            yield _(sentence, now=" / ".join(is_now), before=" / ".join(was))


_CHANGES: Final = (
    ("quantity", N_("area {now} m² instead of {before} m²")),
    ("rate", N_("price {now} yuan instead of {before} yuan")),
    ("payer_days", N_("you pay for {now} days instead of {before}")),
    ("item", N_("item {now} instead of {before}")),
)


def _values(explanation: Explanation, name: str) -> list[str]:
    """The different values of a part of an explanation, whole or by stretches of days; metered use is no area."""
    if "metered" in explanation and name == "quantity":
        return []
    found = [explanation.get(name)] if name in explanation else []
    found += [each[name] for each in mappings(explanation.get("segments")) if name in each]
    return list(dict.fromkeys(_plain(each) for each in found if isinstance(each, str | int)))


def _plain(value: str | int) -> str:
    figure = number(value)
    return str(value) if figure is None else f"{figure.normalize():f}"


def _changed_discounts(_: Translator, before: Explanation, now: Explanation) -> Iterable[str]:
    was, is_now = (
        {segment_reason(_, each): _span(_, each, "") for each in mappings(told.get("segments")) if each.get("reason")}
        for told in (before, now)
    )
    for reason, days in is_now.items():
        if was.get(reason) != days:
            yield f"{reason} {days}"
    for reason in was:
        if reason not in is_now:
            yield _("no longer {reason}", reason=reason)


def _changed_readings(_: Translator, kind: str, before: Explanation, now: Explanation) -> Iterable[str]:
    for name in ("metered", "pool"):
        was, is_now = before.get(name), now.get(name)
        if isinstance(was, Mapping) and isinstance(is_now, Mapping):
            for end in ("opening", "closing"):
                old, new = (_reading(_, each.get(end)) for each in (was, is_now))
                if old and new and old != new:
                    yield _("reading {now} instead of {before}", now=new, before=old)
            if name == "pool" and was.get("cost") != is_now.get("cost"):
                yield _(
                    "cost of all {now} yuan instead of {before} yuan", now=is_now.get("cost"), before=was.get("cost")
                )


# -- what holds for several kinds --------------------------------------------------------------------------------------


def _payer_share(_: Translator, kind: str, explanation: Explanation) -> Iterable[str]:
    """A month that several payers share, by days or by what each used."""
    month = number(explanation.get("month"))
    mine, all_days = explanation.get("payer_days"), explanation.get("charged_days")
    if month is None:
        return
    if mine is not None and all_days is not None and mine != all_days:
        yield _(
            "Month {amount} yuan shared by days: your part is {days} of {of_days} days",
            amount=money(month),
            days=mine,
            of_days=all_days,
        )
    elif (used := number(explanation.get("payer_use"))) is not None:
        yield _(
            "Month {amount} yuan shared by use: your part is {use}", amount=money(month), use=use_words(_, kind, used)
        )


def segment_reason(_: Translator, segment: Explanation) -> str:
    """Why a stretch of days counts for less, or, though registered as vacant, in full; blank: nothing special."""
    reason = segment.get("reason")
    if not isinstance(reason, str):
        return ""
    code = segment.get("application", "")
    return _(_REASONS[reason], code=code) if reason in _REASONS else f"{reason.replace('_', ' ')} {code}".strip()


def reading_words(_: Translator, kind: str, metered: Explanation) -> str:
    """Both readings with their days, and the use: ``103 (30 Sep 2026) to 112 (31 Oct 2026): 9 t``."""
    opening, closing = (_reading(_, metered.get(name)) for name in ("opening", "closing"))
    use = number(metered.get("use"))
    told = _("Meter {code}", code=metered.get("meter", ""))
    if opening and closing:
        told = _(
            "Meter {code}: {opening} to {closing}", code=metered.get("meter", ""), opening=opening, closing=closing
        )
    multiplier = number(metered.get("multiplier"))
    if multiplier is not None and multiplier != 1:
        told += f" × {quantity(multiplier)}"
    return told if use is None else f"{told} = {use_words(_, kind, use)}"


def _reading(_: Translator, reading: object) -> str:
    if not isinstance(reading, Mapping) or number(reading.get("reading")) is None:
        return ""
    read_on = day(reading.get("on"))
    marks = [date_words(read_on, _.language)] if read_on else []
    marks += [_("estimated")] if reading.get("estimated") else []
    if not marks:
        return str(reading["reading"])
    if _.language == "zh":
        return f"{reading['reading']}（{'，'.join(marks)}）"
    return f"{reading['reading']} ({', '.join(marks)})"


def use_words(_: Translator, kind: str, use: Decimal) -> str:
    """A use with its unit: ``9 t``, ``120 kWh``."""
    return f"{use.normalize():f} {unit_of_use(_, 'water' if 'water' in kind else 'electricity')}"


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
    ("late", _late),
    ("pool", _pool),
    ("metered", _metered),
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


def mappings(value: object) -> list[Mapping[str, Any]]:
    """The parts of a list of an explanation that are mappings."""
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list | tuple) else []


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
