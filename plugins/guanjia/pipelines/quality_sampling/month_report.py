"""The figures of a closed month as one reader may see them: by team (QC-04, QC-05), by agent, and the ranking (QC-01).

Attendance = shifts attended ÷ shifts due, adherence = minutes logged in ÷ minutes of the shifts attended with a record;
both are sums over the team's agents of the ranking, not means of their shares.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from guanjia.domain.quality_periods import month_bounds
from guanjia.pipelines.quality_sampling.served import day_of
from guanjia.pipelines.quality_sampling.telling_people import Scope, Team
from guanjia.settings import TIME_ZONE
from guanjia.store.business_settings import required_setting
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute


@dataclass(frozen=True)
class Targets:
    """What is aimed at, as shares."""

    attendance: Decimal
    adherence: Decimal


@dataclass(frozen=True)
class MonthRows:
    """All rows of a closed month, before any scope."""

    period: str
    results: Sequence[Row[Any]]
    rankings: Sequence[Row[Any]]
    lots: Sequence[Row[Any]]
    corrections: Sequence[Row[Any]]
    reviews: Sequence[Row[Any]]
    agreement: Row[Any] | None
    appeals: Row[Any]
    targets: Targets


@dataclass(frozen=True)
class Presence:
    """Attendance and adherence of some agents; None: nothing recorded."""

    attendance: Decimal | None
    adherence: Decimal | None
    shifts_due: int
    shift_minutes: int


@dataclass(frozen=True)
class TeamMonth:
    """A team's month.

    Attributes:
        team: team and community.
        result: its result; None: no item.
        presence: attendance and adherence.
        verdicts: accept, reject, none → agents.
        corrections: errors to correct; closed: of these closed; passed and failed: looked at again.
        scored: items scored; by_another: of these, by another department.
    """

    team: Team
    result: Row[Any] | None
    presence: Presence
    verdicts: Mapping[str, int]
    corrections: int
    closed: int
    passed: int
    failed: int
    scored: int
    by_another: int

    @property
    def another_share(self) -> Decimal | None:
        """Share scored by another department; None: nothing was scored."""
        return Decimal(self.by_another) / self.scored if self.scored else None


@dataclass(frozen=True)
class MonthReport:
    """A month as one reader may see it.

    Attributes:
        scope: what the reader may see.
        rows: the rows, within the scope.
        teams: by community and team.
        whole: everything within the scope as if it were one team; its result is the company's, or the only community's.
        name: name of a member of staff.
        places: community → name.
    """

    scope: Scope
    rows: MonthRows
    teams: tuple[TeamMonth, ...]
    whole: TeamMonth
    name: Callable[[str | None], str]
    places: Mapping[str, str]

    @property
    def ranked(self) -> list[Row[Any]]:
        """Agents with a place, in its order."""
        return [row for row in self.rows.rankings if row.place is not None]

    @property
    def unranked(self) -> list[Row[Any]]:
        """Agents without a place."""
        return [row for row in self.rows.rankings if row.place is None]

    @property
    def agents(self) -> list[Row[Any]]:
        """Results by agent."""
        return [row for row in self.rows.results if row.scope_kind == "staff"]


def read_month(transaction: Transaction, period: str, at: datetime) -> MonthRows:
    """Read everything of a closed month.

    Args:
        transaction: open transaction.
        period: month, YYYY-MM.
        at: aware instant of the run.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    starts_at, ends_at = month_bounds(period, TIME_ZONE)
    bounds: dict[str, Any] = {"starts_at": starts_at, "ends_at": ends_at}
    day = day_of(at)
    return MonthRows(
        period=period,
        results=execute(transaction, "quality_sampling/list_month_results", period=period).all(),
        rankings=execute(transaction, "quality_sampling/list_month_rankings", period=period).all(),
        lots=execute(transaction, "quality_sampling/list_month_lots", period=period).all(),
        corrections=execute(transaction, "quality_sampling/list_month_corrections", at=at, **bounds).all(),
        reviews=execute(transaction, "quality_sampling/count_month_reviews", **bounds).all(),
        agreement=execute(transaction, "quality_sampling/find_month_agreement", period=period).one_or_none(),
        appeals=execute(transaction, "quality_sampling/count_month_appeals", **bounds).one(),
        targets=Targets(
            Decimal(str(required_setting(transaction, "attendance_target_pct", day))) / 100,
            Decimal(str(required_setting(transaction, "adherence_target_pct", day))) / 100,
        ),
    )


