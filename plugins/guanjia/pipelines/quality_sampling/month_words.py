"""The figures of a month as words: by team, lots, agreement, ranking, and how each is computed."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from sqlalchemy import Row

from guanjia.domain.quality_ranking import PARTS
from guanjia.gateways.mail.letter import Tone
from guanjia.i18n import N_, Translator
from guanjia.i18n.formats import listed, share_text
from guanjia.pipelines.quality_sampling.month_report import MonthReport, TeamMonth
from guanjia.pipelines.quality_sampling.words import (
    UNKNOWN,
    inspection_words,
    interval_text,
    items_covered,
    number_text,
    score_text,
    verdict_words,
)

PART_NAMES: Final = {
    "quality": N_("quality"),
    "volume": N_("volume"),
    "attendance": N_("attendance"),
    "adherence": N_("adherence"),
}
MONTH_FORMULAS: Final = (
    (
        N_("Verdict of a lot"),
        N_(
            "GB/T 2828.1 single sampling: of the first n scored items at most Ac nonconforming: accepted; fewer than n "
            "scored: no verdict; nonconforming = a critical error or under the pass mark"
        ),
        "quality_lots",
    ),
    (
        N_("Attendance"),
        N_("shifts attended ÷ (attended + missed); leave and what nobody recorded are left out"),
        "roster.attendance; quality_rankings.shifts_attended, shifts_due",
    ),
    (
        N_("Log-in adherence"),
        N_("minutes logged in ÷ minutes of the shifts attended that have a record, at most 100 %"),
        "roster.logged_in_minutes; quality_rankings.logged_in_minutes, shift_minutes",
    ),
    (
        N_("Scored by another department"),
        N_("scored items whose reviewer's department differs from the agent's ÷ scored items (two lines, QC-05)"),
        "samples.scored_by; staff.department",
    ),
    (
        N_("Errors to correct"),
        N_("final nonconforming items opened as cases; passed or failed when the next draw looked at them again"),
        "quality_cases; samples.reason = audit",
    ),
    (
        N_("Agreement (κ)"),
        N_(
            "Cohen's κ of conforming or not, of items two people scored without knowing of each other; 1 full, 0 chance"
        ),
        "quality_agreements",
    ),
    (
        N_("Total of the ranking"),
        N_("Σ weight × points ÷ Σ weights of what is known; equal totals share a place"),
        "settings.quality_ranking_weights; quality_rankings",
    ),
    (
        N_("Volume points"),
        N_("items a shift attended ÷ what the best quarter of colleagues reach, × 100, at most 100"),
        "calls, cases; quality_rankings.explanation",
    ),
    (
        N_("Knowledge"),
        N_("in no register, and so without weight; the other parts weigh the more"),
        "QC-01",
    ),
)


def team_name(_: Translator, report: MonthReport, team: TeamMonth) -> str:
    """What a team is called; people without one are named by their community."""
    code, community = team.team
    if code:
        return _("Team {team}", team=code)
    place = report.places.get(community, community)
    return _("Without a team, {place}", place=place) if place else _("Without a team")


def mean_words(_: Translator, result: Row[Any] | None) -> tuple[str, str]:
    """A mean, and what is to be known of it."""
    if result is None:
        return UNKNOWN, _("no result of its own")
    if not result.sampled:
        return UNKNOWN, _("nothing scored")
    covered = items_covered(result.population, result.covered_share)
    note = interval_text(_, result.low_95, result.high_95, result.sampled, covered)
    if result.is_small:
        note += ("；" if _.language == "zh" else "; ") + _("small sample")
    return score_text(result.mean_score), note


def verdicts_words(_: Translator, team: TeamMonth) -> str:
    """How many agents' lots were accepted, not accepted, without a verdict."""
    found = [
        f"{verdict_words(_, word)} {team.verdicts[word]}"
        for word in ("accept", "reject", "none")
        if team.verdicts[word]
    ]
    return listed(_, found) or _("no lots")


def corrections_words(_: Translator, team: TeamMonth) -> str:
    """How many errors, how many closed, and what looking again found."""
    if not team.corrections:
        return _("none")
    return _(
        "{n}, closed {closed}; looked at again: passed {passed}, failed {failed}",
        n=team.corrections,
        closed=team.closed,
        passed=team.passed,
        failed=team.failed,
    )


def target_tone(share: Decimal | None, target: Decimal) -> Tone:
    """Good when a target is reached, bad when not; muted when nothing is known."""
    if share is None:
        return "muted"
    return "good" if share >= target else "bad"


def target_words(_: Translator, share: Decimal | None, target: Decimal) -> str:
    """Whether a target is reached, in words: colour alone says nothing."""
    aim = f"{(target * 100).normalize():f} %"
    if share is None:
        return _("target {aim}, nothing recorded", aim=aim)
    return _("target {aim} reached", aim=aim) if share >= target else _("below the target of {aim}", aim=aim)


def agreement_words(_: Translator, report: MonthReport) -> str:
    """How far two reviewers agree; κ is undefined where neither ever finds fault, or always does."""
    row = report.rows.agreement
    if row is None or not row.pairs:
        return _("No item was scored twice: how far reviewers agree is not known (n/a).")
    same = Decimal(row.both_conforming + row.both_nonconforming) / row.pairs
    raw = _("of {n} items scored twice, blind, both judged {same} alike", n=row.pairs, same=share_text(same))
    if row.kappa is None:
        return _("κ n/a (undefined when all are judged alike): {raw}.", raw=raw)
    if row.low_95 is None or row.high_95 is None:
        return _("κ = {kappa}: {raw}.", kappa=number_text(row.kappa), raw=raw)
    return _(
        "κ = {kappa} (95 %: {low} to {high}): {raw}.",
        kappa=number_text(row.kappa),
        low=number_text(row.low_95),
        high=number_text(row.high_95),
        raw=raw,
    )


def weights_words(_: Translator, report: MonthReport) -> str:
    """The weights of the ranking as they are, and that knowledge has none."""
    weights: dict[str, str] = {}
    for row in report.rows.rankings:
        weights |= row.explanation.get("weights", {})
    named = listed(_, (f"{_(PART_NAMES[part])} {weights[part]}" for part in PARTS if part in weights))
    return _(
        "Total = weighted mean of the points; weights: {weights}. What is not recorded of an agent is left out and the "
        "others weigh the more. Knowledge is in no register and has no weight.",
        weights=named or "–",
    )


def lot_words(_: Translator, row: Row[Any]) -> str:
    """Why a lot got its verdict: plan, what was found, what follows."""
    return _(
        "{inspection}: lot {lot}, n = {n}, Ac = {ac}; scored {scored}, of the first n nonconforming {bad}: {verdict}; "
        "next: {next}",
        inspection=inspection_words(_, row.inspection),
        lot=row.lot_size,
        n=row.sample_size,
        ac=row.acceptance_number,
        scored=row.scored,
        bad=row.nonconforming,
        verdict=verdict_words(_, row.verdict),
        next=inspection_words(_, row.next_inspection),
    )


def percent(share: Decimal | None) -> Decimal | str:
    """A share as a number of percent for a sheet; unknown: n/a."""
    return UNKNOWN if share is None else (share * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
