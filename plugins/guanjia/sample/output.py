"""A whole sample into a folder, clean or messy."""

from __future__ import annotations

from pathlib import Path

from guanjia.domain.errors import UsageError
from guanjia.sample.files import CsvFiles, check_folder
from guanjia.sample.generator import Told, Wish, generate


def write(wish: Wish, folder: Path, *, is_messy: bool = False, told: Told = lambda done, of: None) -> dict[str, int]:
    """Writes a sample company's files.

    Args:
        wish: what is wanted; checked.
        folder: new or empty; left empty when it fails.
        is_messy: as offices keep their files, with a list of the rows that must be rejected.
        told: is told how many units of how many are done.

    Returns:
        Dataset → rows written (of a messy sample: rows to be accepted).

    Raises:
        GuanjiaError: the folder holds something or cannot be written.
        UsageError: too many units for a messy sample.
    """
    if is_messy:
        from guanjia.sample.messy import UNITS_AT_MOST, MessyFiles

        if wish.units > UNITS_AT_MOST:
            raise UsageError(f"--units is {wish.units}; a messy sample has {UNITS_AT_MOST} at most.")
        check_folder(folder)
        with MessyFiles(folder, wish.seed) as messy:
            generate(wish, messy.emit, told)
        return messy.counts
    check_folder(folder)
    with CsvFiles(folder) as files:
        generate(wish, files.emit, told)
    return files.counts
