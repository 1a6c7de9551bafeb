"""The tasks of ``fee_billing`` that need Airflow's context, and the group that sees one billing run through.

Each run of the group stands for one billing run: ask, post on the stored decision, check the books, tell the payers.
A community's bills go out as soon as theirs are approved, whatever the others wait for.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from airflow.sdk import get_current_context, task, task_group
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from guanjia.desk.billing_approval import AskApproval, in_one_process, pages
from guanjia.orchestration import begin, counted, deliver_mail, finish, requester_of, step, take
from guanjia.pipelines.fee_billing import running

_QUESTIONS_ASKED_ANEW = 200
"""Answers that could not be taken before the question gives up: every one is asked anew as the task's next try."""


def prepare(context: Mapping[str, Any]) -> dict[str, int]:
    """Derive what billing looks at, each step in its own transaction."""
    found: dict[str, int] = {}
    for each in running.preparations():
        found |= take(context, each)
    return found


def draft(context: Mapping[str, Any]) -> dict[str, int]:
    """Draft the months asked for in the form, or due by the schedule."""
    given = context.get("params") or {}
    with step(context) as (tx, run):
        drafted = running.draft(
            tx,
            run,
            run.as_of,
            period=given.get("period"),
            community=given.get("community"),
            by_hand=getattr(context["dag_run"], "run_type", None) == "manual",
            requested_by=requester_of(context),
        )
        return counted(tx, run, drafted)


def show(context: Mapping[str, Any]) -> dict[str, int]:
    """Ask for the approval of what the gates let pass, and deliver the mails about it."""
    with step(context) as (tx, run):
        found = counted(tx, run, running.show(tx, run, run.as_of, pages()))
    return found | deliver_mail(context)


def claim(context: Mapping[str, Any]) -> list[str]:
    """Codes of the billing runs this run asks about, posts, or tells the payers of."""
    with step(context) as (tx, run):
        return running.claim_questions(
            tx, context["dag_run"].run_id, as_of=run.as_of, approved_only=in_one_process(context)
        )


def end(context: Mapping[str, Any]) -> str:
    """End the run; in one process it waits for the person who decides with the command."""
    with step(context) as (tx, run):
        waits = in_one_process(context) and running.still_waits(tx, run)
    return finish(context, "waiting" if waits else "succeeded")


@task_group(group_id="approve", group_display_name="逐批审批与入账 Decide and post")  # type: ignore[untyped-decorator]  # Airflow is not typed for us, here and below
def approve(run_code: str) -> None:
    """One billing run, from the question to its bills."""
    asked = AskApproval(
        task_id="ask",
        task_display_name="请第二人审批 Ask a second person",
        run_code=run_code,
        map_index_template="{{ task.run_code }}",
        retries=_QUESTIONS_ASKED_ANEW,
        retry_delay=timedelta(seconds=5),
        retry_exponential_backoff=False,
    )
    asked >> post(run_code) >> check_books(run_code) >> tell(run_code)


@task(task_display_name="入账 Post")  # type: ignore[untyped-decorator]  # as above
def post(run_code: str) -> dict[str, int]:
    """Post on the stored decision; what has nothing to post is skipped, what nobody decided on fails at once."""
    run = begin(get_current_context())
    try:
        return running.post(run, run_code, pages())
    except running.NothingToPost as error:
        raise AirflowSkipException(str(error)) from error
    except running.Undecided as error:
        raise AirflowFailException(str(error)) from error


@task(task_display_name="账目关口 Gate of the books")  # type: ignore[untyped-decorator]  # as above
def check_books(run_code: str) -> dict[str, int]:
    """Check what was posted before any bill leaves the house."""
    return running.check_books(begin(get_current_context()), run_code)


@task(task_display_name="写账单并发送 Tell the payers")  # type: ignore[untyped-decorator]  # as above
def tell(run_code: str) -> dict[str, int]:
    """Write the bills' mails and print files, and deliver the mails."""
    context = get_current_context()
    return running.tell(begin(context), run_code) | deliver_mail(context)
