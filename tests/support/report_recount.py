"""The reports of a home counted anew, from its exported CSV files alone, in plain Python.

Nothing of Guanjia is used here but the files. Each figure is counted as its formula says it, community by community;
regions and the company are added up here, so that a mistake of the product in either shows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cached_property
from pathlib import Path

from tests.support.callback_registers import at, day_here, moment
from tests.support.inspection_recount import Row, day, rows_of

COUNTED_FROM = (
    "communities",
    "calendars",
    "settings",
    "staff",
    "roster",
    "units",
    "occupancies",
    "vacancies",
    "cases",
    "case_events",
    "deadlines",
    "deadline_changes",
    "deadline_former_starts",
    "escalations",
    "calls",
    "callbacks",
    "callback_contacts",
    "callback_attempts",
    "inspections",
    "inspection_results",
    "bills",
    "billing_runs",
    "allocations",
    "quality_draws",
    "samples",
    "quality_judgements",
    "found_property",
    "key_loans",
    "device_checks",
    "custody_steps",
)
TOLD = ("report_editions", "report_definitions", "report_figures", "report_base", "report_breakdowns")

SHARES = ("share", "points", "seconds")
"""Units of figures that are a quotient."""

OF_COMPANY = ("calls_in", "unclaimed", "quality_scored")
"""Counts of what need not belong to a community: where nothing was found only the company knows that it is none."""

PARTS = {
    "daily": ("team",),
    "weekly": ("team", "department", "cause"),
    "monthly": ("team", "department", "cause", "agent"),
}
"""What figures of each report are parted by."""

AGES = ((30, "days_0_30"), (90, "days_31_90"), (180, "days_91_180"), (365, "days_181_365"))
NEVER = datetime.max.replace(tzinfo=at(date(2026, 1, 1)).tzinfo)
ALWAYS = datetime.min.replace(tzinfo=NEVER.tzinfo)

Pair = tuple[Fraction | None, Fraction | None]
Key = tuple[str, str]
"""Community (blank: of none) or scope, and figure."""


@dataclass(frozen=True)
class Home:
    """The exports of a home."""

    folder: Path

    __hash__ = object.__hash__

    @cached_property
    def tables(self) -> Mapping[str, list[Row]]:
        return {name: rows_of(self.folder / f"{name}.csv") for name in (*COUNTED_FROM, *TOLD)}

    def setting(self, name: str, community: str, on: date, default: str = "") -> str:
        """A setting in force on a day: the community's own, else that of all."""
        known = [
            row
            for row in self.tables["settings"]
            if row["setting"] == name
            and row["community_code"] in (community, "")
            and (day(row["valid_from"]) or date.min) <= on
        ]
        known.sort(key=lambda row: (row["community_code"] != "", row["valid_from"]))
        return known[-1]["value"] if known else default

    @cached_property
    def by_code(self) -> Mapping[str, Row]:
        return {row["case_code"]: row for row in self.tables["cases"]}

    @cached_property
    def timed(self) -> set[str]:
        """Communities whose working calendar is loaded: of the others no deadline is known."""
        loaded = {row["calendar_code"] for row in self.tables["calendars"]}
        return {
            row["community_code"]
            for row in self.tables["communities"]
            if (row["working_calendar"] or "office") in loaded
        }

    @cached_property
    def people(self) -> Mapping[str, Row]:
        return {row["staff_code"]: row for row in self.tables["staff"]}

    @cached_property
    def moves(self) -> Mapping[str, list[tuple[datetime, str]]]:
        """Case → what finished or reopened it; nothing happens before the opening."""
        found: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
        for row in self.tables["case_events"]:
            if row["event"] in ("resolved", "closed", "reopened"):
                found[row["case_code"]].append((moment(row["event_at"]), row["event"]))
        return found

    @cached_property
    def running(self) -> Mapping[str, list[Row]]:
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.tables["deadlines"]:
            found[row["case_code"]].append(row)
        return found

    @cached_property
    def histories(self) -> Mapping[tuple[str, ...], list[tuple[datetime, datetime, str]]]:
        """Deadline → the due instants it had before: from when, until when, due (blank: it was paused)."""
        found: dict[tuple[str, ...], list[tuple[datetime, datetime, str]]] = defaultdict(list)
        for row in self.tables["deadline_changes"]:
            found[deadline_of(row)].append((ALWAYS, moment(row["changed_at"]), row["former_due_at"]))
        for row in self.tables["deadline_former_starts"]:
            known = (moment(row["starts_at"]), moment(row["superseded_at"]), row["due_at"])
            found[deadline_of(row)].append(known)
        return {key: sorted(rows, key=lambda each: each[1]) for key, rows in found.items()}

    @cached_property
    def changes(self) -> Mapping[tuple[str, ...], list[tuple[datetime, str]]]:
        """Deadline → when a run changed it, and why, the first change first."""
        found: dict[tuple[str, ...], list[tuple[datetime, str]]] = defaultdict(list)
        for row in self.tables["deadline_changes"]:
            found[deadline_of(row)].append((moment(row["changed_at"]), row["reason"]))
        return {key: sorted(rows, key=lambda each: each[0]) for key, rows in found.items()}

    @cached_property
    def scores(self) -> Mapping[str, list[Row]]:
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.tables["quality_judgements"]:
            found[row["sample_code"]].append(row)
        return found


