"""Write the reminder letters that wait to be printed: one PDF per building; what is written counts as sent.

guanjia print-letters --to /tmp/letters                     all that wait
guanjia print-letters --community 001 --to /tmp/letters

Letters whose bills were paid or disputed in the meantime are cancelled first. The next level counts its days from here.
Who printed is recorded: --as STAFF, else the system user who calls.
"""

from __future__ import annotations

import argparse
import contextlib
import getpass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from guanjia.cli.progress import say
from guanjia.cli.values import instant, now
from guanjia.domain.errors import GuanjiaError, UsageError
from guanjia.i18n import gettext_for
from guanjia.settings import environment

if TYPE_CHECKING:
    from guanjia.pipelines.fee_billing.print_letters import LetterFile


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--to", metavar="DIR", required=True, help="folder for the files; made if it is not there")
    parser.add_argument("--community", metavar="C", help="one community; without it all")
    parser.add_argument("--as", dest="acting_as", metavar="STAFF", help="staff code of who prints")
    parser.add_argument("--as-of", metavar="T", help="instant of printing; only in a demo home")


def run(arguments: argparse.Namespace) -> int:
    """Write the files; see the module's help."""
    from guanjia.host.database import opened_database
    from guanjia.pipelines.fee_billing.print_letters import drop_needless_letters, list_letter_files
    from guanjia.store.engine import transaction

    _ = gettext_for(environment().language)
    at = _instant(arguments)
    by = str(arguments.acting_as or getpass.getuser())
    with opened_database():
        with transaction() as tx:
            drop_needless_letters(tx, at)
            files = list_letter_files(tx, arguments.community)
        for file in files:
            path, letters = _write(Path(arguments.to), file, by, at)
            say(_.ngettext("{path}: {n} letter", "{path}: {n} letters", letters, path=path))
    if not files:
        say(_("No reminder letter waits to be printed."))
    return 0


def _instant(arguments: argparse.Namespace) -> datetime:
    from guanjia.host.home import is_demo_home

    if not arguments.as_of:
        return now()
    if not is_demo_home(environment().home):
        raise UsageError("--as-of is for demo homes: elsewhere letters are printed now.")
    return instant(arguments.as_of)


def _write(folder: Path, file: LetterFile, by: str, at: datetime) -> tuple[Path, int]:
    """Write one file and note its letters as printed, both or neither."""
    from guanjia.pipelines.fee_billing.print_letters import make_letter_file, mark_letters_printed
    from guanjia.store.engine import transaction

    path = folder / file.file_name
    beside = path.with_name(f".{path.name}.part")
    with transaction() as tx:
        content = make_letter_file(tx, file.notice_codes, at)
        mark_letters_printed(tx, file.notice_codes, by, at)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            beside.write_bytes(content)
            beside.replace(path)
        except OSError as error:
            raise GuanjiaError(
                f"{path} cannot be written ({error.strerror}). Choose another folder or free some space; no letter was "
                "noted as printed."
            ) from error
        finally:
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)
    return path, file.letters
