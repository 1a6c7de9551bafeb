"""Delimited texts (.csv): encoding, delimiter and records; a blank line is a record, a quoted line break is not.

A small file is read record by record into Python cells. A large one is cut into pieces at record ends; a piece in which
every record has the same number of cells goes through Arrow, any other through the same record reader as a small file,
so that both give the same cells (a property test holds them together).
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from guanjia.domain.cells.raw import Raw
from guanjia.gateways.spreadsheets import refusals
from guanjia.gateways.spreadsheets.refusals import Unreadable
from guanjia.gateways.spreadsheets.tables import HEAD_ROWS, BulkTable, CellTable, Sheet, Spreadsheet, Table

if TYPE_CHECKING:
    import pyarrow as pa

    from guanjia.gateways.spreadsheets.bulk import BulkSource

DELIMITERS: Final = (",", ";", "\t")
MAX_TEXT_MB: Final = 2048
MAX_COLUMNS: Final = 1024
BULK_BYTES: Final = 8 << 20
"""From this size on the Arrow reader pays for being loaded."""
LONGEST_LINE: Final = 1 << 20
_SAMPLE_BYTES: Final = 1 << 20
_SENTINEL: Final = "\x00end of the records\x00"


def open_text(path: Path) -> Spreadsheet:
    """Open a delimited text.

    Raises:
        Unreadable: it is too large, or neither UTF-8 nor GB18030.
    """
    size = path.stat().st_size
    if size > MAX_TEXT_MB << 20:
        raise Unreadable(refusals.TOO_LARGE, found=size >> 20, limit=MAX_TEXT_MB)
    source = _Source(path, size >= BULK_BYTES)
    return Spreadsheet("csv", [Sheet(None, [_TextView(source, delimiter) for delimiter in DELIMITERS])])


@dataclass
class _Source:
    path: Path
    is_bulk: bool

    @cached_property
    def encoding(self) -> str:
        """UTF-8 (with or without byte order mark), UTF-16 with one, or GB18030.

        Of a large file only the start is looked at here; what follows is checked when it is read.

        Raises:
            Unreadable: it is none of these.
        """
        with self.path.open("rb") as file:
            start = file.read(4)
            if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
                return "utf-16"
            if start[:3] == codecs.BOM_UTF8:
                return "utf-8-sig"
            file.seek(0)
            sample = file.read(_SAMPLE_BYTES if self.is_bulk else -1)
        for encoding in ("utf-8", "gb18030"):
            try:
                codecs.getincrementaldecoder(encoding)().decode(sample, final=not self.is_bulk)
            except UnicodeDecodeError:
                continue
            return encoding
        raise Unreadable(refusals.ENCODING)

    def lines(self) -> Iterator[str]:
        """Lines with their ends, whatever these are."""
        return text_lines(self.path, self.encoding)


def text_lines(path: Path, encoding: str) -> Iterator[str]:
    """Lines of a text with their ends, whatever these are.

    Raises:
        Unreadable: it is not in that encoding, or a line is longer than any can be.
    """
    try:
        with path.open("r", encoding=encoding, newline="") as file:
            number = 0
            while line := file.readline(LONGEST_LINE):
                number += 1
                if len(line) == LONGEST_LINE:
                    raise Unreadable(refusals.LONG_CELL, row=number)
                yield line
    except UnicodeError as error:
        raise Unreadable(refusals.ENCODING) from error


def records(lines: Iterator[str], delimiter: str, first: int = 1) -> Iterator[list[str]]:
    """Records of a delimited text; a blank line is an empty one.

    Args:
        lines: lines with their ends.
        delimiter: what stands between cells.
        first: number of the first record, for messages.

    Raises:
        Unreadable: a quotation mark is never closed, a cell or a record is longer than any can be.
    """
    number = first - 1
    reader = csv.reader(_ended(lines), delimiter=delimiter)
    last: list[str] | None = None
    try:
        for record in reader:
            if last is not None:
                yield last
            number += 1
            if len(record) > MAX_COLUMNS:
                raise Unreadable(refusals.TOO_MANY_COLUMNS, limit=MAX_COLUMNS)
            last = record
    except csv.Error as error:
        raise Unreadable(refusals.LONG_CELL, row=number + 1) from error
    if last != [_SENTINEL]:
        raise Unreadable(refusals.OPEN_QUOTE, row=number)


def _ended(lines: Iterator[str]) -> Iterator[str]:
    """The lines and one more: where a quotation mark is open it is swallowed, which tells."""
    yield from lines
    yield _SENTINEL


class _TextView:
    """The text, read with one delimiter."""

    def __init__(self, source: _Source, delimiter: str) -> None:
        self._source = source
        self.delimiter = delimiter

    def head(self) -> Sequence[Sequence[Raw]]:
        """The first records."""
        found: list[list[str]] = []
        lines = self._source.lines()
        reader = csv.reader(islice(lines, HEAD_ROWS * 20), delimiter=self.delimiter)
        try:
            for record in islice(reader, HEAD_ROWS):
                found.append(record)
        except csv.Error as error:
            raise Unreadable(refusals.LONG_CELL, row=len(found) + 1) from error
        return found

    def table(self, header_index: int) -> Table:
        """The records below the header."""
        if self._source.is_bulk and self._source.encoding != "utf-16":
            return self._bulk(header_index)
        found = list(islice(records(self._source.lines(), self.delimiter), header_index, None))
        return CellTable(header_index + 2, columns_of(found[1:], len(found[0]) if found else 0))

    def pieces(self, header_index: int) -> Iterator[BulkTable] | None:
        """The records below the header of a large text, piece by piece; None: it is not large.

        Raises:
            Unreadable: while it is read; a lone quotation mark may be the reason, which `table` finds out.
        """
        if not self._source.is_bulk or self._source.encoding == "utf-16":
            return None
        from guanjia.gateways.spreadsheets.bulk import read_pieces

        source = self._bulk_source(header_index)
        return _numbered(read_pieces(source), source.first_row)

    def _bulk(self, header_index: int) -> BulkTable:
        from guanjia.gateways.spreadsheets.bulk import read_columns

        try:
            return BulkTable(header_index + 2, read_columns(self._bulk_source(header_index)))
        except Unreadable as error:
            if error.sentence != refusals.ENCODING or self._source.encoding != "utf-8":
                raise
            # The first Chinese character came late: the start alone was both encodings.
            self._source.encoding = "gb18030"
            return BulkTable(header_index + 2, read_columns(self._bulk_source(header_index)))

    def _bulk_source(self, header_index: int) -> BulkSource:
        from guanjia.gateways.spreadsheets.bulk import BulkSource

        physical = _Counted(self._source.lines())
        header = next(islice(csv.reader(physical, delimiter=self.delimiter), header_index, None))
        return BulkSource(
            self._source.path,
            self._source.encoding,
            self.delimiter,
            skip_lines=physical.count,
            first_row=header_index + 2,
            width=len(header),
        )


def _numbered(tables: Iterator[pa.Table], first_row: int) -> Iterator[BulkTable]:
    for table in tables:
        yield BulkTable(first_row, table.columns)
        first_row += table.num_rows


class _Counted(Iterator[str]):
    """Lines, counted as they are taken."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.count = 0

    def __next__(self) -> str:
        line = next(self._lines)
        self.count += 1
        return line


def columns_of(rows: Sequence[Sequence[str]], width: int) -> list[list[Raw]]:
    """Records as columns: a record shorter than the header ends in blank cells, a longer one makes further columns.

    Args:
        rows: the records.
        width: number of cells of the header.
    """
    widest = max((len(row) for row in rows), default=0)
    width = max(width, widest)
    if all(len(row) == width for row in rows):
        return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(width)]
    padded = [[*row, *[None] * (width - len(row))] for row in rows]
    return [list(column) for column in zip(*padded, strict=True)]