@dataclass
class Week:
    """What happened from an instant, included, to another, left out."""

    home: Home
    starts: datetime
    ends: datetime
    as_of: datetime
    found: dict[Key, list[Fraction]] = field(default_factory=dict)
    unknown: set[Key] = field(default_factory=set)
    """(community, figure) of which there is something, but nobody knows how much."""
    parts: dict[tuple[str, str, str, str], list[Fraction]] = field(default_factory=dict)
    """(community, kind, code, figure) → numerator and denominator."""

    @cached_property
    def last_day(self) -> date:
        return day_here(self.ends - timedelta(seconds=1))

    @cached_property
    def live(self) -> Mapping[str, datetime]:
        """Communities served when the edition was computed → first instant."""
        on = day_here(self.as_of)
        first = {
            row["community_code"]: day(self.home.setting("live_from", row["community_code"], on))
            for row in self.home.tables["communities"]
        }
        return {code: at(since) for code, since in first.items() if since and since <= on}

    @cached_property
    def first_live(self) -> datetime:
        return min(self.live.values())

    def is_counted(self, community: str, when: datetime) -> bool:
        """Whether a fact of a community, or of none, is one of a time it was served in."""
        return when >= (self.live.get(community, NEVER) if community else self.first_live)

    def is_known(self, community: str) -> bool:
        return not community or community in self.live

    def within(self, when: datetime | str) -> bool:
        instant = moment(when) if isinstance(when, str) else when
        return self.starts <= instant < self.ends

    def is_due(self, on: date) -> bool:
        """Whether a day ends in the week."""
        return self.starts < at(on, 24) <= self.ends

    def add(self, community: str, figure: str, numerator: int | Fraction, denominator: int | Fraction = 0) -> None:
        pair = self.found.setdefault((community, figure), [Fraction(0), Fraction(0)])
        pair[0] += numerator
        pair[1] += denominator

    def part(
        self, community: str, kind: str, code: str, figure: str, top: int | Fraction, below: int | Fraction = 0
    ) -> None:
        pair = self.parts.setdefault((community, kind, code, figure), [Fraction(0), Fraction(0)])
        pair[0] += top
        pair[1] += below

    def count(self) -> Week:
        for subject in SUBJECTS:
            subject(self)
        return self


def word_of(case: Row) -> str:
    return f"repair_{case['area'] or 'unsaid'}" if case["kind"] == "repair" else case["kind"]


def finished_since(week: Week, case: Row, edge: datetime) -> datetime | None:
    """Since when a case is finished at an instant: the first end after the last reopening; None: it is open."""
    seen = sorted(move for move in week.home.moves.get(case["case_code"], ()) if move[0] < edge)
    reopened = max((when for when, event in seen if event == "reopened"), default=None)
    ends = [when for when, event in seen if event != "reopened" and (reopened is None or when > reopened)]
    return max(ends[0], moment(case["opened_at"])) if ends else None


