"""Sheets of a report's workbook beside the figures by community: trend, teams and other parts, changes, formulas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from guanjia.domain.report_figures import Pair
from guanjia.gateways.spreadsheets.tablebook import (
    BookCell,
    BookChart,
    BookColumn,
    BookSheet,
    CellKind,
    Shown,
    Worked,
)
from guanjia.i18n import Translator
from guanjia.pipelines.reports.edition import BreakdownKind, EditionFigure, ReportEdition
from guanjia.pipelines.reports.letters_report import correction_words, preview_words
from guanjia.pipelines.reports.report_charts import short_period
from guanjia.pipelines.reports.report_tables import part_name, parts_of
from guanjia.pipelines.reports.report_words import NOT_KNOWN, formula_of, title_of, value_text

_TREND: Final = (
    "cases_in.total",
    "cases_out.total",
    "cases_open.total",
    "cases_overdue",
    "on_time.total",
    "collection_rate",
    "arrears",
    "satisfied",
    "inspected",
    "attendance",
    "adherence",
)


def figure_kind(figure: EditionFigure) -> CellKind:
    """How a figure's values are written in cells."""
    kinds: dict[str, CellKind] = {"yuan": "amount", "share": "share", "seconds": "seconds", "points": "mean"}
    return "score" if figure.code == "satisfaction" else kinds.get(figure.unit, "count")


def warning_words(_: Translator, edition: ReportEdition) -> str:
    """What every sheet says of a preview or a correction; blank: nothing."""
    said = [preview_words(_)] if edition.is_preview else []
    return "  ".join([*said, correction_words(_, edition)] if edition.is_correction else said)


def trend_sheet(_: Translator, edition: ReportEdition) -> BookSheet | None:
    """The trend of the main figures as a table and two charts; nothing where none is kept."""
    figures = [
        figure
        for code in _TREND
        if (figure := edition.figure(code)) is not None and any(each is not None for each in figure.trend)
    ]
    if not figures:
        return None
    columns = [BookColumn(_("Period"), width=14)]
    columns += [BookColumn(title_of(_, each), figure_kind(each), 15) for each in figures]
    rows: list[list[BookCell]] = [
        [short_period(period), *(each.trend[place] if each.trend else None for each in figures)]
        for place, period in enumerate(edition.trend_periods)
    ]
    shown = {each.code: title_of(_, each) for each in figures}
    cases = tuple(shown[code] for code in _TREND[:3] if code in shown)
    shares = tuple(shown[code] for code in ("on_time.total", "collection_rate", "satisfied") if code in shown)
    charts = [BookChart("line", _("Cases"), cases)] if cases else []
    if shares:
        charts.append(BookChart("line", _("Shares"), shares, "0 %", maximum=1))
    return BookSheet(
        name=_("Trend"),
        title=_("Trend of {n} periods", n=len(edition.trend_periods)),
        note=_("An empty cell: not known, or nothing to count."),
        warning=warning_words(_, edition),
        table_name="ReportTrend",
        columns=tuple(columns),
        rows=rows,
        charts=tuple(charts),
        charts_below=True,
    )


def teams_sheet(_: Translator, edition: ReportEdition) -> BookSheet | None:
    """Attendance and adherence by team; nothing where the scope has none."""
    figures = [each for each in edition.chapter("people") if each.is_share]
    return people_sheet(_, edition, "team", figures, (_("Teams"), _("Attendance by team"), _("Team"), "ReportTeams"))


def people_sheet(
    _: Translator,
    edition: ReportEdition,
    kind: BreakdownKind,
    figures: Sequence[EditionFigure],
    words: tuple[str, str, str, str],
) -> BookSheet | None:
    """Shares and means by team or agent, each worked out from its two numbers; nothing where the scope has none.

    Args:
        _: texts.
        edition: one scope of it.
        kind: team or agent.
        figures: shares and means, in order.
        words: name of the sheet, its title, heading of the first column, name of the table.
    """
    parts = parts_of(edition, kind, figures)
    if not parts:
        return None
    name, heading, part_heading, table_name = words
    columns = [BookColumn(part_heading, width=18)]
    for each in figures:
        title = title_of(_, each)
        columns += [
            BookColumn(title, figure_kind(each), 14),
            BookColumn(_("{title}: numerator", title=title), "number", 20),
            BookColumn(_("{title}: denominator", title=title), "number", 20),
        ]
    rows: list[list[BookCell]] = []
    for part in parts:
        line: list[BookCell] = [part_name(_, kind, part.code, part.name)]
        for place, (figure, pair) in enumerate(zip(figures, part.pairs, strict=True)):
            above, below = (chr(ord("A") + 1 + 3 * place + offset) for offset in (1, 2))
            formula = f'=IF(N({below}{{row}})=0,"{NOT_KNOWN}",{above}{{row}}/{below}{{row}})'
            line += [Worked(formula, pair.value, figure_kind(figure)), pair.numerator, pair.denominator]
        rows.append(line)
    return BookSheet(
        name=name,
        title=heading,
        note=_("Targets: {list}", list=_("; ").join(_targets(_, figures))),
        warning=warning_words(_, edition),
        table_name=table_name,
        columns=tuple(columns),
        rows=rows,
    )


