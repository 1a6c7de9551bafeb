"""What a workbook's package looks like before anything is built from it: hostile ones are refused in fixed memory.

A reader of workbooks allocates every cell between the first and the last one, unpacks whatever the package holds and
trusts what it says of itself. So the package is looked through first, in pieces: what it unpacks to, how far its cells
reach, whether it holds macros or a document type declaration. The same look finds what the reader does not tell: cells
whose number format has leading zeros, and cells that hold an error.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final
from xml.etree import ElementTree

from guanjia.gateways.spreadsheets import refusals
from guanjia.gateways.spreadsheets.refusals import Unreadable

MEGABYTE: Final = 1 << 20
MAX_PACKED_MB: Final = 256
MAX_UNPACKED_MB: Final = 1024
MAX_PARTS: Final = 4096
MAX_CELLS: Final = 24_000_000
MAX_COLUMNS: Final = 1024
_SUSPICIOUS_RATIO: Final = 250
"""A register unpacks to 10 to 40 times its size; a bomb to 1,000 times."""
_PIECE: Final = 4 * MEGABYTE
_OVERLAP: Final = 256
_LONGEST_TAG: Final = 64

_UNUSUAL_CELL: Final = re.compile(rb"""<c (?!r="[A-Z](?:\d{1,5}|1\d{5})")|<c>|<c/|<\w+:c[ />]""")
_USUAL_ROWS: Final = 199_999
"""Cells in columns A to Z and above this row need no second look: together they are few enough."""
_REFERENCE: Final = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\br=["']\$?([A-Za-z]{1,3})\$?(\d{1,7})["']""")
_ANY_CELL: Final = re.compile(rb"<(?:\w+:)?c[ />]")
_DIMENSION: Final = re.compile(rb"""<(?:\w+:)?dimension\b[^>]*?ref=["']([A-Za-z]+)(\d+):([A-Za-z]+)(\d+)["']""")
_ERROR_CELL: Final = re.compile(
    rb"""<(?:\w+:)?c\b[^>]*?\br="([A-Z]+)(\d+)"[^>]*?\bt="e"[^>]*>(?:<(?:\w+:)?f\b[^>]*/>|<(?:\w+:)?f\b[^>]*>[^<]*</(?:\w+:)?f>)?<(?:\w+:)?v>([^<]*)"""
)
_STYLED_CELL: Final = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\br="([A-Z]+)(\d+)"[^>]*?\bs="(\d+)"[^>]*>""")
ALL_ZEROS: Final = re.compile(r"(0{2,})(?:;.*)?")
"""A number format that shows leading zeros and nothing else."""


@dataclass(frozen=True)
class Package:
    """What the look through a workbook's package found.

    Attributes:
        sheet_parts: sheet name → part that holds it.
        zero_styles: number of a cell style → digits its all-zeros format shows.
        has_errors: part → whether a cell in it holds an error.
    """

    path: Path
    sheet_parts: dict[str, str]
    zero_styles: dict[int, int]
    has_errors: frozenset[str]

    def marked_cells(self, sheet: str) -> tuple[dict[tuple[int, int], int], dict[tuple[int, int], str]]:
        """Cells the reader of values does not tell apart.

        Returns:
            (row, column) from 0 → digits of an all-zeros format, and (row, column) → error shown.
        """
        part = self.sheet_parts.get(sheet)
        widths: dict[tuple[int, int], int] = {}
        errors: dict[tuple[int, int], str] = {}
        if part is None or not (self.zero_styles or part in self.has_errors):
            return widths, errors
        with zipfile.ZipFile(self.path) as package:
            content = package.read(part)
        if self.zero_styles:
            for letters, row, style in _STYLED_CELL.findall(content):
                if (width := self.zero_styles.get(int(style))) is not None:
                    widths[int(row) - 1, column_number(letters) - 1] = width
        if part in self.has_errors:
            for letters, row, shown in _ERROR_CELL.findall(content):
                errors[int(row) - 1, column_number(letters) - 1] = shown.decode("utf-8", "replace")
        return widths, errors


def column_number(letters: bytes) -> int:
    """Number of a column from its letters: A is 1, XFD is 16384."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def inspect(path: Path) -> Package:
    """Look through a workbook's package.

    Args:
        path: the file; its first bytes are those of a zip archive.

    Raises:
        Unreadable: it is damaged, protected, hostile, too large, or holds macros.
    """
    try:
        with zipfile.ZipFile(path) as package:
            parts = package.infolist()
            _check_directory(parts)
            with path.open("rb") as file:
                errors = frozenset(part.filename for part in parts if _look_through(file, part))
            return Package(path, _sheet_parts(package), _zero_styles(package), errors)
    except (zipfile.BadZipFile, zlib.error, EOFError, ElementTree.ParseError, NotImplementedError, OSError) as error:
        raise Unreadable(refusals.DAMAGED) from error
    except (KeyError, ValueError, OverflowError, RuntimeError) as error:
        raise Unreadable(refusals.DAMAGED) from error


