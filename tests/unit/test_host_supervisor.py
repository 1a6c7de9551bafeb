"""The supervisor: starts again what dies, leaves nothing behind, and is the only one on its home."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from guanjia import settings
from guanjia.domain.errors import HostError
from guanjia.host import processes, supervisor
from guanjia.host.supervisor import Program, Supervisor

# A program with a child in a process group of its own, as Airflow's task processes have one.
WITH_CHILD = "import os, subprocess, time; subprocess.Popen(['sleep', '600'], process_group=0); time.sleep(600)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"


def program(home: Path, name: str, code: str, **how: float) -> Program:
    environment = {"PATH": os.environ["PATH"], "GUANJIA_HOME": str(home)}
    return Program(name, [sys.executable, "-c", code], environment, **how)  # type: ignore[arg-type]  # the test names known fields


def soon(true: Callable[[], object], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Callable[..., Supervisor]]:
    """Makes a supervisor on the test's home; whatever it started is gone afterwards."""
    made: list[Supervisor] = []

    def make(*programs: Program, tell: Callable[[str], None] = lambda text: None) -> Supervisor:
        made.append(Supervisor(tmp_path, programs, tell))
        return made[-1]

    settings.forget()
    settings.use(language="en")
    yield make
    settings.forget()
    processes.end(processes.remembered(tmp_path), 0)


def test_stopping_leaves_no_process_of_any_program(tmp_path: Path, house: Callable[..., Supervisor]) -> None:
    running = house(program(tmp_path, "a", WITH_CHILD), program(tmp_path, "b", WITH_CHILD, stops_in_round=2))
    running.start()
    soon(lambda: len(processes.remembered(tmp_path)) == 4)
    left = processes.remembered(tmp_path)
    running.stop()
    assert not [process for process in left if processes.is_alive(process)]
    assert processes.remembered(tmp_path) == []


def test_a_program_that_does_not_end_is_killed_after_its_grace(
    tmp_path: Path, house: Callable[..., Supervisor]
) -> None:
    running = house(program(tmp_path, "deaf", DEAF, grace_seconds=0.3))
    running.start()
    soon(lambda: b"deaf" in running.log("deaf").read_bytes())
    began = time.monotonic()
    running.stop()
    assert time.monotonic() - began < 5
    assert processes.remembered(tmp_path) == []


def test_a_program_that_died_is_started_again_and_its_children_are_not_left(
    tmp_path: Path, house: Callable[..., Supervisor]
) -> None:
    told: list[str] = []
    running = house(program(tmp_path, "scheduler", WITH_CHILD), tell=told.append)
    running.start()
    soon(lambda: len(processes.remembered(tmp_path)) == 2)
    first = processes.remembered(tmp_path)
    min(first, key=lambda process: process.create_time()).kill()

    def again() -> bool:
        running.watch()
        return len(processes.remembered(tmp_path)) == 2

    soon(lambda: told or running.watch())
    assert told == [
        f"scheduler ended (killed by SIGKILL); it starts again in 1 s. Log: {tmp_path / 'logs' / 'scheduler.log'}"
    ]
    assert not [process for process in first if processes.is_alive(process)]
    soon(again)
    running.stop()


def test_pauses_between_starts_double(tmp_path: Path, house: Callable[..., Supervisor]) -> None:
    told: list[str] = []
    running = house(program(tmp_path, "broken", "raise SystemExit(3)"), tell=told.append)
    running.start()

    def three() -> bool:
        running.watch()
        return len(told) >= 3

    soon(three, 20)
    assert [text.split("; ")[1].split(".")[0] for text in told] == [
        "it starts again in 1 s",
        "it starts again in 2 s",
        "it starts again in 4 s",
    ]
    assert "exit code 3" in told[0]
    assert running.deaths("broken") == 3
    running.stop()


def test_a_log_that_grows_too_large_is_moved_aside_while_its_program_writes_on(
    tmp_path: Path, house: Callable[..., Supervisor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "LOG_BYTES", 1000)
    code = "import time\nwhile True: print('x' * 99, flush=True); time.sleep(0.01)"
    running = house(program(tmp_path, "talker", code))
    running.start()
    log = running.log("talker")
    soon(lambda: log.exists() and log.stat().st_size > 2000)
    running.watch()
    assert log.with_suffix(".log.1").stat().st_size > 2000
    soon(lambda: 0 < log.stat().st_size < 1000)
    assert log.read_bytes().startswith(b"x" * 99), "written from the beginning, not behind a hole"
    running.stop()


def test_a_home_has_one_supervisor(tmp_path: Path) -> None:
    with (
        supervisor.only_one(tmp_path),
        pytest.raises(HostError, match=f"already up .*process {os.getpid()}.*guanjia down"),
        supervisor.only_one(tmp_path),
    ):
        pass
    assert supervisor.supervisor_of(tmp_path) is None


def test_what_a_killed_supervisor_left_is_ended_and_nothing_else(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path\n"
        "from guanjia.host.supervisor import Program, Supervisor, only_one\n"
        "home = Path(sys.argv[1])\n"
        "with only_one(home):\n"
        "    Supervisor(home, [Program('a', [sys.executable, '-c', sys.argv[2]], {})], print).start()\n"
        "    print('up', flush=True); time.sleep(600)"
    )
    killed = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path), WITH_CHILD], stdout=subprocess.PIPE, text=True
    )
    assert killed.stdout is not None
    assert killed.stdout.readline() == "up\n"
    found = supervisor.supervisor_of(tmp_path)
    assert found is not None
    assert found.pid == killed.pid
    soon(lambda: len(processes.remembered(tmp_path)) == 2)
    killed.kill()
    killed.wait()
    assert supervisor.supervisor_of(tmp_path) is None
    assert supervisor.end_leftovers(tmp_path) == 2
    assert supervisor.end_leftovers(tmp_path) == 0


def test_a_process_that_merely_has_a_remembered_number_is_not_ours(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    other = subprocess.Popen(["sleep", "600"], cwd=tmp_path, start_new_session=True)
    try:
        processes.remember(home, {"scheduler": other.pid})
        assert processes.remembered(home) == []
        assert supervisor.end_leftovers(home) == 0
        assert psutil.pid_exists(other.pid)
    finally:
        other.kill()
        other.wait()
