"""What an owner reads about a vacancy registration: accepted, refused, withdrawn, or about to end (INS-07 to INS-09).

Plain words: which days count, what changes on the bill, and what to do. A letter names the owner's own unit and nobody
else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Row

from guanjia.gateways.mail.letter import Block, Bullets, Facts, Letter, Notice, Paragraph, Section
from guanjia.i18n import Translator, gettext_for
from guanjia.pipelines.vacancy_inspections.words import date_words, factor_words, quantity

ACCEPTED: Final = "accepted"
CHANGED: Final = "changed"
REFUSED: Final = "refused"
WITHDRAWN: Final = "withdrawn"

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Notification:
    """A judgement as an owner is told of it.

    Attributes:
        row: a row of ``find_untold_registrations``.
        today: day of the letter.
        reminder_days: days before the end on which owners are reminded; a letter so near the end says so itself.
    """

    row: Row[Any]
    today: date
    reminder_days: Sequence[int] = ()

    @property
    def outcome(self) -> str:
        """accepted, changed (accepted with other days), refused, or withdrawn (accepted before)."""
        if self.row.state == "accepted":
            return CHANGED if self.row.mailed_before else ACCEPTED
        return WITHDRAWN if self.row.case_code else REFUSED

    @property
    def counts(self) -> bool:
        """Whether any day counts; an end given before the first day leaves none."""
        return self.row.last_day is not None and bool(self.row.last_day >= self.row.first_day)


def outcome_words(_: Translator, outcome: str) -> str:
    """What became of an application."""
    return {
        ACCEPTED: _("accepted"),
        CHANGED: _("accepted, days changed"),
        REFUSED: _("not accepted"),
        WITHDRAWN: _("acceptance withdrawn"),
    }[outcome]


def place_of(row: Row[Any]) -> str:
    """Community, building and unit."""
    return " ".join((row.community_name, row.building_name, row.unit_code))


def registration_letter(told: Notification, language: str) -> Letter:
    """The mail about a judgement.

    Args:
        told: the judgement.
        language: zh or en.
    """
    _ = gettext_for(language)
    row = told.row
    if row.state == "accepted":
        return _accepted(_, told)
    subject = (
        _("Vacancy registration withdrawn: {place}", place=place_of(row))
        if told.outcome == WITHDRAWN
        else _("Vacancy registration refused: {place}", place=place_of(row))
    )
    why, what_to_do = refusal_words(_, row)
    first = (
        _("We had accepted your registration {code}; after a correction of its data it can no longer stand.")
        if told.outcome == WITHDRAWN
        else _("We could not accept your registration {code} of {day}.")
    )
    blocks: list[Block] = [
        Paragraph(first.format(code=row.application_code, day=date_words(row.applied_on, _.language))),
        Facts(
            (
                (_("Unit"), place_of(row)),
                (_("Days asked for"), _span(_, row.start_date, row.end_date)),
                (_("Reason"), why),
            )
        ),
        Section(_("What you can do")),
        Bullets((*what_to_do, _("Until a registration is accepted, fees stay at 100 %."))),
    ]
    if told.outcome == WITHDRAWN:
        blocks.append(
            Notice(
                _(
                    "What was already billed at {share} is put right with a coming bill, day by day.",
                    share=factor_words(_, row.vacancy_factor),
                )
            )
        )
    return _letter(_, row, subject, blocks)


def refusal_words(_: Translator, row: Row[Any]) -> tuple[str, tuple[str, ...]]:
    """Why an application was refused, and what to do about it.

    Args:
        _: translator.
        row: a row of ``find_untold_registrations``.
    """
    desk = _("Come to the service centre, or write to us, and apply once more.")
    if row.reason == "identity_not_checked":
        return (
            _("The applicant's identity was not checked."),
            (_("Come to the service centre with your identity card, or send somebody with your written authority."),),
        )
    if row.reason == "no_meter_reading":
        return (
            _("The form has no readings of the water and the electricity meter."),
            (_("Read both meters, or ask us to read them, and hand the form in again with the readings."),),
        )
    if row.reason == "too_short":
        return (
            _("A registration must be longer than {n} months.", n=row.minimum_months),
            (
                _(
                    "Begun on {start}, it must run until {end} or longer: apply again with such an end.",
                    start=date_words(row.start_date, _.language),
                    end=date_words(row.earliest_end, _.language),
                ),
            ),
        )
    if row.other_last_day is None:
        return _("The days overlap a registration that is already accepted."), (desk,)
    other = _span(_, row.other_first_day, row.other_last_day)
    return (
        _("The days overlap registration {code} of {days}.", code=row.overlaps_code, days=other),
        (
            _("Nothing, if the days you meant are covered by it."),
            _(
                "To go on afterwards, apply again with a beginning on {day} or later.",
                day=date_words(row.other_last_day + _DAY, _.language),
            ),
        ),
    )


def _accepted(_: Translator, told: Notification) -> Letter:
    row = told.row
    subject = (
        _("Vacancy registration changed: {place}", place=place_of(row))
        if told.outcome == CHANGED
        else _("Vacancy registration accepted: {place}", place=place_of(row))
    )
    if not told.counts:
        text = _(
            "Registration {code} ended before its first day, so no day counts and the bill does not change.",
            code=row.application_code,
        )
        return _letter(_, row, subject, [Paragraph(text)])
    first = (
        _("The days of your registration {code} have changed. What stands here holds from now on.")
        if told.outcome == CHANGED
        else _("We have registered your unit as vacant (registration {code}).")
    )
    count = (row.last_day - row.first_day).days + 1
    days = _.ngettext("{n} day", "{n} days", count)
    facts = [
        (_("Unit"), place_of(row)),
        (_("Days that count"), f"{_span(_, row.first_day, row.last_day)} · {days}"),
    ]
    if row.first_day > row.start_date:
        facts.append(
            (
                _("Note"),
                _(
                    "You asked for {day}; a registration counts from {n} days before the application at most.",
                    day=date_words(row.start_date, _.language),
                    n=row.backdated_days,
                ),
            )
        )
    if row.last_day < row.end_date:
        facts.append(
            (
                _("Note"),
                _("Ended early, as you told us; first asked for until {day}.").format(
                    day=date_words(row.end_date, _.language)
                ),
            )
        )
    blocks: list[Block] = [
        Paragraph(first.format(code=row.application_code)),
        Facts(tuple(facts)),
        Section(_("What changes on your bill")),
        Bullets(tuple(_bill(_, row))),
        *_limits(_, row),
        Section(_("What to do now")),
        Bullets(tuple(_to_do(_, row, told.today))),
        *_ending(_, told),
    ]
    return _letter(_, row, subject, blocks)


def _bill(_: Translator, row: Row[Any]) -> list[str]:
    return [
        _(
            "On the days that count you pay {share} of the property service fee and of the shared utilities.",
            share=factor_words(_, row.vacancy_factor),
        ),
        _("From {day} on it is 100 % again.", day=date_words(row.last_day + _DAY, _.language)),
    ]


def _limits(_: Translator, row: Row[Any]) -> list[Block]:
    return [
        Notice(
            _(
                "More than {water} t of water or more than {electricity} kWh of electricity in a calendar month: the "
                "unit counts as lived in, and that month is billed at 100 %.",
                water=quantity(row.water_limit),
                electricity=quantity(row.electricity_limit),
            ),
            "plain",
        )
    ]


def _to_do(_: Translator, row: Row[Any], today: date) -> list[str]:
    if row.last_day < today:
        return [_("Nothing: the registration is over.")]
    items = [_("Turn off the main water valve and the electricity breaker, and close the windows.")]
    if row.case_code:
        items.append(
            _(
                "Our technician comes to see that both are off and reads the meters (case {code}); the readings on "
                "your form are the beginning.",
                code=row.case_code,
            )
        )
    items.append(_("Somebody moves in, or you let the unit, earlier: tell the service centre that day."))
    return items


def _ending(_: Translator, told: Notification) -> list[Block]:
    """A letter so near the end that a reminder would follow at once says it itself."""
    row = told.row
    left = (row.last_day - told.today).days
    early = row.ended_on is not None and row.ended_on < row.end_date
    if early or left < 0 or not any(left <= days for days in told.reminder_days):
        return []
    return [Notice(_renewal(_, row.minimum_months, left))]


def _renewal(_: Translator, months: int, left: int) -> str:
    return ("" if _.language == "zh" else " ").join(
        (
            _.ngettext("The registration ends in {n} day.", "The registration ends in {n} days.", left)
            if left
            else _("The registration ends today."),
            _(
                "It does not go on by itself: to renew it, apply once more, again for more than {months} months, with "
                "your identity checked and both meters read.",
                months=months,
            ),
        )
    )


def reminder_letter(row: Row[Any], language: str) -> Letter:
    """The mail before a registration ends.

    Args:
        row: a row of ``find_due_reminders``.
        language: zh or en.
    """
    _ = gettext_for(language)
    subject = _(
        "Your vacancy registration ends on {day}: {place}",
        day=date_words(row.last_day, _.language),
        place=place_of(row),
    )
    blocks: list[Block] = [
        Notice(_renewal(_, row.minimum_months, row.days_left)),
        Facts(
            (
                (_("Unit"), place_of(row)),
                (_("Registration"), row.application_code),
                (
                    _("Last day at {share}", share=factor_words(_, row.vacancy_factor)),
                    date_words(row.last_day, _.language),
                ),
                (_("100 % from"), date_words(row.last_day + _DAY, _.language)),
            )
        ),
        Section(_("What you can do")),
        Bullets(
            (
                _(
                    "The unit stays vacant: apply by {day} at the service centre, with a beginning on {next}.",
                    day=date_words(row.last_day, _.language),
                    next=date_words(row.last_day + _DAY, _.language),
                ),
                _("Somebody moves in: nothing is to be done; tell us when, so that the water is on in time."),
            )
        ),
    ]
    return _letter(_, row, subject, blocks)


def _span(_: Translator, first: date, last: date) -> str:
    return _("{first} to {last}", first=date_words(first, _.language), last=date_words(last, _.language))


def _letter(_: Translator, row: Row[Any], subject: str, blocks: Sequence[Block]) -> Letter:
    return Letter(
        language=_.language,
        subject=subject,
        heading=subject,
        blocks=tuple(blocks),
        greeting=_("Dear {name},", name=row.customer_name),
        reason=_("You are registered with us as the owner of this unit."),
    )
