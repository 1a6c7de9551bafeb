"""Every derived row explains itself: why a case has these deadlines and escalations, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from guanjia.domain.errors import UnknownName
from guanjia.pipelines.overdue_escalations.explaining import explain_case
from guanjia.settings import TIME_ZONE
from guanjia.store.runs import open_run
from guanjia.store.sql import execute
from guanjia.store.tables import metadata
from tests.conftest import Database
from tests.database.escalation_house import at, build_house

table = metadata.tables
HOUR = timedelta(hours=1)
TEN = datetime(2026, 10, 20, 10, tzinfo=TIME_ZONE)
"""A Tuesday; the office works 9 to 18."""
NOON, EVENING = TEN + 2 * HOUR, TEN + 10 * HOUR
CALENDARS = {
    "office": [(TEN + timedelta(days=day) - HOUR, TEN + timedelta(days=day) + 8 * HOUR) for day in range(3)],
    "round_the_clock": [(TEN - timedelta(days=30), TEN + timedelta(days=30))],
}


class House:
    """A served community with a calendar, a handler, and one complaint of ten o'clock."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.transaction() as tx:
            self.run = open_run(tx, "overdue_escalations", NOON, started_at=NOON)
        self.add("communities", community_code="C1", community_name="翠湖花园")
        self.add("settings", setting="live_from", community_code="C1", value="2026-10-01")
        self.add("customers", customer_code="K1", customer_name="王小明", customer_type="owner", phone="13812341234")
        for code, role in (("S1", "agent"), ("M1", "manager")):
            self.add("staff", staff_code=code, staff_name="李晓", role=role, email=f"{code.lower()}@example.com")
        self.add("staff", staff_code="S2", staff_name="赵前", role="team_leader", community_code="C1")
        for axis, (code, stretches) in enumerate(CALENDARS.items(), start=1):
            self.calendar(axis, code, stretches)
        self.case("A1", customer_code="K1", handler="S1", description="邻居噪音，请致电13812341234。")

    def add(self, name: str, **values: Any) -> None:
        with self.database.transaction() as tx:
            tx.execute(insert(table[name]).values(**values))

    def calendar(self, axis: int, code: str, stretches: list[tuple[datetime, datetime]]) -> None:
        run_id = self.run.run_id
        self.add(
            "working_calendars",
            calendar_code=code,
            axis=axis,
            time_zone="Asia/Shanghai",
            is_cn=True,
            covers_from=TEN - timedelta(days=40),
            serves_to=TEN + timedelta(days=30),
            covers_to=TEN + timedelta(days=40),
            digest="x",
            version=1,
            run_id=run_id,
        )
        for opens_at, closes_at in stretches:
            self.add("working_segments", calendar_code=code, opens_at=opens_at, closes_at=closes_at, seconds_before=0)

    def serve(self, computed_to: datetime) -> None:
        run_id = self.run.run_id
        self.add(
            "served_communities",
            community_code="C1",
            live_from=date(2026, 10, 1),
            working_calendar="office",
            policy_slot=0,
            run_id=run_id,
        )
        self.add(
            "escalation_progress",
            pipeline="overdue_escalations",
            computed_to=computed_to,
            policy_digest="x",
            run_id=run_id,
        )

    def case(self, code: str, **values: Any) -> None:
        given: dict[str, Any] = {"community_code": "C1", "kind": "complaint", "urgency": "ordinary", "opened_at": TEN}
        self.add("cases", case_code=code, **(given | values))

    def event(self, event: str, at: datetime) -> None:
        self.add("case_events", case_code="A1", event_at=at, event=event)

    def deadline(self, **values: Any) -> None:
        given: dict[str, Any] = {
            "case_code": "A1",
            "milestone": "answer",
            "occurrence": 1,
            "starts_at": TEN,
            "due_at": TEN + 24 * HOUR,
            "provisional": False,
            "state": "running",
            "working_calendar": "office",
            "paused_seconds": 0,
            "budget_seconds": 9 * 3600,
            "policy_code": "ANSWER-COMPLAINT",
            "policy_valid_from": date(2000, 1, 1),
            "rule_id": "ESC-06",
            "calendar_version": 1,
            "run_id": self.run.run_id,
        }
        self.add("deadlines", **(given | values))

    def step(self, **values: Any) -> None:
        given: dict[str, Any] = {
            "case_code": "A1",
            "milestone": "answer",
            "occurrence": 1,
            "level": 1,
            "role": "handler",
            "staff_code": "S1",
            "raised_at": TEN + HOUR,
            "found_by": "case",
            "is_emergency": False,
            "step_code": "DUE-HANDLER",
            "rule_id": "ESC-09",
            "run_id": self.run.run_id,
        }
        self.add("escalations", **(given | values))

    def explain(self, as_of: datetime = NOON, language: str = "en", code: str = "A1") -> list[str]:
        with self.database.transaction("read") as tx:
            return explain_case(tx, code, as_of, language)


