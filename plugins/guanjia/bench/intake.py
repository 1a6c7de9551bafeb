"""Intake of cases from a CSV: from file to typed, checked, committed rows, one in a hundred bad, against a plain COPY.

Yardstick: COPY of the same file into an unlogged table whose columns are all text.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from psycopg import sql

from guanjia.bench.harness import Place
from guanjia.settings import TIME_ZONE
from guanjia.store.engine import driver_connection, transaction

COMMUNITIES, UNITS, CUSTOMERS, HANDLERS = 20, 20_000, 50_000, 300
BAD_EVERY = 100
UNTIL = datetime(2026, 11, 20, 12, tzinfo=TIME_ZONE)
HEADINGS = (
    "工单号",
    "小区编号",
    "房号",
    "客户编号",
    "类型",
    "区域类型",
    "紧急程度",
    "渠道",
    "处理人",
    "内容",
    "受理时间",
)
CHUNK = 1 << 20


def registers(tx: Any) -> None:
    """What the cases refer to."""
    tx.exec_driver_sql(
        "INSERT INTO communities (community_code, community_name) "
        "SELECT to_char(n, 'FM000'), '小区' || n FROM generate_series(1, %s) AS n",
        (COMMUNITIES,),
    )
    tx.exec_driver_sql(
        "INSERT INTO buildings (community_code, building_code) SELECT community_code, '1' FROM communities"
    )
    tx.exec_driver_sql(
        "INSERT INTO units (community_code, building_code, unit_code, unit_use, area_m2) "
        "SELECT to_char(n %% %s + 1, 'FM000'), '1', 'U' || n, 'residential', 90 FROM generate_series(0, %s - 1) AS n",
        (COMMUNITIES, UNITS),
    )
    tx.exec_driver_sql(
        "INSERT INTO customers (customer_code, customer_name, customer_type) "
        "SELECT 'K' || n, '客户' || n, 'owner' FROM generate_series(0, %s - 1) AS n",
        (CUSTOMERS,),
    )
    tx.exec_driver_sql(
        "INSERT INTO staff (staff_code, staff_name, role) "
        "SELECT 'S' || n, '员工' || n, 'technician' FROM generate_series(0, %s - 1) AS n",
        (HANDLERS,),
    )
    for name in ("communities", "buildings", "units", "customers", "staff"):
        tx.exec_driver_sql(f"ANALYZE {name}")


def rows(number: int, seed: int = 1) -> Iterator[tuple[str, ...]]:
    """Cases as an office exports them, numbered as opened; every `BAD_EVERY`-th is bad in one of four ways."""
    chance = random.Random(seed)
    minutes = 365 * 24 * 60
    for n in range(number):
        unit = chance.randrange(UNITS)
        opened = UNTIL - timedelta(minutes=1 + (number - 1 - n) * minutes // number)
        row = [
            f"GD{n:09}",
            f"{unit % COMMUNITIES + 1:03}",
            f"U{unit}",
            f"K{chance.randrange(CUSTOMERS)}",
            ("报修", "投诉", "咨询")[n % 3],
            ("入户", "公共")[n % 2] if n % 3 == 0 else "",
            ("普通", "普通", "紧急")[n % 3],
            ("电话", "微信", "前台")[n % 3],
            f"S{chance.randrange(HANDLERS)}",
            f"第{n}号：厨房水管渗水，请尽快上门查看并联系业主",
            f"{opened:%Y-%m-%d %H:%M}" if n % 2 else f"{opened:%Y/%m/%d %H:%M}",
        ]
        if n % BAD_EVERY == BAD_EVERY - 1:
            place, value = ((1, "999"), (4, "维护"), (10, "昨天"), (2, ""))[n // BAD_EVERY % 4]
            row[place] = value if value else "U-1"
        yield tuple(row)


def all_text_table(tx: Any) -> None:
    """The yardstick's table."""
    columns = ", ".join(f'"{name}" text' for name in HEADINGS)
    tx.exec_driver_sql(f"CREATE UNLOGGED TABLE yardstick ({columns})")


def forget(tx: Any) -> None:
    """No case was ever taken in."""
    tx.exec_driver_sql("DROP TABLE IF EXISTS yardstick")
    tx.exec_driver_sql("TRUNCATE cases, rejects, rejected_rows, intake_sheets, intake_files, register_history CASCADE")
    registers(tx)


def take_in(path: Path, expected: int) -> int:
    """Take the file in as `guanjia load` does, and make sure that it did."""
    from guanjia.pipelines.intake.batches import load_files
    from guanjia.pipelines.intake.loading import Terms

    outcome = load_files([path], Terms(as_of=UNTIL, received_at=UNTIL), with_retry=False)
    sheet = outcome.files[0].sheets[0]
    bad = expected // BAD_EVERY
    if (sheet.rows_read, sheet.accepted, sheet.rejected) != (expected, expected - bad, bad):
        raise AssertionError(f"{sheet.rows_read} rows read, {sheet.accepted} accepted, {sheet.rejected} rejected")
    return sheet.rows_read


class _Intake:
    units = 1_000_000
    unit = "cases"
    target = 4.0

    def prepare(self, place: Place, units: int) -> None:
        self.rows = units
        self.path = place.folder / "工单_bench.csv"
        with self.path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(HEADINGS)
            writer.writerows(rows(units))

    def reset(self, place: Place) -> None:
        with transaction("owner") as tx:
            forget(tx)

    def yardstick(self, place: Place) -> None:
        with transaction("owner") as tx:
            all_text_table(tx)
            connection = driver_connection(tx)
            columns = sql.SQL(", ").join(map(sql.Identifier, HEADINGS))
            statement = sql.SQL("COPY yardstick ({}) FROM STDIN (FORMAT csv, HEADER true)").format(columns)
            with connection.cursor() as cursor, cursor.copy(statement) as copy, self.path.open("rb") as file:
                while chunk := file.read(CHUNK):
                    copy.write(chunk)

    def work(self, place: Place) -> int:
        return take_in(self.path, self.rows)


BENCH = _Intake()
