"""Why a callback is as it is: why this customer, why today, why this agent, what was tried, and what comes next.

Every derived row explains itself (pipelines 0.8): rule, inputs, and the run that wrote it. People appear masked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Row

from guanjia.domain.day_parts import DayPart, open_parts
from guanjia.domain.errors import UnknownName
from guanjia.domain.masking import mask_name
from guanjia.i18n import N_, Translator, gettext_for
from guanjia.i18n.formats import day_text, instant_text, listed
from guanjia.pipelines.scheduled_callbacks.explaining_contacts import contact_sentence
from guanjia.pipelines.scheduled_callbacks.list_words import outcome_words
from guanjia.pipelines.scheduled_callbacks.served import day_of, parts_of
from guanjia.pipelines.scheduled_callbacks.state_words import state_word
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute

_CHANNELS: Final = {
    "call": N_("It is made by telephone."),
    "mail": N_("It is made by mail; nobody calls."),
    "manager": N_("It is made by the manager, by hand; nobody calls."),
}


def explain_callback(transaction: Transaction, callback_code: str, as_of: datetime, language: str) -> list[str]:
    """Why a callback was planned, listed and closed as it was.

    Args:
        transaction: open transaction; nothing is written.
        callback_code: the callback.
        as_of: aware; lists, attempts, conflicts and warnings after it are left out, inclusive.
        language: zh or en.

    Returns:
        Sentences: the callback; a sentence per contact; the window; per list, attempt, conflict, warning and case; its
        state with what comes next.

    Raises:
        UnknownName: there is no such callback.
    """
    _ = gettext_for(language)
    found = execute(
        transaction, "scheduled_callbacks/read_explained_callback", callback_code=callback_code
    ).one_or_none()
    if found is None:
        raise UnknownName(f"There is no callback {callback_code}. `guanjia export callbacks` lists them.")
    today = day_of(as_of)
    if found.planned_on is not None and found.planned_on > today:
        return [
            _(
                "Callback {code} is not visible yet: it was planned on {planned}, after {as_of}, for which was asked.",
                code=callback_code,
                planned=day_text(found.planned_on, _.language),
                as_of=instant_text(as_of, _.language),
            )
        ]
    parts = parts_of(transaction, today)
    lines = _all(transaction, "list_explained_lines", callback_code, day=today)
    attempts = _all(transaction, "list_explained_attempts", callback_code, as_of=as_of)
    return [
        *_customer(_, transaction, found),
        together(_, _window(_, found, as_of)),
        *(_line(_, row, parts) for row in lines),
        *(_attempt(_, row) for row in attempts),
        *_afterwards(_, transaction, found, as_of),
        together(_, [*_state(_, found, lines, as_of, parts), _written(_, found.run_code)]),
    ]


def callbacks_of_case(transaction: Transaction, case_code: str, as_of: datetime, language: str) -> list[str]:
    """Which callbacks follow a case and which one opened it, a sentence each.

    Args:
        transaction: open transaction; nothing is written.
        case_code: the case.
        as_of: aware; callbacks planned on a later day are left out.
        language: zh or en.
    """
    _ = gettext_for(language)
    rows = execute(transaction, "scheduled_callbacks/list_case_callbacks", case_code=case_code, day=day_of(as_of))
    return [_of_case(_, row) for row in rows]


def _of_case(_: Translator, row: Row[Any]) -> str:
    if row.has_opened_it:
        return _(
            "It was opened by callback {code}: `guanjia explain {code}` says what was reported.", code=row.callback_code
        )
    state = state_word(_, "callback_state", row.state)
    if row.satisfaction is not None:
        state = _("{outcome}, satisfaction {n}", outcome=state, n=row.satisfaction)
    return _(
        "Callback {code} follows it (rule {rule}): {state}.", code=row.callback_code, rule=row.rule_code, state=state
    )


def _all(transaction: Transaction, name: str, callback_code: str, **limits: Any) -> Sequence[Row[Any]]:
    return execute(transaction, f"scheduled_callbacks/{name}", callback_code=callback_code, **limits).all()


def together(_: Translator, parts: Iterable[str]) -> str:
    """Sentences as one paragraph."""
    return ("" if _.language == "zh" else " ").join(part for part in parts if part)


def _person(_: Translator, code: str | None, name: str | None) -> str:
    if not code:
        return _("nobody")
    return f"{code} ({mask_name(name)})" if name else code


def _customer(_: Translator, transaction: Transaction, found: Row[Any]) -> Iterator[str]:
    """Why this customer: who, and what made it due."""
    contacts = _all(transaction, "list_explained_contacts", found.callback_code)
    who = _person(_, found.customer_code, found.customer_name) if found.customer_code else _("a customer not known")
    place = _(" in {community}", community=found.community_name) if found.community_name else ""
    yield together(
        _,
        [
            _(
                "Callback {code}: one conversation with {who}{place}, planned on {day}; rules {rules}.",
                code=found.callback_code,
                who=who,
                place=place,
                day=day_text(found.planned_on, _.language),
                rules=listed(_, found.rules.split(",")),
            ),
            _(_CHANNELS[found.channel]),
        ],
    )
    for contact in contacts:
        yield contact_sentence(_, contact)
    if len(contacts) > 1:
        yield _.ngettext(
            "One voice: what {n} rule asks is one conversation.",
            "One voice: what {n} rules ask is one conversation; the earliest window counts.",
            len(contacts),
        )


def _window(_: Translator, found: Row[Any], as_of: datetime) -> Iterator[str]:
    """Why then: the window, a promise, and whether it passed."""
    yield _(
        "It is to be made from {first} to {last}.",
        first=instant_text(found.not_before, _.language),
        last=instant_text(found.due_by, _.language),
    )
    if found.promised_at is not None:
        yield _("The customer asked to be called at {instant}.", instant=instant_text(found.promised_at, _.language))
    if found.mailed_at is not None and found.mailed_at <= as_of:
        yield _("The customer's mail was written {instant}.", instant=instant_text(found.mailed_at, _.language))
    if found.missed_at is not None and found.missed_at <= as_of:
        yield _("Its window passed; this was found {instant}.", instant=instant_text(found.missed_at, _.language))


def _line(_: Translator, row: Row[Any], parts: Sequence[DayPart]) -> str:
    """Why that day and that agent."""
    chosen = [part for part in parts if str(part.number) in row.parts.split(",")]
    return together(
        _,
        [
            _(
                "{day}: no. {position} on the list of {person}, {parts}.",
                day=day_text(row.work_date, _.language),
                position=row.position,
                person=_person(_, row.staff_code, row.staff_name),
                parts=_at_promised(_, row.call_at) if row.call_at else listed(_, map(_clock, chosen)),
            ),
            _.ngettext("{n} call is reserved.", "{n} calls are reserved, each in another part.", row.tries)
            if row.tries > 1
            else "",
            _("It was carried over from a day before.") if row.is_carried_over else "",
            _("Why this agent: {why}.", why=state_word(_, "why_agent", row.why_agent)),
            _taken_off(_, row) if row.withdrawn_at is not None else _load(_, row),
        ],
    )


def _taken_off(_: Translator, row: Row[Any]) -> str:
    return _("Taken off this list {instant}: the agent is away.", instant=instant_text(row.withdrawn_at, _.language))


def _load(_: Translator, row: Row[Any]) -> str:
    if row.agents is None or row.agents < 2:
        return ""
    return _(
        "This list has {callbacks} callbacks; those of the day's {agents} agents have {least} to {most}.",
        callbacks=row.callbacks,
        agents=row.agents,
        least=row.least,
        most=row.most,
    )


def _at_promised(_: Translator, instant: datetime) -> str:
    return _("promised for {instant}", instant=instant_text(instant, _.language))


def _clock(part: DayPart) -> str:
    return f"{part.starts // 60:02}:{part.starts % 60:02}–{part.ends // 60:02}:{part.ends % 60:02}"


def _attempt(_: Translator, row: Row[Any]) -> str:
    outcome = outcome_words(_, row.outcome)
    if row.satisfaction is not None:
        outcome = _("{outcome}, satisfaction {n}", outcome=outcome, n=row.satisfaction)
    if row.call_later_at is not None:
        outcome = _("{outcome}: {instant}", outcome=outcome, instant=instant_text(row.call_later_at, _.language))
    verdict = state_word(_, "attempt_verdict", row.verdict)
    if row.reason is not None:
        verdict = _("{verdict}: {reason}", verdict=verdict, reason=state_word(_, "attempt_reason", row.reason))
    return _(
        "Attempt {instant} by {person}: {outcome} ({verdict}).",
        instant=instant_text(row.attempted_at, _.language),
        person=_person(_, row.staff_code, row.staff_name),
        outcome=outcome,
        verdict=verdict,
    )


def _afterwards(_: Translator, transaction: Transaction, found: Row[Any], as_of: datetime) -> Iterator[str]:
    """What came of it: conflicts, warnings and cases."""
    for row in _all(transaction, "list_explained_conflicts", found.callback_code, as_of=as_of):
        yield _(
            "Conflict: {kind} ({first} and {second}); both results are kept.",
            kind=state_word(_, "conflict_kind", row.kind),
            first=instant_text(row.first_at, _.language),
            second=instant_text(row.second_at, _.language),
        )
    for row in _all(transaction, "list_explained_warnings", found.callback_code, as_of=as_of):
        yield together(
            _,
            [
                _(
                    "Warned {instant} that it would miss {due}: {reason}.",
                    instant=instant_text(row.warned_at, _.language),
                    due=instant_text(row.due_by, _.language),
                    reason=state_word(_, "warning_reason", row.reason),
                ),
                _("By the capacity known its turn came {day}.", day=day_text(row.reckoned_on, _.language))
                if row.reckoned_on
                else "",
            ],
        )
    for row in _all(transaction, "list_explained_cases", found.callback_code, as_of=as_of):
        yield _(
            "It opened case {case} for {department}: {purpose}.",
            case=row.case_code,
            department=row.department,
            purpose=state_word(_, "case_purpose", row.purpose),
        )


def _state(
    _: Translator, found: Row[Any], lines: Sequence[Row[Any]], as_of: datetime, parts: Sequence[DayPart]
) -> Iterator[str]:
    """How it stands, and what comes next."""
    if found.state != "planned" and found.closed_at <= as_of:
        yield _ended(_, found)
        return
    yield _("It is open: {made} of {most} attempts count so far.", made=found.attempts, most=found.max_attempts)
    if found.channel != "call":
        yield _("Next: an answer, or the result on the manager's list.")
        return
    if not _is_listed(lines, day_of(as_of)):
        yield _(
            "It stands on nobody's list of {day}: it waits and keeps its window.",
            day=day_text(day_of(as_of), _.language),
        )
    if found.promised_at is not None and found.promised_at > as_of:
        yield _("Next: the call promised for {instant}.", instant=instant_text(found.promised_at, _.language))
        return
    used = {int(number) for number in (found.used_parts or "").split(",") if number}
    free = listed(_, map(_clock, open_parts(used, parts)))
    earliest = max(found.not_before, found.next_from or found.not_before)
    if earliest > as_of:
        yield _("Next: a call from {instant} on, in {parts}.", instant=instant_text(earliest, _.language), parts=free)
    else:
        yield _("Next: a call, in {parts}.", parts=free)


def _is_listed(lines: Sequence[Row[Any]], day: date) -> bool:
    return any(row.work_date == day and row.withdrawn_at is None for row in lines)


def _ended(_: Translator, found: Row[Any]) -> str:
    instant, state = instant_text(found.closed_at, _.language), state_word(_, "callback_state", found.state)
    if found.satisfaction is not None:
        state = _("{outcome}, satisfaction {n}", outcome=state, n=found.satisfaction)
    if found.closed_reason:
        reason = state_word(_, "closed_reason", found.closed_reason)
        return _("It ended {instant}: {state}; {reason}.", instant=instant, state=state, reason=reason)
    return _("It ended {instant}: {state}.", instant=instant, state=state)


def _written(_: Translator, run_code: str | None) -> str:
    return _("Written by run {run}.", run=run_code) if run_code else ""
