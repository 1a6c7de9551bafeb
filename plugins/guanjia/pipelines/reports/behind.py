"""The rows behind a figure: the cases, deadlines, bills … it counts, and what each adds to the pair.

They are read as at the period's end from the records as known now, independently of the statements that measured them:
where the two differ, something was loaded or put right since, or one of them is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from guanjia.pipelines.reports.edition import COMPANY, EditionFigure, ReportEdition
from guanjia.pipelines.reports.served import day_of
from guanjia.settings import TIME_ZONE
from guanjia.store.business_settings import required_setting
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute, query

SHOWN_ROWS: Final = 50
"""Rows named at most."""

LISTS: Final[dict[str, str]] = {
    "cases_in": "cases",
    "cases_out": "cases",
    "cases_reopened": "cases",
    "cases_open": "cases",
    "cases_overdue": "cases",
    "emergencies": "cases",
    "feedback": "cases",
    "on_time": "deadlines",
    "escalations": "escalations",
    "unacknowledged": "escalations",
    "callbacks_due": "callbacks",
    "callbacks_reached": "callbacks",
    "callbacks_missed": "callbacks",
    "satisfied": "ratings",
    "satisfaction": "ratings",
    "rated": "ratings",
    "vacant": "units",
    "vacancy_rate": "units",
    "occupancy_rate": "units",
    "inspected": "inspections",
    "entered": "inspections",
    "findings": "findings",
    "billed": "bills",
    "collection_rate": "bills",
    "arrears": "bills",
    "units_in_arrears": "debtors",
    "quality_scored": "samples",
    "quality_mean": "samples",
    "quality_critical": "samples",
    "attendance": "shifts",
    "adherence": "shifts",
    "calls_in": "calls",
    "calls_answered": "calls",
    "queue_seconds": "calls",
    "unclaimed": "custody",
    "keys_out": "custody",
    "devices_abnormal": "custody",
}
"""Figure without its word → ``sql/reports/list_behind_*.sql``."""

_PLACES: Final = Decimal("0.000001")


@dataclass(frozen=True)
class BehindRow:
    """One row behind a figure.

    Attributes:
        community_code: blank: it belongs to none.
        code: of the case, bill, callback …; of shifts and devices the staff number.
        note: what it is or what became of it, as a code; see ``explaining.note_words``.
        happened_at: when it came in, fell due …; None: it has no instant of its own.
        numerator: what it adds to the figure's numerator.
        denominator: what it adds to its denominator; None: the figure has none.
    """

    community_code: str
    code: str
    note: str
    happened_at: datetime | None
    numerator: Decimal | None
    denominator: Decimal | None


@dataclass(frozen=True)
class Behind:
    """The rows behind a figure.

    Attributes:
        kind: what they are: cases, deadlines …
        rows: the first ones, those that explain a bad figure before the others.
        total: rows there are.
        numerator: sum over all of them, as known now.
        denominator: the same; None: the figure has none.
    """

    kind: str
    rows: tuple[BehindRow, ...]
    total: int
    numerator: Decimal
    denominator: Decimal | None

    def agrees_with(self, figure: EditionFigure) -> bool:
        """Whether the records known now give the figure that the edition holds."""
        return _same(self.numerator, figure.numerator) and (
            not figure.is_share or _same(self.denominator, figure.denominator)
        )


def rows_behind(
    transaction: Transaction, edition: ReportEdition, figure: EditionFigure, *, row_limit: int = SHOWN_ROWS
) -> Behind | None:
    """The rows behind one figure of a scope, as at the period's end.

    Args:
        transaction: open transaction; nothing is written, its setting guanjia.as_of is changed.
        edition: the scope's edition; rows of other communities are never read.
        figure: one of its figures.
        row_limit: rows listed at most; the sums are of all.

    Returns:
        The rows; None: of this figure none can be listed.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    measure, _dot, word = figure.code.partition(".")
    kind = LISTS.get(measure)
    if kind is None:
        return None
    last_day = day_of(edition.ends - timedelta(microseconds=1))
    live_from = {
        each.community_code: each.live_from
        for each in edition.communities
        if each.live_from is not None and each.live_from <= last_day
    }
    if not live_from:
        return Behind(kind, (), 0, Decimal(0), None)
    known: dict[str, Any] = {
        "measure": measure,
        "word": word,
        "starts": edition.starts,
        "ends": edition.ends,
        "last_day": last_day,
        "first_due_day": day_of(edition.starts),
        "last_due_day": day_of(edition.ends) - timedelta(days=1),
        "community_codes": list(live_from),
        "live_from": list(live_from.values()),
        "first_live_at": datetime.combine(min(live_from.values()), time(), TIME_ZONE),
        "is_company": edition.scope == COMPANY,
        "dissatisfied_up_to": int(str(required_setting(transaction, "callback_dissatisfied_up_to", last_day))),
        "row_limit": row_limit,
    }
    execute(transaction, "reports/view_books_at", ends=edition.ends)
    name = f"reports/list_behind_{kind}"
    found = query(name).run(transaction, {each: known[each] for each in query(name).used}).all()
    rows = tuple(
        BehindRow(each.community_code, each.code, each.note or "", each.happened_at, each.numerator, each.denominator)
        for each in found
    )
    if not found:
        return Behind(kind, (), 0, Decimal(0), Decimal(0) if figure.is_share else None)
    return Behind(kind, rows, found[0].total_rows, found[0].total_numerator or Decimal(0), found[0].total_denominator)


def _same(one: Decimal | None, other: Decimal | None) -> bool:
    return abs((one or Decimal(0)) - (other or Decimal(0))) < _PLACES
