"""A second person's yes to changed policies, settings, tariffs, calendars, staff or recipients.

guanjia confirm                           what waits
guanjia confirm CHANGE --show             old → new, without deciding
guanjia confirm CHANGE --login USER       look, and agree: it takes effect
guanjia confirm CHANGE --reject --reason "..." --login USER
"""

from __future__ import annotations

import argparse
import sys

from guanjia.cli.deciding import decide, show, show_waiting
from guanjia.cli.identity import add_identity_arguments
from guanjia.domain.errors import UsageError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("change", nargs="?", metavar="CHANGE", help="code of the change; without it: list what waits")
    parser.add_argument("--show", action="store_true", help="only show what would change")
    parser.add_argument("--reject", action="store_true", help="reject it: nothing changes")
    parser.add_argument("--reason", default="", metavar="TEXT", help="why it is rejected")
    add_identity_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """List, show or decide; see the module's help."""
    from guanjia.host.database import opened_database
    from guanjia.pipelines.confirm_changes import read_change
    from guanjia.store.engine import transaction

    if arguments.reject and not arguments.reason.strip():
        raise UsageError("Say why it is rejected: --reason TEXT.")
    with opened_database():
        if not arguments.change:
            show_waiting()
            return 0
        with transaction("read") as tx:
            shown = read_change(tx, arguments.change)
        show(shown, sys.stdout)
        if arguments.show:
            return 0
        return decide(arguments, shown, "decline" if arguments.reject else "confirm", arguments.reason)
