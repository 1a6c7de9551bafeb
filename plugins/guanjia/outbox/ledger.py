"""What a delivery writes down, and when, so that no message goes out twice and at most one per line is in doubt.

Two kinds of writing work together:

* A *claim* is lasting: messages of a batch become ``sending`` in one commit that reaches the disk, before any of them
  is offered. Nothing that is claimed ever goes out again by itself.
* A *step* is quick: ``begun`` just before a message is handed over, ``ended`` with its fate after. Steps go to an
  unlogged table, without waiting for the disk. They survive the death of any process but the database server's, and
  tell afterwards which of the claimed messages were never begun, which have a fate, and which one was cut off.

The sessions of a delivery share a database lock for as long as it lives, so that others see at once when its process
was killed; and a lease, renewed while it works, is there for the case that it hangs: its sessions are ended then, and
without one it can begin nothing. Whoever delivers next settles what the dead left behind.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from psycopg import Error as PsycopgError
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult
from sqlalchemy import Connection, Engine, Row
from sqlalchemy.exc import DBAPIError

from guanjia.domain.errors import DatabaseError
from guanjia.gateways.mail.line import Outcome
from guanjia.logs import get_logger
from guanjia.outbox.settling import LOCK_CLASS, Timing, apply_outcomes, settle, take
from guanjia.store.sql import execute, query

_STEP: Final = b"outbox_step"
_BIND: Final = re.compile(r"%\((\w+)\)s")

log = get_logger(__name__)

if TYPE_CHECKING:
    import psycopg


class LedgerLostError(DatabaseError):
    """The database went away during a delivery; no further message may be handed over."""


@dataclass(frozen=True)
class Ended:
    """A message whose fate is known, and the line it went over."""

    message_no: int
    connection_no: int
    outcome: Outcome


class Ledger:
    """Writes for one delivery."""

    def __init__(self, engine: Engine, timing: Timing, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._timing = timing
        self.clock = clock
        self._sessions: list[Connection] = []
        self._fates: dict[int, Ended] = {}
        self._lock = threading.Lock()
        self._is_lost = False
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
        """Writes the delivery's row and takes its lock."""
        at = self.clock()
        connection = self._engine.connect()
        self._sessions.append(connection)
        self._renewed = boot_seconds()
        self.delivery_id = execute(
            connection, "outbox/open_delivery", server=server, is_live=is_live, at=at, lease_until=self._lease_until(at)
        ).scalar_one()
        # Before the row can be seen, or others would take the delivery for dead.
        self._hold(connection)
        connection.commit()

    def notebook(self, connection_no: int) -> Notebook:
        """The notes of one line, over a session of its own.

        Raises:
            LedgerLostError: the database went away.
        """
        try:
            connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            with self._lock:
                self._sessions.append(connection)
            self._hold(connection)
            return Notebook(self, connection, connection_no)
        except (DBAPIError, PsycopgError) as error:
            raise self.lost(error) from error

    def remember(self, ended: Ended) -> None:
        """Keeps a fate until the messages say it, whatever becomes of the notes."""
        with self._lock:
            self._fates[ended.message_no] = ended

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
        at = self.clock()
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
            raise self.lost(error) from error
        self._renewed = renewed
        self._forget(applied)
        return claimed

    def close(self, problem: str | None) -> None:
        """Writes every fate, frees what was not begun and ends the delivery, through a restart of the database.

        Raises:
            DatabaseError: the database did not come back in time; the next delivery settles what is left.
        """
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
            self._leave_sessions()

    # -- within ----------------------------------------------------------------------------------------------------

    def _closed(self, problem: str | None) -> bool:
        try:
            with self._engine.begin() as transaction:
                if self._is_lost:
                    # Others may have settled this delivery, and a crash of the server takes the notes with it.
                    self._leave_sessions()
                    if not take(transaction, self.delivery_id, is_overdue=True):
                        return False
                    note(transaction, self.delivery_id, self.clock(), 0, begun_no=0)
                for ended in self._fates.values():
                    note(transaction, self.delivery_id, self.clock(), ended.connection_no, ended=ended)
                settle(transaction, self.delivery_id, self._timing, self.clock(), problem)
        except DBAPIError as error:
            if not self._is_lost:
                log.warning("database went away during a delivery", reason=first_line(error))
            self._is_lost = True
            return False
        return True

    def _apply(self, transaction: Connection, delivery_id: int) -> Sequence[int]:
        return apply_outcomes(transaction, delivery_id, self._timing) if self._fates else ()

    def _forget(self, applied: Sequence[int]) -> None:
        with self._lock:
            for message_no in applied:
                self._fates.pop(message_no, None)

    def lost(self, error: Exception) -> LedgerLostError:
        """The error to raise; from now on nothing of this delivery's notes is relied on."""
        self._is_lost = True
        return LedgerLostError(f"The database went away during the delivery ({first_line(error)}).")

    def _hold(self, connection: Connection) -> None:
        execute(connection, "outbox/hold_delivery", lock_class=LOCK_CLASS, delivery_id=self.delivery_id).scalar_one()

    def _leave_sessions(self) -> None:
        """Ends the sessions for good: back in the pool they would keep the lock."""
        with self._lock:
            sessions, self._sessions = self._sessions, []
        for session in sessions:
            session.invalidate()
            session.close()

    def _lease_until(self, at: datetime) -> datetime:
        return at + timedelta(seconds=self._timing.lease_seconds)


