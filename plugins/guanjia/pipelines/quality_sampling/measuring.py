"""Results of weeks and months (QC-01): means with 95 % intervals, critical rates, for agent, team, community, company.

Every item weighs the inverse of its probability. What was not scored is taken as missing by chance: a stratum's n and a
class's k are what was scored of them. A stratum of which nothing was scored at random is left out, and said so in the
share covered: the risky ones of its items do not speak for the others, and are not among the items sampled.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from guanjia.domain.design_estimates import Estimate, Observation, random_part, weighted_mean
from guanjia.domain.proportions import wilson
from guanjia.domain.quality_allocation import POOLED
from guanjia.domain.quality_periods import month_bounds
from guanjia.pipelines.quality_sampling.agreements import measure_agreement
from guanjia.pipelines.quality_sampling.lots import judge_lots
from guanjia.pipelines.quality_sampling.served import begin, day_of
from guanjia.settings import TIME_ZONE
from guanjia.store.business_settings import required_setting
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute

MONTH_END: Final = "month_end"
COMPANY: Final = ("company", "company")

_PLACES, _RATE_PLACES, _DIGITS = 4, 6, 9

_METHOD: Final = "1"
"""Counted up whenever results are computed in another way: open periods are computed anew then."""

Scope = tuple[str, str]
"""staff, team, community or company, and its code."""


@dataclass
class Scored:
    """What a scope's result is made of.

    Attributes:
        population: items that could be drawn.
        covered: of these, lie in strata of which something was scored.
        drawn: items drawn.
        open_items: of the drawn ones, not closed yet.
        observations: scored items of the strata covered, in the order of their codes.
        at_random: of these, drawn at random.
        critical: of the observations, with a critical error: 1, else 0; in the same order.
    """

    population: int = 0
    covered: Decimal = Decimal(0)
    drawn: int = 0
    open_items: int = 0
    observations: list[Observation] = field(default_factory=list)
    at_random: list[Observation] = field(default_factory=list)
    critical: list[float] = field(default_factory=list)


def measure(transaction: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Compute the results of every week and month in which something changed, and how far reviewers agree in them.

    What a period's results were computed from is kept as a digest; the same digest: nothing is computed anew.

    Args:
        transaction: open transaction, after scores were taken for the same as_of.
        run: run the rows are written by.
        as_of: aware instant.

    Returns:
        ``results_measured``, ``agreements_measured``: rows written, those that differ only.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    at = begin(transaction, as_of)
    counts = {"results_measured": 0, "agreements_measured": 0}
    for row in execute(transaction, "quality_sampling/find_periods_to_measure").all():
        is_month = row.kind == MONTH_END
        if _digest(transaction, at, row.period, is_month=is_month) == row.inputs_digest:
            continue
        if is_month:
            judge_lots(transaction, at, row.period, run)
        for name, written in measure_period(transaction, run, at, row.period, is_month=is_month).items():
            counts[name] += written
        digest = _digest(transaction, at, row.period, is_month=is_month)  # of the lots as they were judged just now
        execute(transaction, "quality_sampling/note_measured", period=row.period, digest=digest)
    return counts


def measure_period(
    transaction: Transaction, run: Run, at: datetime, period: str, *, is_month: bool, is_closed: bool = False
) -> dict[str, int]:
    """Compute one period's results and agreement; a month's verdicts are those its lots have now.

    Args:
        transaction: open transaction; the lock is held.
        run: run the rows are written by.
        at: instant worked at.
        period: week or month, as in the draws.
        is_month: it is a month.
        is_closed: of a month: it is closed with this, its results are final.

    Returns:
        As `measure`.
    """
    chosen = _chosen(at, period, is_month=is_month)
    scopes = _scopes(
        execute(transaction, "quality_sampling/list_measured_samples", **chosen).all(),
        execute(transaction, "quality_sampling/list_measured_populations", **chosen).all(),
    )
    written = execute(
        transaction,
        "quality_sampling/write_results",
        period=period,
        small_sample=_small_sample(transaction, at),
        at=at,
        run_id=run.run_id,
        **_columns({scope: _result(found) for scope, found in sorted(scopes.items())}),
        finals=[is_closed if is_month else not found.open_items for _scope, found in sorted(scopes.items())],
    ).rowcount
    agreements = measure_agreement(transaction, run, at, chosen)
    return {"results_measured": written, "agreements_measured": agreements}


def _chosen(at: datetime, period: str, *, is_month: bool) -> dict[str, Any]:
    """A period as the statements take it."""
    starts_at, ends_at = month_bounds(period, TIME_ZONE) if is_month else (at, at)
    return {"period": period, "starts_at": starts_at, "ends_at": ends_at, "is_month": is_month}


def _small_sample(transaction: Transaction, at: datetime) -> int:
    return int(str(required_setting(transaction, "quality_small_sample", day_of(at))))


def _digest(transaction: Transaction, at: datetime, period: str, *, is_month: bool) -> str:
    """The digest of all that a period's results are computed from."""
    method = f"{_METHOD}/{_small_sample(transaction, at)}"
    chosen = _chosen(at, period, is_month=is_month)
    return str(execute(transaction, "quality_sampling/digest_measured", method=method, **chosen).scalar_one())