@pytest.fixture
def house(database: Database) -> Iterator[House]:
    yield House(database)


def test_a_case_nobody_knows_is_an_unknown_name(house: House) -> None:
    with pytest.raises(UnknownName, match="no case B9"):
        house.explain(code="B9")


def test_a_case_opened_after_as_of_is_not_visible_yet(house: House) -> None:
    [told] = house.explain(TEN - HOUR)
    assert "not visible yet" in told and "翠湖" not in told
    assert "尚不可见" in house.explain(TEN - HOUR, "zh")[0]


def test_the_case_is_told_in_one_sentence_and_masked(house: House) -> None:
    house.event("assigned", TEN + HOUR)
    house.event("resolved", NOON + HOUR)
    for language in ("zh", "en"):
        told = house.explain(language=language)[0]
        for part in ("A1", "翠湖花园", "王*", "138****1234", "S1"):
            assert part in told
        assert "王小明" not in told and "13812341234" not in told
    assert "Last event: assigned" in house.explain()[0]


def test_a_community_without_live_from_says_that_it_is_not_served(house: House) -> None:
    house.add("communities", community_code="C2", community_name="云山")
    house.case("B1", community_code="C2")
    assert "C2 is not served: it has no live_from" in house.explain(code="B1")[1]


def test_a_case_opened_before_the_first_served_day_says_so(house: House) -> None:
    house.case("B1", opened_at=datetime(2026, 9, 30, 23, 59, tzinfo=TIME_ZONE))
    assert "opened before Thu 1 Oct 2026" in house.explain(code="B1")[1]


def test_a_case_no_run_has_seen_and_one_no_policy_holds_for_say_so(house: House) -> None:
    assert "No run of overdue_escalations" in house.explain()[1]
    house.serve(NOON)
    assert "No deadline policy holds" in house.explain()[1]


@pytest.mark.rule("ESC-06")
def test_a_deadline_names_rule_policy_start_budget_calendar_and_due_instant(house: House) -> None:
    house.serve(NOON)
    house.deadline(provisional=True)
    [_, told, none_raised] = house.explain()
    for part in (
        "rule ESC-06",
        "policy ANSWER-COMPLAINT (complaint; met by: answered, resolved, closed)",
        "started Tue 20 Oct 2026 10:00, with: the opening of the case",
        "1 working day (9 h of working time), calendar: office hours",
        "Provisional",
        "Due Wed 21 Oct 2026 10:00: it is running, 22 h left",
        house.run.run_code,
    ):
        assert part in told, part
    assert "No step" in none_raised
    assert "第 1 次；依据 ESC-06" in house.explain(language="zh")[1]


