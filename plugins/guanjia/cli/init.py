"""Make the home's database, or bring it to this version's schema; nothing that is there is lost."""

from __future__ import annotations

import argparse
import sys

from guanjia.settings import environment


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "--demo",
        action="store_true",
        help="a demo home: people act with a bare --as, and no mail ever leaves this machine",
    )


def run(arguments: argparse.Namespace) -> int:
    """Make or migrate; see the module's help."""
    from guanjia.host.database import opened_database
    from guanjia.host.home import make_home
    from guanjia.store.migrate import migrate_home

    home = environment().home
    make_home(home, is_demo=arguments.demo)
    with opened_database(must_be_made=False):
        changed = migrate_home()
    sys.stdout.write(f"{home}: database {'brought to this version' if changed else 'is up to date'}.\n")
    return 0
