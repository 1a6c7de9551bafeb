"""Columns that the workbooks of the quality check share: headings of the contract, what is shown, and the seal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy import Table

from guanjia.domain.seals import joined_code, seal
from guanjia.gateways.spreadsheets.worklist import FormColumn, Value, text_width
from guanjia.i18n import Translator
from guanjia.pipelines.scheduled_callbacks.list_columns import fitting, spelt

SEAL: Final = "seal"


def sheet_name(_: Translator, table: Table) -> str:
    """The sheet's name, by which intake knows what it holds."""
    return str(table.info["zh"]) if _.language == "zh" else table.name


def asked_heading(_: Translator, table: Table, name: str) -> str:
    """A heading of the contract; the English name spelt for people, which intake reads as well."""
    return str(table.c[name].info["zh"][0]) if _.language == "zh" else spelt(name)


def shown_heading(_: Translator, table: Table, name: str) -> str:
    """The heading of something shown, which intake knows as our own."""
    return str(table.info["informative"][name]) if _.language == "zh" else spelt(name)


def shown_columns(
    _: Translator,
    table: Table,
    shown: Mapping[str, Sequence[Value]],
    widths: Mapping[str, tuple[int, int]],
    *,
    own: Sequence[str] = (),
) -> list[tuple[FormColumn, list[Value]]]:
    """Columns of what is known, as wide as their values and headings need, within bounds.

    Args:
        _: language.
        table: dataset of the sheet.
        shown: informative name → what stands in each row, in the order of the sheet.
        widths: informative name → width at least and at most; longer values wrap.
        own: names that each row of a block has for itself; all others are one cell for the block.
    """
    found = []
    for name, values in shown.items():
        heading = shown_heading(_, table, name)
        width = fitting(heading, values, *widths[name])
        column = FormColumn(heading, width, "marked" if name == "note" else "shown")
        is_count = name in ("number", "weight_of_it", "score_given")
        column = replace(column, cell="count" if is_count else "text", is_shared=name not in own)
        found.append((column, list(values)))
    return found


def asked_column(_: Translator, table: Table, column: FormColumn, explanation: str) -> FormColumn:
    """A column under its contract's name, as one to be filled in.

    Args:
        _: language.
        table: dataset of the sheet.
        column: the column, its contract's name as heading.
        explanation: what to write there, in the reader's language.
    """
    heading = asked_heading(_, table, column.heading)
    longest = max(text_width(word) for word in heading.split())
    return replace(column, heading=heading, width=max(column.width, longest + 2), use="asked", explanation=explanation)


def empty(columns: Sequence[FormColumn], rows: int) -> list[tuple[FormColumn, list[Value]]]:
    """Columns to be filled in, nothing in them yet."""
    return [(column, [None] * rows) for column in columns]


def kept_column(
    _: Translator, table: Table, name: str, values: Sequence[str], *, width: int = 26
) -> tuple[FormColumn, list[Value]]:
    """A column of codes, or of the key's other values, that must come back unchanged."""
    heading = asked_heading(_, table, name)
    return FormColumn(heading, fitting(heading, values, 8, width), "kept"), list(values)


def seal_column(
    _: Translator, table: Table, codes: Sequence[Sequence[str]], shown: Mapping[str, Sequence[Value]]
) -> tuple[FormColumn, list[Value]]:
    """The hidden seal over what a row is about and what it shows.

    Args:
        _: language.
        table: dataset of the sheet; it says what its seal covers.
        codes: for each row the codes it is known by, in the order of the dataset's ``sealed``.
        shown: informative name → what stands in each row; what is not shown counts as empty.
    """
    names = [name for name in table.info["informative"] if name != SEAL]
    seals: list[Value] = [
        seal(joined_code(code), [_text(shown[name][row]) if name in shown else "" for name in names])
        for row, code in enumerate(codes)
    ]
    return FormColumn(shown_heading(_, table, SEAL), 18, "kept", is_hidden=True), seals


def _text(value: Value) -> str:
    """A value as intake finds it in the cell."""
    return "" if value is None else str(value)
