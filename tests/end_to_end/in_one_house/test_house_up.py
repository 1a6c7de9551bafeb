"""A house that is up: what it told at its start, who gets in and how, and what a second start is told."""

from __future__ import annotations

import json
import re
from pathlib import Path

import psutil

from tests.support.house import FIRST, SECOND, House


def test_the_first_start_tells_address_people_and_passwords(house: House) -> None:
    said = house.said()
    assert f"管家已启动：{house.ui}\n" in said
    for login, password in json.loads(house.guanjia("passwords", "--json").stdout).items():
        assert re.search(rf"{login} +{re.escape(password)}", said)
        for log in (house.home / "logs").glob("*.log"):
            assert password not in log.read_text(encoding="utf-8"), log


def test_nothing_listens_beyond_this_machine(house: House) -> None:
    addresses = {
        connection.laddr.ip
        for process in house.all_processes()
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert addresses == {"127.0.0.1"}


def test_people_have_different_rights(house: House) -> None:
    assert house.api("GET", "/api/v2/dags", login=FIRST).status == 200
    assert house.api("GET", "/api/v2/connections", login=FIRST).status == 403
    assert house.api("GET", "/api/v2/connections", login=SECOND).status == 200
    assert house.api("GET", "/api/v2/dags").status == 401


def test_a_dag_is_unpaused_and_its_run_succeeds(house: House) -> None:
    house.wait("the DAG appearing", lambda: house.api("GET", "/api/v2/dags/probe", login=FIRST).status == 200, 60)
    assert house.api("GET", "/api/v2/dags/probe", login=FIRST).json["is_paused"] is False
    assert house.run_of("probe", 60, FIRST)["state"] == "success"


def test_the_pages_open_in_the_language_of_the_house(house: House) -> None:
    assert "setItem('i18nextLng',\"zh-CN\")" in house.page("/").text


def test_a_second_start_on_the_same_home_says_so(house: House) -> None:
    second = house.guanjia("up", check=False, GUANJIA_LANGUAGE="en")
    assert second.returncode == 1
    assert f"already up on {house.home} (process {house.process.pid})" in second.stderr


def test_a_port_in_use_is_told_with_what_to_do(house: House, tmp_path: Path) -> None:
    other = house.guanjia("up", check=False, GUANJIA_LANGUAGE="en", GUANJIA_HOME=str(tmp_path / "other"))
    assert other.returncode == 1
    assert f"Port {house.ui.rpartition(':')[2]} for Airflow's pages is in use" in other.stderr
    assert "GUANJIA_UI_PORT=" in other.stderr
    assert len(other.stderr.splitlines()) == 1