def count_cases(week: Week) -> None:
    for case in week.home.tables["cases"]:
        community, opened, word = case["community_code"], moment(case["opened_at"]), word_of(case)
        if not week.is_counted(community, opened) or opened >= week.ends:
            continue
        if week.within(opened):
            _taken_in(week, case, word)
        before = finished_since(week, case, week.starts) if opened < week.starts else None
        after = finished_since(week, case, week.ends)
        came_back = any(
            event == "reopened" and week.within(when) for when, event in week.home.moves.get(case["case_code"], ())
        )
        for name in (word, "total"):
            week.add(community, f"cases_open.{name}", after is None)
            week.add(community, f"cases_out.{name}", after is not None and week.within(after))
            week.add(community, f"cases_reopened.{name}", before is not None and came_back)
        if after is None and community not in week.home.timed:
            week.unknown.add((community, "cases_overdue"))
        elif after is None:
            week.add(
                community, "cases_overdue", any(is_past_due(week, row) for row in week.home.running[case["case_code"]])
            )


def _taken_in(week: Week, case: Row, word: str) -> None:
    community = case["community_code"]
    for name in (word, "total"):
        week.add(community, f"cases_in.{name}", 1)
    week.add(community, "emergencies", case["urgency"] == "emergency")
    week.add(community, f"feedback.{case['feedback_class'] or 'unclassified'}", 1)
    if word in ("complaint", "suggestion"):
        week.part(community, "department", case["department"], f"cases_in.{word}", 1)
        week.part(community, "cause", case["feedback_class"], f"cases_in.{word}", 1)


def deadline_of(row: Row) -> tuple[str, ...]:
    return row["case_code"], row["milestone"], row["occurrence"]


def due_then(week: Week, deadline: Row) -> datetime | None:
    """When a deadline was due as it stood at the week's end; None: it was paused, or there was none."""
    due, is_there = deadline["due_at"], deadline["ended_by"] != "withdrawn"
    reasons = [reason for when, reason in week.home.changes.get(deadline_of(deadline), ()) if when <= week.ends]
    if reasons[-1:] == ["withdrawn"]:
        return None
    for since, until, former in week.home.histories.get(deadline_of(deadline), ()):
        if since < week.ends < until or (since is not ALWAYS and since < week.ends == until):
            due, is_there = former, True
            break
    return moment(due) if due and is_there else None


def late_from(deadline: Row, due: datetime) -> datetime:
    """Since when there is such a deadline, and it is due: some are called for when they are past due already."""
    return max(due, moment(deadline["needed_at"])) if deadline["needed_at"] else due


def is_over(week: Week, deadline: Row) -> bool:
    """Whether it had been met, or had ended with its case, before the week's end."""
    return deadline["ended_by"] in ("met", "case_ended") and moment(deadline["ended_at"]) < week.ends


def is_past_due(week: Week, deadline: Row) -> bool:
    """Whether a deadline is running past due at the end of the week."""
    due = due_then(week, deadline)
    return due is not None and late_from(deadline, due) < week.ends and not is_over(week, deadline)


def count_deadlines(week: Week) -> None:
    for row in week.home.tables["deadlines"]:
        due, community = due_then(week, row), week.home.by_code[row["case_code"]]["community_code"]
        if due is None or not week.within(late_from(row, due)):
            continue
        is_kept = bool(row["met_at"]) and moment(row["met_at"]) <= due
        if not row["met_at"] and is_over(week, row):
            continue
        if community not in week.live.keys() & week.home.timed:
            continue
        for milestone in (row["milestone"], "total"):
            week.add(community, f"on_time.{milestone}", is_kept, 1)


def count_escalations(week: Week) -> None:
    for row in week.home.tables["escalations"]:
        community = week.home.by_code[row["case_code"]]["community_code"]
        if community not in week.live:
            continue
        if week.within(row["raised_at"]):
            week.add(community, f"escalations.{row['level']}", 1)
        ended = [moment(row[name]) for name in ("acknowledged_at", "stood_down_at") if row[name]]
        if row["level"] != "0" and moment(row["raised_at"]) < week.ends and min(ended, default=NEVER) >= week.ends:
            week.add(community, "unacknowledged", 1)


