"""What a team leader or head reads on Monday: results with their intervals, what was drawn, checks, what is open."""

from __future__ import annotations

from collections import Counter
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
from guanjia.i18n.formats import day_text, instant_text, listed, more_text, share_text
from guanjia.pipelines.quality_sampling.result_words import (
    critical_figure,
    mean_figure,
    result_cells,
    scored_figure,
)
from guanjia.pipelines.quality_sampling.week_report import WeekReport
from guanjia.pipelines.quality_sampling.words import (
    check_words,
    criteria_words,
    finding_words,
    items_covered,
    local_day,
    period_words,
    score_text,
    short_day,
    subject_words,
)

SHOWN_ROWS: Final = 20
"""Rows of a section in the mail; the workbook holds all."""


def week_letter(report: WeekReport, language: str, at: datetime) -> Letter:
    """Monday's mail of one reader.

    Args:
        report: what concerns the reader; not empty.
        language: zh or en.
        at: aware instant of the run.
    """
    _ = gettext_for(language)
    subject = _subject(_, report)
    blocks: list[Block] = []
    for week in report.result_weeks:
        blocks += _result_blocks(_, report, week)
    if not report.result_weeks:
        blocks.append(
            Notice(
                _("No week has results yet: what was drawn is scored first; they follow on a coming Monday."), "plain"
            )
        )
    blocks += _drawn_blocks(_, report)
    blocks += _finding_blocks(_, report)
    blocks += _correction_blocks(_, report)
    blocks += _appeal_blocks(_, report)
    blocks += [
        Paragraph(
            _("The workbook has every line; its last sheet says how each figure is computed and where it comes from."),
            tone="muted",
        ),
        Paragraph(_("As of {instant}.", instant=instant_text(at, _.language)), tone="muted"),
    ]
    if report.scope.is_all:
        reason = _("You answer for the quality check.")
    elif report.scope.communities:
        reason = _("You head this community's service, or lead a team.")
    else:
        reason = _("You lead this team.")
    return Letter(_.language, subject, subject, tuple(blocks), reason)


def _subject(_: Translator, report: WeekReport) -> str:
    if not report.result_weeks:
        weeks = listed(_, (period_words(_, week) for week in report.weeks))
        return _("Quality check: {weeks} drawn", weeks=weeks) if weeks else _("Quality check: month-end sample drawn")
    week = report.result_weeks[-1]
    groups = report.groups(week)
    if not groups:
        return _("Quality check: results of {week}", week=period_words(_, week))
    first = groups[0]
    if first.mean_score is None:
        return _(
            "Quality check, {week}: {name} n/a, nothing scored",
            week=period_words(_, week),
            name=report.group_name(_, first),
        )
    return _(
        "Quality check, {week}: {name} mean {mean}",
        week=period_words(_, week),
        name=report.group_name(_, first),
        mean=score_text(first.mean_score),
    )


# -- results ----------------------------------------------------------------------------------------------------------


def _result_blocks(_: Translator, report: WeekReport, week: str) -> list[Block]:
    groups, agents = report.groups(week), report.agents(week)
    blocks: list[Block] = [Section(_("Results of {week}", week=period_words(_, week)))]
    if groups:
        first = groups[0]
        small = [row for row in agents if row.is_small and row.sampled]
        figures = [mean_figure(_, first), critical_figure(_, first), scored_figure(_, first)]
        figures.append(
            KeyFigure(
                _("Small samples"), str(len(small)), _("of {n} agents", n=len(agents)), "warning" if small else "plain"
            )
        )
        blocks.append(KeyFigures(tuple(figures)))
        blocks += _cautions(_, first)
    if len(groups) > 1:
        blocks.append(_results_table(_, report, groups[1:], _("Team or community")))
    if agents:
        blocks.append(_results_table(_, report, agents, _("Agent")))
        blocks.append(
            Paragraph(
                _(
                    "Intervals that overlap say nothing about who is better. Small samples are not fit to compare "
                    "people by; n/a is not known, and not 0."
                ),
                tone="muted",
            )
        )
    return blocks


