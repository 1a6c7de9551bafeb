"""Why a contact was due, in a paragraph: the fact or the period, the customer chosen, the window, and the channel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Row

from guanjia.i18n import N_, Translator
from guanjia.i18n.formats import day_text, instant_text
from guanjia.pipelines.scheduled_callbacks.list_words import trigger_words
from guanjia.pipelines.scheduled_callbacks.state_words import state_word

_RULES: Final[Mapping[str, str]] = {
    "repair_resolved": "CB-01",
    "complaint_answered": "CB-02",
    "correction_resolved": "CB-03",
    "care": "CB-04",
    "prospect": "CB-05",
    "year_end": "CB-06",
    "paid_service_done": "CB-07",
}
_WHO: Final[Mapping[str, str]] = {
    "case": N_("The case names the customer."),
    "tenant": N_("The case names nobody: the tenant in occupancy then is asked."),
    "owner": N_("The case names nobody: the owner in occupancy then is asked."),
    "nobody": N_("The case names nobody, and nobody lived there then."),
}


def contact_sentence(_: Translator, row: Row[Any]) -> str:
    """A contact as a paragraph.

    Args:
        _: translator.
        row: of ``list_explained_contacts``.
    """
    return ("" if _.language == "zh" else " ").join(part for part in _parts(_, row) if part)


def _parts(_: Translator, row: Row[Any]) -> Iterator[str]:
    why: Mapping[str, Any] = row.explanation
    if row.case_code:
        yield _(
            "Rule {rule} ({id}): {trigger}, case {case}, {instant}.",
            rule=row.rule_code,
            id=_RULES[row.trigger],
            trigger=trigger_words(_, row.trigger),
            case=row.case_code,
            instant=instant_text(row.triggered_at, _.language),
        )
        who = _WHO.get(str(why.get("who")))
        yield _(who) if who else ""
    else:
        yield _(
            "Rule {rule} ({id}): {trigger}, {period}.",
            rule=row.rule_code,
            id=_RULES[row.trigger],
            trigger=trigger_words(_, row.trigger),
            period=row.occasion,
        )
        yield _turn(_, why)
    yield _due(_, row, why)
    if row.channel_reason == "questionnaire":
        yield _("A questionnaire goes out by mail.")
    elif row.channel_reason:
        yield _("Not by telephone: {reason}.", reason=state_word(_, "channel_reason", row.channel_reason))
    yield from _end(_, row)


def _turn(_: Translator, why: Mapping[str, Any]) -> str:
    """Why on that day: the customer's turn in an even share, or joined to a call made anyway."""
    if why.get("how") == "repeat":
        return _(
            "The last contact was {day}; the next one is due {n} days later.",
            day=_day(_, why.get("last_on")),
            n=why.get("days"),
        )
    if why.get("how") == "joined":
        return _("The customer is called anyway, so this one is made along with it.")
    if why.get("how") != "share":
        return ""
    return _(
        "An even share of the period from {first} to {last}: {left} customers were left, the day has {today} of the "
        "{slots} agent days still in it, so {share} had their turn, this customer among them by a "
        "fixed lot.",
        first=_day(_, why.get("period_from")),
        last=_day(_, why.get("period_to")),
        left=why.get("left"),
        today=why.get("slots_today"),
        slots=why.get("slots_left"),
        share=why.get("share"),
    )


def _due(_: Translator, row: Row[Any], why: Mapping[str, Any]) -> str:
    last = instant_text(row.due_by, _.language)
    days = why.get("window_working_days")
    sentence = (
        _("Due by {last}.", last=last)
        if days is None
        else _.ngettext(
            "Due by {last}: {n} working day after it.",
            "Due by {last}: {n} working days after it.",
            int(days),
            last=last,
        )
    )
    if why.get("former_due_on"):
        sentence += _(" Before the calendar was changed it was {day}.", day=_day(_, why["former_due_on"]))
    if why.get("due_by_before_promise"):
        sentence += _(" The customer's wish moved it.")
    return sentence


def _end(_: Translator, row: Row[Any]) -> Iterator[str]:
    if row.missed_reason:
        yield _("Its window passed: {reason}.", reason=state_word(_, "missed_reason", row.missed_reason))
    if row.state in ("cancelled", "satisfied", "missed", "unreached", "refused"):
        state = state_word(_, "callback_state", row.state)
        if row.satisfied_by:
            state = f"{state} ({row.satisfied_by.partition(':')[2]})"
        if row.closed_reason:
            state = _("{verdict}: {reason}", verdict=state, reason=state_word(_, "closed_reason", row.closed_reason))
        yield _("This part of it: {state}.", state=state)


def _day(_: Translator, written: str | None) -> str:
    """A day as JSON holds it."""
    if not written:
        return "–"
    found = datetime.fromisoformat(written) if "T" in written else None
    return day_text(found.date() if found else date.fromisoformat(written[:10]), _.language)
