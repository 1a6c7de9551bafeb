"""The desk's pages of reports over one played week: what they show, to whom, and that it is what was mailed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest
from fastapi import HTTPException, Request
from sqlalchemy import text

from guanjia.desk import report_rights
from guanjia.desk.access import Visitor
from guanjia.desk.pages import custody, reports
from guanjia.desk.reading import reading
from guanjia.domain.errors import UnknownName
from guanjia.domain.report_periods import ReportName
from guanjia.pipelines.reports.reading import read_edition
from tests.conftest import Database
from tests.database.report_story import RUN, play_week
from tests.database.reports_house import ReportsHouse, at, on

WEEK: Final[tuple[ReportName, str, int]] = ("weekly", "2026-11-20", 1)


@dataclass(frozen=True)
class Person(Visitor):
    """A visitor whose rights in Airflow are said here; the pages ask nothing else of Airflow."""

    dags: tuple[str, ...] = ()

    def may_read(self, dag_id: str) -> bool:
        return dag_id in self.dags

    def may(self, act: str, dag_id: str) -> bool:
        return dag_id in self.dags


ALL = ("weekly_report", "daily_report", "monthly_report", "custody", "fee_billing", "mail_delivery")


def visitor(login: str, language: str = "en", without: str = "") -> Person:
    return Person(None, login.lower(), language, tuple(dag for dag in ALL if dag != without))


@pytest.fixture(scope="module")
def house(module_database: Database) -> Iterator[ReportsHouse]:
    """The week, reported and mailed, then corrected: a case of 001 came late. A general manager, managers of 001 and
    003, an agent, and somebody who is registered for the East."""
    made = ReportsHouse(module_database)
    made.setting("report_trend_periods", "2")
    play_week(made)
    made.staff("G1", "general_manager")
    made.staff("M1", "manager", "001")
    made.staff("M3", "manager", "003")
    made.staff("E1", "agent")
    made.execute("UPDATE staff SET login = lower(staff_code), email = upper(email)")
    made.add(
        "report_recipients",
        {"email": "e1@example.com", "report": "weekly", "scope": "region:East"},
        {"email": "g1@example.com", "report": "weekly", "scope": "nowhere"},
    )
    made.report("20 15:00")
    made.tell("20 15:01")
    for number, (scope, state) in enumerate((("company", "sent"), ("company", "failed"), ("001", "sent"))):
        mail(made, number, f"2026-11-20/{scope}", state)
    made.case("A8", "19 09:00")
    made.report("21 09:00", "weekly", "2026-11-20", True, "a case came late")
    made.report("21 10:00", "weekly", None, preview=True, requested_by="m1")
    things(made)
    with pytest.MonkeyPatch.context() as patch:
        for module in (report_rights, custody):
            patch.setattr(module, "now", lambda: at("22 09:00"))
        yield made


def mail(house: ReportsHouse, number: int, key: str, state: str) -> None:
    digest = f"{number:064d}"
    house.add("message_bodies", {"body_digest": digest, "html_body": "<p>x</p>", "text_body": "x"})
    house.add(
        "messages",
        {
            "message_code": f"X{number}",
            "kind": "weekly_report",
            "business_key": key,
            "edition": 1,
            "recipient": f"r{number}@example.com",
            "recipient_name": "R",
            "language": "zh",
            "subject": "s",
            "body_digest": digest,
            "state": state,
            "created_at": at("20 15:01"),
            "sent_at": at("20 15:02") if state == "sent" else None,
        },
    )


def things(house: ReportsHouse) -> None:
    """A wallet posted, a key chased, a telephone out of order, and a step nobody was told of."""
    house.execute("UPDATE key_loans SET borrower = '王小明' WHERE loan_code = 'K1'")
    steps = (
        ("posted", "F1", "20", {"until": on("27"), "list_code": "F2026-11-20", "told_at": at("20 18:00")}),
        ("key_chased", "K1", "20", {"community_code": "001", "list_code": "K2026-11-20", "told_at": at("20 18:00")}),
        ("device_abnormal", "d1", "16", {"community_code": "001", "device": "phone", "checked_at": at("16 09:00")}),
    )
    for step, subject, due_on, more in steps:
        house.add("custody_steps", {"step": step, "subject": subject, "due_on": on(due_on), "run_id": RUN} | more)


def request(path: str = "/reports") -> Request:
    scope = {"type": "http", "method": "GET", "path": path, "root_path": "/guanjia", "headers": []}
    return Request(scope | {"query_string": b"", "server": ("127.0.0.1", 80), "scheme": "http"})


def page(name: str, who: str | Person, *args: Any, module: Any = reports, **values: Any) -> str:
    """A page as somebody sees it, without its head."""
    answer = getattr(module, name)(request(), visitor(who) if isinstance(who, str) else who, *args, **values)
    assert answer.status_code == 200
    body = bytes(answer.body).decode()
    return body[body.index("<main>") :]


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def refused(name: str, who: str | Person, *args: Any, module: Any = reports, **values: Any) -> int:
    with pytest.raises(HTTPException) as found:
        page(name, who, *args, module=module, **values)
    return found.value.status_code


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_opens_in_both_languages(house: ReportsHouse, language: str) -> None:
    for login in ("g1", "m1", "e1", "nobody"):
        who = visitor(login, language)
        assert "<h1>" in page("reports", who)
        assert "<h1>" in page("custody", who, module=custody)
        if login != "nobody":
            assert "<h1>" in page("one_edition", who, *WEEK)
            assert "<h1>" in page("one_figure", who, *WEEK, "on_time.total")
    said = {"en": "The staff register has no login nobody", "zh": "员工资料中没有登录名 nobody"}[language]
    assert said in page("reports", visitor("nobody", language))


def test_the_archive_shows_editions_and_what_became_of_their_mails(house: ReportsHouse) -> None:
    rows = [text_of(row) for row in page("reports", "g1").split("<tr>")[2:]]
    assert "not mailed yet correction: a case came late" in rows[0]
    assert re.search(r"2026-11-20 .* mailed 1 11-20 15:01 3 2 1 0", rows[1]), rows[1]
    assert "computed afterwards" in rows[2]
    own = [text_of(row) for row in page("reports", "m1").split("<tr>")[2:]]
    assert re.search(r"15:01 1 1 0 0", own[2]), "mails of the own scope only"
    assert "preview asked for by m1" in own[0], "who asked for a preview finds it"
    assert not any("preview" in row for row in rows), "nobody else does"
    assert all("/reports/weekly/" not in row for row in page("reports", "nobody").split("<tr>")[1:])
    house.add(
        "report_remarks",
        {
            "kind": "nothing_changed",
            "subject": "weekly 2026-11-13 2026-11-20 16:00",
            "detail": {"report": "weekly", "period": "2026-11-13"},
            "noted_at": at("20 16:00"),
            "run_id": RUN,
        },
    )
    assert "<li>Weekly report 2026-11-13 was to be corrected, but" in page("reports", "g1")


@pytest.mark.rule("REP-01")
def test_an_edition_shows_its_figures_as_they_were_mailed(house: ReportsHouse) -> None:
    told = text_of(page("one_edition", "g1", *WEEK))
    assert "On time: answer 25.0 % 2 ÷ 8" in told
    assert "Cases taken in 5 4" in told, "not the one that came late"
    assert "There is a later edition of this period." in told
    assert "r1@example.com failed" in told and "r2@example.com" not in told, "mails of this scope"
    assert "polyline" in page("one_edition", "g1", *WEEK), "its trend"
    corrected = text_of(page("one_edition", "g1", "weekly", "2026-11-20", 2, scope="001"))
    assert "Correction: a case came late" in corrected and "Cases taken in 2 3" in corrected


def test_scopes_are_those_of_who_looks(house: ReportsHouse) -> None:
    def scopes(login: str) -> list[str]:
        return re.findall(r'<option value="([^"]+)"', page("one_edition", login, *WEEK))

    assert scopes("g1") == ["company", "region:East", "region:West", "001", "002", "003"]
    assert scopes("e1") == ["region:East", "001", "002"], "registered for the East, in capitals or not"
    assert scopes("m1") == [], "one scope, nothing to choose"
    for login, scope in (("m1", "company"), ("m1", "002"), ("e1", "003"), ("e1", "company"), ("nobody", "company")):
        assert refused("one_edition", login, *WEEK, scope=scope) == 404
        assert refused("one_figure", login, *WEEK, "cases_in.total", scope=scope) == 404
        with pytest.raises(HTTPException):
            reports.workbook(visitor(login), *WEEK, scope=scope)
    assert refused("one_edition", "s1", *WEEK) == 404, "an agent who is not registered has none"
    assert refused("one_edition", "g1", "weekly", "2026-11-20", 3) == 404, "somebody else's preview"
    assert "Preview" in page("one_edition", "m1", "weekly", "2026-11-20", 3)
    house.execute("UPDATE communities SET region = 'Far' WHERE community_code = '003'")
    assert scopes("g1") == ["company", "region:East", "001", "002", "003", "region:West"], "as the edition has them"
    assert "West" in page("one_edition", "g1", *WEEK, scope="region:West")
    assert refused("one_edition", "e1", *WEEK, scope="region:West") == 404
    house.execute("UPDATE communities SET region = 'West' WHERE community_code = '003'")


def test_a_page_of_a_community_holds_nothing_of_another(house: ReportsHouse) -> None:
    for name, more in (("one_edition", ()), ("one_figure", ("cases_in.total",)), ("one_figure", ("on_time.total",))):
        html = page(name, "m3", *WEEK, *more)
        assert "C1" in html or name == "one_edition"
        for other in ("A1", "A3", "B1", "B2", "001", "002", "East"):
            assert not re.search(rf"\b{other}\b", text_of(html)), f"{other} on {name} {more}"


def test_reading_needs_the_right_to_the_dag(house: ReportsHouse) -> None:
    without = visitor("g1", without="weekly_report")
    assert refused("one_edition", without, *WEEK) == 403
    assert refused("one_figure", without, *WEEK, "cases_in.total") == 403
    assert "/reports/weekly/" not in page("reports", without, report="weekly"), "another report is shown"
    with pytest.raises(HTTPException):
        reports.printed(without, *WEEK, scope="company")


@pytest.mark.rule("REP-06")
def test_amounts_need_the_right_to_the_billing_pages(house: ReportsHouse) -> None:
    assert "Arrears" in page("one_edition", "g1", *WEEK)
    without = visitor("g1", without="fee_billing")
    html = page("one_edition", without, *WEEK)
    assert "Arrears" not in html and "Collection rate" not in html and "¥" not in html and "report.xlsx" not in html
    with pytest.raises(Exception, match="has no figure arrears"):
        page("one_figure", without, *WEEK, "arrears")
    with pytest.raises(HTTPException):
        reports.workbook(without, *WEEK, scope="company")


def test_a_login_of_two_people_is_nobodys(house: ReportsHouse) -> None:
    """The pages show no figures, and say which rows of the register are to be put right."""
    house.staff("G2", "general_manager", login="g1")
    try:
        told = text_of(page("reports", "g1"))
        assert "gives the login g1 to more than one person (staff numbers G1; G2)" in told
        with pytest.raises(HTTPException):
            page("one_edition", "g1", *WEEK)
    finally:
        house.execute("DELETE FROM staff WHERE staff_code = 'G2'")


def test_a_figure_is_added_up_from_its_communities_and_names_its_rows(house: ReportsHouse) -> None:
    told = text_of(page("one_figure", "g1", *WEEK, "on_time.answer"))
    assert "001 20.0 % 1 ÷ 5" in told and "002 0.0 % 0 ÷ 2" in told and "Together 25.0 % 2 ÷ 8" in told
    assert "guanjia explain weekly/2026-11-20/company/on_time.answer" in told
    assert "Counted again from the records known now: 2 ÷ 9, as in edition 2; in this one 2 ÷ 8." in told
    assert "Edition 2 changed this figure from 25.0 % to 22.2 %. Show it" in told
    html = page("one_figure", "g1", *WEEK, "on_time.answer")
    assert '/guanjia/overdue/B1"' in html, "to the case"
    late = text_of(page("one_figure", "g1", *WEEK, "cases_in.total"))
    assert "records known now: 6, as in edition 2; in this one 5." in late, "what no longer holds says what does"


def test_rows_of_single_persons_are_for_those_who_answer_for_the_scope(house: ReportsHouse) -> None:
    assert "<code>S1</code>" in page("one_figure", "g1", *WEEK, "attendance")
    html = page("one_figure", "e1", *WEEK, "attendance")
    assert "S2" not in html and "are shown to those who answer for this scope" in html
    assert "<code>A3</code>" in page("one_figure", "e1", *WEEK, "cases_in.total"), "cases are in their mail, too"


def test_a_page_without_time_to_count_the_rows_shows_the_figure_all_the_same(house: ReportsHouse) -> None:
    with reading() as tx:
        edition = read_edition(tx, *WEEK, "company")
        figure = edition.figure("cases_open.total")
        assert figure is not None
        tx.execute(text("SET LOCAL statement_timeout = '1ms'"))
        assert reports.counted_rows(tx, edition, figure) is None
        assert tx.execute(text("SELECT 1")).scalar_one() == 1, "the rest of the page can be read"


@pytest.mark.parametrize("scope", ["company", "region:East", "001"])
def test_workbook_and_pages_are_made_again_from_what_is_stored(house: ReportsHouse, scope: str) -> None:
    book = reports.workbook(visitor("g1"), *WEEK, scope=scope)
    assert bytes(book.body)[:2] == b"PK"
    if scope == "001":
        corrected = reports.printed(visitor("m1", "zh"), "weekly", "2026-11-20", 2)
        assert bytes(corrected.body)[:5] == b"%PDF-"
        assert "%E7%AC%AC%202%20%E7%89%88" in corrected.headers["content-disposition"], "第 2 版 is in its name"


def test_a_figure_is_found_by_its_code(house: ReportsHouse) -> None:
    answer = reports.find(request(), visitor("g1"), "weekly/2026-11-20/region:East/on_time")
    place = "/guanjia/reports/weekly/2026-11-20/1/figures/on_time?scope=region%3AEast"
    assert answer.headers["location"] == place
    assert "On time: all deadlines" in page("one_figure", "g1", *WEEK, "on_time", scope="region:East")
    assert reports.find(request(), visitor("g1"), "").headers["location"] == "/guanjia/reports"
    with pytest.raises(UnknownName, match="“nonsense”不是报表的指标"):
        reports.find(request(), visitor("g1", "zh"), "nonsense")


@pytest.mark.rule("CUST-01")
def test_things_kept_are_shown_with_what_was_done_about_them(house: ReportsHouse) -> None:
    told = text_of(page("custody", "g1", module=custody))
    for part in (
        "5 things unclaimed",
        "1 of these at the reception",
        "2 keys out",
        "1 devices out of order",
        "1 steps due",
        "umbrella F1",
        "2026-11-27",
    ):
        assert part in told, part
    assert "王*" in told and "王小明" not in told
    assert "telephone" in told and "F2026-11-20" in told


@pytest.mark.rule("CUST-02")
def test_keys_and_devices_are_shown_to_their_community(house: ReportsHouse) -> None:
    assert "<code>K1</code>" in page("custody", "m1", module=custody)
    other = page("custody", "m3", module=custody)
    assert "<code>K1</code>" not in other and "telephone" not in other and "F1" in other
    assert "王*" in page("one_key", "m1", "K1", module=custody), "why it was chased, without the borrower's name"
    assert refused("one_key", "m3", "K1", module=custody) == 404
    assert refused("one_thing", "nobody", "F1", module=custody) == 404
    assert "F2026-11-20" in page("one_thing", "m3", "F1", module=custody)
    stranger = page("custody", "nobody", module=custody)
    assert "F1" not in stranger and "K1" not in stranger and "things unclaimed" in stranger
    house.add("custody_steps", {"step": "key_chased", "subject": "K9", "due_on": on("19"), "run_id": RUN})
    assert "K9" in page("custody", "g1", module=custody)
    assert "K9" not in page("custody", "m1", module=custody), "a key of no community is the company's"
