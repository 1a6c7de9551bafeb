"""Whatever the day: lists keep room, hours, parts and evenness, absence is made up for, misses are told before."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from guanjia.settings import TIME_ZONE
from tests.conftest import Database
from tests.database.callback_house import CallbackHouse, at, callback_house
from tests.support.examples import examples

FRIDAY = date(2026, 11, 20)
PARTS = {1: (9, 12), 2: (14, 17), 3: (17, 20)}
SHIFTS = {
    "09:00-20:00": {1, 2, 3},
    "08:30-17:10": {1, 2},
    "13:30-20:00": {2, 3},
    "11:40-14:10": set(),
    "22:00-09:40": set(),
}
WRITTEN = ("callback_warnings", "callback_remarks", "callback_lists", "callback_results", "callbacks", "roster", "runs")
few = settings(
    max_examples=examples(8),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking a day takes longer than reading it
)


@dataclass(frozen=True)
class Day:
    """Agents with their shifts, and callbacks to be made."""

    agents: Mapping[str, str | None]
    """Agent → hours; None: not on the roster."""
    callbacks: tuple[dict[str, Any], ...]
    per_day: int
    clock: str
    away: frozenset[str]


@st.composite
def story(draw: st.DrawFn) -> Day:
    agents = {
        f"{group}{n}": draw(st.sampled_from([*SHIFTS, "09:00-20:00", None])) for group in "ABK" for n in (1, 2, 3)
    }
    agents["A1"] = "09:00-20:00"  # a roster there is
    callbacks = []
    for n in range(draw(st.integers(5, 60))):
        used = draw(st.sampled_from([(), (), (), (1,), (2,), (1, 3), (1, 2, 3)]))
        promised = draw(st.sampled_from([None, None, None, None, None, "20 10:00", "20 15:30", "20 19:50", "19 15:00"]))
        last = at("19 19:00") if used else None
        callbacks.append(
            {
                "callback_code": f"H{n:03}",
                "customer_code": f"C{n:03}",
                "community_code": draw(st.sampled_from(["001", "001", "002", "003", None])),
                "not_before": at(draw(st.sampled_from(["18 00:00", "20 00:00", "20 13:00", "20 19:45"]))),
                "due_by": at(draw(st.sampled_from(["20 20:00", "23 20:00", "30 20:00"]))),
                "planned_on": date(2026, 11, draw(st.sampled_from([18, 20]))),
                "used_parts": ",".join(map(str, used)) or None,
                "attempts": len(used),
                "max_attempts": 4,
                "last_attempt_at": last,
                "promised_at": at(promised) if promised else None,
                "next_from": at(promised) if promised else last and last + timedelta(hours=3),
            }
        )
    return Day(
        agents,
        tuple(callbacks),
        draw(st.sampled_from([1, 4, 40])),
        draw(st.sampled_from(["07:00", "07:00", "14:20"])),
        draw(st.frozensets(st.sampled_from(sorted(agents)), max_size=4)),
    )


@pytest.fixture
def house(database: Database) -> CallbackHouse:
    """Communities with agents A1 to A3 and B1 to B3, one without, and the company's K1 to K3."""
    house = callback_house(database, head=False)
    house.community("002")
    house.community("003")
    for group, community in (("A", "001"), ("B", "002"), ("K", None)):
        for n in (1, 2, 3):
            house.agent(f"{group}{n}", community)
    for n in range(60):
        house.customer(f"C{n:03}")
    return house


def build(house: CallbackHouse, day: Day) -> None:
    for table in WRITTEN:
        house.execute(f"DELETE FROM {table}")
    house.execute("DELETE FROM settings WHERE setting = 'callbacks_per_day'")
    house.setting("callbacks_per_day", str(day.per_day))
    for staff, hours in day.agents.items():
        if hours:
            house.shifts(staff, "19" if hours.startswith("22") else "20", hours=hours)
    for group in "BK":
        house.shifts(f"{group}1", "10")  # a roster there is
    house.add("callbacks", *({"rules": "CARE", "state": "planned", "priority": 60} | each for each in day.callbacks))


