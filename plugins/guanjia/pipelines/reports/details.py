"""The rows behind a scope's figures: cases, deadlines not kept, callbacks, inspections, arrears.

They are read as at the period's end, like the figures; names and telephone numbers are masked by who writes them down.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from guanjia.domain.report_periods import ReportName
from guanjia.pipelines.reports.edition import COMPANY, DETAIL_COLUMNS, REGION, DetailKind, Details
from guanjia.pipelines.reports.served import Served, day_of, served_on
from guanjia.store.business_settings import required_setting
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute

DAILY: Final[tuple[DetailKind, ...]] = ("cases", "overdue", "callbacks")
"""Sheets of the daily report; the long ones have all."""


def read_details(
    transaction: Transaction, report: ReportName, starts: datetime, ends: datetime, scope: str
) -> tuple[Details, ...]:
    """The rows behind the figures of one scope and period, at most ``report_detail_rows`` a sheet, with their number.

    Args:
        transaction: open transaction; nothing is written, its setting guanjia.as_of is changed.
        report: which report.
        starts: aware, first instant of the period.
        ends: aware, end of the period, exclusive.
        scope: company, region:NAME, or a community; rows of other communities are never read.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    last_day = day_of(ends)
    served = served_on(transaction, last_day)
    codes = communities_of(served, scope)
    limit = int(str(required_setting(transaction, "report_detail_rows", last_day)))
    window = {"starts": starts, "ends": ends, "community_codes": codes, "row_limit": limit}
    nobodys = [*codes, ""] if scope == COMPANY else codes
    asked: dict[DetailKind, dict[str, Any]] = {
        "cases": {**window, "live_from": [served.live_from[code] for code in codes]},
        "overdue": window,
        "callbacks": {**window, "community_codes": nobodys},
        "inspections": window,
        "arrears": {"ends": ends, "community_codes": codes, "row_limit": limit},
    }
    execute(transaction, "reports/view_books_at", ends=ends)
    kinds = DAILY if report == "daily" else tuple(DETAIL_COLUMNS)
    return tuple(_read(transaction, kind, asked[kind]) for kind in kinds)


def communities_of(served: Served, scope: str) -> list[str]:
    """The communities of a scope among those served, in order."""
    if scope == COMPANY:
        return sorted(served.live_from)
    if scope.startswith(REGION):
        return sorted(code for code, region in served.regions.items() if REGION + region == scope)
    return [scope] if scope in served.live_from else []


def _read(transaction: Transaction, kind: DetailKind, parameters: dict[str, Any]) -> Details:
    rows = execute(transaction, f"reports/list_detail_{kind}", **parameters).all()
    columns = DETAIL_COLUMNS[kind]
    found = tuple(tuple(row._mapping[name] for name in columns) for row in rows)
    return Details(kind, found, rows[0].total if rows else 0)
