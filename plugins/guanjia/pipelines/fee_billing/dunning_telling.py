"""Writing the mails of collection: letters to customers, and the centre's weekly list, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import groupby
from typing import Final

from guanjia.gateways.mail.rendering import render
from guanjia.outbox import Message, enqueue
from guanjia.pipelines.fee_billing.collecting import Community, day_of, look_at_debtors
from guanjia.pipelines.fee_billing.collection_people import readers
from guanjia.pipelines.fee_billing.dunning_digest import Week, digest_key, digest_letter
from guanjia.pipelines.fee_billing.dunning_letters import dunning_message
from guanjia.pipelines.fee_billing.dunning_rows import read_letters
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute

DIGEST: Final = "collection_digest"
LIST_NAME: Final = "collection"

_AT_ONCE: Final = 2_000
"""Customers whose letters are read together: few enough for memory, many enough to read the books seldom."""


def tell(transaction: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Write the mails of the letters this run planned, and the list for the centre.

    A customer gets one mail per community with all units; who has no address gets paper (`print_letters`).

    Args:
        transaction: open transaction; the mails exist exactly if it commits.
        run: run that planned the letters, after its gate.
        as_of: aware instant of the run.

    Returns:
        Counts: ``customers_reminded`` by mail, ``notices_to_paper``, ``mails_written``.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    communities = look_at_debtors(transaction, as_of)
    to_paper = execute(transaction, "fee_collection/print_unreachable_notices", run_id=run.run_id).rowcount
    untold = execute(transaction, "fee_collection/list_untold_notices", run_id=run.run_id).all()
    week = _week(transaction, run, as_of)
    digests = _digests(transaction, week, communities, as_of)
    written = enqueue(transaction, digests, run_id=run.run_id).written if digests else 0
    by_customer = [
        list(rows) for _key, rows in groupby(untold, key=lambda row: (row.community_code, row.customer_code))
    ]
    for start in range(0, len(by_customer), _AT_ONCE):
        codes = [row.notice_code for rows in by_customer[start : start + _AT_ONCE] for row in rows]
        letters = read_letters(transaction, codes, communities)
        written += enqueue(transaction, (dunning_message(each) for each in letters), run_id=run.run_id).written
    return {"customers_reminded": len(by_customer), "notices_to_paper": to_paper, "mails_written": written}


def _week(transaction: Transaction, run: Run, as_of: datetime) -> Week:
    """What the centre's list says; empty when the day's list has gone out and nothing is new."""
    today = day_of(as_of)
    notices = execute(transaction, "fee_collection/list_digest_notices", run_id=run.run_id).all()
    if not notices:
        found = execute(transaction, "fee_collection/find_digests", on_day=today, run_id=run.run_id)
        if found.scalar_one():
            return Week((), (), ())
    held = execute(transaction, "fee_collection/list_held_debtors", on_day=today).all()
    waiting = execute(transaction, "fee_collection/list_print_files", community_code=None, printed_of=None).all()
    return Week(notices, held, waiting)


def _digests(
    transaction: Transaction, week: Week, communities: Mapping[str, Community], as_of: datetime
) -> list[Message]:
    if week.is_empty:
        return []
    messages = []
    key = digest_key(week.notices, day_of(as_of))
    for reader, codes in readers(transaction, communities, as_of).items():
        theirs = week.of(codes)
        if not theirs.is_empty:
            messages.append(
                Message(
                    kind=DIGEST,
                    business_key=key,
                    recipient=reader.email,
                    mail=render(digest_letter(theirs, communities, reader.language, as_of)),
                    language=reader.language,
                    recipient_name=reader.name,
                    list_name=LIST_NAME,
                )
            )
    return messages
