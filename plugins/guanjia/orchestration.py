"""What DAG files share: how an Airflow run becomes a run of ours, and the arguments every DAG has.

Airflow orchestrates and shows; it holds no business state. A DAG's tasks call one pipeline function each, with plain
values from here.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from guanjia.domain.errors import UsageError
from guanjia.host.database import attach
from guanjia.i18n import gettext_for
from guanjia.logs import get_logger
from guanjia.settings import TIME_ZONE, environment
from guanjia.store.engine import Transaction, transaction
from guanjia.store.runs import Run, add_detail, close_run, fail_run, open_run

_log = get_logger(__name__)

OWNER = "管家 Guanjia"

PipelineStep = Callable[[Transaction, Run, datetime], Mapping[str, int]]
"""A step of a pipeline: (transaction, run, as_of) → rows written, by name."""

ChunkedStep = Callable[[Run, datetime], Mapping[str, int]]
"""A step with transactions of its own: (run, as_of) → rows written, by name."""

FormStep = Callable[[Transaction, Run, datetime, Mapping[str, Any], str | None], Mapping[str, int]]
"""A step that reads a form: (transaction, run, as_of, parameters, Airflow user who started the run)."""

START = datetime(2026, 1, 1, tzinfo=TIME_ZONE)
"""Start date of every DAG; windows come from state, never from this date."""


def as_of_of(context: Mapping[str, Any]) -> datetime:
    """The instant an Airflow run is a function of: the parameter, else the interval's end, else run_after.

    A run that a person starts by hand is one for now: Airflow gives it the last complete interval, whose end would
    leave out what has come in since.

    Args:
        context: Airflow's task context.

    Raises:
        UsageError: the parameter is no instant.
    """
    given = (context.get("params") or {}).get("as_of")
    if given:
        try:
            found = datetime.fromisoformat(str(given).replace("Z", "+00:00"))
        except ValueError:
            _ = gettext_for(environment().language)
            raise UsageError(
                _(
                    "as_of is “{given}”, which is no instant: give it like 2026-11-20T10:00, or leave it empty for "
                    "now.",
                    given=str(given),
                )
            ) from None
        return found if found.tzinfo else found.replace(tzinfo=TIME_ZONE)
    dag_run = context["dag_run"]
    by_hand = getattr(dag_run, "run_type", None) == "manual"
    end = None if by_hand else getattr(dag_run, "data_interval_end", None)
    instant = end if end is not None else dag_run.run_after
    return datetime.fromtimestamp(instant.timestamp(), TIME_ZONE)


def requester_of(context: Mapping[str, Any]) -> str | None:
    """Airflow user who started the run by hand; None: the schedule, or the command in one process."""
    name = getattr(context["dag_run"], "triggering_user_name", None)
    return None if name == "dag_test" else name


def may_read(login: str, dag_id: str) -> bool | None:
    """Whether Airflow lets a user read a DAG, as far as a task can know.

    Args:
        login: the user's name.
        dag_id: the DAG.

    Returns:
        None: it cannot be known here. Only the simple auth manager keeps its users where a task can read them, in the
        configuration; others keep them in Airflow's database, which is closed to tasks.
    """
    from airflow.api_fastapi.auth.managers.models.resource_details import DagDetails
    from airflow.api_fastapi.auth.managers.simple.simple_auth_manager import SimpleAuthManager
    from airflow.configuration import conf

    if conf.get("core", "auth_manager").rpartition(".")[2] != SimpleAuthManager.__name__:
        return None
    if conf.getboolean("core", "simple_auth_manager_all_admins"):
        return True
    user = next((each for each in SimpleAuthManager.get_users() if each.get_name() == login), None)
    details = DagDetails(id=dag_id)
    return user is not None and bool(SimpleAuthManager().is_authorized_dag(method="GET", details=details, user=user))


def begin(context: Mapping[str, Any]) -> Run:
    """The run row of an Airflow run: written by its first task, found again by the others and by retries."""
    attach()
    dag_run = context["dag_run"]
    parameters = {name: value for name, value in (context.get("params") or {}).items() if value not in (None, "")}
    with transaction() as tx:
        return open_run(
            tx,
            dag_run.dag_id,
            as_of_of(context),
            started_at=datetime.now(UTC),
            parameters=parameters,
            requested_by=requester_of(context),
            external_key=dag_run.run_id,
        )


@contextlib.contextmanager
def step(context: Mapping[str, Any]) -> Iterator[tuple[Transaction, Run]]:
    """One pipeline step in one transaction, with its run.

    Raises:
        AirflowFailException: a parameter cannot be used; trying again would not help, so Airflow does not.
    """
    try:
        run = begin(context)
        with transaction() as tx:
            yield tx, run
    except UsageError as error:
        from airflow.sdk.exceptions import AirflowFailException

        raise AirflowFailException(str(error)) from None  # who reads the task's log needs the sentence alone


def take(context: Mapping[str, Any], pipeline_step: PipelineStep) -> dict[str, int]:
    """One pipeline step in one transaction; what it wrote goes to its run, and to Airflow."""
    with step(context) as (tx, run):
        return counted(tx, run, pipeline_step(tx, run, run.as_of))


def take_in_chunks(context: Mapping[str, Any], telling: ChunkedStep) -> dict[str, int]:
    """Like `take`, for a step that opens transactions of its own, one per chunk."""
    run = begin(context)
    counts = telling(run, run.as_of)
    with transaction() as tx:
        return counted(tx, run, counts)


def take_form(context: Mapping[str, Any], pipeline_step: FormStep) -> dict[str, int]:
    """Like `take`, for a step that reads what a person filled in, and who it was."""
    with step(context) as (tx, run):
        counts = pipeline_step(tx, run, run.as_of, context.get("params") or {}, requester_of(context))
        return counted(tx, run, counts)


def counted(
    tx: Transaction, run: Run, counts: Mapping[str, int], *, rows_in: int = 0, rows_out: int | None = None
) -> dict[str, int]:
    """Add a step's counts to its run and hand them to Airflow as small JSON.

    Args:
        tx: the step's transaction.
        run: its run.
        counts: what the step wrote, by name.
        rows_in: rows the step looked at.
        rows_out: rows it wrote; None: the sum of the counts.
    """
    written = sum(counts.values()) if rows_out is None else rows_out
    add_detail(tx, run.run_id, counts, rows_in=rows_in, rows_out=written)
    return dict(counts)


def or_skip(found: list[str], why: str) -> list[str]:
    """What was found; with nothing the task is skipped, so that its asset starts no other DAG.

    Raises:
        AirflowSkipException: the list is empty.
    """
    from airflow.sdk.exceptions import AirflowSkipException

    if not found:
        raise AirflowSkipException(why)
    return found


def gate(context: Mapping[str, Any], *suites: str) -> dict[str, int]:
    """Check the run's own rows by these suites; each takes the run as its only parameter.

    Raises:
        GateFailed: a critical expectation failed; nothing that follows runs.
    """
    from guanjia.gates import check

    run = begin(context)
    found = {"gate_rows": 0, "gate_warnings": 0}
    for suite in suites:
        result = check(run.run_id, suite, {"run_id": run.run_id}, checked_at=datetime.now(UTC))
        found["gate_rows"] += result["rows"]
        found["gate_warnings"] += result["warnings"]
    with transaction() as tx:
        add_detail(tx, run.run_id, found)
    return found


def deliver_mail(context: Mapping[str, Any]) -> dict[str, int]:
    """Deliver what waits in the outbox; a mail server that does not answer fails no run, the next one tries again.

    Returns:
        Messages by fate; nothing of it counts as rows written.
    """
    from guanjia.outbox import deliver_outbox

    run = begin(context)
    report = deliver_outbox(run.as_of)
    fates = {
        "mails_sent": report.sent,
        "mails_later": report.later,
        "mails_failed": report.failed,
        "mails_unknown": report.unknown + report.expired,
    }
    if report.problem:
        _log.warning("mail left waiting", problem=report.problem)
    with transaction() as tx:
        add_detail(tx, run.run_id, fates | ({"mail_problem": report.problem} if report.problem else {}))
    return fates


def finish(context: Mapping[str, Any], state: str = "succeeded") -> str:
    """End the run; the last task of every DAG. Returns the run's code."""
    run = begin(context)
    with transaction() as tx:
        close_run(tx, run.run_id, state, ended_at=datetime.now(UTC))
    return run.run_code


