"""A day's plan of callbacks for a million customers, and the lists of a thousand agents.

Fifty communities; a fifth of the customers in their first year (called monthly), the others quarterly; the period is
half over, so half of them were called; two customers in a hundred wait on a callback planned before. The day brings a
finished repair for four in a hundred, and 40 calls an agent. The work is the run of 07:00, from the queue of cases to
the lists, under all keys. Yardstick: customers per community, counted.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import text

from guanjia.bench.deadlines import unwatched
from guanjia.bench.harness import Place
from guanjia.pipelines.scheduled_callbacks.listing import make_lists
from guanjia.pipelines.scheduled_callbacks.planning import plan_callbacks
from guanjia.settings import TIME_ZONE
from guanjia.store.engine import engine, transaction
from guanjia.store.runs import open_run
from guanjia.store.tables.callbacks import callback_contacts, callbacks

AS_OF: Final = datetime(2026, 11, 17, 7, tzinfo=TIME_ZONE)
"""A Tuesday: half of November's and of the quarter's calling days are over."""

AGENTS: Final = 1_000
_REGISTERS: Final = ("buildings", "units", "customers", "occupancies", "cases", "case_events", "calls")
_PLANNED: Final = ("callbacks", "callback_contacts", "callback_progress", "callback_case_changes")

_COMMUNITIES = """
INSERT INTO communities (community_code, community_name)
SELECT to_char(n, 'FM000'), to_char(n, 'FM000') FROM generate_series(1, 50) AS n
"""
_AGENTS = """
INSERT INTO staff (staff_code, staff_name, role, community_code)
SELECT 'S' || to_char(n, 'FM0000'), 'S' || n, 'agent', to_char((n - 1) % 50 + 1, 'FM000')
FROM generate_series(1, :agents) AS n
"""
_ROSTER = """
INSERT INTO roster (staff_code, shift_date, starts_at, ends_at, attendance)
SELECT s.staff_code, CAST(d AS date), d + INTERVAL '9 hours', d + INTERVAL '20 hours', 'planned'
FROM staff AS s
CROSS JOIN generate_series(TIMESTAMPTZ '2026-11-01 00:00+08', TIMESTAMPTZ '2026-11-30 00:00+08', INTERVAL '1 day') AS d
WHERE extract(ISODOW FROM d) <= 5
"""
_BUILDINGS = """
INSERT INTO buildings (community_code, building_code)
SELECT c.community_code, 'A' FROM communities AS c
"""
_UNITS = """
INSERT INTO units (community_code, building_code, unit_code, unit_use, area_m2)
SELECT to_char(n % 50 + 1, 'FM000'), 'A', to_char(n, 'FM0000000'), 'residential', 90
FROM generate_series(0, :units - 1) AS n
"""
_CUSTOMERS = """
INSERT INTO customers (customer_code, customer_name, customer_type, phone, email, do_not_call)
SELECT
    'C' || u.unit_code,
    'C' || u.unit_code,
    'owner',
    CASE WHEN hashtext(u.unit_code) % 50 <> 1 THEN '138' || right('0' || u.unit_code, 8) END,
    CASE WHEN hashtext(u.unit_code) % 2 = 0 THEN 'c' || u.unit_code || '@example.com' END,
    hashtext(u.unit_code) % 50 = 2
FROM units AS u
"""
_OCCUPANCIES = """
INSERT INTO occupancies (community_code, unit_code, customer_code, role, pays_fees, start_date)
SELECT
    u.community_code,
    u.unit_code,
    'C' || u.unit_code,
    'owner',
    TRUE,
    CASE WHEN hashtext(u.unit_code || 'new') % 5 = 0 THEN DATE '2026-03-01' ELSE DATE '2020-01-01' END
FROM units AS u
"""
_PROSPECTS = """
INSERT INTO customers (customer_code, customer_name, customer_type, phone, interested)
SELECT 'P' || n, 'P' || n, 'prospect', '139' || to_char(n, 'FM00000000'), n % 3 > 0
FROM generate_series(1, :units / 100) AS n
"""
_CALLS = """
INSERT INTO calls (call_code, started_at, ended_at, direction, staff_code, customer_code, answered)
SELECT
    'T' || n,
    CAST(:as_of AS timestamptz) - n * (INTERVAL '92 days' / (:units * 0.3)),
    CAST(:as_of AS timestamptz) - n * (INTERVAL '92 days' / (:units * 0.3)) + INTERVAL '3 minutes',
    CASE WHEN n % 3 = 0 THEN 'out' ELSE 'in' END,
    'S' || to_char(n % :agents + 1, 'FM0000'),
    'C' || to_char(abs(hashtext('call' || n)) % :units, 'FM0000000'),
    n % 7 > 0
