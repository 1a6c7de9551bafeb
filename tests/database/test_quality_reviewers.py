"""Who scores what: capacity by days at work, even loads, never oneself or one's own team, a share twice, absence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanjia.pipelines.quality_sampling.absence import Diary
from guanjia.pipelines.quality_sampling.assigning import Desk, Waiting, second_reviewers
from guanjia.pipelines.quality_sampling.capacity import (
    TimeAtWork,
    due_on,
    month_end_reviewers,
    reviewers_of,
    sections_of,
    weeks_on,
)
from guanjia.pipelines.quality_sampling.eligibility import Item, Person, tiers_of
from guanjia.settings import TIME_ZONE
from tests.conftest import Database
from tests.database.quality_house import MONDAY, QualityHouse, at, on, quality_house, working_days
from tests.support.examples import examples

pytestmark = pytest.mark.rule("QC-01")

DRAWN: Final = on("23")
DUE: Final = on("27")
ASSIGN: Final = ("assigning", "assign")
REASSIGN: Final = ("absence", "reassign")
COUNTED: Final[list[dict[str, int]]] = []
"""What assigning wrote, and what it wrote again."""


def draw(house: QualityHouse, section: str, *items: tuple[str, int, str, str | None], day: str = "17") -> str:
    """A week's draw of a section with samples as a draw would leave them: prefix, how many, agent, team each."""
    code = f"W2026-47/{section}"
    house.add("quality_draws", _draw_row(code, section))
    rows = []
    for prefix, n, agent, team in items:
        for i in range(n):
            rows.append(_sample_row(code, f"{prefix}{i:03d}", agent, team, at(f"{day} 10:00")))
    house.add("samples", *rows)
    return code


def _draw_row(code: str, section: str, **values: Any) -> dict[str, Any]:
    return {
        "draw_code": code,
        "kind": "weekly",
        "period": "2026-W47",
        "section": section,
        "frame_from": at("16 00:00"),
        "frame_to": at("23 00:00"),
        "seed_word": "guanjia",
        "random_seed": 1,
        "risk_seed": 2,
        "double_seed": 3,
        "frame_digest": "0" * 64,
        "frame_items": 0,
        "population": 0,
        "explanation": {},
        "drawn_at": at(MONDAY),
        "due_on": DUE,
    } | values


def _sample_row(draw_code: str, code: str, agent: str, team: str | None, occurred: datetime) -> dict[str, Any]:
    return {
        "sample_code": f"Q-{code}",
        "period": "2026-W47",
        "stratum": f"call:{agent}:in",
        "subject_kind": "call",
        "subject_code": code,
        "staff_code": agent,
        "team_code": team,
        "reason": "random",
        "is_random": True,
        "probability": 1,
        "random_probability": 1,
        "risk_probability": 0,
        "draw_code": draw_code,
        "occurred_at": occurred,
        "state": "waiting",
    }


def loads(house: QualityHouse, draw_code: str) -> dict[str, tuple[int, int]]:
    """Reviewer → first and second items, as counted from the samples."""
    found = house.samples(f"draw_code = '{draw_code}'")
    first, second = (Counter(row[name] for row in found if row[name]) for name in ("reviewer", "second_reviewer"))
    return {who: (first[who], second[who]) for who in sorted(first | second)}


def section(house: QualityHouse, code: str, *agents: tuple[str, str | None]) -> str:
    """A community that is a section once it has reviewers of its own."""
    house.community(code)
    for agent, team in agents:
        house.agent(agent, team, community_code=code)
    return code


@pytest.fixture(scope="module")
def house(module_database: Database) -> Iterator[QualityHouse]:
    """One Monday with many sections, assigned once; then Tuesday and Wednesday with people ill, gone, and back."""
    made = quality_house(module_database)
    _many(made)
    _single(made)
    _short(made)
    _own_team(made)
    _movers(made)
    _departments(made)
    _late_absence(made)
    COUNTED.extend(made.step(*ASSIGN, MONDAY) for _twice in range(2))
    made.execute("UPDATE quality_reviewers SET told_at = :at", at=at("23 05:10"))
    yield made


