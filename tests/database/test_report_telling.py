"""Every reader one mail of an edition, all of them or none; corrections, previews, refusals, outages (pipelines §7)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from guanjia.domain.errors import UsageError
from guanjia.gateways.mail import receiver
from guanjia.outbox import DeliveryReport, deliver
from guanjia.pipelines.reports import details, report_workbook
from guanjia.pipelines.reports.edition import ReportEdition
from guanjia.pipelines.reports.running import compute_asked, read_form, run_report, tell_asked
from guanjia.store.engine import engine
from guanjia.store.runs import open_run
from guanjia.store.sql import execute
from tests.conftest import Database
from tests.database.report_story import RUN, play_week
from tests.database.reports_house import ReportsHouse, at
from tests.support.mail import QUICK, SENDER, Sink, sink

REFUSED = "later+451@example.com"
"""An address that the sink refuses for now, as a server with a full mailbox does."""
WEEK = "2026-11-20"


@pytest.fixture
def house(database: Database) -> ReportsHouse:
    """The week worked by hand; its report has a trend of one period, and three readers."""
    found = ReportsHouse(database)
    found.setting("report_trend_periods", "1")
    play_week(found)
    found.staff("G", "general_manager", login="boss")
    found.staff("M", "manager", "003")
    register(found, (REFUSED, "001"), ("west@example.com", "region:West"))
    return found


@pytest.fixture
def mailbox(database: Database) -> Iterator[Sink]:
    with sink(database.home) as found:
        yield found


def register(house: ReportsHouse, *recipients: tuple[str, str]) -> None:
    """Addresses and scopes; who is of the West reads English."""
    for email, scope in recipients:
        language = "en" if scope == "region:West" else None
        house.add("report_recipients", {"email": email, "scope": scope, "report": "weekly", "language": language})


def run(when: str = "20 15:00", **asked: Any) -> dict[str, int]:
    """One run of the weekly report; what it wrote."""
    return {name: n for name, n in run_report("weekly", at(when), **asked).items() if n}


def asked(house: ReportsHouse, when: str, user: str | None, **parameters: Any) -> int:
    """A run of the weekly report as its form asks for it; the mails written."""
    with house.database.transaction() as tx:
        opened = open_run(tx, "weekly_report", at(when))
        compute_asked("weekly")(tx, opened, at(when), parameters, user)
        return tell_asked("weekly")(tx, opened, at(when), parameters, user)["mails_written"]


def mails(house: ReportsHouse) -> list[tuple[Any, ...]]:
    """Kind, key, recipient and edition of all mails, in order."""
    return house.rows("SELECT kind, business_key, recipient, edition FROM messages ORDER BY business_key, edition")


def deliver_all(mailbox: Sink, house: ReportsHouse) -> DeliveryReport:
    house.execute("UPDATE messages SET next_attempt_at = NULL")
    return deliver(engine("app"), mailbox.server, SENDER, QUICK)


@pytest.mark.rule("REP-01")
def test_a_refused_recipient_holds_up_nobody_and_is_retried_alone(
    house: ReportsHouse, mailbox: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then a late fact of the East: its readers get a correction, the West's do not. Then another one, while the first
    correction still waits: it is never sent.
    """
    assert run()["mails_written"] == 4
    assert house.editions() == [(WEEK, 1, "told", 1)]
    others = ["g@example.com", "m@example.com", "west@example.com"]
    first = deliver_all(mailbox, house)
    assert (first.sent, first.later) == (3, 1)
    assert mailbox.counts() == dict.fromkeys(others, 1)
    assert run() == {}, "the same instant again writes nothing"
    monkeypatch.setattr(receiver, "_TROUBLE", re.compile(r"(?!)"))  # the mailbox has room again
    assert deliver_all(mailbox, house).sent == 1
    assert mailbox.counts() == dict.fromkeys([*others, REFUSED], 1)

    house.case("A9", "19 10:00")
    house.execute("UPDATE staff SET left_on = '2026-11-20' WHERE staff_code = 'M'")
    corrected = {"period": WEEK, "corrected": True, "reason": "漏报一单"}
    assert run("21 10:00", **corrected)["mails_written"] == 2
    assert mails(house)[-2:] == [
        ("weekly_report", f"{WEEK}/company", "g@example.com", 2),
        ("weekly_report", f"{WEEK}/region:West", "west@example.com", 1),
    ]
    assert house.editions() == [(WEEK, 1, "told", 1), (WEEK, 2, "told", 2)]
    assert "mails_written" not in run("21 11:00", **corrected), "nothing is other than its readers know"
    subjects = house.rows("SELECT subject FROM messages WHERE edition = 2")
    assert all("【更正 第 2 版】" in subject for (subject,) in subjects)

    house.case("A10", "19 11:00")
    assert run("21 12:00", **corrected)["mails_written"] == 2
    waiting = "SELECT DISTINCT state, reply LIKE 'Not sent: a corrected edition%' FROM messages WHERE edition = :n"
    assert (house.rows(waiting, n=2), house.rows(waiting, n=3)) == ([("failed", True)], [("pending", None)])
    assert deliver_all(mailbox, house).sent == 2
    assert mailbox.counts() == {"g@example.com": 2, "m@example.com": 1, "west@example.com": 1, REFUSED: 2}
    with house.database.transaction() as tx:
        long_ago, now = at("01 00:00"), at("30 00:00")
        mails_to_look_at = execute(tx, "doctor/count_mails", failed_since=long_ago, due_before=now).one()
    assert tuple(mails_to_look_at) == (0, 0, 0), "what was replaced needs nobody"


