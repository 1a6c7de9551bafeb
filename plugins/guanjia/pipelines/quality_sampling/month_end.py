"""The month-end draw: completes the acceptance plans of GB/T 2828.1 for the lots there really were, agent by agent.

A lot is what an agent finished in a month. Whoever's random items are fewer than the plan's n gets the missing ones
from those no draw has taken, by lot, if the reviewers have room for all of them: half a top-up gives no verdict.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from guanjia.domain.keyed_hash import keyed_hash, seed_of
from guanjia.domain.quality_allocation import TopUp, doubles_of, frame_digest, items_in_room, top_ups_in_room
from guanjia.domain.quality_periods import month_bounds, months_complete, week_of
from guanjia.pipelines.quality_sampling.assigning import community_of, note_remark
from guanjia.pipelines.quality_sampling.capacity import COMPANY, Reviewer, due_on, month_end_reviewers, sections_of
from guanjia.pipelines.quality_sampling.frame import Policy, criteria_on, frame_rules, policies_on, prepare_teams
from guanjia.pipelines.quality_sampling.lots import judge_lots
from guanjia.pipelines.quality_sampling.month_lots import AgentLot, LotTerms, Month, lot_terms, lots_of
from guanjia.pipelines.quality_sampling.served import begin, day_of, use_communities_of
from guanjia.settings import TIME_ZONE
from guanjia.store.business_settings import required_setting
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute

_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(days=7)
_PLACES: Final = Decimal(10) ** -12


@dataclass(frozen=True)
class _Terms:
    """What the draws of one month have in common."""

    month: Month
    at: datetime
    run: Run
    word: str
    seeds: Mapping[str, int]
    policies: Mapping[str, Policy]
    lots: LotTerms | None

    @property
    def double_share(self) -> Fraction:
        """Share of the items scored twice; the larger one of the kinds'."""
        return max((policy.double_share for policy in self.policies.values()), default=Fraction(0))


@dataclass(frozen=True)
class _Plan:
    """What a section draws.

    Attributes:
        section: community, or `COMPANY`.
        lots: lots of its agents.
        populations: items of its agents, by team, community and kind.
        reviewers: who scores them.
        items: items drawn.
        picked: agent → items, of those whose plans are completed.
    """

    section: str
    lots: Sequence[AgentLot]
    populations: Sequence[Any]
    reviewers: Sequence[Reviewer]
    items: Sequence[Any]
    picked: Mapping[str, int]

    @property
    def capacity(self) -> int:
        """Scores there is room for."""
        return sum(each.capacity for each in self.reviewers)

    @property
    def left_out(self) -> list[AgentLot]:
        """Lots that found no room."""
        return [lot for lot in self.lots if lot.wanted and lot.staff_code not in self.picked]


