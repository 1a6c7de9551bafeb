"""What the small houses of these tests are built on: a database, and rows put in and read by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, text

from guanjia.settings import TIME_ZONE
from guanjia.store.tables import metadata
from tests.conftest import Database

T = metadata.tables


def at(written: str) -> datetime:
    """An instant of November 2026 (`20 10:00`), or one with its month (`10-03 09:00`) or year."""
    day, clock = written.split(" ")
    return datetime.fromisoformat(f"{_full(day)}T{clock}").replace(tzinfo=TIME_ZONE)


def on(written: str) -> date:
    """A day of November 2026 (`20`), or one with its month (`10-03`) or year."""
    return date.fromisoformat(_full(written))


def _full(day: str) -> str:
    return day if day.count("-") == 2 else f"2026-{day}" if "-" in day else f"2026-11-{day.zfill(2)}"


@dataclass(frozen=True)
class BareHouse:
    """A database; each call is a transaction of its own."""

    database: Database

    def add(self, table: str, *rows: dict[str, Any]) -> None:
        with self.database.transaction() as tx:
            if rows:
                tx.execute(insert(T[table]), list(rows))

    def execute(self, statement: str, **values: Any) -> None:
        with self.database.transaction() as tx:
            tx.execute(text(statement), values)

    def rows(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        with self.database.transaction() as tx:
            return [tuple(row) for row in tx.execute(text(statement), values)]
