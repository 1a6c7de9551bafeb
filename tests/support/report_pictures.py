"""Pictures of a report as its readers see it, from the raw mail: on a desk and a phone, pictures on and off, by night;
its printed pages; its workbook as LibreOffice shows it.

The registers' week, played, mailed and drawn into .cache/screenshots/report, and from there into docs/images::

    python -m tests.support.report_pictures

The reports in a folder of mails, such as that of the demo (a home's folder ``mail``), into a folder of one's own::

    python -m tests.support.report_pictures HOME/mail FOLDER
"""

from __future__ import annotations

import base64
import email
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import pypdfium2
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.support.browser import CHROMIUM_FLAGS, SCREENSHOTS
from tests.support.debian import Missing
from tests.support.office import Office
from tests.support.pages import texts_of
from tests.support.programs import ensure_chromium, ensure_libreoffice

ROOT: Final = Path(__file__).resolve().parents[2]
FOLDER: Final = SCREENSHOTS / "report"
DESK, PHONE = 1280, 390
HEAVIEST: Final = 150_000
"""Bytes a picture in the docs may have."""
_GROUND: Final = "#cfd6dc"
_EDGE: Final = 14


@dataclass(frozen=True)
class Seen:
    """A mail as a browser shows it.

    Attributes:
        picture: the whole of it.
        too_wide: pixels that stand out to the right; a reader would have to push the page.
        smallest: size in pixels of the smallest text.
        dark: part of the page, 0 to 1, that is darker than a middle grey.
    """

    picture: Image.Image
    too_wide: int
    smallest: float
    dark: float


@dataclass(frozen=True)
class Mail:
    """A mail read from its bytes."""

    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    def html(self, *, has_pictures: bool = True) -> str:
        """The HTML with its pictures in it, or with pictures that do not load."""
        body = self.message.get_body(("html",))
        assert body is not None
        html = str(body.get_content())
        for part in self.message.walk():
            if part["Content-ID"] and has_pictures:
                content = base64.b64encode(part.get_payload(decode=True)).decode()  # type: ignore[arg-type]  # a picture is bytes
                html = html.replace(f"cid:{part['Content-ID'].strip('<> ')}", f"data:image/png;base64,{content}")
        return html

    def file(self, ending: str) -> bytes:
        """An attached file by the ending of its name."""
        found = [part for part in self.message.iter_attachments() if str(part.get_filename()).endswith(ending)]
        content = found[0].get_payload(decode=True)
        assert isinstance(content, bytes)
        return content


def read_mail(raw: bytes) -> Mail:
    """A mail from its bytes."""
    message = email.message_from_bytes(raw, EmailMessage, policy=default)
    assert isinstance(message, EmailMessage)
    return Mail(message)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser that reaches nothing but this machine."""
    program = ensure_chromium()
    assert not isinstance(program, Missing), program
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(program.path), headless=True, args=CHROMIUM_FLAGS, env=program.environ()
        )
        try:
            yield browser
        finally:
            browser.close()


_SMALLEST: Final = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let smallest = 100;
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (walker.currentNode.data.replace(/[\\s\\u00a0]/g, '') && parent.offsetParent)
      smallest = Math.min(smallest, parseFloat(getComputedStyle(parent).fontSize));
  }
  return smallest;
}"""


def look_at(browser: Browser, mail: Mail, width: int, *, has_pictures: bool = True, is_dark: bool = False) -> Seen:
    """A mail in a window of a width, by day or night."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme="dark" if is_dark else "light")
    try:
        page.set_content(mail.html(has_pictures=has_pictures), wait_until="load")
        picture = Image.open(BytesIO(page.screenshot(full_page=True))).convert("RGB")
        too_wide = int(page.evaluate("document.documentElement.scrollWidth")) - width
        greys = picture.convert("L").histogram()
        return Seen(picture, too_wide, float(page.evaluate(_SMALLEST)), sum(greys[:128]) / sum(greys))
    finally:
        page.close()


def beside(pictures: Sequence[Image.Image], height: int | None = None) -> Image.Image:
    """Pictures side by side, cut off below where a height is given."""
    parts = [each.crop((0, 0, each.width, min(each.height, height or each.height))) for each in pictures]
    whole = (sum(each.width + _EDGE for each in parts) + _EDGE, max(each.height for each in parts) + 2 * _EDGE)
    sheet = Image.new("RGB", whole, _GROUND)
    left = _EDGE
    for each in parts:
        sheet.paste(each, (left, _EDGE))
        left += each.width + _EDGE
    return sheet


def beneath(pictures: Sequence[Image.Image]) -> Image.Image:
    """Pictures one below the other."""
    upright = [each.transpose(Image.Transpose.TRANSPOSE) for each in pictures]
    return beside(upright).transpose(Image.Transpose.TRANSPOSE)


def columns(picture: Image.Image, height: int) -> list[Image.Image]:
    """A long picture in pieces of a height."""
    tops = range(0, picture.height, height)
    return [picture.crop((0, top, picture.width, min(top + height, picture.height))) for top in tops]


def kept(picture: Image.Image, folder: Path, name: str) -> Path:
    """A picture as a file, made smaller until it is light enough.

    The palette has the colours there are most of as they are, and some that cover the others: a red number stays red.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{name}.png"
    for part in (1, 0.9, 0.8, 0.72, 0.64):
        smaller = picture.resize((round(picture.width * part), round(picture.height * part)), Image.Resampling.LANCZOS)
        made = BytesIO()
        coloured = smaller.quantize(palette=_palette(smaller), dither=Image.Dither.NONE)
        coloured.save(made, format="png", optimize=True)
        if len(made.getvalue()) <= HEAVIEST:
            break
    target.write_bytes(made.getvalue())
    return target


