"""Difference, not repetition: what should be billed for months, less what is posted for them (BILL-03, BILL-10).

The result stands in ``draft_lines`` (temporary): one row per unit, charge, source, month and payer whose posted amount
is not the one due. A key that was never posted is a first line; any other a correction that names its month and says
what it should be, what is posted so far and the difference. What an exception holds back is neither billed nor
credited.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from guanjia.pipelines.fee_billing.due import CommunityMonth, compute_due
from guanjia.pipelines.fee_billing.months import correctable_months
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute


def compute_difference(transaction: Transaction, months: Sequence[CommunityMonth], as_of: datetime) -> None:
    """Compute what is to be billed now for months and the earlier months they may still correct.

    Leaves ``draft_lines`` and ``due_exceptions`` (temporary). Everything temporary in the transaction is dropped first,
    so that it may be called again in the same one.

    Args:
        transaction: open transaction; the locks of the communities are held.
        months: community and month of each.
        as_of: aware instant; facts after it are not seen.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    execute(transaction, "fee_billing/forget_draft")
    compute_due(transaction, [*months, *correctable_months(transaction, months, as_of)], as_of)
    batches = execute(
        transaction, "fee_billing/list_posted_batches", community_codes=sorted({m.community_code for m in months})
    ).scalars()
    execute(transaction, "fee_billing/create_draft_posted", batch_nos=list(batches))
    execute(transaction, "fee_billing/analyse_draft_posted")
    if execute(transaction, "fee_billing/find_draft_posted").scalar_one():
        execute(transaction, "fee_billing/hold_charges_without_tariff")
        execute(transaction, "fee_billing/hold_unpriced_meters")
        execute(transaction, "fee_billing/list_charges_without_tariff")
        execute(transaction, "fee_billing/create_draft_lines")
    else:
        execute(transaction, "fee_billing/create_first_lines")
    execute(transaction, "fee_billing/fold_missing_tariffs")
