"""What may happen after a week's end, for the tests that the week stays what it was.

A world of `report_worlds` is played on up to the end (``play_to_end``); then each function of ``LATER`` adds facts of
one subject, every one of them after it, as the pipelines would have written them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final

from sqlalchemy import Connection, insert, text

from guanjia.pipelines.overdue_escalations.deadlines import compute_deadlines
from guanjia.store.runs import open_run
from guanjia.store.tables import metadata
from tests.support.report_worlds import END, KINDS, RUN

T = metadata.tables
LATER_AS_OF: Final = END + timedelta(days=6)
LAST_DAY: Final = END.date()
BOOKED: Final = LATER_AS_OF + timedelta(days=1)
EVENTS: Final = (
    *("paused", "resumed", "assigned", "answered", "arrived", "assessment", "back_on_site", "cannot_solve"),
    *("told_superior", "resolved", "closed", "reopened", "report_outcome"),
)


class Story:
    """A world in one transaction, and the facts drawn for it."""

    def __init__(self, tx: Connection, seed: int, share: float = 0.67) -> None:
        self.tx = tx
        self.draw = Random(seed)
        self.share = share
        self.last = END

    def rows(self, statement: str, **values: Any) -> list[Any]:
        return list(self.tx.execute(text(statement), {"end": END} | values if ":end" in statement else values))

    def run(self, statement: str, **values: Any) -> None:
        self.tx.execute(text(statement), values)

    def add(self, table: str, **row: Any) -> None:
        self.tx.execute(insert(T[table]), row)

    def later(self) -> datetime:
        """An instant after the end, later each time, often soon after it."""
        self.last += timedelta(seconds=1 + int(self.draw.random() ** 3 * 1_500))
        return self.last

    def some(self, rows: list[Any]) -> list[Any]:
        return [row for row in rows if self.draw.random() < self.share]


def play_to_end(tx: Connection, seed: int) -> None:
    """What a world lacks: pauses, bookings, hand-ons, escalations, scores by criterion, shifts under way."""
    story = Story(tx, seed)
    story.run("UPDATE deadline_policies SET enabled = TRUE")
    _open_cases(story)
    story.run(
        "UPDATE callback_contacts SET state = 'planned', closed_at = NULL WHERE hashtext(callback_code) % 3 = 0"
        " AND state = 'reached'"
    )
    for table, column in (("inspection_visits", "case_code"), ("inspections", "finding_case_code")):
        story.run(
            f"UPDATE {table} SET {column} = (SELECT min(c.case_code) FROM cases AS c)"
            " WHERE hashtext(inspection_code) % 2 = 0"
        )
    story.run("UPDATE bills SET due_on = '2026-11-17' WHERE bill_code LIKE '%-0'")
    story.run("UPDATE bills SET due_on = '2026-08-17' WHERE bill_code LIKE '%-1'")
    before = END - timedelta(minutes=1)
    compute_deadlines(tx, open_run(tx, "overdue_escalations", before), before)
    _escalate(story, story.rows("SELECT * FROM deadlines WHERE due_at < :end ORDER BY 1, 2, 3"), 1)
    _score_by_criterion(story)
    for code in story.rows("SELECT staff_code FROM staff WHERE role = 'agent' ORDER BY 1"):
        starts = END - timedelta(hours=2)
        shift = {"shift_date": LAST_DAY, "starts_at": starts, "ends_at": END + timedelta(hours=6)}
        story.add("roster", staff_code=code.staff_code, attendance="present", **shift)
    story.run(
        "INSERT INTO unit_versions (community_code, unit_code, valid_from, unit_use, area_m2)"
        " SELECT u.community_code, u.unit_code, DATE '0001-01-01', u.unit_use, u.area_m2 FROM units AS u"
        " ON CONFLICT DO NOTHING"
    )
    for place in story.rows("SELECT community_code, min(unit_code) AS unit_code FROM units GROUP BY 1 ORDER BY 1"):
        empty = {"reason": "unsold", "start_date": date(2026, 11, 2)}
        if not story.rows("SELECT 1 FROM vacancies WHERE unit_code = :unit", unit=place.unit_code):
            story.add("vacancies", community_code=place.community_code, unit_code=place.unit_code, **empty)


def _open_cases(story: Story) -> None:
    """Cases of the last days, of each kind; some wait for their customer, some are handed on, or come back."""
    for place in story.rows("SELECT community_code FROM communities ORDER BY 1"):
        for number, (kind, area) in enumerate(KINDS * 3):
            code = f"E{place.community_code}-{number}"
            opened = END - timedelta(minutes=story.draw.randint(30, 6_000))
            case = {"kind": kind, "area": area, "urgency": story.draw.choice(("ordinary", "urgent", "major"))}
            story.add("cases", case_code=code, community_code=place.community_code, opened_at=opened, **case)
    for code, kind, area, opened in story.rows(
        "SELECT case_code, kind, area, opened_at FROM cases WHERE opened_at < :end ORDER BY case_code"
    ):
        if kind == "repair" and area == "in_home" and story.draw.random() < 0.4:
            booked = opened + timedelta(minutes=story.draw.randint(1, 9_000))
            story.run("UPDATE cases SET booked_at = :at WHERE case_code = :code", at=booked, code=code)
        when = opened
        for event in ("paused", "assigned", "resumed", "cannot_solve", "paused", "assessment", "resolved", "reopened"):
            when += timedelta(minutes=story.draw.randint(1, 900))
            if story.draw.random() < 0.4 and when < END:
                story.add("case_events", case_code=code, event=event, event_at=when)


def _escalate(story: Story, deadlines: list[Any], level: int) -> None:
    for row in story.some(deadlines):
        story.add(
            "escalations",
            case_code=row.case_code,
            milestone=row.milestone,
            occurrence=row.occurrence,
            level=level,
            role="team_leader",
            found_by="nobody",
            raised_at=row.due_at if level == 1 else story.later(),
            stood_down_at=row.ended_at and max(row.ended_at, row.due_at),
            is_emergency=False,
            step_code="S",
            rule_id="ESC-09",
            run_id=RUN,
        )


def _score_by_criterion(story: Story) -> None:
    """Each score of the world is made of two criteria scored by the sample's reviewer."""
    story.add("staff", staff_code="R1", staff_name="R1", role="reviewer", hired_on=date(2020, 1, 1))
    story.add("staff", staff_code="R2", staff_name="R2", role="reviewer", hired_on=date(2020, 1, 1))
    for draw in story.rows("SELECT draw_code FROM quality_draws ORDER BY 1"):
        for position, (criterion, weight) in enumerate((("A", 60), ("B", 40)), 1):
            terms = {"weight": weight, "is_critical": False, "pass_score": 60, "run_id": RUN}
            story.add(
                "quality_draw_criteria", draw_code=draw.draw_code, criterion=criterion, position=position, **terms
            )
    for row in story.rows("SELECT * FROM samples ORDER BY sample_code"):
        story.run("UPDATE samples SET reviewer = 'R1' WHERE sample_code = :code", code=row.sample_code)
        if row.score is not None:
            _judge(story, row.sample_code, "R1", 1, row.score, row.is_critical, row.scored_at)
            story.run("UPDATE samples SET scored_by = 'R1' WHERE sample_code = :code", code=row.sample_code)


