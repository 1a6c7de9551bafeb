"""Whether Airflow's processes work: asked of the API server, without a login, never through a proxy."""

from __future__ import annotations

import http.client
import json
from datetime import datetime

BEATING = ("scheduler", "dag_processor", "triggerer")
"""Components that show life by a regular sign in Airflow's database."""


def airflow_health(port: int, since: datetime, timeout_seconds: float = 2.0) -> dict[str, bool]:
    """component → whether it works; empty while the API server does not answer.

    Args:
        port: the API server's port on 127.0.0.1.
        since: signs of life before this instant are those of an earlier start and do not count.
        timeout_seconds: how long to wait for the answer.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout_seconds)
    try:
        connection.request("GET", "/api/v2/monitor/health")
        told = json.loads(connection.getresponse().read())
        works = {"database": told["metadatabase"]["status"] == "healthy"}
        for name in BEATING:
            beat = told[name].get(f"latest_{name}_heartbeat")
            works[name] = told[name]["status"] == "healthy" and datetime.fromisoformat(beat) >= since
        return works
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError, AttributeError):
        return {}
    finally:
        connection.close()
