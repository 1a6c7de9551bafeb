"""Settling deliveries: making their notes lasting, at their end or after their death."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from guanjia.logs import get_logger
from guanjia.store.sql import execute

LOCK_CLASS: Final = 20260902
"""First key of the lock the sessions of a living delivery share; the second is its number."""
_LOOK_AGAIN_SECONDS: Final = 0.05

log = get_logger(__name__)


@dataclass(frozen=True)
class Timing:
    """How long things may take and how often they are tried.

    Attributes:
        lease_seconds: how long a delivery counts as alive after its last renewal; longer than the server may take to
            accept a message.
        max_attempts: attempts after which a passing refusal is final.
        first_wait_seconds: wait after the first attempt; doubles with each further one.
        longest_wait_seconds: longest wait between attempts.
        database_patience_seconds: how long to try to reach a database that went away.
    """

    lease_seconds: int = 900
    max_attempts: int = 8
    first_wait_seconds: int = 60
    longest_wait_seconds: int = 4 * 3600
    database_patience_seconds: int = 60


def settle_dead_deliveries(
    transaction: Connection, timing: Timing, at: datetime, patience_seconds: float = 1.0
) -> Mapping[int, int]:
    """Settles what deliveries left behind that were killed, or that hang beyond their lease.

    Args:
        transaction: open transaction.
        timing: retries and waits.
        at: wall clock.
        patience_seconds: how long a delivery that seems alive is looked at again: the database takes a moment to
            notice that a process was killed.

    Returns:
        Delivery → number of its messages that are unknown now.
    """
    settled: dict[int, int] = {}
    deadline = time.monotonic() + patience_seconds
    waiting = execute(transaction, "outbox/find_open_deliveries", at=at).all()
    while waiting:
        for delivery in waiting:
            if take(transaction, delivery.delivery_id, is_overdue=delivery.is_overdue):
                unknown = settle(transaction, delivery.delivery_id, timing, at, "It died.")
                settled[delivery.delivery_id] = unknown
                log.warning("settled a delivery that died", delivery=delivery.delivery_id, unknown=unknown)
        waiting = [delivery for delivery in waiting if delivery.delivery_id not in settled]
        if time.monotonic() >= deadline:
            break
        if waiting:
            time.sleep(_LOOK_AGAIN_SECONDS)
    return settled


def take(transaction: Connection, delivery_id: int, *, is_overdue: bool) -> bool:
    """Takes the lock of a delivery until the transaction ends.

    Args:
        transaction: open transaction.
        delivery_id: the delivery.
        is_overdue: its lease is over; a session that still holds the lock is ended first.

    Returns:
        Whether it is taken; False: the delivery is alive, or somebody else settles it.
    """
    keys = {"lock_class": LOCK_CLASS, "delivery_id": delivery_id}
    is_taken = bool(execute(transaction, "outbox/take_delivery", **keys).scalar_one())
    if not is_taken and is_overdue:
        execute(transaction, "outbox/cut_off_delivery", **keys).all()
        is_taken = bool(execute(transaction, "outbox/take_delivery", **keys).scalar_one())
    return is_taken


def settle(transaction: Connection, delivery_id: int, timing: Timing, at: datetime, problem: str | None) -> int:
    """Writes the noted fates of a delivery, frees what it never began, and ends it.

    Returns:
        Number of its messages that are unknown, because they were begun and have no fate.
    """
    apply_outcomes(transaction, delivery_id, timing)
    unknown = execute(transaction, "outbox/release_messages", delivery_id=delivery_id, at=at).rowcount
    execute(transaction, "outbox/close_delivery", delivery_id=delivery_id, ended_at=at, problem=problem)
    return unknown


def apply_outcomes(transaction: Connection, delivery_id: int, timing: Timing) -> Sequence[int]:
    """Makes the noted fates of a delivery's messages lasting; returns the numbers of those messages."""
    return (
        execute(
            transaction,
            "outbox/apply_outcomes",
            delivery_id=delivery_id,
            max_attempts=timing.max_attempts,
            first_wait_seconds=timing.first_wait_seconds,
            longest_wait_seconds=timing.longest_wait_seconds,
        )
        .scalars()
        .all()
    )
