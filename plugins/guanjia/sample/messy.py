"""The sample as offices really keep their files, with the answer: what intake must accept, skip and reject.

Chinese headers with decorations, GB18030, semicolons and tabs, title lines, blank lines, a 合计 line, workbooks with
several sheets, values in every form the contract reads, and a few bad rows. ``expected.json`` names each of those with
its row, column and reason, in the form of ``guanjia load --json``.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from io import StringIO
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from guanjia.sample.draws import Draw
from guanjia.sample.files import BYTE_ORDER_MARK
from guanjia.sample.layout import COLUMNS, RESTRICTED, RESTRICTED_FOLDER
from guanjia.sample.messy_cells import Scribe
from guanjia.sample.model import Row

if TYPE_CHECKING:
    from sqlalchemy import Column

EXPECTED: Final = "expected.json"
TOTAL: Final = "合计"
UNITS_AT_MOST: Final = 50_000
"""A sheet holds 1,048,576 rows, and a mess is for trying, not for measuring."""
DECORATIONS: Mapping[str, str] = {
    "收费面积": "收费面积（㎡）",
    "房号": "房 号",
    "金额": "金额(元)",
    "小区编号": "小区编号*",
}


@dataclass(frozen=True, slots=True)
class Habit:
    """How a dataset's file is kept."""

    file: str
    encoding: str = "utf-8"
    has_mark: bool = True
    """Begins with a byte order mark (UTF-8 only)."""
    delimiter: str = ","
    is_english: bool = False
    titles: tuple[str, ...] = ()
    blank_every: int = 0
    total_of: str | None = None
    """Column summed up in a 合计 line."""
    sheet: str | None = None
    """A workbook's sheet; None: CSV."""


_CHINESE_PC: Final[dict[str, Any]] = {"encoding": "gb18030", "has_mark": False}
HABITS: Mapping[str, Habit] = {
    "buildings": Habit("buildings.csv", has_mark=False, is_english=True),
    "units": Habit(
        "房屋.csv", titles=("房屋台账", "制表：客服中心"), blank_every=40, total_of="area_m2", **_CHINESE_PC
    ),
    "customers": Habit("客户.csv", **_CHINESE_PC),
    "occupancies": Habit("入住.csv", delimiter=";"),
    "roster": Habit("排班.csv", **_CHINESE_PC),
    "cases": Habit("工单.xlsx", titles=("工单明细", "导出人：客服中心"), sheet="工单"),
    "case_events": Habit("工单动态.csv", **_CHINESE_PC),
    "calls": Habit("calls.csv", delimiter="\t", is_english=True),
    "vacancy_applications": Habit("空置申请.xlsx", titles=("空置房登记申请汇总表",), sheet="Sheet1"),
    "found_property": Habit("前台登记簿.xlsx", titles=("拾遗物品登记",), sheet="拾遗", blank_every=15),
    "key_loans": Habit("前台登记簿.xlsx", sheet="钥匙借用"),
    "fit_outs": Habit("前台登记簿.xlsx", sheet="装修"),
    "payments": Habit(
        "收款.csv", titles=("对公账户收款明细", "币种：人民币", ""), blank_every=200, total_of="amount", **_CHINESE_PC
    ),
    "opening_balances": Habit("期初欠费.csv", total_of="amount"),
}


class Fault(NamedTuple):
    """A bad row: a copy of the last good one with one cell changed, and why it must be rejected."""

    column: str
    value: str
    reason: str


