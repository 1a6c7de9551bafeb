"""What every step of the reports begins with: the lock, the communities served, and when periods end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Literal

from guanjia.domain import report_periods
from guanjia.domain.report_periods import ReportName, ReportPeriod
from guanjia.settings import TIME_ZONE
from guanjia.store.business_settings import settings_by_community
from guanjia.store.engine import Transaction
from guanjia.store.locks import lock_scope
from guanjia.store.sql import execute

SCOPE: Final = "reports"
"""All reports hold this lock: two runs take turns."""

OFFICE: Final = "office"
"""The company's calendar, whose first working day a month's report goes out on."""

WEEKDAY: Final = 5
"""ISO weekday weeks end on: Friday (REP-01)."""

HOURS: Final[dict[ReportName, time]] = {"weekly": time(15), "daily": time(17), "monthly": time()}
"""When a period ends, by the clock of Asia/Shanghai."""

MONTH_HOUR: Final = time(8)
"""When the report of a month goes out, on the first working day after it."""

_DAY: Final = timedelta(days=1)
_FURTHEST: Final = 15


@dataclass(frozen=True)
class Served:
    """The communities a report is of.

    Attributes:
        live_from: community → first day it is served.
        regions: community → its region; blank: none.
    """

    live_from: dict[str, date]
    regions: dict[str, str]

    @property
    def first_instant(self) -> datetime:
        """Start of the first day any of them is served. Only where there is one."""
        return datetime.combine(min(self.live_from.values()), time(), TIME_ZONE)

    @property
    def scopes(self) -> list[str]:
        """The company, its regions and its communities, in order."""
        regions = sorted({region for region in self.regions.values() if region})
        return ["company", *(f"region:{region}" for region in regions), *sorted(self.live_from)]


def begin(transaction: Transaction, as_of: datetime) -> Served:
    """Take the reports' lock and say which communities are served on the day.

    Args:
        transaction: open transaction; its end gives the lock back.
        as_of: aware instant.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    lock_scope(transaction, SCOPE)
    return served_on(transaction, day_of(as_of))


def served_on(transaction: Transaction, day: date) -> Served:
    """The communities served on a day, with their regions.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    regions = {row.community_code: row.region or "" for row in execute(transaction, "reports/list_communities")}
    found = settings_by_community(transaction, ["live_from"], day, list(regions))
    live_from = {
        code: first for code, values in found.items() if isinstance(first := values["live_from"], date) and first <= day
    }
    return Served(live_from, {code: regions[code] for code in live_from})


def served_in(transaction: Transaction, report: ReportName, period: str, edition: int) -> Served:
    """The communities an edition counts, with the regions they had when it was computed.

    Args:
        transaction: open transaction; nothing is written.
        report: which report.
        period: its code.
        edition: its number.
    """
    places = execute(
        transaction,
        "reports/list_edition_communities",
        report=report,
        period=period,
        edition=edition,
        scope="company",
    ).all()
    counted = [each for each in places if each.live_from]
    return Served(
        {each.community_code: each.live_from for each in counted},
        {each.community_code: each.region for each in counted},
    )


def last_period(transaction: Transaction, report: ReportName, as_of: datetime) -> ReportPeriod:
    """The latest period whose report is to be made at an instant.

    A week or day is reported when it ends; a month at 08:00 of the first working day after it.

    Args:
        transaction: open transaction.
        report: which report.
        as_of: aware instant.
    """
    end = report_periods.last_end(report, as_of, TIME_ZONE, WEEKDAY, HOURS[report])
    if report == "monthly" and as_of < month_report_instant(transaction, end):
        end = report_periods.period_ending(report, end).start
    return report_periods.period_ending(report, end)


def month_report_instant(transaction: Transaction, end: datetime) -> datetime:
    """When the report of a month goes out; without a calendar Monday to Friday are taken for working days.

    Args:
        transaction: open transaction.
        end: 00:00 of the first day after the month, aware.
    """
    first = day_of(end)
    working = set(
        execute(
            transaction,
            "reports/list_working_days",
            calendar_code=OFFICE,
            first_day=first,
            last_day=first + _FURTHEST * _DAY,
        ).scalars()
    )
    return report_periods.month_report_instant(
        end,
        MONTH_HOUR,
        (lambda day: day in working) if working else (lambda day: day.isoweekday() <= 5),
        _FURTHEST,
    )


@dataclass(frozen=True)
class CalendarKnown:
    """What the company's calendar says of a period, and of the day its report goes out.

    Attributes:
        is_loaded: whether there is such a calendar; without it Monday to Friday are taken for working days.
        missing_years: years whose official holidays are not published: their days go by weekdays and own days.
    """

    is_loaded: bool
    missing_years: tuple[int, ...] = ()

    @property
    def state(self) -> Literal["published", "pattern"]:
        """In a word."""
        return "published" if self.is_loaded and not self.missing_years else "pattern"


def calendar_known(transaction: Transaction, period: ReportPeriod) -> CalendarKnown:
    """Whether the company's calendar covers a period and, of a month, the days up to the one its report goes out on.

    Like deadlines, working days beyond the published holidays go by the known pattern, and this is said.
    """
    last_day = period.last_day
    if period.report == "monthly":
        last_day = day_of(month_report_instant(transaction, period.end))
    row = execute(
        transaction,
        "reports/find_calendar_state",
        calendar_code=OFFICE,
        first_day=day_of(period.start),
        last_day=last_day,
    ).one()
    return CalendarKnown(row.is_loaded, tuple(row.missing_years))


def read_period(report: ReportName, code: str) -> ReportPeriod | None:
    """The period of a code, such as ``2026-11-20`` (of weeks a Friday) or ``2026-10``; None: there is no such one."""
    try:
        if report == "monthly":
            first = datetime.strptime(code, "%Y-%m").replace(tzinfo=TIME_ZONE)
            end = (first + 32 * _DAY).replace(day=1)
        else:
            end = datetime.combine(date.fromisoformat(code), HOURS[report], TIME_ZONE)
        if report == "weekly" and end.isoweekday() != WEEKDAY:
            return None
        found = report_periods.period_ending(report, end)
    except (ValueError, OverflowError):
        return None
    return found if found.code == code else None


def day_of(instant: datetime) -> date:
    """The day of an instant, in Asia/Shanghai."""
    return instant.astimezone(TIME_ZONE).date()
