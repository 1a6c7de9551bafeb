"""Telling people what the day's run found: each fact once, in the transaction that marks it told.

Inspectors get their list, owners learn what became of their registration, who answers for a community learns of
findings, missed inspections and whatever else needs a hand. Nobody is told of a community outside their scope. What
nobody can be told of (a post that nobody fills, no subscriber) stays untold and comes up again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row

from guanjia.gateways.mail.rendering import render
from guanjia.outbox import Attachment, Message, enqueue
from guanjia.outbox.editions import in_next_editions
from guanjia.pipelines.vacancy_inspections.addressees import Addressee, Addressees, give_out
from guanjia.pipelines.vacancy_inspections.figures import Coverage, measure_coverage
from guanjia.pipelines.vacancy_inspections.letters_finding import findings_letter, is_urgent
from guanjia.pipelines.vacancy_inspections.letters_manager import (
    event_letter,
    missed_letter,
    missed_workbook,
    plan_letter,
    plan_workbook,
)
from guanjia.pipelines.vacancy_inspections.letters_notes import Notes, OwnerByHand, notes_letter, notes_workbook
from guanjia.pipelines.vacancy_inspections.served import begin, day_of
from guanjia.pipelines.vacancy_inspections.telling_lists import tell_lists
from guanjia.pipelines.vacancy_inspections.telling_owners import tell_owners
from guanjia.settings import TIME_ZONE
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute

LIST_NAME: Final = "inspections"

_GROWING: Final = (
    "inspection_worklist",
    "spot_check_list",
    "vacancy_registration",
    "inspection_finding",
    "inspection_event",
    "inspection_missed",
    "inspection_notes",
)
"""Kinds of mail of which a second edition tells news; of the others there is one, and the database keeps it so."""


def tell(transaction: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Write the mails of everything that is not told yet.

    Args:
        transaction: open transaction; the mails exist exactly if it commits.
        run: run that tells.
        as_of: aware instant of the run.

    Returns:
        Counts: lines of worklists, registrations, reminders, findings, plans (communities), weather events, missed
        inspections, occupied months and remarks told, and ``mails_written``.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    at = begin(transaction, as_of)
    people = Addressees(transaction, at)
    messages, counts = tell_lists(transaction, people, at)
    by_owner, by_hand, owner_counts = tell_owners(transaction, run, people, at)
    messages += by_owner
    counts |= owner_counts
    for part in (_findings, _plans, _events, _missed):
        written, count = part(transaction, run, people, at)
        messages += written
        counts |= count
    written, count = _notes(transaction, run, people, at, by_hand)
    messages += written
    counts |= count
    editions = in_next_editions(transaction, messages, _GROWING)
    written_mails = enqueue(transaction, editions, run_id=run.run_id).written if messages else 0
    return counts | {"mails_written": written_mails}


def _findings(
    transaction: Transaction, run: Run, people: Addressees, at: datetime
) -> tuple[list[Message], dict[str, int]]:
    rows = execute(transaction, "vacancy_inspections/find_untold_findings").all()
    given, told = give_out(rows, people.responsible, "findings")
    if told:
        execute(
            transaction,
            "vacancy_inspections/mark_findings_told",
            at=at,
            inspection_codes=[row.inspection_code for row in told],
            inspected_at=[row.inspected_at for row in told],
        )
    messages = [
        Message(
            kind="inspection_finding",
            business_key=run.run_code,
            recipient=who.email,
            mail=render(findings_letter(theirs, who.language, at)),
            language=who.language,
            recipient_name=who.name,
            is_urgent=any(is_urgent(row) for row in theirs),
            list_name=LIST_NAME,
        )
        for who, theirs in given.items()
    ]
    return messages, {"findings_told": len(told)}


def _plans(
    transaction: Transaction, _run: Run, people: Addressees, at: datetime
) -> tuple[list[Message], dict[str, int]]:
    """The plan of this month; one that was made while nobody could be told is told when somebody can."""
    period = f"{day_of(at):%Y-%m}"
    rows = execute(transaction, "vacancy_inspections/find_untold_plan", period=period).all()
    given, told = give_out(rows, people.managers, "plan")
    communities = sorted({row.community_code for row in told})
    if communities:
        execute(transaction, "vacancy_inspections/mark_plan_told", period=period, community_codes=communities)
    messages = [
        Message(
            kind="inspection_plan",
            business_key=f"{period}/{_codes(theirs)}",
            recipient=who.email,
            mail=render(plan_letter(theirs, period, who.language, at)),
            language=who.language,
            recipient_name=who.name,
            attachments=(plan_workbook(theirs, period, who.language, at),),
            list_name=LIST_NAME,
        )
        for who, theirs in given.items()
    ]
    return messages, {"plans_told": len(communities)}


def _codes(rows: Iterable[Row[Any]]) -> str:
    """The communities of some rows: a plan told later for another community is another mail."""
    return ",".join(sorted({row.community_code for row in rows}))


def _events(
    transaction: Transaction, _run: Run, people: Addressees, at: datetime
) -> tuple[list[Message], dict[str, int]]:
    rows = execute(transaction, "vacancy_inspections/find_untold_events").all()
    given, told = give_out(rows, people.managers, "weather event")
    events = sorted({row.event_code for row in told})
    if events:
        execute(transaction, "vacancy_inspections/mark_events_told", at=at, event_codes=events)
    messages = [
        Message(
            kind="inspection_event",
            business_key=event,
            recipient=who.email,
            mail=render(event_letter(some, who.language, at)),
            language=who.language,
            recipient_name=who.name,
            is_urgent=True,
            list_name=LIST_NAME,
        )
        for who, theirs in given.items()
        for event, some in _by_event(theirs).items()
    ]
    return messages, {"events_told": len(events)}


def _by_event(rows: Iterable[Row[Any]]) -> dict[str, list[Row[Any]]]:
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[row.event_code].append(row)
    return found


def _missed(
    transaction: Transaction, run: Run, people: Addressees, at: datetime
) -> tuple[list[Message], dict[str, int]]:
    """What was not made in time, to the centre head and the subscribers, with the month's figures of their scope."""
    month_start = day_of(at).replace(day=1)
    rows = execute(transaction, "vacancy_inspections/find_untold_missed", month_start=month_start).all()
    given, told = give_out(rows, people.managers, "missed inspections")
    if told:
        execute(
            transaction,
            "vacancy_inspections/mark_missed_told",
            at=at,
            inspection_codes=[row.inspection_code for row in told],
        )
    figures: dict[tuple[str, ...], dict[str, list[Coverage]]] = {}
    scopes = people.scopes_of_managers() if given else {}
    closed: dict[tuple[str, ...], list[Row[Any]]] = {}
    messages = []
    for who, theirs in given.items():
        scope = tuple(scopes[who])
        if scope not in figures:
            figures[scope] = _month_figures(transaction, rows, scope)
            closed[scope] = _never_entered(transaction, rows, scope)
        book = missed_workbook(theirs, who.language, at.astimezone(TIME_ZONE), closed[scope])
        messages.append(
            Message(
                kind="inspection_missed",
                business_key=run.run_code,
                recipient=who.email,
                mail=render(missed_letter(theirs, figures[scope], who.language, at, closed[scope])),
                language=who.language,
                recipient_name=who.name,
                attachments=() if book is None else (book,),
                list_name=LIST_NAME,
            )
        )
    return messages, {"missed_told": len(told)}


