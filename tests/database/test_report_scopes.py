"""No reader is told a row, a name or a total from outside the own scope: not in mail, workbook, pages or subject.

Worlds are drawn in pairs that agree in the communities of a scope and in nothing else. What a reader of the scope gets
is the same in both, sign by sign; so nothing of it, no total either, can come from outside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from hashlib import sha256
from io import BytesIO
from typing import Final

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from guanjia.domain.report_periods import ReportName
from guanjia.outbox import Attachment, deliver
from guanjia.pipelines.reports.editions import compute
from guanjia.pipelines.reports.papers import Papers, make_papers
from guanjia.pipelines.reports.running import run_report
from guanjia.settings import TIME_ZONE
from guanjia.store.engine import Transaction, engine
from guanjia.store.runs import open_run
from guanjia.store.tables import metadata
from tests.conftest import Database
from tests.support.examples import examples
from tests.support.mail import QUICK, SENDER, sink
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
@settings(max_examples=examples(2))
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


@pytest.mark.rule("REP-01")
def test_raw_messages_hold_nothing_from_outside_their_readers_scopes(database: Database) -> None:
    """As they come over the line: headers, bodies and files, read by a program that is not ours."""
    registered = [("one", "001"), ("east", "region:East"), ("both", "001"), ("both", "003"), ("all", "company")]
    with database.transaction() as tx:
        write_world(tx, tuple(Place(code, REGIONS[code], 7, 3) for code in REGIONS), 7)
        row = {"report": "weekly", "language": "zh"}
        readers = [row | {"email": f"{who}@example.com", "scope": scope} for who, scope in registered]
        tx.execute(insert(metadata.tables["report_recipients"]), readers)
        post = {"staff_code": "M2", "staff_name": "吴经理", "role": "manager", "community_code": "002"}
        tx.execute(insert(metadata.tables["staff"]), post | {"email": "post@example.com"})
    may_see = {"one": {"001"}, "east": {"001", "002"}, "both": {"001", "003"}, "all": set(ALL), "post": {"002"}}
    run_report("weekly", END)
    with sink(database.home) as found:
        assert deliver(engine("app"), found.server, SENDER, QUICK).sent == 6
        assert found.counts() == {f"{who}@example.com": 2 if who == "both" else 1 for who in may_see}
        for file in (database.home / "mail").glob("*.eml"):
            raw = file.read_bytes()
            (who,) = re.findall(rb"Delivered-To: (\w+)@", raw)
            told = _read_mail(raw)
            assert {each[1] for each in MARK.finditer(told)} <= may_see[who.decode()], who
            assert MARK.search(told) and not PHONE.search(told), who


def _read_mail(raw: bytes) -> str:
    """Everything in a message, decoded: headers, texts, names of files, cells, pages."""
    mail = message_from_bytes(raw, policy=policy.default)
    found = [f"{name}: {value}" for name, value in mail.items()]
    for part in mail.walk():
        content, name = part.get_payload(decode=True), part.get_filename() or ""
        found.append(name)
        if name.endswith(".xlsx"):
            found.append(_cells(Attachment(name, part.get_content_type(), bytes(content))))
        elif name.endswith(".pdf"):
            found.append(squeezed("".join(texts_of(bytes(content)))))
        elif part.get_content_maintype() == "text":
            found.append(part.get_content())
    return "\n".join(found)
