"""Editions: a mail that tells news under a key that was used before is the next edition of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from guanjia.outbox.writing import Message
from guanjia.store.sql import execute


def in_next_editions(
    transaction: Connection, messages: Sequence[Message], growing: Collection[str] | None = None
) -> list[Message]:
    """The messages, each in the edition after the last one the recipient has.

    For mails whose facts are marked told in the same transaction and under the pipeline's lock: a second mail of the
    same key (a list that has grown, a judgement that changed, a run started once more) then always tells news.

    Args:
        transaction: open transaction.
        messages: what is to be written.
        growing: kinds of which there may be a second edition; of the others there is one, and the database keeps it
            so. None: all kinds.
    """
    asked = [message for message in messages if growing is None or message.kind in growing]
    if not asked:
        return list(messages)
    found = execute(
        transaction,
        "outbox/find_last_editions",
        kinds=[message.kind for message in asked],
        business_keys=[message.business_key for message in asked],
    )
    last = {(row.kind, row.business_key, row.recipient.casefold()): row.edition for row in found}
    return [
        replace(
            message,
            edition=last.get((message.kind, message.business_key, message.recipient.strip().casefold()), 0) + 1,
        )
        for message in messages
    ]
