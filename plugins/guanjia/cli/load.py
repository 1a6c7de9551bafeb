"""Take files in now: every row is accepted, or rejected with its reason.

A folder stands for the .csv, .xlsx and .xls files in it (and in its subfolder `restricted`). The files stay where they
are. Exit code 1 when a file was refused as a whole; rejected rows are no failure.
"""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from guanjia.cli.values import instant, now
from guanjia.domain.errors import UsageError
from guanjia.settings import TIME_ZONE, environment

if TYPE_CHECKING:
    from guanjia.pipelines.intake.batches import Outcome
    from guanjia.pipelines.intake.contract import Dataset
    from guanjia.pipelines.intake.loading import Terms
    from guanjia.pipelines.intake.receipts import FileReceipt

_SUFFIXES = (".csv", ".xlsx", ".xls", ".xlsm")
_SHOWN_REJECTS = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="files or folders")
    parser.add_argument("--as-of", metavar="T", help="instant by which rows are judged (now)")
    parser.add_argument("--no-retry", action="store_true", help="do not try earlier rejects once more at the end")
    parser.add_argument(
        "--dataset", metavar="D", help="dataset of the files, English or Chinese; else their names tell"
    )
    parser.add_argument("--retry-rejects", action="store_true", help="try rejects once more; files are not needed")
    parser.add_argument("--force", action="store_true", help="load also a file whose content was loaded before")
    parser.add_argument("--json", action="store_true", help="print the receipts as JSON, and nothing else")


def run(arguments: argparse.Namespace) -> int:
    """Take files in; see the module's help."""
    if not arguments.paths and not arguments.retry_rejects:
        raise UsageError("name files or folders to take in, or say --retry-rejects")
    if arguments.no_retry and arguments.retry_rejects:
        raise UsageError("--no-retry and --retry-rejects exclude each other")
    paths = _files(arguments.paths)
    dataset = _dataset(arguments.dataset)
    terms = _terms(arguments, dataset)

    from guanjia.host.database import opened_database
    from guanjia.pipelines.intake.batches import load_files, retry_only

    with opened_database():
        if paths:
            shows = None if arguments.json else _show
            outcome = load_files(paths, terms, with_retry=not arguments.no_retry, shows=shows)
        else:
            outcome = retry_only(terms, dataset)
    if arguments.json:
        sys.stdout.write(json.dumps(_as_json(outcome, bool(paths)), ensure_ascii=False) + "\n")
    else:
        _show_retry(outcome)
    return 1 if outcome.has_refusals else 0


def _as_json(outcome: Outcome, has_files: bool) -> object:
    """A retry without files lists what it tried as its files."""
    return outcome.as_json() if has_files else {"files": [receipt.as_json() for receipt in outcome.retried]}


def _files(paths: list[Path]) -> list[Path]:
    """The files meant; a folder stands for the spreadsheets in it."""
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise UsageError(f"there is no file or folder {path}")
        if path.is_dir():
            inside = [each for folder in (path, path / "restricted") if folder.is_dir() for each in folder.iterdir()]
            found += sorted(
                each for each in inside if each.suffix.lower() in _SUFFIXES and not each.name.startswith("~$")
            )
        else:
            found.append(path)
    return found


def _dataset(name: str | None) -> Dataset | None:
    if name is None:
        return None
    from guanjia.pipelines.intake.contract import incoming

    for dataset in incoming().values():
        if name in (dataset.name, dataset.zh):
            return dataset
    raise UsageError(f"there is no dataset '{name}'; known: {', '.join(sorted(incoming()))}")


def _terms(arguments: argparse.Namespace, dataset: Dataset | None) -> Terms:
    from guanjia.pipelines.intake.loading import Terms

    received_at = now()
    return Terms(
        as_of=(instant(arguments.as_of) if arguments.as_of else received_at).astimezone(TIME_ZONE),
        received_at=received_at,
        place="command",
        may_restrict=_owns_home(),
        asked=dataset,
        is_forced=arguments.force,
        sent_by=getpass.getuser(),
    )


def _owns_home() -> bool:
    """Whether this system user owns the home: then restricted datasets may come by command."""
    try:
        return environment().home.stat().st_uid == os.getuid()
    except OSError:
        return False


def _show(receipt: FileReceipt) -> None:
    from guanjia.pipelines.intake.reading_out import receipt_text

    sys.stdout.write(receipt_text(receipt, environment().language, rejects=_SHOWN_REJECTS) + "\n")
    sys.stdout.flush()


def _show_retry(outcome: Outcome) -> None:
    from guanjia.pipelines.intake.reading_out import retry_text

    text = retry_text(outcome.retried, environment().language)
    if text:
        sys.stdout.write(text + "\n")
