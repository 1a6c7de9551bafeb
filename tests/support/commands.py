"""The ``guanjia`` command in a process that stays: what it takes to start Airflow is paid once for many commands.

A `Commands` carries out the commands of one home, one after the other, each as `guanjia.cli.main` would by itself:
the same words, the same output, the same exit code. What a command costs a newcomer's machine is tested elsewhere.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any


class Commands:
    """A process that carries out commands of one home.

    Args:
        home: the state folder; GUANJIA_HOME of every command.
        variables: further variables of its environment.
    """

    def __init__(self, home: Path, **variables: str) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GUANJIA_")}
        self.home = home
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(Path(__file__).resolve())],
            env=kept | variables | {"GUANJIA_HOME": str(home)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Carries out one command; its output and exit code."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"guanjia {' '.join(words)}: the process ended with {self._process.wait()}"
        code, output, errors = json.loads(line)
        return subprocess.CompletedProcess(["guanjia", *words], code, output, errors)

    def stop(self) -> None:
        """Ends the process: nothing it holds has to be put away, and Airflow's threads are slow to end."""
        self._process.kill()
        self._process.communicate()


def _serve() -> None:
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for line in sys.stdin:
        answers.write(json.dumps(_carry_out(json.loads(line)), ensure_ascii=False) + "\n")
        answers.flush()


def _carry_out(words: list[str]) -> tuple[int, str, str]:
    """Exit code, output and errors of one command."""
    _connect_airflow_again()
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        kept = [os.dup(1), os.dup(2)]
        os.dup2(output.fileno(), 1)
        os.dup2(errors.fileno(), 2)
        try:
            code = _main(words)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for number, descriptor in enumerate(kept, 1):
                os.dup2(descriptor, number)
                os.close(descriptor)
        return code, _read(output), _read(errors)


def _main(words: list[str]) -> int:
    from guanjia.cli import main

    try:
        return main(words)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1


def _read(file: Any) -> str:
    file.seek(0)
    return str(file.read().decode("utf-8"))


def _connect_airflow_again() -> None:
    """The command lets go of Airflow's database at its end; the next one in the same process needs it again."""
    settings = sys.modules.get("airflow.settings")
    if settings is not None and getattr(settings, "engine", None) is None:
        settings.configure_orm()


if __name__ == "__main__":
    _serve()
