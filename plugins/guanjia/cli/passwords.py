"""Show who can log in to Airflow's pages, and with which password."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from guanjia.cli.progress import say
from guanjia.domain.errors import HostError
from guanjia.i18n import N_, gettext_for
from guanjia.settings import environment

if TYPE_CHECKING:
    from pathlib import Path

DOES = {
    "admin": N_("may do everything"),
    "qianlan": N_("requests: starts pipelines"),
    "shenhe": N_("approves: answers requests, sees how Airflow is set up"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--json", action="store_true", help="print one JSON object: login → password")


def run(args: argparse.Namespace) -> int:
    """Prints logins and passwords.

    Raises:
        HostError: the home has none yet.
    """
    from guanjia.host.airflow import has_passwords, passwords

    home = environment().home
    if not has_passwords(home):
        raise HostError(f"{home} has no users of pages yet: `guanjia up` makes them (or set GUANJIA_HOME).")
    if args.json:
        say(json.dumps(passwords(home)))
    else:
        for line in password_lines(home):
            say(line)
    return 0


def password_lines(home: Path) -> list[str]:
    """One line a person: login, password, what for."""
    from guanjia.host.airflow import PEOPLE, passwords

    _ = gettext_for(environment().language)
    known = passwords(home)
    return [f"  {p.login:<8} {known[p.login]:<18} {p.name}: {_(DOES[p.login])}" for p in PEOPLE]
