"""A house is started, broken and stopped, as a person does it: with the command, from a terminal.

One house serves all tests of this module in the order in which they stand: starting one takes half a minute.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from guanjia.host import postgres_place, processes
from guanjia.host.health import airflow_health
from guanjia.host.postgres import EmbeddedServer
from tests.support.house import processes_of

CHECKOUT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.soak


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


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house that is up, in a path with spaces, without DAGs."""
    folder = tmp_path_factory.mktemp("a house")
    for name in ("project/dags", "project/plugins", "var"):
        (folder / name).mkdir(parents=True)
    for name in ("sql", "expectations"):
        (folder / "project" / name).symlink_to(CHECKOUT / name)
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


def test_the_pages_open_in_the_language_of_the_house(house: House) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", house.ui_port, timeout=30)
    connection.request("GET", "/", headers={"accept": "text/html"})
    assert "setItem('i18nextLng',\"en\")" in connection.getresponse().read().decode()


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
    everything = processes_of(house.home)
    assert house.running is not None
    house.running.send_signal(signal.SIGINT)
    assert house.running.wait(90) == 0
    assert not [process for process in everything if processes.is_alive(process)]
    assert processes_of(house.home) == []
    down = house.command("down")
    assert (down.returncode, down.stdout) == (0, f"Nothing was running on {house.home}.\n")
