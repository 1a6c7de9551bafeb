"""How a row of a callback list is put into words: why the customer is called, when, and what was before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from guanjia.i18n import N_, Translator
from guanjia.pipelines.scheduled_callbacks.list_rows import ListedCallback, ListedContact, PastTry
from guanjia.settings import TIME_ZONE
from guanjia.store.tables.service import callback_results

_TRIGGERS: Final = {
    "repair_resolved": N_("repair done"),
    "complaint_answered": N_("complaint answered"),
    "correction_resolved": N_("recheck after correction"),
    "care": N_("care call"),
    "prospect": N_("prospect call"),
    "year_end": N_("year-end call"),
    "paid_service_done": N_("paid service"),
}
_CHANNEL_REASONS: Final = {
    "do_not_call": N_("does not want to be called"),
    "no_phone": N_("no telephone number"),
    "bad_number": N_("number is wrong"),
    "no_customer": N_("customer not known"),
}
_OUTCOMES: Final = {
    "reached": N_("reached"),
    "no_answer": N_("no answer"),
    "busy": N_("busy"),
    "wrong_number": N_("wrong number"),
    "refused": N_("refused"),
    "call_later": N_("call later"),
}
_TALKS: Final = {
    "callback": N_("last callback"),
    "call_in": N_("last call, from the customer"),
    "call_out": N_("last call, from us"),
}
_CHINESE_OUTCOMES: Final = callback_results.c.outcome.info["choices"]


def trigger_words(_: Translator, trigger: str) -> str:
    """What made a contact due."""
    return _(_TRIGGERS[trigger]) if trigger in _TRIGGERS else trigger


def outcome_words(_: Translator, outcome: str) -> str:
    """How a try went, in the words of the drop-down list, which intake reads."""
    if _.language == "zh":
        words = _CHINESE_OUTCOMES.get(outcome, outcome)
        return str(words if isinstance(words, str) else words[0])
    return _(_OUTCOMES[outcome]) if outcome in _OUTCOMES else outcome


def channel_reason_words(_: Translator, reason: str) -> str:
    """Why somebody is not called; empty where it is only that a questionnaire goes out."""
    return _(_CHANNEL_REASONS[reason]) if reason in _CHANNEL_REASONS else ""


def place_words(_: Translator, row: ListedCallback) -> str:
    """Community and unit; empty for a prospect, who has none."""
    return f"{row.community_name} {row.unit_code}".strip()


def reason_words(_: Translator, row: ListedCallback) -> str:
    """Why the customer is called: a line for each reason, the first in priority first; a case is told of once."""
    lines: list[str] = []
    told: set[str] = set()
    for contact in row.contacts:
        lines.append(_reason(_, contact, is_told=contact.case_code in told))
        told.add(contact.case_code or "")
    return "\n".join(dict.fromkeys(lines))


def short_reason_words(_: Translator, row: ListedCallback) -> str:
    """Why the customer is called, without what was written about it."""
    named = (
        f"{trigger_words(_, each.trigger)} {each.case_code}" if each.case_code else trigger_words(_, each.trigger)
        for each in row.contacts
    )
    return _comma(_).join(dict.fromkeys(named))


def history_words(_: Translator, row: ListedCallback) -> str:
    """Tries of this callback and the last talk before it: a line each, newest first; empty where there is none."""
    return "\n".join(_past(_, past) for past in row.history)


def time_words(_: Translator, row: ListedCallback) -> str:
    """When to call: the time promised, or the parts of the day; of a further try, which one it is.

    Of somebody who is not to be called: by when it is to be settled.
    """
    if row.channel != "call":
        return _("before {instant}", instant=_short_instant(row.due_by))
    if row.try_no == 1 and row.promised_at is not None and row.promised_at == row.call_from:
        return _("{time}\npromised", time=_clock(row.promised_at))
    lines = [f"{_clock(opens)}–{_clock(closes)}" for opens, closes in row.windows]
    if row.tries > 1:
        lines.insert(0, _("Try {n} of {tries}", n=row.try_no, tries=row.tries))
    return "\n".join(lines)


def note_words(_: Translator, row: ListedCallback) -> str:
    """What sets this row apart, the most pressing first; empty where nothing does."""
    return _comma(_).join(_notes(_, row))


def _notes(_: Translator, row: ListedCallback) -> Iterable[str]:
    if row.is_over:
        yield _("over, no call any more")
        return
    if row.missed_at is not None or row.due_by.astimezone(TIME_ZONE).date() < row.work_date:
        yield _("window is past, call all the same") if row.channel == "call" else _("window is past")
    elif row.channel == "call" and row.due_by.astimezone(TIME_ZONE).date() == row.work_date:
        yield _("due today")
    if row.try_no > 1:
        yield _("only if not reached before")
    promised = row.promised_at
    is_late = row.try_no == 1 and promised is not None and promised < row.call_from
    if promised is not None and (is_late or promised.astimezone(TIME_ZONE).date() < row.work_date):
        yield _("was promised {instant}", instant=_short_instant(promised))
    elif row.is_carried_over and promised is None and row.try_no == 1:
        yield _("carried over")
    if row.why_agent == "reassigned":
        yield _("taken over")
    for reason in dict.fromkeys(each.channel_reason for each in row.contacts if each.channel_reason):
        if row.channel != "call" and (words := channel_reason_words(_, reason)):
            yield words
    if row.is_vip:
        yield _("VIP")
    if row.language == "en":
        yield _("speaks English")


def _reason(_: Translator, contact: ListedContact, *, is_told: bool) -> str:
    words = trigger_words(_, contact.trigger)
    if not contact.case_code:
        return words
    words = f"{words} {contact.case_code}"
    if is_told:
        return words
    if contact.case_text:
        words = _("{reason}: {text}", reason=words, text=contact.case_text)
    day = f"{contact.triggered_at.astimezone(TIME_ZONE):%m-%d}"
    done = _("{day}: {note}", day=day, note=contact.done_note) if contact.done_note else day
    if contact.trigger == "complaint_answered":
        words = _("{reason} (answered {done})", reason=words, done=done)
    else:
        words = _("{reason} (done {done})", reason=words, done=done)
    if contact.said_before:
        words = _("{reason}; the customer had said: {text}", reason=words, text=contact.said_before)
    return words


def _past(_: Translator, past: PastTry) -> str:
    if past.kind == "try":
        what = outcome_words(_, past.outcome or "")
        if past.call_later_at is not None:
            what = _("{outcome} {instant}", outcome=what, instant=_short_instant(past.call_later_at))
    else:
        what = _(_TALKS[past.kind])
    if past.satisfaction is not None:
        what = _("{outcome}, satisfaction {n}", outcome=what, n=past.satisfaction)
    if past.staff_name:
        what = _("{outcome} ({name})", outcome=what, name=past.staff_name)
    if past.comment:
        what = _("{reason}: {text}", reason=what, text=past.comment)
    return f"{_short_instant(past.happened_at)} {what}"


def _comma(_: Translator) -> str:
    return "、" if _.language == "zh" else ", "


def _clock(instant: datetime) -> str:
    return f"{instant.astimezone(TIME_ZONE):%H:%M}"


def _short_instant(instant: datetime) -> str:
    return f"{instant.astimezone(TIME_ZONE):%m-%d %H:%M}"
