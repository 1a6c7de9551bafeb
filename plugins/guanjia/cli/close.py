"""Close a month: its trial balance is written, and it takes no entry any more.

Corrections, reversals and late payments of that month are posted in the next open one. Refused while the month is not
over, an earlier month with entries is open, or a billing run of it waits. One of the setting `billing_approvers` may do
it.
"""

from __future__ import annotations

import argparse

from guanjia.cli.billing_deciding import add_instant_argument, given_instant
from guanjia.cli.identity import acting_person, add_identity_arguments
from guanjia.cli.progress import say
from guanjia.i18n import gettext_for
from guanjia.settings import environment


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("period", metavar="PERIOD", help="month, YYYY-MM")
    parser.add_argument(
        "--unbilled", action="store_true", help="close it although something of it was never billed (and never will be)"
    )
    add_instant_argument(parser)
    add_identity_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Close the month as the person the arguments name and prove."""
    from guanjia.host.database import opened_database
    from guanjia.pipelines import confirm_changes
    from guanjia.pipelines.fee_billing.approvers import check_may_close
    from guanjia.pipelines.fee_billing.closing import close_period
    from guanjia.store.engine import transaction

    _ = gettext_for(environment().language)
    with opened_database(), transaction() as tx:
        who = acting_person(arguments, tx)
        at = given_instant(arguments)
        person = confirm_changes.Person(who.login or confirm_changes.login_of(tx, who.staff_code), who.staff_code)
        check_may_close(tx, person, at)
        done = close_period(tx, arguments.period, who.staff_code, at, leave_unbilled=arguments.unbilled)
    if done.is_new:
        say(
            _(
                "{period} is closed: debit and credit {amount}, {n} accounts carried forward.",
                period=done.period,
                amount=f"{done.debit:,.2f}",
                n=done.accounts,
            )
        )
    else:
        say(_("{period} was closed before; nothing was changed.", period=done.period))
    return 0
