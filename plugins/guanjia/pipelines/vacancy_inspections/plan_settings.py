"""The settings a day is planned by: those in force on that day, also when it is planned later (INS-02)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from guanjia.store.business_settings import SettingValue, settings_by_community
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute

_SETTINGS: Final[Mapping[str, str]] = {
    "per_day": "inspections_per_day",
    "join_by_day": "inspection_join_by_day",
    "rain_months": "inspection_rain_months",
    "ventilation_months": "inspection_ventilation_months",
    "head_role": "inspection_head_role",
    "spot_check_pct": "spot_check_pct",
    "spot_check_minimum": "spot_check_minimum",
}
_OF_ALL: Final = ("fit_out_visit_days",)
"""Settings of the whole company; whoever plans by them reads them anew on the days told."""


def days_to_read_settings(transaction: Transaction, first_day: date, last_day: date) -> frozenset[date]:
    """The days on which the settings have to be read anew: none, unless some begin to hold within the days planned.

    Args:
        transaction: open transaction.
        first_day: first day planned, inclusive.
        last_day: last day planned, inclusive; its settings are those of the temporary tables.
    """
    begins = execute(
        transaction,
        "vacancy_inspections/find_setting_changes",
        settings=[*_SETTINGS.values(), *_OF_ALL],
        first_day=first_day,
        last_day=last_day,
    ).scalars()
    found = frozenset(begins)
    return found | {first_day} if found else found


def use_settings_of(transaction: Transaction, day: date) -> None:
    """Have the communities planned by the settings of a day.

    Args:
        transaction: open transaction with the temporary table ``planned_communities``.
        day: day whose settings are in force from here on.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    codes = list(execute(transaction, "vacancy_inspections/list_planned_communities").scalars())
    found = settings_by_community(transaction, list(_SETTINGS.values()), day, codes)
    execute(
        transaction,
        "vacancy_inspections/apply_settings_of_day",
        community_codes=codes,
        **{bind: [_plain(found[code][name]) for code in codes] for bind, name in _SETTINGS.items()},
    )


def _plain(value: SettingValue | None) -> SettingValue | None:
    return ",".join(value) if isinstance(value, tuple) else value
