"""Parking and rent contracts about to end: the customer and the centre are told, once per contract, end and step."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.conftest import Database
from tests.database.collection_house import CollectionHouse, collection_house, day

pytestmark = pytest.mark.rule("BILL-08")


@pytest.fixture
def house(database: Database) -> CollectionHouse:
    return collection_house(database)


def _contract(
    house: CollectionHouse,
    code: str,
    end: str | None,
    *,
    start: str = "2026-01-01",
    kind: str = "parking",
    unit: str = "101",
    customer: str = "A",
) -> None:
    house.add(
        "contracts",
        contract_code=code,
        community_code="001",
        unit_code=unit,
        customer_code=customer,
        charge_kind=kind,
        amount_month=Decimal("280.00"),
        start_date=day(start),
        end_date=None if end is None else day(end),
    )


def _reminded(house: CollectionHouse) -> list[tuple[str, int]]:
    found = house.rows("SELECT contract_code, days_before FROM contract_reminders ORDER BY reminded_at, 1, 2")
    return [(code, days) for code, days in found]


@pytest.mark.parametrize(
    ("end", "steps"), [("11-12", []), ("11-11", [30]), ("10-20", [30]), ("10-19", [7]), ("10-12", [7]), ("10-11", [])]
)
def test_the_nearest_step_that_is_due_is_reminded_of(house: CollectionHouse, end: str, steps: list[int]) -> None:
    _contract(house, "P1", end)
    house.run("10-12")
    assert [days for _code, days in _reminded(house)] == steps


def test_each_step_once_and_again_changes_nothing(house: CollectionHouse) -> None:
    _contract(house, "P1", "11-11")
    for on in ("10-12", "10-12", "10-19", "10-26", "11-02", "11-09", "11-09", "11-16"):
        house.run(on)
    assert _reminded(house) == [("P1", 30), ("P1", 7)]
    assert [mail.recipient for mail in house.mails("contract_reminder")] == ["a@example.com"] * 2


def test_after_an_outage_only_the_latest_step_is_said(house: CollectionHouse) -> None:
    _contract(house, "P1", "11-11")
    house.run("11-09")
    assert _reminded(house) == [("P1", 7)]


@pytest.mark.parametrize("kind", ["parking", "rent"])
def test_the_customer_reads_when_it_ends_and_what_to_do(house: CollectionHouse, kind: str) -> None:
    _contract(house, "P1", "11-11", kind=kind)
    house.run("10-12")
    mail = house.mail("contract_reminder")
    assert ("车位" if kind == "parking" else "租赁") in mail.subject and "2026年11月11日" in mail.subject
    assert "30 天" in mail.text and "2026年11月12日" in mail.text and "¥280.00" in mail.text


@pytest.mark.parametrize(
    ("start", "count"), [("11-12", 0), ("11-13", 1), ("11-11", 1)], ids=["next day", "a gap", "another contract"]
)
def test_a_renewal_that_starts_the_day_after_means_no_reminder(house: CollectionHouse, start: str, count: int) -> None:
    _contract(house, "P1", "11-11")
    _contract(house, "P2", "2027-11-11", start=start)
    house.run("10-12")
    assert len(_reminded(house)) == count


def test_a_contract_of_another_kind_is_no_renewal(house: CollectionHouse) -> None:
    _contract(house, "P1", "11-11")
    _contract(house, "R1", "2027-11-11", start="11-12", kind="rent")
    house.run("10-12")
    assert _reminded(house) == [("P1", 30)]


def test_one_renewal_for_two_contracts_reminds_of_both(house: CollectionHouse) -> None:
    """Which of the two spaces was renewed cannot be told: better one reminder too many than a lost space."""
    _contract(house, "P1", "11-11")
    _contract(house, "P2", "11-11")
    _contract(house, "P3", "2027-11-11", start="11-12")
    house.run("10-12")
    assert _reminded(house) == [("P1", 30), ("P2", 30)]


@pytest.mark.parametrize("kind", ["deposit", "agency_deposit"])
def test_deposits_are_not_reminded_of(house: CollectionHouse, kind: str) -> None:
    _contract(house, "P1", "11-11", kind=kind)
    house.run("10-12")
    assert _reminded(house) == []


def test_contracts_without_an_end_or_not_begun_are_not_reminded_of(house: CollectionHouse) -> None:
    _contract(house, "P1", None)
    _contract(house, "P2", "11-01", start="10-20")
    house.run("10-12")
    assert _reminded(house) == []


def test_the_centre_gets_the_list_with_masked_names_and_who_must_be_called(house: CollectionHouse) -> None:
    house.customer("C", None)
    _contract(house, "P1", "11-11")
    _contract(house, "P2", "11-10", unit="102", customer="C")
    house.run("10-12")
    mail = house.mail("contract_list")
    assert mail.recipient == "m1@example.com" and "2 份合同即将到期" in mail.subject
    assert "P1" in mail.text and "P2" in mail.text and "未告知：无邮箱" in mail.text and "请电话告知" in mail.text
    assert "王*" in mail.text and "王A" not in mail.text and "王C" not in mail.text
    assert len(house.mails("contract_reminder")) == 1


def test_a_contract_nobody_can_be_told_of_comes_up_again(house: CollectionHouse) -> None:
    house.execute("UPDATE staff SET email = NULL")
    house.execute("UPDATE customers SET email = NULL")
    _contract(house, "P1", "11-11")
    house.run("10-12")
    assert _reminded(house) == []
    house.execute("UPDATE staff SET email = 'm1@example.com'")
    house.run("10-19")
    assert _reminded(house) == [("P1", 30)]


def test_the_days_are_a_setting(house: CollectionHouse) -> None:
    house.set("contract_reminder_days", "60")
    _contract(house, "P1", "12-11")
    house.run("10-12")
    assert _reminded(house) == [("P1", 60)]


def test_english_customers_read_english(house: CollectionHouse) -> None:
    house.change("customers", preferred_language="en")
    _contract(house, "P1", "11-11")
    house.run("10-12")
    assert "Your parking contract ends on 11 Nov 2026" in house.mail("contract_reminder").subject
