"""Hostile and broken files are refused fast, within fixed memory, with a sentence that says what to do (intake)."""

from __future__ import annotations

import re
import struct
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest

from guanjia.gateways.spreadsheets import Unreadable, open_spreadsheet
from tests.conftest import SHARED

NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
FAST_SECONDS = 20
MEMORY_MB = 3_000


@pytest.fixture
def shared_registers() -> Path:
    """The registers that stand beside the checkout."""
    return SHARED / "data" / "registers"


def refusal(path: Path) -> Unreadable:
    """What reading every sheet of the file ends with; it must end soon."""
    began = time.monotonic()
    with pytest.raises(Unreadable) as refused:
        for sheet in open_spreadsheet(path).sheets:
            for view in sheet.views:
                if view.head():
                    view.table(0)
    assert time.monotonic() - began < FAST_SECONDS
    assert "{" not in str(refused.value)
    return refused.value


def workbook(path: Path, sheet_xml: bytes | None = None, **extra: bytes) -> Path:
    """A valid workbook whose sheet, or other parts, are replaced."""
    book = openpyxl.Workbook()
    book.active["A1"] = "工单号"
    plain = path.with_name("plain.xlsx")
    book.save(plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if sheet_xml is not None and name == "xl/worksheets/sheet1.xml":
                content = sheet_xml
            target.writestr(name, extra.pop(name, content))
        for name, content in extra.items():
            target.writestr(name, content)
    return path


def sheet(rows: str, dimension: str = "") -> bytes:
    return f'<?xml version="1.0"?><worksheet {NAMESPACE}>{dimension}<sheetData>{rows}</sheetData></worksheet>'.encode()


def test_an_honest_zip_bomb_is_refused_by_what_it_claims(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", b"<worksheet>" + b" " * 900_000_000)
    assert "npacked" in str(refusal(path))


def test_a_zip_bomb_that_lies_about_its_size_is_stopped_while_it_unpacks(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", b"<worksheet>" + b" " * 300_000_000)
    content = bytearray(path.read_bytes())
    true_size = struct.pack("<I", 300_000_011)
    for found in re.finditer(re.escape(true_size), bytes(content)):
        content[found.start() : found.end()] = struct.pack("<I", 5_000)
    path.write_bytes(content)
    assert refusal(path).reason_code == "unreadable_file"


@pytest.mark.parametrize(
    "content",
    [
        sheet('<row r="1"><c r="A1"><v>1</v></c></row>', '<dimension ref="A1:XFD1048576"/>'),
        sheet('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        sheet('<row r="1"><c r="A1"><v>1</v></c></row><row r="1"><c r="ALL1"/></row><row><c s="1" r="B999999"/></row>'),
        sheet("<row>" + "<c><v>1</v></c>" * 1_200_000 + "</row>"),
        sheet('<row r="1"><c r="BBB1"><v>1</v></c></row>'),
        sheet('<x:row r="1"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>'),
    ],
    ids=["claimed", "far apart", "hidden far apart", "without references", "too wide", "prefixed"],
)
def test_a_workbook_that_claims_a_billion_cells_is_refused(tmp_path: Path, content: bytes) -> None:
    assert re.search("cells|columns", str(refusal(workbook(tmp_path / "b.xlsx", content))))


def test_macros_are_refused_whatever_the_file_is_called(tmp_path: Path) -> None:
    with_project = workbook(tmp_path / "a.xlsx", **{"xl/vbaProject.bin": b"x"})
    assert "macros" in str(refusal(with_project))
    types = (
        b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" '
        b'ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>'
    )
    assert "macros" in str(refusal(workbook(tmp_path / "b.xlsx", **{"[Content_Types].xml": types})))
    assert "macros" in str(refusal(workbook(tmp_path / "c.xlsm")))


@pytest.mark.parametrize(
    "part", ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"]
)
def test_an_entity_bomb_is_refused_unexpanded(tmp_path: Path, part: str) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
    assert "document type" in str(refusal(workbook(tmp_path / "b.xlsx", **{part: bomb})))


def test_too_many_sheets_are_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for number in range(250):
        book.create_sheet(f"s{number}")
    book.save(tmp_path / "b.xlsx")
    assert "sheets" in str(refusal(tmp_path / "b.xlsx"))


def test_a_password_is_told(tmp_path: Path, shared_registers: Path) -> None:
    assert "password" in str(refusal(shared_registers / "客户_含证件号_加密.xlsx"))
    path = workbook(tmp_path / "b.xlsx")
    content = bytearray(path.read_bytes())
    for found in re.finditer(rb"PK\x01\x02", bytes(content)):
        content[found.start() + 8] |= 1
    path.write_bytes(content)
    assert "password" in str(refusal(path))


def test_a_workbook_cut_off_anywhere_is_refused_or_whole(tmp_path: Path) -> None:
    whole = workbook(tmp_path / "b.xlsx").read_bytes()
    for length in range(9, len(whole) - 1, 97):
        path = tmp_path / "c.xlsx"
        path.write_bytes(whole[:length])
        assert refusal(path).reason_code == "unreadable_file"


def test_a_workbook_with_a_damaged_byte_never_ends_in_a_traceback(tmp_path: Path) -> None:
    whole = workbook(tmp_path / "b.xlsx").read_bytes()
    path = tmp_path / "c.xlsx"
    for place in range(0, len(whole), 41):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        try:
            for found in open_spreadsheet(path).sheets:
                found.views[0].head()
        except Unreadable as refused:
            assert refused.reason_code == "unreadable_file"


def test_an_old_workbook_cut_off_or_damaged_never_ends_in_a_traceback(tmp_path: Path, shared_registers: Path) -> None:
    whole = (shared_registers / "收款_2026-10.xls").read_bytes()
    path = tmp_path / "c.xls"
    for length in range(9, len(whole), 701):
        for content in (whole[:length], whole[:length] + bytes([whole[length] ^ 0xFF]) + whole[length + 1 :]):
            path.write_bytes(content)
            try:
                for found in open_spreadsheet(path).sheets:
                    found.views[0].head()
            except Unreadable as refused:
                assert refused.reason_code == "unreadable_file"


def test_a_file_that_is_not_what_it_is_called_is_refused(tmp_path: Path, shared_registers: Path) -> None:
    book = workbook(tmp_path / "book.xlsx").read_bytes()
    old = (shared_registers / "收款_2026-10.xls").read_bytes()
    for name, content, told in (
        ("a.xlsx", b"a,b\n1,2\n", "a text"),
        ("a.csv", book, "a workbook (.xlsx)"),
        ("a.csv", old, "an old workbook"),
        ("a.xls", book, "a workbook (.xlsx)"),
        ("a.xlsx", old, "an old workbook"),
        ("a.xls", b"<html><table></table></html>", "a text"),
        ("a.csv", b"%PDF-1.7\n", "of no kind"),
        ("a.docx", b"x", "not read"),
        ("a", b"x", "not read"),
        ("a.xlsx", b"PK\x05\x06" + b"\0" * 18, "of no kind"),
    ):
        (tmp_path / name).write_bytes(content)
        assert told in str(refusal(tmp_path / name)), name


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\xff\xfe"])
@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.xls"])
def test_an_empty_file_is_refused_as_empty(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert refusal(path).reason_code == "empty_file"


def test_a_file_that_is_gone_is_told(tmp_path: Path) -> None:
    assert "cannot be opened" in str(refusal(tmp_path / "a.csv"))
    (tmp_path / "b.csv").mkdir()
    assert "cannot be opened" in str(refusal(tmp_path / "b.csv"))


def test_too_many_columns_in_a_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n" + b"," * 5_000 + b"\n")
    assert "columns" in str(refusal(path))


@pytest.mark.parametrize("kind", ["bomb", "liar", "cells", "line"])
def test_hostile_files_are_refused_within_fixed_memory(tmp_path: Path, kind: str) -> None:
    """In a process of its own that may not take more than a fixed amount of memory."""
    path = tmp_path / "b.xlsx"
    if kind == "bomb":
        workbook(
            path,
            sheet("".join(f'<row r="{row}"><c r="A{row}"/></row>' for row in range(1, 100_000))) + b" " * 500_000_000,
        )
    elif kind == "liar":
        test_a_zip_bomb_that_lies_about_its_size_is_stopped_while_it_unpacks(tmp_path)
    elif kind == "cells":
        workbook(path, sheet('<row r="1"><c r="A1"/></row><row r="900000"><c r="ZZ900000"><v>1</v></c></row>'))
    else:
        path = tmp_path / "b.csv"
        with path.open("wb") as file:
            file.write(b"a,b\n")
            for _ in range(40):
                file.write(b"x" * 10_000_000)
    program = (
        "import resource, sys; from pathlib import Path\n"
        f"resource.setrlimit(resource.RLIMIT_AS, ({MEMORY_MB << 20}, {MEMORY_MB << 20}))\n"
        "from guanjia.gateways.spreadsheets import Unreadable, open_spreadsheet\n"
        "try:\n"
        "    view = open_spreadsheet(Path(sys.argv[1])).sheets[0].views[0]\n"
        "    view.head() and view.table(0)\n"
        "except Unreadable as refused:\n"
        "    most = [line for line in open('/proc/self/status') if line.startswith('VmHWM')][0].split()[1]\n"
        "    print(refused.reason_code, most)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.startswith("unreadable_file"), done.stderr
    assert int(done.stdout.split()[1]) < 600_000, "kilobytes in use at most"
