"""Approve what a run waits for: as a second person, without the pages.

RUN is the code of a waiting run (`guanjia export runs --where state=waiting`), of a billing run, or of a change. An
approved billing run is posted at once, and its bills go out; one whose inputs have changed since it was shown is not:
it is drafted and shown anew, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import sys

from guanjia.cli.billing_deciding import add_instant_argument, approve_runs, billing_runs_named
from guanjia.cli.deciding import decide, show
from guanjia.cli.identity import add_identity_arguments


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("run", metavar="RUN", help="code of the run that waits")
    add_identity_arguments(parser)
    add_instant_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    """Approve everything the run asks about; see the module's help."""
    from guanjia.host.database import opened_database
    from guanjia.pipelines.confirm_changes import changes_of_run
    from guanjia.store.engine import transaction

    with opened_database():
        if billed := billing_runs_named(arguments.run):
            return approve_runs(arguments, billed)
        with transaction("read") as tx:
            waiting = changes_of_run(tx, arguments.run)
        for shown in waiting:
            show(shown, sys.stdout)
            decide(arguments, shown, "confirm", "")
    return 0