def count_callbacks(week: Week) -> None:
    whose = {row["callback_code"]: row["community_code"] for row in week.home.tables["callbacks"]}
    for row in week.home.tables["callback_contacts"]:
        community, due = row["community_code"], moment(row["due_by"])
        closed = moment(row["closed_at"]) if row["closed_at"] else NEVER
        is_given_up = row["state"] == "cancelled" and closed < week.ends
        if not week.within(due) or is_given_up or not week.is_known(community):
            continue
        week.add(community, "callbacks_due", 1)
        week.add(community, "callbacks_reached", row["state"] in ("reached", "satisfied") and closed < week.ends, 1)
        week.add(community, "callbacks_missed", closed > due)
    bound = int(week.home.setting("callback_dissatisfied_up_to", "", week.last_day, "2"))
    for row in week.home.tables["callback_attempts"]:
        community = whose[row["callback_code"]]
        is_rated = row["satisfaction"] and row["verdict"] == "counted"
        if is_rated and week.within(row["attempted_at"]) and week.is_known(community):
            rating = int(row["satisfaction"])
            week.add(community, "satisfied", rating > bound, 1)
            week.add(community, "satisfaction", rating, 1)
            week.add(community, f"rated.{rating}", 1)


def count_vacancy(week: Week) -> None:
    on = week.last_day

    def covered(rows: Iterable[Row]) -> set[Key]:
        return {
            (row["community_code"], row["unit_code"])
            for row in rows
            if (day(row["start_date"]) or date.min) <= on <= (day(row["end_date"]) or date.max)
        }

    vacant, occupied = covered(week.home.tables["vacancies"]), covered(week.home.tables["occupancies"])
    for unit in week.home.tables["units"]:
        community, key = unit["community_code"], (unit["community_code"], unit["unit_code"])
        if unit["unit_use"] in ("parking", "storage", "basement"):
            continue
        if week.live.get(community, NEVER) >= week.ends:
            continue
        handed_over = day(unit["handover_date"])
        is_handed_over = handed_over is not None and handed_over <= on
        week.add(community, "vacant", key in vacant)
        week.add(community, "vacancy_rate", key in vacant, 1)
        week.add(
            community,
            "occupancy_rate",
            is_handed_over and key in occupied and key not in vacant,
            is_handed_over,
        )


def count_inspections(week: Week) -> None:
    visits: dict[str, list[Row]] = defaultdict(list)
    for row in week.home.tables["inspection_results"]:
        visits[row["inspection_code"]].append(row)
    empty: dict[Key, list[Row]] = defaultdict(list)
    for row in week.home.tables["vacancies"]:
        empty[row["community_code"], row["unit_code"]].append(row)
    for row in week.home.tables["inspections"]:
        community = row["community_code"]
        stays_empty = any(
            (day(each["start_date"]) or date.min) <= date.fromisoformat(row["due_on"])
            and (day(each["end_date"]) or date.max) >= week.last_day
            for each in empty[community, row["unit_code"]]
        )
        if community not in week.live or (row["state"] == "cancelled" and not stays_empty):
            continue
        first = min((moment(each["inspected_at"]) for each in visits[row["inspection_code"]]), default=NEVER)
        if row["plan"] in ("monthly", "basement") and week.is_due(date.fromisoformat(row["due_on"])):
            is_entered = row["state"] == "done" and moment(row["inspected_at"]) < week.ends
            is_made = row["state"] != "planned" and first < week.ends
            week.add(community, "inspected", is_made, 1)
            week.add(community, "entered", is_entered, 1)
        if row["finding_case_code"]:
            found = [each for each in visits[row["inspection_code"]] if each["finding"]]
            week.add(community, "findings", sum(week.within(each["inspected_at"]) for each in found))


