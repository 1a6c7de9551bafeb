"""Delivering the outbox: each message goes out at most once, whatever dies when.

A message moves pending → sending → sent, or back to pending (a passing reason), or to failed (for good), or to unknown.
The claim, *sending*, is committed to disk before the message is offered; that it is *begun* is noted before its content
goes over the line; and each line has one begun message at a time. So when a line or a whole process dies, at
most one message per line is in doubt, and that one is never sent again unless a person says so. What was claimed and
not begun is simply free again. See ``ledger``.

    claim a batch ─▶ queue ─▶ line 1 … n:  ask, note "begun", give, note its fate
"""

from __future__ import annotations

import queue
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row

from guanjia.gateways.mail.addresses import normalised_address
from guanjia.gateways.mail.line import MailServer, Outcome, ServerUnavailableError, SmtpLine
from guanjia.gateways.mail.message import Heading, Sender, compose
from guanjia.logs import get_logger
from guanjia.outbox.bundles import Bundles
from guanjia.outbox.ledger import Ledger, LedgerLostError, Notebook, boot_seconds
from guanjia.outbox.settling import Timing, settle_dead_deliveries
from guanjia.store.engine import interruptions_told
from guanjia.store.locks import lock_scope
from guanjia.store.sql import execute

DEATHS_IN_A_ROW: Final = 3
"""Lines that may die one after the other, without a message between them, before the server counts as unwell."""
_RATE_WINDOW: Final = timedelta(minutes=1)
_THROTTLE_SECONDS: Final = 0.5

log = get_logger(__name__)


@dataclass(frozen=True)
class DeliveryPolicy:
    """How mail is delivered.

    Attributes:
        timing: leases, retries and waits.
        lines: connections to the server at most.
        messages_per_line: a further connection is opened for each so many waiting messages.
        rate_per_minute: messages offered per minute at most, by all deliveries together; 0: no limit.
        batch: messages claimed at once.
        at_most_seconds: leave the rest to the next delivery after so long; None: stay until all are done.
    """

    timing: Timing = field(default_factory=Timing)
    lines: int = 4
    messages_per_line: int = 250
    rate_per_minute: int = 0
    batch: int = 200
    at_most_seconds: float | None = None


@dataclass(frozen=True)
class DeliveryReport:
    """What a delivery did.

    Attributes:
        sent: taken by the server.
        later: put back for a passing reason.
        failed: refused for good.
        unknown: the line died after the handover.
        expired: were left in ``sending`` by an earlier delivery that died, and are unknown now.
        problem: why it stopped early; None: nothing due is left.
    """

    sent: int = 0
    later: int = 0
    failed: int = 0
    unknown: int = 0
    expired: int = 0
    problem: str | None = None


