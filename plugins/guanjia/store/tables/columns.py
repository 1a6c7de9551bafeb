"""How a register column is declared: its database type and what the data contract says of it.

The contract's facts stand in ``Column.info`` (``zh``: accepted Chinese headers, the first is the one we print;
``kind``: how a cell is read; ``choices``: English word → Chinese words; ``required``; ``references``: table of the
code it must be known in; ``minimum``, ``exclusive_minimum``, ``maximum``; ``places``: decimals allowed, None = any;
``past``: the instant has happened and cannot lie after as_of), so that intake, exports and the generated contract
read one source.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    Integer,
    MetaData,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    Time,
    UniqueConstraint,
)
from sqlalchemy.types import TypeEngine

Kind = Literal[
    "code",
    "text",
    "email",
    "phone",
    "choice",
    "boolean",
    "integer",
    "decimal",
    "date",
    "timestamp",
    "clock",
    "shift_time",
    "code_list",
]

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pk",
        "fk": "%(table_name)s_%(column_0_N_name)s_fk",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "ck": "%(table_name)s_%(constraint_name)s_check",
    }
)

_TYPES: Mapping[Kind, TypeEngine[Any]] = {
    "code": Text(),
    "text": Text(),
    "email": Text(),
    "phone": Text(),
    "choice": Text(),
    "boolean": Boolean(),
    "integer": Integer(),
    "decimal": Numeric(),
    "date": Date(),
    "timestamp": DateTime(timezone=True),
    "clock": Time(),
    "shift_time": DateTime(timezone=True),
    "code_list": Text(),
}


def column(
    name: str,
    kind: Kind,
    comment: str,
    zh: str | Sequence[str],
    *,
    required: bool = False,
    choices: Mapping[str, str | Sequence[str]] | None = None,
    references: str | None = None,
    minimum: int | str | None = None,
    exclusive_minimum: int | str | None = None,
    maximum: int | str | None = None,
    places: int | None = None,
    past: bool = False,
) -> Column[Any]:
    """Declare one contract column.

    Args:
        name: English header and database name.
        kind: how a cell is read (see the module's docstring).
        comment: what it means, with unit; becomes the database comment.
        zh: Chinese header(s); the first is the one printed.
        required: a blank cell rejects the row (`*` in the contract).
        choices: English word → Chinese word(s) accepted for it.
        references: dataset in which the code must be known.
        minimum: smallest value allowed, inclusive.
        exclusive_minimum: bound the value must exceed.
        maximum: largest value allowed, inclusive.
        places: decimal places allowed; 2 makes the column numeric(14,2), None any.
        past: the instant has happened, so it cannot lie after as_of.

    Returns:
        The column, nullable unless required.
    """
    sql_type = _TYPES[kind]
    if kind == "decimal" and places is not None:
        sql_type = Numeric(14 + max(0, places - 2), places)
    headers = (zh,) if isinstance(zh, str) else tuple(zh)
    words = {
        word: ((spoken,) if isinstance(spoken, str) else tuple(spoken)) for word, spoken in (choices or {}).items()
    }
    return Column(
        name,
        sql_type,
        nullable=not required,
        comment=comment,
        info={
            "zh": headers,
            "kind": kind,
            "required": required,
            "choices": words,
            "references": references,
            "minimum": _decimal(minimum),
            "exclusive_minimum": _decimal(exclusive_minimum),
            "maximum": _decimal(maximum),
            "places": places,
            "past": past,
        },
    )


def _decimal(bound: int | str | None) -> Decimal | None:
    return None if bound is None else Decimal(bound)


def _column_checks(col: Column[Any]) -> list[CheckConstraint]:
    checks = []
    info = col.info
    if info["choices"]:
        words = ", ".join(f"'{word}'" for word in info["choices"])
        checks.append(CheckConstraint(f'"{col.name}" IN ({words})', name=f"{col.name}_choice"))
    for key, sign, suffix in (
        ("minimum", ">=", "minimum"),
        ("exclusive_minimum", ">", "above"),
        ("maximum", "<=", "maximum"),
    ):
        if info[key] is not None:
            checks.append(CheckConstraint(f'"{col.name}" {sign} {info[key]}', name=f"{col.name}_{suffix}"))
    if info["kind"] == "code" and info["required"]:
        checks.append(CheckConstraint(f"\"{col.name}\" <> ''", name=f"{col.name}_not_blank"))
    return checks


def register(
    name: str,
    zh: str,
    group: str,
    comment: str,
    *columns: Column[Any],
    key: tuple[str, ...],
    foreign_keys: Mapping[tuple[str, ...], str] | None = None,
    checks: Mapping[str, str] | None = None,
    restricted: bool = False,
    prefilled: tuple[str, ...] = (),
    shared: tuple[str, ...] = (),
    sealed: tuple[str, ...] = (),
    informative: Mapping[str, str] | None = None,
) -> Table:
    """Declare the table of one dataset that comes in through intake.

    Args:
        name: dataset and table name.
        zh: Chinese name of the dataset.
        group: chapter of the data contract (`Registers`, `Service`, `Money`, `Policies`).
        comment: grain, one row per …
        columns: contract columns in the contract's order.
        key: columns that identify a row; a nullable one compares as equal when blank.
        foreign_keys: local columns → referenced table (its key columns).
        checks: constraint name → condition over several columns.
        restricted: taken only from the restricted inbox, after a second person's yes.
        prefilled: contract columns that a list we send out has filled in already.
        shared: contract columns that such a list asks for once for several rows; they alone do not fill a row.
        sealed: contract columns that the seal of such a list covers; empty: the one that names a row.
        informative: English → Chinese heading of what else such a list shows; intake does not read these.

    Returns:
        The table, with provenance columns (`loaded_from`, `loaded_row`) behind the contract's.
    """
    names = {col.name: col for col in columns}
    constraints: list[Any] = []
    extra: list[Column[Any]] = [
        Column(
            "loaded_from",
            BigInteger,
            nullable=True,
            comment="intake_files row this content came from; blank: a pipeline wrote it",
        ),
        Column("loaded_row", Integer, nullable=True, comment="row number in that file, as a spreadsheet shows it"),
    ]
    if all(not names[part].nullable for part in key):
        constraints.append(PrimaryKeyConstraint(*key))
    else:
        extra.append(
            Column(f"{name}_id", BigInteger, Identity(), comment="technical key; the contract's key may hold blanks")
        )
        constraints.append(PrimaryKeyConstraint(f"{name}_id"))
        constraints.append(UniqueConstraint(*key, postgresql_nulls_not_distinct=True))
    for local, target in (foreign_keys or {}).items():
        remote = _KEYS.get(target, local)
        constraints.append(ForeignKeyConstraint(local, [f"{target}.{part}" for part in remote]))
    constraints.append(ForeignKeyConstraint(["loaded_from"], ["intake_files.file_id"]))
    for col in columns:
        constraints.extend(_column_checks(col))
    for check_name, condition in (checks or {}).items():
        constraints.append(CheckConstraint(condition, name=check_name))
    return Table(
        name,
        metadata,
        *columns,
        *extra,
        *constraints,
        comment=comment,
        info={
            "dataset": name,
            "zh": zh,
            "group": group,
            "key": key,
            "restricted": restricted,
            "direction": "in",
            "prefilled": prefilled,
            "shared": shared,
            "sealed": sealed,
            "informative": dict(informative or {}),
        },
    )


_KEYS: Mapping[str, tuple[str, ...]] = {
    "communities": ("community_code",),
    "buildings": ("community_code", "building_code"),
    "units": ("community_code", "unit_code"),
    "customers": ("customer_code",),
    "staff": ("staff_code",),
    "cases": ("case_code",),
    "contracts": ("contract_code",),
    "meters": ("meter_code",),
    "callbacks": ("callback_code",),
    "inspections": ("inspection_code",),
    "samples": ("sample_code",),
}
