"""Answering a question that stands open in Airflow, as the person who decided it elsewhere."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from urllib.parse import quote

AGREE, REJECT = "同意", "驳回"
"""The buttons of every approval."""

_PATIENCE_SECONDS = 10


def token(ui: str, login: str, password: str) -> str:
    """A token of an Airflow user; empty where Airflow does not run or does not know the password."""
    request = urllib.request.Request(
        f"{ui}/auth/token",
        data=json.dumps({"username": login, "password": password}).encode(),
        headers={"Content-Type": "application/json"},
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=_PATIENCE_SECONDS) as answered:
            return str(json.loads(answered.read()).get("access_token") or "")
    except (urllib.error.URLError, OSError, ValueError):
        return ""


def answer(ui: str, token: str, dag_id: str, dag_run_id: str, task_id: str, place: int, *, agreed: bool) -> bool:
    """Answer an approval through Airflow's API.

    Args:
        ui: address of Airflow's pages.
        token: of the person who decides; Airflow checks the right once more.
        dag_id: DAG that asks.
        dag_run_id: its run.
        task_id: task that asks.
        place: its map_index; -1: not mapped.
        agreed: agree or reject.

    Returns:
        Whether Airflow took the answer. False where it does not run, or the question is not open (any more).
    """
    request = urllib.request.Request(
        f"{ui}/api/v2/dags/{quote(dag_id)}/dagRuns/{quote(dag_run_id, safe='')}/taskInstances/{quote(task_id)}/{place}"
        "/hitlDetails",
        data=json.dumps({"chosen_options": [AGREE if agreed else REJECT], "params_input": {}}).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
        method="PATCH",
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=_PATIENCE_SECONDS) as answered:
            return bool(answered.status == 200)
    except (urllib.error.URLError, OSError):
        return False
