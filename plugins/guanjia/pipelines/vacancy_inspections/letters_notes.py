"""What the managers of a community read in the morning beside the lists: months that count as occupied, owners who
cannot be reached by mail, and what the pipeline could not take as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Row

from guanjia.domain.masking import mask_name
from guanjia.gateways.mail.letter import (
    Block,
    Bullets,
    Cell,
    Column,
    DataTable,
    KeyFigure,
    KeyFigures,
    Letter,
    Paragraph,
    Section,
)
from guanjia.gateways.spreadsheets.listing import XLSX, listing_workbook
from guanjia.i18n import Translator, gettext_for
from guanjia.i18n.formats import instant_text, more_text
from guanjia.outbox import Attachment
from guanjia.pipelines.vacancy_inspections.letters_owner import place_of
from guanjia.pipelines.vacancy_inspections.remark_words import REMARKS, remark_advice, remark_heading, remark_sentence
from guanjia.pipelines.vacancy_inspections.words import month_words, quantity, unit_of_use
from guanjia.settings import TIME_ZONE

SHOWN_ROWS: Final = 20
"""Rows of a section in the mail; where there are more, a workbook holds all."""


@dataclass(frozen=True)
class OwnerByHand:
    """Something an owner must be told, and nobody can mail it.

    Attributes:
        community_code: community.
        place: community, building and unit.
        customer_code: owner; None: none is known.
        customer_name: name; None: none is known.
        says: what the owner is to be told, by language.
    """

    community_code: str
    place: str
    customer_code: str | None
    customer_name: str | None
    says: dict[str, str]


@dataclass
class Notes:
    """What one reader is told of, in that reader's scope only."""

    occupied: list[Row[Any]] = field(default_factory=list)
    owners: list[OwnerByHand] = field(default_factory=list)
    remarks: list[Row[Any]] = field(default_factory=list)

    @property
    def is_long(self) -> bool:
        """Whether some section does not fit into the mail."""
        kinds = [len(list(rows)) for _kind, rows in groupby(self.remarks, key=lambda row: row.kind)]
        return max(len(self.occupied), len(self.owners), *kinds, 0) > SHOWN_ROWS


def notes_letter(notes: Notes, language: str, at: datetime) -> Letter:
    """The mail.

    Args:
        notes: what is told; at least one thing.
        language: zh or en.
        at: aware instant of the run.
    """
    _ = gettext_for(language)
    now = [row for row in notes.occupied if row.is_occupied]
    over = [row for row in notes.occupied if not row.is_occupied]
    blocks: list[Block] = [KeyFigures(tuple(_figures(_, notes, len(now))))]
    if now:
        note = _(
            "Used more than a vacant unit may: the month's registered days are billed at 100 %. Look whether somebody "
            "lives there, or water runs."
        )
        blocks += [Section(_("Counts as lived in ({n})", n=len(now)), note), _occupied_table(_, now)]
    if over:
        note = _("A reading was corrected: these months are billed as vacant again.")
        blocks += [Section(_("No longer counts as lived in ({n})", n=len(over)), note), _occupied_table(_, over)]
    if notes.owners:
        note = _("No mail address, or no owner in the register: call or write, and complete the register.")
        blocks += [
            Section(_("Owners to be told by you ({n})", n=len(notes.owners)), note),
            _owners_table(_, notes.owners),
        ]
    for kind, found in groupby(_by_urgency(notes.remarks), key=lambda row: row.kind):
        rows = list(found)
        blocks += [
            Section(f"{remark_heading(_, kind)} ({len(rows)})", remark_advice(_, kind)),
            *_remarks_list(_, rows),
        ]
    blocks.append(Paragraph(_("As of {instant}.", instant=instant_text(at, _.language)), tone="muted"))
    subject = _subject(_, notes, len(now))
    return Letter(
        language=_.language,
        subject=subject,
        heading=subject,
        blocks=tuple(blocks),
        reason=_("You answer for these communities, or are registered for the inspection list."),
    )


def _subject(_: Translator, notes: Notes, occupied: int) -> str:
    count = len(notes.occupied) + len(notes.owners) + len(notes.remarks)
    if occupied:
        return _.ngettext(
            "Vacant units: {months} month counts as lived in, {n} matter to look at",
            "Vacant units: {months} months count as lived in, {n} matters to look at",
            count,
            months=occupied,
        )
    return _.ngettext("Vacant units: {n} matter to look at", "Vacant units: {n} matters to look at", count)


def _figures(_: Translator, notes: Notes, occupied: int) -> list[KeyFigure]:
    return [
        KeyFigure(_("Counts as lived in"), str(occupied), tone="bad" if occupied else "plain"),
        KeyFigure(_("Owners to tell"), str(len(notes.owners)), tone="warning" if notes.owners else "plain"),
        KeyFigure(_("Remarks"), str(len(notes.remarks)), tone="warning" if notes.remarks else "plain"),
    ]