FROM generate_series(1, CAST(:units * 0.3 AS integer)) AS n
"""
_CASES = """
INSERT INTO cases (case_code, community_code, unit_code, customer_code, kind, area, urgency, opened_at)
SELECT
    'GD' || u.unit_code,
    u.community_code,
    u.unit_code,
    'C' || u.unit_code,
    'repair',
    'in_home',
    'ordinary',
    CAST(:as_of AS timestamptz) - INTERVAL '3 days'
FROM units AS u
WHERE hashtext(u.unit_code || 'case') % 25 = 0
"""
_FINISHED = """
INSERT INTO case_events (case_code, event_at, event)
SELECT
    c.case_code,
    CAST(:as_of AS timestamptz) - (abs(hashtext(c.case_code)) % 600 + 600) * INTERVAL '1 minute',
    'resolved'
FROM cases AS c
"""
_QUEUE = "INSERT INTO callback_case_changes (case_code) SELECT e.case_code FROM case_events AS e"
_STATEMENTS = (
    _BUILDINGS,
    _UNITS,
    _CUSTOMERS,
    _OCCUPANCIES,
    _PROSPECTS,
    _CALLS,
    _CASES,
    _FINISHED,
    _QUEUE,
)
_CALLED = """
CREATE TEMPORARY TABLE called AS
SELECT
    o.customer_code,
    o.community_code,
    h.state,
    CASE WHEN o.start_date > DATE '2026-01-01' THEN 'CARE-FIRST-YEAR' ELSE 'CARE' END AS rule_code,
    CASE WHEN o.start_date > DATE '2026-01-01' THEN '2026-11' ELSE '2026-Q4' END AS occasion,
    CAST(:as_of AS timestamptz)
    - CASE h.state WHEN 'planned' THEN INTERVAL '31 hours' ELSE INTERVAL '10 days' END AS since
FROM occupancies AS o
INNER JOIN customers AS c ON o.customer_code = c.customer_code AND c.phone IS NOT NULL AND NOT c.do_not_call
CROSS JOIN LATERAL (
    SELECT CASE WHEN hashtextextended(o.customer_code, 0) < 0 THEN 'reached' ELSE 'planned' END AS state
) AS h
WHERE hashtextextended(o.customer_code, 0) < 368934881474191032
"""
_CALLBACKS = """
INSERT INTO callbacks (
    callback_code, rules, customer_code, community_code, not_before, due_by, attempts, state, planned_on, closed_at,
    run_id
)
SELECT
    'H261101-' || c.customer_code, c.rule_code, c.customer_code, c.community_code, c.since,
    CAST(:as_of AS timestamptz) + INTERVAL '3 days 13 hours', CAST(c.state = 'reached' AS integer), c.state,
    CAST(c.since AS date), CASE WHEN c.state = 'reached' THEN c.since + INTERVAL '4 hours' END, :run_id
FROM called AS c
"""
_CONTACTS = """
INSERT INTO callback_contacts (
    rule_code, subject, occasion, trigger, customer_code, community_code, triggered_at, not_before, due_by, priority,
    max_attempts, channel, state, callback_code, closed_at, explanation, run_id
)
SELECT
    c.rule_code, 'customer:' || c.customer_code, c.occasion, 'care', c.customer_code, c.community_code, c.since,
    c.since, CAST(:as_of AS timestamptz) + INTERVAL '3 days 13 hours', 60, 3, 'call', c.state,
    'H261101-' || c.customer_code,
    CASE WHEN c.state = 'reached' THEN c.since + INTERVAL '4 hours' END, '{}', :run_id
FROM called AS c
"""
_RESULTS = """
INSERT INTO callback_results (callback_code, attempted_at, outcome, satisfaction, staff_code)
SELECT b.callback_code, b.closed_at, 'reached', 5, 'S0001'
FROM callbacks AS b
WHERE b.state = 'reached'
"""
_ATTEMPTS = """
INSERT INTO callback_attempts (
    callback_code, attempted_at, edition, staff_code, outcome, satisfaction, verdict, day_part, content_digest,
    judged_at
)
SELECT
    r.callback_code, r.attempted_at, 1, r.staff_code, r.outcome, r.satisfaction, 'counted', 1,
    md5(CAST(ROW(r.staff_code, r.outcome, r.call_later_at, r.satisfaction, r.comment) AS text)), r.attempted_at
