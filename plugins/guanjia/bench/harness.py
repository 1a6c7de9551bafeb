"""How a bench is run: in a scratch database of its own, yardstick and work by turns, medians of three, cleaned up."""

from __future__ import annotations

import gc
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import LiteralString, Protocol

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from guanjia import bench, settings
from guanjia.domain.errors import DatabaseError, UnknownName
from guanjia.host.postgres import EmbeddedServer, running_server
from guanjia.settings import DatabaseRole, environment

REPETITIONS = 3
ROLES: tuple[DatabaseRole, ...] = ("owner", "app", "read")
_NOT_BENCHES = ("harness",)


@dataclass(frozen=True)
class Place:
    """Where a bench works: `guanjia.store.engine.transaction` leads to its scratch database, migrated and else empty.

    Attributes:
        folder: a folder of its own for files, removed afterwards; it is the home (`environment().home`), too.
        tell: shows what is going on.
        admin: address of the server with the right to make databases.
    """

    folder: Path
    tell: Callable[[str], None]
    admin: str = field(repr=False, default="")


class Bench(Protocol):
    """One bench."""

    units: int
    """Size when none is asked for: that of the table in the measurements page."""

    unit: str
    """What the size counts, such as `cases`."""

    target: float
    """Largest ratio that is good enough."""

    def prepare(self, place: Place, units: int) -> None:
        """Make what both need; not timed."""

    def yardstick(self, place: Place) -> None:
        """What the work is measured against; timed."""

    def work(self, place: Place) -> int:
        """The work; timed. Returns the rows it dealt with."""

    def reset(self, place: Place) -> None:
        """Put back what yardstick and work have changed, before each repetition; not timed."""


@dataclass(frozen=True)
class Measured:
    """What a bench found; seconds are medians, memory is the largest of our own process while it worked."""

    bench: str
    seconds: float
    yardstick_seconds: float
    ratio: float
    rows: int
    rows_per_second: float
    peak_memory_mb: float


def names() -> list[str]:
    """The benches there are."""
    found = (module.name for module in iter_modules(bench.__path__))
    return sorted(name.replace("_", "-") for name in found if name not in _NOT_BENCHES)


def load(name: str) -> Bench:
    """The bench of that name.

    Raises:
        UnknownName: there is none.
    """
    if name not in names():
        raise UnknownName(f"There is no bench '{name}'. Known: {', '.join(names())}, all.")
    found: Bench = import_module(f"guanjia.bench.{name.replace('-', '_')}").BENCH
    return found


def measure(name: str, units: int | None, tell: Callable[[str], None]) -> Measured:
    """Run a bench.

    Args:
        name: the bench.
        units: its size; None: the bench's own.
        tell: shows what is going on.

    Returns:
        Medians of `REPETITIONS` repetitions of yardstick and work by turns.

    Raises:
        DatabaseError: no scratch database can be made.
    """
    chosen = load(name)
    with scratch(tell) as place:
        tell(f"preparing {units or chosen.units:,} {chosen.unit}")
        chosen.prepare(place, units or chosen.units)
        yardsticks, works, peaks, rows = [], [], [], 0
        for repetition in range(1, REPETITIONS + 1):
            for timed in ("yardstick", "work"):
                chosen.reset(place)
                _settle(place)
                tell(f"{timed} {repetition}/{REPETITIONS}")
                started = time.perf_counter()
                if timed == "yardstick":
                    chosen.yardstick(place)
                    yardsticks.append(time.perf_counter() - started)
                else:
                    rows = chosen.work(place)
                    works.append(time.perf_counter() - started)
                    peaks.append(_peak_memory_mb())
    return measured(name, works, yardsticks, rows, max(peaks))


def measured(name: str, works: Sequence[float], yardsticks: Sequence[float], rows: int, peak_mb: float) -> Measured:
    """Medians and their ratio; for example works of 4.0, 4.2, 9.0 s and yardsticks of 2.0, 2.1, 2.1 s: ratio 2.0."""
    seconds, yardstick = statistics.median(works), statistics.median(yardsticks)
    return Measured(
        bench=name,
        seconds=round(seconds, 3),
        yardstick_seconds=round(yardstick, 3),
        ratio=round(seconds / yardstick, 2),
        rows=rows,
        rows_per_second=round(rows / seconds, 1),
        peak_memory_mb=round(peak_mb, 1),
    )


