"""The lists of a day: who calls whom this morning (CB-04, CB-11).

Room is given in order: promised calls, windows past already, last days, what was planned before, the rest. Each call
goes to an agent of the community, else of the whole company; what finds no room keeps its window and waits.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Row

from guanjia.domain.call_sharing import Call, Desk, Seat, share_calls
from guanjia.domain.call_ways import DayTerms, DayWays, Turn, bit_of, promised_part
from guanjia.domain.day_parts import DayPart
from guanjia.pipelines.scheduled_callbacks.agents import prepare_agents
from guanjia.pipelines.scheduled_callbacks.calling_days import prepare_days
from guanjia.pipelines.scheduled_callbacks.served import begin, day_of, hours_apart, parts_of
from guanjia.settings import TIME_ZONE
from guanjia.store.business_settings import required_setting
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute

COMPANY: Final = ""
EVERYBODY: Final = "*"
"""Groups of agents in ``calling_groups`` that are no community's own."""


def make_lists(transaction: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Write the lists of the day of as_of, for communities where it is a calling day.

    Lines of agents who are not there any more are taken off first, see `absence.reassign`. Lines that stand stay as
    they are; a later run of the day adds what can be called since, behind them.

    Args:
        transaction: open transaction.
        run: run the rows are written by; everything up to as_of was planned before.
        as_of: aware instant.

    Returns:
        Counts of rows written: callbacks ``listed``, lines ``withdrawn``, and remarks on ``broken_promises`` and
        communities with ``no_agents``.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    at = begin(transaction, as_of)
    day = day_of(at)
    withdrawn = withdraw_absent(transaction, run, at)
    broken = execute(
        transaction, "scheduled_callbacks/note_broken_promises", day=day, at=at, run_id=run.run_id
    ).rowcount
    listed, unmanned = list_callbacks(transaction, run, at)
    execute(transaction, "scheduled_callbacks/note_listed_day", day=day, run_id=run.run_id)
    return {"listed": listed, "withdrawn": withdrawn, "broken_promises": broken, "no_agents": unmanned}


def withdraw_absent(transaction: Transaction, run: Run, at: datetime) -> int:
    """Find out who is there on the day and take lines off the lists of those who are not; how many.

    Args:
        transaction: open transaction in which `served.begin` was called.
        run: run that writes.
        at: aware instant to work at.
    """
    day = day_of(at)
    prepare_days(transaction, day, day)
    prepare_agents(transaction, at, day, day)
    found = execute(transaction, "scheduled_callbacks/withdraw_lines", day=day, at=at, run_id=run.run_id)
    return int(found.rowcount)


def list_callbacks(
    transaction: Transaction, run: Run, at: datetime, *, only_withdrawn: bool = False
) -> tuple[int, int]:
    """Put callbacks that stand on no list of the day on one, as far as there is room.

    Args:
        transaction: open transaction, after `withdraw_absent`.
        run: run that writes.
        at: aware instant to work at.
        only_withdrawn: only what was taken off somebody's list that day.

    Returns:
        Lines written, and remarks on communities where nobody is there.
    """
    day = day_of(at)
    rows = execute(
        transaction, "scheduled_callbacks/list_callable_callbacks", day=day, at=at, only_withdrawn=only_withdrawn
    ).all()
    desks = execute(transaction, "scheduled_callbacks/list_desks", day=day, at=at).all()
    unmanned = 0
    seats: list[Seat] = []
    if rows:
        board = _Board(_terms(transaction, day), at, rows, desks)
        seats = board.share()
        _write(transaction, run, board, seats)
        waiting = board.unmanned()
        unmanned = execute(
            transaction,
            "scheduled_callbacks/note_no_agents",
            day=day,
            scopes=list(waiting),
            waiting=list(waiting.values()),
            at=at,
            run_id=run.run_id,
        ).rowcount
    others = [row for row in rows if row.familiar_code != row.noted_familiar_code]
    execute(
        transaction,
        "scheduled_callbacks/assign_callbacks",
        day=day,
        callback_codes=[row.callback_code for row in others],
        familiar_codes=[row.familiar_code for row in others],
        run_id=run.run_id,
    )
    return len(seats), unmanned


def _terms(transaction: Transaction, day: date) -> DayTerms:
    least = required_setting(transaction, "callback_least_minutes", day)
    return DayTerms(
        day,
        parts_of(transaction, day),
        TIME_ZONE,
        timedelta(hours=float(hours_apart(transaction, day))),
        timedelta(minutes=int(str(least))),
    )


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A callback that may be called today, in its place of the order."""

    row: Row[Any]
    call: Call


class _Board:
    """What is to be called on a day, and who is there."""

    def __init__(self, terms: DayTerms, at: datetime, rows: Sequence[Row[Any]], desks: Sequence[Row[Any]]) -> None:
        self.terms = terms
        self.at = at
        self._opens = {part.number: part.opens(terms.day, terms.zone) for part in terms.parts}
        self.desk_rows = {row.staff_code: row for row in desks}
        self.groups: dict[str, list[Desk]] = defaultdict(list)
        for row in sorted(desks, key=self._turn):
            shifts = [(each.lower, each.upper) for each in row.shifts]
            self.groups[row.scope].append(Desk(row.staff_code, row.mask, row.room, row.listed, shifts))
        self._ways = DayWays(terms, {row.mask for row in desks})
        self.waiting = [_Waiting(row, self._call(row)) for row in rows]
        self.row_of = {each.row.callback_code: each.row for each in self.waiting}

    def _turn(self, desk: Row[Any]) -> bytes:
        """Another order every day: who comes first gets the odd call."""
        return sha256(f"{self.terms.day}/{desk.staff_code}".encode()).digest()

    def share(self) -> list[Seat]:
        """Each community's calls among its own agents, then what is left among the company's, then among all."""
        by_group: dict[str, list[Call]] = defaultdict(list)
        for each in self.waiting:
            by_group[each.row.agents_of].append(each.call)
        seats: dict[str, Seat] = {}
        for group in sorted(by_group.keys() - {COMPANY, EVERYBODY}):
            self._place(by_group[group], self.groups.get(group, []), seats)
        for_company = [
            each.call
            for each in self.waiting
            if each.row.agents_of != EVERYBODY and each.row.callback_code not in seats
        ]
        self._place(for_company, self.groups.get(COMPANY, []), seats)
        self._place(by_group.get(EVERYBODY, []), [desk for group in self.groups.values() for desk in group], seats)
        return [seats[each.row.callback_code] for each in self.waiting if each.row.callback_code in seats]

    def unmanned(self) -> dict[str, int]:
        """Communities (or the word prospects) with calls and nobody there at all → how many calls."""
        found: Counter[str] = Counter()
        for each in self.waiting:
            group = each.row.agents_of
            someone = self.groups if group == EVERYBODY else self.groups.get(group) or self.groups.get(COMPANY)
            if not someone:
                found[each.row.scope] += 1
        return dict(sorted(found.items()))

    def begins(self, seat: Seat) -> datetime:
        """From when the first try of a seat may be made."""
        if seat.call.call_at is not None:
            return seat.call.call_at
        return max(self._opens[seat.way.parts[0]], self._earliest(self.row_of[seat.call.code]))

    def _place(self, calls: Sequence[Call], desks: Sequence[Desk], seats: dict[str, Seat]) -> None:
        if calls and desks:
            seats.update((seat.call.code, seat) for seat in share_calls(calls, desks))

    def _call(self, row: Row[Any]) -> Call:
        earliest, call_at = self._earliest(row), self._promised(row)
        used = frozenset(int(number) for number in (row.used_parts or "").split(",") if number)
        ways = self._ways.ways(Turn(earliest, used, row.tries_left, row.is_last_day, call_at))
        return Call(row.callback_code, ways, call_at, row.promiser_code, row.familiar_code)

    def _promised(self, row: Row[Any]) -> datetime | None:
        """The instant to keep a promise at today; one made for a time outside hours is kept at the next opening.

        Where nobody is there at that time, the customer is called as soon afterwards as somebody is.
        """
        if row.promised_at is None:
            return None
        wished: datetime = max(row.promised_at, row.earliest)
        part = promised_part(wished, self.at, self.terms)
        if part is None or not self._is_anybody_there(row.agents_of, part, wished):
            return None
        is_of_today = day_of(row.promised_at) == self.terms.day
        return wished if is_of_today or wished == part.opens(self.terms.day, self.terms.zone) else None

    def _is_anybody_there(self, agents_of: str, part: DayPart, instant: datetime) -> bool:
        groups = self.groups if agents_of == EVERYBODY else (agents_of, COMPANY)
        desks = [desk for group in groups for desk in self.groups.get(group, [])]
        return any(desk.mask & bit_of(part) and desk.is_there(instant) for desk in desks)

    def _earliest(self, row: Row[Any]) -> datetime:
        earliest: datetime = max(row.earliest, self.at)
        if row.last_attempt_at is not None:
            earliest = max(earliest, row.last_attempt_at + self.terms.apart)
        return earliest


def _write(transaction: Transaction, run: Run, board: _Board, seats: Sequence[Seat]) -> None:
    """The lines of every agent, by the time their first try may be made, behind what stands on the list already."""
    places: Counter[str] = Counter()
    lines = []
    order = sorted(range(len(seats)), key=lambda place: (board.begins(seats[place]), place))
    for seat in (seats[place] for place in order):
        row, desk = board.row_of[seat.call.code], board.desk_rows[seat.staff_code]
        places[seat.staff_code] += 1
        lines.append(
            {
                "callback_codes": seat.call.code,
                "staff_codes": seat.staff_code,
                "positions": desk.last_position + places[seat.staff_code],
                "tries": seat.way.tries,
                "parts": ",".join(map(str, seat.way.parts)),
                "call_ats": seat.call.call_at,
                "carried_over": row.is_carried_over,
                "whys": "reassigned" if row.is_withdrawn else seat.why,
                "editions": desk.edition,
            }
        )
    if lines:
        columns: dict[str, list[Any]] = {name: [line[name] for line in lines] for name in lines[0]}
        execute(transaction, "scheduled_callbacks/write_lines", day=board.terms.day, run_id=run.run_id, **columns)