UNKNOWN_CODE = "NO-9999"
FAULTS: Mapping[str, tuple[Fault, ...]] = {
    "units": (
        Fault("building_code", UNKNOWN_CODE, "unknown_reference"),
        Fault("unit_use", "厂房", "bad_choice"),
        Fault("area_m2", "-12.5", "out_of_range"),
        Fault("handover_date", "2026-02-30", "bad_date"),
    ),
    "customers": (
        Fault("customer_name", "", "missing_required"),
        Fault("email", "a@mail.example.com;b@mail.example.com", "bad_format"),
        Fault("phone", "1.61E+10", "bad_number"),
    ),
    "occupancies": (
        Fault("unit_code", UNKNOWN_CODE, "unknown_reference"),
        Fault("end_date", "1999-12-31", "inconsistent_dates"),
        Fault("pays_fees", "也许", "bad_choice"),
    ),
    "cases": (
        Fault("kind", "吐槽", "bad_choice"),
        Fault("opened_at", "昨天下午", "bad_date"),
        Fault("handler", UNKNOWN_CODE, "unknown_reference"),
        Fault("community_code", "", "missing_required"),
    ),
    "case_events": (
        Fault("case_code", UNKNOWN_CODE, "unknown_reference"),
        Fault("event", "晾着", "bad_choice"),
        Fault("event_at", "2019-01-01 08:00", "inconsistent_dates"),
    ),
    "paid_services": (Fault("unit_price", "12.345", "too_many_decimals"), Fault("quantity", "一套", "bad_number")),
    "vacancy_applications": (Fault("end_date", "1999-12-31", "inconsistent_dates"),),
    "found_property": (Fault("found_at", "", "missing_required"),),
    "key_loans": (Fault("borrowed_at", "前天", "bad_date"),),
    "contracts": (Fault("customer_code", UNKNOWN_CODE, "unknown_reference"),),
    "meters": (Fault("utility", "燃气", "bad_choice"),),
    "meter_readings": (Fault("reading", "-5", "out_of_range"), Fault("meter_code", UNKNOWN_CODE, "unknown_reference")),
    "payments": (
        Fault("amount", "0.00", "out_of_range"),
        Fault("amount", "99.999", "too_many_decimals"),
        Fault("received_on", "2026-13-01", "bad_date"),
    ),
    "tariffs": (Fault("rate", "0.52831", "too_many_decimals"),),
}
CONFLICTS: Mapping[str, str] = {"customers": "customer_name"}
"""Dataset → column in which two rows of one new key differ."""


@dataclass(slots=True)
class _Sheet:
    """One dataset's file or sheet while it grows."""

    dataset: str
    habit: Habit
    columns: list[Column[Any]]
    scribe: Scribe
    lines: int = 0
    accepted: int = 0
    skipped: int = 0
    total: Decimal = Decimal(0)
    last_good: Row | None = None
    rejects: list[dict[str, Any]] = field(default_factory=list)
    pending: list[list[str]] = field(default_factory=list)
    """Lines not yet written (of a workbook: all)."""

    @property
    def header_line(self) -> int:
        """The number a spreadsheet shows beside the header."""
        return len(self.habit.titles) + 1

    def line(self, cells: list[str]) -> int:
        """Adds a line; returns the number a spreadsheet shows beside it."""
        self.pending.append(cells)
        self.lines += 1
        return self.lines

    def begin(self) -> None:
        """Title lines and header."""
        width = len(self.columns)
        for title in self.habit.titles:
            self.line([title] + [""] * (width - 1))
        names = [column.name if self.habit.is_english else column.info["zh"][0] for column in self.columns]
        self.line([DECORATIONS.get(name, name) for name in names])

    def add(self, row: Row) -> None:
        """A good row, now and then with a blank line before it."""
        habit = self.habit
        if habit.blank_every and self.accepted and self.accepted % habit.blank_every == 0:
            self.line([""] * len(self.columns))
            self.skipped += 1
        self.line(self.written(row))
        self.accepted += 1
        self.last_good = row
        if habit.total_of is not None:
            cell = row[[column.name for column in self.columns].index(habit.total_of)]
            self.total += Decimal(str(cell))

    def written(self, row: Row) -> list[str]:
        """A row as the office writes it."""
        return [self.scribe.cell(cell, column) for cell, column in zip(row, self.columns, strict=True)]

    def spoil(self) -> None:
        """Adds the bad rows and the total line."""
        if self.last_good is not None:
            for number, fault in enumerate(FAULTS.get(self.dataset, ())):
                self._bad(self._copy(f"-X{number}"), fault)
            if self.dataset in CONFLICTS:
                self._conflict(CONFLICTS[self.dataset])
        if self.habit.total_of is not None and self.accepted:
            cells = [""] * len(self.columns)
            cells[0] = TOTAL
            cells[[column.name for column in self.columns].index(self.habit.total_of)] = f"{self.total:.2f}"
            self.line(cells)
            self.skipped += 1

    def _copy(self, suffix: str) -> dict[str, str]:
        """The last good row under a key of its own, as far as the key is one code."""
        assert self.last_good is not None
        cells = dict(zip((column.name for column in self.columns), self.written(self.last_good), strict=True))
        key = self.columns[0].table.info["key"]
        own = [part for part in key if self.columns[0].table.columns[part].info["references"] is None]
        if len(own) == 1 and own[0].endswith("_code"):
            cells[own[0]] = f"{cells[own[0]].strip()}{suffix}"
        return cells

    def _bad(self, cells: dict[str, str], fault: Fault) -> None:
        cells[fault.column] = fault.value
        line = self.line(list(cells.values()))
        self.rejects.append({"row": line, "column": fault.column, "value": fault.value, "reason_code": fault.reason})

    def _conflict(self, column: str) -> None:
        key = self.columns[0].name
        for word in ("甲", "乙"):
            cells = self._copy("-D")
            cells[column] += word
            line = self.line(list(cells.values()))
            self.rejects.append({"row": line, "column": key, "value": cells[key], "reason_code": "duplicate_conflict"})

    def expected(self) -> dict[str, Any]:
        """What intake must say of it."""
        rejected = len({reject["row"] for reject in self.rejects})
        return {
            "sheet": self.habit.sheet,
            "dataset": self.dataset,
            "rows_read": self.lines - self.header_line,
            "accepted": self.accepted,
            "rejected": rejected,
            "skipped": self.skipped,
            "rejects": self.rejects,
        }


