"""What customers and the service centre read about contracts that end soon."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row

from guanjia.domain.masking import mask_name
from guanjia.gateways.mail.letter import Bullets, Cell, Column, DataTable, Facts, Letter, Paragraph, Section
from guanjia.i18n import gettext_for
from guanjia.i18n.formats import instant_text, money_text
from guanjia.pipelines.fee_billing.collecting import Community
from guanjia.pipelines.fee_billing.words import charge_words
from guanjia.pipelines.vacancy_inspections.words import date_words

SHOWN_ROWS: Final = 100


def contract_letter(row: Row[Any], community: Community) -> Letter:
    """The reminder to the customer, in the customer's language.

    Args:
        row: a row of ``find_ending_contracts``.
        community: its community.
    """
    _ = gettext_for(row.language)
    last_day = date_words(row.end_date, _.language)
    place = f"{row.community_name} {row.building_name} {row.unit_code}"
    subject = (
        _("Your parking contract ends on {day}: {place}", day=last_day, place=place)
        if row.charge_kind == "parking"
        else _("Your lease ends on {day}: {place}", day=last_day, place=place)
    )
    facts = [
        (_("Contract"), row.contract_code),
        (_("Unit"), place),
        (_("Last day"), last_day),
    ]
    if row.amount_month is not None:
        facts.append((_("A month"), money_text(row.amount_month)))
    after = date_words(row.end_date + timedelta(days=1), _.language)
    return Letter(
        language=_.language,
        subject=subject,
        heading=subject,
        blocks=(
            Paragraph(
                _.ngettext("Your contract ends in {n} day.", "Your contract ends in {n} days.", row.days_left)
                if row.days_left
                else _("Your contract ends today.")
            ),
            Facts(tuple(facts)),
            Section(_("What you can do")),
            Bullets(
                (
                    _("To go on from {day}, renew the contract at the service centre before it ends.", day=after),
                    _("If you do not want to renew it, you need not do anything: it ends on its last day."),
                    _("Have you renewed it already? Then nothing more is needed; thank you."),
                    community.contact
                    or _(
                        "Questions? The service centre of {community} explains every line.",
                        community=row.community_name,
                    ),
                )
            ),
        ),
        greeting=_("Dear {name},", name=row.customer_name),
        reason=_("You are the customer of this contract."),
    )


def contract_list(rows: Sequence[Row[Any]], language: str, at: datetime) -> Letter:
    """The list for the service centre; customers by code, names masked.

    Args:
        rows: rows of ``find_ending_contracts`` in the reader's scope.
        language: zh or en.
        at: instant of the run.
    """
    _ = gettext_for(language)
    by_hand = sum(row.email is None for row in rows)
    subject = _.ngettext("{n} contract ends soon", "{n} contracts end soon", len(rows))
    columns = (
        Column(_("Ends on")),
        Column(_("Contract")),
        Column(_("Unit")),
        Column(_("Customer")),
        Column(_("Told")),
    )
    lines = tuple(
        (
            Cell(
                date_words(row.end_date, _.language),
                note=_.ngettext("in {n} day", "in {n} days", row.days_left) if row.days_left else _("today"),
            ),
            Cell(row.contract_code, note=charge_words(_, row.charge_kind)),
            Cell(f"{row.building_name} {row.unit_code}", note=row.community_name),
            Cell(row.customer_code, note=mask_name(row.customer_name)),
            _("by mail") if row.email else Cell(_("not yet: no address"), "warning"),
        )
        for row in rows[:SHOWN_ROWS]
    )
    hidden = len(rows) - SHOWN_ROWS
    text = _("No renewal is in the register for these contracts. Load it when it is signed, and no reminder follows.")
    if by_hand:
        text += " " + _.ngettext(
            "{n} customer has no address: please call.", "{n} customers have no address: please call.", by_hand
        )
    return Letter(
        language=_.language,
        subject=subject,
        heading=subject,
        blocks=(
            Paragraph(text),
            DataTable(columns, lines, more=_("… and {n} more", n=hidden) if hidden > 0 else ""),
            Paragraph(_("As of {instant}.", instant=instant_text(at, _.language)), tone="muted"),
        ),
        reason=_("You are the centre head, or registered for the list on billing."),
    )
