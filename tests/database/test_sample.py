"""The sample through intake: not one row refused; of the messy one exactly those that must be, and the same tables."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from guanjia.pipelines.intake.batches import Outcome, load_files
from guanjia.pipelines.intake.loading import Terms
from guanjia.sample.generator import DEFAULT_UNTIL, Wish
from guanjia.sample.layout import COLUMNS
from guanjia.sample.messy import EXPECTED
from guanjia.sample.output import write
from guanjia.store.tables import datasets
from tests.conftest import Database


def taken_in(folder: Path) -> Outcome:
    """A folder's files through intake, as the owner of the home gives them."""
    paths = [path for path in sorted(folder.rglob("*")) if path.suffix in (".csv", ".xlsx")]
    terms = Terms(as_of=DEFAULT_UNTIL, received_at=datetime.now(UTC))
    return load_files(paths, terms, with_retry=False)


def sheets(outcome: Outcome) -> dict[str, Any]:
    """Dataset → its receipt."""
    return {sheet.dataset: sheet for file in outcome.files for sheet in file.sheets}


def contents(database: Database, names: Iterable[str]) -> dict[str, set[tuple[Any, ...]]]:
    """Dataset → the rows of its table, the contract's columns only."""
    found = {}
    with database.transaction("read") as tx:
        for name in names:
            table = datasets("in")[name]
            found[name] = {tuple(row) for row in tx.execute(select(*(table.c[column] for column in COLUMNS[name])))}
    return found


@pytest.mark.parametrize(("units", "months", "seed"), [(20, 1, 5), (300, 3, 1), (2_500, 7, 2)])
def test_intake_accepts_every_row_of_the_sample(
    database: Database, tmp_path: Path, units: int, months: int, seed: int
) -> None:
    counts = write(Wish(units, months, seed, DEFAULT_UNTIL), tmp_path / "files")
    found = sheets(taken_in(tmp_path / "files"))
    assert {name: sheet.accepted for name, sheet in found.items()} == counts
    assert not [line for sheet in found.values() for line in sheet.rejects]
    assert not any(sheet.pending for sheet in found.values()), "the first rows of a home need no second person"
    with database.transaction("read") as tx:
        for name in set(counts) - {"quality_criteria"}:
            assert tx.scalar(select(func.count()).select_from(datasets("in")[name])) == counts[name], name


def test_intake_rejects_of_the_messy_sample_exactly_what_is_expected_and_ends_with_the_same_tables(
    database: Database, tmp_path: Path
) -> None:
    wish = Wish(300, 3, 1, DEFAULT_UNTIL)
    write(wish, tmp_path / "messy", is_messy=True)
    found = sheets(taken_in(tmp_path / "messy"))
    told = json.loads((tmp_path / "messy" / EXPECTED).read_text(encoding="utf-8"))
    for expected in (sheet for file in told["files"] for sheet in file["sheets"]):
        sheet = found[expected["dataset"]]
        rejects = [(line.row, line.column, line.value, line.reason_code) for line in sheet.rejects]
        wanted = [(line["row"], line["column"], line["value"], line["reason_code"]) for line in expected["rejects"]]
        assert rejects == wanted, expected["dataset"]
        assert (sheet.rows_read, sheet.accepted, sheet.rejected, sheet.skipped) == tuple(
            expected[name] for name in ("rows_read", "accepted", "rejected", "skipped")
        ), expected["dataset"]
    messy = contents(database, COLUMNS)
    write(wish, tmp_path / "clean")
    again = sheets(taken_in(tmp_path / "clean"))
    assert contents(database, COLUMNS) == messy
    assert all(sheet.unchanged == sheet.accepted for sheet in again.values())