def _many(house: QualityHouse) -> None:
    for n in (3, 4):
        house.reviewer(f"R{n}")
    house.agent("A4", None)
    draw(house, "company", ("M1", 21, "A1", "T1"), ("M2", 9, "A3", "T2"), ("M3", 7, "A4", None))


def _single(house: QualityHouse) -> None:
    section(house, "101", ("B1", "T1"), ("B2", "TX"))
    house.reviewer("S101", "TX", community_code="101")
    draw(house, "101", ("S1", 6, "B1", "T1"), ("S2", 3, "B2", "TX"))


def _short(house: QualityHouse) -> None:
    section(house, "102", ("C1", "T1"))
    house.reviewer("S102", community_code="102", shifts=["23"])
    house.reviewer("S103", community_code="102", shifts=["24"])
    house.setting("quality_scores_per_day", "20")
    draw(house, "102", ("C", 43, "C1", "T1"))


def _own_team(house: QualityHouse) -> None:
    section(house, "103", ("D1", "T1"))
    for n in (1, 2):
        house.reviewer(f"S104{n}", "T1", community_code="103")
    draw(house, "103", ("D", 5, "D1", "T1"))


def _movers(house: QualityHouse) -> None:
    section(house, "104", ("E1", "T1"), ("E2", "T2"))
    house.reviewer("S105", "T1", community_code="104")
    house.reviewer("S106", "Q1", community_code="104")
    house.moves("S105", "Q1", "18")  # no longer in T1, but was on the 17th
    house.reviewer("S107", "Q1", community_code="104")
    house.moves("S107", "T2", "20")  # in T2 today, was not on the 17th
    draw(house, "104", ("E1", 12, "E1", "T1"), ("E2", 12, "E2", "T2"), ("E3", 4, "S106", "Q1"))


def _departments(house: QualityHouse) -> None:
    section(house, "105", ("F1", "T1"))
    house.reviewer("S108", community_code="105", department="客服部", shifts=["23", "24"])
    house.reviewer("S109", community_code="105", shifts=["23"])
    draw(house, "105", ("F", 24, "F1", "T1"))


def _late_absence(house: QualityHouse) -> None:
    """Nobody of the section is there any more when it is assigned."""
    section(house, "106", ("H1", "T1"))
    house.reviewer("S110", community_code="106", shifts=["23", "24"])
    for day in ("23", "24"):
        house.attendance("S110", day, "leave")
    draw(house, "106", ("H", 3, "H1", "T1"))


# -- Monday ------------------------------------------------------------------------------------------------------------


def test_loads_of_equal_reviewers_differ_by_one_item_at_most(house: QualityHouse) -> None:
    found = loads(house, "W2026-47/company")
    totals = [first + second for first, second in found.values()]
    assert sum(first for first, _second in found.values()) == 37
    assert len(found) == 4
    assert max(totals) - min(totals) <= 1


def test_a_tenth_rounded_up_is_scored_twice_by_somebody_else(house: QualityHouse) -> None:
    found = house.samples("draw_code = 'W2026-47/company'")
    twice = [row for row in found if row["second_reviewer"]]
    assert len(twice) == 4
    assert all(row["second_reviewer"] != row["reviewer"] for row in twice)
    smallest = house.rows(
        "SELECT sample_code FROM samples WHERE draw_code = 'W2026-47/company'"
        " ORDER BY hashtextextended(subject_code, 3), subject_code LIMIT 4"
    )
    assert {row["sample_code"] for row in twice} == {code for (code,) in smallest}
    assert house.one("SELECT double_items FROM quality_draws WHERE draw_code = 'W2026-47/company'") == 4


