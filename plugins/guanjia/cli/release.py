"""Release a shared meter whose use is abnormal, so that it is billed: as an approver, with the reason.

RUN is the code of the billing run whose approval lists the meter. The run is then drafted anew, with the meter, and
shown anew; approving it is a decision of its own.
"""

from __future__ import annotations

import argparse

from guanjia.cli.billing_deciding import add_instant_argument, billing_runs_named, release
from guanjia.cli.identity import add_identity_arguments
from guanjia.domain.errors import UnknownName, UsageError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("run", metavar="RUN", help="code of the billing run, such as B2610-001-1")
    parser.add_argument("meter", metavar="METER", help="code of the shared meter")
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why its use is right")
    add_identity_arguments(parser)
    add_instant_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    """Release the meter; see the module's help."""
    from guanjia.host.database import opened_database

    if not arguments.reason.strip():
        raise UsageError("Say why the meter is released: --reason TEXT. Nothing was changed.")
    with opened_database():
        found = billing_runs_named(arguments.run)
        if len(found) != 1:
            raise UnknownName(
                f"{arguments.run} names {len(found)} billing runs, and one is needed. "
                "`guanjia export billing_runs` lists those there are."
            )
        return release(arguments, found[0])
