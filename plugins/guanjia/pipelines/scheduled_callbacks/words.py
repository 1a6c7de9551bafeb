"""How reasons, states and events of callbacks are called, and customers where their names are not needed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from guanjia.domain.masking import mask_name
from guanjia.i18n import N_, Translator
from guanjia.i18n.formats import listed
from guanjia.pipelines.scheduled_callbacks.list_words import trigger_words
from guanjia.settings import TIME_ZONE

MISSED_REASONS: Final[Mapping[str, str]] = {
    "no_agent": N_("no agent was on duty in its window"),
    "no_capacity": N_("no room on the lists"),
    "not_made": N_("on a list, but nothing was reported"),
    "not_reached": N_("tried, but not reached"),
    "not_listed": N_("known too late, or no lists were made"),
    "no_answer_by_mail": N_("no answer to the letter"),
}
CLOSED_REASONS: Final[Mapping[str, str]] = {
    "exhausted": N_("all attempts made"),
    "wrong_number": N_("wrong number"),
    "window_missed": N_("window is past"),
    "satisfied": N_("reached otherwise"),
    "reopened": N_("case was reopened or does not count any more"),
    "customer_gone": N_("customer has moved out or is not concerned"),
    "do_not_call": N_("does not want to be called"),
    "dropped": N_("prospect was dropped"),
    "rule_gone": N_("rule is no longer in force"),
}
DROP_REASONS: Final[Mapping[str, str]] = {
    "register": N_("reason in the register"),
    "not_interested": N_("not interested"),
    "interest_unknown": N_("interest not known"),
    "refused": N_("did not want to talk"),
    "unreachable": N_("cannot be reached"),
}
WARNING_REASONS: Final[Mapping[str, str]] = {
    "no_agent": N_("no agent in sight"),
    "no_capacity": N_("too few agents"),
    "last_day": N_("last day part today"),
}
STATES: Final[Mapping[str, str]] = {
    "planned": N_("not made yet"),
    "reached": N_("reached"),
    "unreached": N_("not reached"),
    "refused": N_("did not want to talk"),
    "cancelled": N_("cancelled"),
    "satisfied": N_("settled otherwise"),
    "missed": N_("window missed"),
}
EVENTS: Final[Mapping[str, str]] = {
    "reception_day": N_("manager's reception day"),
    "mailbox": N_("manager's mailbox"),
    "committee": N_("meeting with the owners' committee"),
}


def missed_words(_: Translator, reason: str | None) -> str:
    """Why a window passed."""
    text = MISSED_REASONS.get(reason or "")
    return _(text) if text else reason or "–"


def closed_words(_: Translator, reason: str | None) -> str:
    """Why a callback ended without being reached."""
    text = CLOSED_REASONS.get(reason or "")
    return _(text) if text else reason or "–"


def drop_words(_: Translator, reason: str) -> str:
    """Why a prospect was dropped."""
    return _(DROP_REASONS[reason]) if reason in DROP_REASONS else reason


def warning_words(_: Translator, reason: str) -> str:
    """Why a window would be missed."""
    return _(WARNING_REASONS[reason]) if reason in WARNING_REASONS else reason


def event_words(_: Translator, event: str) -> str:
    """What takes place in a community."""
    return _(EVENTS[event]) if event in EVENTS else event


def triggers_words(_: Translator, triggers: str | None, case_codes: str | None = None) -> str:
    """Why somebody is called: the triggers, comma-separated, and the cases."""
    named = listed(_, (trigger_words(_, each) for each in (triggers or "").split(",") if each))
    return " ".join(part for part in (named, (case_codes or "").replace(",", " ")) if part)


def who_words(_: Translator, customer_name: str | None) -> str:
    """A customer where the name is not needed: masked; one who is not known."""
    return mask_name(customer_name) if customer_name else _("customer not known")


def place_or_prospect(_: Translator, community_name: str | None) -> str:
    """A community by its name, or that it is a prospect."""
    return community_name or _("prospects")


def short_instant(instant: datetime) -> str:
    """Month, day and time: ``11-20 20:00``."""
    return f"{instant.astimezone(TIME_ZONE):%m-%d %H:%M}"