def test_a_fault_in_one_paper_sends_nobody_anything_and_the_edition_waits(
    house: ReportsHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: Counter[str] = Counter()
    real = report_workbook.report_workbook

    def with_a_fault(edition: ReportEdition, language: str) -> Any:
        made[edition.scope] += 1
        if edition.scope == "region:West":
            raise ValueError("a template that does not know a word")
        return real(edition, language)

    house.execute("DELETE FROM staff WHERE staff_code = 'M'")
    house.execute("DELETE FROM report_recipients WHERE scope = '001'")
    monkeypatch.setattr(report_workbook, "report_workbook", with_a_fault)
    with pytest.raises(ValueError, match="does not know a word"):
        run()
    assert made["company"] == 1, "others were made already"
    assert (mails(house), house.editions()) == ([], [(WEEK, 1, "computed", 1)])
    monkeypatch.undo()
    assert run("20 15:05") == {"editions_told": 1, "mails_written": 2}
    assert house.editions() == [(WEEK, 1, "told", 1)]


def test_readers_of_the_company_are_told_what_is_amiss_until_it_is_put_right(house: ReportsHouse) -> None:
    """And of the weeks that an outage kept from them."""
    house.execute("DELETE FROM report_recipients")
    house.execute("UPDATE staff SET email = NULL WHERE staff_code = 'M'")
    register(house, ("far@example.com", "region:North"), ("west@example.com", "region:West"))
    noted = {"kind": "deadlines_not_computed", "subject": "2026-11-19", "detail": {}, "run_id": RUN}
    house.add("report_remarks", noted | {"noted_at": at("19 17:00")})
    assert run()["remarks"] == 2
    said = texts(house)
    assert "2026-11-19 未能更新时限" in said[f"{WEEK}/company"]
    assert said[f"{WEEK}/region:West"].startswith("Weekly report 2026-11-20")
    assert "有收件人登记的范围“region:North”不存在" in said[f"{WEEK}/company"]
    assert "工号 M 按岗位应收本报表，但没有可用的邮箱" in said[f"{WEEK}/company"]
    assert "North" not in said[f"{WEEK}/region:West"]
    assert house.rows("SELECT kind, subject, told_at IS NOT NULL FROM report_remarks ORDER BY kind") == [
        ("deadlines_not_computed", "2026-11-19", True),
        ("no_address", "M", True),
        ("unknown_scope", "region:North", True),
    ]
    house.execute("DELETE FROM report_recipients WHERE scope = 'region:North'")
    assert "remarks" not in run("12-11 15:00"), "noted once"
    last = texts(house)["2026-12-11/company"]
    assert not [each for each in ("region:North", "2026-11-19 未能") if each in last]
    assert "工号 M" in last
    assert "2026-11-27 的报表未能按时发出" in last
    assert "2026-12-04 的报表未能按时发出" in last
    assert [each[0::2] for each in house.editions()] == [
        (WEEK, "told"),
        ("2026-11-27", "not_sent"),
        ("2026-12-04", "not_sent"),
        ("2026-12-11", "told"),
    ]


def test_a_report_that_nobody_gets_waits_for_the_first_reader(house: ReportsHouse) -> None:
    house.execute("DELETE FROM report_recipients")
    house.execute("DELETE FROM staff WHERE staff_code IN ('G', 'M')")
    assert run()["remarks"] == 1
    assert house.editions() == [(WEEK, 1, "computed", 1)]
    assert run("20 15:10") == {}
    register(house, ("new@example.com", "002"))
    assert run("20 15:20") == {"editions_told": 1, "mails_written": 1}
    assert mails(house) == [("weekly_report", f"{WEEK}/002", "new@example.com", 1)]


def test_a_preview_goes_to_who_asked_and_the_report_still_to_all(house: ReportsHouse) -> None:
    house.execute("DELETE FROM staff WHERE staff_code = 'M'")
    house.execute("DELETE FROM report_recipients WHERE scope = '001'")
    assert asked(house, "20 15:00", "boss", preview_to_me=True) == 1
    assert asked(house, "20 15:00", "boss", preview_to_me=True) == 0, "the same run again"
    assert asked(house, "20 15:30", "boss", preview_to_me=True, period=WEEK) == 1, "asked for once more"
    kinds = house.rows("SELECT kind, recipient, edition, subject LIKE '【预览】%' FROM messages ORDER BY message_no")
    assert kinds == [("report_preview", "g@example.com", 1, True)] * 2
    assert house.editions() == [(WEEK, 1, "preview", None)]
    for user in ("stranger", None):
        with pytest.raises(UsageError):
            asked(house, "20 15:40", user, preview_to_me=True)
    assert asked(house, "20 16:00", None) == 2
    assert house.editions() == [(WEEK, 1, "preview", None), (WEEK, 2, "told", 1)]


@pytest.mark.parametrize("limit", ["1", "5000"])
def test_rows_of_many_communities_read_together_are_those_read_one_by_one(
    house: ReportsHouse, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    """Each with its own number of rows, however many are shown."""
    house.setting("report_detail_rows", limit)
    monkeypatch.setattr(details, "TOGETHER", 2)
    scopes = ["001", "002", "003", "company", "region:East"]
    week = (at("13 15:00"), at("20 15:00"))
    with house.database.transaction("read") as tx:
        together = dict(details.read_details_of_each(tx, "weekly", *week, scopes))
        alone = {scope: details.read_details(tx, "weekly", *week, scope) for scope in scopes}
    assert list(together) == scopes
    assert together == alone
    assert {row[0] for row in together["001"][0].rows} == {"001"}
    assert together["001"][0].total > 1


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"preview_to_me": True, "corrected": True, "reason": "x"}, "不能同时预览和更正"),
        ({"reason": "x"}, "没有勾选“更正”"),
        ({"preview_to_me": True, "reason": "x"}, "没有勾选“更正”"),
    ],
)
def test_a_form_that_contradicts_itself_is_refused(parameters: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        read_form("weekly", parameters)


def test_a_form_left_empty_asks_for_nothing_special() -> None:
    empty = {"period": " ", "preview_to_me": False, "corrected": None, "reason": "", "as_of": None}
    assert read_form("weekly", empty) == read_form("weekly", {})


def texts(house: ReportsHouse) -> dict[str, str]:
    """Business key → the mail's text."""
    return dict(
        house.rows(
            "SELECT m.business_key, b.text_body FROM messages AS m "
            "INNER JOIN message_bodies AS b ON m.body_digest = b.body_digest"
        )
    )
