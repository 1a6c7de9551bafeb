"""The frame of a week: who did the work, in which team, what is risky, and what came in late.

Calls and closed cases are counted where they lie (`counting`); here only what is few is made ready.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final, cast

from guanjia.domain.quality_draw import FLAGS
from guanjia.domain.quality_periods import Week
from guanjia.pipelines.quality_sampling.capacity import COMPANY, due_on, sections_of
from guanjia.pipelines.quality_sampling.served import day_of, use_communities_of
from guanjia.store.business_settings import required_setting, settings_by_community
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute

NO_CHANNEL: Final = "none"
"""Channel of a case whose own is blank."""


@dataclass(frozen=True)
class FrameRules:
    """What the frame of a week goes by, as in force on the day of its draw.

    Attributes:
        closing_events: events that close a case.
        is_unanswered_drawn: calls that nobody took can be drawn too.
        new_agent_days: days after being hired up to which an agent is new, inclusive.
    """

    closing_events: tuple[str, ...]
    is_unanswered_drawn: bool
    new_agent_days: int


@dataclass(frozen=True)
class Criterion:
    """A criterion in force.

    Attributes:
        criterion: its name.
        position: place in the workbook, from 1.
        weight: weight in the score, above 0.
        is_critical: a failure is a critical error.
        pass_score: score from which it is passed, 0 to 100; None: the setting's.
    """

    criterion: str
    position: int
    weight: Decimal
    is_critical: bool
    pass_score: Decimal | None


@dataclass(frozen=True)
class Policy:
    """A sampling policy in force.

    Attributes:
        policy_code: its code.
        subject_kind: call or case.
        minimum_per_agent: items per agent and week at least.
        random_share: share drawn at random, 0 to 1, as the policy says it.
        double_share: share scored twice, 0 to 1.
        aql: acceptance quality limit, percent; None: no lots of this kind.
        inspection_level: I, II or III; None: II.
        weights: flag → weight, for all of `quality_draw.FLAGS`.
    """

    policy_code: str
    subject_kind: str
    minimum_per_agent: int
    random_share: Fraction
    double_share: Fraction
    aql: Decimal | None
    inspection_level: str | None
    weights: Mapping[str, Fraction]


def prepare_frame(transaction: Transaction, week: Week) -> FrameRules:
    """Make the temporary tables of a week's frame, as at its own Monday; they are made anew for each week.

    - ``checked_communities(community_code, live_from)``: served on the day of the draw.
    - ``frame_communities(community_code, live_from, live_at, section, dissatisfied_up_to)``: those served before the
      week ends. Items of the others, and older ones than live_at, are in no frame.
    - ``staff_teams``: see `prepare_teams`.
    - ``frame_agents(staff_code, community_code, section, live_at, department, hired_on, is_new, is_moving)``: all of
      staff. live_at: instant from which their calls count, blank: never; of those without community the earliest of
      all, unless a call concerns a case. is_moving: changes team within the week.
    - ``risky_cases(case_code, flags)``: all cases with a flag, an array in the order of class names; `new_agent` is the
      agent's.
    - ``late_items(subject_kind, subject_code)``: what came in after the draw of its own week.

    Args:
        transaction: open transaction in which `served.begin` was called; the tables last as long as it does.
        week: the week.

    Returns:
        Rules of the frame.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    day = day_of(week.drawn_at)
    rules = frame_rules(transaction, day)
    execute(transaction, "quality_sampling/drop_frame")
    _create_communities(transaction, week, day)
    prepare_teams(transaction)
    execute(
        transaction,
        "quality_sampling/create_frame_agents",
        first_day=week.first,
        new_agent_days=rules.new_agent_days,
    )
    execute(transaction, "quality_sampling/analyse_frame_agents")
    execute(transaction, "quality_sampling/create_risky_cases", frame_to=week.ends_at)
    execute(transaction, "quality_sampling/analyse_risky_cases")
    execute(
        transaction,
        "quality_sampling/create_late_items",
        frame_from=week.starts_at,
        closing_events=list(rules.closing_events),
    )
    execute(transaction, "quality_sampling/analyse_late_items")
    return rules


