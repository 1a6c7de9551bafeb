"""The mail about what came in: counts, reasons, and the workbook of rejected rows, for who is subscribed to `intake`.

A recipient gets the rejected rows of the scope they are subscribed for, and no others; who is subscribed for a
community or region hears of a load only when rows of theirs were rejected. Each file is told once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, select, update

from guanjia.domain.cells.raw import as_found, restored
from guanjia.domain.cells.text import half_width
from guanjia.i18n import N_, Translator, gettext_for, normalised
from guanjia.outbox import Attachment, Message, enqueue
from guanjia.pipelines.intake.contract import incoming
from guanjia.pipelines.intake.loading import reject_code
from guanjia.pipelines.intake.workbook import RejectedGroup, RejectedRow, reject_workbook
from guanjia.settings import TIME_ZONE
from guanjia.store.sql import execute
from guanjia.store.tables.intake import intake_files
from guanjia.store.tables.registers import communities, report_recipients

KIND: Final = "intake_receipt"
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SHEETS_SHOWN: Final = 60

REASON_WORDS: Final[Mapping[str, str]] = {
    "not_permitted": N_("not permitted here"),
    "missing_required": N_("required cell is blank"),
    "bad_number": N_("not a number"),
    "bad_date": N_("not a date or time"),
    "bad_choice": N_("none of the words allowed"),
    "bad_format": N_("wrong form"),
    "bad_text": N_("text that cannot be kept"),
    "too_many_decimals": N_("too many decimal places"),
    "out_of_range": N_("out of range"),
    "unknown_reference": N_("refers to something unknown"),
    "duplicate_conflict": N_("same key, other content"),
    "inconsistent_dates": N_("dates contradict each other"),
    "unreadable_file": N_("file cannot be read"),
    "unknown_dataset": N_("dataset not recognised"),
    "empty_file": N_("file is empty"),
}
"""Reason code → what it means, for tables."""


@dataclass(frozen=True)
class _Reader:
    """Somebody subscribed: address, name, language and scopes."""

    email: str
    name: str
    language: str
    scopes: frozenset[str]

    @property
    def sees_all(self) -> bool:
        """Whether they are subscribed for the whole company."""
        return "company" in self.scopes


def report(transaction: Connection, *, run_id: int | None, at: datetime) -> dict[str, int]:
    """Write the mails about files nobody was told of yet.

    Args:
        transaction: open transaction; mails and the mark that they were written exist together.
        run_id: run that tells.
        at: wall clock.

    Returns:
        Counts: files told, mails written.
    """
    files = transaction.execute(
        select(intake_files)
        .where(intake_files.c.reported_at.is_(None))
        .order_by(intake_files.c.file_id)
        .with_for_update(skip_locked=True)
    ).all()
    if not files:
        return {"files_told": 0, "mails_written": 0}
    ids = [file.file_id for file in files]
    transaction.execute(update(intake_files).where(intake_files.c.file_id.in_(ids)).values(reported_at=at))
    messages = _messages(transaction, files, ids, at)
    return {"files_told": len(files), "mails_written": enqueue(transaction, messages, run_id=run_id).written}


def _messages(transaction: Connection, files: Sequence[Row[Any]], ids: list[int], at: datetime) -> list[Message]:
    readers = _readers(transaction)
    if not readers:
        return []
    sheets = execute(transaction, "intake/count_sheets_of_files", file_ids=ids).all()
    rejected = execute(transaction, "intake/list_open_rejects", file_ids=ids).all()
    regions: dict[str, str | None] = {
        row.community_code: row.region
        for row in transaction.execute(select(communities.c.community_code, communities.c.region))
    }
    made: dict[tuple[str, frozenset[str]], tuple[Any, tuple[Attachment, ...]] | None] = {}
    messages = []
    for reader in readers:
        key = (reader.language, frozenset(("company",)) if reader.sees_all else reader.scopes)
        if key not in made:
            rows = [row for row in rejected if reader.sees_all or _scopes_of(row, regions) & reader.scopes]
            made[key] = (
                _made(gettext_for(reader.language), files, sheets, rows, at) if rows or reader.sees_all else None
            )
        if (mail := made[key]) is not None:
            messages.append(
                Message(
                    kind=KIND,
                    business_key=f"files-{ids[0]}-{ids[-1]}",
                    recipient=reader.email,
                    recipient_name=reader.name,
                    mail=mail[0],
                    language=reader.language,
                    attachments=mail[1],
                    list_name="intake",
                )
            )
    return messages


def open_rejects_workbook(transaction: Connection, file_ids: Sequence[int], language: str) -> bytes:
    """The workbook of the open rejected rows of some files, as it is mailed; for the page Intake."""
    rejected = execute(transaction, "intake/list_open_rejects", file_ids=list(file_ids)).all()
    return reject_workbook(_groups(rejected, language), language)


def _readers(transaction: Connection) -> list[_Reader]:
    found = transaction.execute(
        select(report_recipients).where(report_recipients.c.report == "intake").order_by(report_recipients.c.scope)
    ).all()
    by_email: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in found:
        by_email[row.email].append(row)
    return [
        _Reader(email, rows[0].recipient_name or "", normalised(rows[0].language), frozenset(row.scope for row in rows))
        for email, rows in sorted(by_email.items())
    ]


def _scopes_of(row: Row[Any], regions: Mapping[str, str | None]) -> set[str]:
    """The scopes a rejected row belongs to: its community, if it names a known one, and that community's region."""
    place = row.columns.get("community_code")
    if place is None or place >= len(row.cells):
        return set()
    written = half_width(as_found(restored(row.cells[place])))
    alike = [
        code for code in regions if code == written or (written.isdigit() and code.lstrip("0") == written.lstrip("0"))
    ]
    if len(alike) != 1:
        return set()
    region = regions[alike[0]]
    return {alike[0]} | ({f"region:{region}"} if region else set())