def parts_of_agent(day: Day, staff: str) -> set[int]:
    hours = day.agents[staff]
    return SHIFTS[hours] | ({1} if hours == "22:00-09:40" else set()) if hours else set()


def serves(staff: str, community: str | None) -> bool:
    return staff[0] == {"001": "A", "002": "B"}.get(community or "", "K") or (staff[0] == "K")


def clock(part: int, end: bool = False) -> datetime:
    return datetime.combine(FRIDAY, time(PARTS[part][end]), TIME_ZONE)


def open_parts(row: Mapping[str, Any], now: datetime) -> set[int]:
    """Parts a callback may be made in today, promises aside."""
    used = {int(part) for part in (row["used_parts"] or "").split(",") if part}
    earliest = max(now, row["not_before"], row["next_from"] or row["not_before"])
    left = set(PARTS) - used or set(PARTS)
    return {part for part in left if max(clock(part), earliest) + timedelta(minutes=30) <= clock(part, end=True)}


def is_there(day: Day, staff: str, part: int, instant: datetime) -> bool:
    """Whether a shift covers an instant of a part."""
    hours = day.agents[staff]
    if not hours or part not in parts_of_agent(day, staff):
        return False
    starts, ends = (time.fromisoformat(each) for each in hours.split("-"))
    return (starts <= instant.time() or starts > ends) and instant.time() < ends


def promise_today(row: Mapping[str, Any], now: datetime, day: Day, away: frozenset[str] = frozenset()) -> int | None:
    """The part a promise can be kept in today; none where nobody is there at its time."""
    wished = row["promised_at"]
    if wished is None or wished.astimezone(TIME_ZONE).date() != FRIDAY:
        return None
    wished = max(wished, row["not_before"])
    part = next((n for n in PARTS if clock(n) <= wished < clock(n, end=True)), None)
    if part is None or (now > wished and now + timedelta(minutes=30) > clock(part, end=True)):
        return None
    some = (staff for staff in day.agents.keys() - away if serves(staff, row["community_code"]))
    return part if any(is_there(day, staff, part, wished) for staff in some) else None


def check_lines(
    house: CallbackHouse, day: Day, now: datetime, since: int = 0, away: frozenset[str] = frozenset()
) -> list[dict[str, Any]]:
    """What holds for the lines of the day that were written at the instant."""
    known = {row["callback_code"]: row for row in day.callbacks}
    lines = house.lists("20")
    tries: Counter[str] = Counter()
    for line in lines:
        tries[line["staff_code"]] += line["tries"]
    assert all(n <= day.per_day for n in tries.values())
    assert len({(line["staff_code"], line["position"]) for line in lines}) == len(lines)
    for line in (each for each in lines if each["run_id"] > since):
        row, parts = known[line["callback_code"]], [int(part) for part in line["parts"].split(",")]
        assert serves(line["staff_code"], row["community_code"])
        assert set(parts) <= parts_of_agent(day, line["staff_code"])
        assert 1 <= line["tries"] <= row["max_attempts"] - row["attempts"]
        assert line["tries"] == 1 or row["due_by"] <= at("20 20:00"), "a ladder on the last day only"
        assert line["tries"] in (1, len(parts))
        assert line["is_carried_over"] == (row["planned_on"] < FRIDAY)
        promised = promise_today(row, now, day, away)
        if promised:
            assert line["call_at"] >= row["promised_at"]
            assert parts[0] == promised
        else:
            assert line["call_at"] is None
            assert set(parts) <= open_parts(row, now)
        begins = max(now, line["call_at"] or row["not_before"])
        for part in parts if line["tries"] > 1 else parts[:1]:
            begins = max(begins, clock(part))
            assert begins < clock(part, end=True)
            begins += timedelta(hours=3)
    return lines


