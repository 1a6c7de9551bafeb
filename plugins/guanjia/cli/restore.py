"""Bring a backup back: into an empty home, or with --force in place of what this home holds.

What the home holds is kept aside until everything is done. Without a file: complete a restore that was broken off.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from guanjia.cli.progress import say, step
from guanjia.cli.values import now
from guanjia.i18n import N_, gettext_for
from guanjia.settings import environment

PARTS = {
    "verify": N_("checking and unpacking the backup"),
    "databases": N_("restoring the databases"),
    "switch": N_("putting everything in its place"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("file", nargs="?", metavar="FILE", help="the backup; without it: complete a broken-off restore")
    parser.add_argument("--force", action="store_true", help="replace what this home holds")
    parser.add_argument(
        "--send-waiting",
        action="store_true",
        help="mails that waited when the backup was made certainly did not leave since: send them; otherwise a person "
        "decides on each (guanjia messages)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Restore; see the module's help."""
    from guanjia.host.backup_restore import restore

    home = environment().home
    _ = gettext_for(environment().language)
    backup = Path(arguments.file).expanduser().absolute() if arguments.file else None
    with step(_("Restoring")) as under_way:
        done = restore(
            home,
            backup,
            now(),
            lambda part: under_way.says(_(PARTS[part])),
            force=arguments.force,
            send_waiting=arguments.send_waiting,
        )
    if done.facts is None:
        say(_("The restore of {home} that was broken off is complete.", home=home))
    else:
        say(_("{home} holds the state of {made_at} again.", home=home, made_at=done.facts.made_at))
    if done.doubted:
        say(
            _.ngettext(
                "{n} mail waited when the backup was made; whether it left since is not known: decide with "
                "`guanjia messages --state unknown`.",
                "{n} mails waited when the backup was made; whether they left since is not known: decide with "
                "`guanjia messages --state unknown`.",
                done.doubted,
            )
        )
    return 0
