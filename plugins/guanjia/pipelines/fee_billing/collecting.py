"""What every step of collection begins with: the lock, the communities served with their rules, who owes what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from guanjia.domain.errors import SettingsError
from guanjia.settings import TIME_ZONE
from guanjia.store.business_settings import SettingValue, settings_by_community
from guanjia.store.engine import Transaction
from guanjia.store.locks import lock_scope
from guanjia.store.sql import execute

SCOPE: Final = "fee_collection"
"""All steps hold this lock: two runs, or a run and somebody who prints, take turns."""

HIGHEST_LEVEL: Final = 3

_SETTINGS: Final = (
    "live_from",
    "dunning_days",
    "dunning_gap_days",
    "dunning_minimum",
    "company_name",
    "billing_payment_note",
    "billing_contact",
    "mail_sender_name",
    "inspection_head_role",
)


@dataclass(frozen=True)
class Community:
    """A community in which fees are collected.

    Attributes:
        code: community.
        name: its name.
        region: its region; blank: none.
        issuer: who writes, such as the company's name.
        payment_note: how bills can be paid; blank: nothing set.
        contact: whom to ask; blank: nothing set.
        head_role: post of the centre head.
        gap_days: days after a letter before the next level, and days given to pay.
    """

    code: str
    name: str
    region: str
    issuer: str
    payment_note: str
    contact: str
    head_role: str
    gap_days: int


def served_communities(transaction: Transaction, at: datetime) -> dict[str, Community]:
    """The communities served on the day of an instant: those whose ``live_from`` has come."""
    return {code: _community(row, values) for code, (row, values) in _served(transaction, at)}


def look_at_debtors(transaction: Transaction, as_of: datetime) -> dict[str, Community]:
    """Take the lock and work out who owes what, into temporary tables that last as long as the transaction.

    ``collected_communities``, ``unvetted_notices``, ``overdue_bills`` and ``debtors``; see their SQL files.

    Args:
        transaction: open transaction.
        as_of: aware instant; facts after it are invisible.

    Returns:
        The communities served, by code.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    lock_scope(transaction, SCOPE)
    served = dict(_served(transaction, as_of))
    values = [value for _row, value in served.values()]
    execute(transaction, "fee_collection/view_books_at", as_of=as_of)
    execute(
        transaction,
        "fee_collection/create_collected_communities",
        community_codes=list(served),
        level_days=[",".join(map(str, level_days(value["dunning_days"]))) for value in values],
        gap_days=[value["dunning_gap_days"] for value in values],
        minimums=[value["dunning_minimum"] for value in values],
    )
    today = day_of(as_of)
    execute(transaction, "fee_collection/create_unvetted_notices")
    execute(transaction, "fee_collection/create_overdue_bills", on_day=today)
    execute(transaction, "fee_collection/create_debtors", as_of=as_of, on_day=today)
    return {code: _community(row, value) for code, (row, value) in served.items()}


def level_days(words: SettingValue | None) -> list[int]:
    """Days after the due day from which each level's letter goes out, rising; at most three levels.

    Raises:
        SettingsError: they are no whole numbers, there are none, or too many.
    """
    given = words if isinstance(words, tuple) else ()
    if not given or len(given) > HIGHEST_LEVEL or not all(word.strip().isdecimal() for word in given):
        raise SettingsError(
            f"Setting dunning_days is '{','.join(given)}'; expected one to {HIGHEST_LEVEL} whole numbers of days, such "
            "as 7,30,60."
        )
    return sorted(int(word) for word in given)


def day_of(instant: datetime) -> date:
    """The day of an instant, in Asia/Shanghai."""
    return instant.astimezone(TIME_ZONE).date()


_Row = tuple[str, str, str]
"""Code, name and region of a community."""


def _served(transaction: Transaction, at: datetime) -> list[tuple[str, tuple[_Row, Mapping[str, SettingValue | None]]]]:
    rows: dict[str, _Row] = {
        row.community_code: (row.community_code, row.community_name, row.region or "")
        for row in execute(transaction, "fee_collection/list_communities")
    }
    today = day_of(at)
    found = settings_by_community(transaction, _SETTINGS, today, list(rows))
    return [
        (code, (rows[code], values))
        for code, values in found.items()
        if isinstance(values["live_from"], date) and values["live_from"] <= today
    ]


def _community(row: _Row, values: Mapping[str, SettingValue | None]) -> Community:
    code, name, region = row
    gap = values["dunning_gap_days"]
    return Community(
        code=code,
        name=name,
        region=region,
        issuer=str(values["company_name"] or values["mail_sender_name"] or ""),
        payment_note=str(values["billing_payment_note"] or ""),
        contact=str(values["billing_contact"] or ""),
        head_role=str(values["inspection_head_role"] or "manager"),
        gap_days=gap if isinstance(gap, int) else 0,
    )
