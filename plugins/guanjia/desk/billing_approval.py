"""The approval of a billing run inside Airflow: the question, its answer, and what closes it from outside.

The answer stores the decision with the digest of what was shown; posting is a task of its own that acts on the stored
decision. Marking the task as successful by hand therefore posts nothing. A question whose run was decided by the
command, or was superseded, ends by itself: its trigger looks at the run's row, too.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.configuration import conf
from airflow.providers.standard.operators.hitl import ApprovalOperator, HITLOperator
from airflow.providers.standard.triggers.hitl import HITLTrigger
from airflow.sdk import Param
from airflow.sdk.exceptions import AirflowException, AirflowSkipException, DagRunTriggerException
from airflow.sdk.execution_time.hitl import update_hitl_detail_response, upsert_hitl_detail
from airflow.sdk.timezone import utcnow
from airflow.triggers.base import TriggerEvent
from asgiref.sync import sync_to_async

from guanjia.domain.errors import GuanjiaError, NotPermitted, UsageError
from guanjia.host.approvals import AGREE, REJECT
from guanjia.host.database import attach
from guanjia.i18n import gettext_for
from guanjia.logs import get_logger
from guanjia.orchestration import begin
from guanjia.pipelines import confirm_changes
from guanjia.pipelines.fee_billing.runs import BillingRun
from guanjia.settings import TIME_ZONE, environment
from guanjia.store.business_settings import required_setting
from guanjia.store.engine import transaction
from guanjia.store.runs import Run, add_detail, await_person

REASON = "reason"
"""Field of the question in which a rejection says why."""

_SUPERSEDED = "已被新批次取代 superseded"

_log = get_logger(__name__)


class WaitForDecision(HITLTrigger):  # type: ignore[misc]  # Airflow is not typed for us
    """Waits for the answer in Airflow, or until the run was decided or superseded elsewhere.

    Args:
        run_code: billing run the question is about.
        kwargs: of Airflow's own trigger.
    """

    def __init__(self, *, run_code: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.run_code = run_code

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Where Airflow finds this class, and its arguments."""
        _path, arguments = super().serialize()
        return f"{__name__}.{type(self).__name__}", arguments | {"run_code": self.run_code}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Look at the run's row and at Airflow's answer every few seconds; one event ends the question."""
        while True:
            if state := await asyncio.to_thread(state_elsewhere, self.run_code):
                await self._close(state)
                yield TriggerEvent({"elsewhere": state})
                return
            if self.timeout_datetime and self.timeout_datetime < utcnow():
                yield await self._handle_timeout()
                return
            if event := await self._handle_response():
                yield event
                return
            await asyncio.sleep(self.poke_interval)

    async def _close(self, state: str) -> None:
        """Let Airflow's list of required actions show that the question is over."""
        chosen = {"approved": AGREE, "posted": AGREE, "rejected": REJECT}.get(state, _SUPERSEDED)
        try:
            await sync_to_async(update_hitl_detail_response)(ti_id=self.ti_id, chosen_options=[chosen], params_input={})
        except Exception as error:  # the answer came at the same moment: whoever was first, counts
            _log.info("question was answered already", run=self.run_code, error=type(error).__name__)


def state_elsewhere(run_code: str) -> str | None:
    """The state of a billing run that awaits no approval any more; None: it does, or the database does not answer."""
    from guanjia.pipelines.fee_billing.runs import read_run

    try:
        attach()
        with transaction("read") as tx:
            state = read_run(tx, run_code).state
    except Exception as error:  # a database that is starting anew must not end the question
        _log.warning("billing run could not be looked at", run=run_code, error=type(error).__name__)
        return None
    return None if state == "awaiting_approval" else state


