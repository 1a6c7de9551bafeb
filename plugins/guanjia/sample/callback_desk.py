"""The people around callbacks in a home: agents, customers who answer by mail, managers, technicians and clerks.

Assumptions: two of five customers asked by mail answer within four days; a manager gets to seven of ten on the
manager's list within two days. Cases that dissatisfied customers opened are worked on as all cases are. A clerk finds
the right number of four customers in five within four days. Whoever is called away in the morning is marked absent
before the first call.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from guanjia.sample.agents import SATISFACTION, SPOKEN, Agents, Habits, Line, Result, Shift, results_text, write_text
from guanjia.sample.draws import Draw
from guanjia.sample.names import phone
from guanjia.sample.repairs import Event, OpenedCase, Technicians, events_text
from guanjia.settings import TIME_ZONE
from guanjia.store.engine import Transaction, transaction
from guanjia.store.tables import metadata

LIES_FOR: Final = timedelta(hours=1)
"""How long a file has lain in the inbox: intake waits for files that may still be growing."""

ANSWERS_MAIL, ANSWERS_WITHIN = 0.4, (1, 4)
MANAGER_GETS_TO_IT, MANAGER_WITHIN = 0.7, (0, 2)
NUMBER_FOUND, NUMBER_WITHIN = 0.8, (1, 4)
CALLS: Final = ("流水号", "开始", "结束", "方向", "工号", "客户编号", "工单号", "排队秒数", "是否接通")
CUSTOMERS: Final = ("客户编号", "客户姓名", "客户类型", "电话")
ROSTER: Final = ("工号", "日期", "上班", "下班", "出勤")
WORK_ENDS: Final = time(15, 0)
"""A case opened later is taken up the next morning."""

NOT_THERE: Final = ("absent", "leave")

_Cells = tuple[str, ...]


@dataclass
class Desk:
    """The people of one home and what they have not handed in yet."""

    seed: int
    agents: Agents
    technicians: Technicians
    managers: Mapping[str | None, str]
    """Community code → staff code of its manager; None: of the head office."""
    results: list[Result] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    phones: list[tuple[datetime, _Cells]] = field(default_factory=list)
    calls: list[tuple[datetime, _Cells]] = field(default_factory=list)
    slips: list[Result] = field(default_factory=list)
    """Everything written down wrong so far."""
    late: list[Result] = field(default_factory=list)
    """Everything handed in after its day so far."""
    tries: int = 0
    _taken_on: set[str] = field(default_factory=set)

    def call_away(self, day: date, inbox: Path) -> int:
        """Marks absent who does not come on a day after all; returns how many."""
        with transaction() as tx:
            rows = _roster(tx, day, ["agent"])
        away = set(self.agents.called_away({row.staff_code for row in rows}, day))
        cells = [
            (row.staff_code, day.isoformat(), _minute(row.starts_at), _minute(row.ends_at), "缺勤")
            for row in rows
            if row.staff_code in away and row.shift_date == day
        ]
        if cells:
            _lay(inbox / f"排班_缺勤_{day}.csv", _text(ROSTER, cells))
        return len(cells)

    def call(self, day: date, until: datetime | None = None) -> None:
        """Calls the lists of a day, in Asia/Shanghai, and takes on what else the day brought."""
        with transaction() as tx:
            lines, shifts = lines_of(tx, day), shifts_of(tx, day)
            others = _by_other_ways(tx, day)
            opened = _opened_cases(tx)
        results = self.agents.call(lines, shifts, until)
        self.tries += len(results)
        self.slips += [one for one in results if one.slip]
        self.late += [one for one in results if one.handed_in_on > day]
        self.results += results
        self.calls += [
            (one.attempted_at, self._call(one, number))
            for number, one in enumerate(results, start=1)
            if one.is_at_the_switch and one.customer_code and one.slip is None
        ]
        for row in others:
            if row.callback_code not in self._taken_on:
                self._taken_on.add(row.callback_code)
                self._answer(row, day)
        for row in opened:
            if row.case_code not in self._taken_on:
                self._taken_on.add(row.case_code)
                self._work_on(row)

    def hand_in(self, inbox: Path, at: datetime) -> int:
        """Drops what is due by an instant into an inbox.

        Args:
            inbox: folder.
            at: aware instant.

        Returns:
            Files written.
        """
        day = at.astimezone(TIME_ZONE).date()
        results = [one for one in self.results if one.handed_in_on <= day and one.attempted_at <= at]
        kept = {id(one) for one in results}
        self.results = [one for one in self.results if id(one) not in kept]
        seconds = _second_opinions(results)
        firsts = [one for one in results if one not in seconds]
        events = [one for one in self.events if one.event_at <= at]
        self.events = [one for one in self.events if one.event_at > at]
        phones, self.phones = _due(self.phones, at)
        calls, self.calls = _due(self.calls, at)
        texts = {
            f"回访结果_{day}.csv": results_text(firsts) if firsts else "",
            f"回访结果_{day}_2.csv": results_text(seconds) if seconds else "",
            f"工单动态_回访_{day}.csv": events_text(events) if events else "",
            f"客户_回访_{day}.csv": _text(CUSTOMERS, phones) if phones else "",
            f"通话_回访_{day}.csv": _text(CALLS, calls) if calls else "",
        }
        written = [_lay(inbox / name, text) for name, text in texts.items() if text]
        return len(written)

    def _call(self, one: Result, number: int) -> _Cells:
        draw = Draw(self.seed, "switch", one.callback_code, one.attempted_at.isoformat())
        begin = one.attempted_at + timedelta(seconds=draw.between(0, 30))
        end = begin + timedelta(seconds=draw.between(20, 90))
        return (
            f"HF{one.attempted_at:%y%m%d}-{number:05}",
            f"{begin:%Y-%m-%d %H:%M:%S}",
            f"{end:%Y-%m-%d %H:%M:%S}",
            "呼出",
            one.staff_code,
            one.customer_code or "",
            "",
            "",
            "是" if one.outcome in SPOKEN else "否",
        )

    def _answer(self, row: Any, day: date) -> None:
        """A customer who got a letter, or a manager who has somebody on the list."""
        draw = Draw(self.seed, "answers", row.callback_code)
        is_mail = row.channel == "mail"
        share, within = (ANSWERS_MAIL, ANSWERS_WITHIN) if is_mail else (MANAGER_GETS_TO_IT, MANAGER_WITHIN)
        who = self.managers.get(row.community_code) or self.managers.get(None)
        if who is None or not draw.chance(share):
            return
        on = day + timedelta(days=draw.between(*within))
        at = datetime.combine(on, time(draw.between(10, 18), draw.between(0, 59)), TIME_ZONE)
        self.results.append(
            Result(at.date(), row.callback_code, at, who, "reached", satisfaction=draw.of(SATISFACTION))
        )

    def _work_on(self, row: Any) -> None:
        if row.purpose == "correction":
            self.events += self.technicians.repair(
                OpenedCase(row.case_code, row.community_code, _at_work(row.opened_at))
            )
            return
        draw = Draw(self.seed, "clerk", row.case_code)
        clerk = self.managers.get(row.community_code) or self.managers.get(None) or ""
        at = row.opened_at + timedelta(days=draw.between(*NUMBER_WITHIN), minutes=draw.between(0, 300))
        self.events += [
            Event(row.case_code, at + timedelta(minutes=number), event, clerk)
            for number, event in enumerate(("assigned", "answered", "closed"))
        ]
        if draw.chance(NUMBER_FOUND):
            cells = (row.customer_code, row.customer_name, row.customer_type, phone(draw))
            self.phones.append((at, cells))


def desk_of_home(seed: int, habits: Habits | None = None) -> Desk:
    """The people of this home as the register knows them now.

    Args:
        seed: another seed, other events.
        habits: how often what happens to agents.
    """
    from guanjia.pipelines.scheduled_callbacks.served import parts_of

    staff = metadata.tables["staff"]
    with transaction() as tx:
        people = tx.execute(
            select(
                staff.c.staff_code, staff.c.community_code, staff.c.role, staff.c.hired_on, staff.c.left_on
            ).order_by(staff.c.staff_code)
        ).all()
        parts = [
            (part.number, _clock(part.starts), _clock(part.ends))
            for part in parts_of(tx, datetime.now(TIME_ZONE).date())
        ]
    leavers = [(row.staff_code, row.left_on) for row in people if row.role == "agent" and row.left_on]
    technicians = [
        (row.staff_code, row.community_code, row.hired_on or date.min, row.left_on)
        for row in people
        if row.role == "technician"
    ]
    managers = {row.community_code: row.staff_code for row in people if row.role == "manager" and not row.left_on}
    return Desk(seed, Agents(seed, parts, leavers, habits), Technicians(seed, technicians), managers)


def lines_of(tx: Transaction, day: date) -> list[Line]:
    """Everybody's list of a day."""
    lists, callbacks = metadata.tables["callback_lists"], metadata.tables["callbacks"]
    rows = tx.execute(
        select(lists, callbacks.c.not_before, callbacks.c.next_from, callbacks.c.customer_code)
        .add_columns(callbacks.c.attempts, callbacks.c.max_attempts)
        .join_from(lists, callbacks, lists.c.callback_code == callbacks.c.callback_code)
        .where(lists.c.work_date == day, lists.c.withdrawn_at.is_(None), callbacks.c.state == "planned")
        .order_by(lists.c.staff_code, lists.c.position)
    ).all()
    return [
        Line(
            row.work_date,
            row.staff_code,
            row.position,
            row.callback_code,
            row.tries,
            tuple(int(word) for word in row.parts.split(",") if word.strip()),
            max(row.not_before, row.next_from or row.not_before).astimezone(TIME_ZONE),
            row.call_at.astimezone(TIME_ZONE) if row.call_at else None,
            row.max_attempts - row.attempts,
            row.customer_code,
        )
        for row in rows
    ]


