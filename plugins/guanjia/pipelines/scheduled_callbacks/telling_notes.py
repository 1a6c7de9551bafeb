"""Telling at once: results that contradict each other, changed forms, and cases that customers' answers opened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from guanjia.gateways.mail.letter import Letter
from guanjia.gateways.mail.rendering import render
from guanjia.logs import get_logger
from guanjia.outbox import Message
from guanjia.pipelines.scheduled_callbacks.letters_notes import cases_letter, conflict_letter, edited_letter
from guanjia.pipelines.scheduled_callbacks.telling_lists import LIST_NAME
from guanjia.pipelines.scheduled_callbacks.telling_people import Readers
from guanjia.pipelines.vacancy_inspections.addressees import Addressee, give_out
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute

_log = get_logger(__name__)


def tell_conflicts(
    transaction: Transaction, run: Run, people: Readers, at: datetime
) -> tuple[list[Message], dict[str, int]]:
    """Pairs of results that cannot both be right, to the leader and to both agents, who see their own pairs only.

    Args:
        transaction: open transaction.
        run: run that tells.
        people: who is told.
        at: aware instant of the run.

    Returns:
        The mails, and the count ``conflicts_told``.
    """
    rows = execute(transaction, "scheduled_callbacks/find_untold_conflicts").all()
    given: dict[Addressee, list[Row[Any]]] = defaultdict(list)
    told = []
    for row in rows:
        readers = dict.fromkeys([*people.leaders(row.community_code), *_callers(people, row)])
        for who in readers:
            given[who].append(row)
        if readers:
            told.append(row)
        else:
            _log.warning("nobody can be told", what="conflicting results", callback_code=row.callback_code)
    if told:
        execute(
            transaction,
            "scheduled_callbacks/mark_conflicts_told",
            at=at,
            callback_codes=[row.callback_code for row in told],
            first_at=[row.first_at for row in told],
            first_editions=[row.first_edition for row in told],
            second_at=[row.second_at for row in told],
            second_editions=[row.second_edition for row in told],
        )
    messages = [
        _message("callback_conflict", run, who, conflict_letter(theirs, who.language, at))
        for who, theirs in given.items()
    ]
    return messages, {"conflicts_told": len(told)}


def _callers(people: Readers, row: Row[Any]) -> Sequence[Addressee]:
    found = []
    if row.first_email:
        found.append(people.person(row.first_email, row.first_staff_name, row.first_language))
    if row.second_email:
        found.append(people.person(row.second_email, row.second_staff_name, row.second_language))
    return found


def tell_edited(
    transaction: Transaction, run: Run, people: Readers, at: datetime
) -> tuple[list[Message], dict[str, int]]:
    """Rows of returned workbooks whose protected cells were changed, to the leader.

    Args:
        transaction: open transaction.
        run: run that tells.
        people: who is told.
        at: aware instant of the run.

    Returns:
        The mails, and the count ``forms_told``.
    """
    rows = execute(
        transaction, "scheduled_callbacks/find_untold_callback_remarks", scopes=None, is_form_edited=True
    ).all()
    given, told = give_out(rows, people.leaders, "edited forms")
    if told:
        ids = [row.remark_id for row in told]
        execute(transaction, "scheduled_callbacks/mark_callback_remarks_told", at=at, remark_ids=ids)
    messages = [
        _message("callback_form_edited", run, who, edited_letter(theirs, who.language, at))
        for who, theirs in given.items()
    ]
    return messages, {"forms_told": len(told)}


def tell_cases(
    transaction: Transaction, run: Run, people: Readers, at: datetime
) -> tuple[list[Message], dict[str, int]]:
    """Cases that callbacks and visits opened, to the department that takes them on: its own only.

    Args:
        transaction: open transaction.
        run: run that tells.
        people: who is told.
        at: aware instant of the run.

    Returns:
        The mails, and the count ``cases_told``.
    """
    rows = execute(transaction, "scheduled_callbacks/find_untold_cases").all()
    if not rows:
        return [], {"cases_told": 0}
    readers = people.departments((row.department, row.community_code) for row in rows)
    given: dict[Addressee, list[Row[Any]]] = defaultdict(list)
    told = []
    for row in rows:
        theirs = readers[row.department, row.community_code]
        for who in theirs:
            given[who].append(row)
        if theirs:
            told.append(row.case_code)
        else:
            _log.warning("nobody can be told", what="case of a callback", case_code=row.case_code)
    if told:
        execute(transaction, "scheduled_callbacks/mark_callback_cases_told", at=at, case_codes=told)
    messages = [
        _message("callback_case", run, who, cases_letter(theirs, who.language, at), is_urgent=_is_urgent(theirs))
        for who, theirs in given.items()
    ]
    return messages, {"cases_told": len(told)}


def _is_urgent(rows: Sequence[Row[Any]]) -> bool:
    return any(row.satisfaction is not None and row.satisfaction <= 1 for row in rows)


def _message(kind: str, run: Run, who: Addressee, letter: Letter, *, is_urgent: bool = False) -> Message:
    return Message(
        kind=kind,
        business_key=run.run_code,
        recipient=who.email,
        mail=render(letter),
        language=who.language,
        recipient_name=who.name,
        is_urgent=is_urgent,
        list_name=LIST_NAME,
    )
