"""The workbook of a report: every figure worked out again from the communities' numbers, and the rows behind them.

The overview's values are formulas over the table by community, written with their results; shares are sums over sums.
Names and telephone numbers are masked here, whatever comes in. Source: pipelines §7.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from guanjia.domain.report_figures import Pair, total
from guanjia.gateways.spreadsheets.listing import XLSX
from guanjia.gateways.spreadsheets.tablebook import (
    Book,
    BookCell,
    BookChart,
    BookColumn,
    BookSheet,
    CellKind,
    Shown,
    Tint,
    Worked,
    write_book,
)
from guanjia.i18n import Translator, gettext_for
from guanjia.outbox import Attachment
from guanjia.pipelines.reports.edition import CommunityFigure, EditionFigure, ReportEdition
from guanjia.pipelines.reports.letters_report import report_heading
from guanjia.pipelines.reports.report_details import detail_sheets
from guanjia.pipelines.reports.report_plan_sheets import agents_sheet, plan_sheet, ranking_sheet
from guanjia.pipelines.reports.report_sheets import (
    changes_sheet,
    figure_kind,
    formulas_sheet,
    parts_sheet,
    teams_sheet,
    trend_sheet,
    warning_words,
)
from guanjia.pipelines.reports.report_tables import is_notable
from guanjia.pipelines.reports.report_words import (
    CHAPTERS,
    NOT_KNOWN,
    TITLES,
    period_before,
    period_span,
    scope_name,
    shown_change,
    this_period,
    title_of,
)

BASE: Final = "ByCommunity"
"""Name of the table by community in formulas."""

_COMPARED: Final = (
    "cases_in.total",
    "cases_out.total",
    "cases_open.total",
    "cases_overdue",
    "on_time.total",
    "satisfied",
    "inspected",
    "collection_rate",
    "arrears",
)
_AGREES: Final = Decimal("0.000000001")
_NAME_SIGNS: Final = 60
"""Signs of a scope's name in the name of a file, at most."""


def report_workbook(edition: ReportEdition, language: str) -> Attachment:
    """The workbook of one scope of an edition.

    Args:
        edition: one scope of it, with its details.
        language: zh or en.

    Raises:
        ValueError: a figure is not what its communities add up to: the formula would tell something else than the mail.
    """
    _ = gettext_for(language)
    wanted = [
        _overview(_, edition),
        changes_sheet(_, edition),
        plan_sheet(_, edition),
        _comparison(_, edition),
        _base(_, edition),
        trend_sheet(_, edition),
        *detail_sheets(_, edition, warning_words(_, edition)),
        teams_sheet(_, edition),
        agents_sheet(_, edition),
        ranking_sheet(_, edition),
        parts_sheet(_, edition),
        formulas_sheet(_, edition),
    ]
    sheets = [sheet for sheet in wanted if sheet is not None]
    book = Book(report_heading(_, edition), tuple(sheets), edition.as_of, _("Total of what is shown"))
    return Attachment(report_file_name(_, edition, "xlsx"), XLSX, write_book(book, _.language))


def report_file_name(_: Translator, edition: ReportEdition, kind: str) -> str:
    """Name of an attachment; says preview and correction, too."""
    parts = [_(TITLES[edition.report]), edition.period, _as_file_name(scope_name(_, edition))]
    if edition.is_correction:
        parts.append(_("edition {n}", n=edition.shown_edition))
    if edition.is_preview:
        parts.append(_("preview"))
    return "-".join(parts) + f".{kind}"


def _as_file_name(name: str) -> str:
    """A name any system can save, and none shows in another order than it is written in."""
    signs = "".join(
        "-" if sign in '<>:"/\\|?*' or not (sign.isprintable() or sign == "\u200d") else sign for sign in name
    )
    return signs[:_NAME_SIGNS].strip(" .")


# -- the overview: formulas over the table by community ---------------------------------------------------------------


def _headings(_: Translator) -> dict[str, str]:
    """Headings of the table by community, as formulas name them."""
    return {
        "code": _("Community number"),
        "community": _("Community"),
        "region": _("Region"),
        "figure": _("Figure code"),
        "title": _("Figure"),
        "numerator": _("Numerator"),
        "denominator": _("Denominator"),
        "value": _("Its value"),
        "previous_numerator": _("Numerator before"),
        "previous_denominator": _("Denominator before"),
    }


