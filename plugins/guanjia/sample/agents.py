"""How agents call their lists and what they write down: results of a day's lists, invented from a seed.

Assumptions: of a hundred tries sixty-four reach the customer, twenty ring in vain, six find the line busy, three are
asked for another time, two are refused, one finds a wrong number; the rest is not got to that day. Who is reached says
5, 4, 3, 2 or 1 in fifty-five, twenty-eight, ten, five and two of a hundred; one in twelve says nothing. One list in
twenty is handed in one to three days late, one in two hundred never. Three tries in ten show at the switch too, which
reports the same evening. One line in four hundred is written down wrong: a code that is none, a satisfaction of 6, the
number of a colleague who has left, a call at midnight, or two colleagues who write two things of one call.

Every choice is drawn from the seed, the callback, the day and the try, so the same lists give the same results in any
order.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from heapq import heappop, heappush
from pathlib import Path
from typing import Final, NamedTuple

from guanjia.sample.draws import Bands, Draw, Weighted
from guanjia.sample.files import BYTE_ORDER_MARK, unfinished_name
from guanjia.settings import TIME_ZONE

MINUTES_A_CALL: Bands = ((0.7, 2, 4), (0.95, 5, 7), (1.0, 8, 12))
SPOKEN: Final = frozenset({"reached", "refused", "call_later", "wrong_number"})
"""Outcomes of calls that somebody answered."""

CLOSING: Final = frozenset({"reached", "refused", "wrong_number"})
"""Outcomes after which nobody need call again."""

SATISFACTION: Final = Weighted({5: 55, 4: 28, 3: 10, 2: 5, 1: 2})
COMMENTS: Final[Mapping[int, tuple[str, ...]]] = {
    1: ("问题还在，很失望", "来了三次都没修好"),
    2: ("等得太久", "师傅没有打扫干净"),
    3: ("一般", "基本解决"),
    4: ("还可以", "处理得挺快"),
    5: ("很满意", "谢谢师傅", "服务很好"),
}
ANOTHER_TIME_IN_DAYS: Final = (0, 3)
ANOTHER_TIMES: Final = (time(9, 30), time(10, 0), time(11, 0), time(14, 30), time(15, 0), time(18, 0), time(19, 0))
AWKWARD_TIMES: Final = (time(8, 0), time(12, 30), time(20, 30))
HEADERS: Final = ("回访编号", "回访时间", "结果", "约定时间", "满意度", "意见", "工号")
IN_CHINESE: Final[Mapping[str, str]] = {
    "reached": "接通",
    "no_answer": "无人接听",
    "busy": "占线",
    "wrong_number": "错号",
    "refused": "拒访",
    "call_later": "约定再访",
}


@dataclass(frozen=True, slots=True)
class Habits:
    """How often what happens; shares of 1."""

    reached: float = 0.64
    no_answer: float = 0.20
    busy: float = 0.06
    call_later: float = 0.03
    refused: float = 0.02
    wrong_number: float = 0.01
    """What is left to 1: not got to that day."""

    no_time_said: float = 0.1
    awkward_time: float = 0.1
    """Of those who ask for another time: they name none, or one outside calling hours."""

    nothing_said: float = 1 / 12
    late_list: float = 0.05
    lost_list: float = 0.005
    at_the_switch: float = 0.3
    unknown_code: float = 0.0006
    satisfaction_of_six: float = 0.0004
    by_leaver: float = 0.0006
    at_midnight: float = 0.0004
    two_opinions: float = 0.0008
    days_late: tuple[int, int] = (1, 3)
    called_away: float = 0.01
    """Agents who are on the roster in the morning and absent after all."""


DILIGENT: Final = Habits(
    late_list=0.0,
    lost_list=0.0,
    unknown_code=0.0,
    satisfaction_of_six=0.0,
    by_leaver=0.0,
    at_midnight=0.0,
    two_opinions=0.0,
    called_away=0.0,
)
"""Agents who write everything down right and hand it in the same evening; customers are as they are."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of somebody's list of a day."""

    work_date: date
    staff_code: str
    position: int
    callback_code: str
    tries: int
    parts: tuple[int, ...]
    """Parts of the day to try in, in order."""
    earliest: datetime
    """Aware; not called before it."""
    call_at: datetime | None
    """Instant promised to the customer."""
    tries_left: int
    """Tries before the callback is given up, today's included."""
    customer_code: str | None


