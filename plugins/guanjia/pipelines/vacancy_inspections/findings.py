"""Findings: what an inspection found amiss becomes a case in the same run (INS-05)."""

from __future__ import annotations

from datetime import datetime

from guanjia.store.engine import Transaction
from guanjia.store.sql import execute


def open_cases(transaction: Transaction, at: datetime) -> int:
    """Open a case for every finding of the judged results that has none, and correct what a corrected result says.

    Args:
        transaction: open transaction, with the temporary table ``judged_results``.
        at: aware instant the cases are opened at.

    Returns:
        Cases opened or corrected.
    """
    execute(transaction, "vacancy_inspections/describe_findings")
    opened = execute(transaction, "vacancy_inspections/open_finding_cases", as_of=at).rowcount
    return opened + execute(transaction, "vacancy_inspections/correct_finding_cases").rowcount
