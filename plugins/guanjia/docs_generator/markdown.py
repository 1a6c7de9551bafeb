"""Small pieces of Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

GENERATED = "<!-- Written by `make docs`; edit the code it describes instead. -->"


def title(text: str, introduction: str) -> str:
    """The head of a generated page."""
    return f"# {text}\n\n{GENERATED}\n\n{introduction.strip()}\n"


def table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; cells are made safe and may be anything with a text."""
    lines = ["| " + " | ".join(headers) + " |", "|" + "---|" * len(headers)]
    lines += ["| " + " | ".join(cell(value) for value in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def cell(value: object) -> str:
    """A value as a table cell: one line, bars escaped, nothing for None."""
    if value is None:
        return ""
    return " ".join(str(value).replace("|", "\\|").split())


def code(words: Iterable[object]) -> str:
    """Words as code, separated by commas."""
    return ", ".join(f"`{word}`" for word in words)


def anchor(heading: str) -> str:
    """The address of a heading on its page, as code hosts make it."""
    kept = "".join(sign for sign in heading.lower() if sign.isalnum() or sign in " -_")
    return "#" + kept.strip().replace(" ", "-")
