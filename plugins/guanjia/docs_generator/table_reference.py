"""The table reference, read from the schema's declaration."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import CheckConstraint, Column, Constraint, ForeignKeyConstraint, Table, UniqueConstraint
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.schema import CreateIndex

from guanjia.docs_generator.markdown import anchor, cell, code, table, title
from guanjia.store.tables import metadata

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped


def page() -> str:
    """The page ``tables.md``."""
    tables = sorted(metadata.tables.values(), key=lambda found: found.name)
    overview = table(
        ["table", "one row per …", "dataset"],
        [
            [f"[`{found.name}`]({anchor(found.name)})", found.comment, "yes" if "dataset" in found.info else ""]
            for found in tables
        ],
    )
    introduction = (
        "Every table of the database `guanjia`, schema `public`. A *dataset* comes in or goes out as a file and is "
        "described in the [data contract](data-contract.md)."
    )
    return "\n".join([title("Tables 数据表", introduction), overview, *(_chapter(found) for found in tables)])


def _chapter(found: Table) -> str:
    key = {column.name for column in found.primary_key.columns}
    columns = table(
        ["column", "type", "may be blank", "meaning"],
        [
            [
                f"**{column.name}**" if column.name in key else column.name,
                column.type.compile(_DIALECT).lower(),
                "yes" if column.nullable else "",
                column.comment,
            ]
            for column in found.columns
        ],
    )
    rules = "".join(f"* {rule}\n" for rule in _rules(found))
    return f"## {found.name}\n\n{found.comment}\n\n{columns}\n{rules}"


def _rules(found: Table) -> Iterator[str]:
    """What the database itself guarantees, beside types and blanks."""
    if found.primary_key.columns:
        yield f"primary key {code(column.name for column in found.primary_key.columns)}"
    for constraint in sorted(found.constraints, key=_order):
        if isinstance(constraint, ForeignKeyConstraint):
            remote = f"{constraint.referred_table.name} ({', '.join(e.column.name for e in constraint.elements)})"
            yield f"{code(constraint.column_keys)} refers to `{remote}`"
        elif isinstance(constraint, ExcludeConstraint):
            parts = ", ".join(f"{_text(part)} {operator}" for part, _name, operator in constraint._render_exprs)
            yield f"no two rows with {cell(parts)}"
        elif isinstance(constraint, UniqueConstraint):
            yield f"unique {code(column.name for column in constraint.columns)}"
        elif isinstance(constraint, CheckConstraint):
            yield f"`{cell(constraint.sqltext)}`"
    for index in sorted(found.indexes, key=lambda index: str(index.name)):
        yield f"index `{cell(str(CreateIndex(index).compile(dialect=_DIALECT)).split(' ON ', 1)[1])}`"


def _order(constraint: Constraint) -> tuple[str, str]:
    columns = (
        ",".join(constraint.columns.keys()) if isinstance(constraint, ForeignKeyConstraint | UniqueConstraint) else ""
    )
    said = str(constraint.sqltext) if isinstance(constraint, CheckConstraint) else ""
    return type(constraint).__name__, columns + said + str(constraint.name)


def _text(part: object) -> str:
    return part.name if isinstance(part, Column) else str(part)
