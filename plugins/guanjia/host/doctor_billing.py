"""Doctor's checks of billing: who approves, what stands still, what was never billed, assigned or closed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from guanjia.host.doctor import Check, Finding, Patient, listed, ok, problem, warning
from guanjia.i18n.formats import money_text
from guanjia.pipelines.fee_billing.approvers import approvers
from guanjia.pipelines.fee_billing.months import months_between
from guanjia.settings import TIME_ZONE
from guanjia.store.business_settings import required_setting, settings_by_community
from guanjia.store.engine import Transaction, transaction
from guanjia.store.sql import execute

STANDS_STILL = timedelta(days=1)
"""A draft nobody was shown, or an approval nothing came of, is no accident any more after this."""

BILLED_WITHIN = timedelta(days=2)
"""Days after the billing day within which a month has its run."""

SUSPENSE_WITHIN = timedelta(days=7)
"""Days within which somebody says whose a payment is."""

CLOSED_WITHIN = timedelta(days=31)
"""Days after its end within which a month is closed."""


def check_approvers(patient: Patient) -> Iterable[Finding]:
    """Somebody may approve bills, and more than one, for nobody approves what they asked for."""
    tr, today = patient.tr, _today(patient)
    with transaction("read") as tx:
        known = approvers(tx, today)
        bills = _billing_communities(tx, today)
    action = tr("Load the setting billing_approvers: Airflow users or staff codes (inbox/restricted).")
    silent = [each.named for each in known if not each.email]
    if not known and bills:
        yield warning("billing_approvers", tr("Nobody may approve billing runs, so none is ever posted."), action)
    elif silent:
        yield warning(
            "billing_approvers",
            tr("These approvers of bills have no mail address: {names}.", names=listed(silent)),
            tr("Complete the staff register; until then they see what waits on the page Billing only."),
        )
    else:
        yield ok("billing_approvers", tr("Those who approve bills are known."))


def check_billing_runs(patient: Patient) -> Iterable[Finding]:
    """No billing run waits for long, and none stands still."""
    tr = patient.tr
    with transaction("read") as tx:
        days = int(str(required_setting(tx, "billing_approval_days", _today(patient))))
        found = execute(
            tx,
            "doctor/find_undecided_billing",
            shown_before=patient.now - timedelta(days=days),
            drafted_before=patient.now - STANDS_STILL,
        ).all()
    waiting = [row.run_code for row in found if row.state == "awaiting_approval"]
    stopped = [row.run_code for row in found if row.state in ("draft", "checked")]
    approved = [row.run_code for row in found if row.state == "approved"]
    if waiting:
        yield warning(
            "billing_runs",
            tr(
                "These billing runs wait for an approval for more than {days} days: {codes}.",
                days=days,
                codes=listed(waiting),
            ),
            tr("Decide: the page Billing, or `guanjia approve RUN --as STAFF`."),
        )
    if stopped:
        yield warning(
            "billing_runs",
            tr("These billing runs were drafted and shown to nobody: {codes}.", codes=listed(stopped)),
            tr("A gate stopped them: read the checks of the last run of fee_billing, correct, and start it again."),
        )
    if approved:
        yield problem(
            "billing_runs",
            tr("These billing runs are approved and not posted: {codes}.", codes=listed(approved)),
            tr("Start `guanjia run fee_billing`; its log says why the posting failed."),
        )
    if not found:
        yield ok("billing_runs", tr("No billing run waits for long."))


def check_tariffs(patient: Patient) -> Iterable[Finding]:
    """Every community served has a tariff for the property fee."""
    tr, today = patient.tr, _today(patient)
    with transaction("read") as tx:
        served = sorted(_billing_communities(tx, today))
        codes = list(execute(tx, "doctor/find_untariffed_communities", community_codes=served, on_day=today).scalars())
    if codes:
        yield warning(
            "tariffs",
            tr("No tariff for the property fee is in force in {codes}.", codes=listed(codes)),
            tr("Load one (dataset tariffs, inbox/restricted); without it the fee is not billed."),
        )
    else:
        yield ok("tariffs", tr("Every community served has a tariff for the property fee."))


def check_billed(patient: Patient) -> Iterable[Finding]:
    """Every month whose billing day has passed has its run."""
    tr, today = patient.tr, _today(patient)
    with transaction("read") as tx:
        months = _months_to_be_billed(tx, today)
        found = execute(
            tx,
            "doctor/find_unbilled_months",
            community_codes=[community for community, _period in months],
            periods=[period for _community, period in months],
        ).all()
    if found:
        yield warning(
            "billed",
            tr("Not billed yet: {months}.", months=listed([f"{row.community_code} {row.period}" for row in found])),
            tr("Is the DAG fee_billing paused? Else: `guanjia run fee_billing --param period=YYYY-MM`."),
        )
    else:
        yield ok("billed", tr("Every month that was to be billed has its billing run."))


def check_suspense(patient: Patient) -> Iterable[Finding]:
    """No payment waits in suspense for long."""
    tr, today = patient.tr, _today(patient)
    with transaction("read") as tx:
        counts = execute(tx, "doctor/count_old_suspense", received_before=today - SUSPENSE_WITHIN).one()
    if counts.payments:
        yield warning(
            "suspense",
            tr.ngettext(
                "{n} payment of {amount} waits in suspense since {day} or later.",
                "{n} payments of {amount} wait in suspense since {day} or later.",
                counts.payments,
                amount=money_text(counts.amount),
                day=counts.oldest_on.isoformat(),
            ),
            tr("Say whose they are: the page Billing, Payments in suspense; `guanjia assign`."),
        )
    else:
        yield ok("suspense", tr("No payment waits in suspense for long."))


def check_closed(patient: Patient) -> Iterable[Finding]:
    """Months are closed in time (BILL-10)."""
    tr = patient.tr
    last = (_today(patient) - CLOSED_WITHIN).replace(day=1) - timedelta(days=1)
    with transaction("read") as tx:
        found = list(execute(tx, "doctor/find_open_months", last_period=f"{last:%Y-%m}").scalars())
    if found:
        yield warning(
            "closed_months",
            tr("These months are not closed: {months}.", months=listed(found)),
            tr("Close them, the oldest first: `guanjia close YYYY-MM`."),
        )
    else:
        yield ok("closed_months", tr("Months are closed in time."))


def check_partitions(patient: Patient) -> Iterable[Finding]:
    """No broken run has left a table behind."""
    tr = patient.tr
    with transaction("read") as tx:
        found = list(execute(tx, "doctor/find_loose_partitions").scalars())
    if found:
        yield warning(
            "partitions",
            tr("Billing runs that broke off have left tables behind: {names}.", names=listed(found)),
            tr("They hold nothing that counts. Drop them as the owner: DROP TABLE {name};", name=found[0]),
        )
    else:
        yield ok("partitions", tr("No billing run has left a table behind."))


def _months_to_be_billed(tx: Transaction, today: date) -> list[tuple[str, str]]:
    billing_day = int(str(required_setting(tx, "billing_day", today)))
    by = today - BILLED_WITHIN
    last = by.replace(day=1) - timedelta(days=1)
    if by.day < billing_day:
        last = last.replace(day=1) - timedelta(days=1)
    return [
        (community, period)
        for community, live_from in _billing_communities(tx, today).items()
        for period in months_between(f"{live_from:%Y-%m}", f"{last:%Y-%m}")
    ]


def _billing_communities(tx: Transaction, today: date) -> dict[str, date]:
    """Communities with units that are served by a day, with the first day of that."""
    codes = list(execute(tx, "doctor/list_communities_with_units").scalars())
    live = settings_by_community(tx, ["live_from"], today, codes)
    return {
        code: found
        for code, values in live.items()
        if isinstance(found := values["live_from"], date) and found <= today
    }


def _today(patient: Patient) -> date:
    return patient.now.astimezone(TIME_ZONE).date()


CHECKS: list[tuple[str, Check]] = [
    ("billing_approvers", check_approvers),
    ("billing_runs", check_billing_runs),
    ("tariffs", check_tariffs),
    ("billed", check_billed),
    ("suspense", check_suspense),
    ("closed_months", check_closed),
    ("partitions", check_partitions),
]