def _targets(_: Translator, figures: Sequence[EditionFigure]) -> list[str]:
    return [f"{title_of(_, each)} {value_text(_, each, each.target)}" for each in figures if each.target is not None]


def parts_sheet(_: Translator, edition: ReportEdition) -> BookSheet | None:
    """Departments and causes: what figures are parted by besides people."""
    headings: dict[BreakdownKind, str] = {
        "department": _("Department answering"),
        "cause": _("Cause"),
    }
    figures = {each.code: each for each in edition.figures}
    known = [each for each in edition.breakdowns if each.kind in headings and each.figure in figures]
    if not known:
        return None
    columns = (
        BookColumn(_("Parted by"), width=16),
        BookColumn(_("Part"), width=20),
        BookColumn(_("Figure"), width=30),
        BookColumn(_("Numerator"), "number", 16),
        BookColumn(_("Denominator"), "number", 16),
        BookColumn(_("Its value"), "count", 16),
    )
    rows: list[list[BookCell]] = []
    for each in known:
        figure = figures[each.figure]
        formula = '=IF(N(E{row})=0,"n/a",D{row}/E{row})' if figure.is_share else '=IF(D{row}="","n/a",D{row})'
        value = Pair(each.numerator, each.denominator, figure.is_share).value
        rows.append(
            [
                headings[each.kind],
                part_name(_, each.kind, each.code, each.name),
                title_of(_, figure),
                each.numerator,
                each.denominator,
                Worked(formula, value, figure_kind(figure)),
            ]
        )
    return BookSheet(
        name=_("Figures by part"),
        title=_("By department and cause"),
        warning=warning_words(_, edition),
        table_name="ReportParts",
        columns=columns,
        rows=rows,
    )


def changes_sheet(_: Translator, edition: ReportEdition) -> BookSheet | None:
    """What a corrected edition changed."""
    if not edition.changes:
        return None
    figures = {each.code: each for each in edition.figures}
    columns = (
        BookColumn(_("Figure"), width=32),
        BookColumn(_("Edition before"), "number", 18),
        BookColumn(_("This edition"), "number", 18),
    )
    rows: list[list[BookCell]] = []
    for each in edition.changes:
        figure = figures.get(each.figure)
        kind: CellKind = "number" if figure is None else figure_kind(figure)
        values: list[BookCell] = [
            Shown(NOT_KNOWN if value is None else value, kind) for value in (each.before, each.after)
        ]
        rows.append([each.figure if figure is None else title_of(_, figure), *values])
    return BookSheet(
        name=_("What changed"),
        title=_("What changed"),
        warning=warning_words(_, edition),
        table_name="ReportChanges",
        columns=columns,
        rows=rows,
    )


def formulas_sheet(_: Translator, edition: ReportEdition) -> BookSheet:
    """How each figure is worked out, and from which datasets."""
    columns = (
        BookColumn(_("Figure"), width=30),
        BookColumn(_("How it is worked out"), width=70, is_wrapped=True),
        BookColumn(_("Counted in"), width=34, is_wrapped=True),
        BookColumn(_("Figure code"), width=28),
    )
    rows: list[list[BookCell]] = [
        [title_of(_, each), formula_of(_, each), ", ".join(each.source), Shown(each.code, tint="muted")]
        for each in edition.figures
    ]
    return BookSheet(
        name=_("Formulas and sources"),
        title=_("Formulas and sources"),
        note=_("As they were when this edition was computed."),
        warning=warning_words(_, edition),
        table_name="ReportFormulas",
        columns=columns,
        rows=rows,
        is_filtered=False,
    )
