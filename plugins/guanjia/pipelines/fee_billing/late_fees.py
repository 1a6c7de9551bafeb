"""Late fees (off unless the setting says so): simple interest per day on what is open of a bill, with a cap.

What a month's fee is follows from the bills and from what had paid them, day by day, so that money that is entered late
corrects it. The cap holds over all months; they are all worked out, though only those asked for are billed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from guanjia.pipelines.fee_billing.due_months import CommunityMonth
from guanjia.store.business_settings import settings_by_community
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute

_NUMBERS = ("late_fee_daily_rate", "late_fee_grace_days", "late_fee_cap")


def charge_late_fees(transaction: Transaction) -> None:
    """Bill what posted bills cost for being paid late.

    Example: 500.00 due on 20 October and paid on the 30th at 0.0005 a day: 10 days, 2.50.

    Args:
        transaction: open transaction in which the months and units were prepared.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    asked = execute(transaction, "fee_billing/find_late_months").all()
    months = [
        CommunityMonth(row.community_code, period)
        for row in asked
        for period in _periods(f"{row.first_due_on:%Y-%m}", row.last_period)
    ]
    charged = [(month, values) for month, values in _settings(transaction, months) if values["late_fees"]]
    if not charged:
        return
    execute(
        transaction,
        "fee_billing/create_due_late_months",
        community_codes=[month.community_code for month, _ in charged],
        periods=[month.period for month, _ in charged],
        live_from=[values["live_from"] for _, values in charged],
        **{name: [values[name] for _, values in charged] for name in _NUMBERS},
    )
    execute(transaction, "fee_billing/charge_late_fees")


def _periods(first: str, last: str) -> Iterator[str]:
    """Months from the first to the last, both included."""
    year, month = map(int, first.split("-"))
    while (written := f"{year:04}-{month:02}") <= last:
        yield written
        year, month = year + month // 12, month % 12 + 1


def _settings(
    transaction: Transaction, months: list[CommunityMonth]
) -> Iterator[tuple[CommunityMonth, dict[str, Any]]]:
    """Each month with the settings in force on its last day."""
    by_day: dict[date, list[CommunityMonth]] = {}
    for month in months:
        by_day.setdefault(month.last_day, []).append(month)
    for day, theirs in sorted(by_day.items()):
        communities = sorted({month.community_code for month in theirs})
        found = settings_by_community(transaction, ["late_fees", "live_from", *_NUMBERS], day, communities)
        yield from ((month, found[month.community_code]) for month in theirs)
