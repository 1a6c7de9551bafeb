"""Acceptance plans per agent and month: top-ups, verdicts, switching by the published conditions, catch-up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import pytest
from sqlalchemy import text

from guanjia.domain.keyed_hash import keyed_hash
from guanjia.domain.quality_periods import DRAWN_AT, month_bounds, week_of
from guanjia.domain.sampling_plans import plan_for
from guanjia.pipelines.quality_sampling.frame import policies_on
from guanjia.pipelines.quality_sampling.month_lots import AgentLot, lot_terms
from guanjia.settings import TIME_ZONE
from guanjia.store.runs import open_run
from tests.conftest import Database
from tests.database.quality_house import DERIVED, QualityHouse, at, on, quality_house, working_days

pytestmark = pytest.mark.rule("QC-01")

MONTHS: Final = ("2025-11", "2025-12", *(f"2026-{n:02}" for n in range(1, 13)))
NO_ROOM: Final = "2026-06"
FOUND: Final[dict[str, dict[str, int]]] = {
    "STEADY": {"2025-12": 3, "2026-12": 99},  # as many nonconforming ones as are accepted; in the end all of them
    "TWICE": {"2025-11": 1, "2026-01": 1},
    "STOPPED": dict.fromkeys(MONTHS[:7], 1),
    "GAP": {"2025-11": 1, "2026-02": 1},
}
"""Agent → month → nonconforming items among those scored; none: all conform."""
UNSCORED: Final = ("GAP", "2025-12")
COUNTED: Final[list[dict[str, int]]] = []


def monday_after(month: str) -> datetime:
    """The instant a month's plans are drawn at."""
    last = month_bounds(month, TIME_ZONE)[1] - timedelta(days=1)
    return datetime.combine(week_of(last.date(), TIME_ZONE).following.first, DRAWN_AT, TIME_ZONE)


@pytest.fixture(scope="module")
def house(module_database: Database) -> Iterator[QualityHouse]:
    """Fourteen months of five agents; all that is scored comes of top-ups, for nothing was drawn by weeks."""
    made = quality_house(module_database, live_from="2025-11-01", people=False)
    for reviewer in ("R1", "R2"):
        made.reviewer(reviewer)
    for agent in FOUND:
        made.agent(agent)
    made.agent("FEW")
    made.small_criteria()
    made.setting("quality_top_up_pct", "5", since=f"{NO_ROOM}-10")
    made.setting("quality_top_up_pct", "40", since="2026-07-10")
    for name, april, later in (("quality_top_up_working_days", "4", "10"), ("quality_reduced_approved", "no", "yes")):
        made.setting(name, april, since="2026-05-01")
        made.setting(name, later, since="2026-05-25")
    first = datetime(2025, 10, 27, tzinfo=TIME_ZONE)
    made.add("quality_draws", _first_draw(first))
    made.add("quality_progress", {"drawn_to": first + timedelta(days=7), "computed_to": first + timedelta(days=7)})
    for month in MONTHS:
        _play(made, month)
    COUNTED.append(made.step("closing", "close_months", monday_after("2026-12") + timedelta(days=30)))
    yield made


def _first_draw(monday: datetime) -> dict[str, Any]:
    return {
        "draw_code": "W2025-44",
        "kind": "weekly",
        "period": "2025-W44",
        "section": "company",
        "frame_from": monday,
        "frame_to": monday + timedelta(days=7),
        "seed_word": "guanjia",
        "random_seed": 1,
        "risk_seed": 2,
        "double_seed": 3,
        "frame_digest": "0" * 64,
        "frame_items": 0,
        "population": 0,
        "explanation": {},
        "drawn_at": monday + timedelta(days=7),
        "due_on": (monday + timedelta(days=11)).date(),
    }


