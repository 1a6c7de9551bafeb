"""Telling owners: what became of a vacancy registration, and that one is about to end (INS-07)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Row

from guanjia.gateways.mail.letter import Letter
from guanjia.gateways.mail.rendering import render
from guanjia.i18n import LANGUAGES, gettext_for
from guanjia.outbox import Message
from guanjia.pipelines.vacancy_inspections.addressees import Addressees
from guanjia.pipelines.vacancy_inspections.letters_notes import OwnerByHand
from guanjia.pipelines.vacancy_inspections.letters_owner import (
    ACCEPTED,
    CHANGED,
    Notification,
    outcome_words,
    place_of,
    refusal_words,
    registration_letter,
    reminder_letter,
)
from guanjia.pipelines.vacancy_inspections.served import day_of
from guanjia.pipelines.vacancy_inspections.words import date_words
from guanjia.store.business_settings import required_setting
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute


def tell_owners(
    transaction: Transaction, run: Run, people: Addressees, at: datetime
) -> tuple[list[Message], list[OwnerByHand], dict[str, int]]:
    """Letters to owners, and what somebody of ours must tell an owner without an address.

    Args:
        transaction: open transaction.
        run: run that tells.
        people: who is told in an owner's place.
        at: aware instant of the run.

    Returns:
        The letters, the list for the centre heads, and the counts ``registrations_told`` and ``reminders``.
    """
    today = day_of(at)
    days = _reminder_days(transaction, today)
    letters, by_hand, told = _registrations(transaction, people, at, today, days)
    more, others, reminded = _reminders(transaction, run, people, at, today, days)
    return [*letters, *more], [*by_hand, *others], {"registrations_told": told, "reminders": reminded}


def _reminder_days(transaction: Transaction, today: date) -> list[int]:
    words = required_setting(transaction, "vacancy_reminder_days", today)
    return sorted({int(word) for word in (words if isinstance(words, tuple) else ()) if word.isdecimal()})


def _registrations(
    transaction: Transaction, people: Addressees, at: datetime, today: date, days: Sequence[int]
) -> tuple[list[Message], list[OwnerByHand], int]:
    messages: list[Message] = []
    by_hand: list[OwnerByHand] = []
    told: list[str] = []
    rows = execute(transaction, "vacancy_inspections/find_untold_registrations", at=at, on_day=today).all()
    for code, found in groupby(rows, key=lambda row: row.application_code):
        owners = list(found)
        for row in owners:
            if row.email:
                letter = registration_letter(Notification(row, today, days), row.language)
                messages.append(_message(row, "vacancy_registration", code, letter))
            elif people.head(row.community_code):
                by_hand.append(_by_hand(row, _judgement(row, today)))
        if owners[0].email or people.head(owners[0].community_code):
            told.append(code)
    if told:
        execute(transaction, "vacancy_inspections/mark_registrations_told", at=at, application_codes=told)
    return messages, by_hand, len(told)


def _reminders(
    transaction: Transaction, run: Run, people: Addressees, at: datetime, today: date, days: Sequence[int]
) -> tuple[list[Message], list[OwnerByHand], int]:
    messages: list[Message] = []
    by_hand: list[OwnerByHand] = []
    noted: list[Row[Any]] = []
    rows = execute(transaction, "vacancy_inspections/find_due_reminders", on_day=today, days=list(days)).all()
    for code, found in groupby(rows, key=lambda row: row.application_code):
        owners = list(found)
        for row in owners if not owners[0].is_said_already else ():
            if row.email:
                key = f"{code}/{row.last_day.isoformat()}/{row.days_before}"
                messages.append(_message(row, "vacancy_reminder", key, reminder_letter(row, row.language)))
            elif people.head(row.community_code):
                by_hand.append(_by_hand(row, _ending(row)))
        if owners[0].is_said_already or owners[0].email or people.head(owners[0].community_code):
            noted.append(owners[0])
    if noted:
        execute(
            transaction,
            "vacancy_inspections/note_reminders",
            at=at,
            application_codes=[row.application_code for row in noted],
            days_before=[row.days_before for row in noted],
            run_id=run.run_id,
        )
    return messages, by_hand, len(noted)


def _message(row: Row[Any], kind: str, key: str, letter: Letter) -> Message:
    return Message(
        kind=kind,
        business_key=key,
        recipient=row.email,
        mail=render(letter),
        language=letter.language,
        recipient_name=row.customer_name,
    )


def _by_hand(row: Row[Any], says: Callable[[str], str]) -> OwnerByHand:
    return OwnerByHand(
        community_code=row.community_code,
        place=place_of(row),
        customer_code=row.customer_code,
        customer_name=row.customer_name,
        says={language: says(language) for language in LANGUAGES},
    )


def _judgement(row: Row[Any], today: date) -> Callable[[str], str]:
    def says(language: str) -> str:
        _ = gettext_for(language)
        told = Notification(row, today)
        outcome = outcome_words(_, told.outcome)
        if told.outcome in (ACCEPTED, CHANGED) and told.counts:
            return _(
                "Registration {code}: {outcome}, {first} to {last}",
                code=row.application_code,
                outcome=outcome,
                first=date_words(row.first_day, _.language),
                last=date_words(row.last_day, _.language),
            )
        why = _("no day counts") if row.state == "accepted" else refusal_words(_, row)[0]
        return _("Registration {code}: {outcome}. {why}", code=row.application_code, outcome=outcome, why=why)

    return says


def _ending(row: Row[Any]) -> Callable[[str], str]:
    def says(language: str) -> str:
        _ = gettext_for(language)
        return _(
            "Registration {code} ends on {day}; to renew it, the owner applies once more.",
            code=row.application_code,
            day=date_words(row.last_day, _.language),
        )

    return says
