"""Notices for the board: one page, to be printed and put up."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Row

from guanjia.gateways.documents import make_pdf
from guanjia.i18n.formats import day_text
from guanjia.pipelines.scheduled_callbacks.letters_events import notice_values
from guanjia.pipelines.scheduled_callbacks.served import day_of

_TEMPLATE: Final = Path(__file__).with_name("notice_document.typ")


def notice_document(row: Row[Any], language: str, at: datetime) -> bytes:
    """The notice of a reception day or meeting.

    Args:
        row: of ``find_due_events``, to be announced.
        language: zh or en.
        at: aware instant of the run; its day stands below the notice.

    Returns:
        A PDF, one page A4 upright; the same row gives the same bytes.

    Raises:
        DocumentError: fonts or typesetter are not installed.
    """
    values = notice_values(row, language) | {"dated": day_text(day_of(at), language)}
    return make_pdf(_TEMPLATE, values, dated=at, language=language)
