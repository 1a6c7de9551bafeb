"""Write the print files of a billing run: one PDF per building with the bills of payers without a mail address.

guanjia print B2610-001-1 --to /tmp/bills            all buildings; bills in them count as handed out
guanjia print B2610-001-1 --building 02 --to /tmp/bills
guanjia print B2610-001-1 --receipts --to /tmp/bills  receipts for paid services of such payers, once the bills are paid

Bills that were handed out before are marked as duplicates on every page. Who printed is recorded: --as STAFF (proven as
in other commands), else the system user who calls.
"""

from __future__ import annotations

import argparse
import contextlib
import getpass
from pathlib import Path
from typing import TYPE_CHECKING

from guanjia.cli.identity import acting_person, add_identity_arguments
from guanjia.cli.progress import say
from guanjia.cli.values import now
from guanjia.domain.errors import GuanjiaError, UnknownName
from guanjia.i18n import Translator, gettext_for
from guanjia.settings import environment

if TYPE_CHECKING:
    from guanjia.store.engine import Transaction


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("run", metavar="RUN", help="code of the billing run, such as B2610-001-1")
    parser.add_argument("--building", metavar="B", help="one building; without it all of the run's")
    parser.add_argument("--to", metavar="DIR", required=True, help="folder for the files; made if it is not there")
    parser.add_argument("--receipts", action="store_true", help="receipts for paid services instead of bills")
    add_identity_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write the files; see the module's help."""
    from guanjia.host.database import opened_database
    from guanjia.pipelines.fee_billing.print_files import list_print_files
    from guanjia.pipelines.fee_billing.runs import read_run
    from guanjia.store.engine import transaction

    _ = gettext_for(environment().language)
    folder = Path(arguments.to)
    with opened_database():
        with transaction("read") as tx:
            read_run(tx, arguments.run)  # a wrong code is told as such
            if arguments.receipts:
                return _receipts(tx, folder, arguments.run)
            by = _person(arguments, tx)
            files = [
                file
                for file in list_print_files(tx, [arguments.run])
                if arguments.building in (None, file.building_code)
            ]
        if not files and arguments.building is not None:
            raise UnknownName(f"Run {arguments.run} has no bills to print for building {arguments.building}.")
        if not files:
            say(_("Run {run} has nothing to print: every payer has a mail address.", run=arguments.run))
            return 0
        for file in sorted(files, key=lambda file: file.building_code):
            path, bills, again = _write(folder, file.file_name, file.run_code, file.building_code, by)
            say(_written(_, path, bills, again))
    return 0


def _written(_: Translator, path: Path, bills: int, again: int) -> str:
    return _.ngettext(
        "{path}: {n} bill, {again} of it printed again",
        "{path}: {n} bills, {again} of them printed again",
        bills,
        path=path,
        again=again,
    )


def _person(arguments: argparse.Namespace, tx: Transaction) -> str:
    is_named = arguments.acting_as or arguments.login
    return acting_person(arguments, tx).staff_code if is_named else getpass.getuser()


def _receipts(tx: Transaction, folder: Path, run_code: str) -> int:
    from guanjia.pipelines.fee_billing.telling_receipts import receipts_to_print

    _ = gettext_for(environment().language)
    content = receipts_to_print(tx, run_code, now())
    if content is None:
        say(_("Run {run} has no receipts to print.", run=run_code))
        return 0
    path = folder / f"{run_code}-receipts.pdf"
    _put(path, content)
    say(str(path))
    return 0


def _put(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    beside = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        raise GuanjiaError(
            f"{path} cannot be written ({error.strerror}). Choose another folder or free some space; nothing was noted "
            "as printed."
        ) from error
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)


def _write(folder: Path, name: str, run_code: str, building_code: str, by: str) -> tuple[Path, int, int]:
    """Write one file, then note that its bills were handed out; in this order, so that none is noted and lost."""
    from guanjia.pipelines.fee_billing.print_files import make_file, mark_printed
    from guanjia.store.engine import transaction

    path = folder / name
    with transaction() as tx:
        content, codes = make_file(tx, run_code, building_code)
        new = mark_printed(tx, run_code, building_code, codes, by, now())
        _put(path, content)
    return path, len(codes), len(codes) - new
