"""One scope of one edition of a report, as read from the tables: what its mail, workbook and PDF are made from.

Nothing else goes into them, so no reader can be shown what lies outside the scope: the edition refuses communities and
details of another one. Source: pipelines §0.9, §7.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Final, Literal, TypeAlias

from guanjia.domain.report_catalogue import Subject, Unit
from guanjia.domain.report_figures import Better, Movement, movement
from guanjia.domain.report_periods import ReportName
from guanjia.pipelines.reports.quoted import Quotes

DetailKind = Literal["cases", "overdue", "callbacks", "inspections", "arrears"]
BreakdownKind = Literal["team", "department", "cause", "agent"]
DetailValue: TypeAlias = str | int | Decimal | date | datetime | None

COMPANY: Final = "company"
REGION: Final = "region:"
"""Before a region's name in its scope."""

DETAIL_COLUMNS: Final[Mapping[DetailKind, tuple[str, ...]]] = {
    "cases": (
        "community_code",
        "case_code",
        "kind",
        "urgency",
        "unit_code",
        "customer_name",
        "phone",
        "opened_at",
        "finished_at",
        "handler",
    ),
    "overdue": (
        "community_code",
        "case_code",
        "kind",
        "milestone",
        "due_at",
        "met_at",
        "unit_code",
        "customer_name",
        "handler",
    ),
    "callbacks": (
        "community_code",
        "callback_code",
        "case_code",
        "due_by",
        "outcome",
        "attempts",
        "satisfaction",
        "customer_name",
        "comment",
    ),
    "inspections": (
        "community_code",
        "inspection_code",
        "unit_code",
        "due_on",
        "outcome",
        "inspected_at",
        "staff_code",
        "finding",
    ),
    "arrears": (
        "community_code",
        "unit_code",
        "customer_name",
        "phone",
        "oldest_due_on",
        "balance",
    ),
}
"""Columns of the detail sheets, in order. The first is the community; a reader sees its name beside it."""


@dataclass(frozen=True)
class EditionFigure:
    """A figure of the scope, with what it means.

    Attributes:
        code: of ``report_catalogue``.
        subject: chapter it stands in.
        title_zh: name a reader sees, in Chinese.
        title_en: the same in English.
        unit: of value, previous and target; a share lies between 0 and 1.
        better: which way it should move.
        formula_zh: how it is worked out, in Chinese.
        formula_en: the same in English.
        source: datasets it is counted in.
        value: of this period; None: n/a.
        previous: of the period before, as known now; None: n/a.
        target: None: none.
        numerator: what is counted; None: nothing could be.
        denominator: what it is a share or mean of; None: the figure is the numerator.
        is_provisional: may still change.
        trend: values of the edition's trend periods, this one last; empty: not kept.
    """

    code: str
    subject: Subject
    title_zh: str
    title_en: str
    unit: Unit
    better: Better
    formula_zh: str
    formula_en: str
    source: tuple[str, ...]
    value: Decimal | None
    previous: Decimal | None = None
    target: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    is_provisional: bool = False
    trend: tuple[Decimal | None, ...] = ()

    @property
    def is_share(self) -> bool:
        """Whether its value is numerator ÷ denominator."""
        return self.unit in ("share", "points", "seconds")

    @property
    def movement(self) -> Movement:
        """How it stands against the period before and its target."""
        return movement(self.value, self.previous, self.target, self.better)


@dataclass(frozen=True)
class CommunityFigure:
    """A figure of one community: what the scope's is the sum of.

    Attributes:
        community_code: blank: belongs to no community, in the company's figures only.
        figure: its code.
        numerator: what is counted; None: nothing could be.
        denominator: what it is a share or mean of.
        previous_numerator: the same of the period before.
        previous_denominator: its denominator.
    """

    community_code: str
    figure: str
    numerator: Decimal | None
    denominator: Decimal | None = None
    previous_numerator: Decimal | None = None
    previous_denominator: Decimal | None = None


@dataclass(frozen=True)
class Community:
    """A community of the scope, as it was when the edition was computed.

    Attributes:
        community_code: community.
        community_name: its name.
        region: its region; blank: none.
        live_from: first day it is served; None: not known here.
        missing_calendar: working calendar that was missing, so that its deadlines are not known; blank: none.
    """

    community_code: str
    community_name: str
    region: str = ""
    live_from: date | None = None
    missing_calendar: str = ""


@dataclass(frozen=True)
class Breakdown:
    """A part of one of the scope's figures, such as a team's attendance.

    Attributes:
        kind: what it is parted by.
        code: code of the part; blank: not said.
        name: as a reader knows it; of an agent masked already.
        figure: code of the figure.
        numerator: what is counted; None: nothing could be.
        denominator: what it is a share or mean of; None: the figure is the numerator.
    """

    kind: BreakdownKind
    code: str
    name: str
    figure: str
    numerator: Decimal | None
    denominator: Decimal | None = None


