"""Why a vacancy registration is accepted or refused, which days count, and what was used in each month (INS-07, 09)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from guanjia.domain.errors import UnknownName
from guanjia.i18n import Translator, gettext_for
from guanjia.i18n.formats import day_text, instant_text, listed
from guanjia.pipelines.vacancy_inspections.explaining import day_span, remark_sentences, together
from guanjia.pipelines.vacancy_inspections.served import day_of
from guanjia.pipelines.vacancy_inspections.words import factor_words, month_words, quantity, unit_of_use
from guanjia.store.business_settings import required_setting, setting_value
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute


def explain_application(transaction: Transaction, application_code: str, as_of: datetime, language: str) -> list[str]:
    """Why an application was accepted or refused, which of its days count, and which months count as occupied.

    Args:
        transaction: open transaction; nothing is written.
        application_code: the application.
        as_of: aware; later applications, months and remarks are invisible, inclusive.
        language: zh or en.

    Returns:
        Sentences: the application; the judgement with its arithmetic; the days; per month the use with the stretches
        between readings it is made of, and why it counts as occupied; remarks.

    Raises:
        UnknownName: there is no such application.
    """
    _ = gettext_for(language)
    found = execute(
        transaction, "vacancy_inspections/read_explained_application", application_code=application_code
    ).one_or_none()
    if found is None:
        raise UnknownName(
            f"There is no vacancy application {application_code}. `guanjia export vacancy_applications` lists them."
        )
    sentences = [_application(_, found)]
    if found.applied_on > day_of(as_of) or found.judged_at is None:
        return [*sentences, _not_judged(_, transaction, found, as_of)]
    sentences.append(together(_, [*_judgement(_, transaction, found, as_of), _written(_, found.run_code)]))
    if found.state == "accepted":
        sentences.append(together(_, _days(_, transaction, found, as_of)))
        months = execute(
            transaction,
            "vacancy_inspections/list_explained_use",
            application_code=application_code,
            period=f"{day_of(as_of):%Y-%m}",
        )
        sentences += [_month(_, row) for row in months]
    return sentences + remark_sentences(_, transaction, as_of, application_code=application_code)


def _application(_: Translator, found: Row[Any]) -> str:
    told = _(
        "Vacancy application {code}: {community} {unit}; applied for on {applied}, {days}.",
        code=found.application_code,
        community=found.community_name,
        unit=found.unit_code,
        applied=day_text(found.applied_on, _.language),
        days=day_span(_, found.start_date, found.end_date),
    )
    early = _("Ended early on {day}.", day=day_text(found.ended_on, _.language)) if found.ended_on is not None else ""
    readings = ""
    if found.water_reading is not None and found.electricity_reading is not None:
        readings = _(
            "Meters at the start: water {water} t, electricity {electricity} kWh.",
            water=quantity(found.water_reading),
            electricity=quantity(found.electricity_reading),
        )
    return together(_, [told, early, readings])


def _not_judged(_: Translator, transaction: Transaction, found: Row[Any], as_of: datetime) -> str:
    if found.applied_on > day_of(as_of):
        return _(
            "It is not visible yet: it was made after {as_of}, for which was asked.",
            as_of=instant_text(as_of, _.language),
        )
    live_from = setting_value(transaction, "live_from", day_of(as_of), found.community_code)
    if not isinstance(live_from, date):
        return _(
            "It has not been judged: community {community} is not served, since it has no live_from.",
            community=found.community_code,
        )
    return _("It has not been judged: no run of vacancy_inspections has seen it yet.")


def _judgement(_: Translator, transaction: Transaction, found: Row[Any], as_of: datetime) -> Iterable[str]:
    if found.state == "accepted":
        yield _("Accepted (INS-07): identity checked, meters read, and no other accepted registration on these days.")
        yield _length(_, transaction, found, as_of)
        return
    yield _("Refused (INS-07).")
    if found.reason == "identity_not_checked":
        yield _("The owner's identity was not checked.")
    elif found.reason == "no_meter_reading":
        yield _("The meters were not read at the start.")
    elif found.reason == "too_short":
        yield _length(_, transaction, found, as_of)
    else:
        yield _(
            "It overlaps {other}, accepted before, {days}.",
            other=found.overlaps_code,
            days=day_span(_, found.overlaps_from, found.overlaps_to),
        )


def _length(_: Translator, transaction: Transaction, found: Row[Any], as_of: datetime) -> str:
    months = required_setting(transaction, "vacancy_minimum_months", day_of(as_of), found.community_code)
    reached = _months_later(found.start_date, int(str(months))) - timedelta(days=1)
    sentence = (
        _("It must be longer than {months} months, so end after {reached}: it ends on {end}.")
        if found.end_date > reached
        else _("It must be longer than {months} months, so end after {reached}: it ends on {end} and is too short.")
    )
    return sentence.format(
        months=months, reached=day_text(reached, _.language), end=day_text(found.end_date, _.language)
    )


def _months_later(day: date, months: int) -> date:
    """The same day that many months later, or the last of that month; as PostgreSQL adds months."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = date(year, month + 1, 1)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return first + timedelta(days=min(day.day, (following - first).days) - 1)


