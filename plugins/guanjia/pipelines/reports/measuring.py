"""Measuring: what happened in each window, by community; then the figures of all scopes of one edition, added up.

Each window is judged as at its own end: what happened later is not in it, however late it was loaded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from guanjia.domain.report_catalogue import MILESTONES, FigureDefinition, definition_of, figures_of
from guanjia.domain.report_periods import ReportName, ReportPeriod
from guanjia.pipelines.reports.served import Served
from guanjia.store.business_settings import required_setting, setting_value, settings_by_community
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute

_DAILY: Final = (
    "measure_escalations",
    "measure_unacknowledged",
    "measure_people",
    "measure_calls",
)
"""Statements that look for facts between the first window's start and the last one's end."""
_MONTHLY: Final = ("measure_agents",)
"""Those of the monthly report only."""
_QUOTES: Final[Mapping[ReportName, tuple[str, ...]]] = {
    "daily": (),
    "weekly": ("quote_quality",),
    "monthly": ("quote_supervision", "quote_ranking"),
}
"""What an edition quotes besides the oldest open cases."""

OPEN_MATTERS: Final = 5
"""Oldest open cases an edition names (REP-01)."""


@dataclass(frozen=True)
class Measured:
    """What one edition says, in the temporary tables ``report_rows``, ``report_sums``, ``_shares`` and ``_lines``.

    Attributes:
        definitions: its figures, in order.
        digest: digest of its figures, parts and targets.
    """

    definitions: tuple[FigureDefinition, ...]
    digest: str


def measure_windows(
    transaction: Transaction, report: ReportName, periods: Sequence[ReportPeriod], served: Served
) -> dict[str, int]:
    """Count what happened in some periods, by community, into ``report_counts`` and ``report_parts``.

    Args:
        transaction: open transaction; the temporary tables last as long as it does.
        report: which report; the daily one looks at fewer subjects.
        periods: periods looked at, in any order.
        served: communities looked at.

    Returns:
        Period code → number of its window.
    """
    windows = {period.code: number for number, period in enumerate(periods)}
    execute(transaction, "reports/drop_working_tables")
    execute(
        transaction,
        "reports/create_report_windows",
        window_nos=list(windows.values()),
        starts=[period.start for period in periods],
        ends=[period.end for period in periods],
    )
    execute(
        transaction,
        "reports/create_report_communities",
        community_codes=list(served.live_from),
        live_from=list(served.live_from.values()),
    )
    first_start = min(period.start for period in periods)
    bounds = {"first_start": first_start, "last_end": max(period.end for period in periods)}
    for name in ("analyse_windows", "create_report_counts", "create_report_parts"):
        execute(transaction, f"reports/{name}")
    _measure_cases(transaction, periods)
    execute(transaction, "quality_sampling/create_staff_teams")
    for name in (*_DAILY, *(_MONTHLY if report == "monthly" else ())):
        execute(transaction, f"reports/{name}", **bounds)
    dissatisfied = [required_setting(transaction, "callback_dissatisfied_up_to", period.last_day) for period in periods]
    execute(
        transaction,
        "reports/measure_callbacks",
        window_nos=list(windows.values()),
        dissatisfied_up_to=dissatisfied,
        **bounds,
    )
    for name in (
        "measure_deadlines",
        "sum_teams",
        "measure_custody",
        *(() if report == "daily" else ("measure_departments", "measure_vacancy", "measure_quality", "measure_money")),
    ):
        execute(transaction, f"reports/{name}")
    return windows


def _measure_cases(transaction: Transaction, periods: Sequence[ReportPeriod]) -> None:
    """Find the cases touched since the first window began, round by round, and count them."""
    first_start = min(period.start for period in periods)
    execute(transaction, "reports/create_report_opened", first_start=first_start)
    codes = execute(transaction, "reports/find_opened_codes").one()
    execute(
        transaction,
        "reports/create_report_rounds",
        first_start=first_start,
        first_code=codes.first_code,
        last_code=codes.last_code,
    )
    execute(transaction, "reports/measure_cases")
    execute(
        transaction,
        "reports/measure_overdue",
        first_end=min(period.end for period in periods),
        last_end=max(period.end for period in periods),
    )


def measure_edition(
    transaction: Transaction,
    report: ReportName,
    period: ReportPeriod,
    served: Served,
    window_no: int,
    previous_no: int | None,
) -> Measured:
    """Add up what was counted to the figures of one edition, of every scope.

    Args:
        transaction: open transaction in which ``measure_windows`` counted.
        report: which report.
        period: period of the edition; targets are those in force on its last day.
        served: communities looked at.
        window_no: window of the period.
        previous_no: window of the period before; None: not looked at.
    """
    execute(transaction, "reports/drop_edition_tables")
    occurring = execute(
        transaction, "reports/find_edition_parts", window_no=window_no, previous_no=previous_no
    ).scalars()
    definitions = in_order(report, occurring)
    targets = targets_of(transaction, definitions, served, period.last_day)
    execute(
        transaction,
        "reports/create_report_grid",
        figures=[each.code for each in definitions],
        is_share=[each.is_share for each in definitions],
        is_complete=[each.is_complete for each in definitions],
        is_of_company=[each.is_of_company for each in definitions],
    )
    execute(
        transaction,
        "reports/create_report_targets",
        scopes=[scope for scope, _figure in targets],
        figures=[figure for _scope, figure in targets],
        targets=list(targets.values()),
    )
    execute(transaction, "reports/create_report_rows", window_no=window_no, previous_no=previous_no)
    execute(transaction, "reports/create_report_sums")
    execute(transaction, "reports/create_report_shares", window_no=window_no)
    _quote(transaction, report, window_no, is_told=previous_no is not None)
    return Measured(definitions, execute(transaction, "reports/find_digest").scalar_one())


def _quote(transaction: Transaction, report: ReportName, window_no: int, *, is_told: bool) -> None:
    """What the edition says of single cases and of the quality check; an edition of the trend only says nothing."""
    execute(transaction, "reports/create_report_lines")
    if not is_told or report == "daily":
        return
    execute(transaction, "reports/quote_open_cases", window_no=window_no, row_limit=OPEN_MATTERS)
    for name in _QUOTES[report]:
        execute(transaction, f"reports/{name}", window_no=window_no)


def in_order(report: ReportName, occurring: Iterable[str]) -> tuple[FigureDefinition, ...]:
    """The figures of an edition: those every edition has, and milestones and levels that occurred, each in its place.

    Args:
        report: which report.
        occurring: codes of on-time rates by milestone and of escalations by level.
    """
    known = list(MILESTONES)
    found = set(occurring)
    milestones = sorted(
        (code for code in found if code.startswith("on_time.")),
        key=lambda code: (known.index(word) if (word := code.partition(".")[2]) in known else len(known), code),
    )
    levels = sorted((code for code in found if code.startswith("escalations.")), key=lambda code: int(code[12:]))
    definitions: list[FigureDefinition] = []
    for each in figures_of(report):
        definitions.append(each)
        if each.code == "on_time.total":
            definitions += [definition_of(code) for code in (*milestones, *levels)]
    return tuple(definitions)


def targets_of(
    transaction: Transaction, definitions: Sequence[FigureDefinition], served: Served, day: date
) -> Mapping[tuple[str, str], Decimal]:
    """The targets in force on a day: a community's own, else that for all, which regions and the company have.

    Args:
        transaction: open transaction.
        definitions: figures asked for.
        served: communities asked for.
        day: day in Asia/Shanghai.

    Returns:
        (scope, figure) → target in the figure's own unit: a share lies between 0 and 1.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    names = sorted({each.target_setting for each in definitions if each.target_setting})
    values = dict(settings_by_community(transaction, names, day, list(served.live_from)))
    for_all = {name: setting_value(transaction, name, day) for name in names}
    found = {}
    for scope in served.scopes:
        for each in definitions:
            target = values.get(scope, for_all).get(each.target_setting or "")
            if isinstance(target, Decimal):
                found[scope, each.code] = target / 100 if each.unit == "share" else target
    return found
