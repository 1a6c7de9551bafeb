"""Letters to customers who are asked by mail, and what becomes of those that cannot be delivered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from guanjia.gateways.mail.rendering import render
from guanjia.gateways.spreadsheets.listing import XLSX
from guanjia.i18n import gettext_for, normalised
from guanjia.logs import get_logger
from guanjia.outbox import Attachment, Message
from guanjia.pipelines.scheduled_callbacks.letters_customer import customer_letter
from guanjia.pipelines.scheduled_callbacks.list_rows import ListedCallback, read_callbacks
from guanjia.pipelines.scheduled_callbacks.served import day_of
from guanjia.pipelines.scheduled_callbacks.telling_people import Readers
from guanjia.store.engine import Transaction
from guanjia.store.people import Holder
from guanjia.store.runs import Run
from guanjia.store.sql import execute

_log = get_logger(__name__)


def give_up_letters(transaction: Transaction, run: Run) -> dict[str, int]:
    """Let the manager see to customers whose letter failed for good; who is called anyway is asked then.

    Args:
        transaction: open transaction.
        run: run that writes.

    Returns:
        The count ``letters_given_up`` of contacts.
    """
    contacts = execute(transaction, "scheduled_callbacks/give_up_letters", run_id=run.run_id).rowcount
    if contacts:
        execute(transaction, "scheduled_callbacks/hand_letters_to_manager", run_id=run.run_id)
    return {"letters_given_up": contacts}


def write_letters(transaction: Transaction, people: Readers, at: datetime) -> tuple[list[Message], dict[str, int]]:
    """The letters that are due, each with its reply workbook, in the customer's language.

    Answers come back under the number of who heads the community, else of who leads its agents; where there is neither,
    the letter waits.

    Args:
        transaction: open transaction.
        people: who holds the posts.
        at: aware instant of the run.

    Returns:
        The mails, and the count ``letters_written``.
    """
    due = execute(transaction, "scheduled_callbacks/find_due_letters").all()
    by_staff: dict[str, tuple[Holder, list[Row[Any]]]] = {}
    for row in due:
        answers_to = people.holder(row.community_code, "head") or people.holder(row.community_code, "leader")
        if answers_to is None:
            _log.warning("a letter waits: nobody can take its answer", community_code=row.community_code)
        else:
            by_staff.setdefault(answers_to.staff_code, (answers_to, []))[1].append(row)
    messages: list[Message] = []
    written: list[str] = []
    for holder, theirs in by_staff.values():
        known = _described(transaction, theirs, holder, at)
        for row in theirs:
            messages.append(_letter_message(row, known[row.callback_code], holder))
            written.append(row.callback_code)
    if written:
        execute(transaction, "scheduled_callbacks/mark_letters_sent", at=at, callback_codes=sorted(written))
    return messages, {"letters_written": len(written)}


def _described(
    transaction: Transaction, rows: list[Row[Any]], holder: Holder, at: datetime
) -> dict[str, ListedCallback]:
    found = read_callbacks(
        transaction,
        [row.callback_code for row in rows],
        day_of(at),
        staff_code=holder.staff_code,
        staff_name=holder.staff_name,
        at=at,
    )
    return {each.callback_code: each for each in found}


def _letter_message(row: Row[Any], known: ListedCallback, answers_to: Holder) -> Message:
    from guanjia.pipelines.scheduled_callbacks.reply_workbook import reply_workbook

    language = normalised(row.language)
    _ = gettext_for(language)
    title = _("Your answer")
    name = f"{title}-{row.callback_code}.xlsx".replace("/", "_")
    return Message(
        kind="callback_letter",
        business_key=row.callback_code,
        recipient=row.email,
        mail=render(customer_letter(known, language)),
        language=language,
        recipient_name=row.customer_name,
        attachments=(Attachment(name, XLSX, reply_workbook(known, language)),),
        reply_to=answers_to.email or "",
    )
