"""How inspectors walk their lists and what they write down: results of a day's worklists, invented from a seed.

Assumptions: in ninety-seven visits of a hundred the inspector gets in; who did not get in once fails again every
fourth time. One line in sixty is not got to that day; one inspection in a hundred and twenty is never done (the key
is lost). Two visits in a hundred find something amiss. One list in twenty is handed in one to three days late. One
line in two hundred is written down wrong: a digit too many in the code, last month's date, or the number of a
colleague who has left; what is wrong does not count, and the unit stands on the next list again.

Every choice is drawn from the seed, the inspection and the day, so the same lists give the same results in any order.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from guanjia.sample.dials import Dials
from guanjia.sample.draws import Bands, Draw
from guanjia.sample.files import BYTE_ORDER_MARK, unfinished_name
from guanjia.sample.findings import BY_PLAN, Finding
from guanjia.settings import TIME_ZONE

FIRST_VISIT_AT: Final = time(9, 0)
MINUTES_A_VISIT: Bands = ((0.8, 7, 10), (1.0, 11, 14))
LAST_VISIT_AT: Final = time(17, 30)
FIT_OUT_AND_WEATHER: Final = frozenset({"fit_out", "rain", "severe_weather"})


@dataclass(frozen=True, slots=True)
class Habits:
    """How often what happens; shares of 1."""

    not_entered: float = 0.03
    not_entered_again: float = 0.25
    put_off: float = 1 / 60
    never_done: float = 1 / 120
    finding: float = 0.02
    late_list: float = 0.05
    unknown_code: float = 0.002
    wrong_month: float = 0.0015
    by_leaver: float = 0.0015
    days_late: tuple[int, int] = (1, 3)


DILIGENT: Final = Habits(0.0, 0.0, 0.0, 0.0, 0.02, 0.0, 0.0, 0.0, 0.0)
"""Inspectors who do everything on the day: what a plan gives when nobody errs."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of somebody's worklist."""

    work_date: date
    staff_code: str
    position: int
    inspection_code: str
    plan: str
    community_code: str
    unit_code: str
    was_not_entered: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """A row of inspection_results, and the day on which its list was handed in."""

    handed_in_on: date
    inspection_code: str
    inspected_at: datetime
    staff_code: str
    entered: bool
    finding: Finding | None
    water_reading: str | None
    electricity_reading: str | None

    def cells(self) -> tuple[str, ...]:
        """As a clerk types it, under `HEADERS`."""
        boxes: tuple[str, ...] = ("", "", "", "")
        if self.entered:
            amiss = self.finding or Finding("")
            is_off = amiss.is_off
            boxes = tuple(
                _yes_no(box) for box in (is_off, amiss.are_installations_ok, amiss.is_clean, amiss.is_structure_ok)
            )
        return (
            self.inspection_code,
            f"{self.inspected_at:%Y-%m-%d %H:%M}",
            self.staff_code,
            _yes_no(self.entered),
            *boxes,
            self.water_reading or "",
            self.electricity_reading or "",
            self.finding.text if self.finding else "",
        )


HEADERS: Final = (
    "巡检编号",
    "时间",
    "工号",
    "是否入户",
    "水电已关",
    "设施",
    "卫生",
    "房屋质量",
    "水表读数",
    "电表读数",
    "异常说明",
)


def _yes_no(is_so: bool) -> str:
    return "是" if is_so else "否"


