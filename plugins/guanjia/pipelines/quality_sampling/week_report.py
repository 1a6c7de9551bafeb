"""What a leader or head is told on Monday: what was drawn, what came of the weeks before, what is open; in scope."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Row

from guanjia.i18n import Translator
from guanjia.pipelines.quality_sampling.telling_people import COMPANY, Scope

SCOPE_ORDER: Final = ("company", "community", "team", "staff")


@dataclass
class WeekReport:
    """Rows of one reader, all within the reader's scope.

    Attributes:
        scope: what the reader may see.
        draws: draws that concern the scope (``find_untold_draws``).
        drawn: per draw, team and community what was looked at and drawn (``count_drawn_items``).
        results: of the weeks whose time for scoring is over (``find_untold_results``).
        findings: of the automatic checks (``list_week_findings``).
        corrections: open ones.
        appeals: open ones.
        name: name of a member of staff.
        places: community → name.
    """

    scope: Scope
    draws: list[Row[Any]]
    drawn: list[Row[Any]]
    results: list[Row[Any]]
    findings: list[Row[Any]]
    corrections: list[Row[Any]]
    appeals: list[Row[Any]]
    name: Callable[[str | None], str]
    places: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing concerns the reader."""
        looked_at = any(row.frame_items or row.others for row in self.drawn)
        return not (looked_at or self.results or self.findings or self.corrections or self.appeals)

    @property
    def weeks(self) -> list[str]:
        """Weeks drawn, in order."""
        return sorted({draw.period for draw in self.draws if draw.kind == "weekly"})

    @property
    def result_weeks(self) -> list[str]:
        """Weeks with results, in order."""
        return sorted({row.period for row in self.results})

    def groups(self, week: str) -> list[Row[Any]]:
        """Results of a week that are no single agent's, the widest first."""
        rows = [row for row in self.results if row.period == week and row.scope_kind != "staff"]
        return sorted(rows, key=lambda row: (SCOPE_ORDER.index(row.scope_kind), row.scope_code))

    def agents(self, week: str) -> list[Row[Any]]:
        """Results of a week by agent: the lowest means first, then small samples, those without any at the end."""
        rows = [row for row in self.results if row.period == week and row.scope_kind == "staff"]
        return sorted(rows, key=lambda row: (row.mean_score is None, row.is_small, row.mean_score or 0, row.scope_code))

    def group_name(self, _: Translator, row: Row[Any]) -> str:
        """Whose result a row is."""
        if row.scope_kind == "company":
            return _("Whole company")
        if row.scope_kind == "community":
            return self.places.get(row.scope_code, row.scope_code) or _("no community")
        if row.scope_kind == "team":
            return _("Team {team}", team=row.scope_code) if row.scope_code else _("Without a team")
        return self.name(row.scope_code)


def in_scope(
    scope: Scope,
    rows: Mapping[str, Sequence[Row[Any]]],
    name: Callable[[str | None], str],
    places: Mapping[str, str],
) -> WeekReport:
    """The report of one reader.

    Args:
        scope: what the reader may see.
        rows: name of the attribute of `WeekReport` → rows of everybody.
        name: name of a member of staff.
        places: community → name.
    """

    def seen(key: str) -> list[Row[Any]]:
        return [row for row in rows[key] if scope.sees(row.team_code, row.community_code)]

    drawn = seen("drawn")
    concerned = {row.draw_code for row in drawn}
    with_teams = {row.community_code for row in rows["results"] if row.scope_kind == "staff" and row.team_code}
    teamless = {community for team, community in scope.teams if not team} - with_teams
    results = [row for row in rows["results"] if _sees_result(scope, row, teamless)]
    return WeekReport(
        scope=scope,
        draws=[row for row in rows["draws"] if scope.is_all or row.draw_code in concerned],
        drawn=drawn,
        results=results,
        findings=seen("findings"),
        corrections=seen("corrections"),
        appeals=seen("appeals"),
        name=name,
        places=places,
    )


def _sees_result(scope: Scope, row: Row[Any], teamless: Collection[str]) -> bool:
    """Whether a result may be shown; where nobody has a team, the community is its leader's team."""
    if row.scope_kind == COMPANY:
        return scope.is_all
    if row.scope_kind == "community":
        return scope.is_all or row.scope_code in scope.communities or row.scope_code in teamless
    return scope.sees(row.team_code, row.community_code)
