"""`guanjia messages`: what was mailed, and a proven person's decision on what is unknown (pipelines 0.7, 0.13)."""

from __future__ import annotations

import http.server
import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from guanjia import settings
from guanjia.cli import main
from guanjia.host.home import make_home
from guanjia.outbox import deliver, enqueue, message_code
from guanjia.store.engine import engine
from guanjia.store.tables import metadata
from tests.conftest import Database
from tests.support.mail import QUICK, SENDER, mail, message, sink

staff = metadata.tables["staff"]
messages = metadata.tables["messages"]
UNKNOWN = message_code("digest", "run-1", "hangup-lost@example.com")


def employ(database: Database, *people: tuple[str, str | None]) -> None:
    rows = [{"staff_code": code, "staff_name": code, "login": login, "role": "manager"} for code, login in people]
    with database.transaction("owner") as transaction:
        transaction.execute(insert(staff), rows)


@pytest.fixture
def outbox(database: Database) -> Iterator[Database]:
    """One mail sent, one refused for good, one unknown, one held back."""
    offered = [message(f"{who}@example.com") for who in ("sent", "refused+550", "hangup-lost")]
    opening = datetime(2099, 1, 1, tzinfo=UTC)
    held = message("held@example.com", mail=mail("以后再发"), not_before=opening, kind="receipt")
    with database.transaction() as transaction:
        enqueue(transaction, [*offered, held], run_id=None)
    with sink(database.home) as receiver:
        deliver(engine("app"), receiver.server, SENDER, QUICK)
    employ(database, ("S001", "shenhe"), ("S002", None))
    yield database


def set_live(database: Database) -> None:
    with database.transaction("owner") as transaction:
        transaction.execute(insert(metadata.tables["settings"]), [{"setting": "mail_live", "value": "yes"}])


@contextmanager
def airflow(password: str) -> Iterator[str]:
    """Answers the sign-in as Airflow's API does."""

    class Api(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            is_right = self.path == "/auth/token" and given == {"username": "shenhe", "password": password}
            self.send_response(201 if is_right else 401)
            self.end_headers()
            self.wfile.write(json.dumps({"access_token": "x"} if is_right else {"detail": "no"}).encode())

        def log_message(self, *_words: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Api)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def state(database: Database) -> tuple[str, str | None]:
    with database.transaction("read") as reading:
        found = reading.execute(
            select(messages.c.state, messages.c.resolved_by).where(messages.c.message_code == UNKNOWN)
        ).one()
    return found.state, found.resolved_by


def test_what_a_person_should_look_at_stands_with_the_reason(
    outbox: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["messages", "--state", "unknown", "failed"]) == 0
    said = capsys.readouterr().out
    assert UNKNOWN in said and "不明" in said and "The line died after the message was handed over" in said
    assert "550 5.1.1 No such mailbox" in said and "失败" in said
    assert "held@example.com" not in said and "sent@example.com" not in said


def test_filters_by_kind_recipient_and_instant(outbox: Database, capsys: pytest.CaptureFixture[str]) -> None:
    for words, number in (
        (["--kind", "receipt"], 1),
        (["--recipient", "HANGUP"], 1),
        (["--since", "2099-01-01"], 0),
        (["--limit", "2"], 2),
        ([], 4),
    ):
        main(["messages", "--json", *words])
        assert len(json.loads(capsys.readouterr().out)["messages"]) == number, words


def test_in_english_too(outbox: Database, capsys: pytest.CaptureFixture[str]) -> None:
    settings.use(language="en")
    main(["messages"])
    assert "not before Thu 1 Jan 2099" in capsys.readouterr().out


def test_a_bare_name_is_believed_in_a_demo_home(outbox: Database, capsys: pytest.CaptureFixture[str]) -> None:
    make_home(outbox.home, is_demo=True)
    assert main(["messages", "resolve", UNKNOWN, "--sent", "--as", "S001"]) == 0
    assert state(outbox) == ("sent", "S001")
    assert main(["messages", "resolve", UNKNOWN, "--sent", "--as", "S002"]) == 0, "again changes nothing"
    assert state(outbox) == ("sent", "S001")
    assert main(["messages", "resolve", UNKNOWN, "--resend", "--as", "S001"]) == 1


def test_a_bare_name_is_not_believed_in_a_home_in_earnest(outbox: Database, capsys: pytest.CaptureFixture[str]) -> None:
    make_home(outbox.home)
    settings.use(airflow_url="http://127.0.0.1:9")
    assert main(["messages", "resolve", UNKNOWN, "--sent", "--as", "S001", "--password-file", "/dev/null"]) == 1
    assert "does not answer" in capsys.readouterr().err
    assert state(outbox) == ("unknown", None)


def test_a_bare_name_is_not_believed_once_real_mail_is_sent(
    outbox: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    make_home(outbox.home, is_demo=True)
    set_live(outbox)
    settings.use(airflow_url="http://127.0.0.1:9")
    assert main(["messages", "resolve", UNKNOWN, "--sent", "--as", "S001", "--password-file", "/dev/null"]) == 1
    assert state(outbox) == ("unknown", None)


def test_who_proves_it_to_airflow_may_act(
    outbox: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_home(outbox.home)
    (tmp_path / "password").write_text("right\n")
    with airflow("right") as address:
        settings.use(airflow_url=address)
        resend = ["messages", "resolve", UNKNOWN, "--resend"]
        assert main([*resend, "--login", "shenhe", "--password-file", str(tmp_path / "absent")]) == 2
        monkeypatch.setattr("sys.stdin", io.StringIO("wrong\n"))
        assert main([*resend, "--login", "shenhe", "--password-file", "-"]) == 1
        assert "does not accept" in capsys.readouterr().err
        assert main([*resend, "--as", "S002", "--login", "shenhe", "--password-file", str(tmp_path / "password")]) == 1
        assert main([*resend, "--as", "S002", "--password-file", str(tmp_path / "password")]) == 1
        assert state(outbox) == ("unknown", None)
        assert main([*resend, "--as", "S001", "--password-file", str(tmp_path / "password")]) == 0
    assert state(outbox) == ("pending", "S001")


def test_who_has_left_may_not_act(outbox: Database) -> None:
    make_home(outbox.home, is_demo=True)
    with outbox.transaction("owner") as transaction:
        transaction.execute(staff.update().values(left_on=datetime(2020, 1, 1).date()))  # noqa: DTZ001 (a day has no zone)
    assert main(["messages", "resolve", UNKNOWN, "--sent", "--as", "S001"]) == 1


def test_somebody_must_be_named_and_something_decided(outbox: Database, capsys: pytest.CaptureFixture[str]) -> None:
    make_home(outbox.home, is_demo=True)
    assert main(["messages", "resolve", UNKNOWN, "--sent"]) == 2
    assert main(["messages", "resolve", UNKNOWN, "--as", "S001"]) == 2
    assert main(["messages", "resolve", UNKNOWN, "--sent", "--resend", "--as", "S001"]) == 2
    assert main(["messages", "resolve", "M000", "--sent", "--as", "S001"]) == 1
