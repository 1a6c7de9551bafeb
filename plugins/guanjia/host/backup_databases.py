"""The databases of a restore: dumps go into databases beside the present ones, which are then exchanged by name.

On a server of one's own we may not make databases: there a dump replaces the contents of a database in one transaction.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import psycopg
from packaging.version import Version
from psycopg import sql
from sqlalchemy import Connection, create_engine, inspect

from guanjia.domain.errors import GuanjiaError, HostError
from guanjia.host.backup import DATABASES
from guanjia.host.backup_file import Facts
from guanjia.host.backup_programs import Address, call, client_program, last_words
from guanjia.host.postgres import RIGHTS, ROLE_NAMES, EmbeddedServer, Role
from guanjia.settings import environment

OWNERS: dict[str, Role] = {"guanjia": "owner", "airflow": "airflow"}


@dataclass(frozen=True)
class Mails:
    """How mails that waited in the backup are to be taken.

    Attributes:
        made_at: when the backup was made, ISO 8601.
        at: wall clock of the restore, ISO 8601.
        send_waiting: they certainly did not leave since.
    """

    made_at: str
    at: str
    send_waiting: bool


def refuse_newer(facts: Facts) -> None:
    """Refuse a backup of a newer version.

    Raises:
        HostError: its schema or its Airflow is newer than what is installed.
    """
    from alembic.script import ScriptDirectory

    from guanjia.store.migrate import MIGRATIONS, newest_revision

    known = {found.revision for found in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    if facts.revision and facts.revision not in known:
        raise HostError(
            f"The backup is of revision {facts.revision} (Guanjia {facts.version}), this version knows up to "
            f"{newest_revision()}: restore it with the newer version. Nothing was changed."
        )
    installed = importlib.metadata.version("apache-airflow-core")
    if Version(facts.airflow) > Version(installed):
        raise HostError(
            f"The backup is of Airflow {facts.airflow}, installed is {installed}: restore it with that version or a "
            "newer one. Nothing was changed."
        )


def holds_something(home: Path) -> bool:
    """Whether a server of one's own already holds a shared database that was made."""
    given = _given("guanjia")
    if given is None:
        return (home / "postgres.json").exists()
    with given.connect() as session:
        found = session.execute("SELECT to_regclass('public.alembic_version') IS NOT NULL").fetchone()
        return bool(found and found[0])


def _given(name: str) -> Address | None:
    """The address of a database on a server of one's own; None: it is the embedded server's."""
    of_house = environment()
    url = of_house.database_urls.get("owner", "") if name == "guanjia" else of_house.airflow_database_url
    return Address.of(url) if url else None


def _embedded() -> list[str]:
    return [name for name in DATABASES if _given(name) is None]


# -- preparing --------------------------------------------------------------------------------------------------------


def prepare(home: Path, staging: Path, mails: Mails) -> int:
    """Restore the dumps beside the present databases, migrate them and settle the mails that waited.

    Returns:
        Mails whose fate is in doubt, of those settled here.

    Raises:
        HostError: a dump cannot be restored; nothing was changed.
    """
    doubted = 0
    if _embedded():
        EmbeddedServer(home).start()
    _keep_fates(home, staging, mails)
    for name in _embedded():
        _restore_beside(home, name, staging / f"{name}.dump")
    for name in DATABASES:
        if (given := _given(name)) is not None:
            client_program("psql", given.major())
    if "guanjia" in _embedded():
        with _session(EmbeddedServer(home).url("owner", "guanjia_restored")) as connection:
            doubted = _made_fit(connection, staging, mails)
    return doubted


def _restore_beside(home: Path, name: str, dump: Path) -> None:
    server, owner, beside = EmbeddedServer(home), OWNERS[name], f"{name}_restored"
    with _superuser(server) as session:
        for statement in ("DROP DATABASE IF EXISTS {} WITH (FORCE)", "CREATE DATABASE {} OWNER {} TEMPLATE template0"):
            session.execute(sql.SQL(statement).format(sql.Identifier(beside), sql.Identifier(ROLE_NAMES[owner])))
    address = Address.of(server.url("superuser", beside))
    program, rights = client_program("pg_restore", address.major()), f"--role={ROLE_NAMES[owner]}"
    call(
        [program, "--exit-on-error", "--no-owner", "--jobs=2", rights, "--dbname", address.conninfo(), dump],
        address,
        f"Restoring {dump.name}",
    )
    with address.connect() as session:
        session.execute("ANALYZE")


def _superuser(server: EmbeddedServer) -> psycopg.Connection[tuple[object, ...]]:
    return Address.of(server.url("superuser", "postgres")).connect()


@contextlib.contextmanager
def _session(url: str) -> Iterator[Connection]:
    made = create_engine(url)
    try:
        with made.begin() as connection:
            yield connection
    finally:
        made.dispose()


