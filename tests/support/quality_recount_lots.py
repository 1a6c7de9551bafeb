"""Lots of agents by GB/T 2828.1 and the monthly ranking, counted anew."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import combinations
from typing import Any

from tests.support.quality_recount_frames import Item, Recount, Row, Tables, day_here, weekly_draws


def hold_lots(tables: Tables, frames: Mapping[str, list[Item]], plans: Mapping[str, Any], found: Recount) -> None:
    """Lots of agents: plan by the standard's table, verdict by what was scored, state by the published conditions."""
    plan_of = {(row["initial_letter"], row["aql"], row["state"]): row for row in plans["plans"]}
    months = sorted(row["period"] for row in tables["quality_draws"] if row["kind"] == "month_end")
    sizes = _month_sizes(tables, frames)
    of_plan, whole = _scored_of_months(tables)
    by_agent: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(tables["quality_lots"], key=lambda row: row["period"]):
        by_agent[row["staff_code"]].append(row)
    for month in months:
        agents = {agent for (period, agent), n in sizes.items() if period == month and n}
        found.hold(
            "agent without lot",
            [
                (month, one)
                for one in agents - {r["staff_code"] for r in tables["quality_lots"] if r["period"] == month}
            ],
        )
    for agent, lots in by_agent.items():
        state, outcomes, rejected = "normal", [], 0
        for lot in lots:
            what = (lot["period"], agent)
            found.hold("lot's size differs", [] if lot["lot_size"] == sizes[what] else [(*what, sizes[what])])
            found.hold("lot's state differs", [] if lot["inspection"] == state else [(*what, state)])
            letter = next(row["II"] for row in plans["code_letters"] if lot["lot_size"] <= (row["lot_max"] or 10**12))
            plan = plan_of[letter, f"{lot['aql']:.1f}", "tightened" if state == "discontinued" else state]
            n = min(plan["n"], lot["lot_size"])
            found.hold("lot's n differs", [] if lot["sample_size"] == n else [(*what, n)])
            found.hold("lot's Ac differs", [] if lot["acceptance_number"] == plan["Ac"] else [(*what, plan["Ac"])])
            found.hold("verdict differs", _verdict_faults(lot, what))
            found.hold("lot: what was scored differs", _scored_faults(lot, of_plan[what], whole[what]))
            found.states[f"{lot['inspection']} {lot['verdict']}"] += 1
            if not lot["is_final"] or lot["verdict"] == "none":
                found.hold("a lot without verdict switches", [what] if lot["next_inspection"] != state else [])
                continue
            is_accepted = lot["verdict"] == "accept"
            if state in ("tightened", "discontinued"):
                if state == "discontinued":
                    state, outcomes, rejected = "tightened", [], 0
                outcomes = [*outcomes, True] if is_accepted else []
                rejected += not is_accepted
                state = "normal" if len(outcomes) == 5 else "discontinued" if rejected == 5 else state
                outcomes = [] if state == "normal" else outcomes
            else:
                outcomes = [*outcomes, is_accepted][-5:]
                if outcomes.count(False) >= 2:
                    state, outcomes, rejected = "tightened", [], 0
            found.hold("next state differs", [] if lot["next_inspection"] == state else [(*what, state)])


def _month_sizes(tables: Tables, frames: Mapping[str, list[Item]]) -> Counter[tuple[str, str]]:
    """Month and agent → items that could be drawn, each once; of a case closed in several weeks the last one counts.

    What came in after the month's own draw is none.
    """
    starts = {row["draw_code"]: row["frame_from"] for row in weekly_draws(tables)}
    found: Counter[tuple[str, str]] = Counter()
    for draw in tables["quality_draws"]:
        if draw["kind"] == "month_end":
            last: dict[tuple[str, str], Item] = {}
            for week, items in frames.items():
                if starts[week] < draw["frame_to"]:
                    last |= {(item.kind, item.code): item for item in items}
            found.update(
                (draw["period"], item.staff_code)
                for item in last.values()
                if day_here(item.at).strftime("%Y-%m") == draw["period"]
            )
    return found


def _scored_of_months(tables: Tables) -> tuple[dict[tuple[str, str], list[bool]], dict[tuple[str, str], list[bool]]]:
    """Month and agent → of the scored items, whether nonconforming: those drawn at random or as top-ups, and all."""
    draws = {row["draw_code"]: row for row in tables["quality_draws"]}
    ends = {row["period"]: row["frame_to"] for row in tables["quality_draws"]}
    of_plan: dict[tuple[str, str], list[bool]] = defaultdict(list)
    whole: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for row in tables["samples"]:
        month = day_here(row["occurred_at"]).strftime("%Y-%m")
        is_in = month in ends and draws[row["draw_code"]]["frame_from"] < ends[month]
        if row["reason"] == "audit" or row["score"] is None or not is_in:
            continue
        whole[month, row["staff_code"]].append(row["is_nonconforming"])
        if row["is_random"] or row["reason"] == "top_up":
            of_plan[month, row["staff_code"]].append(row["is_nonconforming"])
    return of_plan, whole


