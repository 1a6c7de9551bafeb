"""Closing the open question in Airflow after it was decided on our page."""

from __future__ import annotations

from airflow.api_fastapi.auth.managers.base_auth_manager import COOKIE_NAME_JWT_TOKEN
from airflow.configuration import conf
from fastapi import Request

from guanjia.host.approvals import answer
from guanjia.logs import get_logger
from guanjia.pipelines.confirm_changes import Request as Question

_log = get_logger(__name__)


def answer_in_airflow(request: Request, question: Question, *, agreed: bool) -> None:
    """Give the question the answer of our page, as the visitor; where that fails the question closes at its next look.

    Args:
        request: the visitor's, with their cookie or token.
        question: where it stands.
        agreed: what was decided.
    """
    bearer = request.headers.get("authorization", "")
    token = bearer[7:] if bearer.lower().startswith("bearer ") else request.cookies.get(COOKIE_NAME_JWT_TOKEN, "")
    ui = str(conf.get("api", "base_url", fallback="")).rstrip("/")
    if not answer(ui, token, "confirm_changes", question.dag_run_id, "ask", question.place, agreed=agreed):
        _log.warning("question in Airflow left open", run=question.run_code)
