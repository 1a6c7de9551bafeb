"""Reverse a posted billing run as a whole: a run of its own takes it back in the open month.

What was paid on its bills is the payers' credit again. The month can then be billed anew, by hand:
`guanjia run fee_billing --param period=YYYY-MM --param community=…`. One of the setting `billing_approvers` may do it.
"""

from __future__ import annotations

import argparse

from guanjia.cli.billing_deciding import acting, add_instant_argument
from guanjia.cli.identity import add_identity_arguments
from guanjia.cli.progress import say
from guanjia.i18n import gettext_for
from guanjia.settings import environment


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("run", metavar="RUN", help="code of the posted billing run")
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why")
    add_instant_argument(parser)
    add_identity_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Reverse the run as the person the arguments name and prove; who got its bills is told that they are void."""
    from guanjia.host.database import opened_database
    from guanjia.pipelines.fee_billing.reversing import reverse_and_tell
    from guanjia.pipelines.fee_billing.runs import read_run
    from guanjia.store.engine import transaction

    _ = gettext_for(environment().language)
    with opened_database():
        with transaction("read") as tx:
            found = read_run(tx, arguments.run)
        with acting(arguments, "reverse", found.run_code) as (given, person):
            code = reverse_and_tell(given, found.run_code, person, arguments.reason)
    say(_("{run} is reversed by {reversal}.", run=found.run_code, reversal=code))
    say(
        _(
            "To bill the month again: guanjia run fee_billing --param period={period} --param community={community}",
            period=found.period,
            community=found.community_code,
        )
    )
    return 0