def _scored_faults(lot: Row, of_plan: list[bool], whole: list[bool]) -> list[object]:
    """Which come first follows from their lots; how many of the first n are nonconforming lies between bounds."""
    items = whole if lot["explanation"]["is_every_item"] else of_plan
    beyond = max(0, len(items) - lot["sample_size"])
    is_right = len(items) == lot["scored"] and sum(items) - beyond <= lot["nonconforming"] <= sum(items)
    return [] if is_right else [(lot["period"], lot["staff_code"], len(items), sum(items), lot["scored"])]


def _verdict_faults(lot: Row, what: tuple[str, str]) -> list[object]:
    if lot["scored"] < lot["sample_size"]:
        return [] if lot["verdict"] == "none" else [what]
    wanted = "accept" if lot["nonconforming"] <= lot["acceptance_number"] else "reject"
    return [] if lot["verdict"] == wanted or not lot["sample_size"] else [what]


def hold_rankings(tables: Tables, frames: Mapping[str, list[Item]], found: Recount) -> None:
    """Points and places of every month ranked, with weights of 50, 20, 15 and 15."""
    sizes = _month_sizes(tables, frames)
    means = {
        (row["period"], row["scope_code"]): row for row in tables["quality_results"] if row["scope_kind"] == "staff"
    }
    months = sorted({row["period"] for row in tables["quality_rankings"]})
    for month in months:
        rows = [row for row in tables["quality_rankings"] if row["period"] == month]
        shifts: dict[str, list[Row]] = defaultdict(list)
        for row in tables["roster"]:
            if row["shift_date"].strftime("%Y-%m") == month:
                shifts[row["staff_code"]].append(row)
        pace = _best_quarter(
            [
                sizes[month, row["staff_code"]] / attended
                for row in rows
                if (attended := sum(s["attendance"] == "present" for s in shifts[row["staff_code"]])) >= 5
            ]
        )
        totals = {}
        for row in rows:
            agent = row["staff_code"]
            points = _points(shifts[agent], sizes[month, agent], means.get((month, agent)), pace)
            if points is None:
                found.hold("unranked is ranked", [(month, agent)] if row["place"] is not None else [])
                continue
            whole = sum(weight for weight, _p in points)
            totals[agent] = round(sum(weight * p for weight, p in points) / whole, 2)
            is_off = row["total"] is None or abs(float(row["total"]) - totals[agent]) > 0.021
            found.hold("ranking: total differs", [(month, agent, totals[agent], row["total"])] if is_off else [])
        ranked = sorted((row for row in rows if row["place"]), key=lambda row: row["place"])
        for one, other in combinations(ranked, 2):
            is_wrong = (one["total"] > other["total"]) != (one["place"] < other["place"])
            found.hold("ranking: order differs", [(month, one["staff_code"])] if is_wrong else [])
        found.figures["agents ranked"] += len(ranked)
        found.figures["agents unranked"] += len(rows) - len(ranked)


def _points(shifts: list[Row], items: int, result: Row | None, pace: float | None) -> list[tuple[int, float]] | None:
    """Weight and points of what is known; None: unranked."""
    attended = [row for row in shifts if row["attendance"] == "present"]
    absent = sum(row["attendance"] == "absent" for row in shifts)
    if len(attended) < 5 or result is None or result["sampled"] < 5 or result["mean_score"] is None:
        return None
    found = [(50, float(result["mean_score"]))]
    if pace:
        found.append((20, min(100.0, 100 * items / len(attended) / pace)))
    found.append((15, 100 * len(attended) / (len(attended) + absent)))
    minutes = [
        ((row["ends_at"] - row["starts_at"]).total_seconds() / 60, row["logged_in_minutes"])
        for row in attended
        if row["logged_in_minutes"] is not None
    ]
    if minutes:
        found.append((15, min(100.0, 100 * sum(n for _m, n in minutes) / sum(m for m, _n in minutes))))
    return found


def _best_quarter(numbers: list[float]) -> float | None:
    if not numbers:
        return None
    ordered = sorted(numbers)
    at = 0.75 * (len(ordered) - 1)
    low = int(at)
    return ordered[low] + (ordered[min(low + 1, len(ordered) - 1)] - ordered[low]) * (at - low)
