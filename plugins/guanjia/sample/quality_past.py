"""Plays the quality checks of weeks gone by in a home that has taken a sample in: draw, score, appeal, correct.

Each Monday the week before is drawn; on Fridays, of late on Tuesdays too, reviewers hand in what they scored, scores
are taken and agents count as told. The last Monday is left to the pipeline's own run, which mails the reviewers their
workbooks: what is older than a week counts as told then.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import select, update

from guanjia.sample.review_desk import ReviewDesk, review_desk_of_home
from guanjia.sample.reviewers import Habits
from guanjia.settings import TIME_ZONE
from guanjia.store.engine import Transaction, transaction
from guanjia.store.sql import execute
from guanjia.store.tables import metadata

DRAWN_AT: Final = time(5)
HANDED_IN_AT: Final = time(20)
"""Just when inspectors hand in too: one look into the inbox takes both."""
EVENING: Final = time(20, 30)
TUESDAY, FRIDAY = 1, 4
TWICE_A_WEEK_FOR: Final = timedelta(days=21)
UNTOLD_FOR: Final = timedelta(days=7)
"""What is younger than this is left to be told."""


@dataclass
class QualityPast:
    """Weeks of quality checks, played day by day."""

    seed: int
    until: datetime
    """Aware instant the history ends."""
    habits: Habits | None = None
    weeks: int = 0
    scores: int = 0
    _desk: ReviewDesk | None = field(default=None)

    def play(self, day: date, inbox: Path) -> int:
        """Draws the week before on a Monday, and drops what reviewers and agents hand in on a day into the inbox.

        Args:
            day: in Asia/Shanghai.
            inbox: folder; its files are taken in by the caller as of that evening, before the day is `closed`.

        Returns:
            Files written.
        """
        from guanjia.pipelines.quality_sampling.running import run_steps

        if day.weekday() == 0 and day != self.last_monday():
            run_steps(datetime.combine(day, DRAWN_AT, TIME_ZONE), with_mails=False)
            self.weeks += 1
        if not self._is_taken_on(day):
            return 0
        with transaction() as tx:
            if self._desk is None:
                self._desk = review_desk_of_home(tx, self.seed, self.habits)
            self._desk.take_on(tx)
        files = self._desk.hand_in(inbox, datetime.combine(day, HANDED_IN_AT, TIME_ZONE))
        self.scores = self._desk.handed_in
        return files

    def close(self, day: date) -> None:
        """Takes what was scored, after the inbox was taken in."""
        from guanjia.pipelines.quality_sampling.running import run_results

        if not self._is_taken_on(day):
            return
        at = datetime.combine(day, EVENING, TIME_ZONE)
        run_results(at, with_mails=False)
        with transaction() as tx:
            tell_scores(tx, at)

    def _is_taken_on(self, day: date) -> bool:
        """Whether reviewers hand in on a day, and scores are taken that evening."""
        is_late = day >= (self.until - TWICE_A_WEEK_FOR).astimezone(TIME_ZONE).date()
        return day.weekday() == FRIDAY or (is_late and day.weekday() == TUESDAY)

    def last_monday(self) -> date:
        """The Monday whose draw is left to the pipeline's own run."""
        day = self.until.astimezone(TIME_ZONE).date()
        return day - timedelta(days=day.weekday())

    def end(self) -> None:
        """What came up long before the end counts as told, so that the first mails are of this week."""
        with transaction() as tx:
            count_as_told(tx, self.until - UNTOLD_FOR)
            count_weeks_as_told(tx, self.until, self.last_monday() - UNTOLD_FOR)


def tell_scores(tx: Transaction, at: datetime) -> int:
    """Agents count as told of their scores, as the mail would: the time for an appeal begins.

    Args:
        tx: open transaction.
        at: aware instant of a run of the results.

    Returns:
        Scores told.
    """
    from guanjia.pipelines.quality_sampling.appeals import appeal_ends
    from guanjia.pipelines.quality_sampling.served import served_from

    rows = execute(tx, "quality_sampling/find_untold_scores").all()
    ends = appeal_ends(tx, at, sorted(served_from(tx, at.astimezone(TIME_ZONE).date())))
    if not rows or not ends:
        return 0
    latest = max(ends.values())
    execute(
        tx,
        "quality_sampling/mark_scores_told",
        at=at,
        sample_codes=[row.sample_code for row in rows],
        appeal_until=[ends.get(row.community_code or "", latest) for row in rows],
    )
    return len(rows)


def count_as_told(tx: Transaction, before: datetime) -> None:
    """Marks what came up before an instant as told.

    Args:
        tx: open transaction.
        before: aware instant, exclusive.
    """
    for name, known in _known_by():
        table = metadata.tables[name]
        told = update(table).where(table.c.told_at.is_(None), table.c[known] < before).values(told_at=before)
        tx.execute(told.where(table.c.verdict == "kept") if name == "quality_judgements" else told)
    reviewers, draws = metadata.tables["quality_reviewers"], metadata.tables["quality_draws"]
    tx.execute(
        update(reviewers)
        .where(
            reviewers.c.told_at.is_(None),
            reviewers.c.draw_code == draws.c.draw_code,
            draws.c.drawn_at < before,
        )
        .values(told_at=before)
    )


def count_weeks_as_told(tx: Transaction, at: datetime, last_told_on: date) -> None:
    """Marks the results of weeks told on earlier Mondays as told, whatever an appeal changed in them since.

    Args:
        tx: open transaction.
        at: aware instant they count as told.
        last_told_on: the Monday of the last mail before; what was due before it stood in a mail.
    """
    results, draws = metadata.tables["quality_results"], metadata.tables["quality_draws"]
    weeks = select(draws.c.period).where(draws.c.kind == "weekly", draws.c.due_on < last_told_on)
    tx.execute(update(results).where(results.c.told_at.is_(None), results.c.period.in_(weeks)).values(told_at=at))


def _known_by() -> tuple[tuple[str, str], ...]:
    """Tables of what is told, and the column that says when it came up."""
    return (
        ("quality_draws", "drawn_at"),
        ("quality_judgements", "judged_at"),
        ("quality_appeal_verdicts", "judged_at"),
        ("quality_cases", "opened_at"),
        ("quality_results", "computed_at"),
        ("quality_roster_warnings", "noted_at"),
        ("quality_remarks", "noted_at"),
    )