def _judge(story: Story, sample: str, reviewer: str, edition: int, score: Any, critical: bool, when: datetime) -> None:
    for criterion in "AB":
        story.add(
            "quality_judgements",
            sample_code=sample,
            reviewer=reviewer,
            criterion=criterion,
            edition=edition,
            score=score,
            is_critical=critical and criterion == "A",
            scored_at=when,
            verdict="counted",
            content_digest="x",
            judged_at=when,
            run_id=RUN,
        )


# -- later -----------------------------------------------------------------------------------------------------------


def _cases(story: Story) -> None:
    """Pauses end, cases are answered, closed, reopened, handed on; new ones are opened."""
    for row in story.some(story.rows("SELECT case_code, booked_at FROM cases WHERE opened_at < :end ORDER BY 1")):
        for _number in range(story.draw.randint(1, 4)):
            event = story.draw.choice([word for word in EVENTS if word != "reopened" or row.booked_at != BOOKED])
            story.add("case_events", case_code=row.case_code, event=event, event_at=story.later())


def _pauses(story: Story) -> None:
    """What waits for the customer goes on, and what did not waits."""
    for row in story.some(story.rows("SELECT case_code FROM cases WHERE opened_at < :end ORDER BY 1")):
        for event in story.draw.choice((("resumed",), ("paused",), ("resumed", "paused"), ("paused", "resumed"))):
            story.add("case_events", case_code=row.case_code, event=event, event_at=story.later())


