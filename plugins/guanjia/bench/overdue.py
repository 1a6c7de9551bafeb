"""A tick with 1,000 steps due among ten million running deadlines: it touches what is due, not what is open.

Yardstick: the same tick among 100,000 running deadlines, in tables of their own in the same database.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import text

from guanjia.bench.deadlines import served_communities, unwatched
from guanjia.bench.harness import Place
from guanjia.pipelines.overdue_escalations.deadlines import compute_deadlines
from guanjia.pipelines.overdue_escalations.ladder import raise_escalations
from guanjia.settings import TIME_ZONE
from guanjia.store.engine import transaction
from guanjia.store.runs import open_run

BEFORE: Final = datetime(2026, 11, 20, 9, 55, tzinfo=TIME_ZONE)
AS_OF: Final = datetime(2026, 11, 20, 10, tzinfo=TIME_ZONE)
DUE: Final = 1_000
FEW: Final = 100_000
_TABLES: Final = ("cases", "case_events", "deadlines", "deadline_former_starts", "escalations")

_STAFF = """
INSERT INTO staff (staff_code, staff_name, role, community_code, email)
SELECT
    'P' || n, 'P' || n,
    (ARRAY['team_leader', 'supervisor', 'manager', 'department_head', 'general_manager'])[1 + n % 5],
    to_char(n % 50 + 1, 'FM000'), 'p' || n || '@example.com'
FROM generate_series(1, 500) AS n
"""
_CASES = """
INSERT INTO cases (case_code, community_code, kind, urgency, opened_at)
SELECT 'G' || lpad(CAST(n AS text), 9, '0'), to_char(n % 50 + 1, 'FM000'), 'enquiry', 'ordinary',
    TIMESTAMPTZ '2026-11-19 14:46+08' + CASE WHEN n <= :due THEN INTERVAL '0' ELSE INTERVAL '6 hours' END
FROM generate_series(1, :units) AS n
"""
_DEADLINES = """
INSERT INTO deadlines (
    case_code, milestone, occurrence, starts_at, due_at, provisional, state, working_calendar, paused_seconds,
    budget_seconds, policy_code, policy_valid_from, rule_id, calendar_version, next_look_at, run_id
)
SELECT
    c.case_code, 'answer', 1, c.opened_at, c.opened_at + INTERVAL '24 hours', FALSE, 'running', 'round_the_clock', 0,
    86400, 'ANSWER-ENQUIRY', DATE '2000-01-01', 'ESC-07', 1, c.opened_at + INTERVAL '69120 seconds', :run_id
FROM cases AS c
"""


class OverdueBench:
    """See the module."""

    units = 10_000_000
    unit = "running deadlines"
    target = 1.5

    def prepare(self, place: Place, units: int) -> None:
        """Both sets of running deadlines, of which 1,000 have their early warning due."""
        with transaction("owner") as tx:
            served_communities(tx)
            tx.execute(text(_STAFF))
            self.run = open_run(tx, "overdue_escalations", BEFORE, started_at=datetime.now(UTC))
            compute_deadlines(tx, self.run, BEFORE)
            tx.execute(text("CREATE SCHEMA few"))
            for table in _TABLES:
                tx.execute(text(f"CREATE TABLE few.{table} (LIKE public.{table} INCLUDING ALL)"))
            unwatched(tx, "cases", "case_events", "deadlines")
            for path, size in (("few, public", FEW), ("public", units)):
                place.tell(f"{size:,} running deadlines")
                tx.execute(text(f"SET LOCAL search_path = {path}"))
                tx.execute(text(_CASES), {"due": DUE, "units": size})
                tx.execute(text(_DEADLINES), {"run_id": self.run.run_id})
                tx.execute(text("ANALYZE cases, deadlines"))

    def yardstick(self, place: Place) -> None:
        """The tick among few."""
        self._tick("few, public")

    def work(self, place: Place) -> int:
        """The tick among many."""
        return self._tick("public")

    def _tick(self, path: str) -> int:
        with transaction("owner") as tx:
            tx.execute(text(f"SET LOCAL search_path = {path}"))
            compute_deadlines(tx, self.run, AS_OF)
            return raise_escalations(tx, self.run, AS_OF)["raised"]

    def reset(self, place: Place) -> None:
        """The 1,000 are due again."""
        for path in ("few, public", "public"):
            with transaction("owner") as tx:
                tx.execute(text(f"SET LOCAL search_path = {path}"))
                tx.execute(text("DELETE FROM escalations"))
                tx.execute(
                    text(
                        "UPDATE deadlines SET next_look_at = starts_at + INTERVAL '69120 seconds' "
                        "WHERE case_code <= 'G' || lpad(CAST(:due AS text), 9, '0')"
                    ),
                    {"due": DUE},
                )
                tx.execute(text("UPDATE escalation_progress SET computed_to = :at"), {"at": BEFORE})


BENCH = OverdueBench()
