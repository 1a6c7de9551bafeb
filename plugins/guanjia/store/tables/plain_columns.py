"""Columns and checks that tables of pipelines are made of; those of datasets that come in are in ``columns.py``."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, DateTime, Integer, Numeric, Text, text


def text_column(name: str, comment: str, *, nullable: bool = False) -> Column[Any]:
    """Text: a code, a word, or a sentence."""
    return Column(name, Text, nullable=nullable, comment=comment)


def instant_column(name: str, comment: str, *, nullable: bool = True) -> Column[Any]:
    """An instant, with its zone; blank until it comes."""
    return Column(name, DateTime(timezone=True), nullable=nullable, comment=comment)


def count_column(name: str, comment: str) -> Column[Any]:
    """A count, 0 unless said otherwise."""
    return Column(name, Integer, nullable=False, server_default=text("0"), comment=comment)


def number_column(name: str, comment: str, *, nullable: bool = True) -> Column[Any]:
    """An exact number of any size and precision."""
    return Column(name, Numeric, nullable=nullable, comment=comment)


def flag_column(name: str, comment: str) -> Column[Any]:
    """A yes or no, no unless said otherwise."""
    return Column(name, Boolean, nullable=False, server_default=text("false"), comment=comment)


def run_column() -> Column[Any]:
    """The run that wrote the row last."""
    return Column("run_id", BigInteger, nullable=True, comment="Run that wrote the row last")


def one_of(name: str, *words: str) -> CheckConstraint:
    """The column holds one of these words."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{name} IN ({listed})", name=f"{name}_choice")


def export_info(zh: str, dataset: str, *order: str, hidden: tuple[str, ...] = ()) -> dict[str, Any]:
    """What makes a table a dataset that goes out: its names, the order of its rows, and columns kept to ourselves."""
    return {"dataset": dataset, "zh": zh, "direction": "out", "key": order, "hidden": hidden}
