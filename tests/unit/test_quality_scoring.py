"""Judging all that was reported of a sample: again changes nothing, whenever somebody looked (QC-01)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanjia.domain.quality_scores import Criterion
from guanjia.pipelines.quality_sampling.score_rows import Content, JudgedContent, JudgedSample, Outcomes
from guanjia.pipelines.quality_sampling.scoring import Terms, judge_sample
from guanjia.settings import TIME_ZONE

pytestmark = pytest.mark.rule("QC-01")

MONDAY: Final = datetime(2026, 11, 23, tzinfo=TIME_ZONE)
DAY: Final = timedelta(days=1)
CRITERIA: Final = [
    Criterion("greeting", Decimal(40), False, Decimal(80)),
    Criterion("answer", Decimal(60), True, Decimal(80)),
]
SAMPLE: Final = JudgedSample(
    sample_code="S",
    draw_code="W",
    staff_code="A1",
    team_code="T1",
    community_code="001",
    reviewer="R1",
    second_reviewer="R2",
    state="waiting",
    score=None,
    is_critical=None,
    is_nonconforming=None,
    scored_by=None,
    scored_at=None,
    second_score=None,
    second_nonconforming=None,
    is_audit=False,
    told_at=None,
    final_at=None,
    appeal_reviewer=None,
    appeal_outcome=None,
    is_appealed=False,
    is_contested=False,
    month="2026-11",
    is_month_closed=False,
)


def terms(day: int) -> Terms:
    """As a run so many days after the draw has it: ten days to score."""
    return Terms(MONDAY + day * DAY, MONDAY, MONDAY + 10 * DAY, date(2026, 11, 27), CRITERIA, Decimal(20))


def content(reviewer: str, criterion: str, score: int, day: int) -> Content:
    at = MONDAY + day * DAY
    return Content(
        "S", reviewer, "T1" if reviewer == "R4" else "", criterion, Decimal(score), False, None, at, None, ""
    )


contents: Final = st.builds(
    content,
    st.sampled_from(["R1", "R1", "R2", "R3", "R4", "A1"]),
    st.sampled_from(["greeting", "answer", "answer", "beauty"]),
    st.sampled_from([10, 79, 80, 100]),
    st.integers(-1, 12),
)


def look(
    sample: JudgedSample, reported: list[Content], judged: list[JudgedContent], day: int
) -> tuple[JudgedSample, list[JudgedContent], Outcomes]:
    """One run: what the sample and the judgements are afterwards."""
    found = Outcomes()
    ordered = sorted(reported, key=lambda each: (each.reviewer, each.criterion))  # stable: in the order they came
    judge_sample(sample, ordered, judged, terms(day), found)
    rows = {(each.reviewer, each.criterion, each.edition): each for each in judged}
    for each in found.editions:
        said = each.content
        rows[said.reviewer, said.criterion, each.number] = JudgedContent(
            said.sample_code,
            said.reviewer,
            said.criterion,
            each.number,
            said.score,
            said.is_critical,
            said.remark,
            said.scored_at,
            each.verdict,
            each.reason,
            None,
            "",
        )
    for _sample, standing, _anew in found.standings:
        sample = replace(sample, **{name: getattr(standing, name) for name in standing.__slots__})
    return sample, [rows[key] for key in sorted(rows)], found


@given(st.lists(contents, max_size=14), st.lists(st.booleans(), min_size=14, max_size=14))
def test_it_does_not_matter_how_often_somebody_looked_and_again_changes_nothing(
    reported: list[Content], looks: list[bool]
) -> None:
    once, judged_once, _found = look(SAMPLE, reported, [], 13)
    sample, judged = SAMPLE, list[JudgedContent]()
    for n, is_looked in enumerate(looks[: len(reported)], 1):
        if is_looked:
            sample, judged, _found = look(sample, reported[:n], judged, 13)
    sample, judged, _found = look(sample, reported, judged, 13)
    assert (sample, judged) == (once, judged_once)
    _sample, _judged, again = look(sample, reported, judged, 14)
    assert (again.editions, again.standings, again.expired) == ([], [], {})
    assert not [each for each in again.remarks if each.kind != "disagreement"]


@given(st.lists(contents, max_size=14), st.lists(contents, max_size=8))
def test_after_the_close_no_figure_changes_but_the_blind_second_score(
    before: list[Content], after: list[Content]
) -> None:
    sample, judged, _found = look(SAMPLE, before, [], 5)
    if sample.state != "scored":
        return
    closed = replace(sample, state="final", final_at=MONDAY + 6 * DAY)
    later, judged, found = look(closed, before + after, judged, 13)
    assert replace(later, second_score=None, second_nonconforming=None) == replace(
        closed, second_score=None, second_nonconforming=None
    )
    assert {each.verdict for each in found.editions if each.content.reviewer == "R1" and each.is_new} <= {"kept"}


@given(st.lists(contents, max_size=14))
def test_of_each_score_one_content_counts_at_most_and_only_of_those_assigned(reported: list[Content]) -> None:
    sample, judged, found = look(SAMPLE, reported, [], 13)
    counting = [each for each in judged if each.verdict in ("counted", "second")]
    assert len({(each.reviewer, each.criterion) for each in counting}) == len(counting)
    assert {each.reviewer for each in counting} <= {"R1", "R2"}
    assert all(MONDAY <= each.scored_at < MONDAY + 10 * DAY for each in counting)
    distinct = {(each.reviewer, each.criterion, *each.said) for each in reported}
    assert distinct == {(each.reviewer, each.criterion, *each.said) for each in judged}  # nothing reported is lost
    kept = {(each.reviewer, each.reason) for each in judged if each.verdict == "kept"}
    told = [each for each in found.remarks if each.kind.startswith("score_")]
    assert {(each.detail["reviewer"], each.kind.removeprefix("score_")) for each in told} == kept
    assert (sample.state, sample.scored_by) in (("scored", "R1"), ("scored", "R2"), ("expired", None))
