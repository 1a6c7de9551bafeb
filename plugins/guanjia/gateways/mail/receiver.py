"""An SMTP server for this machine: it keeps every mail in a mailbox folder and forwards none.

To rehearse what real servers do, an ``@example.com`` recipient can ask for trouble in its local part, before any
further ``+``: ``refused+550`` and ``later+451`` (the answer to the recipient), ``content+554`` (the answer to the
message), ``hangup`` (the line dies after the message was kept), ``hangup-lost`` (… and was not kept), ``slow+3``
(seconds before the answer to the message).
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from guanjia.domain.errors import DeliveryError
from guanjia.gateways.mail.mailbox import Mailbox

LOOPBACK: Final = "127.0.0.1"
LARGEST_MAIL: Final = 64 * 1024 * 1024
_LINE_AT_MOST: Final = 4096
_END: Final = b"\r\n.\r\n"
_IDLE_SECONDS: Final = 300
_RECIPIENTS_AT_MOST: Final = 1000
_PATH: Final = re.compile(r"^(?:FROM|TO):\s*<([^<>\s]*)>(?:\s+(.*))?$", re.IGNORECASE)
_TROUBLE: Final = re.compile(r"^(refused|later|content|slow|hangup-lost|hangup)(?:\+(\d{1,3}))?(?:\+.*)?@example\.com$")


@dataclass
class _Conversation:
    """One client's line: what it has said so far."""

    peer: str
    helo: str = ""
    sender: str | None = None
    recipients: list[str] = field(default_factory=list)

    def reset(self) -> None:
        self.sender = None
        self.recipients = []

    def trouble(self, kind: str) -> str | None:
        """The argument of the first recipient that asks for this trouble; blank: without one."""
        for recipient in self.recipients:
            found = _TROUBLE.match(recipient)
            if found and found[1] == kind:
                return found[2] or ""
        return None


class _Incoming:
    """What a client sends: command lines, and messages that end in a line of one dot."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader
        self._buffer = bytearray()

    async def line(self) -> bytes | None:
        """The next command without its line end; None when it is too long to be one."""
        while (end := self._buffer.find(b"\n")) < 0:
            if len(self._buffer) > _LINE_AT_MOST:
                del self._buffer[:]
                return None
            await self._more()
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line.rstrip(b"\r") if end <= _LINE_AT_MOST else None

    async def message(self) -> bytes | None:
        """The content up to the line of one dot, doubled dots undone; None when it is too big to be kept.

        Only CR LF dot CR LF ends a message, so that none can carry a second one past us.
        """
        content = bytearray(b"\r\n")
        too_big = False
        searched = 0
        while True:
            content += self._buffer
            self._buffer.clear()
            end = content.find(_END, searched)
            if end >= 0:
                self._buffer += content[end + len(_END) :]
                return None if too_big else bytes(content[: end + 2]).replace(b"\r\n..", b"\r\n.")[2:]
            if len(content) > LARGEST_MAIL:
                too_big = True
                del content[: -len(_END)]
            searched = max(0, len(content) - len(_END) + 1)
            await self._more()

    async def _more(self) -> None:
        async with asyncio.timeout(_IDLE_SECONDS):
            chunk = await self._reader.read(256 * 1024)
        if not chunk:
            raise ConnectionResetError
        self._buffer += chunk


def banner(folder: Path) -> str:
    """The first words of the receiver that keeps its mails in this folder; no other folder's has the same."""
    return f"220 guanjia-sink {hashlib.sha256(str(folder.resolve()).encode('utf-8')).hexdigest()[:16]}"


