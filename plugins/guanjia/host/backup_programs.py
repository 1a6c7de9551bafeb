"""PostgreSQL's client programs for backups: the embedded wheel's, or the machine's own for a newer server."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psycopg
from sqlalchemy.engine import URL, make_url

from guanjia.domain.errors import HostError
from guanjia.host.postgres_place import ServerUser, programs
from guanjia.settings import inherited_environment


@dataclass(frozen=True)
class Address:
    """A database and the rights to work on all of it; the password is never part of a command line."""

    url: URL

    @classmethod
    def of(cls, url: str) -> Address:
        """From a SQLAlchemy URL of any driver."""
        return cls(make_url(url).set(drivername="postgresql"))

    @property
    def name(self) -> str:
        """host:port/database, for messages."""
        return f"{self.url.host or 'localhost'}:{self.url.port or 5432}/{self.url.database}"

    def conninfo(self) -> str:
        """For libpq, without the password."""
        return self.url.set(password=None).render_as_string(hide_password=False)

    def environment(self) -> dict[str, str]:
        """The environment of a client program: the password, and none of the caller's PG* variables."""
        kept = {name: value for name, value in inherited_environment().items() if not name.startswith("PG")}
        password = {"PGPASSWORD": str(self.url.password)} if self.url.password else {}
        return kept | password | {"LC_ALL": "C", "PGCONNECT_TIMEOUT": "10", "PGAPPNAME": "guanjia backup"}

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        """A session of its own, every statement a transaction.

        Raises:
            HostError: it cannot be reached.
        """
        try:
            return psycopg.connect(self.url.render_as_string(hide_password=False), autocommit=True, connect_timeout=10)
        except psycopg.OperationalError as error:
            said = str(error).strip().splitlines()
            raise HostError(
                f"The database {self.name} cannot be reached ({said[-1] if said else 'no answer'}). "
                "Check that it runs (`guanjia doctor`)."
            ) from error

    def major(self) -> int:
        """The server's major version, such as 18."""
        with self.connect() as session:
            return session.info.server_version // 10_000


def client_program(name: str, at_least: int) -> Path:
    """A client program not older than the server it talks to.

    Args:
        name: pg_dump, pg_restore or psql.
        at_least: the server's major version.

    Raises:
        HostError: there is none; the message says what to install.
    """
    candidates = [programs(ServerUser()) / name]
    if own := shutil.which(name):
        candidates.append(Path(own))
    for candidate in candidates:
        if _major_of(candidate) >= at_least:
            return candidate
    raise HostError(
        f"The database server is PostgreSQL {at_least}, and no {name} of that version is at hand: "
        f"install the package postgresql-client-{at_least}."
    )


def _major_of(program: Path) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"(\d+)", said)
    return int(found[1]) if found else 0


def call(
    command: Sequence[str | Path],
    address: Address,
    purpose: str,
    *,
    stdin: IO[bytes] | None = None,
) -> None:
    """Run a client program to its end.

    Args:
        command: program and arguments.
        address: the database whose password it may need.
        purpose: what fails when it fails, such as `Dumping 127.0.0.1:25432/guanjia`.
        stdin: what it reads; None: nothing.

    Raises:
        HostError: it failed; with its last words.
    """
    done = subprocess.run(
        [str(part) for part in command],
        stdin=stdin or subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=address.environment(),
        check=False,
    )
    if done.returncode != 0:
        raise HostError(f"{purpose} failed: {last_words(done.stderr)}")


def last_words(said: bytes) -> str:
    """The last error a client program printed, on one line."""
    lines = [line.strip() for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
    errors = [line for line in lines if "error:" in line or line.startswith("ERROR")]
    return (errors or lines or ["it said nothing"])[-1]
