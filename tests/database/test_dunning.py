"""The ladder of reminders: which bill gets which letter when, and when none (BILL-05)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanjia.domain.errors import SettingsError
from guanjia.pipelines.fee_billing.print_letters import list_letter_files, mark_letters_printed
from guanjia.store.engine import transaction
from guanjia.store.sql import execute
from tests.conftest import Database
from tests.database.collection_house import CollectionHouse, collection_house, day, monday
from tests.support.examples import examples

pytestmark = pytest.mark.rule("BILL-05")


@pytest.fixture
def house(database: Database) -> CollectionHouse:
    return collection_house(database)


@pytest.mark.parametrize(("on", "planned"), [("10-07", []), ("10-08", [("10-08", 1)])])
def test_the_first_letter_goes_out_when_its_days_after_the_due_day_are_over(
    house: CollectionHouse, on: str, planned: list[tuple[str, int]]
) -> None:
    bill = house.bill("101", "A", "268.80", "10-01")
    house.run(on)
    assert house.levels(bill) == planned


def test_the_ladder_is_climbed_step_by_step(house: CollectionHouse) -> None:
    bill = house.bill("101", "A", "268.80", "10-01")
    for week in range(12):
        house.run(day("10-05") + timedelta(weeks=week))
    assert house.levels(bill) == [("10-12", 1), ("11-02", 2), ("11-30", 3)]
    assert [mail.recipient for mail in house.mails("dunning_notice")] == ["a@example.com"] * 3


def test_a_bill_found_late_begins_with_the_first_level_and_keeps_the_days_between(house: CollectionHouse) -> None:
    bill = house.bill("101", "A", "268.80", "07-01")
    for week in range(8):
        house.run(day("09-14") + timedelta(weeks=week))
    assert house.levels(bill) == [("09-14", 1), ("09-28", 2), ("10-12", 3)]


def test_missed_mondays_are_made_up_for_by_one_letter(house: CollectionHouse) -> None:
    bill = house.bill("101", "A", "268.80", "10-01")
    house.run("10-12")
    house.run("12-21")
    assert house.levels(bill) == [("10-12", 1), ("12-21", 2)]


def test_again_changes_nothing(house: CollectionHouse) -> None:
    house.bill("101", "A", "268.80", "10-01")
    house.customer("C", None)
    house.unit("103")
    house.bill("103", "C", "100.00", "10-01")
    house.run("10-12")
    before = house.rows("SELECT * FROM dunning ORDER BY 1"), len(house.mails())
    again = house.run("10-12")
    assert sum(again.values()) == 0, again
    assert (house.rows("SELECT * FROM dunning ORDER BY 1"), len(house.mails())) == before


def test_one_letter_lists_all_due_bills_and_its_level_is_the_highest(house: CollectionHouse) -> None:
    old, new = house.bill("101", "A", "268.80", "09-01"), house.bill("101", "A", "300.00", "10-01")
    house.run("09-14")
    house.run("10-12")
    assert (house.levels(old), house.levels(new)) == ([("09-14", 1), ("10-12", 2)], [("10-12", 1)])
    assert house.notices("level", "amount") == [(1, Decimal("268.80")), (2, Decimal("568.80"))]


def test_a_customer_with_two_units_gets_one_mail_and_a_row_per_unit(house: CollectionHouse) -> None:
    house.bill("101", "A", "268.80", "10-01")
    house.bill("102", "A", "100.00", "10-01")
    house.run("10-12")
    assert [row[:2] for row in house.notices()] == [("101", "A"), ("102", "A")]
    mail = house.mail("dunning_notice")
    assert "268.80" in mail.text and "100.00" in mail.text and "¥368.80" in mail.subject
    assert {row[0] for row in house.notices("state")} == {"sent"}


def test_two_payers_of_a_unit_get_a_letter_each(house: CollectionHouse) -> None:
    house.bill("101", "A", "268.80", "10-01")
    house.bill("101", "B", "100.00", "10-01")
    house.run("10-12")
    assert [row[:2] for row in house.notices()] == [("101", "A"), ("101", "B")]
    assert "100.00" not in house.mail("dunning_notice", "a@example.com").text


@pytest.mark.parametrize(("amount", "count"), [("5.00", 0), ("5.01", 1)])
def test_only_above_the_minimum(house: CollectionHouse, amount: str, count: int) -> None:
    house.bill("101", "A", amount, "10-01")
    house.run("10-12")
    assert len(house.notices()) == count


def test_the_minimum_is_judged_per_unit(house: CollectionHouse) -> None:
    house.bill("101", "A", "4.00", "10-01")
    house.bill("102", "A", "4.00", "10-01")
    house.run("10-12")
    assert house.notices() == []


@pytest.mark.parametrize(("unit", "credit", "count"), [("101", "264.00", 0), ("102", "264.00", 0), ("101", "200", 1)])
def test_a_payers_credit_counts_against_what_is_due(house: CollectionHouse, unit: str, credit: str, count: int) -> None:
    house.bill("101", "A", "268.80", "10-01")
    house.credit(unit, "A", credit, "10-09")
    house.run("10-12")
    assert len(house.notices()) == count
    if count:
        mail = house.mail("dunning_notice")
        assert "¥68.80" in mail.subject
        assert "-200.00" in mail.text


def test_a_credit_note_counts_against_what_is_due(house: CollectionHouse) -> None:
    house.bill("101", "A", "268.80", "10-01")
    house.bill("101", "A", "-265.00", "10-01")
    house.run("10-12")
    assert house.notices() == []


def test_another_ones_credit_does_not_count(house: CollectionHouse) -> None:
    house.bill("101", "A", "268.80", "10-01")
    house.credit("101", "B", "300.00", "10-09")
    house.run("10-12")
    assert len(house.notices()) == 1


@pytest.mark.parametrize(
    ("opened", "closed", "customer", "count"),
    [
        ("10-12", None, None, 0),
        ("10-01", "10-12", None, 0),
        ("10-01", "10-11", None, 1),
        ("10-13", None, None, 1),
        ("10-01", None, "A", 0),
        ("10-01", None, "B", 1),
    ],
)
def test_nothing_is_chased_while_a_dispute_is_open(
    house: CollectionHouse, opened: str, closed: str | None, customer: str | None, count: int
) -> None:
    house.bill("101", "A", "268.80", "10-01")
    house.dispute("101", opened, closed, customer)
    house.run("10-12")
    assert len(house.notices()) == count


def test_a_dispute_of_one_unit_leaves_the_other_unit_alone(house: CollectionHouse) -> None:
    house.bill("101", "A", "268.80", "10-01")
    house.bill("102", "A", "100.00", "10-01")
    house.dispute("101", "10-01")
    house.run("10-12")
    assert house.notices() == [("102", "A", 1, "sent")]
    assert "268.80" not in house.mail("dunning_notice").text


def test_after_the_dispute_the_ladder_goes_on_where_it_stood(house: CollectionHouse) -> None:
    bill = house.bill("101", "A", "268.80", "10-01")
    house.dispute("101", "10-20", "11-20")
    for week in range(9):
        house.run(day("10-12") + timedelta(weeks=week))
    assert house.levels(bill) == [("10-12", 1), ("11-23", 2), ("12-07", 3)]


def test_what_was_paid_is_not_chased_and_what_is_paid_later_is_not_seen(house: CollectionHouse) -> None:
    paid, part, later = (house.bill("101", "A", "100.00", due) for due in ("09-01", "09-02", "09-03"))
    house.pay(paid, "100.00", "09-10")
    house.pay(part, "40.00", "09-10")
    house.pay(later, "100.00", "09-15")
    house.run("09-14")
    assert house.rows("SELECT bill_code, amount FROM dunning_bills ORDER BY 1") == [
        (part, Decimal("60.00")),
        (later, Decimal("100.00")),
    ]


def test_a_bill_posted_later_is_not_seen(house: CollectionHouse) -> None:
    house.bill("101", "A", "268.80", "10-01")
    house.execute("UPDATE billing_runs SET posted_at = CAST('2026-10-20T08:00+08' AS timestamptz)")
    house.run("10-12")
    assert house.notices() == []
    house.run("10-26")
    assert len(house.notices()) == 1


def test_the_next_level_waits_until_the_letter_is_printed(house: CollectionHouse) -> None:
    house.customer("C", None)
    house.unit("103")
    bill = house.bill("103", "C", "268.80", "08-01")
    for on in ("09-14", "09-28", "10-12"):
        house.run(on)
    assert house.levels(bill) == [("09-14", 1)]
    with transaction() as tx:
        (waiting,) = list_letter_files(tx)
        assert mark_letters_printed(tx, waiting.notice_codes, "M1", monday("10-13")) == 1
    house.run("10-26")
    assert house.levels(bill) == [("09-14", 1)]
    house.run("11-02")
    assert house.levels(bill) == [("09-14", 1), ("11-02", 2)]
    assert house.notices("state", "way") == [("printed", "print"), ("planned", "print")]


def test_a_letter_that_waits_for_its_mail_holds_the_next_level(house: CollectionHouse) -> None:
    bill = house.bill("101", "A", "268.80", "08-01")
    house.run("09-14", delivers=False)
    house.run("10-12", delivers=False)
    assert house.levels(bill) == [("09-14", 1)]
    house.run("10-19")
    house.run("11-02")
    assert house.levels(bill) == [("09-14", 1), ("11-02", 2)]


def test_a_mail_that_cannot_be_delivered_becomes_a_letter_on_paper(house: CollectionHouse) -> None:
    house.execute("UPDATE customers SET email = 'nobody' WHERE customer_code = 'A'")
    house.bill("101", "A", "268.80", "10-01")
    house.run("10-12")
    house.run("10-19")
    assert house.notices("way", "building_code", "state") == [("print", "02", "planned")]


def test_planned_letters_are_cancelled_when_it_was_paid_in_between(house: CollectionHouse) -> None:
    house.customer("C", None)
    house.unit("103")
    bill = house.bill("103", "C", "268.80", "10-01")
    other = house.bill("101", "A", "50.00", "10-01")
    house.run("10-12", delivers=False)
    house.pay(bill, "268.80", "10-14")
    house.pay(other, "50.00", "10-14")
    house.run("10-19")
    assert {row[3] for row in house.notices()} == {"cancelled"}
    mail = house.mail("dunning_notice")
    assert mail.state == "failed", "a reminder that is not sent yet is not sent any more"
    assert _failed_mails(house) == (0, 0), "nobody need look at it"
    house.execute("UPDATE dunning SET state = 'planned', way = 'print' WHERE unit_code = '101'")
    assert _failed_mails(house) == (1, 1), "one that could not be delivered is another matter"


def _failed_mails(house: CollectionHouse) -> tuple[int, int]:
    """Mails that failed for good, as the doctor counts them and as the pages do."""
    long_ago = monday("01-01")
    with house.database.transaction() as tx:
        told = execute(tx, "doctor/count_mails", failed_since=long_ago, due_before=long_ago).one().failed
        return told, execute(tx, "desk/count_open_messages", day_start=long_ago).one().failed


def test_a_letter_that_was_sent_is_not_cancelled(house: CollectionHouse) -> None:
    bill = house.bill("101", "A", "268.80", "10-01")
    house.run("10-12")
    house.pay(bill, "268.80", "10-14")
    house.run("10-19")
    assert house.notices() == [("101", "A", 1, "sent")]


def test_a_planned_letter_is_cancelled_when_a_dispute_is_opened_and_comes_again_after_it(
    house: CollectionHouse,
) -> None:
    house.customer("C", None)
    house.unit("103")
    bill = house.bill("103", "C", "268.80", "10-01")
    house.run("10-12")
    house.dispute("103", "10-15", "10-20")
    house.run("10-19")
    assert house.levels(bill) == []
    house.run("10-26")
    assert house.levels(bill) == [("10-26", 1)]


def test_a_letter_whose_mail_may_have_arrived_is_not_cancelled_so_that_its_level_never_comes_twice(
    house: CollectionHouse,
) -> None:
    bill = house.bill("101", "A", "268.80", "10-01")
    house.run("10-12", delivers=False)
    house.execute("UPDATE messages SET state = 'unknown' WHERE kind = 'dunning_notice'")
    house.dispute("101", "10-15", "10-20")
    house.run("10-19")
    assert house.notices() == [("101", "A", 1, "planned")], "nobody knows yet"
    house.execute("UPDATE messages SET state = 'sent', sent_at = :at WHERE kind = 'dunning_notice'", at=monday("10-12"))
    for on in ("10-26", "11-02"):
        house.run(on)
    assert house.levels(bill) == [("10-12", 1), ("11-02", 2)]


def test_opening_balances_climb_the_ladder_from_its_first_level(house: CollectionHouse) -> None:
    bill = house.bill("101", "A", "900.00", "2025-03-31", kind="opening")
    house.run("10-12")
    house.run("10-26")
    assert house.levels(bill) == [("10-12", 1), ("10-26", 2)]
    assert "期初欠费" in house.mails("dunning_notice")[0].text


def test_nobody_is_chased_in_a_community_that_is_not_served(house: CollectionHouse) -> None:
    house.add("communities", community_code="002", community_name="临江苑")
    house.add("buildings", community_code="002", building_code="01")
    house.unit("201", "002", "01")
    house.bill("201", "A", "268.80", "10-01", community="002")
    house.run("10-12")
    assert house.notices() == []
    house.set("live_from", "2026-10-13", "002")
    house.run("10-12")
    assert house.notices() == []
    house.run("10-19")
    assert len(house.notices()) == 1


def test_a_reversed_bill_is_not_chased(house: CollectionHouse) -> None:
    bill = house.bill("101", "A", "268.80", "10-01")
    run_code = bill.rsplit("-", 1)[0]
    house.execute("UPDATE billing_runs SET state = 'reversed'")
    house.add(
        "billing_runs",
        run_code="R1",
        period="2026-09",
        community_code="001",
        state="posted",
        kind="reversal",
        attempt=1,
        post_no=2,
        drafted_at=monday("10-05"),
        posted_at=monday("10-05"),
        posted_on=day("10-05"),
        due_on=day("10-05"),
        reverses=run_code,
    )
    house.run("10-12")
    assert house.notices() == []


def test_levels_and_days_are_settings_of_the_community(house: CollectionHouse) -> None:
    house.set("dunning_days", "10,20", "001")
    house.set("dunning_gap_days", "7", "001")
    bill = house.bill("101", "A", "268.80", "10-01")
    for week in range(6):
        house.run(day("10-05") + timedelta(weeks=week))
    assert house.levels(bill) == [("10-12", 1), ("10-26", 2)]


@pytest.mark.parametrize("days", ["seven", "7,30,60,90", "-7"])
def test_days_nobody_can_count_are_told_in_a_sentence(house: CollectionHouse, days: str) -> None:
    house.set("dunning_days", days, "001")
    with pytest.raises(SettingsError, match="dunning_days"):
        house.run("10-12")


def test_what_a_gate_stopped_is_planned_anew_by_the_next_run(house: CollectionHouse) -> None:
    """A run whose letters never left the house: the next one plans what is right then."""
    from guanjia.pipelines.fee_billing.dunning import plan_notices
    from guanjia.store.runs import close_run, open_run

    bill = house.bill("101", "A", "268.80", "10-01")
    with transaction() as tx:
        run = open_run(tx, "fee_collection", monday("10-12"))
        plan_notices(tx, run, run.as_of)
        close_run(tx, run.run_id, "failed")
    house.pay(bill, "100.00", "10-11")
    assert house.run("10-12")["notices_planned"] == 1
    assert house.notices("amount", "state") == [(Decimal("168.80"), "sent")]


def test_a_step_that_is_tried_again_keeps_its_letters(house: CollectionHouse) -> None:
    from guanjia.pipelines.fee_billing.dunning import plan_notices
    from guanjia.store.runs import open_run

    house.bill("101", "A", "268.80", "10-01")
    with transaction() as tx:
        run = open_run(tx, "fee_collection", monday("10-12"))
        plan_notices(tx, run, run.as_of)
    before = house.rows("SELECT * FROM dunning JOIN dunning_bills USING (notice_code)")
    with transaction() as tx:
        assert sum(plan_notices(tx, run, run.as_of).values()) == 0
    assert house.rows("SELECT * FROM dunning JOIN dunning_bills USING (notice_code)") == before


MONDAYS = [date(2026, 9, 7) + timedelta(weeks=week) for week in range(16)]


@settings(max_examples=examples(4))
@given(story=st.data())
def test_whatever_happens_no_level_twice_the_days_between_kept_no_dispute_nothing_below_the_minimum(
    database: Database, story: st.DataObject
) -> None:
    with database.transaction("owner") as tx:
        tx.exec_driver_sql("TRUNCATE communities, customers, settings, staff, runs, messages CASCADE")
    house = collection_house(database)
    bills = [
        house.bill(unit, customer, str(story.draw(st.integers(100, 3000)) / Decimal(100)), due)
        for unit, customer in (("101", "A"), ("101", "B"), ("102", "A"))
        for due in story.draw(
            st.lists(st.dates(date(2026, 7, 1), date(2026, 11, 30)), min_size=1, max_size=2, unique=True)
        )
    ]
    spans: list[tuple[str, date, date]] = []
    for unit in story.draw(st.lists(st.sampled_from(["101", "102"]), max_size=2)):
        opened = story.draw(st.sampled_from(MONDAYS))
        closed = opened + timedelta(days=story.draw(st.integers(0, 30)))
        house.dispute(unit, opened.isoformat(), closed.isoformat())
        spans.append((unit, opened, closed))
    for bill in story.draw(st.lists(st.sampled_from(bills), unique=True)) if bills else []:
        (total,) = house.rows("SELECT total FROM bills WHERE bill_code = :bill", bill=bill)[0]
        house.pay(bill, str(total), story.draw(st.sampled_from(MONDAYS)))
    for on in story.draw(st.lists(st.sampled_from(MONDAYS), min_size=5, unique=True).map(sorted)):
        house.run(on, delivers=story.draw(st.sampled_from((True, True, False))))
    letters = house.rows(
        "SELECT b.bill_code, b.level, d.run_on, CAST(d.sent_at AT TIME ZONE 'Asia/Shanghai' AS date), d.unit_code,"
        " d.customer_code FROM dunning_bills AS b JOIN dunning AS d USING (notice_code)"
        " WHERE d.state <> 'cancelled' ORDER BY b.bill_code, b.level"
    )
    for bill in {letter[0] for letter in letters}:
        own = [letter for letter in letters if letter[0] == bill]
        assert [letter[1] for letter in own] == list(range(1, len(own) + 1)), "each level once, none left out"
        for before, after in pairwise(own):
            assert before[3] is not None, "the letter before went out"
            assert (after[2] - before[3]).days >= 14
    for _bill, _level, run_on, _sent, unit, customer in letters:
        assert not any(span[0] == unit and span[1] <= run_on <= span[2] for span in spans), "never in dispute"
        owed = house.rows(
            "SELECT sum(b.total - coalesce(a.amount, 0)) FROM bills AS b JOIN billing_runs AS r USING (run_code)"
            " LEFT JOIN allocations AS a ON a.bill_code = b.bill_code AND a.allocated_on <= :day"
            " WHERE b.unit_code = :unit AND b.customer_code = :customer AND r.due_on < :day",
            day=run_on,
            unit=unit,
            customer=customer,
        )
        assert owed[0][0] > 5, "never at or below the minimum"
    kept = [mail.key for mail in house.mails("dunning_notice")]
    assert len(kept) == len(set(kept)), "one letter per customer and run"
