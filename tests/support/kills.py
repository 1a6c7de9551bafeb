"""kill -9 of any process of a run at any moment, then again: a house whose processes can be killed, and what must hold.

The house has a PostgreSQL server and a mail sink of its own, each a process; a run is a third. Every trial starts from
a clone of the same prepared database.
"""

from __future__ import annotations

import contextlib
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import psutil
import psycopg
from sqlalchemy import Engine, create_engine, select

from guanjia.gateways.mail.mailbox import Mailbox
from guanjia.host.home import make_home
from guanjia.host.postgres import EmbeddedServer
from guanjia.host.postgres_place import remove_place
from guanjia.store.exports import as_text, read_rows
from guanjia.store.migrate import upgrade
from guanjia.store.tables.outbox import messages

_RUN_NUMBER = re.compile(r"(?<=T\d{6})-\d+$")
"""A run that was killed and one that is started after it have different numbers in their codes."""

Victim = Literal["run", "backend", "server", "sink"]
_SINK = """
import sys, time
from pathlib import Path
from guanjia.gateways.mail.receiver import receiving
with receiving(Path(sys.argv[1])) as port:
    print(port, flush=True)
    time.sleep(1_000_000)
"""
TECHNICAL = frozenset({"sent_at", "attempts", "message_id", "state", "message_no", "created_at", "handed_at"})
"""Columns of a mail that say how it travelled, not what it tells."""


@dataclass
class House:
    """A home whose server, sink and runs are processes that can be killed."""

    home: Path
    server: EmbeddedServer = field(init=False)
    sink: subprocess.Popen[str] | None = None
    sink_port: int = 0
    pace: float = float("inf")
    """A run is known to take no longer than this many seconds."""

    def __post_init__(self) -> None:
        make_home(self.home)
        self.server = EmbeddedServer(self.home)
        self.server.start()
        owner = create_engine(self.server.url("owner"))
        with owner.begin() as connection:
            upgrade(connection)
        owner.dispose()

    def engine(self, role: Literal["app", "read", "owner"] = "app") -> Engine:
        return create_engine(self.server.url(role), pool_pre_ping=True)

    def keep(self) -> None:
        """What the database holds now is what every trial starts from."""
        with self._superuser() as session:
            session.execute("DROP DATABASE IF EXISTS prepared WITH (FORCE)")
            session.execute("CREATE DATABASE prepared TEMPLATE guanjia OWNER guanjia_owner STRATEGY file_copy")

    def begin_anew(self) -> None:
        """Back to what was kept; no mail, no file has come or gone."""
        with self._superuser() as session:
            session.execute("DROP DATABASE IF EXISTS guanjia WITH (FORCE)")
            session.execute("CREATE DATABASE guanjia TEMPLATE prepared OWNER guanjia_owner STRATEGY file_copy")
        for name in ("mail", "inbox", "archive", "rejected"):
            shutil.rmtree(self.home / name, ignore_errors=True)
        make_home(self.home)
        kept = self.home / "kept-inbox"
        if kept.exists():
            shutil.copytree(kept, self.home / "inbox", dirs_exist_ok=True)

    def _superuser(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            self.server.url("superuser", "postgres", "postgresql"), autocommit=True, connect_timeout=10
        )

    def open_sink(self) -> None:
        if self.sink is not None and self.sink.poll() is None:
            return
        self.sink = subprocess.Popen(
            [sys.executable, "-c", _SINK, str(self.home / "mail")], stdout=subprocess.PIPE, text=True
        )
        assert self.sink.stdout is not None
        self.sink_port = int(self.sink.stdout.readline())

    def start(self, command: Sequence[str], log: Path | None = None) -> subprocess.Popen[bytes]:
        """A run of this house, as a process of its own."""
        variables = {
            "GUANJIA_HOME": str(self.home),
            "GUANJIA_DATABASE_URL": self.server.url("app"),
            "GUANJIA_OWNER_DATABASE_URL": self.server.url("owner"),
            "GUANJIA_READ_DATABASE_URL": self.server.url("read"),
            "GUANJIA_AIRFLOW_DATABASE_URL": self.server.url("airflow", driver="postgresql"),
            "GUANJIA_MAIL_SMTP_PORT": str(self.sink_port),
            "GUANJIA_LANGUAGE": "en",
        }
        with (log or self.home / "logs" / "run.log").open("ab") as said:
            return subprocess.Popen(
                list(command), env=os.environ | variables, stdout=said, stderr=said, stdin=subprocess.DEVNULL
            )

    def said(self) -> str:
        return (self.home / "logs" / "run.log").read_text(encoding="utf-8", errors="replace")[-4_000:]

    def let_retries_come_due(self) -> int:
        """A mail put back for a passing reason (its line died before the handover) need not wait for its pause."""
        owner = self.engine("owner")
        with owner.begin() as connection:
            put_back = messages.update().where(messages.c.state == "pending", messages.c.next_attempt_at.is_not(None))
            number = connection.execute(put_back.values(next_attempt_at=None)).rowcount
        owner.dispose()
        return number

    def close(self) -> None:
        if self.sink is not None:
            self.sink.kill()
            self.sink.wait()
        self.server.stop()
        remove_place(self.home)

    # -- killing --------------------------------------------------------------------------------------------------

    def kill(self, victim: Victim, run: subprocess.Popen[bytes], chance: random.Random) -> None:
        if victim == "run":
            run.send_signal(signal.SIGKILL)
        elif victim == "sink" and self.sink is not None:
            self.sink.send_signal(signal.SIGKILL)
            self.sink.wait()
        else:
            postmaster = psutil.Process(
                int((self.server.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])
            )
            if victim == "server":
                postmaster.kill()
            else:
                backends = [each for each in postmaster.children() if "guanjia_app" in " ".join(each.cmdline())]
                if backends:
                    chance.choice(backends).kill()

    def mend(self) -> None:
        """Start what was killed again."""
        self.open_sink()
        for _attempt in range(300):
            self.server.start()  # a killed one may still have been dying a moment ago
            try:
                with self._superuser():
                    return
            except psycopg.OperationalError:
                time.sleep(0.1)
        raise AssertionError("the database server does not come back")


