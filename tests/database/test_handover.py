"""CASE-05: open cases survive a shift change: the next shift gets the open list, once, with what it needs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import insert, select, text, update

from guanjia.pipelines.overdue_escalations import hand_over, run_steps
from guanjia.settings import TIME_ZONE
from guanjia.store.runs import Run, open_run
from guanjia.store.tables import metadata
from tests.conftest import Database
from tests.database.escalation_house import at, build_house

pytestmark = pytest.mark.rule("CASE-05")
table = metadata.tables
FOUR = datetime(2026, 10, 20, 16, tzinfo=TIME_ZONE)
"""A Tuesday; the early shift ends, the late one begins."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class House:
    """A community, its people and cases."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.numbers = iter(range(1, 1000))
        with database.transaction() as tx:
            self.run = open_run(tx, "overdue_escalations", FOUR, started_at=FOUR)
        self.community("C1", "翠湖花园")

    def add(self, name: str, **values: Any) -> None:
        with self.database.transaction() as tx:
            tx.execute(insert(table[name]).values(**values))

    def community(self, code: str, name: str, *, is_served: bool = True) -> None:
        self.add("communities", community_code=code, community_name=name)
        if is_served:
            self.add(
                "served_communities",
                community_code=code,
                live_from=date(2026, 10, 1),
                working_calendar="office",
                policy_slot=0,
                run_id=self.run.run_id,
            )

    def person(self, code: str, *shifts: tuple[datetime, datetime], **values: Any) -> None:
        given = {
            "staff_name": f"李{code}",
            "role": "agent",
            "community_code": "C1",
            "email": f"{code.lower()}@example.com",
        }
        attendance = values.pop("attendance", None)
        self.add("staff", staff_code=code, **(given | values))
        for starts_at, ends_at in shifts:
            self.add(
                "roster",
                staff_code=code,
                shift_date=starts_at.astimezone(TIME_ZONE).date(),
                starts_at=starts_at,
                ends_at=ends_at,
                attendance=attendance,
            )

    def case(self, code: str, *, is_open: bool = True, **values: Any) -> None:
        given = {"community_code": "C1", "kind": "repair", "urgency": "ordinary", "opened_at": FOUR - 5 * HOUR}
        given |= values
        self.add("cases", case_code=code, **given)
        if is_open:
            community, opened = given["community_code"], given["opened_at"]
            self.add("open_cases", case_code=code, community_code=community, opened_at=opened)

    def deadline(self, case_code: str, due_at: datetime | None, milestone: str = "answer") -> None:
        self.add(
            "deadlines",
            case_code=case_code,
            milestone=milestone,
            occurrence=1,
            starts_at=FOUR - 5 * HOUR,
            due_at=due_at,
            provisional=False,
            state="running" if due_at else "paused",
            working_calendar="round_the_clock",
            paused_seconds=0,
            budget_seconds=3600,
            policy_code="ANSWER-REPAIR",
            policy_valid_from=date(2000, 1, 1),
            rule_id="ESC-03",
            calendar_version=1,
            run_id=self.run.run_id,
        )

    def hand_over(self, as_of: datetime = FOUR) -> dict[str, int]:
        with self.database.transaction() as tx:
            run: Run = open_run(tx, "overdue_escalations", as_of, started_at=as_of)
            return hand_over(tx, run, as_of)

    def rows(self, name: str, *columns: str) -> list[tuple[Any, ...]]:
        with self.database.transaction("read") as tx:
            found = tx.execute(select(*(table[name].c[column] for column in columns)).order_by(*columns))
            return [tuple(row) for row in found]

    def recipients(self) -> list[str]:
        return [row[0] for row in self.rows("messages", "recipient")]

    def text(self) -> str:
        return "\n".join(row[0] for row in self.rows("message_bodies", "text_body"))

    def sheet(self) -> list[list[str]]:
        [(content,)] = self.rows("message_files", "content")
        book = load_workbook(BytesIO(content))
        cells = list(book.worksheets[0].iter_rows())
        assert all(cell.data_type in ("s", "n") for row in cells for cell in row), "no formula"
        return [[str(cell.value or "") for cell in row] for row in cells]


@pytest.fixture
def house(database: Database) -> Iterator[House]:
    """An early and a late shift of agents, and nothing open."""
    made = House(database)
    made.person("E1", (FOUR - 8 * HOUR, FOUR))
    made.person("L1", (FOUR - HOUR / 2, FOUR + 8 * HOUR))
    made.person("L2", (FOUR - HOUR / 2, FOUR + 8 * HOUR))
    made.person("N1", (FOUR + 8 * HOUR, FOUR + 16 * HOUR))
    yield made


def test_each_member_of_the_next_shift_gets_the_open_list_once(house: House) -> None:
    house.case("A1")
    first, again, later = house.hand_over(), house.hand_over(), house.hand_over(FOUR + HOUR)
    assert first["shifts_handed_over"] == 1 and first["handover_mails"] == 2
    assert set(again.values()) == set(later.values()) == {0}
    assert house.recipients() == ["l1@example.com", "l2@example.com"]
    assert house.rows("shift_handovers", "community_code", "role", "ended_at", "open_cases", "recipients") == [
        ("C1", "agent", FOUR, 1, 2)
    ]


def test_nothing_is_handed_over_before_the_shift_ends(house: House) -> None:
    house.case("A1")
    assert house.hand_over(FOUR - timedelta(seconds=1))["shifts_handed_over"] == 0


def test_a_case_stands_in_the_first_section_that_fits(house: House) -> None:
    house.add("customers", customer_code="K1", customer_name="王小明", customer_type="owner", vip=True)
    house.case("EMERGENCY", urgency="emergency", customer_code="K1")
    house.case("VIP", customer_code="K1", announced_outage=True)
    house.case("LATE", announced_outage=True)
    house.case("RAISED")
    house.case("OUTAGE", announced_outage=True)
    house.case("OTHER")
    house.case("DONE", is_open=False)
    house.deadline("LATE", FOUR - timedelta(seconds=1))
    house.deadline("OTHER", FOUR)
    house.deadline("RAISED", None)
    house.add(
        "escalations",
        case_code="RAISED",
        milestone="answer",
        occurrence=1,
        level=1,
        role="agent",
        staff_code="E1",
        raised_at=FOUR - HOUR,
        found_by="roster",
        is_emergency=False,
        step_code="DUE-HANDLER",
        rule_id="ESC-09",
        run_id=house.run.run_id,
    )
    house.hand_over()
    heading, *rows = house.sheet()
    assert heading[:2] == ["清单类别", "工单"]
    assert [row[:2] for row in rows] == [
        ["突发事件", "EMERGENCY"],
        ["重点客户", "VIP"],
        ["待催办", "LATE"],
        ["待催办", "RAISED"],
        ["已公告故障", "OUTAGE"],
        ["其他未完成工单", "OTHER"],
    ]
    assert "6 项未完成" in house.text()


def test_a_row_says_who_when_what_state_handler_and_next_deadline_and_masks_the_customer(house: House) -> None:
    house.add("customers", customer_code="K1", customer_name="王小明", customer_type="owner", phone="13812341234")
    house.case("A1", customer_code="K1", description="水管漏水，电话13812341234", booked_at=FOUR + 3 * HOUR)
    house.add("case_events", case_code="A1", event_at=FOUR - 4 * HOUR, event="assigned", staff_code="E1")
    house.add("case_events", case_code="A1", event_at=FOUR + HOUR, event="resolved")
    house.deadline("A1", FOUR + 3 * HOUR, "arrival")
    house.deadline("A1", FOUR + 19 * HOUR)
    house.hand_over()
    text_body, [_, row] = house.text(), house.sheet()
    for part in ("A1", "翠湖花园", "王*", "10-20 11:00 受理", "水管漏水", "138****1234", "派单", "李E1", "预约到场"):
        assert part in text_body, part
    assert "10-20 19:00" in text_body and "剩余 3 小时" in text_body
    assert row[7:13] == ["2026-10-20 11:00", "派单", "2026-10-20 12:00", "李E1 E1", "预约到场", "2026-10-20 19:00"]
    for secret in ("王小明", "13812341234"):
        assert secret not in text_body and not any(secret in cell for cell in row)


def test_formulas_from_outside_stay_text_in_the_workbook(house: House) -> None:
    house.case("A1", description="=cmd|' /C calc'!A0")
    house.hand_over()
    assert house.sheet()[1][6] == "=cmd|' /C calc'!A0"


def test_the_mail_shows_the_top_rows_and_the_workbook_all(house: House) -> None:
    for number in range(40):
        house.case(f"A{number:02}")
        house.deadline(f"A{number:02}", FOUR + number * HOUR)
    house.hand_over()
    assert "A14" in house.text() and "A15" not in house.text()
    assert "另有 25 项" in house.text()
    assert len(house.sheet()) == 41


def test_without_an_open_case_it_is_recorded_and_nobody_gets_a_mail(house: House) -> None:
    assert house.hand_over()["shifts_handed_over"] == 1
    assert house.recipients() == []
    assert house.rows("shift_handovers", "open_cases", "recipients") == [(0, 0)]


def test_after_an_outage_only_the_latest_end_is_handed_over(house: House) -> None:
    house.case("A1")
    house.hand_over()
    for day in range(1, 4):
        house.person(f"D{day}", (FOUR + day * DAY - 8 * HOUR, FOUR + day * DAY))
    house.person("X1", (FOUR + 3 * DAY, FOUR + 3 * DAY + 8 * HOUR))
    counts = house.hand_over(FOUR + 3 * DAY + HOUR)
    assert counts["shifts_handed_over"] == 1
    assert house.recipients() == ["l1@example.com", "l2@example.com", "x1@example.com"]


def test_the_first_run_hands_over_nothing_older_than_a_day(house: House) -> None:
    house.case("A1")
    with house.database.transaction() as tx:
        tx.execute(text("DELETE FROM roster WHERE staff_code <> 'E1'"))
    assert house.hand_over(FOUR + DAY)["shifts_handed_over"] == 0
    assert house.hand_over(FOUR + DAY - timedelta(seconds=1))["shifts_handed_over"] == 1


def test_an_end_before_one_handed_over_comes_too_late(house: House) -> None:
    house.case("A1")
    house.hand_over()
    with house.database.transaction() as tx:
        tx.execute(update(table["roster"]).where(table["roster"].c.staff_code == "E1").values(ends_at=FOUR - HOUR / 4))
    assert house.hand_over(FOUR + HOUR)["shifts_handed_over"] == 0


def test_who_is_absent_on_leave_has_left_or_ends_too_takes_nothing_over(database: Database) -> None:
    house = House(database)
    house.case("A1")
    soon = (FOUR + HOUR, FOUR + 9 * HOUR)
    house.person("E1", (FOUR - 8 * HOUR, FOUR), soon)
    house.person("V1", soon, attendance="leave")
    house.person("V2", soon, attendance="absent")
    house.person("V3", soon, left_on=date(2026, 10, 19))
    house.person("V4", soon, role="technician")
    house.person("V5", soon, community_code=None)
    house.person("L1", (FOUR + 2 * HOUR, FOUR + 9 * HOUR), attendance="planned")
    assert house.hand_over()["handover_mails"] == 1
    assert house.recipients() == ["l1@example.com"]


def test_an_absent_person_ends_no_shift(database: Database) -> None:
    house = House(database)
    house.case("A1")
    house.person("E1", (FOUR - 8 * HOUR, FOUR), attendance="absent")
    assert house.hand_over()["shifts_handed_over"] == 0


def test_the_next_shift_starts_within_a_day_else_it_is_counted(database: Database) -> None:
    house = House(database)
    house.case("A1")
    house.person("E1", (FOUR - 8 * HOUR, FOUR))
    house.person("L1", (FOUR + DAY + timedelta(minutes=1), FOUR + DAY + 8 * HOUR))
    counts = house.hand_over()
    assert (counts["handover_mails"], counts["handover_without_next_shift"]) == (0, 1)


def test_a_person_without_an_address_is_counted(house: House) -> None:
    house.case("A1")
    with house.database.transaction() as tx:
        tx.execute(update(table["staff"]).where(table["staff"].c.staff_code == "L1").values(email=None))
    counts = house.hand_over()
    assert (counts["handover_mails"], counts["handover_without_address"]) == (1, 1)


def test_who_serves_all_gets_the_list_of_all_served_communities_and_others_only_their_own(house: House) -> None:
    house.community("C2", "云山小区")
    house.community("C3", "未上线", is_served=False)
    house.person("T1", (FOUR - 8 * HOUR, FOUR), role="team_leader", community_code=None)
    house.person("T2", (FOUR, FOUR + 8 * HOUR), role="team_leader", community_code=None)
    house.person("U1", (FOUR - 8 * HOUR, FOUR), community_code="C3")
    house.case("A1")
    house.case("A2", community_code="C2")
    house.case("A3", community_code="C3")
    house.hand_over()
    assert house.rows("shift_handovers", "community_code", "role", "open_cases", "recipients") == [
        ("C1", "agent", 1, 2),
        (None, "team_leader", 2, 1),
    ]
    assert "A3" not in house.text()
    with house.database.transaction("read") as tx:
        to_agent = tx.scalar(
            text(
                "SELECT b.text_body FROM messages AS m JOIN message_bodies AS b USING (body_digest) "
                "WHERE m.recipient = 'l1@example.com'"
            )
        )
    assert "A1" in to_agent and "A2" not in to_agent


def test_which_posts_hand_over_is_a_setting(house: House) -> None:
    house.case("A1")
    house.add("settings", setting="handover_roles", value="team_leader")
    assert house.hand_over()["shifts_handed_over"] == 0


def test_it_is_written_in_the_language_of_the_recipient(house: House) -> None:
    house.add("report_recipients", email="l1@example.com", report="escalation", scope="C1", language="en")
    house.case("A1")
    house.hand_over()
    subjects = [row[0] for row in house.rows("messages", "subject")]
    assert subjects == ["Shift handover 翠湖花园: 1 open case", "交班清单 翠湖花园：1 项未完成"]


def test_the_whole_run_hands_over_what_it_has_computed_and_again_changes_nothing(database: Database) -> None:
    house = build_house(database)
    for code, starts, ends in (("S2", "20 08:00", "20 16:00"), ("S7", "20 16:00", "21 00:00")):
        if code == "S7":
            house.add(
                "staff",
                staff_code=code,
                staff_name=code,
                role="team_leader",
                community_code="001",
                email="s7@example.com",
            )
        house.add("roster", staff_code=code, shift_date=at(starts).date(), starts_at=at(starts), ends_at=at(ends))
    house.case("LATE", "19 09:00")
    house.case("NEW", "20 15:00", "20 15:10 assigned S1")
    house.case("DONE", "20 14:00", "20 15:00 resolved")
    first, again = run_steps(at("20 16:00")), run_steps(at("20 16:00"))
    assert (first["shifts_handed_over"], first["cases_handed_over"], first["handover_mails"]) == (1, 2, 1)
    assert again["shifts_handed_over"] == 0
    [(body,)] = house.rows(
        "SELECT b.text_body FROM messages AS m JOIN message_bodies AS b USING (body_digest) "
        "WHERE m.kind = 'shift_handover'"
    )
    assert body.index("待催办 (1)") < body.index("LATE") < body.index("其他未完成工单 (1)") < body.index("NEW")
    assert "DONE" not in body
