"""The weekly draw (QC-01): what is drawn from each section's frame, why, and by what probability, week by week."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from guanjia.domain.keyed_hash import keyed_hash, seed_of
from guanjia.domain.quality_allocation import LEAST_RANDOM_SHARE, Allocation, allocate, items_in_room
from guanjia.domain.quality_periods import Week
from guanjia.pipelines.quality_sampling.audits import Audit, audits_due, write_audits
from guanjia.pipelines.quality_sampling.capacity import COMPANY, Reviewer, due_on, reviewers_of
from guanjia.pipelines.quality_sampling.choosing import Choice, Chosen, choose, rounded
from guanjia.pipelines.quality_sampling.counting import (
    Frame,
    SectionFrame,
    Seeds,
    count_frame,
    look_at_frame,
    same_hash,
)
from guanjia.pipelines.quality_sampling.frame import (
    Criterion,
    Policy,
    criteria_on,
    policies_on,
    prepare_frame,
)
from guanjia.pipelines.quality_sampling.hash_bounds import Wanted
from guanjia.pipelines.quality_sampling.month_end import top_up_complete_months
from guanjia.pipelines.quality_sampling.served import begin, day_of, weeks_due
from guanjia.store.business_settings import required_setting
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute

_NAMED: Final = 20
"""So many agents whose minimum is dropped are named; the draw's explanation has all."""


@dataclass(frozen=True)
class _Terms:
    """What the draws of one week have in common."""

    week: Week
    at: datetime
    run: Run
    word: str
    seeds: Seeds
    policies: Mapping[str, Policy]
    criteria: Sequence[Criterion]
    pass_score: Any
    last_day: date
    due_on: date


@dataclass(frozen=True)
class _Plan:
    """A section's draw before its items are chosen."""

    section: str
    frame: SectionFrame
    reviewers: Sequence[Reviewer]
    audits: Sequence[Audit]
    waiting_audits: int
    items: int
    allocation: Allocation

    @property
    def capacity(self) -> int:
        """Scores the reviewers can give."""
        return sum(each.capacity for each in self.reviewers)