def _play(house: QualityHouse, month: str) -> None:
    """A month's calls, its draw (twice: the second writes nothing), and its scores."""
    sizes = {"STEADY": 160, "TWICE": 10, "STOPPED": 10, "GAP": 10} | ({"FEW": 2} if month == "2025-11" else {})
    for agent, n in sizes.items():
        house.many_calls(f"{agent}{month}", n, agent, first=f"{month}-01", days=28)
    drawn = monday_after(month)
    house.execute("UPDATE quality_progress SET drawn_to = :to", to=drawn.replace(hour=0))
    COUNTED.extend(house.step("month_end", "top_up", drawn) for _twice in range(2))
    house.step("assigning", "assign", drawn)
    for agent in sizes:
        _score(house, month, agent, FOUND.get(agent, {}).get(month, 0))


def _score(house: QualityHouse, month: str, agent: str, nonconforming: int) -> None:
    """All top-ups of an agent are scored and final, but one of who is short of a verdict."""
    codes = [row["sample_code"] for row in house.samples(f"period = '{month}' AND staff_code = '{agent}'")]
    if (agent, month) == UNSCORED:
        codes = codes[1:]
    house.execute(
        "UPDATE samples SET score = CASE WHEN bad THEN 50 ELSE 95 END, is_nonconforming = bad, is_critical = FALSE,"
        " state = 'final', final_at = :at, told_at = :at, appeal_until = :at, scored_at = :at, scored_by = reviewer"
        " FROM (SELECT c.code, c.place <= CAST(:n AS integer) AS bad"
        "       FROM unnest(CAST(:codes AS text[])) WITH ORDINALITY AS c (code, place)) AS g"
        " WHERE sample_code = g.code",
        codes=codes,
        n=nonconforming,
        at=monday_after(month) + timedelta(days=3),
    )


def lots(house: QualityHouse, agent: str) -> dict[str, dict[str, Any]]:
    """An agent's lots by month."""
    return {row["period"]: row for row in house.table("quality_lots", f"staff_code = '{agent}'")}


def states(house: QualityHouse, agent: str) -> list[str]:
    """Inspection of each month, and the one after the last."""
    found = list(lots(house, agent).values())
    return [row["inspection"] for row in found] + [found[-1]["next_inspection"]]


# -- the draw ----------------------------------------------------------------------------------------------------------


def test_a_lot_without_random_items_is_topped_up_to_the_plans_n_by_the_smallest_hashes(house: QualityHouse) -> None:
    lot = lots(house, "STEADY")["2025-11"]
    asked = {
        name: lot[name]
        for name in ("lot_size", "code_letter", "sample_size", "acceptance_number", "random_items", "top_up_items")
    }
    assert asked == {
        "lot_size": 160,
        "code_letter": "G",
        "sample_size": 32,
        "acceptance_number": 3,
        "random_items": 0,
        "top_up_items": 32,
    }
    seed = house.one("SELECT random_seed FROM quality_draws WHERE draw_code = 'M2025-11'")
    codes = [code for (code,) in house.rows("SELECT call_code FROM calls WHERE call_code LIKE 'STEADY2025-11%'")]
    drawn = house.samples("period = '2025-11' AND staff_code = 'STEADY'")
    assert {row["subject_code"] for row in drawn} == set(sorted(codes, key=lambda code: keyed_hash(code, seed))[:32])
    assert {(row["reason"], float(row["probability"]), row["random_probability"]) for row in drawn} == {
        ("top_up", 0.2, None)
    }
    assert all(row["sample_code"].startswith("QM2511-") for row in drawn)


def test_a_lot_smaller_than_the_plans_n_is_looked_at_whole(house: QualityHouse) -> None:
    lot = lots(house, "FEW")["2025-11"]
    assert (lot["lot_size"], lot["sample_size"], lot["top_up_items"], lot["verdict"]) == (2, 2, 2, "accept")
    assert [float(row["probability"]) for row in house.samples("staff_code = 'FEW'")] == [1.0, 1.0]
    assert list(lots(house, "FEW")) == ["2025-11"], "no items, no lot"


def test_top_ups_stay_within_their_share_of_the_reviewers_and_are_scored_in_the_weeks_after(
    house: QualityHouse,
) -> None:
    draw = house.table("quality_draws", "draw_code = 'M2026-03'")[0]
    assert draw["capacity"] == 160, "40 % of two reviewers, ten days, twenty items a day"
    assert draw["due_on"] == on("2026-04-24"), "ten working days of the office from Monday 13 April on"
    assert draw["explanation"]["drawn_on"] == "2026-04-06"
    assert draw["top_up_items"] + draw["double_items"] == draw["explanation"]["load"] <= 160
    assert draw["population"] == 190


