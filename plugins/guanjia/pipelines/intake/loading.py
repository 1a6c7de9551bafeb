"""Taking one file in: recognised, read, judged and loaded in one transaction, with its receipt and its rejects."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path, PurePath
from typing import Any, Final

import numpy as np
import pyarrow as pa
from sqlalchemy import Connection, select

from guanjia.domain.cells import Fault, Header
from guanjia.domain.cells.headers import header_name
from guanjia.domain.cells.raw import Raw, as_found
from guanjia.gateways.spreadsheets import Table, Unreadable, open_spreadsheet
from guanjia.i18n import gettext_for
from guanjia.pipelines.intake import ledger
from guanjia.pipelines.intake.changes import needs_confirmation, propose
from guanjia.pipelines.intake.columns import Frame, Rows
from guanjia.pipelines.intake.conflicts import conflicts_between
from guanjia.pipelines.intake.contract import Dataset, incoming, loading_order
from guanjia.pipelines.intake.judging import Faults, Judged, judge, read_frame
from guanjia.pipelines.intake.lines import Lines, find_lines, without_unfilled
from guanjia.pipelines.intake.merging import Origin, merge
from guanjia.pipelines.intake.receipts import FileReceipt, RejectLine, SheetReceipt
from guanjia.pipelines.intake.recognition import Recognised, dataset_of, recognise
from guanjia.pipelines.intake.remembering import known_sheet
from guanjia.pipelines.intake.seal_check import check_seals, note_edited, rows_of
from guanjia.pipelines.intake.sentences import NO_HEADER, NOT_PERMITTED, UNKNOWN_DATASET, refusal_text
from guanjia.pipelines.intake.shelving import shown_name
from guanjia.pipelines.intake.straight import NotStraight, load_straight
from guanjia.store.engine import transaction as begun
from guanjia.store.locks import lock_scope
from guanjia.store.tables.intake import intake_files, intake_sheets

SCOPE: Final = "intake"
"""Loads wait for each other, and a backup for them."""

REJECT_CODE: Final = ("拒收编号", "reject_code")
"""Heading under which a reject workbook names the row it corrects."""


@dataclass(frozen=True)
class Terms:
    """On what terms files are taken in.

    Attributes:
        as_of: instant by which rows are judged; aware, in Asia/Shanghai.
        received_at: wall clock.
        place: inbox, restricted or command.
        may_restrict: whether restricted datasets may come this way.
        asked: dataset the caller names; None: names decide.
        is_forced: load also what was loaded before.
        sent_by: system user who sent the file or gave the command.
        run_id: run that takes them in.
    """

    as_of: datetime
    received_at: datetime
    place: str = "command"
    may_restrict: bool = True
    asked: Dataset | None = None
    is_forced: bool = False
    sent_by: str | None = None
    run_id: int | None = None


@dataclass
class Prepared:
    """A file, opened and recognised; nothing of the database was touched.

    Attributes:
        path: the file.
        digest: SHA-256 of its content.
        size: bytes.
        sheets: what its sheets hold.
        refusal: why it cannot be taken in at all: reason code, and the reason in Chinese and English.
    """

    path: Path
    digest: str = ""
    size: int = 0
    sheets: list[Recognised] = field(default_factory=list)
    refusal: tuple[str, str, str] | None = None

    @property
    def name(self) -> str:
        """The file's name as it can be shown and stored."""
        return shown_name(self.path)

    def refuse(self, error: Unreadable) -> None:
        """Take nothing of it in: it cannot be read."""
        zh, en = (refusal_text(error, gettext_for(language)) for language in ("zh", "en"))
        self.refusal = (error.reason_code, zh, en)

    @property
    def datasets(self) -> tuple[str, ...]:
        """Datasets it holds."""
        return tuple(dict.fromkeys(each.dataset.name for each in self.sheets if each.dataset is not None))


def prepare(path: Path, asked: Dataset | None = None) -> Prepared:
    """Open a file and tell what it holds.

    Args:
        path: the file.
        asked: dataset the caller names; None: names decide.
    """
    found = Prepared(path)
    try:
        with path.open("rb") as file:
            found.digest = hashlib.file_digest(file, "sha256").hexdigest()
            found.size = file.tell()
    except OSError:
        found.digest = hashlib.sha256(os.fsencode(path)).hexdigest()
    try:
        found.sheets = list(recognise(open_spreadsheet(path), found.name, asked))
    except Unreadable as error:
        found.refuse(error)
        return found
    if not found.datasets:
        _settle_without_dataset(found, asked)
    return found


