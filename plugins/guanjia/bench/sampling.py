"""Monday's draw from a week of five million items: four million calls, a million closed cases.

Two thousand agents in fifty communities, a call in ten unanswered, every second one about a case; three cases in two
hundred are complaints, one was reopened; one agent in fifty is new, one in five hundred changed team in mid-week.
Twenty reviewers. The work is the step of Monday 05:00, under all keys: counting the frame, spreading the sample over
strata and risk classes, drawing it, and finding who scores it. Yardstick: the same calls and closings, counted by agent
and channel.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import text

from guanjia.bench.deadlines import unwatched
from guanjia.bench.harness import Place
from guanjia.pipelines.quality_sampling.assigning import assign
from guanjia.pipelines.quality_sampling.drawing import draw
from guanjia.settings import TIME_ZONE
from guanjia.store.engine import engine, transaction
from guanjia.store.runs import open_run

AS_OF: Final = datetime(2026, 11, 23, 5, tzinfo=TIME_ZONE)
"""The Monday after the week of 16 November 2026."""

AGENTS: Final = 2_000
COMMUNITIES: Final = 50
REVIEWERS: Final = 20
_WEEK: Final = {
    "frame_from": datetime(2026, 11, 16, tzinfo=TIME_ZONE),
    "frame_to": datetime(2026, 11, 23, tzinfo=TIME_ZONE),
}
_BEGUN: Final = {
    "started_from": datetime(2026, 11, 14, tzinfo=TIME_ZONE),
    "started_to": datetime(2026, 11, 25, tzinfo=TIME_ZONE),
}
_REGISTERS: Final = ("cases", "case_events", "calls")
_WRITTEN: Final = (
    "samples",
    "quality_strata",
    "quality_risk_classes",
    "quality_populations",
    "quality_draw_criteria",
    "quality_reviewers",
    "quality_draws",
    "quality_remarks",
    "quality_late_items",
    "quality_progress",
)

_PLACES: Final = """
INSERT INTO communities (community_code, community_name)
SELECT to_char(n, 'FM000'), to_char(n, 'FM000') FROM generate_series(1, :communities) AS n
"""
_AGENTS: Final = """
INSERT INTO staff (staff_code, staff_name, role, team_code, team_from, community_code, department, hired_on)
SELECT
    'S' || to_char(n, 'FM0000'), 'S' || n, 'agent', 'T' || n % 100,
    CASE WHEN n % 500 = 7 THEN DATE '2026-11-18' END,
    to_char(n % :communities + 1, 'FM000'), '客服部',
    CASE WHEN n % 50 = 3 THEN DATE '2026-10-01' ELSE DATE '2020-01-01' END
FROM generate_series(1, :agents) AS n
"""
_REVIEWERS: Final = """
INSERT INTO staff (staff_code, staff_name, role, team_code, department)
SELECT 'R' || to_char(n, 'FM00'), 'R' || n, 'reviewer', 'Q', '品质部' FROM generate_series(1, :reviewers) AS n
"""
_CASES: Final = """
INSERT INTO cases (case_code, community_code, kind, urgency, channel, handler, opened_at)
SELECT
    'GD' || to_char(n, 'FM0000000'), to_char((n * 7) % :agents % :communities + 1, 'FM000'),
    CASE WHEN n % 200 < 3 THEN 'complaint' WHEN n % 3 = 0 THEN 'enquiry' ELSE 'repair' END, 'ordinary',
    CASE WHEN n % 4 = 0 THEN '微信' ELSE '电话' END, 'S' || to_char((n * 7) % :agents + 1, 'FM0000'),
    CAST(:frame_from AS timestamptz) - INTERVAL '2 days'
FROM generate_series(0, :units / 5 - 1) AS n
"""
_CLOSINGS: Final = """
INSERT INTO case_events (case_code, event_at, event, staff_code)
SELECT
    k.case_code,
    CAST(:frame_from AS timestamptz) + abs(hashtextextended(k.case_code, 5)) % 604800 * INTERVAL '1 second',
    'closed', k.handler
