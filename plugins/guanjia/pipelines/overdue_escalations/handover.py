"""CASE-05: open cases survive a shift change. At each shift's end the next shift gets the open list, once.

A shift is the people of one post who serve one community, or all, and whose shift on the roster ends at one instant.
The record that it was handed over and the mails stand in one transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row

from guanjia.outbox import Attachment, Message, enqueue
from guanjia.pipelines.overdue_escalations.handover_letter import Handover, handover_mail, handover_workbook
from guanjia.settings import TIME_ZONE
from guanjia.store.business_settings import required_setting
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute

_OVERLAP: Final = timedelta(hours=1)
"""Shifts overlap for the talk at the change: the next one may have started so long before the end."""

_ALL: Final = "company"
"""Stands for "all communities" in business keys; community codes have a table of their own."""


def hand_over(transaction: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Hand the open list of each shift that has ended to the next one (CASE-05).

    After an outage only the latest end of each team matters. A shift without open cases is recorded and mails nothing.

    Args:
        transaction: open transaction; the mails exist exactly if it commits.
        run: run that hands over; deadlines are computed for the same as_of before.
        as_of: instant of the run; shifts that ended by then, inclusive.

    Returns:
        Counts: shifts handed over, open cases in them (a case of two shifts counts twice), mails written, members of
        next shifts without an address, and shifts with open cases that no shift follows in time.
    """
    today = as_of.astimezone(TIME_ZONE).date()
    roles = required_setting(transaction, "handover_roles", today)
    within = timedelta(hours=int(str(required_setting(transaction, "handover_hours", today))))
    ends = execute(
        transaction,
        "overdue_escalations/find_shift_ends",
        as_of=as_of,
        since=as_of - within,
        roles=list(roles) if isinstance(roles, tuple) else [],
    ).all()
    counts = dict.fromkeys(
        (
            "shifts_handed_over",
            "cases_handed_over",
            "handover_mails",
            "handover_without_address",
            "handover_without_next_shift",
        ),
        0,
    )
    if not ends:
        return counts
    work = _Work(run, as_of, _cases(transaction, ends, as_of))
    members = _members(transaction, ends, within)
    for number, end in enumerate(ends, start=1):
        for name, count in work.hand_over(transaction, end, members.get(number, [])).items():
            counts[name] += count
    return counts


def _cases(transaction: Transaction, ends: Sequence[Row[Any]], as_of: datetime) -> dict[str | None, list[Row[Any]]]:
    """The open list of each community that is asked for; under None that of all."""
    codes = {end.community_code for end in ends}
    asked = None if None in codes else sorted(codes)
    found: dict[str | None, list[Row[Any]]] = defaultdict(list)
    for row in execute(transaction, "overdue_escalations/list_handover_cases", as_of=as_of, community_codes=asked):
        if row.community_code in codes:
            found[row.community_code].append(row)
        if None in codes:
            found[None].append(row)
    return found


def _members(transaction: Transaction, ends: Sequence[Row[Any]], within: timedelta) -> dict[int, list[Row[Any]]]:
    """The next shift of each end, by its number from 1."""
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in execute(
        transaction,
        "overdue_escalations/find_next_shifts",
        community_codes=[end.community_code for end in ends],
        roles=[end.role for end in ends],
        ended_at=[end.ended_at for end in ends],
        overlap_seconds=int(_OVERLAP.total_seconds()),
        within_seconds=int(within.total_seconds()),
    ):
        found[row.shift_number].append(row)
    return found


@dataclass
class _Work:
    """One run's handovers; the workbook of a community is made once for all who get it."""

    run: Run
    as_of: datetime
    cases: Mapping[str | None, list[Row[Any]]]

    def __post_init__(self) -> None:
        self._files: dict[tuple[str | None, str, datetime], tuple[Attachment, ...]] = {}

    def hand_over(self, transaction: Transaction, end: Row[Any], members: Sequence[Row[Any]]) -> dict[str, int]:
        cases = self.cases.get(end.community_code, [])
        reached = [member for member in members if member.email] if cases else []
        recorded = execute(
            transaction,
            "overdue_escalations/write_handover",
            community_code=end.community_code,
            role=end.role,
            ended_at=end.ended_at,
            open_cases=len(cases),
            recipients=len(reached),
            run_id=self.run.run_id,
        ).one_or_none()
        if recorded is None:
            return {}
        messages = [self._message(end, member, cases) for member in reached]
        return {
            "shifts_handed_over": 1,
            "cases_handed_over": len(cases),
            "handover_mails": enqueue(transaction, messages, run_id=self.run.run_id).written,
            "handover_without_address": len(members) - len(reached) if cases else 0,
            "handover_without_next_shift": int(bool(cases) and not members),
        }

    def _message(self, end: Row[Any], member: Row[Any], cases: Sequence[Row[Any]]) -> Message:
        handover = Handover(end.community_name, end.role, end.ended_at, self.as_of, tuple(cases))
        wanted = (end.community_code, member.language, end.ended_at)
        if wanted not in self._files:
            self._files[wanted] = (handover_workbook(handover, member.language),)
        ended = f"{end.ended_at.astimezone(TIME_ZONE):%Y%m%dT%H%M%S}"
        return Message(
            kind="shift_handover",
            business_key=f"{end.community_code or _ALL}/{end.role}/{ended}",
            recipient=member.email,
            mail=handover_mail(handover, member.language),
            language=member.language,
            recipient_name=member.staff_name,
            attachments=self._files[wanted],
            list_name="handovers",
        )
