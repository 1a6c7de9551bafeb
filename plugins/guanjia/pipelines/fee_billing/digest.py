"""The digest of a draft: what was shown and decided on, so that posting can tell whether it is still what is due.

It is made of the number of lines, a sum over the lines' hashes (in any order, for millions as for ten), Σ amounts,
Σ relief, and the exceptions. Codes of runs and bills are not in it: the same draft by another attempt has the same one.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from guanjia.pipelines.fee_billing.difference import compute_difference
from guanjia.pipelines.fee_billing.due import CommunityMonth
from guanjia.pipelines.fee_billing.runs import read_run
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute


def stored_digest(transaction: Transaction, run_code: str) -> str:
    """The digest of a billing run's lines and exceptions as they are stored.

    Raises:
        UnknownName: there is no such run.
    """
    run = read_run(transaction, run_code)
    row = execute(transaction, "fee_billing/measure_run", run_code=run_code, batch_no=run.batch_no).one()
    return digest_of(row)


def recomputed_digest(transaction: Transaction, run_code: str) -> str:
    """The digest the run's draft would have if it were computed now, from the facts visible at its own instant.

    Everything temporary in the transaction is dropped.

    Raises:
        UnknownName: there is no such run.
        SettingsError: a stored setting cannot be read.
    """
    run = read_run(transaction, run_code)
    measured = measure_draft(transaction, [CommunityMonth(run.community_code, run.period)], run.drafted_at)
    return digest_of(measured[run.community_code])


def measure_draft(transaction: Transaction, months: list[CommunityMonth], as_of: datetime) -> dict[str, Row[Any]]:
    """Compute the drafts of months, one per community, and their figures.

    Leaves ``draft_lines``, ``draft_bills`` and ``due_exceptions`` (temporary).

    Args:
        transaction: open transaction; everything temporary in it is dropped.
        months: community and month of each; a community once.
        as_of: aware instant.

    Returns:
        Community → lines, bills, total, relief, line_hash, exceptions, exception_hash, new_exceptions.
    """
    compute_difference(transaction, months, as_of)
    execute(transaction, "fee_billing/create_draft_bills")
    execute(transaction, "fee_billing/analyse_draft_bills")
    rows = execute(transaction, "fee_billing/measure_draft", community_codes=[month.community_code for month in months])
    return {row.community_code: row for row in rows}


def digest_of(measured: Row[Any]) -> str:
    """The digest of figures that `measure_draft` or the stored run gives."""
    parts = [
        str(measured.lines),
        str(measured.line_hash),
        str(Decimal(measured.total).quantize(Decimal("0.01"))),
        str(Decimal(measured.relief).quantize(Decimal("0.01"))),
        str(measured.exceptions),
        str(measured.exception_hash),
    ]
    return hashlib.md5("/".join(parts).encode(), usedforsecurity=False).hexdigest()
