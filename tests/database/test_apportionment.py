"""Shared meters: split to the cent over the units there at the month's end, abnormal months held, relief, editions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, text

from guanjia.pipelines.fee_billing.due import CommunityMonth, compute_due
from guanjia.pipelines.fee_billing.pools import keep_pools
from guanjia.store.tables import metadata
from tests.conftest import Database
from tests.database.billing_house import AS_OF, COMMUNITY, DEVELOPER, BillingHouse, billing_house, tried
from tests.support.billing_oracle import largest_remainder
from tests.support.examples import examples

pytestmark = pytest.mark.rule("BILL-03")

T = metadata.tables


@pytest.fixture
def house(database: Database) -> BillingHouse:
    house = billing_house(database)
    house.tariff("P", "0")
    return house


def _pool(house: BillingHouse, use: str, rate: str = "1", **meter: Any) -> None:
    """A shared meter GT with that use in October."""
    house.tariff("SE", rate, charge_kind="shared_electricity", basis="consumption")
    house.meter("GT", **({"building_code": "01", "apportion_by": "area"} | meter))
    house.read("GT", ("09-30", "0"), ("10-31", use))


def _shares(due: Any, customer: str = DEVELOPER) -> list[Decimal]:
    return [
        amount for key, amount in sorted(due.lines.items()) if key[1] == "shared_electricity" and key[4] == customer
    ]


def _use_of(*uses: str, until: str = "2026-10-31") -> Iterator[tuple[str, str]]:
    """Month-end readings with these uses, the last one up to that day."""
    shown = sum(map(Decimal, uses))
    day = date.fromisoformat(until)
    for use in reversed(uses):
        yield day.isoformat(), str(shown)
        shown -= Decimal(use)
        day = day.replace(day=1) - timedelta(days=1)
    yield day.isoformat(), str(shown)


def test_a_pool_is_split_by_area_to_the_cent(house: BillingHouse) -> None:
    areas = ("89.5", "89.5", "120.33", "76.2", "143.87")
    for number, area in enumerate(areas):
        house.unit(f"010{number}", area, handover=None)
    _pool(house, "1234.56")
    due = house.due()
    assert sum(_shares(due)) == Decimal("1234.56")
    assert _shares(due) == [Decimal(fen) / 100 for fen in largest_remainder(123456, [Decimal(a) for a in areas])]
    explained = due.explained["0102", "shared_electricity", "GT", "2026-10", DEVELOPER]
    assert explained["pool"]["cost"] == "1234.56"
    assert (explained["pool"]["weights"], explained["pool"]["households"]) == ("519.40", 5)
    assert (explained["weight"], explained["share"]) == ("120.33", str(_shares(due)[2]))


def test_500_kwh_over_1000_flats_are_425_exactly(house: BillingHouse) -> None:
    with house.database.transaction() as tx:
        tx.execute(
            insert(T["units"]),
            [
                {
                    "community_code": COMMUNITY,
                    "building_code": "01",
                    "unit_code": f"{number:04}",
                    "unit_use": "residential",
                    "area_m2": 90,
                }
                for number in range(1000)
            ],
        )
    _pool(house, "500", "0.85")
    shares = _shares(house.due())
    assert sum(shares) == Decimal("425.00")
    assert shares == [Decimal("0.43")] * 500 + [Decimal("0.42")] * 500, "ties by unit code"


def test_only_flats_shops_and_offices_share_sold_or_not_there_at_the_months_end(house: BillingHouse) -> None:
    for code, use in (("S", "shop"), ("O", "office"), ("P", "parking"), ("K", "storage"), ("B", "basement")):
        house.unit(code, "10", unit_use=use, handover=None)
    house.unit("R", "10")
    house.payer("R", "A")
    house.unit("N", "10", handover=None)
    house.version("N", "10-31", area="20")
    house.unit("Z", "10", handover=None)
    house.version("Z", "11-01", area="10")
    _pool(house, "50")
    due = house.due()
    billed = {key[0]: amount for key, amount in due.lines.items() if key[1] == "shared_electricity"}
    assert billed == {unit: Decimal(amount) for unit, amount in (("S", 10), ("O", 10), ("R", 10), ("N", 20))}


def test_the_area_in_force_at_the_months_end_counts_and_its_payers_share_by_days(house: BillingHouse) -> None:
    house.unit("0101", "10")
    house.version("0101", "2020-01-01", area="10")
    house.version("0101", "10-20", area="30")
    house.payer("0101", "A", end="10-11")
    house.payer("0101", "B", "10-12")
    house.unit("0102", "10", handover=None)
    _pool(house, "124")
    due = house.due()
    assert _shares(due, "A") + _shares(due, "B") + _shares(due) == [
        Decimal("33.00"),
        Decimal("60.00"),
        Decimal("31.00"),
    ]


def test_a_community_meter_by_household_reaches_every_building(house: BillingHouse) -> None:
    house.add("buildings", community_code=COMMUNITY, building_code="02")
    house.unit("0101", "10", handover=None)
    house.unit("0201", "90", handover=None, building_code="02")
    house.unit("0202", "90", handover=None, building_code="02")
    _pool(house, "1", building_code=None, apportion_by="household")
    assert _shares(house.due()) == [Decimal("0.34"), Decimal("0.33"), Decimal("0.33")]


def test_areas_with_very_many_places_add_up_too(house: BillingHouse) -> None:
    for number, area in enumerate(("89.33333333333333333", "1.00000000000000001", "0.5")):
        house.unit(f"010{number}", area, handover=None)
    _pool(house, "99999.99")
    assert sum(_shares(house.due())) == Decimal("99999.99")


def test_a_tariff_that_changes_inside_is_rounded_once_for_the_pool(house: BillingHouse) -> None:
    house.unit("0101", "10", handover=None)
    house.tariff("SE1", "0.53", charge_kind="shared_electricity", basis="consumption", valid_to="10-15")
    house.tariff("SE2", "0.61", "10-16", charge_kind="shared_electricity", basis="consumption")
    house.meter("GT", building_code="01", multiplier=20)
    house.read("GT", ("09-30", "0"), ("10-31", "31"))
    assert _shares(house.due()) == [Decimal("354.20")], "20 × (15 × 0.53 + 16 × 0.61)"
    house.read("GT", ("10-16", "31"))
    assert _shares(house.due()) == [Decimal("328.60")]


@pytest.mark.rule("BILL-04")
def test_the_company_bears_the_vacancy_discount_of_a_share(house: BillingHouse) -> None:
    for unit in ("0101", "0102"):
        house.unit(unit, "10")
        house.payer(unit, "A")
    house.registration("V", "0101", "07-01", "10-10")
    _pool(house, "0.86")
    due = house.due()
    assert _shares(due, "A") == [Decimal("0.36"), Decimal("0.43")], "43 × 26 ÷ 31 = 36.06"
    assert due.relief == {("0101", "shared_electricity", "GT", "2026-10", "A"): Decimal("0.07")}
    assert [segment["factor"] for segment in due.explained[next(iter(due.relief))]["segments"]] == ["0.5", "1"]


@pytest.mark.rule("BILL-04")
def test_a_share_of_which_nothing_is_billed_stands_with_its_relief(house: BillingHouse) -> None:
    house.add("settings", setting="vacancy_factor", community_code=COMMUNITY, value="0")
    house.unit("0101", "10")
    house.payer("0101", "A", end="10-10")
    house.payer("0101", "B", "10-11")
    house.registration("V", "0101", "07-01", "10-31")
    _pool(house, "31")
    due = house.due()
    assert set(_shares(due, "A") + _shares(due, "B")) == {Decimal(0)}
    assert sorted(due.relief.values()) == [Decimal("10.00"), Decimal("21.00")], "shared by days like an amount"


def test_an_abnormal_month_is_held_until_exactly_its_cost_is_released(house: BillingHouse) -> None:
    house.unit("0101", "10", handover=None)
    house.tariff("SE", "1", charge_kind="shared_electricity", basis="consumption")
    house.meter("GT", building_code="01")
    house.read("GT", *_use_of("5", "100", "110", "90", "95", "105", "100", "301"))
    due = house.due()
    assert _shares(due) == []
    assert due.holds == {("0101", "shared_electricity", "abnormal_pool")}
    detail = due.exceptions["abnormal_pool", "GT"]
    assert (detail["use"], detail["median_use"], detail["known_months"]) == ("301", "100", 6)
    with house.database.transaction() as tx:
        compute_due(tx, [CommunityMonth(COMMUNITY, "2026-10")], AS_OF)
        assert keep_pools(tx, None, AS_OF) == 1
        assert keep_pools(tx, None, AS_OF) == 0, "again changes nothing"
        tx.execute(
            text(
                "UPDATE utility_pools SET state = 'released', released_by = 'x', released_at = now(), "
                "release_reason = 'x', released_cost = cost"
            )
        )
    assert _shares(house.due()) == [Decimal("301.00")]
    with house.database.transaction() as tx:
        tx.execute(text("UPDATE meter_readings SET reading = reading + 1 WHERE read_on = '2026-10-31'"))
        compute_due(tx, [CommunityMonth(COMMUNITY, "2026-10")], AS_OF)
        assert tx.execute(text("SELECT fault FROM due_pools")).scalar_one() == "abnormal_pool"
        keep_pools(tx, None, AS_OF)
        kept = tx.execute(text("SELECT state, cost, released_cost FROM utility_pools")).one()
    assert tuple(kept) == ("held", Decimal("302.00"), None), "another cost is held again"


@pytest.mark.parametrize(
    ("uses", "is_held"),
    [(("100", "100", "100", "300"), False), (("100", "100", "100", "300.1"), True), (("1", "1", "999"), False)],
)
def test_use_above_three_times_the_median_of_three_known_months_is_abnormal(
    house: BillingHouse, uses: tuple[str, ...], is_held: bool
) -> None:
    house.unit("0101", "10", handover=None)
    house.tariff("SE", "1", charge_kind="shared_electricity", basis="consumption")
    house.meter("GT", building_code="01")
    house.read("GT", *_use_of(*uses))
    assert bool(_shares(house.due())) is not is_held


def test_a_shared_meter_that_falls_is_held_and_one_without_a_reading_too(house: BillingHouse) -> None:
    house.unit("0101", "10", handover=None)
    _pool(house, "10")
    with house.database.transaction() as tx:
        tx.execute(text("UPDATE meter_readings SET reading = 20 WHERE read_on = '2026-09-30'"))
    due = house.due()
    assert due.exceptions["negative_pool", "GT"]["use"] == "-10"
    assert due.holds == {("0101", "shared_electricity", "negative_pool")}
    with house.database.transaction() as tx:
        tx.execute(text("DELETE FROM meter_readings WHERE read_on = '2026-09-30'"))
    due = house.due()
    assert set(due.exceptions) == {("no_reading", "GT")}
    assert due.holds == {("0101", "shared_electricity", "no_reading")}


def test_a_pool_without_a_unit_to_split_over_is_told(house: BillingHouse) -> None:
    house.unit("P", "10", unit_use="parking", handover=None)
    _pool(house, "10")
    due = house.due()
    assert _shares(due) == []
    assert ("no_households", "GT") in due.exceptions


def test_a_shared_meter_without_a_tariff_is_listed(house: BillingHouse) -> None:
    house.unit("0101", "10", handover=None)
    house.meter("GT", building_code="01")
    assert set(house.due().exceptions) == {("no_tariff", "shared_electricity/shared")}


AREA = st.decimals(Decimal("0.5"), Decimal("999.99"), places=2)


@settings(max_examples=examples(25))
@given(
    areas=st.lists(AREA, min_size=1, max_size=12),
    use=st.decimals(Decimal("-500"), Decimal("5000"), places=2),
    rate=st.decimals(Decimal("0.0001"), Decimal("9.9999"), places=4),
    vacant=st.sets(st.integers(0, 11)),
    factor=st.sampled_from(["0", "0.33", "0.5"]),
)
def test_shares_relief_and_what_is_held_are_the_pool(
    house: BillingHouse, areas: list[Decimal], use: Decimal, rate: Decimal, vacant: set[int], factor: str
) -> None:
    unit = {"community_code": COMMUNITY, "building_code": "01", "unit_use": "residential"}
    rows: dict[str, list[dict[str, Any]]] = {
        "units": [unit | {"unit_code": f"{n:02}", "area_m2": area} for n, area in enumerate(areas)],
        "settings": [{"setting": "vacancy_factor", "community_code": None, "value": factor}],
        "tariffs": [
            {
                "tariff_code": "SE",
                "community_code": COMMUNITY,
                "charge_kind": "shared_electricity",
                "basis": "consumption",
                "rate": rate,
                "valid_from": date(2020, 1, 1),
            }
        ],
        "meters": [{"meter_code": "GT", "community_code": COMMUNITY, "building_code": "01", "utility": "electricity"}],
        "meter_readings": [
            {"meter_code": "GT", "read_on": date(2026, 9, 30), "reading": Decimal(500)},
            {"meter_code": "GT", "read_on": date(2026, 10, 31), "reading": 500 + use},
        ],
        "vacancy_applications": [],
        "vacancy_registrations": [],
    }
    for number in sorted(vacant & set(range(len(areas)))):
        rows["vacancy_applications"].append(
            {
                "application_code": f"V{number}",
                "community_code": COMMUNITY,
                "unit_code": f"{number:02}",
                "applied_on": date(2026, 7, 1),
                "start_date": date(2026, 7, 1),
                "end_date": date(2026, 10, 3 + number),
                "identity_checked": True,
                "water_reading": 1,
                "electricity_reading": 1,
            }
        )
        rows["vacancy_registrations"].append(
            {
                "application_code": f"V{number}",
                "state": "accepted",
                "first_day": date(2026, 7, 1),
                "last_day": date(2026, 10, 3 + number),
                "judged_at": AS_OF,
            }
        )
    with tried(rows) as tx:
        compute_due(tx, [CommunityMonth(COMMUNITY, "2026-10")], AS_OF)
        lines = tx.execute(text("SELECT * FROM due_lines WHERE charge_kind = 'shared_electricity'")).all()
        (pool,) = tx.execute(text("SELECT fen, fault FROM due_pools")).all()
        held = tx.execute(text("SELECT count(*) FROM due_holds")).scalar_one()
    if use < 0:
        assert pool.fault == "negative_pool"
        assert (lines, held) == ([], len(areas))
        return
    assert sum(line.amount + line.relief for line in lines) * 100 == pool.fen
    shares = largest_remainder(pool.fen, areas)
    found = {line.unit_code: (line.amount + line.relief) * 100 for line in lines}
    assert [found.get(f"{n:02}", 0) for n in range(len(areas))] == shares
    for line in lines:
        assert line.relief >= 0
        assert line.relief == 0 or int(line.unit_code) in vacant
