"""The schema explains itself and keeps money exact."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Column, DateTime, Float, Integer, Numeric, Table
from sqlalchemy.dialects.postgresql import DOUBLE_PRECISION, MONEY, REAL, TIMESTAMP

from guanjia.docs_generator.table_reference import metadata
from tests.repository.checkout import CHINESE, for_each

TABLES = sorted(metadata.tables.values(), key=lambda table: table.name)
AT_LEAST = 65
"""Raise it with the schema."""

MONEY_WORDS = re.compile(r"(?:^|_)(?:amount|price|rate|total|balance|debit|credit|fee|cost)(?:_|$)")

every_table = for_each(TABLES, lambda table: table.name)


def test_there_are_tables() -> None:
    assert len(TABLES) >= AT_LEAST


@every_table
def test_table_and_columns_carry_comments(table: Table) -> None:
    assert table.comment and len(table.comment) > 10
    assert not [column.name for column in table.columns if not column.comment]


@every_table
def test_no_column_is_a_float_and_no_instant_lacks_a_zone(table: Table) -> None:
    for column in table.columns:
        assert not isinstance(column.type, Float | REAL | DOUBLE_PRECISION | MONEY), column.name
        if isinstance(column.type, DateTime | TIMESTAMP):
            assert column.type.timezone, column.name


@every_table
def test_money_is_exact(table: Table) -> None:
    """Yuan are numeric; a whole number may be fen or a count."""
    for column in table.columns:
        if MONEY_WORDS.search(column.name):
            assert isinstance(column.type, Numeric | Integer) and not isinstance(column.type, Float), column.name


@every_table
def test_it_has_a_key_or_says_why_not(table: Table) -> None:
    assert table.primary_key.columns or "Without key" in str(table.comment)


@every_table
def test_names_are_the_fields_words(table: Table) -> None:
    for name in (table.name, *(column.name for column in table.columns)):
        assert re.fullmatch(r"[a-z][a-z0-9_]*", name), name
    assert not {"data", "info", "process", "utils", "helper"} & {column.name for column in table.columns}


@pytest.mark.parametrize(
    "table", [table for table in TABLES if table.info.get("direction") == "in"], ids=lambda table: table.name
)
def test_a_datasets_columns_are_described_in_chinese(table: Table) -> None:
    columns: list[Column[object]] = [column for column in table.columns if "kind" in column.info]
    assert CHINESE.search(table.info["zh"])
    assert not [column.name for column in columns if not column.info["zh"] or not CHINESE.search(column.info["zh"][0])]
