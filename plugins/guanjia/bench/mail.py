"""Ten thousand personal mails out of the outbox, each with the same chart of 50 kB and workbook of 30 kB.

Every mail has a text of its own; the address is its recipient's alone. The work is one delivery as every pipeline ends
with: messages claimed, composed and handed over on several lines, each begun and its fate written down, under the
settings as shipped. Yardstick: the same messages, composed beforehand, over one line. Both go to the same server, a
process of its own that answers as soon as the last dot is there and keeps nothing.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import random
from collections.abc import Iterator
from datetime import datetime
from multiprocessing.connection import Connection as Pipe
from typing import Final

from sqlalchemy import text

from guanjia.bench.harness import Place
from guanjia.gateways.mail.line import MailServer, SmtpLine
from guanjia.gateways.mail.message import Attachment, Heading, RenderedMail, compose, encode_bundle
from guanjia.outbox import Message, enqueue
from guanjia.outbox.delivery import deliver
from guanjia.outbox.route import mail_route
from guanjia.settings import TIME_ZONE
from guanjia.store.engine import engine, transaction

LOOPBACK: Final = "127.0.0.1"
AT: Final = datetime(2026, 11, 20, 15, tzinfo=TIME_ZONE)
_CHART_BYTES: Final = 50_000
_WORKBOOK_BYTES: Final = 30_000
_SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PARAGRAPHS: Final = 12
_WRITTEN: Final = ("messages", "message_bodies", "message_attempts", "mail_deliveries", "mail_progress")
_DOT: Final = b"\r\n.\r\n"


class MailBench:
    """See the module."""

    units = 10_000
    unit = "mails"
    target = 1.7

    def prepare(self, place: Place, units: int) -> None:
        """The mails, and the server."""
        self.units_asked = units
        chance = random.Random(20261120)
        self.files = (
            Attachment("chart.png", "image/png", chance.randbytes(_CHART_BYTES), content_id="chart"),
            Attachment("周报-2026-11-20.xlsx", _SHEET, chance.randbytes(_WORKBOOK_BYTES)),
        )
        self.port, self.pipe = start_server()
        with transaction() as tx:
            route = mail_route(tx, AT)
        self.sender, self.policy = route.sender, route.policy
        bundle = encode_bundle(self.files)
        self.composed = [
            (
                message.recipient,
                compose(self.sender, _heading(message, number), message.mail.text, message.mail.html, bundle, AT),
            )
            for number, message in enumerate(self._messages())
        ]

    def yardstick(self, place: Place) -> None:
        """One mail after the other over one line."""
        with SmtpLine(self._server) as line:
            line.open()
            for recipient, pieces in self.composed:
                line.ask(self.sender.address, recipient)
                if line.give(pieces).fate != "sent":
                    raise AssertionError("the bench's server refused a mail")

    def work(self, place: Place) -> int:
        """One delivery of the outbox."""
        report = deliver(engine(), self._server, self.sender, self.policy)
        if report.sent != self.units_asked:
            raise AssertionError(f"{report.sent} of {self.units_asked} mails sent: {report}")
        return report.sent

    def reset(self, place: Place) -> None:
        """All mails wait in the outbox; the server has seen none."""
        with transaction("owner") as tx:
            tx.execute(text(f"TRUNCATE {', '.join(_WRITTEN)} CASCADE"))
        with transaction() as tx:
            enqueue(tx, self._messages(), run_id=None, written_at=AT)
        with engine("owner").connect().execution_options(isolation_level="AUTOCOMMIT") as session:
            session.execute(text("VACUUM ANALYZE messages, message_bodies"))
        self.received()

    def received(self) -> int:
        """How many mails the server has taken since it was asked last."""
        self.pipe.send(None)
        found: int = self.pipe.recv()
        return found

    def close(self) -> None:
        """Stop the server; it stops with this process, too."""
        self.pipe.close()

    @property
    def _server(self) -> MailServer:
        return MailServer(LOOPBACK, self.port)

    def _messages(self) -> Iterator[Message]:
        for number in range(self.units_asked):
            name = f"收件人{number:05d}"
            lines = [
                f"{name}：第{place}段，本周受理{number + place}件，按时率{number % 100}%。"
                for place in range(_PARAGRAPHS)
            ]
            rich = "".join(f'<p style="margin:0 0 12px;font-size:14px;line-height:1.6">{line}</p>' for line in lines)
            mail = RenderedMail(f"周报 2026-11-20 {name}", "\n\n".join(lines), f"<html><body>{rich}</body></html>")
            yield Message(
                "weekly_report",
                "2026-11-20/company",
                f"r{number:05d}@example.com",
                mail,
                "zh",
                name,
                attachments=self.files,
                list_name="reports",
            )


def _heading(message: Message, number: int) -> Heading:
    return Heading(
        code=f"M{number:016d}",
        message_id=f"<m{number:016d}@example.com>",
        recipient=message.recipient,
        recipient_name=message.recipient_name,
        subject=message.mail.subject,
        language=message.language,
        list_name=message.list_name,
    )


# -- the server -------------------------------------------------------------------------------------------------------


def start_server() -> tuple[int, Pipe]:
    """A server in a process of its own; it ends when the pipe is closed, or this process ends.

    Returns:
        Its port, and a pipe: anything sent is answered by the number of mails taken since then.
    """
    ours, theirs = multiprocessing.Pipe()
    started = multiprocessing.get_context("spawn").Process(target=_run_server, args=(theirs,), daemon=True)
    started.start()
    theirs.close()
    return int(ours.recv()), ours


def _run_server(pipe: Pipe) -> None:
    asyncio.run(_serve(pipe))


async def _serve(pipe: Pipe) -> None:
    loop, ended, taken = asyncio.get_running_loop(), asyncio.Event(), [0]

    def asked() -> None:
        try:
            pipe.recv()
            pipe.send(taken[0])
            taken[0] = 0
        except (EOFError, OSError):
            ended.set()

    server = await loop.create_server(lambda: _Conversation(taken), LOOPBACK, 0)
    pipe.send(server.sockets[0].getsockname()[1])
    loop.add_reader(pipe.fileno(), asked)
    await ended.wait()


class _Conversation(asyncio.Protocol):
    """One line: commands are answered at once, content is thrown away up to its last dot."""

    def __init__(self, taken: list[int]) -> None:
        self._taken = taken
        self._rest = b""
        self._is_content = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]  # it is one of TCP
        self._transport.write(b"220 bench\r\n")

    def data_received(self, data: bytes) -> None:
        self._rest = data = self._rest + data
        while self._rest:
            if not (self._take_content() if self._is_content else self._take_command()):
                return

    def _take_content(self) -> bool:
        end = self._rest.find(_DOT)
        if end < 0:
            self._rest = self._rest[-len(_DOT) + 1 :]
            return False
        self._rest = self._rest[end + len(_DOT) :]
        self._is_content = False
        self._taken[0] += 1
        self._transport.write(b"250 taken\r\n")
        return True

    def _take_command(self) -> bool:
        command, is_whole, rest = self._rest.partition(b"\r\n")
        if not is_whole:
            return False
        self._rest = rest
        verb = command[:4].upper()
        self._is_content = verb == b"DATA"
        answers = {b"EHLO": b"250-bench\r\n250 PIPELINING\r\n", b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}
        self._transport.write(answers.get(verb, b"250 ok\r\n"))
        return True


BENCH = MailBench()