def _scopes(samples: Sequence[Any], populations: Sequence[Any]) -> Mapping[Scope, Scored]:
    """What each scope's result is made of; the company's is there even of an empty period."""
    found: dict[Scope, Scored] = defaultdict(Scored)
    found[COMPANY] = Scored()
    for row in populations:
        for scope in _scopes_of(row):
            found[scope].population += int(row.population)
            found[scope].covered += row.population * row.covered
    for row in samples:
        observation = _observation(row)
        for scope in _scopes_of(row):
            each = found[scope]
            each.drawn += 1
            each.open_items += row.is_open
            if observation is not None:
                each.observations.append(observation)
                each.critical.append(float(row.is_critical))
                if row.is_random:
                    each.at_random.append(observation)
    return found


def _scopes_of(row: Any) -> Iterable[Scope]:
    yield "staff", row.staff_code
    if row.team_code:
        yield "team", row.team_code
    if row.community_code:
        yield "community", row.community_code
    yield COMPANY


def _observation(row: Any) -> Observation | None:
    """A scored item as the estimates take it; None: not scored, or nothing of its stratum was scored at random."""
    if row.score is None or not row.random_scored:
        return None
    return Observation(
        value=float(row.score),
        stratum=f"{row.draw_code}/{row.stratum}",
        random_items=row.random_scored,
        population=row.population,
        risk_class=f"{row.draw_code}/{row.risk_class}" if row.risk_population else "",
        risk_items=row.risk_scored,
        risk_population=row.risk_population,
        family=f"{row.draw_code}/{row.subject_kind}:{row.stratum_agent or POOLED}",
    )


def _result(found: Scored) -> dict[str, Any]:
    """A scope's figures by the parameter that takes them; unknown ones are None."""
    whole, at_random = weighted_mean(found.observations), weighted_mean(random_part(found.at_random))
    rate, low, high = _critical_rate(found, whole)
    return {
        "populations": found.population,
        "drawn": found.drawn,
        "sampled": len(found.observations),
        "means": _rounded(whole.mean),
        "lows": _rounded(whole.low),
        "highs": _rounded(whole.high),
        "degrees": _rounded(whole.degrees),
        "critical_rates": _rounded(rate, _RATE_PLACES),
        "critical_lows": _rounded(low, _RATE_PLACES),
        "critical_highs": _rounded(high, _RATE_PLACES),
        "random_sampled": len(found.at_random),
        "random_means": _rounded(at_random.mean),
        "random_lows": _rounded(at_random.low),
        "random_highs": _rounded(at_random.high),
        "covered_shares": round(found.covered / found.population, _RATE_PLACES) if found.population else None,
    }


def _critical_rate(found: Scored, whole: Estimate) -> tuple[float | None, float | None, float | None]:
    """Share with a critical error and Wilson's interval on the effective size; None: no item."""
    if not found.observations:
        return None, None, None
    weights = [1 / each.probability for each in found.observations]
    failed = sum(weight * critical for weight, critical in zip(weights, found.critical, strict=True))
    rate = min(1.0, round(failed / sum(weights), _DIGITS))
    trials = round(whole.effective_items, _DIGITS)
    bounds = wilson(min(trials, rate * trials), trials)
    return (rate, *bounds) if bounds else (rate, None, None)


def _rounded(number: float | None, places: int = _PLACES) -> Decimal | None:
    return None if number is None else round(Decimal(number), places)


def _columns(results: Mapping[Scope, Mapping[str, Any]]) -> dict[str, list[Any]]:
    """The figures as the statement takes them: a list per column."""
    columns: dict[str, list[Any]] = {
        "scope_kinds": [kind for kind, _code in results],
        "scope_codes": [code for _kind, code in results],
    }
    for figures in results.values():
        for name, value in figures.items():
            columns.setdefault(name, []).append(value)
    return columns
