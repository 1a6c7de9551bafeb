"""Each message goes out once; what the server says decides what becomes of it (pipelines 0.7)."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update

from guanjia.domain.errors import GuanjiaError, UnknownName
from guanjia.gateways.mail.line import MailServer
from guanjia.outbox import DeliveryPolicy, DeliveryReport, Message, deliver, enqueue, list_messages, resolve
from guanjia.outbox.settling import Timing
from guanjia.store.engine import engine
from guanjia.store.tables import metadata
from tests.conftest import Database
from tests.support.mail import QUICK, SENDER, Sink, mail, message, sink, workbook

messages = metadata.tables["messages"]
attempts = metadata.tables["message_attempts"]


@pytest.fixture
def receiver(database: Database) -> Iterator[Sink]:
    with sink(database.home) as found:
        yield found


def write(database: Database, *offered: Message) -> None:
    with database.transaction() as transaction:
        enqueue(transaction, offered, run_id=None)


def send(server: MailServer, policy: DeliveryPolicy = QUICK, **how: Any) -> DeliveryReport:
    return deliver(engine("app"), server, SENDER, policy, **how)


def state_of(database: Database, recipient: str) -> Any:
    with database.transaction("read") as reading:
        return reading.execute(select(messages).where(messages.c.recipient == recipient)).one()


def make_due(database: Database) -> None:
    """Lets the wait after a passing refusal be over."""
    with database.transaction() as transaction:
        transaction.execute(update(messages).values(next_attempt_at=None))


def test_every_recipient_gets_one_mail_and_the_next_delivery_sends_nothing(database: Database, receiver: Sink) -> None:
    people = [f"p{number}@example.com" for number in range(30)]
    write(database, *(message(person, attachments=workbook()) for person in people))
    assert send(receiver.server).sent == 30
    assert send(receiver.server) == DeliveryReport()
    assert receiver.counts() == dict.fromkeys(people, 1)


def test_nothing_due_writes_nothing(database: Database, receiver: Sink) -> None:
    write(database, message(not_before=datetime.now(UTC) + timedelta(hours=1)))
    send(receiver.server)
    with database.transaction("read") as reading:
        assert reading.scalar(text("SELECT count(*) FROM mail_deliveries")) == 0


def test_a_mail_carries_its_headers_both_bodies_and_its_files(database: Database, receiver: Sink) -> None:
    write(
        database,
        message(
            recipient_name="王小明",
            mail=mail("超时升级汇总：12 项待处理"),
            attachments=workbook(),
            list_name="escalations",
            is_urgent=True,
        ),
    )
    send(receiver.server)
    got = receiver.mailbox.message(receiver.mailbox.names()[0])
    assert got is not None
    row = state_of(database, "wang@example.com")
    assert str(got["To"]) == "王小明 <wang@example.com>"
    assert str(got["From"]) == "管家 Guanjia <guanjia@example.com>"
    assert got["Subject"] == "超时升级汇总：12 项待处理"
    assert got["Message-ID"] == row.message_id == f"<{row.message_code.lower()}@example.com>"
    assert (got["Auto-Submitted"], got["List-Id"]) == ("auto-generated", "<escalations.example.com>")
    assert got["Importance"] == "high"
    assert got.get_body(("plain",)).get_content().strip() == "你好"  # type: ignore[union-attr]  # both bodies are there
    assert got.get_body(("html",)).get_content().strip() == "<p>你好</p>"  # type: ignore[union-attr]  # as above
    assert [each.get_filename() for each in got.iter_attachments()] == ["工单明细（第47周）.xlsx"]
    assert [each.get_content() for each in got.iter_attachments()] == [workbook()[0].content]


def test_a_refusal_for_good_fails_with_the_servers_words_and_is_never_retried(
    database: Database, receiver: Sink
) -> None:
    write(database, message("refused+550@example.com"), message("content+554@example.com"), message("a@example.com"))
    report = send(receiver.server)
    assert (report.sent, report.failed) == (1, 2)
    refused, content = (state_of(database, f"{who}@example.com") for who in ("refused+550", "content+554"))
    assert (refused.state, refused.reply_code, refused.attempts) == ("failed", 550, 1)
    assert "No such mailbox" in refused.reply
    assert (content.state, content.reply_code) == ("failed", 554)
    make_due(database)
    assert send(receiver.server) == DeliveryReport()


def test_a_passing_refusal_waits_twice_as_long_each_time_and_fails_after_the_last(
    database: Database, receiver: Sink
) -> None:
    write(database, message("later+451@example.com"))
    policy = DeliveryPolicy(timing=Timing(max_attempts=4, first_wait_seconds=60, longest_wait_seconds=100))
    waits = []
    for _attempt in range(3):
        assert send(receiver.server, policy).later == 1
        row = state_of(database, "later+451@example.com")
        assert (row.state, row.reply_code) == ("pending", 451)
        with database.transaction("read") as reading:
            ended = reading.scalar(select(attempts.c.ended_at).order_by(attempts.c.attempt_id.desc()).limit(1))
        waits.append(round((row.next_attempt_at - ended).total_seconds()))
        assert send(receiver.server, policy) == DeliveryReport(), "not before its wait is over"
        make_due(database)
    assert waits == [60, 100, 100]
    send(receiver.server, policy)
    row = state_of(database, "later+451@example.com")
    assert (row.state, row.attempts) == ("failed", 4)


def test_one_refused_recipient_costs_the_others_nothing(database: Database, receiver: Sink) -> None:
    people = [f"p{number}@example.com" for number in range(20)]
    write(database, *(message(each) for person in people for each in (person, f"refused+550+{person}")))
    report = send(receiver.server)
    assert (report.sent, report.failed) == (20, 20)
    assert receiver.counts() == dict.fromkeys(people, 1)


def test_with_the_server_down_all_stay_pending_and_no_attempt_is_used_up(database: Database) -> None:
    write(database, *(message(f"p{number}@example.com") for number in range(3)))
    report = send(MailServer("127.0.0.1", 1))
    assert report.problem == "127.0.0.1:1 cannot be used: connection refused."
    with database.transaction("read") as reading:
        found = reading.execute(select(messages.c.state, messages.c.attempts, messages.c.leased_by).distinct()).all()
    assert found == [("pending", 0, None)]
    with sink(database.home) as back:
        assert send(back.server).sent == 3


def test_a_line_that_dies_after_the_handover_leaves_an_unknown_that_is_not_sent_again(
    database: Database, receiver: Sink
) -> None:
    write(database, message("hangup@example.com"), message("a@example.com"))
    report = send(receiver.server)
    assert (report.sent, report.unknown) == (1, 1)
    assert state_of(database, "hangup@example.com").state == "unknown"
    make_due(database)
    assert send(receiver.server) == DeliveryReport()
    assert receiver.counts()["hangup@example.com"] == 1


def test_a_person_says_that_an_unknown_one_was_sent(database: Database, receiver: Sink) -> None:
    write(database, message("hangup@example.com"))
    send(receiver.server)
    code = state_of(database, "hangup@example.com").message_code
    with database.transaction() as transaction:
        decided = resolve(transaction, code, "sent", "S001")
    assert (decided.state, decided.resolution, decided.resolved_by) == ("sent", "sent", "S001")
    with database.transaction() as transaction:
        again = resolve(transaction, code, "sent", "S002")
    assert again.resolved_by == "S001", "deciding the same again changes nothing"
    assert send(receiver.server) == DeliveryReport()


def test_a_person_lets_an_unknown_one_go_again_under_the_same_message_id(database: Database, receiver: Sink) -> None:
    write(database, message("hangup-lost@example.com"))
    send(receiver.server)
    before = state_of(database, "hangup-lost@example.com")
    with database.transaction() as transaction:
        assert resolve(transaction, before.message_code, "resend", "S001").state == "pending"
    assert send(receiver.server).unknown == 1
    assert state_of(database, "hangup-lost@example.com").message_id == before.message_id


def test_only_what_is_unknown_can_be_decided(database: Database, receiver: Sink) -> None:
    write(database, message("a@example.com"), message("refused+550@example.com"))
    send(receiver.server)
    codes = {row.recipient: row.message_code for row in _all(database)}
    with database.transaction() as transaction:
        with pytest.raises(GuanjiaError, match="is sent"):
            resolve(transaction, codes["a@example.com"], "resend", "S001")
        with pytest.raises(GuanjiaError, match="is failed"):
            resolve(transaction, codes["refused+550@example.com"], "sent", "S001")
        with pytest.raises(UnknownName):
            resolve(transaction, "M0000", "sent", "S001")
        assert resolve(transaction, codes["refused+550@example.com"], "resend", "S001").state == "pending"


def _all(database: Database) -> Any:
    with database.transaction("read") as reading:
        return list_messages(reading)


def test_held_back_until_its_instant(database: Database, receiver: Sink) -> None:
    opening = datetime.now(UTC) + timedelta(days=1)
    write(database, message(not_before=opening))
    assert send(receiver.server) == DeliveryReport()
    assert send(receiver.server, due_at=opening - timedelta(seconds=1)) == DeliveryReport()
    assert send(receiver.server, due_at=opening).sent == 1


def test_urgent_ones_go_first(database: Database, receiver: Sink) -> None:
    write(database, *(message(f"p{number}@example.com") for number in range(5)))
    write(database, message("urgent@example.com", is_urgent=True))
    send(receiver.server)
    assert receiver.mailbox.summaries()[-1].recipients == ("urgent@example.com",)


def test_only_the_kinds_asked_for(database: Database, receiver: Sink) -> None:
    write(database, message("a@example.com"), message("b@example.com", kind="receipt"))
    send(receiver.server, kinds=["receipt"])
    assert set(receiver.counts()) == {"b@example.com"}


def test_two_deliveries_at_once_share_the_work(database: Database, receiver: Sink) -> None:
    people = [f"p{number}@example.com" for number in range(120)]
    write(database, *(message(person) for person in people))
    reports: list[DeliveryReport] = []
    policy = DeliveryPolicy(lines=2, messages_per_line=10, batch=7)
    both = [threading.Thread(target=lambda: reports.append(send(receiver.server, policy))) for _one in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert sum(report.sent for report in reports) == 120
    assert receiver.counts() == dict.fromkeys(people, 1)


def test_no_more_mails_a_minute_than_the_limit(database: Database, receiver: Sink) -> None:
    write(database, *(message(f"p{number}@example.com") for number in range(8)))
    policy = DeliveryPolicy(rate_per_minute=3, at_most_seconds=1)
    assert send(receiver.server, policy).sent == 3
    assert send(receiver.server, policy).sent == 0, "the minute is not over"
    with database.transaction() as transaction:
        transaction.execute(update(attempts).values(ended_at=attempts.c.ended_at - timedelta(minutes=1)))
    assert send(receiver.server, policy).sent == 3


def test_a_limited_delivery_ends_when_nothing_is_left(database: Database, receiver: Sink) -> None:
    write(database, *(message(f"p{number}@example.com") for number in range(3)))
    assert send(receiver.server, DeliveryPolicy(rate_per_minute=3)).sent == 3


@contextmanager
def one_line_at_a_time(port: int) -> Iterator[int]:
    """A door to the receiver that lets one line in and turns the others away."""
    door = socket.create_server(("127.0.0.1", 0))

    def pipe(one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while got := one.recv(65536):
                other.sendall(got)
        with contextlib.suppress(OSError):
            other.shutdown(socket.SHUT_WR)

    def serve() -> None:
        is_taken = False
        with contextlib.suppress(OSError):
            while True:
                visitor, _address = door.accept()
                if is_taken:
                    visitor.sendall(b"421 too many lines\r\n")
                    visitor.close()
                    continue
                is_taken = True
                inside = socket.create_connection(("127.0.0.1", port))
                for ends in ((visitor, inside), (inside, visitor)):
                    threading.Thread(target=pipe, args=ends, daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    yield door.getsockname()[1]
    door.shutdown(socket.SHUT_RDWR)
    door.close()


def test_lines_the_server_turns_away_leave_the_work_to_those_it_takes(database: Database, receiver: Sink) -> None:
    people = [f"p{number}@example.com" for number in range(40)]
    write(database, *(message(person) for person in people))
    with one_line_at_a_time(receiver.server.port) as port:
        report = send(MailServer("127.0.0.1", port), DeliveryPolicy(lines=3, messages_per_line=10))
    assert (report.sent, report.problem) == (40, None)
    assert receiver.counts() == dict.fromkeys(people, 1)


def test_a_server_that_hangs_up_each_time_is_left_alone_after_three(database: Database, receiver: Sink) -> None:
    write(database, *(message(f"hangup-lost+{number}@example.com") for number in range(10)))
    report = send(receiver.server)
    assert report.unknown == 3 and report.problem is not None
    with database.transaction("read") as reading:
        states = sorted(reading.scalars(select(messages.c.state)))
    assert states == ["pending"] * 7 + ["unknown"] * 3


def test_sessions_of_the_database_that_are_cut_off_cost_no_mail_and_double_none(
    database: Database, receiver: Sink
) -> None:
    people = [f"p{number}@example.com" for number in range(150)]
    write(database, *(message(person) for person in people))
    reports: list[DeliveryReport] = []
    delivery = threading.Thread(target=lambda: reports.append(send(receiver.server)))
    delivery.start()
    while len(receiver.mailbox.names()) < 40:
        time.sleep(0.005)
    _cut_off_all_sessions(database)
    delivery.join()
    assert reports[0].problem is not None and "database went away" in reports[0].problem
    with database.transaction("read") as reading:
        states = set(reading.scalars(select(messages.c.state).distinct()))
    assert states == {"sent", "pending"}, "a delivery that lives knows every fate"
    make_due(database)
    send(receiver.server)
    assert receiver.counts() == dict.fromkeys(people, 1)


def _cut_off_all_sessions(database: Database) -> None:
    with database.transaction() as transaction:
        transaction.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = current_user "
                "AND datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
