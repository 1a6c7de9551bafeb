"""An office's own registers of found things and keys, every evening of twelve weeks, counted anew from the exports.

The count knows nothing of the pipeline: it walks through the exported registers with the rule book (CUST-01, CUST-02).
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from guanjia.pipelines.custody.running import run_steps
from guanjia.settings import TIME_ZONE
from tests.conftest import Database
from tests.support.inspection_recount import rows_of
from tests.support.inspection_year import OFFICE_REGISTERS, export, load_office

FIRST, LAST = date(2026, 9, 1), date(2026, 11, 20)
EVENINGS = [
    datetime.combine(FIRST + timedelta(days=number), time(18), TIME_ZONE) for number in range((LAST - FIRST).days + 1)
]


@pytest.mark.soak
@pytest.mark.skipif(not OFFICE_REGISTERS.is_dir(), reason="the registers from outside are not beside this checkout")
@pytest.mark.rule("CUST-01", "CUST-02")
def test_an_offices_own_things_are_kept_as_the_rule_book_says(database: Database, tmp_path: Path) -> None:
    load_office(database)
    for evening in EVENINGS:
        run_steps(evening)
    assert [sum(run_steps(evening).values()) for evening in EVENINGS[::20]] == [0] * len(EVENINGS[::20])
    export(("found_property", "key_loans", "custody_steps"), tmp_path)
    told = {
        (row["step"], row["subject"], row["told_at"][:10])
        for row in rows_of(tmp_path / "custody_steps.csv")
        if row["told_at"]
    }
    wanted = {each for row in rows_of(tmp_path / "found_property.csv") for each in _things(row)}
    wanted |= {each for row in rows_of(tmp_path / "key_loans.csv") for each in _chases(row)}
    assert told == wanted
    by_step = Counter(step for step, _subject, _day in told)
    keys = {subject for step, subject, _day in told if step == "key_chased"}
    days = {day for step, _subject, day in told if step == "key_chased"}
    print("\n", dict(by_step), f"{len(keys)} keys on {len(days)} evenings")  # figures in docs/custody.md


def _instant(written: str | None) -> datetime | None:
    if not written:
        return None
    found = datetime.fromisoformat(written)
    return found if found.tzinfo else found.replace(tzinfo=TIME_ZONE)


def _things(row: dict[str, str]) -> list[tuple[str, str, str]]:
    """Steps of a found thing, evening by evening."""
    found, claimed = _instant(row["found_at"]), _instant(row["claimed_at"])
    assert found is not None
    assert row["valuable"] in ("yes", "no")
    told: dict[str, date] = {}
    for evening in EVENINGS:
        day = evening.date()
        if found.date() < FIRST or found > evening or (claimed is not None and claimed <= evening):
            continue
        is_month_end = (day + timedelta(days=1)).day == 1
        if row["valuable"] == "yes" and not told:
            told["to_administration"] = day
        hung = told.get("posted")
        if hung is None and day.isoweekday() == 5:
            told["posted"] = day
        elif hung is not None and is_month_end and day >= hung + timedelta(days=7):
            told.setdefault("handed_over", day)
    return [(step, row["item_code"], day.isoformat()) for step, day in told.items()]


def _chases(row: dict[str, str]) -> list[tuple[str, str, str]]:
    """Evenings a key was out on."""
    lent, back = _instant(row["borrowed_at"]), _instant(row["returned_at"])
    assert lent is not None
    return [
        ("key_chased", row["loan_code"], evening.date().isoformat())
        for evening in EVENINGS
        if lent.date() >= FIRST and lent <= evening and (back is None or back > evening)
    ]