FROM callback_results AS r
"""
_PROGRESS = """
INSERT INTO callback_progress (scope, planned_to, computed_to, live_from)
SELECT s.scope, CAST(:as_of AS date) - 1, CAST(:as_of AS timestamptz) - INTERVAL '1 day', DATE '2026-08-01'
FROM (SELECT c.community_code AS scope FROM communities AS c UNION ALL SELECT 'prospects') AS s
"""
_YARDSTICK = """
SELECT o.community_code, count(*) AS customers
FROM customers AS c
INNER JOIN occupancies AS o ON c.customer_code = o.customer_code
GROUP BY o.community_code
"""


class CallbacksBench:
    """See the module."""

    units = 1_000_000
    unit = "customers"
    target = 15.0

    def prepare(self, place: Place, units: int) -> None:
        """Registers, roster, half a period's calls and callbacks, and the cases finished since yesterday."""
        sized = {"units": units, "agents": AGENTS, "as_of": AS_OF}
        with transaction("owner") as tx:
            tx.execute(text(_COMMUNITIES))
            tx.execute(text(_AGENTS), {"agents": AGENTS})
            tx.execute(text(_ROSTER))
            tx.execute(text("INSERT INTO settings (setting, value) VALUES ('live_from', '2026-08-01')"))
            unwatched(tx, *_REGISTERS)
            for statement in _STATEMENTS:
                tx.execute(text(statement), {name: value for name, value in sized.items() if f":{name}" in statement})
            earlier = AS_OF - timedelta(days=1)
            before = open_run(tx, "scheduled_callbacks", earlier, started_at=datetime.now(UTC)).run_id
            self.run = open_run(tx, "scheduled_callbacks", AS_OF, started_at=datetime.now(UTC))
        place.tell("what was planned and called before")
        with transaction("owner") as tx:
            tx.execute(text(_CALLED), {"as_of": AS_OF})
            tx.execute(text(_CALLBACKS), {"as_of": AS_OF, "run_id": before})
            tx.execute(text(_CONTACTS), {"as_of": AS_OF, "run_id": before})
            tx.execute(text(_RESULTS))
            tx.execute(text(_ATTEMPTS))
            tx.execute(text(_PROGRESS), {"as_of": AS_OF})
            tx.execute(text("DROP TABLE called"))
            for table in _PLANNED:
                tx.execute(text(f"CREATE TABLE kept_{table} AS SELECT * FROM {table}"))
        place.tell("statistics")
        with engine("owner").connect().execution_options(isolation_level="AUTOCOMMIT") as session:
            session.execute(text("VACUUM ANALYZE"))

    def yardstick(self, place: Place) -> None:
        """Customers per community."""
        with transaction() as tx:
            tx.execute(text(_YARDSTICK)).all()

    def work(self, place: Place) -> int:
        """The day's plan and lists; the contacts made due and the lines listed."""
        with transaction() as tx:
            planned = plan_callbacks(tx, self.run, AS_OF)["contacts_planned"]
        with transaction() as tx:
            make_lists(tx, self.run, AS_OF)
            listed: int = tx.execute(
                text("SELECT count(*) FROM callback_lists WHERE run_id = :run_id"), {"run_id": self.run.run_id}
            ).scalar_one()
        return planned + listed

    def reset(self, place: Place) -> None:
        """The day is not planned."""
        run = {"run_id": self.run.run_id}
        with transaction("owner") as tx:
            tx.execute(text("TRUNCATE callback_lists, callback_case_changes, callback_progress"))
            tx.execute(text("DELETE FROM callback_remarks WHERE run_id = :run_id"), run)
            tx.execute(text("DELETE FROM community_events WHERE run_id = :run_id"), run)
            tx.execute(text("DELETE FROM dropped_prospects WHERE run_id = :run_id"), run)
            for table, key in (
                (callback_contacts, ("rule_code", "subject", "occasion")),
                (callbacks, ("callback_code",)),
            ):
                same = " AND ".join(f"t.{name} = k.{name}" for name in key)
                put_back = ", ".join(f"{column.name} = k.{column.name}" for column in table.columns)
                tx.execute(
                    text(
                        f"UPDATE {table} AS t SET {put_back} FROM kept_{table} AS k WHERE t.run_id = :run_id AND {same}"
                    ),
                    run,
                )
                tx.execute(text(f"DELETE FROM {table} WHERE run_id = :run_id"), run)
            for name in ("callback_progress", "callback_case_changes"):
                tx.execute(text(f"INSERT INTO {name} SELECT * FROM kept_{name}"))
        with engine("owner").connect().execution_options(isolation_level="AUTOCOMMIT") as session:
            session.execute(text("VACUUM ANALYZE callbacks, callback_contacts, callback_lists, dropped_prospects"))


BENCH = CallbacksBench()
