"""A real browser for end-to-end tests: Debian's Chromium, driven by Playwright.

Use the fixtures by naming them; ``tests/end_to_end/conftest.py`` brings them in::

    def test_the_page_opens(browser_page, take_screenshot):
        browser_page.goto(address)
        take_screenshot("dags")
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.programs import ensure_chromium, or_skip

SCREENSHOTS = Path(__file__).resolve().parents[2] / ".cache" / "screenshots"

CHROMIUM_FLAGS = [
    "--no-sandbox",  # tests may run as root, and only our own pages are opened
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=OptimizationHints,MediaRouter,Translate",
    # Nothing but this machine: a page of ours that loads something from outside fails its test.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


@pytest.fixture(scope="session")
def chromium_browser() -> Iterator[Browser]:
    """One Chromium for the whole session; skips with the reason where none can be had."""
    program = or_skip(ensure_chromium())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(program.path), headless=True, args=CHROMIUM_FLAGS, env=program.environ()
        )
        try:
            yield browser
        finally:
            browser.close()


@pytest.fixture
def browser_page(chromium_browser: Browser) -> Iterator[Page]:
    """A fresh page (own cookies) of a person in China on a laptop's screen."""
    context = chromium_browser.new_context(
        locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": 1440, "height": 900}, accept_downloads=True
    )
    context.set_default_timeout(30_000)
    try:
        yield context.new_page()
    finally:
        context.close()


@pytest.fixture
def take_screenshot(browser_page: Page, request: pytest.FixtureRequest) -> Callable[..., Path]:
    """A function that keeps a picture of the page under ``.cache/screenshots/<test>/<name>.png``.

    ``take_screenshot(name, page=…, full_page=…)`` returns the file; ``page`` is by default ``browser_page``.
    """
    folder = SCREENSHOTS / re.sub(r"[^\w.-]+", "_", request.node.name)

    def take(name: str, page: Page | None = None, full_page: bool = False) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / f"{name}.png"
        (page or browser_page).screenshot(path=target, full_page=full_page)
        return target

    return take