def _settle_without_dataset(found: Prepared, asked: Dataset | None) -> None:
    """An empty file whose name tells its dataset holds no rows; any other is refused."""
    named = asked or dataset_of(PurePath(found.name).stem)
    by_sheet = [dataset_of(each.sheet.name) for each in found.sheets if each.sheet.name is not None]
    named = named or next((each for each in by_sheet if each is not None), None)
    if named is not None and all(each.note == "empty" for each in found.sheets):
        found.sheets = [Recognised(each.sheet, named, note="empty") for each in found.sheets[:1]]
        return
    sentence = UNKNOWN_DATASET if named is None else NO_HEADER
    zh, en = (
        gettext_for(language)(sentence, dataset=(named.zh if language == "zh" else named.name) if named else "")
        for language in ("zh", "en")
    )
    found.refusal = ("unknown_dataset", zh, en)


@dataclass
class _Part:
    """A sheet on its way: what was read of it, and where its rows stand among those judged together."""

    number: int
    recognised: Recognised
    receipt: SheetReceipt
    table: Table | None = None
    lines: Lines | None = None
    frame: Frame | None = None
    faults: Faults = field(default_factory=dict)
    edited: frozenset[int] = frozenset()
    start: int = 0

    @property
    def first_row(self) -> int:
        """Number of its first line."""
        return self.table.first_row if self.table is not None else 0

    @property
    def end(self) -> int:
        """Where its lines end among those judged together."""
        return self.start + (self.lines.read if self.lines is not None else 0)


def take_in(prepared: Prepared, terms: Terms, inbox_mark: str | None = None) -> FileReceipt:
    """Take a file in, in a transaction of its own; what proves unreadable only further down is refused as a whole.

    Args:
        prepared: the file, opened.
        terms: on what terms.
        inbox_mark: how it is found again in the inbox should the move after it be cut off.
    """
    try:
        with begun() as tx:
            return load(tx, prepared, terms, inbox_mark)
    except Unreadable as error:
        prepared.refuse(error)
    with begun() as tx:
        return load(tx, prepared, terms, inbox_mark)


def load(transaction: Connection, prepared: Prepared, terms: Terms, inbox_mark: str | None = None) -> FileReceipt:
    """Take a file in.

    Args:
        transaction: the file's own transaction.
        prepared: the file, opened.
        terms: on what terms.
        inbox_mark: how it is found again in the inbox should the move after it be cut off.

    Returns:
        What became of it.
    """
    lock_scope(transaction, SCOPE)
    receipt = FileReceipt(prepared.name)
    if prepared.refusal is None and not terms.may_restrict:
        _refuse_restricted_file(prepared)
    if prepared.refusal is not None:
        receipt.outcome = "refused"
        receipt.reason_code, receipt.reason, receipt.reason_en = prepared.refusal
    known = {} if terms.is_forced or prepared.refusal else _known_sheets(transaction, prepared.digest)
    receipt.same_as = next((each[2] for each in known.values()), None)
    file_id = ledger.write_file(
        transaction,
        receipt,
        received_at=terms.received_at,
        as_of=terms.as_of,
        digest=prepared.digest,
        size_bytes=prepared.size,
        place=terms.place,
        sent_by=terms.sent_by,
        same_as=next((each[0] for each in known.values()), None),
        is_forced=terms.is_forced,
        run_id=terms.run_id,
        inbox_mark=inbox_mark,
    )
    if prepared.refusal is None:
        _load_sheets(transaction, prepared, receipt, file_id, known, terms)
    return receipt


def _refuse_restricted_file(prepared: Prepared) -> None:
    """A file with nothing but restricted datasets, in the ordinary inbox, is refused as a whole."""
    datasets = [incoming()[name] for name in prepared.datasets]
    if datasets and all(dataset.restricted for dataset in datasets):
        zh = gettext_for("zh")(NOT_PERMITTED, dataset="、".join(dataset.zh for dataset in datasets))
        en = gettext_for("en")(NOT_PERMITTED, dataset=", ".join(dataset.name for dataset in datasets))
        prepared.refusal = ("not_permitted", zh, en)


