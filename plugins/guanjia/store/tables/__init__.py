"""The schema: SQLAlchemy tables are the one truth; Alembic migrates a live database to them.

Every table and column carries a comment; a table of the data contract carries its dataset in ``Table.info`` and its
columns the contract's facts in ``Column.info`` (see ``columns.py``).
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from sqlalchemy import Table

from guanjia.store.tables.columns import metadata

_CONTRACT_ORDER = ("registers", "service", "money", "policies")
_found = sorted(found.name for found in iter_modules(__path__))
for _module in (*_CONTRACT_ORDER, *(name for name in _found if name not in _CONTRACT_ORDER)):
    import_module(f"{__name__}.{_module}")


def datasets(direction: str | None = None) -> dict[str, Table]:
    """Name → table of every dataset of the data contract.

    Args:
        direction: `in` (comes through intake), `out` (export only) or None for both.

    Returns:
        Datasets in the order they are declared.
    """
    return {
        table.info["dataset"]: table
        for table in metadata.tables.values()
        if "dataset" in table.info and direction in (None, table.info["direction"])
    }


__all__ = ["datasets", "metadata"]