def test_the_days_for_top_ups_and_whether_reduced_inspection_is_agreed_are_those_of_the_months_monday(
    house: QualityHouse,
) -> None:
    draw = house.table("quality_draws", "draw_code = 'M2026-04'")[0]
    assert (draw["capacity"], draw["due_on"]) == (64, on("2026-05-14")), "four working days from Monday 11 May on"
    agreed = {month: lot["explanation"]["is_approved"] for month, lot in lots(house, "STEADY").items()}
    assert [month for month, is_approved in agreed.items() if not is_approved] == ["2026-04"]


def test_without_room_for_all_whole_lots_are_completed_tightened_ones_first_and_the_others_told(
    house: QualityHouse,
) -> None:
    draw = house.table("quality_draws", f"draw_code = 'M{NO_ROOM}'")[0]
    assert (draw["capacity"], draw["dropped_items"]) == (20, 32)
    assert sorted(draw["explanation"]["completed"]) == ["GAP", "STOPPED", "TWICE"]
    lot = lots(house, "STEADY")[NO_ROOM]
    assert (lot["top_up_items"], lot["missing_items"], lot["verdict"]) == (0, 32, "none")
    assert ("top_up_missing", f"M{NO_ROOM} STEADY") in house.remarks()


def test_each_month_is_drawn_once_in_order_and_again_writes_nothing(house: QualityHouse) -> None:
    firsts, seconds = COUNTED[0:-1:2], COUNTED[1:-1:2]
    assert all(second == {} for second in seconds)
    assert [first["months_drawn"] for first in firsts] == [1] * len(MONTHS)
    assert all(first.get("months_closed", 0) == (n > 0) for n, first in enumerate(firsts))
    assert house.table("quality_progress", order="1")[0]["month_drawn"] == MONTHS[-1]
    assert {row["is_final"] for row in house.table("quality_lots")} == {True}


# -- verdicts and switching --------------------------------------------------------------------------------------------


def test_fewer_than_n_scored_gives_no_verdict_and_switches_nothing(house: QualityHouse) -> None:
    lot = lots(house, "GAP")["2025-12"]
    assert (lot["scored"], lot["sample_size"], lot["verdict"], lot["next_inspection"]) == (2, 3, "none", "normal")


def test_two_of_five_lots_not_accepted_tighten_and_months_without_a_verdict_are_no_lots(house: QualityHouse) -> None:
    assert states(house, "GAP")[:5] == ["normal"] * 4 + ["tightened"]
    switch = lots(house, "GAP")["2026-02"]
    assert (switch["switched_because"], switch["next_inspection"]) == ("two_of_five_not_accepted", "tightened")


def test_tightened_asks_for_the_tightened_plan_and_five_accepted_in_a_row_relax_it(house: QualityHouse) -> None:
    assert states(house, "TWICE") == ["normal"] * 3 + ["tightened"] * 5 + ["normal"] * 7
    found = lots(house, "TWICE")
    assert [found[month]["sample_size"] for month in MONTHS[2:4]] == [3, 5]
    assert found["2026-06"]["switched_because"] == "five_accepted"


def test_five_not_accepted_on_tightened_discontinue_which_is_told_and_goes_on_tightened(house: QualityHouse) -> None:
    assert (
        states(house, "STOPPED")
        == ["normal"] * 2 + ["tightened"] * 5 + ["discontinued"] + ["tightened"] * 4 + ["normal"] * 3
    )
    found = lots(house, "STOPPED")
    assert (found["2026-05"]["switched_because"], found["2026-06"]["switched_because"]) == (
        "five_not_accepted",
        "resumed",
    )
    assert found["2026-06"]["sample_size"] == 5, "the tightened plan"
    assert ("discontinued", "2026-05 STOPPED") in house.remarks()
    assert len([kind for kind, _subject in house.remarks() if kind == "discontinued"]) == 1