def note_failure(context: Mapping[str, Any]) -> None:
    """Failure callback of every task and DAG: the run row says that it failed, at which task and why.

    A task whose own process lost the scheduler is called back without its run; the DAG's callback then notes it.
    """
    error = context.get("exception")
    if context.get("dag_run") is None:
        _log.error("a task failed outside its run", reason=str(error)[:2_000])
        return
    try:
        run = begin(context)
    except UsageError:  # its as_of is none: the run is noted under the instant it was started for
        run = begin({**context, "params": {**context["params"], "as_of": None}})
    failed = context.get("task_instance") or context.get("ti")
    with transaction() as tx:
        fail_run(tx, run.run_id, getattr(failed, "task_id", None), error, ended_at=datetime.now(UTC))


DEFAULT_ARGUMENTS: Mapping[str, Any] = {
    "owner": OWNER,
    "retries": 2,
    "retry_delay": timedelta(seconds=30),
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(minutes=10),
    "on_failure_callback": note_failure,
}
"""Every task is retried: a killed worker's task fails after the heartbeat timeout and runs again, which is safe."""

URGENT_ARGUMENTS: Mapping[str, Any] = {**DEFAULT_ARGUMENTS, "priority_weight": 100}
"""Of DAGs somebody waits for: files, escalations, storms, mail. Their tasks go before those of reports and plans."""