def _days(_: Translator, transaction: Transaction, found: Row[Any], as_of: datetime) -> Iterable[str]:
    if found.last_day < found.first_day:
        yield _("It ended before its first day: no day counts.")
        return
    yield _("It counts {days}.", days=day_span(_, found.first_day, found.last_day))
    if found.first_day > found.start_date:
        backdated = required_setting(transaction, "vacancy_backdated_days", day_of(as_of), found.community_code)
        yield _("Not from its start: at most {days} days before the application count.", days=backdated)
    if found.ended_on is not None and found.ended_on < found.end_date:
        yield _("To its early end.")
    factor = required_setting(transaction, "vacancy_factor", day_of(as_of), found.community_code)
    yield _(
        "On these days property fee and shared utilities are billed at {share} (INS-08), except in occupied months.",
        share=factor_words(_, Decimal(str(factor))),
    )
    if found.case_code:
        yield _("Case for shutting off water and electricity: {case}.", case=found.case_code)


# -- a month -----------------------------------------------------------------------------------------------------------


def _month(_: Translator, row: Row[Any]) -> str:
    kept: Mapping[str, Any] = row.explanation
    uses = [
        _use(_, "water", row.water_use, row.water_known_to, kept),
        _use(_, "electricity", row.electricity_use, row.electricity_known_to, kept),
    ]
    return together(
        _,
        [
            _("{month}: {uses}.", month=month_words(row.period, _.language), uses=listed(_, uses)),
            _verdict(_, row, kept),
            *(_stretch(_, stretch) for stretch in kept["stretches"]),
        ],
    )


def _utility(_: Translator, utility: str) -> str:
    return _("water use") if utility == "water" else _("electricity use")


def _use(_: Translator, utility: str, used: Decimal | None, known_to: date | None, kept: Mapping[str, Any]) -> str:
    name = _utility(_, utility)
    if used is None or known_to is None:
        return _("{utility} not read", utility=name)
    amount = f"{quantity(used)} {unit_of_use(_, utility)}"
    if known_to < date.fromisoformat(kept["last_day"]):
        return _("{utility} {amount} up to {day}", utility=name, amount=amount, day=day_text(known_to, _.language))
    return _("{utility} {amount}", utility=name, amount=amount)


def _verdict(_: Translator, row: Row[Any], kept: Mapping[str, Any]) -> str:
    above = [
        _(
            "{utility} above {limit}",
            utility=_utility(_, utility),
            limit=f"{kept[f'{utility}_limit']} {unit_of_use(_, utility)}",
        )
        for utility, used in (("water", row.water_use), ("electricity", row.electricity_use))
        if used is not None and round(used, 9) > Decimal(kept[f"{utility}_limit"])
    ]
    if row.is_occupied:
        return _("The month counts as occupied (INS-09): {above}.", above=listed(_, above))
    return _("Not above the limits (INS-09): the month does not count as occupied.")


def _stretch(_: Translator, stretch: Mapping[str, Any]) -> str:
    """The arithmetic of one stretch between two readings, on the days of this month."""
    first, last = date.fromisoformat(stretch["first_day"]), date.fromisoformat(stretch["last_day"])
    origin = (
        _("from the application") if stretch["is_from_application"] else day_text(first - timedelta(days=1), _.language)
    )
    factor = stretch["multiplier"]
    times = f" × {factor}" if factor not in (None, "1") else ""
    return _(
        "{name} {meter}: {to} ({last}) − {start} ({origin}){times} = {used} {unit} in {days} days, of which "
        "{counted} here: {share} {unit}.",
        name=_("Water meter") if stretch["utility"] == "water" else _("Electricity meter"),
        meter=stretch["meter_code"],
        to=stretch["to_reading"],
        last=day_text(last, _.language),
        start=stretch["from_reading"],
        origin=origin,
        times=times if factor is not None else _(", with the multiplier of each day"),
        used=quantity(Decimal(stretch["used"])),
        unit=unit_of_use(_, stretch["utility"]),
        days=stretch["days"],
        counted=stretch["counted_days"],
        share=quantity(Decimal(stretch["share"])),
    )


def _written(_: Translator, run_code: str | None) -> str:
    return _("Written by run {run}.", run=run_code) if run_code else ""
