"""Who may see which scope of a report: heads and managers theirs, and whoever its mail goes to.

Airflow says who may open the pages at all; whose figures stand on them follows from the staff register, as in mails. An
Airflow user whom the register does not know sees that a report was made and sent, and none of its figures. Figures
of fees need the right to the billing pages besides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection

from guanjia.desk.access import Visitor
from guanjia.desk.quality_rights import HEADS
from guanjia.desk.reading import Row, row, rows
from guanjia.desk.view import now
from guanjia.domain.report_periods import ReportName
from guanjia.i18n import Translator
from guanjia.pipelines.reports.edition import COMPANY, REGION, EditionFigure, ReportEdition
from guanjia.store.business_settings import required_setting

MONEY_DAG: Final = "fee_billing"
"""Who may read it may see amounts."""

PERSONAL: Final = ("quality", "people")
"""Chapters whose rows are of one person each: for those who answer for the scope."""


@dataclass(frozen=True)
class Reader:
    """The person in front of a page of reports, as the register knows them.

    Attributes:
        staff_code: staff number; None: not in the register, or left.
        scopes: scopes they may see, the widest first.
        places: names of communities by code, for the words of a scope.
        is_head: whether they answer for these scopes, and so may see rows of single persons.
        sees_money: whether they may see amounts.
    """

    staff_code: str | None
    scopes: tuple[str, ...] = ()
    places: tuple[tuple[str, str], ...] = ()
    is_head: bool = False
    sees_money: bool = False

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
            quotes=edition.quotes if self.is_head else replace(edition.quotes, ranking=()),
        )

    def scope_words(self, _: Translator, scope: str) -> str:
        """A scope as they call it."""
        if scope == COMPANY:
            return _("The whole company")
        return dict(self.places).get(scope, scope.removeprefix(REGION))


def reader_of(tx: Connection, visitor: Visitor, report: ReportName) -> Reader:
    """Who a visitor is by the register (``staff.login``), and which scopes of a report they may see."""
    today = now().date()
    found = row(tx, "find_report_reader", login=visitor.login, report=report, day=today)
    if found is None:
        return Reader(None)
    places = rows(tx, "list_report_places")
    is_head = found["role"] in HEADS
    own = [found["community_code"] or COMPANY] if is_head else []
    roles = required_setting(tx, f"report_roles_{report}", today)
    if isinstance(roles, tuple) and found["role"] in roles:
        own = [found["community_code"] or COMPANY]
    scopes = _within([*own, *found["registered"]], places)
    names = tuple((each["community_code"], each["community_name"]) for each in places)
    is_head = is_head and set(scopes) <= set(_within(own, places))
    return Reader(found["staff_code"], scopes, names, is_head, visitor.may_read(MONEY_DAG))


def _within(given: Sequence[str], places: Sequence[Row]) -> tuple[str, ...]:
    """The scopes given with all that lie within them, the widest first; unknown ones are nothing."""
    regions = list(dict.fromkeys(REGION + each["region"] for each in places if each["region"]))
    if COMPANY in given:
        return (COMPANY, *sorted(regions), *(each["community_code"] for each in places))
    chosen = [each for each in places if each["community_code"] in given or REGION + each["region"] in given]
    return (*(each for each in sorted(regions) if each in given), *(each["community_code"] for each in chosen))
