"""What should be billed for months of communities, from the registers alone; what is posted plays no part (BILL-01…09).

The result stands in temporary tables that last as long as the transaction:

- ``due_lines``: one row per unit, charge, source, month and payer, with amount and explanation;
- ``due_exceptions``: what is not billed and why, as ``billing_exceptions`` keeps it;
- ``due_holds``: units, or charges of units, that an exception holds back: neither billed nor credited.

Each kind of charge is one statement that adds to ``due_amounts``; a payer's share is found afterwards, for all kinds by
one statement. Units whose month has no boundary inside are computed without looking at days.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from guanjia.pipelines.fee_billing.due_months import CommunityMonth as CommunityMonth
from guanjia.pipelines.fee_billing.due_months import UnitKey as UnitKey
from guanjia.pipelines.fee_billing.late_fees import charge_late_fees
from guanjia.pipelines.fee_billing.metered import charge_metered_use, measure_use
from guanjia.pipelines.fee_billing.pools import charge_pools
from guanjia.settings import TIME_ZONE
from guanjia.store.business_settings import settings_by_community
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute

_SETTINGS: Final = (
    "vacancy_factor",
    "not_fitted_out_factor",
    "reading_window_days",
    "abnormal_pool_factor",
    "abnormal_pool_months",
    "abnormal_pool_known_months",
)

_WORK_MEM: Final = "128MB"
"""Memory of one sort or hash; a community of 50,000 units needs a tenth of it."""

Charge = Callable[[Transaction], None]


def compute_due(
    transaction: Transaction,
    months: Sequence[CommunityMonth],
    as_of: datetime,
    units: Sequence[UnitKey] | None = None,
    more_charges: Sequence[Charge] = (),
) -> None:
    """Compute what should be billed into the temporary view ``due_lines``; once per transaction.

    Tariff charges are Σ rate × quantity × factor × days ÷ days of the calendar month, rounded once, half up; registered
    vacant days count by `vacancy_factor`. Days before `live_from` are not billed. A payer's share goes by the days
    paid, with largest remainder. A charge without exactly one tariff a day is held back, a unit without exactly one
    payer a day whole.

    Example: 51.26 m² at 1.75 a month is 89.705, billed 89.71; 19 of 28 days of February at 268.80 are 182.40.

    Args:
        transaction: open transaction, after vacancies and registrations were derived for as_of.
        months: community and month of each; communities not served, and months before they were, are left out.
        as_of: aware instant; facts after it are not seen.
        units: units to compute; None: all of the communities.
        more_charges: further kinds of charge: functions that add to ``due_amounts``, ``due_holds``, ``due_exceptions``.

    Raises:
        SettingsError: a stored setting cannot be read.

    Source:
        BILL-01, BILL-02, BILL-04, BILL-07, BILL-09, INS-08, INS-09.
    """
    execute(transaction, "fee_billing/widen_memory", work_mem=_WORK_MEM)
    prepare_units(transaction, months, as_of, units)
    for name in ("amounts", "holds", "exceptions"):
        execute(transaction, f"fee_billing/create_due_{name}")
    execute(transaction, "fee_billing/index_due_amounts")
    for charge in (*CHARGES, *more_charges):
        charge(transaction)
    split_over_payers(transaction)


def prepare_units(
    transaction: Transaction, months: Sequence[CommunityMonth], as_of: datetime, units: Sequence[UnitKey] | None
) -> None:
    """Find tariffs, discounts, segments and payers of every unit and month; see `compute_due`."""
    _create_periods(transaction, months, as_of)
    _make(transaction, "choice", **_choice(units))
    for name in ("tariffs", "use_tariffs", "rates", "replacements", "discounts"):
        _make(transaction, name)
    _make(transaction, "cuts", all_units=units is None)
    _make(transaction, "segments")
    _make(transaction, "units", all_units=units is None)


def charge_tariffs(transaction: Transaction) -> None:
    """Property fee, and parking, rent or flat shared fees by tariff."""
    execute(transaction, "fee_billing/charge_whole_months")
    execute(transaction, "fee_billing/hold_whole_months")
    _make(transaction, "pieces")
    execute(transaction, "fee_billing/charge_cut_months")
    execute(transaction, "fee_billing/hold_cut_months")
    for listing in ("list_tariff_faults", "list_missing_tariffs", "list_unusable_tariffs"):
        execute(transaction, f"fee_billing/{listing}")


def charge_contracts(transaction: Transaction) -> None:
    """Parking, rent and deposits by contract."""
    execute(transaction, "fee_billing/charge_contracts")


def charge_paid_services(transaction: Transaction) -> None:
    """Items of paid visits, in the month their case was first resolved."""
    execute(transaction, "fee_billing/charge_paid_services")
    execute(transaction, "fee_billing/list_services_without_unit")


CHARGES: Final[tuple[Charge, ...]] = (
    charge_tariffs,
    charge_contracts,
    charge_paid_services,
    measure_use,
    charge_metered_use,
    charge_pools,
    charge_late_fees,
)
"""Every kind of charge, in the order they are computed."""


def split_over_payers(transaction: Transaction) -> None:
    """Hold back units without exactly one payer a day, then split what goes to whoever pays over the payers."""
    execute(transaction, "fee_billing/analyse_due_amounts")
    _make(transaction, "payers")
    execute(transaction, "fee_billing/hold_units_without_payer")
    execute(transaction, "fee_billing/list_units_without_payer")
    execute(transaction, "fee_billing/remove_held_amounts")
    execute(transaction, "fee_billing/create_due_shares")
    execute(transaction, "fee_billing/create_due_lines")


def _create_periods(transaction: Transaction, months: Sequence[CommunityMonth], as_of: datetime) -> None:
    """Settings as they stood on the last day of each month; whether a community is served, as it stands now."""
    communities = sorted({month.community_code for month in months})
    today = as_of.astimezone(TIME_ZONE).date()
    live = settings_by_community(transaction, ["live_from"], today, communities)
    served = [month for month in sorted(set(months)) if live[month.community_code]["live_from"] is not None]
    days = {day for month in served for day in (month.last_day, month.day_before)}
    found = {day: settings_by_community(transaction, list(_SETTINGS), day, communities) for day in days}
    execute(
        transaction,
        "fee_billing/create_due_periods",
        community_codes=[month.community_code for month in served],
        periods=[month.period for month in served],
        live_from=[live[month.community_code]["live_from"] for month in served],
        as_of=as_of,
        opening_window_days=[found[month.day_before][month.community_code]["reading_window_days"] for month in served],
        **{name: [found[month.last_day][month.community_code][name] for month in served] for name in _SETTINGS},
    )
    execute(transaction, "fee_billing/analyse_due_periods")


def _choice(units: Sequence[UnitKey] | None) -> dict[str, list[str]]:
    chosen = units or ()
    return {
        "community_codes": [unit.community_code for unit in chosen],
        "unit_codes": [unit.unit_code for unit in chosen],
    }


def _make(transaction: Transaction, name: str, **parameters: object) -> None:
    """Make a temporary table of this computation and let the planner know what it holds."""
    execute(transaction, f"fee_billing/create_due_{name}", **parameters)
    if name != "rates":
        execute(transaction, f"fee_billing/analyse_due_{name}")
