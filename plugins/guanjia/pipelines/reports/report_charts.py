"""The charts of a report: cases over twelve periods, deadlines kept by milestone, arrears by age; each also in words.

Drawn once per scope and language; the words carry every number of the picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from guanjia.domain.report_catalogue import AGES, MILESTONES
from guanjia.gateways.charts import Chart, Series, bar_chart, line_chart
from guanjia.i18n import N_, Translator, gettext_for
from guanjia.i18n.formats import listed
from guanjia.pipelines.reports.edition import EditionFigure, ReportEdition
from guanjia.pipelines.reports.report_words import short_value, value_text

SHOWN_BARS: Final = 8
_TREND: Final = (
    ("cases_in.total", N_("Came in")),
    ("cases_out.total", N_("Finished")),
    ("cases_open.total", N_("Open at the end")),
)


@dataclass(frozen=True)
class ReportCharts:
    """The charts of a scope in a language; None: there is nothing to draw."""

    trend: Chart | None = None
    on_time: Chart | None = None
    arrears: Chart | None = None

    @property
    def drawn(self) -> tuple[Chart, ...]:
        """Those there are, in the order of the mail."""
        return tuple(each for each in (self.trend, self.on_time, self.arrears) if each is not None)


def report_charts(edition: ReportEdition, language: str) -> ReportCharts:
    """Draw the charts of an edition's scope.

    Args:
        edition: one scope of it.
        language: zh or en.

    Raises:
        DocumentError: the fonts are not installed.
    """
    _ = gettext_for(language)
    return ReportCharts(_trend(_, edition), _on_time(_, edition), _arrears(_, edition))


def short_period(period: str) -> str:
    """A period as the axis has it: ``11-20`` of a day, ``26-10`` of a month."""
    return period[5:] if len(period) == len("2026-11-20") else period[2:]


def _trend(_: Translator, edition: ReportEdition) -> Chart | None:
    figures = [(figure, _(name)) for code, name in _TREND if (figure := edition.figure(code)) and figure.trend]
    known = [place for figure, _name in figures for place, value in enumerate(figure.trend) if value is not None]
    if len(set(known)) < 2 or not any(value for figure, _name in figures for value in figure.trend):
        return None
    first = min(known)
    labels = [short_period(period) for period in edition.trend_periods[first:]]
    series = [Series(name, figure.trend[first:]) for figure, name in figures]
    numbers = [
        _(
            "{name}: {values}",
            name=name,
            values=listed(_, (value_text(_, figure, each) for each in figure.trend[first:])),
        )
        for figure, name in figures
    ]
    says = _(
        "Cases from {first} to {last}, {n} periods, oldest first. {numbers}.",
        first=labels[0],
        last=labels[-1],
        n=len(labels),
        numbers=_("; ").join(numbers),
    )
    return line_chart(series, labels, says=says)


def _on_time(_: Translator, edition: ReportEdition) -> Chart | None:
    figures = [each for each in edition.chapter("deadlines") if each.value is not None][:SHOWN_BARS]
    if not figures:
        return None
    target = figures[0].target
    names = [_milestone(_, each) for each in figures]
    shown = [value_text(_, each, each.value) for each in figures]
    numbers = _pairs(_, names, shown)
    if target is None:
        says = _("Share of deadlines kept: {numbers}.", numbers=numbers)
    else:
        wanted = value_text(_, figures[0], target)
        says = _("Share of deadlines kept, target {target}: {numbers}.", target=wanted, numbers=numbers)
    return bar_chart(
        Series(_("Kept on time"), [each.value for each in figures]),
        names,
        says=says,
        shown=shown,
        target=target,
        target_name="" if target is None else _("Target {target}", target=value_text(_, figures[0], target)),
        limit=Decimal(1),
    )


def _milestone(_: Translator, figure: EditionFigure) -> str:
    word = figure.code.partition(".")[2]
    title, title_zh = MILESTONES.get(word, (word, word))
    return title_zh if _.language == "zh" else title[:1].upper() + title[1:]


def _arrears(_: Translator, edition: ReportEdition) -> Chart | None:
    figures = [each for age in AGES if (each := edition.figure(f"arrears.{age}")) is not None]
    if not any(each.value for each in figures):
        return None
    names = [AGES[each.code.partition(".")[2]][_.language == "zh"] for each in figures]
    shown = [short_value(_, each, each.value) for each in figures]
    says = _("Arrears by days since they were due: {numbers}.", numbers=_pairs(_, names, shown))
    return bar_chart(Series(_("Open amount"), [each.value for each in figures]), names, says=says, shown=shown)


def _pairs(_: Translator, names: Sequence[str], shown: Sequence[str]) -> str:
    return _("; ").join(f"{name} {text}" for name, text in zip(names, shown, strict=True))
