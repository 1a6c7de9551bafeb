"""What a command shows while it works: a live line on a terminal, a log line a step elsewhere.

with step(_("Starting the database")) as now:
    now.says(_("creating roles"))
"""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_TURNING = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_REPEAT_SECONDS = 15
"""Away from a terminal a long step repeats itself this often, so that a log shows it is alive."""


def say(text: str = "") -> None:
    """Prints a line for the person at the command; a terminal that was closed meanwhile stops nothing."""
    _write(text + "\n")


def _write(text: str) -> None:
    encoding = sys.stdout.encoding or "utf-8"
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
        sys.stdout.flush()


class Step:
    """A step under way."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.detail = ""
        self.started = time.monotonic()
        self._ended = threading.Event()
        self._live = sys.stdout.isatty()
        self._shown = threading.Thread(target=self._show, name="progress", daemon=True)

    def says(self, detail: str) -> None:
        """Changes what is shown behind the title."""
        self.detail = detail

    def _line(self) -> str:
        detail = f": {self.detail}" if self.detail else ""
        return f"{self.title}{detail} ({time.monotonic() - self.started:.0f} s)"

    def _show(self) -> None:
        turn = 0
        while not self._ended.wait(0.1 if self._live else _REPEAT_SECONDS):
            if self._live:
                _write(f"\r\033[K{_TURNING[turn % len(_TURNING)]} {self._line()}")
                turn += 1
            else:
                say(f"… {self._line()}")

    def _begin(self) -> None:
        if not self._live:
            say(f"… {self.title}")
        self._shown.start()

    def _end(self, mark: str) -> None:
        self._ended.set()
        self._shown.join()
        say(f"{chr(13) + chr(27) + '[K' if self._live else ''}{mark} {self._line()}")


@contextmanager
def step(title: str) -> Iterator[Step]:
    """Shows a step for as long as the block lasts, and whether it was finished."""
    now = Step(title)
    now._begin()
    try:
        yield now
    except BaseException:
        now._end("✗")
        raise
    now.detail = ""
    now._end("✓")
