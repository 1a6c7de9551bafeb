"""What every step begins with: the lock, the instant it works at, and the communities served with their settings."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Final

from guanjia.domain.day_parts import DayPart, read_parts
from guanjia.settings import TIME_ZONE
from guanjia.store.business_settings import SettingValue, required_setting, settings_by_community
from guanjia.store.engine import Transaction
from guanjia.store.locks import lock_scope
from guanjia.store.sql import execute

SCOPE: Final = "scheduled_callbacks"
"""All steps hold this lock, those of the results too: two runs take turns."""

PROSPECTS: Final = "prospects"
"""Scope of prospects, who belong to no community."""

MORNING: Final = time(7)
"""When a day is planned; a day nobody planned is planned with what was known then."""

_SETTINGS: Final = {
    "live_from": "live_from",
    "calls_per_day": "callbacks_per_day",
    "grace_days": "callback_grace_working_days",
    "dissatisfied_up_to": "callback_dissatisfied_up_to",
    "department": "callback_department",
    "leader_role": "callback_leader_role",
    "head_role": "callback_head_role",
    "reception_announce_days": "reception_announce_days",
    "reception_from_day": "reception_from_day",
    "is_reception_mailed": "reception_to_customers",
    "committee_announce_days": "committee_announce_days",
}


def begin(transaction: Transaction, as_of: datetime) -> datetime:
    """Take the pipeline's lock and put the communities served into the temporary table ``called_communities``.

    Args:
        transaction: open transaction; the table lasts as long as it does.
        as_of: aware instant asked for.

    Returns:
        The instant to work at: as_of, or the later one a step worked at before. What was planned and mailed cannot be
        taken back, so time never runs backwards here.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    lock_scope(transaction, SCOPE)
    execute(transaction, "scheduled_callbacks/drop_case_facts")  # another plan in the same transaction gathers its own
    computed_to = execute(transaction, "scheduled_callbacks/find_computed_to").scalar_one()
    at = as_of if computed_to is None else max(as_of, computed_to)
    use_settings_of(transaction, day_of(at))
    return at


def use_settings_of(transaction: Transaction, day: date) -> None:
    """Fill ``called_communities`` with the settings in force on a day, for that day's planning.

    Args:
        transaction: open transaction.
        day: day in Asia/Shanghai; communities whose live_from lies after it are not in the table.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    codes = list(execute(transaction, "scheduled_callbacks/list_communities").scalars())
    found = settings_by_community(transaction, list(_SETTINGS.values()), day, codes)
    served = {code: values for code, values in found.items() if _is_live(values["live_from"], day)}
    execute(transaction, "scheduled_callbacks/drop_called_communities")
    execute(
        transaction,
        "scheduled_callbacks/create_called_communities",
        community_codes=list(served),
        **{bind: [values[name] for values in served.values()] for bind, name in _SETTINGS.items()},
    )
    execute(transaction, "scheduled_callbacks/analyse_called_communities")


def served_from(transaction: Transaction, day: date) -> dict[str, date]:
    """The communities served on a day, each with the first day it is served from.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    codes = list(execute(transaction, "scheduled_callbacks/list_communities").scalars())
    found = settings_by_community(transaction, ["live_from"], day, codes)
    return {
        code: live_from
        for code, values in found.items()
        if isinstance(live_from := values["live_from"], date) and live_from <= day
    }


def parts_of(transaction: Transaction, day: date) -> tuple[DayPart, ...]:
    """The parts of the day in which customers are called, as in force on a day.

    Raises:
        SettingsError: the stored setting cannot be read.
    """
    words = required_setting(transaction, "callback_day_parts", day)
    return read_parts(words if isinstance(words, tuple) else (str(words),))


def hours_apart(transaction: Transaction, day: date) -> Decimal:
    """Hours between two tries at least, as in force on a day.

    Raises:
        SettingsError: the stored setting cannot be read.
    """
    return Decimal(str(required_setting(transaction, "callback_hours_apart", day)))


def day_of(instant: datetime) -> date:
    """The day of an instant, in Asia/Shanghai."""
    return instant.astimezone(TIME_ZONE).date()


def morning_of(day: date) -> datetime:
    """The instant a day is planned at, in Asia/Shanghai."""
    return datetime.combine(day, MORNING, TIME_ZONE)


def _is_live(live_from: SettingValue | None, day: date) -> bool:
    return isinstance(live_from, date) and live_from <= day
