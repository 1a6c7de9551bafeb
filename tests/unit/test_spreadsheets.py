"""Files as they come: encodings, delimiters, records, merged cells, formats (data contract, Files in)."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanjia.domain.cells.raw import CellError, PaddedNumber, Raw
from guanjia.gateways.spreadsheets import (
    BulkTable,
    CellTable,
    Spreadsheet,
    Unreadable,
    bulk,
    delimited,
    open_spreadsheet,
)
from tests.support.examples import examples


def cells(path: Path, header_index: int = 0, delimiter: str = ",") -> list[list[Raw]]:
    """Rows below the header of a CSV."""
    view = next(view for view in open_spreadsheet(path).sheets[0].views if view.delimiter == delimiter)
    table = view.table(header_index)
    return [table.row(index) for index in range(table.rows)]


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "cases.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_an_export_is_read_in_the_encoding_it_came_in(tmp_path: Path, encoding: str) -> None:
    path = written(tmp_path, "工单号,内容\nGD1,𠮷田 㙓 👍\n", encoding)
    assert cells(path) == [["GD1", "𠮷田 㙓 👍"]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_may_be_comma_semicolon_or_tab(tmp_path: Path, delimiter: str) -> None:
    path = written(tmp_path, f"a{delimiter}b\n1{delimiter}2\n")
    assert cells(path, delimiter=delimiter) == [["1", "2"]]


def test_a_blank_line_is_a_record_and_a_quoted_line_break_is_not(tmp_path: Path) -> None:
    path = written(tmp_path, 'title\n\na,b\r\n1,"two\nlines"\r\n\r\n3,4')
    view = open_spreadsheet(path).sheets[0].views[0]
    assert [list(row) for row in view.head()][:3] == [["title"], [], ["a", "b"]]
    table = view.table(2)
    assert table.first_row == 4
    assert [table.row(index) for index in range(table.rows)] == [["1", "two\nlines"], [None, None], ["3", "4"]]


def test_a_short_record_ends_in_blank_cells_and_a_long_one_loses_nothing(tmp_path: Path) -> None:
    assert cells(written(tmp_path, "a,b\n1\n1,2,3\n")) == [["1", None, None], ["1", "2", "3"]]


def test_white_space_in_a_cell_is_left_to_who_reads_it(tmp_path: Path) -> None:
    assert cells(written(tmp_path, 'a,b\n 1 ,"x ""y"""\n')) == [[" 1 ", 'x "y"']]


@pytest.mark.parametrize("text", ['a,b\n1,"never closed\n2,3\n', 'a,b\n1,2\n"x'])
def test_a_quotation_mark_that_is_never_closed_refuses_the_file(tmp_path: Path, text: str) -> None:
    with pytest.raises(Unreadable, match="never closed") as refused:
        cells(written(tmp_path, text))
    assert refused.value.reason_code == "unreadable_file"


@pytest.mark.parametrize("text", ['a,b\n1,"' + "x" * 200_000 + '"\n', "a,b\n" + "x" * 3_000_000])
def test_an_absurdly_long_cell_refuses_the_file(tmp_path: Path, text: str) -> None:
    with pytest.raises(Unreadable, match="longer than any cell"):
        cells(written(tmp_path, text))


