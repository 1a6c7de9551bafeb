"""The report on paper: the mail's own blocks on A4, charts as pictures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from guanjia.gateways.documents import make_pdf
from guanjia.gateways.mail.letter import (
    Block,
    Bullets,
    DataTable,
    KeyFigures,
    Letter,
    Notice,
    Paragraph,
    Picture,
    Section,
)
from guanjia.i18n import gettext_for
from guanjia.outbox import Attachment
from guanjia.pipelines.reports.edition import ReportEdition
from guanjia.pipelines.reports.report_charts import ReportCharts
from guanjia.pipelines.reports.report_workbook import report_file_name

PDF: Final = "application/pdf"
_TEMPLATE: Final = Path(__file__).with_name("report_document.typ")


def report_document(edition: ReportEdition, letter: Letter, charts: ReportCharts) -> Attachment:
    """The PDF of one scope of an edition: what its mail says, block by block.

    Args:
        edition: one scope of it.
        letter: its mail; the pages are in its language.
        charts: those the mail shows.

    Raises:
        DocumentError: fonts or typesetter are not installed.
    """
    _ = gettext_for(letter.language)
    pictures = {each.content_id: each.png for each in charts.drawn}
    values = {
        "title": letter.heading,
        "house": _("Guanjia · Service centre"),
        "mark": _("Preview") if edition.is_preview else "",
        "page": _("Page {page} of {pages}", page="{page}", pages="{pages}"),
        "blocks": [_block(each, pictures) for each in letter.blocks],
    }
    content = make_pdf(_TEMPLATE, values, dated=edition.as_of, language=letter.language)
    return Attachment(report_file_name(_, edition, "pdf"), PDF, content)


def _block(block: Block, pictures: Mapping[str, bytes]) -> dict[str, object]:
    """A block of the mail as plain values.

    Raises:
        TypeError: the report's mail has got a block that paper does not know yet.
    """
    if isinstance(block, Paragraph | Notice):
        return {"block": block.block, "text": block.text, "tone": block.tone}
    if isinstance(block, Section):
        return {"block": "section", "heading": block.heading, "note": block.note}
    if isinstance(block, Bullets):
        return {"block": "bullets", "items": list(block.items)}
    if isinstance(block, Picture):
        return {"block": "picture", "png": list(pictures[block.content_id]), "says": block.says}
    if isinstance(block, KeyFigures):
        figures = [[each.label, each.value, each.note, each.tone] for each in block.figures]
        return {"block": "figures", "figures": figures}
    if isinstance(block, DataTable):
        return {
            "block": "table",
            "columns": [[each.heading, each.align] for each in block.columns],
            "rows": [[[cell.text, cell.tone, cell.note] for cell in row] for row in block.cells],
            "more": block.more,
        }
    raise TypeError(f"The report on paper knows no block {type(block).__name__}.")
