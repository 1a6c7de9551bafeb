"""Reads printed pages again, as a reader's program does."""

from __future__ import annotations

import ctypes
import re

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

BREAKS = re.compile(r"[\s\u200b\ufffe\u00ad]+")
"""What a line break may have put between signs."""


def texts_of(pdf: bytes) -> list[str]:
    """The text of each page."""
    document = pypdfium2.PdfDocument(pdf)
    return [page.get_textpage().get_text_bounded() for page in document]


def squeezed(text: str) -> str:
    """Text without the spaces and breaks that setting it may have added."""
    return BREAKS.sub("", text)


def fonts_of(pdf: bytes) -> dict[str, bool]:
    """Each font that text is set in, and whether it is embedded."""
    document = pypdfium2.PdfDocument(pdf)
    found: dict[str, bool] = {}
    for page in document:
        for item in page.get_objects([pdfium.FPDF_PAGEOBJ_TEXT]):
            font = pdfium.FPDFTextObj_GetFont(item.raw)
            size = pdfium.FPDFFont_GetBaseFontName(font, None, 0)
            name = ctypes.create_string_buffer(size)
            pdfium.FPDFFont_GetBaseFontName(font, name, size)
            found[name.value.decode()] = pdfium.FPDFFont_GetIsEmbedded(font) == 1
    return found


def pictures_of(pdf: bytes, *, dots_per_mm: int = 4) -> list[Image.Image]:
    """Each page as a grey picture."""
    document = pypdfium2.PdfDocument(pdf)
    return [page.render(scale=dots_per_mm * 25.4 / 72, grayscale=True).to_pil().convert("L") for page in document]
