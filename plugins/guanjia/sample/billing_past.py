"""Plays the billing of months gone by in a home that has taken a sample in: payments, bills, approval, letters.

Each Monday the payments of the week are dealt with and letters planned; each billing day the month before is drafted,
approved by the second demo person at ten, and posted. Nothing is mailed for those days: bills and letters count as
sent. The newest month is left to the pipeline's own run, so that a visitor finds it waiting for an approval.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import and_, case, func, insert, literal, select, update

from guanjia.sample.workforce import APPROVER, REQUESTER
from guanjia.settings import TIME_ZONE
from guanjia.store.business_settings import required_setting
from guanjia.store.engine import Transaction, transaction
from guanjia.store.runs import Run, add_detail, close_run, open_run
from guanjia.store.tables import metadata

DRAFTED_AT: Final = time(2, 0)
APPROVED_AT: Final = time(10, 0)
CHASED_AT: Final = time(7, 30)
CLOSED_AT: Final = time(17, 0)
CLOSED_ON_DAY: Final = 10
"""Day of the month on which the month before is closed."""
PRINTED_AT: Final = time(16, 0)
MONDAY: Final = 0

Told = Callable[[int, int], None]
"""Told how many days of how many are done."""

_Step = Callable[[Transaction, Run, datetime], Mapping[str, int]]


@dataclass
class _Past:
    """The days to be played and what came of them."""

    until: datetime
    counts: dict[str, int] = field(default_factory=dict)

    def run(self, pipeline: str, as_of: datetime, *steps: _Step) -> None:
        """Run some steps of a pipeline for an instant, as one run."""
        with transaction() as tx:
            run = open_run(tx, pipeline, as_of)
        counts: dict[str, int] = {}
        for step in steps:
            with transaction() as tx:
                counts |= step(tx, run, as_of)
        with transaction() as tx:
            add_detail(tx, run.run_id, counts, rows_out=sum(counts.values()))
            close_run(tx, run.run_id, "succeeded")
        for name, count in counts.items():
            self.counts[name] = self.counts.get(name, 0) + count


def play_past(first: date, until: datetime, *, told: Told = lambda done, of: None) -> dict[str, int]:
    """Play the money of every day before an instant; the pipelines' own runs as of that instant go on from there.

    Args:
        first: first day anybody is served.
        until: aware instant the history ends.
        told: is told the progress after each day.

    Returns:
        Months posted, bills, payments assigned and letters written.
    """
    past = _Past(until)
    with transaction() as tx:
        billing_day = int(str(required_setting(tx, "billing_day", first)))
    last = until.astimezone(TIME_ZONE).date()
    newest = _newest_billing_day(last, billing_day)
    days = [
        day
        for day in (first + timedelta(days=number) for number in range((last - first).days))
        if day.weekday() == MONDAY or day.day in (1, CLOSED_ON_DAY, billing_day) or day == first
    ]
    for number, day in enumerate(days, start=1):
        if day == first or day.day == 1:
            past.run("fee_billing", _at(day, DRAFTED_AT), _post_opening)
        if day.day == billing_day and day < newest:
            _bill(past, day)
        if day.day == CLOSED_ON_DAY and day < newest:
            _close(day)
        if day.weekday() == MONDAY:
            past.run("payments", _at(day, DRAFTED_AT), _take_payments)
            past.run("fee_collection", _at(day, CHASED_AT), _write_letters)
        told(number, len(days))
    names = {"months": "posted", "bills": "bills", "payments": "assigned", "letters": "letters"}
    return {name: past.counts.get(counted, 0) for name, counted in names.items()}


def _newest_billing_day(last: date, billing_day: int) -> date:
    """The last billing day up to a day, whose month is left to the pipeline."""
    day = last.replace(day=billing_day)
    return day if day <= last else (last.replace(day=1) - timedelta(days=1)).replace(day=billing_day)


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, TIME_ZONE)


def _bill(past: _Past, day: date) -> None:
    """The month before: drafted in the night, approved and posted in the morning, bills out the same day."""
    past.run("payments", _at(day, DRAFTED_AT), _take_payments)
    past.run("fee_billing", _at(day, DRAFTED_AT), _draft)
    with transaction() as tx:
        waiting = _waiting(tx)
    for run_code in waiting:
        past.run("fee_billing", _at(day, APPROVED_AT), _approval(run_code), _posting(run_code), _delivery(run_code))


def _close(day: date) -> None:
    """The month before, where anything was booked in it; what was held back of it is billed as a correction later."""
    from guanjia.pipelines.fee_billing.closing import close_period

    last = day.replace(day=1) - timedelta(days=1)
    entries = metadata.tables["ledger"]
    with transaction() as tx:
        if tx.scalar(select(func.count()).select_from(entries).where(entries.c.posted_on <= last)):
            close_period(tx, f"{last:%Y-%m}", APPROVER.login, _at(day, CLOSED_AT), leave_unbilled=True)


def _post_opening(tx: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """What was owed before a community went live; one goes live on a first of a month."""
    from guanjia.pipelines.fee_billing.opening import post_opening

    return post_opening(tx, run, as_of)


def _take_payments(tx: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    from guanjia.pipelines.fee_billing.deposits import settle_deposits
    from guanjia.pipelines.fee_billing.payments import assign_payments, pay_bills

    return assign_payments(tx, run, as_of) | pay_bills(tx, run, as_of) | settle_deposits(tx, run, as_of)


def _draft(tx: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Draft without gates and mails, as if they had passed."""
    from guanjia.pipelines.fee_billing.drafting import draft_runs, mark_checked
    from guanjia.pipelines.fee_billing.months import find_months

    drafted = draft_runs(tx, run, as_of, find_months(tx, as_of), REQUESTER.login)
    mark_checked(tx, run, as_of)
    table = metadata.tables["billing_runs"]
    tx.execute(
        update(table)
        .where(table.c.state == "checked", table.c.run_id == run.run_id)
        .values(state="awaiting_approval", shown_at=as_of, shown_digest=table.c.digest)
    )
    return {name: count for name, count in drafted.items() if name in ("bills", "lines", "exceptions")}


