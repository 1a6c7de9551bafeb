"""Plays the inspections of days gone by in a home that has taken a sample in: plan, walk, hand in, repair.

Each working day the pipeline's steps run as of its morning, invented inspectors walk the day's lists, and what they
and the technicians write down is dropped into the inbox as files and taken in that evening. Nothing is mailed on those
days: what is older than a week counts as told, the rest is told by the pipeline's own next run. The lists of the last
working day come back with more findings than usual, just before that run: it has something to tell.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final, Protocol

from sqlalchemy import select, update

from guanjia.sample.dates import SATURDAY
from guanjia.sample.dials import Dials
from guanjia.sample.files import BYTE_ORDER_MARK, unfinished_name
from guanjia.sample.inspectors import Habits, Inspectors, Line, Result, write_results
from guanjia.sample.repairs import Event, OpenedCase, Technicians, events_text
from guanjia.settings import TIME_ZONE, environment
from guanjia.store.engine import Transaction, transaction
from guanjia.store.runs import add_detail, close_run, open_run
from guanjia.store.tables import metadata

MORNING: Final = time(6, 0)
EVENING: Final = time(20, 0)
CASES_OPENED_BY_US: Final = "GJ-%"
LIES_FOR: Final = timedelta(hours=1)
"""How long a file has lain in the inbox: intake waits for files that may still be growing."""

UNTOLD_FOR: Final = timedelta(days=7)
"""What is younger than this is left to be told."""
LAST_DAY_FINDINGS: Final = 0.3

Told = Callable[[int, int], None]
"""Told how many days of how many are done."""


@dataclass
class Rounds:
    """The people of one home and what they have not handed in yet."""

    inspectors: Inspectors
    technicians: Technicians
    results: list[Result] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    _repaired: set[str] = field(default_factory=set)

    def walk(self, day: date) -> None:
        """Walks the lists of a day, in Asia/Shanghai."""
        with transaction() as tx:
            lines = lines_of(tx, day)
        self.results += self.inspectors.walk(lines)

    def walk_eventfully(self, day: date, handed_in_on: date) -> None:
        """Walks the lists of a day on which much is amiss, and hands them in on a later one."""
        usual, before = self.inspectors.habits, self.results
        self.inspectors.habits = replace(usual, finding=LAST_DAY_FINDINGS)
        self.results = []
        self.walk(day)
        self.results = before + [replace(result, handed_in_on=handed_in_on) for result in self.results]
        self.inspectors.habits = usual

    def repair(self) -> None:
        """Sets the technicians to the cases that were opened since the last time."""
        with transaction() as tx:
            opened = _opened_cases(tx)
        for case in opened:
            if case.case_code not in self._repaired:
                self._repaired.add(case.case_code)
                self.events += self.technicians.repair(case)

    def hand_in(self, inbox: Path, at: datetime) -> int:
        """Drops what is due by an instant into an inbox.

        Args:
            inbox: folder.
            at: aware instant.

        Returns:
            Files written.
        """
        day = at.astimezone(TIME_ZONE).date()
        results = [one for one in self.results if one.handed_in_on <= day and one.inspected_at <= at]
        events = [one for one in self.events if one.event_at <= at]
        self.results = [one for one in self.results if one not in results]
        self.events = [one for one in self.events if one.event_at > at]
        files = []
        if results:
            files.append(write_results(results, inbox, day.isoformat()))
        if events:
            files.append(_write(inbox / f"工单动态_巡检_{day}.csv", events_text(events)))
        for path in files:
            lain_since = (datetime.now(TIME_ZONE) - LIES_FOR).timestamp()
            os.utime(path, (lain_since, lain_since))
        return len(files)


def rounds_of_home(seed: int, habits: Habits | None = None) -> Rounds:
    """The people of this home, and the meters as the register knows them now.

    Args:
        seed: another seed, other events.
        habits: how often what happens to inspectors.
    """
    staff = metadata.tables["staff"]
    with transaction() as tx:
        people = tx.execute(
            select(staff.c.staff_code, staff.c.community_code, staff.c.role, staff.c.hired_on, staff.c.left_on)
        ).all()
        dials = Dials(_rows(tx, "meters"), _rows(tx, "meter_readings"))
    leavers = [(row.staff_code, row.left_on) for row in people if row.role == "inspector" and row.left_on]
    technicians = [
        (row.staff_code, row.community_code, row.hired_on or date.min, row.left_on)
        for row in people
        if row.role == "technician"
    ]
    return Rounds(Inspectors(seed, dials, leavers, habits), Technicians(seed, technicians))


class Beside(Protocol):
    """Others whose days are played together with the inspectors', so that one look into the inbox takes both."""

    def play(self, day: date, inbox: Path) -> int:
        """Plays a day and drops what came of it into the inbox; returns the files written."""
        ...

    def close(self, day: date) -> None:
        """Goes on after the inbox was taken in."""
        ...


@dataclass(frozen=True)
class Together:
    """Several others, played one after the other on each day."""

    others: tuple[Beside, ...]

    def play(self, day: date, inbox: Path) -> int:
        """Plays a day of each; returns the files written."""
        return sum([each.play(day, inbox) for each in self.others])

    def close(self, day: date) -> None:
        """Lets each go on after the inbox was taken in."""
        for each in self.others:
            each.close(day)


