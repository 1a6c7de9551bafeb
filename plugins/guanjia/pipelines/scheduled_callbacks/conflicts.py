"""Results of one callback that cannot both be right: both are kept, and the pair is told.

Two agents, or two workbooks, may report on one callback. A customer who was reached cannot have been out of reach a
little while before or after; one who was reached twice may have been asked twice, and say different things; a result
may come back changed. Nobody here decides who is right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, pairwise

from guanjia.domain.attempts import Terms
from guanjia.pipelines.scheduled_callbacks.reports import Conflict, Edition, Report

_TRIED_AGAIN = frozenset({"no_answer", "busy"})
"""Outcomes after which the same agent may ring again a little later, and reach the customer."""

_CONTRADICTING = frozenset({"no_answer", "busy", "wrong_number", "refused"})


def find_conflicts(
    contents: Sequence[Sequence[Edition]], terms: Callable[[Report], Terms]
) -> Iterator[tuple[Conflict, Edition]]:
    """Pairs of contents of one callback that contradict each other.

    Worked example: no answer at 10:00 in one workbook and reached at 11:00 in another is a conflict (`outcome`), for
    one of the two is wrong or they called behind each other's back; reached at 15:00 is none. Nor is it one if the
    same agent wrote both: she rang again.

    Args:
        contents: per attempt, in the order they were made, its contents; the last one counts.
        terms: what the ladder goes by on the day of an attempt.

    Yields:
        The pair, and the later of its contents.
    """
    for editions in contents:
        for one, other in pairwise(editions):
            before, after = one.report, other.report
            if (before.outcome, before.satisfaction) != (after.outcome, after.satisfaction):
                yield _pair(one, other, "changed"), other
    for one, other in combinations([editions[-1] for editions in contents], 2):
        kind = _contradiction(one, other, terms)
        if kind is not None:
            yield _pair(one, other, kind), other


def _contradiction(one: Edition, other: Edition, terms: Callable[[Report], Terms]) -> str | None:
    first, second = one.report, other.report
    if first.staff_code == second.staff_code and first.loaded_from == second.loaded_from:
        return None
    if first.outcome == second.outcome == "reached":
        said = {first.satisfaction, second.satisfaction}
        return "satisfaction" if None not in said and len(said) > 1 else None
    outcomes = {first.outcome, second.outcome}
    if "reached" not in outcomes or not outcomes & _CONTRADICTING:
        return None
    if first.staff_code == second.staff_code and first.outcome in _TRIED_AGAIN:
        return None
    rules = terms(second)
    is_same_day = first.attempted_at.astimezone(rules.zone).date() == second.attempted_at.astimezone(rules.zone).date()
    is_same_part = is_same_day and one.day_part is not None and one.day_part == other.day_part
    return "outcome" if is_same_part or second.attempted_at - first.attempted_at < rules.apart else None


def _pair(one: Edition, other: Edition, kind: str) -> Conflict:
    first, second = one.report, other.report
    return Conflict(first.callback_code, first.attempted_at, one.number, second.attempted_at, other.number, kind)