def shifts_of(tx: Transaction, day: date) -> dict[str, list[Shift]]:
    """When everybody on the roster works on a day, yesterday's night shifts included."""
    found: dict[str, list[Shift]] = {}
    for row in _roster(tx, day, None):
        shift = Shift(row.starts_at.astimezone(TIME_ZONE), row.ends_at.astimezone(TIME_ZONE))
        found.setdefault(row.staff_code, []).append(shift)
    return found


def _roster(tx: Transaction, day: date, roles: Sequence[str] | None) -> Sequence[Any]:
    roster, staff = metadata.tables["roster"], metadata.tables["staff"]
    chosen = (
        select(roster.c.staff_code, roster.c.shift_date, roster.c.starts_at, roster.c.ends_at)
        .join_from(roster, staff, roster.c.staff_code == staff.c.staff_code)
        .where(roster.c.shift_date.in_([day - timedelta(days=1), day]), roster.c.attendance.not_in(NOT_THERE))
        .order_by(roster.c.staff_code, roster.c.starts_at)
    )
    return tx.execute(chosen if roles is None else chosen.where(staff.c.role.in_(roles))).all()


def _by_other_ways(tx: Transaction, day: date) -> Sequence[Any]:
    """Callbacks planned by a day that nobody calls: by mail, or on the manager's list."""
    callbacks = metadata.tables["callbacks"]
    return tx.execute(
        select(callbacks.c.callback_code, callbacks.c.channel, callbacks.c.community_code)
        .where(callbacks.c.state == "planned", callbacks.c.channel != "call", callbacks.c.planned_on <= day)
        .order_by(callbacks.c.callback_code)
    ).all()