def count_money(week: Week) -> None:
    runs = {row["run_code"]: row for row in week.home.tables["billing_runs"]}
    undone = {
        row["reverses"]
        for row in runs.values()
        if row["reverses"] and row["state"] == "posted" and moment(row["posted_at"]) < week.ends
    }
    settled: dict[tuple[str, str, str], Fraction] = defaultdict(Fraction)
    for row in week.home.tables["allocations"]:
        if moment(row["allocated_at"]) < week.ends and not (row["undone_at"] and moment(row["undone_at"]) < week.ends):
            place, amount = (row["community_code"], row["unit_code"]), Fraction(row["amount"])
            settled[*place, row["bill_code"]] += amount
            if row["source_kind"] == "credit_note":
                settled[*place, row["source_code"]] -= amount
    owed: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for bill in week.home.tables["bills"]:
        run, community = runs[bill["run_code"]], bill["community_code"]
        is_posted = run["posted_at"] and moment(run["posted_at"]) < week.ends
        if not is_posted or run["kind"] == "reversal" or run["run_code"] in undone or community not in week.live:
            continue
        total, due = Fraction(bill["total"]), date.fromisoformat(bill["due_on"])
        left = total - settled[community, bill["unit_code"], bill["bill_code"]]
        if week.is_due(due):
            week.add(community, "billed", total)
            week.add(community, "collection_rate", total - left, total)
        age = (week.last_day - due).days
        if age >= 0:
            owed[community, bill["unit_code"]] += left
            week.add(community, "arrears", left)
            week.add(community, f"arrears.{next((name for top, name in AGES if age <= top), 'days_over_365')}", left)
    for (community, _unit), left in owed.items():
        week.add(community, "units_in_arrears", left > 0)


def score_then(week: Week, sample: Row) -> tuple[Fraction | None, bool]:
    """A sample's score at the week's end, and whether it had a critical error.

    One that was changed since is read off the parts its reviewers gave before, where all of them say the same; of
    others this clerk, who has no criteria and weights, cannot tell.
    """
    if moment(sample["scored_at"]) < week.ends:
        return Fraction(sample["score"]), sample["is_critical"] == "yes"
    given = [
        row
        for row in week.home.scores[sample["sample_code"]]
        if row["verdict"] != "kept" and moment(row["scored_at"]) < week.ends
    ]
    for reviewer in (sample["reviewer"], sample["second_reviewer"]):
        parts = {row["criterion"]: row for row in given if row["reviewer"] == reviewer}
        values = {Fraction(row["score"]) for row in parts.values()}
        if reviewer and parts:
            assert len(values) == 1, f"{sample['sample_code']}: parts of different scores"
            return values.pop(), any(row["is_critical"] == "yes" for row in parts.values())
    return None, False


def count_quality(week: Week) -> None:
    drawn = {row["draw_code"]: row for row in week.home.tables["quality_draws"]}
    for row in week.home.tables["samples"]:
        draw = drawn[row["draw_code"]]
        is_of_week = draw["kind"] == "weekly" and week.starts < moment(draw["frame_to"]) <= week.ends
        if not is_of_week or row["reason"] in ("top_up", "audit") or not row["score"]:
            continue
        score, is_critical = score_then(week, row)
        if score is None or not week.is_known(row["community_code"]):
            continue
        stands_for, community = 1 / Fraction(row["probability"]), row["community_code"]
        week.add(community, "quality_scored", 1)
        week.add(community, "quality_mean", stands_for * score, stands_for)
        week.part(community, "agent", row["staff_code"], "quality_mean", stands_for * score, stands_for)
        week.add(community, "quality_critical", stands_for * is_critical, stands_for)


def count_people(week: Week) -> None:
    for row in week.home.tables["roster"]:
        person, starts, ends = week.home.people[row["staff_code"]], moment(row["starts_at"]), moment(row["ends_at"])
        community = person["community_code"]
        if not week.is_counted(community, starts):
            continue
        if row["attendance"] not in ("present", "absent"):
            continue
        is_present = row["attendance"] == "present"
        team = person["team_code"] if (day(person["team_from"]) or date.min) <= day_here(starts) else ""
        if week.within(starts):
            week.add(community, "attendance", is_present, 1)
            week.part(community, "team", team, "attendance", is_present, 1)
            week.part(community, "agent", row["staff_code"], "attendance", is_present, 1)
        if is_present and row["logged_in_minutes"] and week.starts < ends <= week.ends:
            minutes = int((ends - starts) / timedelta(minutes=1))
            logged = min(int(row["logged_in_minutes"]), minutes)
            week.add(community, "adherence", logged, minutes)
            week.part(community, "team", team, "adherence", logged, minutes)
            week.part(community, "agent", row["staff_code"], "adherence", logged, minutes)


