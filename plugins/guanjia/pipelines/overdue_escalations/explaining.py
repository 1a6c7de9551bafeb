"""Why a case is escalated as it is: its deadlines, what moved them, who was told, and what was not, in sentences.

Every derived row explains itself (pipelines 0.8): rule, policy, inputs, and the run that wrote it. Customers and staff
appear masked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from guanjia.domain.errors import UnknownName
from guanjia.domain.masking import mask_name, mask_text
from guanjia.i18n import Translator, gettext_for
from guanjia.i18n.formats import day_text, instant_text, listed, span_text
from guanjia.pipelines.overdue_escalations.explaining_steps import step_sentence
from guanjia.pipelines.overdue_escalations.wording import (
    budget_words,
    calendar_words,
    duration_words,
    event_words,
    kind_words,
    milestone_words,
    urgency_words,
)
from guanjia.pipelines.quality_sampling.explaining_scores import correction_of_case
from guanjia.pipelines.scheduled_callbacks.explaining import callbacks_of_case
from guanjia.settings import TIME_ZONE
from guanjia.store.business_settings import required_setting, setting_value
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute
from guanjia.store.tables.service import AREAS, CASE_EVENTS

_Key = tuple[str, int]
"""Milestone and occurrence."""

_EVENTS_BY_CHINESE = {chinese: event for event, chinese in CASE_EVENTS.items()}


def explain_case(transaction: Transaction, case_code: str, as_of: datetime, language: str) -> list[str]:
    """Why a case has the deadlines and escalations it has.

    Args:
        transaction: open transaction; nothing is written.
        case_code: the case.
        as_of: aware; facts after it are invisible, inclusive.
        language: zh or en.

    Returns:
        Sentences: the case; per deadline rule, policy, start, budget, pauses, calendar, due instant, outcome and what
        moved it; per escalation who was told, how found, and what became of it; callbacks that follow it or opened it.
        A case that is not served or not yet visible says so.

    Raises:
        UnknownName: there is no such case.
    """
    _ = gettext_for(language)
    case = execute(
        transaction, "overdue_escalations/read_explained_case", case_code=case_code, as_of=as_of
    ).one_or_none()
    if case is None:
        raise UnknownName(f"There is no case {case_code}. `guanjia export cases` lists those there are.")
    if case.opened_at > as_of:
        return [
            _(
                "Case {code} is not visible yet: it was opened {opened}, after {as_of}, for which was asked.",
                code=case.case_code,
                opened=instant_text(case.opened_at, _.language),
                as_of=instant_text(as_of, _.language),
            )
        ]
    facts = _Facts.read(transaction, case, as_of)
    sentences = [_case_sentence(_, case), *_served_sentences(_, transaction, facts)]
    sentences += [_deadline_sentence(_, facts, deadline) for deadline in facts.deadlines]
    office_roles = required_setting(transaction, "office_hours_roles", as_of.astimezone(TIME_ZONE).date())
    steps = execute(
        transaction,
        "overdue_escalations/list_explained_escalations",
        case_code=case_code,
        as_of=as_of,
        office_roles=list(office_roles) if isinstance(office_roles, tuple) else [],
    ).all()
    sentences += [step_sentence(_, as_of, row) for row in steps]
    if facts.deadlines and not steps:
        sentences.append(_("No step of the escalation ladder has been raised."))
    sentences += callbacks_of_case(transaction, case_code, as_of, language)
    return sentences + correction_of_case(_, transaction, case_code, as_of)


@dataclass(frozen=True)
class _Facts:
    """What the explanation is made of, each read once."""

    case: Row[Any]
    as_of: datetime
    deadlines: Sequence[Row[Any]]
    starts: Mapping[datetime, list[str]]
    pauses: Mapping[_Key, list[Row[Any]]]
    changes: Mapping[_Key, list[Row[Any]]]

    @classmethod
    def read(cls, transaction: Transaction, case: Row[Any], as_of: datetime) -> _Facts:
        code = case.case_code
        starts: dict[datetime, list[str]] = defaultdict(list)
        for row in execute(transaction, "overdue_escalations/list_explained_starts", case_code=code):
            starts[row.event_at].append(row.event)
        return cls(
            case=case,
            as_of=as_of,
            deadlines=execute(transaction, "overdue_escalations/list_explained_deadlines", case_code=code).all(),
            starts=starts,
            pauses=_by_deadline(
                execute(transaction, "overdue_escalations/list_explained_pauses", case_code=code, as_of=as_of)
            ),
            changes=_by_deadline(
                execute(transaction, "overdue_escalations/list_explained_changes", case_code=code, as_of=as_of)
            ),
        )


def _by_deadline(rows: Iterable[Row[Any]]) -> dict[_Key, list[Row[Any]]]:
    found: dict[_Key, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[row.milestone, row.occurrence].append(row)
    return found


# -- the case ----------------------------------------------------------------------------------------------------------


def _case_sentence(_: Translator, case: Row[Any]) -> str:
    what = [kind_words(_, case.kind), urgency_words(_, case.urgency)]
    if case.area:
        what.append(_area(_, case.area))
    if case.fault_level is not None:
        what.append(_("fault level {level}", level=case.fault_level))
    if case.is_vip:
        what.append(_("VIP"))
    if case.is_outage:
        what.append(_("announced outage"))
    who = [part for part in (case.community_name, case.unit_code, mask_name(case.customer_name or "")) if part]
    parts = [
        _(
            "Case {code}: {what}; {who}; opened {opened}.",
            code=case.case_code,
            what=listed(_, what),
            who=" ".join(who),
            opened=instant_text(case.opened_at, _.language),
        )
    ]
    if case.booked_at is not None:
        parts.append(_("Visit booked for {instant}.", instant=instant_text(case.booked_at, _.language)))
    if case.description:
        parts.append(
            _("In the customer's words: {text}.", text=mask_text(" ".join(case.description.split())).rstrip("。."))
        )
    parts.append(_("Handler: {staff}.", staff=case.handler) if case.handler else _("The case names no handler."))
    if case.last_event:
        parts.append(
            _(
                "Last event: {event}, {instant}.",
                event=event_words(_, case.last_event),
                instant=instant_text(case.last_event_at, _.language),
            )
        )
    return _sentences(_, parts)


def _sentences(_: Translator, parts: Iterable[str]) -> str:
    return ("" if _.language == "zh" else " ").join(part for part in parts if part)


def _area(_: Translator, area: str) -> str:
    return (
        AREAS.get(area, area) if _.language == "zh" else {"in_home": "in home", "public": "public area"}.get(area, area)
    )


def _served_sentences(_: Translator, transaction: Transaction, facts: _Facts) -> list[str]:
    """Why there are no deadlines, or how far they are computed; nothing when there is nothing to add."""
    case, as_of = facts.case, facts.as_of
    if facts.deadlines:
        if case.computed_to is None or case.computed_to == as_of:
            return []
        return [_("Deadlines stand as computed up to {instant}.", instant=instant_text(case.computed_to, _.language))]
    live_from = setting_value(transaction, "live_from", as_of.astimezone(TIME_ZONE).date(), case.community_code)
    if not isinstance(live_from, date):
        return [
            _(
                "Community {community} is not served: it has no live_from. Nothing of it is escalated until the "
                "setting is loaded.",
                community=case.community_code,
            )
        ]
    if case.opened_at.astimezone(TIME_ZONE).date() < live_from:
        return [
            _(
                "The case is not served: it was opened before {live_from}, the first day on which community "
                "{community} is served (live_from).",
                live_from=day_text(live_from, _.language),
                community=case.community_code,
            )
        ]
    if case.served_from is None or case.computed_to is None or case.computed_to < case.opened_at:
        return [_("No run of overdue_escalations has computed deadlines since the case was opened.")]
    return [_("No deadline policy holds for such a case.")]


# -- a deadline --------------------------------------------------------------------------------------------------------


def _deadline_sentence(_: Translator, facts: _Facts, deadline: Row[Any]) -> str:
    key = (deadline.milestone, deadline.occurrence)
    parts = [
        _(
            "Deadline: {milestone}, no. {occurrence}; rule {rule}, policy {policy}{meaning}.",
            milestone=milestone_words(_, deadline.milestone),
            occurrence=deadline.occurrence,
            rule=deadline.rule_id,
            policy=deadline.policy_code,
            meaning=_policy_meaning(_, deadline),
        ),
        _start(_, facts, deadline),
        _budget(_, deadline),
        *_pauses(_, facts.as_of, deadline, facts.pauses.get(key, [])),
        _provisional(_, deadline),
        _outcome(_, facts.as_of, deadline),
        *(_change(_, change) for change in facts.changes.get(key, [])),
        _("Written by run {run}.", run=deadline.run_code),
    ]
    return _sentences(_, parts)


def _policy_meaning(_: Translator, deadline: Row[Any]) -> str:
    """What the policy holds for and what meets it, in brackets; nothing when it has been removed."""
    if deadline.kind is None:
        return ""
    words = [kind_words(_, deadline.kind)]
    words += [urgency_words(_, deadline.urgency)] if deadline.urgency else []
    words += [_area(_, deadline.area)] if deadline.area else []
    words += [_("fault level {level}", level=deadline.fault_level)] if deadline.fault_level is not None else []
    words += [_("community {community}", community=deadline.policy_community)] if deadline.policy_community else []
    return _(
        " ({what}; met by: {met_by})",
        what=listed(_, words),
        met_by=listed(_, [_start_words(_, word) for word in _words(deadline.met_by)]),
    )


def _words(given: str | Sequence[str] | None) -> list[str]:
    """The words of a list in the contract's form, events as their English words."""
    listed_words = given.replace("，", ",").replace("、", ",").split(",") if isinstance(given, str) else given or ()
    stripped = [word.strip() for word in listed_words if word.strip()]
    return [_EVENTS_BY_CHINESE.get(word, word) for word in stripped]