class Receiver:
    """Takes mail on a loopback port within an event loop."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._banner = banner(mailbox.folder).encode("ascii")
        self._server: asyncio.Server | None = None
        self._lines: set[asyncio.StreamWriter] = set()
        self.received = 0

    @property
    def port(self) -> int:
        """The port it listens on."""
        if self._server is None:
            raise DeliveryError("The mail sink is not listening; start it first.")
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def start(self, port: int = 0) -> None:
        """Listens on 127.0.0.1.

        Args:
            port: 0 picks a free one.

        Raises:
            DeliveryError: the port is taken.
        """
        try:
            self._server = await asyncio.start_server(self._serve, LOOPBACK, port)
        except OSError as error:
            raise DeliveryError(
                f"The mail sink cannot listen on {LOOPBACK}:{port} ({error.strerror}): stop what uses the port, or set "
                "GUANJIA_MAIL_SMTP_PORT to a free one."
            ) from error

    async def stop(self) -> None:
        """Stops listening and ends every line."""
        if self._server is not None:
            self._server.close()
            for line in list(self._lines):
                line.transport.abort()
            while self._lines:
                await asyncio.sleep(0.01)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._lines.add(writer)
        peer = writer.get_extra_info("peername")
        conversation = _Conversation(peer=peer[0] if peer else "")
        try:
            await self._converse(conversation, _Incoming(reader), writer)
        except (ConnectionError, TimeoutError):
            pass
        finally:
            self._lines.discard(writer)
            writer.close()

    async def _converse(self, conversation: _Conversation, incoming: _Incoming, writer: asyncio.StreamWriter) -> None:
        writer.write(self._banner + b" ESMTP\r\n")
        while True:
            line = await incoming.line()
            if line is None:
                writer.write(b"500 5.5.2 Line too long\r\n")
                continue
            verb, _space, rest = line.decode("utf-8", "replace").strip().partition(" ")
            answer = self._answer(conversation, verb.upper(), rest.strip())
            writer.write(answer.encode("ascii", "replace") + b"\r\n")
            await writer.drain()
            if answer.startswith("354"):
                if not await self._take(conversation, incoming, writer):
                    return
                conversation.reset()
            if verb.upper() == "QUIT":
                return

    def _answer(self, conversation: _Conversation, verb: str, rest: str) -> str:
        if verb in ("HELO", "EHLO"):
            conversation.reset()
            conversation.helo = "".join(character for character in rest if character.isprintable())[:255]
            if verb == "HELO":
                return "250 guanjia-sink"
            extensions = ("PIPELINING", "8BITMIME", f"SIZE {LARGEST_MAIL}")
            return "".join(f"250-{each}\r\n" for each in ("guanjia-sink", *extensions)) + "250 ENHANCEDSTATUSCODES"
        if verb == "MAIL":
            return self._mail(conversation, rest)
        if verb == "RCPT":
            return self._recipient(conversation, rest)
        if verb == "DATA":
            if not conversation.recipients:
                return "503 5.5.1 Recipient first" if conversation.sender is not None else "503 5.5.1 Sender first"
            return "354 End with a line of one dot"
        if verb == "RSET":
            conversation.reset()
        fixed = {"RSET": "250 2.0.0 Forgotten", "NOOP": "250 2.0.0 Here", "QUIT": "221 2.0.0 Goodbye"}
        return fixed.get(verb, "252 2.0.0 Will try" if verb == "VRFY" else "500 5.5.2 Not a command of this server")

    def _mail(self, conversation: _Conversation, rest: str) -> str:
        found = _PATH.match(rest)
        if conversation.sender is not None:
            return "503 5.5.1 One message at a time"
        if not found:
            return "501 5.5.4 MAIL FROM:<address>"
        size = re.search(r"\bSIZE=(\d+)", found[2] or "", re.IGNORECASE)
        if size and int(size[1]) > LARGEST_MAIL:
            return "552 5.3.4 Message too big"
        conversation.sender = found[1]
        return "250 2.1.0 Sender noted"

    def _recipient(self, conversation: _Conversation, rest: str) -> str:
        found = _PATH.match(rest)
        if conversation.sender is None:
            return "503 5.5.1 Sender first"
        if not found or "@" not in found[1]:
            return "501 5.1.3 RCPT TO:<address>"
        if len(conversation.recipients) >= _RECIPIENTS_AT_MOST:
            return "452 4.5.3 Too many recipients"
        trouble = _TROUBLE.match(found[1])
        if trouble and trouble[1] == "refused":
            return f"{trouble[2] or 550} 5.1.1 No such mailbox here (rehearsed)"
        if trouble and trouble[1] == "later":
            return f"{trouble[2] or 451} 4.2.0 Mailbox busy, try later (rehearsed)"
        conversation.recipients.append(found[1])
        return "250 2.1.5 Recipient noted"

    async def _take(self, conversation: _Conversation, incoming: _Incoming, writer: asyncio.StreamWriter) -> bool:
        """Takes the content and answers; False when the line ends here."""
        content = await incoming.message()
        if content is None:
            writer.write(b"552 5.3.4 Message too big\r\n")
            return True
        if conversation.trouble("hangup-lost") is not None:
            return False
        if (code := conversation.trouble("content")) is not None:
            writer.write(f"{code or 554} 5.6.0 Content refused (rehearsed)\r\n".encode("ascii"))
            return True
        if (seconds := conversation.trouble("slow")) is not None:
            await asyncio.sleep(int(seconds or 1))
        try:
            name = self._mailbox.store(
                content,
                conversation.sender or "",
                conversation.recipients,
                datetime.now(UTC),
                conversation.helo,
                conversation.peer,
            )
        except OSError as error:
            writer.write(f"452 4.3.1 Cannot be kept: {error.strerror}\r\n".encode("ascii", "replace"))
            return True
        self.received += 1
        if conversation.trouble("hangup") is not None:
            return False
        writer.write(f"250 2.0.0 Kept as {name}\r\n".encode("ascii"))
        return True


@contextmanager
def receiving(folder: Path, port: int = 0) -> Iterator[int]:
    """A receiver in a thread of this process, for as long as the block lasts.

    Args:
        folder: mailbox folder.
        port: 0 picks a free one.

    Yields:
        The port it listens on, on 127.0.0.1.

    Raises:
        DeliveryError: the port is taken.
    """
    loop = asyncio.new_event_loop()
    receiver = Receiver(Mailbox(folder))
    thread = threading.Thread(target=loop.run_forever, name="mail-receiver", daemon=True)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(receiver.start(port), loop).result()
        yield receiver.port
    finally:
        with contextlib.suppress(TimeoutError):
            asyncio.run_coroutine_threadsafe(receiver.stop(), loop).result(timeout=10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=10)
        loop.close()
