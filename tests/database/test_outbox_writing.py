"""Messages are written with the facts they tell, and only once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from guanjia.outbox import Attachment, enqueue, message_code
from guanjia.store.tables import metadata
from tests.conftest import Database
from tests.support.mail import mail, message, workbook

messages = metadata.tables["messages"]


def rows(database: Database, table: str) -> int:
    with database.transaction("read") as reading:
        return reading.scalar(select(func.count()).select_from(metadata.tables[table])) or 0


def test_writing_again_writes_nothing(database: Database) -> None:
    offered = [message(f"p{number}@example.com", attachments=workbook()) for number in range(5)]
    with database.transaction() as transaction:
        first = enqueue(transaction, offered, run_id=None)
    with database.transaction() as transaction:
        again = enqueue(transaction, offered, run_id=None)
        other_text = enqueue(transaction, message("p0@example.com", mail=mail("另一个标题")), run_id=None)
    assert (first.written, first.known) == (5, 0)
    assert (again.written, again.known) == (0, 5)
    assert (other_text.written, other_text.known) == (0, 1)
    assert rows(database, "messages") == 5
    assert rows(database, "message_bodies") == 1


def test_the_same_message_twice_in_one_call_is_one(database: Database) -> None:
    with database.transaction() as transaction:
        done = enqueue(transaction, [message(), message(), message(" WANG@Example.com ".lower())], run_id=None)
    assert (done.written, done.known) == (1, 2)


def test_a_message_exists_exactly_if_its_fact_does(database: Database) -> None:
    with pytest.raises(RuntimeError), database.transaction() as transaction:
        enqueue(transaction, message(), run_id=None)
        raise RuntimeError("the fact was not written after all")
    assert rows(database, "messages") == 0


def test_an_edition_is_a_message_of_its_own(database: Database) -> None:
    with database.transaction() as transaction:
        done = enqueue(transaction, [message(), message(edition=2)], run_id=None)
    assert done.written == 2


def test_ten_thousand_recipients_share_one_body_and_one_set_of_files(database: Database) -> None:
    files, text_for_all = workbook(), mail()
    offered = (message(f"p{number}@example.com", mail=text_for_all, attachments=files) for number in range(10_000))
    with database.transaction() as transaction:
        done = enqueue(transaction, offered, run_id=None)
    assert done.written == 10_000
    shared = ("message_bodies", "message_files", "attachment_bundles", "attachment_bundle_files")
    assert [rows(database, table) for table in shared] == [1, 2, 1, 2]


def test_the_same_files_under_other_names_are_another_set_of_the_same_files(database: Database) -> None:
    one = (Attachment("甲.xlsx", "application/vnd.ms-excel", b"same"),)
    two = (Attachment("乙.xlsx", "application/vnd.ms-excel", b"same"),)
    with database.transaction() as transaction:
        enqueue(transaction, [message("a@example.com", attachments=one)], run_id=None)
        enqueue(transaction, [message("b@example.com", attachments=two)], run_id=None)
    assert (rows(database, "attachment_bundles"), rows(database, "message_files")) == (2, 1)


def test_an_address_nobody_can_use_is_written_as_failed_and_holds_up_no_other(database: Database) -> None:
    bad = ["", "no address", "王@example.com", "a@b", "a@example.com\r\nBcc: evil@example.com"]
    with database.transaction() as transaction:
        done = enqueue(transaction, [message(each) for each in [*bad, "good@example.com"]], run_id=None)
    assert (done.written, done.unusable) == (6, 5)
    with database.transaction("read") as reading:
        found = reading.execute(select(messages.c.state, messages.c.reply).order_by(messages.c.message_no)).all()
    assert found == [("failed", "Not a mail address.")] * 5 + [("pending", None)]


def test_line_breaks_in_names_and_subjects_become_spaces(database: Database) -> None:
    given = message(recipient_name="王\r\n小明", mail=mail("标题\r\nBcc: evil@example.com"))
    with database.transaction() as transaction:
        enqueue(transaction, given, run_id=None)
        found = transaction.execute(select(messages.c.recipient_name, messages.c.subject)).one()
    assert found == ("王 小明", "标题 Bcc: evil@example.com")


def test_the_database_itself_refuses_a_second_line_in_a_header(database: Database) -> None:
    with database.transaction() as transaction:
        enqueue(transaction, message(), run_id=None)
    with pytest.raises(DBAPIError, match="one_line"), database.transaction() as transaction:
        transaction.execute(text("UPDATE messages SET subject = E'a\\nb'"))


def test_a_code_is_told_from_the_key_alone() -> None:
    code = message_code("digest", "run-1", "wang@Example.com", 1)
    assert code == message_code("digest", "run-1", " wang@example.com", 1)
    assert len({message_code("digest", f"run-{number}", "wang@example.com") for number in range(1000)}) == 1000
    assert code[0] == "M" and len(code) == 17 and code.isalnum()


def test_times_are_kept_as_given(database: Database) -> None:
    opening = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
    with database.transaction() as transaction:
        enqueue(transaction, message(not_before=opening, is_urgent=True), run_id=None, written_at=opening)
        found = transaction.execute(select(messages.c.not_before, messages.c.created_at, messages.c.is_urgent)).one()
    assert found == (opening, opening, True)
