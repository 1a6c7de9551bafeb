"""What a figure of the reports is: words, unit, formula, what to do where nothing was found. Source: pipelines §7."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from guanjia.domain.report_figures import Better
from guanjia.domain.report_periods import ReportName

Unit = Literal["count", "yuan", "share", "points", "seconds"]
Subject = Literal[
    "cases",
    "deadlines",
    "escalations",
    "callbacks",
    "vacancy",
    "money",
    "quality",
    "people",
    "feedback",
    "calls",
    "custody",
]

ALL: Final[tuple[ReportName, ...]] = ("weekly", "daily", "monthly")
LONG: Final[tuple[ReportName, ...]] = ("weekly", "monthly")


@dataclass(frozen=True)
class FigureDefinition:
    """What a figure is.

    Attributes:
        code: its name.
        subject: chapter it stands in.
        title: name a reader sees, in English.
        title_zh: the same in Chinese.
        formula: how it is worked out, in English.
        formula_zh: the same in Chinese.
        source: datasets it is counted in.
        unit: of its value; a share lies between 0 and 1.
        better: which way it should move.
        reports: reports it stands in.
        target_setting: setting that holds its target; None: none.
        is_complete: counted over a complete register, so that nothing found is 0; else nothing found is n/a.
        is_of_company: what is found need not belong to a community, so that nothing found is 0 for the company only.
    """

    code: str
    subject: Subject
    title: str
    title_zh: str
    formula: str
    formula_zh: str
    source: tuple[str, ...]
    unit: Unit = "count"
    better: Better = "neither"
    reports: tuple[ReportName, ...] = LONG
    target_setting: str | None = None
    is_complete: bool = True
    is_of_company: bool = False

    @property
    def is_share(self) -> bool:
        """Whether its value is numerator ÷ denominator."""
        return self.unit in ("share", "points", "seconds")
