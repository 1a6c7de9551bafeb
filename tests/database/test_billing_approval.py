"""The approval of billing runs: what is shown, who may decide, what a decision does and cannot do (pipelines 5)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert, text

from guanjia import settings
from guanjia.cli import main
from guanjia.domain.errors import GuanjiaError, NotPermitted, UsageError
from guanjia.host.home import make_home
from guanjia.pipelines.confirm_changes import Person
from guanjia.pipelines.fee_billing.approval import month_before, read_figures
from guanjia.pipelines.fee_billing.approval_words import body, subject
from guanjia.pipelines.fee_billing.approvers import eligible_approvers, input_bringer
from guanjia.pipelines.fee_billing.approving import decide_and_post, has_changed, release_and_renew
from guanjia.pipelines.fee_billing.deciding import decide, newest_of, note_asked, runs_named, runs_to_see_through
from guanjia.pipelines.fee_billing.drafting import mark_checked
from guanjia.pipelines.fee_billing.running import NothingToPost, Undecided, claim_questions, post
from guanjia.pipelines.fee_billing.running import draft as draft_step
from guanjia.pipelines.fee_billing.runs import BillingRun, read_run
from guanjia.pipelines.fee_billing.showing import show_anew, show_runs
from guanjia.pipelines.fee_billing.telling_approvers import note_and_tell_overdue
from guanjia.store.runs import Run, open_run
from guanjia.store.tables import metadata
from tests.conftest import Database
from tests.database.billing_house import AS_OF, COMMUNITY, BillingHouse, billing_house, on
from tests.support.billing_runs import draft

T = metadata.tables
BOSS, CLERK, OTHER = Person("shenhe", "S02"), Person("qianlan", "S01"), Person("mallory", "S03")
FIRST = "B2610-001-1"
D = Decimal


@pytest.fixture
def house(database: Database) -> BillingHouse:
    """Two flats at 2.80 a month; the clerk asks, the boss approves, somebody else may not."""
    found = billing_house(database, live_from="2026-09-01")
    for person, name in ((CLERK, "钱岚"), (BOSS, "沈鹤"), (OTHER, "马某")):
        found.add(
            "staff",
            staff_code=person.staff_code,
            staff_name=name,
            role="supervisor",
            login=person.login,
            email=f"{person.login}@example.com",
        )
    found.add("settings", setting="billing_approvers", value="shenhe")
    for unit, payer in (("0101", "A"), ("0102", "B")):
        found.unit(unit, "84")
        found.payer(unit, payer)
    found.tariff("T", "2.80")
    return found


def shown(house: BillingHouse, period: str = "2026-10", as_of: Any = AS_OF, by: str | None = "qianlan") -> Run:
    """Draft a month and show it, as the DAG does; the run of the pipeline."""
    with house.database.transaction() as tx:
        run = open_run(tx, "fee_billing", as_of)
    draft(house, period, as_of=as_of, requested_by=by, run=run)
    with house.database.transaction() as tx:
        mark_checked(tx, run, as_of)
        show_runs(tx, run, as_of, "http://127.0.0.1:8080")
    return run


def read(house: BillingHouse, code: str = FIRST) -> BillingRun:
    with house.database.transaction() as tx:
        return read_run(tx, code)


def say(house: BillingHouse, decision: Any, person: Person, code: str = FIRST, **more: Any) -> BillingRun:
    given: dict[str, Any] = {"shown_digest": read(house, code).shown_digest or "", "decided_at": AS_OF} | more
    with house.database.transaction() as tx:
        return decide(tx, code, decision, person, **given)


def approve(house: BillingHouse, run: Run, code: str = FIRST, person: Person = BOSS) -> Any:
    return decide_and_post(
        run, code, person, shown_digest=read(house, code).shown_digest or "", decided_at=AS_OF + timedelta(hours=8)
    )


def mails(house: BillingHouse, kind: str) -> list[Any]:
    with house.database.transaction() as tx:
        return list(
            tx.execute(
                text(
                    "SELECT m.recipient, m.subject, b.text_body FROM messages AS m"
                    " JOIN message_bodies AS b USING (body_digest) WHERE m.kind = :kind ORDER BY m.recipient"
                ),
                {"kind": kind},
            )
        )


def entries(house: BillingHouse) -> int:
    with house.database.transaction() as tx:
        return int(tx.scalar(text("SELECT count(*) FROM ledger")) or 0)


# -- what is shown -----------------------------------------------------------------------------------------------------


def test_showing_asks_for_approval_and_mails_the_approvers_once(house: BillingHouse) -> None:
    shown(house)
    found = read(house)
    assert (found.state, found.shown_digest, found.checked_at is None) == ("awaiting_approval", found.digest, False)
    told = mails(house, "billing_approval")
    assert [row.recipient for row in told] == ["shenhe@example.com"], "not the requester, nor who is no approver"
    assert told[0].subject == "出账审批：澄庭雅苑 2026年10月，¥470.40（2 张账单）"
    assert "¥470.40" in told[0].text_body
    assert f"http://127.0.0.1:8080/guanjia/billing/runs/{FIRST}" in told[0].text_body


def test_the_same_draft_a_day_later_is_asked_about_and_mailed_to_nobody_again(house: BillingHouse) -> None:
    shown(house)
    shown(house, as_of=AS_OF + timedelta(days=1))
    assert (read(house).state, read(house).superseded_by) == ("superseded", "B2610-001-2")
    assert read(house, "B2610-001-2").state == "awaiting_approval"
    assert len(mails(house, "billing_approval")) == 1
    house.unit("0103", "50")
    house.payer("0103", "C")
    shown(house, as_of=AS_OF + timedelta(days=2))
    assert len(mails(house, "billing_approval")) == 2, "another draft is news"


def test_the_figures_compare_with_last_month_and_name_what_changes_most(house: BillingHouse) -> None:
    run = shown(house, "2026-09")
    assert approve(house, run, "B2609-001-1").state == "posted"
    house.contract("K1", "0101", "A", "2026-10-01")
    house.unit("0103", "50")  # nobody pays: an exception
    house.tariff("T0", "3.10", valid_from="2026-10-01")
    with house.database.transaction() as tx:
        tx.execute(text("UPDATE tariffs SET valid_to = DATE '2026-09-30' WHERE tariff_code = 'T'"))
        tx.execute(text("UPDATE occupancies SET end_date = DATE '2026-09-20' WHERE customer_code = 'B'"))
    house.payer("0102", "C", start="2026-09-21")
    shown(house, "2026-10")
    with house.database.transaction() as tx:
        figures = read_figures(tx, FIRST)
    assert (figures.before, figures.is_first, figures.community_name) == ("2026-09", False, "澄庭雅苑")
    kinds = {each.charge_kind: each for each in figures.charges}
    assert (kinds["property"].of_month, kinds["property"].of_month_before) == (D("520.80"), D("470.40"))
    assert (kinds["parking"].of_month, kinds["parking"].of_month_before) == (D("280.00"), D("0.00"))
    assert [(each.period, each.lines, each.amount) for each in figures.corrections] == [("2026-09", 2, D("0.00"))]
    assert (figures.changes[0].unit_code, figures.changes[0].main_kind) == ("0101", "parking")
    assert figures.changes[0].change == D("305.20")
    assert figures.exception_kinds == {"no_payer": 2}, "of September and of October"


def test_the_question_says_it_in_both_languages_and_takes_no_markup_from_files(house: BillingHouse) -> None:
    with house.database.transaction() as tx:
        tx.execute(text("UPDATE communities SET community_name = '[澄庭](http://x) | **雅苑**'"))
    house.unit("0103", "50")
    shown(house)
    with house.database.transaction() as tx:
        figures = read_figures(tx, FIRST)
    for language, words in (
        ("zh", ("出账审批", "2026年9月 没有已入账批次", "| 物业费 |", "0103", "驳回")),
        (
            "en",
            ("Bills to approve", "no posted run of Sep 2026", "| property fee |", "0103", "Rejecting needs a reason"),
        ),
    ):
        asked = body(figures, language, "http://127.0.0.1/run")
        said = f"{subject(figures, language)}\n{asked}"
        for word in words:
            assert word in said, (language, word)
        assert "](http://x)" not in asked


def test_the_month_before_january_is_december() -> None:
    assert (month_before("2026-01"), month_before("2026-10")) == ("2025-12", "2026-09")


# -- who may decide ----------------------------------------------------------------------------------------------------


@pytest.mark.rule("BILL-03")
@pytest.mark.parametrize("person", [CLERK, Person("", "S01"), Person("qianlan"), OTHER, Person("nobody")])
def test_neither_who_asked_nor_who_is_no_approver_may_decide(house: BillingHouse, person: Person) -> None:
    shown(house)
    with house.database.transaction() as tx:
        tx.execute(text("UPDATE settings SET value = 'shenhe,S01' WHERE setting = 'billing_approvers'"))
    for decision in ("approved", "rejected"):
        with pytest.raises(NotPermitted):
            say(house, decision, person, reason="because")
    assert (read(house).state, read(house).decision) == ("awaiting_approval", None)


def test_without_approvers_nobody_may_decide_and_it_is_said(house: BillingHouse) -> None:
    with house.database.transaction() as tx:
        tx.execute(text("DELETE FROM settings WHERE setting = 'billing_approvers'"))
    run = shown(house)
    assert mails(house, "billing_approval") == []
    with house.database.transaction() as tx:
        detail = tx.scalar(text("SELECT detail ->> 'nobody_to_tell' FROM runs WHERE run_id = :id"), {"id": run.run_id})
    assert FIRST in str(detail)
    with pytest.raises(NotPermitted, match="billing_approvers names nobody"):
        say(house, "approved", BOSS)


def test_of_a_scheduled_run_who_last_brought_inputs_by_hand_is_the_requester(house: BillingHouse) -> None:
    with house.database.transaction() as tx:
        for number, (who, dataset) in enumerate(
            (("qianlan", "tariffs"), ("shenhe", "units"), ("mallory", "quality_scores"))
        ):
            file_id = tx.scalar(
                insert(T["intake_files"])
                .values(
                    file="f.csv",
                    received_at=AS_OF - timedelta(days=9 - number),
                    as_of=AS_OF - timedelta(days=9 - number),
                    digest=str(number),
                    size_bytes=1,
                    place="inbox",
                    sent_by=who,
                    outcome="read",
                )
                .returning(T["intake_files"].c.file_id)
            )
            tx.execute(
                insert(T["intake_sheets"]).values(
                    file_id=file_id, sheet_no=1, dataset=dataset, outcome="read", titles=[], columns={}, surplus=[]
                )
            )
    with house.database.transaction() as tx:
        assert input_bringer(tx, COMMUNITY, AS_OF) == "shenhe"
        assert input_bringer(tx, COMMUNITY, AS_OF - timedelta(days=8, hours=12)) == "qianlan"
        run = open_run(tx, "fee_billing", AS_OF)
    with house.database.transaction() as tx:
        draft_step(tx, run, AS_OF, by_hand=False)
    with house.database.transaction() as tx:
        mark_checked(tx, run, AS_OF)
        show_runs(tx, run, AS_OF)
        found = read_run(tx, "B2609-001-1")
        assert (found.requested_by, found.period) == ("shenhe", "2026-09")
        assert eligible_approvers(tx, found, AS_OF.date()) == []
    with pytest.raises(NotPermitted, match="somebody else"):
        say(house, "approved", BOSS, "B2609-001-1")


# -- what a decision does ----------------------------------------------------------------------------------------------


@pytest.mark.rule("BILL-10")
def test_an_approval_is_stored_with_its_digest_posted_and_told_and_twice_is_harmless(house: BillingHouse) -> None:
    run = shown(house)
    done = approve(house, run)
    found = read(house)
    assert (done.state, found.state, found.approved_by, found.decision_digest) == (
        "posted",
        "posted",
        "S02",
        found.digest,
    )
    assert found.posted_at == found.decided_at == AS_OF + timedelta(hours=8), "posted as of the decision"
    before = entries(house)
    assert before > 0
    again = approve(house, run)
    assert (again.state, again.counts["posted"], entries(house)) == ("posted", 0, before)
    with pytest.raises(GuanjiaError, match="posted, approved by S02"):
        say(house, "rejected", BOSS, reason="too late")


def test_a_rejection_needs_a_reason_and_tells_who_asked(house: BillingHouse) -> None:
    run = shown(house)
    with pytest.raises(UsageError, match="Say why"):
        say(house, "rejected", BOSS, reason="  ")
    done = say(house, "rejected", BOSS, reason="单价 应为 3.10")
    assert (done.state, done.decision_reason) == ("rejected", "单价 应为 3.10")
    told = mails(house, "billing_rejected")
    assert [row.recipient for row in told] == ["qianlan@example.com"]
    assert "单价 应为 3.10" in told[0].text_body
    say(house, "rejected", BOSS, reason="again")
    assert (read(house).decision_reason, len(mails(house, "billing_rejected"))) == ("单价 应为 3.10", 1)
    with pytest.raises(GuanjiaError, match="rejected by S02"):
        say(house, "approved", BOSS)
    with pytest.raises(NothingToPost):
        post(run, FIRST)
    assert entries(house) == 0


def test_nothing_is_posted_without_a_stored_decision(house: BillingHouse) -> None:
    """A task marked as successful gets as far as this."""
    run = shown(house)
    with pytest.raises(Undecided, match="未入账"):
        post(run, FIRST)
    assert (read(house).state, entries(house)) == ("awaiting_approval", 0)


def test_a_decision_counts_only_for_what_was_shown(house: BillingHouse) -> None:
    with house.database.transaction() as tx:
        run = open_run(tx, "fee_billing", AS_OF)
    draft(house, "2026-10", run=run, requested_by="qianlan")
    with pytest.raises(GuanjiaError, match="shown to nobody"):
        say(house, "approved", BOSS)
    shown(house)
    with pytest.raises(GuanjiaError, match="not what was shown"):
        say(house, "approved", BOSS, shown_digest="another")
    assert read(house).state == "awaiting_approval"


def test_inputs_that_changed_after_showing_are_refused_and_shown_anew(house: BillingHouse) -> None:
    run = shown(house)
    assert not has_changed(FIRST)
    with house.database.transaction() as tx:
        tx.execute(text("UPDATE tariffs SET rate = 3.10"))
    assert has_changed(FIRST)
    done = approve(house, run)
    assert (done.state, done.run_code) == ("shown_anew", "B2610-001-2")
    assert (read(house).state, read(house).superseded_by) == ("superseded", "B2610-001-2")
    new = read(house, "B2610-001-2")
    assert (new.state, new.total, new.requested_by) == ("awaiting_approval", D("520.80"), "qianlan")
    assert (entries(house), len(mails(house, "billing_approval"))) == (0, 2)
    with pytest.raises(GuanjiaError, match="superseded by B2610-001-2"):
        say(house, "approved", BOSS)
    assert approve(house, run, "B2610-001-2").state == "posted"


def test_inputs_that_leave_nothing_to_bill_are_said(house: BillingHouse) -> None:
    run = shown(house)
    with house.database.transaction() as tx:
        tx.execute(text("UPDATE settings SET value = '2026-11-01' WHERE setting = 'live_from'"))
        assert newest_of(tx, FIRST).run_code == FIRST
    done = approve(house, run)
    assert (done.state, entries(house)) == ("nothing_left", 0)
    assert read(house).state == "superseded"


def test_showing_anew_without_a_change_keeps_the_run(house: BillingHouse) -> None:
    run = shown(house)
    assert show_anew(run, FIRST, AS_OF) == FIRST
    assert len(mails(house, "billing_approval")) == 1


# -- questions ---------------------------------------------------------------------------------------------------------


def test_a_run_is_asked_about_by_one_question_at_a_time(house: BillingHouse) -> None:
    shown(house)
    with house.database.transaction() as tx:
        open_run(tx, "fee_billing", AS_OF, external_key="manual__1")
        assert claim_questions(tx, "manual__1") == [FIRST]
        assert runs_to_see_through(tx, "manual__2") == []
        assert runs_to_see_through(tx, "manual__1") == [FIRST], "a retried task finds its own"
        tx.execute(text("UPDATE runs SET state = 'succeeded' WHERE external_key = 'manual__1'"))
        assert runs_to_see_through(tx, "manual__2") == [FIRST], "a question that is over is asked anew"
        note_asked(tx, FIRST, "fee_billing/manual__2/approve.ask/0")
        assert claim_questions(tx, "manual__3", approved_only=True) == []


def test_a_run_is_named_by_its_own_code_or_by_that_of_the_run_that_waits(house: BillingHouse) -> None:
    run = shown(house)
    with house.database.transaction() as tx:
        assert [each.run_code for each in runs_named(tx, FIRST)] == [FIRST]
        assert [each.run_code for each in runs_named(tx, run.run_code)] == [FIRST]
        assert runs_named(tx, "confirm_changes-1") == []


def test_who_waits_too_long_is_told_once(house: BillingHouse) -> None:
    shown(house)
    with house.database.transaction() as tx:
        assert note_and_tell_overdue(tx, FIRST, AS_OF + timedelta(days=7), days=7, pages="") == 1
        assert note_and_tell_overdue(tx, FIRST, AS_OF + timedelta(days=14), days=7, pages="") == 0
    (told,) = mails(house, "billing_overdue")
    assert (told.recipient, told.subject) == ("shenhe@example.com", "审批逾期：2026年10月 出账已等待您审批 7 天")
    assert read(house).state == "awaiting_approval"


# -- shared meters -----------------------------------------------------------------------------------------------------


@pytest.mark.rule("BILL-04")
def test_an_abnormal_pool_is_released_by_an_approver_and_the_run_is_shown_anew(house: BillingHouse) -> None:
    house.add(
        "meters",
        meter_code="P1",
        utility="electricity",
        community_code=COMMUNITY,
        building_code="01",
        multiplier=D(1),
        apportion_by="area",
    )
    house.tariff("E", "0.85", charge_kind="shared_electricity", basis="consumption")
    reading = D(0)
    for month, use in (("06", 100), ("07", 100), ("08", 100), ("09", 100), ("10", 100), ("11", 900)):
        reading += use
        house.add("meter_readings", meter_code="P1", read_on=on(f"{month}-01"), reading=reading)
    run = shown(house)
    assert read(house).exceptions == 1
    with pytest.raises(NotPermitted):
        release_and_renew(run, FIRST, "P1", OTHER, reason="施工用电", at=AS_OF)
    done = release_and_renew(run, FIRST, "P1", BOSS, reason="施工用电", at=AS_OF)
    assert (done.state, done.run_code) == ("shown_anew", "B2610-001-2")
    new = read(house, "B2610-001-2")
    assert new.total == read(house).total + D("765.00")


def test_the_instant_of_a_decision_is_given_in_a_demo_home_only(
    house: BillingHouse, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.use(language="en")
    make_home(house.database.home)
    shown(house)
    earlier = ("--as", BOSS.staff_code or "", "--as-of", "2026-11-06T10:00")
    assert main(["approve", FIRST, *earlier]) == 2
    assert "only a demo home takes another instant" in capsys.readouterr().err
    assert (read(house).state, entries(house)) == ("awaiting_approval", 0)
    assert main(["approve", "B2610-009-1", *earlier]) == 1, "an unknown run comes first"
    assert "B2610-009-1" in capsys.readouterr().err