def _made(
    _: Translator, files: Sequence[Row[Any]], sheets: Sequence[Row[Any]], rejected: Sequence[Row[Any]], at: datetime
) -> tuple[Any, tuple[Attachment, ...]]:
    from guanjia.gateways.mail.rendering import render

    attachments: tuple[Attachment, ...] = ()
    if rejected:
        name = _("rejected_rows_{day}.xlsx", day=f"{at.astimezone(TIME_ZONE):%Y-%m-%d_%H%M}")
        attachments = (Attachment(name, _XLSX, reject_workbook(_groups(rejected, _.language), _.language)),)
    return render(_letter(_, files, sheets, rejected)), attachments


def _groups(rejected: Iterable[Row[Any]], language: str) -> list[RejectedGroup]:
    groups: dict[tuple[str, tuple[str, ...]], list[RejectedRow]] = defaultdict(list)
    for row in rejected:
        dataset = incoming()[row.dataset]
        columns = tuple(name for name in dataset.rules if name in row.columns)
        faults: dict[str, list[str]] = defaultdict(list)
        for column, zh, en in zip(row.fault_columns, row.reasons, row.reasons_en, strict=True):
            faults[column].append(en if language == "en" else zh)
        cells = {name: restored(row.cells[place]) for name, place in row.columns.items() if place < len(row.cells)}
        code = reject_code(row.file_id, row.sheet_no, row.row_no)
        shown = RejectedRow(code, row.file, row.sheet, row.row_no, cells, dict(faults))
        missing = tuple(name for name in dataset.rules if name in faults and name not in columns)
        groups[row.dataset, columns + missing].append(shown)
    return [RejectedGroup(incoming()[name], columns, rows) for (name, columns), rows in groups.items()]


def _letter(_: Translator, files: Sequence[Row[Any]], sheets: Sequence[Row[Any]], rejected: Sequence[Row[Any]]) -> Any:
    from guanjia.gateways.mail.letter import Block, KeyFigure, KeyFigures, Letter, Notice, Paragraph, Section

    accepted, pending = sum(sheet.accepted for sheet in sheets), sum(sheet.pending for sheet in sheets)
    refused = [file for file in files if file.outcome == "refused"]
    blocks: list[Block] = [
        KeyFigures(
            (
                KeyFigure(_("Files"), str(len(files))),
                KeyFigure(_("Rows accepted"), f"{accepted:,}", tone="good" if accepted else "plain"),
                KeyFigure(_("Rows rejected"), f"{len(rejected):,}", tone="warning" if rejected else "plain"),
                KeyFigure(_("Waiting for a second person"), f"{pending:,}", tone="warning" if pending else "plain"),
            )
        )
    ]
    for file in refused:
        reason = file.reason_en if _.language == "en" else file.reason
        blocks.append(Notice(_("{file} was refused: {reason}", file=file.file, reason=reason), "bad"))
    if sheets:
        blocks += [Section(_("What came in")), _sheets_table(_, sheets)]
    if rejected:
        blocks += [
            Section(_("Why rows were rejected")),
            _reasons_table(_, rejected),
            Paragraph(
                _(
                    "The rejected rows are attached. Correct the coloured cells, save the workbook and drop it into "
                    "the inbox. Rows that refer to something unknown are taken in by themselves once it is there."
                )
            ),
        ]
    subject = _.ngettext("Intake: {n} file", "Intake: {n} files", len(files))
    if rejected:
        subject += _(", {rejected} rows rejected", rejected=f"{len(rejected):,}")
    if refused:
        subject += _(", {refused} refused", refused=len(refused))
    return Letter(
        language=_.language,
        subject=subject,
        heading=subject,
        blocks=tuple(blocks),
        reason=_("You are subscribed to the reports of intake."),
    )


def _sheets_table(_: Translator, sheets: Sequence[Row[Any]]) -> Any:
    from guanjia.gateways.mail.letter import Cell, Column, DataTable

    rows = tuple(
        (
            Cell(sheet.file, note=sheet.sheet or ""),
            (sheet.dataset if _.language == "en" else incoming()[sheet.dataset].zh) if sheet.dataset else "–",
            f"{sheet.rows_read:,}",
            f"{sheet.accepted:,}",
            f"{sheet.unchanged:,}",
            Cell(f"{sheet.rejected:,}", "warning" if sheet.rejected else "plain"),
            f"{sheet.skipped:,}",
        )
        for sheet in sheets[:_SHEETS_SHOWN]
    )
    headings = (_("File"), _("Dataset"), _("Rows read"), _("Accepted"), _("Unchanged"), _("Rejected"), _("Skipped"))
    columns = tuple(Column(title, "start" if place < 2 else "end") for place, title in enumerate(headings))
    more = len(sheets) - len(rows)
    return DataTable(columns, rows, more=_("… and {more} more", more=more) if more > 0 else "")


def _reasons_table(_: Translator, rejected: Sequence[Row[Any]]) -> Any:
    from guanjia.gateways.mail.letter import Column, DataTable

    counted = Counter((row.dataset, code) for row in rejected for code in set(row.reason_codes))
    rows = tuple(
        (dataset if _.language == "en" else incoming()[dataset].zh, _(REASON_WORDS[code]), f"{count:,}")
        for (dataset, code), count in sorted(counted.items(), key=lambda each: (-each[1], each[0]))
    )
    return DataTable((Column(_("Dataset")), Column(_("Reason")), Column(_("Rows"), "end")), rows)
