"""The rows of the callback lists of a day, as mails, workbooks and printed pages show them.

Names and telephone numbers stand in full: only who calls gets them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Row

from guanjia.domain.day_parts import DayPart
from guanjia.pipelines.scheduled_callbacks.served import hours_apart, parts_of
from guanjia.settings import TIME_ZONE
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute

Window = tuple[datetime, datetime]
"""From when, inclusive, to when, exclusive."""

_LONGEST_TEXT: Final = 120
"""Characters of what customers and colleagues wrote that a list shows."""


@dataclass(frozen=True, slots=True)
class ListedContact:
    """One reason to call: what a rule made due."""

    trigger: str
    """repair_resolved, complaint_answered, correction_resolved, care, prospect, year_end or paid_service_done."""
    rule_code: str
    occasion: str
    """Occurrence of the case, or the period it belongs to."""
    case_code: str | None
    case_kind: str | None
    case_area: str | None
    case_text: str | None
    """What the customer had wanted; shortened."""
    done_note: str | None
    """What was noted when it was done or answered; shortened."""
    said_before: str | None
    """A correction: what the customer had said before it; shortened."""
    triggered_at: datetime
    due_by: datetime
    channel: str
    """call, mail or manager."""
    channel_reason: str | None
    """Why not by telephone: do_not_call, no_phone, bad_number, no_customer or questionnaire."""


@dataclass(frozen=True, slots=True)
class PastTry:
    """A try of this callback, or the last talk with the customer before it."""

    kind: str
    """try: of this callback; callback: an earlier one that reached the customer; call_in, call_out: a call taken."""
    happened_at: datetime
    outcome: str | None
    """Of a try, as in callback_results."""
    satisfaction: int | None
    call_later_at: datetime | None
    staff_name: str | None
    comment: str | None
    """What the customer said; shortened."""


@dataclass(frozen=True, slots=True)
class ListedCallback:
    """One try of one callback on somebody's list of a day; several tries of a callback are several rows."""

    work_date: date
    staff_code: str
    staff_name: str
    position: int
    """Place on that person's list of that day, from 1; tries of one callback share it."""
    try_no: int
    """1 … tries."""
    tries: int
    """Calls reserved for the callback that day."""
    callback_code: str
    channel: str
    """call, mail or manager."""
    customer_code: str | None
    customer_name: str
    """Empty: nobody is known to be called."""
    phone: str
    """Empty: none in the register."""
    language: str
    """Language of the customer: zh or en."""
    is_vip: bool
    community_code: str | None
    community_name: str
    """Empty: a prospect, who belongs to none."""
    unit_code: str
    """Units, comma-separated; empty: none is known."""
    windows: tuple[Window, ...]
    """When this try may be made that day, in order; empty for what is not called."""
    call_from: datetime
    """From when this try may be made, inclusive."""
    call_until: datetime
    """Until when, exclusive."""
    promised_at: datetime | None
    """Instant the customer asked for, if it is on this day or past."""
    due_by: datetime
    missed_at: datetime | None
    """The window is past since; None: it is not."""
    is_over: bool
    """It was closed meanwhile: nobody is to be called any more."""
    attempts: int
    """Attempts that counted so far."""
    rules: tuple[str, ...]
    """Rules it answers, by priority."""
    reasons: tuple[str, ...]
    """What made it due, by priority, each once: triggers as in callback_rules."""
    contacts: tuple[ListedContact, ...]
    history: tuple[PastTry, ...]
    """Newest first."""
    is_carried_over: bool
    why_agent: str | None
    """promised, familiar, even or reassigned."""
    edition: int
    """Edition of the person's list of that day."""
    is_untold: bool
    """The line was not mailed yet."""