def _overview(_: Translator, edition: ReportEdition) -> BookSheet:
    columns = (
        BookColumn(_("Figure"), width=30),
        BookColumn(this_period(_, edition.report), "count", 16),
        BookColumn(period_before(_, edition.report), "count", 16),
        BookColumn(_("Difference"), "count", 15),
        BookColumn(_("Target"), "count", 12),
        BookColumn(_("Judgement"), width=14),
        BookColumn(_("Chapter"), width=20),
        BookColumn(_("Figure code"), width=28),
    )
    return BookSheet(
        name=_("Overview"),
        title=report_heading(_, edition),
        note=period_span(_, edition),
        warning=warning_words(_, edition),
        table_name="ReportOverview",
        columns=columns,
        rows=[_overview_row(_, edition, each) for each in edition.figures],
        after=(
            _(
                "Values are worked out from the sheet by community; shares are the sum of numerators over the sum of "
                "denominators."
            ),
            _("n/a: there was nothing to count. The last sheet says how each figure is worked out."),
        ),
    )


def _overview_row(_: Translator, edition: ReportEdition, figure: EditionFigure) -> list[BookCell]:
    kind = figure_kind(figure)
    words, tint = _judgement(_, figure)
    return [
        title_of(_, figure) + ("*" if figure.is_provisional else ""),
        _summed(_, edition, figure, is_before=False),
        _summed(_, edition, figure, is_before=True),
        _change(_, figure),
        Shown(figure.target, kind),
        Shown(words, tint=tint),
        _(CHAPTERS[figure.subject]),
        Shown(figure.code, tint="muted"),
    ]


def _change(_: Translator, figure: EditionFigure) -> Worked:
    """The difference of the two values as they are shown, as the mail has it; of shares in percentage points."""
    places = {"share": 1, "yuan": 2, "points": 2 if figure_kind(figure) == "score" else 1}.get(figure.unit, 0)
    times = "*100" if figure.unit == "share" else ""
    worked = f"ROUND(B{{row}}{times},{places})-ROUND(C{{row}}{times},{places})"
    return Worked(
        f'=IF(AND(ISNUMBER(B{{row}}),ISNUMBER(C{{row}})),{worked},"")',
        shown_change(figure),
        "mean" if figure.unit == "share" else figure_kind(figure),
        otherwise="",
        is_signed=True,
        suffix=_("pp") if figure.unit == "share" else "",
    )


def _judgement(_: Translator, figure: EditionFigure) -> tuple[str, Tint]:
    meets = figure.movement.meets_target
    if meets is not None:
        return (_("target met"), "good") if meets else (_("target missed"), "bad")
    return (_("worse"), "bad") if is_notable(figure) else ("", "")


def _summed(_: Translator, edition: ReportEdition, figure: EditionFigure, *, is_before: bool) -> BookCell:
    """The value as the sum over the communities; as it is where no community's numbers were kept."""
    rows = [each for each in edition.by_community if each.figure == figure.code]
    value = figure.previous if is_before else figure.value
    kind = figure_kind(figure)
    if not rows:
        return Shown(NOT_KNOWN if value is None else value, kind)
    summed = total([_pair(each, figure, is_before=is_before) for each in rows], is_share=figure.is_share).value
    if (summed is None) != (value is None) or abs((summed or Decimal(0)) - (value or Decimal(0))) > _AGREES:
        raise ValueError(
            f"{edition.report} {edition.period}, {edition.scope}: {figure.code} is {value}, but its communities add up "
            f"to {summed}; compute the edition anew."
        )
    names = _headings(_)
    part = "previous_" if is_before else ""
    of_figure = f"{BASE}[{names['figure']}],$H{{row}}"
    above = f"{BASE}[{names[part + 'numerator']}]"
    if figure.is_share:
        below = f"SUMIFS({BASE}[{names[part + 'denominator']}],{of_figure})"
        formula = f'=IF({below}=0,"{NOT_KNOWN}",SUMIFS({above},{of_figure})/{below})'
    else:
        formula = f'=IF(COUNTIFS({of_figure},{above},"<>")=0,"{NOT_KNOWN}",SUMIFS({above},{of_figure}))'
    return Worked(formula, value, kind)


def _pair(row: CommunityFigure, figure: EditionFigure, *, is_before: bool) -> Pair:
    if is_before:
        return Pair(row.previous_numerator, row.previous_denominator, figure.is_share)
    return Pair(row.numerator, row.denominator, figure.is_share)


# -- by community -----------------------------------------------------------------------------------------------------


