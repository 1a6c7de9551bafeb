"""A preview asked for in Airflow: the form's steps with the user who started the run, then the report in earnest."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, Final

import pytest
from airflow.sdk.exceptions import AirflowFailException

from guanjia.domain.errors import GateFailed
from guanjia.orchestration import finish, gate, may_read, take_form
from guanjia.pipelines.reports.running import SUITES, compute_asked, tell_asked
from tests.conftest import Database
from tests.database.report_story import play_week
from tests.database.reports_house import ReportsHouse, at

PERIOD: Final = "2026-11-20"


@pytest.fixture
def house(database: Database, monkeypatch: pytest.MonkeyPatch) -> ReportsHouse:
    """Two communities, a manager of the company, and a supervisor of 001 who may log in; Airflow knows the user."""
    monkeypatch.setenv("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS", "operator:op,clerk:,agent:op")
    found = ReportsHouse(database)
    found.community("001")
    found.community("002")
    found.setting("report_trend_periods", "2")
    found.staff("M1", "manager")
    found.staff("O1", "supervisor", "001", login="operator")
    found.case("K1", "17 10:00", community="001")
    found.case("K2", "18 10:00", community="002")
    return found


def _run(number: int, user: str | None = None, *, gated: bool = True, **params: Any) -> int:
    """What the tasks of the DAG do, up to the mails in the outbox; rows the gate looked at."""
    started = {"run_type": "manual" if user else "scheduled", "triggering_user_name": user, "run_after": None}
    dag_run = SimpleNamespace(dag_id="weekly_report", run_id=f"run {number}", data_interval_end=None, **started)
    context = {"params": {"as_of": "2026-11-20T15:00", "corrected": False} | params, "dag_run": dag_run}
    take_form(context, compute_asked("weekly"))
    looked_at = gate(context, *SUITES)["gate_rows"] if gated else 0
    take_form(context, tell_asked("weekly", may_read))
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


@pytest.mark.rule("REP-06")
def test_without_the_right_to_billing_a_preview_holds_no_amounts_and_no_files(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both are heads of the company by the register; the clerk may read nothing in Airflow: as on the report's page."""
    monkeypatch.setenv("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS", "operator:op,clerk:")
    house = ReportsHouse(database)
    house.setting("report_trend_periods", "1")
    play_week(house)
    house.staff("O1", "supervisor", login="operator")
    house.staff("O2", "manager", login="clerk")
    assert may_read("operator", "fee_billing") is True
    assert may_read("clerk", "fee_billing") is may_read("nobody", "fee_billing") is False
    _run(1, "operator", gated=False, preview_to_me=True)
    _run(2, "clerk", gated=False, preview_to_me=True)
    whom = "SELECT requested_by FROM report_editions WHERE state = 'preview' ORDER BY edition"
    assert house.rows(whom) == [("operator",), ("clerk",)], "each finds the own one on the page"
    whole, reduced = (_preview_of(house, address) for address in ("o1@example.com", "o2@example.com"))
    assert [name.rpartition(".")[2] for name in whole[1] if not name.endswith("png")] == ["xlsx", "pdf"]
    assert not [name for name in reduced[1] if not name.endswith("png")]
    for word in ("收缴率", "欠费"):
        assert word in whole[0] and word not in reduced[0], word
    assert "fee_billing" in reduced[0] and "不含金额" in reduced[0] and "fee_billing" not in whole[0]


def test_the_gate_looks_at_the_preview_that_is_told_and_at_nobody_elses(
    house: ReportsHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clerk's came after the operator's; whichever of the two is spoilt, it stops its own only."""
    monkeypatch.setenv("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS", "operator:op,clerk:op")
    house.staff("O2", "manager", login="clerk")
    _run(1, "operator", preview_to_me=True)
    _run(2, "clerk", preview_to_me=True)
    which = "WHERE edition = :edition AND figure = 'cases_in.total'"
    spoil = f"UPDATE report_figures SET numerator = numerator + :by {which}"
    house.execute(spoil, edition=2, by=1)
    assert _run(3, "operator", preview_to_me=True) > 100, "the clerk's is not in the operator's way"
    with pytest.raises(GateFailed):
        _run(4, "clerk", preview_to_me=True)
    house.execute(spoil, edition=2, by=-1)
    house.execute(spoil, edition=1, by=1)
    with pytest.raises(GateFailed):
        _run(5, "operator", preview_to_me=True)
    assert house.editions() == [(PERIOD, 1, "preview", None), (PERIOD, 2, "preview", None)]


def _preview_of(house: ReportsHouse, address: str) -> tuple[str, list[str]]:
    """Text of the preview somebody got, and the names of its files."""
    ((number, body),) = house.rows(
        "SELECT m.message_no, b.text_body || b.html_body FROM messages AS m "
        "INNER JOIN message_bodies AS b ON m.body_digest = b.body_digest WHERE m.recipient = :who",
        who=address,
    )
    files = house.rows(
        "SELECT f.file_name FROM messages AS m INNER JOIN attachment_bundle_files AS f "
        "ON m.bundle_digest = f.bundle_digest WHERE m.message_no = :number ORDER BY f.position",
        number=number,
    )
    return body, [name for (name,) in files]


@pytest.mark.parametrize(
    ("user", "says"),
    [
        ("agent", "工号 A1）无权查看周报"),
        ("operator", "工号 O1、O9"),
        ("clerk", "没有小区|没有.*的内容"),
    ],
)
def test_a_preview_that_is_nobodys_to_see_is_refused_in_the_run_and_leaves_nothing(
    house: ReportsHouse, user: str, says: str
) -> None:
    """An agent of 001; a login given to two people; the head of a community that is served later."""
    house.staff("A1", "agent", "001", login="agent")
    house.staff("O9", "manager", login="operator" if user == "operator" else None)
    house.community("003", live_from="2026-11-25")
    house.staff("O3", "manager", "003", login="clerk")
    with pytest.raises(AirflowFailException, match=says):
        _run(1, user, gated=False, preview_to_me=True)
    assert house.editions() == [] and _mails(house) == []
