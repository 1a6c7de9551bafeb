"""One week's figures of all scopes out of ten million cases: the week is touched, not the table.

Fifty communities in five regions; cases opened evenly over ten years, 19,000 a week, each answered, nineteen in twenty
resolved within five days, closed a day later; one in five thousand never is, one in a hundred is reopened after a week;
a deadline each, one in fifty missed and escalated, of which one in fifty is not acknowledged; a call each. The weeks
before were reported. The work is the step of Friday 15:00 up to the stored edition, with the week before worked out
anew beside it; the tick of deadlines of 15:00 has been. Yardstick: the cases, counted.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import delete, text

from guanjia.bench.deadlines import COMMUNITIES, unwatched
from guanjia.bench.harness import Place
from guanjia.pipelines.overdue_escalations.deadlines import compute_deadlines
from guanjia.pipelines.reports.editions import compute
from guanjia.settings import TIME_ZONE
from guanjia.store.engine import engine, transaction
from guanjia.store.runs import open_run
from guanjia.store.tables.columns import metadata

AS_OF: Final = datetime(2026, 11, 20, 15, tzinfo=TIME_ZONE)
"""A Friday, when the week ends."""

PERIOD: Final = "2026-11-20"
_REGISTERS: Final = ("cases", "case_events", "calls", "deadlines", "escalations", "open_cases")

_PLACES: Final = """
INSERT INTO communities (community_code, community_name, region)
SELECT to_char(n, 'FM000'), to_char(n, 'FM000'), 'R' || n % 5 FROM generate_series(1, :communities) AS n
"""
_AGENTS: Final = """
INSERT INTO staff (staff_code, staff_name, role, team_code, community_code)
SELECT
    'S' || to_char(n, 'FM0000'), 'S' || n, 'agent', 'T' || n % 100, to_char(n % :communities + 1, 'FM000')
FROM generate_series(0, 1999) AS n
"""
_CASES: Final = """
INSERT INTO cases (
    case_code, community_code, kind, area, urgency, feedback_class, channel, department, handler, description, opened_at
)
SELECT
    'G' || lpad(CAST(n AS text), 9, '0'),
    to_char(n % :communities + 1, 'FM000'),
    (ARRAY['repair', 'repair', 'complaint', 'enquiry', 'suggestion', 'repair', 'enquiry', 'repair'])[1 + n / 50 % 8],
    (ARRAY['in_home', 'public', NULL])[1 + n % 3],
    CASE WHEN n % 40 = 7 THEN 'emergency' WHEN n % 8 = 1 THEN 'urgent' ELSE 'ordinary' END,
    (ARRAY['market_demand', 'system_problem', 'market_complaint', 'handed_on', NULL])[1 + n % 5],
    CASE WHEN n % 4 = 0 THEN '微信' ELSE '电话' END,
    (ARRAY['工程部', '客服部', '秩序部', '环境部'])[1 + n / 7 % 4],
    'S' || to_char(n % 2000, 'FM0000'),
    '厨房水管渗水，请尽快上门查看并联系业主',
    CAST(:as_of AS timestamptz) - INTERVAL '3653 days' + n * (INTERVAL '3653 days' / :units)
FROM generate_series(1, :units - 1) AS n
"""
_EVENTS: Final = """
INSERT INTO case_events (case_code, event_at, event)
SELECT k.case_code, k.opened_at + v.after, v.event
FROM (
    SELECT c.case_code, c.opened_at, CAST(substr(c.case_code, 2) AS integer) AS n FROM cases AS c
) AS k
CROSS JOIN LATERAL (SELECT make_interval(secs => 3600 + CAST(k.n AS bigint) * 7919 % 432000) AS taken) AS t
CROSS JOIN LATERAL (VALUES
    ('answered', make_interval(mins => 10 + k.n % 50 + CASE WHEN k.n % 50 = 3 THEN 1440 ELSE 0 END), TRUE),
    ('resolved', t.taken, k.n % 20 > 0),
    ('closed', t.taken + INTERVAL '1 day', k.n % 5000 <> 500),
    ('reopened', t.taken + INTERVAL '7 days', k.n % 100 = 11),
    ('resolved', t.taken + INTERVAL '9 days', k.n % 100 = 11)
) AS v (event, after, happens)
WHERE v.happens AND k.opened_at + v.after < CAST(:as_of AS timestamptz)
ORDER BY 2
"""
_DEADLINES: Final = """
INSERT INTO deadlines (
    case_code, milestone, occurrence, starts_at, due_at, met_at, ended_at, ended_by, provisional, state,
    working_calendar, paused_seconds, budget_seconds, policy_code, policy_valid_from, rule_id, calendar_version, run_id
)
SELECT
    c.case_code, 'answer', 1, c.opened_at, d.due_at, m.met_at, m.met_at, CASE WHEN m.met_at IS NOT NULL THEN 'met' END,
    FALSE, CASE WHEN m.met_at IS NULL THEN 'running' WHEN m.met_at <= d.due_at THEN 'met' ELSE 'met_late' END,
    'round_the_clock', 0, 86400, 'ANSWER-ENQUIRY', DATE '2000-01-01', 'ESC-07', 1, :run_id
