"""Drafting billing runs: which months, again changes nothing, superseding, digests, partitions (BILL-03)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from guanjia.domain.errors import UnknownName, UsageError
from guanjia.pipelines.fee_billing.digest import recomputed_digest, stored_digest
from guanjia.pipelines.fee_billing.drafting import mark_checked, redraft
from guanjia.pipelines.fee_billing.due import CommunityMonth
from guanjia.pipelines.fee_billing.months import find_months, months_between
from guanjia.pipelines.fee_billing.runs import read_run, undecided_runs
from guanjia.settings import TIME_ZONE
from guanjia.store.runs import open_run
from tests.conftest import Database
from tests.database.billing_house import AS_OF, COMMUNITY, DEVELOPER, BillingHouse, billing_house
from tests.support.billing_runs import decide, draft, lines_of, post, rows, scheduled

D = Decimal


def at(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=TIME_ZONE)


@pytest.fixture
def house(database: Database) -> BillingHouse:
    """One flat of 84 m2 at 2.80 a month, 235.20, paid by A."""
    found = billing_house(database)
    found.unit("0101", "84")
    found.payer("0101", "A")
    found.tariff("T", "2.80")
    return found


# -- again, later, anew ------------------------------------------------------------------------------------------------


@pytest.mark.rule("BILL-03")
def test_the_same_draft_again_writes_nothing_before_and_after_posting(house: BillingHouse) -> None:
    first = draft(house, "2026-09")
    assert first == {"runs": 1, "bills": 1, "lines": 1, "exceptions": 0, "superseded": 0, "unchanged": 0}
    before = rows(house)
    assert draft(house, "2026-09")["unchanged"] == 1
    assert rows(house) == before
    post(house)
    before = rows(house)
    assert not any(draft(house, "2026-09").values())
    assert rows(house) == before


@pytest.mark.rule("BILL-03")
def test_the_digest_is_the_one_of_what_is_stored_and_of_what_is_computed_anew(house: BillingHouse) -> None:
    house.unit("0102", "90")  # without a payer: an exception
    draft(house, "2026-09")
    with house.database.transaction() as tx:
        kept = read_run(tx, "B2609-001-1").digest
        assert kept == stored_digest(tx, "B2609-001-1") == recomputed_digest(tx, "B2609-001-1")
    house.payer("0102", "B")
    with house.database.transaction() as tx:
        assert recomputed_digest(tx, "B2609-001-1") != kept
        assert stored_digest(tx, "B2609-001-1") == kept


@pytest.mark.rule("BILL-03")
def test_a_second_run_supersedes_the_undecided_first(house: BillingHouse) -> None:
    draft(house, "2026-09")
    assert draft(house, "2026-09", as_of=AS_OF + timedelta(hours=1))["superseded"] == 1
    with house.database.transaction() as tx:
        first, second = read_run(tx, "B2609-001-1"), read_run(tx, "B2609-001-2")
        assert (first.state, first.superseded_by) == ("superseded", "B2609-001-2")
        assert (second.state, second.digest) == ("draft", first.digest)
        assert [run.run_code for run in undecided_runs(tx)] == ["B2609-001-2"]
    assert lines_of(house, "B2609-001-1") == lines_of(house, "B2609-001-2"), "what was superseded is kept as it was"


@pytest.mark.rule("BILL-03")
@pytest.mark.parametrize("state", ["draft", "checked", "awaiting_approval", "approved"])
def test_a_run_in_any_undecided_state_gives_way(house: BillingHouse, state: str) -> None:
    draft(house, "2026-09")
    decide(house, state)
    house.payer("0101", "B", start="2026-09-16", role="tenant")
    assert draft(house, "2026-09", as_of=AS_OF + timedelta(hours=1))["superseded"] == 1


@pytest.mark.rule("BILL-03")
def test_a_run_whose_reason_is_gone_is_superseded_by_none(house: BillingHouse) -> None:
    draft(house, "2026-09")
    with house.database.transaction() as tx:
        tx.execute(text("UPDATE unit_versions SET valid_from = '2026-12-01'"))
        tx.execute(text("UPDATE units SET valid_from = '2026-12-01'"))
        tx.execute(text("UPDATE tariffs SET valid_from = '2026-12-01'"))
    later = AS_OF + timedelta(hours=1)
    with house.database.transaction() as tx:
        assert redraft(tx, open_run(tx, "fee_billing", later), "B2609-001-1", later) is None
        assert (read_run(tx, "B2609-001-1").state, read_run(tx, "B2609-001-1").superseded_by) == ("superseded", None)


@pytest.mark.rule("BILL-03")
def test_a_run_whose_inputs_changed_is_drafted_anew_for_who_asked_first(house: BillingHouse) -> None:
    draft(house, "2026-09", requested_by="lin")
    house.version("0101", "2020-01-01", area="100")
    later = AS_OF + timedelta(hours=1)
    with house.database.transaction() as tx:
        run = open_run(tx, "fee_billing", later)
        assert redraft(tx, run, "B2609-001-1", later) == "B2609-001-2"
        assert redraft(tx, run, "B2609-001-2", later) == "B2609-001-2", "nothing has changed since"
        found = read_run(tx, "B2609-001-2")
    assert (found.requested_by, found.attempt, found.total) == ("lin", 2, D("280.00"))


@pytest.mark.rule("BILL-03")
def test_nothing_to_bill_leaves_no_row(database: Database) -> None:
    house = billing_house(database)
    assert not any(draft(house, "2026-09").values())
    assert rows(house)["billing_runs"] == []


@pytest.mark.rule("BILL-03")
def test_an_exception_the_last_posted_run_did_not_have_makes_a_run_of_its_own(house: BillingHouse) -> None:
    draft(house, "2026-09")
    post(house)
    house.unit("0102", "90")
    house.version("0102", "2026-09-01")
    counts = draft(house, "2026-09")
    assert (counts["runs"], counts["lines"], counts["exceptions"]) == (1, 0, 1)
    post(house)
    assert not any(draft(house, "2026-09").values()), "the posted run has it already"


def test_a_draft_that_never_met_its_gate_is_checked_by_the_next_run(house: BillingHouse) -> None:
    draft(house, "2026-09")
    with house.database.transaction() as tx:
        later = open_run(tx, "fee_billing", AS_OF)
        assert mark_checked(tx, later, AS_OF) == 0
    draft(house, "2026-09", run=later)
    with house.database.transaction() as tx:
        assert mark_checked(tx, later, AS_OF) == 1
        assert mark_checked(tx, later, AS_OF) == 0
        assert read_run(tx, "B2609-001-1").state == "checked"


def test_an_unknown_billing_run_is_told(house: BillingHouse) -> None:
    with house.database.transaction() as tx, pytest.raises(UnknownName, match="B2601-001-1"):
        read_run(tx, "B2601-001-1")


# -- bills -------------------------------------------------------------------------------------------------------------


@pytest.mark.rule("BILL-02")
def test_there_is_one_bill_per_unit_and_payer_in_the_order_of_the_house(database: Database) -> None:
    house = billing_house(database)
    house.add("buildings", community_code=COMMUNITY, building_code="00")
    house.unit("0102", "10")
    house.unit("0101", "20")
    house.unit("9901", "30", building_code="00")
    house.payer("0101", "B", end="2026-09-15")
    house.payer("0101", "A", start="2026-09-16")
    for unit in ("0102", "9901"):
        house.payer(unit, "A")
    house.tariff("T", "2.80")
    house.tariff("W", "3.00", charge_kind="shared_water", basis="fixed_month")
    draft(house, "2026-09")
    bills = [(row["bill_code"][-6:], row["unit_code"], row["customer_code"]) for row in rows(house)["bills"]]
    assert sorted(bills) == [
        ("000001", "9901", "A"),
        ("000002", "0101", "A"),
        ("000003", "0101", "B"),
        ("000004", "0102", "A"),
    ]
    totals = {(row["unit_code"], row["customer_code"]): row["total"] for row in rows(house)["bills"]}
    assert totals["9901", "A"] == D("87.00")
    assert totals["0101", "A"] + totals["0101", "B"] == D("59.00")
    (run,) = rows(house)["billing_runs"]
    assert (run["bills"], run["lines"], run["total"]) == (4, 8, D("177.00"))


def test_a_community_with_a_hyphen_has_a_code_of_its_own(database: Database) -> None:
    house = billing_house(database)
    house.add("communities", community_code="A-1", community_name="东区", developer_code=DEVELOPER)
    house.add("buildings", community_code="A-1", building_code="01")
    house.add("settings", setting="live_from", community_code="A-1", value="2026-09-01")
    house.unit("0101", "10", None, community_code="A-1")
    house.tariff("T", "2.80", community_code="A-1")
    draft(house, "2026-09", community="A-1")
    assert [row["run_code"] for row in rows(house)["billing_runs"]] == ["B2609-A--1-1"]


def test_a_large_run_builds_partitions_of_its_own(house: BillingHouse) -> None:
    house.unit("0102", "90")
    house.payer("0102", "B")
    house.add("settings", setting="billing_batch_rows", community_code=None, value="2")
    draft(house, "2026-09")
    with house.database.transaction() as tx:
        run = read_run(tx, "B2609-001-1")
        assert run.batch_no > 0
        parts = text(
            "SELECT DISTINCT CAST(tableoid AS regclass)::text FROM bills"
            " UNION SELECT CAST(tableoid AS regclass)::text FROM bill_lines"
        )
        assert {row[0] for row in tx.execute(parts)} == {f"bills_b{run.batch_no}", f"bill_lines_b{run.batch_no}"}
        assert stored_digest(tx, run.run_code) == run.digest == recomputed_digest(tx, run.run_code)
    post(house)
    house.version("0101", "2020-01-01", area="100")
    draft(house, "2026-09")
    assert lines_of(house, "B2609-001-2") == {("0101", "property", "tariff", "2026-09", "A"): D("44.80")}
    assert rows(house)["billing_runs"][1]["batch_no"] == 0, "a small correction goes where small runs go"


# -- which months ------------------------------------------------------------------------------------------------------


@pytest.mark.rule("BILL-03")
def test_the_schedule_bills_the_oldest_month_first_and_one_at_a_time(house: BillingHouse) -> None:
    assert scheduled(house, at("2026-10-04T02:00")) == [], "the billing day has not come"
    assert scheduled(house, at("2026-10-05T02:00")) == ["2026-09"]
    late = at("2026-12-05T02:00")
    assert scheduled(house, late) == ["2026-09", "2026-10", "2026-11"], "after an outage: all, the oldest first"
    draft(house, "2026-09", "2026-10", "2026-11", as_of=late)
    assert [run["period"] for run in rows(house)["billing_runs"]] == ["2026-09"]
    assert scheduled(house, late) == [], "one is undecided"
    post(house, late)
    assert scheduled(house, late) == ["2026-10", "2026-11"]


@pytest.mark.rule("BILL-03")
def test_a_month_without_anything_to_bill_does_not_hold_up_the_next(database: Database) -> None:
    house = billing_house(database)
    house.unit("0101", "84", handover=None)
    house.tariff("T", "2.80", valid_from="2026-10-01")
    with house.database.transaction() as tx:
        tx.execute(text("UPDATE units SET valid_from = '2026-10-01'"))
    assert draft(house, *scheduled(house, AS_OF))["runs"] == 1
    assert [run["period"] for run in rows(house)["billing_runs"]] == ["2026-10"]


@pytest.mark.rule("BILL-03")
def test_a_rejected_month_is_drafted_again_by_hand_only(house: BillingHouse) -> None:
    draft(house, "2026-09")
    decide(house, "rejected")
    assert scheduled(house, AS_OF) == ["2026-10"]
    with house.database.transaction() as tx:
        assert find_months(tx, AS_OF, "2026-09") == [CommunityMonth(COMMUNITY, "2026-09")]
    assert draft(house, "2026-09", as_of=AS_OF + timedelta(hours=1))["runs"] == 1


@pytest.mark.rule("BILL-03")
def test_a_month_that_was_superseded_by_another_one_is_not_lost(house: BillingHouse) -> None:
    draft(house, "2026-10")
    draft(house, "2026-09")
    post(house)
    assert scheduled(house, AS_OF) == ["2026-10"]


@pytest.mark.rule("BILL-03")
def test_by_hand_the_last_complete_month_or_the_one_asked_for(house: BillingHouse) -> None:
    with house.database.transaction() as tx:
        assert find_months(tx, at("2026-11-01T00:00"), by_hand=True) == [CommunityMonth(COMMUNITY, "2026-10")]
        assert find_months(tx, at("2026-10-31T23:59"), by_hand=True) == [CommunityMonth(COMMUNITY, "2026-09")]
        assert find_months(tx, AS_OF, "2026-09", COMMUNITY) == [CommunityMonth(COMMUNITY, "2026-09")]


@pytest.mark.rule("BILL-10")
@pytest.mark.parametrize(
    ("period", "community", "said"),
    [
        ("2026-11", None, "is not over at 2026-11-05 02:00"),
        ("2027-01", None, "is not over"),
        ("2026-13", None, "written like 2026-10"),
        ("202610", None, "written like 2026-10"),
        ("2026-09", None, "is closed"),
        ("2026-08", None, "lies before it"),
        ("2026-10", "002", "is not served"),
    ],
)
def test_a_period_that_cannot_be_billed_is_refused_in_a_sentence(
    house: BillingHouse, period: str, community: str | None, said: str
) -> None:
    house.add("communities", community_code="002", community_name="西区")
    house.add("period_closes", period="2026-09", closed_at=AS_OF, closed_by="boss", debit=0, credit=0)
    with house.database.transaction() as tx, pytest.raises(UsageError, match=said):
        find_months(tx, AS_OF, period, community)


def test_an_unknown_community_is_refused(house: BillingHouse) -> None:
    with house.database.transaction() as tx, pytest.raises(UnknownName, match="There is no community 404"):
        find_months(tx, AS_OF, "2026-10", "404")


def test_without_a_community_served_there_is_nothing_to_schedule_and_by_hand_it_is_told(database: Database) -> None:
    with database.transaction() as tx:
        assert find_months(tx, AS_OF) == []
        with pytest.raises(UsageError, match="No community is served"):
            find_months(tx, AS_OF, by_hand=True)


def test_months_are_counted_over_the_turn_of_the_year() -> None:
    assert months_between("2026-11", "2027-02") == ["2026-11", "2026-12", "2027-01", "2027-02"]
    assert months_between("2026-11", "2026-10") == []
