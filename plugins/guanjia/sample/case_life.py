"""What happens to a case after it was opened, event by event.

Assumptions: nearly all is done within its deadline; what is late is late at one milestone, mostly in the hands of a
bad apple. Ordinary work is done in the daytime; emergencies and system faults at once. What has happened by the end
of the history is written, the rest has not happened yet; a few cases are simply forgotten.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from guanjia.sample.dates import MINUTES_A_DAY, Minute, at
from guanjia.sample.draws import Bands, Draw, Weighted
from guanjia.sample.model import Place, Staff, Unit
from guanjia.sample.topics import Scene, Topic

HOUR = 60
DAY = 24 * HOUR
WORK_BEGINS, WORK_ENDS = 8 * HOUR + 30, 20 * HOUR

ASSIGN: Bands = ((0.6, 2, 12), (0.95, 13, 35), (1.0, 36, 55))
ASSIGN_LATE_URGENT: Bands = ((1.0, 65, 260),)
ASSIGN_LATE: Bands = ((1.0, DAY + 30, DAY + 16 * HOUR),)
TELEPHONE_AFTER: Bands = ((0.8, 2, 15), (1.0, 16, 50))
VISIT: Bands = ((0.5, 40, 150), (0.9, 151, 480), (1.0, 481, 1_100))
VISIT_URGENT: Bands = ((0.8, 15, 60), (1.0, 61, 150))
ARRIVE_BESIDE_BOOKING: Bands = ((0.5, -10, 4), (1.0, 5, 14))
ARRIVE_LATE: Bands = ((0.7, 17, 50), (1.0, 51, 130))
WORK_ON_SITE: Bands = ((0.6, 15, 50), (0.95, 51, 130), (1.0, 131, 240))
PUBLIC_WORK: Bands = ((0.6, 40, 240), (0.95, 241, 720), (1.0, 721, 1_100))
PUBLIC_WORK_LATE: Bands = ((1.0, DAY + 2 * HOUR, 4 * DAY),)
CLOSE: Bands = ((0.5, 20, 240), (1.0, 241, 2_400))
BACK_ON_SITE: Bands = ((1.0, 8, 28),)
BACK_ON_SITE_LATE: Bands = ((1.0, 33, 80),)
TELL_SUPERIOR: Bands = ((1.0, 5, 45),)
PARTS: Bands = ((1.0, DAY, 3 * DAY),)
REOPEN: Bands = ((1.0, DAY, 6 * DAY),)
ANSWER_COMPLAINT: Bands = ((0.5, 20, 150), (0.9, 151, 330), (1.0, 331, 460))
ANSWER_COMPLAINT_LATE: Bands = ((0.6, 2 * DAY, 3 * DAY), (1.0, 3 * DAY + 1, 6 * DAY))
SETTLE_COMPLAINT: Bands = ((0.7, 30, 360), (1.0, 361, 2 * DAY))
ANSWER_AT_ONCE: Bands = ((0.8, 1, 6), (1.0, 7, 15))
ANSWER_WRITTEN: Bands = ((0.8, 20, 300), (1.0, 301, 900))
ANSWER_WRITTEN_LATE: Bands = ((1.0, DAY + 2 * HOUR, 3 * DAY),)
RESTORED: dict[bool, Bands] = {False: ((0.5, 6, 18), (1.0, 19, 28)), True: ((1.0, 4, 13),)}
RESTORED_LATE: dict[bool, Bands] = {False: ((0.6, 32, 58), (1.0, 62, 140)), True: ((0.6, 17, 29), (1.0, 31, 90))}
"""By whether the fault is of level 3 or 4."""
EMERGENCY_ANSWER: Bands = ((1.0, 1, 4),)
EMERGENCY_ARRIVAL: Bands = ((0.9, 4, 15), (1.0, 16, 30))
EMERGENCY_WORK: Bands = ((0.7, 20, 90), (1.0, 91, 260))

TELEPHONES_FIRST_SHARE = 0.7
ASSESSMENT_SHARE = 0.06
CANNOT_SOLVE_SHARE = 0.03
FORGETS_SUPERIOR_SHARE = 0.2
PARTS_SHARE = 0.05
REOPENED_SHARE = 0.03
LATE_SHARE, LATE_SHARE_OF_BAD_APPLES = 0.06, 0.38
FORGOTTEN_SHARE, FORGOTTEN_SHARE_OF_BAD_APPLES = 0.006, 0.05
FORGOTTEN_AFTER_EVENTS = 2
PAUSE_WHEN_BOOKED_AFTER = 18 * HOUR
RESUME_BEFORE_BOOKING = 30
SEVERE_FAULT_LEVEL = 3
SPOKEN_CHANNELS = frozenset({"电话", "前台"})
DESK_EVENTS = frozenset({"closed", "reopened"})
"""Done by whoever is on duty at the desk."""
REPAIR_LATENESS: Weighted[str] = Weighted({"assigned": 45, "arrived": 40, "back_on_site": 15})


class Event(NamedTuple):
    """Something that happened to a case."""

    at: Minute
    event: str
    staff_code: str | None
    note: str | None = None


@dataclass(eq=False, slots=True)
class Case:
    """A case as it was opened, and its life so far."""

    code: str
    topic: Topic
    text: str
    unit: Unit | None
    customer_code: str | None
    urgency: str
    fault_level: int | None
    justified: bool | None
    is_announced: bool
    channel: str
    handler: Staff
    opened: Minute
    booked: Minute | None = None
    scene: Scene | None = None
    events: list[Event] = field(default_factory=list)

    @property
    def is_emergency(self) -> bool:
        """Told to the superiors at once."""
        return self.urgency == "emergency"


class Life:
    """Writes one case's events in time order, never two in one minute."""

    def __init__(self, place: Place, case: Case, draw: Draw) -> None:
        self.place, self.case, self.draw = place, case, draw
        self.now = case.opened

    def after(self, bands: Bands, event: str, staff: Staff | None = None, note: str | None = None) -> None:
        """An event so many minutes after the one before; at night it waits for the morning unless it must not."""
        self.exactly(self.in_hours(self.now + self.draw.within(bands)), event, staff, note)

    def exactly(self, minute: Minute, event: str, staff: Staff | None = None, note: str | None = None) -> None:
        """An event at a minute, or just after the one before when that is later."""
        self.now = max(minute, self.now + 1)
        person = staff or self.place.desk_at(self.now, self.draw)
        self.case.events.append(Event(self.now, event, person.code, note))

    def in_hours(self, minute: Minute) -> Minute:
        """The minute itself, or the next morning when ordinary work would fall into the night."""
        case = self.case
        if case.is_emergency or case.topic.kind == "system_fault":
            return minute
        day, clock = divmod(minute, MINUTES_A_DAY)
        if clock < WORK_BEGINS:
            return at(day, WORK_BEGINS + clock % HOUR)
        return at(day + 1, WORK_BEGINS + clock % HOUR) if clock > WORK_ENDS else minute


