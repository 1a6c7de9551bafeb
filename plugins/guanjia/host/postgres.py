"""The embedded PostgreSQL server of a home: made once, started when needed, stopped by its last user.

It listens on 127.0.0.1 only, over TCP with passwords (socket paths are limited to 107 bytes and break connection
URLs of Airflow and Great Expectations). Two databases: ``guanjia`` and Airflow's own ``airflow``.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import logging
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import psutil

from guanjia.domain.errors import HostError
from guanjia.host import postgres_place
from guanjia.host.home_files import PRIVATE_FOLDER, home_secrets, locked, read_json, write_json, write_private
from guanjia.host.ports import is_free
from guanjia.host.postgres_place import ServerUser
from guanjia.settings import DatabaseRole

Role = Literal["owner", "app", "read", "airflow", "superuser"]

ROLE_NAMES: dict[Role, str] = {
    "owner": "guanjia_owner",
    "app": "guanjia_app",
    "read": "guanjia_read",
    "airflow": "guanjia_airflow",
    "superuser": "postgres",
}
PORTS = range(25432, 31432)
"""Below the range from which systems take ports for outgoing connections, so that a kept port stays free."""

START_SECONDS = 300
"""Long enough for the recovery of a large database after a power cut."""

CONFIGURATION = """\
# Written by Guanjia at every start; own settings belong into postgresql.auto.conf (ALTER SYSTEM).
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
max_connections = 200
max_locks_per_transaction = 256
shared_buffers = 256MB
effective_cache_size = 2GB
work_mem = 16MB
temp_buffers = 32MB
maintenance_work_mem = 256MB
random_page_cost = 1.1
jit = off
# One server, backups by pg_dump: what a transaction itself has created is written once, not twice.
wal_level = minimal
max_wal_senders = 0
max_wal_size = 4GB
checkpoint_completion_target = 0.9
password_encryption = 'scram-sha-256'
timezone = 'Asia/Shanghai'
log_timezone = 'Asia/Shanghai'
lc_messages = 'C'
logging_collector = on
log_directory = '../log'
log_filename = 'postgres-%a.log'
log_rotation_age = 1d
log_rotation_size = 0
log_truncate_on_rotation = on
log_min_messages = warning
log_line_prefix = '%m [%p] %u@%d '
# A failed statement is reported by whoever sent it; its text may hold personal data.
log_min_error_statement = panic
log_parameter_max_length_on_error = 0
"""

_log = logging.getLogger(__name__)


class EmbeddedServer:
    """The PostgreSQL server whose files belong to a home.

    Args:
        home: the state folder (``GUANJIA_HOME``).
    """

    def __init__(self, home: Path) -> None:
        self.home = Path(home).absolute()

    # -- what and where ---------------------------------------------------------------------------------------------

    @property
    def place(self) -> Path:
        """The folder of the server's files (data, log)."""
        return (self.home / "postgres").resolve()

    @property
    def data(self) -> Path:
        """PostgreSQL's data folder."""
        return self.place / "data"

    @property
    def port(self) -> int:
        """The TCP port on 127.0.0.1, chosen when the home was made and kept.

        Raises:
            HostError: the home has no database yet.
        """
        port = read_json(self.home / "postgres.json").get("port")
        if not isinstance(port, int):
            raise HostError(f"{self.home} has no database yet: run `guanjia init`.")
        return port

    def url(self, role: Role, database: str | None = None, driver: str = "postgresql+psycopg") -> str:
        """A SQLAlchemy URL for a role; plain libpq programs take it with ``driver="postgresql"``.

        Args:
            role: whose rights the connection gets.
            database: by default ``airflow`` for the role airflow, ``guanjia`` for all others.
            driver: SQLAlchemy's dialect and driver.
        """
        chosen = database or ("airflow" if role == "airflow" else "guanjia")
        return f"{driver}://{ROLE_NAMES[role]}:{self._password(role)}@127.0.0.1:{self.port}/{chosen}"

    def urls(self) -> dict[DatabaseRole, str]:
        """The addresses of the database ``guanjia`` as the settings hold them (`Environment.database_urls`)."""
        return {"owner": self.url("owner"), "app": self.url("app"), "read": self.url("read")}

    def program(self, name: str) -> Path:
        """One of PostgreSQL's programs from the wheel, such as ``pg_dump``."""
        return postgres_place.programs(ServerUser()) / name

    def is_running(self) -> bool:
        """Whether the server accepts (or is about to accept) connections."""
        return self._postmaster() is not None

    # -- life -------------------------------------------------------------------------------------------------------

    def initialise(self) -> None:
        """Makes the data folder, the roles and the two databases, if they are not there. Leaves the server as it was.

        Safe to repeat and to be killed: an unfinished data folder is thrown away, unfinished roles are finished.
        """
        with locked(self.home / "postgres.lock"):
            if self._is_ready():
                return
            was_running = self.is_running()
            self._start()
            if not was_running:
                self._stop()

    def start(self) -> None:
        """Starts the server and waits until it answers; adopts it if it is running; makes it if there is none.

        Raises:
            HostError: it does not come up; the message ends with its own last words.
        """
        with locked(self.home / "postgres.lock"):
            self._start()

    def stop(self) -> None:
        """Stops the server (open transactions are rolled back); nothing happens if it is not running."""
        with locked(self.home / "postgres.lock"):
            self._stop()

    def _start(self) -> None:
        self._make_data()
        for _ in range(3):  # one that was just killed still looks alive for a moment
            if not self.is_running():
                self._launch()
            if self._answers():
                break
        if not self._is_ready():
            self._make_databases()
            write_json(self.home / "postgres.json", {"port": self.port, "ready": True})

    def _answers(self) -> bool:
        """Whether the running server answers, waiting while it starts up; False as soon as it is gone."""
        asked: list[str | Path] = [self.program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port), "-t", "5"]
        for _ in range(2 * START_SECONDS):
            if subprocess.run(asked, env=_plain_environment(), check=False, stdin=subprocess.DEVNULL).returncode == 0:
                return True
            if not self.is_running():
                return False
            time.sleep(0.5)
        return False

    def _stop(self) -> None:
        if self._postmaster() is None:
            return
        for mode, seconds in (("fast", 60), ("immediate", 30)):
            done = self._pg_ctl("stop", "-m", mode, "-t", str(seconds))
            if done.returncode == 0 or self._postmaster() is None:
                return
        raise HostError(f"The database server of {self.home} does not stop: {_last_words(done.stdout)}")

    # -- making -----------------------------------------------------------------------------------------------------

    def _is_ready(self) -> bool:
        return self.data.is_dir() and read_json(self.home / "postgres.json").get("ready") is True

    def _user(self) -> ServerUser:
        return postgres_place.server_user(self.data if self.data.is_dir() else None)

    def _password(self, role: Role) -> str:
        return home_secrets(self.home, tuple(f"postgres.{name}" for name in ROLE_NAMES))[f"postgres.{role}"]

    def _make_data(self) -> None:
        if self.data.is_dir():
            return
        self.home.mkdir(parents=True, exist_ok=True)
        user = self._user()
        place = postgres_place.make_place(self.home, user)
        beside, password_file = place / "data.part", place / "password.part"
        shutil.rmtree(beside, ignore_errors=True)
        for folder in (beside, place / "log"):
            folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
            user.own(folder)
        write_private(password_file, self._password("superuser"))
        user.own(password_file)
        command: list[str | Path] = [
            postgres_place.programs(user) / "initdb",
            "-D",
            beside,
            "-U",
            ROLE_NAMES["superuser"],
        ]
        command += ["-A", "scram-sha-256", "--pwfile", password_file, "--encoding=UTF8", "--locale=C"]
        # The built-in C.UTF-8 is the same on every system and never changes an index under an upgrade.
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"]
        done = user.run(command, _plain_environment())
        password_file.unlink()
        if done.returncode != 0:
            raise HostError(f"The database in {place} could not be made: {_last_words(done.stdout)}")
        with (beside / "postgresql.conf").open("a", encoding="utf-8") as configuration:
            configuration.write("\ninclude_if_exists 'guanjia.conf'\n")
        write_json(self.home / "postgres.json", {"port": _free_port(self.home), "ready": False})
        beside.rename(self.data)

    def _launch(self) -> None:
        self._clear_stale_pid()
        for _ in range(5):
            if not is_free(self.port):
                taken, port = self.port, _free_port(self.home)
                _log.warning("Port %s of the database is in use by another program; it moves to %s.", taken, port)
                write_json(self.home / "postgres.json", read_json(self.home / "postgres.json") | {"port": port})
            self._write_configuration()
            self._link_logs()
            start_log = self.place / "log" / "start.log"
            start_log.unlink(missing_ok=True)
            done = self._pg_ctl("start", "-t", str(START_SECONDS), "-l", str(start_log))
            if done.returncode == 0:
                return
            said = start_log.read_text(encoding="utf-8", errors="replace") if start_log.exists() else done.stdout
            if "could not bind" in said:
                continue
            if "pre-existing shared memory" in said or "lock file" in said:  # what was killed is still dying
                time.sleep(2)
                self._clear_stale_pid()
                continue
            break
        if "incompatible with server" in said:
            raise HostError(
                f"The database of {self.home} was made by another version of PostgreSQL than the one installed now: "
                "with the Guanjia that made it write a backup (`guanjia backup`), with this one `guanjia restore` it "
                "into a new home."
            )
        raise HostError(
            f"The database server of {self.home} does not start: {_last_words(said)} (see {self.place / 'log'})"
        )

    def _link_logs(self) -> None:
        """Lets the server's log be found beside all others of the home."""
        link = self.home / "logs" / "postgres"
        link.parent.mkdir(exist_ok=True)
        if not link.is_symlink():
            link.symlink_to(Path("..", "postgres", "log"), target_is_directory=True)

    def _write_configuration(self) -> None:
        path, user = self.data / "guanjia.conf", self._user()
        text = CONFIGURATION.format(port=self.port)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            write_private(path, text)
        user.own(path)

    def _make_databases(self) -> None:
        import psycopg
        from psycopg import sql

        with psycopg.connect(
            self.url("superuser", "postgres", "postgresql"), autocommit=True, connect_timeout=30
        ) as session:
            for role, name in ROLE_NAMES.items():
                known = session.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)).fetchone()
                verb = sql.SQL("ALTER" if known else "CREATE")
                session.execute(
                    sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(verb, sql.Identifier(name), self._password(role))
                )
            session.execute(sql.SQL("GRANT SET ON PARAMETER session_replication_role TO guanjia_app"))
            for database, owner in (("guanjia", "guanjia_owner"), ("airflow", "guanjia_airflow")):
                if session.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,)).fetchone() is None:
                    session.execute(
                        sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0").format(
                            sql.Identifier(database), sql.Identifier(owner)
                        )
                    )
        with psycopg.connect(
            self.url("superuser", "guanjia", "postgresql"), autocommit=True, connect_timeout=30
        ) as session:
            for statement in RIGHTS:
                session.execute(statement)
        with psycopg.connect(
            self.url("superuser", "airflow", "postgresql"), autocommit=True, connect_timeout=30
        ) as session:
            session.execute("REVOKE ALL ON DATABASE airflow FROM PUBLIC")

    # -- the running process ----------------------------------------------------------------------------------------

    def _pg_ctl(self, action: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        user = self._user()
        command: list[str | Path] = [
            postgres_place.programs(user) / "pg_ctl",
            action,
            "-w",
            "-s",
            "-D",
            self.data,
            *arguments,
        ]
        return user.run(command, _plain_environment())

    def _pid_file(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except OSError:
            return []

    def _postmaster(self) -> psutil.Process | None:
        """The process named by the pid file, if it is really this home's server (pids are used again)."""
        lines = self._pid_file()
        try:
            process = psutil.Process(int(lines[0]))
            if Path(process.cwd()) == self.data:
                return process
        except (IndexError, ValueError, psutil.Error, OSError):
            pass
        return None

    def _clear_stale_pid(self) -> None:
        """Removes the pid file of a dead server whose pid now belongs to another program.

        PostgreSQL itself sees a dead pid, but takes a living one for itself (usual after a container restarts).
        While any of the server's own processes still lives the file stays: it protects the data.
        """
        if not self._pid_file() or self._postmaster() is not None:
            return
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                if process.name().startswith("postgres") and Path(process.cwd()) == self.data:
                    return
        (self.data / "postmaster.pid").unlink(missing_ok=True)


RIGHTS = (
    "REVOKE ALL ON DATABASE guanjia FROM PUBLIC",
    "GRANT CONNECT, TEMPORARY ON DATABASE guanjia TO guanjia_app, guanjia_read",
    "ALTER DEFAULT PRIVILEGES FOR ROLE guanjia_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO guanjia_app",
    "ALTER DEFAULT PRIVILEGES FOR ROLE guanjia_owner GRANT USAGE, SELECT ON SEQUENCES TO guanjia_app",
    "ALTER DEFAULT PRIVILEGES FOR ROLE guanjia_owner GRANT SELECT ON TABLES TO guanjia_read",
    "ALTER DEFAULT PRIVILEGES FOR ROLE guanjia_owner GRANT SELECT ON SEQUENCES TO guanjia_read",
    "ALTER DEFAULT PRIVILEGES FOR ROLE guanjia_owner GRANT USAGE ON SCHEMAS TO guanjia_app, guanjia_read",
)
"""Who may do what in ``guanjia``: the owner makes the tables, the application changes rows, reports only read."""


@contextmanager
def running_server(home: Path) -> Iterator[EmbeddedServer]:
    """The home's server, running for as long as the block lasts.

    Started if it is not; whoever leaves last stops it. Users are counted by a shared lock on ``postgres.users``,
    which the kernel releases when a user is killed: the server then stays up, and the next user adopts and stops it.
    """
    server = EmbeddedServer(home)
    server.home.mkdir(parents=True, exist_ok=True)
    with (server.home / "postgres.users").open("a+") as users:
        fcntl.flock(users, fcntl.LOCK_SH)  # waits while the last user is stopping the server
        server.start()
        try:
            yield server
        finally:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                pass  # others still use it
            else:
                server.stop()


def stop_if_unused(home: Path) -> bool:
    """Stops a server that nobody uses any more (its users were killed); returns whether it did."""
    server = EmbeddedServer(home)
    if not server.is_running():
        return False
    with (server.home / "postgres.users").open("a+") as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        server.stop()
    return True


def _plain_environment() -> dict[str, str]:
    """No PG* variable of the caller may change what the server's programs do."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def _free_port(home: Path) -> int:
    first = int(hashlib.sha256(str(home).encode()).hexdigest(), 16) % len(PORTS)
    for step in range(len(PORTS)):
        port = PORTS[(first + step) % len(PORTS)]
        if is_free(port):
            return port
    raise HostError(f"No free port between {PORTS.start} and {PORTS.stop} on 127.0.0.1 for the database server.")


def _last_words(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return " ".join(lines[-4:]) or "it said nothing."