def _check_directory(parts: list[zipfile.ZipInfo]) -> None:
    names = [part.filename for part in parts]
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if any(part.flag_bits & 0x1 for part in parts):
        raise Unreadable(refusals.PASSWORD)
    if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED_MB * MEGABYTE:
        raise Unreadable(refusals.UNPACKS_TOO_LARGE, limit=MAX_UNPACKED_MB)
    if unpacked > 64 * MEGABYTE and unpacked > packed * _SUSPICIOUS_RATIO:
        raise Unreadable(refusals.UNPACKS_TOO_LARGE, limit=64)
    if any(
        name.lower().endswith(("vbaproject.bin", "macrosheets")) or "/macrosheets/" in name.lower() for name in names
    ):
        raise Unreadable(refusals.MACROS)
    if len(set(names)) != len(names):
        raise Unreadable(refusals.DAMAGED)
    if "[Content_Types].xml" not in names or "xl/workbook.bin" in names:
        raise Unreadable(refusals.WRONG_KIND, suffix=".xlsx", content=refusals.CONTENT_UNKNOWN)


def _unpacked(file: BinaryIO, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """A part's bytes in pieces, counted as they come: what the directory says of their number may be a lie."""
    file.seek(part.header_offset)
    header = file.read(30)
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise zipfile.BadZipFile(part.filename)
    skip = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    file.seek(skip, 1)
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise zipfile.BadZipFile(part.filename)
    inflate = zlib.decompressobj(-15) if part.compress_type == zipfile.ZIP_DEFLATED else None
    left, produced = part.compress_size, 0
    while left or (inflate is not None and inflate.unconsumed_tail):
        packed = inflate.unconsumed_tail if inflate is not None else b""
        if not packed:
            packed = file.read(min(left, 64 * 1024))
            if not packed:
                raise EOFError(part.filename)
            left -= len(packed)
        piece = packed if inflate is None else inflate.decompress(packed, _PIECE)
        produced += len(piece)
        if produced > part.file_size:
            raise Unreadable(refusals.UNPACKS_TOO_LARGE, limit=part.file_size // MEGABYTE + 1)
        if piece:
            yield piece
    if produced != part.file_size:
        raise EOFError(part.filename)


def _look_through(file: BinaryIO, part: zipfile.ZipInfo) -> bool:
    """Check one part; returns whether it holds cells with errors."""
    is_xml = part.filename.lower().endswith((".xml", ".rels", ".vml"))
    reach, has_errors, before = _Reach(), False, b""
    waiting: list[bytes] = []
    for piece in _unpacked(file, part):
        if is_xml:
            waiting.append(piece)
        if sum(map(len, waiting)) >= _PIECE:
            before, found = _look(before, b"".join(waiting), reach, _LONGEST_TAG)
            has_errors, waiting = has_errors or found, []
    if not is_xml:
        return False
    _, found = _look(before, b"".join(waiting), reach, 0)
    return has_errors or found


class _Reach:
    """How far the cells of a part reach."""

    def __init__(self) -> None:
        self.row = 0
        self.column = 0
        self.without_reference = 0

    def add(self, row: int, column: int) -> None:
        self.row, self.column = max(self.row, row), max(self.column, column)
        if self.row * self.column > MAX_CELLS:
            raise Unreadable(refusals.TOO_MANY_CELLS, limit=MAX_CELLS)
        if self.column > MAX_COLUMNS:
            raise Unreadable(refusals.TOO_MANY_COLUMNS, limit=MAX_COLUMNS)


def _look(before: bytes, piece: bytes, reach: _Reach, may_be_cut: int) -> tuple[bytes, bool]:
    """Look at a piece; of its last bytes, which may be half a tag, only when they come again with the next."""
    content = before + piece
    if not before and piece[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Unreadable(refusals.DAMAGED)
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise Unreadable(refusals.TYPE_DECLARATION)
    if b"dimension" in content and (claimed := _DIMENSION.search(content)):
        first, top, last, bottom = claimed.groups()
        columns, rows = column_number(last) - column_number(first) + 1, int(bottom) - int(top) + 1
        if columns * rows > 4 * MAX_CELLS:
            raise Unreadable(refusals.TOO_MANY_CELLS, limit=MAX_CELLS)
    unusual = _UNUSUAL_CELL.search(content)
    if unusual and unusual.start() < len(content) - may_be_cut:
        references = _REFERENCE.findall(content)
        for letters in {letters for letters, _ in references}:
            reach.add(reach.row, column_number(letters))
        for row in {row for _, row in references}:
            reach.add(int(row), reach.column)
        reach.without_reference += max(0, sum(1 for _ in _ANY_CELL.finditer(content)) - len(references))
        if reach.without_reference:
            # Cells that do not say where they are follow each other: count them as if all stood in one row.
            reach.add(reach.row + content.count(b"<row") + content.count(b":row"), reach.column)
            if reach.without_reference > MAX_CELLS // 24:
                raise Unreadable(refusals.TOO_MANY_CELLS, limit=MAX_CELLS // 24)
    elif b"<c r=" in content:
        reach.add(_USUAL_ROWS, max(reach.column, 1))
    return content[-_OVERLAP:], b't="e"' in content


_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def _sheet_parts(package: zipfile.ZipFile) -> dict[str, str]:
    types = package.read("[Content_Types].xml")
    if b"macroEnabled" in types:
        raise Unreadable(refusals.MACROS)
    relations = {
        relation.get("Id"): relation.get("Target", "")
        for relation in ElementTree.fromstring(package.read("xl/_rels/workbook.xml.rels"))
    }
    found: dict[str, str] = {}
    for element in ElementTree.fromstring(package.read("xl/workbook.xml")).iter():
        if element.tag.endswith("}sheet"):
            target = relations.get(next((v for k, v in element.attrib.items() if k.endswith("}id")), None), "")
            found[element.get("name", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return found


def _zero_styles(package: zipfile.ZipFile) -> dict[int, int]:
    """Cell styles whose number format is two or more zeros and nothing else."""
    if "xl/styles.xml" not in package.namelist():
        return {}
    content = package.read("xl/styles.xml")
    if b'formatCode="00' not in content and b"formatCode='00" not in content:
        return {}
    root = ElementTree.fromstring(content)
    widths: dict[str, int] = {}
    for element in root.iter():
        if element.tag.endswith("}numFmt"):
            zeros = ALL_ZEROS.fullmatch(element.get("formatCode", ""))
            if zeros:
                widths[element.get("numFmtId", "")] = len(zeros[1])
    for element in root.iter():
        if element.tag.endswith("}cellXfs"):
            return {
                place: widths[style.get("numFmtId", "")]
                for place, style in enumerate(element)
                if style.get("numFmtId", "") in widths
            }
    return {}
