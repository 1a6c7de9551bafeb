"""A message as bytes: headers every client reads, both bodies, and attachments encoded once for all who get them.

Everything but the headers is base64, so no line is longer than 76 characters, none begins with a dot, and the fixed
boundaries cannot occur in any part. The bytes a recipient's message is made of are handed on as a list: the big ones
are the same objects in every message.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

_CRLF: Final = b"\r\n"
_ZONE: Final = ZoneInfo("Asia/Shanghai")
_MIXED, _ALTERNATIVE, _RELATED = "=_guanjia_mixed", "=_guanjia_alternative", "=_guanjia_related"
_BYTES_PER_WORD: Final = 45
"""Of an encoded word: 60 base64 characters and 12 of frame stay under the 75 allowed."""
_BYTES_OF_FIRST_WORD: Final = 39
"""Of the word behind the header's name: no line with an encoded word is longer than 76 (RFC 2047, 2)."""
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_PARAMETER_WIDTH: Final = 60
CONTENT_ID_DOMAIN: Final = "guanjia"
"""What stands behind the @ that names of pictures must have (RFC 2045, 7); the HTML names them with it."""
_LANGUAGE_TAGS: Final = {"zh": "zh-CN", "en": "en"}


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a mail.

    Attributes:
        file_name: name the recipient sees; Chinese allowed, no path.
        content_type: MIME type.
        content: the bytes.
        content_id: name by which the HTML shows it (``cid:NAME@guanjia``), for a picture in the text; None: attached.
    """

    file_name: str
    content_type: str
    content: bytes
    content_id: str | None = None


@dataclass(frozen=True)
class RenderedMail:
    """What a mail says: subject and both bodies, in one language.

    Attributes:
        subject: one line.
        text: text alternative, complete without the HTML.
        html: HTML with its styles inlined.
    """

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class EncodedBundle:
    """The attachments of a mail as MIME parts, ready to be written into any number of messages."""

    inline: bytes = b""
    attached: bytes = b""


@dataclass(frozen=True)
class Sender:
    """Who our mails come from: the address, and the name shown beside it."""

    address: str
    name: str = ""


@dataclass(frozen=True)
class Heading:
    """What the headers of one message say.

    Attributes:
        code: message code; support asks for it.
        message_id: Message-ID with its angle brackets, the same in every attempt.
        recipient: normalised address.
        recipient_name: name beside it; blank: none.
        subject: one line.
        language: zh or en.
        list_name: the list this belongs to, for the reader's mail rules; blank: a letter.
        reply_to: normalised address that answers go to; blank: they are not read.
        is_urgent: shown as important.
    """

    code: str
    message_id: str
    recipient: str
    recipient_name: str
    subject: str
    language: str
    list_name: str = ""
    reply_to: str = ""
    is_urgent: bool = False


def compose(sender: Sender, heading: Heading, text: str, html: str, bundle: EncodedBundle, at: datetime) -> list[bytes]:
    """The message, as pieces that follow each other on the line.

    Args:
        sender: who it comes from.
        heading: what the headers say.
        text: text alternative.
        html: HTML body.
        bundle: attachments, encoded.
        at: aware instant of the Date header.

    Returns:
        Pieces of bytes with CRLF line ends, the last one ending in CRLF; no line begins with a dot. Those of the bundle
        are the bundle's own objects: nothing big is copied for a message.
    """
    before = [("\r\n".join(_headers(sender, heading, at)) + "\r\n").encode("ascii")]
    if bundle.attached:
        before += (_OPENINGS["mixed"], _STARTS["mixed"])
    before += (_OPENINGS["alternative"], _part(_ALTERNATIVE, _leaf("text/plain; charset=utf-8", text)))
    before.append(_STARTS["alternative"])
    rich = _leaf("text/html; charset=utf-8", html)
    if bundle.inline:
        before += (_OPENINGS["related"], _part(_RELATED, rich))
        pieces = [b"".join(before), bundle.inline]
        after = _ENDS["related"] + _ENDS["alternative"]
    else:
        before += (rich, b"" if rich.endswith(_CRLF) else _CRLF)
        pieces = []
        after = b"".join((*before, _ENDS["alternative"]))
    if not bundle.attached:
        return [*pieces, after]
    return [*pieces, after, bundle.attached, _ENDS["mixed"]]


def encode_bundle(attachments: Sequence[Attachment]) -> EncodedBundle:
    """Encodes attachments once, in their order; pictures shown in the text apart from the others."""
    inline = [_part(_RELATED, _file(each)) for each in attachments if each.content_id]
    attached = [_part(_MIXED, _file(each)) for each in attachments if not each.content_id]
    return EncodedBundle(b"".join(inline), b"".join(attached))


def _headers(sender: Sender, heading: Heading, at: datetime) -> list[str]:
    domain = sender.address.rpartition("@")[2]
    lines = [
        f"From: {_sender_mailbox(sender)}",
        f"To: {_mailbox(heading.recipient_name, heading.recipient)}",
        f"Subject: {encoded_header(heading.subject)}",
        f"Date: {_date(int(at.timestamp()))}",
        f"Message-ID: {heading.message_id}",
        "MIME-Version: 1.0",
        f"Content-Language: {_LANGUAGE_TAGS.get(heading.language, heading.language)}",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: All",
        f"X-Guanjia-Message: {heading.code}",
    ]
    if heading.reply_to:
        lines.append(f"Reply-To: {_mailbox('', heading.reply_to)}")
    if heading.list_name:
        lines.append(f"List-Id: <{heading.list_name}.{domain}>")
    if heading.is_urgent:
        lines += ["Importance: high", "X-Priority: 1"]
    if not all(line.replace("\r\n ", "").isprintable() for line in lines):
        raise ValueError(f"Message {heading.code}: a header holds a control character; nothing was sent.")
    return lines


@lru_cache(maxsize=8)
def _sender_mailbox(sender: Sender) -> str:
    return _mailbox(sender.name, sender.address)


@lru_cache(maxsize=8)
def _date(seconds: int) -> str:
    """A Date header, by seconds since 1970: the same for the many messages of a second."""
    return format_datetime(datetime.fromtimestamp(seconds, _ZONE))


def encoded_header(text: str) -> str:
    """Text as a header carries it: as it is when short and plain, else in encoded words, one a line (RFC 2047).

    Control characters become spaces, so that no text can begin a header of its own.
    """
    line = _CONTROL.sub(" ", text).strip()
    if line.isascii() and len(line) <= _PARAMETER_WIDTH and "=?" not in line:
        return line
    words: list[bytes] = []
    rest = line.encode("utf-8", "replace")
    while len(rest) > (room := _BYTES_PER_WORD if words else _BYTES_OF_FIRST_WORD):
        # Whole characters stay together: a word ends before a byte that begins one.
        end = next(end for end in range(room, 0, -1) if rest[end] & 0xC0 != 0x80)
        words.append(rest[:end])
        rest = rest[end:]
    words.append(rest)
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(word).decode('ascii')}?=" for word in words)


def _mailbox(name: str, address: str) -> str:
    shown = encoded_header(name)
    if not shown:
        return address
    if not shown.startswith("=?"):
        shown = '"' + shown.replace("\\", "\\\\").replace('"', '\\"') + '"'
    separator = "\r\n " if "\r\n" in shown or len(shown) + len(address) > _PARAMETER_WIDTH else " "
    return f"{shown}{separator}<{address}>"


def _base64_lines(content: bytes) -> bytes:
    encoded = base64.b64encode(content)
    return _CRLF.join([encoded[start : start + 76] for start in range(0, len(encoded), 76)])


def _leaf(content_type: str, text: str) -> bytes:
    head = f"Content-Type: {content_type}\r\nContent-Transfer-Encoding: base64\r\n\r\n".encode("ascii")
    return head + _base64_lines(text.replace("\r\n", "\n").replace("\n", "\r\n").encode("utf-8", "replace"))


def _file(attachment: Attachment) -> bytes:
    disposition = "inline" if attachment.content_id else "attachment"
    head = f"Content-Type: {attachment.content_type}\r\nContent-Transfer-Encoding: base64\r\n"
    head += f"Content-Disposition: {disposition}{_file_name(attachment.file_name)}\r\n"
    if attachment.content_id:
        head += f"Content-ID: <{attachment.content_id}@{CONTENT_ID_DOMAIN}>\r\n"
    return head.encode("ascii") + _CRLF + _base64_lines(attachment.content)


def _file_name(name: str) -> str:
    """A file name as parameters of a header, in continued lines (RFC 2231); whole characters stay together."""
    pieces, current = [], "utf-8''"
    for character in name:
        encoded = quote(character, safe="", errors="replace")
        if len(current) + len(encoded) > _PARAMETER_WIDTH:
            pieces.append(current)
            current = ""
        current += encoded
    pieces.append(current)
    if len(pieces) == 1:
        return f";\r\n filename*={pieces[0]}"
    return "".join(f";\r\n filename*{number}*={piece}" for number, piece in enumerate(pieces))


def _opening(subtype: str, boundary: str, main_type: str | None = None) -> bytes:
    kind = f';\r\n type="{main_type}"' if main_type else ""
    return f'Content-Type: multipart/{subtype}{kind};\r\n boundary="{boundary}"\r\n\r\n'.encode("ascii")


def _part(boundary: str, content: bytes) -> bytes:
    return b"--" + boundary.encode("ascii") + _CRLF + content + (b"" if content.endswith(_CRLF) else _CRLF)


def _closing(boundary: str) -> bytes:
    return b"--" + boundary.encode("ascii") + b"--" + _CRLF


_OPENINGS: Final = {
    "mixed": _opening("mixed", _MIXED),
    "alternative": _opening("alternative", _ALTERNATIVE),
    "related": _opening("related", _RELATED, "text/html"),
}
_STARTS: Final = {
    "mixed": b"--" + _MIXED.encode("ascii") + _CRLF,
    "alternative": b"--" + _ALTERNATIVE.encode("ascii") + _CRLF,
}
_ENDS: Final = {
    "mixed": _closing(_MIXED),
    "alternative": _closing(_ALTERNATIVE),
    "related": _closing(_RELATED),
}
