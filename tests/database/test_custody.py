"""Things kept for others, evening by evening: what is due, when it is told, and what becomes of what comes in late."""

from __future__ import annotations

import pytest

from guanjia.cli.explain import find_kind
from guanjia.pipelines.custody.explaining import explain_item, explain_loan
from tests.conftest import Database
from tests.database.custody_house import CustodyHouse, at, custody_house


@pytest.fixture
def house(database: Database) -> CustodyHouse:
    return custody_house(database)


def _explained(house: CustodyHouse, code: str, as_of: str, language: str = "en") -> list[str]:
    explain = explain_loan if code.startswith("YS") else explain_item
    with house.database.transaction("read") as tx:
        return explain(tx, code, at(as_of), language)


@pytest.mark.rule("CUST-01")
def test_a_valuable_nobody_claims_goes_the_whole_way(house: CustodyHouse) -> None:
    house.found("SY1", "18 12:00", "苹果手机一部，屏幕碎裂", valuable=True)
    assert house.evening("18 17:59") == {}
    assert house.evening("18 18:00") == {"found": 1, "to_administration": 1, "mails_written": 1}
    assert house.evening("18 18:00") == {}
    assert _explained(house, "SY1", "18 18:00")[-1] == (
        "Unclaimed. Next: notice put up, from the evening of Fri 20 Nov 2026 (posted on the first posting day, for 7 "
        "days)."
    )
    assert house.evening("20 18:00") == {"found": 1, "posted": 1, "mails_written": 2}
    assert house.evening("29 18:00") == {}
    assert house.evening("30 18:00") == {"found": 1, "handed_over": 1, "mails_written": 3}
    assert house.evening("2027-02-17 18:00") == {}
    assert house.evening("2027-02-18 18:00") == {"found": 1, "disposal": 1, "mails_written": 1}
    assert house.evening("2027-06-30 18:00") == {}
    assert house.steps("SY1") == [
        ("to_administration", "2026-11-18", "V2026-11-18"),
        ("posted", "2026-11-20", "F2026-11-20"),
        ("handed_over", "2026-11-30", "H2026-11-30"),
        ("disposal", "2027-02-18", "D2027-02-18"),
    ]
    assert [(mail.kind, mail.recipient, mail.business_key) for mail in house.mails()] == [
        ("custody_valuables", "M1", "V2026-11-18"),
        ("custody_notice", "L1", "F2026-11-20"),
        ("custody_notice", "L2", "F2026-11-20"),
        ("custody_handover", "M1", "H2026-11-30"),
        ("custody_handover", "L1", "H2026-11-30"),
        ("custody_handover", "L2", "H2026-11-30"),
        ("custody_disposal", "G1", "D2027-02-18"),
    ]
    told = _explained(house, "SY1", "2027-06-30 18:00", "zh")
    assert told[0] == "SY1：苹果手机一部，屏幕碎裂，2026年11月18日 周三 12:00 拾得（大堂）。"
    assert "清单 F2026-11-20，邮件 2 封" in told[2] and "公告张贴至 2026年11月27日 周五。" in told[2]
    assert told[-1].startswith("无人认领。系统不再自动处理")
    assert len(_explained(house, "SY1", "21 10:00")) == 4  # what was told later is not seen
    with house.database.transaction("read") as tx:
        assert find_kind(tx, "SY1").explain(tx, "SY1", at("2027-06-30 18:00"), "zh") == told
    assert "not visible yet" in _explained(house, "SY1", "18 11:00")[0]


@pytest.mark.rule("CUST-01")
def test_what_is_claimed_is_nobodys_business_any_more(house: CustodyHouse) -> None:
    house.found("SY1", "18 09:00", valuable=True)
    house.found("SY2", "18 10:00", valuable=True)
    house.found("SY3", "18 11:00", valuable=True)
    house.claim("SY1", "18 17:00")
    assert house.plan("18 18:00") == {"found": 2}
    house.claim("SY2", "18 17:50")  # comes in between planning and telling
    assert house.tell("18 18:00") == {"to_administration": 1, "mails_written": 1}
    assert house.evening("19 18:00") == {"cancelled": 1}
    assert house.steps("SY1") == []
    assert house.steps("SY2") == [("to_administration", "2026-11-18", "cancelled")]
    assert "cancelled on Thu 19 Nov 2026" in _explained(house, "SY2", "19 18:00")[1]
    assert _explained(house, "SY2", "19 18:00")[-1] == (
        "Handed out at Wed 18 Nov 2026 17:50 to 王*: nothing more is due."
    )
    house.execute("UPDATE found_property SET claimed_by = NULL WHERE item_code = 'SY2'")
    assert "does not say to whom" in _explained(house, "SY2", "19 18:00")[-1]
    house.claim("SY2", None)  # it was another thing
    assert house.evening("19 19:00") == {"found": 1, "to_administration": 1, "mails_written": 1}
    house.claim("SY3", "20 09:00")
    assert house.evening("20 18:00") == {"found": 1, "posted": 1, "mails_written": 2}
    house.execute("UPDATE found_property SET valuable = FALSE WHERE item_code = 'SY2'")
    assert house.evening("21 18:00") == {}  # what was told stays told


