"""What every step begins with: the lock, the instant it works at, and the communities served with their settings."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from guanjia.settings import TIME_ZONE
from guanjia.store.business_settings import SettingValue, settings_by_community
from guanjia.store.engine import Transaction
from guanjia.store.locks import lock_scope
from guanjia.store.sql import execute

SCOPE: Final = "vacancy_inspections"
"""All steps, those of a weather event too, hold this lock: two runs take turns."""

_SETTINGS: Final = {
    "live_from": "live_from",
    "per_day": "inspections_per_day",
    "join_by_day": "inspection_join_by_day",
    "rain_months": "inspection_rain_months",
    "ventilation_months": "inspection_ventilation_months",
    "responsible_role": "inspection_responsible_role",
    "head_role": "inspection_head_role",
    "department": "inspection_department",
    "nothing_amiss_words": "inspection_nothing_amiss_words",
    "spot_check_pct": "spot_check_pct",
    "spot_check_minimum": "spot_check_minimum",
    "minimum_months": "vacancy_minimum_months",
    "backdated_days": "vacancy_backdated_days",
    "first_fit_out_months": "first_fit_out_months",
    "vacancy_factor": "vacancy_factor",
    "water_limit": "vacancy_water_limit",
    "electricity_limit": "vacancy_electricity_limit",
}


def begin(transaction: Transaction, as_of: datetime) -> datetime:
    """Take the pipeline's lock and put the communities served into the temporary table ``inspected_communities``.

    Args:
        transaction: open transaction; the table lasts as long as it does.
        as_of: aware instant asked for.

    Returns:
        The instant to work at: as_of, or the later one vacancies were already derived for. What has been planned and
        mailed cannot be taken back, so time never runs backwards here.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    lock_scope(transaction, SCOPE)
    computed_to = execute(transaction, "vacancy_inspections/find_computed_to").scalar_one_or_none()
    at = as_of if computed_to is None else max(as_of, computed_to)
    codes = [row.community_code for row in execute(transaction, "vacancy_inspections/list_communities")]
    found = settings_by_community(transaction, list(_SETTINGS.values()), day_of(at), codes)
    served = {code: values for code, values in found.items() if values["live_from"] is not None}
    execute(
        transaction,
        "vacancy_inspections/create_inspected_communities",
        community_codes=list(served),
        **{bind: [_plain(values[name]) for values in served.values()] for bind, name in _SETTINGS.items()},
    )
    return at


def day_of(instant: datetime) -> date:
    """The day of an instant, in Asia/Shanghai."""
    return instant.astimezone(TIME_ZONE).date()


def _plain(value: SettingValue | None) -> Any:
    return ",".join(value) if isinstance(value, tuple) else value
