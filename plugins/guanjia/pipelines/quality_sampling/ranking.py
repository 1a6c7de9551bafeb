"""The monthly ranking of agents (QC-01): quality, volume, attendance and adherence, by weights that are a setting.

Knowledge, which the rule names too, is not in any register; the pages say so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from guanjia.domain.quality_periods import month_bounds
from guanjia.domain.quality_ranking import PARTS, AgentMonth, Ranked, best_pace, rank
from guanjia.pipelines.quality_sampling.frame import prepare_teams
from guanjia.pipelines.quality_sampling.served import day_of
from guanjia.settings import TIME_ZONE
from guanjia.store.business_settings import required_setting
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute

_CENT = Decimal("0.01")


def rank_month(transaction: Transaction, run: Run, at: datetime, month: str) -> int:
    """Rank the agents of a month that is being closed.

    Args:
        transaction: open transaction; the month's results are measured, the communities served are known.
        run: run the rows are written by.
        at: instant worked at; the settings are those of its day.
        month: YYYY-MM.

    Returns:
        Rows written, those that differ only.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    starts_at, ends_at = month_bounds(month, TIME_ZONE)
    first_day, last_day = starts_at.date(), ends_at.date() - timedelta(days=1)
    prepare_teams(transaction)
    rows = execute(
        transaction, "quality_sampling/list_agent_months", period=month, first_day=first_day, last_day=last_day
    ).all()
    weights = ranking_weights(transaction, at)
    months = [_month_of(row) for row in rows]
    least_scored = int(str(required_setting(transaction, "quality_ranking_least_scored", day_of(at))))
    least_shifts = int(str(required_setting(transaction, "quality_ranking_least_shifts", day_of(at))))
    ranked = rank(months, weights, least_scored=least_scored, least_shifts=least_shifts)
    intervals = {row.staff_code: (row.low_95, row.high_95, row.scored) for row in rows}
    pace = best_pace(months, least_shifts)
    return _write(transaction, run, at, month, ranked, _explanations(ranked, weights, pace, intervals))


def ranking_weights(transaction: Transaction, at: datetime) -> dict[str, Decimal]:
    """Part of the ranking → weight, as in force on the day of an instant.

    Raises:
        SettingsError: the stored setting cannot be read.
    """
    pairs = required_setting(transaction, "quality_ranking_weights", day_of(at))
    assert isinstance(pairs, tuple)
    return {name: Decimal(weight) for name, _sign, weight in (pair.partition("=") for pair in pairs)}


def _month_of(row: Any) -> AgentMonth:
    return AgentMonth(
        staff_code=row.staff_code,
        team_code=row.team_code or "",
        mean_score=row.mean_score,
        scored=row.scored,
        items=int(row.items),
        shifts_attended=row.shifts_attended,
        shifts_due=row.shifts_due,
        shift_minutes=row.shift_minutes,
        logged_in_minutes=int(row.logged_in_minutes),
    )


def _explanations(
    ranked: list[Ranked],
    weights: Mapping[str, Decimal],
    pace: Decimal | None,
    intervals: Mapping[str, tuple[Decimal | None, Decimal | None, int]],
) -> dict[str, dict[str, Any]]:
    """By agent: the weights that counted, the pace that is worth 100, the mean's interval and on how many items."""
    found = {}
    for each in ranked:
        low, high, scored = intervals[each.agent.staff_code]
        found[each.agent.staff_code] = {
            "weights": {part: str(weights.get(part, 0)) for part in PARTS if part in each.points},
            "best_quarter_items_a_shift": None if pace is None else str(pace.quantize(_CENT)),
            "items_a_shift": _text(each.agent.items_a_shift),
            "low_95": _text(low),
            "high_95": _text(high),
            "scored": scored,
        }
    return found


def _text(number: Decimal | None) -> str | None:
    return None if number is None else str(number.quantize(_CENT))


def _write(
    transaction: Transaction,
    run: Run,
    at: datetime,
    month: str,
    ranked: list[Ranked],
    explanations: Mapping[str, Mapping[str, Any]],
) -> int:
    agents = [each.agent for each in ranked]
    return execute(
        transaction,
        "quality_sampling/write_rankings",
        period=month,
        staff_codes=[each.staff_code for each in agents],
        team_codes=[each.team_code or None for each in agents],
        places=[each.place for each in ranked],
        team_places=[each.team_place for each in ranked],
        totals=[each.total for each in ranked],
        **{f"{part}_points": [each.points.get(part) for each in ranked] for part in PARTS},
        items=[each.items for each in agents],
        shifts_attended=[each.shifts_attended for each in agents],
        shifts_due=[each.shifts_due for each in agents],
        shift_minutes=[each.shift_minutes for each in agents],
        logged_in_minutes=[each.logged_in_minutes for each in agents],
        unranked_reasons=[each.reason or None for each in ranked],
        explanations=[json.dumps(explanations[each.staff_code], ensure_ascii=False) for each in agents],
        at=at,
        run_id=run.run_id,
    ).rowcount
