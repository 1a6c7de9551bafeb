"""Days of callbacks of a sample company with agents who err, recounted from the exports; a year is in `make soak`."""

from __future__ import annotations

import time
from datetime import date, datetime
from pathlib import Path

import pytest

from guanjia.sample.generator import Wish
from guanjia.settings import TIME_ZONE
from tests.conftest import Database
from tests.support.callback_year import load_company, play, tables

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 17)
END = datetime(2026, 12, 31, 23, 59, tzinfo=TIME_ZONE)


@pytest.mark.rule("CB-01", "CB-02", "CB-04", "CB-11")
def test_two_weeks_of_callbacks_recounted(database: Database, tmp_path: Path) -> None:
    wish = Wish(200, 1, 1, END)
    load_company(tmp_path / "sample", wish)
    assert wish.first_day() == FIRST
    began = time.monotonic()
    played = play(FIRST, LAST, tmp_path / "files")
    played.seconds = time.monotonic() - began
    print(f"\n{tables(played)}")  # noqa: T201 (figures of docs/callbacks.md)
    assert played.recount.faults == []
    assert sum(played.written_again.values()) == 0, played.written_again
    assert played.recount.figures["due by events"] > 10
    assert played.recount.figures["results"] > 50
