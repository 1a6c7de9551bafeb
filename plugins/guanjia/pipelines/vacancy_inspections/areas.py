"""The areas an operator can name for an event: a community, a region, or all communities served.

The form in Airflow offers them by name, from a small file of the home that intake keeps up to date (`remember_areas`).
Whatever was picked or typed is looked up in the database again before anything is planned (`communities_of`).
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from guanjia.domain.errors import UsageError
from guanjia.i18n import Translator
from guanjia.logs import get_logger
from guanjia.pipelines.vacancy_inspections.area_names import COMPANY, REGION, NamedCommunity, write_names
from guanjia.pipelines.vacancy_inspections.served import day_of
from guanjia.store.business_settings import settings_by_community
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute

_ALL_WORDS: Final = (COMPANY, "all", "全部", "全部小区", "所有小区")
_SHOWN: Final = 30

_log = get_logger(__name__)


@dataclass(frozen=True)
class Community:
    """A community as an area.

    Attributes:
        code: community code.
        name: what people call it.
        region: region it belongs to, if any.
        live_from: first day it is served; None: not served.
    """

    code: str
    name: str
    region: str | None
    live_from: date | None = None


def remember_areas(transaction: Transaction, as_of: datetime) -> bool:
    """Leave the names of the communities served in the home, for the form; a file that cannot be written is logged.

    Args:
        transaction: open transaction.
        as_of: aware instant; the settings of its day count.

    Returns:
        Whether the file was written anew.
    """
    served = [each for each in all_communities(transaction, day_of(as_of)) if each.live_from is not None]
    try:
        return write_names([NamedCommunity(each.code, each.name, each.region) for each in served])
    except OSError as error:
        _log.warning("names of areas cannot be written; the form offers the former ones", problem=error.strerror)
        return False


def all_communities(transaction: Transaction, on: date) -> list[Community]:
    """Every community with its day of going live, by code."""
    rows = execute(transaction, "vacancy_inspections/list_areas").all()
    live = settings_by_community(transaction, ["live_from"], on, [row.community_code for row in rows])
    days = {code: values["live_from"] for code, values in live.items()}
    return [
        Community(row.community_code, row.community_name, row.region, day if isinstance(day, date) else None)
        for row in rows
        for day in [days[row.community_code]]
    ]


def communities_of(transaction: Transaction, words: Sequence[str], on: date, _: Translator) -> list[str]:
    """The communities that areas stand for.

    Args:
        transaction: open transaction.
        words: each a community's code or name, a region (with or without ``region:``), or ``company`` (全部).
        on: day in Asia/Shanghai; a community not served on it is refused by name, and left out of a region.
        _: language of what is said.

    Returns:
        Community codes, sorted, each once.

    Raises:
        UsageError: no area at all; an area nobody knows, with those there are; one that is not served yet.
    """
    known = all_communities(transaction, on)
    served = {each.code for each in known if each.live_from is not None and each.live_from <= on}
    meant = [word for word in (_plain(word) for word in words) if word]
    if not meant:
        raise UsageError(_("No area is named. {known}", known=_known(known, served, _)))
    chosen: set[str] = set()
    for word in meant:
        found = _meant_by(word, known)
        if not found:
            raise UsageError(_unknown(word, known, served, _))
        if not found & served:
            raise UsageError(
                _(
                    "Area '{word}' is not served on {day} (setting live_from): nothing can be planned there. {known}",
                    word=word,
                    day=on.isoformat(),
                    known=_known(known, served, _),
                )
            )
        chosen |= found & served
    return sorted(chosen)


def _meant_by(word: str, known: Sequence[Community]) -> set[str]:
    """A code goes before a name, a name before a region."""
    lower = word.casefold()
    if lower in _ALL_WORDS:
        return {each.code for each in known}
    if lower.startswith(REGION):
        region = lower.removeprefix(REGION).strip()
        return {each.code for each in known if _plain(each.region or "").casefold() == region}
    for spellings in (
        {each.code: each.code for each in known},
        {each.code: each.name for each in known},
        {each.code: each.region or "" for each in known},
    ):
        found = {code for code, spelling in spellings.items() if _plain(spelling).casefold() == lower}
        if found:
            return found
    return set()


def _unknown(word: str, known: Sequence[Community], served: set[str], _: Translator) -> str:
    names = [spelling for each in known for spelling in (each.name, each.code, each.region or "") if spelling]
    near = difflib.get_close_matches(word, sorted(set(names)), n=1, cutoff=0.5)
    guess = _(" Is '{near}' meant?", near=near[0]) if near else ""
    said = _("There is no community or region '{word}'.", word=word)
    return f"{said}{guess} {_known(known, served, _)}"


def _known(known: Sequence[Community], served: set[str], _: Translator) -> str:
    codes = [f"{each.name} ({each.code})" for each in known if each.code in served]
    if not codes:
        return _("No community is served yet: load the setting live_from for one.")
    more = f" … (+{len(codes) - _SHOWN})" if len(codes) > _SHOWN else ""
    regions = sorted({each.region for each in known if each.region and each.code in served})
    told = _("Known communities: {names}.", names=", ".join(codes[:_SHOWN]) + more)
    return told + (" " + _("Regions: {names}.", names=", ".join(regions)) if regions else "")


def _plain(word: str) -> str:
    """As it is compared: full-width letters, and spaces at the ends or doubled, make no difference."""
    return " ".join(unicodedata.normalize("NFKC", word).split())
