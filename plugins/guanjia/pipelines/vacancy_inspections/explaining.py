"""Why an inspection is as it is: why it was planned, whose lists it stood on, which visits count, and what they found.

Every derived row explains itself (pipelines 0.8): rule, inputs, and the run that wrote it. Staff appear masked.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Row

from guanjia.domain.errors import UnknownName
from guanjia.domain.masking import mask_name, mask_text
from guanjia.i18n import N_, Translator, gettext_for
from guanjia.i18n.formats import day_text, instant_text, listed
from guanjia.pipelines.vacancy_inspections.remark_words import remark_sentence
from guanjia.pipelines.vacancy_inspections.served import day_of
from guanjia.pipelines.vacancy_inspections.words import month_words, plan_words, point_words, stage_words
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute

_PLAN_RULES: Final = {
    "monthly": "INS-02",
    "basement": "INS-02",
    "rain": "INS-04",
    "severe_weather": "INS-04",
    "fit_out": "INS-10",
    "spot_check": "INS-06",
}
_GROUNDS: Final = {
    "unsold": N_("not handed over to an owner yet"),
    "not_fitted_out": N_("handed over and not fitted out"),
    "registered": N_("registered vacant, application {application}"),
}
_VERDICTS: Final = {
    "counted": N_("It counts."),
    "by_leaver": N_("It does not count: this person was not employed that day."),
    "before_plan": N_("It does not count: it lies before the inspection was planned."),
    "already_done": N_("It does not count: the unit had been entered before."),
    "after_close": N_("It does not count: the time for this inspection was over."),
    "cancelled": N_("It does not count: the inspection was cancelled."),
}
_CANCELLED: Final = {
    "vacancy_ended": N_("the unit was no longer vacant"),
    "fit_out_ended": N_("the stage of the fit-out had ended"),
}


def explain_inspection(transaction: Transaction, inspection_code: str, as_of: datetime, language: str) -> list[str]:
    """Why an inspection was planned as it was, and why its state is what it is.

    Args:
        transaction: open transaction; nothing is written.
        inspection_code: the inspection.
        as_of: aware; visits and remarks after it are invisible, inclusive.
        language: zh or en.

    Returns:
        Sentences: the inspection with rule and ground; its lists; a sentence per visit; its state; remarks.

    Raises:
        UnknownName: there is no such inspection.
    """
    _ = gettext_for(language)
    found = execute(
        transaction, "vacancy_inspections/read_explained_inspection", inspection_code=inspection_code
    ).one_or_none()
    if found is None:
        raise UnknownName(f"There is no inspection {inspection_code}. `guanjia export inspections` lists them.")
    today = day_of(as_of)
    if found.planned_on > today:
        return [
            _(
                "Inspection {code} is not visible yet: it was planned on {planned}, after {as_of}, for which was "
                "asked.",
                code=inspection_code,
                planned=day_text(found.planned_on, _.language),
                as_of=instant_text(as_of, _.language),
            )
        ]
    lists = execute(
        transaction, "vacancy_inspections/list_explained_lists", inspection_code=inspection_code, day=today
    ).all()
    visits = execute(
        transaction, "vacancy_inspections/list_explained_visits", inspection_code=inspection_code, as_of=as_of
    ).all()
    return [
        together(_, [_inspection(_, found), *_reasons(_, transaction, found), _points(_, found)]),
        *(_listing(_, row) for row in lists),
        *(_visit(_, row) for row in visits),
        together(_, [_state(_, found, today, visited=bool(visits)), _written(_, found.run_code)]),
        *remark_sentences(_, transaction, as_of, inspection_code=inspection_code),
    ]


def together(_: Translator, parts: Iterable[str]) -> str:
    """Sentences as one paragraph."""
    return ("" if _.language == "zh" else " ").join(part for part in parts if part)


def remark_sentences(
    _: Translator,
    transaction: Transaction,
    as_of: datetime,
    *,
    inspection_code: str | None = None,
    application_code: str | None = None,
) -> list[str]:
    """What was remarked about an inspection or an application, a sentence each."""
    rows = execute(
        transaction,
        "vacancy_inspections/list_explained_remarks",
        inspection_code=inspection_code,
        application_code=application_code,
        as_of=as_of,
    )
    return [
        _("Remark: {sentence}", sentence=mask_text(remark_sentence(_, row.kind, row.subject, row.detail)))
        for row in rows
    ]


def _person(_: Translator, code: str, name: str | None) -> str:
    return f"{code} ({mask_name(name or '')})" if name else code


def _inspection(_: Translator, found: Row[Any]) -> str:
    return _(
        "Inspection {code}: {plan} (rule {rule}), {period}; {community} {unit}.",
        code=found.inspection_code,
        plan=plan_words(_, found.plan),
        rule=_PLAN_RULES[found.plan],
        period=month_words(found.period, _.language),
        community=found.community_name,
        unit=found.unit_code,
    )


def _reasons(_: Translator, transaction: Transaction, found: Row[Any]) -> Iterable[str]:
    """Why it was planned, for which day and for whom."""
    if found.plan == "basement":
        yield _("It is a basement: each is inspected once a month.")
    elif found.plan == "fit_out":
        stages = [stage_words(_, stage) for stage in (found.stages or "").split(",") if stage]
        yield _("Stages of the fit-out under way: {stages}.", stages=listed(_, stages))
    elif found.plan == "spot_check":
        yield _("It checks inspection {code} again.", code=found.checks_code)
    if found.event:
        yield _(
            "An operator asked for it: {event}, to be done by {deadline}.",
            event=found.event,
            deadline=instant_text(found.deadline, _.language),
        )
    if found.plan in ("monthly", "rain", "severe_weather"):
        grounds = execute(
            transaction,
            "vacancy_inspections/list_explained_grounds",
            community_code=found.community_code,
            unit_code=found.unit_code,
            day=found.planned_on,
        )
        for row in grounds:
            yield _(
                "The unit is vacant since {start} (INS-01): {ground}.",
                start=day_text(row.start_date, _.language),
                ground=_(_GROUNDS[row.ground], application=row.application_code),
            )
    yield _(
        "Planned on {planned} for {due}.",
        planned=day_text(found.planned_on, _.language),
        due=day_text(found.due_on, _.language),
    )
    if found.staff_code is None:
        yield _("Nobody was available for it.")
    else:
        yield _("Inspector: {person}.", person=_person(_, found.staff_code, found.staff_name))


def _points(_: Translator, found: Row[Any]) -> str:
    points = [point_words(_, point) for point in found.checklist.split(",") if point]
    return _("Points to look at: {points}.", points=listed(_, points)) if points else ""


def _listing(_: Translator, row: Row[Any]) -> str:
    told = _(
        "{day}: no. {position} on the list of {person}.",
        day=day_text(row.work_date, _.language),
        position=row.position,
        person=_person(_, row.staff_code, row.staff_name),
    )
    return together(_, [told, _("It was carried over.") if row.is_carried_over else ""])


def _visit(_: Translator, row: Row[Any]) -> str:
    entered = _("the unit was entered") if row.entered else _("the unit was not entered")
    return together(
        _,
        [
            _(
                "Visit {instant} by {person}: {entered}.",
                instant=instant_text(row.inspected_at, _.language),
                person=_person(_, row.staff_code, row.staff_name),
                entered=entered,
            ),
            _found(_, row),
            _read(_, row),
            _(_VERDICTS[row.verdict]) if row.verdict else _("No run has judged it yet."),
            _("The finding opened case {case} (INS-05).", case=row.case_code) if row.case_code else "",
        ],
    )


def _found(_: Translator, row: Row[Any]) -> str:
    amiss = [
        words
        for value, words in (
            (row.valves_off, _("water or electricity not shut off")),
            (row.installations_ok, _("installations not in order")),
            (row.hygiene_ok, _("not clean")),
            (row.structure_ok, _("walls, floors or ceilings not in order")),
        )
        if value is False
    ]
    text = " ".join((row.finding or "").split())
    amiss += [mask_text(text).rstrip("。.")] if text else []
    return _("Found: {amiss}.", amiss=listed(_, amiss)) if amiss else ""


def _read(_: Translator, row: Row[Any]) -> str:
    read = [
        _("water {reading} t", reading=f"{row.water_reading:f}") if row.water_reading is not None else "",
        _("electricity {reading} kWh", reading=f"{row.electricity_reading:f}")
        if row.electricity_reading is not None
        else "",
    ]
    shown = [text for text in read if text]
    return _("Meters read: {readings}.", readings=listed(_, shown)) if shown else ""


def _state(_: Translator, found: Row[Any], today: date, *, visited: bool) -> str:
    if found.state == "cancelled":
        reason = _CANCELLED.get(found.cancelled_reason or "")
        return _("It was cancelled: {reason}.", reason=_(reason) if reason else found.cancelled_reason)
    if found.state == "missed":
        return _("It was missed: no visit counted in its time.")
    if found.state == "planned":
        return _("It is planned: no visit counts yet.") if visited else _("It is planned: nobody has reported a visit.")
    instant = instant_text(found.inspected_at, _.language)
    if found.state == "done":
        return _("It is done: {person} entered on {instant}.", person=found.inspected_by, instant=instant)
    if _is_over(found, today):
        return _(
            "It is not entered: {person} was at the door last on {instant}; its time is over.",
            person=found.inspected_by,
            instant=instant,
        )
    return _(
        "It is not entered: {person} was at the door last on {instant}; it is tried again in its time.",
        person=found.inspected_by,
        instant=instant,
    )


def _is_over(found: Row[Any], today: date) -> bool:
    """Whether the time in which an inspection is tried again has passed."""
    if found.deadline is not None:
        return day_of(found.deadline) < today
    if found.plan in ("monthly", "basement", "spot_check"):
        return bool(f"{found.due_on:%Y-%m}" < f"{today:%Y-%m}")
    return bool(found.due_on < today)


def _written(_: Translator, run_code: str | None) -> str:
    return _("Written by run {run}.", run=run_code) if run_code else ""


def day_span(_: Translator, first: date, last: date) -> str:
    """From a day to a day, both included."""
    return _("from {first} to {last}", first=day_text(first, _.language), last=day_text(last, _.language))
