"""Judging all that was reported of one sample: pure, over rows; what counts at all is `domain.quality_scores`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from guanjia.domain.quality_scores import (
    Criterion,
    GivenScore,
    ItemScore,
    ReportedScore,
    Scoring,
    item_score,
    judge_score,
)
from guanjia.pipelines.quality_sampling.score_rows import (
    Content,
    Edition,
    JudgedContent,
    JudgedSample,
    Outcomes,
    Remark,
    Standing,
)
from guanjia.settings import TIME_ZONE

_BARRED: Final = ("not_assigned", "own_team")
"""Reasons that fall away when whoever scored is asked to score after all."""

_COUNTING: Final = ("counted", "second")
_NEVER: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Terms:
    """What judging a sample goes by.

    Attributes:
        at: instant of the run.
        drawn_at: start of the day of the draw.
        expires_at: end of the time for scoring, exclusive.
        due_on: day by which it was to be scored; the days of grace come after it.
        criteria: what it is scored by, in order.
        disagreement: points from which two scores of an item disagree.
    """

    at: datetime
    drawn_at: datetime
    expires_at: datetime
    due_on: date
    criteria: Sequence[Criterion]
    disagreement: Decimal


@dataclass(frozen=True, slots=True)
class WholeScore:
    """The score of an item by one reviewer, and the instant of the last part of it."""

    reviewer: str
    item: ItemScore
    scored_at: datetime


def judge_sample(
    sample: JudgedSample, contents: Sequence[Content], judged: Sequence[JudgedContent], terms: Terms, found: Outcomes
) -> None:
    """Judge every score of a sample and add what came of it.

    A content that does not count leaves the one before it as it is: what was written too late, or after the close,
    takes nobody's figure away. What was judged once keeps its verdict, but for the place it gives up to a later
    content, and for who is asked to score only afterwards.

    Args:
        sample: the sample.
        contents: what was reported of it, those of a reviewer and criterion in the order they came.
        judged: contents judged before, by number.
        terms: what judging goes by.
        found: what came of it so far.
    """
    new: dict[tuple[str, str], list[Content]] = defaultdict(list)
    old: dict[tuple[str, str], list[JudgedContent]] = defaultdict(list)
    for content in contents:
        new[content.reviewer, content.criterion].append(content)
    for each in judged:
        old[each.reviewer, each.criterion].append(each)
    editions: list[Edition] = []
    for key in sorted(new.keys() | old.keys()):
        editions += _settle(_number(new[key], old[key], sample, terms))
    found.editions += [each for each in editions if each.is_written]
    _note_kept(sample, editions, terms, found)
    _stand(sample, editions, terms, found)


def whole_score(reviewer: str | None, criteria: Sequence[Criterion], counting: Iterable[Content]) -> WholeScore | None:
    """The score of an item by one reviewer; None: not all of its criteria are scored.

    Args:
        reviewer: who scored; None: nobody.
        criteria: what it is scored by.
        counting: contents that count.
    """
    own = {each.criterion: each for each in counting if each.reviewer == reviewer}
    item = item_score(criteria, {name: GivenScore(each.score, each.is_critical) for name, each in own.items()})
    if reviewer is None or item is None:
        return None
    return WholeScore(reviewer, item, max(own[each.name].scored_at for each in criteria))


def counting_of(judged: Iterable[JudgedContent]) -> list[Content]:
    """The contents that count, of those judged."""
    return [_as_content(each) for each in judged if each.verdict in _COUNTING]


def _number(
    contents: Sequence[Content], judged: Sequence[JudgedContent], sample: JudgedSample, terms: Terms
) -> list[Edition]:
    """Contents of one score with their numbers and verdicts: those judged before, then those that are new."""
    scoring = _scoring(sample, terms)
    assigned = {scoring.reviewer, scoring.second_reviewer}
    editions = []
    for each in judged:
        verdict, reason, changed = each.verdict, each.reason, False
        if sample.final_at is None and each.reason in _BARRED and each.reviewer in assigned:
            verdict, reason = _judge(scoring, _as_content(each), "", terms)
            changed = (verdict, reason) != (each.verdict, each.reason)
        editions.append(Edition(_as_content(each), each.edition, verdict, reason, False, changed))
    counting = {each.content.said for each in editions if each.verdict in _COUNTING}
    kept = {each.content.said for each in editions if each.verdict == "kept"}
    for content in _following(contents, judged):
        if content.said in counting or content.said in kept:
            continue  # it was written over, by what does not count, and is there again
        verdict, reason = _judge(scoring, content, content.reviewer_team, terms)
        editions.append(Edition(content, len(editions) + 1, verdict, reason, True, True))
        if verdict in _COUNTING:
            counting = {content.said}
        else:
            kept.add(content.said)
    return editions


def _following(contents: Sequence[Content], judged: Sequence[JudgedContent]) -> Sequence[Content]:
    """The contents that follow those judged; the present one alone where somebody corrected the past by hand."""
    distinct = [each for n, each in enumerate(contents) if n == 0 or each.said != contents[n - 1].said]
    matched = after = 0
    for n, each in enumerate(distinct, 1):
        if matched < len(judged) and each.said == judged[matched].said:
            matched, after = matched + 1, n
    return distinct[after:] if matched == len(judged) else distinct[-1:]


def _judge(scoring: Scoring, content: Content, team: str, terms: Terms) -> tuple[str, str | None]:
    reported = ReportedScore(content.reviewer, team, content.criterion, content.scored_at, terms.at)
    verdict, reason = judge_score(scoring, reported)
    return verdict, reason or None


def _settle(editions: list[Edition]) -> list[Edition]:
    """Of the contents of one score that count only the last one does."""
    counting = [each for each in editions if each.verdict in _COUNTING]
    for each in counting[:-1]:
        each.verdict, each.is_written = "superseded", True
    return editions


def _scoring(sample: JudgedSample, terms: Terms) -> Scoring:
    final_at = sample.final_at
    if sample.state == "expired" and sample.is_month_closed:
        final_at = terms.drawn_at  # it was not scored when its month was closed, and stays so
    is_second = sample.scored_by is not None and sample.scored_by == sample.second_reviewer
    is_open = sample.is_appealed and sample.appeal_outcome is None
    if is_open or sample.is_contested:
        final_at = terms.drawn_at  # what an appeal is about stays as it is until somebody else has looked at it
    return Scoring(
        staff_code=sample.staff_code,
        team_code=sample.team_code or "",
        drawn_at=terms.drawn_at,
        expires_at=_NEVER if sample.is_audit else terms.expires_at,  # a correction is looked at again, however late
        final_at=final_at,
        second_final_at=final_at if is_second or sample.scored_by is None else None,
        reviewer=sample.reviewer or "",
        second_reviewer=sample.second_reviewer or "",
        appeal_reviewer=(sample.appeal_reviewer or "") if is_open else "",
        criteria=frozenset(each.name for each in terms.criteria),
    )


def _note_kept(sample: JudgedSample, editions: Sequence[Edition], terms: Terms, found: Outcomes) -> None:
    """One remark per reviewer and reason for what came in and does not count."""
    kept: dict[tuple[str, str], list[Edition]] = defaultdict(list)
    for each in editions:
        if each.is_new and each.verdict == "kept":
            kept[each.content.reviewer, str(each.reason)].append(each)
    for (reviewer, reason), several in sorted(kept.items()):
        first = several[0]
        detail: dict[str, Any] = {
            "sample_code": sample.sample_code,
            "staff_code": sample.staff_code,
            "reviewer": reviewer,
            "criteria": [each.content.criterion for each in several],
            "scored_at": max(each.content.scored_at for each in several).astimezone(TIME_ZONE).isoformat(),
            "told_to": reviewer,
        }
        subject = f"{sample.sample_code} {reviewer} {first.content.criterion}/{first.number}"
        found.remarks.append(Remark(f"score_{reason}", subject, sample.community_code, detail))


def _stand(sample: JudgedSample, editions: Sequence[Edition], terms: Terms, found: Outcomes) -> None:
    """What the scores that count make of the sample; of what is final only the blind second score may be missing."""
    counting = [each.content for each in editions if each.verdict in _COUNTING]
    first = whole_score(sample.reviewer, terms.criteria, counting)
    second = whole_score(sample.second_reviewer, terms.criteria, counting)
    is_over = terms.at >= terms.expires_at
    counts = first or (second if is_over else None)
    if is_over and counts is None and sample.is_audit and sample.state == "waiting":
        found.audits_waiting[sample.draw_code, sample.reviewer or "", terms.due_on].append(sample.sample_code)
    _compare(sample, first, second, terms, found)
    if counts is None and sample.scored_by is not None and sample.final_at is None:
        return  # it was scored, and no score is ever taken back
    if sample.final_at is None:
        standing = _standing(sample, counts, second, is_over=is_over and not sample.is_audit)
    else:
        standing = _with_second(_as_it_stands(sample), second)
    if standing == _as_it_stands(sample):
        return
    is_told_anew = (
        sample.told_at is not None
        and standing.state == "scored"
        and (standing.score, standing.is_critical, standing.is_nonconforming)
        != (sample.score, sample.is_critical, sample.is_nonconforming)
    )
    found.standings.append((sample, standing, is_told_anew))
    if standing.state == "expired" and sample.state != "expired" and sample.reviewer is not None:
        key = (sample.draw_code, sample.reviewer, terms.due_on)
        found.expired[key] = found.expired.get(key, 0) + 1
    if sample.is_month_closed and not sample.is_audit and sample.score is not None and standing.score != sample.score:
        found.remarks.append(after_close(sample, standing.score))


def after_close(sample: JudgedSample, score: Decimal | None) -> Remark:
    """A score that changed after the figures of its month were closed: they stay."""
    detail = {
        "sample_code": sample.sample_code,
        "staff_code": sample.staff_code,
        "score_before": _written(sample.score),
        "score_after": _written(score),
        "period": sample.month,
    }
    return Remark("after_close", sample.sample_code, sample.community_code, detail)


def _standing(sample: JudgedSample, counts: WholeScore | None, second: WholeScore | None, *, is_over: bool) -> Standing:
    if counts is None:
        state = "expired" if is_over else "waiting"
    else:
        state = "appealed" if sample.is_appealed and sample.appeal_outcome is None else "scored"
    return Standing(
        state=state,
        score=None if counts is None else counts.item.score,
        is_critical=None if counts is None else counts.item.is_critical,
        is_nonconforming=None if counts is None else counts.item.is_nonconforming,
        scored_by=None if counts is None else counts.reviewer,
        scored_at=None if counts is None else counts.scored_at,
        second_score=None if second is None else second.item.score,
        second_nonconforming=None if second is None else second.item.is_nonconforming,
    )


def _with_second(standing: Standing, second: WholeScore | None) -> Standing:
    if second is None:
        return standing
    return replace(standing, second_score=second.item.score, second_nonconforming=second.item.is_nonconforming)


def _as_it_stands(sample: JudgedSample) -> Standing:
    return Standing(
        state=sample.state,
        score=sample.score,
        is_critical=sample.is_critical,
        is_nonconforming=sample.is_nonconforming,
        scored_by=sample.scored_by,
        scored_at=sample.scored_at,
        second_score=sample.second_score,
        second_nonconforming=sample.second_nonconforming,
    )


def _compare(
    sample: JudgedSample, first: WholeScore | None, second: WholeScore | None, terms: Terms, found: Outcomes
) -> None:
    """Two blind scores that lie far apart are somebody's business; the first counts all the same."""
    if first is None or second is None:
        return
    is_apart = abs(first.item.score - second.item.score) >= terms.disagreement
    if not is_apart and first.item.is_nonconforming == second.item.is_nonconforming:
        found.agreeing.append(sample.sample_code)
        return
    detail: Mapping[str, Any] = {
        "sample_code": sample.sample_code,
        "staff_code": sample.staff_code,
        "reviewer": first.reviewer,
        "second_reviewer": second.reviewer,
        "score": _written(first.item.score),
        "second_score": _written(second.item.score),
        "nonconforming": first.item.is_nonconforming,
        "second_nonconforming": second.item.is_nonconforming,
    }
    found.remarks.append(Remark("disagreement", sample.sample_code, sample.community_code, dict(detail)))


def _as_content(judged: JudgedContent) -> Content:
    return Content(
        sample_code=judged.sample_code,
        reviewer=judged.reviewer,
        reviewer_team="",
        criterion=judged.criterion,
        score=judged.score,
        is_critical=judged.is_critical,
        remark=judged.remark,
        scored_at=judged.scored_at,
        loaded_from=judged.loaded_from,
        content_digest=judged.content_digest,
    )


def _written(score: Decimal | None) -> str | None:
    return None if score is None else f"{score:.2f}"