def test_the_switching_score_grows_by_three_starts_again_and_reduces_at_thirty(house: QualityHouse) -> None:
    found = lots(house, "STEADY")
    scores = [found[month]["switching_score"] for month in MONTHS]
    assert scores == [3, 0, 3, 6, 9, 12, 15, 15, 18, 21, 24, 27, 0, 0], "accepted, yet not one step tighter: none again"
    assert states(house, "STEADY") == ["normal"] * 13 + ["reduced", "normal"]
    assert (found["2026-11"]["switched_because"], found["2026-12"]["switched_because"]) == (
        "score_reached",
        "not_accepted",
    )
    assert (found["2026-12"]["sample_size"], found["2026-12"]["verdict"]) == (13, "reject")


# -- weeks and months together -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "drawn_at_random", "drawn_by_risk", "expired", "wanted", "is_every_item"),
    [
        (400, 30, 9, 0, 20, False),  # H, n = 50
        (400, 30, 9, 4, 24, False),  # what nobody scored in time gives no verdict
        (400, 60, 9, 0, 0, False),
        (30, 5, 18, 0, 7, True),  # D, n = 13; only 7 are left: all 30 are looked at, and those drawn by risk count
        (30, 5, 10, 0, 8, False),
        (2, 1, 1, 0, 0, True),
        (2, 0, 0, 0, 2, True),
    ],
)
def test_what_a_lot_still_needs(
    size: int, drawn_at_random: int, drawn_by_risk: int, expired: int, wanted: int, is_every_item: bool
) -> None:
    drawn = drawn_at_random + drawn_by_risk
    plan = plan_for(size, Decimal("4.0"), "II", "normal")
    random_items = drawn_at_random - expired
    lot = AgentLot("A1", "company", size, size - drawn, 0, random_items, drawn - expired, "normal", plan, 0, {})
    assert (lot.wanted, lot.is_every_item) == (wanted, is_every_item)


def _weeks(house: QualityHouse) -> None:
    house.small_criteria()
    house.many_calls("T1", 392, "A1", first="10-19", days=28)
    house.many_calls("T2", 28, "A2", first="10-19", days=28)
    house.many_cases("C3", 84, "A3", first="10-19", days=28)
    house.shifts("R1", *working_days("10-26", "30"))
    house.shifts("R2", *working_days("10-26", "30"))
    house.setting("quality_scores_per_day", "2")


def _drawn(house: QualityHouse) -> dict[str, Any]:
    left_out = ("drawn_at", "due_on", "month_closed")
    return {
        name: rows
        for name, rows in house.everything(*left_out).items()
        if name not in ("quality_results", "quality_agreements", "quality_findings", "quality_roster_warnings")
    }


