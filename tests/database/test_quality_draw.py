"""The weekly draw: what is in the frame, what is drawn from it, and that anybody draws the same again (QC-01)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from guanjia.domain.quality_draw import digest_of
from tests.conftest import Database
from tests.database.quality_house import MONDAY, QualityHouse, at, on, week
from tests.support.quality_frames import FrameItem, drawn_again, frame_of, populations_of

pytestmark = pytest.mark.rule("QC-01")
SECOND = "30 05:00"
"""The Monday after."""


@dataclass(frozen=True)
class Story:
    """Two weeks: their frames as found item by item before each draw, and what the draws wrote."""

    house: QualityHouse
    first: list[FrameItem]
    second: list[FrameItem]
    counts: list[dict[str, int]]


@pytest.fixture(scope="module")
def story(module_database: Database) -> Iterator[Story]:
    house = QualityHouse(module_database)
    people(house)
    first_week(house)
    first = frame_of(house, week("16"))
    counts = [house.step("drawing", "draw", MONDAY), house.step("drawing", "draw", MONDAY)]
    second_week(house)
    second = frame_of(house, week("23"))
    counts += [house.step("drawing", "draw", SECOND), house.step("drawing", "draw", SECOND)]
    yield Story(house, first, second, counts)


def people(house: QualityHouse) -> None:
    """001 and 004 are scored by the company, 002 by its own, 003 is not served, 005 since Thursday."""
    for code, live_from in (("001", "10-01"), ("002", "10-01"), ("003", None), ("004", "10-01"), ("005", "11-19")):
        house.community(code, live_from=live_from)
    house.agent("A1")
    house.agent("A2", hired_on=on("10-15"))
    house.agent("A3", "T1")
    house.moves("A3", "T2", "11-19", changed="19 09:00")
    house.agent("A4", "T2", community_code=None)
    house.agent("A5", "T5", community_code="002")
    house.agent("A6", community_code="003")
    house.agent("A7", None, community_code="005")
    house.agent("A8", community_code="004")
    house.agent("A:9", None, community_code="004")
    house.reviewer("R1", shifts=["23", "30"])
    house.reviewer("R2", community_code="002", shifts=["23", "30"])
    house.setting("quality_scores_per_day", "50")


def first_week(house: QualityHouse) -> None:
    for agent, calls in (("A1", 60), ("A2", 25), ("A3", 21), ("A5", 40), ("A6", 5), ("A7", 14), ("A8", 2)):
        house.many_calls(f"C{agent}", calls, agent)
        house.many_calls(f"U{agent}", 3, agent, answered=False)
    house.many_calls("OUT", 9, "A1", direction="out")
    house.many_cases("K", 30, "A1", channel="微信")
    house.many_cases("KA3", 14, "A3", channel=" ﾃ ")
    house.many_cases("P", 12, "A2", kind="complaint", channel=None)
    house.many_cases("KA5", 8, "A5", community_code="002")
    house.many_cases("KB", 4, "A1", community_code="002", kind="complaint")
    house.many_cases("KN", 3, "A6", community_code="003")
    house.many_cases("KL", 14, "A7", community_code="005")
    house.many_cases("KX", 4, "A:9", channel="*", community_code="004")
    house.many_cases("KY", 3, "A:9", channel="电话:夜间", community_code="004")
    house.closed("H1", "18 10:00", None)
    house.case("H2", "15 10:00", "16 09:00 assigned A2", "17 09:00 assigned A3", "18 10:00 closed A1", handler=None)
    house.case("H3", "15 10:00", "18 10:00 closed A1", handler=None)
    house.case("TWICE", "15 10:00", "18 10:00 closed", "19 10:00 closed")
    house.case("AGAIN", "15 10:00", "16 10:00 closed", "18 10:00 reopened", "19 10:00 closed")
    house.case("OPEN", "15 10:00", "16 10:00 closed", "18 10:00 reopened")
    house.case("LATER", "15 10:00", "17 10:00 closed", "23 01:00 reopened")
    house.case("LAST", "15 10:00", "15 23:59 closed", "16 00:00 answered")
    house.case("EDGE", "15 10:00", "16 00:00 closed")
    house.closed("NEXT", "23 00:00")
    house.dissatisfied("K0002", "20 12:00", 1)
    house.dissatisfied("K0003", "20 12:00", 4)
    house.call("ABOUT1", "18 11:00", "A1", case_code="P0001")
    house.call("ABOUT2", "18 11:10", "A1", case_code="AGAIN")
    house.call("ABOUT3", "18 11:20", "A2", case_code="K0002")
    house.call("FREE1", "18 11:30", "A4")
    house.call("FREE2", "18 11:40", "A4", case_code="KA50001")
    house.call("FREE3", "18 11:50", "A4", case_code="KN0001")
    house.call("FREE4", "18 12:00", "A4", case_code="P0002")
    house.call("OVER", "15 23:58", "A1", minutes=3)
    house.call("BEYOND", "22 23:58", "A1", minutes=3)


def second_week(house: QualityHouse) -> None:
    """Late calls and closings of the week before; a sampled case and another one are reopened and closed again."""
    house.many_calls("W", 30, "A1", first="23")
    house.many_calls("LATE", 6, "A3", first="17", days=3)
    sampled = "SELECT min(subject_code) FROM samples WHERE subject_kind = 'call' AND staff_code = 'A1'"
    house.execute(f"UPDATE calls SET ended_at = :at WHERE call_code = ({sampled})", at=at("26 10:00"))
    house.call("LATE-N", "18 13:00", "A6")
    house.call("LATE-U", "18 13:00", "A1", answered=False)
    house.closed("LATE1", "17 10:00", "A8", community_code="004")
    house.closed("LATE2", "17 10:00", "A2", kind="complaint")
    house.events("LATE2", "26 10:00 closed")
    house.closed("LATE3", "17 10:00", "A2")
    house.events("TWICE", "17 12:00 resolved")
    house.events("LATE3", "27 10:00 reopened")
    drawn = {code for (code,) in house.rows("SELECT subject_code FROM samples WHERE subject_kind = 'case'")}
    kept = sorted(code for code in (f"K{n + 1:04d}" for n in range(30)) if code not in drawn)[:2]
    for code in [*sorted(drawn)[:3], *kept]:
        house.events(code, "24 09:00 reopened", "25 10:00 closed")


def test_the_frame_is_what_looking_at_every_item_finds(story: Story) -> None:
    for frame, period in ((story.first, "2026-W47"), (story.second, "2026-W48")):
        for draw in story.house.table("quality_draws", "period = :period", "draw_code", period=period):
            mine = [each for each in frame if each.section == draw["section"]]
            assert draw["frame_items"] == len(mine)
            assert draw["population"] == sum(each.is_drawable for each in mine)
            assert draw["late_items"] == sum(each.is_late for each in mine)
            rows = story.house.table("quality_populations", "draw_code = :code", code=draw["draw_code"])
            found = {
                (row["staff_code"], row["team_code"], row["community_code"], row["subject_kind"]): (
                    row["frame_items"],
                    row["population"],
                )
                for row in rows
            }
            assert found == populations_of(frame, draw["section"])


def test_the_frames_hold_what_they_should(story: Story) -> None:
    first = {each.item.code: each for each in story.first}
    assert {"EDGE", "TWICE", "AGAIN", "LATER", "H1", "H2", "H3", "OVER", "FREE1"} <= set(first)
    assert not {"OPEN", "LAST", "NEXT", "BEYOND", "FREE3", "KN0001", "CA60001"} & set(first)
    assert not first["H1"].is_drawable and first["H2"].item.staff_code == "A3" and first["H3"].item.staff_code == "A1"
    assert first["AGAIN"].item.risk_class == "case:reopened" and first["ABOUT1"].item.risk_class == "call:complaint"
    assert {each.team for each in story.first if each.item.staff_code == "A3"} == {"T1", "T2"}
    assert {each.item.channel for each in story.first if each.item.staff_code == "A3"} == {"in", "テ", "电话"}
    second = {each.item.code: each for each in story.second}
    assert second["LATE0001"].is_late and not second["LATE2"].is_late
    assert not {"LATE3", "LATE-N", "TWICE"} & set(second) and not second["LATE-U"].is_drawable


def test_every_sample_is_the_one_the_pure_draw_gives(story: Story) -> None:
    draws = story.house.draws()
    assert [draw["draw_code"] for draw in draws] == ["W2026-47", "W2026-47/002", "W2026-48", "W2026-48/002"]
    for draw in draws:
        frame = story.first if draw["period"] == "2026-W47" else story.second
        items, allocation, again = drawn_again(frame, draw)
        stored = story.house.samples(f"draw_code = '{draw['draw_code']}'")
        assert {row["subject_code"]: told(row) for row in stored} == {
            each.item.code: (
                each.item.kind,
                each.item.staff_code,
                each.stratum,
                each.reason,
                each.is_risk,
                each.item.risk_class or None,
                *(shown(p) for p in (each.probability, each.random_probability, each.risk_probability)),
            )
            for each in again
        }
        assert draw["frame_digest"] == digest_of(items, random_seed=draw["random_seed"])
        strata = story.house.table("quality_strata", "draw_code = :code", code=draw["draw_code"])
        assert {row["stratum"]: (row["population"], row["random_items"], row["minimum_items"]) for row in strata} == {
            share.name: (share.population, share.random_items, share.minimum_items) for share in allocation.strata
        }
        classes = story.house.table("quality_risk_classes", "draw_code = :code", code=draw["draw_code"])
        assert {row["risk_class"]: row["risk_items"] for row in classes} == allocation.risk
        places = {(row["subject_kind"], row["staff_code"], row["channel"]) for row in strata}
        assert places == {share.place for share in allocation.strata}
        assert draw["minimum_needed"] == allocation.needed and draw["dropped_items"] == allocation.dropped


def told(row: dict[str, Any]) -> tuple[Any, ...]:
    names = "subject_kind staff_code stratum reason is_risk risk_class probability random_probability risk_probability"
    return tuple(row[name] for name in names.split())


def shown(probability: Fraction) -> Decimal:
    return round(Decimal(probability.numerator) / Decimal(probability.denominator), 12)


def test_what_a_sample_says_of_its_item_is_true(story: Story) -> None:
    frames = {(each.item.kind, each.item.code, "2026-W47"): each for each in story.first}
    frames |= {(each.item.kind, each.item.code, "2026-W48"): each for each in story.second}
    for row in story.house.samples():
        each = frames[row["subject_kind"], row["subject_code"], row["period"]]
        assert row["occurred_at"] == each.occurred_at and row["channel"] == each.item.channel
        assert (row["team_code"], row["community_code"]) == (each.team, each.community)
        assert (row["outcome"], row["is_late"], row["state"]) == (each.outcome, each.is_late, "waiting")


def test_codes_and_channels_may_hold_colons_and_stars(story: Story) -> None:
    """An agent's number is whatever the register says; a draw must not stop over it."""
    strata = story.house.table("quality_strata", "staff_code = 'A:9' AND draw_code = 'W2026-47'", "channel")
    assert [(row["channel"], row["population"]) for row in strata] == [("*", 4), ("电话:夜间", 3)]
    assert all(row["random_items"] + row["minimum_items"] for row in strata)


