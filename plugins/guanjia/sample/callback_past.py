"""Plays the callbacks of days gone by in a home that has taken a sample in: plan, call, hand in.

Each calling day the pipeline's steps run as of its morning, invented agents call the day's lists, and what they, the
customers, managers and clerks write down lies in the inbox that evening. Only the last of those days mails, so that
agents' lists, letters and warnings are there to look at on a day off too: what is older than a week counts as told
then, what came up after it is told by the pipeline's own next run. Of some calls of that day two things are written.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, or_, update

from guanjia.sample.agents import Habits
from guanjia.sample.callback_desk import Desk, desk_of_home
from guanjia.sample.rounds import is_working_day
from guanjia.settings import TIME_ZONE
from guanjia.store.engine import Transaction, transaction
from guanjia.store.tables import metadata

MORNING: Final = time(7, 0)
HANDED_IN_AT: Final = time(20, 0)
"""Just when inspectors hand in too: one look into the inbox takes both."""

EVENING: Final = time(21, 0)
UNTOLD_FOR: Final = timedelta(days=7)
"""What is younger than this is left to be told."""

LAST_DAY_OPINIONS: Final = 0.3
"""Share of the last day's calls of which two things are written."""

FIGURES_FOR: Final = timedelta(days=21)
"""Days whose figures are reckoned."""


@dataclass
class CallbackPast:
    """Days of callbacks, played one after the other."""

    seed: int
    until: datetime
    """Aware instant the history ends."""
    habits: Habits | None = None
    tries: int = 0
    _desk: Desk | None = field(default=None)

    def play(self, day: date, inbox: Path) -> int:
        """Plans a day, calls its lists and drops what came of it into the inbox.

        Args:
            day: in Asia/Shanghai.
            inbox: folder; its files are taken in by the caller as of that evening, before the day is `closed`.

        Returns:
            Files written.
        """
        from guanjia.pipelines.scheduled_callbacks.running import run_steps

        if self._desk is None:
            self._desk = desk_of_home(self.seed, self.habits)
        if not is_working_day(day):
            return 0
        morning, is_last = datetime.combine(day, MORNING, TIME_ZONE), day == self.last_day()
        if is_last:
            self.end()
        run_steps(morning, with_mails=is_last)
        with transaction() as tx:
            count_events_as_told(tx, morning)
        usual, before = self._desk.agents.habits, self._desk.tries
        if is_last:
            self._desk.agents.habits = replace(usual, two_opinions=LAST_DAY_OPINIONS)
        self._desk.call(day)
        self._desk.agents.habits = usual
        self.tries += self._desk.tries - before
        return self._desk.hand_in(inbox, datetime.combine(day, HANDED_IN_AT, TIME_ZONE))

    def close(self, day: date) -> None:
        """Takes the results of one of the last days and reckons its figures, after the inbox was taken in.

        Those of long ago are taken the next morning, and nobody asks for their figures.
        """
        from guanjia.pipelines.scheduled_callbacks.running import run_results

        if day < (self.until - FIGURES_FOR).astimezone(TIME_ZONE).date():
            return
        run_results(datetime.combine(day, EVENING, TIME_ZONE), with_mails=False)

    def last_day(self) -> date:
        """The last working day that is played."""
        day = self.until.astimezone(TIME_ZONE).date() - timedelta(days=1)
        while not is_working_day(day):
            day -= timedelta(days=1)
        return day

    def end(self) -> None:
        """What came up long before the end counts as told, so that the first mails are of this week."""
        with transaction() as tx:
            count_as_told(tx, self.until - UNTOLD_FOR)


def count_as_told(tx: Transaction, before: datetime) -> None:
    """Marks what came up before an instant as told.

    Args:
        tx: open transaction.
        before: aware instant, exclusive.
    """
    day = before.astimezone(TIME_ZONE).date()
    tables = metadata.tables
    for name, told, known, limit in _known_by(before, day):
        table = tables[name]
        statement = update(table).where(table.c[told].is_(None), table.c[known] < limit)
        extra = _only(table, name)
        tx.execute((statement if extra is None else statement.where(extra)).values({told: before}))


def count_events_as_told(tx: Transaction, at: datetime) -> None:
    """Marks what was due to be announced or reminded of by an instant as done then.

    Args:
        tx: open transaction.
        at: aware instant of a day's run.
    """
    events, day = metadata.tables["community_events"], at.astimezone(TIME_ZONE).date()
    planned, ahead = events.c.state == "planned", events.c.event_on >= day
    for due, values in (
        ((events.c.state == "impossible", events.c.announced_at.is_(None)), {"announced_at": at}),
        (
            (planned, events.c.event != "mailbox", events.c.announce_on <= day, ahead),
            {"announced_at": at, "state": "announced"},
        ),
        (
            (
                or_(events.c.state == "announced", and_(planned, events.c.event == "mailbox")),
                events.c.remind_on <= day,
                ahead,
            ),
            {"reminded_at": at, "state": "reminded"},
        ),
    ):
        tx.execute(update(events).where(*due).values(values))


def _known_by(before: datetime, day: date) -> tuple[tuple[str, str, str, Any], ...]:
    return (
        ("callbacks", "told_at", "planned_on", day),
        ("callback_contacts", "missed_told_at", "missed_at", before),
        ("callback_lists", "told_at", "work_date", day),
        ("callback_attempts", "told_at", "attempted_at", before),
        ("callback_conflicts", "told_at", "noted_at", before),
        ("callback_cases", "told_at", "opened_at", before),
        ("dropped_prospects", "told_at", "dropped_on", day),
        ("callback_warnings", "told_at", "warned_at", before),
        ("callback_days", "told_at", "work_date", day),
        ("callback_remarks", "told_at", "noted_at", before),
    )


def _only(table: Any, name: str) -> ColumnElement[bool] | None:
    """What of a table is told at all."""
    if name == "callbacks":
        return and_(table.c.state != "planned", or_(table.c.channel == "manager", table.c.state == "unreached"))
    return None
