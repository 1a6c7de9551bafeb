"""Reject what a run waits for, with the reason: nothing it asked about takes effect.

RUN is the code of a waiting run (`guanjia export runs --where state=waiting`), of a billing run, or of a change.
"""

from __future__ import annotations

import argparse
import sys

from guanjia.cli.billing_deciding import add_instant_argument, billing_runs_named, reject_runs
from guanjia.cli.deciding import decide, show
from guanjia.cli.identity import add_identity_arguments


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("run", metavar="RUN", help="code of the run that waits")
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why")
    add_identity_arguments(parser)
    add_instant_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    """Reject everything the run asks about; see the module's help."""
    from guanjia.host.database import opened_database
    from guanjia.pipelines.confirm_changes import changes_of_run
    from guanjia.store.engine import transaction

    with opened_database():
        if billed := billing_runs_named(arguments.run):
            return reject_runs(arguments, billed)
        with transaction("read") as tx:
            waiting = changes_of_run(tx, arguments.run)
        for shown in waiting:
            show(shown, sys.stdout)
            decide(arguments, shown, "decline", arguments.reason)
    return 0
