"""The decision on a billing run: by a second person, on exactly what was shown, stored with its digest (pipelines 5).

Two doors lead to `decide`: the question in Airflow and the command. Nothing is posted here: posting acts on the
decision stored, and on nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal

from guanjia.domain.errors import GuanjiaError, NotPermitted, UnknownName, UsageError
from guanjia.pipelines.confirm_changes import Person
from guanjia.pipelines.fee_billing.approvers import approvers, names_of, names_of_person
from guanjia.pipelines.fee_billing.runs import BillingRun, lock_community, read_run
from guanjia.settings import TIME_ZONE
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute

Decision = Literal["approved", "rejected"]

QUESTIONS_AT_ONCE: Final = 200
"""Questions of one Airflow run; what is more is asked by the next."""

_LONGEST_REASON: Final = 1_000
_DECIDED: Final = {"approved": ("approved", "posted", "reversed"), "rejected": ("rejected",)}


def decide(
    transaction: Transaction,
    run_code: str,
    decision: Decision,
    person: Person,
    *,
    shown_digest: str,
    decided_at: datetime,
    reason: str = "",
) -> BillingRun:
    """Store a person's decision on a billing run; a rejection is told to who asked for the run.

    Args:
        transaction: open transaction.
        run_code: the billing run.
        decision: approved or rejected.
        person: who decides; authenticated by the caller.
        shown_digest: digest of what the person was shown.
        decided_at: wall clock; aware.
        reason: why; a rejection needs one.

    Returns:
        The run as it is now. The same decision again changes nothing.

    Raises:
        UnknownName: there is no such run.
        NotPermitted: the person is no approver, or asked for the run, or brought what it is made of.
        UsageError: a rejection without a reason.
        GuanjiaError: it was decided otherwise, replaced, not shown yet, or is not what was shown.
    """
    found = read_run(transaction, run_code)
    lock_community(transaction, found.community_code)
    found = read_run(transaction, run_code)
    said = " ".join(reason.split())[:_LONGEST_REASON]
    refuse_person(transaction, found, person, decided_at)
    if found.state in _DECIDED[decision]:
        return found
    _refuse_state(found)
    if decision == "rejected" and not said:
        raise UsageError(f"Say why {run_code} is rejected: who asked for it is told the reason. Nothing was changed.")
    if shown_digest != found.shown_digest or shown_digest != found.digest:
        raise GuanjiaError(
            f"Billing run {run_code} is not what was shown any more; look again, then decide. Nothing was changed."
        )
    execute(
        transaction,
        "fee_billing/decide_run",
        run_code=run_code,
        decision=decision,
        decided_by=person.recorded_as,
        decided_at=decided_at,
        shown_digest=shown_digest,
        reason=said or None,
    )
    decided = read_run(transaction, run_code)
    if decision == "rejected":
        from guanjia.pipelines.fee_billing.telling_approvers import tell_rejected

        tell_rejected(transaction, decided, person, decided_at)
    execute(transaction, "fee_billing/close_answered_runs", ended_at=decided_at)
    return decided


def refuse_person(transaction: Transaction, run: BillingRun, person: Person, at: datetime) -> None:
    """Nobody but an approver who did not ask for the run may decide on it, or release what it holds back.

    Raises:
        NotPermitted: the person may not; says why.
    """
    on = at.astimezone(TIME_ZONE).date()
    known = approvers(transaction, on)
    if not known:
        raise NotPermitted(
            f"Nobody may decide on {run.run_code}: the setting billing_approvers names nobody. Load one with the "
            "settings dataset (Airflow users or staff codes). Nothing was changed."
        )
    names = names_of_person(transaction, person, on)
    if not any(each.names & names for each in known):
        raise NotPermitted(
            f"{person.recorded_as} is not among those who may decide on billing runs (setting billing_approvers). "
            "Nothing was changed."
        )
    if names & names_of(transaction, run.requested_by, on):
        raise NotPermitted(
            f"Billing run {run.run_code} was asked for, or its inputs were brought, by {run.requested_by}: somebody "
            "else has to decide on it. Nothing was changed."
        )


def runs_to_see_through(transaction: Transaction, dag_run_id: str) -> list[str]:
    """Runs an Airflow run asks about: those that wait, and those approved that were never posted.

    Args:
        transaction: open transaction.
        dag_run_id: the Airflow run; its own questions are found again.
    """
    rows = execute(transaction, "fee_billing/list_unasked_runs", dag_run_id=dag_run_id, at_most=QUESTIONS_AT_ONCE)
    return [str(row.run_code) for row in rows]


def note_asked(transaction: Transaction, run_code: str, waiting_task: str) -> None:
    """Remember which task in Airflow asks: dag/run/task/map index."""
    execute(transaction, "fee_billing/note_asked", run_code=run_code, waiting_task=waiting_task)


def runs_named(transaction: Transaction, name: str) -> list[BillingRun]:
    """The billing runs a person means: by a run's own code, or by the code of the run of the pipeline that waits.

    Returns:
        Nothing where the name is neither.
    """
    try:
        return [read_run(transaction, name)]
    except UnknownName:
        rows = execute(transaction, "fee_billing/list_runs_of_question", run_code=name)
        return [read_run(transaction, str(row.run_code)) for row in rows]


def newest_of(transaction: Transaction, run_code: str) -> BillingRun:
    """The run, or the one that took its place (and so on)."""
    found = read_run(transaction, run_code)
    while found.state == "superseded" and found.superseded_by:
        found = read_run(transaction, found.superseded_by)
    return found


def undecided(transaction: Transaction, run_codes: Sequence[str]) -> list[str]:
    """Those of the runs that still await their approval."""
    return [code for code in run_codes if read_run(transaction, code).state == "awaiting_approval"]


def _refuse_state(run: BillingRun) -> None:
    """Only a run that awaits its approval can be decided on."""
    if run.state == "awaiting_approval":
        return
    if run.state == "superseded":
        raise GuanjiaError(f"Billing run {run.run_code} was superseded by {run.superseded_by}; decide on that one.")
    if run.decision:
        raise GuanjiaError(
            f"Billing run {run.run_code} is {run.state}, {run.decision} by {run.approved_by}. Nothing was changed."
        )
    raise GuanjiaError(f"Billing run {run.run_code} is {run.state} and was shown to nobody yet. Nothing was changed.")