def read_lists(
    transaction: Transaction,
    work_date: date,
    *,
    staff_codes: Collection[str] | None = None,
    only_untold: bool = False,
    at: datetime | None = None,
) -> list[ListedCallback]:
    """The agents' lists of a day.

    Args:
        transaction: open transaction.
        work_date: day of the lists, in Asia/Shanghai.
        staff_codes: agents whose lists are wanted; None: everybody's.
        only_untold: only the lists of agents who have a standing line of that day that was not mailed yet, each whole.
        at: aware; tries and calls later than this are not shown in the history. None: those of the day are.

    Returns:
        A row per callback and try, ordered by staff code and by the time at which it is the try's turn.

    Raises:
        SettingsError: the stored parts of the day cannot be read.
    """
    lines = execute(
        transaction,
        "scheduled_callbacks/list_lines",
        work_date=work_date,
        staff_codes=None if staff_codes is None else sorted(staff_codes),
        only_untold=only_untold,
    ).all()
    if not lines:
        return []
    known = _describe(transaction, [line.callback_code for line in lines], work_date, at)
    calling = _Calling(
        {part.number: part for part in parts_of(transaction, work_date)},
        timedelta(hours=float(hours_apart(transaction, work_date))),
    )
    rows: list[ListedCallback] = []
    for _staff, found in groupby(lines, key=lambda line: line.staff_code):
        rows += _in_time([row for line in found for row in _tries(known[line.callback_code], line, work_date, calling)])
    return rows


def read_callbacks(
    transaction: Transaction,
    callback_codes: Sequence[str],
    work_date: date,
    *,
    staff_code: str,
    staff_name: str,
    at: datetime | None = None,
) -> list[ListedCallback]:
    """Callbacks that nobody is to telephone about, as rows of the manager's list or of a letter.

    Args:
        transaction: open transaction.
        callback_codes: callbacks, in the order wanted.
        work_date: day the list or letter is of.
        staff_code: whose list it is: results come back under this number.
        staff_name: that person's name.
        at: as for `read_lists`.

    Returns:
        A row per callback that exists, in the order given, numbered from 1.
    """
    known = _describe(transaction, callback_codes, work_date, at)
    found = [known[code] for code in dict.fromkeys(callback_codes) if code in known]
    return [
        replace(row, staff_code=staff_code, staff_name=staff_name, position=place) for place, row in enumerate(found, 1)
    ]


@dataclass(frozen=True)
class _Calling:
    """When is called: parts by their number, and the time between two tries at least."""

    parts: Mapping[int, DayPart]
    apart: timedelta


def _describe(
    transaction: Transaction, codes: Sequence[str], work_date: date, at: datetime | None
) -> dict[str, ListedCallback]:
    """Callback → what is known of it, as a row that stands on no list yet."""
    wanted = sorted(set(codes))
    if not wanted:
        return {}
    until = at or datetime.combine(work_date + timedelta(days=1), time(), TIME_ZONE)
    contacts: dict[str, list[ListedContact]] = defaultdict(list)
    for row in execute(transaction, "scheduled_callbacks/describe_contacts", callback_codes=wanted):
        contacts[row.callback_code].append(_contact(row))
    history: dict[str, list[PastTry]] = defaultdict(list)
    for row in execute(transaction, "scheduled_callbacks/describe_history", callback_codes=wanted, until=until):
        history[row.callback_code].append(_past(row))
    found = execute(
        transaction, "scheduled_callbacks/describe_callbacks", callback_codes=wanted, work_date=work_date
    ).all()
    return {
        row.callback_code: _described(row, contacts[row.callback_code], history[row.callback_code], work_date)
        for row in found
    }


def _described(
    row: Row[Any], contacts: Sequence[ListedContact], history: Sequence[PastTry], work_date: date
) -> ListedCallback:
    opens = datetime.combine(work_date, time(), TIME_ZONE)
    is_promised = row.promised_at is not None and row.promised_at < opens + timedelta(days=1)
    return ListedCallback(
        work_date=work_date,
        staff_code="",
        staff_name="",
        position=0,
        try_no=1,
        tries=1,
        callback_code=row.callback_code,
        channel=row.channel,
        customer_code=row.customer_code,
        customer_name=row.customer_name or "",
        phone=row.phone or "",
        language=row.language or "zh",
        is_vip=row.is_vip,
        community_code=row.community_code,
        community_name=row.community_name or "",
        unit_code=row.unit_code or "",
        windows=(),
        call_from=max(opens, row.next_from or row.not_before),
        call_until=opens + timedelta(days=1),
        promised_at=row.promised_at if is_promised else None,
        due_by=row.due_by,
        missed_at=row.missed_at,
        is_over=row.state != "planned",
        attempts=row.attempts,
        rules=_words(row.rules),
        reasons=tuple(dict.fromkeys(each.trigger for each in contacts)),
        contacts=tuple(contacts),
        history=tuple(history),
        is_carried_over=False,
        why_agent=None,
        edition=1,
        is_untold=True,
    )


