"""Shared meters (BILL-03): their cost split over the units to the cent, an abnormal month held until it is released.

Every statement works on all pools of the months at once. A posted pool keeps its shares for as long as its own cost
stays the same; another cost is a new edition, whose difference falls out as corrections.
"""

from __future__ import annotations

from datetime import datetime

from guanjia.domain.errors import UsageError
from guanjia.pipelines.fee_billing.runs import read_run
from guanjia.settings import TIME_ZONE
from guanjia.store.business_settings import setting_value
from guanjia.store.engine import Transaction
from guanjia.store.partitions import load_partition
from guanjia.store.runs import Run
from guanjia.store.sql import execute


def charge_pools(transaction: Transaction) -> None:
    """Split the costs of the shared meters over the units, with what the company bears for vacancies as relief.

    Example: 425.00 over 1,000 units of 90 m²: 42 fen each and one more for the first 500 by unit code.

    Args:
        transaction: open transaction, after `metered.measure_use`.
    """
    execute(transaction, "fee_billing/create_due_pool_units")
    execute(transaction, "fee_billing/index_due_pool_units")
    execute(transaction, "fee_billing/analyse_due_pool_units")
    for name in ("pools", "pool_shares"):
        execute(transaction, f"fee_billing/create_due_{name}")
        execute(transaction, f"fee_billing/analyse_due_{name}")
    for statement in ("charge_pool_shares", "hold_faulty_pools", "list_faulty_pools"):
        execute(transaction, f"fee_billing/{statement}")
    for listing in ("list_faulty_meters", "list_use_tariff_faults", "list_unpriced_meters"):
        execute(transaction, f"fee_billing/{listing}")


def keep_pools(transaction: Transaction, run: Run | None, as_of: datetime) -> int:
    """Keep what the shared meters' months come to, as just computed.

    Args:
        transaction: open transaction, after `compute_due` with the default charges.
        run: run that writes.
        as_of: aware instant the months were computed for.

    Returns:
        Pools that are new or changed.
    """
    del as_of
    return execute(transaction, "fee_billing/keep_pools", run_id=None if run is None else run.run_id).rowcount


def release_pool(
    transaction: Transaction, run_code: str, meter_code: str, period: str, by: str, reason: str, at: datetime
) -> None:
    """Release a shared meter that a run holds back, for exactly its present cost; the caller drafts the run anew.

    Args:
        transaction: open transaction; whether the person may is the caller's question.
        run_code: billing run whose approval lists the meter.
        meter_code: shared meter.
        period: month, YYYY-MM; where the run does not hold it in that month, the months it corrects are meant.
        by: who releases it.
        reason: why the use is right.
        at: instant, aware.

    Raises:
        UnknownName: there is no such run.
        UsageError: the run does not hold this meter back, or is decided.

    Source:
        BILL-03.
    """
    found = read_run(transaction, run_code)
    if found.state not in ("draft", "checked", "awaiting_approval"):
        raise UsageError(f"{run_code} is {found.state}: nothing of it can be released any more. Nothing was changed.")
    named = {"run_code": run_code, "released_by": by, "released_at": at, "reason": reason}
    periods = execute(transaction, "fee_billing/note_release", meter_code=meter_code, period=period, **named).scalars()
    held = list(periods)
    if not held:
        raise UsageError(f"{run_code} does not hold back a shared meter '{meter_code}'. Nothing was changed.")
    del named["run_code"]
    for month in held:
        execute(transaction, "fee_billing/release_pool", meter_code=meter_code, period=month, **named)


def mark_posted(transaction: Transaction, run_code: str) -> int:
    """Keep the shares a run bills while it is posted, and name it beside its pools.

    Args:
        transaction: open transaction of the posting; its draft was computed in it, or is computed now.
        run_code: billing run that is being posted.

    Returns:
        Shares written.

    Raises:
        UnknownName: there is no such run.
    """
    found = read_run(transaction, run_code)
    if not execute(transaction, "fee_billing/find_computed_pools").scalar_one():
        from guanjia.pipelines.fee_billing.digest import recomputed_digest

        recomputed_digest(transaction, run_code)
    community = found.community_code
    shares = int(execute(transaction, "fee_billing/count_new_shares", community_code=community).scalar_one())
    parameters = {"community_code": community, "batch_no": found.batch_no}
    if shares and found.batch_no:
        load_partition(transaction, "pool_shares", found.batch_no, "fee_billing/write_pool_shares", **parameters)
    elif shares:
        execute(transaction, "fee_billing/write_pool_shares", **parameters)
    execute(transaction, "fee_billing/mark_pools_posted", community_code=community, run_code=run_code)
    return shares


def open_cases(transaction: Transaction, run: Run | None, as_of: datetime) -> dict[str, int]:
    """Open a case for every abnormal shared meter that an approval shows; once per meter, month and cost.

    Args:
        transaction: open transaction, after the runs were marked as shown.
        run: run that opens them.
        as_of: aware instant the cases are opened at.

    Returns:
        ``cases``: cases opened; empty where there are none.
    """
    department = setting_value(transaction, "inspection_department", as_of.astimezone(TIME_ZONE).date())
    opened = execute(
        transaction,
        "fee_billing/open_pool_cases",
        as_of=as_of,
        department=department,
        run_id=None if run is None else run.run_id,
    ).rowcount
    execute(transaction, "fee_billing/name_pool_cases")
    return {"cases": opened} if opened else {}
