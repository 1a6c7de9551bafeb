"""A week's frame found a second time, item by item and in plain Python, for tests that hold the draw against it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any
from unicodedata import normalize

from guanjia.domain.keyed_hash import keyed_hash
from guanjia.domain.quality_allocation import Allocation, allocate, items_in_room
from guanjia.domain.quality_draw import FLAGS, Drawn, Item, class_name, classes_of, draw_items, strata_of
from guanjia.domain.quality_periods import Week
from guanjia.settings import TIME_ZONE
from tests.database.quality_house import QualityHouse

WEIGHTS = {"complaint": 3, "dissatisfied": 4, "reopened": 3, "new_agent": 1}
"""Those of the shipped policies."""


@dataclass(frozen=True)
class FrameItem:
    """A call or closed case of a week's frame."""

    item: Item
    section: str
    community: str | None
    team: str | None
    occurred_at: datetime
    outcome: str
    is_late: bool
    is_drawable: bool


def frame_of(house: QualityHouse, week: Week) -> list[FrameItem]:
    """The frame of a week as the tables stand; to be asked for before it is drawn."""
    stored = house.table("settings", "setting = 'live_from'", "community_code")
    since = {row["community_code"]: _midnight(date.fromisoformat(row["value"])) for row in stored}
    live = {code: first for code, first in since.items() if first < week.ends_at}
    staff = {row["staff_code"]: row for row in house.table("staff")}
    sections = {row["community_code"] for row in staff.values() if row["role"] == "reviewer" and row["community_code"]}
    late = set(house.rows("SELECT subject_kind, subject_code FROM quality_late_items"))
    sampled = set(house.rows("SELECT subject_kind, subject_code FROM samples"))
    cases = {row["case_code"]: row for row in house.table("cases", order="1")}
    events: dict[str, list[dict[str, Any]]] = {}
    for row in house.table("case_events", order="event_at, event"):
        if row["event_at"] < week.ends_at:
            events.setdefault(row["case_code"], []).append(row)
    teams = _teams(house, staff)
    risky = _risky(house, cases, events, live, week)

    def made(
        kind: str, code: str, agent: str | None, channel: str, community: str | None, at: datetime, **more: Any
    ) -> FrameItem:
        flags = set(more.pop("flags"))
        hired = staff[agent]["hired_on"] if agent else None
        if hired and (week.first - hired).days <= 90:
            flags.add("new_agent")
        weight = sum(WEIGHTS[flag] for flag in flags)
        item = Item(kind, code, agent or "", channel, class_name(kind, flags) if weight else "")
        drawable = more.pop("is_drawable") and (kind, code) not in sampled and agent is not None
        team = next((team for first, last, team in teams.get(agent or "", []) if first <= _day(at) <= last), None)
        section = community if community in sections else "company"
        return FrameItem(
            item, section or "company", community, team, at, is_late=at < week.starts_at, is_drawable=drawable, **more
        )

    found = []
    for call in house.table("calls", order="1"):
        at, agent = call["ended_at"], staff[call["staff_code"]]
        if not (at < week.ends_at and (at >= week.starts_at or ("call", call["call_code"]) in late)):
            continue
        if at >= week.starts_at > call["started_at"] + timedelta(days=2):
            continue  # no call lasts that long
        community = agent["community_code"] or (
            cases[call["case_code"]]["community_code"] if call["case_code"] else None
        )
        if at < (live.get(community, week.ends_at) if community else min(live.values())):
            continue
        outcome = "answered" if call["answered"] else "unanswered"
        more = {"outcome": outcome, "is_drawable": call["answered"], "flags": risky.get(call["case_code"], set())}
        found.append(made("call", call["call_code"], agent["staff_code"], call["direction"], community, at, **more))
    ours = {code for (code,) in house.rows("SELECT case_code FROM quality_cases")}
    for code, case in cases.items():
        closings = [row for row in events.get(code, []) if row["event"] == "closed"]
        if not closings or code in ours:
            continue
        last = closings[-1]
        at, community = last["event_at"], case["community_code"]
        if any(row["event"] == "reopened" and row["event_at"] > at for row in events[code]):
            continue
        if at < live.get(community, week.ends_at) or (at < week.starts_at and ("case", code) not in late):
            continue
        to = [
            row["staff_code"]
            for row in events[code]
            if row["event"] == "assigned" and row["staff_code"] and row["event_at"] <= at
        ]
        agent_code = case["handler"] or (to[-1] if to else last["staff_code"])
        channel = normalize("NFKC", case["channel"] or "").strip() or "none"
        more = {"outcome": case["kind"], "is_drawable": True, "flags": risky.get(code, set())}
        found.append(made("case", code, agent_code, channel, community, at, **more))
    return found