@pytest.mark.rule("ESC-10")
def test_each_pause_is_told_with_the_working_time_it_counts(house: House) -> None:
    house.serve(TEN + 31 * HOUR)
    house.event("paused", TEN + HOUR)
    house.event("paused", TEN + HOUR * 3 / 2)
    house.event("resumed", TEN + 3 * HOUR)
    house.event("paused", TEN + 7 * HOUR)
    house.event("resumed", TEN + 24 * HOUR)
    house.event("paused", TEN + 30 * HOUR)
    house.deadline(due_at=TEN + 28 * HOUR, paused_seconds=5 * 3600)
    told = house.explain(TEN + 31 * HOUR)[1]
    assert "from Tue 20 Oct 2026 11:00 to Tue 20 Oct 2026 13:00: 2 h counted" in told
    assert "from Tue 20 Oct 2026 17:00 to Wed 21 Oct 2026 10:00: 2 h counted" in told, "17 to 18 and 9 to 10"
    assert "since Wed 21 Oct 2026 16:00: nothing, since it began after the due instant" in told
    assert "5 h of working time in all" in told


@pytest.mark.rule("ESC-10")
def test_a_paused_deadline_has_no_due_instant_and_one_that_never_pauses_says_so(house: House) -> None:
    house.serve(NOON)
    house.event("paused", TEN + HOUR)
    house.deadline(due_at=None, state="paused")
    house.deadline(milestone="tell_superior", policy_code="SUPERIOR-COMPLAINT", needed_at=TEN, rule_id="ESC-02")
    _, paused, superior, _ = house.explain()
    assert "1 h so far" in paused and "It is paused" in paused
    assert "does not stop" in superior and "came to be with cannot solve" in superior


@pytest.mark.rule("ESC-03")
@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"state": "met", "met_at": TEN + HOUR, "ended_at": TEN + HOUR, "ended_by": "met"}, "11:00, in time"),
        (
            {"due_at": TEN, "state": "met_late", "met_at": TEN + HOUR, "ended_at": TEN + HOUR, "ended_by": "met"},
            "1 h late",
        ),
        ({"state": "cancelled", "ended_at": TEN + HOUR, "ended_by": "case_ended"}, "the case was resolved or closed"),
        ({"state": "cancelled", "ended_at": TEN + HOUR, "ended_by": "withdrawn"}, "no policy gives it any more"),
        ({"due_at": TEN + HOUR}, "running and 1 h overdue"),
        ({"state": "met", "met_at": NOON + HOUR, "ended_at": NOON + HOUR, "ended_by": "met"}, "it is running, 22 h"),
    ],
    ids=["met", "late", "ended", "withdrawn", "overdue", "met after as_of"],
)
def test_the_outcome_of_a_deadline_is_told(house: House, values: dict[str, Any], words: str) -> None:
    house.serve(NOON)
    house.deadline(**values)
    assert words in house.explain()[1]


def test_what_moved_a_deadline_is_told_from_the_audit(house: House) -> None:
    house.serve(NOON)
    house.event("answered", TEN + HOUR)
    house.deadline(starts_at=TEN + HOUR, milestone="visit", policy_code="VISIT")
    moved = {"case_code": "A1", "milestone": "visit", "occurrence": 1, "run_id": house.run.run_id}
    house.add(
        "deadline_former_starts",
        **moved,
        starts_at=TEN,
        superseded_at=TEN + HOUR,
        due_at=TEN + 23 * HOUR,
        budget_seconds=3600,
    )
    house.add(
        "deadline_changes",
        **moved,
        changed_at=NOON,
        reason="calendar",
        former_due_at=None,
        due_at=TEN + 24 * HOUR,
        former_policy_code="OLD",
        policy_code="VISIT",
    )
    told = house.explain()[1]
    assert "started Tue 20 Oct 2026 11:00, with: answered" in told
    assert "Until Tue 20 Oct 2026 11:00 it counted from Tue 20 Oct 2026 10:00" in told
    assert "holidays or working hours were loaded: due paused before, Wed 21 Oct 2026 10:00 after" in told
    assert "Policy OLD before, VISIT after" in told
    assert "Changed" not in house.explain(NOON - HOUR / 2)[1]


