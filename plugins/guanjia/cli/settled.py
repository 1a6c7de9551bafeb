"""Whether a unit's fees are settled: yes or no, and who owes what, due or not; for the gate, and for anybody who asks.

guanjia settled 001 010203                    now
guanjia settled 001 010203 --as-of 2026-11-20T18:00

Exit codes: 0 settled, 3 not settled; 1 and 2 as everywhere (it could not be answered).
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from guanjia.cli.progress import say
from guanjia.cli.values import instant, now
from guanjia.domain.masking import mask_name
from guanjia.i18n import gettext_for
from guanjia.i18n.formats import instant_text, money_text
from guanjia.settings import environment

if TYPE_CHECKING:
    from guanjia.pipelines.fee_billing.settled import Standing

NOT_SETTLED = 3
"""Exit code of a clear no; a script at the gate must not take a failure for one."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("community", metavar="COMMUNITY", help="community code")
    parser.add_argument("unit", metavar="UNIT", help="unit code")
    parser.add_argument("--as-of", metavar="T", help="instant of the answer; without it: now")
    parser.add_argument("--json", action="store_true", help="print the answer as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Answer; see the module's help."""
    from guanjia.host.database import opened_database
    from guanjia.pipelines.fee_billing.settled import read_standing
    from guanjia.store.engine import transaction

    as_of = instant(arguments.as_of) if arguments.as_of else now()
    with opened_database(), transaction("read") as tx:
        found = read_standing(tx, arguments.community, arguments.unit, as_of)
    if arguments.json:
        json.dump(as_json(found), sys.stdout, ensure_ascii=False, indent=1)
        say()
    else:
        for line in lines(found, environment().language):
            say(line)
    return 0 if found.is_settled else NOT_SETTLED


def as_json(found: Standing) -> dict[str, Any]:
    """The answer as plain values: codes, amounts as text, no names."""
    return {
        "community_code": found.community_code,
        "unit_code": found.unit_code,
        "as_of": found.as_of.isoformat(),
        "settled": found.is_settled,
        "open_balance": str(found.open_balance),
        "payers": [
            {
                "customer_code": payer.customer_code,
                "due": str(payer.due),
                "not_yet_due": str(payer.not_yet_due),
                "bills": [
                    {
                        "bill_code": bill.bill_code,
                        "period": bill.period,
                        "due_on": bill.due_on.isoformat(),
                        "total": str(bill.total),
                        "open_balance": str(bill.open_balance),
                    }
                    for bill in payer.bills
                ],
            }
            for payer in found.owing
        ],
        "in_suspense": {"payments": found.waiting_payments, "amount": str(found.waiting_amount)},
    }


def lines(found: Standing, language: str) -> list[str]:
    """The answer for a person: the verdict, then each payer with the open bills."""
    _ = gettext_for(language)
    place, at = f"{found.community_code}/{found.unit_code}", instant_text(found.as_of, language)
    if found.is_settled:
        told = [
            _("{unit}: settled. Nothing posted is open ({at}).", unit=place, at=at),
            _("Goods may leave the gate with the owner's signature (CUST-03)."),
        ]
    else:
        told = [
            _(
                "{unit}: not settled. {amount} is open ({at}).",
                unit=place,
                amount=money_text(found.open_balance),
                at=at,
            ),
            _("Goods do not leave the gate until it is paid (CUST-03)."),
        ]
    for payer in found.owing:
        who = f"{payer.customer_code} {mask_name(payer.customer_name)}"
        due, later = money_text(payer.due), money_text(payer.not_yet_due)
        told.append("  " + _("{who}: {due} due, {later} not yet due", who=who, due=due, later=later))
        for bill in payer.bills:
            left = money_text(bill.open_balance)
            told.append(
                "    " + _("{bill}: {left}, due {day}", bill=bill.bill_code, left=left, day=bill.due_on.isoformat())
            )
    if found.waiting_payments:
        amount = money_text(found.waiting_amount)
        told.append(
            _.ngettext(
                "{n} payment for this unit waits in suspense ({amount}); decide on it with `guanjia assign`.",
                "{n} payments for this unit wait in suspense ({amount}); decide on them with `guanjia assign`.",
                found.waiting_payments,
                amount=amount,
            )
        )
    return told
