"""Who may see whose scores: leaders their team, heads and managers their scope, everybody their own, reviewers blind.

Airflow says who may open the pages at all; whose figures stand on them follows from the staff register. An Airflow user
whom the register does not know sees draws and their sizes, and nobody's score.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection

from guanjia.desk.access import Visitor
from guanjia.desk.reading import Row, row
from guanjia.desk.view import now
from guanjia.domain.posts import HEADS
from guanjia.pipelines.quality_sampling.telling_people import Scope
from guanjia.store.business_settings import required_setting

View = Literal["whole", "own", "blind", ""]
"""All of a sample; what was told to its agent; what its reviewer may see (own scores, no reason); nothing."""


@dataclass(frozen=True)
class Viewer:
    """The person in front of a quality page, as the register knows them.

    Attributes:
        staff_code: staff number; None: not in the register, or left.
        scope: whose scores they may see.
    """

    staff_code: str | None
    scope: Scope

    @property
    def binds(self) -> dict[str, Any]:
        """Parameters of the statements that show scores."""
        return {
            "viewer": self.staff_code or "",
            "sees_all": self.scope.is_all,
            "communities": sorted(self.scope.communities),
            "teams": sorted(team for team, _place in self.scope.teams if team),
            "teamless_of": sorted(place for team, place in self.scope.teams if not team),
        }

    def view_of(self, sample: Row) -> View:
        """How much of a sample they may see.

        Args:
            sample: its staff_code, team_code, community_code, reviewer, second_reviewer, told_at.
        """
        if self.staff_code is not None and self.staff_code in (sample["reviewer"], sample["second_reviewer"]):
            return "blind"
        if self.staff_code is not None and sample["staff_code"] == self.staff_code:
            return "own" if sample["told_at"] is not None else ""
        return "whole" if self.scope.sees(sample["team_code"], sample["community_code"]) else ""

    def sees_agent(self, agent: Row) -> bool:
        """Whether somebody's results may be shown: staff_code, team_code, community_code."""
        return agent["staff_code"] == self.staff_code or self.scope.sees(agent["team_code"], agent["community_code"])


def viewer_of(tx: Connection, visitor: Visitor) -> Viewer:
    """Who a visitor is by the register (``staff.login``), and whose scores they may see."""
    today = now().date()
    found = row(tx, "find_quality_viewer", login=visitor.login, day=today)
    if found is None:
        return Viewer(None, Scope())
    head_role = str(required_setting(tx, "quality_head_role", today))
    community, team = found["community_code"], found["team_code"]
    if found["role"] in HEADS or (found["role"] == head_role and head_role != "team_leader"):
        scope = Scope(is_all=True) if community is None else Scope(communities=frozenset({community}))
    elif found["role"] == "team_leader":
        if head_role == "team_leader" and community is None and team is None:
            scope = Scope(is_all=True)
        else:
            scope = Scope(teams=frozenset({(team or "", "" if team else community or "")}))
    else:
        scope = Scope()
    return Viewer(found["staff_code"], scope)
