"""Writes ``docs/generated``: what can be read out of the code is not kept by hand.

Each page is a function without arguments that returns Markdown. `guanjia docs` writes them, `guanjia docs --check`
and a test say which are stale.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from guanjia.settings import environment

Page = Callable[[], str]


def pages() -> dict[str, Page]:
    """File name below ``docs/generated`` → the function that writes it."""
    from guanjia.docs_generator import (
        dag_catalogue,
        data_contract,
        rule_catalogue,
        settings_reference,
        table_reference,
    )

    return {
        "dags.md": dag_catalogue.page,
        "data-contract.md": data_contract.page,
        "rules.md": rule_catalogue.page,
        "settings.md": settings_reference.page,
        "tables.md": table_reference.page,
    }


def folder() -> Path:
    """Where the pages lie."""
    return environment().project_root / "docs" / "generated"


def write() -> list[str]:
    """Write every page that differs from what the code says; returns their names."""
    folder().mkdir(parents=True, exist_ok=True)
    written = []
    for name, page in pages().items():
        text = page()
        if _current(name) != text:
            (folder() / name).write_text(text, encoding="utf-8")
            written.append(name)
    return written


def stale() -> list[str]:
    """Names of the pages that no longer say what the code says."""
    return [name for name, page in pages().items() if _current(name) != page()]


def _current(name: str) -> str | None:
    path = folder() / name
    return path.read_text(encoding="utf-8") if path.exists() else None
