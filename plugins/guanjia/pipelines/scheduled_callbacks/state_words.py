"""How states and reasons of callbacks are called on pages and in explanations, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from guanjia.i18n import N_, Translator
from guanjia.pipelines.scheduled_callbacks.words import (
    CLOSED_REASONS,
    DROP_REASONS,
    EVENTS,
    MISSED_REASONS,
    STATES,
    WARNING_REASONS,
)

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "callback_state": STATES,
    "callback_channel": {
        "call": N_("by telephone"),
        "mail": N_("by mail"),
        "manager": N_("by the manager"),
    },
    "channel_reason": {
        "do_not_call": N_("does not want to be called"),
        "no_phone": N_("no telephone number"),
        "bad_number": N_("number is wrong"),
        "no_customer": N_("customer not known"),
        "questionnaire": N_("a questionnaire"),
    },
    "closed_reason": CLOSED_REASONS,
    "missed_reason": MISSED_REASONS,
    "warning_reason": WARNING_REASONS,
    "why_agent": {
        "promised": N_("took the customer's wish for this time"),
        "familiar": N_("the customer knows this agent"),
        "even": N_("had the fewest calls"),
        "reassigned": N_("took it over from somebody absent"),
    },
    "attempt_verdict": {
        "counted": N_("counts"),
        "noted": N_("kept, does not count"),
        "conflicting": N_("contradicts another result"),
        "superseded": N_("replaced by a later content"),
    },
    "attempt_reason": {
        "before_plan": N_("before the callback was planned"),
        "after_close": N_("after the callback had ended"),
        "too_soon": N_("too soon after the last try"),
        "same_day_part": N_("in a part of the day tried before"),
        "outside_hours": N_("outside calling hours"),
        "too_many": N_("more tries than the rule allows"),
        "by_leaver": N_("by somebody not employed that day"),
        "off_roster": N_("by somebody not on the roster"),
    },
    "conflict_kind": {
        "outcome": N_("reached and not reached"),
        "satisfaction": N_("two answers about satisfaction"),
        "changed": N_("one result with two contents"),
    },
    "drop_reason": DROP_REASONS,
    "community_event": EVENTS,
    "event_state": {
        "planned": N_("arranged"),
        "announced": N_("announced"),
        "reminded": N_("reminded"),
        "impossible": N_("no day was left"),
    },
    "event_reason": {
        "too_late": N_("too late to announce an earlier day"),
        "no_free_day": N_("no day off was left"),
    },
    "case_purpose": {
        "correction": N_("correction of what the customer found wanting"),
        "register_correction": N_("correction of the customer register"),
    },
}
"""Kind of word → code → English."""


def state_word(_: Translator, kind: str, code: str | None) -> str:
    """A code in words; empty for none, an unknown one itself."""
    if code is None:
        return ""
    text = WORDS[kind].get(code)
    return _(text) if text else code
