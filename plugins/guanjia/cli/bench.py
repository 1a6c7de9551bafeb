"""Measure a part of Guanjia against a yardstick, in the same run, on the same server, in a scratch database.

Names: see `guanjia bench list`; `all` runs one after the other. The figures of the documentation are measured so.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from functools import partial

from guanjia.domain.errors import UsageError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("name", metavar="NAME", help="the bench; `all`; or `list`")
    parser.add_argument(
        "--units", "--rows", type=int, metavar="N", help="its size; without it that of the documented figures"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object a bench, and nothing else")


def run(arguments: argparse.Namespace) -> int:
    """Measure; see the module's help."""
    from guanjia.bench import harness

    if arguments.units is not None and arguments.units < 1:
        raise UsageError(f"--units is {arguments.units}; expected a number from 1.")
    if arguments.name == "list":
        for name in harness.names():
            chosen = harness.load(name)
            sys.stdout.write(f"{name:<14} {chosen.units:>12,} {chosen.unit}, at most {chosen.target:g} times\n")
        return 0
    for name in harness.names() if arguments.name == "all" else [arguments.name]:
        target = harness.load(name).target
        found = harness.measure(name, arguments.units, partial(_tell, name))
        if arguments.json:
            sys.stdout.write(json.dumps(asdict(found)) + "\n")
        else:
            verdict = "within" if found.ratio <= target else "MISSES"
            sys.stdout.write(
                f"{name}: {found.seconds:g} s, yardstick {found.yardstick_seconds:g} s: {found.ratio:g} times "
                f"({verdict} the target of {target:g}); {found.rows:,} rows, {found.rows_per_second:,.0f} rows/s, "
                f"{found.peak_memory_mb:,.0f} MB\n"
            )
        sys.stdout.flush()
    return 0


def _tell(name: str, told: str) -> None:
    sys.stderr.write(f"… {name}: {told}\n")
    sys.stderr.flush()