FROM cases AS k
ORDER BY 2
"""
_ARRIVALS: Final = """
INSERT INTO case_events (case_code, event_at, event, staff_code)
SELECT k.case_code, k.opened_at + INTERVAL '1 hour', 'assigned', k.handler FROM cases AS k
"""
_REOPENINGS: Final = """
INSERT INTO case_events (case_code, event_at, event)
SELECT k.case_code, k.opened_at + INTERVAL '10 hours', 'reopened'
FROM cases AS k
WHERE abs(hashtextextended(k.case_code, 6)) % 200 = 0
"""
_CALLS: Final = """
INSERT INTO calls (call_code, started_at, ended_at, direction, staff_code, case_code, answered)
SELECT
    'T' || to_char(n, 'FM0000000'), b.began_at, b.began_at + INTERVAL '3 minutes',
    CASE WHEN n % 3 = 0 THEN 'out' ELSE 'in' END, 'S' || to_char(n * 13 % :agents + 1, 'FM0000'),
    CASE WHEN n % 2 = 0 THEN 'GD' || to_char(n / 2 % (:units / 5), 'FM0000000') END, n % 10 > 0
FROM generate_series(0, :units / 5 * 4 - 1) AS n
CROSS JOIN LATERAL (
    SELECT
        CAST(:frame_from AS timestamptz) + n * (INTERVAL '604500 seconds' / (:units / 5 * 4)) AS began_at
) AS b
"""
_YARDSTICK: Final = """
SELECT f.staff_code, f.channel, count(*) AS items
FROM (
    SELECT c.staff_code, c.direction AS channel
    FROM calls AS c
    WHERE
        c.ended_at >= :frame_from AND c.ended_at < :frame_to
        AND c.started_at >= :started_from AND c.started_at < :started_to
    UNION ALL
    SELECT k.handler AS staff_code, k.channel
    FROM case_events AS e
    INNER JOIN cases AS k ON e.case_code = k.case_code
    WHERE e.event = 'closed' AND e.event_at >= :frame_from AND e.event_at < :frame_to
) AS f
GROUP BY f.staff_code, f.channel
"""


class SamplingBench:
    """See the module."""

    units = 5_000_000
    unit = "items"
    target = 2.0

    def prepare(self, place: Place, units: int) -> None:
        """Agents, reviewers, and one week's calls and closings."""
        sized = {"units": units, "agents": AGENTS, "communities": COMMUNITIES, "reviewers": REVIEWERS} | _WEEK
        with transaction("owner") as tx:
            tx.execute(text("INSERT INTO settings (setting, value) VALUES ('live_from', '2026-10-01')"))
            unwatched(tx, *_REGISTERS)
            for statement in (
                _PLACES,
                _AGENTS,
                _REVIEWERS,
                _CASES,
                _ARRIVALS,
                _REOPENINGS,
                _CLOSINGS,
                _CALLS,
            ):
                tx.execute(text(statement), {name: value for name, value in sized.items() if f":{name}" in statement})
            self.run = open_run(tx, "quality_sampling", AS_OF, started_at=datetime.now(UTC))
        place.tell("statistics")
        with engine("owner").connect().execution_options(isolation_level="AUTOCOMMIT") as session:
            session.execute(text("VACUUM ANALYZE"))

    def yardstick(self, place: Place) -> None:
        """Items per agent and channel."""
        with transaction() as tx:
            tx.execute(text(_YARDSTICK), _WEEK | _BEGUN).all()

    def work(self, place: Place) -> int:
        """The draw, with who scores what; the items of its frame."""
        with transaction() as tx:
            draw(tx, self.run, AS_OF)
            assign(tx, self.run, AS_OF)
            found: int = tx.execute(text("SELECT sum(frame_items) FROM quality_draws")).scalar_one()
        return int(found)

    def reset(self, place: Place) -> None:
        """The week is not drawn."""
        with transaction("owner") as tx:
            tx.execute(text(f"TRUNCATE {', '.join(_WRITTEN)} CASCADE"))


BENCH = SamplingBench()
