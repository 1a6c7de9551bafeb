"""Runs the checks that need no database, as many at once as the machine has cores; shows what fails.

python tools/check.py
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent

CHECKS = {
    "types": ["mypy"],
    "SQL": ["sqlfluff", "lint", "--disable-progress-bar", "--processes", "0", "sql"],
    "generated docs": ["guanjia", "docs", "--check"],
    "walls between the rooms": ["lint-imports", "--cache-dir", ".cache/import_linter"],
    "lint": ["ruff", "check", "."],
    "format": ["ruff", "format", "--check", "."],
    "spelling": ["codespell"],
}
"""The slow ones first."""


def main() -> int:
    """Runs all checks; exit code 1 if one fails."""
    failed = []
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
        running = {pool.submit(check, command): name for name, command in CHECKS.items()}
        for done in as_completed(running):
            code, said, seconds = done.result()
            sys.stdout.write(f"{'✓' if code == 0 else '✗'} {running[done]} ({seconds:.0f} s)\n")
            if code != 0:
                failed.append(running[done])
                sys.stdout.write(said + "\n")
            sys.stdout.flush()
    if failed:
        sys.stdout.write(f"Failed: {', '.join(failed)}. `make fix` repairs format and simple findings.\n")
    return 1 if failed else 0


def check(command: list[str]) -> tuple[int, str, float]:
    """Runs one check: exit code, what it said, seconds."""
    began = time.monotonic()
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, time.monotonic() - began


if __name__ == "__main__":
    sys.exit(main())