def count_calls(week: Week) -> None:
    for row in week.home.tables["calls"]:
        if row["direction"] != "in" or not week.within(row["started_at"]):
            continue
        community = week.home.people.get(row["staff_code"], {}).get("community_code", "")
        if not community and row["case_code"]:
            community = week.home.by_code[row["case_code"]]["community_code"]
        if not week.is_counted(community, moment(row["started_at"])):
            continue
        week.add(community, "calls_in", 1)
        week.add(community, "calls_answered", row["answered"] == "yes", 1)
        week.part(community, "agent", row["staff_code"], "calls_answered", row["answered"] == "yes", 1)
        if row["queue_seconds"]:
            week.add(community, "queue_seconds", int(row["queue_seconds"]), 1)


def count_custody(week: Week) -> None:
    at_administration = {
        row["subject"]
        for row in week.home.tables["custody_steps"]
        if row["step"] in ("to_administration", "handed_over", "disposal")
        and row["told_at"]
        and moment(row["told_at"]) < week.ends
    }
    for row in week.home.tables["found_property"]:
        found, claimed = moment(row["found_at"]), moment(row["claimed_at"]) if row["claimed_at"] else NEVER
        is_kept = row["item_code"] not in at_administration and claimed >= week.ends
        if is_kept and week.first_live <= found < week.ends:
            week.add("", "unclaimed", 1)
    for row in week.home.tables["key_loans"]:
        lent, back = moment(row["borrowed_at"]), moment(row["returned_at"]) if row["returned_at"] else NEVER
        if day_here(lent) < week.last_day and back >= week.ends and week.is_counted(row["community_code"], lent):
            week.add(row["community_code"], "keys_out", 1)
    for row in week.home.tables["device_checks"]:
        community = week.home.people[row["staff_code"]]["community_code"]
        if row["normal"] == "no" and week.within(row["checked_at"]) and week.is_known(community):
            week.add(community, "devices_abnormal", 1)


SUBJECTS: tuple[Callable[[Week], None], ...] = (
    count_cases,
    count_deadlines,
    count_escalations,
    count_callbacks,
    count_vacancy,
    count_inspections,
    count_money,
    count_quality,
    count_people,
    count_calls,
    count_custody,
)


@dataclass
class Recount:
    """What the product says and what was counted here."""

    faults: list[str] = field(default_factory=list)
    figures: int = 0
    known: int = 0
    parts: int = 0
    nonzero: set[str] = field(default_factory=set)
    """Figures that were something other than 0 or n/a somewhere."""


def scopes_of(home: Home, week: Week) -> dict[str, set[str]]:
    """Scope → its communities; what belongs to none is the company's."""
    found: dict[str, set[str]] = {"company": {"", *week.live}}
    for row in home.tables["communities"]:
        code = row["community_code"]
        if code in week.live:
            found[code] = {code}
            if row["region"]:
                found.setdefault(f"region:{row['region']}", set()).add(code)
    return found


def pair_of(week: Week, communities: Iterable[str], figure: str, unit: str) -> Pair:
    """A figure of some communities: sums; nothing found is 0 where everything was looked through, else not known."""
    is_share = unit in SHARES
    top: list[Fraction] = []
    below: list[Fraction] = []
    for community in communities:
        if (week.live[community] if community else week.first_live) >= week.ends:
            continue
        if (community, figure) in week.found:
            numerator, denominator = week.found[community, figure]
            if is_share and numerator == 0 == denominator:  # a share of nothing
                continue
            top.append(numerator)
            below.append(denominator)
        elif (community, figure) not in week.unknown and not is_share and (community == "") == (figure in OF_COMPANY):
            top.append(Fraction(0))
    if not top:
        return None, None
    return sum(top, Fraction(0)), sum(below, Fraction(0)) if is_share else None


def value_of(pair: Pair, unit: str) -> Fraction | None:
    if unit not in SHARES:
        return pair[0]
    return pair[0] / pair[1] if pair[0] is not None and pair[1] else None


def is_same(text: str, value: Fraction | None) -> bool:
    if value is None or text == "":
        return value is None and text == ""
    return abs(Fraction(text) - value) <= (1 + abs(value)) / 10**9


