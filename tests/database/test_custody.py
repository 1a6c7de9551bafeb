"""Things kept for others, evening by evening: what is due, whom it is told to, and what becomes of what comes in late."""

from __future__ import annotations

import pytest

from tests.conftest import Database
from tests.database.custody_house import CustodyHouse, custody_house


@pytest.fixture
def house(database: Database) -> CustodyHouse:
    return custody_house(database)


@pytest.mark.rule("CUST-01")
def test_a_valuable_nobody_claims_goes_the_whole_way(house: CustodyHouse) -> None:
    house.found("SY1", "18 12:00", "苹果手机一部，屏幕碎裂", valuable=True)
    assert house.evening("18 18:00") == {"found": 1, "to_administration": 1, "mails_written": 1}
    assert house.evening("19 18:00") == {}
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
    assert [(mail.kind, mail.recipient) for mail in house.mails()] == [
        ("custody_valuables", "M1"),
        ("custody_notice", "L1"),
        ("custody_notice", "L2"),
        ("custody_handover", "M1"),
        ("custody_handover", "L1"),
        ("custody_handover", "L2"),
        ("custody_disposal", "G1"),
    ]


@pytest.mark.rule("CUST-02")
def test_a_key_is_chased_every_evening_until_it_is_back(house: CustodyHouse) -> None:
    house.lend("YS1", "18 09:00")
    house.lend("YS2", "18 10:00", "L2", "002")
    house.lend("YS3", "18 18:30")
    assert house.evening("18 18:00") == {"keys": 2, "keys_told": 2, "mails_written": 3}
    house.give_back("YS2", "18 19:00")
    assert house.evening("19 18:00") == {"keys": 2, "keys_told": 2, "mails_written": 1}
    assert house.evening("19 18:00") == {}


@pytest.mark.rule("CUST-04")
def test_devices(house: CustodyHouse) -> None:
    house.shifts("A1", "17", "18")
    house.shifts("A2", "17", "18")
    house.check("A1", "17 09:02")
    house.check("A2", "17 09:02")
    house.check("A1", "18 09:02", "computer")
    assert house.evening("18 18:00") == {
        "abnormal": 1,
        "unchecked": 2,
        "abnormal_told": 1,
        "unchecked_told": 2,
        "mails_written": 2,
    }
    assert [(mail.kind, mail.recipient) for mail in house.mails()] == [
        ("custody_devices", "D1"),
        ("custody_unchecked", "L2"),
    ]
    for mail in house.mails():
        print(mail.text)
