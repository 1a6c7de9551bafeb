"""What tests of intake share: files written in one line, a small company, loading and looking."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from guanjia.pipelines.intake.batches import Outcome, load_files, retry_only
from guanjia.pipelines.intake.contract import incoming
from guanjia.pipelines.intake.loading import Terms
from guanjia.pipelines.intake.receipts import SheetReceipt
from guanjia.pipelines.intake.staging import as_kept
from guanjia.settings import TIME_ZONE
from tests.conftest import Database

AS_OF = datetime(2026, 11, 20, 11, 30, tzinfo=TIME_ZONE)
Row = Sequence[object]

COMPANY: dict[str, list[Row]] = {
    "communities": [("小区编号", "小区名称", "区域"), ("001", "澄庭雅苑", "蠡湖片区"), ("002", "梧桐里", "运河片区")],
    "buildings": [("小区编号", "楼栋编号"), ("001", "01"), ("002", "1")],
    "units": [
        ("小区编号", "楼栋编号", "房号", "用途", "收费面积"),
        ("001", "01", "010304", "住宅", "88.5"),
        ("001", "01", "010305", "住宅", "90"),
        ("002", "1", "1-0101", "商铺", "30"),
    ],
    "customers": [
        ("客户编号", "客户姓名", "客户类型", "电话"),
        ("200001", "王一", "业主", "16400000001"),
        ("200002", "李二", "租户", ""),
    ],
    "staff": [("工号", "姓名", "岗位", "小区编号"), ("S001", "赵客", "客服", "001"), ("S002", "钱修", "维修", "")],
    "meters": [("meter_code", "community_code", "unit_code", "utility"), ("W1", "001", "010304", "water")],
    "cases": [
        ("工单号", "小区编号", "类型", "紧急程度", "受理时间"),
        ("GD1", "001", "报修", "普通", "2026-11-18 09:00"),
        ("GD2", "001", "投诉", "普通", "2026-11-18 09:00:30"),
    ],
}
"""The smallest company most rows can refer to."""


@dataclass
class Desk:
    """A person who writes files and loads them."""

    database: Database
    folder: Path
    as_of: datetime = AS_OF

    def csv(self, name: str, rows: Sequence[Row], *, encoding: str = "utf-8", delimiter: str = ",") -> Path:
        """A CSV file."""
        written = io.StringIO()
        csv.writer(written, delimiter=delimiter).writerows(rows)
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written.getvalue().encode(encoding))
        return path

    def xlsx(self, name: str, sheets: dict[str, Sequence[Row]]) -> Path:
        """A workbook."""
        import openpyxl

        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, rows in sheets.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(list(row))
        path = self.folder / name
        book.save(path)
        return path

    def load(self, *paths: Path, retry: bool = False, **terms: Any) -> Outcome:
        """Load files as `guanjia load` does."""
        given = {"as_of": self.as_of, "received_at": datetime.now(TIME_ZONE), "sent_by": "clerk", **terms}
        return load_files(paths, Terms(**given), with_retry=retry)

    def retry(self, **terms: Any) -> int:
        """Try rejects once more; returns the rows taken in."""
        given = {"as_of": self.as_of, "received_at": datetime.now(TIME_ZONE), "sent_by": "clerk", **terms}
        return sum(sheet.accepted for receipt in retry_only(Terms(**given)).retried for sheet in receipt.sheets)

    def put(self, dataset: str, *rows: Row, name: str | None = None, **terms: Any) -> SheetReceipt:
        """Load rows of a dataset, header first, from a CSV."""
        path = self.csv(name or f"{dataset}_{len(list(self.folder.iterdir()))}.csv", rows)
        return self.load(path, **terms).files[0].sheets[0]

    def company(self, *datasets: str) -> None:
        """Load the small company, or parts of it."""
        for dataset in datasets or COMPANY:
            receipt = self.put(dataset, *COMPANY[dataset])
            assert receipt.rejected == 0, receipt.rejects

    def rows(self, dataset: str, *columns: str) -> list[tuple[str | None, ...]]:
        """What the register holds, as texts, in the order of its key."""
        known = incoming()[dataset]
        names = columns or tuple(known.rules)
        with self.database.transaction("read") as tx:
            found = tx.execute(
                select(*(as_kept(known.table.c[name]) for name in names)).order_by(
                    *(known.table.c[name] for name in known.key)
                )
            )
            return [tuple(row) for row in found]


def told(receipt: SheetReceipt) -> list[tuple[int | None, str | None, str]]:
    """Row, column and reason code of every fault line."""
    return [(line.row, line.column, line.reason_code) for line in receipt.rejects]
