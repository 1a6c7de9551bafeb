"""Columns of a sheet as values: every cell read by its rule, a million of them in a moment.

The values of a column are one Arrow array of texts the database takes. In a small table every distinct cell is read
once. In a large one a column with few distinct cells goes the same way; of any other column, cells that stand in a form
in which nothing has to be undone (``GD20260918-001``, ``2026-09-18 14:12``, ``1234.5``) are taken as they are, all at
once, and only the rest is read cell by cell. A property test holds both ways together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from guanjia.domain.cells import CellReader, ColumnRule, Fault
from guanjia.domain.cells.raw import Raw
from guanjia.domain.cells.rules import LONGEST_TEXT
from guanjia.gateways.spreadsheets import BulkTable, Table

Texts: TypeAlias = Any
"""An Arrow array of texts; null is empty."""

SEPARATOR: Final = "\x1f"
"""Stands between the values of a joined key; no code holds it."""

Rows: TypeAlias = Any
"""Rows as a NumPy mask, or their places."""

_DAY: Final = (
    r"(?:19|20|21)\d\d-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)"
    r"|02-(?:0[1-9]|1\d|2[0-8]))"
)
_CLOCK: Final = r"(?:[01]\d|2[0-3]):[0-5]\d"
_CODE: Final = r"^[A-Za-z0-9][A-Za-z0-9_\-]{0,63}$"
_PLAIN: Final[Mapping[str, str]] = {
    "code": _CODE,
    "phone": r"^\d{3,20}$",
    "text": r"^[\p{L}\p{N}（【《“][^\p{Cc}]{2,}[\p{L}\p{N}\p{P}\p{S}]$",
    "email": r"^[A-Za-z0-9_\-]{1,40}(?:\.[A-Za-z0-9_\-]{1,20}){0,2}@(?:[A-Za-z0-9]{1,30}\.){1,3}[A-Za-z]{2,20}$",
    "date": f"^{_DAY}$",
    "timestamp": f"^{_DAY} {_CLOCK}(?::[0-5]\\d)?$",
    "integer": r"^(?:0|-?[1-9]\d{0,8})$",
    "decimal": r"^(?:0|-?[1-9]\d{0,8})$",
}
"""Forms in which a cell is its own value."""

_WITH_PLACES: Final = r"^(?:0|-?[1-9]\d{0,8})\.\d{1,%d}$"
_ISO_OFFSET: Final = f"^{_DAY}T{_CLOCK}:[0-5]\\d\\+08:00$"
_SLASHED: Final = r"^\d{4}/\d{2}/\d{2}(?: |$)"
_SPELLINGS: Final = (
    (r"^(\d{4})/(\d{1,2})/(\d{1,2})($|[ T])", r"\1-\2-\3\4"),
    (r"^(\d{4})\.(\d{1,2})\.(\d{1,2})($|[ T])", r"\1-\2-\3\4"),
    (r"^(\d{4})年(\d{1,2})月(\d{1,2})日($|[ T])", r"\1-\2-\3\4"),
    (r"^(\d{4})-(\d)-(\d{1,2})($|[ T])", r"\1-0\2-\3\4"),
    (r"^(\d{4}-\d\d)-(\d)($|[ T])", r"\1-0\2\3"),
    (r"^(\d{4}-\d\d-\d\d) (\d):", r"\1 0\2:"),
)
"""Other spellings of days and instants → the plain one; a cell that is none of them means the same after as before."""

_FEW: Final = 2_000
_SAMPLE: Final = 4_000


@dataclass
class ReadColumn:
    """A column, read.

    Attributes:
        values: one text per row; null where the cell is empty or at fault.
        faults: row → what is wrong with the cell.
    """

    values: Texts
    faults: dict[int, Fault]


def read_column(rule: ColumnRule, table: Table, place: int) -> ReadColumn:
    """Read every cell of a column.

    Args:
        rule: the column's rule.
        table: rows below the header.
        place: place of the column.
    """
    if isinstance(table, BulkTable):
        return read_texts(rule, combined(table.columns[place]))
    cells = table.columns[place]
    if len(cells) > _FEW and all(cell is None or type(cell) is str for cell in cells):
        return read_texts(rule, pa.array(cells, pa.string()))
    return _read_each(rule, cells)


def combined(column: pa.ChunkedArray) -> Texts:
    """A column in one piece."""
    found = column.combine_chunks()
    return found if isinstance(found, pa.Array) else pa.concat_arrays(column.chunks)


def _read_each(rule: ColumnRule, cells: Sequence[Raw]) -> ReadColumn:
    reader = CellReader(rule)
    found = [reader(cell) for cell in cells]
    faults = {row: value for row, value in enumerate(found) if type(value) is Fault}
    for row in faults:
        found[row] = None
    return ReadColumn(pa.array(found, pa.string()), faults)


def read_texts(rule: ColumnRule, cells: Texts) -> ReadColumn:
    """Read a large column of texts.

    Args:
        rule: the column's rule.
        cells: the cells; null where blank.
    """
    if _has_few_kinds(cells) or rule.kind not in _PLAIN:
        return _read_distinct(rule, cells)
    values, is_plain = _plain(rule, cells)
    if rule.required:
        is_plain = pc.and_kleene(is_plain, pc.is_valid(cells))
    rest = np.flatnonzero(~mask_of(is_plain))
    if not len(rest):
        return ReadColumn(values, {})
    read = _read_rest(rule, cells.take(pa.array(rest)))
    return ReadColumn(
        pc.replace_with_mask(values, pc.invert(is_plain), read.values),
        {int(rest[row]): fault for row, fault in read.faults.items()},
    )


def _read_rest(rule: ColumnRule, cells: Texts) -> ReadColumn:
    """Cells that are not their own value: days and instants are spelt anew all at once, what is left is read singly."""
    if rule.kind not in ("date", "timestamp") or len(cells) <= _FEW:
        return _read_distinct(rule, cells)
    for pattern, spelling in _SPELLINGS:
        cells = pc.replace_substring_regex(cells, pattern, spelling)
    is_plain = pc.fill_null(pc.match_substring_regex(cells, _PLAIN[rule.kind]), False)
    left = np.flatnonzero(~mask_of(is_plain))
    read = _read_distinct(rule, cells.take(pa.array(left)))
    return ReadColumn(
        pc.replace_with_mask(cells, pc.invert(is_plain), read.values),
        {int(left[row]): fault for row, fault in read.faults.items()},
    )


def _has_few_kinds(cells: Texts) -> bool:
    return len(cells) <= _FEW or 4 * len(cells.slice(0, _SAMPLE).unique()) < _SAMPLE


def _read_distinct(rule: ColumnRule, cells: Texts) -> ReadColumn:
    coded = cells.dictionary_encode(null_encoding="encode")
    reader = CellReader(rule)
    found = [reader(cell) for cell in coded.dictionary.to_pylist()]
    at_fault = [place for place, value in enumerate(found) if type(value) is Fault]
    words = pa.array([None if type(value) is Fault else value for value in found], pa.string())
    values = words.take(coded.indices)
    faults: dict[int, Fault] = {}
    if at_fault:
        indices = coded.indices.to_numpy(zero_copy_only=False)
        for row in np.flatnonzero(np.isin(indices, at_fault)):
            faults[int(row)] = found[indices[row]]
    return ReadColumn(values, faults)


def _plain(rule: ColumnRule, cells: Texts) -> tuple[Texts, Texts]:
    """Cells that are their own value, or become it by one rule for all; and which these are (blank ones too)."""
    if rule.kind in ("date", "timestamp"):
        cells = _with_dashes(cells)
    is_plain = pc.match_substring_regex(cells, _PLAIN[rule.kind])
    if rule.kind == "text":
        is_plain = pc.and_kleene(is_plain, pc.less_equal(pc.utf8_length(cells), LONGEST_TEXT))
    elif rule.kind in ("decimal", "integer"):
        cells, is_plain = _numbers(rule, cells, is_plain)
    elif rule.kind == "timestamp":
        with_offset = pc.match_substring_regex(cells, _ISO_OFFSET)
        if pc.any(with_offset).as_py():
            local = pc.replace_substring(pc.utf8_slice_codeunits(cells, 0, 19), "T", " ")
            cells = pc.if_else(pc.fill_null(with_offset, False), local, cells)
            is_plain = pc.or_kleene(is_plain, with_offset)
    return cells, pc.fill_null(is_plain, True)


def _with_dashes(cells: Texts) -> Texts:
    """2026/03/01 as 2026-03-01, the other form in which programs write days."""
    slashed = pc.fill_null(pc.match_substring_regex(cells, _SLASHED), False)
    return pc.if_else(slashed, pc.replace_substring(cells, "/", "-"), cells) if pc.any(slashed).as_py() else cells


def _numbers(rule: ColumnRule, cells: Texts, is_plain: Texts) -> tuple[Texts, Texts]:
    if rule.kind == "decimal":
        with_places = pc.match_substring_regex(cells, _WITH_PLACES % (9 if rule.places is None else rule.places))
        if pc.any(with_places).as_py():
            short = pc.replace_substring_regex(cells, r"(\.\d*?)0+$", r"\1")
            short = pc.replace_substring_regex(short, r"\.$", "")
            cells = pc.if_else(pc.fill_null(with_places, False), short, cells)
            is_plain = pc.or_kleene(is_plain, with_places)
    for bound, keeps in (
        (rule.minimum, pc.greater_equal),
        (rule.exclusive_minimum, pc.greater),
        (rule.maximum, pc.less_equal),
    ):
        if bound is not None:
            is_plain = pc.and_kleene(is_plain, keeps(_as_numbers(cells, is_plain), float(Decimal(bound))))
    return cells, is_plain


def _as_numbers(cells: Texts, is_plain: Texts) -> Texts:
    return pc.cast(pc.if_else(pc.fill_null(is_plain, False), cells, pa.scalar(None, pa.string())), pa.float64())


def mask_of(values: Texts) -> Rows:
    """An Arrow array of true and false as a NumPy mask."""
    return values.to_numpy(zero_copy_only=False).astype(bool)


class Frame:
    """The columns of a sheet, read; what all rules look at.

    Args:
        columns: contract column → its values.
        rows: number of rows.
        instants: columns that hold instants.
    """

    def __init__(self, columns: Mapping[str, Texts], rows: int, instants: frozenset[str]) -> None:
        self.columns: dict[str, Texts] = dict(columns)
        self.rows = rows
        self.instants = instants

    def __contains__(self, name: str) -> bool:
        return name in self.columns

    def value(self, name: str, row: int) -> str | None:
        """The value of a cell."""
        found: str | None = self.columns[name][row].as_py()
        return found

    def filled(self, name: str) -> Rows:
        """Which rows have a value (a NumPy mask); none where the column is absent."""
        if name not in self.columns:
            return np.zeros(self.rows, bool)
        return mask_of(pc.is_valid(self.columns[name]))

    def holds(self, name: str, *words: str) -> Rows:
        """Which rows hold one of the words."""
        if name not in self.columns:
            return np.zeros(self.rows, bool)
        return mask_of(pc.is_in(self.columns[name], pa.array(words, pa.string())))

    def after(self, name: str, other: str, *, or_equal: bool = False) -> Rows:
        """Which rows hold a later day or instant in one column than in the other; blanks are not later.

        Instants are compared by the minute where one of them was given without seconds.
        """
        if name not in self.columns or other not in self.columns:
            return np.zeros(self.rows, bool)
        return _later(self.columns[name], self.columns[other], or_equal=or_equal)

    def after_text(self, name: str, text: str) -> Rows:
        """Which rows hold a later day or instant than the one given as text."""
        if name not in self.columns:
            return np.zeros(self.rows, bool)
        return _later(self.columns[name], pa.scalar(text, pa.string()), or_equal=False)

    def joined(self, names: Sequence[str]) -> Texts:
        """The columns' values as one text, blanks as nothing, instants to the second."""
        texts = [_to_the_second(self.columns[name]) if name in self.instants else self.columns[name] for name in names]
        if len(texts) == 1:
            return texts[0]
        return pc.binary_join_element_wise(*texts, SEPARATOR, null_handling="replace", null_replacement="")

    def contents(self, names: Sequence[str], rows: Sequence[int]) -> list[tuple[str | None, ...]]:
        """The values of some rows, so that equal contents are equal."""
        chosen = pa.array(rows, pa.int64())
        columns = [self.columns[name].take(chosen) for name in names]
        exact = [
            _to_the_second(texts) if name in self.instants else texts
            for name, texts in zip(names, columns, strict=True)
        ]
        return list(zip(*(texts.to_pylist() for texts in exact), strict=True))

    def replace(self, name: str, new: Mapping[int, str]) -> None:
        """Put other values into some rows of a column."""
        if not new:
            return
        mask = np.zeros(self.rows, bool)
        mask[list(new)] = True
        ordered = [new[row] for row in sorted(new)]
        self.columns[name] = pc.replace_with_mask(self.columns[name], pa.array(mask), pa.array(ordered, pa.string()))

    def same_keys(self, key: Sequence[str], rows: Rows) -> list[list[int]]:
        """Groups of the given rows that hold the same key, rows in their order.

        Args:
            key: key columns.
            rows: places of rows (NumPy).
        """
        keys = self.joined(key)
        keys = keys if len(rows) == len(keys) else keys.take(pa.array(rows))
        if is_ascending(keys) or pc.count_distinct(keys, mode="all").as_py() == len(keys):
            return []
        codes = keys.dictionary_encode(null_encoding="encode").indices.to_numpy(zero_copy_only=False)
        often = np.flatnonzero(np.bincount(codes) > 1)
        groups: dict[int, list[int]] = {}
        for place in np.flatnonzero(np.isin(codes, often)):
            groups.setdefault(int(codes[place]), []).append(int(rows[place]))
        return list(groups.values())