def _bookings(story: Story) -> None:
    """Visits are booked or put off; ordinary cases become urgent or major, others ordinary.

    Not of cases that were reopened: a new booking belongs to the round it is in, and gives the rounds before it
    deadlines they never had. Those have no instant at which they came to be, and count when they are due.
    """
    for row in story.some(story.rows("SELECT * FROM cases WHERE opened_at < :end ORDER BY case_code")):
        reopened = "SELECT 1 FROM case_events WHERE case_code = :code AND event = 'reopened'"
        if row.kind == "repair" and row.area == "in_home" and not story.rows(reopened, code=row.case_code):
            story.run("UPDATE cases SET booked_at = :at WHERE case_code = :code", at=BOOKED, code=row.case_code)
        if row.urgency != "emergency":
            word = story.draw.choice(("ordinary", "urgent", "major"))
            story.run("UPDATE cases SET urgency = :word WHERE case_code = :code", word=word, code=row.case_code)


def _policies(story: Story) -> None:
    """A deadline is abolished."""
    milestone = story.draw.choice(("answer", "outcome", "response", "arrival", "visit"))
    story.run("UPDATE deadline_policies SET enabled = FALSE WHERE milestone = :word", word=milestone)


def _escalations(story: Story) -> None:
    for row in story.some(story.rows("SELECT escalation_id FROM escalations ORDER BY 1")):
        column = story.draw.choice(("acknowledged_at", "stood_down_at"))
        story.run(
            f"UPDATE escalations SET {column} = coalesce({column}, :at) WHERE escalation_id = :code",
            at=story.later(),
            code=row.escalation_id,
        )
    _escalate(story, story.rows("SELECT * FROM deadlines WHERE due_at < :end ORDER BY 1, 2, 3"), 2)


def _callbacks(story: Story) -> None:
    """Contacts are reached, given up, or their case is reopened; customers say how satisfied they are."""
    for row in story.some(story.rows("SELECT * FROM callback_contacts WHERE state = 'planned' ORDER BY callback_code")):
        state = story.draw.choice(("reached", "unreached", "cancelled", "missed", "satisfied"))
        values = {"state": state, "at": story.later(), "code": row.callback_code}
        story.run(
            "UPDATE callback_contacts SET state = :state, closed_at = :at,"
            " missed_at = CASE WHEN :state = 'missed' THEN :at END,"
            " missed_reason = CASE WHEN :state = 'missed' THEN 'not_made' END WHERE callback_code = :code",
            **values,
        )
        if state == "reached":
            call = {"callback_code": row.callback_code, "attempted_at": values["at"], "staff_code": "R1"}
            call |= {"outcome": "reached", "satisfaction": story.draw.randint(1, 5)}
            story.add("callback_results", **call)
            judged = {"verdict": "counted", "content_digest": "x", "judged_at": values["at"], "run_id": RUN}
            story.add("callback_attempts", edition=1, **call, **judged)


def _inspections(story: Story) -> None:
    """What was not made is made, missed, or given up: the unit is vacant no more."""
    for row in story.some(
        story.rows("SELECT * FROM inspections WHERE state IN ('planned', 'not_entered') ORDER BY inspection_code")
    ):
        word = story.draw.choice(("done", "missed", "cancelled"))
        if word == "done":
            visit = {"inspection_code": row.inspection_code, "inspected_at": story.later()}
            story.add("inspection_results", staff_code="R1", entered=True, **visit)
            story.add("inspection_visits", verdict="counted", content_digest="x", run_id=RUN, **visit)
            story.run(
                "UPDATE inspections SET state = 'done', inspected_at = :at WHERE inspection_code = :code",
                at=visit["inspected_at"],
                code=row.inspection_code,
            )
        elif word == "missed" and row.state == "planned":
            story.run(
                "UPDATE inspections SET state = 'missed', missed_at = :at WHERE inspection_code = :code",
                at=story.later(),
                code=row.inspection_code,
            )
        elif word == "cancelled":
            story.run(
                "UPDATE vacancies SET end_date = :day WHERE community_code = :place AND unit_code = :unit",
                day=LAST_DAY + timedelta(days=story.draw.randint(0, 2)),
                place=row.community_code,
                unit=row.unit_code,
            )
            story.run(
                "UPDATE inspections SET state = 'cancelled', cancelled_reason = 'vacancy_ended'"
                " WHERE community_code = :place AND unit_code = :unit AND state IN ('planned', 'not_entered')",
                place=row.community_code,
                unit=row.unit_code,
            )