def live(place: Place, case: Case, draw: Draw) -> None:
    """Fills in what happened to a case up to the end of the history."""
    if case.scene is not None:
        _play(place, case, draw)
        return
    is_bad = case.handler.is_bad_apple
    is_late = draw.chance(LATE_SHARE_OF_BAD_APPLES if is_bad else LATE_SHARE)
    life = Life(place, case, draw)
    path = _emergency if case.is_emergency else PATHS[case.topic.kind]
    path(life, is_late)
    if not case.is_emergency and draw.chance(FORGOTTEN_SHARE_OF_BAD_APPLES if is_bad else FORGOTTEN_SHARE):
        del case.events[draw.between(1, FORGOTTEN_AFTER_EVENTS) :]
    case.events = [event for event in case.events if event.at <= place.history.until]


def _play(place: Place, case: Case, draw: Draw) -> None:
    life = Life(place, case, draw)
    for minutes, event in case.scene.events if case.scene else ():
        life.exactly(case.opened + minutes, event, None if event in DESK_EVENTS else case.handler)


def _repair(life: Life, is_late: bool) -> None:
    if life.case.topic.area == "in_home":
        _in_home(life, is_late)
    else:
        _public(life, is_late)


def _in_home(life: Life, is_late: bool) -> None:
    case, draw, worker = life.case, life.draw, life.case.handler
    late_at = draw.of(REPAIR_LATENESS) if is_late else ""
    _assign(life, late_at == "assigned")
    if draw.chance(TELEPHONES_FIRST_SHARE):
        life.after(TELEPHONE_AFTER, "answered", worker, "已电话联系")
    if case.booked is None:
        life.after(VISIT_URGENT if case.urgency == "urgent" else VISIT, "arrived", worker)
    else:
        waits = case.booked - life.now > PAUSE_WHEN_BOOKED_AFTER
        if waits:
            life.exactly(life.now + 1, "paused", worker, "客户预约改日上门")
            life.exactly(case.booked - RESUME_BEFORE_BOOKING, "resumed", worker)
        beside = draw.within(ARRIVE_LATE if late_at == "arrived" else ARRIVE_BESIDE_BOOKING)
        life.exactly(case.booked + beside, "arrived", worker)
    if late_at == "back_on_site" or draw.chance(ASSESSMENT_SHARE):
        life.exactly(life.now + draw.within(TELL_SUPERIOR), "assessment", worker, "需工程主管评审方案")
        back = BACK_ON_SITE_LATE if late_at == "back_on_site" else BACK_ON_SITE
        life.exactly(life.now + draw.within(back), "back_on_site", worker)
    if draw.chance(CANNOT_SOLVE_SHARE):
        _cannot_solve(life)
    elif draw.chance(PARTS_SHARE):
        life.after(TELL_SUPERIOR, "paused", worker, "等待配件，客户同意")
        life.after(PARTS, "resumed", worker)
    life.after(WORK_ON_SITE, "resolved", worker)
    _close(life)


