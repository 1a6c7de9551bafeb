"""One home for all tests of DAGs: its server and Airflow's tables are made once; its database is new for each file."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from guanjia.host.postgres import EmbeddedServer, running_server
from tests.support.commands import Commands

EMPTY = "guanjia_empty"


@dataclass(frozen=True)
class DemoHome:
    """A demo home with its server up, and the process that carries out its commands."""

    path: Path
    server: EmbeddedServer
    guanjia: Commands

    def load(self, files: Mapping[str, str], as_of: str) -> None:
        """Loads files, name → content, through the command."""
        with tempfile.TemporaryDirectory() as folder:
            paths = [Path(folder) / name for name in files]
            for path, content in zip(paths, files.values(), strict=True):
                path.write_text(content, encoding="utf-8")
            done = self.guanjia("load", *map(str, paths), "--as-of", as_of)
        assert done.returncode == 0, done.stdout + done.stderr

    def run(self, dag: str, as_of: str, *words: str) -> tuple[int, dict[str, Any]]:
        """Runs a DAG; its exit code and the run's row."""
        done = self.guanjia("run", dag, "--as-of", as_of, *words, "--json")
        assert done.stdout, done.stderr
        return done.returncode, json.loads(done.stdout)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """What a statement finds, run as the database's owner."""
        owner = create_engine(self.server.url("owner"))
        try:
            with owner.begin() as tx:
                found = tx.exec_driver_sql(statement)
                return [tuple(row) for row in found] if found.returns_rows else []
        finally:
            owner.dispose()

    def mails(self) -> int:
        """How many mails lie in its folder."""
        return len(list((self.path / "mail").glob("*.eml")))

    def make_empty(self) -> None:
        """Its database as after ``guanjia init``, and no mails or files."""
        superuser = create_engine(self.server.url("superuser", "postgres"), isolation_level="AUTOCOMMIT")
        with superuser.connect() as session:
            found = session.scalar(text("SELECT count(*) FROM pg_database WHERE datname = :name"), {"name": EMPTY})
            made, source = ("guanjia", EMPTY) if found else (EMPTY, "guanjia")
            session.execute(text("DROP DATABASE guanjia WITH (FORCE)" if found else "SELECT 1"))
            session.execute(text(f"CREATE DATABASE {made} TEMPLATE {source} OWNER guanjia_owner STRATEGY file_copy"))
        superuser.dispose()
        for folder in ("mail", "inbox", "archive", "rejected"):
            for path in (self.path / folder).glob("*"):
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoHome]:
    """The home all files share."""
    path = tmp_path_factory.mktemp("dags") / "home"
    guanjia = Commands(path)
    try:
        made = guanjia("init", "--demo")
        assert made.returncode == 0, made.stdout + made.stderr
        with running_server(path) as server:
            yield DemoHome(path, server, guanjia)
    finally:
        guanjia.stop()


@pytest.fixture(scope="module")
def empty_home(demo_home: DemoHome) -> DemoHome:
    """That home with an empty database: each file loads its own company."""
    demo_home.make_empty()
    return demo_home
