"""A demo: an invented company, taken in through the inbox, and every pipeline run once; no pages, no scheduler.

It needs a home of its own (`--home`, or GUANJIA_HOME naming a new folder), which stays a demo for ever: people act
there with a bare --as, and no mail leaves this machine. An interrupted demo goes on where it stopped.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

from guanjia.cli.demo_summary import show_summary
from guanjia.cli.progress import step
from guanjia.cli.sample import write_with_progress
from guanjia.cli.values import instant, now
from guanjia.count_words import count_words
from guanjia.domain.errors import GuanjiaError
from guanjia.gate_words import reason_words
from guanjia.i18n import Translator, gettext_for
from guanjia.sample.generator import Wish
from guanjia.settings import environment, inherited_environment, use

UNITS, MONTHS, SEED = 300, 3, 1
FIRST, EARLY = ("intake",), ("payments",)
LAST = ("custody", "daily_report", "weekly_report", "monthly_report", "mail_delivery")
"""Pipelines with a place in the order; all others run between them, by name. Reports count what the others made."""
BY_HAND = frozenset({"confirm_changes", "severe_weather_inspection"})
"""Wait for a person's decision, or are started by an operator for an occasion."""
AS_IT_COMES = frozenset({"callback_results"})
"""Do during the day what the morning's pipeline does too: straight after it they would find nothing."""
WENT_WELL = frozenset({"succeeded", "waiting"})
"""States of a run that is done, or goes on when a person has decided (billing asks for approval)."""
FILES_LIE_FOR = timedelta(hours=1)
"""How long the sample's files have lain in the inbox: intake waits for files that may still be growing."""
SAMPLE_FOLDER = "sample"
REMEMBERED = "demo.json"


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo's home and company."""

    home: Path
    wish: Wish

    @property
    def as_of(self) -> datetime:
        """The instant at which everything runs: the end of the company's history."""
        return self.wish.until


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--home", type=Path, metavar="DIR", help="state folder, new; without it: GUANJIA_HOME")
    parser.add_argument("--as-of", metavar="T", help="instant the history ends and pipelines run; without it: now")
    parser.add_argument("--units", type=int, default=UNITS, metavar="N", help=f"units of the company ({UNITS})")
    parser.add_argument("--months", type=int, default=MONTHS, metavar="M", help=f"whole months of history ({MONTHS})")
    parser.add_argument("--seed", type=int, default=SEED, metavar="S", help=f"another seed, another company ({SEED})")


def run(arguments: argparse.Namespace) -> int:
    """Make the demo; see the module's help."""
    from guanjia.host.database import opened_database
    from guanjia.host.home import make_home
    from guanjia.host.home_files import locked

    if arguments.home is not None:
        use(home=arguments.home.expanduser().absolute())
    home = environment().home
    until = (instant(arguments.as_of) if arguments.as_of else now()).replace(second=0, microsecond=0)
    wish = Wish(arguments.units, arguments.months, arguments.seed, until).checked()
    make_home(home, is_demo=True)
    with locked(home / "demo.lock"), opened_database(must_be_made=False):
        _migrate()
        demo = _remembered(home, wish, is_time_given=arguments.as_of is not None)
        if not _is_taken_in(home):
            _put_into_inbox(demo)
        _run(demo, [name for name in pipelines() if name in FIRST])
        _remember(home, taken_in=True)
        _play_past(demo)
        _run(demo, [name for name in pipelines() if name not in FIRST])
        show_summary(home, demo.as_of)
    return 0


def pipelines() -> list[str]:
    """Every pipeline a demo runs, in order."""
    found = {path.stem for path in (environment().project_root / "dags").glob("*.py")} - BY_HAND - AS_IT_COMES
    between = sorted(name for name in found if name not in (*FIRST, *EARLY, *LAST) and not name.startswith("_"))
    return [name for name in (*FIRST, *EARLY, *between, *LAST) if name in found]


def _migrate() -> None:
    from guanjia.store.migrate import migrate_home

    _ = gettext_for(environment().language)
    with step(_("Bringing the database up to date")):
        migrate_home()


def _remembered(home: Path, wish: Wish, *, is_time_given: bool) -> Demo:
    """The demo that was begun in this home, else this one, remembered from now on.

    Raises:
        GuanjiaError: the home holds another demo, or its database holds something that is none.
    """
    from guanjia.host.home_files import read_json

    wanted = {"as_of": wish.until.isoformat(), "units": wish.units, "months": wish.months, "seed": wish.seed}
    begun = read_json(home / REMEMBERED)
    if not begun:
        _check_empty()
        _remember(home, **wanted)
        return Demo(home, wish)
    if not is_time_given:
        wanted["as_of"] = begun["as_of"]
    if any(begun[name] != value for name, value in wanted.items()):
        told = ", ".join(f"{name} {begun[name]}" for name in wanted)
        raise GuanjiaError(f"{home} holds another demo already ({told}). Name a new folder with --home.")
    return Demo(home, Wish(wish.units, wish.months, wish.seed, datetime.fromisoformat(begun["as_of"])))


def _remember(home: Path, **facts: Any) -> None:
    from guanjia.host.home_files import read_json, write_json

    write_json(home / REMEMBERED, read_json(home / REMEMBERED) | facts)


def _is_taken_in(home: Path) -> bool:
    """Whether an earlier, interrupted demo got so far; its files need not be dropped again."""
    from guanjia.host.home_files import read_json

    return bool(read_json(home / REMEMBERED).get("taken_in"))