def test_what_fell_to_whom_is_kept_with_days_and_room(house: QualityHouse) -> None:
    rows = house.table("quality_reviewers", "draw_code = 'W2026-47/company'")
    assert {(row["staff_code"], row["days"], row["capacity"]) for row in rows} == {
        (f"R{n}", 5, 100) for n in (1, 2, 3, 4)
    }
    counted = {row["staff_code"]: (row["first_items"], row["second_items"]) for row in rows}
    assert counted == loads(house, "W2026-47/company")


def test_the_only_reviewer_scores_nothing_twice_and_nothing_of_the_own_team(house: QualityHouse) -> None:
    found = house.samples("draw_code = 'W2026-47/101'")
    assert loads(house, "W2026-47/101") == {"S101": (6, 0)}
    assert {row["unassigned_reason"] for row in found if row["team_code"] == "TX"} == {"own_team"}
    assert {("unassigned_own_team", "W2026-47/101"), ("doubles_missing", "W2026-47/101")} <= set(house.remarks())


def test_what_finds_no_room_waits_and_is_told(house: QualityHouse) -> None:
    found = house.samples("draw_code = 'W2026-47/102'")
    left = [row for row in found if row["unassigned_reason"]]
    assert loads(house, "W2026-47/102") == {"S102": (20, 0), "S103": (20, 0)}
    assert [(row["unassigned_reason"], row["state"]) for row in left] == [("no_room", "waiting")] * 3
    detail = house.one("SELECT detail FROM quality_remarks WHERE kind = 'unassigned_no_room'")
    assert detail["items"] == 3
    assert detail["samples"] == sorted(row["sample_code"] for row in left)
    assert house.one("SELECT dropped_items FROM quality_draws WHERE draw_code = 'W2026-47/102'") == 5  # second scores


def test_nobody_scores_when_all_reviewers_are_of_the_agents_team(house: QualityHouse) -> None:
    found = house.samples("draw_code = 'W2026-47/103'")
    assert [(row["reviewer"], row["unassigned_reason"]) for row in found] == [(None, "own_team")] * 5


def test_the_team_of_the_day_of_the_item_bars_and_so_does_the_team_of_today(house: QualityHouse) -> None:
    found = house.samples("draw_code = 'W2026-47/104'")
    of = {agent: {row["reviewer"] for row in found if row["staff_code"] == agent} for agent in ("E1", "E2", "S106")}
    of_second = {row["second_reviewer"] for row in found if row["staff_code"] == "E1"}
    assert of["E1"] == {"S106", "S107"}, "S105 was in T1 on the 17th"
    assert of["E2"] == {"S105", "S106"}, "S107 is in T2 today"
    assert of["S106"] == {"S105"} or of["S106"] <= {None, "S105", "S107"}
    assert "S105" not in of_second


def test_nobody_scores_own_work(house: QualityHouse) -> None:
    assert not house.samples("staff_code IN (reviewer, second_reviewer)")
    mine = house.samples("staff_code = 'S106'")
    assert len(mine) == 4
    assert "S106" not in {row["reviewer"] for row in mine}


def test_people_of_the_same_department_come_last(house: QualityHouse) -> None:
    assert loads(house, "W2026-47/105")["S109"] == (20, 0)
    assert loads(house, "W2026-47/105")["S108"] == (4, 3), "for want of room; the second scores too"


def test_a_section_whose_reviewers_are_all_away_by_now_has_nobody(house: QualityHouse) -> None:
    found = house.samples("draw_code = 'W2026-47/106'")
    assert [(row["reviewer"], row["unassigned_reason"]) for row in found] == [(None, "no_reviewer")] * 3
    assert ("unassigned_no_reviewer", "W2026-47/106") in house.remarks()


def test_assigning_again_writes_nothing(house: QualityHouse) -> None:
    first, again = COUNTED
    assert first["assigned"] + first["unassigned"] == len(house.samples())
    assert again == {}


