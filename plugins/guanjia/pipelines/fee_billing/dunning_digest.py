"""The centre's weekly list: letters by level, formal demands, what a dispute holds, what waits to be printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Row

from guanjia.domain.masking import mask_name
from guanjia.gateways.mail.letter import (
    Block,
    Cell,
    Column,
    DataTable,
    KeyFigure,
    KeyFigures,
    Letter,
    Paragraph,
    Section,
)
from guanjia.i18n import Translator, gettext_for
from guanjia.i18n.formats import instant_text, money_text
from guanjia.pipelines.fee_billing.collecting import Community
from guanjia.pipelines.fee_billing.dunning_words import level_words
from guanjia.pipelines.vacancy_inspections.words import date_words

SHOWN_ROWS: Final = 40
LEVELS: Final = (1, 2, 3)


@dataclass(frozen=True)
class Week:
    """What the list of a run is made of; rows of the SQL files named.

    Attributes:
        notices: letters of the run (``list_digest_notices``).
        held: who would get one but for a dispute (``list_held_debtors``).
        waiting: letters of earlier runs that nobody has printed (``list_print_files``).
    """

    notices: Sequence[Row[Any]]
    held: Sequence[Row[Any]]
    waiting: Sequence[Row[Any]]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.notices or self.held or self.waiting)

    def of(self, communities: Sequence[str]) -> Week:
        """The part of some communities."""
        return Week(*([row for row in rows if row.community_code in communities] for rows in self._parts()))

    def _parts(self) -> tuple[Sequence[Row[Any]], ...]:
        return (self.notices, self.held, self.waiting)


def digest_letter(week: Week, communities: Mapping[str, Community], language: str, at: datetime) -> Letter:
    """The list as a mail; customers are named by code, names masked.

    Args:
        week: what the reader may see.
        communities: names of the communities.
        language: zh or en.
        at: instant of the run.
    """
    _ = gettext_for(language)
    count = len(week.notices)
    subject = (
        _.ngettext(
            "Collection: {n} reminder, {amount}", "Collection: {n} reminders, {amount}", count, amount=_sum(week)
        )
        if count
        else _("Collection: no new reminders")
    )
    blocks: list[Block] = [KeyFigures(tuple(_figures(_, week)))]
    if week.notices:
        blocks += [Section(_("Reminders by community")), _by_community(_, week, communities)]
    demands = [row for row in week.notices if row.level == LEVELS[-1]]
    if demands:
        note = _("The third letter went out: call, agree on instalments, or prepare mediation.")
        blocks += [Section(_("Formal demands"), note), _demands(_, demands, communities)]
    if week.held:
        note = _("Nothing is chased while the dispute is open. Close it in the register when it is settled.")
        blocks += [Section(_("Held by a dispute"), note), _held(_, week.held, communities)]
    if week.waiting:
        note = _("The next level waits until they are printed: guanjia print-letters --to FOLDER")
        blocks += [Section(_("Waiting to be printed"), note), _waiting(_, week.waiting)]
    blocks.append(Paragraph(_("As of {instant}.", instant=instant_text(at, _.language)), tone="muted"))
    return Letter(
        language=_.language,
        subject=subject,
        heading=subject,
        blocks=tuple(blocks),
        reason=_("You are the centre head, or registered for the list on billing."),
    )


def _sum(week: Week) -> str:
    return money_text(sum((row.amount for row in week.notices), Decimal(0)))


def _figures(_: Translator, week: Week) -> list[KeyFigure]:
    figures = []
    for level in LEVELS:
        rows = [row for row in week.notices if row.level == level]
        amount = money_text(sum((row.amount for row in rows), Decimal(0)))
        tone = "bad" if level == LEVELS[-1] and rows else "plain"
        figures.append(KeyFigure(level_words(_, level), str(len(rows)), amount, tone))  # type: ignore[arg-type]  # a tone
    held = money_text(sum((row.amount for row in week.held), Decimal(0)))
    figures.append(KeyFigure(_("held by a dispute"), str(len(week.held)), held))
    return figures


def _by_community(_: Translator, week: Week, communities: Mapping[str, Community]) -> DataTable:
    columns = (
        Column(_("Community")),
        *(Column(level_words(_, level), "end") for level in LEVELS),
        Column(_("On paper"), "end"),
        Column(_("Amount (yuan)"), "end"),
    )
    rows = []
    for code in dict.fromkeys(row.community_code for row in week.notices):
        theirs = [row for row in week.notices if row.community_code == code]
        rows.append(
            (
                communities[code].name,
                *(str(sum(row.level == level for row in theirs)) for level in LEVELS),
                str(sum(row.way == "print" for row in theirs)),
                f"{sum((row.amount for row in theirs), Decimal(0)):,.2f}",
            )
        )
    return DataTable(columns, tuple(rows))


def _demands(_: Translator, rows: Sequence[Row[Any]], communities: Mapping[str, Community]) -> DataTable:
    columns = (Column(_("Unit")), Column(_("Customer")), Column(_("Oldest due on")), Column(_("Amount (yuan)"), "end"))
    lines = tuple(
        (
            _place(row, communities),
            _customer(row),
            date_words(row.oldest_due_on, _.language),
            Cell(f"{row.amount:,.2f}", note=row.notice_code),
        )
        for row in rows[:SHOWN_ROWS]
    )
    return DataTable(columns, lines, more=_more(_, len(rows)))


def _held(_: Translator, rows: Sequence[Row[Any]], communities: Mapping[str, Community]) -> DataTable:
    columns = (Column(_("Unit")), Column(_("Customer")), Column(_("Dispute")), Column(_("Amount (yuan)"), "end"))
    lines = tuple(
        (
            _place(row, communities),
            _customer(row),
            Cell(row.dispute_code, note=_("since {day}", day=date_words(row.opened_on, _.language))),
            f"{row.amount:,.2f}",
        )
        for row in rows[:SHOWN_ROWS]
    )
    return DataTable(columns, lines, more=_more(_, len(rows)))


def _waiting(_: Translator, rows: Sequence[Row[Any]]) -> DataTable:
    columns = (Column(_("Community")), Column(_("Building")), Column(_("Planned on")), Column(_("Letters"), "end"))
    lines = tuple(
        (row.community_name, row.building_name, date_words(row.run_on, _.language), str(row.letters))
        for row in rows[:SHOWN_ROWS]
    )
    return DataTable(columns, lines, more=_more(_, len(rows)))


def _place(row: Row[Any], communities: Mapping[str, Community]) -> Cell:
    return Cell(f"{row.building_name} {row.unit_code}", note=communities[row.community_code].name)


def _customer(row: Row[Any]) -> Cell:
    return Cell(row.customer_code, note=mask_name(row.customer_name))


def _more(_: Translator, count: int) -> str:
    return _("… and {n} more", n=count - SHOWN_ROWS) if count > SHOWN_ROWS else ""


def digest_key(notices: Sequence[Row[Any]], day: date) -> str:
    """Business key of the list: its first letter, or the day where no letter went out."""
    return str(min(row.notice_code for row in notices)) if notices else f"held/{day.isoformat()}"