def _palette(picture: Image.Image) -> Image.Image:
    counted = sorted(picture.getcolors(1 << 24) or [], reverse=True)
    often = [colour for _count, colour in counted[:40]]
    cover = picture.quantize(24, method=Image.Quantize.MAXCOVERAGE).getpalette() or []
    made = Image.new("P", (1, 1))
    made.putpalette([part for colour in often for part in colour] + cover[: 3 * 24])  # type: ignore[attr-defined]  # an RGB picture's colours are triples
    return made


def pages_of(pdf: bytes, width: int, at_most: int) -> list[Image.Image]:
    """The first pages of a PDF, each of a width in pixels."""
    document = pypdfium2.PdfDocument(pdf)
    found: list[Image.Image] = []
    for page in list(document)[:at_most]:
        drawn: Any = page.render(scale=width / page.get_width()).to_pil()
        found.append(drawn.convert("RGB"))
    return found


def sheets_of(workbook: bytes, folder: Path, width: int, headings: Sequence[str]) -> list[Image.Image]:
    """The first printed page of sheets, by their headings, of a workbook that LibreOffice has worked out anew."""
    program = ensure_libreoffice()
    assert not isinstance(program, Missing), program
    path = folder / "workbook.xlsx"
    path.write_bytes(workbook)
    (printed,) = Office(program, folder).saved("pdf", [path])
    texts = texts_of(printed.read_bytes())
    drawn = pages_of(printed.read_bytes(), width, len(texts))
    return [next(page for page, text in zip(drawn, texts, strict=True) if each in text) for each in headings]


def weekly_mails(folder: Path) -> dict[str, Mail]:
    """The newest weekly report of the whole company in a folder of mails, by language."""
    found: dict[str, Mail] = {}
    for path in sorted(folder.glob("*.eml")):
        mail = read_mail(path.read_bytes())
        if re.match(r"周报 \S+ 全公司|Weekly report \S+ The whole company", mail.subject):
            found[str(mail.message["Content-Language"])] = mail
    return found


def draw(mails: dict[str, Mail], folder: Path, working: Path) -> dict[str, Seen]:
    """Draws everything of a weekly report that the docs show.

    Args:
        mails: the report by language, ``zh-CN`` and, if there is one, ``en``.
        folder: for the pictures.
        working: for LibreOffice.

    Returns:
        What the browser showed, by name.
    """
    mail, seen = mails["zh-CN"], dict[str, Seen]()
    with chromium() as browser:
        for name, width in (("desk", DESK), ("phone", PHONE)):
            seen[name] = look_at(browser, mail, width)
            seen[f"{name} without pictures"] = look_at(browser, mail, width, has_pictures=False)
            seen[f"{name} by night"] = look_at(browser, mail, width, is_dark=True)
        if "en" in mails:
            seen["english"] = look_at(browser, mails["en"], DESK)
    sheet = {name: _sheet_only(each.picture) for name, each in seen.items() if each.picture.width == DESK}
    kept(beside(columns(sheet["desk"], 2050)[:3]), folder, "report-desk")
    kept(beside([sheet["desk without pictures"], sheet["desk by night"]], 1850), folder, "report-desk-plain-dark")
    kept(beside(columns(seen["phone"].picture, 1850)[:3]), folder, "report-phone")
    on_phone = [seen["phone without pictures"], seen["phone by night"]]
    cut = [part for each in on_phone for part in columns(each.picture, 1500)[:2]]
    kept(beside(cut), folder, "report-phone-plain-dark")
    if "english" in sheet:
        kept(beside(columns(sheet["english"], 1500)[:2]), folder, "report-english")
    kept(beside(pages_of(mail.file(".pdf"), 560, 4)), folder, "report-pages")
    sheets = sheets_of(mail.file(".xlsx"), working, 1100, ("指标代码", "改进计划", "各小区对比"))
    kept(beneath([each.crop((0, 30, each.width, 400)) for each in sheets]), folder, "report-workbook")
    return seen


def _sheet_only(picture: Image.Image) -> Image.Image:
    """The mail without the ground to its left and right."""
    return picture.crop((DESK // 2 - 332, 0, DESK // 2 + 332, picture.height))


def main(words: Sequence[str]) -> int:
    """Draws the registers' week into the docs, or the reports in a folder into another."""
    if words:
        target = Path(words[1])
        target.mkdir(parents=True, exist_ok=True)
        draw(weekly_mails(Path(words[0])), target, target)
        return 0
    test = "tests/soak/test_report_pictures.py"
    if (code := subprocess.run([sys.executable, "-m", "pytest", "-q", test], cwd=ROOT, check=False).returncode) == 0:
        for path in sorted(FOLDER.glob("report-*.png")):
            (ROOT / "docs" / "images" / path.name).write_bytes(path.read_bytes())
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