class Inspectors:
    """The inspectors of a company; they remember what they have done, whatever the lists say."""

    def __init__(
        self, seed: int, dials: Dials, leavers: Iterable[tuple[str, date]] = (), habits: Habits | None = None
    ) -> None:
        """Who walks.

        Args:
            seed: another seed, other events.
            dials: what the meters show.
            leavers: (staff code, last day) of people who have left, in any order.
            habits: how often what happens.
        """
        self.seed, self.dials, self.habits = seed, dials, habits or Habits()
        self.leavers = sorted(leavers, key=lambda leaver: (leaver[1], leaver[0]))
        self._done: set[str] = set()
        self._at_the_door: set[str] = set()

    def walk(self, lines: Iterable[Line], until: datetime | None = None) -> list[Result]:
        """The results of the lists of a day, or of several, in the order walked.

        Args:
            lines: lines of worklists.
            until: aware instant after which nothing has happened yet; None: no such instant.
        """
        results: list[Result] = []
        clock: dict[tuple[str, date], datetime] = {}
        for line in sorted(lines, key=lambda line: (line.work_date, line.staff_code, line.position)):
            if line.inspection_code in self._done:
                continue
            draw = Draw(self.seed, "inspectors", line.inspection_code, line.work_date.isoformat())
            if self._is_left_undone(line, draw):
                continue
            whose = (line.staff_code, line.work_date)
            start = clock.get(whose, datetime.combine(line.work_date, FIRST_VISIT_AT, TIME_ZONE))
            last = datetime.combine(line.work_date, LAST_VISIT_AT, TIME_ZONE)
            at = min(start + timedelta(minutes=draw.within(MINUTES_A_VISIT)), last)
            if until is not None and at > until:
                continue
            clock[whose] = at
            results.append(self._visit(line, at, draw))
        return results

    def _is_left_undone(self, line: Line, draw: Draw) -> bool:
        habits = self.habits
        if Draw(self.seed, "inspectors", line.inspection_code).chance(habits.never_done):
            return line.plan not in FIT_OUT_AND_WEATHER
        return draw.chance(habits.put_off) and line.plan not in FIT_OUT_AND_WEATHER

    def _visit(self, line: Line, at: datetime, draw: Draw) -> Result:
        habits, code = self.habits, line.inspection_code
        is_again = line.was_not_entered or code in self._at_the_door
        entered = not draw.chance(habits.not_entered_again if is_again else habits.not_entered)
        finding = draw.pick(BY_PLAN[line.plan]) if entered and draw.chance(habits.finding) else None
        water, electricity = (
            self.dials.shown(line.community_code, line.unit_code, utility, line.work_date) if entered else None
            for utility in ("water", "electricity")
        )
        day = self._handed_in(line)
        result = Result(day, code, at, line.staff_code, entered, finding, water, electricity)
        wrong = self._written_wrong(result, draw)
        if wrong is not None:
            return wrong
        if entered:
            self._done.add(code)
        else:
            self._at_the_door.add(code)
        return result

    def _handed_in(self, line: Line) -> date:
        draw = Draw(self.seed, "inspectors", line.staff_code, line.work_date.isoformat())
        late = draw.chance(self.habits.late_list)
        return line.work_date + timedelta(days=draw.between(*self.habits.days_late) if late else 0)

    def _written_wrong(self, result: Result, draw: Draw) -> Result | None:
        habits, at = self.habits, draw.random()
        if at < habits.unknown_code:
            return replace(result, inspection_code=f"{result.inspection_code}0")
        if at < habits.unknown_code + habits.wrong_month:
            last_month = result.inspected_at.replace(day=1) - timedelta(days=1)
            return replace(result, inspected_at=last_month.replace(day=min(result.inspected_at.day, last_month.day)))
        if at < habits.unknown_code + habits.wrong_month + habits.by_leaver:
            gone = [code for code, left_on in self.leavers if left_on < result.inspected_at.date()]
            if gone:
                return replace(result, staff_code=gone[-1])
        return None


def lines_of_exports(
    inspections: Iterable[Mapping[str, Any]], lists: Iterable[Mapping[str, Any]], days: Sequence[date] | None = None
) -> list[Line]:
    """The worklists as the exports `inspections` and `inspection_lists` tell them.

    Args:
        inspections: rows of the export, values as text or typed.
        lists: likewise.
        days: days wanted; None: all.
    """
    planned = {row["inspection_code"]: row for row in inspections}
    found = []
    for row in lists:
        day = row["work_date"] if isinstance(row["work_date"], date) else date.fromisoformat(row["work_date"])
        if days is None or day in days:
            one = planned[row["inspection_code"]]
            found.append(
                Line(
                    day,
                    row["staff_code"],
                    int(row["position"]),
                    row["inspection_code"],
                    one["plan"],
                    one["community_code"],
                    one["unit_code"],
                    one["state"] == "not_entered",
                )
            )
    return found


def results_text(results: Iterable[Result]) -> str:
    """A file of results as a clerk saves it, without the byte order mark."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADERS)
    writer.writerows(result.cells() for result in results)
    return text.getvalue()


def write_results(results: Iterable[Result], folder: Path, name: str) -> Path:
    """Writes results as 巡检结果_NAME.csv; the file gets its name only when it is complete.

    Args:
        results: rows, in their order.
        folder: an inbox, for example.
        name: what the file's name ends with, such as a day.
    """
    path = folder / f"巡检结果_{name}.csv"
    unfinished = unfinished_name(path)
    unfinished.write_text(BYTE_ORDER_MARK + results_text(results), encoding="utf-8", newline="")
    return unfinished.rename(path)
