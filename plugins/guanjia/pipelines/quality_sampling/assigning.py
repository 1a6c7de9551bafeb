"""Who scores what: as even as room allows, never one's own work or that of one's own team; a tenth a second time."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Literal

from guanjia.domain import quality_assignment
from guanjia.domain.quality_allocation import doubles_of
from guanjia.domain.quality_assignment import ItemGroup, deal
from guanjia.pipelines.quality_sampling.capacity import (
    COMPANY,
    Reviewer,
    due_on,
    month_end_reviewers,
    reviewers_of,
    times_at_work,
)
from guanjia.pipelines.quality_sampling.eligibility import Item, Person, Tiers, people_of, tiers_of, without
from guanjia.pipelines.quality_sampling.frame import policies_on, prepare_teams
from guanjia.pipelines.quality_sampling.served import begin, day_of
from guanjia.store.business_settings import required_setting
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute

Reason = Literal["no_reviewer", "own_team", "no_room"]
"""Why nobody scores a sample: nobody is there, all who are may not, all who may are full."""


@dataclass(frozen=True)
class Waiting:
    """A sample that needs somebody.

    Attributes:
        code: sample.
        kind: call or case.
        item: what decides who may score it.
        is_audit: a correction looked at again, which is scored once.
    """

    code: str
    kind: str
    item: Item
    is_audit: bool = False


@dataclass
class Desk:
    """The reviewers of a draw while it is assigned: how much each can take, and has taken.

    Attributes:
        room: items each could take in all.
        load: items each has.
    """

    room: Mapping[str, int]
    load: Counter[str] = field(default_factory=Counter)

    def spread(self, wanted: Sequence[tuple[str, Tiers]]) -> dict[str, str]:
        """Spread items over those who may, as evenly as room allows; what each takes is added to the load.

        Args:
            wanted: items, in the order of their lots, each with who may.

        Returns:
            Item → who; what finds nobody is missing.
        """
        groups: dict[str, list[str]] = defaultdict(list)
        tiers: dict[str, Tiers] = {}
        for code, who in wanted:
            name = "|".join(",".join(sorted(tier)) for tier in who)
            tiers[name] = who
            groups[name].append(code)
        people = [
            quality_assignment.Reviewer(code, max(0, room - self.load[code]), self.load[code])
            for code, room in self.room.items()
        ]
        shares = quality_assignment.assign((ItemGroup(name, len(groups[name]), tiers[name]) for name in groups), people)
        found: dict[str, str] = {}
        for name, codes in groups.items():
            found |= deal(codes, name, shares)
        self.load.update(found.values())
        return found

    @property
    def is_full(self) -> bool:
        """Whether nobody can take anything more."""
        return all(self.load[code] >= room for code, room in self.room.items())


def assign(transaction: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Give every sample drawn to a reviewer, and a share of them to a second one who does not know of the first.

    Args:
        transaction: open transaction.
        run: run the rows are written by.
        as_of: aware instant.

    Returns:
        Counts: samples ``assigned``, scored twice (``doubles``), and ``unassigned``, which are told.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    at = begin(transaction, as_of)
    counts: Counter[str] = Counter()
    draws = execute(transaction, "quality_sampling/list_draws_to_assign").all()
    if draws:
        prepare_teams(transaction)
    for draw in draws:
        counts.update(_assign_draw(transaction, run, at, draw))
    return dict(counts)


def waiting_samples(transaction: Transaction, draw_code: str, *, is_fresh: bool) -> list[Waiting]:
    """Samples of a draw that nobody scores, in the order of their lots.

    Args:
        transaction: open transaction.
        draw_code: draw.
        is_fresh: those never looked at; else those for whom nobody was found.
    """
    rows = execute(transaction, "quality_sampling/list_samples_to_assign", draw_code=draw_code, is_fresh=is_fresh)
    return [
        Waiting(
            row.sample_code,
            row.subject_kind,
            Item(row.staff_code, row.team_code, row.department, row.day),
            row.is_audit,
        )
        for row in rows
    ]


def reason_of(tiers: Tiers, people: Mapping[str, Person]) -> Reason:
    """Why an item that nobody took was left."""
    if any(tiers):
        return "no_room"
    return "own_team" if people else "no_reviewer"


def write_assignments(
    transaction: Transaction, run: Run, rows: Iterable[tuple[str, str | None, str | None, str | None]]
) -> int:
    """Write who scores some samples.

    Args:
        transaction: open transaction.
        run: run that writes.
        rows: sample, reviewer, second reviewer, and why nobody scores it.

    Returns:
        Rows that changed.
    """
    columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
    codes, reviewers, seconds, reasons = (list(column) for column in columns)
    return execute(
        transaction,
        "quality_sampling/write_assignments",
        sample_codes=codes,
        reviewers=reviewers,
        second_reviewers=seconds,
        reasons=reasons,
        run_id=run.run_id,
    ).rowcount


def note_remark(
    transaction: Transaction, run: Run, at: datetime, kind: str, subject: str, community: str | None, **detail: Any
) -> int:
    """Note something somebody must know of, once.

    Returns:
        1; 0: it was noted before.
    """
    return execute(
        transaction,
        "quality_sampling/note_remarks",
        kinds=[kind],
        subjects=[subject],
        community_codes=[community],
        details=[json.dumps(detail, ensure_ascii=False)],
        at=at,
        run_id=run.run_id,
    ).rowcount


def second_reviewers(
    desk: Desk,
    wanted: Mapping[str, int],
    samples: Sequence[Waiting],
    tiers: Mapping[str, Tiers],
    first: Mapping[str, str],
) -> dict[str, str]:
    """Who scores a second time: of each kind the first items in the order of lots for which somebody has room.

    Args:
        desk: the reviewers, with what they have taken.
        wanted: kind → items to be scored twice.
        samples: samples, in the order of their lots.
        tiers: sample → who may.
        first: sample → who scores it first.

    Returns:
        Sample → who; fewer than wanted where nobody else may, or has room.
    """
    found: dict[str, str] = {}
    candidates = {
        kind: [
            (each.code, others)
            for each in samples
            if each.kind == kind and not each.is_audit and each.code in first
            for others in [without(tiers[each.code], first[each.code])]
            if any(others)
        ]
        for kind in wanted
    }
    while not desk.is_full:
        chosen = []
        for kind, waiting in candidates.items():
            missing = wanted[kind] - sum(code in found for code, _others in waiting)
            chosen += [each for each in waiting if each[0] not in found][: max(0, missing)]
        if not chosen:
            break
        taken = desk.spread(chosen)
        found |= taken
        tried = {code for code, _others in chosen} - taken.keys()
        candidates = {kind: [each for each in waiting if each[0] not in tried] for kind, waiting in candidates.items()}
    return found


def community_of(section: str) -> str | None:
    """The community of a section; None: the company's."""
    return None if section == COMPANY else section


