"""Cases: who turned to us when, about what, and what was billed for it.

Assumptions: three cases for every ten lived-in units and month, more on Mondays, in winter and in high summer, fewer
on days off; most between eight in the morning and eight in the evening, emergencies at any hour. One household in
fifty complains again and again. About every second month water, power or a lift is switched off with notice, and
people call all the same. Whenever the history ends, a few cases are open and overdue (``topics.SCENES``). Some fields
stay blank, as they do. A third of in-home repairs is paid for by the price list.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from guanjia.sample.case_life import DAY, HOUR, WORK_BEGINS, Case, live
from guanjia.sample.dates import SATURDAY, Day, Minute, at, minute_text, month_of, season, short_day, weekday
from guanjia.sample.draws import Bands, Draw, Weighted
from guanjia.sample.model import Emit, Place, Row, Staff, Unit, code_of, yes_no, yuan
from guanjia.sample.topics import (
    BUSY_MONTHS,
    BUSY_WEEKDAYS,
    DAY_OFF_FACTOR,
    EMERGENCY_SHARE,
    EMERGENCY_TOPICS,
    FAULT_LEVELS,
    MAJOR_SHARES,
    OUTAGE_TEXTS,
    OUTAGES,
    PRICES,
    SCENES,
    SCENES_EACH,
    Scene,
    Topic,
    topics_of,
)
from guanjia.sample.workforce import SERVICE

CASES_A_UNIT_AND_DAY = 0.3 / 30
OPENED_BY_HOUR: Bands = (
    (0.03, 0, 6 * HOUR),
    (0.08, 6 * HOUR + 1, 8 * HOUR),
    (0.45, 8 * HOUR + 1, 12 * HOUR),
    (0.83, 12 * HOUR + 1, 18 * HOUR),
    (1.0, 18 * HOUR + 1, 23 * HOUR + 59),
)
OPENED_AT_ANY_HOUR: Bands = ((1.0, 0, 23 * HOUR + 59),)
BY_TELEPHONE = "电话"
CHANNELS: Weighted[str] = Weighted({BY_TELEPHONE: 60, "微信": 19, "前台": 11, "APP": 7, "邮件": 2, "业主论坛": 1})

COMPLAINERS_SHARE = 0.02
COMPLAINERS_PART = 0.3
"""Of complaints: made by one of those who complain again and again."""
WITHOUT_UNIT_SHARE = {"repair": 0.0, "complaint": 0.1, "enquiry": 0.2, "suggestion": 0.2, "system_fault": 1.0}
PUBLIC_WITH_UNIT_SHARE = 0.3
BOOKED_SHARE = 0.42
BOOKABLE_URGENCIES = frozenset({"ordinary", "urgent"})
BOOKED_AFTER: Bands = ((0.55, 60, 300), (0.85, 301, 1_440), (1.0, 1_441, 4_000))
BOOKABLE_UNTIL = 19 * HOUR
HALF_HOUR = 30
JUSTIFIED_SHARE = 0.72
FEEDBACK_NOTED_SHARE = 0.6
BLANK_DEPARTMENT_SHARE, BLANK_TEXT_SHARE, BLANK_HANDLER_SHARE = 0.02, 0.01, 0.03
PAID_SHARE = 0.33
PAID_LINES: Bands = ((0.6, 1, 1), (1.0, 2, 2))
BAD_APPLE_TAKES_PART = 0.5
"""A bad apple gets half as many cases as a good one: colleagues know."""

OUTAGE_EVERY_DAYS = 55
OUTAGE_CASES: Bands = ((0.7, 2, 5), (1.0, 6, 12))
OUTAGE_HOURS = (9 * HOUR, 16 * HOUR)

CREWS = {
    "repair": ("technician",),
    "complaint": ("agent", "supervisor"),
    "enquiry": ("agent",),
    "suggestion": ("agent", "supervisor"),
}


def make(place: Place) -> list[Case]:
    """All cases of a community up to the end of the history, in the order they were opened, with their lives."""
    opener = _Opener(place)
    for day in range(place.history.first, place.history.last + 1):
        opener.open_day(day)
    for case in opener.cases:
        live(place, case, opener.life_draw)
    return opener.cases


class _Opening(NamedTuple):
    """A case about to be opened; what is not given is left to chance."""

    minute: Minute
    topic: Topic
    urgency: str | None = None
    is_announced: bool = False
    scene: Scene | None = None


class _Opener:
    """Opens the cases of a community day by day."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.draw, self.life_draw = place.draw("cases"), place.draw("case_life")
        self.cases: list[Case] = []
        self.units = [unit for unit in place.units if unit.is_lived_in] or [
            unit for unit in place.units if unit.handover
        ]
        self.complainers = self.draw.some(self.units, max(1, int(len(self.units) * COMPLAINERS_SHARE)))
        self.numbers: Counter[Day] = Counter()
        self.scenes = self._scenes()

    def open_day(self, day: Day) -> None:
        """Opens what people called about on a day, in the order of the clock."""
        draw, history = self.draw, self.place.history
        is_day_off = day in history.day_offs or (weekday(day) >= SATURDAY and day not in history.make_up_days)
        busy = BUSY_MONTHS[season(month_of(day))] * BUSY_WEEKDAYS[weekday(day)] * (DAY_OFF_FACTOR if is_day_off else 1)
        openings: list[_Opening] = []
        for _ in range(draw.count(len(self.units) * CASES_A_UNIT_AND_DAY * busy)):
            if draw.chance(EMERGENCY_SHARE):
                topic = draw.of(EMERGENCY_TOPICS)
                openings.append(_Opening(at(day, draw.within(OPENED_AT_ANY_HOUR)), topic, urgency="emergency"))
            else:
                topic = draw.of(topics_of(season(month_of(day))))
                openings.append(_Opening(at(day, draw.within(OPENED_BY_HOUR)), topic))
        if draw.chance(1 / OUTAGE_EVERY_DAYS):
            openings.extend(self._outage(day))
        openings.extend(scene for scene in self.scenes if scene.minute // DAY == day)
        for opening in sorted(openings, key=lambda one: one.minute):
            if opening.minute <= history.until:
                self._open(opening)

    def _scenes(self) -> list[_Opening]:
        turn = self.place.plan.index * SCENES_EACH
        chosen = [SCENES[(turn + step) % len(SCENES)] for step in range(SCENES_EACH)]
        until = self.place.history.until
        return [_Opening(until - scene.opened_minutes_ago, scene.topic, scene.urgency, scene=scene) for scene in chosen]

    def _outage(self, day: Day) -> list[_Opening]:
        draw = self.draw
        outage = draw.pick(OUTAGES)
        topics = [Topic("enquiry", None, text.format(outage=outage), 0, department=SERVICE) for text in OUTAGE_TEXTS]
        return [
            _Opening(at(day, draw.between(*OUTAGE_HOURS)), draw.pick(topics), is_announced=True)
            for _ in range(draw.within(OUTAGE_CASES))
        ]

    def _open(self, opening: _Opening) -> None:
        draw, day, topic, scene = self.draw, opening.minute // DAY, opening.topic, opening.scene
        unit = self._unit(topic, is_certain=opening.urgency == "emergency" or scene is not None)
        customer = unit and unit.resident_on(day)
        urgency = opening.urgency or self._urgency(topic)
        self.numbers[day] += 1
        case = Case(
            f"GD{self.place.code}-{short_day(day)}-{self.numbers[day]:03}",
            topic,
            "" if not scene and draw.chance(BLANK_TEXT_SHARE) else topic.text,
            unit,
            code_of(customer),
            urgency,
            draw.of(FAULT_LEVELS) if topic.kind == "system_fault" else None,
            draw.chance(JUSTIFIED_SHARE) if topic.kind == "complaint" else None,
            opening.is_announced,
            BY_TELEPHONE if opening.urgency or opening.is_announced else draw.of(CHANNELS),
            self._handler(topic, day),
            opening.minute,
            scene=scene,
        )
        if scene is not None:
            case.fault_level = scene.fault_level
            if scene.booked_minutes_ago is not None:
                case.booked = self.place.history.until - scene.booked_minutes_ago
        elif topic.area == "in_home" and urgency in BOOKABLE_URGENCIES and draw.chance(BOOKED_SHARE):
            case.booked = self._booking(opening.minute)
        self.cases.append(case)

    def _unit(self, topic: Topic, is_certain: bool) -> Unit | None:
        draw = self.draw
        if topic.area == "public" and not draw.chance(PUBLIC_WITH_UNIT_SHARE):
            return None
        if not is_certain and draw.chance(WITHOUT_UNIT_SHARE[topic.kind]):
            return None
        if topic.kind == "complaint" and draw.chance(COMPLAINERS_PART):
            return draw.pick(self.complainers)
        return draw.pick(self.units)

    def _urgency(self, topic: Topic) -> str:
        if self.draw.chance(MAJOR_SHARES.get(topic.kind, 0)):
            return "major"
        return "urgent" if topic.kind == "repair" and self.draw.chance(topic.urgent_share) else "ordinary"

    def _handler(self, topic: Topic, day: Day) -> Staff:
        place, draw = self.place, self.draw
        crew = place.head_office if topic.kind == "system_fault" else place.crew
        people = crew.employed(CREWS.get(topic.kind, ("technician",)), day) or crew.members
        handler = draw.pick(people)
        return draw.pick(people) if handler.is_bad_apple and draw.chance(BAD_APPLE_TAKES_PART) else handler

    def _booking(self, opened: Minute) -> Minute:
        booked = opened + self.draw.within(BOOKED_AFTER)
        day, clock = divmod(booked, DAY)
        if not WORK_BEGINS <= clock <= BOOKABLE_UNTIL:
            day, clock = day + (clock > BOOKABLE_UNTIL), self.draw.between(WORK_BEGINS, BOOKABLE_UNTIL)
        booked = at(day, clock - clock % HALF_HOUR)
        return booked if booked > opened else booked + HALF_HOUR


def emit(place: Place, cases: list[Case], emit_rows: Emit) -> None:
    """Cases, their events and what was billed for them."""
    draw = place.draw("case_rows")
    emit_rows("cases", [_case_row(place, case, draw) for case in cases])
    emit_rows(
        "case_events",
        [
            (case.code, minute_text(event.at), event.event, event.staff_code, event.note)
            for case in cases
            for event in case.events
        ],
    )
    emit_rows("paid_services", [row for case in cases for row in _paid_rows(case, draw)])


def _case_row(place: Place, case: Case, draw: Draw) -> Row:
    topic = case.topic
    is_settled = any(event.event in ("resolved", "closed") for event in case.events)
    is_class_noted = topic.feedback is not None and draw.chance(FEEDBACK_NOTED_SHARE)
    return (
        case.code,
        place.code,
        code_of(case.unit),
        case.customer_code,
        topic.kind,
        topic.area,
        case.urgency,
        case.fault_level,
        yes_no(case.justified) if case.justified is not None and is_settled else None,
        topic.feedback if is_class_noted else None,
        yes_no(case.is_announced),
        case.channel,
        None if draw.chance(BLANK_DEPARTMENT_SHARE) else topic.department,
        None if draw.chance(BLANK_HANDLER_SHARE) else case.handler.code,
        case.text,
        minute_text(case.opened),
        None if case.booked is None else minute_text(case.booked),
    )


def _paid_rows(case: Case, draw: Draw) -> list[Row]:
    is_done = any(event.event == "resolved" for event in case.events)
    if not case.topic.prices or not is_done or not draw.chance(PAID_SHARE):
        return []
    items = draw.some(PRICES[case.topic.prices], draw.within(PAID_LINES))
    return [
        (case.code, number, item.text, draw.pick(item.quantities), yuan(item.fen))
        for number, item in enumerate(items, start=1)
    ]
