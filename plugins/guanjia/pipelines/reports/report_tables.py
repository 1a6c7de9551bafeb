"""The chapters of a report as tables: each figure with the period before, the change and the target.

A change for the worse and a missed target are said in a word beside the colour. A chapter in which nothing could be
counted, or nothing was, is left out; the remarks name it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from guanjia.domain.report_catalogue import CLASSES, KINDS, Subject
from guanjia.domain.report_figures import Pair
from guanjia.gateways.mail.letter import Block, Cell, Column, DataTable, Paragraph, Picture, Section
from guanjia.i18n import Translator
from guanjia.i18n.formats import share_text
from guanjia.pipelines.reports.edition import Breakdown, BreakdownKind, CommunityFigure, EditionFigure, ReportEdition
from guanjia.pipelines.reports.report_charts import ReportCharts
from guanjia.pipelines.reports.report_estimates import estimate_blocks
from guanjia.pipelines.reports.report_words import (
    CHAPTERS,
    NOT_KNOWN,
    before_spoken,
    change_text,
    number_text,
    period_before,
    this_period,
    title_of,
    unbroken,
    value_text,
)

SHOWN_PARTS: Final = 16
"""Rows of a table by community, team or department in the mail; the workbook has all."""

NOTABLE: Final = Decimal("0.05")
"""Part of the value before by which a figure without a target must be worse to be marked."""

_COMPARED: Final = ("cases_in.total", "cases_open.total", "cases_overdue", "on_time.total", "collection_rate")
"""Figures by which communities are compared."""


def chapter_blocks(_: Translator, edition: ReportEdition, charts: ReportCharts) -> list[Block]:
    """The chapters that have something to tell, in order."""
    blocks: list[Block] = []
    for subject, title in CHAPTERS.items():
        figures = edition.chapter(subject)
        if any(each.value is not None for each in figures) and subject not in quiet_chapters(edition):
            blocks.append(Section(_(title)))
            blocks += _chapter(_, edition, subject, figures, charts)
    return blocks


def unknown_chapters(edition: ReportEdition) -> list[Subject]:
    """Chapters the report has and in which nothing could be counted."""
    chapters = {subject: edition.chapter(subject) for subject in CHAPTERS}
    return [subject for subject, figures in chapters.items() if figures and all(each.value is None for each in figures)]


def quiet_chapters(edition: ReportEdition) -> list[Subject]:
    """Chapters in which all that could be counted is nothing, in this period and the one before; never the cases."""
    found: list[Subject] = []
    for subject in CHAPTERS:
        figures = edition.chapter(subject)
        is_known = any(each.value is not None for each in figures)
        if subject != "cases" and is_known and not any(each.value or each.previous for each in figures):
            found.append(subject)
    return found


def _chapter(
    _: Translator,
    edition: ReportEdition,
    subject: Subject,
    figures: Sequence[EditionFigure],
    charts: ReportCharts,
) -> list[Block]:
    if subject == "cases":
        others = [each for each in figures if "." not in each.code]
        return [*_picture(charts, "trend"), _kinds_table(_, edition), figure_table(_, edition, others)]
    if subject == "deadlines":
        return [*_picture(charts, "on_time"), figure_table(_, edition, figures)]
    if subject == "money":
        return [*_picture(charts, "arrears"), figure_table(_, edition, figures)]
    if subject == "callbacks":
        rated = [each for each in figures if each.code.startswith("rated.")]
        others = [each for each in figures if each not in rated]
        return [figure_table(_, edition, others), *_ratings(_, rated)]
    if subject == "quality":
        return [figure_table(_, edition, figures), *estimate_blocks(_, edition)]
    if subject == "people":
        return [figure_table(_, edition, figures), *_parts(_, edition, "team", figures)]
    if subject == "feedback":
        return [figure_table(_, edition, figures), *_parts_of_feedback(_, edition)]
    return [figure_table(_, edition, figures)]


def _picture(charts: ReportCharts, name: str) -> list[Block]:
    chart = getattr(charts, name)
    return [] if chart is None else [Picture(chart.content_id, chart.says)]


def figure_table(_: Translator, edition: ReportEdition, figures: Sequence[EditionFigure]) -> DataTable:
    """Figures one below the other; the column of targets only where there is one.

    Parts of a count (a level, an age, a class) of which there was nothing in both periods are left out.
    """
    figures = [each for each in figures if "." not in each.code or each.is_share or each.value or each.previous]
    has_targets = any(each.target is not None for each in figures)
    columns = [
        Column(_("Figure")),
        Column(this_period(_, edition.report), "end"),
        Column(period_before(_, edition.report), "end"),
        Column(_("Difference"), "end"),
    ]
    if has_targets:
        columns.append(Column(_("Target"), "end"))
    rows = []
    for each in figures:
        row: list[Cell | str] = [
            title_of(_, each) + ("*" if each.is_provisional else ""),
            Cell(value_text(_, each, each.value), "bad" if each.movement.meets_target is False else "plain"),
            value_text(_, each, each.previous),
            change_cell(_, each),
        ]
        rows.append((*row, target_cell(_, each)) if has_targets else tuple(row))
    return DataTable(tuple(columns), tuple(rows), is_figures=True)


def change_cell(_: Translator, figure: EditionFigure) -> Cell:
    """The change with its sign; a notable one for the worse says so in a word and in colour, all others are quiet."""
    text = change_text(_, figure)
    if not text:
        return Cell(NOT_KNOWN, "muted")
    return Cell(text, "bad", _("worse")) if is_notable(figure) and text != "±0" else Cell(text)


def is_notable(figure: EditionFigure) -> bool:
    """Whether a change for the worse is worth a manager's eye: not while the target is met, nor by a hair."""
    move = figure.movement
    if move.direction != "worse" or move.meets_target:
        return False
    return move.meets_target is False or move.change_share is None or abs(move.change_share) >= NOTABLE


