"""The command ``guanjia``: one module per subcommand, imported only when it is called.

A subcommand's module has ``add_arguments(parser)`` and ``run(arguments) -> exit code``; its docstring is its help.
Exit codes: 0 ok, 1 failed, 2 usage.
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from importlib import import_module

from guanjia import __version__
from guanjia.domain.errors import GuanjiaError, UsageError

COMMANDS: dict[str, str] = {
    "up": "start the whole house, Airflow's pages included, until Ctrl-C",
    "down": "stop what this home started",
    "demo": "a sample company and every pipeline once, without pages",
    "init": "make or migrate the home's database",
    "load": "take files in now",
    "run": "run a pipeline's DAG in this process",
    "approve": "approve a run or change that waits for a second person",
    "reject": "reject it, with the reason",
    "release": "release a shared meter that a billing run holds back",
    "confirm": "confirm a change of policies, tariffs, staff or recipients",
    "close": "close a month of the books",
    "reverse": "take a posted billing run back as a whole",
    "print": "write the print files of a billing run",
    "print-letters": "write the reminder letters that wait to be printed",
    "settled": "whether a unit's fees are settled, and who owes what",
    "assign": "say by hand whose a payment in suspense is",
    "export": "write a dataset as CSV, XLSX or JSON lines",
    "sample": "write the registers of a believable company",
    "explain": "say why a case or another row is as it is",
    "messages": "list mails; decide on one whose fate is unknown",
    "doctor": "say what is wrong with this installation and what to do",
    "passwords": "show the users of Airflow's pages and their passwords",
    "bench": "measure a pipeline against a yardstick",
    "backup": "write everything this home holds into one file",
    "restore": "bring a backup back",
    "serve-mail": "the local mail sink with its pages",
    "docs": "write the generated documentation",
}
"""Subcommand → one line of help; the module is the name with underscores."""


class _Parser(argparse.ArgumentParser):
    """Errors of usage end with exit code 2 and say where help is."""

    def error(self, message: str) -> None:  # type: ignore[override]  # argparse declares NoReturn; exit does not return
        self.exit(2, f"guanjia: {message}. See `{self.prog} --help`.\n")


def _overview() -> str:
    lines = [f"  {name:<12} {text}" for name, text in COMMANDS.items()]
    return "commands:\n" + "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point of the command.

    Args:
        arguments: words after `guanjia`; None: the process's own.

    Returns:
        Exit code: 0 ok, 1 failed, 2 usage.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    top = _Parser(
        prog="guanjia",
        description="Guanjia 管家: the back office of a property-management service centre.",
        epilog=_overview(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"guanjia {__version__}")
    top.add_argument("command", nargs="?", choices=tuple(COMMANDS), metavar="command")
    if not words:
        top.print_help()
        return 2
    try:
        command = top.parse_args(words[:1]).command
        return _run(command, words[1:])
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else 1


def _run(command: str, words: Sequence[str]) -> int:
    module = import_module(f"guanjia.cli.{command.replace('-', '_')}")
    parser = _Parser(
        prog=f"guanjia {command}", description=module.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    module.add_arguments(parser)
    given = parser.parse_args(words)
    try:
        from guanjia.logs import configure
        from guanjia.settings import environment

        configure(level=environment().log_level)
        return int(module.run(given))
    except UsageError as error:
        sys.stderr.write(f"guanjia {command}: {error}\n")
        return 2
    except GuanjiaError as error:
        sys.stderr.write(f"guanjia {command}: {error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        return 128 + signal.SIGINT
    except BrokenPipeError:
        return 1
    except OSError as error:  # a full disk, a folder closed to us
        place = f"{error.filename}: " if error.filename else ""
        sys.stderr.write(f"guanjia {command}: {place}{error.strerror or error}.\n")
        return 1
