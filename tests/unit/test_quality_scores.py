"""What a score is, and which scores and appeals count (QC-01)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanjia.domain.quality_scores import (
    AppealStanding,
    Criterion,
    GivenScore,
    ReportedScore,
    Scoring,
    item_score,
    judge_score,
    refuse_appeal,
)
from guanjia.settings import TIME_ZONE

pytestmark = pytest.mark.rule("QC-01")

MONDAY = datetime(2026, 11, 23, 5, tzinfo=TIME_ZONE)
DAY = timedelta(days=1)
POLITE = Criterion("polite", Decimal(60), False, Decimal(80))
CORRECT = Criterion("correct", Decimal(40), True, Decimal(80))
OPEN = Scoring("A", "T1", MONDAY, MONDAY + 10 * DAY, None, None, "R1", "R2", "", frozenset(("polite", "correct")))
SCORE = ReportedScore("R1", "Q", "polite", MONDAY + DAY, MONDAY + DAY)


def given_scores(polite: int, correct: int, *, is_critical: bool = False) -> dict[str, GivenScore]:
    return {"polite": GivenScore(Decimal(polite), is_critical), "correct": GivenScore(Decimal(correct))}


def test_the_worked_example_is_nonconforming_by_its_score_and_by_a_critical_criterion() -> None:
    found = item_score([POLITE, replace(CORRECT, is_critical=False)], given_scores(90, 60))
    assert found is not None
    assert (found.score, found.is_critical, found.is_nonconforming) == (Decimal("78.00"), False, True)
    found = item_score([POLITE, CORRECT], given_scores(100, 79))
    assert found is not None
    assert (found.score, found.is_critical, found.is_nonconforming) == (Decimal("91.60"), True, True)
    assert found.failed == ("correct",)


def test_a_critical_error_marked_by_hand_counts_whatever_the_score() -> None:
    found = item_score([POLITE, CORRECT], given_scores(100, 100, is_critical=True))
    assert found is not None and found.is_nonconforming and found.failed == ("polite",)


def test_exactly_the_pass_mark_conforms() -> None:
    found = item_score([POLITE, CORRECT], given_scores(80, 80))
    assert found is not None and not found.is_nonconforming and found.failed == ()


def test_half_a_score_is_none() -> None:
    assert item_score([POLITE, CORRECT], {"polite": GivenScore(Decimal(90))}) is None
    assert item_score([], {}) is None


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 100)), min_size=1, max_size=8))
def test_a_score_lies_between_the_lowest_and_the_highest(rows: list[tuple[int, int]]) -> None:
    criteria = [Criterion(str(n), Decimal(weight), False, Decimal(80)) for n, (weight, _score) in enumerate(rows)]
    found = item_score(criteria, {str(n): GivenScore(Decimal(score)) for n, (_weight, score) in enumerate(rows)})
    assert found is not None and min(s for _w, s in rows) <= found.score <= max(s for _w, s in rows)


def test_the_assigned_ones_count() -> None:
    assert judge_score(OPEN, SCORE) == ("counted", "")
    assert judge_score(OPEN, replace(SCORE, reviewer="R2")) == ("second", "")
    assert judge_score(replace(OPEN, appeal_reviewer="R3"), replace(SCORE, reviewer="R3")) == ("counted", "")


@pytest.mark.parametrize(
    ("scoring", "reported", "reason"),
    [
        (OPEN, replace(SCORE, reviewer="R9"), "not_assigned"),
        (OPEN, replace(SCORE, reviewer="A"), "own_work"),
        (OPEN, replace(SCORE, reviewer="R9", reviewer_team="T1"), "own_team"),
        (OPEN, replace(SCORE, criterion="other"), "other_criterion"),
        (OPEN, replace(SCORE, scored_at=MONDAY - DAY), "before_draw"),
        (replace(OPEN, final_at=MONDAY + DAY), replace(SCORE, known_at=MONDAY + 2 * DAY), "after_close"),
        (OPEN, replace(SCORE, scored_at=MONDAY + 10 * DAY), "expired"),
    ],
)
def test_what_does_not_count_is_kept_with_its_reason(scoring: Scoring, reported: ReportedScore, reason: str) -> None:
    assert judge_score(scoring, reported) == ("kept", reason)


def test_the_blind_second_score_may_come_after_the_close_and_changes_no_figure() -> None:
    closed, second = replace(OPEN, final_at=MONDAY + DAY), replace(SCORE, reviewer="R2", known_at=MONDAY + 2 * DAY)
    assert judge_score(closed, second) == ("second", "")
    assert judge_score(replace(closed, second_final_at=MONDAY + 2 * DAY), second) == ("kept", "after_close")


def test_a_score_made_in_time_counts_whenever_it_is_handed_in() -> None:
    assert judge_score(OPEN, replace(SCORE, known_at=MONDAY + 30 * DAY)) == ("counted", "")


def test_without_a_team_nobody_is_of_the_same_one() -> None:
    scoring = replace(OPEN, team_code="")
    assert judge_score(scoring, replace(SCORE, reviewer="R9", reviewer_team="")) == ("kept", "not_assigned")


SCORED = AppealStanding("A", frozenset("L"), "scored", MONDAY + 3 * DAY, False)


@pytest.mark.parametrize(
    ("standing", "who", "when", "reason"),
    [
        (SCORED, "A", MONDAY + 3 * DAY, ""),
        (SCORED, "L", MONDAY, ""),
        (replace(SCORED, appeal_until=None), "A", MONDAY, ""),
        (SCORED, "A", MONDAY + 3 * DAY + timedelta(seconds=1), "late"),
        (replace(SCORED, state="final"), "A", MONDAY + 9 * DAY, "late"),
        (SCORED, "B", MONDAY, "not_entitled"),
        (replace(SCORED, state="waiting"), "A", MONDAY, "not_scored"),
        (replace(SCORED, state="expired"), "A", MONDAY, "expired"),
        (replace(SCORED, was_decided=True), "A", MONDAY, "again"),
    ],
)
def test_appeals_in_time_by_whom_it_concerns_are_taken(
    standing: AppealStanding, who: str, when: datetime, reason: str
) -> None:
    assert refuse_appeal(standing, who, when) == reason