def _assign_draw(transaction: Transaction, run: Run, at: datetime, draw: Any) -> Counter[str]:
    samples = waiting_samples(transaction, draw.draw_code, is_fresh=True)
    desk, people = _desk_of(transaction, run, at, draw)
    today = day_of(at)
    tiers = {each.code: tiers_of(each.item, people, today) for each in samples}
    first = desk.spread([(each.code, tiers[each.code]) for each in samples])
    wanted = _doubles_wanted(transaction, draw.drawn_on, samples)
    second = second_reviewers(desk, wanted, samples, tiers, first)
    rows: list[tuple[str, str | None, str | None, Reason | None]] = [
        (
            each.code,
            first.get(each.code),
            second.get(each.code),
            None if each.code in first else reason_of(tiers[each.code], people),
        )
        for each in samples
    ]
    write_assignments(transaction, run, rows)
    execute(transaction, "quality_sampling/count_reviewer_items", draw_code=draw.draw_code, run_id=run.run_id)
    missing = sum(wanted.values()) - len(second)
    execute(transaction, "quality_sampling/note_doubles", draw_code=draw.draw_code, missing=missing, run_id=run.run_id)
    community = community_of(draw.section)
    left: dict[str, list[str]] = defaultdict(list)
    for code, _reviewer, _second_reviewer, reason in rows:
        if reason:
            left[reason].append(code)
    for why, codes in left.items():
        facts = {"draw": draw.draw_code, "items": len(codes), "samples": sorted(codes)}
        note_remark(transaction, run, at, f"unassigned_{why}", draw.draw_code, community, **facts)
    if missing:
        facts = {"draw": draw.draw_code, "items": sum(wanted.values()), "missing": missing}
        note_remark(transaction, run, at, "doubles_missing", draw.draw_code, community, **facts)
    return Counter(assigned=len(first), doubles=len(second), unassigned=len(rows) - len(first))


def _desk_of(transaction: Transaction, run: Run, at: datetime, draw: Any) -> tuple[Desk, dict[str, Person]]:
    """The reviewers of a draw, noted when it is assigned first, as far as they are still there."""
    execute(
        transaction,
        "quality_sampling/note_reviewers",
        draw_code=draw.draw_code,
        run_id=run.run_id,
        **_columns(_capacity(transaction, draw)),
    )
    there = {each.staff_code for each in times_at_work(transaction, day_of(at), draw.due_on) if each.days}
    rows = execute(transaction, "quality_sampling/list_draw_reviewers", draw_code=draw.draw_code).all()
    room = {row.staff_code: row.capacity for row in rows if row.staff_code in there and row.capacity > 0}
    load = Counter({row.staff_code: row.items for row in rows if row.staff_code in room})
    return Desk(room, load), people_of(transaction, room)


def _capacity(transaction: Transaction, draw: Any) -> list[Reviewer]:
    if draw.kind == "month_end":
        return month_end_reviewers(transaction, draw.drawn_on, draw.section)[0]
    working_days = int(str(required_setting(transaction, "quality_scoring_working_days", draw.drawn_on)))
    natural = due_on(transaction, draw.drawn_on, working_days)
    return reviewers_of(transaction, draw.drawn_on, natural, draw.section)


def _columns(reviewers: Sequence[Reviewer]) -> dict[str, list[Any]]:
    return {
        "staff_codes": [each.staff_code for each in reviewers],
        "days": [each.days for each in reviewers],
        "capacities": [each.capacity for each in reviewers],
    }


def _doubles_wanted(transaction: Transaction, drawn_on: date, samples: Sequence[Waiting]) -> dict[str, int]:
    """How many items of each kind are to be scored twice."""
    sizes = Counter(each.kind for each in samples if not each.is_audit)
    policies = policies_on(transaction, drawn_on)
    shares = {kind: Fraction(policies[kind].double_share) if kind in policies else Fraction(0) for kind in sizes}
    return {kind: doubles_of(n, shares[kind]) for kind, n in sorted(sizes.items())}
