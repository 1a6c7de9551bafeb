"""What stopped half way, or was taken back, is seen through by whoever comes next: nothing is lost, nothing goes out
unchecked, and nobody approves what they changed (pipelines 0.3, 0.6 and 5)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, text

from guanjia.domain.errors import BooksRefused, GateFailed, NotPermitted, UsageError
from guanjia.pipelines.fee_billing import running
from guanjia.pipelines.fee_billing.approving import decide_and_post, post_or_show_anew
from guanjia.pipelines.fee_billing.closing import close_period
from guanjia.pipelines.fee_billing.deciding import decide
from guanjia.pipelines.fee_billing.months import find_months
from guanjia.pipelines.fee_billing.reversing import reverse_run
from guanjia.store.runs import Run, close_run, open_run
from guanjia.store.tables import metadata
from tests.conftest import Database
from tests.database.billing_house import AS_OF, COMMUNITY, BillingHouse, billing_house
from tests.database.books_house import at, check_books
from tests.database.books_house import bill as bill_month
from tests.database.test_billing_approval import BOSS, FIRST, mails, read, say, shown
from tests.support.billing_runs import draft, posted

T = metadata.tables
LATER = AS_OF + timedelta(days=1)


@pytest.fixture
def house(database: Database) -> BillingHouse:
    """Two flats at 2.80 a month; the clerk asks, the boss approves; one payer has an address."""
    found = billing_house(database, live_from="2026-09-01")
    for code, login in (("S01", "qianlan"), ("S02", "shenhe")):
        found.add("staff", staff_code=code, staff_name="某", role="manager", login=login, email=f"{login}@example.com")
    found.add("settings", setting="billing_approvers", value="shenhe")
    for unit, payer in (("0101", "A"), ("0102", "B")):
        found.unit(unit, "84")
        found.payer(unit, payer)
    found.tariff("T", "2.80")
    execute(found, "UPDATE customers SET email = 'a@example.com' WHERE customer_code = 'A'")
    return found


def execute(house: BillingHouse, statement: str) -> None:
    with house.database.transaction("owner") as tx:
        tx.execute(text(statement))


def a_run(house: BillingHouse, as_of: datetime = LATER) -> Run:
    with house.database.transaction() as tx:
        return open_run(tx, "fee_billing", as_of)


def told(house: BillingHouse) -> dict[str, str]:
    with house.database.transaction() as tx:
        rows = tx.execute(text("SELECT bill_code, way FROM bill_deliveries ORDER BY bill_code")).all()
        return {row.bill_code: row.way for row in rows}


def posted_and_killed(house: BillingHouse) -> None:
    """The command was killed after it had posted, before it told anybody."""
    shown(house)
    say(house, "approved", BOSS)
    assert post_or_show_anew(a_run(house, AS_OF), FIRST).state == "posted"


def approve_again(house: BillingHouse) -> Any:
    digest = read(house).shown_digest or ""
    return decide_and_post(a_run(house), FIRST, BOSS, shown_digest=digest, decided_at=LATER)


def see_through(house: BillingHouse) -> list[str]:
    """What the tasks of the next run of the DAG do for every run they find."""
    run = a_run(house)
    with house.database.transaction() as tx:
        codes = running.claim_questions(tx, "scheduled__2", as_of=LATER)
    for code in codes:
        running.post(run, code)
        running.check_books(run, code)
        running.tell(run, code)
    return codes


# -- what was posted and not told --------------------------------------------------------------------------------------


@pytest.mark.rule("BILL-10")
def test_bills_posted_and_not_told_are_told_by_the_next_run_once(house: BillingHouse) -> None:
    posted_and_killed(house)
    assert told(house) == {}
    assert see_through(house) == [FIRST]
    assert told(house) == {f"{FIRST}-000001": "mail", f"{FIRST}-000002": "print"}
    assert (see_through(house), len(mails(house, "bill"))) == ([], 1)


def test_a_reversal_nobody_was_told_of_is_told_by_the_next_run(house: BillingHouse) -> None:
    posted_and_killed(house)
    see_through(house)
    with house.database.transaction() as tx:
        code = reverse_run(tx, open_run(tx, "fee_billing", LATER), FIRST, BOSS, "falsch", LATER)
    assert see_through(house) == [code]
    assert (len(mails(house, "bill_void")), told(house)[f"{code}-000002"]) == (1, "print")


def test_books_that_do_not_add_up_hold_the_bills_back_whoever_tries_again(house: BillingHouse) -> None:
    posted_and_killed(house)
    execute(house, "UPDATE ledger SET debit = debit + 1 WHERE account = 'receivable'")
    with pytest.raises(GateFailed, match="ledger"):
        approve_again(house)
    with pytest.raises(GateFailed, match="ledger"):
        see_through(house)
    assert (told(house), mails(house, "bill")) == ({}, [])
    execute(house, "UPDATE ledger SET debit = debit - 1 WHERE account = 'receivable'")
    done = approve_again(house)
    assert (done.counts["posted"], done.counts["bills_mailed"]) == (0, 1)


# -- who may not approve, who is told ----------------------------------------------------------------------------------


def test_who_brings_inputs_after_a_run_was_shown_may_not_approve_what_came_of_it(house: BillingHouse) -> None:
    run = shown(house)
    with house.database.transaction() as tx:
        now = datetime.now(UTC)
        file_id = tx.scalar(
            insert(T["intake_files"])
            .values(
                file="f.csv",
                received_at=now,
                as_of=AS_OF,
                digest="1",
                size_bytes=1,
                place="restricted",
                sent_by="shenhe",
                outcome="read",
            )
            .returning(T["intake_files"].c.file_id)
        )
        tx.execute(
            insert(T["intake_sheets"]).values(
                file_id=file_id, sheet_no=1, dataset="tariffs", outcome="read", titles=[], columns={}, surplus=[]
            )
        )
        tx.execute(text("UPDATE tariffs SET rate = 3.10"))
    digest = read(house).shown_digest or ""
    done = decide_and_post(run, FIRST, BOSS, shown_digest=digest, decided_at=AS_OF)
    assert (done.state, read(house, done.run_code).requested_by) == ("shown_anew", "shenhe")
    with pytest.raises(NotPermitted, match="its inputs were brought, by shenhe"):
        say(house, "approved", BOSS, done.run_code)


def test_an_approval_that_a_new_run_made_void_is_asked_for_with_a_mail_again(house: BillingHouse) -> None:
    shown(house)
    say(house, "approved", BOSS)
    shown(house, as_of=LATER)
    assert (read(house).state, read(house, "B2610-001-2").state) == ("superseded", "awaiting_approval")
    assert len(mails(house, "billing_approval")) == 2


# -- a month that was reversed -----------------------------------------------------------------------------------------


@pytest.mark.rule("BILL-10")
def test_a_closed_month_whose_bills_were_reversed_is_billed_again_in_the_open_month(house: BillingHouse) -> None:
    first = bill_month(house, "2026-09", at("10-05"))
    before = posted(house)
    with house.database.transaction() as tx:
        close_period(tx, "2026-09", "S02", at("10-06"))
        close_period(tx, "2026-10", "S02", at("11-02"), leave_unbilled=True)
    with pytest.raises(UsageError, match="closed and is not billed"), house.database.transaction() as tx:
        find_months(tx, at("11-05"), "2026-09", by_hand=True)
    with house.database.transaction() as tx:
        run = open_run(tx, "fee_billing", at("11-05"))
        reverse_run(tx, run, first, BOSS, "falsch", at("11-05"))
        assert [month.period for month in find_months(tx, at("11-05"), "2026-09", by_hand=True)] == ["2026-09"]
    again = bill_month(house, "2026-09", at("11-05"))
    assert posted(house) == before
    assert f"{read(house, again).posted_on}" == "2026-11-05"
    check_books(house)
    with pytest.raises(UsageError, match="closed and is not billed"), house.database.transaction() as tx:
        find_months(tx, at("11-06"), "2026-09", by_hand=True)


@pytest.mark.rule("BILL-10")
@pytest.mark.parametrize("end", ["reversed", "rejected"])
def test_a_month_whose_bills_were_taken_back_is_not_closed_as_if_it_were_billed(house: BillingHouse, end: str) -> None:
    if end == "reversed":
        code = bill_month(house, "2026-09", at("10-05"))
        with house.database.transaction() as tx:
            reverse_run(tx, open_run(tx, "fee_billing", at("10-06")), code, BOSS, "falsch", at("10-06"))
    else:
        run = shown(house, "2026-09", at("10-05"))
        with house.database.transaction() as tx:
            close_run(tx, run.run_id, "succeeded")
            digest = read(house, "B2609-001-1").shown_digest or ""
            decide(tx, "B2609-001-1", "rejected", BOSS, shown_digest=digest, decided_at=at("10-06"), reason="falsch")
    with pytest.raises(BooksRefused, match=f"never billed for {COMMUNITY}"), house.database.transaction() as tx:
        close_period(tx, "2026-09", "S02", at("10-07"))
    draft(house, "2026-09", as_of=at("10-07"))
    with pytest.raises(BooksRefused, match="waits for its approval"), house.database.transaction() as tx:
        close_period(tx, "2026-09", "S02", at("10-07"))
