"""Mailing the day's callback lists to agents, and the list of those nobody is to telephone to the manager."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Row

from guanjia.domain.errors import DocumentError
from guanjia.gateways.mail.rendering import render
from guanjia.gateways.spreadsheets.listing import XLSX
from guanjia.i18n import gettext_for
from guanjia.logs import get_logger
from guanjia.outbox import Attachment, Message
from guanjia.pipelines.scheduled_callbacks.letters_list import (
    Worklist,
    manager_letter,
    withdrawn_letter,
    worklist_letter,
)
from guanjia.pipelines.scheduled_callbacks.list_rows import ListedCallback, read_callbacks, read_lists
from guanjia.pipelines.scheduled_callbacks.served import PROSPECTS, day_of
from guanjia.pipelines.scheduled_callbacks.telling_people import Readers, key_of
from guanjia.pipelines.vacancy_inspections.addressees import Addressee
from guanjia.store.engine import Transaction
from guanjia.store.people import Holder
from guanjia.store.sql import execute

LIST_NAME: Final = "callbacks"
PDF: Final = "application/pdf"

_log = get_logger(__name__)


def tell_lists(transaction: Transaction, people: Readers, at: datetime) -> tuple[list[Message], dict[str, int]]:
    """The mails of today's lists that hold something new; a list mailed before comes anew with what is still open.

    The list of somebody without an address goes to the leader of each community on it, that community's part only.

    Args:
        transaction: open transaction.
        people: who gets the list of somebody without an address.
        at: aware instant of the run.

    Returns:
        The mails, and the count ``lines_told`` of lines that were mailed.
    """
    day = day_of(at)
    lines = execute(transaction, "scheduled_callbacks/find_untold_lines", work_date=day).all()
    if not lines:
        return [], {"lines_told": 0}
    by_line = {(line.staff_code, line.callback_code): line for line in lines}
    rows = read_lists(transaction, day, staff_codes=sorted({line.staff_code for line in lines}), at=at)
    to_write: list[tuple[Addressee, Worklist, str]] = []
    told = {key for key, line in by_line.items() if line.is_new and not line.is_open}  # closed before it was mailed
    for staff_code, found in groupby(rows, key=lambda row: row.staff_code):
        of_agent = {code: line for (staff, code), line in by_line.items() if staff == staff_code}
        listed = [row for row in found if row.callback_code in of_agent and of_agent[row.callback_code].is_open]
        for who, worklist in _by_reader(listed, of_agent, people).items():
            to_write.append((who, worklist, staff_code))
            told |= {(staff_code, code) for code in worklist.new_codes}
    if told:
        execute(
            transaction,
            "scheduled_callbacks/mark_lines_told",
            at=at,
            work_date=day,
            staff_codes=[staff for staff, _code in sorted(told)],
            callback_codes=[code for _staff, code in sorted(told)],
        )
    return _written(to_write), {"lines_told": len(told)}


def _by_reader(
    rows: Sequence[ListedCallback], lines: Mapping[str, Row[Any]], people: Readers
) -> dict[Addressee, Worklist]:
    """Who reads an agent's list: the agent; else the leaders, each the part of their communities."""
    if not rows:
        return {}
    line = lines[rows[0].callback_code]
    given: dict[Addressee, list[ListedCallback]] = defaultdict(list)
    if line.email:
        given[people.person(line.email, line.staff_name, line.language)] = list(rows)
    else:
        for row in rows:
            for leader in people.leaders(row.community_code or PROSPECTS):
                given[leader].append(row)
        if not given:
            _log.warning("nobody can be told", what="list of an agent without an address", staff_code=line.staff_code)
    is_addition = any(not each.is_new for each in lines.values())
    found = {}
    for who, theirs in given.items():
        new = frozenset(row.callback_code for row in theirs if lines[row.callback_code].is_new)
        if new:
            found[who] = Worklist(tuple(theirs), new, is_addition, None if line.email else line.staff_name)
    return found


def _written(lists: Sequence[tuple[Addressee, Worklist, str]]) -> list[Message]:
    """The mails of some lists; their pages are typeset on all processors."""
    if not lists:
        return []
    with ThreadPoolExecutor(min(len(lists), os.cpu_count() or 1)) as pool:
        return list(pool.map(lambda each: _list_message(*each), lists))


def _list_message(who: Addressee, worklist: Worklist, staff_code: str) -> Message:
    return Message(
        kind="callback_worklist",
        business_key=f"{worklist.day.isoformat()}/{staff_code}",
        recipient=who.email,
        mail=render(worklist_letter(worklist, who.language)),
        language=who.language,
        recipient_name=who.name,
        attachments=_list_files(worklist, staff_code, who.language),
        list_name=LIST_NAME,
    )


