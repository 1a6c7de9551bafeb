"""Fixtures all tests share: a real PostgreSQL, and a fresh, migrated database of it for each test that asks."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError
from xdist.scheduler import LoadScopeScheduling

from guanjia import settings
from guanjia.host.postgres import EmbeddedServer
from guanjia.settings import DatabaseRole
from guanjia.store import engine as store_engine
from guanjia.store.migrate import upgrade
from tests.support.examples import register_profiles

SHARED = Path(__file__).resolve().parents[2] / "shared"
"""Truth and registers from outside stand beside the checkout."""

MEMORY = Path("/dev/shm")  # no name in it is foretold
"""The folder Linux keeps in memory. A file system on disk looks through all it deleted lately for each new file."""

_numbers = itertools.count(1)

register_profiles()  # before a test module asks how many examples it may try


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """When processes share the tests, a file's stay together; so do those of one home and those of houses."""
    return _ByFile(config, log)


class _ByFile(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        if file == "tests/end_to_end/test_demo.py":
            return "tests/dags"  # no house, but one home like those; the houses take longest without it
        return next((folder for folder in ("tests/end_to_end", "tests/dags") if file.startswith(folder)), file)


def _has_room(folder: Path) -> bool:
    return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > 4 * 2**30


@dataclass(frozen=True)
class Database:
    """A fresh database with the newest schema and the shipped defaults; it is the one the process works on."""

    name: str
    server: EmbeddedServer
    home: Path

    def url(self, role: DatabaseRole | str = "app", driver: str = "postgresql+psycopg") -> str:
        """Its address for a role."""
        return self.server.url(role, self.name, driver)  # type: ignore[arg-type]  # the test names a known role

    def transaction(self, role: DatabaseRole = "app") -> AbstractContextManager[Connection]:
        """A transaction as the pipelines get it."""
        return store_engine.transaction(role)


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    """The test session's own PostgreSQL, in memory where there is room: each test's database is 1,500 files."""
    home = Path(tempfile.mkdtemp(prefix="guanjia-test-", dir=MEMORY if _has_room(MEMORY) else None))
    home.chmod(0o711)  # for root the server runs as another user, who must get through
    found = EmbeddedServer(home)
    found.start()
    superuser = create_engine(found.url("superuser", "postgres"), isolation_level="AUTOCOMMIT")
    with superuser.connect() as session:
        # Tests lose nothing with the power: the server need not wait for the disk. Nor does a database that is gone in
        # a second need tending.
        for name in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"):
            session.execute(text(f"ALTER SYSTEM SET {name} = off"))
        session.execute(text("SELECT pg_reload_conf()"))
    superuser.dispose()
    yield found
    found.stop()
    shutil.rmtree(found.place, ignore_errors=True)
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def template(server: EmbeddedServer) -> str:
    """Name of a migrated database that tests clone."""
    owner = create_engine(server.url("owner"))
    with owner.connect() as connection, connection.begin():
        upgrade(connection)
    owner.dispose()
    return "guanjia"


@pytest.fixture
def database(server: EmbeddedServer, superuser: Connection, template: str, tmp_path: Path) -> Iterator[Database]:
    """A fresh database; settings.environment() names it, and a home of its own, until the test ends."""
    with _cloned(server, superuser, template, tmp_path) as found:
        yield found


@pytest.fixture(scope="module")
def module_database(
    server: EmbeddedServer, superuser: Connection, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """Like ``database``, for a story played once that all tests of a file look at; none of them asks for another."""
    with _cloned(server, superuser, template, tmp_path_factory.mktemp("story")) as found:
        yield found


@pytest.fixture(scope="session")
def superuser(server: EmbeddedServer) -> Iterator[Connection]:
    """A session that makes and drops databases; files are cloned where the file system can."""
    made = create_engine(server.url("superuser", "postgres"), isolation_level="AUTOCOMMIT")
    with made.connect() as session:
        with contextlib.suppress(DBAPIError):
            session.execute(text("SET file_copy_method = clone"))
        yield session
    made.dispose()


@contextmanager
def _cloned(server: EmbeddedServer, superuser: Connection, template: str, folder: Path) -> Iterator[Database]:
    name = f"test_{next(_numbers)}"
    superuser.execute(text(f"CREATE DATABASE {name} TEMPLATE {template} OWNER guanjia_owner STRATEGY file_copy"))
    home = folder / "home"
    home.mkdir()
    found = Database(name, server, home)
    settings.forget()
    settings.use(home=home, database_urls={role: found.url(role) for role in ("owner", "app", "read")})
    yield found
    store_engine.dispose_engines()
    settings.forget()
    superuser.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
