"""The frames of the quality check, counted anew from calls, cases and events; and what the recount is made of."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any

OURS = timezone(timedelta(hours=8))
TABLES = (
    "calls",
    "cases",
    "case_events",
    "staff",
    "roster",
    "quality_scores",
    "quality_appeals",
    "quality_draws",
    "quality_strata",
    "quality_risk_classes",
    "quality_populations",
    "quality_draw_criteria",
    "quality_reviewers",
    "samples",
    "quality_judgements",
    "quality_appeal_verdicts",
    "quality_cases",
    "quality_results",
    "quality_lots",
    "quality_agreements",
    "quality_rankings",
    "quality_remarks",
)
Row = Mapping[str, Any]
Tables = Mapping[str, list[Row]]


@dataclass
class Recount:
    """What the quality checks came to, and everything the recount holds against them."""

    faults: list[str] = field(default_factory=list)
    figures: Counter[str] = field(default_factory=Counter)
    """Numbers for the table, by what they count."""
    weeks: dict[str, dict[str, object]] = field(default_factory=dict)
    """Week → what stands in the table of weeks."""
    covered: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    """Kind of scope → whether the true mean lay in the interval, one for each week and scope."""
    states: Counter[str] = field(default_factory=Counter)

    def hold(self, what: str, wrong: Iterable[object]) -> None:
        """Notes what is wrong, and how much of it, even when it is nothing."""
        found = [str(one) for one in wrong]
        self.figures[what] += len(found)
        self.faults += [f"{what}: {one}" for one in found]


@dataclass(frozen=True)
class Known:
    """What the recount must be told, as no table says it.

    Attributes:
        team_of: staff code and day → team, or blank.
        came_in_at: code of a call or case → instant it was loaded, of those that came in after their week's draw.
        served_from: first day served.
        truth: kind and code of an item → its true score.
    """

    team_of: Callable[[str, date], str | None]
    came_in_at: Mapping[str, datetime]
    served_from: date
    truth: Callable[[str, str], float]


@dataclass(frozen=True)
class Item:
    """A call or a closed case of a week's frame."""

    kind: str
    code: str
    staff_code: str
    channel: str
    community_code: str | None
    at: datetime
    risk_class: str
    is_late: bool


def day_here(instant: datetime) -> date:
    """The day of an instant in Asia/Shanghai."""
    return instant.astimezone(OURS).date()


def weekly_draws(tables: Tables) -> list[Row]:
    return sorted((row for row in tables["quality_draws"] if row["kind"] == "weekly"), key=lambda row: row["frame_to"])


def frames_of(tables: Tables, known: Known) -> dict[str, list[Item]]:
    """Draw → the items that could be drawn."""
    people = {row["staff_code"]: row for row in tables["staff"]}
    cases = {row["case_code"]: row for row in tables["cases"]}
    events: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(tables["case_events"], key=lambda row: row["event_at"]):
        events[row["case_code"]].append(row)
    sampled: set[str] = set()
    drawn = defaultdict(set)
    for row in tables["samples"]:
        drawn[row["draw_code"]].add(row["subject_code"])
    ours = {row["case_code"] for row in tables["quality_cases"]}
    found: dict[str, list[Item]] = {}
    before = datetime.min.replace(tzinfo=OURS)
    for draw in weekly_draws(tables):
        items = []
        drawn_at = draw["frame_to"] + timedelta(hours=5)
        for row in tables["calls"]:
            is_late = _is_due(row["call_code"], row["ended_at"], draw, before, drawn_at, known)
            if is_late is not None and row["answered"]:
                flags = _flags(cases.get(row["case_code"] or ""), events, people[row["staff_code"]], draw)
                community = people[row["staff_code"]]["community_code"]
                channel = row["direction"]
                items.append(
                    _item(
                        "call", row["call_code"], row["staff_code"], channel, community, row["ended_at"], flags, is_late
                    )
                )
        for code, row in cases.items():
            closed = _closed(events[code], draw)
            is_late = closed and _is_due(code, closed, draw, before, drawn_at, known)
            if closed and is_late is not None and row["handler"] and code not in sampled and code not in ours:
                flags = _flags(row, events, people[row["handler"]], draw)
                channel = unicodedata.normalize("NFKC", row["channel"] or "").strip() or "none"
                items.append(
                    _item("case", code, row["handler"], channel, row["community_code"], closed, flags, bool(is_late))
                )
        found[draw["draw_code"]] = [item for item in items if day_here(item.at) >= known.served_from]
        sampled |= drawn[draw["draw_code"]]
        before = drawn_at
    return found


def _is_due(code: str, at: datetime, draw: Row, before: datetime, drawn_at: datetime, known: Known) -> bool | None:
    """Whether an item belongs to a week: None: no; else whether it came in late."""
    came = known.came_in_at.get(code)
    if came is None or came < drawn_at:
        if draw["frame_from"] <= at < draw["frame_to"]:
            return False
        return True if came is not None and at < draw["frame_from"] and before <= came else None
    return None


def _closed(events: list[Row], draw: Row) -> datetime | None:
    """When a case was closed for good, as a draw sees it."""
    seen = [row for row in events if row["event_at"] < draw["frame_to"] and row["event"] in ("closed", "reopened")]
    return seen[-1]["event_at"] if seen and seen[-1]["event"] == "closed" else None


def _flags(case: Row | None, events: Mapping[str, list[Row]], person: Row, draw: Row) -> list[str]:
    flags = []
    if case is not None:
        if case["kind"] == "complaint":
            flags.append("complaint")
        if any(row["event"] == "reopened" and row["event_at"] < draw["frame_to"] for row in events[case["case_code"]]):
            flags.append("reopened")
    if person["hired_on"] and (day_here(draw["frame_from"]) - person["hired_on"]).days <= 90:
        flags.append("new_agent")
    return flags


def _item(
    kind: str, code: str, staff: str, channel: str, community: str | None, at: datetime, flags: list[str], is_late: bool
) -> Item:
    return Item(kind, code, staff, channel, community, at, f"{kind}:{'+'.join(flags)}" if flags else "", is_late)