# -- absence -----------------------------------------------------------------------------------------------------------


def test_samples_of_who_falls_ill_or_leaves_go_to_others_and_workbooks_have_a_new_edition(house: QualityHouse) -> None:
    assert house.step(*REASSIGN, "23 08:30") == {}, "everybody is there"
    before = {row["sample_code"]: row for row in house.samples("draw_code = 'W2026-47/company'")}
    begun = next(code for code, row in before.items() if row["reviewer"] == "R1" and not row["second_reviewer"])
    house.add("quality_judgements", _judgement(begun, "R1"))
    house.shifts("R1", *working_days("23", "27"))
    for n in (2, 3, 4):
        house.shifts(f"R{n}", *working_days("23", "27"))
    for day in working_days("24", "27"):
        house.attendance("R1", day, "absent")

    done = house.step(*REASSIGN, "24 08:30")

    after = {row["sample_code"]: row for row in house.samples("draw_code = 'W2026-47/company'")}
    moved = [code for code in before if before[code]["reviewer"] != after[code]["reviewer"]]
    moved += [code for code in before if before[code]["second_reviewer"] != after[code]["second_reviewer"]]
    had = [code for code, row in before.items() if "R1" in (row["reviewer"], row["second_reviewer"]) and code != begun]
    assert sorted(moved) == sorted(had)
    assert done == {"reassigned": len(had)}
    assert after[begun]["reviewer"] == "R1"
    totals = {who: sum(both) for who, both in loads(house, "W2026-47/company").items() if who != "R1"}
    assert max(totals.values()) - min(totals.values()) <= 1
    editions = {
        row["staff_code"]: (row["edition"], row["told_at"])
        for row in house.table("quality_reviewers", "draw_code = 'W2026-47/company'")
    }
    assert editions["R1"] == (2, None)
    assert all(editions[who] == (2, None) for who in totals)
    assert house.step(*REASSIGN, "24 09:30") == {}


def test_what_nobody_takes_stays_with_who_is_ill_and_is_unassigned_of_who_has_left(house: QualityHouse) -> None:
    house.shifts("S101", *working_days("23", "27"))
    for day in working_days("24", "27"):
        house.attendance("S101", day, "leave")
    assert house.step(*REASSIGN, "24 10:30") == {}
    assert loads(house, "W2026-47/101") == {"S101": (6, 0)}
    assert ("reviewer_away", "W2026-47/101 S101") in house.remarks()

    house.execute("UPDATE staff SET left_on = '2026-11-24' WHERE staff_code = 'S101'")
    assert house.step(*REASSIGN, "25 08:30") == {"unassigned": 6}
    reasons = {row["staff_code"]: row["unassigned_reason"] for row in house.samples("draw_code = 'W2026-47/101'")}
    assert reasons == {"B1": "no_reviewer", "B2": "own_team"}
    assert ("reviewer_left", "W2026-47/101 S101") in house.remarks()
    assert house.step(*REASSIGN, "25 09:30") == {}


def test_what_found_no_room_is_given_out_when_there_is_some(house: QualityHouse) -> None:
    house.shifts("S103", "26", "27")
    unasked = house.samples("draw_code = 'W2026-47/102' AND reviewer IS NULL")[0]["sample_code"]
    criterion = {"criterion": "greeting", "position": 1, "weight": 1, "is_critical": False, "pass_score": 80}
    house.add("quality_draw_criteria", {"draw_code": "W2026-47/102"} | criterion)
    house.scores(unasked, "S103", "25 10:00", 90)
    house.step("judging", "take_scores", "25 10:00")
    done = house.step(*REASSIGN, "25 10:30")
    assert done == {"reassigned": 3, "judgements": 1, "scored_samples": 1}, "whoever is asked has scored it already"
    assert not house.samples("draw_code = 'W2026-47/102' AND reviewer IS NULL")


