"""Writing messages into the outbox, in the transaction of the facts they tell."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection

from guanjia.gateways.mail.addresses import normalised_address
from guanjia.gateways.mail.message import Attachment, RenderedMail
from guanjia.i18n import normalised
from guanjia.store.sql import execute

_AT_ONCE: Final = 1000
_CODE_BYTES: Final = 10


@dataclass(frozen=True)
class Message:
    """A mail to one recipient; kind, business key, recipient and edition make it the only one of its sort.

    Attributes:
        kind: what it tells, such as ``escalation_digest``; lower-case words with underscores.
        business_key: the fact it tells of, such as the run's code or a bill's; unique within kind and recipient.
        recipient: mail address; one that cannot be used is written as failed and holds up no other.
        mail: subject and bodies.
        language: zh or en.
        recipient_name: name shown beside the address; blank: none.
        edition: 1, and one more for each corrected edition.
        attachments: files; give all recipients the same tuple where they get the same files.
        not_before: aware; not delivered earlier, such as the next office hours; None: at once.
        is_urgent: goes before all that are not, and is shown as important.
        list_name: mailing list for the reader's mail rules, such as ``escalations``; blank: a letter.
        reply_to: mail address that answers go to; blank, or one that cannot be used: answers are not read.
    """

    kind: str
    business_key: str
    recipient: str
    mail: RenderedMail
    language: str
    recipient_name: str = ""
    edition: int = 1
    attachments: tuple[Attachment, ...] = ()
    not_before: datetime | None = None
    is_urgent: bool = False
    list_name: str = ""
    reply_to: str = ""


@dataclass(frozen=True)
class Enqueued:
    """What became of the messages offered to the outbox.

    Attributes:
        written: new rows.
        known: were there already; left alone.
        unusable: written as failed, because the address cannot be used (counted in ``written`` too).
    """

    written: int
    known: int
    unusable: int


def message_code(kind: str, business_key: str, recipient: str, edition: int = 1) -> str:
    """The code of a message, the same wherever and however often it is worked out.

    Returns:
        ``M`` and 16 letters or digits (80 bits of a SHA-256 of the key).
    """
    key = "\x1f".join((kind, business_key, _envelope_address(recipient), str(edition)))
    return "M" + base64.b32encode(hashlib.sha256(key.encode("utf-8")).digest()[:_CODE_BYTES]).decode("ascii")


def enqueue(
    transaction: Connection,
    messages: Message | Iterable[Message],
    *,
    run_id: int | None,
    written_at: datetime | None = None,
) -> Enqueued:
    """Writes messages into the outbox; a message that is there already is left alone.

    Args:
        transaction: the transaction of the facts; the messages exist exactly if it commits.
        messages: one or any number; they are written in sets.
        run_id: run that makes them; None: a person's action.
        written_at: wall clock; None: now.

    Returns:
        Counts.
    """
    offered = [messages] if isinstance(messages, Message) else messages
    at = written_at or datetime.now(UTC)
    counts = [_write(transaction, some, run_id, at) for some in batched_lists(offered)]
    return Enqueued(*(sum(column) for column in zip(*counts, strict=True))) if counts else Enqueued(0, 0, 0)


def batched_lists(messages: Iterable[Message]) -> Iterator[list[Message]]:
    """The messages in lists of a size that one statement takes well."""
    some: list[Message] = []
    for message in messages:
        some.append(message)
        if len(some) == _AT_ONCE:
            yield some
            some = []
    if some:
        yield some


def _write(
    transaction: Connection, messages: Sequence[Message], run_id: int | None, at: datetime
) -> tuple[int, int, int]:
    by_code = {message_code(each.kind, each.business_key, each.recipient, each.edition): each for each in messages}
    found = execute(transaction, "outbox/find_known_codes", message_codes=list(by_code))
    known = set(found.scalars())
    new = {code: each for code, each in by_code.items() if code not in known}
    if not new:
        return 0, len(messages), 0
    bodies = _write_bodies(transaction, new.values())
    bundles = _write_bundles(transaction, {id(each.attachments): each.attachments for each in new.values()}.values())
    problems = [None if normalised_address(each.recipient) else "Not a mail address." for each in new.values()]
    written = execute(
        transaction,
        "outbox/add_messages",
        **_columns(new),
        body_digests=[bodies[id(each.mail)] for each in new.values()],
        bundle_digests=[bundles.get(id(each.attachments)) for each in new.values()],
        problems=problems,
        run_id=run_id,
        created_at=at,
    ).rowcount
    return written, len(messages) - written, sum(problem is not None for problem in problems)


def _columns(messages: dict[str, Message]) -> dict[str, list[Any]]:
    each = messages.values()
    return {
        "message_codes": list(messages),
        "kinds": [message.kind for message in each],
        "business_keys": [message.business_key for message in each],
        "recipients": [_envelope_address(message.recipient) for message in each],
        "editions": [message.edition for message in each],
        "recipient_names": [_one_line(message.recipient_name) or None for message in each],
        "languages": [normalised(message.language) for message in each],
        "subjects": [_one_line(message.mail.subject) for message in each],
        "urgents": [message.is_urgent for message in each],
        "list_names": [message.list_name or None for message in each],
        "reply_tos": [normalised_address(message.reply_to) or None for message in each],
        "not_befores": [message.not_before for message in each],
    }


def _write_bodies(transaction: Connection, messages: Iterable[Message]) -> dict[int, str]:
    """Keeps the bodies; returns the digest of each by the identity of its mail."""
    mails = {id(message.mail): message.mail for message in messages}
    digests = {key: _digest(mail.text.encode("utf-8"), mail.html.encode("utf-8")) for key, mail in mails.items()}
    distinct = {digests[key]: mail for key, mail in mails.items()}
    execute(
        transaction,
        "outbox/add_bodies",
        body_digests=list(distinct),
        text_bodies=[mail.text for mail in distinct.values()],
        html_bodies=[mail.html for mail in distinct.values()],
    )
    return digests


def _write_bundles(transaction: Connection, bundles: Iterable[tuple[Attachment, ...]]) -> dict[int, str]:
    """Keeps the sets of attachments; returns the digest of each by the identity of its tuple."""
    digests: dict[int, str] = {}
    files: dict[str, bytes] = {}
    placed: dict[str, list[tuple[int, str, Attachment]]] = {}
    for bundle in bundles:
        if bundle:
            rows = [(place, _digest(each.content), each) for place, each in enumerate(bundle, start=1)]
            names = [
                f"{digest}\x1f{each.file_name}\x1f{each.content_type}\x1f{each.content_id}" for _, digest, each in rows
            ]
            digests[id(bundle)] = _digest("\x1e".join(names).encode("utf-8"))
            placed[digests[id(bundle)]] = rows
            files.update({digest: each.content for _, digest, each in rows})
    if placed:
        execute(transaction, "outbox/add_files", file_digests=list(files), contents=list(files.values()))
        execute(transaction, "outbox/add_bundles", bundle_digests=list(placed))
        flat = [(bundle, *row) for bundle, rows in placed.items() for row in rows]
        execute(
            transaction,
            "outbox/add_bundle_files",
            bundle_digests=[bundle for bundle, _place, _digest, _file in flat],
            positions=[place for _bundle, place, _digest, _file in flat],
            file_digests=[digest for _bundle, _place, digest, _file in flat],
            file_names=[_file_name(file.file_name) for _bundle, _place, _digest, file in flat],
            content_types=[file.content_type for _bundle, _place, _digest, file in flat],
            content_ids=[file.content_id for _bundle, _place, _digest, file in flat],
        )
    return digests


def _digest(*contents: bytes) -> str:
    found = hashlib.sha256()
    for content in contents:
        found.update(len(content).to_bytes(8, "big"))
        found.update(content)
    return found.hexdigest()


def _envelope_address(recipient: str) -> str:
    """The address as it is stored: normalised where it can be used, else as given, on one line."""
    return normalised_address(recipient) or _one_line(recipient)


def _one_line(text: str) -> str:
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def _file_name(name: str) -> str:
    return _one_line(name).replace("/", "_").replace("\\", "_") or "attachment"
