"""Headers: how a column's heading is compared with the contract's names, and where the header row stands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from guanjia.domain.cells.raw import Raw, as_found, is_blank
from guanjia.domain.cells.text import half_width

_BRACKETS: Final = re.compile(r"\([^()]*\)")
_NEVER_CLOSED: Final = re.compile(r"\([^()]*")
_DROPPED: Final = re.compile(r"[\s*_]+")
_TOTAL: Final = re.compile(r"(?:合计|小计|总计)[:：]?")
_CLOSING: Final = re.compile(r"(?:合计|总计)[:：]?")


def header_name(raw: Raw) -> str:
    """A heading as it is compared: no spaces, line breaks, ``*`` or brackets, any width and case.

    ``收费 面积（㎡）*`` is ``收费面积``; ``Unit_Code`` is ``unitcode``. Brackets may stand within brackets.
    """
    name, before = half_width(as_found(raw)), None
    while name != before:
        name, before = _BRACKETS.sub("", name), name
    return _DROPPED.sub("", _NEVER_CLOSED.sub("", name)).casefold()


@dataclass(frozen=True)
class Header:
    """Where a dataset's header stands and what its columns are.

    Attributes:
        index: place of the header row among the rows given, from 0.
        columns: contract column → place of the column, from 0.
        titles: heading of every column, as found.
    """

    index: int
    columns: Mapping[str, int]
    titles: tuple[str, ...]

    @property
    def surplus(self) -> tuple[str, ...]:
        """Headings of columns the contract does not know for this dataset."""
        known = set(self.columns.values())
        return tuple(title for place, title in enumerate(self.titles) if place not in known and title.strip())


def names_of(columns: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Every accepted heading of a dataset → its column.

    Args:
        columns: English name → Chinese names.
    """
    found: dict[str, str] = {}
    for english, chinese in columns.items():
        for name in (english, *chinese):
            found.setdefault(header_name(name), english)
    return found


def find_header(
    rows: Sequence[Sequence[Raw]], names: Mapping[str, str], required: Sequence[str], key: Sequence[str] = ()
) -> Header | None:
    """The row that is a dataset's header: the first of those that name most of its columns.

    It need not be the first row: titles, a bank's preamble and a merged group header may stand above it. A row counts
    as a header when it names at least two columns, among them the whole key (an update may bring no more than that and
    what changes) or half of the required ones.

    Args:
        rows: first rows of the sheet.
        names: what `names_of` gives.
        required: required columns of the dataset.
        key: columns that identify a row and are required.
    """
    best: Header | None = None
    for index, row in enumerate(rows):
        columns: dict[str, int] = {}
        for place, cell in enumerate(row):
            found = names.get(header_name(cell)) if not is_blank(cell) else None
            if found is not None:
                columns.setdefault(found, place)
        has_key = bool(key) and all(name in columns for name in key)
        has_half = 2 * sum(name in columns for name in required) >= len(required)
        if len(columns) >= 2 and (has_key or has_half) and (best is None or len(columns) > len(best.columns)):
            best = Header(index, columns, tuple(as_found(cell) for cell in row))
    return best


def is_total(cells: Sequence[Raw]) -> bool:
    """Whether a row is a 合计, 小计 or 总计 line: the word, spaces inside allowed, alone in its first filled cell."""
    return _first_word(cells, _TOTAL)


def closes_table(cells: Sequence[Raw]) -> bool:
    """Whether nothing below the row belongs to the table: a 合计 or 总计 line."""
    return _first_word(cells, _CLOSING)


def _first_word(cells: Sequence[Raw], word: re.Pattern[str]) -> bool:
    for cell in cells:
        if not is_blank(cell):
            return isinstance(cell, str) and word.fullmatch(header_name(cell)) is not None
    return False


def repeats_header(cells: Sequence[Raw], header: Header) -> bool:
    """Whether a row is the header once more: every known column that is filled holds its own heading."""
    filled = [place for place in header.columns.values() if place < len(cells) and not is_blank(cells[place])]
    return len(filled) >= 2 and all(header_name(cells[place]) == header_name(header.titles[place]) for place in filled)
