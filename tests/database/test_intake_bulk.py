"""Large files: the straight way, the general way and a small file give the same tables and the same rejects."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from guanjia.gateways.spreadsheets import bulk, delimited
from guanjia.pipelines.intake import columns, loading, merging
from guanjia.pipelines.intake.receipts import SheetReceipt
from guanjia.pipelines.intake.straight import NotStraight, load_straight
from tests.conftest import Database
from tests.support.intake import Desk

CASES = ("工单号", "小区编号", "房号", "客户编号", "类型", "紧急程度", "处理人", "内容", "受理时间", "预约时间", "备注")


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    folder = tmp_path / "files"
    folder.mkdir()
    found = Desk(database, folder)
    found.company("communities", "buildings", "units", "customers", "staff")
    return found


def cases(number: int, first: int = 0) -> Iterator[tuple[str, ...]]:
    """Cases in every form a column may have, about one in ten bad."""
    chance = random.Random(number)
    for n in range(first, first + number):
        day = f"{chance.randrange(1, 29):02d}"
        row = [
            f"GD{n:06d}",
            chance.choice(("001", "1", "001 ")),
            chance.choice(("010304", "10304", "", "/")),
            chance.choice(("200001", "200002.0", "")),
            chance.choice(("报修", "complaint", "咨 询")),
            "普通",
            chance.choice(("S001", "", "Ｓ００２")),
            chance.choice((f'第{n}号："漏水"，很急', "=1+1", "两行\n文字", "a\\b\tc", "无", f"普通的说明文字{n}")),
            chance.choice(
                (
                    f"2026-10-{day} 08:05",
                    f"2026/10/{day} 8:05:09",
                    f"2026年10月{day}日 08:05",
                    f"2026-10-{day}T08:05:00Z",
                )
            ),
            chance.choice(("", f"2026.11.{day}")),
            "x",
        ]
        if n % 10 == 3:
            place, value = chance.choice(
                ((1, "009"), (4, "返修"), (8, "昨天"), (2, "999999"), (7, "a\x01b"), (8, "2027-01-01"), (0, ""))
            )
            row[place] = value
        yield tuple(row)


@contextmanager
def large(straight: bool) -> Iterator[list[bool]]:
    """Every text is a large one, cut into small pieces; tells whether the straight way was gone to its end."""
    gone: list[bool] = []

    def way(*given: Any) -> Any:
        if not straight:
            raise NotStraight
        found = load_straight(*given)
        gone.append(True)
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited, "BULK_BYTES", 0)
        patch.setattr(bulk, "PIECE_BYTES", 4_000)
        patch.setattr(columns, "_FEW", 10)
        patch.setattr(columns, "_SAMPLE", 100)
        patch.setattr(merging, "_BULK_ROWS", 10)
        patch.setattr(loading, "load_straight", way)
        yield gone


def contents(desk: Desk) -> dict[str, Any]:
    with desk.database.transaction() as tx:
        return {
            "rows": desk.rows("cases"),
            "places": tx.execute(text("SELECT case_code, loaded_row FROM cases ORDER BY 1")).all(),
            "rejects": tx.execute(
                text('SELECT "row", "column", value, reason_code, reason FROM rejects ORDER BY 1, fault_no')
            ).all(),
            "cells": tx.execute(
                text("SELECT row_no, CAST(cells AS text), may_come_right FROM rejected_rows ORDER BY 1")
            ).all(),
        }


def forget(desk: Desk) -> None:
    with desk.database.transaction("owner") as tx:
        tx.execute(text("TRUNCATE cases, rejects, rejected_rows CASCADE"))
        tx.execute(text("DELETE FROM intake_sheets WHERE dataset = 'cases'"))


def counts(receipt: SheetReceipt) -> tuple[int, ...]:
    return (receipt.rows_read, receipt.accepted, receipt.unchanged, receipt.rejected, receipt.skipped)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_three_ways_one_outcome(desk: Desk, encoding: str) -> None:
    path = desk.csv("工单.csv", [CASES, *cases(700)], encoding=encoding)
    small = desk.load(path).files[0].sheets[0]
    expected = contents(desk)
    assert small.rejected >= 50
    for straight in (False, True):
        forget(desk)
        with large(straight) as gone:
            receipt = desk.load(path, is_forced=True).files[0].sheets[0]
        assert gone == ([True] if straight else [])
        assert counts(receipt) == counts(small)
        assert contents(desk) == expected


def test_a_large_text_without_a_fault_is_taken_in_the_general_way(desk: Desk) -> None:
    clean = [row for number, row in enumerate(cases(300)) if number % 10 != 3]
    with large(False):
        receipt = desk.load(desk.csv("工单.csv", [CASES, *clean])).files[0].sheets[0]
    assert (receipt.rejected, receipt.accepted) == (0, len(clean))


def test_rows_behind_those_that_are_there_go_straight_too(desk: Desk) -> None:
    desk.load(desk.csv("工单_1.csv", [CASES, *cases(100)]))
    with large(True) as gone:
        receipt = desk.load(desk.csv("工单_2.csv", [CASES, *cases(100, first=100)])).files[0].sheets[0]
    assert gone == [True]
    assert receipt.accepted == len(desk.rows("cases")) - 90


@pytest.mark.parametrize("spoiled", ["again", "twice", "backwards", "total", "blank", "short", "long"])
def test_what_is_not_straight_is_undone_and_taken_in_the_general_way(desk: Desk, spoiled: str) -> None:
    rows = list(cases(300))
    if spoiled == "again":
        desk.load(desk.csv("工单_1.csv", [CASES, *rows[:5]]))
    elif spoiled == "twice":
        rows[200] = rows[100]
    elif spoiled == "backwards":
        rows[150], rows[151] = rows[151], rows[150]
    elif spoiled == "total":
        rows.append(("合计", "300"))
    elif spoiled == "blank":
        rows.insert(250, ("",) * len(CASES))
    elif spoiled == "short":
        rows[250] = rows[250][:9]
    else:
        rows[250] = (*rows[250], "太多")
    path = desk.csv("工单_2.csv", [CASES, *rows])
    with large(True) as gone:
        receipt = desk.load(path).files[0].sheets[0]
    found = contents(desk)
    assert gone == ([True] if spoiled == "short" else []), "a short record ends in blank cells, which is straight"
    forget(desk)
    if spoiled == "again":
        desk.load(desk.folder / "工单_1.csv", is_forced=True)
    small = desk.load(path, is_forced=True).files[0].sheets[0]
    assert counts(receipt) == counts(small)
    assert contents(desk) == found


def test_cases_of_the_straight_way_are_heard_of_by_escalations(desk: Desk) -> None:
    with large(True) as gone:
        desk.load(desk.csv("工单.csv", [CASES, *cases(50)]))
    assert gone == [True]
    with desk.database.transaction() as tx:
        heard = set(tx.execute(text("SELECT case_code FROM case_changes")).scalars())
    assert heard == {code for (code,) in desk.rows("cases", "case_code")}


def test_references_hold_although_they_were_not_checked_row_by_row(desk: Desk) -> None:
    with large(True):
        desk.load(desk.csv("工单.csv", [CASES, *cases(200)]))
    with desk.database.transaction("owner") as tx:
        for constraint in (
            tx.execute(text("SELECT conname FROM pg_constraint WHERE conrelid = 'cases'::regclass AND contype = 'f'"))
            .scalars()
            .all()
        ):
            tx.execute(text(f"ALTER TABLE cases ALTER CONSTRAINT {constraint} NOT ENFORCED"))
            tx.execute(text(f"ALTER TABLE cases ALTER CONSTRAINT {constraint} ENFORCED"))
        assert tx.scalar(text("SHOW session_replication_role")) == "origin"