def target_cell(_: Translator, figure: EditionFigure) -> Cell:
    """The target, and whether it was met; what is red where it was not is the value."""
    if figure.target is None:
        return Cell("–", "muted")
    meets = figure.movement.meets_target
    text = value_text(_, figure, figure.target)
    if meets is None:
        return Cell(text, "muted")
    return Cell(text, note=_("target met") if meets else _("target missed"))


def _kinds_table(_: Translator, edition: ReportEdition) -> DataTable:
    """Cases by kind; kinds of which there was nothing are left out, of the day but for both repairs (REP-02)."""
    always = ("repair_in_home", "repair_public") if edition.report == "daily" else ()
    words = [word for word in ("in", "out", "reopened", "open") if edition.figure(f"cases_{word}.total")]
    headings = {
        "in": _("Came in"),
        "out": _("Finished"),
        "reopened": _("Reopened"),
        "open": _("Open at the end"),
    }
    columns = (Column(_("Kind")), *(Column(headings[word], "end") for word in words))
    rows = []
    for kind, (title, title_zh) in {**KINDS, "total": (_("All kinds"), _("All kinds"))}.items():
        figures = [edition.figure(f"cases_{word}.{kind}") for word in words]
        is_quiet = not any(each is not None and (each.value or each.previous) for each in figures)
        if is_quiet and kind not in ("total", *always):
            continue
        cells = [Cell(NOT_KNOWN) if each is None else _kind_cell(_, edition, each) for each in figures]
        rows.append((Cell(title_zh if _.language == "zh" else title), *cells))
    than = _("Small figures: change on {before}, where there is one.", before=before_spoken(_, edition.report))
    return DataTable(columns, tuple(rows), more=than, is_figures=True)


def _kind_cell(_: Translator, edition: ReportEdition, figure: EditionFigure) -> Cell:
    change = change_text(_, figure)
    return Cell(value_text(_, figure, figure.value), note="" if change == "±0" else change)


def _ratings(_: Translator, figures: Sequence[EditionFigure]) -> list[Block]:
    if not any(each.value for each in figures):
        return []
    total = sum((each.value or Decimal(0) for each in figures), Decimal(0))
    times = " 次" if _.language == "zh" else ""
    shown = [
        f"{title_of(_, each)}{' ' if times else ': '}{value_text(_, each, each.value)}{times}"
        + _(" ({words})", words=share_text((each.value or Decimal(0)) / total))
        for each in figures
    ]
    return [Paragraph(unbroken(_("Ratings given. {list}", list=_("; ").join(shown))), tone="muted")]


# -- by team, department and community --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """A part of the scope with its values of some figures, in their order."""

    code: str
    name: str
    pairs: tuple[Pair, ...]


def parts_of(edition: ReportEdition, kind: BreakdownKind, figures: Sequence[EditionFigure]) -> list[Part]:
    """The parts of a kind with their values of these figures, by name; what was not said stands last."""
    names = {each.code: each.name for each in edition.breakdowns if each.kind == kind}
    known = {(each.code, each.figure): each for each in edition.breakdowns if each.kind == kind}
    found = []
    for code in sorted(names, key=lambda code: (not code, names[code], code)):
        rows = [(known.get((code, figure.code)), figure) for figure in figures]
        if any(row is not None for row, _figure in rows):
            found.append(Part(code, names[code], tuple(_part_pair(row, figure) for row, figure in rows)))
    return found


def _part_pair(row: Breakdown | None, figure: EditionFigure) -> Pair:
    """A part's pair; a count it has no row of is 0, a share n/a."""
    if row is None:
        return Pair(None if figure.is_share else Decimal(0), None, figure.is_share)
    return Pair(row.numerator, row.denominator, figure.is_share)