def test_half_is_drawn_at_random_and_everybody_is_drawn_from(story: Story) -> None:
    for draw in story.house.draws():
        rows = story.house.samples(f"draw_code = '{draw['draw_code']}'")
        parts = Counter(row["reason"] for row in rows)
        assert parts["random"] == draw["random_items"] and parts["minimum"] == draw["minimum_items"]
        assert parts["risk"] == draw["risk_items"] and len(rows) <= draw["capacity"]
        assert 2 * (parts["random"] + parts["minimum"]) >= len(rows)
    of_first = Counter(
        (row["subject_kind"], row["staff_code"]) for row in story.house.samples("draw_code = 'W2026-47' AND is_random")
    )
    assert of_first["call", "A8"] == 2 and min(n for key, n in of_first.items() if key[1] != "A8") >= 1


def test_drawing_again_writes_nothing_and_no_item_is_drawn_twice(story: Story) -> None:
    assert story.counts[0]["draws"] == 2 and story.counts[2]["draws"] == 2
    assert story.counts[1] == {} and story.counts[3] == {}
    codes = [(row["subject_kind"], row["subject_code"]) for row in story.house.samples()]
    assert len(codes) == len(set(codes))
    assert story.house.rows("SELECT count(*) FROM quality_late_items") == [(0,)]
    assert story.house.one("SELECT drawn_to FROM quality_progress") == at("30 00:00")


def test_samples_are_numbered_in_the_order_of_their_hashes(story: Story) -> None:
    for stem, where in (("Q2647-", "draw_code = 'W2026-47'"), ("Q2647.002-", "draw_code = 'W2026-47/002'")):
        rows = story.house.rows(
            "SELECT s.sample_code FROM samples AS s INNER JOIN quality_draws AS d USING (draw_code)"
            f" WHERE {where} ORDER BY hashtextextended(s.subject_code, d.random_seed), s.subject_code"
        )
        assert [code for (code,) in rows] == [f"{stem}{n:04}" for n in range(1, len(rows) + 1)]


def test_the_draw_is_explained_and_has_its_criteria(story: Story) -> None:
    draw = story.house.draws()[0]
    assert draw["due_on"] == on("27") and draw["explanation"]["drawn_on"] == "2026-11-23"
    assert draw["explanation"]["reviewers"] == [{"staff_code": "R1", "days": 1, "capacity": 50}]
    assert draw["seed_word"] == "guanjia|2026-W47"
    rows = story.house.table("quality_draw_criteria", "draw_code = 'W2026-47'", "position")
    assert len(rows) == 8 and sum(row["weight"] for row in rows) == 100
    assert all(row["pass_score"] == 80 for row in rows)
