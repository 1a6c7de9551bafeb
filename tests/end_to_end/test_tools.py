"""The programs the other tests lean on work, Chinese text included."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from tests.support.programs import ensure_libreoffice, ensure_valkey, or_skip

HAS_GLYPHS = """
() => {
  const width = (text) => {
    const context = document.createElement('canvas').getContext('2d');
    context.font = '40px sans-serif';
    context.fillText(text, 0, 60);
    return context.getImageData(0, 0, 100, 100).data.join();
  };
  return width('管') !== width('家');
}
"""


def test_the_browser_draws_chinese_and_reaches_only_this_machine(
    browser_page: Page, take_screenshot: Callable[..., Path]
) -> None:
    browser_page.set_content("<h1>管家</h1>")
    assert browser_page.evaluate(HAS_GLYPHS), "no font for Chinese: all characters look the same"
    assert browser_page.evaluate("navigator.language") == "zh-CN"
    assert take_screenshot("chinese").stat().st_size > 1000
    reached = browser_page.evaluate("fetch('http://www.example.com').then(() => true, () => false)")
    assert not reached


def test_libreoffice_opens_a_chinese_table(tmp_path: Path) -> None:
    office = or_skip(ensure_libreoffice())
    table = tmp_path / "工单.csv"
    table.write_text("工单号,金额\nA1,12.50\n", encoding="utf-8")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [office.path, profile, "--headless", "--convert-to", "xlsx", "--outdir", tmp_path, table]
    subprocess.run(command, env=office.environ(), check=True, capture_output=True, timeout=120)
    assert (tmp_path / "工单.xlsx").stat().st_size > 1000


def test_valkey_starts() -> None:
    valkey = or_skip(ensure_valkey())
    said = subprocess.run([valkey.path, "--version"], env=valkey.environ(), check=True, capture_output=True, text=True)
    assert "server v=" in said.stdout.lower()
