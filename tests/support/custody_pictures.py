"""Pictures of the mails and pages of things kept, from the raw mails of a folder, such as a demo's (a home's `mail`)::

    python -m tests.support.custody_pictures HOME/mail [FOLDER]

Without a folder they go into docs/images.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from tests.support.report_pictures import ROOT, Mail, beside, chromium, kept, look_at, pages_of, read_mail

MAILS: Final = ("贵重物品", "钥匙催还", "待处置")
PRINTED: Final = ("请张贴", "月末移交")
"""Words of the subjects of the mails that are shown, and of those whose page is."""
WIDTH, HEIGHT, PAGE = 640, 790, 560


def draw(mails: Path, folder: Path) -> list[Path]:
    """Draw them; the files written."""
    found = [read_mail(file.read_bytes()) for file in sorted(mails.glob("*.eml"))]

    def of(word: str) -> Mail:
        return next(each for each in found if word in each.subject)

    with chromium() as browser:
        seen = [look_at(browser, of(word), WIDTH).picture for word in MAILS]
    pages = [page for word in PRINTED for page in pages_of(of(word).file(".pdf"), PAGE, 1)]
    return [kept(beside(seen, HEIGHT), folder, "custody-mails"), kept(beside(pages), folder, "custody-pages")]


if __name__ == "__main__":
    for written in draw(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "docs" / "images"):
        print(written)  # noqa: T201 (a command: says what it wrote)
