"""What a second look at intake found: retries keep who sent a row, sheets of one file agree, absent columns keep."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from guanjia.domain.errors import NotPermitted
from guanjia.pipelines.intake.batches import retry_only
from guanjia.pipelines.intake.changes import confirm
from guanjia.pipelines.intake.loading import Terms
from guanjia.settings import TIME_ZONE
from guanjia.store.tables.intake import intake_changes, intake_files
from tests.conftest import Database
from tests.support.intake import AS_OF, Desk, told

NOW = datetime(2026, 11, 20, 12, tzinfo=TIME_ZONE)
TARIFF = ("标准编号", "小区编号", "费项", "计价方式", "单价", "生效日期")
READINGS = ("meter_code", "read_on", "reading", "estimated")
CUSTOMER = ("客户编号", "客户姓名", "客户类型")
BOTH = [(2, "customer_code", "duplicate_conflict")]


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    folder = tmp_path / "files"
    folder.mkdir()
    return Desk(database, folder)


def yes(desk: Desk, code: str, by: str) -> int:
    with desk.database.transaction() as tx:
        return confirm(tx, code, decided_by=by, logins=[by], as_of=AS_OF, at=NOW)


def tariff(community: str) -> list[tuple[str, ...]]:
    return [TARIFF, (f"T-{community}", community, "物业费", "元/㎡·月", "2.8050", "2026-01-01")]


def rejected_tariff(desk: Desk, sent_by: str | None) -> None:
    """A tariff of a community that came later than it; others stand already."""
    desk.company("communities")
    desk.put("tariffs", *tariff("001"))
    assert desk.put("tariffs", *tariff("003"), sent_by=sent_by).rejected == 1
    desk.put("communities", ("小区编号", "小区名称"), ("003", "新小区"))


# -- who brought a row that a retry takes in ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent_by", "retried_by", "proposer"),
    [("qianlan", "clerk", "qianlan"), (None, "clerk", "clerk"), ("qianlan", None, "qianlan")],
)
def test_a_retried_row_of_a_restricted_dataset_waits_for_somebody_else_than_who_sent_it(
    desk: Desk, sent_by: str | None, retried_by: str | None, proposer: str
) -> None:
    rejected_tariff(desk, sent_by)
    outcome = retry_only(Terms(as_of=AS_OF, received_at=NOW, sent_by=retried_by))
    (sheet,) = [sheet for receipt in outcome.retried for sheet in receipt.sheets]
    with desk.database.transaction() as tx:
        change = tx.execute(select(intake_changes)).one()
    assert change.proposed_by == proposer
    assert (sheet.accepted, sheet.pending, sheet.change_code) == (1, 1, change.change_code)
    with pytest.raises(NotPermitted, match=f"sent by {proposer}"):
        yes(desk, change.change_code, proposer)
    assert len(desk.rows("tariffs")) == 1
    assert yes(desk, change.change_code, "S900") == 1
    assert len(desk.rows("tariffs")) == 2


def test_a_change_of_which_nobody_knows_who_brought_it_cannot_be_confirmed(desk: Desk) -> None:
    rejected_tariff(desk, None)
    assert desk.retry(sent_by=None) == 1
    with desk.database.transaction() as tx:
        code = str(tx.scalar(select(intake_changes.c.change_code)))
    with pytest.raises(NotPermitted, match="not known who brought"):
        yes(desk, code, "S900")
    assert len(desk.rows("tariffs")) == 1


def test_a_change_without_a_name_is_its_files_senders(desk: Desk) -> None:
    rejected_tariff(desk, "qianlan")
    assert desk.retry() == 1
    with desk.database.transaction() as tx:
        code = str(tx.scalar(select(intake_changes.c.change_code)))
        tx.execute(update(intake_changes).values(proposed_by=None))
        assert tx.scalar(select(intake_files.c.sent_by).where(intake_files.c.sent_by == "qianlan")) == "qianlan"
    with pytest.raises(NotPermitted, match="sent by qianlan"):
        yes(desk, code, "qianlan")


def test_sheets_of_a_restricted_dataset_propose_a_change_each(desk: Desk) -> None:
    desk.company("communities")
    desk.put("tariffs", *tariff("001"))
    dearer = (*tariff("001")[1][:4], "3.1", "2026-01-01")
    book = desk.xlsx("tariffs.xlsx", {"tariffs": [TARIFF, dearer], "tariffs (2)": tariff("002")})
    sheets = desk.load(book).files[0].sheets
    assert [sheet.pending for sheet in sheets] == [1, 1]
    assert [yes(desk, str(sheet.change_code), "S900") for sheet in sheets] == [1, 1]


# -- the same key in sheets with other columns -------------------------------------------------------------------------


def test_a_key_given_otherwise_in_a_sheet_with_other_columns_is_rejected_in_both(desk: Desk) -> None:
    book = desk.xlsx(
        "客户.xlsx",
        {
            "客户": [CUSTOMER, ("1", "甲", "业主"), ("2", "丙", "业主")],
            "客户 (2)": [(*CUSTOMER, "电话"), ("1", "乙", "业主", "16400000001"), ("3", "丁", "业主", "")],
        },
    )
    sheets = desk.load(book).files[0].sheets
    assert [told(sheet) for sheet in sheets] == [BOTH, BOTH]
    assert [(sheet.accepted, sheet.rejected) for sheet in sheets] == [(1, 1), (1, 1)]
    assert desk.rows("customers", "customer_code") == [("2",), ("3",)]
    assert "客户 (2)!2" in sheets[0].rejects[0].reason and "客户!2" in sheets[1].rejects[0].reason


def test_a_key_new_in_one_sheet_and_contradicted_in_one_without_required_columns_is_rejected_in_both(
    desk: Desk,
) -> None:
    book = desk.xlsx(
        "客户.xlsx",
        {
            "客户": [(*CUSTOMER, "电话"), ("1", "甲", "业主", "16400000001")],
            "客户 (2)": [("客户编号", "电话"), ("1", "16400000002")],
        },
    )
    assert [told(sheet) for sheet in desk.load(book).files[0].sheets] == [BOTH, BOTH]
    assert desk.rows("customers") == []


def test_sheets_that_agree_in_the_columns_both_have_complete_each_other(desk: Desk) -> None:
    book = desk.xlsx(
        "客户.xlsx",
        {
            "客户": [CUSTOMER, ("1", "甲", "业主")],
            "客户 (2)": [("客户编号", "客户姓名", "电话"), ("1", "甲", "16400000001")],
        },
    )
    assert [sheet.accepted for sheet in desk.load(book).files[0].sheets] == [1, 1]
    assert desk.rows("customers", "customer_name", "phone") == [("甲", "16400000001")]


def test_a_row_rejected_for_another_reason_makes_no_conflict_between_sheets(desk: Desk) -> None:
    book = desk.xlsx(
        "客户.xlsx",
        {
            "客户": [CUSTOMER, ("1", "甲", "业主")],
            "客户 (2)": [(*CUSTOMER, "电话"), ("1", "乙", "路人", "")],
        },
    )
    assert [told(sheet) for sheet in desk.load(book).files[0].sheets] == [[], [(2, "customer_type", "bad_choice")]]


def test_a_sheet_that_contradicts_itself_takes_the_key_out_of_the_others_too(desk: Desk) -> None:
    book = desk.xlsx(
        "客户.xlsx",
        {
            "客户": [CUSTOMER, ("1", "甲", "业主"), ("1", "乙", "业主")],
            "客户 (2)": [(*CUSTOMER, "电话"), ("1", "甲", "业主", "")],
        },
    )
    sheets = desk.load(book).files[0].sheets
    assert [sheet.rejected for sheet in sheets] == [2, 1]
    assert {code for sheet in sheets for *_, code in told(sheet)} == {"duplicate_conflict"}
    assert "3, 客户 (2)!2" in sheets[0].rejects[0].reason


# -- rows in conflict name each other ----------------------------------------------------------------------------------


def test_rows_in_conflict_with_the_same_number_in_two_sheets_name_the_sheet(desk: Desk) -> None:
    book = desk.xlsx(
        "客户.xlsx", {"客户": [CUSTOMER, ("1", "甲", "业主")], "客户 (2)": [CUSTOMER, ("1", "乙", "业主")]}
    )
    sheets = desk.load(book).files[0].sheets
    assert [told(sheet) for sheet in sheets] == [BOTH, BOTH]
    assert "客户 (2)!2" in sheets[0].rejects[0].reason and "客户!2" in sheets[1].rejects[0].reason
    assert "row 客户!2 " in sheets[1].rejects[0].reason_en


# -- an absent column keeps --------------------------------------------------------------------------------------------


def test_an_estimated_reading_corrected_without_that_column_stays_estimated(desk: Desk) -> None:
    desk.company("communities", "buildings", "units", "meters")
    desk.put("meter_readings", READINGS, ("W1", "2026-08-31", "100", ""), ("W1", "2026-09-30", "160", "是"))
    desk.put("meter_readings", READINGS, ("W1", "2026-10-31", "150", ""))
    later = desk.put("meter_readings", READINGS[:3], ("W1", "2026-09-30", "155"))
    assert (later.accepted, later.updated, told(later)) == (1, 1, []), "estimated: what comes later may be lower"
    fresh = desk.put("meter_readings", READINGS[:3], ("W1", "2026-11-10", "149"))
    assert told(fresh) == [(2, "reading", "out_of_range")]
    assert desk.rows("meter_readings", "reading", "estimated") == [
        ("100", None),
        ("155", "true"),
        ("150", None),
    ]
