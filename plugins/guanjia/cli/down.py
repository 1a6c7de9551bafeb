"""Stop everything this home started, also what a killed `guanjia up` left behind."""

from __future__ import annotations

import argparse
import signal

from guanjia.cli.progress import say, step
from guanjia.domain.errors import HostError
from guanjia.i18n import gettext_for
from guanjia.settings import environment

STOP_SECONDS = 120
"""Longer than all rounds of an orderly stop together."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments: there are none."""


def run(args: argparse.Namespace) -> int:
    """Stops the supervisor of this home and whatever is left without one."""
    from guanjia.host import processes, supervisor
    from guanjia.host.postgres import stop_if_unused

    home = environment().home
    _ = gettext_for(environment().language)
    stopped = False
    if (running := supervisor.supervisor_of(home)) is not None:
        with step(_("Stopping Guanjia on {home}", home=home)):
            running.send_signal(signal.SIGTERM)
            if processes.wait_gone([running], STOP_SECONDS):
                processes.end([running], grace_seconds=0)
        stopped = True
    left = supervisor.end_leftovers(home)
    if left:
        say(_.ngettext("Ended {n} process left behind.", "Ended {n} processes left behind.", left))
        stopped = True
    stopped = stop_if_unused(home) or stopped
    if remaining := processes.remembered(home):
        numbers = ", ".join(str(process.pid) for process in remaining)
        raise HostError(f"Processes {numbers} of {home} do not end: end them by hand (kill -9), then try again.")
    say(_("Guanjia is down.") if stopped else _("Nothing was running on {home}.", home=home))
    return 0
