"""Write the reminder letters that wait to be printed: one PDF per building; what is written counts as sent.

guanjia print-letters --to /tmp/letters                     all that wait
guanjia print-letters --community 001 --to /tmp/letters
guanjia print-letters --again 2026-11-23 --to /tmp/letters  copies of what was printed of that run day, marked as such

Letters whose bills were paid or disputed in the meantime are cancelled first. The next level counts its days from here;
copies change nothing. Who printed is recorded: --as STAFF (proven as in other commands), else the system user.
"""

from __future__ import annotations

import argparse
import contextlib
import getpass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from guanjia.cli.identity import acting_person, add_identity_arguments
from guanjia.cli.progress import say
from guanjia.cli.values import instant, now
from guanjia.domain.errors import GuanjiaError, UsageError
from guanjia.i18n import gettext_for
from guanjia.settings import environment

if TYPE_CHECKING:
    from guanjia.pipelines.fee_billing.print_letters import LetterFile
    from guanjia.store.engine import Transaction


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--to", metavar="DIR", required=True, help="folder for the files; made if it is not there")
    parser.add_argument("--community", metavar="C", help="one community; without it all")
    parser.add_argument("--again", metavar="DAY", help="print copies of the letters of this run day that were printed")
    add_identity_arguments(parser)
    parser.add_argument("--as-of", metavar="T", help="instant of printing; only in a demo home")


def run(arguments: argparse.Namespace) -> int:
    """Write the files; see the module's help."""
    from guanjia.host.database import opened_database
    from guanjia.pipelines.fee_billing.print_letters import drop_needless_letters, list_letter_files
    from guanjia.store.engine import transaction

    _ = gettext_for(environment().language)
    at, again = _instant(arguments), _day(arguments)
    with opened_database():
        with transaction() as tx:
            by = _person(arguments, tx)
            if again is None:
                drop_needless_letters(tx, at)
            files = list_letter_files(tx, arguments.community, again)
        for file in files:
            path, letters = _write(Path(arguments.to), file, by, at)
            say(_.ngettext("{path}: {n} letter", "{path}: {n} letters", letters, path=path))
    if not files and again is not None:
        say(_("No reminder letter of {day} was printed.", day=again.isoformat()))
    elif not files:
        say(_("No reminder letter waits to be printed."))
    return 0


def _day(arguments: argparse.Namespace) -> date | None:
    try:
        return None if arguments.again is None else date.fromisoformat(arguments.again)
    except ValueError:
        raise UsageError(f"--again is '{arguments.again}'; expected a day such as 2026-11-23.") from None


def _person(arguments: argparse.Namespace, tx: Transaction) -> str:
    is_named = arguments.acting_as or arguments.login
    return acting_person(arguments, tx).staff_code if is_named else getpass.getuser()


def _instant(arguments: argparse.Namespace) -> datetime:
    from guanjia.host.home import is_demo_home

    if not arguments.as_of:
        return now()
    if not is_demo_home(environment().home):
        raise UsageError("--as-of is for demo homes: elsewhere letters are printed now.")
    return instant(arguments.as_of)


def _write(folder: Path, file: LetterFile, by: str, at: datetime) -> tuple[Path, int]:
    """Write one file and note its letters as printed, both or neither; copies are noted nowhere."""
    from guanjia.pipelines.fee_billing.print_letters import make_letter_file, mark_letters_printed
    from guanjia.store.engine import transaction

    path = folder / file.file_name
    beside = path.with_name(f".{path.name}.part")
    with transaction() as tx:
        content = make_letter_file(tx, file.notice_codes, at, as_copy=file.is_copy)
        if not file.is_copy:
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