def play_past(
    seed: int,
    first: date,
    until: datetime,
    *,
    told: Told = lambda done, of: None,
    beside: Beside | None = None,
) -> dict[str, int]:
    """Plays every day before the day of an instant; the pipeline's own run as of that instant then goes on from there.

    Args:
        seed: another seed, other events.
        first: first day anybody is served.
        until: aware instant the history ends.
        told: is told the progress after each day.
        beside: whose days are played together with these.

    Returns:
        Days played, results and files handed in.
    """
    from guanjia.pipelines.vacancy_inspections.running import run_steps

    rounds = rounds_of_home(seed)
    inbox = environment().home / "inbox"
    last = until.astimezone(TIME_ZONE).date() - timedelta(days=1)
    days = played_days(first, last)
    busy = max((day for day in days if is_working_day(day)), default=None)
    files = 0
    for number, day in enumerate(days, start=1):
        run_steps(datetime.combine(day, MORNING, TIME_ZONE), with_mails=False)
        if day == busy:
            rounds.walk_eventfully(day, handed_in_on=last)
        else:
            rounds.walk(day)
        rounds.repair()
        others = beside.play(day, inbox) if beside is not None else 0
        handed_in = rounds.hand_in(inbox, datetime.combine(day, EVENING, TIME_ZONE))
        if handed_in or others:
            files += handed_in
            _take_in(datetime.combine(day, EVENING, TIME_ZONE))
        if beside is not None:
            beside.close(day)
        told(number, len(days))
    with transaction() as tx:
        count_as_told(tx, until - UNTOLD_FOR)
    return {"days": len(days), "files": files}


def count_as_told(tx: Transaction, before: datetime) -> None:
    """Marks what came up before an instant as told, so that the first mails are of this week and not of months ago.

    Args:
        tx: open transaction.
        before: aware instant, exclusive.
    """
    day = before.astimezone(TIME_ZONE).date()
    month_before = (day.replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
    tables = metadata.tables
    for name, told, known, limit in (
        ("inspections", "missed_told_at", "missed_at", before),
        ("inspection_visits", "told_at", "inspected_at", before),
        ("inspection_remarks", "told_at", "noted_at", before),
        ("vacancy_registrations", "told_at", "judged_at", before),
        ("inspection_lists", "told_at", "work_date", day),
        ("vacancy_use", "told_at", "period", month_before),
    ):
        table = tables[name]
        statement = update(table).where(table.c[told].is_(None), table.c[known] < limit)
        if name == "inspection_visits":
            statement = statement.where(table.c.case_code.is_not(None))
        if name == "vacancy_use":
            statement = statement.where(table.c.is_occupied)
        tx.execute(statement.values({told: before}))


def played_days(first: date, last: date) -> list[date]:
    """The days on which the steps run: working days, the first and last of each month, and the last of all."""
    every = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [
        day for day in every if is_working_day(day) or day.day == 1 or (day + timedelta(days=1)).day == 1 or day == last
    ]


def is_working_day(day: date) -> bool:
    """Whether offices work, by the published calendar."""
    day_offs, make_up_days = _published()
    return day.toordinal() in make_up_days or (day.weekday() < SATURDAY and day.toordinal() not in day_offs)


@cache
def _published() -> tuple[frozenset[int], frozenset[int]]:
    from guanjia.sample.generator import published_days

    return published_days()


def lines_of(tx: Transaction, day: date) -> list[Line]:
    """Everybody's worklist of a day."""
    from guanjia.pipelines.vacancy_inspections.list_rows import read_lists

    return [
        Line(
            row.work_date,
            row.staff_code,
            row.position,
            row.inspection_code,
            row.plan,
            row.community_code,
            row.unit_code,
            row.last_visit_state == "not_entered",
        )
        for row in read_lists(tx, day)
    ]


def _take_in(at: datetime) -> None:
    """Takes in what lies in the inbox, as of an instant."""
    from guanjia.pipelines.intake.sweeping import sweep

    with transaction() as tx:
        run = open_run(tx, "intake", at)
    outcome = sweep(as_of=at, now=datetime.now(TIME_ZONE), run_id=run.run_id)
    with transaction() as tx:
        add_detail(tx, run.run_id, outcome.counts())
        close_run(tx, run.run_id, "succeeded")


def _opened_cases(tx: Transaction) -> Iterable[OpenedCase]:
    cases, called = metadata.tables["cases"], metadata.tables["callback_cases"]
    rows = tx.execute(
        select(cases.c.case_code, cases.c.community_code, cases.c.opened_at)
        .where(cases.c.case_code.like(CASES_OPENED_BY_US), cases.c.case_code.not_in(select(called.c.case_code)))
        .order_by(cases.c.case_code)
    )
    return [OpenedCase(row.case_code, row.community_code, row.opened_at) for row in rows]


def _rows(tx: Transaction, table: str) -> list[dict[str, Any]]:
    return [dict(row) for row in tx.execute(select(metadata.tables[table])).mappings()]


def _write(path: Path, text: str) -> Path:
    unfinished = unfinished_name(path)
    unfinished.write_text(BYTE_ORDER_MARK + text, encoding="utf-8", newline="")
    return unfinished.rename(path)
