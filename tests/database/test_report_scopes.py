"""No reader is told a row, a name or a total from outside the own scope: not in mail, workbook, pages or subject.

Worlds are drawn in pairs that agree in the communities of a scope and in nothing else. What a reader of the scope gets
is the same in both, sign by sign; so nothing of it, no total either, can come from outside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from io import BytesIO
from typing import Final

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from guanjia.domain.report_periods import ReportName
from guanjia.outbox import Attachment
from guanjia.pipelines.reports.editions import compute
from guanjia.pipelines.reports.papers import Papers, make_papers
from guanjia.settings import TIME_ZONE
from guanjia.store.engine import Transaction
from guanjia.store.runs import open_run
from tests.conftest import Database
from tests.support.pages import squeezed, texts_of
from tests.support.report_worlds import END, Place, write_world

REGIONS: Final = {"001": "East", "002": "East", "003": "West", "004": "West"}
ALL: Final = ("000", *REGIONS)
SCOPES: Final = {"001": {"001"}, "003": {"003"}, "region:East": {"001", "002"}, "region:West": {"003", "004"}}
PERIODS: Final[dict[ReportName, tuple[str, datetime]]] = {
    "weekly": ("2026-11-20", END),
    "daily": ("2026-11-20", END + timedelta(hours=2)),
    "monthly": ("2026-11", datetime(2026, 12, 1, 8, tzinfo=TIME_ZONE)),
}
"""Period and instant of each report."""
MARK: Final = re.compile(r"Z(\d{3})q\d+z")
PHONE: Final = re.compile(r"139\d{8}")

Seeds = dict[str, tuple[int, int]]
"""Community → (seed, size); 000: what belongs to none."""

worlds = st.fixed_dictionaries({code: st.tuples(st.integers(1, 999), st.integers(0, 6)) for code in ALL})


@pytest.mark.rule("REP-01", "REP-02", "REP-03")
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(report=st.sampled_from(tuple(PERIODS)), scope=st.sampled_from(tuple(SCOPES)), one=worlds, other=worlds)
@example(report="weekly", scope="001", one=dict.fromkeys(ALL, (7, 5)), other=dict.fromkeys(ALL, (8, 0)))
@example(report="monthly", scope="region:East", one=dict.fromkeys(ALL, (5, 4)), other=dict.fromkeys(ALL, (6, 6)))
def test_a_scopes_papers_are_the_same_whatever_lies_outside(
    module_database: Database, report: ReportName, scope: str, one: Seeds, other: Seeds
) -> None:
    same = {code: one[code] for code in SCOPES[scope]}
    told = []
    for world in (one, other | same):
        papers = _papers_in(module_database, report, scope, world)
        words = dict(_words(papers))
        for name, text in words.items():
            assert {found[1] for found in MARK.finditer(text)} <= SCOPES[scope], name
            assert not PHONE.search(text), f"{name}: a telephone number that is not masked"
        told.append(words)
    assert told[0] == told[1]


def test_what_is_looked_for_would_be_found(module_database: Database) -> None:
    """The whole company's papers hold the marks of all communities, and of what belongs to none."""
    world = dict.fromkeys(ALL, (7, 6))
    words = dict(_words(_papers_in(module_database, "weekly", "company", world)))
    assert {found[1] for found in MARK.finditer("".join(words.values()))} == set(world)
    assert "139****000" in words["xlsx"], "telephone numbers are there, masked"
    assert all(MARK.search(words[name]) for name in ("html", "text", "xlsx", "pdf"))


def _papers_in(database: Database, report: ReportName, scope: str, world: Seeds) -> Papers:
    with database.transaction() as tx:
        kept = tx.begin_nested()
        try:
            return _papers_of(tx, report, scope, world)
        finally:
            kept.rollback()


def _papers_of(tx: Transaction, report: ReportName, scope: str, world: Seeds) -> Papers:
    period, as_of = PERIODS[report]
    places = tuple(Place(code, REGIONS[code], *world[code]) for code in REGIONS)
    write_world(tx, places, world["000"][0])
    compute(tx, open_run(tx, f"{report}_report", as_of), as_of, report)
    return make_papers(tx, report, period, 1, scope, "zh")


def _words(papers: Papers) -> Iterator[tuple[str, str]]:
    """Everything a reader can read: subject, both bodies, pictures, file names, cells, pages."""
    yield "subject", papers.mail.subject
    yield "html", papers.mail.html
    yield "text", papers.mail.text
    yield "files", " ".join(each.file_name for each in papers.attachments)
    for each in papers.attachments:
        if each.file_name.endswith(".xlsx"):
            yield "xlsx", _cells(each)
        elif each.file_name.endswith(".pdf"):
            yield "pdf", squeezed("".join(texts_of(each.content)))
        else:
            yield each.file_name, " ".join(sha256(each.content).hexdigest())


def _cells(book: Attachment) -> str:
    """Names of sheets and every cell of them, formulas as formulas."""
    found = []
    for sheet in openpyxl.load_workbook(BytesIO(book.content)):
        found.append(f"{sheet.title} {sorted(sheet.tables)}")
        found += ["|".join(str(cell) for cell in row if cell is not None) for row in sheet.iter_rows(values_only=True)]
    return "\n".join(found)
