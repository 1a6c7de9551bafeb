"""Receipts as people read them, in their language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from guanjia.i18n import Translator, gettext_for
from guanjia.pipelines.intake.contract import incoming
from guanjia.pipelines.intake.receipts import FileReceipt, SheetReceipt
from guanjia.pipelines.intake.sentences import NOTES, heading


def receipt_text(receipt: FileReceipt, language: str, *, rejects: int | None = None) -> str:
    """A file's receipt.

    Args:
        receipt: the receipt.
        language: zh or en.
        rejects: fault lines shown per sheet at most; None: all.
    """
    return "\n".join(_lines(receipt, gettext_for(language), rejects))


def _lines(receipt: FileReceipt, _: Translator, rejects: int | None) -> Iterator[str]:
    if receipt.outcome == "refused":
        reason = receipt.reason_en if _.language == "en" else receipt.reason
        yield _("{file}: refused. {reason}", file=receipt.file, reason=reason)
        return
    yield receipt.file
    if receipt.same_as is not None:
        yield "  " + _("Its content was loaded before (as {file}); nothing was changed.", file=receipt.same_as)
    for sheet in receipt.sheets:
        yield from _sheet_lines(sheet, _, rejects)


def _sheet_lines(sheet: SheetReceipt, _: Translator, rejects: int | None) -> Iterator[str]:
    place = f"{sheet.sheet}: " if sheet.sheet else ""
    if sheet.dataset is None:
        why = NOTES.get(sheet.note or "", NOTES["no_header"])
        yield "  " + _("{sheet}ignored, {why}", sheet=place, why=_(why))
        return
    dataset = incoming()[sheet.dataset]
    name = dataset.name if _.language == "en" else dataset.zh
    yield f"  {place}{name}: " + _(
        "{read} rows read, {accepted} accepted ({unchanged} unchanged, {updated} changed), {rejected} rejected, "
        "{skipped} skipped",
        read=sheet.rows_read,
        accepted=sheet.accepted,
        unchanged=sheet.unchanged,
        updated=sheet.updated,
        rejected=sheet.rejected,
        skipped=sheet.skipped,
    )
    if sheet.change_code:
        yield "    " + _(
            "{pending} of them wait for a second person: guanjia confirm {code}",
            pending=sheet.pending,
            code=sheet.change_code,
        )
    if sheet.unfilled:
        yield "    " + _.ngettext(
            "{n} row of the list is not filled in yet.", "{n} rows of the list are not filled in yet.", sheet.unfilled
        )
    if sheet.surplus:
        yield "    " + _("Columns ignored: {columns}", columns=", ".join(sheet.surplus))
    shown = sheet.rejects if rejects is None else sheet.rejects[:rejects]
    for line in shown:
        reason = line.reason_en if _.language == "en" else line.reason
        where = heading(dataset, line.column, _.language) if line.column else ""
        row = _("row {row}", row=line.row) + ", " if line.row is not None else ""
        yield f"    {row}{where} “{line.value}”: {reason}" if line.column else f"    {reason}"
    if len(shown) < len(sheet.rejects):
        yield "    " + _("… and {more} more", more=len(sheet.rejects) - len(shown))


def retry_text(retried: Sequence[FileReceipt], language: str) -> str:
    """What became of earlier rejects; nothing where none was tried."""
    _ = gettext_for(language)
    lines = [
        "  "
        + _(
            "{file}: {taken} of {tried} rejected rows taken in",
            file=receipt.file + (f" / {sheet.sheet}" if sheet.sheet else ""),
            taken=sheet.accepted,
            tried=sheet.rows_read,
        )
        for receipt in retried
        for sheet in receipt.sheets
    ]
    return "\n".join([_("Rejected rows tried once more:"), *lines]) if lines else ""