def _made_fit(connection: Connection, staging: Path, mails: Mails) -> int:
    """Bring a restored shared database to this version, and make sure that no mail leaves twice."""
    from guanjia.store.migrate import upgrade
    from guanjia.store.sql import execute

    upgrade(connection)
    fates = staging / "fates.json"
    if fates.exists():
        execute(connection, "restore/take_over_fates", fates=fates.read_text(encoding="utf-8"))
    if mails.send_waiting:
        return 0
    return execute(
        connection,
        "restore/doubt_waiting_mails",
        made_at=datetime.fromisoformat(mails.made_at),
        at=datetime.fromisoformat(mails.at),
    ).rowcount


def _keep_fates(home: Path, staging: Path, mails: Mails) -> None:
    """What the home knows of mails handed over since the backup, for as long as its database can still tell."""
    from guanjia.store.sql import execute

    given = _given("guanjia")
    url = given.url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False) if given else ""
    with contextlib.suppress(Exception), _session(url or EmbeddedServer(home).url("owner")) as connection:
        if not inspect(connection).has_table("messages"):
            return
        found = execute(connection, "restore/find_fates", since=datetime.fromisoformat(mails.made_at))
        rows: list[dict[str, Any]] = [dict(row._mapping) for row in found]
        (staging / "fates.json").write_text(json.dumps(rows, default=str), encoding="utf-8")


def discard(home: Path) -> None:
    """Drop what a failed preparation has left; the present databases are untouched."""
    server = EmbeddedServer(home)
    with contextlib.suppress(GuanjiaError, psycopg.Error):
        if server.is_running():
            _drop(server, "restored")


def _drop(server: EmbeddedServer, ending: str) -> None:
    with _superuser(server) as session:
        for name in DATABASES:
            session.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(f"{name}_{ending}"))
            )


# -- switching: may be broken off and repeated ------------------------------------------------------------------------


def switch(home: Path, staging: Path, mails: Mails) -> int:
    """Put the restored databases in place of the present ones.

    Returns:
        Mails whose fate is in doubt, of those settled here.
    """
    if names := _embedded():
        server = EmbeddedServer(home)
        server.start()
        _rename(server, names)
    doubted = 0
    for name in DATABASES:
        given, done = _given(name), staging / f"{name}.done"
        if given is not None and not done.exists():
            _replace_contents(given, staging / f"{name}.dump")
            if name == "guanjia":
                url = given.url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
                with _session(url) as connection:
                    doubted = _made_fit(connection, staging, mails)
            done.touch()
    return doubted


def _rename(server: EmbeddedServer, names: list[str]) -> None:
    with _superuser(server) as session:
        rows = session.execute("SELECT datname FROM pg_database").fetchall()
        known = {str(row[0]) for row in rows}
        waiting = [name for name in names if f"{name}_restored" in known]
        for name in waiting:
            session.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(f"{name}_before")))
        touched = [name for stem in waiting for name in (stem, f"{stem}_restored")]
        with session.transaction():  # both databases are exchanged, or none
            session.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ANY(%s)", (touched,)
            )
            for name in waiting:
                for old, new in ((name, f"{name}_before"), (f"{name}_restored", name)):
                    session.execute(
                        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(old), sql.Identifier(new))
                    )
    with Address.of(server.url("superuser", "guanjia")).connect() as session:
        for statement in RIGHTS:
            session.execute(statement)
        session.execute("REVOKE ALL ON DATABASE airflow FROM PUBLIC")


def forget_old(home: Path) -> None:
    """Drop the databases that were kept aside."""
    if _embedded():
        _drop(EmbeddedServer(home), "before")


def _replace_contents(address: Address, dump: Path) -> None:
    """Replace everything a database holds by a dump, in one transaction that this process ends.

    The COMMIT is ours: should this process be killed, the script ends without one and nothing has changed.
    """
    major = address.major()
    begin = "BEGIN;\nDROP SCHEMA public CASCADE;\nCREATE SCHEMA public;\nGRANT USAGE ON SCHEMA public TO PUBLIC;\n"
    read = subprocess.Popen(
        [client_program("pg_restore", major), "--no-owner", "--file=-", dump],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    write = subprocess.Popen(
        [client_program("psql", major), "-X", "-q", "-v", "ON_ERROR_STOP=1", "--file=-", address.conninfo()],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=address.environment(),
    )
    if read.stdout is None or write.stdin is None or write.stderr is None:
        raise HostError("A pipe could not be opened.")
    with contextlib.suppress(BrokenPipeError):
        write.stdin.write(begin.encode())
        _feed(read.stdout, write.stdin, major)
        if read.wait() == 0:
            write.stdin.write(b"COMMIT;\n")
    with contextlib.suppress(BrokenPipeError):
        write.stdin.close()
    said = write.stderr.read()
    read.stdout.close()
    if write.wait() != 0 or read.wait() != 0:
        raise HostError(f"Restoring {dump.name} into {address.name} failed, it is unchanged: {last_words(said)}")
    with address.connect() as session:
        session.execute("ANALYZE")


def _feed(script: IO[bytes], server: IO[bytes], major: int) -> None:
    """Hand a script over, without the one setting of PostgreSQL 17 that older servers do not know."""
    for line in script:
        if not (major < 17 and line.startswith(b"SET transaction_timeout")):
            server.write(line)
        if line.startswith(b"CREATE "):
            break
    shutil.copyfileobj(script, server, 1 << 20)