def draw(transaction: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Draw every week that ended and is not drawn yet, one after the other, each as at its own Monday.

    Args:
        transaction: open transaction.
        run: run the rows are written by.
        as_of: aware instant.

    Returns:
        Counts: ``draws`` and ``samples`` written; of months that are complete on the way, see `month_end.top_up`.

    Raises:
        SettingsError: a stored setting cannot be read.
        DatabaseError: the server's keyed hash is another than ours.
    """
    at = begin(transaction, as_of)
    counts: Counter[str] = Counter()
    weeks = weeks_due(transaction, at)
    if not weeks:
        return dict(counts)
    execute(transaction, "quality_sampling/widen_memory")
    execute(transaction, "quality_sampling/lock_frame")
    same_hash(transaction)
    for number, week in enumerate(weeks):
        if number:  # catching up: a month that is complete takes its share of the reviewers before the next week does
            counts.update(top_up_complete_months(transaction, run, at))
        drawn = draw_week(transaction, run, at, week)
        if drawn is None:
            break  # no criteria or no policy: the weeks are drawn when there are
        counts.update(drawn)
    return dict(counts)


def draw_week(transaction: Transaction, run: Run, at: datetime, week: Week) -> dict[str, int] | None:
    """Draw a week; see `draw`.

    Args:
        transaction: open transaction in which `served.begin` was called, with calls and case events locked.
        run: run the rows are written by.
        at: instant of the draw; what counts is known by the week's own Monday.
        week: the week.

    Returns:
        Counts of rows written; None: no criteria or no policy is in force.
    """
    terms = _terms(transaction, run, at, week)
    if not terms.criteria or not terms.policies:
        return None
    rules = prepare_frame(transaction, week)
    frame = look_at_frame(transaction, week, rules, terms.seeds, terms.policies)
    sections = count_frame(transaction, frame)
    plans = [_plan(transaction, terms, frame, name, each) for name, each in sections.items()]
    chosen = choose(transaction, frame, {plan.section: Wanted(plan.frame, plan.allocation) for plan in plans})
    counts: Counter[str] = Counter()
    for plan in plans:
        counts.update(_write(transaction, terms, plan, chosen[plan.section]))
    execute(transaction, "quality_sampling/clear_late_items")
    execute(transaction, "quality_sampling/note_drawn", drawn_to=week.ends_at, at=at, run_id=run.run_id)
    return dict(counts)


def draw_code_of(week: Week, section: str) -> str:
    """The code of a week's draw, such as ``W2026-47`` or ``W2026-47/001``."""
    return "W" + week.name.replace("W", "") + ("" if section == COMPANY else f"/{section}")


def sample_stem(week: Week, section: str) -> str:
    """What the codes of a draw's samples begin with, such as ``Q2647`` or ``Q2647.001``."""
    return f"Q{week.short_name}" + ("" if section == COMPANY else f".{section}")


def _terms(transaction: Transaction, run: Run, at: datetime, week: Week) -> _Terms:
    """What is in force on the week's own Monday; only the last day of scoring counts from the day it is drawn on."""
    monday = day_of(week.drawn_at)
    word = str(required_setting(transaction, "quality_seed", monday))
    working_days = int(str(required_setting(transaction, "quality_scoring_working_days", monday)))
    return _Terms(
        week=week,
        at=at,
        run=run,
        word=word,
        seeds=Seeds(*(seed_of(word, week.name, purpose) for purpose in ("random", "risk", "double"))),
        policies=policies_on(transaction, monday),
        criteria=criteria_on(transaction, monday),
        pass_score=required_setting(transaction, "quality_pass_score", monday),
        last_day=due_on(transaction, monday, working_days),
        due_on=due_on(transaction, max(monday, day_of(at)), working_days),
    )


def _plan(transaction: Transaction, terms: _Terms, frame: Frame, section: str, of: SectionFrame) -> _Plan:
    """How many items of a section are drawn from where."""
    reviewers = reviewers_of(transaction, day_of(terms.week.drawn_at), terms.last_day, section)
    capacity = sum(each.capacity for each in reviewers)
    audits = audits_due(transaction, frame, section)
    room = max(0, capacity - len(audits))
    shares = [policy.double_share for policy in terms.policies.values()]
    items = items_in_room(room, max(shares), of.population)
    allocation = allocate(
        of.list_strata(),
        of.list_classes(),
        items,
        minimum={kind: policy.minimum_per_agent for kind, policy in terms.policies.items()},
        random_share=max(policy.random_share for policy in terms.policies.values()),
        lot_of=lambda pair: keyed_hash(pair, terms.seeds.random),
    )
    taken = audits[: min(capacity, len(audits))]
    return _Plan(section, of, reviewers, taken, len(audits) - len(taken), items, allocation)


def _write(transaction: Transaction, terms: _Terms, plan: _Plan, choice: Choice) -> dict[str, int]:
    code = draw_code_of(terms.week, plan.section)
    reasons = Counter(each.reason for each in choice.items)
    execute(
        transaction,
        "quality_sampling/write_draw",
        draw_code=code,
        kind="weekly",
        period=terms.week.name,
        section=plan.section,
        frame_from=terms.week.starts_at,
        frame_to=terms.week.ends_at,
        seed_word=f"{terms.word}|{terms.week.name}",
        random_seed=terms.seeds.random,
        risk_seed=terms.seeds.risk,
        double_seed=terms.seeds.double,
        frame_digest=plan.frame.digest,
        frame_items=plan.frame.items,
        population=plan.frame.population,
        late_items=plan.frame.late_items,
        capacity=plan.capacity,
        minimum_needed=plan.allocation.needed,
        random_items=reasons["random"],
        minimum_items=reasons["minimum"],
        risk_items=reasons["risk"],
        audit_items=len(plan.audits),
        dropped_items=plan.allocation.dropped,
        explanation=json.dumps(_explanation(terms, plan, choice), ensure_ascii=False),
        drawn_at=terms.at,
        due_on=terms.due_on,
        run_id=terms.run.run_id,
    )
    _write_parts(transaction, terms, code, plan, choice)
    _write_samples(transaction, terms, code, plan, choice.items)
    write_audits(transaction, terms.run, code, terms.week.name, sample_stem(terms.week, plan.section), plan.audits)
    _write_remarks(transaction, terms, code, plan)
    return {"draws": 1, "samples": len(choice.items) + len(plan.audits)}


def _write_parts(transaction: Transaction, terms: _Terms, code: str, plan: _Plan, choice: Choice) -> None:
    """Strata, risk classes, populations and criteria of a draw."""
    keys = {"draw_code": code, "run_id": terms.run.run_id}
    shares = plan.allocation.strata
    places = [each.place for each in shares]
    execute(
        transaction,
        "quality_sampling/write_strata",
        **keys,
        strata=[each.name for each in shares],
        kinds=[kind for kind, _staff, _channel in places],
        staff_codes=[staff for _kind, staff, _channel in places],
        channels=[channel for _kind, _staff, channel in places],
        populations=[each.population for each in shares],
        random_items=[each.random_items for each in shares],
        minimum_items=[each.minimum_items for each in shares],
        last_hashes=[choice.last_random.get(each.name) for each in shares],
        digests=[_combined(plan.frame, each.members) for each in shares],
    )
    classes = plan.frame.list_classes()
    execute(
        transaction,
        "quality_sampling/write_risk_classes",
        **keys,
        classes=[each.name for each in classes],
        kinds=[each.name.partition(":")[0] for each in classes],
        weights=[rounded(each.weight) for each in classes],
        populations=[each.population for each in classes],
        risk_items=[plan.allocation.risk.get(each.name, 0) for each in classes],
        last_hashes=[choice.last_risk.get(each.name) for each in classes],
        digests=[str(plan.frame.classes[each.name].combined) for each in classes],
    )
    counted = [(key, counts) for key, counts in sorted(plan.frame.populations.items()) if counts[0]]
    execute(
        transaction,
        "quality_sampling/write_populations",
        **keys,
        staff_codes=[key[0] for key, _counts in counted],
        team_codes=[key[1] for key, _counts in counted],
        community_codes=[key[2] for key, _counts in counted],
        kinds=[key[3] for key, _counts in counted],
        frame_items=[counts[0] for _key, counts in counted],
        populations=[counts[1] for _key, counts in counted],
    )
    execute(
        transaction,
        "quality_sampling/write_draw_criteria",
        **keys,
        criteria=[each.criterion for each in terms.criteria],
        positions=[each.position for each in terms.criteria],
        weights=[each.weight for each in terms.criteria],
        criticals=[each.is_critical for each in terms.criteria],
        pass_scores=[terms.pass_score if each.pass_score is None else each.pass_score for each in terms.criteria],
    )


def _combined(frame: SectionFrame, members: Sequence[Any]) -> str:
    found = 0
    for each in members:
        found ^= frame.strata[each.kind, each.staff_code, each.channel].combined
    return str(found)


def _write_samples(transaction: Transaction, terms: _Terms, code: str, plan: _Plan, chosen: Sequence[Chosen]) -> None:
    stem = sample_stem(terms.week, plan.section)
    items = [each.item for each in chosen]
    execute(
        transaction,
        "quality_sampling/write_samples",
        draw_code=code,
        period=terms.week.name,
        run_id=terms.run.run_id,
        sample_codes=[f"{stem}-{number:04}" for number in range(1, len(chosen) + 1)],
        strata=[each.stratum for each in chosen],
        kinds=[each.kind for each in items],
        codes=[each.code for each in items],
        staff_codes=[each.staff_code for each in items],
        reasons=[each.reason for each in chosen],
        probabilities=[rounded(each.probability) for each in chosen],
        random_probabilities=[rounded(each.random_probability) for each in chosen],
        risk_probabilities=[rounded(each.risk_probability) for each in chosen],
        are_random=[each.reason != "risk" for each in chosen],
        are_risk=[each.is_risk for each in chosen],
        risk_classes=[each.risk_class or None for each in items],
        occurred_at=[each.occurred_at for each in items],
        channels=[each.channel for each in items],
        team_codes=[each.team_code for each in items],
        community_codes=[each.community_code for each in items],
        outcomes=[each.outcome for each in items],
        are_late=[each.is_late for each in items],
    )


def _explanation(terms: _Terms, plan: _Plan, choice: Choice) -> dict[str, Any]:
    """How the numbers came about, for `guanjia explain`."""
    return {
        "drawn_on": day_of(terms.week.drawn_at).isoformat(),
        "policies": {
            kind: {
                "policy": policy.policy_code,
                "minimum_per_agent": policy.minimum_per_agent,
                "random_share": str(float(policy.random_share)),
                "double_share": str(float(policy.double_share)),
            }
            for kind, policy in sorted(terms.policies.items())
        },
        "reviewers": [
            {"staff_code": each.staff_code, "days": each.days, "capacity": each.capacity} for each in plan.reviewers
        ],
        "items": plan.items,
        "overlap": sum(each.is_risk and each.reason != "risk" for each in choice.items),
        "audits_waiting": plan.waiting_audits,
        "dropped": _dropped(terms, plan),
    }


def _dropped(terms: _Terms, plan: _Plan) -> dict[str, int]:
    """Kind and agent → items of the minimum that found no room."""
    if not plan.allocation.dropped:
        return {}
    given: Counter[tuple[str, str]] = Counter()
    sizes: Counter[tuple[str, str]] = Counter()
    for share in plan.allocation.strata:
        for member in share.members:
            sizes[member.kind, member.staff_code] += member.population
        kind, staff_code, _channel = share.place
        if staff_code is not None:
            given[kind, staff_code] += share.items
    found = {}
    for (kind, staff_code), population in sorted(sizes.items()):
        need = min(terms.policies[kind].minimum_per_agent, population)
        if need > given[kind, staff_code]:
            found[f"{kind}:{staff_code}"] = need - given[kind, staff_code]
    return found


def _write_remarks(transaction: Transaction, terms: _Terms, code: str, plan: _Plan) -> None:
    """What the head must know of a draw."""
    remarks: list[tuple[str, str, dict[str, Any]]] = []
    if plan.capacity <= 0 < plan.frame.population:
        remarks.append(("no_capacity", code, {"draw": code, "population": plan.frame.population}))
    elif plan.allocation.dropped:
        dropped = _dropped(terms, plan)
        agents = sorted({pair.partition(":")[2] for pair in dropped})
        facts = {
            "draw": code,
            "needed": plan.allocation.needed,
            "items": plan.items,
            "dropped": plan.allocation.dropped,
            "agents": agents if len(agents) <= _NAMED else len(agents),
        }
        remarks.append(("below_minimum", code, facts))
    for policy in terms.policies.values():
        if policy.random_share < LEAST_RANDOM_SHARE:
            facts = {"policy": policy.policy_code, "fault": "random_share"}
            remarks.append(("policy_unusable", policy.policy_code, facts))
    if remarks:
        execute(
            transaction,
            "quality_sampling/note_remarks",
            kinds=[kind for kind, _subject, _facts in remarks],
            subjects=[subject for _kind, subject, _facts in remarks],
            community_codes=[None if plan.section == COMPANY else plan.section for _remark in remarks],
            details=[json.dumps(facts, ensure_ascii=False) for _kind, _subject, facts in remarks],
            at=terms.at,
            run_id=terms.run.run_id,
        )
