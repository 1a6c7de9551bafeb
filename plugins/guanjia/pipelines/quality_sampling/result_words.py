"""Results as cells and rows, and where each figure comes from: the same words in mail, workbook and pages."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from sqlalchemy import Row

from guanjia.gateways.mail.letter import Cell, KeyFigure, Tone
from guanjia.gateways.spreadsheets.listing import Cell as SheetCell
from guanjia.gateways.spreadsheets.listing import Listing
from guanjia.i18n import N_, Translator
from guanjia.i18n.formats import share_text
from guanjia.pipelines.quality_sampling.words import UNKNOWN, interval_text, items_covered, score_text, share_interval

FORMULAS: Final = (
    (
        N_("Mean score"),
        N_("Σ score × weight ÷ Σ weight; an item's weight is 1 ÷ its probability of being drawn"),
        "samples.score, samples.probability; quality_results.mean_score",
    ),
    (
        N_("95 % interval of the mean"),
        N_(
            "mean ± t × standard error by the joint probabilities of the two random draws, degrees of freedom by "
            "Satterthwaite, cut to 0 and 100; where all items are scored nothing is left to estimate and it has no "
            "width; without any spread in a sample it has none either, which proves nothing"
        ),
        "quality_results.low_95, high_95, degrees",
    ),
    (
        N_("Critical errors"),
        N_("weighted share of items with a critical error; 95 % interval by Wilson on the effective number of items"),
        "samples.is_critical; quality_results.critical_rate",
    ),
    (
        N_("Scored / drawn / items"),
        N_("items scored of those drawn, of all that were closed in the period and could be drawn"),
        "quality_results.sampled, drawn, population",
    ),
    (
        N_("small sample"),
        N_("fewer items scored than the setting quality_small_sample: not fit to compare people by"),
        "quality_results.is_small",
    ),
    (
        UNKNOWN,
        N_("nothing was scored: not known, which is neither 0 nor good nor bad"),
        "quality_results.sampled = 0",
    ),
    (
        N_("Random part"),
        N_("items drawn by lot within each agent, channel and kind; the others by lot within classes of equal risk"),
        "quality_strata, quality_risk_classes, quality_draws",
    ),
    (
        N_("Automatic checks"),
        N_("every call and case of the week is looked at, not a sample"),
        "quality_findings",
    ),
)
"""Figure, formula, source."""


def formulas_sheet(_: Translator, *more: tuple[str, str, str]) -> Listing:
    """The sheet that says how each figure is made and where it comes from."""
    rows = [(_(name), _(formula), source) for name, formula, source in (*FORMULAS, *more)]
    return Listing(_("How it is computed"), ((_("Figure"), 26), (_("Formula"), 80), (_("Source"), 46)), rows)


def mean_figure(_: Translator, row: Row[Any]) -> KeyFigure:
    """The mean of a result with its interval, or what is amiss with it."""
    note = _interval(_, row)
    tone: Tone = "plain"
    if row.is_small:
        tone = "warning"
        note = f"{note}{'；' if _.language == 'zh' else '; '}{_('small sample')}" if row.sampled else note
    return KeyFigure(_("Mean score"), score_text(row.mean_score), note, tone)


def critical_figure(_: Translator, row: Row[Any]) -> KeyFigure:
    """The share of critical errors with its interval."""
    tone: Tone = "plain" if not row.critical_rate else "bad"
    return KeyFigure(
        _("Critical errors"),
        share_text(row.critical_rate),
        share_interval(_, row.critical_low_95, row.critical_high_95),
        tone,
    )


def scored_figure(_: Translator, row: Row[Any]) -> KeyFigure:
    """How many items were scored of how many."""
    return KeyFigure(_("Scored"), str(row.sampled), _("of {drawn} drawn, {n} items", drawn=row.drawn, n=row.population))


def result_cells(_: Translator, name: str, row: Row[Any]) -> tuple[Cell, ...]:
    """A result as a line of a table: whose, scored, mean, critical errors."""
    return (
        Cell(name, note=_("small sample") if row.is_small and row.sampled else ""),
        Cell(f"{row.sampled} / {row.drawn}", note=_("of {n}", n=row.population)),
        Cell(
            score_text(row.mean_score),
            "muted" if row.mean_score is None else "plain",
            _interval(_, row),
        ),
        Cell(
            share_text(row.critical_rate),
            "bad" if row.critical_rate else "muted" if row.critical_rate is None else "plain",
            share_interval(_, row.critical_low_95, row.critical_high_95),
        ),
    )


def result_headings(_: Translator) -> tuple[tuple[str, int], ...]:
    """Headings of `result_row`, with their widths."""
    return (
        (_("Scope"), 12),
        (_("Of"), 20),
        (_("Items"), 8),
        (_("Drawn"), 8),
        (_("Scored"), 8),
        (_("Mean score"), 10),
        (_("from (95 %)"), 12),
        (_("to (95 %)"), 12),
        (_("Critical errors, %"), 12),
        (_("from (95 %)"), 12),
        (_("to (95 %)"), 12),
        (_("Random part: scored"), 12),
        (_("Random part: mean"), 12),
        (_("Covered"), 10),
        (_("Remark"), 24),
    )


def result_row(_: Translator, scope: str, name: str, row: Row[Any]) -> tuple[SheetCell, ...]:
    """A result as a line of a sheet; what is not known says so."""
    return (
        scope,
        name,
        row.population,
        row.drawn,
        row.sampled,
        _or_unknown(row.mean_score, "0.01"),
        _or_unknown(row.low_95, "0.01"),
        _or_unknown(row.high_95, "0.01"),
        _per_cent(row.critical_rate),
        _per_cent(row.critical_low_95),
        _per_cent(row.critical_high_95),
        row.random_sampled,
        _or_unknown(row.random_mean, "0.01"),
        share_text(row.covered_share),
        _remark(_, row),
    )


def scope_words(_: Translator, scope_kind: str) -> str:
    """What a result is of."""
    words = {"company": _("company"), "community": _("community"), "team": _("team"), "staff": _("agent")}
    return words.get(scope_kind, scope_kind)


def _remark(_: Translator, row: Row[Any]) -> str:
    if not row.sampled:
        return _("nothing scored")
    found = [_("small sample")] if row.is_small else []
    if row.low_95 is None:
        found.append(_("one item: no interval"))
    elif row.low_95 == row.high_95:
        found.append(_interval(_, row))
    if not row.is_final:
        found.append(_("not final yet"))
    return ("；" if _.language == "zh" else "; ").join(found)


def _interval(_: Translator, row: Row[Any]) -> str:
    covered = items_covered(row.population, row.covered_share)
    return interval_text(_, row.low_95, row.high_95, row.sampled, covered)


def _per_cent(share: Decimal | None) -> SheetCell:
    return _or_unknown(None if share is None else share * 100, "0.01")


def _or_unknown(number: Decimal | None, places: str) -> SheetCell:
    return UNKNOWN if number is None else number.quantize(Decimal(places), ROUND_HALF_UP)
