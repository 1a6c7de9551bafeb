"""Write everything this home holds into one file: both databases, files, mails and secrets. The house may keep running.

The file holds personal data and passwords: it is readable by you alone, and belongs on another machine.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from guanjia.cli.progress import say, step
from guanjia.cli.values import now
from guanjia.i18n import N_, gettext_for
from guanjia.settings import environment

PARTS = {
    "guanjia": N_("the shared database"),
    "airflow": N_("Airflow's database"),
    "home": N_("files and mails"),
    "verify": N_("reading it back"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "--to", metavar="FILE", help="the file to write, or a folder for it; without it: backups/ of the home"
    )


def run(arguments: argparse.Namespace) -> int:
    """Make the backup; see the module's help."""
    from guanjia.host.backup import default_target, make_backup
    from guanjia.host.database import opened_database

    home = environment().home
    _ = gettext_for(environment().language)
    target = default_target(home, now())
    if arguments.to:
        given = Path(arguments.to).expanduser().absolute()
        target = given / target.name if given.is_dir() else given
    with step(_("Backing up")) as under_way, opened_database():
        made = make_backup(home, target, now(), lambda part: under_way.says(_(PARTS[part])))
    if made.left_out:
        say(
            _.ngettext(
                "{n} file was being written and is not in it: {first}",
                "{n} files were being written and are not in it, such as {first}",
                len(made.left_out),
                first=made.left_out[0],
            )
        )
    size = f"{made.manifest.bytes / 1_000_000:.1f}"
    say(_("Backup: {path} ({size} MB, checked by reading it back).", path=made.path, size=size))
    say(_("It holds personal data and passwords: keep it on another machine, where only you can read it."))
    return 0
