"""Doctor's checks of the quality check: criteria and policies to go by, reviewers to score, and nothing left lying."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from sqlalchemy import Row

from guanjia.domain.sampling_plans import LIMITS
from guanjia.host.doctor import Check, Finding, Patient, listed, ok, problem, warning
from guanjia.pipelines.quality_sampling.frame import criteria_on, policies_on
from guanjia.settings import TIME_ZONE
from guanjia.store.engine import transaction
from guanjia.store.sql import execute

KINDS: Final = ("call", "case")


def check_rules(patient: Patient) -> Iterable[Finding]:
    """There are criteria to score by and a policy for each kind of item, with a limit the standard has plans for."""
    tr, today = patient.tr, _today(patient)
    with transaction("read") as tx:
        criteria, policies = criteria_on(tx, today), policies_on(tx, today)
    wrong = 0
    if not criteria:
        wrong += 1
        yield problem(
            "quality_rules",
            tr("No quality criterion is in force, so nothing is sampled."),
            tr("Load quality_criteria with a valid_from of today or before (inbox/restricted) and confirm the change."),
        )
    missing = [kind for kind in KINDS if kind not in policies]
    if missing:
        wrong += 1
        yield (problem if len(missing) == len(KINDS) else warning)(
            "quality_rules",
            tr("No sampling policy is in force for: {kinds}.", kinds=listed(missing)),
            tr("Load a row of sampling_policies for it (inbox/restricted) and confirm the change."),
        )
    for policy in policies.values():
        if policy.aql is not None and policy.aql not in LIMITS:
            wrong += 1
            yield warning(
                "quality_rules",
                tr(
                    "Policy {policy}: there is no acceptance plan for AQL {aql}.",
                    policy=policy.policy_code,
                    aql=policy.aql,
                ),
                tr("Take one of {limits} in sampling_policies; until then months have no verdicts.", limits=_limits()),
            )
    if not wrong:
        yield ok("quality_rules", tr("The quality check has criteria and policies."))


def check_reviewers(patient: Patient) -> Iterable[Finding]:
    """Somebody scores, gets the workbook, is on the roster, and has time for the minimum of every agent."""
    tr, means = patient.tr, _means(patient)
    with transaction("read") as tx:
        lacking = execute(tx, "doctor/find_lacking_reviewers", on_day=_today(patient)).all()
    if not means.reviewers:
        yield warning(
            "quality_reviewers",
            tr("Nobody scores samples: there is no reviewer."),
            tr("Enter people with the role reviewer in the staff register."),
        )
        return
    findings = [
        *_lacking(patient, [row.staff_code for row in lacking if row.has_no_address], address=True),
        *_lacking(patient, [row.staff_code for row in lacking if row.has_no_team], address=False),
        *_time(patient, means),
    ]
    yield from findings or [ok("quality_reviewers", tr("Samples have reviewers, and room for every agent."))]


def check_backlog(patient: Patient) -> Iterable[Finding]:
    """No sample waits for a score beyond its day, and none without a reviewer."""
    tr, means = patient.tr, _means(patient)
    if means.overdue:
        yield warning(
            "quality_backlog",
            tr.ngettext(
                "{n} sample is not scored although its day has passed.",
                "{n} samples are not scored although their day has passed.",
                means.overdue,
            ),
            tr("Remind the reviewers; after the days of grace they count nowhere."),
        )
    if means.unassigned:
        yield warning(
            "quality_backlog",
            tr.ngettext("{n} sample has no reviewer.", "{n} samples have no reviewer.", means.unassigned),
            tr("`guanjia explain SAMPLE` says why; reviewers of another team, or more of them, would help."),
        )
    if not means.overdue and not means.unassigned:
        yield ok("quality_backlog", tr("No sample waits beyond its day."))


def _lacking(patient: Patient, codes: list[str], *, address: bool) -> Iterable[Finding]:
    tr = patient.tr
    if codes and address:
        yield warning(
            "quality_reviewers",
            tr(
                "These reviewers have no mail address, so somebody else gets their workbooks: {codes}.",
                codes=listed(codes),
            ),
            tr("Complete the staff register."),
        )
    elif codes:
        yield warning(
            "quality_reviewers",
            tr(
                "These reviewers have no team, so nothing keeps them from their own colleagues' work: {codes}.",
                codes=listed(codes),
            ),
            tr("Complete the staff register."),
        )


def _time(patient: Patient, means: Row[Any]) -> Iterable[Finding]:
    """Days at work, and whether they were enough."""
    tr = patient.tr
    if not means.rostered:
        yield warning(
            "quality_reviewers",
            tr("No reviewer is on this month's roster, so every working day counts as one for scoring."),
            tr("Load the roster of the month."),
        )
    if means.is_below_minimum:
        yield warning(
            "quality_reviewers",
            tr(
                "Week {week}: every agent's minimum needs {needed} items, there was room for {items}.",
                week=means.period,
                needed=means.minimum_needed,
                items=means.items,
            ),
            tr("Add reviewers or shifts, raise quality_scores_per_day, or lower minimum_per_agent."),
        )


def _limits() -> str:
    return ", ".join(str(limit) for limit in LIMITS)


def _means(patient: Patient) -> Row[Any]:
    with transaction("read") as tx:
        return execute(tx, "doctor/count_quality_means", on_day=_today(patient)).one()


def _today(patient: Patient) -> date:
    return patient.now.astimezone(TIME_ZONE).date()


CHECKS: list[tuple[str, Check]] = [
    ("quality_rules", check_rules),
    ("quality_reviewers", check_reviewers),
    ("quality_backlog", check_backlog),
]
