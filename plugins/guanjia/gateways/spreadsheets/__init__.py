"""Spreadsheets as they come: CSV, XLSX and XLS, opened without trusting them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from guanjia.gateways.spreadsheets import refusals
from guanjia.gateways.spreadsheets.package import MAX_PACKED_MB
from guanjia.gateways.spreadsheets.refusals import Unreadable
from guanjia.gateways.spreadsheets.tables import BulkTable, CellTable, Sheet, Spreadsheet, Table, View

SUFFIXES: Final = (".csv", ".xlsx", ".xls")
"""What is read; a text may also end in .txt or .tsv, when the caller names it."""

_TEXT_SUFFIXES: Final = (".csv", ".txt", ".tsv")
_ZIP: Final = b"PK\x03\x04"
_EMPTY_ZIP: Final = b"PK\x05\x06"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def open_spreadsheet(path: Path) -> Spreadsheet:
    """Open a file; what it claims to be must be what it is.

    Args:
        path: the file.

    Returns:
        Its sheets, read when they are looked at.

    Raises:
        Unreadable: with the contract's reason code and a sentence that says what to do.
    """
    suffix = path.suffix.lower()
    try:
        with path.open("rb") as file:
            start = file.read(8)
        size = path.stat().st_size
    except OSError as error:
        raise Unreadable(refusals.VANISHED, problem=error.strerror or type(error).__name__) from error
    if size == 0 or (start[:3] == b"\xef\xbb\xbf" and size == 3) or (start[:2] in _UTF16 and size == 2):
        raise Unreadable(refusals.EMPTY, "empty_file")
    if suffix == ".xlsm":
        raise Unreadable(refusals.MACROS)
    if suffix not in (*SUFFIXES, *_TEXT_SUFFIXES):
        raise Unreadable(refusals.UNKNOWN_KIND, suffix=suffix or path.name)
    try:
        return _open(path, suffix, start, size)
    except OSError as error:
        raise Unreadable(refusals.VANISHED, problem=error.strerror or type(error).__name__) from error


_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")


def _open(path: Path, suffix: str, start: bytes, size: int) -> Spreadsheet:
    kind = _kind(start)
    if suffix in _TEXT_SUFFIXES:
        if kind != "text":
            raise _wrong(suffix, kind)
        from guanjia.gateways.spreadsheets.delimited import open_text

        return open_text(path)
    if size > MAX_PACKED_MB << 20:
        raise Unreadable(refusals.TOO_LARGE, found=size >> 20, limit=MAX_PACKED_MB)
    if kind == "xls":
        _check_compound(path, suffix)
    elif kind != "xlsx" or suffix != ".xlsx":
        raise _wrong(suffix, kind)
    from guanjia.gateways.spreadsheets.workbooks import open_workbook

    return open_workbook(path, suffix)


def _kind(start: bytes) -> str:
    if start.startswith((_ZIP, _EMPTY_ZIP)):
        return "xlsx"
    if start == _OLE:
        return "xls"
    return (
        "unknown"
        if start.startswith((b"%PDF", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"\x89PNG", b"\xff\xd8\xff"))
        else "text"
    )


def _wrong(suffix: str, kind: str) -> Unreadable:
    content = {
        "xlsx": refusals.CONTENT_WORKBOOK,
        "xls": refusals.CONTENT_OLD_WORKBOOK,
        "text": refusals.CONTENT_TEXT,
    }.get(kind, refusals.CONTENT_UNKNOWN)
    return Unreadable(refusals.WRONG_KIND, suffix=suffix, content=content)


def _check_compound(path: Path, suffix: str) -> None:
    """An old workbook, or a new one that a password has wrapped into the same kind of file."""
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise Unreadable(refusals.PASSWORD)
    if "_VBA_PROJECT".encode("utf-16-le") in content:
        raise Unreadable(refusals.MACROS)
    if suffix != ".xls":
        raise _wrong(suffix, "xls")


__all__ = [
    "SUFFIXES",
    "BulkTable",
    "CellTable",
    "Sheet",
    "Spreadsheet",
    "Table",
    "Unreadable",
    "View",
    "open_spreadsheet",
]