def _check_empty() -> None:
    from sqlalchemy import func, select

    from guanjia.store.engine import transaction
    from guanjia.store.tables import metadata

    with transaction("read") as tx:
        known = tx.scalar(select(func.count()).select_from(metadata.tables["communities"]))
    if known:
        raise GuanjiaError(
            f"The database already holds {known} communities that are no demo; a demo needs an empty one. "
            "Name a new folder with --home (and unset GUANJIA_DATABASE_URL)."
        )


def _put_into_inbox(demo: Demo) -> None:
    """Writes the company's files, and drops a copy of each into the inbox as a clerk would."""
    folder = demo.home / SAMPLE_FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    write_with_progress(demo.wish, folder)
    dropped_at = (min(now(), demo.as_of) - FILES_LIE_FOR).timestamp()
    for path in sorted(folder.rglob("*.csv")):
        target = demo.home / "inbox" / path.relative_to(folder)
        unfinished = target.with_name(f"{target.name}.part")
        shutil.copyfile(path, unfinished)
        os.utime(unfinished, (dropped_at, dropped_at))
        unfinished.rename(target)


def _play_past(demo: Demo) -> None:
    """Lets people walk, call and score, and money flow in the months before, so that the house is found at work.

    Again after an interruption: the same people do the same on the same days, and what is there stays.
    """
    from guanjia.host.home_files import read_json

    _ = gettext_for(environment().language)
    if not read_json(demo.home / REMEMBERED).get("past_played"):
        _play_inspections(demo, _)
        _remember(demo.home, past_played=True)
    if not read_json(demo.home / REMEMBERED).get("past_billed"):
        _play_billing(demo, _)
        _remember(demo.home, past_billed=True)
    if not read_json(demo.home / REMEMBERED).get("past_kept"):
        from guanjia.sample.custody_past import play_past

        play_past(demo.wish.first_day(), demo.as_of)
        _remember(demo.home, past_kept=True)


def _play_inspections(demo: Demo, _: Translator) -> None:
    from guanjia.sample.callback_past import CallbackPast
    from guanjia.sample.quality_past import QualityPast
    from guanjia.sample.rounds import Together, play_past

    callbacks, quality = CallbackPast(demo.wish.seed, demo.as_of), QualityPast(demo.wish.seed, demo.as_of)
    with step(_("Inspecting what stands empty, calling customers back, scoring samples")) as shown:
        played = play_past(
            demo.wish.seed,
            demo.wish.first_day(),
            demo.as_of,
            told=lambda done, of: shown.says(_("{done} of {of} days", done=done, of=of)),
            beside=Together((callbacks, quality)),
        )
        callbacks.end()
        quality.end()
        shown.title = _(
            "Inspections of {days} days, {files} files of results; {tries} calls to customers; {scores} scores",
            **played,
            tries=callbacks.tries,
            scores=quality.scores,
        )
        shown.says("")


def _play_billing(demo: Demo, _: Translator) -> None:
    from guanjia.sample.billing_past import play_past

    logging.getLogger("guanjia.pipelines").setLevel(logging.WARNING)  # six runs of long ago are no news
    with step(_("Billing the months before")) as shown:
        played = play_past(
            demo.wish.first_day(),
            demo.as_of,
            told=lambda done, of: shown.says(_("{done} of {of} days", done=done, of=of)),
        )
        shown.title = _(
            "{bills} bills in {months} runs posted, {payments} payments, {letters} reminder letters", **played
        )
        shown.says("")


def _run(demo: Demo, names: list[str]) -> None:
    """Runs the DAGs of pipelines one after the other in a process of their own, and shows what each did.

    Raises:
        GuanjiaError: one did not succeed; those after it were not begun.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
        process = _start(demo, names, errors)
        try:
            for name in names:
                _see_through(demo, name, process, errors)
        finally:
            process.communicate()


def _start(demo: Demo, names: list[str], errors: IO[str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-P", "-m", "guanjia.cli", "run", *names, "--as-of", demo.as_of.isoformat(), "--json"]
    variables = inherited_environment() | {"GUANJIA_HOME": str(demo.home)}
    return subprocess.Popen(
        command,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
    )


def _see_through(demo: Demo, pipeline: str, process: subprocess.Popen[str], errors: IO[str]) -> None:
    _ = gettext_for(environment().language)
    with step(_("Running {pipeline}", pipeline=pipeline)) as shown:
        row = _next_row(process)
        if row.get("state") not in WENT_WELL:
            process.wait()
            errors.seek(0)
            detail = row.get("detail") or {}
            told = reason_words(_, detail.get("reason"), detail.get("stopped_by"))
            raise GuanjiaError(
                _(
                    "{pipeline} did not succeed: {reason} Its log is {log}; `guanjia demo` goes on from here.",
                    pipeline=pipeline,
                    reason=told or _last_line(errors.read()) or _("It said nothing."),
                    log=demo.home / "logs" / f"run-{pipeline}.log",
                )
            )
        shown.title = _("{pipeline}: {counts}", pipeline=pipeline, counts=counts_text(_, row) or _("nothing due"))


def _next_row(process: subprocess.Popen[str]) -> dict[str, Any]:
    """The next run row the process prints; empty when it ended without one."""
    assert process.stdout is not None
    for line in process.stdout:
        with contextlib.suppress(ValueError):
            found = json.loads(line)
            if isinstance(found, dict):
                return found
    return {}


def counts_text(_: Translator, row: dict[str, Any]) -> str:
    """The counts of a run row, those above nought."""
    detail = row.get("detail") or {}
    counts = {name: value for name, value in detail.items() if isinstance(value, int) and value}
    return ", ".join(f"{count_words(_, name)} {value:,}" for name, value in counts.items())


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip() if lines else ""
