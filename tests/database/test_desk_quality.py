"""The desk's quality pages over one played story: what they show, and to whom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import HTTPException, Request

from guanjia.desk import quality_rights
from guanjia.desk.access import Visitor
from guanjia.desk.pages import quality
from guanjia.desk.reading import reading, rows
from tests.conftest import Database
from tests.database.quality_house import QualityHouse, at, on, quality_house


@pytest.fixture(scope="module")
def house(module_database: Database) -> Iterator[QualityHouse]:
    """A week of three agents in two teams, drawn; the agents were told of their scores; one appealed."""
    made = quality_house(module_database)
    made.small_criteria()
    made.setting("quality_scores_per_day", "4")
    made.reviewer("R3", "Q2")
    made.community("002")
    made.staff("M2", "manager", community_code="002")
    made.execute("UPDATE staff SET login = lower(staff_code)")
    for agent in ("A1", "A2", "A3"):
        made.many_calls(f"P{agent}-", 40, agent)
        made.many_cases(f"K{agent}-", 10, agent)
    made.shifts("A1", "24", "25")
    made.monday()
    for number, sample in enumerate(made.samples()):
        score = 60 if number % 5 == 0 else 90 + number % 3
        for reviewer in filter(None, (sample["reviewer"], sample["second_reviewer"])):
            made.scores(sample["sample_code"], reviewer, "24 10:00", score)
    made.results("24 12:30")
    made.execute("UPDATE samples SET told_at = :told, appeal_until = :until", told=at("24 13:00"), until=at("27 18:00"))
    (low, *_rest) = made.samples("score < 80 AND staff_code = 'A1'")
    made.appeal(low["sample_code"], "25 09:00", "A1")
    made.results("25 12:30")
    with pytest.MonkeyPatch.context() as patch:
        for module in (quality, quality_rights):
            patch.setattr(module, "now", lambda: at("26 09:00"))
        yield made


def visitor(login: str, language: str = "en") -> Visitor:
    return Visitor(user=None, login=login.lower(), language=language)


def request(path: str = "/quality", query: str = "") -> Request:
    scope = {"type": "http", "method": "GET", "path": path, "root_path": "/guanjia", "headers": []}
    return Request(scope | {"query_string": query.encode(), "server": ("127.0.0.1", 80), "scheme": "http"})


def page(name: str, login: str, language: str = "en", **values: Any) -> str:
    """A page as somebody sees it, without its head."""
    answer = getattr(quality, name)(request(), visitor(login, language), **values)
    body = bytes(answer.body).decode()
    assert answer.status_code == 200
    return body[body.index("<main>") :]


def codes(text: str) -> set[str]:
    return set(re.findall(r"/quality/samples/(Q[\w.-]+)", text))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "name", ["draws", "samples", "results", "ranking", "appeals", "corrections", "findings", "roster", "remarks"]
)
def test_every_page_opens_in_both_languages_for_those_who_see_all_and_for_strangers(
    house: QualityHouse, name: str, language: str
) -> None:
    told = {"en": "The staff register has no login nobody", "zh": "员工资料中没有登录名 nobody"}[language]
    for login in ("S1", "nobody"):
        text = page(name, login, language)
        assert "<h1>" in text
        assert (told in text) == (login == "nobody" and name != "roster"), "a stranger is told why the page is empty"


def test_a_draw_shows_its_parts_its_seeds_and_its_digest(house: QualityHouse) -> None:
    (draw,) = house.draws()
    text = page("one_draw", "nobody", code=draw["draw_code"])
    for part in (draw["frame_digest"], str(draw["random_seed"]), str(draw["risk_seed"]), "call:A1:in", "R3"):
        assert part in text, part
    in_chinese = page("one_draw", "nobody", "zh", code=draw["draw_code"])
    assert "通话 · 呼入" in in_chinese and "工单 · 投诉" not in in_chinese, "strata in words"
    assert draw["draw_code"] in page("draws", "nobody")
    assert ".xlsx" not in text, "lists are for their reviewer and for those who answer for all"
    assert ".xlsx" in page("one_draw", "S1", code=draw["draw_code"])
    with pytest.raises(HTTPException) as refused:
        page("one_draw", "S1", code="W1999-01")
    assert refused.value.status_code == 404


def test_samples_are_shown_to_those_they_concern(house: QualityHouse) -> None:
    all_of_them = {each["sample_code"]: each for each in house.samples()}
    assert codes(page("samples", "S1")) == set(all_of_them)
    assert codes(page("samples", "nobody")) == set()
    assert codes(page("samples", "S1", state="overdue")) == set() == codes(page("samples", "S1", state="unassigned"))
    (first, *_others) = house.samples("state = 'scored'")
    code = first["sample_code"]
    made = "UPDATE samples SET state = 'waiting', reviewer = NULL WHERE sample_code = :code"
    back = "UPDATE samples SET state = 'scored', reviewer = :reviewer WHERE sample_code = :code"
    house.execute(made, code=code)
    house.execute("UPDATE quality_draws SET due_on = due_on - 9")
    assert codes(page("samples", "S1", state="overdue")) == {code} == codes(page("samples", "S1", state="unassigned"))
    house.execute("UPDATE quality_draws SET due_on = due_on + 9")
    house.execute(back, code=code, reviewer=first["reviewer"])
    assert codes(page("samples", "M2")) == set(), "another community's manager"
    assert codes(page("samples", "L1")) == {c for c, each in all_of_them.items() if each["team_code"] == "T1"}
    assert codes(page("samples", "L2")) == {c for c, each in all_of_them.items() if each["team_code"] == "T2"}
    assert codes(page("samples", "A1")) == {c for c, each in all_of_them.items() if each["staff_code"] == "A1"}
    mine = {c for c, each in all_of_them.items() if "R1" in (each["reviewer"], each["second_reviewer"])}
    assert mine and codes(page("samples", "R1")) == mine


def test_an_agent_sees_nothing_before_being_told(house: QualityHouse) -> None:
    first = house.samples("staff_code = 'A2'")[0]["sample_code"]
    house.execute("UPDATE samples SET told_at = NULL WHERE sample_code = :code", code=first)
    assert first not in codes(page("samples", "A2"))
    with pytest.raises(HTTPException):
        page("one_sample", "A2", code=first)
    assert first in codes(page("samples", "L1")), "the leader has seen it"
    house.execute("UPDATE samples SET told_at = :told WHERE sample_code = :code", told=at("24 13:00"), code=first)


def test_a_reviewer_sees_neither_the_other_one_nor_their_score_nor_why_it_was_drawn(house: QualityHouse) -> None:
    double = house.samples("second_reviewer IS NOT NULL AND second_score IS NOT NULL")[0]
    first, second = double["reviewer"], double["second_reviewer"]
    house.execute(
        "UPDATE quality_judgements SET remark = 'said by ' || reviewer WHERE sample_code = :code",
        code=double["sample_code"],
    )
    for reviewer, other in ((first, second), (second, first)):
        text = page("one_sample", reviewer, code=double["sample_code"])
        assert f"said by {reviewer}" in text
        assert other not in text
        assert "second" not in text.casefold()
        assert "drawn at random" not in text and "by risk" not in text
        row = page("samples", reviewer, agent=double["staff_code"])
        assert double["sample_code"] in codes(row) and other not in row
        assert double["sample_code"] not in codes(page("samples", reviewer, reviewer=other)), "not by a filter either"
    whole = page("one_sample", "S1", code=double["sample_code"])
    assert "hash" in whole, "why this item"
    assert f"said by {first}" in whole and f"said by {second}" in whole
    told = page("one_sample", double["staff_code"], code=double["sample_code"])
    assert f"said by {first}" in told and f"said by {second}" not in told
    assert double["sample_code"] not in codes(page("samples", double["staff_code"], reviewer=second))


def test_a_leader_opens_only_agents_of_the_own_team_and_an_agent_oneself(house: QualityHouse) -> None:
    assert "Acceptance plans" in page("one_agent", "L1", staff_code="A1")
    assert "Acceptance plans" in page("one_agent", "A1", staff_code="A1")
    for login, agent in (("L2", "A1"), ("A2", "A1"), ("R1", "A1"), ("nobody", "A1"), ("M2", "A1")):
        with pytest.raises(HTTPException) as refused:
            page("one_agent", login, staff_code=agent)
        assert refused.value.status_code == 404


def test_results_stand_with_their_intervals_for_those_whose_scope_they_are(house: QualityHouse) -> None:
    def scopes(login: str) -> set[tuple[str, str]]:
        with reading() as tx:
            viewer = quality_rights.viewer_of(tx, visitor(login))
            found = rows(tx, "list_quality_results", period="2026-W47", page_size=100, skip=0, **viewer.binds)
        return {(each["scope_kind"], each["scope_code"]) for each in found}

    own = {("team", "T1"), ("staff", "A1"), ("staff", "A2")}
    assert scopes("L1") == own
    assert scopes("A3") == {("staff", "A3")}
    assert scopes("R1") == scopes("nobody") == scopes("M2") == set()
    assert scopes("S1") == {*own, ("team", "T2"), ("staff", "A3"), ("community", "001"), ("company", "company")}
    text = page("results", "S1", period="2026-W47")
    assert "95 %:" in text and "κ" in text


def test_appeals_and_findings_are_shown_within_the_scope(house: QualityHouse) -> None:
    assert codes(page("appeals", "A1")) and codes(page("appeals", "L1"))
    assert not codes(page("appeals", "A3")) and not codes(page("appeals", "L2"))
    assert "PA3-" in page("findings", "L2", check="blank_fields")
    assert "PA1-" not in page("findings", "L2", check="blank_fields")
    strangers = page("findings", "nobody")
    assert "PA1-" not in strangers and "120" in strangers, "numbers of everything, items of nobody"


@pytest.mark.rule("QC-01")
def test_the_ranking_says_what_a_total_is_made_of_and_shows_everybody_their_own(house: QualityHouse) -> None:
    row = {"period": "2026-10", "team_code": "T1", "volume_points": 95, "attendance_points": 100, "items": 210}
    row |= {"adherence_points": None, "shifts_attended": 20, "shifts_due": 20, "computed_at": at("25 00:00")}
    how = {
        "weights": {"quality": "50", "volume": "20"},
        "items_a_shift": "10.50",
        "best_quarter_items_a_shift": "11.05",
    }
    ranked = {"place": 1, "team_place": 1, "total": 93.25, "quality_points": 93, "unranked_reason": None}
    out = {"place": None, "team_place": None, "total": None, "quality_points": None}
    house.add(
        "quality_rankings",
        row | ranked | {"staff_code": "A1", "explanation": how},
        row | out | {"staff_code": "A2", "explanation": {}, "unranked_reason": "too_few_scored"},
    )
    text = page("ranking", "S1")
    for part in ("93.25", "Quality 50 · Volume 20", "10.50 a shift, best quarter 11.05", "too few items scored", "n/a"):
        assert part in text, part
    assert "93.25" in page("ranking", "A1") and "agents/A2" not in page("ranking", "A1")
    assert "93.25" in page("ranking", "L1")
    for stranger in ("A2", "A3", "L2", "R1", "M2", "nobody"):
        assert "93.25" not in page("ranking", stranger)


@pytest.mark.rule("QC-02")
def test_the_roster_shows_days_short_of_people(house: QualityHouse) -> None:
    text = page("roster", "nobody")
    assert house.one("SELECT count(*) FROM quality_roster_warnings WHERE day = :d", d=on("24")) == 1
    assert text.count("<tr>") >= 2


def test_a_list_is_downloaded_by_its_reviewer_and_by_those_who_answer_for_all(house: QualityHouse) -> None:
    (draw,) = house.draws()
    for login in ("R1", "S1"):
        answer = quality.workbook(visitor(login), "R1", draw["draw_code"])
        assert bytes(answer.body)[:2] == b"PK"
        assert "quality-" in answer.headers["content-disposition"]
    for login in ("R2", "L1", "nobody"):
        with pytest.raises(HTTPException):
            quality.workbook(visitor(login), "R1", draw["draw_code"])


def test_what_is_looked_for_is_found(house: QualityHouse) -> None:
    (draw,) = house.draws()
    places = {
        draw["draw_code"]: "/guanjia/quality/draws/",
        "A1": "/guanjia/quality/agents/A1",
        house.samples()[0]["sample_code"]: "/guanjia/quality/samples/Q",
        "": "/guanjia/quality",
    }
    for code, place in places.items():
        assert quality.find(request(), code).headers["location"].startswith(place)
