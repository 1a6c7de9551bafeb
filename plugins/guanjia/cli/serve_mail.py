"""The local mail sink: takes every mail of this home on 127.0.0.1, keeps it in its folder, and shows it on pages.

Nothing is forwarded. The pages need the token in the address this command prints. Runs until Ctrl-C.
"""

from __future__ import annotations

import argparse

from guanjia.cli.progress import say
from guanjia.i18n import gettext_for
from guanjia.settings import environment


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--smtp-port", type=int, metavar="PORT", help="where mail is taken (0: any free port)")
    parser.add_argument("--http-port", type=int, metavar="PORT", help="where the pages are (0: any free port)")
    parser.add_argument(
        "--host", metavar="ADDRESS", default="127.0.0.1", help="of the pages; others only in a container"
    )
    parser.add_argument("--address", action="store_true", help="only print the address of the pages, with its token")


def run(arguments: argparse.Namespace) -> int:
    """Serves until Ctrl-C, or prints the address."""
    from guanjia.host.mail_sink import pages_address, serve_mail

    given = environment()
    _ = gettext_for(given.language)
    smtp_port = given.mail_smtp_port if arguments.smtp_port is None else arguments.smtp_port
    pages_port = given.mail_pages_port if arguments.http_port is None else arguments.http_port
    if arguments.address:
        say(pages_address(given.home, pages_port))
        return 0

    def ready(smtp: int, pages: int) -> None:
        say(_("Mail is taken on 127.0.0.1:{port} and kept in {folder}", port=smtp, folder=given.home / "mail"))
        say(_("Read it at {address}", address=pages_address(given.home, pages)))

    serve_mail(given.home, smtp_port, pages_port, ready, arguments.host)
    return 0
