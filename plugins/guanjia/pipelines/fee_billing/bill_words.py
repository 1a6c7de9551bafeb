"""A line of a bill in plain words: what it is for and how its amount came about, in both languages.

The explanation of a line is what the computation wrote beside the amount (`sql/fee_billing`). What this module does not
know of it is shown as it stands: a bill never goes out without its reasons, and never fails over one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Final

from guanjia.i18n import Translator
from guanjia.pipelines.fee_billing.bill_changes import changed_words
from guanjia.pipelines.fee_billing.bill_rows import BillLine
from guanjia.pipelines.fee_billing.bill_values import (
    Explanation,
    day,
    mappings,
    money,
    number,
    price,
    reading_words,
    segment_reason,
    span,
    use_words,
)
from guanjia.pipelines.fee_billing.words import charge_words
from guanjia.pipelines.vacancy_inspections.words import date_words, factor_words, quantity

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
            yield span(_, each, ("，" if _.language == "zh" else ", ").join(filter(None, told)))
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
            yield span(_, each, _("{reason}, billed at {factor}", reason=reason, factor=factor_words(_, factor)))


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
            yield span(_, each, told)
    cap = number(late.get("cap"))
    if late.get("capped") and cap is not None:
        yield _("At most {amount} yuan for this bill", amount=money(cap))


def _opening(_: Translator, kind: str, explanation: Explanation) -> Iterable[str]:
    """A balance taken over, and what of it was booked before when the register was corrected."""
    due_on = day(explanation.get("due_on"))
    if due_on is not None:
        yield _("Owed from before Guanjia, due on {day}", day=date_words(due_on, _.language))
    posted, opening = number(explanation.get("posted")), number(explanation.get("opening"))
    if posted and opening is not None:
        yield _("taken over {opening}, booked so far {posted}", opening=money(opening), posted=money(posted))


def _reverses(_: Translator, kind: str, explanation: Explanation) -> Iterable[str]:
    """What a reversed run billed, taken back whole."""
    yield _("Takes back what bill {code} billed", code=explanation["reverses"])


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
    ("opening", _opening),
    ("reverses", _reverses),
    ("once", _once),
    ("late", _late),
    ("pool", _pool),
    ("metered", _metered),
    ("segments", _segments),
)
"""Key that marks a kind of explanation → how it is told; the first that is there."""


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
