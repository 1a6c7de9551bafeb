"""The rows behind a scope's figures: cases, deadlines not kept, callbacks, inspections, arrears.

They are read as at the period's end, like the figures; names and telephone numbers are masked by who writes them down.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Row

from guanjia.domain.report_periods import ReportName
from guanjia.pipelines.reports.edition import COMPANY, DETAIL_COLUMNS, REGION, DetailKind, Details
from guanjia.pipelines.reports.served import Served, day_of, served_on
from guanjia.store.business_settings import required_setting
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute

DAILY: Final[tuple[DetailKind, ...]] = ("cases", "overdue", "callbacks")
"""Sheets of the daily report; the long ones have all."""
TOGETHER: Final = 50
"""Communities whose rows are read at once; they are in memory until they are written."""


def read_details(
    transaction: Transaction,
    report: ReportName,
    starts: datetime,
    ends: datetime,
    scope: str,
    served: Served | None = None,
) -> tuple[Details, ...]:
    """The rows behind the figures of one scope and period, at most ``report_detail_rows`` a sheet, with their number.

    Args:
        transaction: open transaction; nothing is written, its setting guanjia.as_of is changed.
        report: which report.
        starts: aware, first instant of the period.
        ends: aware, end of the period, exclusive.
        scope: company, region:NAME, or a community; rows of other communities are never read.
        served: communities an edition counts; None: those served by the register on the period's last day.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    asked = _Asked(transaction, report, starts, ends, served)
    codes = communities_of(asked.served, scope)
    nobodys = [*codes, ""] if scope == COMPANY else codes
    return tuple(_details(kind, asked.rows(kind, codes, nobodys)) for kind in asked.kinds)


def read_details_of_each(
    transaction: Transaction,
    report: ReportName,
    starts: datetime,
    ends: datetime,
    scopes: Sequence[str],
    served: Served | None = None,
) -> Iterator[tuple[str, tuple[Details, ...]]]:
    """The same of many scopes, in their order.

    Neighbouring communities are read together, for a week's cases are looked through as often as somebody asks.

    Args:
        transaction: open transaction; nothing is written, its setting guanjia.as_of is changed.
        report: which report.
        starts: aware, first instant of the period.
        ends: aware, end of the period, exclusive.
        scopes: company, region:NAME, and communities.
        served: communities an edition counts; None: those served by the register on the period's last day.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    asked = _Asked(transaction, report, starts, ends, served)
    for is_community, some in groupby(scopes, key=lambda scope: scope in asked.served.live_from):
        if not is_community:
            yield from ((scope, read_details(transaction, report, starts, ends, scope, asked.served)) for scope in some)
            continue
        neighbours = list(some)
        for first in range(0, len(neighbours), TOGETHER):
            codes = neighbours[first : first + TOGETHER]
            given: dict[str, list[Details]] = {code: [] for code in codes}
            for kind in asked.kinds:
                rows: dict[str, list[Row[Any]]] = {code: [] for code in codes}
                for row in asked.rows(kind, codes, codes, is_by_community=True):
                    rows[row.community_code].append(row)
                for code, theirs in rows.items():
                    given[code].append(_details(kind, theirs))
            yield from ((code, tuple(given[code])) for code in codes)


class _Asked:
    """What is read of a report's period, and with which parameters."""

    def __init__(
        self, transaction: Transaction, report: ReportName, starts: datetime, ends: datetime, served: Served | None
    ) -> None:
        last_day = day_of(ends)
        self._transaction = transaction
        self._starts, self._ends = starts, ends
        self._limit = int(str(required_setting(transaction, "report_detail_rows", last_day)))
        self.served = served or served_on(transaction, last_day)
        self.kinds = DAILY if report == "daily" else tuple(DETAIL_COLUMNS)

    def rows(
        self, kind: DetailKind, codes: Sequence[str], nobodys: Sequence[str], *, is_by_community: bool = False
    ) -> Sequence[Row[Any]]:
        """Rows of a sheet; of each community so many, or of all of them.

        Args:
            kind: which sheet.
            codes: communities.
            nobodys: the same with the blank one, where what belongs to none is shown.
            is_by_community: limit and count in each community.
        """
        execute(self._transaction, "reports/view_books_at", ends=self._ends)
        asked: dict[str, Any] = {
            "ends": self._ends,
            "community_codes": list(nobodys if kind == "callbacks" else codes),
            "is_by_community": is_by_community,
            "row_limit": self._limit,
        }
        if kind != "arrears":
            asked["starts"] = self._starts
        if kind == "cases":
            asked["live_from"] = [self.served.live_from[code] for code in codes]
        return execute(self._transaction, f"reports/list_detail_{kind}", **asked).all()


def communities_of(served: Served, scope: str) -> list[str]:
    """The communities of a scope among those served, in order."""
    if scope == COMPANY:
        return sorted(served.live_from)
    if scope.startswith(REGION):
        return sorted(code for code, region in served.regions.items() if REGION + region == scope)
    return [scope] if scope in served.live_from else []


def _details(kind: DetailKind, rows: Sequence[Row[Any]]) -> Details:
    columns = DETAIL_COLUMNS[kind]
    found = tuple(tuple(row._mapping[name] for name in columns) for row in rows)
    return Details(kind, found, rows[0].total if rows else 0)