def _list_files(worklist: Worklist, staff_code: str, language: str) -> tuple[Attachment, ...]:
    """The workbook that comes back as results, and the page to print; without it where no page can be made."""
    from guanjia.pipelines.scheduled_callbacks.list_document import list_document
    from guanjia.pipelines.scheduled_callbacks.list_workbook import list_workbook

    _ = gettext_for(language)
    name = f"{worklist.day.isoformat()}-{staff_code}".replace("/", "_")
    rows = list(worklist.rows)
    results, page = _("Callback results"), _("Callback list")
    book = Attachment(f"{results}-{name}.xlsx", XLSX, list_workbook(rows, language))
    try:
        return book, Attachment(f"{page}-{name}.pdf", PDF, list_document(rows, language))
    except DocumentError as error:
        _log.warning("a list goes out without its page to print", staff_code=staff_code, problem=str(error))
        return (book,)


def tell_withdrawn(transaction: Transaction, people: Readers, at: datetime) -> tuple[list[Message], dict[str, int]]:
    """Agents whose mailed list was given to others in part: whom they are not to call any more.

    Args:
        transaction: open transaction.
        people: who hands it on to somebody without an address.
        at: aware instant of the run.

    Returns:
        The mails, and the count ``withdrawn_told`` of lines.
    """
    messages, told = [], 0
    rows = execute(transaction, "scheduled_callbacks/find_withdrawn_lines", work_date=day_of(at)).all()
    for key, found in groupby(rows, key=lambda row: row.business_key):
        theirs = list(found)
        line = theirs[0]
        agent = people.person(line.email, line.staff_name, line.language) if line.email else None
        readers = [agent] if agent else people.leaders(line.community_code)
        told += len(theirs) if readers else 0
        messages += [
            Message(
                kind="callback_withdrawn",
                business_key=key,
                recipient=who.email,
                mail=render(withdrawn_letter(theirs, None if agent else line.staff_name, who.language)),
                language=who.language,
                recipient_name=who.name,
                is_urgent=True,
                list_name=LIST_NAME,
            )
            for who in readers
        ]
    return messages, {"withdrawn_told": told}


def tell_manager(transaction: Transaction, people: Readers, at: datetime) -> tuple[list[Message], dict[str, int]]:
    """The list of customers who must not or cannot be called, to the head of each community with a new one.

    Results come back under the head's staff number, so nobody but a holder of the post gets it.

    Args:
        transaction: open transaction.
        people: who holds the posts.
        at: aware instant of the run.

    Returns:
        The mails, and the count ``manager_callbacks_told``.
    """
    rows = execute(transaction, "scheduled_callbacks/find_manager_callbacks").all()
    given: dict[str, tuple[Holder, list[Row[Any]]]] = {}
    for row in rows:
        head = people.holder(row.community_code, "head")
        if head is not None:
            given.setdefault(head.staff_code, (head, []))[1].append(row)
        elif row.is_new:
            _log.warning("nobody can be told", what="manager's list", community_code=row.community_code)
    told: list[str] = []
    messages = []
    for head, theirs in given.values():
        new = {row.callback_code for row in theirs if row.is_new}
        codes = [row.callback_code for row in theirs]
        listed = read_callbacks(
            transaction, codes, day_of(at), staff_code=head.staff_code, staff_name=head.staff_name, at=at
        )
        scopes = key_of(row.community_code for row in theirs)
        messages.append(_manager_message(head, listed, new, scopes, at))
        told += new
    if told:
        execute(transaction, "scheduled_callbacks/mark_callbacks_told", at=at, callback_codes=sorted(told))
    return messages, {"manager_callbacks_told": len(told)}


def _manager_message(
    head: Holder, rows: Sequence[ListedCallback], new: Collection[str], scopes: str, at: datetime
) -> Message:
    from guanjia.pipelines.scheduled_callbacks.list_workbook import list_workbook

    _ = gettext_for(head.language)
    day = day_of(at).isoformat()
    title = _("Customers for the manager")
    name = f"{title}-{day}-{head.staff_code}".replace("/", "_")
    return Message(
        kind="callback_manager_list",
        business_key=f"{day}/{scopes}",
        recipient=head.email or "",
        mail=render(manager_letter(rows, new, head.language, at)),
        language=head.language,
        recipient_name=head.staff_name,
        attachments=(Attachment(f"{name}.xlsx", XLSX, list_workbook(rows, head.language)),),
        list_name=LIST_NAME,
    )
