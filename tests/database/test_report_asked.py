"""What an operator may type into the form of a report, and what the run answers: a sentence, and nothing half done."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any, Final

import pytest
from airflow.sdk.exceptions import AirflowFailException

from guanjia.count_words import count_words
from guanjia.i18n import gettext_for
from guanjia.orchestration import note_failure, take_form
from guanjia.pipelines.reports.running import compute_asked, tell_asked
from tests.conftest import Database
from tests.database.reports_house import ReportsHouse, at

FRIDAY: Final = "2026-11-20T15:00"


@pytest.fixture(scope="module")
def house(module_database: Database) -> ReportsHouse:
    """One community, served since 3 November, with a manager; the week to 20 November was reported and sent."""
    made = ReportsHouse(module_database)
    made.community("001", live_from="2026-11-03")
    made.setting("report_trend_periods", "1")
    made.setting("report_roles_daily", "manager")
    made.setting("report_roles_monthly", "manager")
    made.staff("M1", "manager", login="boss")
    made.case("K1", "17 10:00")
    form({}, number=0)
    return made


def form(params: dict[str, Any], *, report: Any = "weekly", number: int = 1, as_of: str = FRIDAY) -> Any:
    """What the tasks of the DAG do with a filled form; the rows of its run's detail."""
    started = {"run_type": "manual", "triggering_user_name": "boss", "run_after": at("20 15:00")}
    dag_run = SimpleNamespace(dag_id=f"{report}_report", run_id=f"run {number}", data_interval_end=None, **started)
    context: dict[str, Any] = {"params": {"as_of": as_of} | params, "dag_run": dag_run, "task_instance": None}
    try:
        take_form(context, compute_asked(report))
        take_form(context, tell_asked(report))
    except AirflowFailException as refused:
        note_failure(context | {"exception": refused})
        raise


def kept(house: ReportsHouse) -> list[tuple[Any, ...]]:
    return house.rows("SELECT (SELECT count(*) FROM report_editions), (SELECT count(*) FROM messages)")


@pytest.mark.rule("REP-01")
@pytest.mark.parametrize(
    ("report", "params", "says"),
    [
        ("weekly", {"period": "2026-11-19"}, "周报：“2026-11-19”不是报表期间，请填该周结束的周五，如 2026-11-20。"),
        ("weekly", {"period": "上周"}, "周报：“上周”不是报表期间，请填该周结束的周五，如 2026-11-20。"),
        ("daily", {"period": "20261119"}, "日报：“20261119”不是报表期间，请填日期，如 2026-11-19。"),
        ("monthly", {"period": "2026-13"}, "月报：“2026-13”不是报表期间，请填月份，如 2026-10。"),
        (
            "weekly",
            {"period": "2026-11-27"},
            "周报：2026-11-27 一期到 2026-11-27 15:00 才结束.*最近结束的一期是 2026-11-20",
        ),
        (
            "weekly",
            {"period": "2026-10-30"},
            "周报 2026-10-30：该期尚无已上线的小区（最早 2026-11-03 上线），请选择较晚的一期",
        ),
        ("monthly", {"period": "2026-10", "preview_to_me": True}, "月报 2026-10 无法预览：该期尚无已上线的小区"),
        ("weekly", {"period": "2026-11-27", "preview_to_me": True}, "才结束"),
        ("weekly", {"period": "x", "corrected": True, "reason": "漏报"}, "周报：“x”不是报表期间"),
        ("weekly", {"period": "2026-11-27", "corrected": True, "reason": "漏报"}, "才结束"),
        ("weekly", {"period": "2026-11-13", "corrected": True, "reason": "漏报"}, "2026-11-13 从未发送，无可更正"),
        ("weekly", {"corrected": True}, "周报 2026-11-20：出更正版必须填写原因"),
        ("weekly", {"corrected": True, "reason": "  "}, "周报 2026-11-20：出更正版必须填写原因"),
        ("weekly", {"as_of": "昨天"}, "as_of“昨天”不是时间：请按 2026-11-20T10:00 填写"),
    ],
)
def test_what_cannot_be_made_is_refused_in_words_and_nothing_is_written(
    house: ReportsHouse, report: str, params: dict[str, Any], says: str
) -> None:
    before, runs = kept(house), house.rows("SELECT count(*) FROM runs")
    with pytest.raises(AirflowFailException, match=says):
        form(params, report=report, number=runs[0][0] + 10)
    assert kept(house) == before
    ((state, reason),) = house.rows("SELECT state, detail->>'reason' FROM runs ORDER BY run_id DESC LIMIT 1")
    assert state == "failed" and re.search(says, reason), "the page Runs says it too"


@pytest.mark.rule("REP-01")
@pytest.mark.parametrize(
    ("params", "key", "says"),
    [
        ({"corrected": True, "reason": "再看一遍"}, "nothing_changed", "周报 2026-11-20"),
        (
            {"period": "2026-11-20"},
            "already_sent",
            "周报 2026-11-20 已发送，不再重发。如需更正，请勾选“更正”并填写原因。",
        ),
    ],
)
def test_what_changes_nothing_succeeds_and_the_run_says_so(
    house: ReportsHouse, params: dict[str, Any], key: str, says: str
) -> None:
    before = kept(house)
    form(params, number=100 + len(key))
    assert kept(house) == before
    ((state, said),) = house.rows(f"SELECT state, detail->>'{key}' FROM runs ORDER BY run_id DESC LIMIT 1")
    assert state == "running" and says in said, said
    assert count_words(gettext_for("zh"), key) != key, "the page of the run has a name for it"


@pytest.mark.rule("REP-01")
def test_a_house_that_serves_nobody_says_so_to_who_asks_and_not_to_the_schedule(database: Database) -> None:
    house = ReportsHouse(database)
    house.community("001", live_from=None)
    house.staff("M1", "manager", login="boss")
    form({}, number=1)
    asked: list[dict[str, Any]] = [
        {"period": "2026-11-20"},
        {"corrected": True, "reason": "x"},
        {"preview_to_me": True},
    ]
    for number, params in enumerate(asked):
        with pytest.raises(AirflowFailException, match=r"周报：尚无已上线的小区.*live_from"):
            form(params, number=2 + number)
    assert kept(house) == [(0, 0)]
