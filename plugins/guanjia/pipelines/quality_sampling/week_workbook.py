"""Monday's workbook of a team leader or head: every line of the mail, and how its figures are made."""

from __future__ import annotations

from datetime import datetime

from guanjia.gateways.spreadsheets.listing import XLSX, Listing, listings_workbook
from guanjia.i18n import Translator, gettext_for
from guanjia.outbox import Attachment
from guanjia.pipelines.quality_sampling.result_words import formulas_sheet, result_headings, result_row, scope_words
from guanjia.pipelines.quality_sampling.served import day_of
from guanjia.pipelines.quality_sampling.week_report import WeekReport
from guanjia.pipelines.quality_sampling.words import (
    check_words,
    criteria_words,
    finding_words,
    local_day,
    score_text,
    subject_words,
)
from guanjia.pipelines.scheduled_callbacks.words import short_instant


def week_workbook(report: WeekReport, language: str, at: datetime) -> Attachment:
    """Every line of the mail, and how its figures are made.

    Args:
        report: what concerns the reader.
        language: zh or en.
        at: aware instant of the run.
    """
    _ = gettext_for(language)
    title = _("Quality check of the week")
    sheets = [
        _results_sheet(_, report),
        _findings_sheet(_, report),
        _open_sheet(_, report),
        formulas_sheet(_),
    ]
    content = listings_workbook(sheets, made_at=at)
    return Attachment(f"{title}-{day_of(at).isoformat()}.xlsx", XLSX, content)


def _results_sheet(_: Translator, report: WeekReport) -> Listing:
    headings = ((_("Week"), 12), *result_headings(_))
    rows = [
        (week, *result_row(_, scope_words(_, row.scope_kind), report.group_name(_, row), row))
        for week in report.result_weeks
        for row in (*report.groups(week), *report.agents(week))
    ]
    return Listing(_("Results"), headings, rows)


def _findings_sheet(_: Translator, report: WeekReport) -> Listing:
    headings = (
        (_("Week"), 12),
        (_("Check"), 16),
        (_("Call or case"), 22),
        (_("When"), 16),
        (_("Agent"), 16),
        (_("Team"), 10),
        (_("What is amiss"), 44),
    )
    rows = [
        (
            row.period,
            check_words(_, row.check_name),
            subject_words(_, row.subject_kind, row.subject_code),
            short_instant(row.occurred_at),
            report.name(row.staff_code) if row.staff_code else "",
            row.team_code or "",
            finding_words(_, row.check_name, row.detail),
        )
        for row in report.findings
    ]
    return Listing(_("Automatic checks"), headings, rows)


def _open_sheet(_: Translator, report: WeekReport) -> Listing:
    headings = ((_("Matter"), 14), (_("Code"), 20), (_("Agent"), 16), (_("Detail"), 40), (_("Since or until"), 14))
    rows = [
        (
            _("Correction"),
            row.case_code,
            report.name(row.staff_code),
            criteria_words(_, row.criteria),
            local_day(row.opened_at).isoformat(),
        )
        for row in report.corrections
    ]
    rows += [
        (
            _("Appeal"),
            row.sample_code,
            report.name(row.staff_code),
            _("score {score}", score=score_text(row.score_before)),
            "" if row.due_on is None else row.due_on.isoformat(),
        )
        for row in report.appeals
    ]
    return Listing(_("Corrections and appeals"), headings, rows)