def _public(life: Life, is_late: bool) -> None:
    worker = life.case.handler
    _assign(life, is_late=False)
    if life.draw.chance(CANNOT_SOLVE_SHARE):
        _cannot_solve(life)
    life.after(PUBLIC_WORK_LATE if is_late else PUBLIC_WORK, "resolved", worker)
    _close(life)


def _assign(life: Life, is_late: bool) -> None:
    late = ASSIGN_LATE_URGENT if life.case.urgency == "urgent" else ASSIGN_LATE
    minute = life.now + life.draw.within(late if is_late else ASSIGN)
    life.exactly(life.in_hours(minute) if is_late else minute, "assigned", life.case.handler)


def _cannot_solve(life: Life) -> None:
    worker = life.case.handler
    life.after(TELL_SUPERIOR, "cannot_solve", worker, "需厂家或外委处理")
    if not life.draw.chance(FORGETS_SUPERIOR_SHARE):
        life.after(TELL_SUPERIOR, "told_superior", worker)
        life.after(TELL_SUPERIOR, "report_outcome", worker, "已上报，待厂家到场")
    life.after(PARTS, "answered", worker, "厂家已到场")


def _close(life: Life) -> None:
    life.after(CLOSE, "closed")
    if life.draw.chance(REOPENED_SHARE):
        worker = life.case.handler
        life.after(REOPEN, "reopened", None, "问题再次出现")
        life.exactly(life.now + life.draw.within(ASSIGN), "assigned", worker)
        life.after(WORK_ON_SITE, "resolved", worker)
        life.after(CLOSE, "closed")


def _complaint(life: Life, is_late: bool) -> None:
    case, draw, handler = life.case, life.draw, life.case.handler
    life.exactly(life.now + draw.within(ASSIGN), "assigned", handler)
    if case.urgency == "major":
        life.exactly(life.now + draw.within(TELL_SUPERIOR), "told_superior", handler)
    life.after(ANSWER_COMPLAINT_LATE if is_late else ANSWER_COMPLAINT, "answered", handler)
    if case.justified is False:
        life.after(ANSWER_AT_ONCE, "closed", handler, "经核实不成立，已向客户说明")
        return
    life.after(SETTLE_COMPLAINT, "report_outcome", handler)
    life.after(SETTLE_COMPLAINT, "resolved", handler)
    _close(life)


def _enquiry(life: Life, is_late: bool) -> None:
    handler = life.case.handler
    if life.case.channel in SPOKEN_CHANNELS:
        life.exactly(life.now + life.draw.within(ANSWER_AT_ONCE), "answered", handler)
    else:
        life.after(ANSWER_WRITTEN_LATE if is_late else ANSWER_WRITTEN, "answered", handler)
    life.exactly(life.now + 1, "closed", handler)


def _suggestion(life: Life, is_late: bool) -> None:
    life.after(ANSWER_WRITTEN_LATE if is_late else ANSWER_WRITTEN, "answered", life.case.handler)
    life.after(CLOSE, "closed")


def _system_fault(life: Life, is_late: bool) -> None:
    case, draw = life.case, life.draw
    is_severe = (case.fault_level or 0) >= SEVERE_FAULT_LEVEL
    life.exactly(life.now + 1, "assigned", case.handler)
    restored = case.opened + draw.within((RESTORED_LATE if is_late else RESTORED)[is_severe])
    life.exactly(restored, "resolved", case.handler, "原因已记录")
    life.after(TELEPHONE_AFTER, "closed")


def _emergency(life: Life, is_late: bool) -> None:
    draw, worker = life.draw, life.case.handler
    life.after(EMERGENCY_ANSWER, "answered")
    life.after(EMERGENCY_ANSWER, "told_superior")
    life.after(EMERGENCY_ANSWER, "assigned", worker)
    life.after(ARRIVE_LATE if is_late else EMERGENCY_ARRIVAL, "arrived", worker)
    life.after(EMERGENCY_WORK, "resolved", worker)
    life.exactly(life.now + draw.within(TELL_SUPERIOR), "report_outcome", worker)
    life.after(CLOSE, "closed")


PATHS: dict[str, Callable[[Life, bool], None]] = {
    "repair": _repair,
    "complaint": _complaint,
    "enquiry": _enquiry,
    "suggestion": _suggestion,
    "system_fault": _system_fault,
}
