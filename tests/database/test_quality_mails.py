"""Mails of the quality check: each fact told once, to the right people, in their language and scope."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from guanjia.outbox import DeliveryReport, deliver
from guanjia.pipelines.quality_sampling.telling_people import Scope
from guanjia.pipelines.quality_sampling.week_report import in_scope
from guanjia.store.engine import engine
from guanjia.store.tables import metadata
from tests.conftest import Database
from tests.database.quality_house import QualityHouse, at, on, quality_house
from tests.support.mail import QUICK, SENDER, sink
from tests.support.pages import squeezed, texts_of

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
    files: dict[str, bytes]

    @property
    def shown(self) -> str:
        return self.subject + self.text + self.html


@dataclass
class Story:
    """A few weeks of a house, told as they went by."""

    house: QualityHouse
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
                row.recipient.partition("@")[0].upper(),
                row.language,
                row.subject,
                row.text_body,
                row.html_body,
                row.edition,
                {each.file_name: each.content for each in files if each.bundle_digest == row.bundle_digest},
            )
            for row in rows
            if kind in (None, row.kind) and recipient in (None, row.recipient.partition("@")[0].upper())
        ]

    def mail(self, kind: str, recipient: str | None = None) -> Mail:
        """The only mail of a kind and recipient."""
        (mail,) = self.mails(kind, recipient)
        return mail

    def recipients(self, kind: str) -> set[str]:
        return {mail.recipient for mail in self.mails(kind)}


def _people(house: QualityHouse) -> None:
    house.execute("UPDATE communities SET community_name = '澄庭雅苑', region = '东区'")
    house.community("002", community_name="梧桐里", region="西区")
    house.agent("A4", "T1", email=None)
    house.agent("A5", "T3", left_on=on("17"))
    house.agent("B1", "T9", community_code="002")
    house.leader("L9", "T9", community_code="002")
    house.reviewer("R3", email=None)
    house.staff("M1", "manager")
    house.staff("M2", "manager", community_code="002")
    row = {"email": "cfo@example.com", "report": "monthly", "scope": "company", "language": "en"}
    house.add("report_recipients", row)
    house.execute("UPDATE staff SET staff_name = '王晓' WHERE staff_code = 'A1'")
    house.small_criteria()


def _first_week(story: Story) -> dict[str, list[dict[str, Any]]]:
    """The week of the 9th is drawn and scored: A2 without any fault, A1 with two errors, A3 not at all, B1 once."""
    house = story.house
    for agent in ("A1", "A2", "A3", "A4", "B1"):
        house.many_calls(f"C{agent}-", 24, agent, first="9")
    house.add(
        "customers", {"customer_code": "K1", "customer_name": "欧阳娜娜", "customer_type": "owner", "phone": PHONE}
    )
    house.closed("W1", "11 10:00", "A1", customer_code="K1", description=f"欧阳娜娜要求回电 {PHONE}", kind="complaint")
    house.many_calls("CA5-", 4, "A5", first="9")
    house.monday("16 05:00")
    story.tell("16 05:00")
    by_agent: dict[str, list[dict[str, Any]]] = {}
    for sample in house.samples():
        by_agent.setdefault(sample["staff_code"], []).append(sample)
    for number, sample in enumerate(by_agent["A1"]):
        score: float | dict[str, float] = {"greeting": 90, "answer": 40, "closing": 90} if number < 2 else 95
        house.scores(sample["sample_code"], sample["reviewer"], "18 10:00", score)
    said = f"没有回答欧阳女士，电话 {PHONE}"
    house.execute("UPDATE quality_scores SET comment = :said WHERE score = 40", said=said)
    for sample in by_agent["A2"] + by_agent["A4"] + by_agent["A5"]:
        house.scores(sample["sample_code"], sample["reviewer"], "18 10:00", 100)
    house.scores(by_agent["B1"][0]["sample_code"], by_agent["B1"][0]["reviewer"], "18 10:00", 88)
    for sample in (each for each in house.samples("second_reviewer IS NOT NULL") if each["staff_code"] == "A2"):
        house.scores(sample["sample_code"], sample["second_reviewer"], "18 11:00", 12)
    asked = by_agent["A3"][0]
    other = next(code for code in ("R1", "R2") if code not in (asked["reviewer"], asked["second_reviewer"]))
    house.scores(asked["sample_code"], other, "18 10:00", 77)
    house.results("18 17:30")
    story.tell("18 17:30")
    return by_agent


def _appeals(story: Story, samples: dict[str, list[dict[str, Any]]]) -> None:
    house = story.house
    sample = samples["A1"][0]["sample_code"]
    house.appeal(sample, "19 09:00", "A1")
    house.appeal(samples["A2"][-1]["sample_code"], "19 09:00", "L2")
    house.results("19 09:30")
    changed = "UPDATE quality_reviewers SET edition = 2, told_at = NULL WHERE staff_code = 'R2'"
    house.execute(changed)
    story.tell("19 09:30")
    (verdict,) = house.table("quality_appeal_verdicts", "sample_code = :s", "appealed_at", s=sample)
    house.appeal(sample, "19 09:00", "A1", "changed")
    house.results("19 12:30")
    story.tell("19 12:30")
    house.scores(sample, verdict["reviewer"], "19 15:00", 92)
    house.results("20 09:30")
    story.tell("20 09:30")


@pytest.fixture(scope="module")
def story(module_database: Database) -> Story:
    story = Story(quality_house(module_database))
    house = story.house
    _people(house)
    _appeals(story, _first_week(story))
    house.setting("quality_scores_per_day", "1", since="20")
    for agent in ("A1", "A2", "A3", "A4", "B1"):
        house.many_calls(f"D{agent}-", 24, agent)
    house.closed("W2", "18 10:00", "A3", kind="repair")
    house.monday("23 05:00")
    house.add(
        "quality_roster_warnings",
        {"day": on("25"), "on_duty": 1, "needed": 2, "noted_at": at("23 05:00"), "resolved_at": None},
        {"day": on("26"), "on_duty": 2, "needed": 2, "noted_at": at("16 05:00"), "resolved_at": at("23 05:00")},
    )
    story.tell("23 05:00")
    late = house.samples("staff_code = 'A2' AND told_at IS NOT NULL")[0]["sample_code"]
    house.appeal(late, "24 09:00", "A2")
    house.results("24 09:30")
    story.tell("24 09:30")
    _month(house)
    story.tell("24 10:30")
    return story


def _month(house: QualityHouse) -> None:
    """A closed month as closing writes it: B1 without any score, A2 without spread, A3 with one item; other targets."""
    house.setting("attendance_target_pct", "91")
    house.setting("adherence_target_pct", "93")
    known = {"period": "2026-09", "is_final": True, "computed_at": at("24 10:00")}
    figures = [
        ("company", "company", 400, 60, 52, "91.25", "89.5", "93", "0.04"),
        ("community", "001", 300, 45, 42, "92", "90.1", "93.9", "0.03"),
        ("community", "002", 100, 15, 10, "88", "82", "94", "0.1"),
        ("team", "T1", 200, 30, 29, "93", "91", "95", "0.02"),
        ("team", "T9", 100, 15, 10, "88", "82", "94", "0.1"),
        ("staff", "A1", 100, 15, 15, "90.5", "87", "94", "0.05"),
        ("staff", "A2", 100, 15, 14, "100", "100", "100", "0"),
        ("staff", "A3", 100, 15, 1, "70", None, None, "0"),
        ("staff", "B1", 100, 15, 0, None, None, None, None),
    ]
    for kind, code, population, drawn, sampled, mean, low, high, rate in figures:
        row = {"scope_kind": kind, "scope_code": code, "population": population, "drawn": drawn, "sampled": sampled}
        row |= {"mean_score": mean, "low_95": low, "high_95": high, "critical_rate": rate}
        row |= {"verdict": "none", "is_small": sampled < 10, "covered_share": "1" if sampled else "0"}
        if rate is not None:
            row |= {"critical_low_95": "0", "critical_high_95": "0.2"}
        house.add("quality_results", row | known)
    weights = {"weights": {"quality": "50", "volume": "20", "attendance": "15", "adherence": "15"}}
    ranks = [("A1", "T1", 2, 1), ("A2", "T1", 1, 1), ("A3", "T2", None, None), ("B1", "T9", None, None)]
    for code, team, place, team_place in ranks:
        row = {"staff_code": code, "team_code": team, "place": place, "team_place": team_place}
        row |= {"total": None if place is None else 96 - place, "quality_points": None if code == "B1" else 90}
        row |= {"volume_points": 88, "attendance_points": 90, "adherence_points": None, "items": 100}
        row |= {"shifts_attended": 18, "shifts_due": 20, "shift_minutes": 0, "logged_in_minutes": 0}
        row |= {"unranked_reason": None if place else "too_few_scored", "explanation": weights}
        house.add("quality_rankings", row | {"period": "2026-09", "computed_at": at("24 10:00")})
    lots = [("A1", "reject", 3, "tightened"), ("A2", "accept", 0, "normal"), ("B1", "none", 0, "normal")]
    for code, verdict, bad, following in lots:
        row = {"staff_code": code, "lot_size": 100, "aql": 4, "inspection_level": "II", "inspection": "normal"}
        row |= {"code_letter": "F", "sample_size": 20, "acceptance_number": 2, "scored": 0 if code == "B1" else 20}
        row |= {"nonconforming": bad, "verdict": verdict, "switching_score": 0, "next_inspection": following}
        row |= {"explanation": {}, "is_final": True, "computed_at": at("24 10:00"), "period": "2026-09"}
        house.add("quality_lots", row)
    agreement = {"period": "2026-09", "pairs": 6, "both_conforming": 6, "computed_at": at("24 10:00")}
    house.add("quality_agreements", agreement)


def _workbook_text(content: bytes) -> str:
    book = load_workbook(BytesIO(content), read_only=True)
    return "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell)


def _file(mail: Mail, ending: str) -> bytes:
    (content,) = (content for name, content in mail.files.items() if name.endswith(ending))
    return content


# -- nothing twice, nothing beyond the scope --------------------------------------------------------------------------


def test_what_was_told_is_not_told_again(story: Story) -> None:
    assert story.again == {as_of: {} for as_of in story.told}
    assert all(counts["mails_written"] for counts in story.told.values())
    keys = Counter((mail.kind, mail.business_key, mail.recipient, mail.edition) for mail in story.mails())
    assert set(keys.values()) == {1}
    assert [mail.kind for mail in story.mails() if mail.edition > 1] == ["quality_worklist"]


def test_each_person_gets_one_mail_of_a_kind_and_run(story: Story) -> None:
    weeks = Counter((mail.recipient, mail.business_key.split("/")[0]) for mail in story.mails("quality_team_week"))
    assert set(weeks.values()) == {1}


def test_a_leader_reads_of_the_own_team_only(story: Story) -> None:
    theirs = {
        "L1": ("T1", {"T2", "T9", "A3", "B1", "梧桐里"}),
        "L2": ("T2", {"T1", "王晓", "A2", "A4", "B1", "梧桐里"}),
    }
    assert story.recipients("quality_team_week") >= set(theirs)
    for leader, (team, others) in theirs.items():
        for mail in story.mails("quality_team_week", leader):
            read = mail.shown + _workbook_text(_file(mail, ".xlsx"))
            assert team in read or "已抽样" in mail.subject
            assert not [word for word in others if word in read], (leader, mail.subject)
            assert "全公司" not in read
    assert {"梧桐里", "T2", "B1", "全公司"} <= set(_known(story.mails("quality_team_week", "S1")[1].shown))


def _known(text: str) -> list[str]:
    return [word for word in ("梧桐里", "T2", "B1", "全公司") if word in text]


def test_an_agent_reads_of_the_own_items_only(story: Story) -> None:
    samples = story.house.samples()
    assert len(story.recipients("quality_score_told")) > 2
    for mail in story.mails("quality_score_told"):
        agent = mail.business_key.split("/")[1]
        read = mail.shown + _workbook_text(_file(mail, ".xlsx"))
        assert any(each["sample_code"] in read for each in samples if each["staff_code"] == agent)
        assert not [each for each in samples if each["staff_code"] != agent and each["sample_code"] in read]
        assert not [code for code in ("R1", "R2", "R3") if code in mail.text], "who scored is not told"


def test_customers_are_masked_everywhere(story: Story) -> None:
    for mail in story.mails():
        books = [_workbook_text(content) for name, content in mail.files.items() if name.endswith(".xlsx")]
        pages = ["".join(texts_of(content)) for name, content in mail.files.items() if name.endswith(".pdf")]
        for read in (mail.shown, *books, *pages):
            assert "欧阳娜娜" not in read and PHONE not in read, mail.kind


# -- lists ------------------------------------------------------------------------------------------------------------


def test_each_reviewer_gets_a_workbook_and_pages_and_without_an_address_the_head_hands_them_over(story: Story) -> None:
    mails = {mail.business_key: mail for mail in story.mails("quality_worklist") if mail.edition == 1}
    assert set(mails) == {f"W2026-{week}/R{n}" for week in (46, 47) for n in (1, 2, 3)}
    for key, mail in mails.items():
        assert mail.recipient == ("S1" if key.endswith("R3") else key[-2:])
        assert [name.rpartition(".")[2] for name in mail.files] == ["xlsx", "pdf"]
    assert "请转交R3" in mails["W2026-46/R3"].subject and "2026年11月20日" in mails["W2026-46/R3"].subject


def test_a_changed_list_comes_anew_with_what_is_still_open(story: Story) -> None:
    first, second = story.mails("quality_worklist", "R2")[:2]
    assert (first.business_key, first.edition) == (second.business_key, second.edition - 1)
    assert "清单有变" in second.subject and "旧表作废" in second.text
    before, now = (_workbook_text(_file(mail, ".xlsx")) for mail in (first, second))
    scored = story.house.samples("reviewer = 'R2' AND scored_by = 'R2' AND draw_code = 'W2026-46'")
    assert scored and all(each["sample_code"] in before and each["sample_code"] not in now for each in scored)


def test_a_second_score_looks_like_a_first_one(story: Story) -> None:
    books = {mail.business_key: mail for mail in story.mails("quality_worklist") if mail.edition == 1}
    (double, *_others) = story.house.samples("second_reviewer IS NOT NULL AND draw_code = 'W2026-46'")
    for reviewer in (double["reviewer"], double["second_reviewer"]):
        mail = books[f"W2026-46/{reviewer}"]
        read = mail.text + _workbook_text(_file(mail, ".xlsx"))
        assert double["sample_code"] in read
        assert not [word for word in ("复评", "盲", "second", "随机", "风险", "random") if word in read]
    told = [mail for mail in story.mails() if mail.kind not in ("quality_note", "quality_worklist")]
    assert all("12.0" not in mail.text for mail in told), "the blind score is told to nobody but the head"
    assert any("互不知情" in mail.text for mail in story.mails("quality_note", "S1"))


# -- scores and appeals -----------------------------------------------------------------------------------------------


def test_an_agent_reads_what_was_failed_and_until_when_to_appeal(story: Story) -> None:
    mail = story.mail("quality_score_told", "A1")
    assert "answer：40.0 分" in mail.text and "138****5678" in mail.text and "致命差错" in mail.text
    assert "在 2026年11月23日 周一 结束前" in mail.text, "three working days after Wednesday"
    told = story.house.samples("staff_code = 'A1' AND draw_code = 'W2026-46'")
    assert {each["appeal_until"] for each in told} == {at("23 23:59:59")}
    handed_over = story.mail("quality_score_told", "L1")
    assert handed_over.business_key.endswith("/A4") and "没有邮箱" in handed_over.text


def test_of_an_agent_who_left_nobody_is_told_and_the_score_becomes_final(story: Story) -> None:
    theirs = story.house.samples("staff_code = 'A5'")
    assert theirs and {each["told_at"] for each in theirs} == {at("18 17:30")}
    assert not [mail for mail in story.mails("quality_score_told") if "A5" in mail.shown + mail.business_key]


def test_a_score_that_does_not_count_is_told_to_the_head_and_to_whose_it_is(story: Story) -> None:
    own, _reminder = (mail for mail in story.mails("quality_note") if mail.recipient != "S1")
    assert own.recipient in ("R1", "R2") and "未计入" in own.subject and "非指定人员评分" in own.text
    head = next(mail for mail in story.mails("quality_note", "S1") if "非指定人员评分" in mail.text)
    assert own.business_key == head.business_key and "2026-11-18 10:00" in head.text


def test_who_decides_an_appeal_is_reminded_of_what_is_missing(story: Story) -> None:
    _kept, reminder = (mail for mail in story.mails("quality_note") if mail.recipient != "S1")
    (review,) = (mail for mail in story.mails("quality_appeal") if mail.business_key.endswith("/review"))
    assert reminder.recipient == review.recipient and "1 件申诉等您处理" in reminder.subject
    assert "改判缺评分" in reminder.text and "请补交缺少的内容" in reminder.text


def test_an_appeal_is_told_at_every_step(story: Story) -> None:
    steps = {(mail.business_key.split("/")[1], mail.recipient): mail for mail in story.mails("quality_appeal")}
    (reviewer,) = (who for step, who in steps if step == "review")
    assert reviewer in ("R1", "R2")
    assert set(steps) == {("taken", "A1"), ("review", reviewer)} | {
        (step, who) for step, agent in (("decided", "A1"), ("refused", "A2")) for who in (agent, "L1")
    } | {("refused", "L2")}
    assert "只有本人和班长可以申诉" in steps["refused", "L2"].text
    assert "A2" not in steps["refused", "L2"].text and "100" not in steps["refused", "L2"].text, "nothing to a stranger"
    assert "录音听得清" in steps["review", reviewer].text and _file(steps["review", reviewer], ".xlsx")
    assert "原 65.0，现 92.0" in steps["decided", "L1"].text and "改判" in steps["decided", "A1"].text
    assert "申诉期限已过" in steps["refused", "A2"].text


@pytest.mark.rule("QC-06")
def test_an_error_goes_to_the_leader_of_the_team_with_what_to_write_back(story: Story) -> None:
    mail = story.mail("quality_correction")
    assert mail.recipient == "L1"
    assert "纠正" in mail.text and "预防" in mail.text and "answer" in mail.text and "GJ-Q-" in mail.text


# -- the week ---------------------------------------------------------------------------------------------------------


def _weeks(story: Story) -> dict[str, Mail]:
    return {mail.recipient: mail for mail in story.mails("quality_team_week") if "2026-W47" in mail.business_key}


@pytest.mark.rule("QC-01")
def test_small_numbers_missing_spread_and_missing_scores_are_said(story: Story) -> None:
    weeks = _weeks(story)
    assert "条全部已评，无抽样误差" in weeks["L1"].text and "得分相同" not in weeks["L1"].text, "A1's scores differ"
    assert "n/a（无评分）" in weeks["L2"].subject and "结果未知（n/a）" in weeks["L2"].text
    assert "0.0 %" not in weeks["L2"].text and "质检均分: 0" not in weeks["L2"].text, "n/a is never nought"
    assert "小样本" in weeks["L9"].text and "仅一条：无区间" in weeks["L9"].text
    assert "结果代表" in weeks["S1"].text, "a stratum without any score is left out, and that is said"


def test_a_draw_below_the_minimum_is_told_with_what_was_dropped(story: Story) -> None:
    (draw,) = story.house.table("quality_draws", "draw_code = 'W2026-47'")
    drawn, needed = draw["random_items"] + draw["minimum_items"], draw["minimum_needed"]
    assert drawn < needed
    for reader in ("L1", "L2", "L9", "S1"):
        assert (
            f"最低抽样共需 {needed} 条。实际随机抽出 {drawn} 条，未抽 {needed - drawn} 条" in _weeks(story)[reader].text
        )
    note = next(
        mail for mail in story.mails("quality_note", "S1") if "2026-W47" not in mail.subject and "未抽" in mail.text
    )
    assert f"未抽 {needed - drawn} 条：A" in note.text


@pytest.mark.rule("CASE-04")
def test_automatic_checks_are_told_by_agent_with_every_line_in_the_workbook(story: Story) -> None:
    mail = _weeks(story)["L1"]
    found = [each for each in story.house.table("quality_findings") if each["team_code"] == "T1"]
    this_week = [each for each in found if each["period"] == "2026-W47"]
    assert this_week and f"发现 {len(this_week)} 条" in mail.text and "必填项空白" in mail.text
    book = _workbook_text(_file(mail, ".xlsx"))
    assert all(each["subject_code"] in book for each in this_week)
    assert "计算说明" in load_workbook(BytesIO(_file(mail, ".xlsx"))).sheetnames[-1]


@pytest.mark.rule("QC-02")
def test_days_short_of_support_people_go_to_the_head(story: Story) -> None:
    mail = story.mail("quality_roster_warning")
    assert mail.recipient == "S1" and "11月25日" in mail.text and "不足" in mail.text and "已补足" in mail.text


# -- the month --------------------------------------------------------------------------------------------------------


@pytest.mark.rule("QC-05")
def test_the_general_manager_gets_the_supervision_report_with_pages_and_formulas(story: Story) -> None:
    mail = story.mail("quality_supervision")
    assert mail.recipient == "G1" and "2026年9月服务督导月报：质检均分 91.3" in mail.subject
    assert "κ n/a" in mail.text and "低于目标 91 %" in mail.text and "目标 93 %" in mail.text, "QC-04"
    assert "接收 1、不接收 1、不作判定 1" in mail.text and "Ac = 2" in mail.text
    pages = squeezed("".join(texts_of(_file(mail, ".pdf"))))
    assert "服务督导月报" in pages and "班组T9" in pages and "Satterthwaite" in pages
    book = load_workbook(BytesIO(_file(mail, ".xlsx")))
    assert book.sheetnames == ["班组", "客服", "批次判定", "排名", "整改", "计算说明"]
    cells = [[cell.value for cell in row] for row in book["客服"].iter_rows(min_row=2)]
    (unknown,) = (row for row in cells if "B1" in row)
    assert unknown.count("n/a") == 7 and 0 not in unknown[6:12], "not known is not nought"


@pytest.mark.rule("QC-01")
def test_managers_read_the_ranking_of_their_community(story: Story) -> None:
    assert story.recipients("quality_ranking") == {"M1", "M2", "CFO"}
    first, second = story.mail("quality_ranking", "M1"), story.mail("quality_ranking", "M2")
    for mail, theirs, others in ((first, "王晓", "B1"), (second, "B1", "王晓")):
        read = mail.text + _workbook_text(_file(mail, ".xlsx"))
        assert theirs in read and others not in read
    assert "1. A2" in first.text and "2. 王晓" in first.text and "遵时: n/a" in first.text
    assert "业务知识没有登记数据" in first.text and "评分条数不足" in second.text
    english = story.mail("quality_ranking", "CFO")
    assert english.subject == "Service ranking of September 2026: 2 agents ranked"
    assert "Knowledge is in no register" in english.text and "too few items scored" in english.text


def test_people_without_a_team_belong_to_the_leader_without_one() -> None:
    scope = Scope(teams=frozenset({("", "001")}))
    assert scope.sees(None, "001") and scope.sees("", "001")
    assert not scope.sees("T1", "001") and not scope.sees(None, "002") and not scope.sees(None, None)
    both = scope.joined(Scope(communities=frozenset({"002"})))
    assert both.sees(None, "001") and both.sees("T9", "002") and not both.sees("T1", "001")


def test_where_nobody_has_a_team_the_community_is_its_leader_s() -> None:
    def result(kind: str, code: str, team: str | None) -> SimpleNamespace:
        return SimpleNamespace(scope_kind=kind, scope_code=code, team_code=team, community_code="001")

    empty: dict[str, Any] = {name: [] for name in ("draws", "drawn", "findings", "corrections", "appeals")}
    leader = Scope(teams=frozenset({("", "001")}))
    for team, seen in ((None, ["001", "A1"]), ("T1", ["A1"])):
        rows = [result("company", "company", None), result("community", "001", None), result("staff", "A1", None)]
        rows.append(result("staff", "A2", team) if team else result("community", "002", None))
        report = in_scope(leader, empty | {"results": rows}, str, {})
        assert [row.scope_code for row in report.results] == seen


# -- delivery ---------------------------------------------------------------------------------------------------------


def test_every_mail_is_taken_by_a_real_server_once(story: Story) -> None:
    with sink(story.house.database.home) as found:
        first = deliver(engine("app"), found.server, SENDER, QUICK)
        second = deliver(engine("app"), found.server, SENDER, QUICK)
        kept = found.counts()
    assert (first.sent, second) == (len(story.mails()), DeliveryReport())
    assert kept == Counter(f"{mail.recipient.lower()}@example.com" for mail in story.mails())


# -- nobody served ----------------------------------------------------------------------------------------------------


def test_where_nobody_is_served_nobody_is_told(database: Database) -> None:
    house = quality_house(database, live_from="12-01")
    assert house.step("telling", "tell", "23 05:00") == {}
