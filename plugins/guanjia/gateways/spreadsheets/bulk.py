"""Large delimited texts as Arrow columns: read in pieces on all cores, cell for cell what the record reader gives."""

from __future__ import annotations

import codecs
import io
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from guanjia.gateways.spreadsheets import refusals
from guanjia.gateways.spreadsheets.delimited import columns_of, records, text_lines
from guanjia.gateways.spreadsheets.refusals import Unreadable

PIECE_BYTES: Final = 4 << 20
_LONGEST_RECORD: Final = 4 << 20
_CORES: Final = 2
_QUOTE: Final = ord('"')
_RETURN: Final = ord("\r")
_RECORDS_AT_A_TIME: Final = 50_000


@dataclass(frozen=True)
class BulkSource:
    """A large delimited text below its header.

    Attributes:
        path: the file.
        encoding: utf-8, utf-8-sig or gb18030.
        delimiter: what stands between cells.
        skip_lines: lines of the header and what stands above it.
        first_row: number of the first record.
        width: number of cells of the header.
    """

    path: Path
    encoding: str
    delimiter: str
    skip_lines: int
    first_row: int
    width: int


def read_columns(source: BulkSource) -> Sequence[pa.ChunkedArray]:
    """Read a large delimited text.

    Returns:
        One column of strings per cell of the header (more where a record is longer); blank cells are null.

    Raises:
        Unreadable: a quotation mark is never closed, or a record is longer than any can be.
    """
    try:
        tables = list(read_pieces(source))
    except Unreadable:
        # A lone quotation mark can put a cut into the middle of a record: only reading it whole tells.
        tables = _whole(source)
    widest = max((table.num_columns for table in tables), default=source.width)
    names = [str(place) for place in range(max(source.width, widest))]
    even = [_widened(table, names) for table in tables]
    whole = pa.concat_tables(even) if even else pa.table({name: pa.array([], pa.string()) for name in names})
    return whole.columns  # type: ignore[no-any-return]  # pyarrow is not typed for us


def read_pieces(source: BulkSource) -> Iterator[pa.Table]:
    """Read a large delimited text piece by piece, a few pieces ahead on the other cores.

    Raises:
        Unreadable: see `read_columns`; a lone quotation mark may be the reason.
    """
    row = source.first_row
    with ThreadPoolExecutor(_CORES) as pool:
        ahead: deque[Future[pa.Table | bytes]] = deque()
        for piece in _pieces(source):
            ahead.append(pool.submit(_read, piece, source.delimiter, source.width))
            if len(ahead) > _CORES:
                table = _table_of(ahead.popleft().result(), source, row)
                row += table.num_rows
                yield table
        while ahead:
            table = _table_of(ahead.popleft().result(), source, row)
            row += table.num_rows
            yield table


def _table_of(found: pa.Table | bytes, source: BulkSource, row: int) -> pa.Table:
    return found if isinstance(found, pa.Table) else _by_records(found, source.delimiter, source.width, row)


def _whole(source: BulkSource) -> list[pa.Table]:
    lines = islice(text_lines(source.path, source.encoding), source.skip_lines, None)
    found = records(lines, source.delimiter, source.first_row)
    tables = []
    while rows := list(islice(found, _RECORDS_AT_A_TIME)):
        tables.append(_as_table(rows, source.width))
    return tables


def _widened(table: pa.Table, names: Sequence[str]) -> pa.Table:
    for name in names[table.num_columns :]:
        table = table.append_column(name, pa.nulls(table.num_rows, pa.string()))
    return table


def _pieces(source: BulkSource) -> Iterator[bytes]:
    """The text as UTF-8 in pieces that end at the end of a record."""
    with source.path.open("rb") as file:
        blocks = _utf8(file, source.encoding)
        rest = _without_lines(blocks, source.skip_lines)
        for block in blocks:
            end = _record_end(block, rest.count(b'"') if b'"' in rest else 0)
            if end:
                yield rest + block[:end]
                rest = block[end:]
            else:
                rest += block
                if len(rest) > _LONGEST_RECORD:
                    yield rest
                    rest = b""
        if rest:
            yield rest


def _utf8(file: io.BufferedReader, encoding: str) -> Iterator[bytes]:
    if encoding == "utf-8-sig":
        file.seek(len(codecs.BOM_UTF8))
    decoder = None if encoding.startswith("utf-8") else codecs.getincrementaldecoder(encoding)()
    try:
        while block := file.read(PIECE_BYTES):
            yield block if decoder is None else decoder.decode(block).encode()
        if decoder is not None:
            decoder.decode(b"", final=True)
    except UnicodeError as error:
        raise Unreadable(refusals.ENCODING) from error


def _without_lines(source: Iterator[bytes], lines: int) -> bytes:
    rest = b""
    for block in source:
        rest += block
        kept = rest.splitlines(keepends=True)
        if len(kept) > lines:
            return b"".join(kept[lines:])
    return b"".join(rest.splitlines(keepends=True)[lines:])


def _record_end(block: bytes, quotes: int) -> int:
    """Where the last whole record of a block ends: at a line break before which every quotation mark is closed.

    Args:
        block: the text.
        quotes: quotation marks between the last cut and the block.
    """
    end = block.rfind(b"\n") + 1
    if b'"' not in block and quotes % 2 == 0:
        return end
    while end and (quotes + block.count(b'"', 0, end)) % 2:
        end = block.rfind(b"\n", 0, end - 1) + 1
    return end


def _read(piece: bytes, delimiter: str, width: int) -> pa.Table | bytes:
    """A piece as a table, or the piece itself where its records are not all alike."""
    if b"\x00" in piece or (b"\r" in piece and piece.count(b"\r") != piece.count(b"\r\n")):
        return piece
    if b'"' in piece and not _is_well_quoted(piece, delimiter):
        return piece
    names = [str(place) for place in range(width)]
    try:
        return arrow_csv.read_csv(
            pa.BufferReader(piece),
            read_options=arrow_csv.ReadOptions(
                use_threads=False, block_size=len(piece) + 1, column_names=names, encoding="utf8"
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid:
        return piece


def _is_well_quoted(piece: bytes, delimiter: str) -> bool:
    """Whether every quotation mark opens a cell, closes one, or is doubled inside one."""
    signs = np.frombuffer(piece, np.uint8)
    marks = np.flatnonzero(signs == _QUOTE)
    if len(marks) % 2:
        return False
    opening, closing = marks[0::2], marks[1::2]
    ends = np.isin(signs, np.frombuffer(f"{delimiter}\n".encode(), np.uint8))
    before = np.concatenate(([True], ends))[opening]
    after = np.concatenate((ends | (signs == _RETURN), [True]))[closing + 1]
    doubled = closing[:-1] + 1 == opening[1:]
    return bool(
        (before[:1]).all() and (before[1:] | doubled).all() and (after[:-1] | doubled).all() and after[-1:].all()
    )


def _by_records(piece: bytes, delimiter: str, width: int, first_row: int) -> pa.Table:
    try:
        text = piece.decode()
    except UnicodeDecodeError as error:
        raise Unreadable(refusals.ENCODING) from error
    return _as_table(list(records(iter(io.StringIO(text, newline="")), delimiter, first_row)), width)


def _as_table(rows: Sequence[Sequence[str]], width: int) -> pa.Table:
    blank = [[cell or None for cell in column] for column in columns_of(rows, width)]
    return pa.table({str(place): pa.array(column, pa.string()) for place, column in enumerate(blank)})
