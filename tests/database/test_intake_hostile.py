"""Files that were made to break intake: they are refused or their rows rejected, and nobody else is kept out."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from guanjia.cli import main
from guanjia.domain.cells import Fault
from guanjia.domain.cells.times import clock, instant
from guanjia.domain.cells.words import repetition
from guanjia.host.home import make_home
from guanjia.pipelines.intake import loading, sweeping
from guanjia.pipelines.intake.batches import Outcome
from guanjia.settings import TIME_ZONE
from guanjia.store.runs import open_run
from guanjia.store.tables.intake import intake_files, rejected_rows
from tests.conftest import Database
from tests.support.intake import COMPANY, Desk, told

CALLS = ("call_code", "started_at", "ended_at", "direction", "staff_code", "queue_seconds", "answered")
PAYMENTS = ("payment_code", "received_on", "amount")


@pytest.fixture
def desk(database: Database) -> Desk:
    make_home(database.home)
    return Desk(database, database.home / "inbox")


def swept(desk: Desk) -> Outcome:
    """One sweep, a while from now."""
    now = datetime.now(TIME_ZONE) + timedelta(minutes=2)
    with desk.database.transaction() as tx:
        run = open_run(tx, "intake", now, started_at=now)
    return sweeping.sweep(as_of=now, now=now, run_id=run.run_id)


def shelved(desk: Desk, folder: str) -> set[str]:
    """Names without number below archive/ or rejected/."""
    found = (path for path in (desk.database.home / folder).rglob("*") if path.is_file())
    return {path.name.partition("-")[2] for path in found}


# -- a unit without the column of its community ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dataset", "header", "row"),
    [
        ("payments", "payment_code,received_on,unit_code,amount", "V1,2026-11-01,101,5"),
        ("key_loans", "loan_code,unit_code,borrower,borrowed_at", "L1,101,某,2026-11-01 08:00"),
        ("home_visits", "visit_code,visited_at,unit_code,staff_code,topic", "V1,2026-11-01 08:00,101,S001,safety"),
        ("cases", "工单号,房号,类型,紧急程度,受理时间", "GD9,101,报修,普通,2026-11-18 09:00"),
        ("meters", "meter_code,building_code,utility", "W9,01,water"),
        ("disputes", None, None),
    ],
)
def test_a_unit_or_building_without_a_community_column_lacks_its_community(
    desk: Desk, dataset: str, header: str | None, row: str | None
) -> None:
    desk.company()
    if header is None or row is None:
        header, row = "dispute_code,unit_code,opened_on", "D1,101,2026-11-01"
    receipt = desk.put(dataset, header.split(","), row.split(","))
    assert (receipt.rows_read, receipt.accepted, receipt.rejected) == (1, 0, 1)
    assert (2, "community_code", "missing_required") in told(receipt)


def test_a_row_that_stands_lends_its_community_to_a_unit_that_comes_alone(desk: Desk) -> None:
    desk.company()
    receipt = desk.put("cases", ("工单号", "房号"), ("GD1", "10304"), ("GD2", "999"), name="工单_房号.csv")
    assert told(receipt) == [(3, "unit_code", "unknown_reference")]
    assert desk.rows("cases", "case_code", "community_code", "unit_code")[0] == ("GD1", "001", "010304")


# -- times by the minute -----------------------------------------------------------------------------------------------


def test_an_end_without_seconds_in_the_minute_of_the_start_is_taken(desk: Desk) -> None:
    desk.company()
    row = ("C1", "2026-11-19 11:29:30", "2026-11-19 11:29", "呼入", "S001", "", "是")
    assert desk.put("calls", CALLS, row).accepted == 1
    found = ("item_code", "found_at", "item", "valuable", "claimed_at")
    receipt = desk.put("found_property", found, ("F1", "2026-11-19 11:29:30", "伞", "否", "2026-11-19 11:29"))
    assert receipt.accepted == 1
    loan = ("loan_code", "borrower", "borrowed_at", "returned_at")
    assert desk.put("key_loans", loan, ("L1", "某", "2026-11-19 11:29:30", "2026-11-19 11:29")).accepted == 1
    early = ("C2", "2026-11-19 11:29:30", "2026-11-19 11:29:29", "呼入", "S001", "", "是")
    assert told(desk.put("calls", CALLS, early)) == [(2, "ended_at", "inconsistent_dates")]


def test_a_row_the_database_refuses_does_not_keep_other_rejects_from_being_taken_in(desk: Desk) -> None:
    desk.company("communities")
    rows = [
        (f"C{number}", "2026-11-19 11:29", "2026-11-19 11:30", "呼入", "S001", number, "是") for number in range(1, 8)
    ]
    assert desk.put("calls", CALLS, *rows).rejected == 7
    assert desk.put("calls", CALLS, ("D1", *rows[0][1:])).rejected == 1
    with desk.database.transaction("owner") as tx:
        tx.execute(text("ALTER TABLE calls ADD CONSTRAINT a_rule_intake_does_not_know CHECK (queue_seconds <> 3)"))
    desk.put("staff", *COMPANY["staff"])
    assert desk.retry() == 7
    assert {row[0] for row in desk.rows("calls", "call_code")} == {"C1", "C2", "C4", "C5", "C6", "C7", "D1"}
    with desk.database.transaction() as tx:
        still = select(func.count()).select_from(rejected_rows).where(rejected_rows.c.state == "open")
        assert tx.scalar(still) == 1
    assert desk.retry() == 0


# -- texts that are unreadable further down ----------------------------------------------------------------------------


def payments(rows: int, last: bytes) -> bytes:
    """A file of payments with something amiss at its end."""
    lines = [",".join(PAYMENTS), *(f"P{number:05d},2026-11-01,1.00" for number in range(rows))]
    return "\n".join(lines).encode() + b"\n" + last


OPEN_QUOTE = b'"P99999,2026-11-01,1.00\nP99998,2026-11-02,2.00\n'
TOO_WIDE = b"P99999,2026-11-01,1.00" + b"," * 1100 + b"\n"


@pytest.mark.parametrize("last", [OPEN_QUOTE, TOO_WIDE])
@pytest.mark.parametrize("rows", [10, 3_000])
def test_a_text_that_is_unreadable_below_its_head_is_refused_and_others_go_on(
    desk: Desk, rows: int, last: bytes
) -> None:
    (desk.folder / "收款_坏.csv").write_bytes(payments(rows, last))
    good = desk.csv("收款_好.csv", [PAYMENTS, ("P1", "2026-11-01", "5")])
    bad, other = sorted(desk.load(desk.folder / "收款_坏.csv", good).files, key=lambda each: each.outcome != "refused")
    assert (bad.outcome, bad.reason_code, bad.sheets) == ("refused", "unreadable_file", [])
    assert bad.reason and bad.reason_en
    assert other.sheets[0].accepted == 1
    assert len(desk.rows("payments")) == 1, "nothing of the refused file is kept"


def test_the_sweep_puts_a_text_that_is_unreadable_below_its_head_into_rejected(desk: Desk) -> None:
    (desk.folder / "收款_坏.csv").write_bytes(payments(300, OPEN_QUOTE))
    desk.csv("收款_好.csv", [PAYMENTS, ("P1", "2026-11-01", "5")])
    assert {each.file: each.outcome for each in swept(desk).files} == {"收款_坏.csv": "refused", "收款_好.csv": "read"}
    assert shelved(desk, "rejected") == {"收款_坏.csv", "收款_坏.csv.receipt.txt"}
    assert not [path for path in desk.folder.iterdir() if path.is_file()]


# -- names that are not UTF-8 ------------------------------------------------------------------------------------------


def named_in_gbk(folder: Path, name: str, content: str) -> Path:
    """A file whose name an old program wrote."""
    path = folder / os.fsdecode(name.encode("gb18030"))
    path.write_text(content, encoding="utf-8")
    return path


def test_a_file_name_in_gbk_is_read_as_such_and_archived_under_its_name(desk: Desk) -> None:
    named_in_gbk(desk.folder, "小区.csv", "小区编号,小区名称\n001,甲\n")
    named_in_gbk(desk.folder, "说明.文本", "x")
    desk.csv("收款.csv", [PAYMENTS, ("P1", "2026-11-01", "5")])
    outcome = swept(desk)
    assert {each.file: each.outcome for each in outcome.files} == {
        "小区.csv": "read",
        "说明.文本": "refused",
        "收款.csv": "read",
    }
    json.dumps(outcome.as_json(), ensure_ascii=False).encode()
    assert shelved(desk, "archive") >= {"小区.csv", "小区.csv.receipt.txt", "收款.csv"}
    assert shelved(desk, "rejected") == {"说明.文本", "说明.文本.receipt.txt"}
    assert swept(desk).files == [], "all are moved, and noted as moved"
    with desk.database.transaction() as tx:
        assert tx.scalar(select(func.count()).where(intake_files.c.moved_to.is_(None))) == 0


def test_load_prints_a_file_name_in_gbk_as_json(
    desk: Desk, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    named_in_gbk(folder, "小区.csv", "小区编号,小区名称\n001,甲\n")
    assert main(["load", str(folder), "--json"]) == 0
    assert json.loads(capsysbinary.readouterr().out)["files"][0]["file"] == "小区.csv"


def test_a_file_that_breaks_us_while_it_is_opened_does_not_keep_the_others_out(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.csv("收款.csv", [PAYMENTS, ("P1", "2026-11-01", "5")])
    desk.csv("小区.csv", COMPANY["communities"])
    prepare = loading.prepare
    monkeypatch.setattr(sweeping, "prepare", lambda path: prepare(path) if path.stem == "收款" else 1 / 0)
    with pytest.raises(Exception, match=r"1 of 2 files.*小区.csv"):
        swept(desk)
    assert len(desk.rows("payments")) == 1


# -- single cells ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("offset", ["+99:00", "+24", "+25:00", "-24:00", "+14:01", "-1500", "+08:60"])
def test_an_offset_no_clock_has_makes_no_instant(offset: str) -> None:
    found = instant(f"2026-11-01T08:00:00{offset}")
    assert isinstance(found, Fault) and found.reason == "bad_date"
    assert isinstance(clock(f"08:00{offset}"), Fault)


@pytest.mark.parametrize("offset", ["+14:00", "-12:00", "+05:45", "Z"])
def test_offsets_that_clocks_have_make_instants(offset: str) -> None:
    assert not isinstance(instant(f"2026-11-01T08:00:00{offset}"), Fault)


@pytest.mark.parametrize("text", ["²", "①", "9" * 5000, "0", "-1"])
def test_a_sign_that_only_looks_like_a_number_is_no_repetition(text: str) -> None:
    found = repetition(text)
    assert isinstance(found, Fault) and found.reason == "bad_choice"


@pytest.mark.parametrize("zone", [None, UTC, timezone(timedelta(hours=-12))])
@pytest.mark.parametrize("cell", [datetime.max, datetime.min, datetime(9999, 12, 31, 23, 59, 59, 900_000)])  # noqa: DTZ001, DTZ901 (cells have no zone)
def test_a_date_cell_at_the_end_of_time_is_no_date(cell: datetime, zone: timezone | None) -> None:
    found = instant(cell.replace(tzinfo=zone))
    assert isinstance(found, Fault) and found.reason == "bad_date"


def test_hostile_cells_reject_their_rows_only(desk: Desk) -> None:
    desk.company()
    good = ("C1", "2026-11-19 11:29", "2026-11-19 11:30", "呼入", "S001", "1", "是")
    bad = ("C2", "2026-11-19T11:29:00+99:00", *good[2:])
    receipt = desk.put("calls", CALLS, good, bad)
    assert (receipt.accepted, told(receipt)) == (1, [(3, "started_at", "bad_date")])
    last = datetime(9999, 12, 31, 23, 59, 59, 900_000)  # noqa: DTZ001 (a cell has no zone)
    book = desk.xlsx("通话.xlsx", {"通话": [CALLS, ("C3", *good[1:]), ("C4", last, *good[2:])]})
    receipt = desk.load(book).files[0].sheets[0]
    assert (receipt.accepted, told(receipt)) == (1, [(3, "started_at", "bad_date")])
