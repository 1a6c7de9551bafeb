"""A second person's yes inside Airflow: the question about one change, and what its answer does.

The answer acts in the moment it is given, in one transaction, on exactly the rows that were shown. Marking the task as
successful by hand therefore applies nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.configuration import conf
from airflow.providers.standard.operators.hitl import ApprovalOperator, HITLOperator

from guanjia.host.approvals import AGREE, REJECT
from guanjia.host.database import attach
from guanjia.orchestration import begin
from guanjia.pipelines import confirm_changes
from guanjia.pipelines.confirm_changes.wording import body, subject
from guanjia.settings import TIME_ZONE, environment
from guanjia.store.engine import transaction
from guanjia.store.runs import await_person


class ConfirmChange(ApprovalOperator):  # type: ignore[misc]  # Airflow is not typed for us
    """Asks a second person about one change of a restricted dataset: 同意 applies it, 驳回 declines it.

    Args:
        change_code: the change.
        kwargs: of any operator; ``response_timeout`` is how long one question stands before it is asked again.
    """

    APPROVE = AGREE
    REJECT = REJECT

    def __init__(self, *, change_code: str, **kwargs: Any) -> None:
        super().__init__(subject="变更确认 Confirmation", **kwargs)
        self.change_code = change_code
        self.digest = ""

    def execute(self, context: Mapping[str, Any]) -> Any:
        """Show the change as it stands and wait; one that was decided elsewhere is not asked about."""
        run = begin(context)
        language = environment().language
        with transaction() as tx:
            shown = confirm_changes.read_change(tx, self.change_code)
            if shown.state != "pending" or _in_one_process(context):
                return _told(shown)
            asked_at = datetime.now(UTC)
            confirm_changes.note_shown(tx, shown, run.run_id, asked_at=asked_at)
            await_person(tx, run.run_id)
            people = confirm_changes.second_people(tx, shown.proposed_by, asked_at.astimezone(TIME_ZONE).date())
        self.subject = subject(shown, language)
        self.body = body(shown, language, f"{_ui()}/guanjia/changes/{shown.change_code}")
        if people and _users_are_logins():
            self.assigned_users = [{"id": login, "name": login} for login in people]
        minutes = (context.get("params") or {}).get("answer_within_minutes")
        if minutes:
            self.response_timeout = timedelta(minutes=float(minutes))
        return super().execute(context)

    def execute_complete(self, context: Mapping[str, Any], event: dict[str, Any]) -> Any:
        """Act on the answer; nobody's answer in time, or the answer of who brought the change, asks again (retries)."""
        answer = HITLOperator.execute_complete(self, context, event)
        login = str((answer["responded_by_user"] or {}).get("name") or "")
        agreed = answer["chosen_options"][0] == self.APPROVE
        attach()
        with transaction() as tx:
            request = confirm_changes.open_request(tx, self.change_code)
            shown = confirm_changes.decide(
                tx,
                self.change_code,
                "confirm" if agreed else "decline",
                confirm_changes.find_person(tx, login, on=datetime.now(TIME_ZONE).date()),
                shown_digest=(request.digest if request else None) or "",
                decided_at=datetime.now(UTC),
            )
        return _told(shown)


def _told(shown: confirm_changes.Shown) -> dict[str, str]:
    return {"change": shown.change_code, "state": shown.state, "decided_by": shown.decided_by or ""}


def _in_one_process(context: Mapping[str, Any]) -> bool:
    """Whether `guanjia run` runs this: nobody could answer, and the command would wait for ever."""
    return getattr(context["dag_run"], "triggering_user_name", None) == "dag_test"


def _ui() -> str:
    return str(conf.get("api", "base_url", fallback="")).rstrip("/")


def _users_are_logins() -> bool:
    """Whether Airflow's user ids are the names (SimpleAuthManager), so that the question can be given to some only."""
    return "simple" in str(conf.get("core", "auth_manager", fallback="")).lower()
