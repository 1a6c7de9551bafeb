"""The supervisor of a home: starts its programs, starts them again when they die, stops all of them.

One supervisor a home (a lock held for its whole life). Programs write straight into their log files, so that they
survive the supervisor; what a killed supervisor leaves behind is ended by the next `guanjia up` or `guanjia down`.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from guanjia.domain.errors import HostError
from guanjia.host import processes
from guanjia.i18n import gettext_for
from guanjia.settings import environment

LOG_BYTES = 20_000_000
"""A program's log is moved aside to ``<name>.log.1`` beyond this size, so a home's logs stay bounded."""

LONGEST_PAUSE_SECONDS = 60
STEADY_SECONDS = 60
"""A program that ran this long starts its next back-off from the beginning."""


@dataclass(frozen=True)
class Program:
    """A program that runs as long as the home is up.

    Attributes:
        name: short name; its log is ``logs/<name>.log``.
        command: program and arguments.
        environment: its complete environment.
        stops_in_round: programs of a lower round are stopped first.
        grace_seconds: how long it may take to end before it is killed.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    stops_in_round: int = 1
    grace_seconds: float = 10.0


@dataclass
class _Running:
    process: subprocess.Popen[bytes]
    since: float
    deaths: int = 0
    start_again_at: float | None = None
    deaths_ever: int = field(default=0)


class Supervisor:
    """Runs a home's programs.

    Args:
        home: the state folder.
        programs: in the order in which they are started.
        tell: is given a sentence when something happens that a person should know.
    """

    def __init__(self, home: Path, programs: Sequence[Program], tell: Callable[[str], None]) -> None:
        self.home = home
        self.programs = programs
        self._tell = tell
        self._running: dict[str, _Running] = {}

    def log(self, name: str) -> Path:
        """The log file of a program."""
        return self.home / "logs" / f"{name}.log"

    def start(self, *names: str) -> None:
        """Starts the programs of these names, or all that do not run yet."""
        for program in self.programs:
            if program.name in self._running or (names and program.name not in names):
                continue
            self._running[program.name] = _Running(self._launch(program), time.monotonic())
            self._remember()

    def watch(self) -> None:
        """Starts programs that have died again (after 1, 2, 4 … 60 seconds) and keeps logs bounded; returns at once."""
        now = time.monotonic()
        for program in self.programs:
            running = self._running.get(program.name)
            if running is None:
                continue
            if running.start_again_at is not None:
                if now >= running.start_again_at:
                    running.process, running.since, running.start_again_at = self._launch(program), now, None
                    self._remember()
            elif running.process.poll() is not None:
                self._died(program, running, now)
            self._bound_log(self.log(program.name))

    def deaths(self, name: str) -> int:
        """How often a program has died since `start`."""
        return self._running[name].deaths_ever

    def stop(self) -> None:
        """Stops all programs and everything they started; returns when none of it is left."""
        for number in sorted({program.stops_in_round for program in self.programs}):
            self._stop_together([p for p in self.programs if p.stops_in_round == number and p.name in self._running])
        self._running.clear()
        self._remember()

    def _stop_together(self, programs: Sequence[Program]) -> None:
        leaders = {program.name: self._running[program.name].process for program in programs}
        sessions = [leader.pid for leader in leaders.values()]
        members = processes.in_sessions(sessions)
        for leader in leaders.values():  # only the leader: a scheduler lets its tasks finish
            if leader.poll() is None:
                leader.send_signal(signal.SIGTERM)
        began = time.monotonic()
        while waited_for := [p for p in programs if leaders[p.name].poll() is None]:
            for program in waited_for:
                if time.monotonic() - began > program.grace_seconds:
                    leaders[program.name].kill()
            time.sleep(0.05)
        members += processes.in_sessions(sessions)
        left = {process.pid: process for process in members}.values()
        processes.end(left, grace_seconds=2)  # time to say that a task was stopped

    def _launch(self, program: Program) -> subprocess.Popen[bytes]:
        log = self.log(program.name)
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            try:
                return subprocess.Popen(
                    list(program.command),
                    env=dict(program.environment),
                    cwd=self.home,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            except OSError as error:
                raise HostError(f"{program.name} cannot be started ({error}): run `make up` to repair it.") from error

    def _died(self, program: Program, running: _Running, now: float) -> None:
        code = running.process.returncode
        _ = gettext_for(environment().language)
        how = (
            _("killed by {signal}", signal=signal.Signals(-code).name) if code < 0 else _("exit code {code}", code=code)
        )
        processes.end(processes.in_sessions([running.process.pid]), grace_seconds=2)  # a scheduler's orphaned tasks
        running.deaths = 1 if now - running.since > STEADY_SECONDS else running.deaths + 1
        running.deaths_ever += 1
        pause = min(2 ** (running.deaths - 1), LONGEST_PAUSE_SECONDS)
        running.start_again_at = now + pause
        text = _(
            "{program} ended ({how}); it starts again in {pause} s. Log: {log}",
            program=program.name,
            how=how,
            pause=pause,
            log=self.log(program.name),
        )
        self._tell(text)

    def _bound_log(self, log: Path) -> None:
        with contextlib.suppress(OSError):  # a full disk must not end the supervisor
            if log.stat().st_size > LOG_BYTES:
                shutil.copyfile(log, log.with_suffix(".log.1"))
                os.truncate(log, 0)  # its writer appends, so it goes on at the new end

    def _remember(self) -> None:
        processes.remember(self.home, {name: running.process.pid for name, running in self._running.items()})


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Holds the home for this supervisor.

    Raises:
        HostError: another supervisor runs on this home; the message names its process.
    """
    home.mkdir(parents=True, exist_ok=True)
    with (home / "up.lock").open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise HostError(
                f"Guanjia is already up on {home} (process {_holder(home)}): use it, or stop it with `guanjia down`; "
                "to run a second one beside it, set GUANJIA_HOME to another folder."
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def supervisor_of(home: Path) -> psutil.Process | None:
    """The process that holds the home, or None."""
    try:
        with (home / "up.lock").open("r+", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except OSError:
        with contextlib.suppress(psutil.Error, ValueError):
            return psutil.Process(int(_holder(home)))
    return None


def end_leftovers(home: Path) -> int:
    """Ends what a killed supervisor of this home left running; returns how many processes that were."""
    left = processes.remembered(home)
    processes.end(left, grace_seconds=10)
    if left:
        processes.remember(home, {})
    return len(left)


def _holder(home: Path) -> str:
    try:
        return (home / "up.lock").read_text(encoding="utf-8").strip() or "?"
    except OSError:
        return "?"
