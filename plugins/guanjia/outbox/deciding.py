"""What people see of the outbox, and what they decide about a message whose fate nobody knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import Connection

from guanjia.domain.errors import GuanjiaError, UnknownName
from guanjia.outbox.settling import Timing, settle_dead_deliveries
from guanjia.store.sql import execute

Resolution = Literal["sent", "resend"]


@dataclass(frozen=True)
class MessageRow:
    """A message as people see it; instants are aware, attributes as in the table ``messages``."""

    message_code: str
    kind: str
    business_key: str
    edition: int
    recipient: str
    state: str
    attempts: int
    sent_at: datetime | None
    message_id: str | None
    subject: str
    language: str
    created_at: datetime
    not_before: datetime | None
    next_attempt_at: datetime | None
    reply_code: int | None
    reply: str | None
    resolution: str | None
    resolved_by: str | None
    resolved_at: datetime | None
    run_code: str | None


def list_messages(
    transaction: Connection,
    *,
    states: Sequence[str] | None = None,
    kind: str | None = None,
    recipient: str | None = None,
    since: datetime | None = None,
    message_code: str | None = None,
    at_most: int = 50,
) -> list[MessageRow]:
    """Messages, the newest first.

    Args:
        transaction: open transaction.
        states: only these; None: all.
        kind: only this kind; None: all.
        recipient: part of the address, in any case; None: all.
        since: aware, written at or after; None: all.
        message_code: only this one; None: all.
        at_most: number of rows.

    Returns:
        One row per message.
    """
    found = execute(
        transaction,
        "outbox/list_messages",
        states=list(states) if states else None,
        kind=kind,
        recipient=recipient,
        since=since,
        message_code=message_code,
        at_most=at_most,
    )
    return [MessageRow(**row._mapping) for row in found]


def resolve(
    transaction: Connection, code: str, resolution: Resolution, decided_by: str, *, decided_at: datetime | None = None
) -> MessageRow:
    """Writes a person's decision on a message that is unknown: it counts as sent, or goes again.

    A message that failed for good can be sent again too, for example after the mailbox was made.

    Args:
        transaction: open transaction.
        code: the message.
        resolution: ``sent`` or ``resend``.
        decided_by: staff code of who decides; authenticated by the caller.
        decided_at: wall clock; None: now.

    Returns:
        The message as it is now. Deciding the same again changes nothing.

    Raises:
        UnknownName: there is no such message.
        GuanjiaError: it is in a state in which there is nothing to decide.
    """
    at = decided_at or datetime.now(UTC)
    settle_dead_deliveries(transaction, Timing(), at)
    changed = execute(
        transaction,
        "outbox/resolve_message",
        message_code=code,
        resolution=resolution,
        resolved_by=decided_by,
        resolved_at=at,
    ).one_or_none()
    found = list_messages(transaction, message_code=code, at_most=1)
    if not found:
        raise UnknownName(f"There is no message {code}. `guanjia messages --state unknown` lists those to decide on.")
    message = found[0]
    if changed is None and message.resolution != resolution:
        raise GuanjiaError(
            f"Message {code} is {message.state}: only an unknown one can be resolved, a failed one only with "
            "--resend. Nothing was changed."
        )
    return message
