"""Drafting billing runs: bills and lines of what is to be billed now, one run per community (BILL-03, pipelines 5).

A draft is compared with the community's undecided run first: the same draft for the same instant is not written again.
Anything else takes the undecided run's place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row

from guanjia.logs import get_logger
from guanjia.pipelines.fee_billing.approvers import input_bringer
from guanjia.pipelines.fee_billing.digest import digest_of, measure_draft
from guanjia.pipelines.fee_billing.draft_writing import batch_of, write_drafts
from guanjia.pipelines.fee_billing.due import CommunityMonth
from guanjia.pipelines.fee_billing.pools import keep_pools
from guanjia.pipelines.fee_billing.runs import BillingRun, lock_community, read_run, undecided_runs
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute

SUITES: Final = ("fee_billing/draft_runs", "fee_billing/draft_bills", "fee_billing/draft_lines")
"""What the gate checks of the billing runs a run drafted, before anybody is asked to approve them."""

_COUNTS: Final = ("runs", "bills", "lines", "exceptions", "superseded", "unchanged")

_log = get_logger(__name__)


@dataclass(frozen=True)
class Draft:
    """A draft that is to be written.

    Attributes:
        month: community and month.
        measured: its figures.
        digest: its digest.
        requested_by: who asked for it.
    """

    month: CommunityMonth
    measured: Row[Any]
    digest: str
    requested_by: str | None


def draft_runs(
    transaction: Transaction,
    run: Run,
    as_of: datetime,
    months: Sequence[CommunityMonth],
    requested_by: str | None,
) -> dict[str, int]:
    """Draft what is to be billed: per community the oldest of its months that has anything to bill.

    Nothing to bill and no exception that the last posted run did not have: no row at all. The community's undecided
    run stays when the draft is the same for the same instant; else it is superseded.

    Args:
        transaction: open transaction, after vacancies and registrations were derived for as_of; everything temporary
            in it is dropped.
        run: run of the pipeline that drafts.
        as_of: aware instant; facts after it are not seen.
        months: community and month of each, see `find_months`.
        requested_by: who triggered it; None: nobody is known.

    Returns:
        Counts of what was written: ``runs``, ``bills``, ``lines``, ``exceptions``; runs ``superseded`` and those left
        ``unchanged``.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    waiting: dict[str, list[str]] = {}
    for month in sorted(set(months)):
        waiting.setdefault(month.community_code, []).append(month.period)
    for community in waiting:
        lock_community(transaction, community)
    counts = dict.fromkeys(_COUNTS, 0)
    while waiting:
        wave = [CommunityMonth(community, periods.pop(0)) for community, periods in waiting.items()]
        settled = _draft(transaction, run, as_of, wave, requested_by, counts)
        waiting = {code: periods for code, periods in waiting.items() if code not in settled and periods}
    if counts["runs"] or counts["superseded"]:
        _log.info("billing drafted", **counts)
    return counts


def redraft(transaction: Transaction, run: Run, run_code: str, as_of: datetime) -> str | None:
    """Draft a billing run anew, in the place of one whose inputs have changed since.

    Who brought inputs since then is the one who asked for it, and may not approve it; else who asked for the old one.

    Args:
        transaction: open transaction; everything temporary in it is dropped.
        run: run of the pipeline that drafts.
        run_code: the billing run that no longer holds.
        as_of: aware instant to draft for.

    Returns:
        The code of the run that stands now (the same one if nothing has changed after all); None: nothing is to be
        billed any more, and the old run is superseded by none.

    Raises:
        UnknownName: there is no such run.
        SettingsError: a stored setting cannot be read.
    """
    old = read_run(transaction, run_code)
    month = CommunityMonth(old.community_code, old.period)
    changed_by = input_bringer(transaction, old.community_code, as_of, old.run_id)
    draft_runs(transaction, run, as_of, [month], changed_by or old.requested_by)
    standing = undecided_runs(transaction, old.community_code)
    return standing[0].run_code if standing and standing[0].period == old.period else None


def mark_checked(transaction: Transaction, run: Run, checked_at: datetime) -> int:
    """Note that the gates let this run's drafts pass.

    Args:
        transaction: open transaction.
        run: run of the pipeline whose drafts were checked.
        checked_at: instant, aware.

    Returns:
        Number of billing runs.
    """
    return execute(transaction, "fee_billing/mark_checked", run_id=run.run_id, checked_at=checked_at).rowcount


def _draft(
    transaction: Transaction,
    run: Run,
    as_of: datetime,
    months: list[CommunityMonth],
    requested_by: str | None,
    counts: dict[str, int],
) -> set[str]:
    """Draft one month of each community.

    Returns:
        Communities for which no further month is to be tried.
    """
    measured = measure_draft(transaction, months, as_of)
    keep_pools(transaction, run, as_of)
    standing = {found.community_code: found for found in undecided_runs(transaction)}
    drafts, replaced, settled = [], [], set()
    for month in months:
        figures, old = measured[month.community_code], standing.get(month.community_code)
        draft = Draft(month, figures, digest_of(figures), requested_by)
        if old is not None and _is_same(old, draft, as_of):
            execute(transaction, "fee_billing/adopt_draft", run_code=old.run_code, run_id=run.run_id)
            counts["unchanged"] += 1
            settled.add(month.community_code)
        elif figures.lines or figures.new_exceptions:
            drafts.append(draft)
            settled.add(month.community_code)
            replaced += [old.run_code] if old is not None else []
        elif old is not None and old.period == month.period:
            replaced.append(old.run_code)
    batch_no = batch_of(transaction, as_of, drafts)
    counts["superseded"] += execute(
        transaction, "fee_billing/supersede_runs", run_codes=replaced, run_id=run.run_id
    ).rowcount
    for name, written in write_drafts(transaction, run, as_of, drafts, replaced, batch_no).items():
        counts[name] += written
    return settled


def _is_same(old: BillingRun, draft: Draft, as_of: datetime) -> bool:
    return old.period == draft.month.period and old.digest == draft.digest and old.drafted_at == as_of
