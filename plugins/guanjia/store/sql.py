"""SQL files: loaded by name, run with exactly the parameters their header declares.

A file in ``sql/`` is one statement with named binds. Its header comment says in business words what it does, and has
the lines ``Reads:``, ``Writes:``, ``Rerun:`` and ``Params:`` (one parameter a line: ``name (type): meaning``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, CursorResult, TextClause, text

from guanjia.domain.errors import QueryParametersError, UnknownName
from guanjia.settings import environment

_BIND = re.compile(r"(?<![:\w]):([a-z][a-z0-9_]*)\b")
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.S)
_LITERAL = re.compile(r"'(?:[^']|'')*'")
_DECLARED = re.compile(r"^--\s+(?:Params:\s*)?([a-z][a-z0-9_]*)\s*\([^)\n]*\)\s*:", re.M)


@dataclass(frozen=True)
class Query:
    """One SQL file.

    Attributes:
        name: folder/verb_noun.
        statement: the statement, ready for SQLAlchemy.
        header: the comment at the top.
        declared: parameters the header names.
        used: parameters the statement binds.
    """

    name: str
    statement: TextClause
    header: str
    declared: frozenset[str]
    used: frozenset[str]

    def run(self, transaction: Connection, parameters: Mapping[str, Any]) -> CursorResult[Any]:
        """Execute with exactly the declared parameters.

        Raises:
            QueryParametersError: one is missing or unknown.
        """
        if set(parameters) != self.used:
            missing, unknown = sorted(self.used - set(parameters)), sorted(set(parameters) - self.used)
            raise QueryParametersError(f"sql/{self.name}.sql: parameters missing {missing}, unknown {unknown}.")
        return transaction.execute(self.statement, dict(parameters))

    def run_many(self, transaction: Connection, rows: Sequence[Mapping[str, Any]]) -> CursorResult[Any]:
        """Execute once per row of parameters; for a handful of rows, never for bulk."""
        return transaction.execute(self.statement, [dict(row) for row in rows])


@cache
def query(name: str) -> Query:
    """Load a SQL file.

    Args:
        name: path below ``sql/`` without ending, for example `overdue_escalations/raise_steps`.

    Raises:
        UnknownName: there is no such file.
    """
    path = environment().project_root / "sql" / f"{name}.sql"
    try:
        source = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UnknownName(f"There is no query sql/{name}.sql in {environment().project_root}.") from None
    header = "\n".join(line for line in source.splitlines() if line.startswith("--"))
    code = _LITERAL.sub("''", _COMMENT.sub(" ", source))
    params = header[header.find("Params:") :] if "Params:" in header else ""
    return Query(
        name=name,
        statement=text(_COMMENT.sub(" ", source)),
        header=header,
        declared=frozenset(_DECLARED.findall(params)),
        used=frozenset(_BIND.findall(code)),
    )


def execute(transaction: Connection, name: str, /, **parameters: Any) -> CursorResult[Any]:
    """Run the SQL file of that name with the given parameters; see `Query.run`."""
    return query(name).run(transaction, parameters)