def prepare_closed_cases(transaction: Transaction, week: Week, rules: FrameRules) -> None:
    """Make ``closed_cases``, one row per case in the frame of a week; for what looks at all of them, not for the draw.

    Its columns: case_code, closed_at, staff_code (blank: nobody is known), channel (blank: `none`), community_code,
    kind, is_late.

    Args:
        transaction: open transaction in which `prepare_frame` was called for the week.
        week: the week.
        rules: its rules.
    """
    execute(
        transaction,
        "quality_sampling/create_closed_cases",
        frame_from=week.starts_at,
        frame_to=week.ends_at,
        closing_events=list(rules.closing_events),
    )
    execute(transaction, "quality_sampling/analyse_closed_cases")


def frame_rules(transaction: Transaction, day: date) -> FrameRules:
    """What a frame goes by on a day.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    return FrameRules(
        closing_events=cast("tuple[str, ...]", required_setting(transaction, "quality_closing_events", day)),
        is_unanswered_drawn=bool(required_setting(transaction, "quality_unanswered_calls", day)),
        new_agent_days=cast(int, required_setting(transaction, "quality_new_agent_days", day)),
    )


def prepare_teams(transaction: Transaction) -> None:
    """Make the temporary table ``staff_teams(staff_code, team_code, first_day, last_day)``; needs no week.

    Both days are included (year 1 and 9999: ever); of one person and day there is at most one row, none: no team.

    The register says who is in a team now and since when; what it said before stands in its history. A former team
    lasts until the day before the next one begins; where that is not said, until the day before the register was
    changed. Worked example: in T1 since ever; on 20 November the register says T2 from the 18th: T1 to the 17th.
    """
    execute(transaction, "quality_sampling/drop_staff_teams")
    execute(transaction, "quality_sampling/create_staff_teams")
    execute(transaction, "quality_sampling/index_staff_teams")
    execute(transaction, "quality_sampling/analyse_staff_teams")


def criteria_on(transaction: Transaction, day: date) -> list[Criterion]:
    """The criteria in force on a day, in their order in the workbook.

    Args:
        transaction: open transaction; nothing is written.
        day: day in Asia/Shanghai, inclusive.

    Returns:
        Of each criterion the row that began last, if it is enabled; shipped rows only while nobody loaded any.
    """
    found = execute(transaction, "quality_sampling/list_criteria", day=day)
    return [
        Criterion(row.criterion, place, row.weight, row.is_critical, row.pass_score)
        for place, row in enumerate(found, 1)
    ]


def policies_on(transaction: Transaction, day: date) -> dict[str, Policy]:
    """The sampling policies in force, by kind of item.

    Args:
        transaction: open transaction; nothing is written.
        day: day in Asia/Shanghai; policies have no days of their own, so they are those that stand.

    Returns:
        Of each kind the policy with the lowest code; shipped ones only while nobody loaded any.
    """
    found: dict[str, Policy] = {}
    for row in execute(transaction, "quality_sampling/list_policies"):
        found.setdefault(
            row.subject_kind,
            Policy(
                policy_code=row.policy_code,
                subject_kind=row.subject_kind,
                minimum_per_agent=row.minimum_per_agent,
                random_share=Fraction(row.random_share),
                double_share=Fraction(row.double_share),
                aql=row.aql,
                inspection_level=row.inspection_level,
                weights={flag: Fraction(getattr(row, f"weight_{flag}") or 0) for flag in FLAGS},
            ),
        )
    return found


def _create_communities(transaction: Transaction, week: Week, day: date) -> None:
    """Those served before the week ends, with their sections and the satisfaction that counts as dissatisfied."""
    live = use_communities_of(transaction, day)
    last = week.first + timedelta(days=6)
    served = {code: first for code, first in live.items() if first <= last}
    satisfaction = settings_by_community(transaction, ["callback_dissatisfied_up_to"], day, list(served))
    scoring_days = cast(int, required_setting(transaction, "quality_scoring_working_days", day))
    sections = set(sections_of(transaction, day, due_on(transaction, day, scoring_days)))
    execute(
        transaction,
        "quality_sampling/create_frame_communities",
        community_codes=list(served),
        live_from=list(served.values()),
        sections=[code if code in sections else COMPANY for code in served],
        dissatisfied_up_to=[satisfaction[code]["callback_dissatisfied_up_to"] for code in served],
    )
    execute(transaction, "quality_sampling/analyse_frame_communities")
