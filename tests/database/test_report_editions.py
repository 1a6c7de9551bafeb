"""Editions: due from what is kept, again changes nothing, late facts, corrections, previews, outages (REP-01 to 03)."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest

from guanjia.domain.errors import SettingsError, UnknownName, UsageError
from guanjia.pipelines.reports.behind import rows_behind
from guanjia.pipelines.reports.papers import read_scopes
from guanjia.pipelines.reports.reading import read_edition
from tests.conftest import Database
from tests.database.reports_house import REGIONS, ReportsHouse, at


@pytest.fixture(scope="module")
def story(module_database: Database) -> Iterator[ReportsHouse]:
    """Four weeks of reports; what each left behind is kept in the table's rows the tests look at."""
    house = ReportsHouse(module_database)
    for code in REGIONS:
        house.community(code, live_from="2026-09-12")
    house.case("K1", "10-06 10:00", "10-07 10:00 resolved")
    house.case("K2", "11-10 10:00", "11-11 10:00 resolved", community="003")
    house.case("K3", "11-17 10:00", community="002")
    yield house


def _counts(house: ReportsHouse) -> dict[str, int]:
    tables = ("editions", "definitions", "base", "figures", "breakdowns", "changes", "remarks")
    return {name: house.rows(f"SELECT count(*) FROM report_{name}")[0][0] for name in tables}


@pytest.mark.rule("REP-01")
def test_the_first_report_is_of_the_last_week_and_reconstructs_its_trend_since_live(story: ReportsHouse) -> None:
    assert story.report("13 15:00")["editions"] == 1
    assert story.editions() == [("2026-11-13", 1, "computed", 1)]
    past = story.rows("SELECT period, edition FROM report_editions WHERE state = 'reconstructed' ORDER BY period")
    assert past == [
        (day, 0)
        for day in (
            "2026-09-18",
            "2026-09-25",
            "2026-10-02",
            "2026-10-09",
            "2026-10-16",
            "2026-10-23",
            "2026-10-30",
            "2026-11-06",
        )
    ]
    taken = story.rows(
        "SELECT CAST(value AS int) FROM report_figures"
        " WHERE period = '2026-10-09' AND scope = 'company' AND figure = 'cases_in.total'"
    )
    assert taken == [(1,)]


@pytest.mark.rule("REP-01")
def test_again_writes_nothing(story: ReportsHouse) -> None:
    before = _counts(story)
    assert story.report("13 15:00") == {}
    story.tell("13 15:00")
    assert story.report("13 15:05") == {}
    assert story.report("20 14:59") == {}
    assert _counts(story) == before


def test_a_fact_loaded_late_shows_in_next_weeks_previous(story: ReportsHouse) -> None:
    story.case("L1", "11-12 10:00", community="003")
    assert story.report("20 15:00")["editions"] == 1
    assert story.figures("003", "cases_in.total", period="2026-11-13") == {"cases_in.total": 1}
    assert story.figures("003", "cases_in.total", column="previous") == {"cases_in.total": 2}


def test_an_edition_nobody_was_told_of_follows_the_facts(story: ReportsHouse) -> None:
    story.case("L2", "11-19 10:00", community="002")
    found = story.report("20 15:10")
    assert (found["editions"], found["given_up"]) == (1, 1)
    assert story.editions()[1:] == [("2026-11-20", 1, "not_sent", None), ("2026-11-20", 2, "computed", 1)]
    assert story.figures("002", "cases_in.total") == {"cases_in.total": 2}
    assert story.report("20 15:10") == {}
    story.tell("20 15:10")


def test_a_corrected_edition_says_what_it_changed(story: ReportsHouse) -> None:
    found = story.report("21 10:00", corrected=True, reason="a case came late", period="2026-11-13")
    assert found["editions"] == 1
    assert ("2026-11-13", 2, "computed", 2) in story.editions()
    changes = story.rows(
        "SELECT scope, CAST(before AS int), CAST(after AS int) FROM report_changes"
        " WHERE period = '2026-11-13' AND edition = 2 AND figure = 'cases_in.total' ORDER BY scope"
    )
    assert changes == [("003", 1, 2), ("company", 1, 2), ("region:West", 1, 2)]
    assert story.rows("SELECT count(*) FROM report_changes WHERE scope IN ('001', '002', 'region:East')") == [(0,)]
    assert story.report("21 10:00", corrected=True, reason="a case came late", period="2026-11-13") == {}
    story.tell("21 10:00")


