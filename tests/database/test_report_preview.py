"""A preview asked for in Airflow: the form's steps with the user who started the run, then the report in earnest."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, Final

import pytest

from guanjia.orchestration import finish, gate, take_form
from guanjia.pipelines.reports.running import SUITES, compute_asked, tell_asked
from tests.conftest import Database
from tests.database.reports_house import ReportsHouse, at

PERIOD: Final = "2026-11-20"


@pytest.fixture
def house(database: Database) -> ReportsHouse:
    """Two communities, a manager of the company, and an operator of 001 who may log in."""
    found = ReportsHouse(database)
    found.community("001")
    found.community("002")
    found.setting("report_trend_periods", "2")
    found.staff("M1", "manager")
    found.staff("O1", "agent", "001", login="operator")
    found.case("K1", "17 10:00", community="001")
    found.case("K2", "18 10:00", community="002")
    return found


def _run(number: int, user: str | None = None, **params: Any) -> int:
    """What the tasks of the DAG do, up to the mails in the outbox; rows the gate looked at."""
    started = {"run_type": "manual" if user else "scheduled", "triggering_user_name": user, "run_after": None}
    dag_run = SimpleNamespace(dag_id="weekly_report", run_id=f"run {number}", data_interval_end=None, **started)
    context = {"params": {"as_of": "2026-11-20T15:00", "corrected": False} | params, "dag_run": dag_run}
    take_form(context, compute_asked("weekly"))
    looked_at = gate(context, *SUITES)["gate_rows"]
    take_form(context, tell_asked("weekly"))
    finish(context)
    return looked_at


def _mails(house: ReportsHouse) -> list[tuple[Any, ...]]:
    return house.rows("SELECT kind, recipient, subject FROM messages ORDER BY message_no")


@pytest.mark.rule("REP-01")
def test_a_preview_goes_to_who_asked_for_it_and_the_report_to_its_readers_afterwards(house: ReportsHouse) -> None:
    assert _run(1, "operator", preview_to_me=True) > 100
    ((kind, recipient, subject),) = _mails(house)
    assert (kind, recipient) == ("report_preview", "o1@example.com")
    assert "001" in subject and "预览" in subject, "the operator's own community, marked as a preview"
    assert house.editions() == [(PERIOD, 1, "preview", None)]
    assert house.rows("SELECT requested_by FROM runs WHERE pipeline = 'weekly_report'") == [("operator",)]

    assert _run(2) > 100
    assert [each[:2] for each in _mails(house)[1:]] == [("weekly_report", "m1@example.com")]
    assert house.editions()[-1] == (PERIOD, 2, "told", 1)

    assert _run(3, "operator", preview_to_me=True) > 100, "a preview passes the gate whenever it is asked for"
    assert [each[:2] for each in _mails(house)[2:]] == [], "the same preview of the same instant is there already"
    house.case("K3", "19 10:00", community="001")
    assert house.report("20 15:00") == {}, "a told period follows no facts by itself"
    assert at("20 15:00") == house.rows("SELECT told_at FROM report_editions WHERE state = 'told'")[0][0]