def _opened_cases(tx: Transaction) -> Sequence[Any]:
    opened, cases, customers = (metadata.tables[name] for name in ("callback_cases", "cases", "customers"))
    return tx.execute(
        select(opened.c.case_code, opened.c.purpose, opened.c.opened_at, cases.c.community_code)
        .add_columns(customers.c.customer_code, customers.c.customer_name, customers.c.customer_type)
        .join_from(opened, cases, opened.c.case_code == cases.c.case_code)
        .outerjoin(customers, opened.c.customer_code == customers.c.customer_code)
        .order_by(opened.c.case_code)
    ).all()


def _at_work(opened_at: datetime) -> datetime:
    """When somebody takes a case up: at once, or the next morning."""
    local = opened_at.astimezone(TIME_ZONE)
    return local if local.time() < WORK_ENDS else datetime.combine(local.date() + timedelta(days=1), time(), TIME_ZONE)


def _second_opinions(results: Sequence[Result]) -> list[Result]:
    """The later of two rows about one call: a colleague's."""
    return [one for one in results if one.slip == "two_opinions"]


def _due(things: list[tuple[datetime, _Cells]], at: datetime) -> tuple[list[_Cells], list[tuple[datetime, _Cells]]]:
    return [cells for on, cells in things if on <= at], [thing for thing in things if thing[0] > at]


def _lay(path: Path, text: str) -> Path:
    written = write_text(path, text)
    lain_since = (datetime.now(TIME_ZONE) - LIES_FOR).timestamp()
    os.utime(written, (lain_since, lain_since))
    return written


def _text(headers: Sequence[str], rows: Iterable[_Cells]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(headers)
    writer.writerows(rows)
    return text.getvalue()


def _minute(at: datetime) -> str:
    return f"{at.astimezone(TIME_ZONE):%Y-%m-%d %H:%M}"


def _clock(minutes: int) -> time:
    return time(minutes // 60, minutes % 60) if minutes < 24 * 60 else time.max
