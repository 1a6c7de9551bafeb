"""Sheets of a report's workbook to work with: the improvement plan, agents' figures, the ranking."""

from __future__ import annotations

from guanjia.gateways.spreadsheets.tablebook import BookCell, BookColumn, BookSheet, Shown
from guanjia.i18n import Translator
from guanjia.pipelines.quality_sampling.words import period_words, unranked_words
from guanjia.pipelines.reports.edition import ReportEdition
from guanjia.pipelines.reports.report_plan import concerned_words, most_words, needed_words, plan_items
from guanjia.pipelines.reports.report_sheets import figure_kind, people_sheet, warning_words
from guanjia.pipelines.reports.report_words import NOT_KNOWN, period_before, this_period, title_of

_AGENTS = ("attendance", "adherence", "calls_answered", "quality_mean")


def plan_sheet(_: Translator, edition: ReportEdition) -> BookSheet | None:
    """What needs a hand, with empty columns for what is to be done, by whom and until when (REP-03)."""
    items = plan_items(edition) if edition.report != "daily" else []
    if not items:
        return None
    columns = (
        BookColumn(_("Figure"), width=30),
        BookColumn(this_period(_, edition.report), "number", 14),
        BookColumn(period_before(_, edition.report), "number", 14),
        BookColumn(_("Target"), "number", 12),
        BookColumn(_("What would have met it"), width=34, is_wrapped=True),
        BookColumn(_("Moved most by"), width=28, is_wrapped=True),
        BookColumn(_("Concerns"), width=24, is_wrapped=True),
        BookColumn(_("Measure"), width=44, is_wrapped=True),
        BookColumn(_("Responsible"), width=16),
        BookColumn(_("To be done by"), width=14),
    )
    rows: list[list[BookCell]] = []
    for item in items:
        kind = figure_kind(item.figure)
        numbers = (item.figure.value, item.figure.previous)
        rows.append(
            [
                title_of(_, item.figure),
                *(Shown(NOT_KNOWN if each is None else each, kind) for each in numbers),
                Shown(item.figure.target, kind),
                needed_words(_, item),
                most_words(_, item),
                concerned_words(_, item.figure),
                None,
                None,
                None,
            ]
        )
    return BookSheet(
        name=_("Improvement plan"),
        title=_("Improvement plan"),
        note=_("What missed its target, should be nothing or got notably worse. The last three columns are yours."),
        warning=warning_words(_, edition),
        table_name="ReportPlan",
        columns=columns,
        rows=rows,
        frozen_columns=1,
    )


def agents_sheet(_: Translator, edition: ReportEdition) -> BookSheet | None:
    """Figures by agent, of the monthly report; staff numbers, names masked."""
    figures = [figure for code in _AGENTS if (figure := edition.figure(code)) is not None]
    words = (_("Agents"), _("Figures by agent"), _("Agent"), "ReportAgents")
    return people_sheet(_, edition, "agent", figures, words)


def ranking_sheet(_: Translator, edition: ReportEdition) -> BookSheet | None:
    """The ranking of the last closed quality month, with those who could not be ranked and why."""
    agents = edition.quotes.ranking
    if not agents:
        return None
    columns = (
        BookColumn(_("Rank"), "count", 10),
        BookColumn(_("Agent"), width=18),
        BookColumn(_("Team"), width=12),
        BookColumn(_("Community"), width=18),
        BookColumn(_("Total points"), "score", 14),
        BookColumn(_("Quality"), "score", 12),
        BookColumn(_("Volume"), "score", 12),
        BookColumn(_("Attendance"), "score", 12),
        BookColumn(_("Adherence"), "score", 12),
        BookColumn(_("Why not ranked"), width=28, is_wrapped=True),
    )
    rows: list[list[BookCell]] = []
    for agent in agents:
        points = (agent.total, agent.quality, agent.volume, agent.attendance, agent.adherence)
        rows.append(
            [
                agent.rank,
                agent.name,
                agent.team_code,
                edition.named(agent.community_code) or _("(of no community)"),
                *(Shown(NOT_KNOWN if each is None else each, "score") for each in points),
                unranked_words(_, agent.unranked_reason) if agent.unranked_reason else "",
            ]
        )
    return BookSheet(
        name=_("Ranking"),
        title=_("Ranking of {month}", month=period_words(_, agents[0].period)),
        note=_(
            "Places are among all agents of the company; the general manager's own supervision report has the names."
        ),
        warning=warning_words(_, edition),
        table_name="ReportRanking",
        columns=columns,
        rows=rows,
        frozen_columns=2,
    )