def part_name(_: Translator, kind: BreakdownKind, code: str, name: str) -> str:
    """A part as the reader knows it; classes of feedback in the reader's language."""
    if kind == "cause" and code in CLASSES:
        return CLASSES[code][_.language == "zh"]
    return name or (_("in no team") if kind == "team" else _("not said"))


def _parts(_: Translator, edition: ReportEdition, kind: BreakdownKind, figures: Sequence[EditionFigure]) -> list[Block]:
    parts = parts_of(edition, kind, figures)
    if not any(part.code for part in parts):
        return []  # nothing was said of any: the whole is told above
    heading = {"team": _("Team"), "department": _("Department answering"), "cause": _("Cause")}.get(kind, _("Part"))
    columns = (Column(heading), *(Column(title_of(_, each), "end") for each in figures))
    cells = _judged if kind == "team" else _shared
    rows = [
        (Cell(part_name(_, kind, part.code, part.name)), *cells(_, figures, part.pairs)) for part in parts[:SHOWN_PARTS]
    ]
    return [DataTable(columns, tuple(rows), more=_rest(_, len(parts)), is_figures=True)]


def _judged(_: Translator, figures: Sequence[EditionFigure], pairs: Sequence[Pair]) -> list[Cell]:
    """Values of a part, those below their target marked in a word."""
    cells = []
    for figure, pair in zip(figures, pairs, strict=True):
        is_missed = _misses(figure, pair.value)
        text = value_text(_, figure, pair.value)
        cells.append(Cell(text, "bad", _("target missed")) if is_missed else Cell(text))
    return cells


def _shared(_: Translator, figures: Sequence[EditionFigure], pairs: Sequence[Pair]) -> list[Cell]:
    """Counts of a part, each with its share of the whole."""
    cells = []
    for figure, pair in zip(figures, pairs, strict=True):
        text = value_text(_, figure, pair.value)
        if pair.value and figure.value:
            text += _(" ({words})", words=share_text(pair.value / figure.value))
        cells.append(Cell(text))
    return cells


def _misses(figure: EditionFigure, value: Decimal | None) -> bool:
    if value is None or figure.target is None or figure.better == "neither":
        return False
    return value < figure.target if figure.better == "more" else value > figure.target


def _parts_of_feedback(_: Translator, edition: ReportEdition) -> list[Block]:
    """Complaints and suggestions by cause and by department (REP-05)."""
    kinds: tuple[BreakdownKind, ...] = ("cause", "department")
    blocks: list[Block] = []
    for kind in kinds:
        codes = {each.figure for each in edition.breakdowns if each.kind == kind}
        blocks += _parts(_, edition, kind, [each for each in edition.figures if each.code in codes])
    return blocks


def community_blocks(_: Translator, edition: ReportEdition) -> list[Block]:
    """The communities side by side, those with most overdue first; nothing where there is only one."""
    if len(edition.communities) < 2:
        return []
    figures = [figure for code in _COMPARED if (figure := edition.figure(code)) is not None]
    rows = {(each.community_code, each.figure): each for each in edition.by_community}
    lines = []
    for community in edition.communities:
        pairs = [_pair(rows.get((community.community_code, each.code)), each) for each in figures]
        if any(pair.numerator is not None for pair in pairs):
            lines.append((community, pairs))
    ranks = [
        place
        for code in ("cases_overdue", "cases_open.total")
        for place, each in enumerate(figures)
        if each.code == code
    ]
    lines.sort(key=lambda line: [-(line[1][place].value or Decimal(0)) for place in ranks])
    if not any(pair.value for _community, pairs in lines for pair in pairs):
        return []
    columns = (Column(_("Community")), *(Column(short_title(_, each), "end") for each in figures))
    shown = [(Cell(community.community_name), *_judged(_, figures, pairs)) for community, pairs in lines[:SHOWN_PARTS]]
    note = _("Those with most overdue first.")
    table = DataTable(columns, tuple(shown), more=_rest(_, len(lines)), is_figures=True)
    return [Section(_("Communities compared"), note), table]


def _pair(row: CommunityFigure | None, figure: EditionFigure) -> Pair:
    if row is None:
        return Pair(None, None, figure.is_share)
    return Pair(row.numerator, row.denominator, figure.is_share)


def short_title(_: Translator, figure: EditionFigure) -> str:
    """A figure's name where there is little room."""
    return {
        "cases_in.total": _("Came in"),
        "cases_open.total": _("Open at the end"),
        "on_time.total": _("Kept on time"),
    }.get(figure.code, title_of(_, figure))


def _rest(_: Translator, count: int) -> str:
    if count <= SHOWN_PARTS:
        return ""
    return _("… and {n} more in the workbook", n=number_text(_, "count", Decimal(count - SHOWN_PARTS)))