def test_a_text_in_no_known_encoding_refuses_the_file(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    path.write_bytes(b"a,b\n\xff\xfe\xfd\xff,1\n")
    with pytest.raises(Unreadable, match="neither UTF-8 nor GB18030"):
        open_spreadsheet(path).sheets[0].views[0].head()


@pytest.fixture
def workbook(tmp_path: Path) -> Spreadsheet:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "房屋"
    sheet["B2"] = "台账"
    sheet["B4"], sheet["C4"], sheet["D4"], sheet["E4"] = "小区编号", "房号", "交付日期", "面积"
    sheet["B5"], sheet["C5"] = "001", 10304
    sheet["C5"].number_format = "000000"
    sheet["D5"], sheet["E5"] = datetime(2022, 7, 10), 144.11  # noqa: DTZ001 (Excel knows no zones)
    sheet["C6"], sheet["D6"], sheet["E6"] = "#N/A", time(8, 30), 0.1 + 0.2
    sheet["C6"].data_type = "e"
    sheet.merge_cells("B5:B7")
    sheet.merge_cells("C4:C4")
    sheet.row_dimensions[6].hidden = True
    sheet["C9"] = True
    book.create_sheet("Sheet2")
    path = tmp_path / "房屋.xlsx"
    book.save(path)
    return open_spreadsheet(path)


def test_a_sheet_is_read_from_its_corner_with_the_rows_a_spreadsheet_shows(workbook: Spreadsheet) -> None:
    view = workbook.sheets[0].views[0]
    assert [sheet.name for sheet in workbook.sheets] == ["房屋", "Sheet2"]
    assert list(view.head()[3]) == ["", "小区编号", "房号", "交付日期", "面积"]
    table = view.table(3)
    assert isinstance(table, CellTable)
    assert (table.first_row, table.rows) == (5, 5)


def test_a_merged_cell_holds_its_value_in_each_row_downward(workbook: Spreadsheet) -> None:
    table = workbook.sheets[0].views[0].table(3)
    assert isinstance(table, CellTable)
    assert [table.row(index)[1] for index in range(4)] == ["001", "001", "001", ""]
    assert table.own_cells(2)[1] is None, "what was filled in does not make a row"


def test_an_all_zeros_format_keeps_its_zeros(workbook: Spreadsheet) -> None:
    assert workbook.sheets[0].views[0].table(3).row(0)[2] == PaddedNumber(10304.0, 6)


def test_dates_times_numbers_errors_and_booleans_come_as_what_they_are(workbook: Spreadsheet) -> None:
    table = workbook.sheets[0].views[0].table(3)
    assert table.row(0)[3] == date(2022, 7, 10)
    assert table.row(1)[3] == time(8, 30)
    assert table.row(1)[2] == CellError("#N/A")
    assert isinstance(table.row(1)[2], CellError)
    assert table.row(4)[2] is True


def test_an_empty_sheet_has_no_rows(workbook: Spreadsheet) -> None:
    assert list(workbook.sheets[1].views[0].head()) == []


def test_merged_cells_of_a_header_hold_their_value_downward(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"], sheet["B1"], sheet["B2"] = "房号", "计费", "收费面积"
    sheet.merge_cells("A1:A2")
    path = tmp_path / "房屋.xlsx"
    book.save(path)
    assert [list(row) for row in open_spreadsheet(path).sheets[0].views[0].head()] == [
        ["房号", "计费"],
        ["房号", "收费面积"],
    ]


TEXTS = st.text(st.sampled_from(list('ab1"\n\r,; 工\t')), max_size=120)


@settings(max_examples=examples(400))
@given(TEXTS, st.integers(4, 40))
def test_a_large_text_gives_the_same_cells_as_a_small_one(
    tmp_path_factory: pytest.TempPathFactory, text: str, piece: int
) -> None:
    path = written(tmp_path_factory.mktemp("csv"), f"工单号,b\n{text}")
    careful = _outcome(path, delimited.BULK_BYTES, bulk.PIECE_BYTES)
    assert _outcome(path, 0, piece) == careful


@settings(max_examples=examples(100))
@given(
    st.lists(
        st.lists(st.text(st.characters(codec="gb18030", exclude_characters="\x00"), max_size=5), min_size=2, max_size=2)
    ),
    st.integers(30, 90),
    st.sampled_from(["utf-8", "gb18030", "utf-8-sig"]),
)
def test_a_well_formed_large_text_goes_through_the_fast_lane_in_every_encoding(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], piece: int, encoding: str
) -> None:
    import csv
    import io

    text = io.StringIO()
    csv.writer(text).writerows([["工单号", "b"], *rows])
    path = written(tmp_path_factory.mktemp("csv"), text.getvalue(), encoding)
    assert _outcome(path, 0, piece) == _outcome(path, delimited.BULK_BYTES, bulk.PIECE_BYTES)


def _outcome(path: Path, bulk_bytes: int, piece: int) -> object:
    """Cells with blanks as None, or why it was refused."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited, "BULK_BYTES", bulk_bytes)
        patch.setattr(bulk, "PIECE_BYTES", piece)
        try:
            table = open_spreadsheet(path).sheets[0].views[0].table(0)
        except Unreadable as refused:
            return refused.sentence
        assert isinstance(table, CellTable if bulk_bytes else BulkTable)
        width = len(table.columns)
        rows = [[cell or None for cell in table.row(index)] for index in range(table.rows)]
        return table.first_row, width, rows
