"""Our pages inside a running Airflow: who may open them, who may act, and what they show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert
from sqlalchemy.dialects.postgresql import insert as insert_new

from guanjia.pipelines import confirm_changes
from guanjia.store.engine import transaction
from guanjia.store.runs import add_detail, close_run, open_run
from guanjia.store.tables.escalations import deadlines, escalations
from guanjia.store.tables.kernel import gate_results
from guanjia.store.tables.outbox import message_bodies, messages
from guanjia.store.tables.registers import communities, staff
from guanjia.store.tables.service import cases
from tests.support.english import english_in_page
from tests.support.house import ADMIN, FIRST, SECOND, House

PAGES = (
    "overdue",
    "callbacks",
    "callbacks/list",
    "callbacks/figures",
    "callbacks/remarks",
    "callbacks/prospects",
    "callbacks/events",
    "inspections",
    "inspections/list",
    "inspections/remarks",
    "quality",
    "quality/samples",
    "quality/results",
    "quality/ranking",
    "quality/appeals",
    "quality/corrections",
    "quality/findings",
    "quality/roster",
    "quality/remarks",
    "reports",
    "custody",
    "intake",
    "changes",
    "mails",
    "gates",
    "runs",
)
VIEWER = "anyone"


@pytest.fixture(scope="module")
def filled(house: House) -> Iterator[House]:
    """A house with a failed run, its gate, and mails in every state."""
    at = datetime.now(UTC)
    with house.inside(), transaction() as tx:
        run = open_run(tx, "mail_delivery", at, started_at=at, external_key="desk-test")
        asked = {"parameters": {"period": "2026-11-20", "corrected": True}, "nothing_changed": "周报未生成新版。"}
        add_detail(tx, run.run_id, {"sent": 3} | asked, rows_out=3)
        reason = {"failed_task": "deliver", "reason": "Port 25 <script>alert(1)</script> closed"}
        close_run(tx, run.run_id, "failed", ended_at=at + timedelta(seconds=4), detail=reason)
        tx.execute(
            insert(gate_results).values(
                run_id=run.run_id,
                suite="mail_delivery/messages",
                expectation="expect_column_values_to_not_be_null: recipient",
                severity="critical",
                outcome="failed",
                rows_checked=40,
                rows_failed=2,
                failed_keys=[{"message_code": "=1+1"}, {"message_code": "M2"}],
                note="Every mail has a recipient.",
                checked_at=at,
            )
        )
        digest = "0" * 64
        tx.execute(insert(message_bodies).values(body_digest=digest, text_body="您好", html_body="<p>您好</p>"))
        for code, state in (("m-unknown", "unknown"), ("m-failed", "failed"), ("m-sent", "sent")):
            tx.execute(
                insert(messages).values(
                    message_code=code,
                    kind="intake_report",
                    business_key=code,
                    recipient="a@example.com",
                    state=state,
                    attempts=1,
                    language="zh",
                    subject=f"入库报告 <b>{code}</b>",
                    body_digest=digest,
                    created_at=at,
                    sent_at=at if state == "sent" else None,
                    handed_at=at,
                    reply="550 no such user" if state == "failed" else None,
                )
            )
    house.token_as(VIEWER, "VIEWER")
    yield house


@pytest.mark.parametrize("page", PAGES)
def test_no_page_opens_without_a_login(house: House, page: str) -> None:
    answer = house.page(f"/guanjia/{page}")
    assert answer.status == 401
    assert "请先登录" in answer.text


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_in_both_languages_and_needs_nothing_from_outside(filled: House, page: str) -> None:
    for language, mark in (("zh", 'lang="zh-CN"'), ("en", 'lang="en"')):
        answer = filled.page(f"/guanjia/{page}?lang={language}", ADMIN)
        assert answer.status == 200
        assert mark in answer.text
        assert not re.search(r'(?:src|href)="https?://(?!127\.0\.0\.1)', answer.text)
        assert language == "en" or set(english_in_page(answer.text)) <= {"no such user"}, "a mail server's own words"
        assert answer.headers is not None
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_viewer_reads_and_cannot_act(filled: House) -> None:
    assert filled.page("/guanjia/mails", VIEWER).status == 200
    assert "resolve" not in filled.page("/guanjia/mails/m-unknown", VIEWER).text
    refused = filled.post("/guanjia/mails/m-unknown/resolve", {"resolution": "sent"}, VIEWER)
    assert refused.status == 403
    assert filled.query("SELECT state FROM messages WHERE message_code = 'm-unknown'") == [("unknown",)]


@pytest.mark.parametrize("origin", ["https://evil.example.com", "null", ""])
def test_a_form_from_another_site_is_refused(filled: House, origin: str) -> None:
    refused = filled.post("/guanjia/mails/m-unknown/resolve", {"resolution": "sent"}, ADMIN, origin=origin)
    assert refused.status == 403
    assert filled.query("SELECT state FROM messages WHERE message_code = 'm-unknown'") == [("unknown",)]


def test_anonymous_cannot_act(filled: House) -> None:
    assert filled.post("/guanjia/mails/m-unknown/resolve", {"resolution": "sent"}).status == 401


def test_a_person_decides_on_a_mail_of_unknown_fate_and_stands_in_the_row(filled: House) -> None:
    page = filled.page("/guanjia/mails/m-unknown", FIRST)
    assert "对方收到了吗" in page.text
    for _again in range(2):  # the second click changes nothing
        done = filled.post("/guanjia/mails/m-unknown/resolve", {"resolution": "sent"}, FIRST)
        assert done.status == 303
    found = filled.query("SELECT state, resolution, resolved_by FROM messages WHERE message_code = 'm-unknown'")
    with filled.inside(), transaction() as tx:
        who = confirm_changes.find_person(tx, FIRST, on=datetime.now(UTC).date()).recorded_as
    assert found == [("sent", "sent", who)]


def test_a_decision_that_is_none_is_told(filled: House) -> None:
    assert filled.post("/guanjia/mails/m-sent/resolve", {"resolution": "burn"}, SECOND).status == 422
    refused = filled.post("/guanjia/mails/m-sent/resolve", {"resolution": "resend"}, SECOND)
    assert refused.status == 409
    assert "Nothing was changed" in refused.text


def test_what_came_from_outside_is_shown_as_text(filled: House) -> None:
    listed = filled.page("/guanjia/mails", ADMIN).text
    assert "入库报告 &lt;b&gt;m-failed" in listed
    code = filled.query("SELECT run_code FROM runs WHERE external_key = 'desk-test'")[0][0]
    run = filled.page(f"/guanjia/runs/{code}", ADMIN).text
    assert "Port 25 &lt;script&gt;" in run
    assert "<dt>更正版</dt><dd>是</dd>" in run and '<div class="said warn">周报未生成新版。</div>' in run
    assert "<script>alert" not in run


def test_a_gates_report_names_the_rows_and_gives_them_as_a_table(filled: House) -> None:
    code = filled.query("SELECT run_code FROM runs WHERE external_key = 'desk-test'")[0][0]
    report = filled.page(f"/guanjia/gates/{code}", ADMIN).text
    assert "recipient 须填写" in report
    assert "M2" in report
    link = re.search(r'href="(/guanjia/gates/[^"]+\.csv)"', report)
    assert link
    table = filled.page(link[1], ADMIN)
    assert table.text.splitlines()[1] == "'=1+1"  # a key that looks like a formula stays text in Excel


def test_what_is_not_there_is_told(filled: House) -> None:
    for path in ("/guanjia/runs/none", "/guanjia/mails/none", "/guanjia/overdue/none", "/guanjia/nothing"):
        answer = filled.page(path, ADMIN)
        assert answer.status == 404
        assert "未找到" in answer.text


def test_an_uploaded_file_lies_in_the_inbox_under_its_own_name_and_overwrites_none(filled: House) -> None:
    inbox = filled.home / "inbox"
    for content in (b"community_code\n", b"other\n"):
        assert filled.upload("/guanjia/intake/upload", "../../etc/小区.csv", content, FIRST).status == 303
    assert (inbox / "小区.csv").read_bytes() == b"community_code\n"
    assert (inbox / "小区 (2).csv").read_bytes() == b"other\n"
    for path in inbox.glob("小区*.csv"):
        path.unlink()


def test_only_files_we_read_and_only_from_people_who_may(filled: House) -> None:
    before = sorted((filled.home / "inbox").rglob("*"))
    assert filled.upload("/guanjia/intake/upload", "run.sh", b"x", FIRST).status == 409
    assert filled.upload("/guanjia/intake/upload", "a.csv", b"x", VIEWER).status == 403
    assert filled.upload("/guanjia/intake/upload", "a.csv", b"x").status == 401
    assert (
        filled.upload("/guanjia/intake/upload", "a.csv", b"x", FIRST, origin="https://evil.example.com").status == 403
    )
    assert sorted((filled.home / "inbox").rglob("*")) == before


@pytest.mark.rule("ESC-09")
def test_the_owner_of_a_step_acknowledges_it_once_and_nobody_else_can(filled: House) -> None:
    at = datetime.now(UTC).replace(microsecond=0)
    with filled.inside(), transaction() as tx:
        run = open_run(tx, "overdue_escalations", at, started_at=at)
        tx.execute(insert(communities).values(community_code="D01", community_name="测试小区"))
        for code, login in (("S01", FIRST), ("S02", SECOND)):
            person = {"staff_code": code, "staff_name": "王建国", "role": "team_leader", "login": login}
            tx.execute(insert_new(staff).values(person).on_conflict_do_nothing())
        owner = confirm_changes.find_person(tx, FIRST, on=at.date()).staff_code
        case = {"case_code": "GD-1", "community_code": "D01", "kind": "repair", "urgency": "urgent", "opened_at": at}
        tx.execute(insert(cases).values(**case, description="电话 13812341234"))
        tx.execute(
            insert(deadlines).values(
                case_code="GD-1",
                milestone="response",
                occurrence=1,
                starts_at=at - timedelta(hours=2),
                due_at=at - timedelta(hours=1),
                provisional=False,
                state="running",
                working_calendar="round_the_clock",
                paused_seconds=0,
                budget_seconds=3600,
                policy_code="P",
                policy_valid_from=at.date(),
                rule_id="ESC-05",
                calendar_version=1,
                run_id=run.run_id,
            )
        )
        step = tx.scalar(
            insert(escalations)
            .values(
                case_code="GD-1",
                milestone="response",
                occurrence=1,
                level=1,
                role="team_leader",
                staff_code=owner,
                raised_at=at - timedelta(hours=1),
                found_by="roster",
                is_emergency=False,
                step_code="L1",
                rule_id="ESC-09",
                run_id=run.run_id,
            )
            .returning(escalations.c.escalation_id)
        )
    listed = filled.page("/guanjia/overdue", ADMIN).text
    assert "GD-1" in listed
    assert "王建国" in listed
    case_page = filled.page("/guanjia/overdue/GD-1", FIRST).text
    assert "确认收到" in case_page
    assert "138****1234" in case_page
    assert "确认收到</button>" not in filled.page("/guanjia/overdue/GD-1", SECOND).text
    form = {"escalation": str(step)}
    assert filled.post("/guanjia/overdue/GD-1/acknowledge", form, SECOND).status == 403
    assert filled.post("/guanjia/overdue/GD-1/acknowledge", form, VIEWER).status == 403
    assert filled.post("/guanjia/overdue/GD-1/acknowledge", form, FIRST).status == 303
    first = filled.query("SELECT acknowledged_at FROM escalations WHERE case_code = 'GD-1'")
    assert filled.post("/guanjia/overdue/GD-1/acknowledge", form, FIRST).status == 303
    assert filled.query("SELECT acknowledged_at FROM escalations WHERE case_code = 'GD-1'") == first
    assert first[0][0] is not None