def _occupied_table(_: Translator, rows: Sequence[Row[Any]]) -> DataTable:
    columns = (
        Column(_("Unit")),
        Column(_("Month")),
        Column(_("Water"), "end"),
        Column(_("Electricity"), "end"),
    )
    lines = tuple(
        (
            Cell(place_of(row), note=row.application_code),
            month_words(row.period, _.language),
            _use_cell(_, row.water_use, row.water_limit, "water"),
            _use_cell(_, row.electricity_use, row.electricity_limit, "electricity"),
        )
        for row in rows[:SHOWN_ROWS]
    )
    return DataTable(columns, lines, more=more_text(_, len(rows), SHOWN_ROWS))


def _use_cell(_: Translator, used: Any, limit: Any, utility: str) -> Cell:
    unit = unit_of_use(_, utility)
    allowed = _("limit {limit} {unit}", limit=quantity(limit), unit=unit)
    if used is None:
        return Cell(_("not read"), "muted", allowed)
    return Cell(f"{quantity(used)} {unit}", "bad" if used > limit else "plain", allowed)


def _owners_table(_: Translator, rows: Sequence[OwnerByHand]) -> DataTable:
    columns = (Column(_("Unit")), Column(_("Owner")), Column(_("To be told")))
    lines = tuple((row.place, _owner_cell(_, row), row.says[_.language]) for row in rows[:SHOWN_ROWS])
    return DataTable(columns, lines, more=more_text(_, len(rows), SHOWN_ROWS))


def _owner_cell(_: Translator, row: OwnerByHand) -> Cell:
    if row.customer_code is None:
        return Cell(_("no owner in the register"), "warning")
    return Cell(mask_name(row.customer_name or ""), note=row.customer_code)


def _remarks_list(_: Translator, rows: Sequence[Row[Any]]) -> list[Block]:
    colon = "：" if _.language == "zh" else ": "
    shown = rows[:SHOWN_ROWS]
    blocks: list[Block] = [Bullets(tuple(f"{_where(row)}{colon}{_sentence(_, row)}" for row in shown))]
    return [*blocks, Paragraph(more_text(_, len(rows), SHOWN_ROWS), tone="muted")] if len(rows) > SHOWN_ROWS else blocks


def _sentence(_: Translator, row: Row[Any]) -> str:
    detail = row.detail | {"event": row.event} if row.event else row.detail
    return remark_sentence(_, row.kind, row.subject, detail)


def _by_urgency(rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    """Remarks in the order in which the kinds are listed: who is missing, then visits, then meters, then registers."""
    order = {kind: place for place, kind in enumerate(REMARKS)}
    return sorted(rows, key=lambda row: order.get(row.kind, len(order)))


def _where(row: Row[Any]) -> str:
    return " ".join(part for part in (row.community_name, row.unit_code) if part)


def notes_workbook(notes: Notes, language: str, at: datetime) -> Attachment:
    """All that the mail tells, one line each.

    Args:
        notes: what is told.
        language: zh or en.
        at: aware instant of the run.
    """
    _ = gettext_for(language)
    headings = ((_("Where"), 30), (_("Matter"), 24), (_("What"), 60), (_("What to do"), 60))
    rows = [
        (place_of(row), _occupied_words(_, row), _use_words(_, row), row.application_code) for row in notes.occupied
    ]
    rows += [
        (
            owner.place,
            _("Owner to be told"),
            owner.says[_.language],
            " ".join(part for part in (mask_name(owner.customer_name or ""), owner.customer_code) if part),
        )
        for owner in notes.owners
    ]
    rows += [
        (
            _where(row),
            remark_heading(_, row.kind),
            _sentence(_, row),
            remark_advice(_, row.kind),
        )
        for row in _by_urgency(notes.remarks)
    ]
    title = _("Vacant units - matters to look at")
    content = listing_workbook(title, headings, rows, made_at=at)
    return Attachment(f"{title}-{at.astimezone(TIME_ZONE):%Y-%m-%d}.xlsx", XLSX, content)


def _occupied_words(_: Translator, row: Row[Any]) -> str:
    return _("Counts as lived in") if row.is_occupied else _("No longer counts as lived in")


def _use_words(_: Translator, row: Row[Any]) -> str:
    return _(
        "{month}: water {water} t (limit {water_limit}), electricity {electricity} kWh (limit {electricity_limit})",
        month=month_words(row.period, _.language),
        water=quantity(row.water_use) or "–",
        water_limit=quantity(row.water_limit),
        electricity=quantity(row.electricity_use) or "–",
        electricity_limit=quantity(row.electricity_limit),
    )