def top_up(transaction: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Draw what completes the acceptance plans of every month whose last week is drawn, each month once, in order.

    Args:
        transaction: open transaction.
        run: run the rows are written by.
        as_of: aware instant.

    Returns:
        Counts: ``months_drawn``, ``lots``, ``top_ups`` drawn, and what closing the months before wrote.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    return top_up_complete_months(transaction, run, begin(transaction, as_of))


def top_up_complete_months(transaction: Transaction, run: Run, at: datetime) -> dict[str, int]:
    """Like `top_up`, within a step that has begun: between the weeks of a draw that catches up.

    Args:
        transaction: open transaction; the lock is held. Its table ``checked_communities`` is made anew.
        run: run the rows are written by.
        at: instant worked at.
    """
    counts: Counter[str] = Counter()
    progress = execute(transaction, "quality_sampling/find_progress").one()
    if progress.drawn_to is None:
        return dict(counts)
    first_monday = execute(transaction, "quality_sampling/find_first_draw_day").scalar_one()
    for name in months_complete(progress.drawn_to, progress.month_drawn, TIME_ZONE):
        month = _month(name, first_monday - _WEEK)
        if month is not None:
            from guanjia.pipelines.quality_sampling.closing import close_months_before

            counts.update(close_months_before(transaction, run, at, name))
            counts.update(_draw_month(transaction, run, at, month))
        execute(transaction, "quality_sampling/note_month_drawn", month=name, run_id=run.run_id)
    return dict(counts)


def _month(name: str, first_monday: date) -> Month | None:
    """A month as it is drawn; None: it ended before the first week drawn."""
    starts_at, ends_at = month_bounds(name, TIME_ZONE)
    began = week_of(first_monday, TIME_ZONE).starts_at
    if ends_at <= began:
        return None
    return Month(name, max(starts_at, began), ends_at, week_of(day_of(ends_at) - _DAY, TIME_ZONE).following.first)


def _draw_month(transaction: Transaction, run: Run, at: datetime, month: Month) -> Counter[str]:
    use_communities_of(transaction, month.monday)
    prepare_teams(transaction)
    terms = _terms(transaction, run, at, month)
    _prepare_items(transaction, terms)
    sections = _sections(transaction, month.monday)
    lots = [] if terms.lots is None else lots_of(transaction, month, terms.lots, sections)
    bounds = {"starts_at": month_bounds(month.name, TIME_ZONE)[0], "ends_at": month.ends_at}
    populations = execute(transaction, "quality_sampling/count_month_populations", **bounds).all()
    homes = _homes(transaction, sections)
    counts = Counter(months_drawn=1, lots=len(lots))
    picked: set[str] = set()
    for section in (COMPANY, *sections):
        counted = [row for row in populations if homes.get(row.staff_code, COMPANY) == section]
        plan = _plan(transaction, terms, section, [lot for lot in lots if lot.section == section], counted)
        if counted or section == COMPANY:
            _write(transaction, terms, plan)
        picked |= plan.picked.keys()
        counts["top_ups"] += len(plan.items)
    if terms.lots is not None:
        _write_lots(transaction, terms, terms.lots, lots, picked)
        judge_lots(transaction, at, month.name, run)
    return counts


def _terms(transaction: Transaction, run: Run, at: datetime, month: Month) -> _Terms:
    word = str(required_setting(transaction, "quality_seed", month.monday))
    policies = policies_on(transaction, month.monday)
    return _Terms(
        month=month,
        at=at,
        run=run,
        word=word,
        seeds={purpose: seed_of(word, month.name, purpose) for purpose in ("random", "risk", "double")},
        policies=policies,
        lots=lot_terms(transaction, run, at, month.name, policies),
    )


def _prepare_items(transaction: Transaction, terms: _Terms) -> None:
    month = terms.month
    rules = frame_rules(transaction, month.monday)
    execute(transaction, "quality_sampling/drop_month_items")
    execute(
        transaction,
        "quality_sampling/create_month_items",
        starts_at=month.starts_at,
        ends_at=month.ends_at,
        weeks_from=week_of(day_of(month.starts_at), TIME_ZONE).starts_at,
        weeks_to=week_of(day_of(month.ends_at) - _DAY, TIME_ZONE).ends_at,
        closing_events=list(rules.closing_events),
        with_unanswered=rules.is_unanswered_drawn,
        kinds=sorted(terms.policies),
        random_seed=terms.seeds["random"],
    )
    execute(transaction, "quality_sampling/analyse_month_items")


def _sections(transaction: Transaction, monday: date) -> list[str]:
    """Communities with reviewers of their own in the weeks in which top-ups are scored."""
    working_days = int(str(required_setting(transaction, "quality_top_up_working_days", monday)))
    return sections_of(transaction, monday + _WEEK, due_on(transaction, monday + _WEEK, working_days))


def _homes(transaction: Transaction, sections: Sequence[str]) -> dict[str, str]:
    """Agent → section, of those whose community is one."""
    rows = execute(transaction, "quality_sampling/list_section_staff", sections=list(sections))
    return {row.staff_code: row.community_code for row in rows}


def _plan(
    transaction: Transaction, terms: _Terms, section: str, lots: Sequence[AgentLot], populations: Sequence[Any]
) -> _Plan:
    """Which lots of a section are completed."""
    reviewers, _due = month_end_reviewers(transaction, terms.month.monday, section)
    needs = [TopUp(lot.staff_code, lot.wanted, lot.is_tightened) for lot in lots if lot.wanted]
    capacity = sum(each.capacity for each in reviewers)
    room = items_in_room(capacity, terms.double_share, sum(need.missing for need in needs))
    found = top_ups_in_room(needs, room, lambda code: keyed_hash(code, terms.seeds["random"]))
    picked = {need.staff_code: need.missing for need in found}
    items: Sequence[Any] = ()
    if terms.lots is not None and picked:
        items = execute(
            transaction,
            "quality_sampling/list_top_ups",
            kinds=list(terms.lots.kinds),
            staff_codes=list(picked),
            wanted=list(picked.values()),
        ).all()
    return _Plan(section, lots, populations, reviewers, items, picked)


def _write(transaction: Transaction, terms: _Terms, plan: _Plan) -> None:
    month = terms.month
    code = f"M{month.name}" + ("" if plan.section == COMPANY else f"/{plan.section}")
    sizes = Counter(each.subject_kind for each in plan.items)
    doubles = sum(doubles_of(n, terms.policies[kind].double_share) for kind, n in sizes.items())
    doubles = min(doubles, plan.capacity - len(plan.items))
    execute(
        transaction,
        "quality_sampling/write_month_draw",
        draw_code=code,
        period=month.name,
        section=plan.section,
        frame_from=month_bounds(month.name, TIME_ZONE)[0],
        frame_to=month.ends_at,
        seed_word=f"{terms.word}|{month.name}",
        random_seed=terms.seeds["random"],
        risk_seed=terms.seeds["risk"],
        double_seed=terms.seeds["double"],
        frame_digest=frame_digest((lot.staff_code, lot.unsampled, lot.combined) for lot in plan.lots),
        frame_items=sum(row.frame_items for row in plan.populations),
        population=sum(row.population for row in plan.populations),
        capacity=plan.capacity,
        top_up_items=len(plan.items),
        double_items=doubles,
        dropped_items=sum(lot.wanted for lot in plan.left_out),
        explanation=json.dumps(_explanation(terms, plan, len(plan.items) + doubles), ensure_ascii=False),
        drawn_at=terms.at,
        due_on=_due(transaction, terms),
        run_id=terms.run.run_id,
    )
    _write_parts(transaction, terms, code, plan)
    _write_items(transaction, terms, code, plan)
    for lot in plan.left_out:
        facts = {"month": month.name, "staff_code": lot.staff_code, "missing": lot.wanted}
        subject = f"{code} {lot.staff_code}"
        community = community_of(plan.section)
        note_remark(transaction, terms.run, terms.at, "top_up_missing", subject, community, **facts)


def _due(transaction: Transaction, terms: _Terms) -> date:
    """The last day of scoring, counted from the week after the one it is really drawn in."""
    monday = max(terms.month.monday, week_of(day_of(terms.at), TIME_ZONE).first)
    working_days = int(str(required_setting(transaction, "quality_top_up_working_days", terms.month.monday)))
    return due_on(transaction, monday + _WEEK, working_days)


def _explanation(terms: _Terms, plan: _Plan, load: int) -> dict[str, Any]:
    """How the numbers came about, for `guanjia explain`; weekly draws read what the month takes of their time."""
    return {
        "drawn_on": terms.month.monday.isoformat(),
        "load": load,
        "policies": {
            kind: {
                "policy": policy.policy_code,
                "aql": None if policy.aql is None else str(policy.aql),
                "double_share": str(float(policy.double_share)),
            }
            for kind, policy in sorted(terms.policies.items())
        },
        "reviewers": [
            {"staff_code": each.staff_code, "days": each.days, "capacity": each.capacity} for each in plan.reviewers
        ],
        "completed": dict(sorted(plan.picked.items())),
        "dropped": {lot.staff_code: lot.wanted for lot in plan.left_out},
    }


def _write_parts(transaction: Transaction, terms: _Terms, code: str, plan: _Plan) -> None:
    """Populations, and the criteria the items are scored by."""
    keys = {"draw_code": code, "run_id": terms.run.run_id}
    execute(
        transaction,
        "quality_sampling/write_populations",
        **keys,
        staff_codes=[row.staff_code for row in plan.populations],
        team_codes=[row.team_code for row in plan.populations],
        community_codes=[row.community_code for row in plan.populations],
        kinds=[row.subject_kind for row in plan.populations],
        frame_items=[row.frame_items for row in plan.populations],
        populations=[row.population for row in plan.populations],
    )
    criteria = criteria_on(transaction, terms.month.monday)
    pass_score = required_setting(transaction, "quality_pass_score", terms.month.monday)
    execute(
        transaction,
        "quality_sampling/write_draw_criteria",
        **keys,
        criteria=[each.criterion for each in criteria],
        positions=[each.position for each in criteria],
        weights=[each.weight for each in criteria],
        criticals=[each.is_critical for each in criteria],
        pass_scores=[pass_score if each.pass_score is None else each.pass_score for each in criteria],
    )


def _write_items(transaction: Transaction, terms: _Terms, code: str, plan: _Plan) -> None:
    month, items = terms.month, plan.items
    chances = {
        lot.staff_code: (Decimal(plan.picked[lot.staff_code]) / lot.unsampled).quantize(_PLACES)
        for lot in plan.lots
        if lot.staff_code in plan.picked
    }
    stem = f"QM{month.short_name}" + ("" if plan.section == COMPANY else f".{plan.section}")
    execute(
        transaction,
        "quality_sampling/write_top_ups",
        draw_code=code,
        period=month.name,
        sample_codes=[f"{stem}-{number:04}" for number in range(1, len(items) + 1)],
        kinds=[each.subject_kind for each in items],
        codes=[each.subject_code for each in items],
        staff_codes=[each.staff_code for each in items],
        probabilities=[chances[each.staff_code] for each in items],
        occurred_at=[each.occurred_at for each in items],
        channels=[each.channel for each in items],
        team_codes=[each.team_code for each in items],
        community_codes=[each.community_code for each in items],
        outcomes=[each.outcome for each in items],
        run_id=terms.run.run_id,
    )


def _write_lots(
    transaction: Transaction, terms: _Terms, of: LotTerms, lots: Sequence[AgentLot], picked: Collection[str]
) -> None:
    """The lots with their plans: what counts for each is what is drawn now and before."""
    rows = []
    for lot in lots:
        is_completed = not lot.wanted or lot.staff_code in picked
        is_every_item = lot.plan.is_whole_lot or (lot.is_every_item and is_completed)
        counted = lot.usable_items if is_every_item else lot.random_items
        drawn = lot.wanted if is_completed else 0
        rows.append((lot, counted, drawn, {**lot.explanation, "is_every_item": is_every_item}))
    execute(
        transaction,
        "quality_sampling/write_lots",
        period=terms.month.name,
        staff_codes=[lot.staff_code for lot in lots],
        lot_sizes=[lot.size for lot in lots],
        aql=of.limit,
        inspection_level=of.level,
        inspections=[lot.inspection for lot in lots],
        code_letters=[lot.plan.letter for lot in lots],
        sample_sizes=[lot.plan.sample_size for lot in lots],
        acceptance_numbers=[lot.plan.acceptance for lot in lots],
        random_items=[counted for _lot, counted, _drawn, _facts in rows],
        top_up_items=[drawn for _lot, _counted, drawn, _facts in rows],
        missing_items=[max(0, lot.plan.sample_size - counted - drawn) for lot, counted, drawn, _facts in rows],
        switching_scores=[lot.score for lot in lots],
        explanations=[json.dumps(facts) for _lot, _counted, _drawn, facts in rows],
        at=terms.at,
        run_id=terms.run.run_id,
    )
