"""The people around the quality check in a home: reviewers score, agents appeal, leaders close what is to be corrected.

Assumptions: reviewers spread their samples over the time for scoring; who decides an appeal does so on the next day; a
team leader closes a correction within two to six days, one in twenty never.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from guanjia.domain.quality_scores import Criterion
from guanjia.sample.agents import write_text
from guanjia.sample.draws import Draw
from guanjia.sample.repairs import Event, events_text
from guanjia.sample.reviewers import (
    Appeal,
    Habits,
    Reviewers,
    Score,
    Task,
    Work,
    appeals_text,
    scores_text,
)
from guanjia.sample.rounds import is_working_day
from guanjia.settings import TIME_ZONE
from guanjia.store.engine import Transaction
from guanjia.store.tables import metadata

LIES_FOR: Final = timedelta(hours=1)
"""How long a file has lain in the inbox: intake waits for files that may still be growing."""
BEYOND: Final = timedelta(days=5)
"""Days after the time for scoring on which something is still handed in."""
COMPLAINT: Final = "complaint"
CORRECTED_WITHIN, NEVER_CORRECTED = (2, 6), 0.05
DECIDED_AT: Final = time(15)


@dataclass
class ReviewDesk:
    """The people of one home and what they have not handed in yet."""

    seed: int
    reviewers: Reviewers
    scores: list[Score] = field(default_factory=list)
    appeals: list[Appeal] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    handed_in: int = 0
    """Scores handed in so far."""
    _given_to: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)

    def take_on(self, tx: Transaction) -> None:
        """Looks at what is to be scored, appealed against, decided and corrected, as the database has it now."""
        self._take_samples(tx)
        self._take_told(tx)
        self._take_appealed(tx)
        self._take_corrections(tx)

    def hand_in(self, inbox: Path, at: datetime) -> int:
        """Drops what is due by an instant into an inbox.

        Args:
            inbox: folder.
            at: aware instant.

        Returns:
            Files written.
        """
        day = at.astimezone(TIME_ZONE).date()
        scores = sorted(one for one in self.scores if one.scored_at <= at)
        appeals = sorted(one for one in self.appeals if one.appealed_at <= at)
        events = [one for one in self.events if one.event_at <= at]
        self.scores = [one for one in self.scores if one.scored_at > at]
        self.appeals = [one for one in self.appeals if one.appealed_at > at]
        self.events = [one for one in self.events if one.event_at > at]
        self.handed_in += len(scores)
        texts = {
            f"质检评分_{day}.csv": scores_text(scores) if scores else "",
            f"质检申诉_{day}.csv": appeals_text(appeals) if appeals else "",
            f"工单动态_整改_{day}.csv": events_text(events) if events else "",
        }
        return len([_lay(inbox / name, text) for name, text in texts.items() if text])

    def _take_samples(self, tx: Transaction) -> None:
        rows = _waiting(tx)
        criteria = _criteria(tx, [row.sample_code for row in rows])
        for row in rows:
            given_to = (row.reviewer, row.second_reviewer)
            if self._given_to.get(row.sample_code) == given_to:
                continue
            if row.sample_code in self._given_to:  # others score it now
                self.scores = [one for one in self.scores if one.sample_code != row.sample_code]
            self._given_to[row.sample_code] = given_to
            task = _task(row, criteria[row.sample_code])
            self.scores += self.reviewers.score(task, _working_days(task.drawn_on, task.due_on + BEYOND))

    def _take_told(self, tx: Transaction) -> None:
        samples = metadata.tables["samples"]
        for row in tx.execute(
            select(samples.c.sample_code, samples.c.staff_code, samples.c.told_at, samples.c.appeal_until)
            .where(samples.c.state == "scored", samples.c.told_at.is_not(None))
            .order_by(samples.c.sample_code)
        ):
            if self._is_new(f"told {row.sample_code}"):
                told_on = row.told_at.astimezone(TIME_ZONE).date()
                appeal = self.reviewers.appeal(row.sample_code, row.staff_code, told_on, row.appeal_until)
                self.appeals += [appeal] if appeal else []

    def _take_appealed(self, tx: Transaction) -> None:
        verdicts, appeals = metadata.tables["quality_appeal_verdicts"], metadata.tables["quality_appeals"]
        rows = tx.execute(
            select(verdicts, appeals.c.reason.label("why"))
            .join_from(
                verdicts,
                appeals,
                (verdicts.c.sample_code == appeals.c.sample_code) & (verdicts.c.appealed_at == appeals.c.appealed_at),
            )
            .where(verdicts.c.verdict == "accepted", verdicts.c.outcome.is_(None))
            .order_by(verdicts.c.sample_code)
        ).all()
        rows = [row for row in rows if self._is_new(f"appealed {row.sample_code}")]
        samples = {row.sample_code: row for row in _samples(tx, [row.sample_code for row in rows])}
        criteria = _criteria(tx, list(samples))
        for row in rows:
            decided_at = datetime.combine(
                row.judged_at.astimezone(TIME_ZONE) + timedelta(days=1), DECIDED_AT, TIME_ZONE
            )
            is_changed = row.reviewer is not None and self.reviewers.is_changed(row.sample_code)
            if is_changed:
                sample = samples[row.sample_code]
                task = _task(sample, criteria[row.sample_code])
                self.scores += self.reviewers.score_again(task, row.reviewer, decided_at)
            # The decision is handed in when it is made, and says of which appeal it is by its instant.
            self.appeals.append(
                Appeal(row.appealed_at, row.sample_code, row.staff_code, row.why, "改判" if is_changed else "维持")
            )

    def _take_corrections(self, tx: Transaction) -> None:
        corrections, cases = metadata.tables["quality_cases"], metadata.tables["cases"]
        for row in tx.execute(
            select(corrections.c.case_code, corrections.c.opened_at, cases.c.handler)
            .join_from(corrections, cases, corrections.c.case_code == cases.c.case_code)
            .order_by(corrections.c.case_code)
        ):
            if self._is_new(f"corrected {row.case_code}"):
                draw = Draw(self.seed, "corrected", row.case_code)
                after = timedelta(days=draw.between(*CORRECTED_WITHIN), minutes=draw.between(0, 90))
                if not draw.chance(NEVER_CORRECTED):
                    self.events.append(Event(row.case_code, row.opened_at + after, "closed", row.handler or ""))

    def _is_new(self, what: str) -> bool:
        is_new = what not in self._seen
        self._seen.add(what)
        return is_new


def review_desk_of_home(tx: Transaction, seed: int, habits: Habits | None = None) -> ReviewDesk:
    """The people of this home as the register knows them now.

    Args:
        tx: open transaction.
        seed: another seed, other scores.
        habits: how often what happens.
    """
    staff = metadata.tables["staff"]
    people = tx.execute(select(staff.c.staff_code).where(staff.c.role == "reviewer")).scalars().all()
    return ReviewDesk(seed, Reviewers(seed, people, habits))


def work_of(kind: str, code: str, staff_code: str, outcome: str | None) -> Work:
    """A piece of work as `samples` names it: of a case the outcome is its kind."""
    return Work(kind, code, staff_code, kind == "case" and outcome == COMPLAINT)


def _waiting(tx: Transaction) -> Sequence[Any]:
    samples = metadata.tables["samples"]
    return _select(tx, samples.c.state == "waiting", samples.c.reviewer.is_not(None))


def _samples(tx: Transaction, codes: Sequence[str]) -> Sequence[Any]:
    return _select(tx, metadata.tables["samples"].c.sample_code.in_(codes)) if codes else []


def _select(tx: Transaction, *which: Any) -> Sequence[Any]:
    samples, draws = metadata.tables["samples"], metadata.tables["quality_draws"]
    return tx.execute(
        select(
            samples.c.sample_code,
            samples.c.subject_kind,
            samples.c.subject_code,
            samples.c.staff_code,
            samples.c.outcome,
            samples.c.reviewer,
            samples.c.second_reviewer,
            draws.c.draw_code,
            draws.c.drawn_at,
            draws.c.due_on,
        )
        .join_from(samples, draws, samples.c.draw_code == draws.c.draw_code)
        .where(*which)
        .order_by(samples.c.sample_code)
    ).all()


def _task(row: Any, criteria: Sequence[Criterion]) -> Task:
    return Task(
        sample_code=row.sample_code,
        work=work_of(row.subject_kind, row.subject_code, row.staff_code, row.outcome),
        reviewer=row.reviewer,
        second_reviewer=row.second_reviewer,
        drawn_on=row.drawn_at.astimezone(TIME_ZONE).date(),
        due_on=row.due_on,
        criteria=tuple(criteria),
    )


def _criteria(tx: Transaction, codes: Sequence[str]) -> Mapping[str, Sequence[Criterion]]:
    """Sample → what it is scored by."""
    from guanjia.pipelines.quality_sampling.judging import criteria_of

    return criteria_of(tx, codes)


def _working_days(first: date, last: date) -> list[date]:
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [day for day in days if is_working_day(day)] or [last]


def _lay(path: Path, text: str) -> Path:
    written = write_text(path, text)
    lain_since = (datetime.now(TIME_ZONE) - LIES_FOR).timestamp()
    os.utime(written, (lain_since, lain_since))
    return written
