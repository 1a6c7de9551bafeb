"""Restricted datasets: the first rows need nobody, a change waits for a second person and takes effect once."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from guanjia.domain.errors import NotPermitted, UnknownName
from guanjia.pipelines.intake.changes import confirm, decline
from guanjia.pipelines.intake.contract import incoming
from guanjia.settings import TIME_ZONE
from guanjia.store.tables.intake import intake_change_rows, intake_changes, register_history
from tests.conftest import Database
from tests.support.intake import AS_OF, Desk, told

STAFF = ("工号", "姓名", "岗位", "小区编号", "邮箱")
NOW = datetime(2026, 11, 20, 12, tzinfo=TIME_ZONE)


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    folder = tmp_path / "files"
    folder.mkdir()
    found = Desk(database, folder)
    found.company("communities", "staff")
    return found


def yes(desk: Desk, code: str, by: str = "S900", *names: str) -> int:
    with desk.database.transaction() as tx:
        return confirm(tx, code, decided_by=by, logins=[by, *names], as_of=AS_OF, at=NOW)


def change_rows(desk: Desk) -> list[tuple[str, str, str | None, str]]:
    with desk.database.transaction() as tx:
        found = tx.execute(
            select(intake_change_rows).order_by(intake_change_rows.c.change_id, intake_change_rows.c.row_no)
        )
        return [
            (row.action, row.key["staff_code"], row.before and row.before["role"], row.after["role"]) for row in found
        ]


def test_the_first_rows_of_a_home_need_nobody_and_shipped_defaults_are_not_first_rows(desk: Desk) -> None:
    receipt = desk.put(
        "deadline_policies",
        ("规则编号", "类型", "时限", "起算", "完成", "时长", "单位", "日历", "可暂停", "生效日期"),
        ("OWN", "报修", "响应", "受理时间", "派单", "5", "分钟", "office", "否", "2026-01-01"),
    )
    assert (receipt.accepted, receipt.pending) == (1, 0)
    again = desk.put("deadline_policies", ("规则编号", "生效日期", "时长"), ("OWN", "2026-01-01", "6"))
    assert (again.accepted, again.pending) == (1, 1)


def test_a_change_waits_and_counts_as_accepted(desk: Desk) -> None:
    receipt = desk.put(
        "staff",
        STAFF,
        ("S001", "赵客", "班长", "001", ""),
        ("S002", "钱修", "维修", "", ""),
        ("S003", "新人", "客服", "002", ""),
        ("S004", "错", "保安", "", ""),
        sent_by="clerk",
    )
    assert (receipt.accepted, receipt.unchanged, receipt.pending, receipt.rejected) == (3, 1, 2, 1)
    assert [row[1] for row in desk.rows("staff", "staff_code", "role")] == ["agent", "technician"]
    assert change_rows(desk) == [("updated", "S001", "agent", "team_leader"), ("added", "S003", None, "agent")]
    with desk.database.transaction() as tx:
        assert tx.execute(select(intake_changes.c.state, intake_changes.c.proposed_by)).one() == ("pending", "clerk")


def test_a_confirmed_change_takes_effect_once_with_who_and_when(desk: Desk) -> None:
    code = desk.put("staff", STAFF, ("S001", "赵客", "班长", "001", ""), sent_by="clerk").change_code
    assert code is not None
    assert yes(desk, code) == 1
    assert desk.rows("staff", "role")[0] == ("team_leader",)
    with pytest.raises(NotPermitted, match="confirmed already"):
        yes(desk, code)
    with desk.database.transaction() as tx:
        history = tx.execute(select(register_history)).one()
        change = tx.execute(select(intake_changes)).one()
    assert (history.confirmed_by, history.changed_at, history.before["role"]) == ("S900", NOW, "agent")
    assert (change.state, change.decided_by, change.decided_at) == ("confirmed", "S900", NOW)


def test_who_sent_it_cannot_confirm_it(desk: Desk) -> None:
    code = desk.put("staff", STAFF, ("S001", "赵客", "班长", "001", ""), sent_by="clerk").change_code
    assert code is not None
    with pytest.raises(NotPermitted, match="a second person"):
        yes(desk, code, "S001", "clerk")
    assert desk.rows("staff", "role")[0] == ("agent",)


def test_a_declined_change_changes_nothing_and_keeps_the_reason(desk: Desk) -> None:
    code = desk.put("staff", STAFF, ("S001", "赵客", "班长", "001", "")).change_code
    assert code is not None
    with desk.database.transaction() as tx:
        decline(tx, code, decided_by="S900", reason="not agreed", at=NOW)
    with pytest.raises(NotPermitted, match="declined already"):
        yes(desk, code)
    assert desk.rows("staff", "role")[0] == ("agent",)
    with desk.database.transaction() as tx:
        assert tx.scalar(select(intake_changes.c.decision_note)) == "not agreed"


def test_a_change_made_for_something_else_than_what_stands_now_is_not_applied(desk: Desk) -> None:
    first = desk.put("staff", STAFF, ("S001", "赵客", "班长", "001", "")).change_code
    second = desk.put("staff", STAFF, ("S001", "赵客", "主管", "001", "")).change_code
    assert first is not None and second is not None
    yes(desk, second)
    with pytest.raises(NotPermitted, match="row 2 has been changed since"):
        yes(desk, first)
    assert desk.rows("staff", "role")[0] == ("supervisor",)


def test_rows_that_refer_to_a_waiting_one_wait_for_it(desk: Desk) -> None:
    code = desk.put("staff", STAFF, ("S009", "新人", "维修", "001", "")).change_code
    assert code is not None
    roster = desk.put("roster", ("工号", "日期", "上班", "下班"), ("S009", "2026-11-01", "08:00", "16:00"))
    assert told(roster) == [(2, "staff_code", "unknown_reference")]
    yes(desk, code)
    assert desk.retry() == 1


def test_a_change_whose_reference_is_gone_is_told_in_a_sentence(desk: Desk) -> None:
    code = desk.put("staff", STAFF, ("S009", "新人", "维修", "002", "")).change_code
    assert code is not None
    with desk.database.transaction("owner") as tx:
        table = incoming()["communities"].table
        tx.execute(table.delete().where(table.c.community_code == "002"))
    with pytest.raises(NotPermitted, match=r"row 2 of .*community_code is not known in communities"):
        yes(desk, code)


def test_the_same_file_again_proposes_nothing_again(desk: Desk) -> None:
    path = desk.csv("员工_2.csv", [STAFF, ("S001", "赵客", "班长", "001", "")])
    assert desk.load(path).files[0].sheets[0].pending == 1
    again = desk.load(path).files[0].sheets[0]
    assert (again.pending, again.unchanged) == (0, 1)
    assert len(change_rows(desk)) == 1


def test_a_file_that_changes_nothing_proposes_nothing(desk: Desk) -> None:
    receipt = desk.put("staff", STAFF, ("S001", "赵客", "客服", "1", ""))
    assert (receipt.unchanged, receipt.pending, receipt.change_code) == (1, 0, None)


def test_several_files_of_one_first_load_are_all_first_rows(desk: Desk) -> None:
    files = [
        desk.csv("参数_1.csv", [("参数", "小区编号", "值"), ("live_from", "001", "2026-09-01")]),
        desk.csv("参数_2.csv", [("参数", "小区编号", "值"), ("live_from", "002", "2026-09-01")]),
    ]
    assert [receipt.sheets[0].pending for receipt in desk.load(*files).files] == [0, 0]
    later = desk.put("settings", ("参数", "小区编号", "值"), ("live_from", "002", "2026-10-01"))
    assert later.pending == 1


def test_a_rejected_row_of_a_restricted_dataset_waits_too_when_it_comes_right(desk: Desk) -> None:
    assert desk.put("tariffs", *tariff("003")).rejected == 1
    desk.put("tariffs", *tariff("001"))
    desk.put("communities", ("小区编号", "小区名称"), ("003", "新小区"))
    assert desk.retry() == 1
    assert len(desk.rows("tariffs")) == 1
    with desk.database.transaction() as tx:
        code = tx.scalar(select(intake_changes.c.change_code))
    assert yes(desk, str(code)) == 1
    assert len(desk.rows("tariffs")) == 2


def tariff(community: str) -> list[tuple[str, ...]]:
    header = ("标准编号", "小区编号", "费项", "计价方式", "单价", "生效日期")
    return [header, (f"T-{community}", community, "物业费", "元/㎡·月", "2.8050", "2026-01-01")]


def test_an_unknown_change_is_told(desk: Desk) -> None:
    with pytest.raises(UnknownName, match="CHANGE-999"):
        yes(desk, "CHANGE-999")


def test_the_command_takes_restricted_datasets_only_from_the_owner_of_the_home(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from guanjia.cli import load, main

    path = desk.csv("标准.csv", tariff("001"))
    monkeypatch.setattr(load, "_owns_home", lambda: False)
    assert main(["load", str(path), "--dataset", "tariffs", "--json"]) == 1
    assert "not_permitted" in capsys.readouterr().out
    monkeypatch.undo()
    assert main(["load", str(path), "--dataset", "tariffs", "--json"]) == 0
    assert len(desk.rows("tariffs")) == 1