def _cautions(_: Translator, row: Row[Any]) -> list[Block]:
    found: list[Block] = []
    if not row.sampled:
        found.append(Notice(_("Nothing was scored: the result is not known (n/a).")))
    elif (
        row.low_95 is not None
        and row.low_95 == row.high_95
        and row.sampled < items_covered(row.population, row.covered_share)
    ):
        text = _.ngettext(
            "No spread was seen in {n} item: the interval has no width, which does not prove all others alike.",
            "No spread was seen in {n} items: the interval has no width, which does not prove all others alike.",
            row.sampled,
        )
        found.append(Notice(text, "plain"))
    if row.sampled and row.covered_share is not None and row.covered_share < 1:
        words = _(
            "It speaks for {share} of the items: of the agents, channels and kinds of the others nothing is scored.",
            share=share_text(row.covered_share),
        )
        found.append(Paragraph(words, tone="warning"))
    if not row.is_final:
        found.append(
            Paragraph(_("Not final yet: scores or appeals are open, the figures may still change."), tone="muted")
        )
    return found


def _results_table(_: Translator, report: WeekReport, rows: Sequence[Row[Any]], heading: str) -> DataTable:
    columns = (
        Column(heading),
        Column(_("Scored / drawn"), "end"),
        Column(_("Mean score"), "end"),
        Column(_("Critical errors"), "end"),
    )
    lines = tuple(result_cells(_, report.group_name(_, row), row) for row in rows[:SHOWN_ROWS])
    return DataTable(columns, lines, more=more_text(_, len(rows), SHOWN_ROWS))


# -- what was drawn ---------------------------------------------------------------------------------------------------


def _drawn_blocks(_: Translator, report: WeekReport) -> list[Block]:
    blocks: list[Block] = []
    for draw in report.draws:
        theirs = [row for row in report.drawn if row.draw_code == draw.draw_code]
        if draw.kind == "month_end":
            blocks += _month_end_blocks(_, draw, theirs)
            continue
        lines = [
            _(
                "{frame} calls and cases were closed, {population} of them could be drawn.",
                frame=sum(row.frame_items for row in theirs),
                population=sum(row.population for row in theirs),
            ),
            _(
                "{n} were drawn: {random} at random, {risk} by risk, {others} corrections looked at again.",
                n=sum(row.at_random + row.by_risk + row.others for row in theirs),
                random=sum(row.at_random for row in theirs),
                risk=sum(row.by_risk for row in theirs),
                others=sum(row.others for row in theirs),
            ),
            _("They are scored by {day}.", day=day_text(draw.due_on, _.language)),
        ]
        if draw.late_items and report.scope.is_all:
            lines.append(
                _("{n} items came in after their own week was drawn and were drawn with this one.", n=draw.late_items)
            )
        blocks += [Section(_("Drawn of {week}", week=period_words(_, draw.period))), Bullets(tuple(lines))]
        blocks += _shortage(_, draw)
    return blocks


def _month_end_blocks(_: Translator, draw: Row[Any], theirs: Sequence[Row[Any]]) -> list[Block]:
    drawn = sum(row.others for row in theirs)
    if not drawn and not draw.dropped_items:
        return []
    lines = [
        _(
            "{n} more items were drawn for the acceptance plans of {month}, to be scored by {day}.",
            n=drawn,
            month=period_words(_, draw.period),
            day=day_text(draw.due_on, _.language),
        )
    ]
    if draw.dropped_items:
        lines.append(_("{n} items found no room: these agents' lots have no verdict this month.", n=draw.dropped_items))
    return [Section(_("Month-end sample")), Bullets(tuple(lines))]