def _known_sheets(transaction: Connection, digest: str) -> dict[tuple[str | None, str], tuple[int, int, str]]:
    """Sheets of the same content loaded before: (sheet, dataset) → file, sheet number and name of the first."""
    found = transaction.execute(
        select(
            intake_sheets.c.sheet,
            intake_sheets.c.dataset,
            intake_sheets.c.file_id,
            intake_sheets.c.sheet_no,
            intake_files.c.file,
        )
        .join(intake_files, intake_files.c.file_id == intake_sheets.c.file_id)
        .where(intake_files.c.digest == digest, intake_sheets.c.outcome == "read")
        .order_by(intake_files.c.file_id.desc())
    )
    return {(row.sheet, row.dataset): (row.file_id, row.sheet_no, row.file) for row in found}


def _load_sheets(
    transaction: Connection,
    prepared: Prepared,
    receipt: FileReceipt,
    file_id: int,
    known: dict[tuple[str | None, str], tuple[int, int, str]],
    terms: Terms,
) -> None:
    parts: list[_Part] = []
    for number, recognised in enumerate(prepared.sheets, start=1):
        name = recognised.dataset.name if recognised.dataset is not None else None
        earlier = known.get((recognised.sheet.name, name)) if name is not None else None
        if earlier is not None:
            sheet = known_sheet(transaction, earlier[0], earlier[1])
            ledger.write_sheet(transaction, file_id, number, sheet)
        elif recognised.dataset is None or recognised.view is None or recognised.header is None:
            outcome = "ignored" if name is None else "read"
            sheet = SheetReceipt(recognised.sheet.name, name, outcome, recognised.note)
            ledger.write_sheet(transaction, file_id, number, sheet)
        else:
            sheet = SheetReceipt(recognised.sheet.name, name, surplus=recognised.dataset.surplus(recognised.header))
            parts.append(_Part(number, recognised, sheet))
        receipt.sheets.append(sheet)
    order = {name: place for place, name in enumerate(loading_order())}
    for name in sorted({str(part.receipt.dataset) for part in parts}, key=order.__getitem__):
        groups = list(_groups([part for part in parts if part.receipt.dataset == name]))
        if len(groups) == 1:
            _load_together(transaction, groups[0], receipt, file_id, terms)
            continue
        conflicts = _find_conflicts(transaction, groups, file_id, terms)
        for together, found in zip(groups, conflicts, strict=True):
            _load_together(transaction, together, receipt, file_id, terms, found)


def _groups(parts: Sequence[_Part]) -> Iterable[list[_Part]]:
    """Sheets of a dataset that are judged together: those with the same columns, since a key stands once in a file."""
    groups: dict[frozenset[str], list[_Part]] = {}
    for part in parts:
        columns = frozenset(part.recognised.header.columns) if part.recognised.header is not None else frozenset()
        groups.setdefault(columns, []).append(part)
    return groups.values()


def _find_conflicts(
    transaction: Connection, groups: Sequence[Sequence[_Part]], file_id: int, terms: Terms
) -> list[dict[int, Fault]]:
    """Rows whose key another sheet of the file, with other columns, gives otherwise.

    A sheet may complete rows that one before it brings; so all are taken in on trial, and that is undone.
    """
    dataset = groups[0][0].recognised.dataset
    assert dataset is not None  # only recognised sheets become parts
    if dataset.restricted and not terms.may_restrict:
        return [{} for _ in groups]
    waits = dataset.restricted and needs_confirmation(transaction, dataset, terms.run_id, file_id)
    found, masks = [], []
    trial = transaction.begin_nested()
    for parts in groups:
        for part in parts:
            _read(part)
        frame, faults, rows, numbers = _joined(parts)
        judged = judge(
            transaction, dataset, frame, faults, rows, numbers=numbers, as_of=terms.as_of, sheets=_sheet_names(parts)
        )
        if not waits:
            merge(transaction, judged, Origin(file_id, terms.as_of, terms.received_at))
        found.append(judged)
        masks.append(rows)
    trial.rollback()
    return conflicts_between(found, masks)


