"""Writing the files: one CSV per dataset, UTF-8 with BOM, as a spreadsheet opens them.

Each file grows as ``NAME.csv.part`` and gets its name only when all are complete, so that what is interrupted leaves
nothing that intake would take for whole.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, TextIO

from guanjia.domain.errors import GuanjiaError
from guanjia.sample.layout import COLUMNS, RESTRICTED, RESTRICTED_FOLDER
from guanjia.sample.model import Row

if TYPE_CHECKING:
    from _csv import Writer

UNFINISHED: Final = ".part"
BYTE_ORDER_MARK: Final = "\ufeff"
BUFFER_BYTES = 1 << 20


def check_folder(folder: Path) -> None:
    """Refuses a folder that holds anything: a mixture of two samples would be worse than none.

    Raises:
        GuanjiaError: it cannot be written or is not empty.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise GuanjiaError(f"{folder} is not an empty folder; name another one with --to, or empty it first.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise GuanjiaError(f"{folder} cannot be made ({error.strerror}); name another folder with --to.") from error


class CsvFiles:
    """The files of one sample, open while it is written; a dataset without rows has a file with its header."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.counts: dict[str, int] = dict.fromkeys(COLUMNS, 0)
        self._open_files = ExitStack()
        self._writers: Mapping[str, Writer] = {}

    def __enter__(self) -> CsvFiles:
        (self.folder / RESTRICTED_FOLDER).mkdir(parents=True, exist_ok=True)
        with ExitStack() as opening:
            writers = {}
            for dataset, columns in COLUMNS.items():
                writers[dataset] = csv.writer(opening.enter_context(open_unfinished(self.path(dataset))))
                writers[dataset].writerow(columns)
            self._writers = writers
            self._open_files = opening.pop_all()
        return self

    def emit(self, dataset: str, rows: Sequence[Row]) -> None:
        """Writes rows of a dataset, in the order of its columns."""
        self._writers[dataset].writerows(rows)
        self.counts[dataset] += len(rows)

    def path(self, dataset: str) -> Path:
        """Where a dataset's file will be."""
        return (
            self.folder / RESTRICTED_FOLDER / f"{dataset}.csv"
            if dataset in RESTRICTED
            else self.folder / f"{dataset}.csv"
        )

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open_files.close()
        for dataset in COLUMNS:
            path = self.path(dataset)
            if kind is None:
                unfinished_name(path).rename(path)
            else:
                unfinished_name(path).unlink(missing_ok=True)
        if kind is not None:
            (self.folder / RESTRICTED_FOLDER).rmdir()


def unfinished_name(path: Path) -> Path:
    """The name a file has while it grows."""
    return path.with_name(path.name + UNFINISHED)


def open_unfinished(path: Path) -> TextIO:
    """Opens a file under its unfinished name, begun with a BOM; line ends are the writer's, the same everywhere."""
    file = unfinished_name(path).open("w", encoding="utf-8", newline="", buffering=BUFFER_BYTES)
    file.write(BYTE_ORDER_MARK)
    return file
