"""Telling at once: corrections, what could not be taken as it is, and days short of support people."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from guanjia.gateways.mail.rendering import render
from guanjia.outbox import Message
from guanjia.pipelines.quality_sampling.letters_notes import (
    SHOWN_ROWS,
    corrections_letter,
    notes_letter,
    notes_workbook,
    roster_letter,
)
from guanjia.pipelines.quality_sampling.remark_words import REMINDERS
from guanjia.pipelines.quality_sampling.served import day_of
from guanjia.pipelines.quality_sampling.telling_people import LIST_NAME, Readers, nobody
from guanjia.pipelines.scheduled_callbacks.telling_people import key_of
from guanjia.pipelines.vacancy_inspections.addressees import Addressee
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute


def tell_corrections(transaction: Transaction, people: Readers, at: datetime) -> tuple[list[Message], dict[str, int]]:
    """Cases that errors opened, to the leaders of the team of that day (QC-06).

    Args:
        transaction: open transaction.
        people: who is told.
        at: aware instant of the run.

    Returns:
        The mails, and the count ``corrections_told``.
    """
    rows = execute(transaction, "quality_sampling/find_untold_corrections").all()
    given: dict[Addressee, list[Row[Any]]] = defaultdict(list)
    told = []
    for row in rows:
        readers = people.leaders(row.team_code, row.community_code)
        for who in readers:
            given[who].append(row)
        if readers:
            told.append(row.case_code)
        else:
            nobody("correction", [row.case_code])
    if told:
        execute(transaction, "quality_sampling/mark_corrections_told", at=at, case_codes=told)
    messages = [
        Message(
            kind="quality_correction",
            business_key=key_of(row.case_code for row in theirs),
            recipient=who.email,
            mail=render(corrections_letter(theirs, people.name, who.language, at)),
            language=who.language,
            recipient_name=who.name,
            list_name=LIST_NAME,
        )
        for who, theirs in given.items()
    ]
    return messages, {"corrections_told": len(told)}


def tell_remarks(
    transaction: Transaction, run: Run, people: Readers, at: datetime
) -> tuple[list[Message], dict[str, int]]:
    """What could not be taken as it is, to the head; scores and appeals that do not count also to whose they are.

    Args:
        transaction: open transaction.
        run: run that tells.
        people: who is told.
        at: aware instant of the run.

    Returns:
        The mails, and the count ``remarks_told``.
    """
    rows = execute(transaction, "quality_sampling/find_untold_remarks").all()
    to_head: dict[Addressee, list[Row[Any]]] = defaultdict(list)
    to_person: dict[Addressee, list[Row[Any]]] = defaultdict(list)
    told = []
    for row in rows:
        heads = people.heads(row.community_code)
        for who in heads:
            to_head[who].append(row)
        person = people.member(_whose(row))
        if person is not None and person not in heads:
            to_person[person].append(row)
        if heads:
            told.append(row.remark_id)
        else:
            nobody("remark", [row.subject])
    if told:
        execute(transaction, "quality_sampling/mark_remarks_told", at=at, remark_ids=told)
        execute(transaction, "quality_sampling/mark_kept_scores_told", at=at)
    messages = [
        Message(
            kind="quality_note",
            business_key=run.run_code,
            recipient=who.email,
            mail=render(notes_letter(theirs, who.language, at, is_own=is_own)),
            language=who.language,
            recipient_name=who.name,
            attachments=(notes_workbook(theirs, who.language, at),) if len(theirs) > SHOWN_ROWS else (),
            list_name=LIST_NAME,
        )
        for given, is_own in ((to_head, False), (to_person, True))
        for who, theirs in given.items()
    ]
    return messages, {"remarks_told": len(told)}


def _whose(row: Row[Any]) -> str | None:
    """Who is told beside the head; of a refused appeal nobody, for the appeal's own mail tells it."""
    if row.kind.startswith("appeal_") and row.kind not in REMINDERS:
        return None
    found = row.detail.get("told_to")
    return None if found is None else str(found)


def tell_roster(transaction: Transaction, people: Readers, at: datetime) -> tuple[list[Message], dict[str, int]]:
    """Days short of support people, and days that have enough again, to the head (QC-02).

    A day that was resolved before anybody heard of it is no news.

    Args:
        transaction: open transaction.
        people: who is told.
        at: aware instant of the run.

    Returns:
        The mails, and the count ``roster_days_told``.
    """
    rows = execute(transaction, "quality_sampling/find_untold_roster_warnings").all()
    heads = people.heads()
    if not rows:
        return [], {"roster_days_told": 0}
    if not heads:
        nobody("roster warning", [row.day.isoformat() for row in rows])
        return [], {"roster_days_told": 0}
    execute(transaction, "quality_sampling/mark_roster_warnings_told", at=at, days=[row.day for row in rows])
    coming = [row for row in rows if row.day >= day_of(at)]
    messages = [
        Message(
            kind="quality_roster_warning",
            business_key=f"{coming[0].day.isoformat()}+{len(coming) - 1}" if len(coming) > 1 else str(coming[0].day),
            recipient=who.email,
            mail=render(roster_letter(coming, who.language, at)),
            language=who.language,
            recipient_name=who.name,
            is_urgent=any(row.resolved_at is None and (row.day - day_of(at)).days <= 1 for row in coming),
            list_name=LIST_NAME,
        )
        for who in heads
        if coming
    ]
    return messages, {"roster_days_told": len(rows)}
