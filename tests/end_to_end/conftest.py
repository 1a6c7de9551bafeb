"""Fixtures of the tests that start the whole house."""

from __future__ import annotations

from tests.support.browser import browser_page, chromium_browser, take_screenshot

__all__ = ["browser_page", "chromium_browser", "take_screenshot"]