def month_in_scope(
    rows: MonthRows, scope: Scope, name: Callable[[str | None], str], places: Mapping[str, str]
) -> MonthReport:
    """The month of one reader.

    Args:
        rows: all rows.
        scope: what the reader may see.
        name: name of a member of staff.
        places: community → name.
    """
    seen = MonthRows(
        period=rows.period,
        results=[row for row in rows.results if _sees(scope, row)],
        rankings=_seen(scope, rows.rankings),
        lots=_seen(scope, rows.lots),
        corrections=_seen(scope, rows.corrections),
        reviews=_seen(scope, rows.reviews),
        agreement=rows.agreement if scope.is_all else None,
        appeals=rows.appeals,
        targets=rows.targets,
    )
    return MonthReport(scope, seen, _teams(seen), _whole(seen, scope), name, places)


def _sees(scope: Scope, row: Row[Any]) -> bool:
    if row.scope_kind == "company":
        return scope.is_all
    if row.scope_kind == "community":
        return scope.is_all or row.scope_code in scope.communities
    return scope.sees(row.team_code, row.community_code)


def _seen(scope: Scope, rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    return [row for row in rows if scope.sees(row.team_code, row.community_code)]


def _teams(rows: MonthRows) -> tuple[TeamMonth, ...]:
    """Each team once; agents without one are a team in each community, and where all are, its result is theirs."""
    results = {row.scope_code: row for row in rows.results if row.scope_kind == "team" and row.scope_code}
    places = {row.scope_code: row for row in rows.results if row.scope_kind == "community"}
    with_teams = {row.community_code for row in rows.rankings if row.team_code}
    parts: dict[Team, MonthRows] = {}
    grouped: dict[str, dict[Team, list[Row[Any]]]] = {
        name: _by_team(getattr(rows, name)) for name in ("rankings", "lots", "corrections", "reviews")
    }
    keys = {(code, "") for code in results}.union(*(found.keys() for found in grouped.values()))
    for key in sorted(keys):
        parts[key] = MonthRows(
            rows.period,
            [results[key[0]]]
            if key[0] in results
            else [places[key[1]]]
            if not key[0] and key[1] in places and key[1] not in with_teams
            else [],
            grouped["rankings"].get(key, []),
            grouped["lots"].get(key, []),
            grouped["corrections"].get(key, []),
            grouped["reviews"].get(key, []),
            None,
            rows.appeals,
            rows.targets,
        )
    return tuple(_team_month(key, part, next(iter(part.results), None)) for key, part in parts.items())


def _by_team(rows: Iterable[Row[Any]]) -> dict[Team, list[Row[Any]]]:
    found: dict[Team, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[row.team_code or "", "" if row.team_code else row.community_code or ""].append(row)
    return found


def _whole(rows: MonthRows, scope: Scope) -> TeamMonth:
    wide = [row for row in rows.results if row.scope_kind == "company"]
    places = [row for row in rows.results if row.scope_kind == "community"]
    result = wide[0] if wide else places[0] if len(places) == 1 and not scope.teams else None
    return _team_month(("", ""), rows, result)


def _team_month(team: Team, rows: MonthRows, result: Row[Any] | None) -> TeamMonth:
    looked_at = [row for row in rows.corrections if row.audit_failed is not None]
    return TeamMonth(
        team=team,
        result=result,
        presence=presence_of(rows.rankings),
        verdicts={word: sum(lot.verdict == word for lot in rows.lots) for word in ("accept", "reject", "none")},
        corrections=len(rows.corrections),
        closed=sum(row.is_closed for row in rows.corrections),
        passed=sum(not row.audit_failed for row in looked_at),
        failed=sum(row.audit_failed for row in looked_at),
        scored=sum(row.scored for row in rows.reviews),
        by_another=sum(row.by_another for row in rows.reviews),
    )


def presence_of(rankings: Iterable[Row[Any]]) -> Presence:
    """Attendance and adherence of some agents together, each at most 1."""
    rows = list(rankings)
    due, attended = sum(row.shifts_due for row in rows), sum(row.shifts_attended for row in rows)
    minutes, logged = sum(row.shift_minutes for row in rows), sum(row.logged_in_minutes for row in rows)
    return Presence(
        Decimal(attended) / due if due else None,
        min(Decimal(1), Decimal(logged) / minutes) if minutes else None,
        due,
        minutes,
    )