@pytest.mark.rule("ESC-09")
def test_an_escalation_says_who_how_found_told_acknowledged_and_stood_down(house: House) -> None:
    house.serve(EVENING)
    house.deadline()
    house.step(told_at=TEN + HOUR, acknowledged_at=NOON, stood_down_at=EVENING)
    told = house.explain()[-1]
    for part in ("level 1 (overdue)", "handler: S1 (李*); the case names this handler", "Told", "Acknowledged"):
        assert part in told
    assert "Stood down" not in told, "after as_of"
    assert "Stood down" in house.explain(EVENING)[-1]


@pytest.mark.rule("ESC-09")
@pytest.mark.parametrize(
    ("values", "as_of", "words"),
    [
        ({"stood_down_at": NOON}, NOON, "stood down before it was mailed"),
        ({"staff_code": "M1", "role": "manager", "found_by": "company"}, EVENING, "in office hours only"),
        ({"staff_code": "M1", "role": "manager", "found_by": "company"}, NOON, "the next run tells it"),
        (
            {"staff_code": "M1", "role": "manager", "found_by": "company", "is_emergency": True},
            EVENING,
            "the next run tells it",
        ),
        ({"staff_code": "S2", "role": "team_leader", "found_by": "community"}, NOON, "no mail address"),
        ({"staff_code": None, "found_by": "nobody", "reported_at": NOON}, NOON, "nobody to tell. Reported"),
        ({"staff_code": "M1", "role": "supervisor", "found_by": "next_level"}, NOON, "M1 (李*), manager; nobody held"),
    ],
    ids=["stood down", "office closed", "office open", "emergency", "no address", "nobody", "next level"],
)
def test_an_escalation_that_was_not_told_says_why(
    house: House, values: dict[str, Any], as_of: datetime, words: str
) -> None:
    house.serve(as_of)
    house.deadline()
    house.step(**values)
    assert words in house.explain(as_of)[-1]


def test_explaining_says_how_far_deadlines_are_computed_and_writes_nothing(house: House) -> None:
    house.serve(NOON)
    house.deadline()
    assert "computed up to Tue 20 Oct 2026 12:00" in house.explain(EVENING)[1]
    with house.database.transaction("read") as tx:
        assert tx.scalar(select(func.count()).select_from(table["deadlines"])) == 1


@pytest.mark.rule("ESC-10")
def test_the_pauses_told_add_up_to_what_the_run_counted(database: Database) -> None:
    """Over night, over a weekend, twice in a row, after the due instant, beside the answer: run and telling agree."""
    house = build_house(database)
    pauses = {
        "NIGHT": ("19 16:00 paused", "20 09:30 resumed", "20 11:00 paused"),
        "WEEKEND": ("20 09:15 paused", "23 09:15 resumed"),
        "TWICE": ("19 10:00 paused", "19 10:00 resumed", "19 11:00 paused", "19 12:00 paused", "19 15:00 resumed"),
        "LATE": ("20 14:00 paused", "20 15:00 resumed", "23 09:00 answered"),
        "MET": ("19 11:00 paused", "19 16:00 answered", "19 17:00 resumed"),
        "REOPENED": ("19 11:00 paused", "19 12:00 closed", "19 16:00 reopened", "20 10:00 paused", "20 17:00 resumed"),
    }
    for code, events in pauses.items():
        house.case(code, "19 09:30", *events, kind="complaint")
    house.run("23 12:00")
    with database.transaction("read") as tx:
        found = {
            (row.case_code, row.milestone, row.occurrence): row.paused_seconds
            for row in tx.execute(select(table["deadlines"])).all()
            if row.state != "paused"
        }
        told: dict[tuple[str, str, int], int] = dict.fromkeys(found, 0)
        for code in pauses:
            for row in execute(tx, "overdue_escalations/list_explained_pauses", case_code=code, as_of=at("23 12:00")):
                if (code, row.milestone, row.occurrence) in told:
                    told[code, row.milestone, row.occurrence] += int(row.counted_seconds)
        sentences = explain_case(tx, "NIGHT", at("23 12:00"), "en")
    assert told == found
    assert sum(found.values()) > 0
    assert any("It is paused" in sentence for sentence in sentences)
