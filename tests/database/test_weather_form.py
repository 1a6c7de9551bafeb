"""The form of a weather event: what can be named, and what is told when it cannot be carried out (INS-04)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from guanjia.domain.errors import UsageError
from guanjia.pipelines.vacancy_inspections.area_names import FILE, offered_areas
from guanjia.pipelines.vacancy_inspections.areas import remember_areas
from guanjia.pipelines.vacancy_inspections.event_form import EventWish, read_wish
from guanjia.settings import TIME_ZONE
from guanjia.store.tables import metadata
from tests.conftest import Database

NOW = datetime(2026, 7, 20, 9, 30, tzinfo=TIME_ZONE)
FORM: dict[str, Any] = {
    "kind": "severe_weather",
    "event": "台风桦加沙",
    "areas": ["001"],
    "other_areas": None,
    "deadline": "2026-07-21T18:00:00+08:00",
    "basements": False,
}
T = metadata.tables


@pytest.fixture
def town(database: Database) -> Iterator[Database]:
    """Four communities in two regions; the fourth is not served."""
    with database.transaction() as tx:
        for code, name, region in (
            ("001", "澄庭雅苑", "浦东"),
            ("002", "临江苑", "浦东"),
            ("A-3", "碧水湾", "闵行"),
            ("004", "远山居", "闵行"),
        ):
            tx.execute(insert(T["communities"]).values(community_code=code, community_name=name, region=region))
            if code != "004":
                live = {"setting": "live_from", "community_code": code, "value": "2026-01-01"}
                tx.execute(insert(T["settings"]).values(live))
    yield database


def wish(town: Database, language: str = "en", **changed: Any) -> EventWish:
    with town.transaction() as tx:
        return read_wish(tx, NOW, FORM | changed, language)


def refusal(town: Database, language: str = "en", **changed: Any) -> str:
    with pytest.raises(UsageError) as told:
        wish(town, language, **changed)
    return str(told.value)


@pytest.mark.rule("INS-04")
@pytest.mark.parametrize(
    ("areas", "others", "meant"),
    [
        (["001"], None, ("001",)),
        (["临江苑", "001"], "", ("001", "002")),
        (["region:浦东"], None, ("001", "002")),
        (["浦东"], "碧水湾", ("001", "002", "A-3")),
        ([], " ａ－３，临江苑、001 ", ("001", "002", "A-3")),
        (None, "闵行", ("A-3",)),
        (["company"], None, ("001", "002", "A-3")),
        ("全部", None, ("001", "002", "A-3")),
    ],
)
def test_an_area_is_a_code_a_name_a_region_or_all_of_them(
    town: Database, areas: Any, others: str | None, meant: tuple[str, ...]
) -> None:
    assert wish(town, areas=areas, other_areas=others).communities == meant


def test_an_unknown_area_is_told_with_those_there_are(town: Database) -> None:
    told = refusal(town, areas=["001"], other_areas="临江园")
    assert "no community or region '临江园'" in told
    assert "Is '临江苑' meant?" in told
    assert "澄庭雅苑 (001)" in told
    assert "远山居" not in told  # not served
    assert "没有名为“临江园”的小区或区域" in refusal(town, "zh", areas=["临江园"])


def test_an_area_that_is_not_served_is_told(town: Database) -> None:
    assert "'004' is not served on 2026-07-20" in refusal(town, areas=["004"])


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"event": "  "}, "has no name"),
        ({"event": None}, "has no name"),
        ({"event": "台" * 61}, "61 characters; at most 60"),
        ({"areas": [], "other_areas": " , "}, "No area is named"),
        ({"deadline": "2026-07-20T09:30:00+08:00"}, "has passed"),
        ({"deadline": "2026-07-20T01:29:00Z"}, "2026-07-20 09:29 has passed"),
        ({"deadline": None}, "No deadline"),
        ({"deadline": "tomorrow"}, "'tomorrow'; expected a day and time"),
        ({"deadline": "2027-07-21T18:00"}, "more than 92 days away"),
        ({"kind": "monthly"}, "expected one of severe_weather, rain"),
    ],
)
def test_what_cannot_be_carried_out_is_told_in_a_sentence(town: Database, changed: dict[str, Any], words: str) -> None:
    assert words in refusal(town, **changed)
    told = refusal(town, "zh", **changed)
    assert "未排任何计划" in told


def test_all_mistakes_of_the_form_are_told_at_once(town: Database) -> None:
    told = refusal(town, event=" ", deadline="2020-01-01T08:00", areas=["Atlantis"])
    assert [f"({n})" in told for n in (1, 2, 3, 4)] == [True, True, True, False]
    assert "has no name" in told and "has passed" in told and "Atlantis" in told


def test_a_deadline_without_a_zone_is_shanghais(town: Database) -> None:
    found = wish(town, deadline="2026-07-20T18:00", basements=True)
    assert found.deadline - NOW == timedelta(hours=8, minutes=30)
    assert found.includes_basements


def test_the_form_offers_the_communities_served_without_asking_the_database(town: Database) -> None:
    assert offered_areas() == {}
    with town.transaction() as tx:
        assert remember_areas(tx, NOW)
        assert not remember_areas(tx, NOW)
    assert list(offered_areas()) == ["company", "region:浦东", "region:闵行", "001", "002", "A-3"]
    assert offered_areas()["001"] == "澄庭雅苑 · 001"
    assert "(2)" in offered_areas()["region:浦东"]


@pytest.mark.parametrize("content", ["", "[]", "{", json.dumps({"communities": [{"code": "001"}]}), "\x00"])
def test_a_damaged_file_of_areas_leaves_a_field_to_type_into(town: Database, content: str) -> None:
    (town.home / FILE).write_text(content, encoding="utf-8")
    assert offered_areas() == {}
    with town.transaction() as tx:
        assert remember_areas(tx, NOW)
    assert len(offered_areas()) == 6