class Shift(NamedTuple):
    """Working time of somebody, half-open, aware."""

    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Result:
    """A row of callback_results, and the day on which its list was handed in."""

    handed_in_on: date
    callback_code: str
    attempted_at: datetime
    staff_code: str
    outcome: str
    call_later_at: datetime | None = None
    satisfaction: int | None = None
    comment: str = ""
    customer_code: str | None = None
    is_at_the_switch: bool = False
    slip: str | None = None
    """What is written down wrong on purpose, as the habit is called; None: nothing."""

    def cells(self) -> tuple[str, ...]:
        """As a clerk types it, under `HEADERS`."""
        return (
            self.callback_code,
            f"{self.attempted_at:%Y-%m-%d %H:%M}",
            IN_CHINESE[self.outcome],
            f"{self.call_later_at:%Y-%m-%d %H:%M}" if self.call_later_at else "",
            "" if self.satisfaction is None else str(self.satisfaction),
            self.comment,
            self.staff_code,
        )


class _Try(NamedTuple):
    """A try still to be made, in the order in which an agent gets to it."""

    from_at: datetime
    position: int
    number: int
    parts: tuple[int, ...]
    line: Line


class Agents:
    """The agents of a company; they remember whom they need not call again, whatever the lists say."""

    def __init__(
        self,
        seed: int,
        parts: Sequence[tuple[int, time, time]],
        leavers: Iterable[tuple[str, date]] = (),
        habits: Habits | None = None,
    ) -> None:
        """Who calls.

        Args:
            seed: another seed, other events.
            parts: parts of the day in which is called: number, start, end.
            leavers: (staff code, last day) of people who have left, in any order.
            habits: how often what happens.
        """
        self.seed, self.habits = seed, habits or Habits()
        self.parts = {number: (starts, ends) for number, starts, ends in parts}
        self.leavers = sorted(leavers, key=lambda leaver: (leaver[1], leaver[0]))
        self.apart = timedelta(hours=3)
        self._done: set[str] = set()

    def call(
        self, lines: Iterable[Line], shifts: Mapping[str, Sequence[Shift]], until: datetime | None = None
    ) -> list[Result]:
        """The results of the lists of one day, in the order called.

        Args:
            lines: lines of everybody's list of that day.
            shifts: staff code → when the person works that day; who is not in it works all day.
            until: aware instant after which nothing has happened yet; None: no such instant.
        """
        by_agent: dict[str, list[Line]] = {}
        for line in lines:
            by_agent.setdefault(line.staff_code, []).append(line)
        results: list[Result] = []
        for staff_code in sorted(by_agent):
            results += self._day_of(by_agent[staff_code], shifts.get(staff_code, ()))
        return [one for one in results if until is None or one.attempted_at <= until]

    def called_away(self, staff_codes: Iterable[str], day: date) -> list[str]:
        """Who of the people on the roster of a day does not come after all."""
        return [
            code
            for code in sorted(staff_codes)
            if Draw(self.seed, "agents", "away", code, day.isoformat()).chance(self.habits.called_away)
        ]

    def _day_of(self, lines: Sequence[Line], shifts: Sequence[Shift]) -> list[Result]:
        handed_in = self._handed_in(lines[0])
        open_tries: list[_Try] = []
        for line in lines:
            if line.callback_code not in self._done:
                begin = line.call_at or line.earliest
                heappush(open_tries, _Try(begin, line.position, 1, line.parts, line))
        clock = datetime.combine(lines[0].work_date, time(), TIME_ZONE)
        results: list[Result] = []
        while open_tries:
            one = heappop(open_tries)
            begin = one.from_at if one.line.call_at and one.number == 1 else max(one.from_at, clock)
            at, part = self._first_moment(one.line.work_date, begin, one.parts, shifts)
            if at is None:
                continue
            if at > begin:
                heappush(open_tries, one._replace(from_at=at))
                continue
            draw = Draw(self.seed, "agents", one.line.callback_code, one.line.work_date.isoformat(), one.number)
            clock = max(clock, at) + timedelta(minutes=draw.within(MINUTES_A_CALL))
            outcome = self._outcome(draw)
            if outcome is None or handed_in is None:
                continue
            rows = self._written(self._said(one.line, at, outcome, handed_in, draw), draw)
            results += rows
            is_open = outcome in ("no_answer", "busy")
            left = tuple(number for number in one.parts if number != part)
            if is_open and one.number < min(one.line.tries, one.line.tries_left) and left:
                heappush(open_tries, one._replace(from_at=at + self.apart, number=one.number + 1, parts=left))
            elif outcome in CLOSING and not any(row.slip for row in rows):
                self._done.add(one.line.callback_code)
        return results

    def _first_moment(
        self, day: date, begin: datetime, parts: Sequence[int], shifts: Sequence[Shift]
    ) -> tuple[datetime | None, int]:
        """The first moment from an instant on inside one of the parts and of a shift; None: there is none that day."""
        moments = []
        for number in parts or tuple(self.parts):
            opens, closes = (datetime.combine(day, clock, TIME_ZONE) for clock in self.parts[number])
            for shift in shifts or (Shift(opens, closes),):
                at = max(begin, opens, shift.starts)
                at = at.replace(second=0, microsecond=0) + timedelta(minutes=1 if at.second or at.microsecond else 0)
                if at < min(closes, shift.ends):
                    moments.append((at, number))
        return min(moments) if moments else (None, 0)

    def _outcome(self, draw: Draw) -> str | None:
        habits, at = self.habits, draw.random()
        for outcome in ("reached", "no_answer", "busy", "call_later", "refused", "wrong_number"):
            at -= getattr(habits, outcome)
            if at < 0:
                return outcome
        return None

    def _said(self, line: Line, at: datetime, outcome: str, handed_in: date, draw: Draw) -> Result:
        later, satisfaction, comment = None, None, ""
        if outcome == "call_later":
            later = self._another_time(at, draw)
        elif outcome == "reached" and not draw.chance(self.habits.nothing_said):
            satisfaction = draw.of(SATISFACTION)
            comment = draw.pick(COMMENTS[satisfaction]) if draw.chance(0.3) else ""
        return Result(
            handed_in,
            line.callback_code,
            at,
            line.staff_code,
            outcome,
            later,
            satisfaction,
            comment,
            line.customer_code,
            draw.chance(self.habits.at_the_switch),
        )

    def _another_time(self, at: datetime, draw: Draw) -> datetime | None:
        if draw.chance(self.habits.no_time_said):
            return None
        clocks = AWKWARD_TIMES if draw.chance(self.habits.awkward_time) else ANOTHER_TIMES
        wished = datetime.combine(
            at.date() + timedelta(days=draw.between(*ANOTHER_TIME_IN_DAYS)), draw.pick(clocks), TIME_ZONE
        )
        return wished if wished > at + timedelta(hours=1) else wished + timedelta(days=1)

    def _handed_in(self, line: Line) -> date | None:
        """The day on which somebody's list of a day comes back; None: it never does."""
        draw = Draw(self.seed, "agents", line.staff_code, line.work_date.isoformat())
        if draw.chance(self.habits.lost_list):
            return None
        late = draw.chance(self.habits.late_list)
        return line.work_date + timedelta(days=draw.between(*self.habits.days_late) if late else 0)

    def _written(self, said: Result, draw: Draw) -> list[Result]:
        """The row as it is written down: mostly as it was said, sometimes wrong, sometimes twice."""
        habits, at = self.habits, draw.random()
        slips = ("unknown_code", "satisfaction_of_six", "by_leaver", "at_midnight", "two_opinions")
        slip = None
        for name in slips:
            at -= getattr(habits, name)
            if at < 0:
                slip = name
                break
        if slip == "unknown_code":
            return [replace(said, callback_code=f"{said.callback_code}0", slip=slip)]
        if slip == "satisfaction_of_six" and said.outcome == "reached":
            return [replace(said, satisfaction=6, slip=slip)]
        if slip == "by_leaver":
            gone = [code for code, left_on in self.leavers if left_on < said.attempted_at.date()]
            return [replace(said, staff_code=gone[-1], slip=slip)] if gone else [said]
        if slip == "at_midnight":
            return [replace(said, attempted_at=said.attempted_at.replace(hour=23), slip=slip)]
        if slip == "two_opinions":
            other = "no_answer" if said.outcome == "reached" else "reached"
            satisfaction = None if other == "no_answer" else draw.of(SATISFACTION)
            second = replace(
                said,
                attempted_at=said.attempted_at + timedelta(minutes=draw.between(1, 20)),
                outcome=other,
                satisfaction=satisfaction,
                call_later_at=None,
                comment="",
                is_at_the_switch=False,
                slip=slip,
            )
            return [said, second]
        return [said]


def results_text(results: Iterable[Result]) -> str:
    """A file of results as a clerk saves it, without the byte order mark."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADERS)
    writer.writerows(result.cells() for result in results)
    return text.getvalue()


def write_text(path: Path, text: str) -> Path:
    """Writes a file as spreadsheets open it; it gets its name only when it is complete."""
    unfinished = unfinished_name(path)
    unfinished.write_text(BYTE_ORDER_MARK + text, encoding="utf-8", newline="")
    return unfinished.rename(path)