def _units(story: Story) -> None:
    """Flats are handed over, moved into, left, become vacant, or are used otherwise."""
    day = LAST_DAY + timedelta(days=1)
    for row in story.some(story.rows("SELECT * FROM units ORDER BY community_code, unit_code")):
        place = {"community_code": row.community_code, "unit_code": row.unit_code}
        word = story.draw.choice(("use", "left", "filled", "vacant"))
        if word == "use":
            story.run(
                "UPDATE units SET unit_use = 'storage', valid_from = :day"
                " WHERE community_code = :community_code AND unit_code = :unit_code",
                day=day,
                **place,
            )
            story.add("unit_versions", valid_from=day, unit_use="storage", area_m2=row.area_m2, **place)
        elif word == "left":
            story.run(
                "UPDATE occupancies SET end_date = :day"
                " WHERE community_code = :community_code AND unit_code = :unit_code AND end_date IS NULL",
                day=LAST_DAY,
                **place,
            )
        elif word == "filled":
            story.run(
                "UPDATE vacancies SET end_date = :day"
                " WHERE community_code = :community_code AND unit_code = :unit_code AND end_date IS NULL",
                day=LAST_DAY,
                **place,
            )
        elif not story.rows(
            "SELECT 1 FROM vacancies WHERE community_code = :community_code AND unit_code = :unit_code", **place
        ):
            story.add("vacancies", reason="registered", start_date=day, **place)


def _money(story: Story) -> None:
    """Bills are paid, payments undone, a run is reversed, and another posted whose bills were due in the week."""
    for number, row in enumerate(story.some(story.rows("SELECT * FROM bills ORDER BY bill_code"))):
        who = {"community_code": row.community_code, "unit_code": row.unit_code, "customer_code": row.customer_code}
        paid = {"source_kind": "payment", "source_code": f"later{number}", "batch_no": 0, "amount": 1}
        when = {"allocated_at": story.later(), "allocated_on": LAST_DAY + timedelta(days=1)}
        story.add("allocations", bill_code=row.bill_code, **who, **paid, **when)
    for row in story.some(story.rows("SELECT allocation_id FROM allocations WHERE allocated_at < :end ORDER BY 1")):
        story.run(
            "UPDATE allocations SET undone_at = :at, undone_on = :day, undone_by = 'later' WHERE allocation_id = :code",
            at=story.later(),
            day=LAST_DAY + timedelta(days=1),
            code=row.allocation_id,
        )
    for number, row in enumerate(story.some(story.rows("SELECT * FROM billing_runs ORDER BY run_code"))):
        posted = story.later()
        run = {"period": "2026-11", "community_code": row.community_code, "state": "posted", "attempt": 1}
        run |= {"drafted_at": posted, "posted_at": posted, "posted_on": posted.date(), "due_on": date(2026, 11, 16)}
        story.add("billing_runs", run_code=f"later{number}", kind="opening", post_no=5_000 + number, **run)
        bill = story.rows("SELECT * FROM bills WHERE run_code = :code ORDER BY bill_code LIMIT 1", code=row.run_code)[0]
        who = {"community_code": row.community_code, "unit_code": bill.unit_code, "customer_code": bill.customer_code}
        what = {"period": "2026-11", "total": 77, "due_on": date(2026, 11, 16)}
        story.add("bills", bill_code=f"later{number}", run_code=f"later{number}", **what, **who)


def _quality(story: Story) -> None:
    """Scores are changed by whoever gave them or after an appeal; samples that waited are scored."""
    for row in story.some(story.rows("SELECT * FROM samples ORDER BY sample_code")):
        when, score = story.later(), story.draw.randint(0, 100)
        reviewer = "R2" if row.score is not None and story.draw.random() < 0.5 else "R1"
        edition = 2 if reviewer == "R1" and row.score is not None else 1
        if edition == 2:
            story.run(
                "UPDATE quality_judgements SET verdict = 'superseded' WHERE sample_code = :code", code=row.sample_code
            )
        _judge(story, row.sample_code, reviewer, edition, score, False, when)
        story.run(
            "UPDATE samples SET state = 'final', score = :score, is_critical = FALSE, scored_by = :by, scored_at = :at,"
            " final_at = :at WHERE sample_code = :code",
            score=score,
            by=reviewer,
            at=when,
            code=row.sample_code,
        )