def test_random_items_count_an_outage_over_a_months_end_draws_the_same_and_again_writes_nothing(
    database: Database,
) -> None:
    house = quality_house(database)
    _weeks(house)
    for monday in ("10-26", "02", "09", "16"):
        house.monday(f"{monday} 05:00")
    assert house.monday("16 05:00") == {}
    by_week = _drawn(house)
    lot = lots(house, "A1")["2026-10"]
    assert lot["lot_size"] == 182
    in_month = house.samples("staff_code = 'A1' AND reason <> 'top_up' AND occurred_at < '2026-11-01 00:00+08'")
    assert lot["random_items"] == sum(row["is_random"] for row in in_month) > 0
    assert lot["random_items"] + lot["top_up_items"] + lot["missing_items"] == lot["sample_size"] == 32
    load = next(row for row in by_week["quality_draws"] if row["kind"] == "month_end")["explanation"]["load"]
    weekly = [row["capacity"] for row in by_week["quality_draws"] if row["kind"] == "weekly"]
    assert load > 0 and weekly == [20, 20, 20 - -(-load // 2), 20 - -(-load // 2)], "half of the top-ups in each week"
    assert not house.samples("staff_code IN (reviewer, second_reviewer)")

    with database.transaction("owner") as tx:
        tx.execute(text(f"TRUNCATE {', '.join(DERIVED)} CASCADE"))
    house.monday("10-26 05:00")
    house.monday("16 05:00")
    caught_up = _drawn(house)
    for name, rows in by_week.items():
        assert caught_up[name] == rows, name


def test_a_months_lot_holds_what_the_frames_of_its_weeks_held(database: Database) -> None:
    house = quality_house(database, live_from="11-02")
    house.setting("quality_scores_per_day", "1")
    house.agent("A4", "T1")
    house.many_calls("T", 28, "A1", first="02", days=28)
    house.many_calls("U", 4, "A1", first="02", days=28, answered=False)
    house.many_cases("C", 28, "A2", first="02", days=28)
    house.case("X1", "04 10:00", "05 10:00 closed", "06 10:00 reopened", handler="A4")  # not closed in its week
    house.case("X2", "04 10:00", "05 10:00 closed", "12 10:00 reopened", "13 10:00 closed", handler="A4")  # once
    house.case("X3", "04 10:00", "05 10:00 closed", "12 10:00 reopened", handler="A4")  # was in its week's frame
    house.case("X4", "17 10:00", "17 11:00 assigned A4", "18 10:00 closed", handler=None)
    house.case("X5", "17 10:00", "18 10:00 closed A4", handler=None)
    house.case("X6", "17 10:00", "18 10:00 closed", handler=None)  # nobody's
    house.case("X7", "30 10:00", "30 23:59 closed", handler="A4")
    house.case("X8", "30 10:00", "12-01 00:00 closed", handler="A4")  # December's
    house.call("V1", "01 23:58", "A4")  # ended on the first day served
    house.call("V2", "30 23:58", "A4")  # ended in December
    house.monday("09 05:00")
    house.call("L1", "10 10:00", "A4")
    house.monday("23 05:00")
    house.call("L2", "11 10:00", "A4")  # late

    house.monday("12-07 05:00")

    found = {agent: lots(house, agent)["2026-11"]["lot_size"] for agent in ("A1", "A2", "A4")}
    assert found == {"A1": 28, "A2": 28, "A4": 8}, "V1, X2, X3, X4, X5, X7, L1, L2"
    by_agent = house.rows(
        "SELECT staff_code, CAST(sum(frame_items) AS integer), CAST(sum(population) AS integer)"
        " FROM quality_populations WHERE draw_code = 'M2026-11' GROUP BY 1 ORDER BY 1"
    )
    assert by_agent == [("A1", 32, 28), ("A2", 28, 28), ("A4", 8, 8)]
    by_week = house.rows(
        "SELECT CAST(sum(p.population) AS integer) FROM quality_populations AS p"
        " INNER JOIN quality_draws AS d USING (draw_code) WHERE d.kind = 'weekly' AND staff_code IN ('A1', 'A2')"
    )
    assert by_week == [(56,)], "the frames of the weeks hold the same"
    assert house.step("measuring", "measure", "12-07 08:30") != {}
    assert house.step("measuring", "measure", "12-07 08:30") == {}
    assert not house.rows("SELECT FROM samples GROUP BY subject_kind, subject_code HAVING count(*) > 1")


@pytest.mark.parametrize(
    ("limits", "used", "told"),
    [
        ({"call": "2.5", "case": "4.0"}, ("2.5", {"call", "case"}), set()),
        ({"call": None, "case": "4.0"}, ("4.0", {"case"}), set()),
        ({"call": "3", "case": "4.0"}, ("4.0", {"case"}), {"2026-10 CALL"}),
        ({"call": None, "case": None}, None, set()),
    ],
)
def test_lots_are_judged_by_the_strictest_limit_the_standard_knows(
    database: Database, limits: dict[str, str | None], used: tuple[str, set[str]] | None, told: set[str]
) -> None:
    house = quality_house(database)
    for kind, limit in limits.items():
        house.policy(kind, aql=limit, inspection_level=" ii")
    with database.transaction() as tx:
        run = open_run(tx, "quality_sampling", at("02 05:00"), started_at=at("02 05:00"))
        found = lot_terms(tx, run, at("02 05:00"), "2026-10", policies_on(tx, on("02")))
    assert (found and (str(found.limit), set(found.kinds))) == used
    assert found is None or found.level == "II"
    assert {subject for kind, subject in house.remarks() if kind == "aql_unusable"} == told
