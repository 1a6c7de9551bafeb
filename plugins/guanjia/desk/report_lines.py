"""Figures of a report as lines of a page: texts, tones and the points of a trend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Final

from guanjia.domain.report_figures import Pair, total
from guanjia.i18n import Translator
from guanjia.pipelines.reports.behind_words import pair_text
from guanjia.pipelines.reports.edition import CommunityFigure, EditionFigure, ReportEdition
from guanjia.pipelines.reports.explaining import base_rows, community_name
from guanjia.pipelines.reports.report_tables import change_cell, is_notable, part_name, parts_of, target_cell
from guanjia.pipelines.reports.report_words import CHAPTERS, short_value, title_of, value_text

WIDTH: Final = 96
HEIGHT: Final = 22
_MARGIN: Final = 2

_TILES: Final = (
    "cases_in.total",
    "on_time.total",
    "cases_overdue",
    "satisfied",
    "collection_rate",
    "inspected",
    "arrears",
    "calls_answered",
    "cases_open.total",
    "emergencies",
)
SHOWN_TILES: Final = 6


@dataclass(frozen=True)
class FigureLine:
    """A figure of a scope as a page shows it; texts in the visitor's language, blank where there is nothing to say."""

    code: str
    title: str
    value: str
    pair: str
    previous: str
    change: str
    change_tone: str
    change_note: str
    target: str
    target_tone: str
    target_note: str
    formula: str
    is_provisional: bool
    spark: tuple[str, ...]


@dataclass(frozen=True)
class Chapter:
    """A chapter of a report."""

    title: str
    lines: tuple[FigureLine, ...]
    left_out: int
    has_targets: bool
    has_pairs: bool


@dataclass(frozen=True)
class PartTable:
    """Parts of some figures: their titles, and by part a value with its pair for each; blank: nothing counted."""

    titles: tuple[str, ...]
    lines: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


@dataclass(frozen=True)
class BaseLine:
    """What a community adds to a figure; of the last line of a table, what all add up to."""

    name: str
    pair: str
    value: str
    before_pair: str
    before: str


def chapters(_: Translator, edition: ReportEdition, *, is_whole: bool) -> list[Chapter]:
    """The chapters of an edition in the order of its mail.

    Args:
        _: translator.
        edition: scope.
        is_whole: also parts of a count (a kind, level, age) of which there was nothing in both periods.
    """
    found = []
    for subject, title in CHAPTERS.items():
        figures = edition.chapter(subject)
        kept = [each for each in figures if is_whole or not _is_nothing(each)]
        if figures:
            lines = tuple(figure_line(_, each) for each in kept)
            has_targets = any(each.target is not None for each in kept)
            has_pairs = any(each.pair for each in lines)
            found.append(Chapter(_(title), lines, len(figures) - len(kept), has_targets, has_pairs))
    return found


def _is_nothing(figure: EditionFigure) -> bool:
    return "." in figure.code and not figure.is_share and not figure.value and not figure.previous


def figure_line(_: Translator, figure: EditionFigure) -> FigureLine:
    """One figure."""
    change, target = change_cell(_, figure), target_cell(_, figure)
    return FigureLine(
        code=figure.code,
        title=title_of(_, figure),
        value=value_text(_, figure, figure.value),
        pair=pair_text(figure, figure.numerator, figure.denominator) if figure.is_share and figure.numerator else "",
        previous=value_text(_, figure, figure.previous),
        change=change.text,
        change_tone="late" if is_notable(figure) else "",
        change_note=change.note,
        target="" if figure.target is None else target.text,
        target_tone="late" if target.tone == "bad" else "",
        target_note=target.note,
        formula=figure.formula_zh if _.language == "zh" else figure.formula_en,
        is_provisional=figure.is_provisional,
        spark=spark(figure.trend),
    )


def tiles(_: Translator, edition: ReportEdition) -> list[tuple[str, str, str, str]]:
    """The figures looked at first: code, value, title, tone."""
    known = [figure for code in _TILES if (figure := edition.figure(code)) is not None and figure.value is not None]
    return [
        (each.code, short_value(_, each, each.value), title_of(_, each), _tone(each)) for each in known[:SHOWN_TILES]
    ]