# -- the scratch database ---------------------------------------------------------------------------------------------


@contextmanager
def scratch(tell: Callable[[str], None]) -> Iterator[Place]:
    """A migrated database and a folder for as long as the block lasts; this process works on both.

    On the home's embedded server (a temporary home where there is none yet), or on the server in GUANJIA_DATABASE_URL.
    """
    from guanjia.host.home import make_home
    from guanjia.store.engine import dispose_engines
    from guanjia.store.migrate import migrate_home

    before = environment()
    with ExitStack() as at_the_end:
        folder = Path(tempfile.mkdtemp(prefix="guanjia-bench-"))
        at_the_end.callback(shutil.rmtree, folder, ignore_errors=True)
        urls, admin = _server(before, folder, at_the_end)
        name = f"guanjia_bench_{os.getpid()}"
        tell("making a scratch database")
        _create(admin, name, urls)
        at_the_end.callback(_drop, admin, name)
        at_the_end.callback(settings.use, before)
        at_the_end.callback(dispose_engines)
        make_home(folder)
        ours = {role: make_url(url).set(database=name) for role, url in urls.items()}
        settings.use(
            home=folder,
            database_urls={role: url.render_as_string(hide_password=False) for role, url in ours.items()},
        )
        migrate_home()
        yield Place(folder, tell, admin)


def _server(before: settings.Environment, folder: Path, at_the_end: ExitStack) -> tuple[dict[DatabaseRole, str], str]:
    """The addresses of the roles on the server to use, and one that may make databases."""
    if before.database_urls:
        return dict(before.database_urls), before.database_urls["owner"]
    is_home = (before.home / "postgres.json").exists()
    server = at_the_end.enter_context(running_server(before.home if is_home else folder / "server"))
    if not is_home:
        at_the_end.callback(_remove_server, folder / "server")
    return {role: server.url(role) for role in ROLES}, server.url("superuser", "postgres")


def _remove_server(home: Path) -> None:
    from guanjia.host.postgres_place import remove_place

    EmbeddedServer(home).stop()
    remove_place(home)


def _session(url: str) -> psycopg.Connection[tuple[object, ...]]:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True, connect_timeout=10)


def _create(admin: str, name: str, urls: dict[DatabaseRole, str]) -> None:
    users = {role: sql.Identifier(make_url(url).username or "") for role, url in urls.items()}
    with _session(admin) as session:
        _forget_killed(session)
        try:
            session.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0").format(sql.Identifier(name), users["owner"])
            )
        except psycopg.errors.InsufficientPrivilege as error:
            raise DatabaseError(
                "The owner's role may not make a scratch database: grant it CREATEDB, or unset GUANJIA_DATABASE_URL "
                "to measure on the embedded server."
            ) from error
    with _session(make_url(admin).set(database=name).render_as_string(hide_password=False)) as session:
        given = sql.SQL("ALTER DEFAULT PRIVILEGES FOR ROLE {} GRANT {} ON {} TO {}")
        grants: tuple[tuple[LiteralString, LiteralString, DatabaseRole], ...] = (
            ("SELECT, INSERT, UPDATE, DELETE", "TABLES", "app"),
            ("USAGE, SELECT", "SEQUENCES", "app"),
            ("SELECT", "TABLES", "read"),
        )
        for rights, kind, role in grants:
            session.execute(given.format(users["owner"], sql.SQL(rights), sql.SQL(kind), users[role]))


def _forget_killed(session: psycopg.Connection[tuple[object, ...]]) -> None:
    """Drop what a killed bench has left."""
    for (found,) in session.execute(
        "SELECT datname FROM pg_database WHERE datname LIKE 'guanjia\\_bench\\_%'"
    ).fetchall():
        pid = str(found).rpartition("_")[2]
        if not Path(f"/proc/{pid}").exists():
            session.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(str(found))))


def _drop(admin: str, name: str) -> None:
    with _session(admin) as session:
        session.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


# -- our own process --------------------------------------------------------------------------------------------------


def _settle(place: Place) -> None:
    """Nothing of an earlier repetition may count: garbage, dirty pages of the server, the peak of our memory."""
    gc.collect()
    with suppress(psycopg.errors.InsufficientPrivilege), _session(place.admin) as session:
        session.execute("CHECKPOINT")
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _peak_memory_mb() -> float:
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024
    except (OSError, IndexError, ValueError):
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
