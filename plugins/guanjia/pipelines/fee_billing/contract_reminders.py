"""Parking and rent contracts about to end: a reminder to the customer and a list for the service centre (BILL-08)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row

from guanjia.gateways.mail.rendering import render
from guanjia.outbox import Message, enqueue
from guanjia.pipelines.fee_billing.collecting import SCOPE, Community, day_of, served_communities
from guanjia.pipelines.fee_billing.collection_people import readers
from guanjia.pipelines.fee_billing.contract_letters import contract_letter, contract_list
from guanjia.store.business_settings import required_setting
from guanjia.store.engine import Transaction
from guanjia.store.locks import lock_scope
from guanjia.store.runs import Run
from guanjia.store.sql import execute

REMINDER: Final = "contract_reminder"
LIST: Final = "contract_list"


def remind_of_contracts(transaction: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Remind of contracts that end soon: once per contract, end and step; none where a renewal follows on.

    A run comes once a week, so "30 days before" is the first run within the last 30 days. Whoever has no address is on
    the centre's list; where nobody at the centre can be told either, the contract comes up again.

    Args:
        transaction: open transaction; the mails exist exactly if it commits.
        run: run that reminds.
        as_of: aware instant of the run.

    Returns:
        Counts ``contracts_reminded`` and ``contract_mails``.
    """
    lock_scope(transaction, SCOPE)
    today = day_of(as_of)
    words = required_setting(transaction, "contract_reminder_days", today)
    days = sorted({int(word) for word in (words if isinstance(words, tuple) else ()) if word.strip().isdecimal()})
    communities = served_communities(transaction, as_of)
    rows = execute(
        transaction, "fee_collection/find_ending_contracts", on_day=today, days=days, community_codes=list(communities)
    ).all()
    if not rows:
        return {"contracts_reminded": 0, "contract_mails": 0}
    lists, told = _lists(transaction, run, communities, rows, as_of)
    noted = [row for row in rows if row.email or row.community_code in told]
    if noted:
        execute(
            transaction,
            "fee_collection/note_reminders",
            contract_codes=[row.contract_code for row in noted],
            end_dates=[row.end_date for row in noted],
            days_before=[row.days_before for row in noted],
            at=as_of,
            run_id=run.run_id,
        )
    messages = [_reminder(row, communities[row.community_code]) for row in rows if row.email] + lists
    written = enqueue(transaction, messages, run_id=run.run_id).written
    return {"contracts_reminded": len(noted), "contract_mails": written}


def _reminder(row: Row[Any], community: Community) -> Message:
    letter = contract_letter(row, community)
    return Message(
        kind=REMINDER,
        business_key=f"{row.contract_code}/{row.end_date.isoformat()}/{row.days_before}",
        recipient=row.email,
        mail=render(letter),
        language=letter.language,
        recipient_name=row.customer_name,
    )


def _lists(
    transaction: Transaction,
    run: Run,
    communities: Mapping[str, Community],
    rows: Sequence[Row[Any]],
    as_of: datetime,
) -> tuple[list[Message], set[str]]:
    """The lists for the centre, and the communities of which somebody is told."""
    concerned = {code: communities[code] for code in sorted({row.community_code for row in rows})}
    messages = []
    told: set[str] = set()
    for reader, codes in readers(transaction, concerned, as_of).items():
        told.update(codes)
        theirs = [row for row in rows if row.community_code in codes]
        messages.append(
            Message(
                kind=LIST,
                business_key=run.run_code,
                recipient=reader.email,
                mail=render(contract_list(theirs, reader.language, as_of)),
                language=reader.language,
                recipient_name=reader.name,
                list_name="collection",
            )
        )
    return messages, told
