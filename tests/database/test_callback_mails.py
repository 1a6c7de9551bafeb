"""Mails of the callbacks: each fact told once, to the right people, in their language and scope, ready to be used."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from guanjia.outbox import DeliveryReport, deliver
from guanjia.store.engine import engine
from guanjia.store.tables import metadata
from tests.conftest import Database
from tests.database.callback_house import CallbackHouse, at, callback_house
from tests.support.mail import QUICK, SENDER, sink

T = metadata.tables
PHONE = "13812345678"


@dataclass(frozen=True)
class Mail:
    """A mail as its recipient gets it."""

    kind: str
    business_key: str
    recipient: str
    language: str
    subject: str
    text: str
    html: str
    edition: int
    reply_to: str | None
    files: dict[str, bytes]


@dataclass
class Story:
    """A few days of a house with two communities, told as they went by."""

    house: CallbackHouse
    told: dict[str, dict[str, int]] = field(default_factory=dict)
    again: dict[str, dict[str, int]] = field(default_factory=dict)

    def tell(self, as_of: str) -> None:
        self.told[as_of] = self.house.step("telling", "tell", as_of)
        self.again[as_of] = self.house.step("telling", "tell", as_of)

    def mails(self, kind: str | None = None, recipient: str | None = None) -> list[Mail]:
        """Mails in the outbox, in the order of writing."""
        m, b = T["messages"], T["message_bodies"]
        f, c = T["attachment_bundle_files"], T["message_files"]
        wanted = select(m, b).join(b, m.c.body_digest == b.c.body_digest).order_by(m.c.message_no)
        with self.house.database.transaction("read") as tx:
            rows = tx.execute(wanted).all()
            files = tx.execute(select(f, c).join(c, f.c.file_digest == c.c.file_digest).order_by(f.c.position)).all()
        return [
            Mail(
                row.kind,
                row.business_key,
                row.recipient,
                row.language,
                row.subject,
                row.text_body,
                row.html_body,
                row.edition,
                row.reply_to,
                {each.file_name: each.content for each in files if each.bundle_digest == row.bundle_digest},
            )
            for row in rows
            if kind in (None, row.kind) and recipient in (None, row.recipient)
        ]

    def mail(self, kind: str, recipient: str | None = None, edition: int = 1) -> Mail:
        """The first mail of a kind and edition."""
        return next(mail for mail in self.mails(kind, recipient) if mail.edition == edition)

    def recipients(self, kind: str) -> set[str]:
        return {mail.recipient for mail in self.mails(kind)}


def _people(house: CallbackHouse) -> None:
    house.execute("UPDATE communities SET community_name = '澄庭雅苑', region = '东区'")
    house.execute("UPDATE staff SET staff_name = CASE staff_code WHEN 'M1' THEN '王经理' ELSE '李班长' END")
    house.community("002", live_from="2026-11-08", community_name="梧桐里", region="西区")
    house.staff("M2", "manager", "002", staff_name="梧经理")
    house.staff("E1", "supervisor", "001", staff_name="工程主管", department="工程部")
    house.staff("E2", "supervisor", "002", staff_name="别处主管", department="工程部")
    shifts = [f"11-{day:02}" for day in range(1, 31)]
    house.agent("A1", shifts=shifts, staff_name="陈客服")
    house.agent("A2", shifts=shifts, staff_name="赵客服")
    house.agent("A3", shifts=shifts, staff_name="钱客服", email=None)
    for email, scope, language in (("boss", "company", "en"), ("east", "region:东区", None), ("west", "002", None)):
        row = {"email": f"{email}@example.com", "report": "callback_list", "scope": scope, "language": language}
        house.add("report_recipients", row)


def _customers(house: CallbackHouse) -> None:
    house.only_rules("COMPLAINT", "CORRECTION", "REPAIR", "PAID-SERVICE", "PROSPECT", "RECEPTION", "MAILBOX")
    for number, name in enumerate(
        ("王小明", "李雷", "韩梅梅", "欧阳娜娜", "张三丰", "赵六", "钱七", "孙八", "周九"), 1
    ):
        house.customer(f"C{number}", f"A0{number}", customer_name=name, phone=f"1390000000{number}")
    house.customer("K1", "B01", do_not_call=True, customer_name="孙静", email="k1@example.com")
    house.customer("K2", "B02", do_not_call=True, customer_name="周默", email=None)
    house.customer("K3", "B03", customer_name="John Smith", preferred_language="en", phone=None)
    house.customer("K4", "B04", do_not_call=True, customer_name="吴坏址", email="no address at all")
    for number in range(1, 10):
        who = {"customer_code": f"C{number}", "unit_code": f"A0{number}", "department": "工程部"}
        house.case(f"R{number}", "09 10:00", "09 15:00 resolved", description=f"漏水，请打 {PHONE}", **who)
    for number in range(1, 5):
        who = {"customer_code": f"K{number}", "unit_code": f"B0{number}"}
        house.case(f"RK{number}", "09 10:00", "09 15:00 resolved", description="门锁坏了", **who)
    house.case("P1", "09 10:00", "09 16:00 resolved", customer_code="C3", unit_code="A03", kind="enquiry")
    house.paid("P1", ("1", "80"))
    house.setting("reception_to_customers", "yes", "002")
    house.customer("W1", "A01", community="002", customer_name="白露")
    house.customer("W2", "A02", community="002", email=None)
    house.customer("W3", "A03", community="002", until="11-10")
    house.customer("W4", "A04", community="002", preferred_language="en")
    house.prospect("Q2", interested=False, customer_name="潘无意")


def _first_day(story: Story) -> None:
    house = story.house
    house.day("10")
    story.tell("10 07:00")
    code = {number: house.callback(f"C{number}")["callback_code"] for number in range(1, 7)}
    house.result(code[1], "10 09:30", staff="A1", satisfaction=1, comment=f"还在漏，打 {PHONE}")
    house.result(code[1], "10 10:30", "no_answer", staff="A2")
    house.result(code[2], "10 09:40", "wrong_number", staff="A1")
    house.result(code[5], "10 09:50", "refused", staff="A2")
    due = house.callback("C4")["due_by"]
    house.add(
        "callback_warnings",
        {"callback_code": code[4], "due_by": due, "reason": "no_capacity", "warned_at": at("10 07:00")}
        | {"reckoned_on": date(2026, 11, 12)},
    )
    detail = {"callback_code": code[4], "staff_code": "A1"}
    edited = {"kind": "form_edited", "subject": code[4], "community_code": "001", "detail": detail}
    house.add("callback_remarks", edited | {"noted_at": at("10 10:00")})
    house.results("10 11:00")
    story.tell("10 11:00")
    house.results("10 20:30")
    story.tell("10 20:30")


@pytest.fixture(scope="module")
def story(module_database: Database) -> Story:
    story = Story(callback_house(module_database))
    _people(story.house)
    _customers(story.house)
    _first_day(story)
    story.house.case("R10", "10 11:00", "10 12:00 resolved", customer_code="C6", unit_code="A06")
    story.house.day("11")
    story.tell("11 07:00")
    story.house.execute(
        "UPDATE callback_lists SET told_at = NULL WHERE work_date = '2026-11-11' AND staff_code = 'A1' AND position = 1"
    )
    story.tell("11 08:00")
    story.house.plan("20")
    story.tell("20 07:00")
    return story


# -- nothing twice ----------------------------------------------------------------------------------------------------


@pytest.mark.rule("CB-11")
def test_what_was_told_is_not_told_again(story: Story) -> None:
    bounced = {"letters_given_up": 1, "manager_callbacks_told": 1, "mails_written": 1}
    assert story.again["10 07:00"] == bounced, "the letter that could not go out is news"
    assert [counts for as_of, counts in story.again.items() if as_of != "10 07:00"] == [{}] * (len(story.again) - 1)
    keys = Counter((mail.kind, mail.business_key, mail.recipient, mail.edition) for mail in story.mails())
    assert set(keys.values()) == {1}


def test_nobody_reads_of_a_community_outside_their_scope(story: Story) -> None:
    theirs = {mail.kind for mail in story.mails() if mail.recipient in ("m2@example.com", "west@example.com")}
    events = {"reception_notice", "reception_reminder", "mailbox_reminder", "event_impossible"}
    assert theirs <= events
    for mail in story.mails():
        if mail.recipient in ("m2@example.com", "west@example.com", "e2@example.com"):
            assert "澄庭雅苑" not in mail.text + mail.html + mail.subject
            assert not any(f"R{number}" in mail.text for number in range(1, 10))
        if mail.recipient in ("m1@example.com", "l1@example.com", "east@example.com", "e1@example.com"):
            assert "梧桐里" not in mail.text + mail.html + mail.subject


def test_names_and_numbers_are_masked_in_every_body_but_the_customer_s_own(story: Story) -> None:
    names = ("王小明", "李雷", "韩梅梅", "欧阳娜娜", "张三丰", "赵六", "孙静", "周默", "吴坏址", "潘无意")
    for mail in story.mails():
        if mail.kind == "callback_letter":
            continue
        shown = mail.text + mail.html + mail.subject
        assert not any(name in shown for name in names), mail.kind
        assert PHONE not in shown and "1390000000" not in shown, mail.kind


# -- lists ------------------------------------------------------------------------------------------------------------


@pytest.mark.rule("CB-11")
def test_each_agent_gets_one_mail_with_a_workbook_to_fill_in_and_a_page_to_print(story: Story) -> None:
    mails = [mail for mail in story.mails("callback_worklist") if mail.business_key.startswith("2026-11-10")]
    assert {mail.recipient for mail in mails} == {"a1@example.com", "a2@example.com", "l1@example.com"}
    assert len(mails) == 3
    for mail in mails:
        assert [name.rpartition(".")[2] for name in mail.files] == ["xlsx", "pdf"]
        assert mail.language == "zh" and "今日回访" in mail.subject and "如何上报" in mail.text
        assert "09:00–12:00" in mail.text
    (handed_over,) = (mail for mail in mails if mail.recipient == "l1@example.com")
    assert "钱客服" in handed_over.subject and "没有邮箱" in handed_over.text
    texts = [_workbook_text(content) for mail in mails for name, content in mail.files.items() if "xlsx" in name]
    listed = {row["callback_code"] for row in story.house.lists("10")}
    assert all(sum(code in text for text in texts) == 1 for code in listed), "each callback stands on one list"
    assert any("王小明" in text and "13900000001" in text for text in texts), "who calls needs name and number"


def test_the_manager_gets_whom_nobody_may_call_and_whose_letter_came_back(story: Story) -> None:
    first = story.mail("callback_manager_list", edition=1)
    second = story.mail("callback_manager_list", edition=2)
    assert (first.recipient, second.recipient) == ("m1@example.com", "m1@example.com")
    assert "周*" in first.text and "免打扰" in first.text and "吴*" not in first.text
    assert "吴*" in second.text and "新增" in second.text and "周*" in second.text
    ((_name, book),) = second.files.items()
    assert "周默" in _workbook_text(book) and "吴坏址" in _workbook_text(book)
    moved = story.house.contacts("customer_code = 'K4'")
    assert {(row["channel"], "letter_failed" in row["explanation"]) for row in moved} == {("manager", True)}
    assert {row["channel"] for row in story.house.callbacks("customer_code = 'K4'")} == {"manager"}


def test_a_list_that_has_grown_comes_anew_with_what_is_still_open(story: Story) -> None:
    assert story.told["11 08:00"] == {"lines_told": 1, "mails_written": 1}
    before, grown = (
        mail
        for mail in story.mails("callback_worklist", "a1@example.com")
        if mail.business_key.startswith("2026-11-11")
    )
    assert (before.edition, grown.edition) == (1, 2)
    assert "清单有新增" in grown.subject and "新增" in grown.text
    assert _workbook_text(grown.files[_workbook(grown)]) == _workbook_text(before.files[_workbook(before)])


# -- letters ----------------------------------------------------------------------------------------------------------


@pytest.mark.rule("CB-07")
def test_customers_not_called_get_a_letter_in_their_language_and_their_answer_goes_to_the_centre(story: Story) -> None:
    letters = story.mails("callback_letter")
    assert [letter.edition for letter in letters] == [1] * len(letters)
    assert {"c3@example.com", "k1@example.com", "k3@example.com"} <= {letter.recipient for letter in letters}
    assert {letter.reply_to for letter in letters} == {"m1@example.com"}
    quiet, english = story.mail("callback_letter", "k1@example.com"), story.mail("callback_letter", "k3@example.com")
    assert "孙静，您好" in quiet.text and "不会打电话" in quiet.text and "RK1" in quiet.text
    assert "请勿直接回复" not in quiet.text + quiet.html, "an answer is asked for"
    assert english.language == "en" and "Dear John Smith" in english.text and "How to answer" in english.text
    asked = story.mail("callback_letter", "c3@example.com")
    assert "填写日期，结果选“接通”" in asked.text, "what the form demands"
    assert "P1" in asked.text and "R3" not in asked.text, "the repair is asked about in the call"
    assert all(next(iter(letter.files)).endswith(".xlsx") and len(letter.files) == 1 for letter in letters)
    assert "清单" not in quiet.text and "客服" not in quiet.text


# -- warnings, conflicts, cases ---------------------------------------------------------------------------------------


@pytest.mark.rule("CB-02")
def test_what_would_miss_its_window_is_told_before_it_does(story: Story) -> None:
    warned = [mail for mail in story.mails("callback_warning") if "11-12" in mail.text]
    assert {mail.recipient for mail in warned} >= {"l1@example.com", "boss@example.com", "east@example.com"}
    mail = next(mail for mail in warned if mail.recipient == "l1@example.com")
    assert "欧阳*" in mail.text and "客服人手不足" in mail.text and "callbacks_per_day" in mail.text
    english = next(mail for mail in warned if mail.recipient == "boss@example.com")
    assert english.language == "en" and "would miss" in english.subject
    assert "今天" not in mail.subject and "today" not in english.subject, "none of them is of today"


def test_two_results_that_cannot_both_be_right_are_shown_side_by_side_to_leader_and_both_agents(story: Story) -> None:
    assert story.recipients("callback_conflict") == {"l1@example.com", "a1@example.com", "a2@example.com"}
    mail = story.mail("callback_conflict", "l1@example.com")
    for words in ("接通，满意度 1", "无人接听", "陈客服 A1", "赵客服 A2", "11-10 09:30", "11-10 10:30"):
        assert words in mail.text, words
    assert story.recipients("callback_form_edited") == {"l1@example.com"}
    assert "锁定" in story.mail("callback_form_edited").subject


@pytest.mark.rule("CB-03")
def test_the_department_learns_what_the_customer_said_and_nobody_else_s_department_does(story: Story) -> None:
    mail = story.mail("callback_case", "e1@example.com")
    assert "不满意" in mail.subject and "138****5678" in mail.text and "R1" in mail.text
    assert "GJ-" in mail.text
    assert story.recipients("callback_case") == {"e1@example.com", "l1@example.com"}
    register = story.mail("callback_case", "l1@example.com")
    assert "号码有误" in register.subject and "C2" in register.text, "no people in that department: the leader"


# -- the day's report -------------------------------------------------------------------------------------------------


def test_the_day_s_figures_come_when_the_day_is_over_with_what_needs_a_hand(story: Story) -> None:
    assert story.told["10 11:00"].get("days_told") is None, "not before its last day part is over"
    assert story.told["10 20:30"]["days_told"] >= 1
    assert story.recipients("callback_report") >= {"m1@example.com", "boss@example.com", "east@example.com"}
    mail = story.mail("callback_report", "m1@example.com")
    assert "回访日报" in mail.subject and "接通 1" in mail.subject
    quiet = {"m2@example.com", "west@example.com"}
    assert story.recipients("callback_report").isdisjoint(quiet), "nothing happened there: no mail is worth that"
    boss = story.mail("callback_report", "boss@example.com")
    assert "潘*" not in mail.text, "prospects belong to the company, not to one of two communities"
    assert "潘*" in boss.text and "not interested" in boss.text
    assert "澄庭雅苑" in boss.text


# -- events -----------------------------------------------------------------------------------------------------------


@pytest.mark.rule("CB-09")
@pytest.mark.rule("CB-10")
def test_notices_are_announced_with_a_page_for_the_board_and_reminded_of(story: Story) -> None:
    notices = story.mails("reception_notice")
    assert {mail.recipient for mail in notices} == {"m1@example.com", "m2@example.com"}
    for mail in notices:
        ((name, page),) = mail.files.items()
        assert name.endswith(".pdf") and page.startswith(b"%PDF")
        assert "请张贴公告" in mail.subject and "2026年11月21日 周六" in mail.text
    assert story.told["20 07:00"]["events_reminded"] == 4, "two reception days tomorrow, two mailboxes this week"
    assert {"m1@example.com", "m2@example.com"} == story.recipients("reception_reminder")
    assert "公告是否还在" in story.mail("reception_reminder", "m1@example.com").text
    mailboxes = [mail for mail in story.mails("mailbox_reminder") if mail.recipient == "m1@example.com"]
    assert [mail.business_key for mail in mailboxes] == ["MAILBOX-001-2026-W46", "MAILBOX-001-2026-W47"]
    assert "已到期" in mailboxes[1].text, "nobody ran on Monday"
    states = story.house.rows(
        "SELECT event, state, count(*) FROM community_events GROUP BY event, state ORDER BY event"
    )
    assert states == [("mailbox", "reminded", 5), ("reception_day", "reminded", 2)]


@pytest.mark.rule("CB-09")
def test_customers_are_invited_where_the_setting_says_so(story: Story) -> None:
    assert sorted(story.recipients("reception_invitation")) == ["w1@example.com", "w4@example.com"]
    assert "无需预约" in story.mail("reception_invitation", "w1@example.com").text
    assert story.mail("reception_invitation", "w4@example.com").language == "en"


# -- delivery ---------------------------------------------------------------------------------------------------------


def test_every_mail_is_taken_by_a_real_server_once(story: Story) -> None:
    usable = [mail for mail in story.mails() if "@" in mail.recipient]
    with sink(story.house.database.home) as found:
        first = deliver(engine("app"), found.server, SENDER, QUICK)
        second = deliver(engine("app"), found.server, SENDER, QUICK)
        kept = Counter(recipient for each in found.mailbox.summaries() for recipient in each.recipients)
    assert (first.sent, second) == (len(usable), DeliveryReport())
    assert kept == Counter(mail.recipient for mail in usable)
    raw = [each.read_bytes() for each in story.house.database.home.rglob("*.eml")]
    letters = [mail for mail in usable if mail.kind == "callback_letter"]
    assert sum(b"Reply-To: m1@example.com" in each for each in raw) == len(letters) > 0


def _workbook(mail: Mail) -> str:
    return next(name for name in mail.files if name.endswith(".xlsx"))


def _workbook_text(content: bytes) -> str:
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    return " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None)
