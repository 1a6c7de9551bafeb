"""A SQL file is one statement with a header, named parameters and no clock."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from guanjia.store.sql import Query, query
from tests.repository.checkout import ROOT, for_each, matching, named

SQL_FILES = matching("sql/**/*.sql")
STATEMENTS = [path for path in SQL_FILES if path.parent.name != "migrations"]
"""Functions that a migration installs (``sql/migrations``) have other rules: no binds, several statements."""

AT_LEAST = 500
"""Raise it now and then, so that a moved folder does not make these tests empty."""

COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.S)
LITERAL = re.compile(r"\$(\w*)\$.*?\$\1\$|'(?:[^']|'')*'", re.S)
CLOCK = re.compile(
    r"\b(?:now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\s*\("
    r"|\b(?:current_date|current_time|current_timestamp|localtime|localtimestamp)\b"
    r"|'(?:now|today|tomorrow|yesterday)'",
    re.I,
)

every_sql_file = for_each(SQL_FILES, named)
every_statement = for_each(STATEMENTS, named)


def query_name(path: Path) -> str:
    return path.relative_to(ROOT / "sql").with_suffix("").as_posix()


def loaded(path: Path) -> Query:
    return query(query_name(path))


def code_of(path: Path) -> str:
    return LITERAL.sub("''", COMMENT.sub(" ", path.read_text(encoding="utf-8")))


def test_there_are_sql_files() -> None:
    assert len(STATEMENTS) >= AT_LEAST


@every_statement
def test_it_is_one_statement(path: Path) -> None:
    statements = [part for part in code_of(path).split(";") if part.strip()]
    assert len(statements) == 1


@every_statement
def test_its_name_is_a_verb_and_a_noun(path: Path) -> None:
    assert re.fullmatch(r"[a-z]+(?:_[a-z0-9]+)+", path.stem)


@every_statement
def test_the_header_says_what_it_does_and_what_it_touches(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    header = lines[: next(i for i, line in enumerate(lines) if not line.startswith("--"))]
    first = header[0].removeprefix("--").strip() if header else ""
    assert len(first) > 12 and not first.startswith(("Reads:", "Writes:")), "first what it does, in business words"
    for word in ("Reads", "Writes", "Rerun"):
        assert re.search(rf"^-- {word}: \S", "\n".join(header), re.M), f"no line `-- {word}: …`"
    if loaded(path).used:
        assert "-- Params:" in "\n".join(header)


@every_statement
def test_declared_parameters_are_the_used_ones(path: Path) -> None:
    found = loaded(path)
    assert found.declared == found.used


@every_sql_file
def test_it_never_asks_the_clock(path: Path) -> None:
    without_comments = COMMENT.sub(" ", path.read_text(encoding="utf-8"))
    assert not (asked := CLOCK.search(without_comments)), f"{asked[0]}: as_of is passed"


@every_statement
def test_it_names_its_columns_and_casts_aloud(path: Path) -> None:
    code = code_of(path)
    assert not re.search(r"\bSELECT\s+(?:DISTINCT\s+)?\*", code, re.I), "SELECT *"
    named_above = _aliases_of_named_steps(code, path.parent)
    assert set(re.findall(r"\b(\w+)\.\*", code)) <= named_above, "alias.* of a table; name its columns"
    assert "::" not in code, "CAST(x AS t): `::` clashes with :parameters"
    if path.parent.name not in TIME_ONLY:
        assert not re.search(r"\b(?:float|float4|float8|real|double\s+precision|money)\b", code, re.I), (
            "money is numeric"
        )


TIME_ONLY = ("overdue_escalations", "working_time")
"""Folders that hold no money: an interval is made of seconds in double precision."""


def _aliases_of_named_steps(code: str, folder: Path) -> set[str]:
    """Aliases of WITH queries, subqueries and the folder's temporary tables: their columns are named already."""
    steps = {name.lower() for name in re.findall(r"\b(\w+)\s+AS\s+(?:NOT\s+)?(?:MATERIALIZED\s+)?\(", code, re.I)}
    steps |= _temporary_tables_of(folder)
    named = re.findall(r"\b(?:FROM|JOIN)\s+(\w+)\s+AS\s+(\w+)", code, re.I)
    return {alias for step, alias in named if step.lower() in steps} | set(re.findall(r"\)\s+AS\s+(\w+)", code, re.I))


@cache
def _temporary_tables_of(folder: Path) -> frozenset[str]:
    made = "\n".join(other.read_text(encoding="utf-8") for other in folder.glob("*.sql"))
    return frozenset(re.findall(r"\btemporary (?:table|view) (?:if not exists )?(\w+)", made.lower()))


@cache
def _everything_that_may_name_a_query() -> str:
    users = matching("plugins/**/*.py", "dags/**/*.py", "expectations/**/*.json")
    return "\n".join(path.read_text(encoding="utf-8") for path in users)


@cache
def _quoted_names() -> frozenset[str]:
    return frozenset(re.findall(r"(?=[\"']([\w/]+)[\"'])", _everything_that_may_name_a_query()))


@cache
def _patterns_of(folder: str) -> list[str]:
    """Names put together in code, as patterns of whole names."""
    found = re.findall(rf'f"({re.escape(folder)}/\w+\{{[^"]+)"', _everything_that_may_name_a_query())
    return [re.sub(r"\\{.*?\\}", r"\\w+", re.escape(pattern)) for pattern in found]


@every_statement
def test_it_is_used(path: Path) -> None:
    """Loaded by its whole name, or by one put together (``f"desk/{name}"``, ``f"intake/note_{table}_versions"``)."""
    name, folder = query_name(path), path.parent.relative_to(ROOT / "sql").as_posix()
    is_named_whole = name in _quoted_names()
    is_named_in_folder = path.stem in _quoted_names() and f'f"{folder}/{{' in _everything_that_may_name_a_query()
    is_put_together = any(re.fullmatch(pattern, name) for pattern in _patterns_of(folder))
    assert is_named_whole or is_named_in_folder or is_put_together, f"nothing loads sql/{name}.sql"
