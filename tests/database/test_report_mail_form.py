"""The mail of a report as it leaves the house: its bytes as a server took them, read by two programs and by people's.

The week worked by hand is told to a manager in Chinese, one in English and the head of one community; what is looked at
are the bytes the receiver kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import compat32, default
from email.utils import getaddresses, parsedate_to_datetime
from io import BytesIO
from typing import Final

import fast_mail_parser
import openpyxl
import pytest

from guanjia.outbox import DeliveryReport, deliver
from guanjia.pipelines.reports.telling import tell
from guanjia.store.engine import engine
from guanjia.store.runs import open_run
from tests.conftest import Database
from tests.database.report_story import play_week
from tests.database.reports_house import ReportsHouse, at
from tests.support.mail import QUICK, SENDER, sink
from tests.support.mail_readers import (
    ENOUGH,
    gmail_problems,
    html_errors,
    outlook_problems,
    pictures_without_words,
    shown_texts,
)

READERS: Final = {
    "boss@example.com": ("陈总经理，客户服务中心与物业运营中心负责人", "company", "zh"),
    "east@example.com": ('O"Hara, Mary', "region:East", "en"),
    "head@example.com": (None, "001", "zh"),
}
LONGEST_LINE: Final = 998
"""Bytes a line may have without its end (RFC 5322, 2.1.1)."""


@dataclass(frozen=True)
class Received:
    """A mail as the receiver kept it.

    Attributes:
        raw: bytes that came over the line.
        ours: read by Python's own parser.
        theirs: read by the other one.
        tree: its parts as the other one sees them.
    """

    raw: bytes
    ours: EmailMessage
    theirs: fast_mail_parser.PyMail
    tree: fast_mail_parser.PyMimePart

    @property
    def html(self) -> str:
        body = self.ours.get_body(("html",))
        assert body is not None
        return str(body.get_content())

    @property
    def text(self) -> str:
        body = self.ours.get_body(("plain",))
        assert body is not None
        return str(body.get_content())


@pytest.fixture(scope="module")
def mails(module_database: Database) -> Iterator[dict[str, Received]]:
    """The mails by their reader's address."""
    house = ReportsHouse(module_database)
    house.setting("report_trend_periods", "3")
    play_week(house)
    house.execute("UPDATE communities SET community_name = '澄庭雅苑（一期）' WHERE community_code = '001'")
    for address, (name, scope, language) in READERS.items():
        row = {"email": address, "recipient_name": name, "report": "weekly", "scope": scope, "language": language}
        house.add("report_recipients", row)
    house.report("20 15:00")
    with house.database.transaction() as tx:
        tell(tx, open_run(tx, "weekly_report", at("20 15:00")), at("20 15:00"), "weekly")
    with sink(module_database.home) as found:
        assert deliver(engine("app"), found.server, SENDER, QUICK) == DeliveryReport(sent=3)
        yield {
            summary.recipients[0]: _received(found.mailbox.raw(summary.name) or b"")
            for summary in found.mailbox.summaries()
        }


def _received(kept: bytes) -> Received:
    """Without the three headers the receiver puts before a mail."""
    raw = kept[kept.index(b"\r\nFrom: ") + 2 :]
    ours = BytesParser(_class=EmailMessage, policy=default).parsebytes(raw)
    assert isinstance(ours, EmailMessage)
    return Received(raw, ours, fast_mail_parser.parse_email(raw), fast_mail_parser.parse_email_tree(raw))


def _people(raw: bytes, header: str) -> list[tuple[str, str | None]]:
    """Addresses and names of a header, by the older of Python's parsers: the newer one puts a blank between two encoded
    words of a name (CPython issue 128110, mended after 3.13)."""
    found = BytesParser(policy=compat32).parsebytes(raw).get_all(header, [])
    return [(address, str(make_header(decode_header(name))) or None) for name, address in getaddresses(found)]


EVERY = pytest.mark.parametrize("reader", READERS)


