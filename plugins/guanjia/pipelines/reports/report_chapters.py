"""Chapters of a report that are no tables of figures: the improvement plan, open matters, supervision and ranking."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from guanjia.domain.report_catalogue import KINDS
from guanjia.gateways.mail.letter import Block, Bullets, Cell, Column, DataTable, Paragraph, Section
from guanjia.i18n import Translator
from guanjia.i18n.formats import listed, share_text
from guanjia.pipelines.overdue_escalations.wording import kind_words
from guanjia.pipelines.quality_sampling.words import period_words, points_text, score_text
from guanjia.pipelines.reports.edition import ReportEdition
from guanjia.pipelines.reports.quoted import OpenCase, RankedAgent, Supervision
from guanjia.pipelines.reports.report_estimates import interval_words
from guanjia.pipelines.reports.report_plan import plan_items, plan_words, shown_first
from guanjia.pipelines.reports.report_words import number_text, unbroken

PLANNED: Final = 5
"""Lines of the plan in the mail; the workbook has all."""
RANKED: Final = 10
"""Agents of the ranking in the mail; the workbook has all."""


def plan_blocks(_: Translator, edition: ReportEdition) -> list[Block]:
    """What needs a hand, and what would have met each target (REP-03); nothing in the daily report."""
    if edition.report == "daily":
        return []
    shown, rest = shown_first(plan_items(edition), PLANNED)
    if not shown:
        return []
    note = _("Measures, persons and days are filled in on the sheet Improvement plan of the workbook.")
    blocks: list[Block] = [
        Section(_("What needs a hand"), note),
        Bullets(tuple(unbroken(plan_words(_, each)) for each in shown)),
    ]
    if rest:
        blocks.append(Paragraph(_("… and {n} more in the workbook", n=rest), tone="muted"))
    return blocks


def open_blocks(_: Translator, edition: ReportEdition) -> list[Block]:
    """Open matters (REP-01): the cases that have been open longest, by number."""
    cases = edition.quotes.open_cases
    if not cases:
        return []
    every = edition.figure("cases_open.total")
    note = _(
        "The {n} open longest, of {total}; all are in the workbook.",
        n=len(cases),
        total=number_text(_, "count", every.value if every else None),
    )
    return [Section(_("Open matters"), note), Bullets(tuple(unbroken(open_words(_, edition, each)) for each in cases))]


def open_words(_: Translator, edition: ReportEdition, case: OpenCase) -> str:
    """A case: number, kind, community where there are several, how long, whether overdue, by whom."""
    words = [f"{case.case_code} {kind_of_case(_, case.kind)}"]
    if len(edition.communities) > 1:
        words.append(edition.named(case.community_code))
    words.append(_("open for {n} days", n=case.days))
    if case.is_overdue:
        words.append(_("overdue"))
    words.append(_("handled by {handler}", handler=case.handler) if case.handler else _("no handler"))
    return listed(_, words)


def kind_of_case(_: Translator, word: str) -> str:
    """A kind of case as reports tell them apart."""
    known = KINDS.get(word)
    return known[_.language == "zh"] if known else kind_words(_, word)


def supervision_blocks(_: Translator, edition: ReportEdition) -> list[Block]:
    """Service supervision (REP-04, QC-05) with the ranking (QC-01), of the monthly report."""
    if edition.report != "monthly":
        return []
    found = edition.quotes.supervision
    if found is None:
        words = _("No quality month with items of this scope was closed by then: n/a.")
        return [Section(_("Service supervision")), Paragraph(words, tone="muted")]
    month = period_words(_, found.estimate.period)
    note = _("Of {month}, the last quality month that is closed; its scores and appeals are final.", month=month)
    lines = []
    if found.estimate.mean is not None:
        lines.append(
            _(
                "Mean score {mean} ({interval}), {n} of {population} items scored.",
                mean=score_text(found.estimate.mean),
                interval=interval_words(_, found.estimate),
                n=found.estimate.sampled,
                population=f"{found.estimate.population:,}",
            )
        )
    lines += [
        _lots(_, found),
        _("Scored by another department: {share}.", share=_share(found.by_another, found.scored)),
        _("Errors to correct: {n}, closed {closed}.", n=found.corrections, closed=found.corrected),
    ]
    blocks: list[Block] = [Section(_("Service supervision"), note), Bullets(tuple(lines))]
    return blocks + _ranking(_, edition)


def _lots(_: Translator, found: Supervision) -> str:
    if not found.lots:
        return _("Agents' lots: none was judged.")
    return _(
        "Agents' lots: {n}; accepted {accepted}, not accepted {rejected}, without a verdict {none}; inspected more "
        "strictly from now on: {tightened}.",
        n=found.lots,
        accepted=found.accepted,
        rejected=found.rejected,
        none=found.lots - found.accepted - found.rejected,
        tightened=found.tightened,
    )


def _share(part: int, whole: int) -> str:
    return share_text(Decimal(part) / whole if whole else None)


def _ranking(_: Translator, edition: ReportEdition) -> list[Block]:
    ranked = [each for each in edition.quotes.ranking if each.rank is not None]
    if not ranked:
        return []
    columns = (
        Column(_("Rank and agent")),
        Column(_("Total points"), "end"),
        Column(_("Quality"), "end"),
        Column(_("Volume"), "end"),
        Column(_("Attendance"), "end"),
        Column(_("Adherence"), "end"),
    )
    rows = tuple(_ranked(each) for each in ranked[:RANKED])
    left = len(edition.quotes.ranking) - len(rows)
    more = _("… and {n} more in the workbook", n=left) if left else ""
    note = _("Places are among all agents of the company; the general manager's own supervision report has the names.")
    return [Section(_("Ranking"), note), DataTable(columns, rows, more=more, is_figures=True)]


def _ranked(agent: RankedAgent) -> tuple[Cell, ...]:
    points = (agent.total, agent.quality, agent.volume, agent.attendance, agent.adherence)
    return (Cell(f"{agent.rank}. {agent.name}", note=agent.team_code), *(Cell(points_text(each)) for each in points))
