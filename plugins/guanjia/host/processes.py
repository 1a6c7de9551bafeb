"""Finding and ending the processes that belong to a home.

Each program is started as the leader of a session of its own; whatever it starts (Airflow's task processes have process
groups of their own, but stay in the session) is found by that session, even after its leader was killed.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterable
from pathlib import Path

import psutil

from guanjia.host.home_files import read_json, write_json


def remember(home: Path, started: dict[str, int]) -> None:
    """Writes down which sessions this home started (program → process id), for whoever cleans up after a kill."""
    write_json(home / "processes.json", {"sessions": started})


def remembered(home: Path) -> list[psutil.Process]:
    """The living processes of the sessions that were written down, if they are really of this home.

    Numbers are used again after a restart of the machine or container; so only a process counts whose working folder
    is the home, or whose environment names it.
    """
    sessions = read_json(home / "processes.json").get("sessions", {})
    return [process for process in in_sessions(sessions.values()) if _is_of(home, process)]


def in_sessions(sessions: Iterable[int]) -> list[psutil.Process]:
    """All living processes of these sessions and everything they have started."""
    wanted = set(sessions)
    living: dict[int, psutil.Process] = {}
    children: dict[int, list[int]] = {}
    for process in psutil.process_iter(["ppid", "status"]):
        if process.info["status"] != psutil.STATUS_ZOMBIE:
            living[process.pid] = process
            children.setdefault(process.info["ppid"], []).append(process.pid)
    found: set[int] = set()
    look_at = [pid for pid in living if _session(pid) in wanted]
    while look_at:
        pid = look_at.pop()
        if pid not in found:
            found.add(pid)
            look_at += children.get(pid, [])
    return [living[pid] for pid in found if pid != os.getpid()]


def _session(pid: int) -> int:
    try:
        return os.getsid(pid)
    except OSError:
        return -1


def end(processes: Iterable[psutil.Process], grace_seconds: float) -> None:
    """Asks processes to end, waits, then kills what is left and waits for that too."""
    alive = list(processes)
    for sent, seconds in ((signal.SIGTERM, grace_seconds), (signal.SIGKILL, 10.0)):
        for process in alive:
            with contextlib.suppress(psutil.Error):
                process.send_signal(sent)
        alive = wait_gone(alive, seconds)


def wait_gone(processes: Iterable[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Waits until processes are gone (a zombie is); returns those that are not."""
    deadline = time.monotonic() + seconds
    alive = list(processes)
    while alive := [process for process in alive if is_alive(process)]:
        if time.monotonic() > deadline:
            break
        time.sleep(0.05)
    return alive


def is_alive(process: psutil.Process) -> bool:
    """Whether this very process (not another with its number) still does anything."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _is_of(home: Path, process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.Error, OSError):
        if Path(process.cwd()) == home.resolve():
            return True
    with contextlib.suppress(psutil.Error, OSError):
        return process.environ().get("GUANJIA_HOME") == str(home)
    return False
