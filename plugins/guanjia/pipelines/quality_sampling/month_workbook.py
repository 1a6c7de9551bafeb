"""The month as a workbook: by team, by agent, lots, ranking, corrections, and how each figure is computed."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from guanjia.gateways.spreadsheets.listing import XLSX, Cell, Listing, listings_workbook
from guanjia.i18n import Translator, gettext_for
from guanjia.outbox import Attachment
from guanjia.pipelines.quality_sampling.month_report import MonthReport
from guanjia.pipelines.quality_sampling.month_words import (
    MONTH_FORMULAS,
    corrections_words,
    lot_words,
    mean_words,
    percent,
    team_name,
    weights_words,
)
from guanjia.pipelines.quality_sampling.result_words import formulas_sheet, result_headings, result_row, scope_words
from guanjia.pipelines.quality_sampling.words import (
    UNKNOWN,
    criteria_words,
    inspection_words,
    local_day,
    unranked_words,
    verdict_words,
)


def month_workbook(report: MonthReport, language: str, at: datetime) -> Attachment:
    """Everything of a month that its reader may see.

    Args:
        report: the month within the reader's scope.
        language: zh or en.
        at: aware instant of the run.
    """
    _ = gettext_for(language)
    title = _("Service supervision") if report.scope.is_all else _("Service ranking")
    sheets = [
        _teams(_, report),
        _agents(_, report),
        _lots(_, report),
        _ranking(_, report),
        _corrections(_, report),
        formulas_sheet(_, *MONTH_FORMULAS),
    ]
    content = listings_workbook(sheets, made_at=at)
    return Attachment(f"{title}-{report.rows.period}.xlsx", XLSX, content)


def _teams(_: Translator, report: MonthReport) -> Listing:
    headings = (
        (_("Team"), 22),
        (_("Mean score"), 10),
        (_("What is to be known of it"), 34),
        (_("Scored"), 8),
        (_("Scored by another department, %"), 16),
        (_("Attendance, %"), 12),
        (_("Shifts due"), 10),
        (_("Log-in adherence, %"), 14),
        (_("Shift minutes recorded"), 14),
        (_("Lots accepted"), 10),
        (_("Lots not accepted"), 10),
        (_("Lots without verdict"), 10),
        (_("Errors to correct"), 40),
    )
    rows: list[tuple[Cell, ...]] = []
    for team in (*report.teams, report.whole):
        _mean, note = mean_words(_, team.result)
        result = team.result
        rows.append(
            (
                _("Together") if team is report.whole else team_name(_, report, team),
                UNKNOWN if result is None or result.mean_score is None else round(result.mean_score, 2),
                note,
                team.scored,
                percent(team.another_share),
                percent(team.presence.attendance),
                team.presence.shifts_due,
                percent(team.presence.adherence),
                team.presence.shift_minutes,
                team.verdicts["accept"],
                team.verdicts["reject"],
                team.verdicts["none"],
                corrections_words(_, team),
            )
        )
    return Listing(_("Teams"), headings, rows)


def _agents(_: Translator, report: MonthReport) -> Listing:
    rows = [
        (row.team_code or "", *result_row(_, scope_words(_, row.scope_kind), report.name(row.scope_code), row))
        for row in report.agents
    ]
    return Listing(_("Agents"), ((_("Team"), 10), *result_headings(_)), rows)


def _lots(_: Translator, report: MonthReport) -> Listing:
    headings = (
        (_("Agent"), 16),
        (_("Team"), 10),
        (_("Verdict"), 14),
        (_("Kind of inspection"), 16),
        (_("Next inspection"), 16),
        (_("AQL, %"), 8),
        (_("Code letter"), 10),
        (_("Found no room"), 10),
        (_("Why"), 80),
    )
    rows = [
        (
            report.name(row.staff_code),
            row.team_code or "",
            verdict_words(_, row.verdict),
            inspection_words(_, row.inspection),
            inspection_words(_, row.next_inspection),
            row.aql,
            row.code_letter or "",
            row.missing_items,
            lot_words(_, row),
        )
        for row in report.rows.lots
    ]
    return Listing(_("Lots"), headings, rows)


def _ranking(_: Translator, report: MonthReport) -> Listing:
    headings = (
        (_("Rank"), 8),
        (_("Rank in the team"), 8),
        (_("Agent"), 16),
        (_("Team"), 10),
        (_("Total points"), 10),
        (_("Quality"), 10),
        (_("from (95 %)"), 10),
        (_("to (95 %)"), 10),
        (_("Volume"), 10),
        (_("Attendance"), 10),
        (_("Adherence"), 10),
        (_("Items"), 8),
        (_("Shifts attended"), 8),
        (_("Shifts due"), 8),
        (_("Remark"), 60),
    )
    rows = [
        (
            row.place if row.place is not None else "",
            row.team_place if row.team_place is not None else "",
            report.name(row.staff_code),
            row.team_code or "",
            *(
                UNKNOWN if points is None else points
                for points in (
                    row.total,
                    row.quality_points,
                )
            ),
            _number(row.explanation.get("low_95")),
            _number(row.explanation.get("high_95")),
            *(
                UNKNOWN if points is None else points
                for points in (row.volume_points, row.attendance_points, row.adherence_points)
            ),
            row.items,
            row.shifts_attended,
            row.shifts_due,
            unranked_words(_, row.unranked_reason) if row.place is None else weights_words(_, report),
        )
        for row in report.rows.rankings
    ]
    return Listing(_("Ranking"), headings, rows)


def _number(text: str | None) -> Cell:
    return UNKNOWN if not text else Decimal(text)


def _corrections(_: Translator, report: MonthReport) -> Listing:
    headings = (
        (_("Case"), 20),
        (_("Sample"), 16),
        (_("Agent"), 16),
        (_("Criteria failed"), 40),
        (_("Opened on"), 12),
        (_("Closed"), 8),
        (_("Looked at again"), 14),
    )
    rows = [
        (
            row.case_code,
            row.sample_code,
            report.name(row.staff_code),
            criteria_words(_, row.criteria),
            local_day(row.opened_at).isoformat(),
            _("yes") if row.is_closed else _("no"),
            _("not yet") if row.audit_failed is None else _("did not pass") if row.audit_failed else _("passed"),
        )
        for row in report.rows.corrections
    ]
    return Listing(_("Errors to correct"), headings, rows)