class AskApproval(ApprovalOperator):  # type: ignore[misc]  # Airflow is not typed for us
    """Asks those who may approve billing runs about one, and stores the decision.

    Args:
        run_code: billing run.
        kwargs: of any operator.
    """

    APPROVE = AGREE
    REJECT = REJECT
    template_fields = ("run_code",)

    def __init__(self, *, run_code: str, **kwargs: Any) -> None:
        title = "驳回理由（驳回时必填） Reason, needed to reject"
        kwargs["params"] = {REASON: Param("", type=["null", "string"], title=title, source="task")}
        super().__init__(subject="出账审批 Approval of bills", **kwargs)
        self.run_code = run_code

    def execute(self, context: Mapping[str, Any]) -> Any:
        """Show the run as it stands and wait; one that was decided elsewhere is not asked about."""
        run = begin(context)
        found = self._standing(context)
        if found is not None and found.run_code != self.run_code and not in_one_process(context):
            ask_in_another_run(found)
        if found is None or found.state != "awaiting_approval" or in_one_process(context):
            return {"run": self.run_code, "state": found.state if found else "superseded"}
        days = self._show(context, run, found)
        upsert_hitl_detail(
            ti_id=context["task_instance"].id,
            options=self.options,
            subject=self.subject,
            body=self.body,
            defaults=None,
            multiple=False,
            params=self.serialized_params,
            assigned_users=self.assigned_users,
        )
        self.defer(
            trigger=WaitForDecision(
                run_code=found.run_code,
                ti_id=context["task_instance"].id,
                options=self.options,
                params=self.serialized_params,
                defaults=None,
                multiple=False,
                timeout_datetime=utcnow() + self._patience(context, days),
            ),
            method_name="execute_complete",
            kwargs={"asked": found.run_code, "digest": found.shown_digest or "", "days": days},
        )
        return None

    def execute_complete(
        self, context: Mapping[str, Any], event: dict[str, Any], asked: str = "", digest: str = "", days: int = 0
    ) -> Any:
        """Store the decision.

        Where it cannot be taken the task's next try asks the same again; what took the run's place is asked about by
        another run, since Airflow keeps the text of a question for good.
        """
        run = begin(context)
        if "elsewhere" in event:
            successor = self._standing(context) if event["elsewhere"] == "superseded" else None
            if successor is not None and successor.run_code != asked:
                ask_in_another_run(successor)
            return {"run": asked, "state": event["elsewhere"]}
        if event.get("error_type") == "timeout":
            return _overdue(run, asked, days)
        answer = HITLOperator.execute_complete(self, context, event)
        login = str((answer["responded_by_user"] or {}).get("name") or "")
        agreed = answer["chosen_options"][0] == self.APPROVE
        reason = str((answer["params_input"] or {}).get(REASON) or "")
        return self._take(run, asked, digest, login, reason, agreed=agreed)

    def _take(self, run: Run, asked: str, digest: str, login: str, reason: str, *, agreed: bool) -> dict[str, str]:
        """Store the decision of somebody.

        Raises:
            AirflowException: it cannot be taken: the task's next try asks the same again.
            DagRunTriggerException: what was shown has changed: another run asks about the new draft.
        """
        from guanjia.pipelines.fee_billing.approving import has_changed, renew
        from guanjia.pipelines.fee_billing.deciding import decide
        from guanjia.pipelines.fee_billing.runs import read_run

        _ = gettext_for(environment().language)
        at = datetime.now(UTC)
        if agreed and state_elsewhere(asked) is None and has_changed(asked):
            renewed = renew(run, asked, pages=pages())
            if renewed.state == "shown_anew":
                with transaction("read") as tx:
                    ask_in_another_run(read_run(tx, renewed.run_code))
            return {"run": asked, "state": renewed.state}
        try:
            with transaction() as tx:
                person = confirm_changes.find_person(tx, login, on=at.astimezone(TIME_ZONE).date())
                decision = "approved" if agreed else "rejected"
                done = decide(tx, asked, decision, person, shown_digest=digest, decided_at=at, reason=reason)  # type: ignore[arg-type]  # one of two words
        except NotPermitted as error:
            self._refuse(run, _("{who} may not decide on this run; somebody else has to.", who=login))
            raise AirflowException(f"Asked anew: {error}") from error
        except UsageError as error:
            self._refuse(run, _("A rejection needs a reason: it is sent to who asked for the run."))
            raise AirflowException(f"Asked anew: {error}") from error
        except GuanjiaError as error:
            if state_elsewhere(asked) is None:
                raise AirflowException(f"Asked anew: {error}") from error
            _log.info("decided elsewhere at the same moment", run=asked, reason=str(error))
            return {"run": asked, "state": state_elsewhere(asked) or ""}
        return {"run": done.run_code, "state": done.state, "decided_by": done.approved_by or ""}

    def _standing(self, context: Mapping[str, Any]) -> BillingRun | None:
        """The run as it stands, or the one in its place if nobody else asks about that; None: somebody does."""
        from guanjia.pipelines.fee_billing.deciding import newest_of, runs_to_see_through

        with transaction("read") as tx:
            found = newest_of(tx, self.run_code)
            if found.run_code == self.run_code or found.state != "awaiting_approval":
                return found if found.state not in ("draft", "checked", "superseded") else None
            return found if found.run_code in runs_to_see_through(tx, context["dag_run"].run_id) else None

    def _show(self, context: Mapping[str, Any], run: Run, found: BillingRun) -> int:
        """Word the question, give it to who may answer it, and note who asks; returns days it may take."""
        from guanjia.pipelines.fee_billing.approval import read_figures
        from guanjia.pipelines.fee_billing.approval_words import body, subject
        from guanjia.pipelines.fee_billing.approvers import eligible_approvers
        from guanjia.pipelines.fee_billing.deciding import note_asked

        language = environment().language
        task = context["task_instance"]
        on = datetime.now(TIME_ZONE).date()
        with transaction() as tx:
            figures = read_figures(tx, found.run_code)
            people = eligible_approvers(tx, found, on)
            place = f"{task.dag_id}/{context['dag_run'].run_id}/{task.task_id}/{task.map_index}"
            note_asked(tx, found.run_code, place)
            days = int(str(required_setting(tx, "billing_approval_days", on)))
            await_person(tx, run.run_id)
        self.subject = subject(figures, language)
        self.body = body(figures, language, f"{pages()}/guanjia/billing/runs/{found.run_code}")
        logins = [each.login for each in people if each.login]
        if logins and _users_are_logins():
            self.assigned_users = [{"id": login, "name": login} for login in logins]
        return days

    def _refuse(self, run: Run, said: str) -> None:
        """Note in the run why an answer was not taken."""
        with transaction() as tx:
            add_detail(tx, run.run_id, {f"refused {self.run_code}": said})

    def _patience(self, context: Mapping[str, Any], days: int) -> timedelta:
        minutes = (context.get("params") or {}).get("answer_within_minutes")
        return timedelta(minutes=float(minutes)) if minutes else timedelta(days=days)