def _tone(figure: EditionFigure) -> str:
    if figure.code == "cases_overdue":
        return "warn" if figure.value else ""
    meets = figure.movement.meets_target
    return "" if meets is None else "good" if meets else "bad"


def base_lines(_: Translator, edition: ReportEdition, figure: EditionFigure) -> list[BaseLine]:
    """What each community adds, those of which nothing could be counted left out, and the sum as the last line."""
    rows = base_rows(edition, figure)
    if not rows:
        return []
    now = total((_now(each, figure) for each in rows), is_share=figure.is_share)
    before = total((_before(each, figure) for each in rows), is_share=figure.is_share)
    lines = [
        _base_line(
            _,
            figure,
            community_name(_, edition, each.community_code),
            _now(each, figure),
            _before(each, figure),
        )
        for each in rows
    ]
    return [*lines, _base_line(_, figure, _("Together"), now, before)]


def _now(row: CommunityFigure, figure: EditionFigure) -> Pair:
    return Pair(row.numerator, row.denominator, figure.is_share)


def _before(row: CommunityFigure, figure: EditionFigure) -> Pair:
    return Pair(row.previous_numerator, row.previous_denominator, figure.is_share)


def _base_line(_: Translator, figure: EditionFigure, name: str, now: Pair, before: Pair) -> BaseLine:
    return BaseLine(
        name,
        pair_text(figure, now.numerator, now.denominator),
        value_text(_, figure, now.value),
        pair_text(figure, before.numerator, before.denominator),
        value_text(_, figure, before.value),
    )


def part_tables(_: Translator, edition: ReportEdition, figure: EditionFigure | None = None) -> dict[str, PartTable]:
    """Parts of the scope's figures by kind (team, department, cause, agent): one line per part.

    Args:
        _: translator.
        edition: scope.
        figure: only parts of this figure; None: of all.
    """
    found: dict[str, PartTable] = {}
    for kind in dict.fromkeys(each.kind for each in edition.breakdowns):
        codes = dict.fromkeys(each.figure for each in edition.breakdowns if each.kind == kind)
        figures = [each for code in codes if (each := edition.figure(code)) and figure in (None, each)]
        lines = [
            (part_name(_, kind, part.code, part.name), tuple(map(partial(_part_cell, _), figures, part.pairs)))
            for part in parts_of(edition, kind, figures)
        ]
        lines = [(name, cells) for name, cells in lines if any(value for value, _pair in cells)]
        if lines:
            found[kind] = PartTable(tuple(title_of(_, each) for each in figures), tuple(lines))
    return found


def _part_cell(_: Translator, figure: EditionFigure, pair: Pair) -> tuple[str, str]:
    """Value of a part with its pair; blank where nothing was counted."""
    if pair.numerator is None or not (figure.is_share or pair.numerator):
        return "", ""
    counted = pair_text(figure, pair.numerator, pair.denominator) if figure.is_share else ""
    return value_text(_, figure, pair.value), counted


def spark(values: Sequence[Decimal | None]) -> tuple[str, ...]:
    """A trend as the points of lines in a box of `WIDTH` × `HEIGHT`, one line per stretch of known values.

    The box reaches from the smallest to the largest value. Fewer than two known values are no trend.
    """
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return ()
    low, high = min(known), max(known)
    step = Decimal(WIDTH - 2 * _MARGIN) / (len(values) - 1)
    room = HEIGHT - 2 * _MARGIN
    lines: list[list[str]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            lines.append([])
            continue
        share = (value - low) / (high - low) if high > low else Decimal("0.5")
        lines[-1].append(f"{_MARGIN + place * step:.1f},{_MARGIN + room * (1 - share):.1f}")
    return tuple(" ".join(line) for line in lines if line)


def trend_lines(_: Translator, edition: ReportEdition, figure: EditionFigure) -> list[tuple[str, str, int]]:
    """Periods of the trend with the value and its length in per cent of the longest, the newest first."""
    if all(each is None for each in figure.trend):
        return []
    longest = max((abs(each) for each in figure.trend if each is not None), default=Decimal(0))
    return [
        (period, value_text(_, figure, value), int(100 * abs(value) / longest) if value and longest else 0)
        for period, value in zip(reversed(edition.trend_periods), reversed(figure.trend), strict=True)
    ]
