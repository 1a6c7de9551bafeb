"""An inbox of small registers, some rows and one file bad, for sweeps that are killed."""

from __future__ import annotations

import csv
import os
import random
from datetime import datetime, timedelta
from pathlib import Path

from guanjia.settings import TIME_ZONE

AS_OF = datetime(2026, 11, 20, 10, tzinfo=TIME_ZONE)
CUSTOMERS, CASES = 1_200, 3_000
GOOD_CUSTOMERS, GOOD_CASES = 1_176, 2_854
"""Every 50th customer is of no known type, every 40th case of no known day; cases of such customers are bad, too."""


def fill(inbox: Path, seed: int = 1) -> None:
    """Write the files, as if they had lain there for an hour."""
    chance = random.Random(seed)
    (inbox / "restricted").mkdir(parents=True, exist_ok=True)
    sheets: dict[str, list[list[str]]] = {
        "小区": [["小区编号", "小区名称", "区域"], ["001", "澄庭雅苑", "north"], ["002", "梧桐里", "south"]],
        "楼栋": [["小区编号", "楼栋编号"], ["001", "1"], ["002", "1"], ["009", "1"]],
        "客户": [["客户编号", "客户姓名", "客户类型"]]
        + [[f"K{n}", f"客户{n}", "业主" if n % 50 else "不知道"] for n in range(CUSTOMERS)],
        "工单": [["工单号", "小区编号", "客户编号", "类型", "紧急程度", "受理时间"]]
        + [
            [
                f"G{n}",
                chance.choice(("001", "002")),
                f"K{chance.randrange(CUSTOMERS)}",
                "报修",
                "普通",
                f"{AS_OF - timedelta(minutes=chance.randrange(1, 90_000)):%Y-%m-%d %H:%M}" if n % 40 else "昨天",
            ]
            for n in range(CASES)
        ],
        "restricted/员工": [["工号", "员工姓名", "岗位", "邮箱"], ["S1", "张三", "经理", "s1@example.com"]],
        "restricted/报表收件人": [
            ["邮箱", "报表", "范围"],
            ["intake1@example.com", "入库", "company"],
            ["intake2@example.com", "入库", "001"],
        ],
    }
    for name, rows in sheets.items():
        with (inbox / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(rows)
    (inbox / "收款.xlsx").write_bytes(b"PK\x03\x04 cut off")
    for path in inbox.rglob("*"):
        if path.is_file():
            os.utime(path, (1_600_000_000, 1_600_000_000))
