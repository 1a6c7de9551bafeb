"""How far two reviewers agree who have scored the same item, blind: Cohen's kappa of conforming and nonconforming."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from guanjia.domain.agreement import cohen_kappa
from guanjia.domain.quality_scores import Criterion, GivenScore, ItemScore, item_score
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute

_PLACES = 4


def measure_agreement(transaction: Transaction, run: Run, at: datetime, chosen: Mapping[str, Any]) -> int:
    """Compute a period's agreement from what both reviewers reported; what appeals changed is none of it.

    Where both found everything conforming (or nothing), kappa is undefined: chance would have agreed as well.

    Args:
        transaction: open transaction.
        run: run the row is written by.
        at: instant worked at.
        chosen: period, its bounds and whether it is a month, as the statement takes them.

    Returns:
        Rows written: 1, or 0 where nothing differs.
    """
    pairs = _pairs(execute(transaction, "quality_sampling/list_double_scores", **chosen).all())
    counts = [[0, 0], [0, 0]]
    for first, second in pairs:
        counts[first.is_nonconforming][second.is_nonconforming] += 1
    found = cohen_kappa(counts)
    apart = sum((abs(first.score - second.score) for first, second in pairs), Decimal(0))
    return execute(
        transaction,
        "quality_sampling/write_agreement",
        period=chosen["period"],
        pairs=len(pairs),
        both_conforming=counts[0][0],
        first_only=counts[1][0],
        second_only=counts[0][1],
        both_nonconforming=counts[1][1],
        kappa=_rounded(found.kappa),
        low=_rounded(found.low),
        high=_rounded(found.high),
        mean_difference=round(apart / len(pairs), _PLACES) if pairs else None,
        at=at,
        run_id=run.run_id,
    ).rowcount


def _pairs(rows: Sequence[Any]) -> list[tuple[ItemScore, ItemScore]]:
    """First and second score of every item both have scored whole."""
    by_item: dict[tuple[str, bool], list[Any]] = {}
    for row in rows:
        by_item.setdefault((row.sample_code, row.is_first), []).append(row)
    scores = {key: score for key, of_it in by_item.items() if (score := _score(of_it)) is not None}
    return [
        (score, scores[code, False])
        for (code, is_first), score in scores.items()
        if is_first and (code, False) in scores
    ]


def _score(rows: Sequence[Any]) -> ItemScore | None:
    """The score of an item by one reviewer; None: not all criteria are scored."""
    if len(rows) < rows[0].criteria:
        return None
    return item_score(
        [Criterion(row.criterion, row.weight, row.is_critical_criterion, row.pass_score) for row in rows],
        {row.criterion: GivenScore(row.score, row.is_critical) for row in rows},
    )


def _rounded(number: float | None) -> Decimal | None:
    return None if number is None else round(Decimal(number), _PLACES)
