"""Which months of which communities are to be billed: found from what has been billed, never from the date (0.3)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row

from guanjia.domain.errors import UnknownName, UsageError
from guanjia.pipelines.fee_billing.due import CommunityMonth
from guanjia.settings import TIME_ZONE
from guanjia.store.business_settings import required_setting, settings_by_community
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute

_PERIOD: Final = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")


def find_months(
    transaction: Transaction,
    as_of: datetime,
    period: str | None = None,
    community: str | None = None,
    by_hand: bool = False,
) -> list[CommunityMonth]:
    """The months to draft now.

    The schedule (no period, not by hand): of each community served, from the month of `live_from` on, the months that
    are over at as_of, whose billing day has come, and that were never drafted (a superseded run counts as none), oldest
    first; none while a run of the community is undecided. `draft_runs` drafts the first one that has anything to bill.
    A month that was rejected or reversed is drafted again only by hand; a reversed one also when it is closed.

    By hand: the month asked for, else the last one over at as_of, of the community asked for or of all served.

    Args:
        transaction: open transaction.
        as_of: aware instant.
        period: month asked for, YYYY-MM; None: see above.
        community: community asked for; None: all that are served.
        by_hand: a person started it.

    Returns:
        Community and month, by community, then oldest first.

    Raises:
        UsageError: the month is misspelt, not over at as_of or closed, or the community is not served in it.
        UnknownName: there is no such community.
    """
    served = _served(transaction, as_of, community)
    if period is None and not by_hand:
        return _never_drafted(transaction, as_of, served)
    asked = period if period is not None else last_complete_month(as_of)
    _refuse_unusable(transaction, as_of, asked)
    if not served:
        raise UsageError("No community is served, so nothing is billed. Load the setting live_from first.")
    months = [CommunityMonth(code, asked) for code, live_from in served.items() if asked >= f"{live_from:%Y-%m}"]
    if months and execute(transaction, "fee_billing/find_period_close", period=asked).one_or_none() is not None:
        months = _reversed_ones(transaction, asked, months)
    if not months:
        where = f"Community {community} is" if community else "Communities are"
        first = min(served.values())
        raise UsageError(f"{where} served from {first} on; {asked} lies before it. Ask for a later month.")
    return sorted(months)


def last_complete_month(as_of: datetime) -> str:
    """The last month that is over at an instant, YYYY-MM.

    Example: at 2026-11-01 00:00 it is 2026-10; a moment before, 2026-09.
    """
    first = as_of.astimezone(TIME_ZONE).date().replace(day=1)
    return f"{first - timedelta(days=1):%Y-%m}"


def months_between(first: str, last: str) -> list[str]:
    """Months YYYY-MM from the first to the last, both inclusive; none when the first is the later one."""
    year, month = map(int, first.split("-"))
    found = []
    while (written := f"{year:04}-{month:02}") <= last:
        found.append(written)
        year, month = year + month // 12, month % 12 + 1
    return found


def correctable_months(
    transaction: Transaction, months: Sequence[CommunityMonth], as_of: datetime
) -> list[CommunityMonth]:
    """Earlier months that late facts may still correct: with a posted run, not before `live_from`, not too long ago.

    Args:
        transaction: open transaction.
        months: months that are drafted.
        as_of: aware instant.

    Returns:
        Community and month, sorted, without those given.
    """
    today = as_of.astimezone(TIME_ZONE).date()
    back = int(str(required_setting(transaction, "billing_correctable_months", today)))
    earliest = {month: _months_before(month.period, back) for month in months}
    rows = execute(
        transaction, "fee_billing/list_posted_months", community_codes=sorted({m.community_code for m in months})
    )
    posted = {CommunityMonth(row.community_code, row.period) for row in rows}
    found = {
        earlier
        for month in months
        for earlier in posted
        if earlier.community_code == month.community_code and earliest[month] <= earlier.period < month.period
    }
    return sorted(found - set(months))


def _months_before(period: str, count: int) -> str:
    year, month = map(int, period.split("-"))
    index = year * 12 + month - 1 - count
    return f"{index // 12:04}-{index % 12 + 1:02}"


def _served(transaction: Transaction, as_of: datetime, community: str | None) -> dict[str, date]:
    """First day served of each community that is, by community."""
    codes = [row.community_code for row in execute(transaction, "fee_billing/list_communities")]
    if community is not None:
        if community not in codes:
            raise UnknownName(f"There is no community {community}. `guanjia export communities` lists those there are.")
        codes = [community]
    today = as_of.astimezone(TIME_ZONE).date()
    found = settings_by_community(transaction, ["live_from"], today, codes)
    served = {code: live for code in codes if isinstance(live := found[code]["live_from"], date)}
    if community is not None and not served:
        raise UsageError(
            f"Community {community} is not served: it has no live_from, so nothing of it is billed. "
            "Load the setting live_from first."
        )
    return served


def _never_drafted(transaction: Transaction, as_of: datetime, served: Mapping[str, date]) -> list[CommunityMonth]:
    today = as_of.astimezone(TIME_ZONE).date()
    billing_day = int(str(required_setting(transaction, "billing_day", today)))
    last = last_complete_month(as_of if today.day >= billing_day else _month_before(as_of))
    rows: list[Row[Any]] = list(execute(transaction, "fee_billing/list_drafted_months"))
    drafted = {(row.community_code, row.period) for row in rows}
    busy = {row.community_code for row in rows if row.is_undecided}
    return [
        CommunityMonth(code, month)
        for code, live_from in sorted(served.items())
        if code not in busy
        for month in months_between(f"{live_from:%Y-%m}", last)
        if (code, month) not in drafted
    ]


def _month_before(as_of: datetime) -> datetime:
    return as_of.astimezone(TIME_ZONE).replace(day=1) - timedelta(days=1)


def _refuse_unusable(transaction: Transaction, as_of: datetime, period: str) -> None:
    if not _PERIOD.fullmatch(period):
        raise UsageError(f"A period is written like 2026-10 (year and month); found {period!r}.")
    last = last_complete_month(as_of)
    if period > last:
        raise UsageError(f"Period {period} is not over at {as_of:%Y-%m-%d %H:%M}; the last one that is, is {last}.")


def _reversed_ones(transaction: Transaction, period: str, months: list[CommunityMonth]) -> list[CommunityMonth]:
    """Those of a closed month whose bills were reversed: they are billed again, with entries in the open month."""
    rows = execute(transaction, "fee_billing/list_reversed_communities", period=period)
    codes = {row.community_code for row in rows}
    found = [month for month in months if month.community_code in codes]
    if not found:
        raise UsageError(
            f"Period {period} is closed and is not billed any more. Late facts about it are corrected by the run of a "
            "later month."
        )
    return found
