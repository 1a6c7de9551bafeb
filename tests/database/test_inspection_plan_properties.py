"""Whatever the history: each vacant unit once a month, loads even and within capacity, skipped days like daily runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, text

from tests.conftest import Database
from tests.database.inspection_house import InspectionHouse, T
from tests.support.examples import examples

FIRST, LAST = date(2026, 9, 1), date(2026, 11, 4)
MONTHS = ((2026, 9), (2026, 10), (2026, 11))
JOIN_BY = 20
NEVER = date(2099, 12, 31)
TABLES = (
    "inspection_remarks",
    "inspections",
    "inspection_progress",
    "vacancy_grounds",
    "fit_outs",
    "roster",
    "staff",
    "settings",
    "units",
    "buildings",
    "communities",
    "runs",
)
SHOWN = (
    "SELECT inspection_code, staff_code, due_on, state, cancelled_reason, planned_on, checklist, stages "
    "FROM inspections ORDER BY inspection_code"
)

days = st.dates(FIRST - timedelta(days=20), LAST)


@dataclass(frozen=True)
class Ground:
    """An interval on which a unit is vacant, both days included."""

    start: date
    end: date
    known_on: date

    def holds(self, day: date) -> bool:
        return self.start <= day <= self.end and self.known_on <= day

    @property
    def since(self) -> date:
        return max(self.start, self.known_on)


@dataclass(frozen=True)
class World:
    """A company: all that a plan is made from."""

    communities: dict[str, dict[str, Any]]
    units: dict[tuple[str, str], tuple[Ground, ...]]
    """Community and unit → grounds; a basement has none and is always due."""
    staff: dict[str, dict[str, Any]]
    roster: frozenset[tuple[str, date, str]]
    fit_outs: tuple[dict[str, Any], ...] = field(default=())

    @staticmethod
    def is_basement(unit: str) -> bool:
        return unit.startswith("D")


@st.composite
def grounds(draw: st.DrawFn) -> tuple[Ground, ...]:
    found: dict[date, Ground] = {}
    for start in draw(st.lists(days, min_size=0, max_size=3, unique=True)):
        end = NEVER if draw(st.booleans()) else start + timedelta(days=draw(st.integers(0, 50)))
        known_on = start + timedelta(days=draw(st.sampled_from((0, 0, 0, 3, 20))))
        found[start] = Ground(start, end, known_on)
    return tuple(found.values())


@st.composite
def worlds(draw: st.DrawFn) -> World:
    codes = ["001", "002", "0-3"][: draw(st.integers(1, 3))]
    communities = {
        code: {
            "live_from": draw(st.sampled_from((FIRST, FIRST, date(2026, 9, 18), date(2026, 10, 31)))),
            "per_day": draw(st.sampled_from((0, 1, 2, 40, 40))),
            "later": draw(st.dictionaries(days, st.sampled_from((0, 1, 3, 40)), max_size=2)),
            "airing": draw(st.none() | days),
        }
        for code in codes
    }
    units = {}
    for code in codes:
        for n in range(draw(st.integers(0, 6))):
            units[code, f"{n:02d}"] = draw(grounds())
        for n in range(draw(st.integers(0, 1))):
            units[code, f"D{n}"] = ()
    staff = {
        f"S{n}": {
            "community_code": draw(st.sampled_from([*codes, codes[0], None])),
            "hired_on": draw(st.none() | days),
            "left_on": None,
        }
        for n in range(draw(st.integers(0, 4)))
    }
    for person in staff.values():
        person["left_on"] = draw(st.none() | st.dates(person["hired_on"] or FIRST, LAST))
    shifts = st.tuples(st.sampled_from(sorted(staff)), days, st.sampled_from(("planned", "present", "leave", "absent")))
    roster = draw(st.frozensets(shifts, max_size=25)) if staff and draw(st.booleans()) else frozenset()
    stages = st.fixed_dictionaries(
        {
            "unit": st.sampled_from(sorted(units)),
            "stage": st.sampled_from(("tiling", "painting", "installation")),
            "start": days,
            "length": st.none() | st.integers(0, 12),
        }
    )
    works = draw(st.lists(stages, max_size=2, unique_by=lambda w: (w["unit"], w["stage"], w["start"]))) if units else []
    return World(communities, units, staff, roster, tuple(works))


def build(house: InspectionHouse, world: World) -> None:
    """The database holds this world and nothing else."""
    with house.database.transaction("owner") as tx:
        tx.execute(text(f"TRUNCATE {', '.join(TABLES)} CASCADE"))

    def add(table: str, rows: list[dict[str, Any]]) -> None:
        if rows:
            with house.database.transaction() as tx:
                tx.execute(insert(T[table]), rows)

    add("communities", [{"community_code": c, "community_name": c} for c in world.communities])
    add("buildings", [{"community_code": c, "building_code": b} for c in world.communities for b in "AB"])
    add(
        "settings",
        [
            {"setting": name, "community_code": c, "value": str(values[key])}
            for c, values in world.communities.items()
            for name, key in (("live_from", "live_from"), ("inspections_per_day", "per_day"))
        ],
    )
    changes = [
        ("inspections_per_day", c, per_day, day)
        for c, v in world.communities.items()
        for day, per_day in v["later"].items()
    ]
    changes += [
        ("inspection_ventilation_months", c, "9,10,11", v["airing"])
        for c, v in world.communities.items()
        if v["airing"]
    ]
    add("settings", [{"setting": n, "community_code": c, "value": str(v), "valid_from": d} for n, c, v, d in changes])
    add(
        "units",
        [
            {
                "community_code": c,
                "building_code": "AB"[ord(u[-1]) % 2],
                "unit_code": u,
                "unit_use": "basement" if world.is_basement(u) else "shop",
                "area_m2": 10,
            }
            for c, u in world.units
        ],
    )
    add(
        "vacancy_grounds",
        [
            {
                "community_code": c,
                "unit_code": u,
                "ground": "not_fitted_out",
                "start_date": g.start,
                "end_date": None if g.end == NEVER else g.end,
                "known_on": g.known_on,
            }
            for (c, u), found in world.units.items()
            for g in found
        ],
    )
    add("staff", [{"staff_code": s, "staff_name": s, "role": "inspector"} | v for s, v in world.staff.items()])
    shifts = {(s, day): attendance for s, day, attendance in sorted(world.roster)}
    add(
        "roster",
        [
            {
                "staff_code": s,
                "shift_date": day,
                "starts_at": f"{day}T08:00+08:00",
                "ends_at": f"{day}T17:00+08:00",
                "attendance": attendance,
            }
            for (s, day), attendance in shifts.items()
        ],
    )
    add(
        "fit_outs",
        [
            {
                "community_code": w["unit"][0],
                "unit_code": w["unit"][1],
                "stage": w["stage"],
                "start_date": w["start"],
                "end_date": None if w["length"] is None else w["start"] + timedelta(days=w["length"]),
            }
            for w in world.fit_outs
        ],
    )


def run_on(house: InspectionHouse, run_days: list[date]) -> None:
    for day in run_days:
        house.plan(day.isoformat())


def every_day(first: date = FIRST, last: date = LAST) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def expected(world: World) -> dict[tuple[str, str, str], bool]:
    """Community, unit and month → whether its inspection still stands on the last day; by walking through the days."""
    found: dict[tuple[str, str, str], bool] = {}
    for day in every_day():
        month = f"{day:%Y-%m}"
        for (community, unit), intervals in world.units.items():
            live_from = world.communities[community]["live_from"]
            if day < live_from:
                continue
            key = (community, unit, month)
            holding = [g.since for g in intervals if g.holds(day)]
            if world.is_basement(unit):
                found[key] = True
            elif not holding:
                if key in found:
                    found[key] = False
            elif min(holding) <= max(day.replace(day=JOIN_BY), live_from):
                found[key] = True
    return found


@pytest.fixture
def house(database: Database) -> InspectionHouse:
    return InspectionHouse(database)


@pytest.mark.rule("INS-02")
@settings(max_examples=examples(3))
@given(world=worlds(), data=st.data())
def test_any_history_is_planned_once_and_skipped_days_like_daily_runs(
    house: InspectionHouse, world: World, data: st.DataObject
) -> None:
    run_days = sorted({*data.draw(st.lists(st.sampled_from(every_day()), max_size=5)), LAST})
    build(house, world)
    run_on(house, run_days)
    skipped, remarks = house.rows(SHOWN), [(kind, subject) for kind, subject, _ in house.remarks()]
    assert house.plan(LAST.isoformat()) == {}
    check_each_once(house, world)
    check_days_and_loads(house, world)
    build(house, world)
    run_on(house, every_day())
    assert house.rows(SHOWN) == skipped
    assert [(kind, subject) for kind, subject, _ in house.remarks()] == remarks


def check_each_once(house: InspectionHouse, world: World) -> None:
    found = house.rows(
        "SELECT community_code, unit_code, period, plan, state FROM inspections WHERE plan IN ('monthly', 'basement')"
    )
    assert all((plan == "basement") == world.is_basement(unit) for _, unit, _, plan, _ in found)
    assert len({row[:3] for row in found}) == len(found)
    assert {row[:3]: row[4] != "cancelled" for row in found} == expected(world)
    assert all((state == "missed") == (period < "2026-11") for *_, period, _, state in found if state != "cancelled")


def check_days_and_loads(house: InspectionHouse, world: World) -> None:
    worked = {
        day
        for (day,) in house.rows(
            "SELECT day FROM working_days_between('2026-09-01', '2026-11-30') WHERE calendar_code = 'office'"
        )
    }
    shifts = {(s, day): attendance for s, day, attendance in sorted(world.roster)}
    rostered = {(world.staff[s]["community_code"], f"{day:%Y-%m}") for s, day in shifts}
    loads: dict[tuple[str, date], int] = {}
    for community, staff, due_on, planned_on, period, state, plan in house.rows(
        "SELECT community_code, staff_code, due_on, planned_on, period, state, plan FROM inspections "
        "WHERE plan <> 'spot_check'"
    ):
        assert f"{due_on:%Y-%m}" == period and due_on >= planned_on >= world.communities[community]["live_from"]
        if staff is None:
            continue
        person = world.staff[staff]
        assert person["community_code"] in (community, None)
        assert (person["hired_on"] or FIRST) <= due_on <= (person["left_on"] or NEVER)
        assert due_on in worked
        if (person["community_code"], period) in rostered:
            assert shifts.get((staff, due_on), "absent") in ("planned", "present")
        if state != "cancelled" and plan in ("monthly", "basement"):
            loads[staff, due_on] = loads.get((staff, due_on), 0) + 1
    highest = {c: max(v["per_day"], *v["later"].values(), 0) for c, v in world.communities.items()}
    for (staff, _), load in loads.items():
        own = world.staff[staff]["community_code"]
        assert load <= (highest[own] if own else max(highest.values()))


@pytest.mark.rule("INS-02")
@settings(max_examples=examples(8))
@given(
    units=st.integers(0, 60),
    others=st.integers(0, 30),
    inspectors=st.integers(1, 3),
    company=st.integers(0, 2),
    per_day=st.integers(1, 3),
    on_duty=st.lists(st.integers(1, 30), min_size=0, max_size=12, unique=True),
)
def test_loads_of_a_month_differ_by_one_at_most_and_never_pass_the_capacity(
    house: InspectionHouse,
    units: int,
    others: int,
    inspectors: int,
    company: int,
    per_day: int,
    on_duty: list[int],
) -> None:
    always = (Ground(FIRST, NEVER, FIRST),)
    own = {f"S{n}": {"community_code": "001", "hired_on": None, "left_on": None} for n in range(inspectors)}
    wide = {f"C{n}": {"community_code": None, "hired_on": None, "left_on": None} for n in range(company)}
    world = World(
        {code: {"live_from": FIRST, "per_day": per_day, "later": {}, "airing": None} for code in ("001", "002")},
        {("001", f"{n:02d}"): always for n in range(units)} | {("002", f"{n:02d}"): always for n in range(others)},
        own | wide,
        frozenset((staff, FIRST.replace(day=day), "planned") for staff in own for day in on_duty),
    )
    build(house, world)
    house.plan(FIRST.isoformat())
    worked = {
        day
        for (day,) in house.rows(
            "SELECT day FROM working_days_between('2026-09-01', '2026-09-30') WHERE calendar_code = 'office'"
        )
    }
    own_days = worked & {FIRST.replace(day=day) for day in on_duty} if on_duty else worked
    found = house.loads()
    own_loads = [found.pop((staff, day), 0) for staff in own for day in own_days]
    wide_loads = [found.pop((staff, day), 0) for staff in wide for day in worked]
    assert found == {}
    kept = min(units, len(own_loads) * per_day)
    assert sum(own_loads) == kept
    assert sum(wide_loads) == min(others + units - kept, len(wide_loads) * per_day)
    for loads in (own_loads, wide_loads):
        assert max(loads, default=0) <= per_day
        assert max(loads, default=0) - min(loads, default=0) <= 1
    total = house.rows("SELECT count(*), count(*) FILTER (WHERE staff_code IS NULL) FROM inspections")
    assert total == [(units + others, units + others - sum(own_loads) - sum(wide_loads))]


@pytest.mark.rule("INS-02")
@settings(max_examples=examples(6))
@given(
    units=st.integers(0, 60),
    per_day=st.integers(1, 3),
    first=st.lists(st.tuples(st.sampled_from(("S0", "S1")), st.integers(1, 30)), max_size=12, unique=True),
    later=st.lists(st.tuples(st.sampled_from(("S0", "S1", "C0")), st.integers(1, 30)), max_size=24, unique=True),
    on=st.integers(2, 30),
    leaves=st.none() | st.integers(1, 30),
)
def test_nothing_is_without_an_inspector_while_somebody_has_room_and_is_told_otherwise(
    house: InspectionHouse,
    units: int,
    per_day: int,
    first: list[tuple[str, int]],
    later: list[tuple[str, int]],
    on: int,
    leaves: int | None,
) -> None:
    def rostered(shifts: list[tuple[str, int]]) -> frozenset[tuple[str, date, str]]:
        return frozenset((staff, FIRST.replace(day=day), "planned") for staff, day in shifts)

    always = (Ground(FIRST, NEVER, FIRST),)
    staff = {"S0": "001", "S1": "001"} | ({"C0": None} if any(who == "C0" for who, _ in later) else {})
    world = World(
        {"001": {"live_from": FIRST, "per_day": per_day, "later": {}, "airing": None}},
        {("001", f"{n:02d}"): always for n in range(units)},
        {who: {"community_code": where, "hired_on": None, "left_on": None} for who, where in staff.items()},
        rostered([(who, day) for who, day in first if who in staff]),
    )
    build(house, world)
    today = FIRST.replace(day=on)
    house.execute("UPDATE staff SET hired_on = '2027-01-01' WHERE staff_code = 'C0'")
    house.plan((today - timedelta(days=1)).isoformat())
    house.execute("UPDATE staff SET hired_on = NULL")
    if leaves is not None:
        house.execute("UPDATE staff SET left_on = :d WHERE staff_code = 'S1'", d=FIRST.replace(day=leaves))
    for who, day in sorted({*later} - {*first}):
        house.shifts(who, FIRST.replace(day=day).isoformat())
    house.plan(today.isoformat())
    assert house.plan(today.isoformat()) == {}
    worked = {
        day
        for (day,) in house.rows(
            "SELECT day FROM working_days_between('2026-09-01', '2026-09-30') WHERE calendar_code = 'office'"
        )
    }
    shifts = {(who, FIRST.replace(day=day)) for who, day in (*first, *later)}
    walks = {
        (who, day)
        for who, where in staff.items()
        for day in worked
        if day >= today
        and (who != "S1" or leaves is None or day.day <= leaves)
        and ((who, day) in shifts or not any(staff[other] == where for other, _ in shifts))
    }
    loads = house.loads()
    nobody = house.rows("SELECT due_on FROM inspections WHERE staff_code IS NULL")
    assert all(slot in walks for slot in loads if slot[1] >= today)
    assert all(loads.get(slot, 0) <= per_day for slot in walks)
    if nobody:
        assert all(loads.get(slot, 0) == per_day for slot in walks)
    assert sum(loads.values()) + len(nobody) == units
    told = [detail["units"] for kind, _, detail in house.remarks()]
    assert max(told, default=0) == len(nobody)


@pytest.mark.rule("INS-06")
@settings(max_examples=examples(6))
@given(
    visits=st.lists(
        st.tuples(st.integers(0, 29), st.sampled_from(("S1", "S2")), st.booleans()),
        min_size=5,
        max_size=60,
        unique=True,
    ),
    minimum=st.integers(0, 4),
    pct=st.sampled_from((0, 10, 50, 100)),
    batches=st.integers(1, 3),
)
def test_each_inspector_is_spot_checked_as_often_as_called_for_however_late_results_come(
    house: InspectionHouse, visits: list[tuple[int, str, bool]], minimum: int, pct: int, batches: int
) -> None:
    world = World(
        {"001": {"live_from": FIRST, "per_day": 40, "later": {}, "airing": None}},
        {("001", f"{n:02d}"): (Ground(FIRST, NEVER, FIRST),) for n in range(30)},
        {who: {"community_code": "001", "hired_on": None, "left_on": None} for who in ("S1", "S2")},
        frozenset(),
    )
    build(house, world)
    house.execute("DELETE FROM weather_events")
    house.setting("spot_check_minimum", str(minimum))
    house.setting("spot_check_pct", str(pct))
    house.plan("2026-09-30")
    house.execute(
        "INSERT INTO weather_events (event_code, plan, event, areas, deadline, includes_basements, started_at) "
        "VALUES ('W20260920-1', 'rain', 'rain', '001', '2026-09-22T18:00+08:00', FALSE, '2026-09-20T08:00+08:00')"
    )
    house.execute(
        "INSERT INTO inspections (inspection_code, plan, period, community_code, unit_code, due_on, state, "
        "building_code, planned_on, checklist, deadline) "
        "SELECT 'W20260920-1-001-' || unit_code, 'rain', 'W20260920-1', '001', unit_code, '2026-09-20', 'missed', "
        "building_code, '2026-09-20', 'doors', '2026-09-22T18:00+08:00' FROM units"
    )
    seen = {(unit, is_storm): staff for unit, staff, is_storm in visits}
    drawn: set[str] = set()
    for batch in range(batches):
        for n, ((unit, is_storm), staff) in enumerate(seen.items()):
            if n % batches == batch:
                house.execute(
                    "UPDATE inspections SET state = 'done', inspected_by = :s, inspected_at = '2026-09-21T10:00+08:00' "
                    "WHERE unit_code = :u AND plan = :p AND period <> '2026-10'",
                    s=staff,
                    u=f"{unit:02d}",
                    p="rain" if is_storm else "monthly",
                )
        house.plan(f"2026-10-{1 + batch:02d}")
        now = {row[0] for row in house.planned("plan = 'spot_check'")}
        assert drawn <= now
        drawn = now
    house.plan("2026-10-31")
    assert {row[0] for row in house.planned("plan = 'spot_check'")} == drawn
    checked = house.rows(
        "SELECT k.inspected_by, i.unit_code FROM inspections AS i "
        "JOIN inspections AS k ON i.checks_code = k.inspection_code WHERE i.plan = 'spot_check'"
    )
    assert len(set(checked)) == len(checked)
    for staff in ("S1", "S2"):
        made = [unit for (unit, _), who in seen.items() if who == staff]
        called_for = min(max(minimum, -(-len(made) * pct // 100)), len(set(made)))
        assert sum(who == staff for who, _ in checked) == called_for
