"""What a remark says, as a plain sentence, and what is to be done about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from guanjia.i18n import N_, Translator
from guanjia.pipelines.vacancy_inspections.words import month_words, plan_words

_UTILITIES: Final = {"water": N_("water meter"), "electricity": N_("electricity meter")}

REMARKS: Final[Mapping[str, tuple[str, str, str]]] = {
    "no_inspector": (
        N_("Nobody to inspect"),
        N_("{period}: {units} units of {due} have no inspector; nobody serves this community or is on its roster."),
        N_("Assign an inspector in the staff register or complete the roster; what is left then comes onto a list."),
    ),
    "over_capacity": (
        N_("More than can be inspected"),
        N_(
            "{period}: {units} units of {due} do not fit: {inspectors} inspectors, {seats} visits possible on "
            "{working_days} working days at {per_day} a day."
        ),
        N_("Lend an inspector, add days to the roster, or raise the setting inspections_per_day."),
    ),
    "no_capacity": (
        N_("No inspection possible by the settings"),
        N_("{period}: {units} units of {due} have nobody, since inspections_per_day is 0."),
        N_("Set inspections_per_day above 0, or tell us why this community is not to be inspected."),
    ),
    "no_working_day": (
        N_("No working day left"),
        N_("{period}: {units} units became due and the month has no working day left."),
        N_("Have them seen by the end of the month all the same, or they will count as missed."),
    ),
    "nobody_there": (
        N_("Nobody there today"),
        N_("{day}: {units} inspections are due and no inspector is there."),
        N_("Find a stand-in and correct the roster; what is not seen today is carried over."),
    ),
    "no_spot_checker": (
        N_("Nobody to spot-check"),
        N_("{period}: nobody holds the post that makes the spot checks; {units} are drawn."),
        N_("Fill the post of the centre head in the staff register."),
    ),
    "result_by_leaver": (
        N_("Visit by somebody not employed"),
        N_("Staff number {staff_code} reported a visit of {visited_at}, but was not employed that day."),
        N_("Find out who was there and load the result with that staff number, or correct the staff register."),
    ),
    "result_before_plan": (
        N_("Visit before its time"),
        N_("The visit of {visited_at} by {staff_code} lies before the first day it can count ({first_day})."),
        N_("Is the date right? Correct it and load the result again; else the unit has to be seen once more."),
    ),
    "result_after_close": (
        N_("Visit after its time"),
        N_("The visit of {visited_at} by {staff_code} lies after the last day it can count ({last_day})."),
        N_("Is the date right? Correct it and load the result again; else the inspection stays as it is."),
    ),
    "result_cancelled": (
        N_("Visit to a cancelled inspection"),
        N_("{staff_code} was there {visited_at}, but the inspection had been cancelled."),
        N_("Nothing, unless the unit is vacant after all: then correct the register."),
    ),
    "result_already_done": (
        N_("Visited twice"),
        N_("{staff_code} was there {visited_at}, though the unit had been entered before."),
        N_("Nothing: the first visit counts; readings and findings of both are kept."),
    ),
    "reading_differs": (
        N_("Two readings for one day"),
        N_("{meter} {meter_code}, {read_on}: read {reading}, but {compared_with} stands already."),
        N_("Look at the meter and correct the meter readings; until then the one that stands holds."),
    ),
    "reading_falls": (
        N_("Reading that cannot be"),
        N_("{meter} {meter_code}, {read_on}: read {reading}, against {compared_with} ({compared_on})."),
        N_("Look at the meter: misread, or exchanged? An exchanged meter gets a meter code of its own."),
    ),
    "use_falls": (
        N_("Meter running backwards"),
        N_("{meter} {meter_code}: {reading} on {read_on}, after {compared_with} on {compared_on}."),
        N_("Correct the wrong reading; until then these days count for no use."),
    ),
    "no_meter": (
        N_("Meter missing in the register"),
        N_("{meter}: read {reading} on {read_on}, but the unit has none in the register."),
        N_("Enter the meter in the register; without it no use can be measured."),
    ),
    "several_meters": (
        N_("Several meters for one unit"),
        N_("{meter}: read {reading} on {read_on}, but the unit has several in the register."),
        N_("Close the old meter in the register (valid_to), so that one is in force."),
    ),
    "ended_before_start": (
        N_("Registration without a day"),
        N_("Registration {subject} ended {ended_on}, before its first day {first_day}: no day counts."),
        N_("Is the end right? Correct the application; else nothing is to be done."),
    ),
    "registration_moved": (
        N_("Case for the wrong unit"),
        N_("Application {application_code} was corrected to {moved_to}; case {case_code} is void, a new one is open."),
        N_("Close that case; if water or electricity were shut off there, have them turned on again."),
    ),
    "never_vacant": (
        N_("Registration of a unit that is never vacant"),
        N_("Application {application_code} was accepted, but by its use ({unit_use}) the unit is never vacant."),
        N_("Correct the unit in the application or its use in the register; till then nothing is billed less."),
    ),
    "tenant_lives_there": (
        N_("Counts as vacant, but let"),
        N_(
            "The unit counts as vacant since {start_date}, though the register has a tenant there since {tenant_since}."
        ),
        N_("Find out which is right: end the tenancy in the register, or end the registration or report the fit-out."),
    ),
    "fit_out_unknown": (
        N_("Fit-out not known"),
        N_("{units} units are handed over and nobody says whether they are fitted out; they count as not vacant."),
        N_("Fill in the column fit_out of the units register, or report the stages of the works."),
    ),
}
"""Kind of a remark → heading, sentence, and what to do. Fields are those of its detail."""

_OF_EVENTS: Final = {
    "no_inspector": N_("{event}: {units} units of {due} have no inspector before the deadline."),
    "over_capacity": N_(
        "{event}: {due} units for {inspectors} inspectors in {working_days} days are {units} more than {per_day} a "
        "day; all are planned nevertheless."
    ),
}
"""Sentences of kinds that are told of a weather event too."""

_OTHER: Final = (N_("Other remarks"), "{subject}", N_("Look at the rows named and correct what is wrong."))


def remark_heading(_: Translator, kind: str) -> str:
    """What remarks of a kind have in common, in a few words."""
    return _(REMARKS.get(kind, _OTHER)[0])


def remark_advice(_: Translator, kind: str) -> str:
    """What is to be done about remarks of a kind."""
    return _(REMARKS.get(kind, _OTHER)[2])


def remark_sentence(_: Translator, kind: str, subject: str, detail: Mapping[str, Any]) -> str:
    """A remark as a sentence.

    Args:
        _: translator.
        kind: its kind; one that is not known is told by its subject.
        subject: what it is about.
        detail: its values.
    """
    values = _Values({name: str(value) for name, value in detail.items() if value is not None})
    values["subject"] = subject
    sentence = REMARKS.get(kind, _OTHER)[1]
    if "period" in values:
        period, values["period"] = values["period"], month_words(values["period"], _.language)
        if period == values["period"]:  # not a month: the code of a weather event
            values.setdefault("event", period)
            sentence = _OF_EVENTS.get(kind, sentence)
    if "plan" in values:
        values["plan"] = plan_words(_, values["plan"])
    if "utility" in values:
        utility = values["utility"]
        values["meter"] = _(_UTILITIES[utility]) if utility in _UTILITIES else utility
    if "compared_on" not in values:
        values["compared_on"] = values.get("read_on", "–")
    return (_(sentence) if kind in REMARKS else sentence).format_map(values)


class _Values(dict[str, str]):
    """Values of a sentence; one that is missing is shown as such and breaks nothing."""

    def __missing__(self, name: str) -> str:
        return "–"
