"""Write the generated documentation (docs/generated) from the code it describes."""

from __future__ import annotations

import argparse
import sys


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a page is stale")


def run(arguments: argparse.Namespace) -> int:
    """Write or check; see the module's help."""
    from guanjia import docs_generator

    if not arguments.check:
        for name in docs_generator.write():
            sys.stdout.write(f"docs/generated/{name}\n")
        return 0
    stale = docs_generator.stale()
    for name in stale:
        sys.stderr.write(f"docs/generated/{name} does not say what the code says: run `make docs`.\n")
    return 1 if stale else 0
