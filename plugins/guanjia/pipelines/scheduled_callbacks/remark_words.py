"""What a remark of the callback pipeline says, as a plain sentence, and what is to be done about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from guanjia.i18n import N_, Translator
from guanjia.i18n.formats import filled_in

REMARKS: Final[Mapping[str, tuple[str, str, str]]] = {
    "result_before_plan": (
        N_("Result before its callback was planned"),
        N_("Callback {callback_code}: the attempt of {attempted_at} by {staff_code} lies before {planned_on}."),
        N_("Is the date right? Correct it and load the result again; else nothing is to be done: it does not count."),
    ),
    "result_after_close": (
        N_("Result after its callback had ended"),
        N_("Callback {callback_code}: the attempt of {attempted_at} by {staff_code} came after its end."),
        N_("Is the time right? Correct it and load the result again; else it is kept and changes nothing."),
    ),
    "result_too_soon": (
        N_("Tried again too soon"),
        N_("Callback {callback_code}: {staff_code} tried again at {attempted_at}, too soon after the last try."),
        N_("It does not count as a try; the customer is tried again. Remind the agent of the hours between two tries."),
    ),
    "result_same_day_part": (
        N_("Tried in the same part of the day again"),
        N_("Callback {callback_code}: {staff_code} tried at {attempted_at}, in a part of the day tried before."),
        N_("It does not count as a try; the customer is tried in another part of the day."),
    ),
    "result_outside_hours": (
        N_("Called outside calling hours"),
        N_("Callback {callback_code}: {staff_code} called at {attempted_at}, outside calling hours."),
        N_("Is the time right? Nobody is to be called then; what the customer said counts, an empty try does not."),
    ),
    "result_too_many": (
        N_("More tries than the rule allows"),
        N_("Callback {callback_code}: the try of {attempted_at} by {staff_code} is one too many."),
        N_("Nothing is to be done; the agent should leave the customer in peace."),
    ),
    "result_by_leaver": (
        N_("Call by somebody not employed"),
        N_("Callback {callback_code}: staff number {staff_code} is given for {attempted_at}, not employed that day."),
        N_("Find out who called and load the result with that staff number, or correct the staff register."),
    ),
    "result_off_roster": (
        N_("Call by somebody not on the roster"),
        N_("Callback {callback_code}: {staff_code} called at {attempted_at} without being on the roster that day."),
        N_("The result counts. Complete the roster if the agent was there; else find out who called."),
    ),
    "satisfaction_without_reach": (
        N_("Satisfaction without a conversation"),
        N_("Callback {callback_code}: a satisfaction is given for {attempted_at}, but the customer was not reached."),
        N_("The satisfaction is left out. Correct the outcome or the satisfaction and load the result again."),
    ),
    "promised_outside_hours": (
        N_("Time promised outside calling hours"),
        N_("Callback {callback_code}: {staff_code} promised {call_later_at}, outside calling hours."),
        N_("The call is made in the next part of the day; tell the customer if that time mattered."),
    ),
    "promised_too_far": (
        N_("Time promised too far ahead"),
        N_("Callback {callback_code}: {staff_code} noted {call_later_at} as the time promised."),
        N_("Probably a wrong year or month: correct it and load the result again; until then it is tried as usual."),
    ),
    "promise_broken": (
        N_("Promise not kept"),
        N_("Callback {callback_code}: the customer asked to be called at {promised_at}, and no call was reported."),
        N_("It goes first today; ask the agent whether it was made and not written down."),
    ),
    "no_agent": (
        N_("Nobody there to call"),
        N_("{day}: {callbacks} callbacks of {scope} are to be made and no agent is there."),
        N_("Complete the roster or lend an agent; what is not called today waits and goes first tomorrow."),
    ),
    "area_unknown": (
        N_("Repair without a place"),
        N_("Case {case} does not say whether it was in the home or in public; only the former are called back."),
        N_("Fill in the area of the case; if it was in the home, the callback is planned next morning."),
    ),
    "rule_unusable": (
        N_("Callback rule left out"),
        N_("Rule {rule} cannot be used: {fault}."),
        N_("Correct the rule in callback_rules and confirm the change; until then it makes nothing due."),
    ),
    "visit_not_signed": (
        N_("Home visit without a signature"),
        N_("Home visit {visit_code} of {visited_at} by {staff_code} was not signed by the person visited."),
        N_("Have the form signed and load the visit again with signed = yes."),
    ),
    "visit_without_community": (
        N_("Home visit without a community"),
        N_("Home visit {visit_code} of {visited_at}: the person was not satisfied, but the visit names no community."),
        N_("Fill in community and unit of the visit and load it again; then a case is opened."),
    ),
    "form_edited": (
        N_("Protected cells were changed"),
        N_("Callback {callback_code}: somebody changed what the list said of the customer; the result was taken in."),
        N_("Ask the agent: perhaps the name or number in the register is wrong, then correct it there."),
    ),
}
"""Kind of a remark → heading, sentence, and what to do. Fields are those of its detail."""

FAULTS: Final[Mapping[str, str]] = {
    "unknown_repeat": N_("its repeat is neither a number of days nor month, quarter or year"),
    "window_too_long": N_("its window is over 180 working days, or begins over 90 days after the fact"),
    "service_days_crossed": N_("min_service_days is not below max_service_days"),
    "repeat_of_fact": N_("it follows a case, and such a rule takes no repeat"),
    "service_days_of_fact": N_("it follows a case, and such a rule takes no days of service"),
    "without_repeat": N_("it needs a repeat"),
    "repeat_not_days": N_("its repeat must be a number of days"),
    "without_month": N_("it needs a month"),
    "prospects_have_no_service": N_("prospects have no service, and so no care or year-end call"),
}
"""Why a rule was left out."""

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
        kind: its kind.
        subject: what it is about.
        detail: its values; one that is missing is shown as a dash.

    Returns:
        The sentence; of an unknown kind, the subject.
    """
    fields = {**detail, "subject": subject}
    fault = fields.get("fault")
    if fault is not None:
        fields["fault"] = _(FAULTS[fault]) if fault in FAULTS else str(fault)
    if fields.get("scope") == "prospects":
        fields["scope"] = _("prospects")
    sentence = _(REMARKS.get(kind, _OTHER)[1])
    return filled_in(sentence, fields)
