"""Reading for a page: one short read-only transaction, SQL files by name, rows in pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, text

from guanjia.host.database import attach
from guanjia.store.engine import transaction
from guanjia.store.sql import query

PAGE_SIZE = 100

_PATIENCE = text("SET LOCAL statement_timeout = '10s'")
_SNAPSHOT = text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")

Row = RowMapping


@contextmanager
def reading() -> Iterator[Connection]:
    """A read-only transaction in which every query of a page sees the same moment."""
    attach()
    with transaction("read") as tx:
        tx.execute(_SNAPSHOT)
        tx.execute(_PATIENCE)
        yield tx


@contextmanager
def acting() -> Iterator[Connection]:
    """A transaction that may change rows: what a visitor decided."""
    attach()
    with transaction("app") as tx:
        tx.execute(_PATIENCE)
        yield tx


def rows(tx: Connection, name: str, /, **parameters: Any) -> Sequence[Row]:
    """Every row of ``sql/desk/<name>.sql``."""
    return query(f"desk/{name}").run(tx, parameters).mappings().all()


def row(tx: Connection, name: str, /, **parameters: Any) -> Row | None:
    """The one row of ``sql/desk/<name>.sql``, if there is one."""
    return query(f"desk/{name}").run(tx, parameters).mappings().one_or_none()


@dataclass(frozen=True)
class Listed:
    """A page of a list.

    Attributes:
        rows: what is shown.
        next: value of the ordering key behind which the next page starts; None: this is the last.
    """

    rows: Sequence[Row]
    next: Any


def listed(found: Sequence[Row], key: str, page_size: int = PAGE_SIZE) -> Listed:
    """Cut a list that was asked for with one row more than a page holds."""
    shown = found[:page_size]
    return Listed(shown, shown[-1][key] if len(found) > page_size else None)
