"""Bills as PDF: one page each with five explained lines, every bill a document of its own, on all processors.

What counts is bills per second: at least 200 on two processors. Yardstick: the same pages as print files, 250 bills in
one document.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any, Final

from guanjia.bench.harness import Place
from guanjia.pipelines.fee_billing.bill_document import bill_document
from guanjia.pipelines.fee_billing.bill_rows import Bill, BillLine

_FILE: Final = 250
_SURNAMES: Final = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN: Final = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红玲建国志文晓辉宇婷鹏丹浩然"


def _bill(number: int) -> Bill:
    name = _SURNAMES[number % 20] + _GIVEN[number % 39] + _GIVEN[number * 7 % 39]
    lines = tuple(_lines(number))
    total = sum((line.amount for line in lines), Decimal(0))
    building = number // 60 + 1
    return Bill(
        batch_no=0,
        bill_code=f"B2610-001-1-{number:06d}",
        run_code="B2610-001-1",
        kind="billing",
        period="2026-10",
        total=total,
        open_balance=total,
        posted_on=date(2026, 11, 5),
        due_on=date(2026, 11, 20),
        community_code="001",
        community_name="澄庭雅苑",
        building_code=f"{building:02d}",
        building_name=f"{building}号楼",
        unit_code=f"{building}-{number % 60 // 4 + 1:02d}{number % 4 + 1:02d}",
        customer_code=f"C{number:06d}",
        customer_name=name,
        lines=lines,
        issuer="澄庭物业服务有限公司",
    )


def _lines(number: int) -> list[BillLine]:
    area = Decimal(60 + number % 90) + Decimal(number % 100) / 100
    half = {"from": "2026-10-01", "to": "2026-10-15", "days": 15, "of_days": 31, "basis": "area_month", "rate": "2.80"}
    rest = half | {"from": "2026-10-16", "to": "2026-10-31", "days": 16, "rate": "3.10"}
    use = {
        "from": "2026-10-01",
        "to": "2026-10-31",
        "days": 31,
        "of_days": 31,
        "rate": "3.27",
        "quantity": str(number % 30),
        "metered": True,
    }
    metered: dict[str, Any] = {
        "meter": f"W-{number:06d}",
        "opening": {"on": "2026-09-30", "reading": str(number % 500)},
        "closing": {"on": "2026-10-31", "reading": str(number % 500 + number % 30)},
        "use": str(number % 30),
    }
    pool = metered | {"meter": "P-1", "cost": "425.00", "by": "area", "weights": "90000.00", "segments": [use]}
    parking = {
        "from": "2026-10-01",
        "to": "2026-10-31",
        "days": 31,
        "of_days": 31,
        "rate": "280.00",
        "contract": "HT-1",
    }
    service = {
        "case": "C-1",
        "line": 1,
        "item": "换锁芯",
        "resolved_on": "2026-10-03",
        "quantity": "1",
        "rate": "120.00",
    }
    explained: list[tuple[str, str, dict[str, Any]]] = [
        ("property", "265.93", {"segments": [half, rest], "quantity": f"{area:f}"}),
        ("parking", "280.00", {"segments": [parking]}),
        ("water", f"{number % 30 * Decimal('3.27'):.2f}", {"metered": metered, "segments": [use]}),
        ("shared_electricity", "0.43", {"pool": pool, "weight": f"{area:f}", "share": "0.43"}),
        ("paid_service", "120.00", service),
    ]
    return [
        BillLine(kind, kind, "2026-10", Decimal(amount), explanation=explanation)
        for kind, amount, explanation in explained
    ]


class _BillPdf:
    units = 10_000
    unit = "one-page bills"
    target = 4.0

    def prepare(self, place: Place, units: int) -> None:
        self.bills = [_bill(number) for number in range(units)]
        bill_document(self.bills[:1])  # fonts are read once

    def reset(self, place: Place) -> None:
        """Nothing is kept."""

    def yardstick(self, place: Place) -> None:
        files = [self.bills[start : start + _FILE] for start in range(0, len(self.bills), _FILE)]
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            assert sum(len(made) for made in pool.map(bill_document, files)) > 0

    def work(self, place: Place) -> int:
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            return sum(made.startswith(b"%PDF") for made in pool.map(self._one, self.bills))

    def _one(self, bill: Bill) -> bytes:
        return bill_document([bill])


BENCH = _BillPdf()
