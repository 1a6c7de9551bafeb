"""The service supervision report on paper: one page of figures, then teams, lots and the ranking (QC-05)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Final

from guanjia.gateways.documents import make_pdf
from guanjia.i18n import Translator, gettext_for
from guanjia.i18n.formats import instant_text, share_text
from guanjia.pipelines.quality_sampling.month_report import MonthReport
from guanjia.pipelines.quality_sampling.month_words import (
    MONTH_FORMULAS,
    agreement_words,
    corrections_words,
    lot_words,
    mean_words,
    target_words,
    team_name,
    verdicts_words,
    weights_words,
)
from guanjia.pipelines.quality_sampling.result_words import FORMULAS
from guanjia.pipelines.quality_sampling.words import period_words, points_text, share_interval, unranked_words

_TEMPLATE: Final = Path(__file__).with_name("supervision_document.typ")


def supervision_document(report: MonthReport, language: str, at: datetime) -> bytes:
    """The report as pages.

    Args:
        report: the month of the whole company.
        language: zh or en.
        at: aware instant of the run, shown on each page.

    Returns:
        A PDF, A4 upright; the same report gives the same bytes.

    Raises:
        DocumentError: fonts or typesetter are not installed; the mail goes without it.
    """
    _ = gettext_for(language)
    values: dict[str, Any] = {
        "title": _("Service supervision report"),
        "period": period_words(_, report.rows.period),
        "author": _("Guanjia · Service centre"),
        "dated": _("As of {instant}.", instant=instant_text(at, _.language)),
        "page": _("Page {page} of {pages}", page="{page}", pages="{pages}"),
        "figures": _figures(_, report),
        "lines": [
            {"name": _("Agents' lots"), "text": verdicts_words(_, report.whole)},
            {"name": _("Errors to correct"), "text": corrections_words(_, report.whole)},
            {"name": _("Agreement of reviewers"), "text": agreement_words(_, report)},
            {"name": _("Scored by another department"), "text": share_text(report.whole.another_share)},
            {"name": _("Appeals"), "text": _appeals(_, report)},
        ],
        "tables": [_teams(_, report), _lots(_, report), _ranking(_, report), _formulas(_)],
    }
    return make_pdf(_TEMPLATE, values, dated=at, language=_.language)


def _figures(_: Translator, report: MonthReport) -> list[dict[str, str]]:
    whole, targets = report.whole, report.rows.targets
    mean, note = mean_words(_, whole.result)
    result = whole.result
    critical = None if result is None else result.critical_rate
    between = "" if result is None else share_interval(_, result.critical_low_95, result.critical_high_95)
    presence = whole.presence
    return [
        {"name": _("Mean score"), "value": mean, "note": note},
        {"name": _("Critical errors"), "value": share_text(critical), "note": between},
        {
            "name": _("Attendance"),
            "value": share_text(presence.attendance),
            "note": target_words(_, presence.attendance, targets.attendance),
        },
        {
            "name": _("Log-in adherence"),
            "value": share_text(presence.adherence),
            "note": target_words(_, presence.adherence, targets.adherence),
        },
    ]


def _appeals(_: Translator, report: MonthReport) -> str:
    appeals = report.rows.appeals
    return _(
        "{n}; score changed {changed}, upheld {upheld}, not taken {refused}",
        n=appeals.appeals,
        changed=appeals.changed,
        upheld=appeals.upheld,
        refused=appeals.refused,
    )


def _teams(_: Translator, report: MonthReport) -> dict[str, Any]:
    targets = report.rows.targets
    rows = []
    for team in report.teams:
        mean, note = mean_words(_, team.result)
        presence = team.presence
        rows.append(
            [
                team_name(_, report, team),
                f"{mean}\n{note}",
                f"{share_text(presence.attendance)}\n{target_words(_, presence.attendance, targets.attendance)}",
                f"{share_text(presence.adherence)}\n{target_words(_, presence.adherence, targets.adherence)}",
                verdicts_words(_, team),
                corrections_words(_, team),
            ]
        )
    headings = [
        _("Team"),
        _("Mean score"),
        _("Attendance"),
        _("Log-in adherence"),
        _("Lots"),
        _("Errors to correct"),
    ]
    return _table(_("By team"), "", headings, [14, 20, 17, 17, 14, 18], rows)


def _lots(_: Translator, report: MonthReport) -> dict[str, Any]:
    rows = [[report.name(row.staff_code), row.team_code or "", lot_words(_, row)] for row in report.rows.lots]
    return _table(_("Lots and why"), "", [_("Agent"), _("Team"), _("Plan and finding")], [14, 10, 76], rows)


def _ranking(_: Translator, report: MonthReport) -> dict[str, Any]:
    rows = [
        [
            str(row.place),
            report.name(row.staff_code),
            row.team_code or "",
            points_text(row.total),
            points_text(row.quality_points),
            points_text(row.volume_points),
            points_text(row.attendance_points),
            points_text(row.adherence_points),
        ]
        for row in report.ranked
    ]
    rows += [
        ["–", report.name(row.staff_code), row.team_code or "", unranked_words(_, row.unranked_reason), "", "", "", ""]
        for row in report.unranked
    ]
    headings = [
        _("Rank"),
        _("Agent"),
        _("Team"),
        _("Total points"),
        _("Quality"),
        _("Volume"),
        _("Attendance"),
        _("Adherence"),
    ]
    return _table(_("Ranking"), weights_words(_, report), headings, [8, 16, 12, 16, 12, 12, 12, 12], rows)


def _formulas(_: Translator) -> dict[str, Any]:
    rows = [[_(name), _(formula), source] for name, formula, source in (*FORMULAS, *MONTH_FORMULAS)]
    return _table(_("How it is computed"), "", [_("Figure"), _("Formula"), _("Source")], [18, 50, 32], rows)


def _table(title: str, note: str, headings: list[str], shares: list[int], rows: list[list[str]]) -> dict[str, Any]:
    return {"title": title, "note": note, "headings": headings, "shares": shares, "rows": rows}