def start_before(report: str, starts: datetime) -> datetime:
    """When the period before one began."""
    if report == "monthly":
        return at((day_here(starts) - timedelta(days=1)).replace(day=1))
    return starts - timedelta(days=7 if report == "weekly" else 1)


def recount(folder: Path, period: str, report: str = "weekly") -> Recount:
    """Hold every figure of every scope of a period's newest edition against the exports it was made from.

    Args:
        folder: exports of ``COUNTED_FROM`` and ``TOLD``.
        period: code of the period.
        report: weekly, daily or monthly.
    """
    home, result = Home(folder), Recount()
    edition = max(
        (row for row in home.tables["report_editions"] if row["report"] == report and row["period"] == period),
        key=lambda row: int(row["edition"]),
    )
    starts, ends = moment(edition["period_start"]), moment(edition["period_end"])
    as_of = moment(edition["as_of"])
    week = Week(home, starts, ends, as_of).count()
    before = Week(home, start_before(report, starts), starts, as_of).count() if edition["edition"] != "0" else None

    def of_edition(name: str) -> Iterator[Row]:
        key = (report, period, edition["edition"])
        return (row for row in home.tables[name] if (row["report"], row["period"], row["edition"]) == key)

    units = {row["figure"]: row["unit"] for row in of_edition("report_definitions")}
    scopes = scopes_of(home, week)
    told = {(row["scope"], row["figure"]): row for row in of_edition("report_figures")}
    if report != "daily":  # which looks at fewer subjects
        unknown = {figure for _community, figure in week.found} - set(units)
        result.faults += [f"{figure} is not among the figures" for figure in sorted(unknown)]
    wanted = {(scope, figure) for scope in scopes for figure in units}
    result.faults += [f"{key} missing" for key in sorted(wanted - set(told))]
    result.faults += [f"{key} of no known scope" for key in sorted(set(told) - wanted)]
    for (scope, figure), row in told.items():
        _hold(result, week, before, scopes.get(scope, set()), scope, figure, units[figure], row)
    if edition["edition"] != "0":
        _hold_parts(result, week, scopes, of_edition("report_breakdowns"), PARTS[report])
    return result


def _hold(
    result: Recount,
    week: Week,
    before: Week | None,
    communities: set[str],
    scope: str,
    figure: str,
    unit: str,
    row: Row,
) -> None:
    pair = pair_of(week, communities, figure, unit)
    value = value_of(pair, unit)
    was = value_of(pair_of(before, communities, figure, unit), unit) if before else None
    result.figures += 1
    result.known += value is not None
    if value:
        result.nonzero.add(figure)
    for name, counted in (("value", value), ("previous", was), ("numerator", pair[0]), ("denominator", pair[1])):
        if not is_same(row[name], counted):
            shown = None if counted is None else float(counted)
            result.faults.append(f"{scope} {figure} {name}: told {row[name] or 'n/a'}, counted {shown}")


def _hold_parts(
    result: Recount, week: Week, scopes: Mapping[str, set[str]], told: Iterable[Row], kinds: Collection[str]
) -> None:
    wanted: dict[tuple[str, str, str, str], list[Fraction]] = {}
    for scope, communities in scopes.items():
        for (community, *rest), pair in week.parts.items():
            if community in communities and rest[0] in kinds:
                sums = wanted.setdefault((scope, *rest), [Fraction(0), Fraction(0)])  # type: ignore[arg-type]  # three words more
                sums[0] += pair[0]
                sums[1] += pair[1]
    found = {(row["scope"], row["kind"], row["code"], row["figure"]): row for row in told}
    result.parts = len(wanted)
    result.faults += [f"part {key} missing" for key in sorted(set(wanted) - set(found))]
    result.faults += [f"part {key} of nothing" for key in sorted(set(found) - set(wanted))]
    for key in set(wanted) & set(found):
        numerator, denominator = wanted[key]
        is_right = is_same(found[key]["numerator"], numerator)
        if found[key]["denominator"]:
            is_right = is_right and is_same(found[key]["denominator"], denominator)
        if not is_right:
            result.faults.append(f"part {key}: told {found[key]['numerator']}, counted {float(numerator)}")
