"""Mails about devices at the start of a shift: to IT what is out of order, to leaders what nobody checked (CUST-04)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Row

from guanjia.gateways.mail.letter import Block, Cell, Column, DataTable, Letter, Paragraph
from guanjia.i18n import Translator, gettext_for
from guanjia.i18n.formats import day_text, instant_text, listed, more_text
from guanjia.pipelines.custody.words import clock_text, device_words

SHOWN_ROWS: Final = 30


def devices_letter(rows: Sequence[Row[Any]], language: str, at: datetime, code: str) -> Letter:
    """Devices out of order, by place, to who repairs them.

    Args:
        rows: of ``list_untold_devices``, step device_abnormal; at least one.
        language: zh or en.
        at: aware instant of the run.
        code: of the list.
    """
    _ = gettext_for(language)
    subject = _.ngettext("Devices: {n} out of order", "Devices: {n} out of order", len(rows))
    columns = (Column(_("Device")), Column(_("Place")), Column(_("Found")), Column(_("What is wrong")))
    lines = tuple(
        (
            Cell(device_words(_, row.device), "bad"),
            row.community_name or _("company"),
            Cell(clock_text(row.checked_at), note=_("checked by {staff}", staff=row.staff_code)),
            row.note or "–",
        )
        for row in rows[:SHOWN_ROWS]
    )
    blocks: tuple[Block, ...] = (
        Paragraph(_("The check at the start of the shift found these devices out of order. Please see to them.")),
        DataTable(columns, lines, more=more_text(_, len(rows), SHOWN_ROWS)),
        Paragraph(_("A device that is still out of order at the next check is reported again.")),
        Paragraph(_("List {code}, as of {instant}.", code=code, instant=instant_text(at, _.language)), tone="muted"),
    )
    return Letter(_.language, subject, subject, blocks, _("You see to the devices of the service centre."))


def unchecked_letter(rows: Sequence[Row[Any]], language: str, at: datetime, code: str) -> Letter:
    """Days on which devices were not checked when the first shift began, to the leader.

    Args:
        rows: of ``list_untold_devices``, step device_unchecked; at least one, all of the reader's places.
        language: zh or en.
        at: aware instant of the run.
        code: of the list.
    """
    _ = gettext_for(language)
    days = unchecked_days(_, rows)
    subject = _.ngettext("Devices not checked on {n} day", "Devices not checked on {n} days", len(days))
    columns = (Column(_("Day")), Column(_("Place")), Column(_("First on shift")), Column(_("Not checked")))
    blocks: tuple[Block, ...] = (
        Paragraph(_("Somebody began a shift on these days, and nobody entered a check of these devices.")),
        DataTable(columns, tuple(days[:SHOWN_ROWS]), more=more_text(_, len(days), SHOWN_ROWS)),
        Paragraph(
            _(
                "Who begins first checks computer, telephone, printer, fax machine and server, and enters it; what is "
                "out of order goes to IT the same day. If it was checked, let it be entered."
            )
        ),
        Paragraph(_("List {code}, as of {instant}.", code=code, instant=instant_text(at, _.language)), tone="muted"),
    )
    return Letter(_.language, subject, subject, blocks, _("You lead the people of this shift."))


def unchecked_days(_: Translator, rows: Sequence[Row[Any]]) -> list[tuple[str, str, str, str]]:
    """A line per day and place, with the devices together."""
    ordered = sorted(rows, key=lambda row: (row.due_on, row.community_code or ""))
    found = []
    for _key, group in groupby(ordered, key=lambda row: (row.due_on, row.community_code or "")):
        some = list(group)
        devices = listed(_, [device_words(_, row.device) for row in some])
        first = some[0]
        place = first.community_name or _("company")
        found.append((day_text(first.due_on, _.language), place, first.staff_code or "–", devices))
    return found