def _base(_: Translator, edition: ReportEdition) -> BookSheet | None:
    if not edition.by_community:
        return None
    names = _headings(_)
    columns = (
        BookColumn(names["code"], width=14),
        BookColumn(names["community"], width=20),
        BookColumn(names["region"], width=12),
        BookColumn(names["figure"], width=28),
        BookColumn(names["title"], width=28),
        BookColumn(names["numerator"], "count", 16),
        BookColumn(names["denominator"], "count", 16),
        BookColumn(names["value"], "count", 16),
        BookColumn(names["previous_numerator"], "count", 16),
        BookColumn(names["previous_denominator"], "count", 16),
    )
    return BookSheet(
        name=_("By community"),
        title=_("Every figure by community"),
        note=_("What the overview is added up from; filter by community or figure."),
        warning=warning_words(_, edition),
        table_name=BASE,
        columns=columns,
        rows=list(_base_rows(_, edition)),
        frozen_columns=2,
    )


def _base_rows(_: Translator, edition: ReportEdition) -> Iterable[list[BookCell]]:
    figures = {each.code: (place, each) for place, each in enumerate(edition.figures)}
    places = {each.community_code: place for place, each in enumerate(edition.communities)}
    regions = {each.community_code: each.region for each in edition.communities}
    known = [each for each in edition.by_community if each.figure in figures]
    for row in sorted(known, key=lambda each: (places.get(each.community_code, len(places)), figures[each.figure][0])):
        figure = figures[row.figure][1]
        kind = figure_kind(figure)
        part: CellKind = "amount" if kind == "amount" or figure.subject == "money" else "number"
        if not figure.is_share:
            part = kind
        formula = '=IF(F{row}="","n/a",F{row})'
        if figure.is_share:
            formula = '=IF(N(G{row})=0,"n/a",F{row}/G{row})'
        yield [
            row.community_code,
            edition.named(row.community_code) or _("(of no community)"),
            regions.get(row.community_code, ""),
            Shown(row.figure, tint="muted"),
            title_of(_, figure),
            Shown(row.numerator, part),
            Shown(row.denominator, part),
            Worked(formula, _pair(row, figure, is_before=False).value, kind),
            Shown(row.previous_numerator, part),
            Shown(row.previous_denominator, part),
        ]


def _comparison(_: Translator, edition: ReportEdition) -> BookSheet | None:
    """Communities side by side; nothing where there is only one."""
    rows = {(each.community_code, each.figure): each for each in edition.by_community}
    figures = [
        figure
        for code in _COMPARED
        if (figure := edition.figure(code)) and any(each == code for _community, each in rows)
    ]
    if len(edition.communities) < 2 or not figures:
        return None
    names = _headings(_)
    columns = [BookColumn(names["code"], width=14), BookColumn(names["community"], width=22)]
    columns += [BookColumn(title_of(_, each), figure_kind(each), 15) for each in figures]
    lines: list[list[BookCell]] = []
    for community in edition.communities:
        line: list[BookCell] = [community.community_code, community.community_name]
        line += [_compared(names, rows.get((community.community_code, each.code)), each) for each in figures]
        lines.append(line)
    chart = BookChart("bar", title_of(_, figures[0]), (title_of(_, figures[0]),), names_column=1)
    return BookSheet(
        name=_("Communities compared"),
        title=_("Communities compared"),
        note=_("Worked out from the sheet by community; sort by any column."),
        warning=warning_words(_, edition),
        table_name="ReportCompared",
        columns=tuple(columns),
        rows=lines,
        charts=(chart,) if len(lines) <= 25 else (),
        charts_below=True,
        frozen_columns=2,
    )


def _compared(names: dict[str, str], row: CommunityFigure | None, figure: EditionFigure) -> BookCell:
    if row is None:
        return NOT_KNOWN
    chosen = f'{BASE}[{names["code"]}],$A{{row}},{BASE}[{names["figure"]}],"{figure.code}"'
    above = f"{BASE}[{names['numerator']}]"
    value = _pair(row, figure, is_before=False).value
    if figure.is_share:
        below = f"SUMIFS({BASE}[{names['denominator']}],{chosen})"
        return Worked(f'=IF({below}=0,"{NOT_KNOWN}",SUMIFS({above},{chosen})/{below})', value, figure_kind(figure))
    formula = f'=IF(COUNTIFS({chosen},{above},"<>")=0,"{NOT_KNOWN}",SUMIFS({above},{chosen}))'
    return Worked(formula, value, figure_kind(figure))
