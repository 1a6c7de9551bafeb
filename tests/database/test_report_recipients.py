"""Who gets a report, and of which scope (REP-01 to REP-05; pipelines 0.9: of no other)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import text

from guanjia.domain.errors import UsageError
from guanjia.domain.report_periods import ReportName
from guanjia.pipelines.reports.previewing import find_previewer
from guanjia.pipelines.reports.readers import find_reader
from guanjia.pipelines.reports.recipients import Recipients, find_recipients
from tests.conftest import Database
from tests.database.reports_house import ReportsHouse, at, on

SCOPES = ("company", "region:East", "region:West", "001", "002", "003")
FRIDAY = at("20 15:00")


@pytest.fixture(scope="module")
def house(module_database: Database) -> Iterator[ReportsHouse]:
    """Registers with everything that can be amiss with them."""
    found = ReportsHouse(module_database)
    for code in ("001", "002", "003"):
        found.community(code)
    found.setting("report_roles_daily", "department_head")
    found.staff("G1", "general_manager", staff_name="总", login="boss")
    found.staff("M1", "manager", "001", login="m1")
    found.staff("M2", "manager", "002", left_on=on("19"), login="m2")
    found.staff("M3", "manager", "003", hired_on=on("21"))
    found.staff("M4", "manager", "003", email=None, login="m4")
    found.staff("M5", "manager", "002", email="Both@Example.com")
    found.staff("M6", "manager", email="both@example.com")
    found.staff("M7", "manager", "003", email="west@example.com")
    found.staff("M8", "manager", "002", email="head@@example")
    found.staff("M9", "manager", "001", email="m9@example.com", left_on=on("20"))
    found.staff("T1", "team_leader", "001", login="t1")
    found.staff("E1", "agent", "003", email="East@example.com", login="e1")
    found.staff("S1", "supervisor", "001", login="s1")
    found.staff("W1", "manager", login="twins", email=None)
    found.staff("W2", "agent", "001", login="twins", email=None)
    found.staff("W3", "manager", "001", login="twins", left_on=on("19"))
    for email, scope, language, report in (
        ("M1@Example.com", "001", "en", "weekly"),
        ("m1@example.com", "001", "zh", "weekly"),
        ("east@example.com", "region:East", "en", "weekly"),
        ("east@example.com", "001", None, "weekly"),
        ("west@example.com", "region:West", None, "weekly"),
        ("m2@example.com", "company", None, "weekly"),
        ("far@example.com", "region:North", None, "weekly"),
        ("far@example.com", "009", None, "weekly"),
        ("far@example.com", "Company", None, "weekly"),
        ("nobody", "002", None, "weekly"),
        ("g1@example.com", "003", "en", "weekly"),
        ("month@example.com", "company", None, "monthly"),
    ):
        row = {"email": email, "scope": scope, "language": language, "report": report, "recipient_name": "收"}
        found.add("report_recipients", row)
    yield found


def recipients(house: ReportsHouse, report: ReportName = "weekly", when: datetime = FRIDAY) -> Recipients:
    with house.database.transaction("read") as tx:
        return find_recipients(tx, report, when, SCOPES)


def addresses(found: Recipients) -> dict[tuple[str, str], list[str]]:
    return {paper: [who.email for who in people] for paper, people in found.by_paper.items()}


@pytest.mark.rule("REP-01")
def test_who_is_registered_and_who_holds_a_post_gets_the_own_scope_once(house: ReportsHouse) -> None:
    assert addresses(recipients(house)) == {
        ("001", "en"): ["M1@Example.com"],  # registered twice in two spellings, and manager there
        ("001", "zh"): ["east@example.com", "m9@example.com"],  # registered so; employed until today
        ("003", "en"): ["g1@example.com"],  # registered for less than the post gives
        ("company", "en"): ["g1@example.com"],  # by post, in the language of the register
        ("company", "zh"): ["both@example.com"],  # manager of all and of one: the widest
        ("region:East", "en"): ["east@example.com"],
        ("region:West", "zh"): ["west@example.com"],  # manager of one of the region: has it already
    }


def test_names_are_those_of_the_register_of_recipients_where_there_is_one(house: ReportsHouse) -> None:
    found = recipients(house).by_paper
    assert [who.name for who in found["001", "en"]] == ["收"]
    assert [who.name for who in found["company", "en"]] == ["总"]


def test_what_is_amiss_is_said_once_with_scope_or_staff_number_and_no_address(house: ReportsHouse) -> None:
    found = [(each.kind, each.subject, each.detail["number"]) for each in recipients(house).remarks]
    assert found == [
        ("left_recipient", "company", "1"),
        ("no_address", "M4", "1"),
        ("no_address", "M8", "1"),
        ("no_address", "W1", "1"),
        ("unknown_scope", "009", "1"),
        ("unknown_scope", "Company", "1"),
        ("unknown_scope", "region:North", "1"),
        ("unusable_address", "002", "1"),
    ]


def test_who_begins_tomorrow_gets_it_tomorrow_and_who_left_does_not(house: ReportsHouse) -> None:
    later = addresses(recipients(house, when=at("21 15:00")))
    assert later["003", "zh"] == ["m3@example.com"]
    assert later["001", "zh"] == ["east@example.com"]


def test_each_report_has_its_own_recipients_and_nobody_at_all_is_said(house: ReportsHouse) -> None:
    monthly = addresses(recipients(house, "monthly"))
    assert monthly == {("company", "zh"): ["month@example.com"], ("company", "en"): ["g1@example.com"]}
    daily = recipients(house, "daily")
    assert not daily.by_paper
    assert [(each.kind, each.subject) for each in daily.remarks] == [("no_recipient", "daily")]


def test_people_of_a_scope_the_edition_has_not_get_nothing_and_are_no_mistake(house: ReportsHouse) -> None:
    with house.database.transaction("read") as tx:
        found = find_recipients(tx, "weekly", FRIDAY, ["001"])
    assert {scope for scope, _language in found.by_paper} == {"001"}
    assert found.remarks == recipients(house).remarks


@pytest.mark.rule("REP-01")
@pytest.mark.parametrize("report", ["weekly", "daily", "monthly"])
def test_nobody_is_mailed_a_scope_that_the_pages_would_not_show_them(house: ReportsHouse, report: ReportName) -> None:
    """Whoever the mail of a scope goes to by post or registration; all on the staff register have a login here."""
    owners: dict[str, list[str]] = {}
    for email, login in house.rows("SELECT lower(email), coalesce(login, lower(staff_code)) FROM staff"):
        owners.setdefault(email, []).append(login)
    compared = 0
    with house.database.transaction() as tx:
        tx.execute(text("UPDATE staff SET login = coalesce(login, lower(staff_code))"))
        for (scope, _language), people in find_recipients(tx, report, FRIDAY, SCOPES).by_paper.items():
            for who in people:
                readers = [
                    find_reader(tx, report, FRIDAY.date(), login, None).reader
                    for login in owners.get(who.email.lower(), ())
                ]
                compared += len(readers)
                assert not readers or any(scope in each.scopes and each.sees_money for each in readers), (scope, who)
        tx.rollback()
    assert compared or report == "daily"


@pytest.mark.parametrize(
    ("user", "report", "scopes", "is_head"),
    [
        ("boss", "weekly", ("company", "region:East", "region:West", "001", "002", "003"), True),
        ("m1", "weekly", ("001",), True),
        ("e1", "weekly", ("region:East", "001", "002"), False),
        ("e1", "monthly", (), False),
        ("stranger", "weekly", (), False),
        ("twins", "weekly", (), False),
    ],
)
def test_whoever_is_head_or_registered_sees_that_scope_and_what_lies_in_it(
    house: ReportsHouse, user: str, report: ReportName, scopes: tuple[str, ...], is_head: bool
) -> None:
    with house.database.transaction("read") as tx:
        reader = find_reader(tx, report, FRIDAY.date(), user, False).reader
    assert (reader.scopes, reader.is_head, reader.sees_money) == (scopes, is_head, False)


@pytest.mark.parametrize(
    ("user", "airflow_says", "sees"),
    [
        ("boss", True, True),
        ("boss", False, False),
        ("boss", None, True),  # the mail brings the amounts anyway
        ("e1", None, True),
        ("s1", None, False),  # head of 001, but no mail of it goes to a supervisor
        ("s1", True, True),
    ],
)
def test_amounts_are_for_who_may_read_billing(
    house: ReportsHouse, user: str, airflow_says: bool | None, sees: bool
) -> None:
    with house.database.transaction("read") as tx:
        assert find_reader(tx, "weekly", FRIDAY.date(), user, airflow_says).reader.sees_money == sees


@pytest.mark.parametrize(
    ("user", "report", "says"),
    [
        (None, "weekly", "不知道是谁在申请"),
        ("stranger", "weekly", "没有登录名 stranger"),
        ("m2", "weekly", "没有登录名 m2"),
        ("m4", "weekly", "工号 M4）没有可用的邮箱"),
        ("e1", "monthly", "工号 E1）无权查看.*report_roles_monthly"),
        ("t1", "weekly", "工号 T1）无权查看"),
        ("twins", "weekly", "工号 W1、W2.*没有发出"),
    ],
)
def test_a_preview_for_nobody_is_refused_with_what_to_do(
    house: ReportsHouse, user: str | None, report: ReportName, says: str
) -> None:
    with house.database.transaction("read") as tx, pytest.raises(UsageError, match=says):
        find_previewer(tx, report, FRIDAY, user)
