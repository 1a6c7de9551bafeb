"""What a delivery writes down, and when, so that no message goes out twice and at most one per line is in doubt.

Two kinds of writing work together:

* A *claim* is lasting: messages of a batch become ``sending`` in one commit that reaches the disk, before any of them
  is offered. Nothing that is claimed ever goes out again by itself.
* A *step* is quick: ``begun`` just before a message is handed over, ``ended`` with its fate after. Steps go to an
  unlogged table, without waiting for the disk. They survive the death of any process but the database server's, and
  tell afterwards which of the claimed messages were never begun, which have a fate, and which one was cut off.

A delivery holds a database lock for as long as it lives, so that others see at once when its process was killed; and a
lease, renewed while it works, for the case that it hangs. Whoever delivers next settles what the dead left behind.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row
from sqlalchemy.exc import DBAPIError

from guanjia.domain.errors import DatabaseError
from guanjia.gateways.mail.line import Outcome
from guanjia.logs import get_logger
from guanjia.store.sql import execute

LOCK_CLASS: Final = 20260902
"""First key of the lock a living delivery holds; the second is its number."""

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


class LedgerLostError(DatabaseError):
    """The database went away during a delivery; no further message may be handed over."""


@dataclass(frozen=True)
class Ended:
    """A message whose fate is known, and the line it went over."""

    message_no: int
    connection_no: int
    outcome: Outcome


@dataclass(frozen=True)
class Begun:
    """A message about to be handed over, and the line it will go over."""

    message_no: int
    connection_no: int


@dataclass(frozen=True)
class _Wish:
    steps: tuple[Ended | Begun, ...]
    answer: Future[None]


class Ledger:
    """Writes for one delivery: steps by a thread of its own, claims and outcomes by the caller's."""

    def __init__(self, engine: Engine, timing: Timing, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._timing = timing
        self._clock = clock
        self._wishes: queue.SimpleQueue[_Wish | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._note_steps, name="mail-ledger", daemon=True)
        self._steps_connection: Connection | None = None
        self._is_lost = False
        self._fates: dict[int, Ended] = {}
        self._lock = threading.Lock()
        self._renewed = boot_seconds()
        self.delivery_id = 0

    @property
    def lease_ends(self) -> float:
        """The moment, by ``boot_seconds``, from which others may take this delivery for dead."""
        return self._renewed + self._timing.lease_seconds

    @property
    def has_outcomes(self) -> bool:
        """Whether there are fates that the messages do not say yet."""
        return bool(self._fates)

    def open(self, server: str, is_live: bool) -> None:
        """Writes the delivery's row, takes its lock and begins to serve."""
        at = self._clock()
        connection = self._engine.connect()
        self._renewed = boot_seconds()
        self.delivery_id = execute(
            connection, "outbox/open_delivery", server=server, is_live=is_live, at=at, lease_until=self._lease_until(at)
        ).scalar_one()
        # Before the row can be seen, or others would take the delivery for dead.
        execute(connection, "outbox/hold_delivery", lock_class=LOCK_CLASS, delivery_id=self.delivery_id)
        connection.commit()
        self._steps_connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        self._thread.start()

    def step(self, ended: Ended | None, begun: Begun | None) -> Future[None]:
        """Notes the fate of one message and the beginning of the next, together with what other lines ask for.

        Returns:
            Done when it is noted; raises LedgerLostError when it cannot be, and then nothing may be handed over. The
            fate is kept all the same and written when the ledger is closed.
        """
        if ended is not None:
            with self._lock:
                self._fates[ended.message_no] = ended
        wish = _Wish(tuple(each for each in (ended, begun) if each is not None), Future())
        self._wishes.put(wish)
        return wish.answer

    def claim(
        self,
        at_most: int,
        due_at: datetime,
        kinds: Sequence[str] | None,
        domain: str,
        may_claim: Callable[[Connection], int] | None = None,
    ) -> Sequence[Row[Any]]:
        """Writes the fates known so far, renews the lease and claims the next messages, in one lasting commit.

        Args:
            at_most: number of messages; 0: none.
            due_at: messages held back until then are due (inclusive).
            kinds: only these kinds; None: all.
            domain: right half of new Message-IDs.
            may_claim: called in the transaction; how many may be claimed now, None: no such limit.

        Returns:
            The claimed messages with their bodies, urgent ones first.

        Raises:
            LedgerLostError: the database went away; what was claimed before stays claimed.
        """
        at = self._clock()
        try:
            with self._engine.begin() as transaction:
                applied = self._apply(transaction, self.delivery_id)
                renewed = boot_seconds()
                execute(
                    transaction,
                    "outbox/renew_lease",
                    delivery_id=self.delivery_id,
                    lease_until=self._lease_until(at),
                )
                room = min(at_most, may_claim(transaction)) if may_claim else at_most
                claimed: Sequence[Row[Any]] = ()
                if room > 0:
                    claimed = execute(
                        transaction,
                        "outbox/claim_messages",
                        at=at,
                        due_at=max(at, due_at),
                        kinds=list(kinds) if kinds else None,
                        at_most=room,
                        delivery_id=self.delivery_id,
                        domain=domain,
                    ).all()
        except DBAPIError as error:
            raise self._lost(error) from error
        self._renewed = renewed
        self._forget(applied)
        return claimed

    def close(self, problem: str | None) -> None:
        """Writes every fate, frees what was not begun and ends the delivery, through a restart of the database.

        Raises:
            DatabaseError: the database did not come back in time; the next delivery settles what is left.
        """
        self._wishes.put(None)
        self._thread.join()
        deadline = time.monotonic() + self._timing.database_patience_seconds
        try:
            while not self._closed(problem):
                if time.monotonic() > deadline:
                    raise DatabaseError(
                        f"The fate of {len(self._fates)} mails could not be written down, because the database went "
                        "away; they will show as unknown. Start it, then decide with `guanjia messages`."
                    )
                time.sleep(0.5)
        finally:
            self._drop_lock()

    # -- within ----------------------------------------------------------------------------------------------------

    def _closed(self, problem: str | None) -> bool:
        try:
            with self._engine.begin() as transaction:
                if self._is_lost:
                    if not take(transaction, self.delivery_id, is_overdue=True):
                        return False
                    # The notes may be gone with a crash: what this delivery remembers takes their place.
                    self._note(transaction, [Begun(0, 0), *self._fates.values()])
                settle(transaction, self.delivery_id, self._timing, self._clock(), problem)
        except DBAPIError as error:
            self._is_lost = True
            log.warning("database went away during a delivery", reason=first_line(error))
            return False
        return True

    def _note_steps(self) -> None:
        is_open = True
        while is_open:
            wishes = [self._wishes.get()]
            while not self._wishes.empty():
                wishes.append(self._wishes.get())
            is_open = wishes[-1] is not None
            asked = [wish for wish in wishes if wish is not None]
            if asked:
                self._note_all(asked)

    def _note_all(self, wishes: Sequence[_Wish]) -> None:
        problem: Exception | None = LedgerLostError("The database went away during the delivery.")
        if not self._is_lost and self._steps_connection is not None:
            try:
                self._note(self._steps_connection, [each for wish in wishes for each in wish.steps])
                problem = None
            except DBAPIError as error:
                problem = self._lost(error)
            except Exception as error:
                problem = error
        for wish in wishes:
            if problem is None:
                wish.answer.set_result(None)
            else:
                wish.answer.set_exception(problem)

    def _note(self, connection: Connection, steps: Sequence[Ended | Begun]) -> None:
        outcomes = [each.outcome if isinstance(each, Ended) else None for each in steps]
        execute(
            connection,
            "outbox/note_progress",
            delivery_id=self.delivery_id,
            at=self._clock(),
            message_nos=[each.message_no for each in steps],
            steps=["ended" if isinstance(each, Ended) else "begun" for each in steps],
            connection_nos=[each.connection_no for each in steps],
            outcomes=[each.fate if each else None for each in outcomes],
            reply_codes=[each.code if each else None for each in outcomes],
            replies=[each.words if each else None for each in outcomes],
        )

    def _apply(self, transaction: Connection, delivery_id: int) -> Sequence[int]:
        return apply_outcomes(transaction, delivery_id, self._timing) if self._fates else ()

    def _forget(self, applied: Sequence[int]) -> None:
        with self._lock:
            for message_no in applied:
                self._fates.pop(message_no, None)

    def _lost(self, error: DBAPIError) -> LedgerLostError:
        self._is_lost = True
        return LedgerLostError(f"The database went away during the delivery ({first_line(error)}).")

    def _drop_lock(self) -> None:
        if self._steps_connection is not None:
            # Not back to the pool: the lock must end with the delivery.
            self._steps_connection.invalidate()
            self._steps_connection.close()

    def _lease_until(self, at: datetime) -> datetime:
        return at + timedelta(seconds=self._timing.lease_seconds)


def settle_dead_deliveries(transaction: Connection, timing: Timing, at: datetime) -> Mapping[int, int]:
    """Settles what deliveries left behind that were killed, or that hang beyond their lease.

    Args:
        transaction: open transaction.
        timing: retries and waits.
        at: wall clock.

    Returns:
        Delivery → number of its messages that are unknown now.
    """
    settled: dict[int, int] = {}
    for delivery in execute(transaction, "outbox/find_open_deliveries", at=at).all():
        if take(transaction, delivery.delivery_id, is_overdue=delivery.is_overdue):
            unknown = settle(transaction, delivery.delivery_id, timing, at, "It died.")
            settled[delivery.delivery_id] = unknown
            log.warning("settled a delivery that died", delivery=delivery.delivery_id, unknown=unknown)
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


def boot_seconds() -> float:
    """Seconds of a clock nobody sets, which goes on while the machine sleeps where the system has one."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


def first_line(error: DBAPIError) -> str:
    """What the database said, without the statement and its values."""
    return str(error.orig).strip().splitlines()[0] if error.orig and str(error.orig).strip() else "no answer"