def _shortage(_: Translator, draw: Row[Any]) -> list[Block]:
    """What the reviewers' room did not suffice for; said to everybody whom the figures are shown to."""
    drawn_at_random = draw.random_items + draw.minimum_items
    if draw.population and not drawn_at_random:
        return [
            Notice(_("No reviewer had room: nothing was drawn, and this week has no results (n/a)."), "bad"),
        ]
    if draw.minimum_needed > drawn_at_random:
        return [
            Notice(
                _(
                    "The reviewers have room for {capacity} scores; the minimum of every agent needs {needed} items. "
                    "{drawn} were drawn at random and {dropped} left out, chosen by lot: figures stay unbiased, "
                    "intervals are wide, and some agents have no result.",
                    capacity=draw.capacity,
                    needed=draw.minimum_needed,
                    drawn=drawn_at_random,
                    dropped=draw.minimum_needed - drawn_at_random,
                )
            )
        ]
    return []


# -- checks, corrections, appeals -------------------------------------------------------------------------------------


def _finding_blocks(_: Translator, report: WeekReport) -> list[Block]:
    if not report.weeks:
        return []
    heading = _("Automatic checks of all calls and cases: {n} found", n=len(report.findings))
    if not report.findings:
        return [Section(heading), Paragraph(_("Nothing was found."), tone="good")]
    counts = Counter(row.check_name for row in report.findings)
    figures = tuple(KeyFigure(check_words(_, name), str(n), tone="warning") for name, n in sorted(counts.items()))
    by_agent: dict[str, Counter[str]] = {}
    for row in report.findings:
        by_agent.setdefault(row.staff_code or "", Counter())[row.check_name] += 1
    agents = sorted(by_agent, key=lambda code: (-by_agent[code].total(), code))
    columns = (Column(_("Agent")), Column(_("Found"), "end"), Column(_("Of these")), Column(_("Such as")))
    examples = {row.staff_code or "": row for row in reversed(report.findings)}
    lines = tuple(
        (
            report.name(code) if code else _("nobody known"),
            str(by_agent[code].total()),
            listed(_, (f"{check_words(_, name)} {n}" for name, n in sorted(by_agent[code].items()))),
            _example(_, examples[code]),
        )
        for code in agents[:SHOWN_ROWS]
    )
    return [
        Section(heading),
        KeyFigures(figures),
        DataTable(columns, lines, more=more_text(_, len(agents), SHOWN_ROWS)),
    ]


def _example(_: Translator, row: Row[Any]) -> Cell:
    return Cell(subject_words(_, row.subject_kind, row.subject_code), note=finding_words(_, row.check_name, row.detail))


def _correction_blocks(_: Translator, report: WeekReport) -> list[Block]:
    rows = report.corrections
    if not rows:
        return []
    columns = (Column(_("Case")), Column(_("Agent")), Column(_("Criteria failed")), Column(_("Opened on")))
    lines = tuple(
        (
            Cell(row.case_code, note=row.sample_code),
            report.name(row.staff_code),
            criteria_words(_, row.criteria),
            short_day(local_day(row.opened_at)),
        )
        for row in rows[:SHOWN_ROWS]
    )
    note = _("Write correction and prevention into the case and close it; the next draw looks at it again.")
    return [
        Section(_("Errors still to be corrected ({n})", n=len(rows)), note),
        DataTable(columns, lines, more=more_text(_, len(rows), SHOWN_ROWS)),
    ]


def _appeal_blocks(_: Translator, report: WeekReport) -> list[Block]:
    rows = report.appeals
    if not rows:
        return []
    columns = (Column(_("Sample")), Column(_("Agent")), Column(_("Score"), "end"), Column(_("To be decided by")))
    lines = tuple(
        (
            row.sample_code,
            report.name(row.staff_code),
            score_text(row.score_before),
            "–" if row.due_on is None else short_day(row.due_on),
        )
        for row in rows[:SHOWN_ROWS]
    )
    return [
        Section(_("Open appeals ({n})", n=len(rows))),
        DataTable(columns, lines, more=more_text(_, len(rows), SHOWN_ROWS)),
    ]
