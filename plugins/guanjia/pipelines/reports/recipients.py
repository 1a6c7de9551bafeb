"""Who gets a report, and of which scope: who is registered for it, and who holds a post the settings name.

A mail's scope is decided here and nowhere else: a paper is made of one scope and given to the people listed for it.
What they may see besides, on the pages and in a preview, `readers` says.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from guanjia.domain.report_periods import ReportName
from guanjia.gateways.mail.addresses import normalised_address
from guanjia.pipelines.reports.edition import COMPANY, REGION, Remark
from guanjia.pipelines.reports.served import day_of
from guanjia.pipelines.vacancy_inspections.addressees import Addressee
from guanjia.store.business_settings import required_words
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute

Paper = tuple[str, str]
"""A scope and a language: what is rendered once for all who get it."""


@dataclass(frozen=True)
class Recipients:
    """Who gets an edition.

    Attributes:
        by_paper: scope and language → people, in the order of their addresses.
        remarks: what is amiss with the registers, said in every report of the company until it is put right; subjects
            are scopes and staff numbers.
    """

    by_paper: Mapping[Paper, tuple[Addressee, ...]]
    remarks: tuple[Remark, ...] = ()

    @property
    def number(self) -> int:
        """Mails there will be."""
        return sum(len(people) for people in self.by_paper.values())


@dataclass
class _Found:
    """People by scope while they are looked for: casefolded address → addressee."""

    by_scope: dict[str, dict[str, Addressee]] = field(default_factory=lambda: defaultdict(dict))
    amiss: Counter[tuple[str, str]] = field(default_factory=Counter)

    def scopes_of(self, address: str) -> set[str]:
        return {scope for scope, people in self.by_scope.items() if address in people}


def find_recipients(transaction: Transaction, report: ReportName, at: datetime, scopes: Collection[str]) -> Recipients:
    """Who gets a report, each address once per scope however it is written.

    Who is registered gets the scopes registered, two of them two mails. Who holds one of the posts of the setting
    ``report_roles_…`` gets the scope of the post (a community, else the company), unless a scope that holds it comes to
    the same address anyway.

    Args:
        transaction: open transaction; nothing is written.
        report: which report.
        at: aware instant the registers are judged at.
        scopes: those of the edition; people of others get nothing of it.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    day = day_of(at)
    regions = {row.community_code: row.region or "" for row in execute(transaction, "reports/list_communities")}
    known = {COMPANY, *regions, *(REGION + region for region in regions.values() if region)}
    found = _Found()
    for row in execute(transaction, "reports/list_recipients", report=report, on_day=day):
        _take_registered(found, row, known)
    _take_posts(transaction, found, report, day, regions)
    by_paper: dict[Paper, list[Addressee]] = defaultdict(list)
    for scope in sorted(found.by_scope):
        for who in found.by_scope[scope].values() if scope in scopes else ():
            by_paper[scope, who.language].append(who)
    if not any(found.by_scope.values()):
        found.amiss["no_recipient", report] += 1
    return Recipients(
        {paper: tuple(sorted(people, key=lambda who: who.email)) for paper, people in by_paper.items()},
        tuple(Remark(kind, subject, {"number": str(n)}) for (kind, subject), n in sorted(found.amiss.items())),
    )


def _take_registered(found: _Found, row: Row[Any], known: Collection[str]) -> None:
    address = normalised_address(row.email)
    if row.scope not in known:
        found.amiss["unknown_scope", row.scope] += 1
    elif address is None:
        found.amiss["unusable_address", row.scope] += 1
    elif row.has_left:
        found.amiss["left_recipient", row.scope] += 1
    else:
        found.by_scope[row.scope].setdefault(
            address.casefold(), Addressee(row.email.strip(), row.recipient_name, row.language)
        )


def _take_posts(
    transaction: Transaction, found: _Found, report: ReportName, day: date, regions: Mapping[str, str]
) -> None:
    """Who holds a post; the widest scope first, so that the others of the same address are left out."""
    roles = required_words(transaction, f"report_roles_{report}", day)
    people = execute(transaction, "reports/list_post_people", roles=list(roles), on_day=day).all()
    for row in sorted(people, key=lambda each: each.scope != COMPANY):
        address = normalised_address(row.email or "")
        if address is None:
            found.amiss["no_address", row.staff_code] += 1
            continue
        key = address.casefold()
        wider = {COMPANY, row.scope, REGION + regions.get(row.scope, "")}
        if not wider & found.scopes_of(key):
            found.by_scope[row.scope][key] = Addressee(row.email.strip(), row.staff_name, row.language)
