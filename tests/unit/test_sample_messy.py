"""The messy sample: as offices keep their files, with the answer beside it."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from guanjia.domain.errors import UsageError
from guanjia.sample.generator import DEFAULT_UNTIL, Wish
from guanjia.sample.messy import EXPECTED, FAULTS, HABITS
from guanjia.sample.output import write
from guanjia.store.tables import datasets

REASONS = {
    "missing_required",
    "bad_number",
    "bad_date",
    "bad_choice",
    "bad_format",
    "too_many_decimals",
    "out_of_range",
    "unknown_reference",
    "duplicate_conflict",
    "inconsistent_dates",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("messy") / "files"
    write(Wish(300, 3, 1, DEFAULT_UNTIL), found, is_messy=True)
    return found


def sheets(folder: Path) -> list[tuple[str, dict[str, Any]]]:
    told = json.loads((folder / EXPECTED).read_text(encoding="utf-8"))
    return [(file["file"], sheet) for file in told["files"] for sheet in file["sheets"]]


def lines(folder: Path, name: str, sheet: dict[str, Any]) -> list[list[str]]:
    """The lines of a file as a spreadsheet shows them, the first first."""
    path = folder / name
    if path.suffix == ".xlsx":
        book = CalamineWorkbook.from_path(path)
        return [[str(cell) for cell in row] for row in book.get_sheet_by_name(sheet["sheet"]).to_python()]
    habit = HABITS.get(sheet["dataset"])
    encoding = habit.encoding if habit else "utf-8"
    text = path.read_bytes().decode("utf-8-sig" if encoding == "utf-8" else encoding)
    return list(csv.reader(text.splitlines(keepends=True), delimiter=habit.delimiter if habit else ","))


def test_accepted_rejected_and_skipped_are_the_rows_read(folder: Path) -> None:
    for name, sheet in sheets(folder):
        assert sheet["rows_read"] == sheet["accepted"] + sheet["rejected"] + sheet["skipped"]
        habit = HABITS.get(sheet["dataset"])
        above = len(habit.titles) if habit else 0
        assert len(lines(folder, name, sheet)) == above + 1 + sheet["rows_read"], name


def test_the_bad_cells_stand_where_they_are_expected(folder: Path) -> None:
    found = 0
    for name, sheet in sheets(folder):
        for reject in sheet["rejects"]:
            assert reject["reason_code"] in REASONS
            assert reject["value"] in lines(folder, name, sheet)[reject["row"] - 1]
            found += 1
    assert found == sum(map(len, FAULTS.values())) + 2


def test_every_kind_of_file_is_there(folder: Path) -> None:
    encodings = {habit.encoding for habit in HABITS.values()}
    assert encodings == {"utf-8", "gb18030"}
    assert {habit.delimiter for habit in HABITS.values()} == {",", ";", "\t"}
    assert len(list(folder.glob("*.xlsx"))) == 3
    assert {path.parent.name for path in folder.rglob("员工.csv")} == {"restricted"}


def test_titles_blank_lines_and_totals_are_there(folder: Path) -> None:
    units = next(sheet for _, sheet in sheets(folder) if sheet["dataset"] == "units")
    read = lines(folder, "房屋.csv", units)
    assert read[0][0] == "房屋台账"
    assert read[2][0] == "小区编号*"
    assert read[-1][0] == "合计"
    assert sum(not any(row) for row in read) == units["skipped"] - 1 > 0


def test_values_are_written_in_many_ways_and_free_text_is_left_alone(folder: Path, tmp_path: Path) -> None:
    write(Wish(300, 3, 1, DEFAULT_UNTIL), tmp_path / "clean")
    clean = list(csv.DictReader((tmp_path / "clean" / "cases.csv").open(encoding="utf-8-sig", newline="")))
    cases = next(sheet for _, sheet in sheets(folder) if sheet["dataset"] == "cases")
    read = lines(folder, "工单.xlsx", cases)
    texts = read[2].index(datasets("in")["cases"].columns["description"].info["zh"][0])
    good = read[3 : 3 + cases["accepted"]]
    assert [row[texts] if len(row) > texts else "" for row in good] == [row["description"] for row in clean]
    written = {cell for row in good for cell in row}
    assert any("年" in cell for cell in written)
    assert any("/" in cell for cell in written)
    assert {"报修", "投诉"} <= written


def test_the_same_arguments_give_the_same_bytes_workbooks_too(folder: Path, tmp_path: Path) -> None:
    write(Wish(300, 3, 1, DEFAULT_UNTIL), tmp_path / "again", is_messy=True)
    for path in folder.rglob("*.*"):
        assert path.read_bytes() == (tmp_path / "again" / path.relative_to(folder)).read_bytes(), path.name


def test_a_mess_too_large_for_a_sheet_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="50000 at most"):
        write(Wish(60_000, 3, 1, DEFAULT_UNTIL), tmp_path / "new", is_messy=True)
    assert not (tmp_path / "new").exists()