def _load_together(
    transaction: Connection,
    parts: Sequence[_Part],
    receipt: FileReceipt,
    file_id: int,
    terms: Terms,
    conflicts: Mapping[int, Fault] | None = None,
) -> None:
    dataset = parts[0].recognised.dataset
    assert dataset is not None  # only recognised sheets become parts
    is_alone = len(parts) == 1 and conflicts is None
    if is_alone and _load_straight(transaction, parts[0], receipt, file_id, terms):
        return
    for part in parts:
        _read(part)
    if dataset.restricted and not terms.may_restrict:
        for part in parts:
            _refuse_sheet(transaction, part, file_id)
        return
    frame, faults, rows, numbers = _joined(parts)
    judged = judge(
        transaction,
        dataset,
        frame,
        faults,
        rows,
        numbers=numbers,
        as_of=terms.as_of,
        sheets=None if is_alone else _sheet_names(parts),
        conflicts=conflicts,
    )
    for part in parts:
        _write_part(transaction, part, judged, receipt, file_id)
    origin = Origin(file_id, terms.as_of, terms.received_at)
    if dataset.restricted and needs_confirmation(transaction, dataset, terms.run_id, file_id):
        for part in parts:
            here = judged.accepted[(judged.accepted >= part.start) & (judged.accepted < part.end)]
            waiting, code = propose(transaction, replace(judged, accepted=here), origin, part.number, terms.sent_by)
            unchanged = np.union1d(np.setdiff1d(here, waiting), judged.repeated)
            _count([part], pending=waiting, unchanged=unchanged, code=code)
    else:
        merged = merge(transaction, judged, origin)
        _count(parts, updated=merged.updated, unchanged=merged.unchanged)
    for part in parts:
        edited = [part.start + row for row in part.edited if part.start + row not in judged.faults]
        note_edited(transaction, judged, edited, receipt.file, origin)
        part.receipt.edited_rows = sorted(int(judged.numbers[row]) for row in edited)
        ledger.write_counts(transaction, file_id, part.number, part.receipt)
        _close_corrected(transaction, part, judged, file_id, terms)


def _load_straight(transaction: Connection, part: _Part, receipt: FileReceipt, file_id: int, terms: Terms) -> bool:
    """Take a large text of new rows in piece by piece; False: it is none, and nothing was written."""
    recognised = part.recognised
    assert recognised.dataset is not None and recognised.view is not None and recognised.header is not None
    if _code_place(recognised.header) is not None:
        return False
    try:
        found = load_straight(transaction, recognised.dataset, recognised.view, recognised.header, file_id, terms.as_of)
    except NotStraight:
        return False
    sheet = part.receipt
    sheet.rows_read, sheet.rejected = found.rows, len(found.rejected.rows)
    sheet.accepted = found.rows - sheet.rejected
    header = recognised.header
    ledger.write_sheet(
        transaction,
        file_id,
        part.number,
        sheet,
        header_row=header.index + 1,
        titles=header.titles,
        columns=dict(header.columns),
    )
    sheet.rejects = ledger.write_rejects(
        transaction, recognised.dataset, file_id, part.number, receipt.file, sheet.sheet, found.rejected
    )
    return True


def _code_place(header: Header) -> int | None:
    """Place of the column that names the rejected rows a workbook corrects."""
    wanted = {header_name(name) for name in REJECT_CODE}
    return next((at for at, title in enumerate(header.titles) if header_name(title) in wanted), None)


def _count(
    parts: Sequence[_Part], *, unchanged: Rows, updated: Rows = (), pending: Rows = (), code: str | None = None
) -> None:
    """Write what became of accepted rows into the receipts of the sheets they stand in."""
    for part in parts:
        here = (part.start, part.end)
        part.receipt.unchanged, part.receipt.updated, part.receipt.pending = (
            int(np.count_nonzero((np.asarray(rows) >= here[0]) & (np.asarray(rows) < here[1])))
            for rows in (unchanged, updated, pending)
        )
        part.receipt.change_code = code if part.receipt.pending else None


def _read(part: _Part) -> None:
    if part.table is not None:
        return
    recognised = part.recognised
    assert recognised.view is not None and recognised.header is not None and recognised.dataset is not None
    part.table = recognised.view.table(recognised.header.index)
    lines = find_lines(part.table, recognised.header)
    lines = part.lines = without_unfilled(lines, recognised.dataset, part.table, recognised.header)
    part.frame, part.faults = read_frame(recognised.dataset, part.table, recognised.header, part.lines.read)
    seals = check_seals(recognised.dataset, part.table, recognised.header, rows_of(lines))
    part.edited = seals.edited
    for row, found in seals.faults.items():
        part.faults.setdefault(row, []).extend(found)
    receipt = part.receipt
    receipt.rows_read, receipt.unfilled = lines.read, lines.unfilled
    receipt.blank, receipt.total, receipt.header, receipt.below = lines.blank, lines.total, lines.header, lines.below


