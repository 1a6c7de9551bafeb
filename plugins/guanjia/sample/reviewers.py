"""Invented reviewers: what every piece of work is worth in truth, what reviewers make of it, and who appeals.

Assumptions: every agent works at a level of their own; complaints are handled worse than the rest, and one piece of
work in seventy has a critical error. A reviewer is up to two points milder or harder than the truth, and errs a little
on every criterion, without being wrong on average; two in a hundred samples are never handed in, one in a hundred is
scored by somebody it was not given to, and now and then a score of 101 is typed. One agent in twenty appeals, half of
them rightly, some too late.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, NamedTuple

from guanjia.domain.quality_scores import Criterion
from guanjia.sample.draws import Bands, Draw
from guanjia.settings import TIME_ZONE

SCORE_HEADERS: Final = ("抽样编号", "质检员工号", "评分项", "得分", "致命差错", "评语", "评分时间")
APPEAL_HEADERS: Final = ("抽样编号", "申诉时间", "工号", "理由", "结果")

LEVELS: Final[Bands] = ((0.15, 76, 82), (0.7, 85, 92), (1.0, 92, 97))
"""How well agents work, points on average."""
ITEM_SPREAD, CRITERION_SPREAD, ERROR_SPREAD = 7, 8, 3
COMPLAINT_COSTS: Final = 9
CRITICAL_SHARE, CRITICAL_SHARE_OF_COMPLAINTS = 0.014, 0.04
CRITICAL_AT_MOST: Final = 50
BEST: Final = 100
TRULY_BEST, TRULY_PASSED = 95, 85
"""So far from the ends that nobody's error is cut off: on average reviewers find the truth."""
PASSED: Final = 80
STEP: Final = 5
"""Points are given in fives."""
WORK_BEGINS: Final = time(9)
MINUTES_AT_WORK: Final = 480
COMMENTS: Final = ("开场语不完整", "未复述诉求", "解答不准确", "语速偏快", "服务规范")
REASONS: Final = ("录音可证已复述诉求", "客户当时要求先不登记", "评分项与本通话无关")
_CENT: Final = Decimal("0.01")


class Work(NamedTuple):
    """A call or a closed case."""

    kind: str
    code: str
    staff_code: str
    is_complaint: bool = False


class Given(NamedTuple):
    """A score of a criterion."""

    points: int
    is_critical: bool


@dataclass(frozen=True)
class Habits:
    """How often what happens."""

    bias: int = 2
    """Points, at most, a reviewer is milder or harder than the truth."""
    error: int = ERROR_SPREAD
    """Points, at most, a reviewer errs on a criterion."""
    second_error: int = ERROR_SPREAD
    """Likewise, of who scores a second time."""
    unreturned: float = 0.02
    wrong_reviewer: float = 0.01
    out_of_range: float = 0.005
    late: float = 0.02
    """Handed in after the time for scoring, within the grace."""
    appeals: float = 0.05
    appeals_late: float = 0.1
    appeals_changed: float = 0.5


class Task(NamedTuple):
    """A sample somebody is to score."""

    sample_code: str
    work: Work
    reviewer: str
    second_reviewer: str | None
    drawn_on: date
    """Day of the draw, Monday."""
    due_on: date
    criteria: tuple[Criterion, ...]


class Score(NamedTuple):
    """A row of quality_scores."""

    scored_at: datetime
    sample_code: str
    reviewer: str
    criterion: str
    points: int
    is_critical: bool
    comment: str

    def cells(self) -> tuple[str, ...]:
        """As a reviewer's workbook holds it, under `SCORE_HEADERS`."""
        critical = "是" if self.is_critical else "否"
        at = f"{self.scored_at.astimezone(TIME_ZONE):%Y-%m-%d %H:%M}"
        return self.sample_code, self.reviewer, self.criterion, str(self.points), critical, self.comment, at


class Appeal(NamedTuple):
    """A row of quality_appeals."""

    appealed_at: datetime
    sample_code: str
    staff_code: str
    reason: str
    outcome: str = ""

    def cells(self) -> tuple[str, ...]:
        """As it is typed, under `APPEAL_HEADERS`."""
        at = f"{self.appealed_at.astimezone(TIME_ZONE):%Y-%m-%d %H:%M}"
        return self.sample_code, at, self.staff_code, self.reason, self.outcome


def true_scores(seed: int, work: Work, criteria: Sequence[Criterion]) -> dict[str, Given]:
    """What a piece of work is worth, criterion by criterion, whoever looks at it or nobody."""
    level = Draw(seed, "level", work.staff_code).within(LEVELS)
    draw = Draw(seed, "work", work.kind, work.code)
    level += draw.between(-ITEM_SPREAD, ITEM_SPREAD) - (COMPLAINT_COSTS if work.is_complaint else 0)
    fails = draw.chance(CRITICAL_SHARE_OF_COMPLAINTS if work.is_complaint else CRITICAL_SHARE)
    serious = [each.name for each in criteria if each.is_critical]
    failed = draw.pick(serious) if fails and serious else None
    found = {}
    for each in criteria:
        points = _in_steps(level + draw.between(-CRITERION_SPREAD, CRITERION_SPREAD))
        is_failed = each.name == failed
        if each.is_critical:  # only what is a critical error falls under its mark
            points = min(points, CRITICAL_AT_MOST) if is_failed else max(points, TRULY_PASSED)
        found[each.name] = Given(points, is_failed)
    return found


