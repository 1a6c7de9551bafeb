"""What one DAG tells another: assets whose events start the next."""

from __future__ import annotations

from airflow.sdk import Asset

WAITING_CHANGES = Asset(name="waiting_changes", uri="guanjia://intake/waiting_changes", group="guanjia")
"""A change of a restricted dataset waits for a second person; its events start ``confirm_changes``."""
