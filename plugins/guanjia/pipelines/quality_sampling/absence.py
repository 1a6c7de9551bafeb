"""A reviewer is away or has left: what was not begun goes to others with room, and both get new workbooks."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from guanjia.pipelines.quality_sampling.assigning import (
    Desk,
    community_of,
    note_remark,
    reason_of,
    write_assignments,
)
from guanjia.pipelines.quality_sampling.capacity import TimeAtWork, due_on, times_at_work
from guanjia.pipelines.quality_sampling.eligibility import Item, Person, Tiers, people_of, tiers_of, without
from guanjia.pipelines.quality_sampling.frame import prepare_teams
from guanjia.pipelines.quality_sampling.judging import take_scores
from guanjia.pipelines.quality_sampling.served import begin, day_of
from guanjia.store.business_settings import required_setting
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Open:
    """A sample whose score is to come.

    Attributes:
        code: sample.
        item: what decides who may score it.
        first: who scores it; None: nobody.
        second: who scores it a second time; None: nobody.
        is_first_open: the first score is to come.
        is_second_open: the second score is to come.
        is_first_begun: the first reviewer has scored something of it.
        is_second_begun: the second reviewer has.
    """

    code: str
    item: Item
    first: str | None
    second: str | None
    is_first_open: bool
    is_second_open: bool
    is_first_begun: bool
    is_second_begun: bool

    def to_come(self) -> list[str]:
        """Those who are to score it still."""
        return [
            who
            for who, is_open in ((self.first, self.is_first_open), (self.second, self.is_second_open))
            if who is not None and is_open
        ]


@dataclass(frozen=True)
class Staff:
    """Who can score in what is left of a draw's time.

    Attributes:
        room: items of those at work in it.
        days: days left of each of these.
        away: those who are not, after being absent or on leave.
        left: those who are not employed, or no reviewers, any more.
        people: those with room, and what decides what they may score.
    """

    room: dict[str, int]
    days: dict[str, int]
    away: frozenset[str]
    left: frozenset[str]
    people: dict[str, Person]

    @property
    def gone(self) -> frozenset[str]:
        """Everybody whose samples should go to others."""
        return self.away | self.left


@dataclass(frozen=True)
class Diary:
    """What everybody still has to score, by the day it is to be done by, and the days at work until then.

    Attributes:
        today: first day left.
        a_day: items one can score on a day.
        times: who is employed, with days at work from today on.
        to_do: person and last day → items.
    """

    today: date
    a_day: int
    times: dict[str, TimeAtWork]
    to_do: Counter[tuple[str, date]]

    def days_to(self, code: str, last: date) -> int:
        """Days at work from today to a day, inclusive."""
        return sum(day <= last for day in self.times[code].days)

    def load_of(self, code: str) -> int:
        """All that is to be done."""
        return sum(n for (who, _last), n in self.to_do.items() if who == code)

    def slack(self, code: str, last: date) -> int:
        """Items to be done by a day that can be taken on without anything else coming too late.

        Worked example: 20 a day, today and tomorrow; 15 are for today, 10 for tomorrow: 5 for today, 15 by tomorrow.
        """
        mine = {by: n for (who, by), n in self.to_do.items() if who == code}
        return max(
            0,
            min(
                self.a_day * self.days_to(code, day) - sum(n for by, n in mine.items() if by <= day)
                for day in {last, *mine}
                if day >= last
            ),
        )

    def change(self, last: date, pairs: Iterable[tuple[Open, Open]]) -> None:
        """Take note of samples that change hands."""
        for old, new in pairs:
            self.to_do.subtract((who, last) for who in old.to_come())
            self.to_do.update((who, last) for who in new.to_come())


def reassign(transaction: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Give the samples of reviewers who are away for all the days left, or have left, to others with room.

    Samples the reviewer has begun to score stay. What finds nobody stays with who is away, and is told; with who has
    left it becomes unassigned. Samples that were unassigned are tried again: somebody may have room by now. Whoever is
    asked now and had scored it unasked is not asked twice: these scores are taken at once.

    Args:
        transaction: open transaction.
        run: run the rows are written by.
        as_of: aware instant.

    Returns:
        Counts: samples ``reassigned``, and those that became ``unassigned``; with any, what taking scores wrote.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    at = begin(transaction, as_of)
    counts: Counter[str] = Counter()
    rows = execute(transaction, "quality_sampling/list_open_assignments", today=day_of(at)).all()
    if not rows:
        return dict(counts)
    prepare_teams(transaction)
    today = day_of(at)
    lasts = {due: _last_day(transaction, today, due) for due in {row.due_on for row in rows}}
    times = times_at_work(transaction, today, max(lasts.values()))
    diary = Diary(
        today,
        int(str(required_setting(transaction, "quality_scores_per_day", today))),
        {each.staff_code: each for each in times},
        Counter((who, lasts[row.due_on]) for row in rows for who in _open(row).to_come()),
    )
    for _draw_code, of_draw in groupby(rows, key=lambda row: row.draw_code):
        found = list(of_draw)
        counts.update(_mend(transaction, run, at, found, lasts[found[0].due_on], diary))
    if counts:
        counts.update(take_scores(transaction, run, as_of))
    return dict(counts)


def _last_day(transaction: Transaction, today: date, due: date) -> date:
    """The last day on which a draw's scores count for its being done: after its day for scoring, that of grace."""
    if today <= due:
        return due
    days = int(str(required_setting(transaction, "quality_grace_working_days", today)))
    return max(today, due_on(transaction, due + _DAY, days) if days else due)


