"""The bench harness: by turns, medians, its own scratch database, nothing left, output for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, insert, select, text

from guanjia import cli, settings
from guanjia.bench import harness
from guanjia.bench.harness import Place, measured
from guanjia.settings import environment
from guanjia.store.engine import transaction
from guanjia.store.tables.registers import communities
from tests.conftest import Database


class Counting:
    """A bench that writes down what is asked of it."""

    units = 5
    unit = "communities"
    target = 1_000.0

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.names: set[str] = set()

    def prepare(self, place: Place, units: int) -> None:
        self.calls.append(f"prepare {units}")
        self.rows = units
        assert place.folder == environment().home and (place.folder / "inbox").is_dir()

    def yardstick(self, place: Place) -> None:
        self.calls.append("yardstick")

    def work(self, place: Place) -> int:
        self.calls.append("work")
        with transaction() as tx:
            self.names.add(str(tx.scalar(select(func.current_database()))))
            tx.execute(
                insert(communities), [{"community_code": str(n), "community_name": "x"} for n in range(self.rows)]
            )
        return self.rows

    def reset(self, place: Place) -> None:
        self.calls.append("reset")
        with transaction() as tx:
            tx.execute(communities.delete())


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Counting:
    made = Counting()
    monkeypatch.setattr(harness, "load", lambda _name: made)
    return made


def databases(database: Database) -> list[str]:
    superuser = create_engine(database.url("superuser"))
    with superuser.connect() as session:
        found = session.scalars(text("SELECT datname FROM pg_database WHERE datname LIKE 'guanjia_bench%'")).all()
    superuser.dispose()
    return [str(name) for name in found]


@pytest.fixture
def may_make_databases(database: Database) -> Database:
    """As on a server of one's own whose owner has that right; the one of the tests is taken as such."""
    superuser = create_engine(database.url("superuser"), isolation_level="AUTOCOMMIT")
    with superuser.connect() as session:
        session.execute(text("ALTER ROLE guanjia_owner CREATEDB"))
    superuser.dispose()
    return database


def test_yardstick_and_work_come_by_turns_in_a_database_of_their_own(
    may_make_databases: Database, counting: Counting, capsys: pytest.CaptureFixture[str]
) -> None:
    before = environment()
    assert cli.main(["bench", "counting", "--units", "7", "--json"]) == 0
    assert counting.calls == ["prepare 7", *["reset", "yardstick", "reset", "work"] * 3]
    (used,) = counting.names
    assert used.startswith("guanjia_bench_")
    assert databases(may_make_databases) == []
    assert environment() == before
    told = json.loads(capsys.readouterr().out)
    assert list(told) == ["bench", "seconds", "yardstick_seconds", "ratio", "rows", "rows_per_second", "peak_memory_mb"]
    assert (told["bench"], told["rows"]) == ("counting", 7)
    assert 20 < told["peak_memory_mb"] < 5_000


def test_a_bench_that_fails_leaves_nothing_behind(
    may_make_databases: Database, counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(place: Place) -> int:
        (place.folder / "inbox" / "big.csv").write_text("x", encoding="utf-8")
        raise KeyError(str(place.folder))

    monkeypatch.setattr(counting, "work", fail)
    with pytest.raises(KeyError) as caught:
        harness.measure("counting", 1, lambda _told: None)
    assert not Path(caught.value.args[0]).exists()
    assert databases(may_make_databases) == []


def test_what_a_killed_bench_left_is_removed_by_the_next(may_make_databases: Database, counting: Counting) -> None:
    superuser = create_engine(may_make_databases.url("superuser"), isolation_level="AUTOCOMMIT")
    with superuser.connect() as session:
        session.execute(text("CREATE DATABASE guanjia_bench_999999999 OWNER guanjia_owner"))
    superuser.dispose()
    harness.measure("counting", 1, lambda _told: None)
    assert databases(may_make_databases) == []


def test_a_figure_is_the_median_of_its_repetitions() -> None:
    found = measured("x", [4.0, 4.2, 9.0], [2.0, 2.1, 2.1], 42, 100.0)
    assert (found.seconds, found.yardstick_seconds, found.ratio, found.rows_per_second) == (4.2, 2.1, 2.0, 10.0)


@pytest.mark.parametrize("words", [["bench", "nothing"], ["bench", "list", "--units", "0"], ["bench"]])
def test_what_cannot_be_measured_is_told(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    settings.forget()
    assert cli.main(words) in (1, 2)
    assert "guanjia" in capsys.readouterr().err


def test_every_bench_has_a_size_a_unit_and_a_target() -> None:
    for name in harness.names():
        found = harness.load(name)
        assert found.units > 0 and found.unit and found.target > 0, name
