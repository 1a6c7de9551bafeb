"""Shared meters through billing runs: cases and releases, shares that hold once posted, editions, reversals."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from guanjia.domain.errors import UsageError
from guanjia.pipelines.fee_billing import pools
from guanjia.store.runs import open_run
from tests.conftest import Database
from tests.database.billing_house import AS_OF, COMMUNITY, DEVELOPER, BillingHouse, billing_house
from tests.support.billing_runs import bill, decide, draft, lines_of, post, posted

pytestmark = pytest.mark.rule("BILL-03")
NOVEMBER = AS_OF + timedelta(days=30)


@pytest.fixture
def house(database: Database) -> BillingHouse:
    """Three flats of 10 m² with a shared meter: 30 kWh at 1.00 in September and in October."""
    house = billing_house(database)
    house.tariff("P", "0")
    for unit in ("0101", "0102", "0103"):
        house.unit(unit, "10", handover=None)
    house.tariff("SE", "1", charge_kind="shared_electricity", basis="consumption")
    house.meter("GT", building_code="01")
    house.read("GT", ("08-31", "60"), ("09-30", "90"), ("10-31", "120"))
    return house


def _post(house: BillingHouse, period: str, as_of: Any = AS_OF) -> dict[Any, Decimal]:
    """Draft and post a month with its pools; the lines by unit and month."""
    draft(house, period, as_of=as_of)
    decide(house, "approved")
    with house.database.transaction() as tx:
        codes = list(tx.scalars(text("SELECT run_code FROM billing_runs WHERE state = 'approved'")))
        for code in codes:
            pools.mark_posted(tx, code)
    found: dict[Any, Decimal] = {}
    for code in post(house, as_of):
        found |= {(key[0], key[3]): amount for key, amount in lines_of(house, code).items()}
    return found


def _rows(house: BillingHouse, statement: str) -> list[tuple[Any, ...]]:
    with house.database.transaction() as tx:
        return [tuple(row) for row in tx.execute(text(statement))]


def _set(house: BillingHouse, statement: str) -> None:
    with house.database.transaction() as tx:
        tx.execute(text(statement))


def test_posted_shares_are_kept_though_areas_change_until_the_cost_does(house: BillingHouse) -> None:
    assert _post(house, "2026-09") == {(unit, "2026-09"): Decimal(10) for unit in ("0101", "0102", "0103")}
    assert _rows(house, "SELECT edition, unit_code, weight, share FROM pool_shares ORDER BY 2") == [
        (1, unit, 10, Decimal("10.00")) for unit in ("0101", "0102", "0103")
    ]
    house.version("0101", "2020-01-01", area="20")
    assert _post(house, "2026-10") == {
        ("0101", "2026-10"): Decimal("15.00"),
        ("0102", "2026-10"): Decimal("7.50"),
        ("0103", "2026-10"): Decimal("7.50"),
    }, "September stays as it was split"
    _set(house, "UPDATE meter_readings SET reading = 100 WHERE read_on = '2026-09-30'")
    assert _post(house, "2026-10", NOVEMBER) == {
        ("0101", "2026-09"): Decimal("10.00"),
        ("0102", "2026-10"): Decimal("-2.50"),
        ("0103", "2026-10"): Decimal("-2.50"),
        ("0101", "2026-10"): Decimal("-5.00"),
    }
    assert _rows(house, "SELECT period, edition, cost, run_code IS NOT NULL FROM utility_pools ORDER BY 1") == [
        ("2026-09", 2, Decimal("40.00"), True),
        ("2026-10", 2, Decimal("20.00"), True),
    ]
    totals = "SELECT period, edition, sum(share) FROM pool_shares GROUP BY 1, 2 ORDER BY 1, 2"
    assert _rows(house, totals) == [
        ("2026-09", 1, Decimal("30.00")),
        ("2026-09", 2, Decimal("40.00")),
        ("2026-10", 1, Decimal("30.00")),
        ("2026-10", 2, Decimal("20.00")),
    ]
    assert _post(house, "2026-10", NOVEMBER) == {}, "again changes nothing"


def test_an_abnormal_meter_opens_one_case_and_is_billed_once_released(house: BillingHouse) -> None:
    house.read("GT", ("06-30", "0"), ("07-31", "30"))
    _set(house, "UPDATE meter_readings SET reading = 1090 WHERE read_on = '2026-10-31'")
    assert len(_post(house, "2026-09")) == 3
    draft(house, "2026-10")
    decide(house, "awaiting_approval")
    with house.database.transaction() as tx:
        run = open_run(tx, "fee_billing", AS_OF)
        assert pools.open_cases(tx, run, AS_OF) == {"cases": 1}
        assert pools.open_cases(tx, run, AS_OF) == {}
        (code,) = tx.scalars(text("SELECT run_code FROM billing_runs WHERE state = 'awaiting_approval'"))
    assert _rows(house, "SELECT case_code, meter_code FROM billing_exceptions WHERE case_code IS NOT NULL") == [
        ("GY-GT-2026-10", "GT")
    ]
    ((description,),) = _rows(house, "SELECT description FROM cases")
    assert "2026-10 用量 1000，前几个月中位数 30" in description
    with house.database.transaction() as tx:
        with pytest.raises(UsageError, match="XX"):
            pools.release_pool(tx, code, "XX", "2026-10", "boss", "lamp burned", AS_OF)
        pools.release_pool(tx, code, "GT", "2026-10", "boss", "lamp burned", AS_OF)
    assert _rows(house, "SELECT state, released_cost, release_reason FROM utility_pools WHERE period = '2026-10'") == [
        ("released", Decimal("1000.00"), "lamp burned")
    ]
    lines = _post(house, "2026-10", AS_OF + timedelta(hours=1))
    assert sum(lines.values()) == Decimal("1000.00")
    assert _rows(house, "SELECT state, case_code FROM utility_pools WHERE period = '2026-10'") == [
        ("released", "GY-GT-2026-10")
    ]


def test_a_tariff_that_went_missing_is_no_credit(house: BillingHouse) -> None:
    house.meter("M1", "0101")
    house.tariff("E", "1", charge_kind="electricity", basis="consumption")
    house.read("M1", ("08-31", "0"), ("09-30", "7"), ("10-31", "10"))
    bill(house, "2026-09")
    before = posted(house)
    assert before["0101", "electricity", "M1", "2026-09", DEVELOPER] == Decimal("7.00")
    _set(house, "DELETE FROM tariffs WHERE basis = 'consumption'")
    assert bill(house, "2026-10") == {}
    assert posted(house) == before


def test_a_pool_of_a_reversed_run_is_split_anew(house: BillingHouse) -> None:
    _post(house, "2026-09")
    house.version("0101", "2020-01-01", area="20")
    _set(house, "UPDATE utility_pools SET run_code = NULL")
    with house.database.transaction() as tx:
        from guanjia.pipelines.fee_billing.due import CommunityMonth, compute_due

        compute_due(tx, [CommunityMonth(COMMUNITY, "2026-09")], AS_OF)
        shares = tx.execute(text("SELECT edition, s.fen FROM due_pools JOIN due_pool_shares AS s USING (meter_code)"))
        assert sorted(map(tuple, shares)) == [(2, 750), (2, 750), (2, 1500)]