def _people(story: Story) -> None:
    """Shifts under way end; people change community and team."""
    for row in story.some(story.rows("SELECT * FROM roster WHERE ends_at >= :end ORDER BY staff_code")):
        story.run(
            "UPDATE roster SET logged_in_minutes = 300 WHERE staff_code = :code AND starts_at = :starts",
            code=row.staff_code,
            starts=row.starts_at,
        )
    places = [row.community_code for row in story.rows("SELECT community_code FROM communities ORDER BY 1")]
    for row in story.some(story.rows("SELECT * FROM staff WHERE role <> 'reviewer' ORDER BY staff_code")):
        _move(story, row, story.draw.choice([*places, None]))


def _move(story: Story, row: Any, community: str | None) -> None:
    file = {"file": "x", "received_at": LATER_AS_OF, "as_of": story.later(), "digest": row.staff_code, "size_bytes": 1}
    story.add("intake_files", place="command", outcome="read", **file)
    story.run(
        "INSERT INTO register_history (dataset, key, action, before, after, changed_from, changed_at)"
        " SELECT 'staff', jsonb_build_object('staff_code', s.staff_code), 'updated', to_jsonb(s), NULL,"
        " (SELECT max(f.file_id) FROM intake_files AS f), :at FROM staff AS s WHERE s.staff_code = :code",
        at=file["as_of"],
        code=row.staff_code,
    )
    story.run(
        "UPDATE staff SET community_code = :place, team_code = 'other', team_from = :day WHERE staff_code = :code",
        place=community,
        day=LAST_DAY + timedelta(days=1),
        code=row.staff_code,
    )


def _custody(story: Story) -> None:
    """Things are claimed or told over, keys brought back, devices found out of order."""
    for row in story.some(story.rows("SELECT item_code FROM found_property WHERE found_at < :end ORDER BY 1")):
        if story.draw.random() < 0.5:
            story.run(
                "UPDATE found_property SET claimed_at = :at WHERE item_code = :c", at=story.later(), c=row.item_code
            )
        else:
            step = {
                "step": "handed_over",
                "subject": row.item_code,
                "due_on": LAST_DAY,
                "list_code": "X",
                "run_id": RUN,
            }
            story.add("custody_steps", told_at=story.later(), **step)
    for row in story.some(story.rows("SELECT loan_code FROM key_loans WHERE borrowed_at < :end ORDER BY 1")):
        story.run(
            "UPDATE key_loans SET returned_at = :at WHERE loan_code = :code", at=story.later(), code=row.loan_code
        )
    for row in story.some(story.rows("SELECT staff_code FROM staff ORDER BY 1")):
        story.add("device_checks", staff_code=row.staff_code, checked_at=story.later(), device="phone", normal=False)


def _settings(story: Story) -> None:
    """Targets and bounds change; a community is called otherwise."""
    first = LAST_DAY + timedelta(days=1)
    for setting, value in (("attendance_target", "50"), ("callback_dissatisfied_up_to", "4")):
        story.add("settings", setting=setting, value=value, valid_from=first)
    places = story.rows("SELECT community_code FROM communities ORDER BY 1")
    story.run(
        "UPDATE communities SET community_name = '改名' WHERE community_code = :code", code=places[0].community_code
    )


def _calls(story: Story) -> None:
    for number, row in enumerate(story.some(story.rows("SELECT staff_code FROM staff ORDER BY 1"))):
        call = {"call_code": f"later{number}", "started_at": story.later(), "ended_at": LATER_AS_OF, "direction": "in"}
        story.add("calls", staff_code=row.staff_code, answered=True, queue_seconds=1, **call)


LATER: Final[Mapping[str, Callable[[Story], None]]] = {
    "cases": _cases,
    "pauses": _pauses,
    "bookings": _bookings,
    "policies": _policies,
    "escalations": _escalations,
    "callbacks": _callbacks,
    "inspections": _inspections,
    "units": _units,
    "money": _money,
    "quality": _quality,
    "people": _people,
    "custody": _custody,
    "settings": _settings,
    "calls": _calls,
}
"""Subject → what may happen in it after the end."""
