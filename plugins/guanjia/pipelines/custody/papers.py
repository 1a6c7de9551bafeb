"""Papers that go with mails about things kept: lists as workbook and PDF, and the notice for the lobby."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row

from guanjia.domain.errors import DocumentError
from guanjia.gateways.spreadsheets.listing import XLSX
from guanjia.i18n import gettext_for
from guanjia.logs import get_logger
from guanjia.outbox import Attachment
from guanjia.pipelines.custody import letters_devices, letters_keys
from guanjia.pipelines.custody.letters_found import FoundList, list_title
from guanjia.pipelines.custody.list_workbook import devices_workbook, found_workbook, keys_workbook

PDF: Final = "application/pdf"
LOBBY_LANGUAGE: Final = "zh"
_log = get_logger(__name__)


def found_papers(found: FoundList, language: str) -> tuple[Attachment, ...]:
    """The list of found things as a workbook, and pages: to sign, or of a notice, to put up.

    A notice is read by whoever passes: it is in Chinese, and besides in the language of a reader who has another.

    Args:
        found: the list.
        language: zh or en.
    """
    from guanjia.pipelines.custody.list_document import list_document
    from guanjia.pipelines.custody.notice_document import notice_document

    name = f"{list_title(found, language)}-{found.code}"
    workbook = Attachment(f"{name}.xlsx", XLSX, found_workbook(found, language))
    try:
        if found.step == "posted":
            pages = [
                Attachment(f"{list_title(found, each)}-{found.code}.pdf", PDF, notice_document(found, each))
                for each in dict.fromkeys((LOBBY_LANGUAGE, language))
            ]
        else:
            pages = [Attachment(f"{name}.pdf", PDF, list_document(found, language))]
    except DocumentError as error:
        _log.warning("a list goes without its pages", list_code=found.code, reason=str(error))
        return (workbook,)
    return (*pages, workbook)


def key_papers(rows: Sequence[Row[Any]], language: str, at: datetime, code: str) -> tuple[Attachment, ...]:
    """All keys of a mail that shows the first ones only."""
    if len(rows) <= letters_keys.SHOWN_ROWS:
        return ()
    name = gettext_for(language)("Keys that are out")
    return (Attachment(f"{name}-{code}.xlsx", XLSX, keys_workbook(rows, language, at)),)


def device_papers(rows: Sequence[Row[Any]], language: str, at: datetime, code: str) -> tuple[Attachment, ...]:
    """All devices of a mail that shows the first ones only."""
    if len(rows) <= letters_devices.SHOWN_ROWS:
        return ()
    name = gettext_for(language)("Devices out of order")
    return (Attachment(f"{name}-{code}.xlsx", XLSX, devices_workbook(rows, language, at)),)
