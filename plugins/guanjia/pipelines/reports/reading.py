"""Reading an edition back: one scope of it, as mails, workbooks, PDFs and pages are made from."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from guanjia.domain import report_periods
from guanjia.domain.errors import UnknownName
from guanjia.domain.report_periods import ReportName, ReportPeriod
from guanjia.pipelines.reports.asking import Stored, list_editions
from guanjia.pipelines.reports.edition import (
    COMPANY,
    Breakdown,
    Community,
    CommunityFigure,
    Details,
    EditionFigure,
    FigureChange,
    Remark,
    ReportEdition,
)
from guanjia.pipelines.reports.quoted import agent_names, read_quotes
from guanjia.store.business_settings import required_setting
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute

_OFFICIAL: Final = ("computed", "told", "not_sent")


def read_edition(
    transaction: Transaction,
    report: ReportName,
    period: str,
    edition: int,
    scope: str,
    *,
    details: Sequence[Details] = (),
) -> ReportEdition:
    """One scope of an edition, with its trend, parts, changes and what its readers must know.

    Args:
        transaction: open transaction; nothing is written.
        report: which report.
        period: its code.
        edition: its number; previews have theirs.
        scope: company, region:NAME, or a community.
        details: rows of the detail sheets, of this scope.

    Raises:
        UnknownName: there is no such edition, or it has no such scope.
    """
    key: dict[str, Any] = {"report": report, "period": period, "edition": edition}
    row = execute(transaction, "reports/read_edition", **key).one_or_none()
    if row is None:
        raise UnknownName(f"There is no edition {edition} of the {report} report {period}.")
    found = execute(transaction, "reports/list_edition_figures", scope=scope, **key).all()
    if not found:
        raise UnknownName(f"Edition {edition} of the {report} report {period} has no scope {scope}.")
    stored = list_editions(transaction, report)
    periods = trend_periods(transaction, ReportPeriod(row.period_start, row.period_end, period, report), stored)
    trend = read_trend(transaction, report, period, edition, scope, periods)
    places = execute(transaction, "reports/list_edition_communities", scope=scope, **key).all()
    communities = tuple(
        Community(each.community_code, each.community_name, each.region, each.live_from, each.missing_calendar or "")
        for each in places
        if each.live_from
    )
    codes = [each.community_code for each in communities] + ([""] if scope == COMPANY else [])
    changes = execute(transaction, "reports/list_edition_changes", scope=scope, **key).all()
    shown = [each for each in found if not _occurs_elsewhere_only(each, {change.figure for change in changes})]
    own = {each.figure for each in shown}
    return ReportEdition(
        report=report,
        period=period,
        starts=row.period_start,
        ends=row.period_end,
        as_of=row.as_of,
        shown_edition=row.shown_edition or 1,
        scope=scope,
        communities=communities,
        figures=tuple(_figure(each, trend) for each in shown),
        by_community=tuple(
            CommunityFigure(**each._mapping)
            for each in execute(transaction, "reports/list_edition_base", community_codes=codes, **key)
            if each.figure in own
        ),
        trend_periods=tuple(periods),
        breakdowns=_breakdowns(transaction, scope, key),
        changes=tuple(FigureChange(each.figure, each.before, each.after) for each in changes),
        reason=row.reason or "",
        remarks=(
            *(Remark("not_sent", each) for each in unsent_before(stored, row.period_end)),
            *(Remark("not_live", each.community_code) for each in places if not each.live_from),
        ),
        details=tuple(details),
        quotes=read_quotes(transaction, key, scope),
        calendar_state=row.calendar_state,
        missing_years=tuple(filter(None, row.missing_years.split(","))),
        is_preview=row.state == "preview",
    )


def _occurs_elsewhere_only(row: Any, changed: Collection[str]) -> bool:
    """Whether a milestone or level stands in the edition for the sake of another scope: here it is no figure, and that
    there is one elsewhere is nothing a reader of this scope is told.
    """
    part, _dot, word = row.figure.partition(".")
    if part not in ("on_time", "escalations") or word == "total" or row.figure in changed:
        return False
    if part == "on_time":
        return not row.denominator and row.previous is None
    return not row.figure_value and not row.previous


def _breakdowns(transaction: Transaction, scope: str, key: dict[str, Any]) -> tuple[Breakdown, ...]:
    """The parts of the figures; teams, departments and causes are called by their code, agents' names are masked."""
    rows = execute(transaction, "reports/list_edition_breakdowns", scope=scope, **key).all()
    names = agent_names(transaction, (each.code for each in rows if each.kind == "agent"))
    found = []
    for each in rows:
        name = names[each.code] if each.kind == "agent" else each.code
        found.append(Breakdown(each.kind, each.code, name, each.figure, each.numerator, each.denominator))
    return tuple(found)


def _figure(row: Any, trend: dict[str, tuple[Decimal | None, ...]]) -> EditionFigure:
    return EditionFigure(
        code=row.figure,
        subject=row.subject,
        title_zh=row.title_zh,
        title_en=row.title_en,
        unit=row.unit,
        better=row.better,
        formula_zh=row.formula_zh,
        formula_en=row.formula_en,
        source=tuple(row.source.split(",")),
        value=row.figure_value,
        previous=row.previous,
        target=row.target,
        numerator=row.numerator,
        denominator=row.denominator,
        is_provisional=row.is_provisional,
        trend=trend.get(row.figure, ()),
    )


def trend_periods(transaction: Transaction, newest: ReportPeriod, stored: Sequence[Stored]) -> list[str]:
    """Codes of the periods of a trend, oldest first, the newest last; none from before the first edition kept.

    Args:
        transaction: open transaction.
        newest: period the trend ends with.
        stored: editions of its report.
    """
    first = min((each.period_end for each in stored if each.state != "preview"), default=newest.end)
    number = int(str(required_setting(transaction, "report_trend_periods", newest.last_day)))
    found, period = [newest.code], newest
    for _ in range(number - 1):
        period = report_periods.before(period)
        if period.end < first:
            break
        found.append(period.code)
    return found[::-1]


def read_trend(
    transaction: Transaction, report: ReportName, period: str, edition: int, scope: str, periods: Sequence[str]
) -> dict[str, tuple[Decimal | None, ...]]:
    """The values of a scope's figures in the periods of a trend: as kept, and of the period before as known now.

    Args:
        transaction: open transaction.
        report: which report.
        period: newest period.
        edition: its edition.
        scope: scope.
        periods: codes, oldest first, the newest last.

    Returns:
        Figure → one value per period; None: n/a, or nothing is kept.
    """
    values: dict[str, list[Decimal | None]] = {}
    rows = execute(
        transaction,
        "reports/list_trend",
        report=report,
        period=period,
        edition=edition,
        scope=scope,
        periods=list(periods),
    )
    for row in rows:
        values.setdefault(row.figure, [None] * len(periods))[row.place - 1] = row.figure_value
    return {figure: tuple(each) for figure, each in values.items()}


def unsent_before(stored: Sequence[Stored], end: datetime) -> list[str]:
    """Periods right before one that were never mailed, oldest first: its readers are told that they missed them."""
    earlier: dict[str, set[str]] = {}
    for each in stored:
        if each.state in _OFFICIAL and each.period_end < end:
            earlier.setdefault(each.period, set()).add(each.state)
    found: list[str] = []
    for period in reversed(earlier):
        if "told" in earlier[period]:
            break
        found.append(period)
    return found[::-1]
