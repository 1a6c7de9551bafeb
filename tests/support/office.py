"""LibreOffice as a reader of our workbooks has it: it opens spreadsheets and saves them."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support.debian import Program


@dataclass(frozen=True)
class Office:
    """LibreOffice, and a folder for its profile and what it saves."""

    program: Program
    folder: Path

    def saved(self, kind: str, paths: Sequence[Path]) -> list[Path]:
        """The files as they are after the program opened and saved them as a kind."""
        target = self.folder / f"saved-{kind}-{paths[0].stem}"
        where = f"-env:UserInstallation={(self.folder / 'profile').as_uri()}"
        options = ["--headless", "--convert-to", kind, "--outdir", str(target)]
        command = [str(self.program.path), where, *options, *map(str, paths)]
        subprocess.run(command, env=self.program.environ(), check=True, capture_output=True, timeout=180)
        return [target / f"{path.stem}.{kind}" for path in paths]