@EVERY
def test_two_parsers_agree_on_subject_addresses_parts_and_file_names(mails: dict[str, Received], reader: str) -> None:
    mail = mails[reader]
    ours, theirs = mail.ours, mail.theirs
    assert theirs.warnings == [] and all(part.defects == [] for part in ours.walk())
    name, scope, _language = READERS[reader]
    assert ours["Subject"] == theirs.subject and ours["Subject"].startswith(("周报 2026-11-20", "Weekly report 2026"))
    assert _people(mail.raw, "To") == [(reader, name)] == [(each.address, each.display_name) for each in theirs.to]
    assert theirs.from_ is not None
    assert _people(mail.raw, "From") == [(theirs.from_.address, theirs.from_.display_name)]
    parts = [
        (part.get_content_type(), part.get_filename(), None if part.is_multipart() else part.get_payload(decode=True))
        for part in ours.walk()
    ]
    assert parts == [
        (part.content_type, part.filename or None, part.content) for part in fast_mail_parser.walk(mail.tree)
    ]
    shown = {"company": ("全公司", "xlsx"), "region:East": ("East", "xlsx"), "001": ("澄庭雅苑（一期）", "xlsx")}[
        scope
    ][0]
    attached = [part.get_filename() for part in ours.iter_attachments()]
    report = "Weekly report" if scope == "region:East" else "周报"
    assert attached == [f"{report}-2026-11-20-{shown}.xlsx", f"{report}-2026-11-20-{shown}.pdf"]
    assert theirs.text_html == [mail.html] and theirs.text_plain == [mail.text]


@EVERY
def test_parts_stand_where_programs_look_for_them(mails: dict[str, Received], reader: str) -> None:
    """Text and HTML are alternatives, the charts belong to the HTML, the files to the mail."""
    mail = mails[reader].tree
    assert mail.content_type == "multipart/mixed"
    bodies, workbook, pages = mail.children
    text, rich = bodies.children
    assert [bodies.content_type, text.content_type, rich.content_type] == [
        "multipart/alternative",
        "text/plain",
        "multipart/related",
    ]
    html, *pictures = rich.children
    named = re.findall(r'src="cid:([^"]+)"', mails[reader].html)
    assert html.content_type == "text/html" and named == [each.content_id for each in pictures] and len(named) >= 2
    assert {(each.content_type, each.disposition) for each in pictures} == {("image/png", "inline")}
    assert {workbook.disposition, pages.disposition} == {"attachment"}
    assert (pages.content or b"").startswith(b"%PDF-")
    assert "概览" in openpyxl.load_workbook(BytesIO(workbook.content or b"")).sheetnames or reader == "east@example.com"


@EVERY
def test_lines_are_short_and_plain(mails: dict[str, Received], reader: str) -> None:
    raw = mails[reader].raw
    assert raw.isascii() and raw.endswith(b"\r\n")
    assert b"\n" not in raw.replace(b"\r\n", b"") and b"\r" not in raw.replace(b"\r\n", b"")
    lines = raw.split(b"\r\n")
    assert max(map(len, lines)) <= 79 < LONGEST_LINE  # the type of a workbook, which has no place to be broken
    assert max(len(line) for line in lines if b"=?utf-8?" in line) <= 76


@EVERY
def test_headers_say_what_mail_rules_and_threads_want(mails: dict[str, Received], reader: str) -> None:
    headers = mails[reader].ours
    assert headers["List-Id"] == "<reports.example.com>"
    assert re.fullmatch(r"<[A-Za-z0-9._-]+@example\.com>", headers["Message-ID"])
    assert len({each.ours["Message-ID"] for each in mails.values()}) == len(READERS)
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["Content-Language"] == ("en" if READERS[reader][2] == "en" else "zh-CN")
    assert abs((parsedate_to_datetime(headers["Date"]) - datetime.now(UTC)).total_seconds()) < 600
    once = ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "List-Id")
    assert {name: len(headers.get_all(name, [])) for name in once} == dict.fromkeys(once, 1)


@EVERY
def test_the_html_is_taken_by_every_program_and_can_be_read_by_everybody(
    mails: dict[str, Received], reader: str
) -> None:
    html = mails[reader].html
    assert html_errors(html) == []
    assert outlook_problems(html) == []
    assert gmail_problems(html) == []
    assert pictures_without_words(html) == []
    for light in ("day", "night", "outlook.com"):
        assert [each for each in shown_texts(html, light) if each.ratio < ENOUGH] == []


@EVERY
def test_who_sees_no_html_is_told_the_same_numbers(mails: dict[str, Received], reader: str) -> None:
    """Every number the HTML shows, its pictures' words included, stands in the text alternative."""
    mail = mails[reader]
    words = [each.text for each in shown_texts(mail.html)] + re.findall(r'alt="([^"]*)"', mail.html)
    numbers = {number for text in words for number in re.findall(r"\d[\d,.]*\d|\d", text)}
    assert len(numbers) > 15
    assert [number for number in sorted(numbers) if number not in mail.text] == []