FROM cases AS c
CROSS JOIN LATERAL (
    SELECT
        c.opened_at + INTERVAL '24 hours' AS due_at,
        c.opened_at + make_interval(mins => 10 + n % 50 + CASE WHEN n % 50 = 3 THEN 1440 ELSE 0 END) AS answered_at
    FROM CAST(substr(c.case_code, 2) AS integer) AS n
) AS d
CROSS JOIN LATERAL (
    SELECT CASE WHEN d.answered_at < CAST(:as_of AS timestamptz) THEN d.answered_at END AS met_at
) AS m
"""
_ESCALATIONS: Final = """
INSERT INTO escalations (
    case_code, milestone, occurrence, level, role, found_by, is_emergency, step_code, rule_id, raised_at,
    acknowledged_at, stood_down_at, run_id
)
SELECT
    d.case_code, d.milestone, 1, 1, 'team_leader', 'nobody', FALSE, 'S1', 'ESC-07', d.due_at,
    CASE WHEN hashtext(d.case_code) % 50 <> 0 THEN d.due_at + INTERVAL '5 minutes' END, d.ended_at, :run_id
FROM deadlines AS d
WHERE d.state = 'met_late'
"""
_OPEN_CASES: Final = """
INSERT INTO open_cases (case_code, community_code, opened_at)
SELECT c.case_code, c.community_code, c.opened_at
FROM cases AS c
WHERE NOT EXISTS (
    SELECT 1
    FROM case_events AS e
    WHERE
        e.case_code = c.case_code AND e.event IN ('resolved', 'closed')
        AND NOT EXISTS (
            SELECT 1
            FROM case_events AS r
            WHERE r.case_code = e.case_code AND r.event = 'reopened' AND r.event_at >= e.event_at
        )
)
"""
_CALLS: Final = """
INSERT INTO calls (call_code, started_at, ended_at, direction, staff_code, case_code, answered, queue_seconds)
SELECT
    'T' || substr(c.case_code, 2), c.opened_at - INTERVAL '1 minute', c.opened_at + INTERVAL '2 minutes', 'in',
    c.handler, c.case_code, TRUE, 17
FROM cases AS c
"""
_STATEMENTS: Final = (_CASES, _EVENTS, _DEADLINES, _ESCALATIONS, _OPEN_CASES, _CALLS)


class ReportBench:
    """See the module."""

    units = 10_000_000
    unit = "cases"
    target = 0.7

    def prepare(self, place: Place, units: int) -> None:
        """Three years of cases with what became of them; the weeks before are reported."""
        with transaction("owner") as tx:
            for statement in (_PLACES, _AGENTS):
                tx.execute(text(statement), {"communities": COMMUNITIES})
            tx.execute(text("INSERT INTO settings (setting, value) VALUES ('live_from', '2015-01-01')"))
            self.run = open_run(tx, "weekly_report", AS_OF, started_at=datetime.now(UTC))
            compute_deadlines(tx, self.run, AS_OF)
            unwatched(tx, *_REGISTERS)
        sized = {"units": units, "communities": COMMUNITIES, "as_of": AS_OF, "run_id": self.run.run_id}
        for statement in _STATEMENTS:
            place.tell(statement.split()[2])
            with transaction("owner") as tx:
                tx.execute(text(statement), {name: value for name, value in sized.items() if f":{name}" in statement})
        place.tell("statistics")
        with engine("owner").connect().execution_options(isolation_level="AUTOCOMMIT") as session:
            session.execute(text("VACUUM ANALYZE"))
        place.tell("the weeks before")
        with transaction() as tx:
            compute(tx, self.run, AS_OF - timedelta(days=7), "weekly")

    def yardstick(self, place: Place) -> None:
        """The cases, counted."""
        with transaction() as tx:
            tx.execute(text("SELECT count(*) FROM cases")).scalar_one()

    def work(self, place: Place) -> int:
        """The week's edition; its figures."""
        with transaction() as tx:
            return compute(tx, self.run, AS_OF, "weekly")["figures"]

    def reset(self, place: Place) -> None:
        """The week is not reported."""
        with transaction("owner") as tx:
            for table in reversed(metadata.sorted_tables):
                if {"report", "period", "edition"} <= set(table.columns.keys()):
                    tx.execute(delete(table).where(table.c.period == PERIOD))


BENCH = ReportBench()
