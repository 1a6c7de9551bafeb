"""An inspector's list goes out, is opened and saved in LibreOffice, filled in, dropped into the inbox, and counts."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from guanjia.host.home import make_home
from guanjia.pipelines.intake.receipts import SheetReceipt
from guanjia.pipelines.intake.sweeping import sweep
from guanjia.pipelines.vacancy_inspections.list_rows import read_lists
from guanjia.pipelines.vacancy_inspections.list_workbook import list_workbook
from guanjia.pipelines.vacancy_inspections.results import take_results
from guanjia.settings import TIME_ZONE
from guanjia.store.runs import open_run
from tests.conftest import Database
from tests.database.worklist_house import FRIDAY, Estate, build_estate
from tests.support.intake import told
from tests.support.programs import ensure_libreoffice, or_skip

HEAD = 3
"""Row of the headings, as a spreadsheet counts."""
EVENING = datetime(2026, 11, 20, 18, tzinfo=TIME_ZONE)

Convert = Callable[[Path, str], Path]


@pytest.fixture(scope="session")
def convert(tmp_path_factory: pytest.TempPathFactory) -> Convert:
    """Opens a spreadsheet in LibreOffice and saves it as another kind (or the same)."""
    office = or_skip(ensure_libreoffice())
    profile = tmp_path_factory.mktemp("office")

    def saved(path: Path, kind: str) -> Path:
        folder = path.parent / f"saved-{kind}"
        where = f"-env:UserInstallation={profile.as_uri()}"
        command: list[str | Path] = [office.path, where, "--headless", "--convert-to", kind, "--outdir", folder, path]
        subprocess.run(command, env=office.environ(), check=True, capture_output=True, timeout=180)
        return folder / f"{path.stem}.{kind}"

    return saved


@dataclass(frozen=True)
class Desk:
    """The estate, with five inspections on I1's list of Friday, and its inbox."""

    estate: Estate
    folder: Path

    @property
    def inbox(self) -> Path:
        return self.estate.database.home / "inbox"

    def sent(self, language: str = "zh") -> Path:
        """The list as it is mailed."""
        with self.estate.database.transaction() as tx:
            rows = read_lists(tx, date(2026, 11, 20), staff_codes=["I1"])
        path = self.folder / f"list-{language}.xlsx"
        path.write_bytes(list_workbook(rows, language))
        return path

    def returned(self, path: Path, name: str | None = None) -> SheetReceipt:
        """Drop a file into the inbox and sweep it."""
        shutil.copyfile(path, self.inbox / (name or path.name))
        now = datetime.now(TIME_ZONE) + timedelta(minutes=2)
        with self.estate.database.transaction() as tx:
            run = open_run(tx, "intake", EVENING, started_at=now)
        outcome = sweep(as_of=EVENING, now=now, run_id=run.run_id)
        (receipt,) = outcome.files
        assert receipt.outcome == "read", receipt.reason
        (sheet,) = [each for each in receipt.sheets if each.dataset]
        assert sheet.rows_read == sheet.accepted + sheet.rejected + sheet.skipped
        assert not sheet.surplus
        return sheet

    def take(self, as_of: datetime = EVENING) -> dict[str, int]:
        with self.estate.database.transaction() as tx:
            run = open_run(tx, "vacancy_inspections", as_of, started_at=as_of)
        with self.estate.database.transaction() as tx:
            return take_results(tx, run, as_of)

    def states(self) -> dict[str, str]:
        """Last part of the inspection's code → state."""
        with self.estate.database.transaction() as tx:
            rows = tx.exec_driver_sql("SELECT inspection_code, state FROM inspections ORDER BY 1").all()
        return {code.rpartition("-")[2]: state for code, state in rows}

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        with self.estate.database.transaction() as tx:
            return [tuple(row) for row in tx.exec_driver_sql(statement)]


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    make_home(database.home)
    estate = build_estate(database)
    estate.planned(*range(5))
    estate.run()
    return Desk(estate, tmp_path)