def _overdue(run: Run, asked: str, days: int) -> None:
    """Nobody answered in time: the approvers are told once, and the next run of the DAG asks again.

    Raises:
        AirflowSkipException: always; the run stays undecided and fails nothing.
    """
    from guanjia.pipelines.fee_billing.telling_approvers import note_and_tell_overdue

    with transaction() as tx:
        note_and_tell_overdue(tx, asked, datetime.now(UTC), days=days, pages=pages())
        add_detail(tx, run.run_id, {f"undecided {asked}": f"nobody answered in {days} days"})
    raise AirflowSkipException(f"Nobody answered about {asked} in time; the next run asks again.")


def ask_in_another_run(found: BillingRun) -> None:
    """Start a run that asks about what took this one's place: a question in Airflow keeps its text for good.

    It drafts for the same instant, which writes nothing, so that it only asks.

    Raises:
        DagRunTriggerException: always; Airflow starts the run and ends this task.
    """
    raise DagRunTriggerException(
        trigger_dag_id="fee_billing",
        dag_run_id=f"anew__{found.run_code}",
        conf={
            "community": found.community_code,
            "period": found.period,
            "as_of": found.drafted_at.astimezone(TIME_ZONE).isoformat(),
        },
        reset_dag_run=False,
        skip_when_already_exists=True,
        wait_for_completion=False,
        allowed_states=[],
        failed_states=[],
        poke_interval=5,
        deferrable=False,
    )


def in_one_process(context: Mapping[str, Any]) -> bool:
    """Whether `guanjia run` runs this: nobody could answer, and the command would wait for ever."""
    return getattr(context["dag_run"], "triggering_user_name", None) == "dag_test"


def pages() -> str:
    """Address of Airflow's pages, and ours."""
    return str(conf.get("api", "base_url", fallback="")).rstrip("/")


def _users_are_logins() -> bool:
    """Whether Airflow's user ids are the names (SimpleAuthManager), so that the question can be given to some only."""
    return "simple" in str(conf.get("core", "auth_manager", fallback="")).lower()