def _start_words(_: Translator, word: str) -> str:
    if word == "opened_at":
        return _("the opening of the case")
    return _("the booked time") if word == "booked_at" else event_words(_, word)


def _start(_: Translator, facts: _Facts, deadline: Row[Any]) -> str:
    started_by = _started_by(facts, deadline)
    told = _(
        "The clock started {instant}, with: {start}.",
        instant=instant_text(deadline.starts_at, _.language),
        start=_start_words(_, started_by),
    )
    if deadline.needed_at is not None:
        needed = listed(_, [event_words(_, word) for word in _words(deadline.needs_event)])
        needs = _("It came to be with {event}, {instant}.", event=needed, instant=_at(_, deadline.needed_at))
        return _sentences(_, (told, needs))
    return told


def _started_by(facts: _Facts, deadline: Row[Any]) -> str:
    """``opened_at``, ``booked_at`` or an event: the first of the policy's starts that lies at the start instant."""
    events = facts.starts.get(deadline.starts_at, [])
    for word in _words(deadline.starts):
        is_opening = word == "opened_at" and deadline.starts_at == facts.case.opened_at
        is_booking = word == "booked_at" and deadline.starts_at == facts.case.booked_at
        if is_opening or is_booking or word in events:
            return word
    if "reopened" in events:
        return "reopened"
    return events[0] if events else (_words(deadline.starts) or ["opened_at"])[0]


