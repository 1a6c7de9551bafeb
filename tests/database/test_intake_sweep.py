"""The sweep of the inbox: what is taken, what is left alone, and what survives a crash between load and move."""

from __future__ import annotations

import os
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from guanjia.domain.errors import GuanjiaError
from guanjia.host.home import make_home
from guanjia.pipelines.intake import shelving, sweeping
from guanjia.pipelines.intake.batches import Outcome
from guanjia.pipelines.intake.sweeping import _kept_apart, sweep
from guanjia.settings import TIME_ZONE
from guanjia.store.runs import open_run
from guanjia.store.tables.intake import intake_files
from tests.conftest import Database
from tests.support.intake import Desk

COMMUNITIES = [("小区编号", "小区名称"), ("001", "甲")]
STAFF = [("工号", "姓名", "岗位"), ("S1", "某", "客服")]


@pytest.fixture
def desk(database: Database) -> Desk:
    make_home(database.home)
    return Desk(database, database.home / "inbox")


def swept(desk: Desk, *, later: timedelta = timedelta(minutes=2)) -> Outcome:
    """One sweep, a while from now."""
    now = datetime.now(TIME_ZONE) + later
    with desk.database.transaction() as tx:
        run = open_run(tx, "intake", now, started_at=now)
    return sweep(as_of=now, now=now, run_id=run.run_id)


def shelved(desk: Desk, folder: str) -> dict[str, Path]:
    """Name without number → file below archive/ or rejected/."""
    found = [path for path in (desk.database.home / folder).rglob("*") if path.is_file()]
    return {path.name.partition("-")[2]: path for path in found}


def test_a_file_at_rest_is_loaded_and_archived_with_a_receipt_in_both_languages(desk: Desk) -> None:
    path = desk.csv("小区.csv", [*COMMUNITIES, ("", "乙")])
    content = path.read_bytes()
    assert [receipt.file for receipt in swept(desk).files] == ["小区.csv"]
    archived = shelved(desk, "archive")
    assert set(archived) == {"小区.csv", "小区.csv.receipt.txt"}
    assert archived["小区.csv"].read_bytes() == content
    receipt = archived["小区.csv.receipt.txt"].read_text(encoding="utf-8")
    assert "接收 1 行" in receipt and "1 accepted" in receipt and "小区编号为必填项" in receipt
    assert not path.exists()
    with desk.database.transaction() as tx:
        row = tx.execute(select(intake_files)).one()
    assert row.moved_to == str(archived["小区.csv"].relative_to(desk.database.home))
    assert (row.place, row.sent_by) == ("inbox", Path.home().owner())


def test_a_file_that_may_still_be_growing_is_left_alone(desk: Desk) -> None:
    desk.csv("小区.csv", COMMUNITIES)
    assert swept(desk, later=timedelta(seconds=30)).files == []
    desk.put("settings", ("参数", "值"), ("intake_quiet_seconds", "5"), name="restricted/settings.csv")
    (desk.folder / "restricted" / "settings.csv").unlink()
    assert len(swept(desk, later=timedelta(seconds=30)).files) == 1, "the setting decides"


def test_a_file_from_a_clock_that_was_set_back_is_taken(desk: Desk) -> None:
    path = desk.csv("小区.csv", COMMUNITIES)
    ahead = time.time() + 86_400
    os.utime(path, (ahead, ahead))
    assert len(swept(desk).files) == 1


def test_leftovers_folders_and_links_are_left_alone(desk: Desk) -> None:
    for name in ("~$小区.xlsx", "小区.csv.part", "小区.tmp", "小区.TMP", ".小区.csv"):
        (desk.folder / name).write_text("x", encoding="utf-8")
    (desk.folder / "folder.csv").mkdir()
    secret = desk.csv("../secret_小区.csv", COMMUNITIES)
    (desk.folder / "小区.csv").symlink_to(secret)
    assert swept(desk).files == []
    assert len(list(desk.folder.iterdir())) == 8, "with the restricted inbox"