@dataclass(frozen=True)
class State:
    """What a run has come to: rows by dataset, files by folder, and mails by code."""

    rows: Mapping[str, Sequence[Mapping[str, str]]]
    files: frozenset[str]
    mails: frozenset[tuple[str, ...]]


def state_of(house: House, datasets: Sequence[str]) -> State:
    """Everything but how it travelled: no clock, no technical key, no state of a mail."""
    reading = house.engine("read")
    with reading.connect() as connection:
        rows = {
            name: [
                {k: as_text(v) for k, v in row.items() if k not in TECHNICAL} for row in read_rows(connection, name, {})
            ]
            for name in datasets
        }
        written = connection.execute(
            select(
                messages.c.kind, messages.c.business_key, messages.c.recipient, messages.c.edition, messages.c.subject
            )
        ).all()
    reading.dispose()
    files = [
        str(path.relative_to(house.home / folder).name)
        for folder in ("inbox", "rejected")
        for path in (house.home / folder).rglob("*")
        if path.is_file()
    ]
    archived = [path.name for path in (house.home / "archive").rglob("*") if path.is_file()]
    return State(
        rows,
        frozenset([*files, *(f"archive: {name}" for name in archived)]),
        frozenset(tuple(_RUN_NUMBER.sub("-N", str(part)) for part in row) for row in written),
    )


def differences(found: State, expected: State) -> list[str]:
    """What one state has and the other has not, the first few, in words."""
    told = []
    for name in expected.rows:
        here, there = ({str(row) for row in state.rows[name]} for state in (found, expected))
        told += [f"{name}: too much: {row}" for row in sorted(here - there)[:3]]
        told += [f"{name}: missing: {row}" for row in sorted(there - here)[:3]]
        if len(found.rows[name]) != len(expected.rows[name]):
            told.append(f"{name}: {len(found.rows[name])} rows instead of {len(expected.rows[name])}")
    told += [f"file too much: {name}" for name in sorted(found.files - expected.files)]
    told += [f"file missing: {name}" for name in sorted(expected.files - found.files)]
    told += [f"mail too much: {mail}" for mail in sorted(found.mails - expected.mails)[:3]]
    return told + [f"mail missing: {mail}" for mail in sorted(expected.mails - found.mails)[:3]]


