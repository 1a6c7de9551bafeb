"""Bringing a backup back: into an empty home, or in place of what a home holds, which is kept aside until all is done.

Everything that can fail is done beside the present state: the file is checked and unpacked, the dumps are restored
into databases of their own and migrated. Then both are exchanged, in steps that a journal (``restore.json``) makes safe
to break off: while it stands, no other command works on the home, and the next ``guanjia restore`` completes it.
"""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from guanjia.domain.errors import HostError
from guanjia.host import backup_databases as databases
from guanjia.host import processes
from guanjia.host.backup import kept_names
from guanjia.host.backup_file import Facts, extract
from guanjia.host.home import RESTORE_JOURNAL as JOURNAL
from guanjia.host.home import make_home
from guanjia.host.home_files import read_json, write_json
from guanjia.host.postgres import EmbeddedServer
from guanjia.host.supervisor import only_one

STAGING = ".restore"
ASIDE = ".before-restore"


@dataclass(frozen=True)
class Restored:
    """What a restore did.

    Attributes:
        facts: what the backup was of; None when a broken-off restore was completed.
        doubted: mails that waited in the backup and may have left since; a person decides on them.
    """

    facts: Facts | None
    doubted: int


def restore(
    home: Path,
    backup: Path | None,
    now: datetime,
    tell: Callable[[str], None],
    *,
    force: bool = False,
    send_waiting: bool = False,
) -> Restored:
    """Bring a backup back.

    Args:
        home: the state folder; empty, or with ``force`` one in use.
        backup: the file; None: only complete a restore that was broken off.
        now: wall clock.
        tell: is given the name of the part that is under way.
        force: replace what the home holds.
        send_waiting: mails that waited in the backup certainly did not leave since: send them.

    Raises:
        HostError: the house is up, the home is in use, or the file is not a whole backup this version can take.
            Nothing was changed, except where the message says that the restore is to be completed.
    """
    with only_one(home), _nobody_else(home):
        completed = (home / JOURNAL).exists()
        doubted = _switch(home, tell) if completed else 0
        if backup is None:
            if not completed:
                raise HostError(f"No restore of {home} was broken off; name the backup to bring back.")
            return Restored(None, doubted)
        _refuse_in_use(home, force=force)
        tell("verify")
        shutil.rmtree(home / STAGING, ignore_errors=True)
        try:
            facts = _unpack(home, backup)
            tell("databases")
            mails = databases.Mails(made_at=facts.made_at, at=now.isoformat(), send_waiting=send_waiting)
            doubted = databases.prepare(home, home / STAGING, mails)
            brought = kept_names(home / STAGING / "home")
            absent = [name for name in kept_names(home) if name not in brought]
            names = {"brought": brought, "absent": absent}
            write_json(home / JOURNAL, {"backup": str(backup), "doubted": doubted, "mails": asdict(mails), **names})
        except BaseException:
            databases.discard(home)
            shutil.rmtree(home / STAGING, ignore_errors=True)
            raise
        return Restored(facts, _switch(home, tell))


@contextmanager
def _nobody_else(home: Path) -> Iterator[None]:
    """No other command uses the home's server while the block lasts; those that want to wait.

    Raises:
        HostError: one is using it, or processes of a killed `guanjia up` still run.
    """
    if left := processes.remembered(home):
        raise HostError(
            f"Programs of {home} are still running (process {left[0].pid}): end them with `guanjia down`, then restore."
        )
    with (home / "postgres.users").open("a") as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise HostError(f"Another guanjia command works on {home}: wait for it to end, then restore.") from error
        try:
            yield
        finally:
            EmbeddedServer(home).stop()


def _refuse_in_use(home: Path, *, force: bool) -> None:
    in_use = (home / "home.json").exists() or databases.holds_something(home)
    if in_use and not force:
        raise HostError(
            f"{home} is in use: restoring replaces everything it holds. Back it up first (`guanjia backup`), then "
            "restore with --force; or set GUANJIA_HOME to an empty folder."
        )


# -- preparing --------------------------------------------------------------------------------------------------------


def _unpack(home: Path, backup: Path) -> Facts:
    staging = home / STAGING
    try:
        facts = extract(backup, staging).facts
    except OSError as error:
        raise HostError(f"{backup} cannot be unpacked into {home} ({error.strerror}): nothing was changed.") from error
    databases.refuse_newer(facts)
    present, brought = read_json(home / "secrets.json"), read_json(staging / "home" / "secrets.json")
    own = {name: secret for name, secret in present.items() if name.startswith("postgres.")}
    write_json(staging / "home" / "secrets.json", brought | own)
    if not present:
        write_json(home / "secrets.json", brought)  # the new server gets the passwords it had
    configuration = staging / "home" / "airflow" / "airflow.cfg"
    if configuration.exists():  # it names the folders of the home it was written in
        text = configuration.read_text(encoding="utf-8")
        configuration.write_text(text.replace(facts.home, str(home)), encoding="utf-8")
    return facts


# -- switching: every step may be broken off and repeated -------------------------------------------------------------


def _switch(home: Path, tell: Callable[[str], None]) -> int:
    """Exchange databases, folders and files; returns the number of mails whose fate is in doubt."""
    tell("switch")
    journal = read_json(home / JOURNAL)
    aside, staging = home / ASIDE, home / STAGING / "home"
    doubted = databases.switch(home, home / STAGING, databases.Mails(**journal["mails"])) + int(journal["doubted"])
    for name in journal["brought"]:
        if (staging / name).exists():  # else it is in its place already
            _move_aside(home / name, aside / name)
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            (staging / name).rename(home / name)
    for name in journal["absent"]:
        _move_aside(home / name, aside / name)
    (home / "airflow" / "migrated.json").unlink(missing_ok=True)
    make_home(home)
    databases.forget_old(home)
    (home / JOURNAL).unlink()
    shutil.rmtree(aside, ignore_errors=True)
    shutil.rmtree(home / STAGING, ignore_errors=True)
    return doubted


def _move_aside(present: Path, aside: Path) -> None:
    if present.exists():
        aside.parent.mkdir(parents=True, exist_ok=True)
        while aside.exists():
            aside = aside.with_name(aside.name + ".again")
        present.rename(aside)