@settings(max_examples=examples(300))
@given(data=st.data())
def test_whatever_the_teams_nobody_scores_oneself_the_own_team_or_twice_and_room_is_kept(data: st.DataObject) -> None:
    teams = st.sampled_from([None, "T1", "T2", "T3"])
    codes = [f"P{n}" for n in range(data.draw(st.integers(0, 5)))]
    ever = (date.min, date.max)
    people = {}
    for code in codes:
        team = data.draw(teams)
        people[code] = Person(code, data.draw(st.sampled_from(["K", "Q", None])), ((team, *ever),) if team else ())
    agents = st.sampled_from(["A1", "A2", *codes])
    drawn = data.draw(st.lists(st.tuples(agents, teams, st.sampled_from(["call", "case"])), max_size=30))
    samples = [Waiting(f"s{n:02}", kind, Item(agent, team, "K", DRAWN)) for n, (agent, team, kind) in enumerate(drawn)]
    room = {code: data.draw(st.integers(0, 12)) for code in codes}
    wanted = {kind: -(-sum(each.kind == kind for each in samples) // 10) for kind in ("call", "case")}
    tiers = {each.code: tiers_of(each.item, people, DRAWN) for each in samples}
    desk = Desk(room)
    first = desk.spread([(each.code, tiers[each.code]) for each in samples])
    second = second_reviewers(desk, wanted, samples, tiers, first)
    by_code = {each.code: each for each in samples}
    for code, who in (*first.items(), *second.items()):
        item, person = by_code[code].item, people[who]
        assert who != item.staff_code
        assert not item.team_code or all(team != item.team_code for team, _from, _to in person.teams)
    assert all(first[code] != who for code, who in second.items())
    assert all(load <= room[code] for code, load in desk.load.items())
    assert desk.load == Counter([*first.values(), *second.values()])
    assert all(sum(by_code[code].kind == kind for code in second) <= n for kind, n in wanted.items())
    if not desk.is_full:  # who is left found nobody with room who may
        for each in samples:
            may = [code for tier in tiers[each.code] for code in tier if desk.load[code] < room[code]]
            assert each.code in first or not may


@settings(max_examples=examples(300))
@given(
    at_work=st.sets(st.integers(0, 6)),
    to_do=st.dictionaries(st.integers(0, 6), st.integers(0, 12), max_size=4),
    last=st.integers(0, 6),
    a_day=st.integers(1, 5),
)
def test_whoever_takes_more_can_still_do_all_in_time(
    at_work: set[int], to_do: dict[int, int], last: int, a_day: int
) -> None:
    days = [DRAWN + timedelta(days=n) for n in range(7)]
    times = {"R": TimeAtWork("R", "company", tuple(days[n] for n in sorted(at_work)))}
    diary = Diary(DRAWN, a_day, times, Counter({("R", days[n]): items for n, items in to_do.items()}))
    slack = diary.slack("R", days[last])
    for more in range(max(0, slack - 1), slack + 2):
        late = _late(at_work, Counter(to_do) + Counter({last: more}), a_day)
        if more <= slack:
            assert not late or _late(at_work, Counter(to_do), a_day) or not more
        else:
            assert late, "one more is too much"


def _late(at_work: set[int], to_do: Counter[int], a_day: int) -> bool:
    """Day by day, what is due first done first."""
    left = dict(sorted(to_do.items()))
    for day in range(7):
        done = a_day if day in at_work else 0
        for by in left:
            taken = min(done, left[by])
            left[by] -= taken
            done -= taken
        if any(n for by, n in left.items() if by <= day):
            return True
    return False


def _judgement(sample: str, reviewer: str) -> dict[str, Any]:
    return {
        "sample_code": sample,
        "reviewer": reviewer,
        "criterion": "greeting",
        "edition": 1,
        "score": 90,
        "scored_at": at("23 09:00"),
        "verdict": "counted",
        "content_digest": "",
        "judged_at": at("23 09:30"),
    }


# -- capacity ----------------------------------------------------------------------------------------------------------


def test_capacity_is_days_at_work_in_the_time_for_scoring(database: Database) -> None:
    house = quality_house(database)
    house.community("002")
    house.reviewer("R3", left_on=on("24"))
    house.reviewer("P1", community_code="002")
    house.setting("quality_scores_per_day", "10")
    with database.transaction() as tx:
        assert due_on(tx, DRAWN, 5) == DUE
        assert due_on(tx, DRAWN, 6) == on("30")
        found = {each.staff_code: (each.days, each.capacity) for each in reviewers_of(tx, DRAWN, DUE, "company")}
        assert found == {"R1": (5, 50), "R2": (5, 50), "R3": (2, 20)}, "no roster: working days"
        assert sections_of(tx, DRAWN, DUE) == ["002"]
        month_end, last = month_end_reviewers(tx, DRAWN, "company")
        assert [(each.staff_code, each.days, each.capacity) for each in month_end] == [("R1", 10, 40), ("R2", 10, 40)]
        assert last == on("12-11")
    house.shifts("R1", "23", "24", "25")
    house.shifts("R1", "26", attendance="leave")
    house.shifts("P1", "23", attendance="absent")
    with database.transaction() as tx:
        found = {each.staff_code: (each.days, each.capacity) for each in reviewers_of(tx, DRAWN, DUE, "company")}
        assert found == {"R1": (3, 30), "R2": (0, 0), "R3": (0, 0)}, "who is not on the roster is not there"
        assert sections_of(tx, DRAWN, DUE) == [], "its only reviewer is away: the company's score it"


def test_a_month_end_draw_takes_room_from_the_weeks_its_samples_are_scored_in(database: Database) -> None:
    house = quality_house(database)
    explanation = {"drawn_on": "2026-11-02", "load": 31}
    row = _draw_row("M2026-10", "company", kind="month_end", period="2026-10", explanation=explanation)
    house.add("quality_draws", row | {"frame_from": at("10-01 00:00"), "frame_to": at("01 00:00")})
    with database.transaction() as tx:
        found = {
            monday: [each.capacity for each in reviewers_of(tx, on(monday), due_on(tx, on(monday), 5), "company")]
            for monday in ("02", "09", "16", "23")
        }
    assert found == {"02": [100, 100], "09": [92, 92], "16": [92, 92], "23": [100, 100]}


def test_a_day_in_the_time_of_two_draws_is_shared() -> None:
    first = date(2026, 9, 28)
    holidays = {date(2026, 10, day) for day in range(1, 8)}
    everyday = [first - timedelta(days=28) + timedelta(days=n) for n in range(60)]
    working = [day for day in everyday if day.isoweekday() <= 5 and day not in holidays]
    counts = [weeks_on(day, working, 5, first - timedelta(days=28)) for day in (date(2026, 9, 30), date(2026, 10, 8))]
    assert counts == [1, 2]
    assert weeks_on(date(2026, 10, 8), working, 5, date(2026, 10, 5)) == 1, "nothing was drawn before"
    assert weeks_on(date(2026, 9, 23), working, 10, first - timedelta(days=28)) == 2


def test_days_of_two_draws_are_never_given_away_twice() -> None:
    """Over any stretch the shares of a day over all draws that have it add up to one."""
    monday = datetime(2026, 1, 5, tzinfo=TIME_ZONE).date()
    everyday = [monday + timedelta(days=n) for n in range(150)]
    off = set(everyday[40:51])
    working = [day for day in everyday if day.isoweekday() <= 5 and day not in off]
    for length in (1, 3, 5, 7, 10):
        having: Counter[date] = Counter()
        for start in everyday[:100:7]:
            having.update([day for day in working if day >= start][:length])
        for day in working[:60]:
            if having[day]:
                assert weeks_on(day, working, length, monday) == having[day]