def arrived(house: House) -> Counter[str]:
    """Message code → how often it came into the sink's folder."""
    box = Mailbox(house.home / "mail")
    found: Counter[str] = Counter()
    for name in box.names():
        mail = box.message(name)
        assert mail is not None
        found[str(mail["X-Guanjia-Message"])] += 1
    return found


def fates(house: House) -> dict[str, str]:
    reading = house.engine("read")
    with reading.connect() as connection:
        found = connection.execute(select(messages.c.message_code, messages.c.state)).all()
    reading.dispose()
    return {str(row.message_code): str(row.state) for row in found}


@dataclass(frozen=True)
class Trial:
    """What one trial did: who was killed when, and the mails whose fate is in doubt."""

    victim: Victim
    after: float
    was_running: bool
    unknown: int
    unknown_arrived: int


def once(house: House, command: Sequence[str], timeout: float = 240) -> float:
    """A run from beginning to end; returns how long it took."""
    house.begin_anew()
    house.open_sink()
    started = time.monotonic()
    run = house.start(command)
    assert run.wait(timeout) == 0, house.said()
    return time.monotonic() - started


def killed(
    house: House,
    command: Sequence[str],
    expected: State,
    datasets: Sequence[str],
    seconds: float,
    chance: random.Random,
    victims: Sequence[Victim] = ("run", "run", "run", "backend", "server", "sink"),
    accept: Callable[[State, State], Any] | None = None,
) -> Trial:
    """Kill something at a random moment of a run, run again, and compare with the run nobody disturbed.

    Args:
        house: where.
        command: the run.
        expected: what the undisturbed run came to.
        datasets: what is compared.
        seconds: how long the undisturbed run took.
        chance: seeded.
        victims: who may be killed, each as likely as it is often named.
        accept: compares both states otherwise than by equality.
    """
    house.begin_anew()
    house.open_sink()
    victim, after = chance.choice(victims), chance.random() * min(seconds, house.pace)
    run = house.start(command)
    time.sleep(after)
    was_running = run.poll() is None
    if not was_running:
        house.pace = after  # the machine has become faster since: kills shall hit
    house.kill(victim, run, chance)
    with contextlib.suppress(subprocess.TimeoutExpired):
        run.wait(1)
    house.mend()  # what lives on may find the server again
    first = run.wait(240)
    told = house.said()
    if victim != "run" and first != 0:
        assert "Traceback" not in told.rpartition("---")[2] or "DatabaseError" in told, told
    for _attempt in range(3):
        if house.start(command).wait(240) == 0 and not house.let_retries_come_due():
            break
    else:
        raise AssertionError(f"it does not end well after {victim} was killed: {house.said()}")
    found = state_of(house, datasets)
    if accept is None:
        told_apart = differences(found, expected)
        assert not told_apart, f"{victim} killed after {after:.3f} s: {told_apart}"
    else:
        accept(found, expected)
    came, states = arrived(house), fates(house)
    assert all(count == 1 for count in came.values()), "a mail came twice"
    assert set(states.values()) <= {"sent", "unknown"}, states
    assert all(came[code] == 1 for code, state in states.items() if state == "sent"), "a mail counts as sent and is not"
    unknown = [code for code, state in states.items() if state == "unknown"]
    assert len(unknown) <= 1, "more than one in doubt for one line that died"
    return Trial(victim, after, was_running, len(unknown), sum(came[code] for code in unknown))


def summary(trials: Sequence[Trial]) -> str:
    """One line for the documentation."""
    by_victim = Counter(trial.victim for trial in trials)
    running = sum(trial.was_running for trial in trials)
    doubt, came = sum(trial.unknown for trial in trials), sum(trial.unknown_arrived for trial in trials)
    who = ", ".join(f"{victim} {count}" for victim, count in sorted(by_victim.items()))
    told = f"{doubt} mails in doubt, of which {came} had arrived"
    return f"{len(trials)} kills ({who}), {running} in the middle of the run: {told}"
