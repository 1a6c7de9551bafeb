"""Where mail goes: to the real server once the business says so, until then to this machine's own sink."""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from guanjia.domain.errors import SettingsError
from guanjia.gateways.mail.line import MailServer
from guanjia.gateways.mail.message import Sender
from guanjia.gateways.mail.receiver import LOOPBACK, banner, receiving
from guanjia.outbox.delivery import DeliveryPolicy, DeliveryReport, deliver
from guanjia.outbox.settling import Timing
from guanjia.settings import TIME_ZONE, environment
from guanjia.store.business_settings import required_setting
from guanjia.store.engine import engine, transaction

_TRICKLE_SECONDS: Final = 300
_LOCAL_NAMES: Final = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Route:
    """Server, sender and manner of delivery in force."""

    server: MailServer
    sender: Sender
    policy: DeliveryPolicy


def mail_folder(home: Path) -> Path:
    """The folder in which a home's sink keeps its mails."""
    return home / "mail"


def mail_route(transaction: Connection, at: datetime) -> Route:
    """The route in force, from the business settings of that day and the environment.

    Args:
        transaction: open transaction.
        at: aware instant.

    Raises:
        SettingsError: the real server would get a password over an open line.
    """
    given = environment()
    on = at.astimezone(TIME_ZONE).date()
    is_live = bool(required_setting(transaction, "mail_live", on)) and not _is_demo(given.home)
    sender = Sender(given.smtp.sender, str(required_setting(transaction, "mail_sender_name", on)))
    rate = _number(transaction, "mail_rate_per_minute", on)
    policy = DeliveryPolicy(
        timing=Timing(max_attempts=_number(transaction, "mail_max_attempts", on)),
        lines=_number(transaction, "mail_lines", on),
        rate_per_minute=rate,
        # A slow trickle is left to later deliveries, so that no run waits for hours.
        at_most_seconds=_TRICKLE_SECONDS if rate else None,
    )
    if not is_live:
        return Route(MailServer(LOOPBACK, given.mail_smtp_port), sender, policy)
    smtp = given.smtp
    if smtp.user and smtp.security == "none" and smtp.host not in _LOCAL_NAMES:
        raise SettingsError(
            f"GUANJIA_SMTP_SECURITY is none, so the password for {smtp.host} would go over an open line; set it to "
            "starttls or tls. No mail was sent."
        )
    server = MailServer(
        smtp.host, smtp.port, smtp.security, smtp.user, smtp.password, is_live=True, ca_file=smtp.ca_file
    )
    return Route(server, sender, policy)


def deliver_outbox(due_at: datetime | None = None) -> DeliveryReport:
    """Delivers what is due over the route in force; the last step of every pipeline that tells people something.

    Args:
        due_at: instant of the run; messages held back until then are due. None: the wall clock.

    Returns:
        Counts by fate; ``problem`` says why messages were left waiting.

    Raises:
        DatabaseError: the fate of messages handed over could not be written down.
        SettingsError: the mail settings cannot be used.
    """
    with transaction("app") as reading:
        route = mail_route(reading, due_at or datetime.now(TIME_ZONE))
    with _sink(route.server, environment().home) as server:
        return deliver(engine("app"), server, route.sender, route.policy, due_at=due_at)


@contextmanager
def _sink(server: MailServer, home: Path) -> Iterator[MailServer]:
    """The server as it can be reached: where a home's sink is not running, this process receives in its place."""
    if server.is_live or _answers(server, banner(mail_folder(home))):
        yield server
        return
    with receiving(mail_folder(home)) as port:
        yield replace(server, port=port)


def _answers(server: MailServer, expected: str) -> bool:
    """Whether this very home's sink listens there, not another home's or another program."""
    with contextlib.suppress(OSError), socket.create_connection((server.host, server.port), timeout=2) as line:
        line.settimeout(2)
        return line.recv(512).decode("ascii", "replace").startswith(expected)
    return False


def _is_demo(home: Path) -> bool:
    """Whether this is a demo home; one whose mark cannot be read counts as a demo, so that nothing leaves it."""
    try:
        return json.loads((home / "home.json").read_text(encoding="utf-8")).get("demo") is not False
    except FileNotFoundError:
        return False
    except (OSError, ValueError, AttributeError):
        return True


def _number(transaction: Connection, name: str, on: date) -> int:
    value = required_setting(transaction, name, on)
    if not isinstance(value, int):
        raise SettingsError(f"Setting {name} is not a whole number.")
    return value
