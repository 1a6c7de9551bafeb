"""Who may see what of a report: the one rule that its pages, and the preview mailed to who asks for one, go by.

Heads see the scope they answer for; who holds a post that gets the report, or is registered for it, that scope;
regions and the company open what lies in them. Amounts, and with them workbook and PDF, need the right to the billing
pages in Airflow besides. Who gets a report by mail is decided in `recipients`: nobody gets a scope there that is not
theirs here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from sqlalchemy import Row

from guanjia.domain.posts import HEADS
from guanjia.domain.report_periods import ReportName
from guanjia.i18n import Translator
from guanjia.pipelines.reports.edition import COMPANY, REGION, EditionFigure, ReportEdition
from guanjia.store.business_settings import required_words
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute

MONEY_DAG: Final = "fee_billing"
"""Who may read it in Airflow may see amounts."""

PERSONAL: Final = ("quality", "people")
"""Chapters whose rows are of one person each: for those who answer for the scope."""

MayRead = Callable[[str, str], bool | None]
"""Whether Airflow lets a user (first) read a DAG (second); None: it cannot be asked here."""


@dataclass(frozen=True)
class Reader:
    """Somebody who wants to see a report, as the register knows them.

    Attributes:
        staff_code: staff number; None: not in the register, or left, or the login is given to several.
        scopes: scopes they may see, the widest first.
        places: names of communities by code, for the words of a scope.
        is_head: whether they answer for these scopes, and so may see rows of single persons.
        sees_money: whether they may see amounts.
        namesakes: staff numbers of all who have the login, where it is given to several: nothing is theirs then.
    """

    staff_code: str | None
    scopes: tuple[str, ...] = ()
    places: tuple[tuple[str, str], ...] = ()
    is_head: bool = False
    sees_money: bool = False
    namesakes: tuple[str, ...] = ()

    @property
    def sees_company(self) -> bool:
        """Whether the whole company is theirs."""
        return COMPANY in self.scopes

    def may_see(self, figure: EditionFigure) -> bool:
        """Whether a figure may be shown to them."""
        return self.sees_money or figure.subject != "money"

    def may_see_rows(self, figure: EditionFigure) -> bool:
        """Whether the rows behind a figure may be."""
        return self.may_see(figure) and (self.is_head or figure.subject not in PERSONAL)

    def shown(self, edition: ReportEdition) -> ReportEdition:
        """An edition as far as they may see it."""
        figures = tuple(each for each in edition.figures if self.may_see(each))
        codes = {each.code for each in figures}
        return replace(
            edition,
            figures=figures,
            by_community=tuple(each for each in edition.by_community if each.figure in codes),
            changes=tuple(each for each in edition.changes if each.figure in codes),
            breakdowns=tuple(
                each for each in edition.breakdowns if each.figure in codes and (self.is_head or each.kind != "agent")
            ),
            details=edition.details if self.sees_money else (),
            quotes=edition.quotes if self.is_head else replace(edition.quotes, ranking=()),
        )

    def scope_words(self, _: Translator, scope: str) -> str:
        """A scope as they call it."""
        if scope == COMPANY:
            return _("The whole company")
        return dict(self.places).get(scope, scope.removeprefix(REGION))


@dataclass(frozen=True)
class Registered:
    """Somebody with their row of the register, and what of a report is theirs.

    Attributes:
        row: of ``find_report_reader``; None: nobody has the login, or several have.
        reader: what they may see.
    """

    row: Row[Any] | None
    reader: Reader


def find_reader(
    transaction: Transaction, report: ReportName, day: date, login: str, reads_billing: bool | None
) -> Registered:
    """Who an Airflow user is by the register (``staff.login``), and what of a report they may see.

    Args:
        transaction: open transaction; nothing is written.
        report: which report.
        day: day the registers are judged at.
        login: name of the Airflow user.
        reads_billing: whether Airflow lets them read the billing DAG. None: Airflow cannot be asked here; then amounts
            are theirs exactly where the register has them mailed to this person anyway.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    found = execute(transaction, "reports/find_report_reader", login=login, report=report, on_day=day).all()
    if len(found) != 1:
        return Registered(None, Reader(None, namesakes=tuple(each.staff_code for each in found)))
    row = found[0]
    communities = execute(transaction, "reports/list_communities").all()
    regions = {each.community_code: each.region or "" for each in communities}
    is_of_post = row.role in required_words(transaction, f"report_roles_{report}", day)
    own = [row.community_code or COMPANY] if row.role in HEADS or is_of_post else []
    scopes = _within([*own, *row.registered], regions)
    answers_for = set(_within(own, regions)) if row.role in HEADS else set()
    mailed = set(_within([*(own if is_of_post else ()), *row.registered], regions))
    reader = Reader(
        row.staff_code,
        scopes,
        tuple((each.community_code, each.community_name) for each in communities),
        is_head=row.role in HEADS and set(scopes) <= answers_for,
        sees_money=set(scopes) <= mailed if reads_billing is None else reads_billing,
    )
    return Registered(row, reader)


def _within(given: Sequence[str], regions: Mapping[str, str]) -> tuple[str, ...]:
    """The scopes given with all that lie within them, the widest first; unknown ones are nothing."""
    named = sorted({region for region in regions.values() if region})
    if COMPANY in given:
        return (COMPANY, *(REGION + each for each in named), *regions)
    chosen = [code for code, region in regions.items() if code in given or (region and REGION + region in given)]
    return (*(REGION + each for each in named if REGION + each in given), *chosen)
