"""What was not billed and why, in sentences for the people who approve: the fact first, then what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import RowMapping

from guanjia.i18n import N_, Translator
from guanjia.i18n.formats import money_text
from guanjia.pipelines.fee_billing.words import charge_words, unit_use_words
from guanjia.pipelines.vacancy_inspections.words import month_words, quantity

_HEADINGS: Final = {
    "no_payer": N_("nobody pays"),
    "two_payers": N_("two payers"),
    "tariff_gap": N_("tariff on some days only"),
    "tariff_tie": N_("two tariffs"),
    "no_tariff": N_("no tariff"),
    "unusable_tariff": N_("unusable tariff"),
    "no_unit": N_("no unit"),
    "no_reading": N_("no reading"),
    "falling_reading": N_("falling reading"),
    "abnormal_pool": N_("abnormal use"),
    "negative_pool": N_("negative use"),
    "no_households": N_("nobody to split over"),
}
_ADVICE: Final = {
    "no_payer": N_("Complete the occupancies: who pays on these days? The next run bills it as a correction."),
    "two_payers": N_("Correct the occupancies so that one of them pays on each day; nothing of the unit is billed."),
    "tariff_gap": N_("Load a tariff for the days without one; the next run bills it as a correction."),
    "tariff_tie": N_("End one of the two tariffs, or give one of them a use; the next run bills it as a correction."),
    "no_tariff": N_("Nothing to do if this is not charged; else load a tariff."),
    "unusable_tariff": N_("Correct the tariff: this charge is by area or fixed, not by use."),
    "no_unit": N_("Enter the unit in the case; the next run bills it."),
    "no_reading": N_("Have the meter read; the next run bills it as a correction."),
    "falling_reading": N_("Correct the reading, or enter the new meter; the next run bills it as a correction."),
    "abnormal_pool": N_("Have the meter looked at; release it with a reason if the use is right."),
    "negative_pool": N_(
        "Correct the readings; if they are right, release it with a reason: the credit is shared out like a cost."
    ),
    "no_households": N_("Correct the meter's building, or how its cost is split."),
}


def exception_heading(_: Translator, kind: str) -> str:
    """What kind of thing is not billed, in two or three words."""
    return _(_HEADINGS[kind]) if kind in _HEADINGS else kind.replace("_", " ")


def exception_advice(_: Translator, kind: str) -> str:
    """What to do about it; empty where nothing is known."""
    return _(_ADVICE[kind]) if kind in _ADVICE else ""


def exception_sentence(_: Translator, row: Mapping[str, Any] | RowMapping) -> str:
    """Why something is not billed, as one sentence.

    Args:
        _: translator of the language wanted.
        row: a row of billing_exceptions.

    Example:
        ``Unit 2-0301: nobody pays its fees on 2026-10-01 to 2026-10-14; nothing of it is billed for October 2026.``
    """
    write = _WRITERS.get(row["kind"], _other)
    known = dict(row)
    return write(_, known, known["detail"] or {})


def _days(_: Translator, stretches: Iterable[Mapping[str, Any]], names: str = "") -> str:
    """Stretches of days, each with the codes that hold on it."""
    told = []
    for each in stretches:
        first, last = _written(each.get("from")), _written(each.get("to"))
        span = first if first == last else _("{first} to {last}", first=first, last=last)
        codes = each.get(names) or []
        told.append(f"{span} ({', '.join(codes)})" if codes else span)
    return ("、" if _.language == "zh" else ", ").join(told)


def _written(day: Any) -> str:
    return day.isoformat() if isinstance(day, date) else str(day)


def _common(_: Translator, row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "unit": row["unit_code"] or "—",
        "month": month_words(row["period"], _.language),
        "charge": charge_words(_, row["charge_kind"]),
        "use": unit_use_words(_, row["unit_use"]),
        "units": row["units"],
        "meter": row["meter_code"] or row["subject"],
    }


def _no_payer(_: Translator, row: Mapping[str, Any], detail: Mapping[str, Any]) -> str:
    return _(
        "Unit {unit}: nobody pays its fees on {days}; nothing of it is billed for {month}.",
        **_common(_, row),
        days=_days(_, detail.get("stretches", ())),
    )


def _two_payers(_: Translator, row: Mapping[str, Any], detail: Mapping[str, Any]) -> str:
    return _(
        "Unit {unit}: more than one customer pays its fees on {days}; nothing of it is billed for {month}.",
        **_common(_, row),
        days=_days(_, detail.get("stretches", ()), "customers"),
    )


def _tariff_fault(_: Translator, row: Mapping[str, Any], detail: Mapping[str, Any]) -> str:
    days = _days(_, detail.get("stretches") or (), "tariffs")
    if row["kind"] == "tariff_gap":
        return _(
            "{charge}, {use}: no tariff on {days}; {units} units are not billed it for {month}.",
            **_common(_, row),
            days=days,
        )
    return _(
        "{charge}, {use}: two tariffs hold on {days}; {units} units are not billed it for {month}.",
        **_common(_, row),
        days=days,
    )


def _no_tariff(_: Translator, row: Mapping[str, Any], detail: Mapping[str, Any]) -> str:
    return _("{charge}, {use}: no tariff on any day of {month}; {units} units are not billed it.", **_common(_, row))


def _unusable(_: Translator, row: Mapping[str, Any], detail: Mapping[str, Any]) -> str:
    return _(
        "Tariff {tariff} of {charge} is by use, which this charge has not; it is not billed for {month}.",
        **_common(_, row),
        tariff=detail.get("tariff", row["subject"]),
    )


def _no_unit(_: Translator, row: Mapping[str, Any], detail: Mapping[str, Any]) -> str:
    return _(
        "Case {case} has paid items of {amount} and no unit to bill; {month}.",
        **_common(_, row),
        case=detail.get("case", row["subject"]),
        amount=_money(detail.get("amount")),
    )


def _no_reading(_: Translator, row: Mapping[str, Any], detail: Mapping[str, Any]) -> str:
    day = detail.get("boundary") or detail.get("day") or detail.get("on")
    if day:
        return _(
            "Meter {meter}: no reading around {day}; {charge} of {month} is not billed.",
            **_common(_, row),
            day=_written(day),
        )
    return _("Meter {meter}: a reading is missing; {charge} of {month} is not billed.", **_common(_, row))


def _falling(_: Translator, row: Mapping[str, Any], detail: Mapping[str, Any]) -> str:
    opening, closing = detail.get("opening"), detail.get("closing")
    if opening is not None and closing is not None:
        return _(
            "Meter {meter} fell from {opening} to {closing}; {charge} of {month} is not billed.",
            **_common(_, row),
            opening=_reading(opening),
            closing=_reading(closing),
        )
    return _("Meter {meter} shows less than before; {charge} of {month} is not billed.", **_common(_, row))


def _reading(value: Any) -> str:
    shown = value.get("reading", value) if isinstance(value, Mapping) else value
    return quantity(Decimal(str(shown)))


def _abnormal(_: Translator, row: Mapping[str, Any], detail: Mapping[str, Any]) -> str:
    use, median = detail.get("use"), detail.get("median_use", detail.get("median"))
    if use is not None and median is not None:
        return _(
            "Shared meter {meter}: use of {used} in {month}, usually {median}; its cost of {cost} is not billed.",
            **_common(_, row),
            used=quantity(Decimal(str(use))),
            median=quantity(Decimal(str(median))),
            cost=_money(detail.get("cost")),
        )
    return _("Shared meter {meter}: abnormal use in {month}; its cost is not billed.", **_common(_, row))


def _negative(_: Translator, row: Mapping[str, Any], detail: Mapping[str, Any]) -> str:
    return _("Shared meter {meter}: use below nought in {month}; its cost is not billed.", **_common(_, row))


def _no_households(_: Translator, row: Mapping[str, Any], detail: Mapping[str, Any]) -> str:
    return _("Shared meter {meter}: no unit to split its cost of {month} over.", **_common(_, row))


def _other(_: Translator, row: Mapping[str, Any], detail: Mapping[str, Any]) -> str:
    return f"{exception_heading(_, row['kind'])}: {row['subject']}"


def _money(amount: Any) -> str:
    return money_text(Decimal(str(amount))) if amount is not None else "—"


_WRITERS: Final[Mapping[str, Callable[[Translator, Mapping[str, Any], Mapping[str, Any]], str]]] = {
    "no_payer": _no_payer,
    "two_payers": _two_payers,
    "tariff_gap": _tariff_fault,
    "tariff_tie": _tariff_fault,
    "no_tariff": _no_tariff,
    "unusable_tariff": _unusable,
    "no_unit": _no_unit,
    "no_reading": _no_reading,
    "falling_reading": _falling,
    "abnormal_pool": _abnormal,
    "negative_pool": _negative,
    "no_households": _no_households,
}