def score_of(given: dict[str, Given], criteria: Sequence[Criterion]) -> Decimal:
    """The weighted mean of a piece of work, to the hundredth."""
    whole = sum((each.weight for each in criteria), Decimal(0))
    points = sum((each.weight * given[each.name].points for each in criteria), Decimal(0))
    return (points / whole).quantize(_CENT, ROUND_HALF_UP)


class Reviewers:
    """Those who score, and the agents whose work it is."""

    def __init__(self, seed: int, people: Iterable[str], habits: Habits | None = None) -> None:
        """Who scores.

        Args:
            seed: another seed, other scores.
            people: staff codes of all who score; among them is found who scores by mistake.
            habits: how often what happens.
        """
        self.seed = seed
        self.people = sorted(people)
        self.habits = habits or Habits()
        self._biases = _balanced(self.people, self.habits.bias)

    def score(self, task: Task, working_days: Sequence[date]) -> list[Score]:
        """Everything that is written down of a sample, mistakes included; nothing of one that is never handed in.

        Args:
            task: the sample.
            working_days: days on which scoring is done, from the draw's on; those up to due_on, and some beyond.
        """
        found = self._by(task, task.reviewer, working_days)
        if task.second_reviewer:
            found += self._by(task, task.second_reviewer, working_days)
        draw = Draw(self.seed, "mistakes", task.sample_code)
        strangers = [one for one in self.people if one not in (task.reviewer, task.second_reviewer)]
        if strangers and draw.chance(self.habits.wrong_reviewer):
            found += self._write(task, draw.pick(strangers), _instant(draw, working_days[-1]))
        return found

    def score_again(self, task: Task, reviewer: str, at: datetime) -> list[Score]:
        """The truth, as somebody finds it who looks again after an appeal."""
        given = true_scores(self.seed, task.work, task.criteria)
        return [
            Score(at, task.sample_code, reviewer, name, one.points, one.is_critical, "复核")
            for name, one in given.items()
        ]

    def appeal(self, sample_code: str, staff_code: str, told_on: date, until: datetime) -> Appeal | None:
        """An agent's appeal against a score; most agents do not.

        Args:
            sample_code: the sample.
            staff_code: the agent.
            told_on: day the agent was told.
            until: end of the time for appeals.
        """
        draw = Draw(self.seed, "appeals", sample_code)
        if not draw.chance(self.habits.appeals):
            return None
        days = max(1, (until.astimezone(TIME_ZONE).date() - told_on).days)
        on = told_on + timedelta(days=draw.between(1, days))
        if draw.chance(self.habits.appeals_late):
            on = until.astimezone(TIME_ZONE).date() + timedelta(days=draw.between(1, 3))
        return Appeal(_instant(draw, on), sample_code, staff_code, draw.pick(REASONS))

    def is_changed(self, sample_code: str) -> bool:
        """Whether the agent is in the right."""
        return Draw(self.seed, "decisions", sample_code).chance(self.habits.appeals_changed)

    def _by(self, task: Task, reviewer: str, working_days: Sequence[date]) -> list[Score]:
        draw = Draw(self.seed, "scoring", task.sample_code, reviewer)
        if draw.chance(self.habits.unreturned):
            return []
        in_time = [day for day in working_days if day <= task.due_on] or list(working_days[:1])
        beyond = [day for day in working_days if day > task.due_on]
        day = draw.pick(beyond if beyond and draw.chance(self.habits.late) else in_time)
        return self._write(task, reviewer, _instant(draw, day))

    def _write(self, task: Task, reviewer: str, at: datetime) -> list[Score]:
        draw = Draw(self.seed, "written", task.sample_code, reviewer)
        given, bias, found = true_scores(self.seed, task.work, task.criteria), self._biases.get(reviewer, 0), []
        error = self.habits.second_error if reviewer == task.second_reviewer else self.habits.error
        for each in task.criteria:
            truth = given[each.name]
            points = max(0, min(BEST, truth.points + bias + draw.between(-error, error)))
            if draw.chance(self.habits.out_of_range / len(task.criteria)):
                points = BEST + 1
            comment = draw.pick(COMMENTS) if points < PASSED else ""
            found.append(Score(at, task.sample_code, reviewer, each.name, points, truth.is_critical, comment))
        return found


def scores_text(scores: Iterable[Score]) -> str:
    """A file of scores as it comes back, without the byte order mark."""
    return _text(SCORE_HEADERS, (one.cells() for one in scores))


def appeals_text(appeals: Iterable[Appeal]) -> str:
    """A file of appeals, without the byte order mark."""
    return _text(APPEAL_HEADERS, (one.cells() for one in appeals))


def _balanced(people: Sequence[str], most: int) -> dict[str, int]:
    """Biases from -most to most, in turn, that cancel out as nearly as can be."""
    steps = [0] + [sign * size for size in range(most, 0, -1) for sign in (1, -1)]
    return {one: steps[place % len(steps)] if most else 0 for place, one in enumerate(people)}


def _in_steps(points: int) -> int:
    return max(0, min(TRULY_BEST, STEP * round(points / STEP)))


def _instant(draw: Draw, day: date) -> datetime:
    at = datetime.combine(day, WORK_BEGINS, TIME_ZONE)
    return at + timedelta(minutes=draw.between(0, MINUTES_AT_WORK))


def _text(headers: Sequence[str], rows: Iterable[tuple[str, ...]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(headers)
    writer.writerows(rows)
    return text.getvalue()
