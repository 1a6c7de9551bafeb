"""Say by hand whose a payment in suspense is, or what a negative one takes back; it is booked and pays bills at once.

guanjia assign PAYMENT --unit 001/010203 --customer K0001 --as STAFF      whose it is
guanjia assign PAYMENT --reverses OTHER --as STAFF                        a negative one: what it takes back

The decision holds until the payment's line in the register changes.
"""

from __future__ import annotations

import argparse

from guanjia.cli.identity import acting_person, add_identity_arguments
from guanjia.cli.progress import say
from guanjia.cli.values import instant, now
from guanjia.domain.errors import UsageError
from guanjia.i18n import gettext_for
from guanjia.settings import environment


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("payment", metavar="PAYMENT", help="payment code")
    parser.add_argument("--unit", metavar="C/U", help="community and unit it was paid for, such as 001/010203")
    parser.add_argument("--customer", metavar="X", help="customer code of whose it is")
    parser.add_argument("--reverses", metavar="OTHER", help="payment that a negative one takes back")
    parser.add_argument("--as-of", metavar="T", help="instant of the decision; without it: now")
    add_identity_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Decide; see the module's help."""
    from guanjia.host.database import opened_database
    from guanjia.pipelines.fee_billing.payments import Decision, assign_by_hand
    from guanjia.store.engine import transaction

    community, unit = _place(arguments)
    as_of = instant(arguments.as_of) if arguments.as_of else now()
    with opened_database(), transaction("app") as tx:
        person = acting_person(arguments, tx)
        decision = Decision(
            arguments.payment, person.staff_code, community, unit, arguments.customer, arguments.reverses
        )
        counts = assign_by_hand(tx, None, as_of, decision)
    _ = gettext_for(environment().language)
    code = arguments.payment
    if counts["taken_back"]:
        say(
            _(
                "{payment} takes back {other}; {n} allocations were undone.",
                payment=code,
                other=arguments.reverses,
                n=counts["undone"],
            )
        )
    elif counts["assigned"]:
        say(_("{payment} is assigned; it pays {n} bills, the rest is credit.", payment=code, n=counts["allocated"]))
    else:
        say(_("{payment} stood like that already; nothing was changed.", payment=code))
    return 0


def _place(arguments: argparse.Namespace) -> tuple[str | None, str | None]:
    if arguments.reverses and (arguments.unit or arguments.customer):
        raise UsageError("Give --unit and --customer, or --reverses; not both.")
    if not arguments.reverses and not (arguments.unit and arguments.customer):
        raise UsageError(
            "Say whose it is: --unit C/U and --customer X; or, for a negative payment, --reverses PAYMENT."
        )
    if not arguments.unit:
        return None, None
    community, separator, unit = arguments.unit.partition("/")
    if not (separator and community and unit):
        raise UsageError(f"'{arguments.unit}' is no unit; write community/unit, such as 001/010203.")
    return community, unit
