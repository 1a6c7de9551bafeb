"""What becomes of the cases that inspections and registrations open: events, invented from a seed.

Assumptions: a case is given to a technician of its community in the first hour of the working day, answered and
visited the same day and closed the next; one in ten is a day or two late, one in twenty-five is forgotten.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from guanjia.sample.draws import Draw
from guanjia.settings import TIME_ZONE

DAY_BEGINS: Final = time(8, 30)
ASSIGNED_AFTER: Final = (2, 40)
ANSWERED_AFTER: Final = (30, 240)
ARRIVED_AFTER: Final = (20, 90)
RESOLVED_AFTER: Final = (25, 180)
CLOSED_AFTER: Final = (60, 1_200)
LATE_SHARE, LATE_DAYS = 0.1, (1, 2)
FORGOTTEN_SHARE = 0.04
HEADERS: Final = ("工单号", "时间", "动作", "工号", "说明")


@dataclass(frozen=True, slots=True)
class OpenedCase:
    """A case that was opened by itself."""

    case_code: str
    community_code: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """A row of case_events."""

    case_code: str
    event_at: datetime
    event: str
    staff_code: str

    def cells(self) -> tuple[str, ...]:
        """As a clerk types it, under `HEADERS`."""
        return (self.case_code, f"{self.event_at:%Y-%m-%d %H:%M}", self.event, self.staff_code, "")


class Technicians:
    """The technicians of a company."""

    def __init__(self, seed: int, people: Iterable[tuple[str, str | None, date, date | None]]) -> None:
        """Who repairs.

        Args:
            seed: another seed, other events.
            people: (staff code, community code, first day, last day) of the technicians.
        """
        self.seed = seed
        self.people = sorted(people, key=lambda person: person[0])

    def repair(self, case: OpenedCase) -> list[Event]:
        """Everything that happens to a case from its opening on; nothing where nobody can be sent."""
        draw = Draw(self.seed, "repairs", case.case_code)
        day = case.opened_at.astimezone(TIME_ZONE).date()
        crew = self._crew(case.community_code, day)
        if not crew or draw.chance(FORGOTTEN_SHARE):
            return []
        person = draw.pick(crew)
        late = timedelta(days=draw.between(*LATE_DAYS) if draw.chance(LATE_SHARE) else 0)
        at = max(case.opened_at.astimezone(TIME_ZONE), datetime.combine(day, DAY_BEGINS, TIME_ZONE))
        events = []
        for event, after in (
            ("assigned", ASSIGNED_AFTER),
            ("answered", ANSWERED_AFTER),
            ("arrived", ARRIVED_AFTER),
            ("resolved", RESOLVED_AFTER),
            ("closed", CLOSED_AFTER),
        ):
            at += timedelta(minutes=draw.between(*after)) + (late if event == "answered" else timedelta(0))
            events.append(Event(case.case_code, at, event, person))
        return events

    def _crew(self, community_code: str, day: date) -> Sequence[str]:
        employed = [
            (code, community)
            for code, community, hired_on, left_on in self.people
            if hired_on <= day and (left_on is None or day <= left_on)
        ]
        own = [code for code, community in employed if community == community_code]
        return own or [code for code, community in employed if community is None]


def events_text(events: Iterable[Event]) -> str:
    """A file of case events as a clerk saves it, without the byte order mark."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADERS)
    writer.writerows(event.cells() for event in events)
    return text.getvalue()
