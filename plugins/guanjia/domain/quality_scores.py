"""Scores of an item and what counts: by whom, for what, when; appeals likewise (QC-01, QC-03).

Nothing that was reported is lost: what does not count is kept with the reason and told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Literal

_CENT: Final = Decimal("0.01")

Verdict = Literal["counted", "second", "kept"]
KeptReason = Literal[
    "", "not_assigned", "own_work", "own_team", "before_draw", "after_close", "other_criterion", "expired"
]
AppealReason = Literal["", "late", "not_entitled", "not_scored", "again", "expired"]


@dataclass(frozen=True)
class Criterion:
    """A criterion of a draw.

    Attributes:
        name: its name.
        weight: weight in the score, above 0.
        is_critical: failing it is a critical error.
        pass_score: score from which it is passed, 0 to 100.
    """

    name: str
    weight: Decimal
    is_critical: bool
    pass_score: Decimal


@dataclass(frozen=True)
class GivenScore:
    """What a reviewer said of a criterion: score, 0 to 100, and whether there was a critical error."""

    score: Decimal
    is_critical: bool = False


@dataclass(frozen=True)
class ItemScore:
    """The score of an item.

    Attributes:
        score: weighted mean, 0 to 100, to the hundredth.
        is_critical: a critical error was found, or a critical criterion failed.
        is_nonconforming: critical, or under the pass mark.
        failed: criteria that were failed, in the order of the criteria.
    """

    score: Decimal
    is_critical: bool
    is_nonconforming: bool
    failed: tuple[str, ...]


def item_score(criteria: Iterable[Criterion], given: Mapping[str, GivenScore]) -> ItemScore | None:
    """The score of an item by one reviewer.

    The pass mark is the weighted mean of the criteria's: where all pass from 80, it is 80. Worked example: 90 of weight
    60 and 60 of weight 40: 78.00, nonconforming.

    Args:
        criteria: what is scored.
        given: criterion → what the reviewer said.

    Returns:
        The score; None: not all criteria are scored yet, or there are none.
    """
    wanted = list(criteria)
    if not wanted or any(each.name not in given for each in wanted):
        return None
    whole = sum((each.weight for each in wanted), Decimal(0))
    score = sum((each.weight * given[each.name].score for each in wanted), Decimal(0)) / whole
    mark = sum((each.weight * each.pass_score for each in wanted), Decimal(0)) / whole
    failed = tuple(
        each.name for each in wanted if given[each.name].score < each.pass_score or given[each.name].is_critical
    )
    critical = any(
        given[each.name].is_critical or (each.is_critical and given[each.name].score < each.pass_score)
        for each in wanted
    )
    return ItemScore(score.quantize(_CENT, ROUND_HALF_UP), critical, critical or score < mark, failed)


@dataclass(frozen=True)
class Scoring:
    """What decides whether a reported score of a sample counts.

    Attributes:
        staff_code: agent whose work it is.
        team_code: the agent's team on that day; empty: none.
        drawn_at: instant from which it could be scored.
        expires_at: instant from which scores no longer count, exclusive end of the time for scoring.
        final_at: instant from which it stays as it is: it was closed, or appealed against; None: open. Whoever scores
            again after an appeal is not bound by it.
        second_final_at: instant the blind second score was closed; None: open. It changes no figure, and may come after
            the score was closed.
        reviewer: who scores; empty: nobody was found.
        second_reviewer: who scores a second time, blind; empty: nobody.
        appeal_reviewer: who scores again after an appeal that is open; empty: nobody.
        criteria: names of the criteria to be scored.
    """

    staff_code: str
    team_code: str
    drawn_at: datetime
    expires_at: datetime
    final_at: datetime | None
    second_final_at: datetime | None
    reviewer: str
    second_reviewer: str
    appeal_reviewer: str
    criteria: frozenset[str]


@dataclass(frozen=True)
class ReportedScore:
    """A reported score.

    Attributes:
        reviewer: who scored.
        reviewer_team: the reviewer's team on the day of the item; empty: none.
        criterion: of what.
        scored_at: when.
        known_at: as_of of the run that judges it: what was closed stays closed, whatever day stands on a changed score.
            Whether the time for scoring was kept goes by scored_at: when it was loaded does not matter.
    """

    reviewer: str
    reviewer_team: str
    criterion: str
    scored_at: datetime
    known_at: datetime


def judge_score(scoring: Scoring, reported: ReportedScore) -> tuple[Verdict, KeptReason]:
    """Whether a reported score counts.

    Returns:
        counted: the first reviewer's, or the one's who scores again after an appeal; second: the blind one; kept: it
        does not count, with the reason.
    """
    reason = _why_kept(scoring, reported)
    if reason:
        return "kept", reason
    return ("second", "") if reported.reviewer == scoring.second_reviewer else ("counted", "")


def _why_kept(scoring: Scoring, reported: ReportedScore) -> KeptReason:
    if reported.reviewer == scoring.staff_code:
        return "own_work"
    if reported.reviewer not in {scoring.reviewer, scoring.second_reviewer, scoring.appeal_reviewer}:
        is_own_team = scoring.team_code and reported.reviewer_team == scoring.team_code
        return "own_team" if is_own_team else "not_assigned"
    if reported.criterion not in scoring.criteria:
        return "other_criterion"
    if reported.scored_at < scoring.drawn_at:
        return "before_draw"
    is_second = reported.reviewer == scoring.second_reviewer
    is_again = reported.reviewer == scoring.appeal_reviewer
    final_at = scoring.second_final_at if is_second else None if is_again else scoring.final_at
    if final_at is not None and reported.known_at >= final_at:
        return "after_close"
    if not is_again and reported.scored_at >= scoring.expires_at:
        return "expired"
    return ""


@dataclass(frozen=True)
class AppealStanding:
    """What decides whether an appeal is taken.

    Attributes:
        staff_code: agent whose work it is.
        leaders: leaders of the agent's team of that day.
        state: state of the sample: waiting, scored, appealed, final or expired.
        appeal_until: end of the time for appeals, inclusive; None: the agent was not told yet.
        was_decided: an appeal was decided before, or is open.
    """

    staff_code: str
    leaders: frozenset[str]
    state: str
    appeal_until: datetime | None
    was_decided: bool


def refuse_appeal(standing: AppealStanding, staff_code: str, appealed_at: datetime) -> AppealReason:
    """Why an appeal is refused; empty: it is taken.

    Args:
        standing: of the sample.
        staff_code: who appeals.
        appealed_at: when.
    """
    if staff_code != standing.staff_code and staff_code not in standing.leaders:
        return "not_entitled"
    if standing.state == "expired":
        return "expired"
    if standing.state == "waiting":
        return "not_scored"
    if standing.was_decided:
        return "again"
    if standing.appeal_until is not None and appealed_at > standing.appeal_until:
        return "late"
    return ""
