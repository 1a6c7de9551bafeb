"""Write the registers of a believable, invented property-management company as files in the data contract's format.

One CSV file per dataset (UTF-8 with BOM); what may be taken only from the restricted inbox goes to the subfolder
`restricted/`. The same arguments give the same bytes on any machine.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from guanjia.cli.progress import say, step
from guanjia.cli.values import instant
from guanjia.i18n import gettext_for
from guanjia.sample.generator import DEFAULT_UNTIL, Wish
from guanjia.settings import TIME_ZONE, environment


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--units", type=int, default=300, metavar="N", help="units of all uses, 20 or more (300)")
    parser.add_argument("--months", type=int, default=3, metavar="M", help="whole months before the one it ends in (3)")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="another seed, another company (1)")
    parser.add_argument("--to", type=Path, required=True, metavar="DIR", help="folder for the files, new or empty")
    parser.add_argument(
        "--until",
        metavar="T",
        help=f"instant the history ends; a date means its first moment ({DEFAULT_UNTIL:%Y-%m-%dT%H:%M})",
    )
    parser.add_argument(
        "--messy",
        action="store_true",
        help="as offices keep their files (GB18030, titles, totals, bad rows); expected.json says what is bad",
    )
    parser.add_argument("--json", action="store_true", help="print the rows of each file as JSON, and nothing else")


def run(arguments: argparse.Namespace) -> int:
    """Write the files; see the module's help."""
    until = instant(arguments.until) if arguments.until else DEFAULT_UNTIL
    wish = Wish(arguments.units, arguments.months, arguments.seed, until).checked()
    if arguments.json:
        from guanjia.sample.output import write

        counts = write(wish, arguments.to, is_messy=arguments.messy)
        sys.stdout.write(json.dumps({"folder": str(arguments.to), "rows": counts}, ensure_ascii=False) + "\n")
        return 0
    _ = gettext_for(environment().language)
    counts = write_with_progress(wish, arguments.to, is_messy=arguments.messy)
    for dataset, rows in counts.items():
        say(f"{dataset:<22}{rows:>12,}")
    say(
        _(
            "{rows} rows of {units} units, {first} to {until}, in {folder}",
            rows=f"{sum(counts.values()):,}",
            units=f"{wish.units:,}",
            first=wish.first_day().isoformat(),
            until=f"{until.astimezone(TIME_ZONE):%Y-%m-%d %H:%M}",
            folder=arguments.to,
        )
    )
    return 0


def write_with_progress(wish: Wish, folder: Path, *, is_messy: bool = False) -> dict[str, int]:
    """Writes a sample and shows how far it is.

    Args:
        wish: what is wanted, checked.
        folder: new or empty.
        is_messy: as offices keep their files.

    Returns:
        Dataset → rows written.
    """
    from guanjia.sample.output import write

    _ = gettext_for(environment().language)
    with step(_("Inventing a company")) as now:
        return write(
            wish,
            folder,
            is_messy=is_messy,
            told=lambda done, of: now.says(_("{done} of {of} units", done=f"{done:,}", of=f"{of:,}")),
        )
