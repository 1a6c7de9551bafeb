"""Two languages, complete: zh (default) and en.

The English sentence is the key. Chinese stands in ``zh/<area>.po``, one small file per part of the house; the files
are merged when first used (a test proves that no two disagree). English needs no catalogue: the key is the text.

    _ = gettext_for(language)
    _("Case {code} is overdue", code=case_code)
    _.ngettext("{n} case is overdue", "{n} cases are overdue", 3)

A sentence kept as data (a table of reasons, say) is marked with ``N_`` so that it is found and translated later.
``python -m guanjia.i18n.extraction`` prints what still lacks a translation.
"""

from __future__ import annotations

import gettext as _gettext
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

LANGUAGES: Final = ("zh", "en")
DEFAULT_LANGUAGE: Final = "zh"
CATALOGUES: Final = Path(__file__).parent


class Translator:
    """Turns English sentences into one language; call it with the sentence and the values of its ``{fields}``."""

    def __init__(self, language: str, catalogue: _gettext.NullTranslations) -> None:
        self.language = language
        self._catalogue = catalogue

    def __call__(self, message: str, /, **fields: Any) -> str:
        """The sentence in this language, its ``{fields}`` filled in when any are given."""
        text = self._catalogue.gettext(message) if message else ""
        return text.format(**fields) if fields else text

    def ngettext(self, singular: str, plural: str, n: int, /, **fields: Any) -> str:
        """The sentence for that many, with ``{n}`` and the other ``{fields}`` filled in."""
        return self._catalogue.ngettext(singular, plural, n).format(n=n, **fields)

    def pgettext(self, context: str, message: str, /, **fields: Any) -> str:
        """A word whose translation depends on where it stands, such as "open" of a case and of a door."""
        text = self._catalogue.pgettext(context, message)
        return text.format(**fields) if fields else text


def N_(message: str, /) -> str:  # noqa: N802 (the name every gettext tool knows)
    """Marks a sentence that is kept as data and translated where it is shown; returns it unchanged."""
    return message


def normalised(language: str | None) -> str:
    """The language of ours that was meant: ``zh-CN`` is zh, ``en_GB`` is en, anything else the default."""
    short = (language or "").strip().lower().replace("_", "-").split("-")[0]
    return short if short in LANGUAGES else DEFAULT_LANGUAGE


def gettext_for(language: str | None) -> Translator:
    """The translator of a language.

    Args:
        language: ``zh``, ``en`` or a longer tag of either; unknown or None gives the default.
    """
    return _translator(normalised(language))


@lru_cache
def _translator(language: str) -> Translator:
    files = sorted((CATALOGUES / language).glob("*.po"))
    return Translator(language, _merged(language, files) if files else _gettext.NullTranslations())


def _merged(language: str, files: list[Path]) -> _gettext.GNUTranslations:
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    merged = Catalog(locale=language)
    for file in files:
        with file.open("rb") as opened:
            area = read_po(opened, locale=language, abort_invalid=True)
        for message in area:
            if not message.id or not message.string:
                continue
            if merged.get(message.id, message.context) is None:
                merged.add(message.id, message.string, context=message.context)
    compiled = BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return _gettext.GNUTranslations(compiled)