@dataclass(frozen=True)
class FigureChange:
    """What a corrected edition changed in a figure; None: n/a."""

    figure: str
    before: Decimal | None
    after: Decimal | None


@dataclass(frozen=True)
class Remark:
    """Something the readers of this scope must know; the values are codes and numbers, never names of persons."""

    kind: str
    subject: str = ""
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Details:
    """Rows of a detail sheet.

    Attributes:
        kind: which sheet.
        rows: values in the order of ``DETAIL_COLUMNS``; names and phones as they are, the workbook masks them.
        total: rows there are; more than are here where there were too many.
    """

    kind: DetailKind
    rows: tuple[tuple[DetailValue, ...], ...]
    total: int

    def __post_init__(self) -> None:
        width = len(DETAIL_COLUMNS[self.kind])
        if any(len(row) != width for row in self.rows):
            raise ValueError(f"A row of the details {self.kind} has not {width} values.")


@dataclass(frozen=True)
class ReportEdition:
    """What one scope's readers are told.

    Attributes:
        report: which report.
        period: its code: the last day, or the month.
        starts: aware, first instant it covers.
        ends: aware, first instant it no longer covers.
        as_of: aware; facts of a later time of their own are not in it.
        shown_edition: number its readers see, from 1.
        scope: ``company``, ``region:NAME`` or a community.
        communities: of the scope, in order.
        figures: of the scope, in the report's order.
        by_community: what they are summed from.
        trend_periods: codes of the trend's periods, oldest first, this one last.
        breakdowns: parts of the scope's figures.
        changes: what a corrected edition changed; empty in a first one.
        reason: why it was corrected; blank: it is the first.
        remarks: what the readers must know besides.
        details: rows of the detail sheets.
        quotes: oldest open cases, results of the quality check, ranking.
        calendar_state: published, or pattern where no calendar covers the period.
        missing_years: years of the period, or of the day a month's report goes out, without official holidays.
        is_preview: made for who asked for it; not the report.

    Raises:
        ValueError: a community, figure or detail lies outside the scope, or a trend has not a value for each period.
    """

    report: ReportName
    period: str
    starts: datetime
    ends: datetime
    as_of: datetime
    shown_edition: int
    scope: str
    communities: tuple[Community, ...]
    figures: tuple[EditionFigure, ...]
    by_community: tuple[CommunityFigure, ...] = ()
    trend_periods: tuple[str, ...] = ()
    breakdowns: tuple[Breakdown, ...] = ()
    changes: tuple[FigureChange, ...] = ()
    reason: str = ""
    remarks: tuple[Remark, ...] = ()
    details: tuple[Details, ...] = ()
    quotes: Quotes = field(default_factory=Quotes)
    calendar_state: Literal["published", "pattern"] = "published"
    missing_years: tuple[str, ...] = ()
    is_preview: bool = False

    def __post_init__(self) -> None:
        known = {each.community_code for each in self.communities}
        if self.scope.startswith(REGION):
            outside = {each.community_code for each in self.communities if REGION + each.region != self.scope}
        else:
            outside = set() if self.scope == COMPANY else known - {self.scope}
        nobodys = {""} if self.scope == COMPANY else set()
        outside |= {each.community_code for each in self.by_community} - known - nobodys
        outside |= self.quotes.community_codes - known - nobodys
        outside |= {str(row[0] or "") for some in self.details for row in some.rows} - known - nobodys
        if outside:
            raise ValueError(f"The edition of {self.scope} was given {', '.join(sorted(outside)) or 'no community'}.")
        for each in self.figures:
            if each.trend and len(each.trend) != len(self.trend_periods):
                raise ValueError(f"{len(each.trend)} values of {each.code} for {len(self.trend_periods)} periods.")

    @property
    def missing_calendars(self) -> dict[str, list[str]]:
        """Calendar that was missing → codes of the communities whose deadlines are not known for that."""
        found: dict[str, list[str]] = {}
        for each in self.communities:
            if each.missing_calendar:
                found.setdefault(each.missing_calendar, []).append(each.community_code)
        return found

    @property
    def is_correction(self) -> bool:
        """Whether it corrects an edition its readers had."""
        return self.shown_edition > 1

    def figure(self, code: str) -> EditionFigure | None:
        """A figure of the scope; None: this report has none of that code."""
        return next((each for each in self.figures if each.code == code), None)

    def chapter(self, subject: Subject) -> tuple[EditionFigure, ...]:
        """The figures of a chapter, in order."""
        return tuple(each for each in self.figures if each.subject == subject)

    def of_kind(self, kind: DetailKind) -> Details | None:
        """The rows of a detail sheet; None: it was not asked for."""
        return next((each for each in self.details if each.kind == kind), None)

    def named(self, community_code: str) -> str:
        """Name of one of its communities; blank for what belongs to none."""
        names = {each.community_code: each.community_name for each in self.communities}
        return names.get(community_code, "")
