"""The figures of the reports: what each counts, over what, which way it should move, and where it is counted.

A figure's code is its subject's word and, where it is counted by something, that word: ``cases_in.repair_in_home``.
Titles and formulas are written into each edition, so that an old report keeps explaining itself.
Source: pipelines §7, REP-01 to REP-06, QC-04, CASE-03.
"""

from __future__ import annotations

from typing import Final

from guanjia.domain.report_definition import FigureDefinition, Subject, Unit
from guanjia.domain.report_house_figures import (
    AGES,
    custody_figures,
    money_figures,
    people_figures,
    quality_figures,
    vacancy_figures,
)
from guanjia.domain.report_periods import ReportName
from guanjia.domain.report_service_figures import (
    CLASSES,
    KINDS,
    MILESTONES,
    callbacks_figures,
    calls_figures,
    cases_figures,
    escalated,
    escalations_figures,
    feedback_figures,
    on_time,
)

__all__ = [
    "AGES",
    "CLASSES",
    "FIGURES",
    "KINDS",
    "MILESTONES",
    "FigureDefinition",
    "Subject",
    "Unit",
    "definition_of",
    "escalated",
    "figures_of",
    "on_time",
]

FIGURES: Final[tuple[FigureDefinition, ...]] = (
    *cases_figures(),
    on_time("total"),
    *escalations_figures(),
    *callbacks_figures(),
    *vacancy_figures(),
    *money_figures(),
    *quality_figures(),
    *people_figures(),
    *feedback_figures(),
    *calls_figures(),
    *custody_figures(),
)
"""Figures every edition has; on-time rates by milestone and escalations by level are added as they occur."""


def definition_of(code: str) -> FigureDefinition:
    """The definition of a figure.

    Raises:
        KeyError: there is no such figure.
    """
    subject, _dot, word = code.partition(".")
    if subject == "on_time":
        return on_time(word)
    if subject == "escalations":
        return escalated(int(word))
    return _BY_CODE[code]


def figures_of(report: ReportName) -> tuple[FigureDefinition, ...]:
    """The figures every edition of a report has, in order."""
    return tuple(each for each in FIGURES if report in each.reports)


_BY_CODE: Final = {each.code: each for each in FIGURES}