class MessyFiles:
    """The files of a messy sample; like `CsvFiles`, but as an office would have made them."""

    def __init__(self, folder: Path, seed: int) -> None:
        from guanjia.store.tables import datasets

        self.folder = folder
        self.counts: dict[str, int] = dict.fromkeys(COLUMNS, 0)
        contract = datasets("in")
        self._sheets = {
            dataset: _Sheet(
                dataset,
                HABITS.get(dataset, Habit(f"{contract[dataset].info['zh']}.csv")),
                [contract[dataset].columns[name] for name in columns],
                Scribe(Draw(seed, "messy", dataset)),
            )
            for dataset, columns in COLUMNS.items()
        }

    def __enter__(self) -> MessyFiles:
        for sheet in self._sheets.values():
            sheet.begin()
        return self

    def emit(self, dataset: str, rows: Sequence[Row]) -> None:
        """Takes good rows of a dataset."""
        sheet = self._sheets[dataset]
        for row in rows:
            sheet.add(row)
        self.counts[dataset] += len(rows)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            return
        (self.folder / RESTRICTED_FOLDER).mkdir(parents=True, exist_ok=True)
        files: dict[str, list[_Sheet]] = {}
        for sheet in self._sheets.values():
            sheet.spoil()
            inside = f"{RESTRICTED_FOLDER}/" if sheet.dataset in RESTRICTED else ""
            files.setdefault(inside + sheet.habit.file, []).append(sheet)
        for name, sheets in files.items():
            (self.folder / name).write_bytes(_workbook(sheets) if sheets[0].habit.sheet else _text(sheets[0]))
        told = [
            {"file": name, "outcome": "read", "sheets": [sheet.expected() for sheet in sheets]}
            for name, sheets in files.items()
        ]
        (self.folder / EXPECTED).write_text(
            json.dumps({"files": told}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )


def _text(sheet: _Sheet) -> bytes:
    habit = sheet.habit
    written = StringIO(newline="")
    csv.writer(written, delimiter=habit.delimiter).writerows(sheet.pending)
    mark = BYTE_ORDER_MARK if habit.has_mark else ""
    return (mark + written.getvalue()).encode(habit.encoding)


def _workbook(sheets: list[_Sheet]) -> bytes:
    from guanjia.sample.workbooks import workbook

    return workbook({sheet.habit.sheet or "": sheet.pending for sheet in sheets})