def test_a_refused_file_is_put_into_rejected_with_the_reason(desk: Desk) -> None:
    (desk.folder / "客户.xlsx").write_bytes(b"PK\x03\x04")
    (desk.folder / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    assert [receipt.reason_code for receipt in swept(desk).files] == ["unreadable_file", "unreadable_file"]
    rejected = shelved(desk, "rejected")
    assert {"客户.xlsx", "客户.xlsx.receipt.txt", "photo.jpg", "photo.jpg.receipt.txt"} == set(rejected)
    assert "拒收" in rejected["客户.xlsx.receipt.txt"].read_text(encoding="utf-8")


def test_names_that_come_again_do_not_overwrite_each_other(desk: Desk) -> None:
    for name in ("甲", "乙"):
        desk.csv("小区.csv", [COMMUNITIES[0], ("001", name)])
        swept(desk)
    archived = list((desk.database.home / "archive").rglob("*小区.csv"))
    assert len(archived) == 2


def test_restricted_datasets_come_only_through_the_restricted_inbox(desk: Desk) -> None:
    desk.csv("员工.csv", STAFF)
    desk.csv("restricted/小区.csv", COMMUNITIES)
    book = desk.xlsx("混合.xlsx", {"员工": STAFF, "楼栋": [("小区编号", "楼栋编号"), ("001", "01")]})
    receipts = {receipt.file: receipt for receipt in swept(desk).files}
    assert (receipts["员工.csv"].outcome, receipts["员工.csv"].reason_code) == ("refused", "not_permitted")
    assert {(sheet.dataset, sheet.outcome, sheet.accepted) for sheet in receipts[book.name].sheets} == {
        ("staff", "refused", 0),
        ("buildings", "read", 1),
    }
    refused = next(sheet for sheet in receipts[book.name].sheets if sheet.dataset == "staff")
    assert (refused.rows_read, refused.rejected) == (1, 1)
    assert [line.reason_code for line in refused.rejects] == ["not_permitted"]
    assert desk.rows("staff") == []
    assert set(shelved(desk, "rejected")) == {"员工.csv", "员工.csv.receipt.txt"}
    with desk.database.transaction() as tx:
        assert tx.scalar(text("SELECT COUNT(*) FROM rejected_rows")) == 0, "nothing of it is kept to slip in later"


def test_what_was_refused_in_the_wrong_inbox_loads_from_the_right_one(desk: Desk) -> None:
    book = desk.xlsx("混合.xlsx", {"员工": STAFF, "小区": COMMUNITIES})
    content = book.read_bytes()
    swept(desk)
    (desk.folder / "restricted" / "混合.xlsx").write_bytes(content)
    sheets = {sheet.dataset: sheet for sheet in swept(desk).files[0].sheets}
    assert (sheets["staff"].accepted, sheets["staff"].outcome) == (1, "read")
    assert (sheets["communities"].outcome, sheets["communities"].unchanged) == ("known", 1)


def test_a_move_that_was_cut_off_is_completed_without_loading_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.csv("小区.csv", COMMUNITIES)

    def dies(*_given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(sweeping, "put_away", dies)
    with pytest.raises(KeyboardInterrupt):
        swept(desk)
    monkeypatch.undo()
    assert swept(desk).files == [], "it was loaded before"
    assert set(shelved(desk, "archive")) == {"小区.csv", "小区.csv.receipt.txt"}
    with desk.database.transaction() as tx:
        assert tx.scalar(select(func.count()).select_from(intake_files)) == 1
        assert tx.scalar(select(intake_files.c.moved_to)) is not None


def test_a_move_whose_note_was_cut_off_is_noted(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.csv("小区.csv", COMMUNITIES)

    def moves_and_dies(source: Path, target: Path, receipt: str) -> None:
        shelving.put_away(source, target, receipt)
        raise KeyboardInterrupt

    monkeypatch.setattr(sweeping, "put_away", moves_and_dies)
    with pytest.raises(KeyboardInterrupt):
        swept(desk)
    monkeypatch.undo()
    swept(desk)
    with desk.database.transaction() as tx:
        assert tx.scalar(select(intake_files.c.moved_to)) is not None


@pytest.mark.parametrize("place", ["receipt", "move"])
def test_a_full_disk_while_archiving_loses_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    path = desk.csv("小区.csv", COMMUNITIES)

    def full(*_given: object) -> None:
        raise OSError(28, "No space left on device")

    if place == "receipt":
        monkeypatch.setattr(shelving, "_write", full)
    else:
        monkeypatch.setattr(Path, "replace", full)
    assert len(swept(desk).files) == 1
    assert path.exists(), "the file is where it was"
    assert len(desk.rows("communities")) == 1, "and its rows are in"
    monkeypatch.undo()
    assert swept(desk).files == []
    assert not path.exists()
    assert "小区.csv" in shelved(desk, "archive")


def test_to_another_file_system_the_copy_is_whole_before_the_original_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = tmp_path / "a.csv", tmp_path / "archive" / "1-a.csv"
    source.write_bytes(b"x" * 100_000)
    plain = Path.replace

    def across(self: Path, other: Path) -> Path:
        if self == source:
            raise OSError(18, "Invalid cross-device link")
        return plain(self, other)

    monkeypatch.setattr(Path, "replace", across)
    shelving.put_away(source, target, "receipt")
    assert target.read_bytes() == b"x" * 100_000
    assert not source.exists()


def test_one_file_that_breaks_us_does_not_keep_the_others_out(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.csv("小区.csv", COMMUNITIES)
    desk.csv("客户.csv", [("客户编号", "客户姓名", "客户类型"), ("1", "甲", "业主")])
    take_in = sweeping.take_in

    def breaks(prepared: object, *rest: object, **more: object) -> object:
        if prepared.path.name == "小区.csv":  # type: ignore[attr-defined]  # as the original
            raise ZeroDivisionError
        return take_in(prepared, *rest, **more)  # type: ignore[arg-type]  # as the original

    monkeypatch.setattr(sweeping, "take_in", breaks)
    with pytest.raises(GuanjiaError, match=r"1 of 2 files.*小区.csv"):
        swept(desk)
    assert len(desk.rows("customers")) == 1
    assert (desk.folder / "小区.csv").exists()


def test_a_file_that_changes_while_it_is_read_is_left_for_the_next_sweep(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = desk.csv("小区.csv", COMMUNITIES)
    prepare = sweeping.prepare

    def grows(found: Path) -> object:
        made = prepare(found)
        with found.open("a", encoding="utf-8") as file:
            file.write("002,乙\n")
        return made

    monkeypatch.setattr(sweeping, "prepare", grows)
    assert swept(desk).files == []
    monkeypatch.undo()
    assert swept(desk).files[0].sheets[0].accepted == 2
    assert not path.exists()


def test_the_sweep_tries_rejects_once_more(desk: Desk) -> None:
    desk.csv("楼栋.csv", [("小区编号", "楼栋编号"), ("001", "01")])
    assert swept(desk).files[0].sheets[0].rejected == 1
    desk.csv("小区.csv", COMMUNITIES)
    assert swept(desk).counts()["taken_in_by_retry"] == 1


def test_a_file_another_sweep_took_meanwhile_is_no_failure(tmp_path: Path) -> None:
    there, gone, failed = tmp_path / "there.csv", tmp_path / "gone.csv", list[str]()
    there.touch()
    for path in (there, gone):
        with _kept_apart(path, failed):
            raise FileNotFoundError(path)
    assert failed == ["there.csv"], "one that is there and cannot be opened is told"
