"""Locks per scope: two runs of the same work wait for each other; different communities do not."""

from __future__ import annotations

from sqlalchemy import Connection, text

from guanjia.domain.errors import Busy

_TRY = text("SELECT pg_try_advisory_xact_lock(hashtextextended(CAST(:scope AS text), 20260901))")
_SHARE = text("SELECT pg_advisory_xact_lock_shared(hashtextextended(CAST(:scope AS text), 20260901))")
_WAIT = text("SELECT pg_advisory_xact_lock(hashtextextended(CAST(:scope AS text), 20260901))")


def lock_scope(transaction: Connection, scope: str, *, wait: bool = True) -> None:
    """Hold the lock on a scope until the transaction ends; a killed process gives it back at once.

    Args:
        transaction: open transaction.
        scope: what is worked on, for example `overdue_escalations` or `fee_billing/001`.
        wait: wait for whoever holds it; False: raise.

    Raises:
        Busy: another run holds it and wait is False.
    """
    if wait:
        transaction.execute(_WAIT, {"scope": scope})
    elif not transaction.scalar(_TRY, {"scope": scope}):
        raise Busy(f"Another run is working on {scope}. Wait for it to end, then start again.")


def share_scope(transaction: Connection, scope: str) -> None:
    """Hold a scope together with others who share it, and wait for whoever locks it for themselves.

    Args:
        transaction: open transaction; its end gives the scope back.
        scope: what nobody may lock meanwhile, for example `books`.
    """
    transaction.execute(_SHARE, {"scope": scope})
