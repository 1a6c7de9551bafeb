"""Real mail leaves the house only once the business says so, and never from a demo home (pipelines 0.7)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from guanjia import settings
from guanjia.domain.errors import SettingsError
from guanjia.gateways.mail.mailbox import Mailbox
from guanjia.gateways.mail.receiver import receiving
from guanjia.host.home import make_home
from guanjia.outbox import deliver_outbox, enqueue, mail_route
from guanjia.settings import SmtpServer
from guanjia.store.tables import metadata
from tests.conftest import Database
from tests.support.mail import message

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def set_to(database: Database, **values: str) -> None:
    rows = [{"setting": name, "value": value} for name, value in values.items()]
    with database.transaction("owner") as transaction:
        transaction.execute(insert(metadata.tables["settings"]), rows)


def write(database: Database, **fields: Any) -> None:
    with database.transaction() as transaction:
        enqueue(transaction, message(**fields), run_id=None)


def kept(folder: Path) -> int:
    return len(Mailbox(folder).names())


def test_without_anything_set_mail_stays_in_the_home_even_with_no_sink_running(database: Database) -> None:
    settings.use(mail_smtp_port=1, smtp=SmtpServer("mail.invalid", 25))
    write(database)
    assert deliver_outbox().sent == 1
    assert kept(database.home / "mail") == 1


def test_the_homes_own_sink_is_used_when_it_runs(database: Database) -> None:
    write(database)
    with receiving(database.home / "mail") as port:
        settings.use(mail_smtp_port=port)
        assert deliver_outbox().sent == 1
    (name,) = Mailbox(database.home / "mail").names()
    assert name


def test_another_homes_sink_on_that_port_gets_nothing(database: Database, tmp_path: Path) -> None:
    write(database)
    with receiving(tmp_path / "other" / "mail") as port:
        settings.use(mail_smtp_port=port)
        assert deliver_outbox().sent == 1
    assert (kept(tmp_path / "other" / "mail"), kept(database.home / "mail")) == (0, 1)


def test_real_mail_goes_to_the_real_server_once_it_is_switched_on(database: Database, tmp_path: Path) -> None:
    set_to(database, mail_live="yes", mail_sender_name="翠湖物业")
    write(database)
    with receiving(tmp_path / "real") as port:
        settings.use(smtp=SmtpServer("127.0.0.1", port, sender="service@example.com"))
        assert deliver_outbox().sent == 1
    (found,) = Mailbox(tmp_path / "real").summaries()
    assert found.sender == "翠湖物业 <service@example.com>"
    assert kept(database.home / "mail") == 0


def test_a_demo_home_never_sends_real_mail(database: Database, tmp_path: Path) -> None:
    make_home(database.home, is_demo=True)
    set_to(database, mail_live="yes")
    write(database)
    with receiving(tmp_path / "real") as port:
        settings.use(smtp=SmtpServer("127.0.0.1", port), mail_smtp_port=1)
        assert deliver_outbox().sent == 1
    assert (kept(tmp_path / "real"), kept(database.home / "mail")) == (0, 1)


def test_a_home_whose_mark_cannot_be_read_counts_as_a_demo(database: Database) -> None:
    (database.home / "home.json").write_text("{ broken")
    set_to(database, mail_live="yes")
    with database.transaction("read") as reading:
        assert not mail_route(reading, NOW).server.is_live


def test_a_real_server_that_is_down_is_told_and_costs_no_mail(database: Database) -> None:
    set_to(database, mail_live="yes")
    settings.use(smtp=SmtpServer("127.0.0.1", 1))
    write(database)
    report = deliver_outbox()
    assert (report.sent, report.problem) == (0, "127.0.0.1:1 cannot be used: connection refused.")


def test_a_password_does_not_go_over_an_open_line(database: Database) -> None:
    set_to(database, mail_live="yes")
    settings.use(smtp=SmtpServer("smtp.example.com", 25, user="guanjia", password="secret"))
    with database.transaction("read") as reading, pytest.raises(SettingsError, match="open line"):
        mail_route(reading, NOW)


def test_the_business_settings_decide_how_mail_goes(database: Database) -> None:
    set_to(database, mail_rate_per_minute="120", mail_max_attempts="3", mail_lines="2")
    with database.transaction("read") as reading:
        policy = mail_route(reading, NOW).policy
    assert (policy.rate_per_minute, policy.timing.max_attempts, policy.lines) == (120, 3, 2)


def test_mails_held_back_until_the_runs_instant_are_due_whatever_the_wall_clock_says(database: Database) -> None:
    settings.use(mail_smtp_port=1)
    later = datetime.now(UTC) + timedelta(days=3)
    write(database, not_before=later)
    assert deliver_outbox().sent == 0
    assert deliver_outbox(later).sent == 1