@pytest.mark.rule("CUST-01")
def test_what_nobody_was_told_of_waits_and_its_notice_hangs_from_then_on(database: Database) -> None:
    house = custody_house(database, people=False)
    house.found("SY1", "18 09:00", valuable=True)
    house.lend("YS1", "18 09:00")
    assert house.evening("20 18:00") == {"found": 2, "keys": 1}
    assert house.evening("21 18:00") == {"keys": 1}
    assert "nobody was told yet" in _explained(house, "SY1", "21 18:00")[1]
    house.staff("D1", "department_head")
    assert house.evening("27 18:00") == {
        "keys": 1,
        "to_administration": 1,
        "posted": 1,
        "keys_told": 1,
        "mails_written": 3,
    }
    assert [(mail.kind, mail.recipient) for mail in house.mails()] == [
        ("custody_valuables", "D1"),
        ("custody_notice", "D1"),
        ("custody_keys", "D1"),
    ]
    assert house.rows("SELECT until FROM custody_steps WHERE step = 'posted'")[0][0].isoformat() == "2026-12-04"
    assert {code for _step, _day, code in house.steps("YS1")} == {"K2026-11-27"}
    assert house.evening("30 18:00") == {"keys": 1, "keys_told": 1, "mails_written": 1}
    assert house.evening("12-31 18:00")["handed_over"] == 1


@pytest.mark.rule("CUST-01")
def test_three_weeks_of_outage_leave_nothing_out_and_say_nothing_twice(house: CustodyHouse) -> None:
    for day in range(2, 21):
        house.found(f"SY{day}", f"{day:02} 12:00", valuable=day % 5 == 0)
        house.lend(f"YS{day}", f"{day:02} 10:00")
        if day % 2:
            house.give_back(f"YS{day}", f"{day:02} 17:00")
    assert house.evening("21 09:30") == {
        "found": 4 + 19,
        "keys": 10,
        "to_administration": 4,
        "posted": 19,
        "keys_told": 10,
        "mails_written": 1 + 2 + 1,
    }
    assert house.evening("21 09:30") == {}
    assert house.rows("SELECT DISTINCT due_on FROM custody_steps WHERE step = 'key_chased'")[0][0].day == 20
    assert house.rows("SELECT DISTINCT list_code FROM custody_steps WHERE step = 'posted'") == [("F2026-11-21",)]


@pytest.mark.rule("CUST-01")
def test_what_comes_in_late_goes_on_a_list_of_its_own(house: CustodyHouse) -> None:
    house.found("SY1", "18 09:00")
    assert house.evening("20 18:00")["posted"] == 1
    house.found("SY2", "18 10:00")
    house.found("SY3", "20 18:30")
    assert house.evening("20 18:00") == {"found": 1, "posted": 1, "mails_written": 2}
    assert house.steps("SY2") == [("posted", "2026-11-20", "F2026-11-20-2")]
    assert house.evening("26 18:00") == {}
    assert house.evening("27 18:00")["posted"] == 1
    assert house.steps("SY3") == [("posted", "2026-11-27", "F2026-11-27")]
    assert house.evening("20 18:00") == {}  # time does not run backwards


@pytest.mark.rule("CUST-01", "CUST-02", "CUST-04")
def test_nothing_from_before_the_house_was_served_is_touched(house: CustodyHouse) -> None:
    house.setting("live_from", "2026-11-18", "001")
    house.setting("live_from", "2026-11-20", "002")
    house.community("003", live_from=None)
    for day in ("17", "18", "20"):
        house.found(f"SY{day}", f"{day} 12:00")
        house.shifts("A1", day)
        house.shifts("A2", day)
        house.check("A1", f"{day} 09:00", "phone")
        house.check("A2", f"{day} 09:00", "phone")
        for community in ("001", "002", "003", None):
            house.lend(f"YS{community}-{day}", f"{day} 10:00", community=community)
    assert house.evening("17 18:00") == {}
    house.evening("20 18:00")
    told = house.rows("SELECT step, subject FROM custody_steps ORDER BY step, subject")
    assert told == [
        ("device_abnormal", "A1 2026-11-18 09:00:00 phone"),
        ("device_abnormal", "A1 2026-11-20 09:00:00 phone"),
        ("device_abnormal", "A2 2026-11-20 09:00:00 phone"),
        ("key_chased", "YS001-18"),
        ("key_chased", "YS001-20"),
        ("key_chased", "YS002-20"),
        ("key_chased", "YSNone-18"),
        ("key_chased", "YSNone-20"),
        ("posted", "SY18"),
        ("posted", "SY20"),
    ]
    assert _explained(house, "SY17", "20 18:00")[-1].startswith("It was found before the first community was served")
    assert _explained(house, "YS003-20", "20 18:00")[-1].startswith("It is left alone")