def columns(sheet: Worksheet) -> dict[str, int]:
    """Heading without its star and hint → column."""
    return {str(cell.value).split("\n")[0].removesuffix(" *"): cell.column for cell in sheet[HEAD]}


def fill(path: Path, rows: Mapping[int, Mapping[str, object]], name: str = "filled.xlsx") -> Path:
    """Write into rows of a list, position on the list → heading → value, and save under another name."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    places = columns(sheet)
    for position, cells in rows.items():
        for heading, value in cells.items():
            sheet.cell(HEAD + position, places[heading]).value = value
    target = path.parent / name
    book.save(target)
    return target


def visit(clock: str = "09:30", entered: str = "是", **values: object) -> dict[str, object]:
    return {"时间": datetime.fromisoformat(f"{FRIDAY} {clock}"), "是否入户": entered} | values


WHOLE = {
    1: visit(水电已关="是", 设施="是", 卫生="是", 房屋质量="是", 水表读数=12.5, 电表读数=345),
    2: visit("09:50", "否"),
    3: visit("10:10", 水电已关="是", 房屋质量="否", 异常说明="卫生间顶渗水"),
}
"""Three of five rows: in order, not entered, and a finding."""


def checked(path: Path) -> None:
    """What the list must still be after a program saved it: locked where it is known, lists where words are asked."""
    sheet = openpyxl.load_workbook(path).worksheets[0]
    places = columns(sheet)
    assert sheet.protection.sheet
    assert sheet.cell(HEAD + 1, places["巡检编号"]).protection.locked
    assert sheet.cell(HEAD + 1, places["房号"]).protection.locked
    assert not sheet.cell(HEAD + 1, places["是否入户"]).protection.locked
    kinds = {rule.type for rule in sheet.data_validations.dataValidation}
    assert {"list", "date", "decimal"} <= kinds
    lists = {rule.formula1 for rule in sheet.data_validations.dataValidation if rule.type == "list"}
    assert {each.strip('"') for each in lists} == {"是,否"}
    assert sheet.print_title_rows == f"${HEAD}:${HEAD}"
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize or 0)) == ("landscape", 9)


def taken_in_whole(desk: Desk, sheet: SheetReceipt) -> None:
    """The three rows of WHOLE arrived, and nothing else did."""
    assert (sheet.accepted, sheet.rejected, sheet.unfilled) == (3, 0, 2), sheet.rejects
    desk.take()
    assert list(desk.states().values()).count("done") == 2
    assert list(desk.states().values()).count("not_entered") == 1
    assert list(desk.states().values()).count("planned") == 2
    assert desk.rows("SELECT finding FROM inspection_results WHERE finding IS NOT NULL") == [("卫生间顶渗水",)]
    assert desk.rows("SELECT count(*) FROM cases") == [(1,)]
    assert desk.rows("SELECT water_reading FROM inspection_results WHERE water_reading IS NOT NULL") == [(12.5,)]


@pytest.mark.rule("INS-05")
def test_a_list_saved_in_libreoffice_and_filled_in_counts_the_same_day(desk: Desk, convert: Convert) -> None:
    opened = convert(desk.sent(), "xlsx")
    checked(opened)
    filled = convert(fill(opened, WHOLE), "xlsx")
    checked(filled)

    taken_in_whole(desk, desk.returned(filled))

    assert sum(desk.take().values()) == 0, "again changes nothing"


@pytest.mark.rule("INS-05")
def test_a_list_that_went_through_libreoffices_own_format_counts(desk: Desk, convert: Convert) -> None:
    back = convert(convert(desk.sent(), "ods"), "xlsx")
    checked(back)

    taken_in_whole(desk, desk.returned(fill(back, WHOLE)))


@pytest.mark.rule("INS-05")
def test_a_list_returned_in_the_old_format_counts(desk: Desk, convert: Convert) -> None:
    taken_in_whole(desk, desk.returned(convert(fill(desk.sent(), WHOLE), "xls")))


@pytest.mark.rule("INS-05")
def test_an_english_list_counts_as_well(desk: Desk, convert: Convert) -> None:
    row = {"Inspected at": datetime.fromisoformat(f"{FRIDAY} 09:30"), "Entered": "yes", "Hygiene ok": "no"}
    filled = convert(fill(desk.sent("en"), {1: row | {"Water reading": 7}}), "xlsx")

    sheet = desk.returned(filled)

    assert (sheet.sheet, sheet.accepted, sheet.rejected, sheet.unfilled) == ("inspection_results", 1, 0, 4)


@pytest.mark.rule("INS-02")
def test_a_list_may_come_back_half_filled_and_later_whole_and_twice(desk: Desk) -> None:
    half = fill(desk.sent(), {1: WHOLE[1]}, "half.xlsx")
    desk.returned(half)
    desk.take()
    assert list(desk.states().values()).count("done") == 1

    again = desk.returned(half, "巡检结果 (2).xlsx")
    assert (again.outcome, again.accepted, again.unchanged, again.unfilled) == ("known", 1, 1, 4)
    assert sum(desk.take().values()) == 0

    whole = desk.returned(fill(half, {n: visit(f"1{n}:00") for n in (2, 3, 4, 5)}))
    assert (whole.accepted, whole.unchanged, whole.unfilled) == (5, 1, 0)
    desk.take()
    assert set(desk.states().values()) == {"done"}


@pytest.mark.rule("INS-02")
def test_a_row_begun_and_not_finished_is_told_and_loses_nothing(desk: Desk) -> None:
    sheet = desk.returned(fill(desk.sent(), {1: WHOLE[1], 2: {"水表读数": 3}, 3: {"是否入户": "是"}}))

    assert (sheet.accepted, sheet.rejected, sheet.unfilled) == (1, 2, 2)
    missing = {(HEAD + 2, "inspected_at"), (HEAD + 2, "entered"), (HEAD + 3, "inspected_at")}
    assert {(row, column) for row, column, _code in told(sheet)} == missing


@pytest.mark.rule("INS-02")
@pytest.mark.parametrize(
    ("changed", "column", "reason"),
    [
        ({"巡检编号": "M9999-001-1-000"}, "inspection_code", "unknown_reference"),
        ({"巡检编号": None}, "inspection_code", "missing_required"),
        ({"工号": "I9"}, "staff_code", "unknown_reference"),
        ({"工号": None}, "staff_code", "missing_required"),
    ],
)
def test_a_code_changed_in_a_locked_cell_is_noticed(
    desk: Desk, changed: dict[str, object], column: str, reason: str
) -> None:
    sheet = desk.returned(fill(desk.sent(), {1: visit() | changed}))

    assert told(sheet) == [(HEAD + 1, column, reason)]
    desk.take()
    assert set(desk.states().values()) == {"planned"}


@pytest.mark.rule("INS-02")
def test_one_units_code_on_two_rows_is_noticed_and_neither_counts(desk: Desk) -> None:
    codes = [code for (code,) in desk.rows("SELECT inspection_code FROM inspection_lists ORDER BY position")]

    sheet = desk.returned(fill(desk.sent(), {1: visit(卫生="是"), 2: visit(卫生="否", 巡检编号=codes[0])}))

    assert {(row, code) for row, _column, code in told(sheet)} == {
        (HEAD + 1, "duplicate_conflict"),
        (HEAD + 2, "duplicate_conflict"),
    }


@pytest.mark.rule("INS-02")
def test_a_visit_by_somebody_else_is_kept_under_that_name_and_a_leavers_does_not_count(desk: Desk) -> None:
    desk.estate.execute("UPDATE staff SET left_on = DATE '2026-11-10' WHERE staff_code = 'I3'")

    desk.returned(fill(desk.sent(), {1: visit(工号="I2"), 2: visit("10:00", 工号="I3")}))
    desk.take()

    assert desk.rows("SELECT state, inspected_by FROM inspections WHERE inspected_by IS NOT NULL") == [("done", "I2")]
    assert desk.rows("SELECT kind FROM inspection_remarks") == [("result_by_leaver",)]