def _waiting(tx: Transaction) -> list[str]:
    table = metadata.tables["billing_runs"]
    return list(
        tx.scalars(select(table.c.run_code).where(table.c.state == "awaiting_approval").order_by(table.c.run_code))
    )


def _approval(run_code: str) -> _Step:
    def approve(tx: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
        from guanjia.pipelines.confirm_changes import find_person
        from guanjia.pipelines.fee_billing.deciding import decide
        from guanjia.pipelines.fee_billing.runs import read_run

        person = find_person(tx, APPROVER.login, on=as_of.date())
        shown = read_run(tx, run_code).shown_digest or ""
        decide(tx, run_code, "approved", person, shown_digest=shown, decided_at=as_of)
        return {}

    return approve


def _posting(run_code: str) -> _Step:
    def post(tx: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
        from guanjia.pipelines.fee_billing.posting import post_run

        return {"posted": post_run(tx, run, run_code, as_of)["posted"]}

    return post


def _delivery(run_code: str) -> _Step:
    """Bills of long ago: they count as mailed, or as printed that afternoon."""

    def deliver(tx: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
        tables = metadata.tables
        bills, units, customers = tables["bills"], tables["units"], tables["customers"]
        way = case((bills.c.total == 0, "none"), (customers.c.email.is_not(None), "mail"), else_="print")
        printed_at = literal(_at(as_of.astimezone(TIME_ZONE).date(), PRINTED_AT))
        chosen = (
            select(
                bills.c.batch_no,
                bills.c.bill_code,
                bills.c.run_code,
                bills.c.community_code,
                units.c.building_code,
                bills.c.customer_code,
                way,
                literal(as_of),
                case((way == "print", printed_at)),
                case((way == "print", literal(REQUESTER.login))),
                literal(run.run_id),
            )
            .join_from(
                bills,
                units,
                and_(bills.c.community_code == units.c.community_code, bills.c.unit_code == units.c.unit_code),
            )
            .join(customers, bills.c.customer_code == customers.c.customer_code)
            .where(bills.c.run_code == run_code)
        )
        deliveries = tables["bill_deliveries"]
        names = (
            "batch_no bill_code run_code community_code building_code customer_code way told_at printed_at printed_by "
            "run_id"
        )
        written = tx.execute(insert(deliveries).from_select(names.split(), chosen))
        return {"delivered": written.rowcount}

    return deliver


def _write_letters(tx: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Letters of long ago count as sent."""
    from guanjia.pipelines.fee_billing.dunning import plan_notices

    plan_notices(tx, run, as_of)
    table = metadata.tables["dunning"]
    sent = tx.execute(
        update(table)
        .where(table.c.state == "planned")
        .values(state=case((table.c.way == "print", "printed"), else_="sent"), sent_at=as_of)
    )
    return {"letters": sent.rowcount}
