"""Invented reviewers: the same work is worth the same, errors cancel out, some things go wrong."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from statistics import fmean

from guanjia.domain.quality_scores import Criterion
from guanjia.sample.reviewers import (
    APPEAL_HEADERS,
    SCORE_HEADERS,
    Habits,
    Reviewers,
    Task,
    Work,
    appeals_text,
    score_of,
    scores_text,
    true_scores,
)
from guanjia.settings import TIME_ZONE

CRITERIA = (
    Criterion("greeting", Decimal(30), False, Decimal(80)),
    Criterion("answer", Decimal(50), True, Decimal(80)),
    Criterion("closing", Decimal(20), False, Decimal(80)),
)
MONDAY, DUE = date(2026, 11, 23), date(2026, 11, 27)
DAYS = [date(2026, 11, day) for day in (23, 24, 25, 26, 27, 30)]
PEOPLE = ("R1", "R2", "R3")


def task(number: int, second: str | None = None) -> Task:
    work = Work("case", f"G{number}", f"A{number % 20}", number % 5 == 0)
    return Task(f"Q{number}", work, PEOPLE[number % 3], second, MONDAY, DUE, CRITERIA)


def test_the_same_work_is_worth_the_same_whoever_scores_it() -> None:
    scores = [true_scores(1, task(number).work, CRITERIA) for number in range(400)]
    assert scores == [true_scores(1, task(number).work, CRITERIA) for number in range(400)]
    assert scores != [true_scores(2, task(number).work, CRITERIA) for number in range(400)]
    critical = [number for number, given in enumerate(scores) if any(one.is_critical for one in given.values())]
    assert 0 < len(critical) < 40
    plain, complaints = (
        fmean(float(score_of(given, CRITERIA)) for n, given in enumerate(scores) if (n % 5 == 0) == is_complaint)
        for is_complaint in (False, True)
    )
    assert complaints < plain - 4


def test_reviewers_find_the_truth_on_average() -> None:
    """Biases cancel out, and nobody's error is cut off at the ends of the scale."""
    reviewers = Reviewers(1, PEOPLE, Habits(unreturned=0, wrong_reviewer=0, out_of_range=0))
    apart = []
    for number in range(600):
        truth = true_scores(1, task(number).work, CRITERIA)
        apart += [one.points - truth[one.criterion].points for one in reviewers.score(task(number), DAYS)]
    assert len(apart) == 1_800 and abs(fmean(apart)) < 0.15 and max(map(abs, apart)) <= 5


def test_some_samples_never_come_back_and_some_from_somebody_else() -> None:
    reviewers = Reviewers(1, PEOPLE, Habits(out_of_range=0.02))
    written = [reviewers.score(task(number), DAYS) for number in range(600)]
    assert 2 <= sum(not scores for scores in written) <= 30
    strangers = [one for n, scores in enumerate(written) for one in scores if one.reviewer != task(n).reviewer]
    assert 3 <= len({one.sample_code for one in strangers}) <= 20
    assert 1 <= sum(one.points == 101 for scores in written for one in scores) <= 40


def test_two_score_what_is_scored_twice_each_for_themselves() -> None:
    reviewers = Reviewers(1, PEOPLE, Habits(unreturned=0, wrong_reviewer=0))
    found = reviewers.score(task(3, second="R2"), DAYS)
    assert {one.reviewer for one in found} == {"R1", "R2"} and len(found) == 6


def test_one_agent_in_twenty_appeals() -> None:
    reviewers, until = Reviewers(1, PEOPLE), datetime(2026, 12, 2, 23, 59, tzinfo=TIME_ZONE)
    found = [reviewers.appeal(f"Q{number}", "A1", DUE, until) for number in range(1_000)]
    appeals = [one for one in found if one]
    assert 30 <= len(appeals) <= 75
    assert 0 < sum(one.appealed_at > until for one in appeals) < len(appeals) / 3


def test_files_are_what_the_data_contract_says() -> None:
    reviewers = Reviewers(1, PEOPLE, Habits(unreturned=0, wrong_reviewer=0))
    lines = scores_text(reviewers.score(task(1), DAYS)).splitlines()
    assert lines[0] == ",".join(SCORE_HEADERS) and len(lines) == 4 and lines[1].startswith("Q1,R2,greeting,")
    assert appeals_text([]).strip() == ",".join(APPEAL_HEADERS)