def _month_figures(
    transaction: Transaction, rows: Sequence[Row[Any]], scope: Sequence[str]
) -> dict[str, list[Coverage]]:
    periods = {row.period for row in rows if row.plan in ("monthly", "basement")}
    found: dict[str, list[Coverage]] = defaultdict(list)
    for figure in measure_coverage(transaction, periods, scope) if periods else ():
        found[figure.period].append(figure)
    return found


def _never_entered(transaction: Transaction, rows: Sequence[Row[Any]], scope: Sequence[str]) -> list[Row[Any]]:
    """Units of the months told of at whose door somebody was, but nobody entered."""
    periods = sorted({row.period for row in rows if row.plan in ("monthly", "basement")})
    if not periods:
        return []
    found = execute(
        transaction, "vacancy_inspections/find_never_entered", periods=periods, community_codes=sorted(scope)
    )
    return list(found)


def _notes(
    transaction: Transaction, run: Run, people: Addressees, at: datetime, by_hand: Sequence[OwnerByHand]
) -> tuple[list[Message], dict[str, int]]:
    """Occupied months, owners to be told by hand and remarks: one mail per reader and run."""
    occupied = execute(transaction, "vacancy_inspections/find_untold_occupied_months").all()
    remarks = execute(transaction, "vacancy_inspections/find_untold_remarks", at=at).all()
    months, months_told = give_out(occupied, people.managers, "occupied months")
    said, remarks_told = give_out(remarks, people.managers, "remarks")
    owners, _told = give_out(by_hand, people.head, "owners without an address")
    if months_told:
        execute(
            transaction,
            "vacancy_inspections/mark_occupied_months_told",
            at=at,
            application_codes=[row.application_code for row in months_told],
            periods=[row.period for row in months_told],
        )
    if remarks_told:
        ids = [row.remark_id for row in remarks_told]
        execute(transaction, "vacancy_inspections/mark_remarks_told", at=at, remark_ids=ids)
    messages = []
    for who in dict.fromkeys((*months, *owners, *said)):
        notes = Notes(months.get(who, []), owners.get(who, []), said.get(who, []))
        messages.append(_notes_message(run, who, notes, at))
    return messages, {"occupied_months_told": len(months_told), "remarks_told": len(remarks_told)}


def _notes_message(run: Run, who: Addressee, notes: Notes, at: datetime) -> Message:
    files: tuple[Attachment, ...] = (notes_workbook(notes, who.language, at),) if notes.is_long else ()
    return Message(
        kind="inspection_notes",
        business_key=run.run_code,
        recipient=who.email,
        mail=render(notes_letter(notes, who.language, at)),
        language=who.language,
        recipient_name=who.name,
        attachments=files,
        list_name=LIST_NAME,
    )