def drawn_again(
    frame: Iterable[FrameItem], draw: Mapping[str, Any], *, minimum: Mapping[str, int] | None = None
) -> tuple[list[Item], Allocation, list[Drawn]]:
    """The items of a stored draw that can be drawn, how many come from where, and the sample, all reckoned anew."""
    items = [each.item for each in frame if each.is_drawable and each.section == draw["section"]]
    weights = {
        each.risk_class: Fraction(sum(WEIGHTS[flag] for flag in each.risk_class.partition(":")[2].split("+")))
        for each in items
        if each.risk_class
    }
    room = max(0, draw["capacity"] - draw["audit_items"])
    allocation = allocate(
        strata_of(items),
        classes_of(items, weights),
        items_in_room(room, Fraction(1, 10), len(items)),
        minimum=minimum or {"call": 3, "case": 3},
        random_share=Fraction(1, 2),
        lot_of=lambda pair: keyed_hash(pair, draw["random_seed"]),
    )
    seeds = {"random_seed": draw["random_seed"], "risk_seed": draw["risk_seed"]}
    return items, allocation, draw_items(items, allocation, **seeds)


def populations_of(frame: Iterable[FrameItem], section: str) -> dict[tuple[str, str, str, str], tuple[int, int]]:
    """Frame and population by agent, team, community and kind."""
    counts: Counter[tuple[str, str, str, str]] = Counter()
    drawable: Counter[tuple[str, str, str, str]] = Counter()
    for each in frame:
        if each.section == section and each.item.staff_code:
            key = (each.item.staff_code, each.team or "", each.community or "", each.item.kind)
            counts[key] += 1
            drawable[key] += each.is_drawable
    return {key: (n, drawable[key]) for key, n in counts.items()}


def _risky(
    house: QualityHouse,
    cases: Mapping[str, Mapping[str, Any]],
    events: Mapping[str, list[dict[str, Any]]],
    live: Mapping[str, datetime],
    week: Week,
) -> dict[str, set[str]]:
    """Flags of cases."""
    found: dict[str, set[str]] = {code: set() for code in cases}
    for code, case in cases.items():
        if case["kind"] == "complaint":
            found[code].add(FLAGS[0])
        if any(row["event"] == "reopened" for row in events.get(code, [])):
            found[code].add(FLAGS[2])
    for row in house.table("callback_contacts"):
        is_low = row["satisfaction"] is not None and row["satisfaction"] <= 2
        if is_low and row["state"] == "reached" and row["case_code"] and row["closed_at"] < week.ends_at:
            found[row["case_code"]].add(FLAGS[1])
    return found


def _teams(house: QualityHouse, staff: Mapping[str, Mapping[str, Any]]) -> dict[str, list[tuple[date, date, str]]]:
    """Who was in which team from when to when, both days included; of those who moved once, or never."""
    found: dict[str, list[tuple[date, date, str]]] = {}
    before = {
        row["key"]["staff_code"]: row["before"] for row in house.table("register_history", "dataset = 'staff'", "1")
    }
    for code, row in staff.items():
        since = row["team_from"] or date.min
        if row["team_code"]:
            found.setdefault(code, []).append((since, date.max, row["team_code"]))
        if code in before and before[code]["team_code"]:
            found.setdefault(code, []).append((date.min, since - timedelta(days=1), before[code]["team_code"]))
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), TIME_ZONE)


def _day(at: datetime) -> date:
    return at.astimezone(TIME_ZONE).date()
