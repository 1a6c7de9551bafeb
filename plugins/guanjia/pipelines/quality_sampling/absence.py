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
from guanjia.pipelines.quality_sampling.capacity import due_on, times_at_work
from guanjia.pipelines.quality_sampling.eligibility import Item, Person, Tiers, people_of, tiers_of, without
from guanjia.pipelines.quality_sampling.frame import prepare_teams
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


def reassign(transaction: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Give the samples of reviewers who are away for all the days left, or have left, to others with room.

    Samples the reviewer has begun to score stay. What finds nobody stays with who is away, and is told; with who has
    left it becomes unassigned. Samples that were unassigned are tried again: somebody may have room by now.

    Args:
        transaction: open transaction.
        run: run the rows are written by.
        as_of: aware instant.

    Returns:
        Counts: samples ``reassigned``, and those that became ``unassigned``.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    at = begin(transaction, as_of)
    counts: Counter[str] = Counter()
    rows = execute(transaction, "quality_sampling/list_open_assignments", today=day_of(at)).all()
    if not rows:
        return dict(counts)
    prepare_teams(transaction)
    load = Counter(who for row in rows for who in _open(row).to_come())
    for _draw_code, of_draw in groupby(rows, key=lambda row: row.draw_code):
        counts.update(_mend(transaction, run, at, list(of_draw), load))
    return dict(counts)


def _mend(transaction: Transaction, run: Run, at: datetime, rows: Sequence[Any], load: Counter[str]) -> Counter[str]:
    """One draw: the load of everybody, in all draws, is kept up to date."""
    draw, before = rows[0], [_open(row) for row in rows]
    staff = _staff_of(transaction, at, draw, before)
    if not staff.gone and all(each.first for each in before):
        return Counter()
    today = day_of(at)
    tiers = {each.code: tiers_of(each.item, staff.people, today) for each in before}
    desk = Desk(staff.room, load)
    after = _move_first(desk, staff, tiers, before)
    after = _move_second(desk, staff, tiers, after)
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    _remark_stuck(transaction, run, at, draw, [(old, new) for old, new in zip(before, after, strict=True)], staff)
    if not changed:
        return Counter()
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


def _staff_of(transaction: Transaction, at: datetime, draw: Any, samples: Iterable[Open]) -> Staff:
    """Who is there in the days left, who is not: after the last day for scoring, in the days of grace."""
    today = day_of(at)
    is_in_time = today <= draw.due_on
    last = draw.due_on if is_in_time else max(today, _end_of_grace(transaction, today, draw.due_on))
    times = {each.staff_code: each for each in times_at_work(transaction, today, last)}
    a_day = int(str(required_setting(transaction, "quality_scores_per_day", today)))
    absent = _absent(transaction, draw.drawn_on, draw.due_on) if is_in_time else frozenset()
    scoring = {who for each in samples for who in each.to_come()}
    days = {code: len(each.days) for code, each in times.items() if each.days and each.section == draw.section}
    room = {code: left * a_day for code, left in days.items()}
    return Staff(
        room,
        days,
        frozenset(code for code in scoring & absent & times.keys() if not times[code].days),
        frozenset(scoring - times.keys()),
        people_of(transaction, room),
    )


def _end_of_grace(transaction: Transaction, today: date, due: date) -> date:
    days = int(str(required_setting(transaction, "quality_grace_working_days", today)))
    return due_on(transaction, due + _DAY, days) if days else due


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