def test_a_correction_without_change_makes_no_edition_and_says_so_once(story: ReportsHouse) -> None:
    before = story.editions()
    assert story.report("21 11:00", corrected=True, reason="to be sure", period="2026-11-13") == {"remarks": 1}
    assert story.report("21 11:00", corrected=True, reason="to be sure", period="2026-11-13") == {}
    assert story.editions() == before
    assert story.rows("SELECT kind FROM report_remarks") == [("nothing_changed",)]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"corrected": True, "reason": " "}, "必须填写原因"),
        ({"corrected": True, "reason": "x", "period": "2026-10-30"}, "从未发送"),
        ({"period": "2026-11-19"}, "不是报表期间"),
        ({"period": "2026-11"}, "不是报表期间"),
        ({"period": "2026-09-11"}, "最早 2026-09-12 上线"),
        ({"period": "2026-11-27"}, "最近结束的一期是 2026-11-20"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(story: ReportsHouse, options: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        story.report("21 12:00", **options)


def test_a_preview_never_counts_as_reported(story: ReportsHouse) -> None:
    assert story.report("27 15:00", preview=True, requested_by="op")["editions"] == 1
    assert story.editions()[-1] == ("2026-11-27", 1, "preview", None)
    assert story.report("27 15:00", preview=True, requested_by="op") == {}
    assert story.report("27 15:00")["editions"] == 1
    assert story.editions()[-1] == ("2026-11-27", 2, "computed", 1)
    story.tell("27 15:00")


def _said(house: ReportsHouse, *periods: str) -> list[tuple[object, ...]]:
    """What editions of some periods say: their figures, and the lines they quote."""
    chosen = "WHERE report = 'weekly' AND period = ANY(:periods)"
    columns = "period, scope, figure, value, previous, target, numerator, denominator"
    return [
        *house.rows(f"SELECT {columns} FROM report_figures {chosen} ORDER BY 1, 2, 3", periods=list(periods)),
        *house.rows(
            f"SELECT period, scope, kind, place, CAST(content AS text) FROM report_quotes {chosen} ORDER BY 1, 2, 3, 4",
            periods=list(periods),
        ),
    ]


def _forget(house: ReportsHouse, *periods: str) -> list[tuple[object, ...]]:
    """Take editions of some periods away; what they said."""
    said = _said(house, *periods)
    for table in ("changes", "breakdowns", "quotes", "figures", "base", "places", "definitions", "editions"):
        house.execute(
            f"DELETE FROM report_{table} WHERE report = 'weekly' AND period = ANY(:periods)", periods=list(periods)
        )
    return said


@pytest.mark.rule("REP-01")
def test_three_weeks_of_outage_give_what_weekly_runs_give(story: ReportsHouse) -> None:
    story.case("O1", "12-02 10:00", "12-10 10:00 resolved", kind="complaint")
    story.case("O2", "12-12 10:00", "12-19 08:00 resolved", community="003", kind="repair", area="in_home")
    story.case("O3", "12-03 10:00", "12-03 11:00 resolved", "12-14 10:00 reopened", "12-19 08:30 resolved")
    weeks = ("2026-12-04", "2026-12-11", "2026-12-18")
    for week in weeks:
        assert story.report(f"{week} 15:00")["editions"] == 1
        story.tell(f"{week} 15:00")
    weekly = _forget(story, *weeks)
    assert len(weekly) > 1000
    assert story.report("12-19 09:00")["editions"] == 3
    assert story.editions()[-3:] == [
        ("2026-12-04", 1, "not_sent", None),
        ("2026-12-11", 1, "not_sent", None),
        ("2026-12-18", 1, "computed", 1),
    ]
    opened = [story.figures("company", "cases_open.total", period=f"2026-12-{day}") for day in ("04", "11", "18")]
    # K3, L1 and L2 were open all the time; O1 from the 2nd to the 10th, O2 since the 12th, O3 again since the 14th.
    assert [found["cases_open.total"] for found in opened] == [4, 3, 5]
    assert story.report("12-19 09:00") == {}
    assert _said(story, *weeks) == weekly
    assert any(len(line) == 5 and line[2] == "open_case" for line in weekly)


def test_what_readers_get_is_of_their_scope_and_names_what_was_not_sent(story: ReportsHouse) -> None:
    with story.database.transaction("read") as tx:
        found = read_edition(tx, "weekly", "2026-12-18", 1, "region:East")
        corrected = read_edition(tx, "weekly", "2026-11-13", 2, "003")
        with pytest.raises(UnknownName, match="no scope"):
            read_edition(tx, "weekly", "2026-12-18", 1, "region:South")
        with pytest.raises(UnknownName, match="no edition"):
            read_edition(tx, "weekly", "2026-12-18", 7, "company")
    assert [each.community_code for each in found.communities] == ["001", "002"]
    assert {each.community_code for each in found.by_community} == {"001", "002"}
    assert [(each.kind, each.subject) for each in found.remarks] == [
        ("not_sent", "2026-12-04"),
        ("not_sent", "2026-12-11"),
    ]
    taken = found.figure("cases_in.total")
    assert taken is not None and (taken.title_zh, taken.value) == ("工单受理", Decimal(0))
    # K3 in the week to 20 November and L2 with it; O1 and O3 in the first week of December.
    assert found.trend_periods[-6:] == (
        "2026-11-13",
        "2026-11-20",
        "2026-11-27",
        "2026-12-04",
        "2026-12-11",
        "2026-12-18",
    )
    assert taken.trend[-6:] == tuple(Decimal(n) for n in (0, 2, 0, 2, 0, 0))
    assert next((each.figure, each.before, each.after) for each in corrected.changes) == (
        "cases_in.total",
        Decimal(1),
        Decimal(2),
    )
    assert (corrected.reason, corrected.shown_edition, corrected.is_correction) == ("a case came late", 2, True)


def test_an_unsent_period_that_is_asked_for_is_made_ready_to_send(story: ReportsHouse) -> None:
    story.tell("12-19 09:00")
    assert story.report("12-19 10:00", period="2026-12-04")["editions"] == 1
    assert ("2026-12-04", 2, "computed", 1) in story.editions()
    story.tell("12-19 10:00")
    assert story.report("12-19 11:00", period="2026-12-04") == {}


def test_a_correction_that_the_facts_took_back_is_not_mailed(story: ReportsHouse) -> None:
    story.staff("S1")
    call = {"call_code": "L", "staff_code": "S1", "direction": "in", "answered": True}
    story.add("calls", call | {"started_at": at("17 10:00"), "ended_at": at("17 10:01")})
    asked = {"corrected": True, "reason": "a call came late", "period": "2026-11-20"}
    assert story.report("12-19 12:00", **asked)["changes"] == 2  # calls taken in, share answered: of the company alone
    assert ("2026-11-20", 3, "computed", 2) in story.editions()
    story.execute("DELETE FROM calls")
    assert story.report("12-19 12:10", **asked) == {"given_up": 1, "remarks": 1}
    assert ("2026-11-20", 3, "not_sent", None) in story.editions()


def test_an_old_edition_says_what_it_said_whatever_became_of_its_communities(story: ReportsHouse) -> None:
    """A region parted, a community renamed, one no longer served, a new one: who was in the edition stays in it."""
    scopes = ("company", "region:East", "region:West", "001", "002", "003")

    def read() -> list[object]:
        with story.database.transaction("read") as tx:
            made = list(read_scopes(tx, "weekly", "2026-12-18", 1, sorted(scopes)))
            figure = made[-1].figure("cases_open.total")
            assert figure is not None
            return [*made, rows_behind(tx, made[-1], figure)]

    before = read()
    story.execute("UPDATE communities SET region = 'West', community_name = 'Renamed' WHERE community_code = '002'")
    story.execute("UPDATE communities SET region = NULL WHERE community_code = '003'")
    story.execute("DELETE FROM settings WHERE setting = 'live_from' AND community_code = '001'")
    story.community("004", live_from="2026-09-12", region="East")
    assert read() == before
    assert story.report("12-25 15:00")["editions"] == 1
    with story.database.transaction("read") as tx:
        found = read_edition(tx, "weekly", "2026-12-25", 1, "region:West")
        assert [(each.community_code, each.community_name) for each in found.communities] == [("002", "Renamed")]
        with pytest.raises(UnknownName):
            read_edition(tx, "weekly", "2026-12-25", 1, "001")


def test_nobody_served_no_report(database: Database) -> None:
    house = ReportsHouse(database)
    house.community("001", live_from=None)
    assert house.report("20 15:00") == {}
    house.setting("live_from", "2026-11-25", "001")
    assert house.report("26 15:00") == {}
    house.execute("DELETE FROM calendars")
    found = house.report("27 15:00")
    assert (found["editions"], found.get("reconstructed", 0)) == (1, 0)
    assert house.rows("SELECT calendar_state FROM report_editions") == [("pattern",)]
    assert house.figures("001", "on_time.total", "cases_in.total", period="2026-11-27") == {
        "on_time.total": None,
        "cases_in.total": 0,
    }
    house.community("002", live_from=None)
    house.setting("live_from", "soon", "002")
    with pytest.raises(SettingsError, match="Community 002: Setting live_from is 'soon'"):
        house.report("12-04 15:00")


def test_rates_on_an_unpublished_calendar_are_provisional_in_each_scope_they_stand_in(database: Database) -> None:
    house = ReportsHouse(database)
    for code in REGIONS:
        house.community(code)
    house.setting("report_trend_periods", "1")
    house.execute("DELETE FROM published_holidays")
    house.execute("DELETE FROM published_years")
    house.case("P1", "17 10:00", community="002", kind="complaint")
    house.report("20 15:00")
    marked = house.rows(
        "SELECT scope FROM report_figures WHERE is_provisional AND figure = 'on_time.answer' ORDER BY scope"
    )
    assert marked == [("002",), ("company",), ("region:East",)]
    assert house.rows("SELECT count(*) FROM report_figures WHERE is_provisional AND figure LIKE 'cases%'") == [(0,)]
    assert house.rows("SELECT calendar_state FROM report_editions") == [("pattern",)]


def test_two_runs_at_once_write_one_edition(database: Database) -> None:
    house = ReportsHouse(database)
    house.community("001")
    house.setting("report_trend_periods", "1")
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda _: house.report("20 15:00"), range(2)))
    assert sorted(each.get("editions", 0) for each in found) == [0, 1]
    assert house.editions() == [("2026-11-20", 1, "computed", 1)]
    house.execute("UPDATE communities SET community_name = 'renamed'")
    assert house.report("20 15:10")["editions"] == 1, "nobody was told of the old name"
    assert house.rows("SELECT community_name FROM report_places ORDER BY edition") == [("001",), ("renamed",)]