def is_ascending(keys: Texts) -> bool:
    """Whether every text comes after the one before it, so that none stands twice; exports often are so."""
    if len(keys) < 2 or keys.null_count:
        return False
    return bool(pc.all(pc.greater(keys.slice(1), keys.slice(0, len(keys) - 1))).as_py())


def _to_the_second(values: Texts) -> Texts:
    """Instants given without seconds with them, so that equal ones are equal."""
    return pc.if_else(
        pc.equal(pc.binary_length(values), _WITHOUT_SECONDS),
        pc.binary_join_element_wise(values, pa.scalar(":00"), pa.scalar("")),
        values,
    )


_WITHOUT_SECONDS: Final = len("2026-09-18 14:12")


def _later(one: Texts, other: Texts, *, or_equal: bool) -> Rows:
    shorter = pc.min_element_wise(pc.binary_length(one), pc.binary_length(other), skip_nulls=False)
    by_minute = pc.fill_null(pc.equal(shorter, _WITHOUT_SECONDS), False)
    compare = pc.greater_equal if or_equal else pc.greater
    exact = compare(one, other)
    if pc.any(by_minute).as_py():
        minute = compare(
            pc.utf8_slice_codeunits(one, 0, _WITHOUT_SECONDS), pc.utf8_slice_codeunits(other, 0, _WITHOUT_SECONDS)
        )
        exact = pc.if_else(by_minute, minute, exact)
    return mask_of(pc.fill_null(exact, False))
