"""English left over in what a Chinese reader is shown: runs of three words or more; codes and names are none."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.policy import default
from html.parser import HTMLParser

_RUN = re.compile(r"(?<![\w@./-])[A-Za-z][a-z'’]*(?:[ ,;:]+[A-Za-z][a-z'’]*){2,}(?![\w@/-])")
"""Three words with nothing but spaces and commas between them; ``fee_billing`` and ``GB/T`` are no words."""

_UNREAD = {"script", "style", "code", "pre"}
"""Nobody reads these as sentences."""

_OWN_NAMES = re.compile(r"Guanjia|Airflow|Great Expectations|LibreOffice|Microsoft Excel|Excel|WPS")


class _Shown(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._unread = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unread += tag in _UNREAD
        self.parts.append("\n")
        told = {name: value for name, value in attrs if name in ("title", "alt", "placeholder", "aria-label") and value}
        self.parts.extend(f"\n{value}\n" for value in told.values())

    def handle_endtag(self, tag: str) -> None:
        self._unread -= tag in _UNREAD
        self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unread:
            self.parts.append(data)


def english_in_text(text: str) -> list[str]:
    """Runs of three English words or more."""
    return [found.strip() for found in _RUN.findall(_OWN_NAMES.sub("·", text))]


def english_in_page(html: str) -> list[str]:
    """The same of a page: its texts and what shows when the pointer rests on something."""
    shown = _Shown()
    shown.feed(html)
    return english_in_text(re.sub(r"[ \t]*\n\s*", "\n", "".join(shown.parts)))


def english_in_mail(raw: bytes) -> list[str]:
    """The same of a mail to a reader of Chinese: its subject and both bodies; of other mails nothing."""
    mail = message_from_bytes(raw, policy=default)
    if mail["Content-Language"] != "zh-CN":
        return []
    found = english_in_text(str(mail["Subject"]))
    for kind, looked in (("plain", english_in_text), ("html", english_in_page)):
        body = mail.get_body((kind,))
        found += looked(str(body.get_content())) if body is not None else []
    return found