def _joined(parts: Sequence[_Part]) -> tuple[Frame, Faults, Any, Any]:
    """The sheets' rows one below the other."""
    faults: Faults = {}
    start = 0
    for part in parts:
        assert part.lines is not None
        part.start = start
        faults |= {row + start: found for row, found in part.faults.items()}
        start += part.lines.read
    frames = [part.frame for part in parts if part.frame is not None]
    columns = {
        name: pa.concat_arrays([frame.columns[name] for frame in frames]) if len(frames) > 1 else texts
        for name, texts in frames[0].columns.items()
    }
    rows = np.concatenate([part.lines.is_row for part in parts if part.lines is not None])
    numbers = np.concatenate([np.arange(part.lines.read) + part.first_row for part in parts if part.lines is not None])
    return Frame(columns, start, frames[0].instants), faults, rows, numbers


def _sheet_names(parts: Sequence[_Part]) -> Any:
    """Name of every line's sheet, in the order of `_joined`."""
    return np.repeat(
        np.array([part.receipt.sheet or "" for part in parts], object), [part.end - part.start for part in parts]
    )


def _refuse_sheet(transaction: Connection, part: _Part, file_id: int) -> None:
    """A restricted sheet in the ordinary inbox: counted, told, and nothing of it kept."""
    receipt, dataset = part.receipt, part.recognised.dataset
    assert dataset is not None
    receipt.outcome, receipt.note = "refused", "not_permitted"
    receipt.rejected = receipt.rows_read - receipt.skipped
    zh, en = (
        gettext_for("zh")(NOT_PERMITTED, dataset=dataset.zh),
        gettext_for("en")(NOT_PERMITTED, dataset=dataset.name),
    )
    receipt.rejects = [RejectLine(None, None, None, "not_permitted", zh, en)]
    ledger.write_sheet(transaction, file_id, part.number, receipt)


def _write_part(transaction: Connection, part: _Part, judged: Judged, receipt: FileReceipt, file_id: int) -> None:
    header, table, lines = part.recognised.header, part.table, part.lines
    assert header is not None and table is not None and lines is not None
    here = sorted(row for row in judged.faults if part.start <= row < part.start + lines.read)
    part.receipt.rejected = len(here)
    part.receipt.accepted = int(lines.is_row.sum()) - len(here)
    ledger.write_sheet(
        transaction,
        file_id,
        part.number,
        part.receipt,
        header_row=part.first_row - 1,
        titles=header.titles,
        columns=dict(header.columns),
    )
    cells = table.rows_at([row - part.start for row in here])
    rejected = [
        ledger.Rejected(
            int(judged.numbers[row]),
            whole,
            judged.faults[row],
            ledger.values_found(whole, header.columns, judged.faults[row]),
        )
        for row, whole in zip(here, cells, strict=True)
    ]
    part.receipt.rejects = ledger.write_rejects(
        transaction, judged.dataset, file_id, part.number, receipt.file, part.receipt.sheet, rejected
    )


def _close_corrected(transaction: Connection, part: _Part, judged: Judged, file_id: int, terms: Terms) -> None:
    """Rejects that this sheet's rows name as the ones they correct: taken in, or replaced where rejected again."""
    header, table, lines = part.recognised.header, part.table, part.lines
    assert header is not None and table is not None and lines is not None
    place = _code_place(header)
    if place is None:
        return
    for state in ("taken_in", "dismissed"):
        keys = [
            key
            for row in np.flatnonzero(lines.is_row)
            if ((part.start + int(row)) in judged.faults) == (state == "dismissed")
            and (key := _reject_key(table.row(int(row))[place])) is not None
        ]
        ledger.close_rejects(
            transaction, keys, state, dataset=judged.dataset.name, closed_at=terms.received_at, closed_by=file_id
        )


def _reject_key(cell: Raw) -> tuple[int, int, int] | None:
    parts = as_found(cell).strip().split("-")
    if len(parts) != 3 or not all(part.isdecimal() and len(part) < 18 for part in parts):
        return None
    return int(parts[0]), int(parts[1]), int(parts[2])


def reject_code(file_id: int, sheet_no: int, row_no: int) -> str:
    """The code under which a reject workbook names a rejected row."""
    return f"{file_id}-{sheet_no}-{row_no}"
