"""What a centre head and customers read of reception days, mailboxes and meetings, and what hangs on the board."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import Row

from guanjia.gateways.mail.letter import (
    Block,
    Bullets,
    Cell,
    Column,
    DataTable,
    Facts,
    Letter,
    Notice,
    Paragraph,
    Section,
)
from guanjia.i18n import N_, Translator, gettext_for
from guanjia.i18n.formats import day_text
from guanjia.pipelines.scheduled_callbacks.words import event_words

SHOWN_ROWS: Final = 60

_BRING: Final = N_("Bring what it is about: bills, photographs, the number of your case if there is one.")


def notice_letter(row: Row[Any], language: str) -> Letter:
    """To the head: a reception day or meeting is to be announced; the notice is attached.

    Args:
        row: of ``find_due_events``, to be announced.
        language: zh or en.
    """
    _ = gettext_for(language)
    day = day_text(row.event_on, _.language)
    if row.event == "reception_day":
        subject = _("Put up the notice: manager's reception day on {day}, {community}", **_named(_, row))
        to_do = (
            _("Print the attached notice and put it up at the gates and in the halls today."),
            _("Keep the day free. It was chosen as a day off, and is announced at least seven days ahead."),
            _("Write down what was brought up, and open a case for each matter."),
        )
    else:
        subject = _("Invite the owners' committee: meeting on {day}, {community}", **_named(_, row))
        to_do = (
            _("Agree hour and place with the committee, and write them on the attached notice."),
            _("The day is a proposal, the first that fits. If another suits the committee better, meet on that one."),
            _("Bring the figures since the last meeting: complaints, repairs, fees, plans."),
        )
    blocks: list[Block] = [Facts(((_("Day"), day), (_("Community"), row.community_name)))]
    if row.reason == "too_late":
        blocks.append(
            Notice(_("An earlier day could not be announced in time any more; this is the next one."), "plain")
        )
    blocks += [Section(_("What to do")), Bullets(to_do)]
    return Letter(_.language, subject, subject, tuple(blocks), _reason(_))


def invitation_letter(row: Row[Any], language: str) -> Letter:
    """To customers: the manager's reception day.

    Args:
        row: of ``find_due_events``, a reception day to be announced.
        language: zh or en.
    """
    _ = gettext_for(language)
    subject = _("Manager's reception day on {day}, {community}", **_named(_, row))
    return Letter(
        _.language,
        subject,
        subject,
        (
            Paragraph(
                _(
                    "On this day the manager of your service centre is there for you: complaints, wishes and proposals "
                    "are heard in person. No appointment is needed."
                )
            ),
            Facts(
                (
                    (_("Day"), day_text(row.event_on, _.language)),
                    (_("Hour"), _("as on the notice in your hall")),
                    (_("Place"), _("service centre of {community}", community=row.community_name)),
                )
            ),
            Bullets((_(_BRING), _("You cannot come? Put a letter into the manager's mailbox; it is opened weekly."))),
        ),
        _("You are registered with us as a customer in {community}.", community=row.community_name),
    )


def reminder_letter(rows: Sequence[Row[Any]], language: str, today: date) -> Letter:
    """To the head: what is held on the next days, or today.

    Args:
        rows: of ``find_due_events``, one event of one or more communities; at least one.
        language: zh or en.
        today: day of the mail.
    """
    _ = gettext_for(language)
    first = rows[0]
    if first.event == "mailbox":
        subject = _("Open the manager's mailbox this week: {place}", place=_places(_, rows))
        to_do = (
            _("Open the box with a second person, and write down each letter with its day."),
            _("Each letter becomes a case; an anonymous one is answered on the notice board."),
        )
    elif first.event == "reception_day":
        subject = _("Reminder: reception day {day}, {place}", day=f"{first.event_on:%m-%d}", place=_places(_, rows))
        to_do = (
            _("Is the notice still up? Is the room free, and somebody there to write?"),
            _("Write down what was brought up, and open a case for each matter."),
        )
    else:
        subject = _("Reminder: owners' committee {day}, {place}", day=f"{first.event_on:%m-%d}", place=_places(_, rows))
        to_do = (
            _("Have hour and place been agreed? Are the figures at hand?"),
            _("Have the minutes signed by both sides, and open a case for each matter agreed."),
        )
    columns = (Column(_("Community")), Column(_("Day")))
    lines = tuple((row.community_name, _when(_, row.event_on, today)) for row in rows[:SHOWN_ROWS])
    blocks = (DataTable(columns, lines), Section(_("What to do")), Bullets(to_do))
    return Letter(_.language, subject, subject, blocks, _reason(_))


def _when(_: Translator, day: date, today: date) -> Cell:
    if day < today:
        return Cell(day_text(day, _.language), "warning", _("was due; do it today"))
    return Cell(day_text(day, _.language), note=_("today") if day == today else "")


def impossible_letter(rows: Sequence[Row[Any]], language: str) -> Letter:
    """To the head: what could be given no day.

    Args:
        rows: of ``find_due_events``, impossible; at least one.
        language: zh or en.
    """
    _ = gettext_for(language)
    first = rows[0]
    event = event_words(_, first.event)
    subject = (
        _("No day found: {event}, {place} {period}", event=event, place=first.community_name, period=first.period)
        if len(rows) == 1
        else _("No day found for {n} events", n=len(rows))
    )
    columns = (Column(_("What")), Column(_("Community")), Column(_("Period")), Column(_("Why")))
    why = {
        "too_late": _("no day left that can be announced seven days ahead"),
        "no_free_day": _("no fitting day in the calendar"),
    }
    lines = tuple(
        (
            event_words(_, row.event),
            row.community_name,
            row.period,
            Cell(why.get(row.reason or "", row.reason or "–"), "warning"),
        )
        for row in rows[:SHOWN_ROWS]
    )
    blocks = (
        DataTable(columns, lines),
        Paragraph(
            _(
                "Is the calendar of the community right? Otherwise hold it on a day of your choice and announce it "
                "yourself; the next period is planned again as usual."
            )
        ),
    )
    return Letter(_.language, subject, subject, blocks, _reason(_))


def notice_values(row: Row[Any], language: str) -> dict[str, object]:
    """The notice for the board, as ``notice_document.typ`` takes it.

    Args:
        row: of ``find_due_events``, to be announced.
        language: zh or en.
    """
    _ = gettext_for(language)
    day = day_text(row.event_on, _.language)
    if row.event == "reception_day":
        title = _("Manager's reception day")
        opening = _("To all owners and residents: on this day the manager of the service centre is there for you.")
        lines = [_(_BRING), _("No appointment is needed. Complaints, wishes and proposals are welcome alike.")]
        place = _("Service centre")
    else:
        title = _("Meeting with the owners' committee")
        opening = _("The service centre and the owners' committee meet. Tell either of them what should be spoken of.")
        lines = [_("The minutes are put up here afterwards.")]
        place = ""
    return {
        "title": title,
        "community": row.community_name,
        "opening": opening,
        "facts": [
            [_("Day"), day],
            [_("Hour"), ""],
            [_("Place"), place],
        ],
        "lines": lines,
        "signed": _("Service centre of {community}", community=row.community_name),
    }


def _named(_: Translator, row: Row[Any]) -> Mapping[str, str]:
    return {"day": day_text(row.event_on, _.language), "community": row.community_name}


def _places(_: Translator, rows: Sequence[Row[Any]]) -> str:
    if len(rows) == 1:
        return str(rows[0].community_name)
    return _.ngettext("{n} community", "{n} communities", len(rows))


def _reason(_: Translator) -> str:
    return _("You head the service centre of these communities.")