def deliver(
    engine: Engine,
    server: MailServer,
    sender: Sender,
    policy: DeliveryPolicy | None = None,
    *,
    due_at: datetime | None = None,
    kinds: Sequence[str] | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> DeliveryReport:
    """Delivers what is due. Any number of deliveries may run at once.

    Args:
        engine: of the application's role.
        server: where to.
        sender: who from.
        policy: how; None: the defaults.
        due_at: messages held back until an instant are due when it is at or before this one; None: the wall clock.
        kinds: only these kinds; None: all.
        clock: the wall clock, aware.

    Returns:
        Counts by fate. Nothing due: no row is written and no line opened.

    Raises:
        DatabaseError: the database went away, or the fate of messages handed over could not be written down.
    """
    work = _Delivery(engine, server, sender, policy or DeliveryPolicy(), due_at, list(kinds) if kinds else None, clock)
    with interruptions_told():
        return work.run()


class _Delivery:
    """One delivery under way: the caller's thread claims, one thread a line hands over, the ledger's notes."""

    def __init__(
        self,
        engine: Engine,
        server: MailServer,
        sender: Sender,
        policy: DeliveryPolicy,
        due_at: datetime | None,
        kinds: list[str] | None,
        clock: Callable[[], datetime],
    ) -> None:
        self._engine = engine
        self._server = server
        self._sender = sender
        self._policy = policy
        self._due_at = due_at
        self._kinds = kinds
        self._clock = clock
        self._ledger = Ledger(engine, policy.timing, clock)
        self._bundles = Bundles(engine)
        self._claimed: queue.Queue[Row[Any] | None] = queue.Queue(maxsize=policy.batch)
        self._lines: list[threading.Thread] = []
        self._opened = threading.Semaphore(0)
        self._stopping = threading.Event()
        self._fates: Counter[str] = Counter()
        self._problems: list[str] = []
        self._errors: list[BaseException] = []
        self._deaths = 0
        self._lines_done = 0
        self._is_throttled = False
        self._ticked = time.monotonic()
        self._lock = threading.Lock()

    def run(self) -> DeliveryReport:
        """Settles what the dead left, delivers what is due, and reports."""
        with self._engine.begin() as transaction:
            settled = settle_dead_deliveries(transaction, self._policy.timing, self._clock())
        due = self._count_due()
        if due:
            self._deliver(min(self._policy.lines, -(-due // self._policy.messages_per_line)))
        report = DeliveryReport(
            sent=self._fates["sent"],
            later=self._fates["later"],
            failed=self._fates["failed"],
            unknown=self._fates["unknown"],
            expired=sum(settled.values()),
            problem=self._problem(),
        )
        if due or settled:
            log.info("mail delivered", server=self._server.name, **vars(report))
        if self._errors:
            raise self._errors[0]
        return report

    def _deliver(self, lines: int) -> None:
        self._ledger.open(self._server.name, self._server.is_live)
        self._lines = [
            threading.Thread(target=self._serve, args=(number,), name=f"mail-line-{number}", daemon=True)
            for number in range(1, lines + 1)
        ]
        try:
            for line in self._lines:
                line.start()
            self._feed()
        except LedgerLostError as error:
            self._stop_for(str(error), everyone=True)
        except BaseException:
            self._stopping.set()
            raise
        finally:
            for _line in self._lines:
                self._put(None)
            for line in self._lines:
                while line.is_alive():
                    line.join(timeout=0.2)
                    self._tick()
            self._ledger.close(self._problem())

    def _problem(self) -> str | None:
        """Why it stopped early; a line that failed while another did all the work is none."""
        is_done = self._lines_done > 0 and not self._stopping.is_set()
        return None if is_done or not self._problems else self._problems[0]

    # -- claiming: the caller's thread ---------------------------------------------------------------------------------

    def _count_due(self) -> int:
        at = self._clock()
        with self._engine.connect() as connection:
            due: int = execute(
                connection,
                "outbox/count_due",
                at=at,
                due_at=max(at, self._due_at or at),
                kinds=self._kinds,
                at_most=self._policy.lines * self._policy.messages_per_line,
            ).scalar_one()
        return due

    def _feed(self) -> None:
        """Claims until nothing is due, time is up, or no line is left. Nothing is claimed before a line is open."""
        limit = self._policy.at_most_seconds
        deadline = None if limit is None else time.monotonic() + limit
        while not self._opened.acquire(timeout=0.1):
            if not self._is_anyone_left():
                return
        while not self._stopping.is_set() and self._is_anyone_left():
            if deadline is not None and time.monotonic() > deadline:
                return
            claimed = self._claim(self._policy.batch)
            for row in claimed:
                if not self._put(row):
                    return
            if not claimed:
                if not (self._is_throttled and self._count_due()):
                    return
                self._stopping.wait(_THROTTLE_SECONDS)

    def _claim(self, at_most: int) -> Sequence[Row[Any]]:
        self._ticked = time.monotonic()
        self._is_throttled = False
        return self._ledger.claim(
            at_most,
            self._due_at or self._clock(),
            self._kinds,
            self._sender.address.rpartition("@")[2],
            self._room if self._policy.rate_per_minute else None,
        )

    def _room(self, transaction: Connection) -> int:
        """How many messages may be claimed now under the rate limit, counting every delivery's."""
        lock_scope(transaction, "outbox/rate")
        offers: int = execute(
            transaction, "outbox/count_recent_offers", since=self._clock() - _RATE_WINDOW
        ).scalar_one()
        self._is_throttled = offers >= self._policy.rate_per_minute
        return max(0, self._policy.rate_per_minute - offers)

    def _put(self, row: Row[Any] | None) -> bool:
        """Hands a message to the lines (None: no more); False when none of them is left to take it."""
        while self._is_anyone_left():
            try:
                self._claimed.put(row, timeout=0.2)
            except queue.Full:
                self._tick()
                continue
            return True
        return False

    def _tick(self) -> None:
        """While waiting: makes known fates lasting, and renews the lease."""
        waited = time.monotonic() - self._ticked
        is_due = waited > self._policy.timing.lease_seconds / 3 or (waited > 1 and self._ledger.has_outcomes)
        if is_due:
            try:
                self._claim(0)
            except LedgerLostError as error:
                self._stop_for(str(error), everyone=True)

    def _is_anyone_left(self) -> bool:
        return any(line.is_alive() for line in self._lines)

    # -- handing over: one thread a line -------------------------------------------------------------------------------

    def _serve(self, number: int) -> None:
        """One line's work: message after message, until there are no more or the server is gone."""
        line = SmtpLine(self._server)
        try:
            line.open()
            notes = self._ledger.notebook(number)
            self._opened.release()
            while (row := self._next(notes)) is not None:
                if self._stopping.is_set():
                    continue
                if not line.is_open:
                    line.open()
                outcome = self._hand_over(line, notes, row)
                notes.ended(row.message_no, outcome)
                self._count(row, outcome)
            notes.flush()
            self._lines_done += 1
        except ServerUnavailableError as error:
            self._stop_for(str(error), everyone=False)
        except LedgerLostError as error:
            self._stop_for(str(error), everyone=True)
        except BaseException as error:
            self._fail(error)
        finally:
            line.leave()

    def _next(self, notes: Notebook) -> Row[Any] | None:
        """The next message, None at the end; a fate is noted before waiting for one."""
        try:
            return self._claimed.get_nowait()
        except queue.Empty:
            notes.flush()
            return self._claimed.get()

    def _hand_over(self, line: SmtpLine, notes: Notebook, row: Row[Any]) -> Outcome:
        """Asks for a message to be taken, notes it as begun, and hands it over."""
        if not normalised_address(row.recipient):
            return Outcome("failed", None, "Not a mail address.")
        was_used = line.messages_handed_over > 0
        line.ask(self._sender.address, row.recipient)
        pieces = self._composed(row)
        try:
            notes.begin(row.message_no)
        except LedgerLostError as error:
            line.close()
            self._stop_for(str(error), everyone=True)
            return Outcome("later", None, "It could not be noted as begun, so it was not handed over.")
        if boot_seconds() >= self._ledger.lease_ends:
            line.close()
            return Outcome("later", None, "Held up for longer than the lease, so it was not handed over.")
        outcome = line.give(pieces)
        if was_used and outcome.fate == "later" and outcome.code is None:
            # The server may have ended a line that was idle for too long: once more on a fresh one.
            line.reopen()
            line.ask(self._sender.address, row.recipient)
            outcome = line.give(pieces)
        return outcome

    def _composed(self, row: Row[Any]) -> list[bytes]:
        heading = Heading(
            code=row.message_code,
            message_id=row.message_id,
            recipient=row.recipient,
            recipient_name=row.recipient_name or "",
            subject=row.subject,
            language=row.language,
            list_name=row.list_name or "",
            reply_to=row.reply_to or "",
            is_urgent=row.is_urgent,
        )
        bundle = self._bundles.encoded(row.bundle_digest)
        return compose(self._sender, heading, row.text_body, row.html_body, bundle, self._clock())

    def _count(self, row: Row[Any], outcome: Outcome) -> None:
        """Counts a fate, and stops when line after line dies."""
        with self._lock:
            self._fates[outcome.fate] += 1
            self._deaths = self._deaths + 1 if outcome.code is None and outcome.fate in ("later", "unknown") else 0
            deaths = self._deaths
        if outcome.fate != "sent":
            log.warning(
                "mail not sent",
                message=row.message_code,
                recipient=row.recipient,
                fate=outcome.fate,
                reply=outcome.words,
            )
        if deaths >= DEATHS_IN_A_ROW:
            self._stop_for(f"{self._server.name}: {deaths} lines in a row died. {outcome.words}", everyone=True)

    def _stop_for(self, problem: str, *, everyone: bool) -> None:
        with self._lock:
            self._problems.append(problem)
        if everyone:
            self._stopping.set()
        log.warning("delivery stops", server=self._server.name, reason=problem, all_lines=everyone)

    def _fail(self, error: BaseException) -> None:
        with self._lock:
            self._errors.append(error)
        self._stopping.set()
