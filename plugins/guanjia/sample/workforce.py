"""Staff: posts of the head office and of each community.

Assumptions: a community has a manager, a supervisor, team leaders, agents, technicians and inspectors by its size;
the third community has no team leader (the next level steps in), so that it shows. Inspectors are two at least, so
that one walks on the other's days off. The head office keeps a night desk, so that somebody answers at any hour, once
there is more than one community. One in eight agents, technicians and inspectors is a bad apple: late, absent, logged
out. One post in ten changes hands a year; the first inspector of the second community did so for certain.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from guanjia.sample.dates import MONTHS_A_YEAR, Day, day_text
from guanjia.sample.draws import Bands, Draw
from guanjia.sample.model import Crew, Emit, History, Place, Staff, day_or_blank
from guanjia.sample.names import STAFF_MAIL, Name, person


class DemoPerson(NamedTuple):
    """Somebody the demo logs in as."""

    login: str
    name: Name
    role: str


REQUESTER: Final = DemoPerson("qianlan", Name("钱岚", "qian.lan"), "supervisor")
APPROVER: Final = DemoPerson("shenhe", Name("沈鹤", "shen.he"), "manager")
DEMO_PEOPLE: Final = (REQUESTER, APPROVER)
"""Who asks and who decides in a demo home; their logins are the names of Airflow users there."""


class Post(NamedTuple):
    """A kind of post: how many, and which shifts."""

    role: str
    department: str
    at_least: int
    units_each: int
    """One more for each so many units (of the community, or of the company)."""
    shifts: str
    team_size: int = 0
    """0: belongs to no team."""


SERVICE, WORKS, QUALITY, OFFICE, SYSTEMS, BOARD = "客服部", "工程部", "品质部", "综合部", "信息部", "总经办"

COMMUNITY_POSTS = (
    Post("manager", SERVICE, 1, 10**9, "office"),
    Post("supervisor", SERVICE, 1, 10**9, "office"),
    Post("team_leader", SERVICE, 1, 1_500, "desk", team_size=1),
    Post("agent", SERVICE, 2, 250, "desk", team_size=6),
    Post("technician", WORKS, 2, 220, "field"),
    Post("inspector", QUALITY, 2, 300, "field"),
)
HEAD_OFFICE_POSTS = (
    Post("general_manager", BOARD, 1, 10**9, "office"),
    Post("department_head", SERVICE, 1, 10**9, "office"),
    Post("reviewer", QUALITY, 2, 8_000, "office"),
    Post("technician", SYSTEMS, 1, 50_000, "field"),
    Post("administration", OFFICE, 1, 100_000, "office"),
)
NIGHT_DESK_POSTS = (
    Post("team_leader", SERVICE, 4, 20_000, "night_desk", team_size=1),
    Post("agent", SERVICE, 4, 10_000, "night_desk", team_size=6),
)
COMMUNITIES_WITHOUT_TEAM_LEADER = frozenset({2})
HEAD_OFFICE = "0"

BAD_APPLE_SHARE = 0.12
BAD_APPLE_ROLES = frozenset({"agent", "technician", "inspector"})
KNOWN_BAD_APPLE, KNOWN_BAD_APPLE_EVERY = ("technician", 1), 3
"""(role, number): the second technician of every third community is one for certain: small companies have one too."""
CHANGES_A_YEAR = 0.1
CHANGING_ROLES = frozenset({"agent", "technician", "inspector"})
KNOWN_CHANGE, COMMUNITY_OF_KNOWN_CHANGE = ("inspector", 0), 1
"""(role, number): this post of the second community changed hands for certain."""
SUCCESSOR_AFTER_DAYS: Bands = ((1.0, 1, 9),)
HIRED_DAYS_BEFORE_HISTORY: Bands = ((0.2, 10, 90), (0.7, 91, 1_200), (1.0, 1_201, 3_600))
STAFF_DIGITS = 2


class _Register:
    """Makes staff with codes and addresses of one community or the head office."""

    def __init__(
        self,
        history: History,
        draw: Draw,
        code: str,
        community_code: str | None = None,
        *,
        has_bad_apple: bool = False,
        has_change: bool = False,
    ) -> None:
        self.history, self.draw, self.code, self.community_code = history, draw, code, community_code
        self.has_bad_apple, self.has_change = has_bad_apple, has_change
        self.members: list[Staff] = []

    def fill(self, posts: Sequence[Post], units: int) -> None:
        """Fills the posts, each with a person, some with a former one and a successor."""
        for post in posts:
            for number in range(max(post.at_least, units // post.units_each)):
                self._fill_one(post, number)

    def _fill_one(self, post: Post, number: int) -> None:
        history, draw = self.history, self.draw
        hired_on = history.first - draw.within(HIRED_DAYS_BEFORE_HISTORY)
        changes = CHANGES_A_YEAR * len(history.closed_months) / MONTHS_A_YEAR
        is_known = self.has_change and (post.role, number) == KNOWN_CHANGE
        if post.role in CHANGING_ROLES and len(history.closed_months) and (draw.chance(changes) or is_known):
            left_on = draw.between(history.first, history.last - SUCCESSOR_AFTER_DAYS[-1][2] - 1)
            self.add(post, number, person(draw), hired_on, left_on)
            self.add(post, number, person(draw), left_on + draw.within(SUCCESSOR_AFTER_DAYS), None)
        else:
            self.add(post, number, person(draw), hired_on, None)

    def add(
        self, post: Post, number: int, name: Name, hired_on: Day, left_on: Day | None, login: str | None = None
    ) -> None:
        """Adds one person in a post."""
        code = f"S{self.code}{len(self.members) + 1:0{STAFF_DIGITS}}"
        team = f"T{self.code}-{number // post.team_size + 1}" if post.team_size else None
        is_known = self.has_bad_apple and (post.role, number) == KNOWN_BAD_APPLE
        mail_name = name.letters if login else f"{name.letters}.{code.lower()}"
        self.members.append(
            Staff(
                code,
                name.text,
                post.role,
                self.community_code,
                team,
                post.department,
                f"{mail_name}@{STAFF_MAIL}",
                login,
                hired_on,
                left_on,
                post.shifts,
                number,
                is_bad_apple=is_known or (post.role in BAD_APPLE_ROLES and self.draw.chance(BAD_APPLE_SHARE)),
            )
        )


def head_office(history: History, units: int, communities: int, digits: int) -> Crew:
    """The head office's people, those of the demo first."""
    draw = history.draw("head_office")
    register = _Register(history, draw, HEAD_OFFICE * digits)
    for demo in DEMO_PEOPLE:
        hired_on = history.first - draw.within(HIRED_DAYS_BEFORE_HISTORY)
        register.add(Post(demo.role, SERVICE, 1, 1, "office"), 0, demo.name, hired_on, None, demo.login)
    register.fill(HEAD_OFFICE_POSTS, units)
    if communities > 1:
        register.fill(NIGHT_DESK_POSTS, units)
    return Crew(register.members)


def community_crew(place: Place) -> Crew:
    """The people of a community."""
    has_bad_apple = place.plan.index % KNOWN_BAD_APPLE_EVERY == 0
    register = _Register(
        place.history,
        place.draw("staff"),
        place.code,
        place.code,
        has_bad_apple=has_bad_apple,
        has_change=place.plan.index == COMMUNITY_OF_KNOWN_CHANGE,
    )
    posts = [
        post
        for post in COMMUNITY_POSTS
        if not (post.role == "team_leader" and place.plan.index in COMMUNITIES_WITHOUT_TEAM_LEADER)
    ]
    register.fill(posts, place.plan.unit_count)
    return Crew(register.members)


def emit(crew: Crew, emit_rows: Emit) -> None:
    """The staff register."""
    emit_rows(
        "staff",
        [
            (
                one.code,
                one.name,
                one.login,
                one.team,
                day_or_blank(one.hired_on if one.team else None),
                one.role,
                one.community_code,
                one.department,
                one.email,
                day_text(one.hired_on),
                day_or_blank(one.left_on),
            )
            for one in crew.members
        ],
    )