def _mend(
    transaction: Transaction, run: Run, at: datetime, rows: Sequence[Any], last: date, diary: Diary
) -> Counter[str]:
    """One draw; what everybody has to do, in all draws, is kept up to date."""
    draw, before = rows[0], [_open(row) for row in rows]
    staff = _staff_of(transaction, draw, before, last, diary)
    if not staff.gone and all(each.first for each in before):
        return Counter()
    tiers = {each.code: tiers_of(each.item, staff.people, diary.today) for each in before}
    desk = Desk(staff.room, Counter({code: diary.load_of(code) for code in staff.room}))
    after = _move_second(desk, staff, tiers, _move_first(desk, staff, tiers, before))
    pairs = list(zip(before, after, strict=True))
    _remark_stuck(transaction, run, at, draw, pairs, staff)
    changed = [(old, new) for old, new in pairs if old != new]
    if not changed:
        return Counter()
    diary.change(last, changed)
    write_assignments(
        transaction,
        run,
        [
            (new.code, new.first, new.second, None if new.first else reason_of(tiers[new.code], staff.people))
            for _old, new in changed
        ],
    )
    _renew_lists(transaction, run, draw, changed, staff)
    lost = sum(old.first is not None and new.first is None for old, new in changed)
    return Counter(reassigned=len(changed) - lost, unassigned=lost)


def _open(row: Any) -> Open:
    return Open(
        row.sample_code,
        Item(row.staff_code, row.team_code, row.department, row.day),
        row.reviewer,
        row.second_reviewer,
        row.is_first_open,
        row.is_second_open,
        row.is_first_begun,
        row.is_second_begun,
    )


def _staff_of(transaction: Transaction, draw: Any, samples: Iterable[Open], last: date, diary: Diary) -> Staff:
    """Who is there in the days left, who is not; in the days of grace only who has left counts as gone."""
    times = diary.times
    is_in_time = diary.today <= draw.due_on
    absent = _absent(transaction, draw.drawn_on, draw.due_on) if is_in_time else frozenset()
    scoring = {who for each in samples for who in each.to_come()}
    of_section = [code for code, each in times.items() if each.section == draw.section]
    days = {code: left for code in of_section if (left := diary.days_to(code, last))}
    return Staff(
        {code: diary.load_of(code) + diary.slack(code, last) for code in days},
        days,
        frozenset(code for code in scoring & absent & times.keys() if not diary.days_to(code, last)),
        frozenset(scoring - times.keys()),
        people_of(transaction, days),
    )


