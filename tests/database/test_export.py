"""Datasets out: the contract's columns in the order of the key, as people and programs read them."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import insert

from guanjia import cli
from guanjia.domain.errors import UnknownName, UsageError
from guanjia.store.exports import as_text, dataset_table, exported_columns, read_rows
from guanjia.store.tables.policies import calendar_days, calendars
from guanjia.store.tables.registers import communities, customers
from tests.conftest import Database


def fill(database: Database) -> None:
    with database.transaction() as tx:
        tx.execute(
            insert(communities),
            [
                {"community_code": "002", "community_name": "梧桐里", "region": None},
                {"community_code": "001", "community_name": "=cmd|'/c calc'!A1", "region": "+1 north"},
            ],
        )
        tx.execute(
            insert(customers).values(
                customer_code="C1",
                customer_name="-1+1",
                customer_type="owner",
                phone="+8613800001234",
                service_start=date(2026, 9, 1),
                do_not_call=True,
            )
        )


def exported(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert cli.main(["export", *words]) == 0
    return capsys.readouterr().out


def test_rows_come_in_the_order_of_the_key_with_the_contracts_columns_first(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(database)
    rows = list(csv.reader(io.StringIO(exported(capsys, "communities"))))
    assert rows[0][:3] == ["community_code", "community_name", "region"]
    assert not {"loaded_from", "loaded_row"} & set(rows[0])
    assert [row[0] for row in rows[1:]] == ["001", "002"]


def test_a_dataset_is_known_by_its_chinese_name(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    fill(database)
    assert exported(capsys, "小区") == exported(capsys, "communities")


def test_text_that_looks_like_a_formula_is_defused_and_numbers_keep_their_sign(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(database)
    assert "'=cmd|" in exported(capsys, "communities")
    assert "'+1 north" in exported(capsys, "communities")
    customer = exported(capsys, "customers")
    assert ",'-1+1," in customer
    assert ",+8613800001234," in customer
    assert ",2026-09-01,yes," in customer


def test_where_takes_values_as_they_are_exported_and_blanks(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(database)
    assert "梧桐里" in exported(capsys, "communities", "--where", "region=")
    assert exported(capsys, "customers", "--where", "do_not_call=yes", "service_start=2026-09-01").count("\n") == 2
    assert exported(capsys, "customers", "--where", "do_not_call=no").count("\n") == 1
    assert exported(capsys, "calendars", "--where", "weekday=1", "opens_at=00:00:00").count("\n") >= 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["communitys"], "There is no dataset 'communitys'"),
        (["communities", "--where", "town=x"], "no column 'town'"),
        (["communities", "--where", "region"], "key=value"),
        (["customers", "--where", "service_start=soon"], 'invalid input syntax for type date: "soon"'),
        (["customers", "--to", "x.pdf"], ".csv, .xlsx or .jsonl"),
    ],
)
def test_what_cannot_be_exported_is_told(
    database: Database, capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    assert cli.main(["export", *words]) in (1, 2)
    assert told in capsys.readouterr().err


def test_files_open_in_excel_and_hold_text_as_text(
    database: Database, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    import python_calamine

    fill(database)
    for name in ("out.csv", "out.xlsx", "out.jsonl"):
        assert cli.main(["export", "communities", "--to", str(tmp_path / name)]) == 0
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    sheet = python_calamine.CalamineWorkbook.from_path(str(tmp_path / "out.xlsx")).get_sheet_by_index(0).to_python()
    assert [row[0] for row in sheet] == ["community_code", "001", "002"]
    assert sheet[1][1] == "=cmd|'/c calc'!A1"
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["region"] for line in lines] == ["+1 north", None]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "out.csv", "out.jsonl", "out.xlsx"]


def test_a_place_that_cannot_be_written_is_told_and_leaves_nothing(
    database: Database, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for place in (tmp_path / "no" / "out.csv", tmp_path / "file" / "out.csv", Path("/proc/out.csv")):
        for target in (place, place.with_suffix(".xlsx")):
            assert cli.main(["export", "communities", "--to", str(target)]) == 1
            assert "cannot be written" in capsys.readouterr().err


def test_a_time_of_day_may_be_the_end_of_the_day(database: Database) -> None:
    with database.transaction() as tx:
        if tx.scalar(calendars.select().limit(1)) is None:
            tx.execute(
                insert(calendars).values(
                    calendar_code="late", weekday=1, opens_at=time(8), closes_at=time(9), holidays="none"
                )
            )
        code = tx.scalar(calendars.select().with_only_columns(calendars.c.calendar_code).limit(1))
        tx.exec_driver_sql(
            "INSERT INTO calendar_days (calendar_code, day, is_working, opens_at, closes_at) "
            "VALUES (%s, '2031-01-01', true, '08:00', '24:00')",
            (code,),
        )
        rows = list(read_rows(tx, calendar_days.name, {"day": "2031-01-01", "closes_at": "24:00:00"}))
    assert [(as_text(row["opens_at"]), as_text(row["closes_at"])) for row in rows] == [("08:00", "24:00")]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "yes"),
        (Decimal("1E+3"), "1000"),
        (Decimal("10.50"), "10.50"),
        (datetime(2026, 11, 20, 2, 0, tzinfo=UTC), "2026-11-20T10:00:00+08:00"),
        (date(2026, 1, 2), "2026-01-02"),
        ({"b": "是", "a": 1}, '{"a": 1, "b": "是"}'),
    ],
)
def test_values_are_written_as_text(value: object, text: str) -> None:
    assert as_text(value) == text


def test_every_dataset_shows_the_contracts_columns(database: Database) -> None:
    assert [column.name for column in exported_columns(dataset_table("messages"))][:9] == [
        "message_code",
        "kind",
        "business_key",
        "edition",
        "recipient",
        "state",
        "attempts",
        "sent_at",
        "message_id",
    ]
    with pytest.raises(UnknownName, match="Known:"):
        dataset_table("secrets")
    with database.transaction("read") as tx, pytest.raises(UsageError, match="no column"):
        list(read_rows(tx, "runs", {"run_id": "1"}))
