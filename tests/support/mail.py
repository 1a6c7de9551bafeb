"""What tests of the outbox need: messages, the home's receiver, and a delivery in a process that can be killed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from guanjia.gateways.mail.line import MailServer
from guanjia.gateways.mail.mailbox import Mailbox
from guanjia.gateways.mail.message import Attachment, RenderedMail, Sender
from guanjia.gateways.mail.receiver import receiving
from guanjia.outbox import DeliveryPolicy, Message
from guanjia.outbox.settling import Timing

SENDER = Sender("guanjia@example.com", "管家 Guanjia")
QUICK = DeliveryPolicy(timing=Timing(lease_seconds=30, database_patience_seconds=20))

_DELIVER = """
import sys
from guanjia.gateways.mail.line import MailServer
from guanjia.outbox import DeliveryPolicy, deliver
from guanjia.outbox.settling import Timing
from guanjia.store.engine import engine
from guanjia.gateways.mail.message import Sender
port, lines, per_line, lease = (int(word) for word in sys.argv[1:5])
policy = DeliveryPolicy(timing=Timing(lease_seconds=lease), lines=lines, messages_per_line=per_line, batch=40)
print("ready", flush=True)
print(deliver(engine("app"), MailServer("127.0.0.1", port), Sender("guanjia@example.com"), policy), flush=True)
"""


def mail(subject: str = "超时升级", text: str = "你好\n", html: str = "<p>你好</p>") -> RenderedMail:
    return RenderedMail(subject, text, html)


def message(recipient: str = "wang@example.com", **fields: object) -> Message:
    given: dict[str, object] = {"kind": "digest", "business_key": "run-1", "mail": mail(), "language": "zh"}
    return Message(recipient=recipient, **(given | fields))  # type: ignore[arg-type]  # the test names known fields


def workbook() -> tuple[Attachment, ...]:
    return (
        Attachment("工单明细（第47周）.xlsx", "application/vnd.ms-excel", bytes(range(256)) * 40),
        Attachment("chart.png", "image/png", b"\x89PNG" + bytes(500), "chart"),
    )


@dataclass(frozen=True)
class Sink:
    """The home's receiver, and what it has kept."""

    server: MailServer
    mailbox: Mailbox

    def counts(self) -> Counter[str]:
        """Mails kept by recipient."""
        return Counter(recipient for each in self.mailbox.summaries() for recipient in each.recipients)


@contextmanager
def sink(home: Path) -> Iterator[Sink]:
    with receiving(home / "mail") as port:
        yield Sink(MailServer("127.0.0.1", port, acceptance_seconds=10, answer_seconds=10), Mailbox(home / "mail"))


def start_delivery(
    database_url: str, port: int, *, lines: int = 1, per_line: int = 250, lease_seconds: int = 900
) -> subprocess.Popen[str]:
    """A delivery in a process of its own, about to begin."""
    words = [str(number) for number in (port, lines, per_line, lease_seconds)]
    child = subprocess.Popen(
        [sys.executable, "-c", _DELIVER, *words],
        env=os.environ | {"GUANJIA_DATABASE_URL": database_url},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    return child
