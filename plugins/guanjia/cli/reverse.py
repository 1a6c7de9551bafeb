"""Reverse a posted billing run as a whole: a run of its own takes it back in the open month.

What was paid on its bills is the payers' credit again. The month can then be billed anew, by hand:
`guanjia run fee_billing --param period=YYYY-MM --param community=…`. One of the setting `billing_approvers` may do it.
"""

from __future__ import annotations

import argparse

from guanjia.cli.identity import acting_person, add_identity_arguments
from guanjia.cli.progress import say
from guanjia.cli.values import instant, now
from guanjia.i18n import gettext_for
from guanjia.settings import environment


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("run", metavar="RUN", help="code of the posted billing run")
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why")
    parser.add_argument("--as-of", metavar="T", help="instant (default: now)")
    add_identity_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Reverse the run as the person the arguments name and prove."""
    from guanjia.host.database import opened_database
    from guanjia.pipelines.confirm_changes import Person, login_of
    from guanjia.pipelines.fee_billing.reversing import reverse_run
    from guanjia.pipelines.fee_billing.runs import read_run
    from guanjia.store.engine import transaction

    _ = gettext_for(environment().language)
    with opened_database(), transaction() as tx:
        who = acting_person(arguments, tx)
        person = Person(who.login or login_of(tx, who.staff_code), who.staff_code)
        found = read_run(tx, arguments.run)
        # A demo house plays months ahead of the clock: its runs are not reversed before they were posted.
        at = instant(arguments.as_of) if arguments.as_of else max(filter(None, (now(), found.posted_at)))
        code = reverse_run(tx, None, arguments.run, person, arguments.reason, at)
    say(_("{run} is reversed by {reversal}.", run=arguments.run, reversal=code))
    say(
        _(
            "To bill the month again: guanjia run fee_billing --param period={period} --param community={community}",
            period=found.period,
            community=found.community_code,
        )
    )
    return 0