def waiting(house: CallbackHouse) -> set[str]:
    found = house.rows(
        "SELECT callback_code FROM callbacks EXCEPT "
        "SELECT callback_code FROM callback_lists WHERE work_date = '2026-11-20' AND withdrawn_at IS NULL"
    )
    return {code for (code,) in found}


def check_nobody_idle(house: CallbackHouse, day: Day, now: datetime, away: frozenset[str] = frozenset()) -> None:
    """Whoever waits finds no agent with room and fitting hours."""
    tries: Counter[str] = Counter()
    for line in house.lists("20"):
        tries[line["staff_code"]] += line["tries"]
    waits = waiting(house)
    for row in day.callbacks:
        if row["callback_code"] not in waits:
            continue
        promised = promise_today(row, now, day, away)
        for staff in day.agents.keys() - away:
            if serves(staff, row["community_code"]) and tries[staff] < day.per_day:
                fitting = {promised} if promised else open_parts(row, now)
                is_gone = promised is not None and not is_there(day, staff, promised, row["promised_at"])
                assert not fitting & parts_of_agent(day, staff) or is_gone, (row, staff)


@pytest.mark.rule("CB-04")
@few
@given(day=story())
def test_a_day_of_lists_holds_what_it_promises(house: CallbackHouse, day: Day) -> None:
    build(house, day)
    now = at(f"20 {day.clock}")
    house.step("listing", "make_lists", now)
    lines = check_lines(house, day, now)
    check_nobody_idle(house, day, now)

    by_agent: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in lines:
        by_agent[line["staff_code"]].append(line)
    is_plain = not any(row["promised_at"] for row in day.callbacks) and day.per_day == 40
    for group in "ABK":
        loads = [
            len(by_agent[staff])
            for staff in day.agents
            if staff[0] == group and parts_of_agent(day, staff) == {1, 2, 3}
        ]
        room = [40 - sum(line["tries"] for line in by_agent[staff]) for staff in day.agents if staff[0] == group]
        if is_plain and min(room) >= 3:
            assert max(loads, default=0) - min(loads, default=0) <= 1
    assert house.step("listing", "make_lists", now) == {}, "again: nothing"

    house.step("warnings", "warn", now)
    told = {code for (code,) in house.rows("SELECT callback_code FROM callback_warnings")}
    due = {row["callback_code"] for row in day.callbacks if row["due_by"] == at("20 20:00")}
    assert waiting(house) & due <= told, "what misses its window today was told this morning"


@pytest.mark.rule("CB-11")
@few
@given(day=story())
def test_who_is_away_keeps_nothing_but_what_was_tried(house: CallbackHouse, day: Day) -> None:
    build(house, day)
    now = at(f"20 {day.clock}")
    house.step("listing", "make_lists", now)
    before = house.lists("20")
    tried = {line["callback_code"] for line in before[::3]}
    for line in before[::3]:
        house.result(line["callback_code"], f"20 {day.clock}", "no_answer", staff=line["staff_code"])
    for staff in day.away:
        house.execute("UPDATE roster SET attendance = 'absent' WHERE staff_code = :staff", staff=staff)
    later = now + timedelta(hours=2)
    (since,) = house.rows("SELECT max(run_id) FROM runs")[0]
    house.step("absence", "reassign", later)

    lines = check_lines(house, day, later, since, day.away)
    for line in lines:
        assert line["staff_code"] not in day.away or line["callback_code"] in tried
    stands = {(line["callback_code"], line["staff_code"]) for line in lines}
    for line in before:
        if line["staff_code"] not in day.away or line["callback_code"] in tried:
            assert (line["callback_code"], line["staff_code"]) in stands
    moved = [line for line in lines if line["run_id"] > since]
    assert all(line["why_agent"] == "reassigned" for line in moved)
    assert {line["callback_code"] for line in moved} <= {line["callback_code"] for line in before}
    assert house.step("absence", "reassign", later) == {}
    assert dict(house.rows("SELECT callback_code, staff_code FROM callbacks WHERE staff_code IS NOT NULL")) == dict(
        stands
    )