def _budget(_: Translator, deadline: Row[Any]) -> str:
    seconds = duration_words(_, deadline.budget_seconds)
    budget = budget_words(_, deadline.budget, deadline.budget_unit) if deadline.budget is not None else seconds
    if budget != seconds:
        return _(
            "Budget: {budget} ({span} of working time), calendar: {calendar}.",
            budget=budget,
            span=seconds,
            calendar=calendar_words(_, deadline.working_calendar),
        )
    return _(
        "Budget: {budget}, calendar: {calendar}.", budget=budget, calendar=calendar_words(_, deadline.working_calendar)
    )


def _pauses(_: Translator, as_of: datetime, deadline: Row[Any], pauses: Sequence[Row[Any]]) -> Iterable[str]:
    if deadline.pauses is False:
        yield _("The clock of this deadline does not stop.")
        return
    for pause in pauses:
        span = duration_words(_, int(pause.counted_seconds))
        if not pause.is_before_due:
            span = _("nothing, since it began after the due instant")
        if pause.resumed_at is None:
            yield _("Paused (ESC-10) since {start}: {span} so far.", start=_at(_, pause.paused_at), span=span)
        else:
            yield _(
                "Paused (ESC-10) from {start} to {end}: {span} counted.",
                start=_at(_, pause.paused_at),
                end=_at(_, pause.resumed_at),
                span=span,
            )
    if deadline.paused_seconds and len(pauses) != 1:
        yield _("Pauses add {span} of working time in all.", span=duration_words(_, deadline.paused_seconds))


