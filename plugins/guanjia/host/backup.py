"""Backing a home up: both databases, the folders people meet, and the secrets without which they cannot be used.

The house may go on working. Each database is dumped as of one moment; the intake lock is held, so that no file is on
its way between a folder and the database.
"""

from __future__ import annotations

import importlib.metadata
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from guanjia import __version__
from guanjia.domain.errors import HostError
from guanjia.host.airflow import needs_embedded_server
from guanjia.host.backup_file import BackupWriter, Facts, Manifest, new_backup, read_manifest
from guanjia.host.backup_programs import Address, call, client_program
from guanjia.host.home import RESTORE_JOURNAL
from guanjia.host.postgres import EmbeddedServer, running_server
from guanjia.settings import environment

OF_THE_PLACE = frozenset({"postgres", "postgres.json", "processes.json", "logs", "backups", "airflow", RESTORE_JOURNAL})
"""What belongs to the place and not to the home: servers, ports, remembered processes, logs; and backups themselves."""

OF_AIRFLOW = ("airflow/passwords.json", "airflow/airflow.cfg")
"""What a restored home needs of Airflow's folder."""

DATABASES = ("guanjia", "airflow")


@dataclass(frozen=True)
class Made:
    """A backup that was made.

    Attributes:
        path: the file.
        manifest: what it holds.
        left_out: files that were being written and are not in it.
    """

    path: Path
    manifest: Manifest
    left_out: tuple[str, ...]


def default_target(home: Path, now: datetime) -> Path:
    """Where a backup goes when nothing is said: ``backups/`` of the home, named by the minute."""
    return home / "backups" / f"guanjia-{now:%Y%m%d-%H%M%S}.tar"


def make_backup(home: Path, target: Path, now: datetime, tell: Callable[[str], None]) -> Made:
    """Write a home into one file, and read it back. The shared database must be open (`opened_database`).

    Args:
        home: the state folder.
        target: the file to write.
        now: wall clock, written into it.
        tell: is given the name of the part that is being written.

    Raises:
        HostError: a database cannot be dumped or the file cannot be written; nothing is left behind.
    """
    left_out: list[str] = []
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        staging = tempfile.TemporaryDirectory(prefix=".guanjia-backup-", dir=target.parent)
    except OSError as error:
        raise HostError(f"{target.parent} cannot be written ({error.strerror}): choose another place.") from error
    with staging as folder, both_databases(home) as addresses, new_backup(target) as backup, intake_held():
        revision = _revision()
        for name in DATABASES:
            tell(name)
            dump = Path(folder) / f"{name}.dump"
            dump_database(addresses[name], dump)
            backup.add_file(dump.name, dump)
            dump.unlink()
        tell("home")
        left_out = _add_home(backup, home)
        backup.close(
            Facts(
                version=__version__,
                revision=revision,
                airflow=importlib.metadata.version("apache-airflow-core"),
                made_at=now.isoformat(timespec="seconds"),
                home=str(home),
            )
        )
        tell("verify")
    return Made(target, read_manifest(target), tuple(left_out))


def kept_names(home: Path) -> list[str]:
    """Files and folders of a home that are backed up, and replaced by a restore."""
    try:
        names = sorted(path.name for path in home.iterdir())
    except FileNotFoundError:
        names = []
    kept = [n for n in names if n not in OF_THE_PLACE and n[0] != "." and not n.endswith((".lock", ".users"))]
    return kept + [name for name in OF_AIRFLOW if (home / name).exists()]


def _add_home(backup: BackupWriter, home: Path) -> list[str]:
    left_out: list[str] = []
    for name in kept_names(home):
        if (home / name).is_dir():
            left_out += backup.add_folder(f"home/{name}", home / name)
        elif (home / name).is_file() and not backup.add_file(f"home/{name}", home / name):
            left_out.append(name)
    return left_out


def _revision() -> str:
    from guanjia.store.engine import transaction
    from guanjia.store.migrate import present_revision

    with transaction("owner") as tx:
        return present_revision(tx) or ""


def dump_database(address: Address, into: Path) -> None:
    """Dump a database as of one moment, in PostgreSQL's custom format, and check that the dump can be read."""
    major = address.major()
    dump = client_program("pg_dump", major)
    call(
        [dump, "--format=custom", "--compress=3", "--file", into, "--dbname", address.conninfo()],
        address,
        f"Dumping the database {address.name}",
    )
    call([client_program("pg_restore", major), "--list", into], address, f"Reading the dump of {address.name} back")


@contextmanager
def both_databases(home: Path) -> Iterator[dict[str, Address]]:
    """The addresses of both databases, usable for as long as the block lasts."""
    of_house = environment()
    given = {"guanjia": of_house.database_urls.get("owner", ""), "airflow": of_house.airflow_database_url}
    server = EmbeddedServer(home)
    if not needs_embedded_server():
        yield {name: Address.of(url) for name, url in given.items()}
        return
    with running_server(home):
        embedded = {"guanjia": server.url("owner"), "airflow": server.url("airflow")}
        yield {name: Address.of(given[name] or embedded[name]) for name in DATABASES}


@contextmanager
def intake_held() -> Iterator[None]:
    """No file is taken in while the block lasts."""
    from guanjia.store.engine import transaction
    from guanjia.store.locks import lock_scope

    with transaction() as tx:
        lock_scope(tx, INTAKE_SCOPE)
        yield


INTAKE_SCOPE = "intake"
"""The scope intake locks while it takes a file in."""
