"""Announcing and reminding of reception days, mailboxes and meetings (CB-09, CB-10)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from guanjia.domain.errors import DocumentError
from guanjia.gateways.mail.letter import Letter
from guanjia.gateways.mail.rendering import render
from guanjia.i18n import LANGUAGES, gettext_for, normalised
from guanjia.logs import get_logger
from guanjia.outbox import Attachment, Message
from guanjia.pipelines.scheduled_callbacks.letters_events import (
    impossible_letter,
    invitation_letter,
    notice_letter,
    reminder_letter,
)
from guanjia.pipelines.scheduled_callbacks.served import day_of
from guanjia.pipelines.scheduled_callbacks.telling_lists import LIST_NAME, PDF
from guanjia.pipelines.scheduled_callbacks.telling_people import Readers, key_of
from guanjia.pipelines.scheduled_callbacks.words import event_words
from guanjia.pipelines.vacancy_inspections.addressees import Addressee, give_out
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute

_NOTICES = {"reception_day": "reception_notice", "committee": "committee_notice"}
_REMINDERS = {
    "reception_day": "reception_reminder",
    "committee": "committee_reminder",
    "mailbox": "mailbox_reminder",
}

_log = get_logger(__name__)


def tell_events(transaction: Transaction, people: Readers, at: datetime) -> tuple[list[Message], dict[str, int]]:
    """Notices to put up, invitations to customers where the setting says so, reminders, and what has no day.

    Args:
        transaction: open transaction with ``called_communities``.
        people: who heads the communities.
        at: aware instant of the run.

    Returns:
        The mails, and the counts ``events_announced``, ``events_reminded`` and ``events_impossible``.
    """
    rows = execute(transaction, "scheduled_callbacks/find_due_events", day=day_of(at)).all()
    notices, announced = _announce(transaction, people, [row for row in rows if row.stage == "announce"], at)
    reminders, reminded = _remind(people, [row for row in rows if row.stage == "remind"], at)
    problems, impossible = _explain(people, [row for row in rows if row.stage == "impossible"])
    if announced or impossible:
        codes = [row.event_code for row in (*announced, *impossible)]
        execute(transaction, "scheduled_callbacks/mark_events_announced", at=at, event_codes=codes)
    if reminded:
        codes = [row.event_code for row in reminded]
        execute(transaction, "scheduled_callbacks/mark_events_reminded", at=at, event_codes=codes)
    counts = {
        "events_announced": len(announced),
        "events_reminded": len(reminded),
        "events_impossible": len(impossible),
    }
    return [*notices, *reminders, *problems], counts


def _announce(
    transaction: Transaction, people: Readers, rows: Sequence[Row[Any]], at: datetime
) -> tuple[list[Message], list[Row[Any]]]:
    given, told = give_out(rows, people.heads, "notices")
    messages = [
        _message(_NOTICES[row.event], row.event_code, who, notice_letter(row, who.language), _notice(row, who, at))
        for who, theirs in given.items()
        for row in theirs
    ]
    for row in told:
        if row.event == "reception_day" and people.scopes[row.community_code].is_reception_mailed:
            messages += _invitations(transaction, row)
    return messages, told


def _notice(row: Row[Any], who: Addressee, at: datetime) -> tuple[Attachment, ...]:
    """The page for the board; residents read Chinese, and the head's own language where it is another."""
    from guanjia.pipelines.scheduled_callbacks.notice_document import notice_document

    files = []
    for language in dict.fromkeys(("zh", normalised(who.language))):
        _ = gettext_for(language)
        name = f"{event_words(_, row.event)}-{row.event_on.isoformat()}-{row.community_name}.pdf"
        try:
            files.append(Attachment(name.replace("/", "_"), PDF, notice_document(row, language, at)))
        except DocumentError as error:
            _log.warning("an announcement goes out without its notice", event_code=row.event_code, problem=str(error))
    return tuple(files)


def _invitations(transaction: Transaction, row: Row[Any]) -> list[Message]:
    """To customers in occupancy that day: one mail per language, written once and sent to each."""
    mails = {language: render(invitation_letter(row, language)) for language in LANGUAGES}
    guests = execute(
        transaction,
        "scheduled_callbacks/list_reception_guests",
        community_code=row.community_code,
        event_on=row.event_on,
    )
    return [
        Message(
            kind="reception_invitation",
            business_key=row.event_code,
            recipient=guest.email,
            mail=mails[normalised(guest.language)],
            language=normalised(guest.language),
            recipient_name=guest.customer_name,
        )
        for guest in guests
    ]


def _remind(people: Readers, rows: Sequence[Row[Any]], at: datetime) -> tuple[list[Message], list[Row[Any]]]:
    """One mail per reader, kind and day; of mailboxes left unopened for weeks only the last is reminded of."""
    given, told = give_out(rows, people.heads, "reminders")
    messages = []
    for who, theirs in given.items():
        for (event, _day), some in _grouped(theirs, lambda row: (row.event, _day_told(row))).items():
            last = list({row.community_code: row for row in some}.values())
            key = key_of(row.event_code for row in last)
            letter = reminder_letter(last, who.language, day_of(at))
            messages.append(_message(_REMINDERS[event], key, who, letter))
    return messages, told


def _day_told(row: Row[Any]) -> str:
    """Mailboxes of all days go into one mail; anything else is reminded of by its day."""
    return "" if row.event == "mailbox" else row.event_on.isoformat()


def _explain(people: Readers, rows: Sequence[Row[Any]]) -> tuple[list[Message], list[Row[Any]]]:
    given, told = give_out(rows, people.heads, "events without a day")
    messages = [
        _message("event_impossible", key_of(row.event_code for row in some), who, impossible_letter(some, who.language))
        for who, some in given.items()
    ]
    return messages, told


def _grouped(
    rows: Sequence[Row[Any]], key: Callable[[Row[Any]], tuple[str, str]]
) -> dict[tuple[str, str], list[Row[Any]]]:
    found: dict[tuple[str, str], list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


def _message(
    kind: str, business_key: str, who: Addressee, letter: Letter, files: tuple[Attachment, ...] = ()
) -> Message:
    return Message(
        kind=kind,
        business_key=business_key,
        recipient=who.email,
        mail=render(letter),
        language=who.language,
        recipient_name=who.name,
        attachments=files,
        list_name=LIST_NAME,
    )