@pytest.mark.rule("CUST-02")
def test_a_key_is_chased_every_evening_until_it_is_back(house: CustodyHouse) -> None:
    house.lend("YS1", "18 09:00")
    house.lend("YS2", "18 10:00", "L2", "002")
    house.lend("YS3", "18 18:30")
    house.lend("YS4", "18 11:00", "陆飞", None)
    assert house.evening("18 18:00") == {"keys": 3, "keys_told": 3, "mails_written": 4}
    house.give_back("YS2", "18 19:00")
    house.give_back("YS4", "18 17:00")  # entered late: what was told stays told
    assert house.plan("19 18:00") == {"keys": 2}
    house.give_back("YS3", "19 17:30")
    assert house.tell("19 18:00") == {"keys_told": 1, "mails_written": 1}
    assert house.evening("20 18:00") == {"cancelled": 1, "keys": 1, "keys_told": 1, "mails_written": 1}
    assert house.steps("YS1") == [
        ("key_chased", "2026-11-18", "K2026-11-18"),
        ("key_chased", "2026-11-19", "K2026-11-19"),
        ("key_chased", "2026-11-20", "K2026-11-20"),
    ]
    assert house.steps("YS3") == [("key_chased", "2026-11-19", "cancelled")]
    assert [(mail.kind, mail.recipient) for mail in house.mails()][:4] == [
        ("custody_keys", "L1"),
        ("custody_keys", "L2"),
        ("custody_keys", "G1"),  # a key of no community: nobody's in the communities
        ("custody_borrowed", "L2"),
    ]
    assert _explained(house, "YS1", "20 18:00")[0] == (
        "YS1: key of Garden 001 0101, lent to 陆* at Wed 18 Nov 2026 09:00; it is to be back the same day (CUST-02)."
    )
    assert "Still out (2 days)" in _explained(house, "YS1", "20 18:00")[-1]
    assert "Back at" in _explained(house, "YS2", "20 18:00")[-1]
    assert len(_explained(house, "YS1", "19 18:00")) == 4


@pytest.mark.rule("CUST-04")
def test_devices_out_of_order_go_to_it_and_unchecked_ones_to_the_leader(house: CustodyHouse) -> None:
    house.shifts("A1", "16", "17", "18")
    house.shifts("A2", "16", "17", "18")
    house.check("A1", "16 09:02")
    house.check("A2", "16 09:02")
    house.check("A1", "17 09:02", "computer", only=("computer",))
    assert house.plan("17 18:00") == {"abnormal": 1, "unchecked": 3}
    house.check("A2", "17 09:05", only=("phone",))  # comes in before anybody was told
    assert house.plan("17 18:10") == {"cancelled": 1}
    house.execute("UPDATE device_checks SET normal = TRUE WHERE device = 'computer'")
    assert house.plan("17 18:20") == {"cancelled": 1}
    house.execute(
        "UPDATE device_checks SET normal = FALSE WHERE device = 'computer' AND staff_code = 'A1'"
        " AND checked_at > '2026-11-17'"
    )
    assert house.evening("17 18:30") == {
        "abnormal": 1,
        "abnormal_told": 1,
        "unchecked_told": 2,
        "mails_written": 3,
    }
    assert [(mail.kind, mail.recipient) for mail in house.mails()] == [
        ("custody_devices", "D1"),
        ("custody_unchecked", "L1"),
        ("custody_unchecked", "L2"),
    ]
    assert house.evening("18 18:00") == {}  # the register has not come so far yet
    house.setting("custody_it_email", "it@example.com")
    house.check("A2", "18 09:00", "phone")
    assert house.evening("18 18:00") == {
        "abnormal": 1,
        "unchecked": 2,
        "abnormal_told": 1,
        "unchecked_told": 2,
        "mails_written": 2,
    }
    assert house.mails("custody_devices")[-1].recipient == "IT"


@pytest.mark.rule("CUST-04")
def test_it_is_not_told_of_what_was_out_of_order_long_before_the_first_run(house: CustodyHouse) -> None:
    house.check("A1", "03 09:00", "phone")
    house.check("A1", "12-03 09:00", "phone")
    assert house.evening("12-05 18:00") == {"abnormal": 1, "abnormal_told": 1, "mails_written": 1}
    house.check("A1", "02 09:00", "phone")
    house.check("A1", "04 09:00", "phone")  # 31 days before the last run: a register that came in late
    assert house.evening("2027-02-20 18:00") == {"abnormal": 1, "abnormal_told": 1, "mails_written": 1}


@pytest.mark.rule("CUST-04")
def test_days_without_anybody_or_without_a_register_are_not_held_against_a_place(house: CustodyHouse) -> None:
    house.shifts("A1", "16", "17", "18", "19", "20")
    assert house.evening("20 18:00") == {}  # nobody keeps the register
    house.shifts("A2", "16")
    house.shifts("A2", "17", attendance="leave")
    house.shifts("A2", "18", hours="20:00-23:00")
    house.check("A2", "16 09:02")
    assert house.evening("20 18:00") == {"unchecked": 2, "unchecked_told": 2, "mails_written": 1}
    found = house.rows("SELECT subject, due_on FROM custody_steps ORDER BY due_on")
    # 001 never checks anything: the 16th by the register of 002, the 17th because three days have passed
    assert [(subject, day.day) for subject, day in found] == [("001 -", 16), ("001 -", 17)]
