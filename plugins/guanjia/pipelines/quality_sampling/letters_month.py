"""The monthly mails: the ranking to managers, the service supervision report to the general manager (QC-01, QC-05)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row

from guanjia.gateways.mail.letter import (
    Block,
    Bullets,
    Cell,
    Column,
    DataTable,
    KeyFigure,
    KeyFigures,
    Letter,
    Notice,
    Paragraph,
    Section,
)
from guanjia.i18n import Translator, gettext_for
from guanjia.i18n.formats import instant_text, more_text, share_text
from guanjia.pipelines.quality_sampling.month_report import MonthReport, TeamMonth
from guanjia.pipelines.quality_sampling.month_words import (
    agreement_words,
    corrections_words,
    lot_words,
    mean_words,
    target_tone,
    target_words,
    team_name,
    verdicts_words,
    weights_words,
)
from guanjia.pipelines.quality_sampling.result_words import critical_figure, mean_figure
from guanjia.pipelines.quality_sampling.words import UNKNOWN, period_words, points_text, unranked_words

SHOWN_ROWS: Final = 20
"""Rows of a table in the mail; the workbook holds all."""
NAME_WIDTH: Final = 96
"""Pixels a name needs beside a long sentence."""


def ranking_letter(report: MonthReport, language: str, at: datetime) -> Letter:
    """The ranking of a month, to a manager, of the own scope.

    Args:
        report: the month within the scope; at least one agent.
        language: zh or en.
        at: aware instant of the run.
    """
    _ = gettext_for(language)
    month = period_words(_, report.rows.period)
    subject = _.ngettext(
        "Service ranking of {month}: {n} agent ranked",
        "Service ranking of {month}: {n} agents ranked",
        len(report.ranked),
        month=month,
    )
    blocks: list[Block] = [KeyFigures(tuple(_presence(_, report.whole, report))), *_ranking_blocks(_, report)]
    blocks += _closing(_, at)
    return Letter(_.language, subject, subject, tuple(blocks), _manager_reason(_))


def supervision_letter(report: MonthReport, language: str, at: datetime) -> Letter:
    """The service supervision report, to the general manager, with the ranking.

    Args:
        report: the month of the whole company.
        language: zh or en.
        at: aware instant of the run.
    """
    _ = gettext_for(language)
    month = period_words(_, report.rows.period)
    mean, _note = mean_words(_, report.whole.result)
    subject = _("Service supervision of {month}: mean score {mean}", month=month, mean=mean)
    blocks: list[Block] = []
    if report.whole.result is not None:
        figures = (mean_figure(_, report.whole.result), critical_figure(_, report.whole.result))
        blocks.append(KeyFigures((*figures, *_presence(_, report.whole, report))))
    blocks += [Section(_("In short")), Bullets(tuple(_summary(_, report)))]
    if (share := report.whole.another_share) is not None and share < 1:
        blocks.append(
            Notice(
                _(
                    "{share} of the scored items were scored by another department. Who serves and who checks are to "
                    "be two departments: name reviewers of another one.",
                    share=share_text(share),
                )
            )
        )
    blocks += _team_blocks(_, report)
    blocks += _lot_blocks(_, report)
    blocks += _ranking_blocks(_, report)
    blocks += _closing(_, at)
    return Letter(
        _.language, subject, subject, tuple(blocks), _("You are the general manager, or stand in for that post.")
    )


def _manager_reason(_: Translator) -> str:
    return _("You manage this community, or are registered for monthly reports.")


def _presence(_: Translator, team: TeamMonth, report: MonthReport) -> list[KeyFigure]:
    targets, presence = report.rows.targets, team.presence
    return [
        KeyFigure(
            _("Attendance"),
            share_text(presence.attendance),
            target_words(_, presence.attendance, targets.attendance),
            target_tone(presence.attendance, targets.attendance),
        ),
        KeyFigure(
            _("Log-in adherence"),
            share_text(presence.adherence),
            target_words(_, presence.adherence, targets.adherence),
            target_tone(presence.adherence, targets.adherence),
        ),
    ]


def _summary(_: Translator, report: MonthReport) -> list[str]:
    whole, appeals = report.whole, report.rows.appeals
    lines = [
        _("Agents' lots: {verdicts}.", verdicts=verdicts_words(_, whole)),
        _("Errors to correct: {corrections}.", corrections=corrections_words(_, whole)),
        _("Agreement of reviewers: {words}", words=agreement_words(_, report)),
        _("Scored by another department: {share}.", share=share_text(whole.another_share)),
        _(
            "Appeals: {n}; score changed {changed}, upheld {upheld}, not taken {refused}.",
            n=appeals.appeals,
            changed=appeals.changed,
            upheld=appeals.upheld,
            refused=appeals.refused,
        ),
    ]
    below = [
        team_name(_, report, team)
        for team in report.teams
        if (team.presence.attendance is not None and team.presence.attendance < report.rows.targets.attendance)
        or (team.presence.adherence is not None and team.presence.adherence < report.rows.targets.adherence)
    ]
    if below:
        teams = ("、" if _.language == "zh" else ", ").join(below)
        lines.append(_("Below a target of attendance or adherence: {teams}.", teams=teams))
    return lines


def _team_blocks(_: Translator, report: MonthReport) -> list[Block]:
    if not report.teams:
        return []
    columns = (
        Column(_("Team")),
        Column(_("Mean score"), "end"),
        Column(_("Attendance"), "end"),
        Column(_("Log-in adherence"), "end"),
        Column(_("Lots")),
    )
    targets = report.rows.targets
    lines = []
    for team in report.teams[:SHOWN_ROWS]:
        mean, note = mean_words(_, team.result)
        lines.append(
            (
                team_name(_, report, team),
                Cell(mean, "muted" if mean == UNKNOWN else "plain", note),
                Cell(
                    share_text(team.presence.attendance),
                    target_tone(team.presence.attendance, targets.attendance),
                    target_words(_, team.presence.attendance, targets.attendance),
                ),
                Cell(
                    share_text(team.presence.adherence),
                    target_tone(team.presence.adherence, targets.adherence),
                    target_words(_, team.presence.adherence, targets.adherence),
                ),
                verdicts_words(_, team),
            )
        )
    return [Section(_("By team")), DataTable(columns, tuple(lines), more=more_text(_, len(report.teams), SHOWN_ROWS))]


def _lot_blocks(_: Translator, report: MonthReport) -> list[Block]:
    rows = [
        row for row in report.rows.lots if row.verdict == "reject" or row.inspection in ("tightened", "discontinued")
    ]
    if not rows:
        return []
    note = _("Lots that were not accepted, and agents on tightened inspection; why, by the acceptance plan.")
    columns = (Column(_("Agent"), width=NAME_WIDTH), Column(_("Plan and finding")))
    lines = tuple(
        (Cell(report.name(row.staff_code), note=row.team_code or ""), lot_words(_, row)) for row in rows[:SHOWN_ROWS]
    )
    return [Section(_("Lots to look at"), note), DataTable(columns, lines, more=more_text(_, len(rows), SHOWN_ROWS))]


def _ranking_blocks(_: Translator, report: MonthReport) -> list[Block]:
    blocks: list[Block] = [Section(_("Ranking"), weights_words(_, report))]
    if report.ranked:
        columns = (
            Column(_("Rank and agent")),
            Column(_("Total points"), "end"),
            Column(_("Quality"), "end"),
            Column(_("Volume"), "end"),
            Column(_("Attendance"), "end"),
            Column(_("Adherence"), "end"),
        )
        lines = tuple(ranking_cells(report, row) for row in report.ranked[:SHOWN_ROWS])
        blocks.append(DataTable(columns, lines, more=more_text(_, len(report.ranked), SHOWN_ROWS)))
        blocks.append(
            Paragraph(
                _(
                    "Places are among all agents of the company. Intervals of the quality score are in the workbook: "
                    "where they overlap, the score does not tell agents apart."
                ),
                tone="muted",
            )
        )
    else:
        blocks.append(Paragraph(_("Nobody could be ranked.")))
    blocks += _unranked(_, report.unranked, report)
    return blocks


def ranking_cells(report: MonthReport, row: Row[Any]) -> tuple[Cell | str, ...]:
    """A line of the ranking; what is not known is n/a."""
    return (
        Cell(f"{row.place}. {report.name(row.staff_code)}", note=row.team_code or ""),
        points_text(row.total),
        points_text(row.quality_points),
        points_text(row.volume_points),
        points_text(row.attendance_points),
        points_text(row.adherence_points),
    )


def _unranked(_: Translator, rows: Sequence[Row[Any]], report: MonthReport) -> list[Block]:
    if not rows:
        return []
    names = tuple(
        f"{report.name(row.staff_code)}{'：' if _.language == 'zh' else ': '}{unranked_words(_, row.unranked_reason)}"
        for row in rows[:SHOWN_ROWS]
    )
    blocks: list[Block] = [Section(_("Not ranked ({n})", n=len(rows))), Bullets(names)]
    if len(rows) > SHOWN_ROWS:
        blocks.append(Paragraph(more_text(_, len(rows), SHOWN_ROWS), tone="muted"))
    return blocks


def _closing(_: Translator, at: datetime) -> list[Block]:
    return [
        Paragraph(
            _("The workbook has every line; its last sheet says how each figure is computed and where it comes from."),
            tone="muted",
        ),
        Paragraph(_("As of {instant}.", instant=instant_text(at, _.language)), tone="muted"),
    ]
