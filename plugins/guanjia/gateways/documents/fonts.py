"""The fonts of printed pages: where they are, and which characters they can show."""

from __future__ import annotations

import struct
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from guanjia.domain.errors import DocumentError

if TYPE_CHECKING:
    import typst

CHINESE_PACKAGE: Final = "noto-cjk-sans-otc"
"""Noto Sans CJK (OFL), regular weight: Chinese, Japanese, Korean, Latin, Greek, Cyrillic; 44,810 characters."""
BOLD_PACKAGE: Final = "noto-cjk-sans-jp-bold"
"""The same in bold: one file with the forms of all regions, which gives the Chinese ones to text marked Chinese."""
OTHERS_PACKAGE: Final = "manimgx-fonts"
"""Noto Emoji, Noto Sans Symbols and Noto Sans for other scripts (OFL): what a name or a remark may hold besides."""

_CHINESE_FILE: Final = "NotoSansCJK-Regular.ttc"


def why_nothing_can_be_printed() -> DocumentError | None:
    """What is missing for printed pages, if something is; for doctor, and for those who send mails."""
    try:
        find_chinese_font()
    except DocumentError as reason:
        return reason
    return None if find_spec("typst") else _not_installed("typst")


def find_chinese_font() -> Path:
    """The font that every document needs.

    Raises:
        DocumentError: it is not installed.
    """
    folder = _folder_of(CHINESE_PACKAGE)
    if folder is None or not (folder / _CHINESE_FILE).is_file():
        raise _not_installed(CHINESE_PACKAGE)
    return folder / _CHINESE_FILE


def _not_installed(package: str) -> DocumentError:
    return DocumentError(
        f"No page can be printed: the package {package} is not installed; mails go out without PDF until `make up` "
        "(or an installation of requirements.lock) has brought it.",
        missing=package,
    )


def find_fonts() -> list[Path]:
    """All fonts that are there, the Chinese one first.

    Raises:
        DocumentError: the Chinese one is not installed.
    """
    folders = [_folder_of(package) for package in (BOLD_PACKAGE, OTHERS_PACKAGE)]
    others = [font for folder in folders if folder for font in folder.iterdir() if font.suffix in (".otf", ".ttf")]
    return [find_chinese_font(), *sorted(others)]


@lru_cache
def loaded_fonts() -> typst.Fonts:
    """The fonts for the typesetter, read once; the machine's own fonts are left out, for pages must look alike.

    Raises:
        DocumentError: the Chinese one is not installed.
    """
    import typst

    folders = sorted({str(font.parent) for font in find_fonts()})
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


@lru_cache
def shown_characters() -> frozenset[int]:
    """Code points for which one of the fonts has a picture.

    Raises:
        DocumentError: the Chinese one is not installed.
    """
    return frozenset().union(*(characters_of(font) for font in find_fonts()))


def _folder_of(package: str) -> Path | None:
    found = find_spec(package.replace("-", "_"))
    return None if found is None or found.origin is None else Path(found.origin).parent


# -- the character table of an OpenType file (tables head to foot: OpenType 1.9, cmap) --------------------------------


def characters_of(font: Path) -> frozenset[int]:
    """Code points for which a font has a picture; of a collection its first face."""
    content = font.read_bytes()
    start = struct.unpack_from(">I", content, 12)[0] if content[:4] == b"ttcf" else 0
    (tables,) = struct.unpack_from(">H", content, start + 4)
    for index in range(tables):
        tag, _checksum, offset, _length = struct.unpack_from(">4sIII", content, start + 12 + 16 * index)
        if tag == b"cmap":
            return _read_cmap(content, offset)
    return frozenset()


def _read_cmap(content: bytes, cmap: int) -> frozenset[int]:
    (subtables,) = struct.unpack_from(">H", content, cmap + 2)
    found: set[int] = set()
    for index in range(subtables):
        _platform, _encoding, offset = struct.unpack_from(">HHI", content, cmap + 4 + 8 * index)
        (kind,) = struct.unpack_from(">H", content, cmap + offset)
        if kind == 4:
            found |= _read_segments(content, cmap + offset)
        elif kind == 12:
            (groups,) = struct.unpack_from(">I", content, cmap + offset + 12)
            for first, last, _glyph in struct.iter_unpack(
                ">III", content[cmap + offset + 16 : cmap + offset + 16 + 12 * groups]
            ):
                found.update(range(first, last + 1))
    return frozenset(found)


def _read_segments(content: bytes, at: int) -> set[int]:
    """Characters of a table of kind 4. Gaps inside a segment (glyph 0) are rare there and are taken for shown."""
    (doubled,) = struct.unpack_from(">H", content, at + 6)
    count = doubled // 2
    ends = struct.unpack_from(f">{count}H", content, at + 14)
    starts = struct.unpack_from(f">{count}H", content, at + 16 + doubled)
    found: set[int] = set()
    for first, last in zip(starts, ends, strict=True):
        found.update(range(first, last + 1))
    return found - {0xFFFF}