def _absent(transaction: Transaction, first: date, last: date) -> frozenset[str]:
    rows = execute(transaction, "quality_sampling/list_absences", first_day=first, last_day=last)
    return frozenset(rows.scalars())


def _move_first(desk: Desk, staff: Staff, tiers: dict[str, Tiers], samples: Sequence[Open]) -> list[Open]:
    moving = [
        each
        for each in samples
        if each.is_first_open and not each.is_first_begun and (each.first is None or each.first in staff.gone)
    ]
    found = desk.spread(
        [(each.code, without(tiers[each.code], each.second) if each.second else tiers[each.code]) for each in moving]
    )
    after = []
    for each in samples:
        if each.code in found:
            _take_off(desk, each.first)
            after.append(replace(each, first=found[each.code]))
        elif each in moving and each.first in staff.left:
            _take_off(desk, each.first)
            after.append(replace(each, first=None))
        else:
            after.append(each)
    return after


def _move_second(desk: Desk, staff: Staff, tiers: dict[str, Tiers], samples: Sequence[Open]) -> list[Open]:
    moving = [
        each for each in samples if each.is_second_open and not each.is_second_begun and each.second in staff.gone
    ]
    found = desk.spread(
        [(each.code, without(tiers[each.code], each.first) if each.first else tiers[each.code]) for each in moving]
    )
    after = []
    for each in samples:
        if each.code in found:
            _take_off(desk, each.second)
            after.append(replace(each, second=found[each.code]))
        elif each in moving and each.second in staff.left:
            _take_off(desk, each.second)
            after.append(replace(each, second=None, is_second_open=False))
        else:
            after.append(each)
    return after


def _take_off(desk: Desk, who: str | None) -> None:
    if who is not None:
        desk.load[who] -= 1


def _remark_stuck(
    transaction: Transaction, run: Run, at: datetime, draw: Any, pairs: Iterable[tuple[Open, Open]], staff: Staff
) -> None:
    """What nobody takes from who is away, and what became unassigned, is told once per draw and reviewer."""
    stuck: dict[tuple[str, str], list[str]] = defaultdict(list)
    for old, new in pairs:
        if old.first is not None and new.first is None:
            stuck["reviewer_left", old.first].append(new.code)
        elif new.first in staff.away and new.is_first_open and not new.is_first_begun:
            stuck["reviewer_away", str(new.first)].append(new.code)
    for (kind, reviewer), codes in sorted(stuck.items()):
        facts = {"draw": draw.draw_code, "reviewer": reviewer, "items": len(codes), "samples": sorted(codes)}
        community = community_of(draw.section)
        note_remark(transaction, run, at, kind, f"{draw.draw_code} {reviewer}", community, **facts)


def _renew_lists(
    transaction: Transaction, run: Run, draw: Any, changed: Iterable[tuple[Open, Open]], staff: Staff
) -> None:
    """Workbooks of those who gave and took samples have a new edition; who has left gets none."""
    concerned = {
        who
        for old, new in changed
        for one, other in ((old.first, new.first), (old.second, new.second))
        if one != other
        for who in (one, other)
        if who is not None and who not in staff.left
    }
    newcomers = sorted(concerned & staff.room.keys())
    execute(
        transaction,
        "quality_sampling/note_reviewers",
        draw_code=draw.draw_code,
        staff_codes=newcomers,
        days=[staff.days[code] for code in newcomers],
        capacities=[staff.room[code] for code in newcomers],
        run_id=run.run_id,
    )
    execute(transaction, "quality_sampling/count_reviewer_items", draw_code=draw.draw_code, run_id=run.run_id)
    execute(transaction, "quality_sampling/note_doubles", draw_code=draw.draw_code, missing=0, run_id=run.run_id)
    execute(
        transaction,
        "quality_sampling/renew_editions",
        draw_code=draw.draw_code,
        staff_codes=sorted(concerned),
        run_id=run.run_id,
    )
