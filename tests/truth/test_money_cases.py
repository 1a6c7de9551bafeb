"""Cases about money from outside, through the product's own statements."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from guanjia.settings import TIME_ZONE
from tests.conftest import SHARED, Database
from tests.database.billing_house import billing_house

PATH = SHARED / "truth" / "money_cases.json"
CASES: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8")) if PATH.exists() else {}

needs_truth = pytest.mark.skipif(not CASES, reason="the cases from outside are not beside this checkout")


def _months(first: date, last: date) -> Iterator[str]:
    day = first.replace(day=1)
    while day <= last:
        yield f"{day:%Y-%m}"
        day = (day + timedelta(days=31)).replace(day=1)


@needs_truth
@pytest.mark.rule("BILL-02")
def test_amounts_are_rounded_once_half_up(database: Database) -> None:
    house = billing_house(database)
    expected = {}
    uses = ("residential", "shop", "office", "parking", "storage", "basement")
    for number, case in enumerate(CASES["rounding"]):
        community = f"R{number // len(uses)}"
        use = uses[number % len(uses)]
        if use == uses[0]:
            house.add("communities", community_code=community, community_name=community, developer_code="DEV")
            house.add("buildings", community_code=community, building_code="01")
            house.add("settings", setting="live_from", community_code=community, value="2026-09-01")
        house.tariff(f"T{number}", case["price"], community_code=community, unit_use=use)
        house.unit(f"U{number}", case["area"], handover=None, community_code=community, unit_use=use)
        expected[community, f"U{number}"] = Decimal(case["half_up"])
    with database.transaction() as tx:
        from sqlalchemy import text

        from guanjia.pipelines.fee_billing.due import CommunityMonth, compute_due

        months = [CommunityMonth(community, "2026-10") for community in sorted({key[0] for key in expected})]
        compute_due(tx, months, datetime(2026, 11, 5, tzinfo=TIME_ZONE))
        rows = tx.execute(text("SELECT community_code, unit_code, amount FROM due_lines")).all()
    assert {(row.community_code, row.unit_code): row.amount for row in rows} == expected


@needs_truth
@pytest.mark.rule("BILL-02")
@pytest.mark.parametrize("case", CASES.get("proration", []), ids=lambda case: f"{case['start']}:{case['monthly']}")
@pytest.mark.parametrize("by", ["contract", "registration", "tariff"])
def test_part_months_go_by_days_of_the_calendar_month(database: Database, case: dict[str, Any], by: str) -> None:
    """By the days of a contract, of a unit's presence, and at a payer's share of a flat fee."""
    first, last = date.fromisoformat(case["start"]), date.fromisoformat(case["end_inclusive"])
    house = billing_house(database, live_from="2024-01-01")
    house.unit("0101")
    if by == "contract":
        house.contract("K", "0101", "A", first.isoformat(), last.isoformat(), amount_month=Decimal(case["monthly"]))
    elif by == "registration":
        house.add("settings", setting="vacancy_factor", community_code=None, value="0")
        house.tariff("T", case["monthly"], basis="fixed_month")
        house.payer("0101", "A")
        house.registration("V1", "0101", "2023-12-01", (first - timedelta(days=1)).isoformat())
        house.registration("V2", "0101", (last + timedelta(days=1)).isoformat(), "2027-12-31")
    else:
        house.tariff("T", case["monthly"], basis="fixed_month")
        house.payer("0101", "B", end=(first - timedelta(days=1)).isoformat())
        house.payer("0101", "A", first.isoformat(), last.isoformat())
        house.payer("0101", "C", (last + timedelta(days=1)).isoformat())
    periods = list(_months(first, last))
    due = house.due(*periods, as_of=datetime(2026, 12, 5, tzinfo=TIME_ZONE))
    billed = {key[3]: amount for key, amount in due.lines.items() if key[4] == "A"}
    assert [billed[period] for period in periods] == [Decimal(amount) for amount in case["by_month"]]


@needs_truth
@pytest.mark.rule("BILL-03")
@pytest.mark.parametrize("case", CASES.get("apportionment", []), ids=lambda case: case["total"])
def test_shares_of_payers_add_up_with_ties_to_the_earlier(database: Database, case: dict[str, Any]) -> None:
    """The split over payers is a largest remainder: payers with the same days, in the order given."""
    if len(set(case["areas"])) != 1:
        pytest.skip("payers' weights are days; other weights are proven with the apportionment of pools")
    house = billing_house(database)
    shares = len(case["areas"])
    house.unit("0101")
    # Six or nine days of the month before the last have gone by: as many days as payers can share evenly.
    house.tariff("T", "0", valid_to="2026-08-31")
    month_days = 30
    days_each = month_days // shares
    start = date(2026, 9, 1)
    total = Decimal(case["total"])
    charged = days_each * shares
    live = date(2026, 9, 30) - timedelta(days=charged - 1)
    with database.transaction() as tx:
        from sqlalchemy import text

        tx.execute(text("UPDATE settings SET value = :day WHERE setting = 'live_from'"), {"day": live.isoformat()})
    rate = total * month_days / charged
    house.tariff("T2", str(rate), basis="fixed_month", valid_from="2026-09-01")
    start = live
    for number in range(shares):
        house.customer(f"P{number}")
        house.payer(
            "0101",
            f"P{number}",
            (start + timedelta(days=number * days_each)).isoformat(),
            (start + timedelta(days=(number + 1) * days_each - 1)).isoformat(),
        )
    due = house.due("2026-09")
    found = {key[4]: amount for key, amount in due.lines.items()}
    assert [found.get(f"P{number}", Decimal(0)) for number in range(shares)] == [
        Decimal(share) for share in case["largest_remainder"]
    ]