def _contact(row: Row[Any]) -> ListedContact:
    return ListedContact(
        trigger=row.trigger,
        rule_code=row.rule_code,
        occasion=row.occasion,
        case_code=row.case_code,
        case_kind=row.case_kind,
        case_area=row.case_area,
        case_text=_short(row.case_text),
        done_note=_short(row.done_note),
        said_before=_short(row.said_before),
        triggered_at=row.triggered_at,
        due_by=row.due_by,
        channel=row.channel,
        channel_reason=row.channel_reason,
    )


def _past(row: Row[Any]) -> PastTry:
    return PastTry(
        kind=row.kind,
        happened_at=row.happened_at,
        outcome=row.outcome,
        satisfaction=row.satisfaction,
        call_later_at=row.call_later_at,
        staff_name=row.staff_name,
        comment=_short(row.comment),
    )


def _tries(known: ListedCallback, line: Row[Any], work_date: date, calling: _Calling) -> Iterable[ListedCallback]:
    """The rows of a line: one per try; a further try no earlier than some hours after the one before."""
    parts = [calling.parts[number] for number in map(int, _words(line.parts)) if number in calling.parts]
    earliest = known.call_from
    for try_no in range(1, line.tries + 1):
        of_try = parts if line.tries == 1 else parts[try_no - 1 : try_no]
        windows = _windows(of_try, work_date, earliest)
        opens = windows[0][0] if windows else earliest
        begins = line.call_at if line.call_at is not None and try_no == 1 else opens
        yield replace(
            known,
            staff_code=line.staff_code,
            staff_name=line.staff_name,
            position=line.position,
            try_no=try_no,
            tries=line.tries,
            windows=windows,
            call_from=begins,
            call_until=windows[-1][1] if windows else known.call_until,
            promised_at=line.call_at if line.call_at is not None else known.promised_at,
            is_carried_over=line.is_carried_over,
            why_agent=line.why_agent,
            edition=line.edition,
            is_untold=line.is_untold,
        )
        earliest = begins + calling.apart


def _windows(parts: Sequence[DayPart], day: date, earliest: datetime) -> tuple[Window, ...]:
    """The parts as instants of a day, what lies before the earliest instant cut off, those that touch made one."""
    windows: list[Window] = []
    for part in parts:
        opens, closes = max(part.opens(day, TIME_ZONE), earliest.astimezone(TIME_ZONE)), part.closes(day, TIME_ZONE)
        if opens >= closes:
            continue
        if windows and windows[-1][1] == opens:
            opens = windows.pop()[0]
        windows.append((opens, closes))
    return tuple(windows)


def _in_time(rows: Sequence[ListedCallback]) -> list[ListedCallback]:
    """First tries in the list's order; further tries where their time comes."""
    reached = rows[0].call_from
    keyed: list[tuple[tuple[datetime, int, int], ListedCallback]] = []
    for row in sorted(rows, key=lambda each: (each.try_no, each.position)):
        if row.try_no == 1:
            reached = max(reached, row.call_from)
        keyed.append(((reached if row.try_no == 1 else row.call_from, row.try_no, row.position), row))
    return [row for _key, row in sorted(keyed, key=lambda each: each[0])]


def _words(listed: str | None) -> tuple[str, ...]:
    return tuple(word.strip() for word in (listed or "").split(",") if word.strip())


def _short(text: str | None) -> str | None:
    """A text on one line, cut where it is too long for a list; None: there is none."""
    flat = " ".join((text or "").split())
    return (flat if len(flat) <= _LONGEST_TEXT else flat[: _LONGEST_TEXT - 1] + "…") or None
