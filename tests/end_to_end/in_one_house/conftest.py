"""The house these tests share; it ends with the last of them, so that it does not idle beside those of others."""

from __future__ import annotations

from tests.support.house import house

__all__ = ["house"]
