"""The folder of the local sink: one ``.eml`` file per mail received, complete or absent, readable by any mail program.

Names begin with the instant of receipt, so that they sort by it. Several processes may write and read at once.
"""

from __future__ import annotations

import email.policy
import os
import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesHeaderParser, BytesParser
from email.utils import format_datetime, getaddresses
from pathlib import Path
from typing import Final

ENDING: Final = ".eml"
_STAMP: Final = "%Y%m%dT%H%M%S%f"
_HEADERS: Final = BytesHeaderParser()
_HEADERS_AT_MOST: Final = 64 * 1024


@dataclass(frozen=True)
class Summary:
    """A mail in the list.

    Attributes:
        name: file name without ending; what the pages call it.
        received_at: aware instant of receipt.
        recipients: envelope recipients.
        sender: From header, decoded.
        to: To header, decoded.
        subject: Subject header, decoded.
        size: bytes.
        has_files: whether something is attached, told from the structure's outermost part.
        is_urgent: marked important.
    """

    name: str
    received_at: datetime
    recipients: tuple[str, ...]
    sender: str
    to: str
    subject: str
    size: int
    has_files: bool
    is_urgent: bool


class Mailbox:
    """The mails in a folder; what was read of one is remembered, what other processes add is seen."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known: dict[str, Summary] = {}
        self._lock = threading.Lock()

    def store(
        self, content: bytes, sender: str, recipients: Sequence[str], at: datetime, helo: str = "", peer: str = ""
    ) -> str:
        """Keeps a mail, with its envelope in headers before its own.

        Args:
            content: the message, CRLF or LF line ends.
            sender: envelope sender.
            recipients: envelope recipients.
            at: aware instant of receipt.
            helo: name the client gave.
            peer: address it came from.

        Returns:
            Its name.

        Raises:
            OSError: the disk is full or the folder cannot be written; nothing is left behind.
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = f"{at.astimezone(UTC).strftime(_STAMP)}-{secrets.token_hex(4)}"
        envelope = [f"Return-Path: <{sender}>"] + [f"Delivered-To: {recipient}" for recipient in recipients]
        envelope.append(
            f"Received: from {helo or 'unknown'} ({peer or 'unknown'}) by guanjia-sink;\r\n {format_datetime(at)}"
        )
        beside = self.folder / f".{name}.part"
        try:
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write("\r\n".join(envelope).encode("utf-8", "replace") + b"\r\n")
                file.write(content)
            beside.rename(self.folder / (name + ENDING))
        except OSError:
            beside.unlink(missing_ok=True)
            raise
        return name

    def names(self) -> list[str]:
        """All mails, the newest first."""
        try:
            with os.scandir(self.folder) as entries:
                found = [entry.name for entry in entries if entry.name.endswith(ENDING) and entry.name[0] != "."]
        except FileNotFoundError:
            return []
        return sorted((name.removesuffix(ENDING) for name in found), reverse=True)

    def summaries(self) -> list[Summary]:
        """All mails, the newest first; a file that cannot be read is left out."""
        with self._lock:
            names = self.names()
            for name in names:
                if name not in self._known:
                    try:
                        self._known[name] = self._summary(name)
                    except OSError:
                        continue
            if len(self._known) > len(names):
                present = set(names)
                self._known = {name: known for name, known in self._known.items() if name in present}
            return [self._known[name] for name in names if name in self._known]

    def search(self, words: str) -> list[Summary]:
        """The mails whose recipient, sender or subject holds every one of the words, the newest first."""
        wanted = words.casefold().split()
        return [
            each
            for each in self.summaries()
            if all(
                word in f"{each.subject}\n{each.to}\n{each.sender}\n{' '.join(each.recipients)}".casefold()
                for word in wanted
            )
        ]

    def raw(self, name: str) -> bytes | None:
        """A mail's bytes with its envelope headers; None when there is none of that name."""
        if not name or not all(character.isalnum() or character == "-" for character in name):
            return None
        try:
            return (self.folder / (name + ENDING)).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def message(self, name: str) -> EmailMessage | None:
        """A mail, parsed; None when there is none of that name."""
        raw = self.raw(name)
        if raw is None:
            return None
        parsed = BytesParser(_class=EmailMessage, policy=email.policy.default).parsebytes(raw)
        return parsed if isinstance(parsed, EmailMessage) else None

    def _summary(self, name: str) -> Summary:
        path = self.folder / (name + ENDING)
        with path.open("rb") as file:
            head = file.read(_HEADERS_AT_MOST)
            size = os.fstat(file.fileno()).st_size
        headers = _HEADERS.parsebytes(head.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
        return Summary(
            name=name,
            received_at=_stamp(name, path),
            recipients=tuple(str(value) for value in headers.get_all("Delivered-To", [])),
            sender=_people(headers.get_all("From", [])),
            to=_people(headers.get_all("To", [])),
            subject=_decoded(headers.get("Subject", "")),
            size=size,
            has_files=headers.get_content_type() == "multipart/mixed",
            is_urgent=str(headers.get("Importance", "")).strip().lower() == "high",
        )


def _stamp(name: str, path: Path) -> datetime:
    try:
        return datetime.strptime(name.partition("-")[0], _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _decoded(value: object) -> str:
    text = str(value)
    try:
        shown = str(make_header(decode_header(text)))
    except (ValueError, LookupError, UnicodeError):
        shown = text
    return " ".join(shown.split())


def _people(values: Sequence[object]) -> str:
    shown = []
    for name, address in getaddresses([str(value) for value in values]):
        decoded = _decoded(name)
        shown.append(f"{decoded} <{address}>" if decoded else address)
    return ", ".join(shown)
