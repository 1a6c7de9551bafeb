"""Finds the sentences people are shown, and those a language still lacks.

``python -m guanjia.i18n.extraction`` prints the missing ones as catalogue entries, ready to be filled in.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from string import Formatter
from typing import Final

from guanjia.i18n import CATALOGUES, LANGUAGES
from guanjia.settings import environment

PACKAGE: Final = Path(__file__).parents[1]
KEYWORDS: Final = {"_": None, "tr": None, "N_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
METHODS: Final = [("**.py", "python"), ("**.html", "jinja2.ext.babel_extract"), ("**.txt", "jinja2.ext.babel_extract")]

MessageKey = tuple[str, str | None]
"""English sentence (its singular) and its context."""


def used_messages(folders: Iterable[Path] = (PACKAGE,)) -> dict[MessageKey, list[str]]:
    """Every sentence marked for translation under these folders, and the notes of the gates' expectations.

    Returns:
        (sentence, context) → the places that use it, as ``file:line``.
    """
    from babel.messages.extract import extract_from_dir

    found: dict[MessageKey, list[str]] = {}
    for folder in folders:
        for name, line, message, _comments, context in extract_from_dir(folder, METHODS, keywords=KEYWORDS):
            singular = message[0] if isinstance(message, tuple) else message
            if singular:
                found.setdefault((singular, context), []).append(f"{folder.name}/{name}:{line}")
    for sentence, places in _notes().items():
        found.setdefault((sentence, None), []).extend(places)
    return found


def _notes() -> dict[str, list[str]]:
    """Why each expectation of the gates asks what it asks: kept as English data, translated where it is shown."""
    root = environment().project_root
    found: dict[str, list[str]] = {}
    for file in sorted((root / "expectations").glob("**/*.json")):
        for expectation in json.loads(file.read_text(encoding="utf-8"))["expectations"]:
            place = f"{file.relative_to(root).as_posix()}:{expectation['kwargs'].get('column', expectation['type'])}"
            found.setdefault(expectation["notes"], []).append(place)
    return found


def translated_messages(language: str) -> dict[MessageKey, tuple[str, tuple[str, ...]]]:
    """Every filled-in catalogue entry of a language: (sentence, context) → (area file, texts)."""
    entries = {}
    for file in sorted((CATALOGUES / language).glob("*.po")):
        for key, texts in _entries(file, language):
            entries[key] = (file.name, texts)
    return entries


def _entries(file: Path, language: str) -> Iterator[tuple[MessageKey, tuple[str, ...]]]:
    from babel.messages.pofile import read_po

    with file.open("rb") as opened:
        catalogue = read_po(opened, locale=language, abort_invalid=True)
    for message in catalogue:
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and all(texts) and not message.fuzzy:
            singular = message.id[0] if isinstance(message.id, tuple) else message.id
            yield (str(singular), message.context), tuple(str(text) for text in texts)


def missing_messages(language: str) -> dict[MessageKey, list[str]]:
    """The sentences in use that have no text in this language, with their places."""
    known = translated_messages(language)
    return {key: places for key, places in used_messages().items() if key not in known}


def conflicts(language: str) -> list[str]:
    """The sentences to which two area files give different texts, so that the file's name would decide (one line each).

    Give both the same text, or one of them a context (``pgettext``).
    """
    first: dict[MessageKey, tuple[str, tuple[str, ...]]] = {}
    found = []
    for file in sorted((CATALOGUES / language).glob("*.po")):
        for key, texts in _entries(file, language):
            area, known = first.setdefault(key, (file.name, texts))
            if known != texts:
                found.append(f"{key[0]!r}: {area} has {known}, {file.name} has {texts}")
    return found


def unequal_fields(language: str) -> list[str]:
    """The sentences whose translation fills in other ``{fields}`` than the English has (one line each)."""
    return [
        f"{area}: {key[0]!r} → {text!r}"
        for key, (area, texts) in translated_messages(language).items()
        for text in texts
        if not _fields(text) <= (_fields(key[0]) | {"n"}) or not _fields(key[0]) - {"n"} <= _fields(text)
    ]


def _fields(text: str) -> set[str]:
    try:
        return {name for _literal, name, _spec, _conversion in Formatter().parse(text) if name}
    except ValueError:
        return set()


def main() -> int:
    """Prints the missing entries of every language that needs a catalogue; 1 when there are any."""
    missing = [
        (language, key, places)
        for language in LANGUAGES
        if language != "en"
        for key, places in missing_messages(language).items()
    ]
    for language, (message, context), places in missing:
        quoted = message.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        context_line = f'msgctxt "{context}"\n' if context else ""
        sys.stdout.write(f'#: {" ".join(places)} ({language})\n{context_line}msgid "{quoted}"\nmsgstr ""\n\n')
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
