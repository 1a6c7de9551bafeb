"""What an operator asks for in the form of a weather event, read and checked before anything is planned."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from guanjia.domain.errors import UsageError
from guanjia.i18n import Translator, gettext_for
from guanjia.pipelines.vacancy_inspections.areas import communities_of
from guanjia.pipelines.vacancy_inspections.served import day_of
from guanjia.settings import TIME_ZONE, environment
from guanjia.store.engine import Transaction

PLANS: Final = ("severe_weather", "rain")
LONGEST_NAME: Final = 60
LATEST_DEADLINE: Final = timedelta(days=92)
_BETWEEN: Final = re.compile(r"[,，、;；\n]")

T = TypeVar("T")
"""What a field of the form says."""


@dataclass(frozen=True)
class EventWish:
    """An inspection of everything vacant in some areas, as it was asked for.

    Attributes:
        plan: severe_weather or rain.
        event: what it is called.
        communities: codes, sorted.
        deadline: instant by which all must be inspected; aware.
        includes_basements: basements too.
    """

    plan: str
    event: str
    communities: tuple[str, ...]
    deadline: datetime
    includes_basements: bool


def read_wish(
    transaction: Transaction, as_of: datetime, parameters: Mapping[str, Any], language: str | None = None
) -> EventWish:
    """The form as it was filled in.

    Args:
        transaction: open transaction.
        as_of: instant of the run; a deadline must lie after it.
        parameters: kind, event, areas, other_areas, deadline, basements.
        language: language of what is said; None: the installation's.

    Raises:
        UsageError: fields cannot be used; a sentence for each says which, why, and what is known. Nothing is planned.
    """
    _ = gettext_for(language or environment().language)
    words = [*_words(parameters.get("areas")), *_words(parameters.get("other_areas"))]
    wrong: list[str] = []
    plan = _tried(wrong, lambda: _plan(parameters.get("kind"), _))
    event = _tried(wrong, lambda: _event(parameters.get("event"), _))
    deadline = _tried(wrong, lambda: _deadline(parameters.get("deadline"), as_of, _))
    communities = _tried(wrong, lambda: communities_of(transaction, words, day_of(as_of), _))
    if plan is None or event is None or deadline is None or communities is None:
        raise UsageError(wrong[0] if len(wrong) == 1 else " ".join(f"({n}) {each}" for n, each in enumerate(wrong, 1)))
    return EventWish(plan, event, tuple(communities), deadline, bool(parameters.get("basements")))


def _tried(wrong: list[str], read: Callable[[], T]) -> T | None:
    """A field; None: it cannot be used, and why is added to what is wrong."""
    try:
        return read()
    except UsageError as error:
        wrong.append(str(error))
        return None


def _plan(given: Any, _: Translator) -> str:
    if given not in PLANS:
        raise UsageError(_("Kind is '{given}'; expected one of {words}.", given=given, words=", ".join(PLANS)))
    return str(given)


def _event(given: Any, _: Translator) -> str:
    event = " ".join(str(given or "").split())
    if not event:
        raise UsageError(_("The event has no name; give it one, such as a typhoon's. Nothing was planned."))
    if len(event) > LONGEST_NAME:
        raise UsageError(
            _("The event's name has {n} characters; at most {most} fit on a list.", n=len(event), most=LONGEST_NAME)
        )
    return event


def _deadline(given: Any, as_of: datetime, _: Translator) -> datetime:
    text = str(given or "").strip()
    if not text:
        raise UsageError(_("No deadline is given: by when must everything be inspected? Nothing was planned."))
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise UsageError(
            _("The deadline is '{given}'; expected a day and time such as 2026-07-20T18:00.", given=text)
        ) from None
    deadline = (found if found.tzinfo else found.replace(tzinfo=TIME_ZONE)).astimezone(TIME_ZONE)
    told = {"deadline": f"{deadline:%Y-%m-%d %H:%M}", "now": f"{as_of.astimezone(TIME_ZONE):%Y-%m-%d %H:%M}"}
    if deadline <= as_of:
        raise UsageError(
            _("The deadline {deadline} has passed (it is {now}); choose a later one. Nothing was planned.", **told)
        )
    if deadline > as_of + LATEST_DEADLINE:
        raise UsageError(
            _(
                "The deadline {deadline} is more than {days} days away (it is {now}); is the date right? "
                "Nothing was planned.",
                days=LATEST_DEADLINE.days,
                **told,
            )
        )
    return deadline


def _words(given: Any) -> list[str]:
    """What was picked, and what was typed with commas or line breaks between."""
    if given is None:
        return []
    listed: Sequence[Any] = given if isinstance(given, list | tuple) else [given]
    return [word.strip() for each in listed for word in _BETWEEN.split(str(each)) if word.strip()]
