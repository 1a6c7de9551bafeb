"""All deadlines of ten million cases with pauses: facts gathered, policies chosen, budgets added in working time.

Yardstick: CREATE TABLE AS of every case's code and opening, once for each milestone the default policies give. The
work is what a first run does up to the rows it then keeps (`work_out_deadlines`); keeping them is not in it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import text

from guanjia.bench.harness import Place
from guanjia.pipelines.overdue_escalations import rules
from guanjia.pipelines.overdue_escalations.deadlines import compute_deadlines, work_out_deadlines
from guanjia.settings import TIME_ZONE
from guanjia.store.engine import Transaction, engine, transaction
from guanjia.store.runs import open_run

AS_OF: Final = datetime(2026, 11, 20, 10, tzinfo=TIME_ZONE)
COMMUNITIES: Final = 50

_CASES = """
INSERT INTO cases (case_code, community_code, kind, area, urgency, fault_level, opened_at, booked_at)
SELECT
    'G' || lpad(CAST(n AS text), 9, '0'),
    to_char(n % 50 + 1, 'FM000'),
    (ARRAY['repair', 'repair', 'complaint', 'enquiry', 'suggestion', 'repair', 'enquiry', 'system_fault'])[1 + n % 8],
    (ARRAY['in_home', 'public', NULL])[1 + n % 3],
    (ARRAY['ordinary', 'ordinary', 'ordinary', 'ordinary', 'urgent', 'ordinary', 'major', 'emergency'])[1 + n / 8 % 8],
    CASE WHEN n % 8 = 7 THEN 1 + n / 64 % 4 END,
    TIMESTAMPTZ '2024-01-02 00:00+08' + n * (INTERVAL '1050 days' / :units),
    CASE WHEN n % 24 = 0 THEN TIMESTAMPTZ '2024-01-03 10:00+08' + n * (INTERVAL '1050 days' / :units) END
FROM generate_series(1, :units) AS n
"""
_EVENTS = """
INSERT INTO case_events (case_code, event_at, event)
SELECT c.case_code, c.opened_at + v.after, v.event
FROM cases AS c
CROSS JOIN LATERAL (SELECT CAST(substr(c.case_code, 2) AS integer) AS n) AS k
CROSS JOIN LATERAL (VALUES
    ('answered', make_interval(secs => 3000 + k.n * 7 % 110000), k.n % 10 < 9),
    ('paused', make_interval(secs => 2000 + k.n * 11 % 40000), k.n % 10 = 3),
    ('resumed', make_interval(secs => 50000 + k.n * 13 % 90000), k.n % 10 = 3 AND k.n % 70 <> 3)
) AS v (event, after, happens)
WHERE v.happens
"""


def served_communities(tx: Transaction) -> None:
    """Fifty communities, live from 2020."""
    tx.execute(
        text(
            "INSERT INTO communities (community_code, community_name) "
            "SELECT to_char(n, 'FM000'), to_char(n, 'FM000') FROM generate_series(1, :count) AS n"
        ),
        {"count": COMMUNITIES},
    )
    tx.execute(text("INSERT INTO settings (setting, value) VALUES ('live_from', '2020-01-01')"))


def unwatched(tx: Transaction, *tables: str) -> None:
    """Let the bench's own rows in quickly: no list of what was written, references of this scratch database dropped."""
    for table in tables:
        tx.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        references = tx.scalars(
            text("SELECT conname FROM pg_constraint WHERE contype = 'f' AND conrelid = CAST(:name AS regclass)"),
            {"name": table},
        )
        for reference in references.all():
            tx.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {reference}"))


class DeadlinesBench:
    """See the module."""

    units = 10_000_000
    unit = "cases"
    target = 3.0

    def prepare(self, place: Place, units: int) -> None:
        """Policies compiled by a first run without cases; then the cases and their events."""
        with transaction("owner") as tx:
            served_communities(tx)
            self.run = open_run(tx, "overdue_escalations", AS_OF, started_at=datetime.now(UTC))
            compute_deadlines(tx, self.run, AS_OF)
            self.milestones = tx.execute(text("SELECT count(DISTINCT milestone) FROM deadline_choices")).scalar_one()
            self.budgets = rules.find_budgets(tx)
            unwatched(tx, "cases", "case_events")
            place.tell("cases")
            tx.execute(text(_CASES), {"units": units})
            place.tell("events")
            tx.execute(text(_EVENTS))
        place.tell("statistics")
        with engine("owner").connect().execution_options(isolation_level="AUTOCOMMIT") as session:
            session.execute(text("VACUUM ANALYZE cases, case_events"))

    def yardstick(self, place: Place) -> None:
        """A plain copy of code and opening, once for each milestone."""
        with transaction("owner") as tx:
            for number in range(self.milestones):
                tx.execute(text(f"CREATE TABLE yardstick_{number} AS SELECT case_code, opened_at FROM cases"))

    def work(self, place: Place) -> int:
        """All deadlines, worked out as the pipeline does."""
        with transaction("owner") as tx:
            work_out_deadlines(tx, AS_OF, self.budgets, everything=True, run_id=self.run.run_id)
            return int(tx.execute(text("SELECT count(*) FROM computed_deadlines")).scalar_one())

    def reset(self, place: Place) -> None:
        """Take the copies away."""
        with transaction("owner") as tx:
            for number in range(self.milestones):
                tx.execute(text(f"DROP TABLE IF EXISTS yardstick_{number}"))


BENCH = DeadlinesBench()
