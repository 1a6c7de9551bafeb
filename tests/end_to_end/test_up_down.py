"""A house is started, used, broken and stopped, as a person does it: with the command, from a terminal.

One house serves all tests of this module in the order in which they stand: starting one takes half a minute.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import pytest

from guanjia.host import postgres_place, processes, supervisor
from guanjia.host.health import airflow_health
from guanjia.host.postgres import EmbeddedServer

CHECKOUT = Path(__file__).resolve().parents[2]

PROBE = '''
"""A DAG of the test's own."""
import pendulum
from airflow.sdk import dag, task

@dag(schedule=None, start_date=pendulum.datetime(2026, 1, 1, tz="Asia/Shanghai"), dag_display_name="探针 probe")
def probe():
    @task(retries=1)
    def answer():
        return 42
    answer()

probe()
'''


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@dataclass
class House:
    """A home under test, and how a person reaches it."""

    home: Path
    variables: dict[str, str]
    ui_port: int
    running: subprocess.Popen[bytes] | None = None

    def command(self, *words: str, **changed: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "guanjia.cli", *words],
            env=self.variables | changed,
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )

    def up(self) -> str:
        """Starts it and returns what it said once it is up."""
        said = self.home.parent / "up.log"
        with said.open("wb") as output:
            self.running = subprocess.Popen(
                [sys.executable, "-m", "guanjia.cli", "up"],
                env=self.variables,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + 200
        while "guanjia down" not in (text := said.read_text(encoding="utf-8")):
            assert self.running.poll() is None, text
            assert time.monotonic() < deadline, text
            time.sleep(0.2)
        return text

    def said(self) -> str:
        return (self.home.parent / "up.log").read_text(encoding="utf-8")

    def all_processes(self) -> list[psutil.Process]:
        """Everything of this home: supervisor, Airflow's programs with their children, the database server's."""
        found = processes.remembered(self.home)
        if (watching := supervisor.supervisor_of(self.home)) is not None:
            found.append(watching)
        try:
            pid = int((EmbeddedServer(self.home).data / "postmaster.pid").read_text().split()[0])
        except FileNotFoundError:
            return found
        return [*found, psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]

    def ask(self, method: str, path: str, body: object = None, token: str = "") -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.ui_port, timeout=30)
        headers = {"content-type": "application/json", "accept": "application/json"}
        if token:
            headers["authorization"] = f"Bearer {token}"
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        return answer.status, json.loads(text) if text.startswith(("{", "[")) else text

    def token(self, login: str) -> str:
        password = json.loads(self.command("passwords", "--json").stdout)[login]
        status, answer = self.ask("POST", "/auth/token", {"username": login, "password": password})
        assert status == 201, answer
        return str(answer["access_token"])


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house that is up, in a path with spaces, with one DAG."""
    folder = tmp_path_factory.mktemp("a house")
    for name in ("project/dags", "project/plugins", "var"):
        (folder / name).mkdir(parents=True)
    for name in ("sql", "expectations"):
        (folder / "project" / name).symlink_to(CHECKOUT / name)
    (folder / "project" / "dags" / "probe.py").write_text(PROBE, encoding="utf-8")
    home, ui_port = folder / "var", free_port()
    variables = os.environ | {
        "GUANJIA_HOME": str(home),
        "GUANJIA_PROJECT": str(folder / "project"),
        "GUANJIA_LANGUAGE": "en",
        "GUANJIA_UI_PORT": str(ui_port),
        "GUANJIA_MAIL_SMTP_PORT": str(free_port()),
        "GUANJIA_MAIL_PAGES_PORT": str(free_port()),
    }
    for name in [name for name in variables if name.endswith("DATABASE_URL")]:
        del variables[name]
    made = House(home, variables, ui_port)
    try:
        made.up()
        yield made
    finally:
        made.command("down")
        if made.running is not None:
            made.running.wait(60)
        postgres_place.remove_place(home)


def test_the_first_start_tells_address_people_and_passwords(house: House) -> None:
    said = house.said()
    assert f"Guanjia is up: http://127.0.0.1:{house.ui_port}" in said
    for login, password in json.loads(house.command("passwords", "--json").stdout).items():
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
    requests, approves = house.token("qianlan"), house.token("shenhe")
    assert house.ask("GET", "/api/v2/dags", token=requests)[0] == 200
    assert house.ask("GET", "/api/v2/connections", token=requests)[0] == 403
    assert house.ask("GET", "/api/v2/connections", token=approves)[0] == 200
    assert house.ask("GET", "/api/v2/dags")[0] == 401


def test_a_dag_is_unpaused_and_its_run_succeeds(house: House) -> None:
    token = house.token("qianlan")
    deadline = time.monotonic() + 60
    while house.ask("GET", "/api/v2/dags/probe", token=token)[0] != 200:
        assert time.monotonic() < deadline, "the DAG does not appear"
        time.sleep(0.5)
    assert house.ask("GET", "/api/v2/dags/probe", token=token)[1]["is_paused"] is False
    status, run = house.ask("POST", "/api/v2/dags/probe/dagRuns", {"logical_date": None}, token)
    assert status == 200, run
    while run["state"] in ("queued", "running"):
        assert time.monotonic() < deadline, run
        time.sleep(0.5)
        run = house.ask("GET", f"/api/v2/dags/probe/dagRuns/{run['dag_run_id']}", token=token)[1]
    assert run["state"] == "success"


def test_the_pages_open_in_the_language_of_the_house(house: House) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", house.ui_port, timeout=30)
    connection.request("GET", "/", headers={"accept": "text/html"})
    assert "setItem('i18nextLng',\"en\")" in connection.getresponse().read().decode()


def test_a_second_start_on_the_same_home_says_so(house: House) -> None:
    second = house.command("up")
    assert second.returncode == 1
    assert house.running is not None
    assert f"already up on {house.home} (process {house.running.pid})" in second.stderr


def test_a_port_in_use_is_told_with_what_to_do(house: House, tmp_path: Path) -> None:
    other = house.command("up", GUANJIA_HOME=str(tmp_path / "other"))
    assert other.returncode == 1
    assert f"Port {house.ui_port} for Airflow's pages is in use" in other.stderr
    assert "GUANJIA_UI_PORT=" in other.stderr
    assert len(other.stderr.splitlines()) == 1


@pytest.mark.soak
def test_a_program_that_is_killed_comes_back(house: House) -> None:
    sessions = json.loads((house.home / "processes.json").read_text())["sessions"]
    os.kill(sessions["scheduler"], signal.SIGKILL)
    deadline = time.monotonic() + 30
    while True:
        again = json.loads((house.home / "processes.json").read_text())["sessions"]["scheduler"]
        if again != sessions["scheduler"] and psutil.pid_exists(again):
            break
        assert time.monotonic() < deadline, house.said()
        time.sleep(0.2)
    assert "scheduler ended (killed by SIGKILL); it starts again in 1 s." in house.said()


@pytest.mark.soak
def test_a_killed_database_server_comes_back_and_the_house_with_it(house: House) -> None:
    server = EmbeddedServer(house.home)
    killed = time.time()
    os.kill(int((server.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    deadline = time.monotonic() + 90
    since = datetime.fromtimestamp(killed, UTC)
    while not (works := airflow_health(house.ui_port, since)) or not all(works.values()):
        assert time.monotonic() < deadline, (works, house.said())
        time.sleep(0.5)
    assert "The database server ended; it starts again." in house.said()


@pytest.mark.soak
def test_after_a_kill_of_the_supervisor_the_next_start_cleans_up_and_works(house: House) -> None:
    assert house.running is not None
    house.running.kill()
    house.running.wait()
    left = processes.remembered(house.home)
    assert left, "they survive their supervisor"
    said = house.up()
    assert "Ended what an earlier, killed start had left behind." in said
    assert "Who can log in: `guanjia passwords`" in said, "passwords are shown once"
    assert not [process for process in left if processes.is_alive(process)]


def test_ctrl_c_leaves_no_process_behind(house: House) -> None:
    everything = house.all_processes()
    assert house.running is not None
    house.running.send_signal(signal.SIGINT)
    assert house.running.wait(90) == 0
    assert not [process for process in everything if processes.is_alive(process)]
    assert house.all_processes() == []
    down = house.command("down")
    assert (down.returncode, down.stdout) == (0, f"Nothing was running on {house.home}.\n")
