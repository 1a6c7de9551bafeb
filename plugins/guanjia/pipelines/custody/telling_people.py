"""Who is told of things kept: posts of a community or of the company, borrowers on the staff, and those of devices.

A reader's scope is decided here and nowhere else. Found things belong to no community: the company's posts are told of
them, and where it has none, those of every community served.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import Row

from guanjia.gateways.mail.addresses import normalised_address
from guanjia.logs import get_logger
from guanjia.pipelines.custody.served import Moment
from guanjia.pipelines.vacancy_inspections.addressees import Addressee
from guanjia.store.business_settings import required_setting, required_words
from guanjia.store.engine import Transaction
from guanjia.store.people import post_holders
from guanjia.store.sql import execute

COMPANY: Final = "company"
LIST_NAME: Final = "custody"
LAST_RESORT: Final = ("department_head", "general_manager")
"""Who is told where nobody holds a post."""

_SETTINGS: Final = ("administration", "posting", "disposal", "key")
_LEADERS: Final = "team_leader"
_log = get_logger(__name__)


class Readers:
    """The people things kept are told to, as of an instant."""

    def __init__(self, transaction: Transaction, moment: Moment) -> None:
        day = moment.today
        self.places = list(moment.served.live_from)
        self._company = self.places[0] if len(self.places) == 1 else COMPANY
        self._roles: dict[str, tuple[str, ...]] = {
            name: required_words(transaction, f"custody_{name}_roles", day) for name in _SETTINGS
        }
        self._roles["leader"] = (_LEADERS,)
        self._it = normalised_address(str(required_setting(transaction, "custody_it_email", day)))
        asked = {role for roles in self._roles.values() for role in roles} | set(LAST_RESORT)
        posts = [(place, role) for place in (COMPANY, *self.places) for role in sorted(asked)]
        self._holders = post_holders(transaction, posts, moment.at, must_have_address=True)
        self._known: dict[str, Addressee] = {}
        self._staff: Sequence[Row[Any]] = [
            row for row in execute(transaction, "quality_sampling/list_mail_people", on_day=day) if row.is_employed
        ]

    def administration(self) -> list[Addressee]:
        """Who takes over valuables, and what nobody claimed."""
        return self._of_the_company("administration")

    def disposal(self) -> list[Addressee]:
        """Who decides what becomes of things unclaimed for long."""
        return self._of_the_company("disposal")

    def posting(self) -> list[Addressee]:
        """Who puts up the notice, in every community; where nobody is to, the head is told of it."""
        return _each_once(
            each for place in self.places for each in self._held(place, "posting") or self._fallback(place)
        )

    def keepers(self, community_code: str | None) -> list[Addressee]:
        """Who keeps the keys of a community; of keys of none, the company's, for no community's people see them."""
        place = community_code or self._company
        return self._held(place, "key") or self._fallback(place)

    def leaders(self, community_code: str | None, team_code: str | None) -> list[Addressee]:
        """The leaders of a team; of people without one, the leader of their place."""
        found = [
            self._person(row.email, row.staff_name, row.language)
            for row in self._staff
            if team_code and row.team_code == team_code and row.role == _LEADERS and row.email
        ]
        place = community_code or self._company
        return _each_once(found) or self._held(place, "leader") or self._fallback(place)

    def technicians(self, community_code: str | None) -> list[Addressee]:
        """IT's address, else the department head."""
        return [self._person(self._it, "", "zh")] if self._it else self._fallback(community_code or self._company)

    def borrower(self, written: str, community_code: str | None) -> Addressee | None:
        """The member of staff a borrower is: by number, or by a name that only one of that community has."""
        text = written.strip()
        by_number = [row for row in self._staff if row.staff_code.casefold() == text.casefold()]
        by_name = [
            row
            for row in self._staff
            if row.staff_name == text and (row.community_code is None or row.community_code == community_code)
        ]
        found = by_number or by_name
        if len(found) != 1 or not found[0].email:
            return None
        return self._person(found[0].email, found[0].staff_name, found[0].language)

    # -- posts --------------------------------------------------------------------------------------------------------

    def _of_the_company(self, name: str) -> list[Addressee]:
        return (
            self._held(self._company, name)
            or _each_once(each for place in self.places for each in self._held(place, name))
            or self._fallback(self._company)
        )

    def _held(self, place: str, name: str) -> list[Addressee]:
        found = [self._holders.get((place, role)) for role in self._roles[name]]
        return _each_once(self._person(each.email or "", each.staff_name, each.language) for each in found if each)

    def _fallback(self, place: str) -> list[Addressee]:
        for role in LAST_RESORT:
            found = self._holders.get((place, role)) or self._holders.get((self._company, role))
            if found is not None:
                return [self._person(found.email or "", found.staff_name, found.language)]
        return []

    def _person(self, email: str, name: str, language: str) -> Addressee:
        """The same addressee however an address is written and however often it comes up."""
        return self._known.setdefault(email.strip().casefold(), Addressee(email, name, language))


def nobody(what: str, subjects: Iterable[str]) -> None:
    """Log that nobody can be told of something; it stays untold and comes up again."""
    _log.warning("nobody can be told", what=what, subjects=sorted(subjects)[:20])


def _each_once(people: Iterable[Addressee]) -> list[Addressee]:
    return list(dict.fromkeys(people))