def _provisional(_: Translator, deadline: Row[Any]) -> str:
    if not deadline.provisional:
        return ""
    return _("Provisional: it lies beyond the published holidays and is computed again once they are loaded.")


def _outcome(_: Translator, as_of: datetime, deadline: Row[Any]) -> str:
    due = _at(_, deadline.due_at) if deadline.due_at is not None else ""
    if deadline.ended_at is not None and deadline.ended_at <= as_of:
        return _ending(_, deadline, due)
    if deadline.due_at is None:
        return _("It is paused: the case waits for the customer, and there is no due instant meanwhile.")
    if deadline.due_at >= as_of:
        left = span_text(deadline.due_at - as_of, _.language)
        return _("Due {due}: it is running, {span} left.", due=due, span=left)
    late = span_text(as_of - deadline.due_at, _.language)
    return _("Due {due}: it is running and {span} overdue.", due=due, span=late)


def _ending(_: Translator, deadline: Row[Any], due: str) -> str:
    ended = _at(_, deadline.ended_at)
    if deadline.state == "met":
        return _("Due {due}: met {ended}, in time.", due=due, ended=ended)
    if deadline.state == "met_late":
        late = span_text(deadline.met_at - deadline.due_at, _.language)
        return _("Due {due}: met {ended}, {span} late.", due=due, ended=ended, span=late)
    reason = (
        _("no policy gives it any more") if deadline.ended_by == "withdrawn" else _("the case was resolved or closed")
    )
    return _("Due {due}: cancelled {ended}, because {reason}.", due=due, ended=ended, reason=reason)


def _change(_: Translator, change: Row[Any]) -> str:
    former = _at(_, change.former_due_at) if change.former_due_at is not None else _("paused")
    if change.reason == "superseded":
        return _(
            "Until {changed} it counted from {start} and was due: {former}.",
            changed=_at(_, change.changed_at),
            start=_at(_, change.former_starts_at),
            former=former,
        )
    reasons = {
        "calendar": _("holidays or working hours were loaded"),
        "policy": _("the policies changed"),
        "start": _("the booking or the start changed"),
        "withdrawn": _("no policy gives it any more"),
    }
    told = _(
        "Changed {changed} by run {run}, because {reason}: due {former} before, {due} after.",
        changed=_at(_, change.changed_at),
        run=change.run_code,
        reason=reasons.get(change.reason, change.reason),
        former=former,
        due=_at(_, change.due_at) if change.due_at is not None else _("paused"),
    )
    if change.former_policy_code == change.policy_code:
        return told
    policies = _("Policy {former} before, {policy} after.", former=change.former_policy_code, policy=change.policy_code)
    return _sentences(_, (told, policies))


def _at(_: Translator, instant: datetime) -> str:
    return instant_text(instant, _.language)