class Notebook:
    """One line's notes: what it is about to hand over, and what became of it."""

    def __init__(self, ledger: Ledger, connection: Connection, connection_no: int) -> None:
        self._ledger = ledger
        self._connection_no = connection_no
        self._ended: Ended | None = None
        # A step is the one thing done for every single message: prepared once and past the driver's cursors, it takes a
        # fraction of the time, and other lines work while it waits.
        self._session: psycopg.Connection[Any] = connection.connection.dbapi_connection  # type: ignore[assignment]  # psycopg's
        statement = str(query("outbox/note_progress").statement.compile(dialect=connection.dialect))
        self._places = {name: place for place, name in enumerate(dict.fromkeys(_BIND.findall(statement)), start=1)}
        prepared = _BIND.sub(lambda bind: f"${self._places[bind[1]]}", statement)
        self._done(self._session.pgconn.prepare(_STEP, prepared.encode()))

    def ended(self, message_no: int, outcome: Outcome) -> None:
        """Keeps the fate of a message; it is noted together with the next beginning, or by ``flush``.

        Raises:
            LedgerLostError: the fate before it cannot be noted; both are remembered all the same.
        """
        self._ledger.remember(Ended(message_no, self._connection_no, outcome))
        self.flush()
        self._ended = Ended(message_no, self._connection_no, outcome)

    def begin(self, message_no: int) -> None:
        """Notes that a message is about to be handed over.

        Raises:
            LedgerLostError: it cannot be noted, so nothing may be handed over.
        """
        self._note(message_no)

    def flush(self) -> None:
        """Notes a fate that has not been noted yet.

        Raises:
            LedgerLostError: it cannot be noted; it is remembered all the same.
        """
        if self._ended is not None:
            self._note(None)

    def _note(self, begun_no: int | None) -> None:
        ledger, ended, self._ended = self._ledger, self._ended, None
        step = _step(ledger.delivery_id, ledger.clock(), self._connection_no, ended, begun_no)
        given = [None if step[name] is None else str(step[name]).encode() for name in self._places]
        try:
            self._done(self._session.pgconn.exec_prepared(_STEP, given))  # type: ignore[arg-type]  # None: NULL
        except PsycopgError as error:
            raise ledger.lost(error) from error

    @staticmethod
    def _done(result: PGresult) -> None:
        if result.status != ExecStatus.COMMAND_OK:
            raise error_from_result(result)


def note(
    connection: Connection,
    delivery_id: int,
    at: datetime,
    connection_no: int,
    *,
    ended: Ended | None = None,
    begun_no: int | None = None,
) -> None:
    """Notes a fate, a beginning, or both in one step."""
    execute(connection, "outbox/note_progress", **_step(delivery_id, at, connection_no, ended, begun_no))


def _step(
    delivery_id: int, at: datetime, connection_no: int, ended: Ended | None, begun_no: int | None
) -> dict[str, Any]:
    return {
        "delivery_id": delivery_id,
        "at": at,
        "connection_no": connection_no,
        "ended_no": ended.message_no if ended else None,
        "outcome": ended.outcome.fate if ended else None,
        "reply_code": ended.outcome.code if ended else None,
        "reply": ended.outcome.words if ended else None,
        "begun_no": begun_no,
    }


def boot_seconds() -> float:
    """Seconds of a clock nobody sets, which goes on while the machine sleeps where the system has one."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


def first_line(error: Exception) -> str:
    """What the database said, without the statement and its values."""
    said = str(error.orig if isinstance(error, DBAPIError) else error).strip()
    return said.splitlines()[0] if said else "no answer"
