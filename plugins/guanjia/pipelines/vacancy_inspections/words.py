"""How plans, states, points to look at and stages are called in mails, workbooks and pages, in both languages."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from guanjia.i18n import N_, Translator
from guanjia.i18n.formats import share_text
from guanjia.store.tables.registers import UNIT_USES
from guanjia.store.tables.service import fit_outs

_PLANS: Final = {
    "monthly": N_("vacant unit"),
    "basement": N_("basement"),
    "rain": N_("heavy rain"),
    "severe_weather": N_("severe weather"),
    "fit_out": N_("fit-out visit"),
    "spot_check": N_("spot check"),
}
_STATES: Final = {
    "planned": N_("planned"),
    "done": N_("inspected"),
    "not_entered": N_("not entered"),
    "missed": N_("missed"),
    "cancelled": N_("cancelled"),
}
_POINTS: Final = {
    "doors": N_("doors and windows"),
    "valves": N_("valves and breakers off"),
    "meters": N_("read both meters"),
    "installations": N_("installations"),
    "hygiene": N_("hygiene"),
    "structure": N_("walls, floors and ceilings"),
    "rain": N_("leaks and cracks (rainy season)"),
    "ventilation": N_("air the rooms"),
    "storm": N_("storm damage (windows, balcony, drains)"),
    "fit_out": N_("the works of the fit-out"),
    "spot_check": N_("check what the inspector reported"),
}
_ENGLISH_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CHINESE_STAGES: Final = fit_outs.c.stage.info.get("choices", {})


def plan_words(_: Translator, plan: str) -> str:
    """What an inspection is for."""
    return _(_PLANS[plan]) if plan in _PLANS else plan


def state_words(_: Translator, state: str) -> str:
    """What became of an inspection."""
    return _(_STATES[state]) if state in _STATES else state


def point_words(_: Translator, point: str) -> str:
    """A point of the checklist."""
    return _(_POINTS[point]) if point in _POINTS else point.replace("_", " ")


def stage_words(_: Translator, stage: str) -> str:
    """A stage of a fit-out."""
    return str(_CHINESE_STAGES.get(stage, (stage,))[0]) if _.language == "zh" else stage.replace("_", " ")


def use_words(_: Translator, unit_use: str) -> str:
    """The use of a unit."""
    return UNIT_USES.get(unit_use, unit_use) if _.language == "zh" else unit_use


def quantity(amount: Decimal | None) -> str:
    """A use or reading without needless zeros, at most three places: 1, 4.5, 0.033; blank where it is not known."""
    if amount is None:
        return ""
    rounded = amount.quantize(Decimal("0.001"), rounding=ROUND_HALF_UP)
    text = f"{rounded:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def unit_of_use(_: Translator, utility: str) -> str:
    """The unit a utility is measured in, as readers call it."""
    words = ("吨", "度") if _.language == "zh" else ("t", "kWh")
    return words[utility != "water"]


def share_words(_: Translator, share: Decimal | None) -> str:
    """A share as per cent; where nothing was to be done there is none."""
    return _("none due") if share is None else share_text(share)


def factor_words(_: Translator, factor: Decimal) -> str:
    """A share of the fee as per cent, without needless zeros: ``50 %``, in Chinese ``50%``."""
    return f"{quantity(factor * 100)}{'' if _.language == 'zh' else ' '}%"


def month_words(period: str, language: str) -> str:
    """A month, YYYY-MM, as people say it: ``2026年11月``, ``Nov 2026``; anything else stays as it is."""
    year, _dash, month = period.partition("-")
    if not (year.isdecimal() and month.isdecimal() and len(period) == 7):
        return period
    return f"{year}年{int(month)}月" if language == "zh" else f"{_ENGLISH_MONTHS[int(month) - 1]} {year}"


def date_words(day: date, language: str) -> str:
    """A day without its weekday, for letters: ``2026年11月20日``, ``20 Nov 2026``."""
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_ENGLISH_MONTHS[day.month - 1]} {day.year}"
