"""Say what is wrong with this installation and what to do; exit 1 if something does not work."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from guanjia.cli.progress import say
from guanjia.cli.values import now
from guanjia.domain.errors import GuanjiaError
from guanjia.i18n import N_, Translator, gettext_for
from guanjia.settings import TIME_ZONE, environment

if TYPE_CHECKING:
    from guanjia.host.doctor import Finding

MARKS = {"ok": "✓", "warning": "!", "problem": "✗"}
WORDS = {"ok": N_("ok"), "warning": N_("caution"), "problem": N_("problem")}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--json", action="store_true", help="print a list of objects: check, state, text, action")
    parser.add_argument("--as-of", metavar="T", help="judge by this instant instead of now (calendars, waiting mails)")


def run(arguments: argparse.Namespace) -> int:
    """Look at everything; see the module's help."""
    from guanjia.cli.values import instant

    tr = gettext_for(environment().language)
    at = instant(arguments.as_of) if arguments.as_of else now()
    found = []
    for finding in examined(environment().home, at, tr):
        found.append(finding)
        if not arguments.json:
            _show(finding, tr)
    problems = sum(finding.state == "problem" for finding in found)
    warnings = sum(finding.state == "warning" for finding in found)
    if arguments.json:
        sys.stdout.write(json.dumps([asdict(finding) for finding in found], ensure_ascii=False, indent=1) + "\n")
    else:
        say()
        say(tr("{problems} problems, {warnings} warnings.", problems=problems, warnings=warnings))
    return 1 if problems else 0


def _show(finding: Finding, tr: Translator) -> None:
    action = f" → {finding.action}" if finding.action else ""
    say(f"{MARKS[finding.state]} {tr(WORDS[finding.state])}  {finding.check}: {finding.text}{action}")


def examined(home: Path, at: datetime, tr: Translator) -> Iterator[Finding]:
    """Everything that is found, in the order in which it should be put right."""
    from guanjia.host import (
        doctor_billing,
        doctor_business,
        doctor_callbacks,
        doctor_database,
        doctor_house,
        doctor_inspections,
        doctor_machine,
        doctor_quality,
        doctor_reports,
    )
    from guanjia.host.database import is_embedded, opened_database
    from guanjia.host.doctor import Patient, examine, problem, warning

    patient = Patient(home, at, tr, _up_since(home))
    yield from examine([*doctor_machine.CHECKS, *doctor_house.CHECKS], patient)
    if is_embedded() and not (home / "postgres.json").exists():
        yield warning("database", tr("There is no database yet."), tr("Run `guanjia init` or `guanjia up`."))
        return
    try:
        with opened_database(must_be_made=False):
            database = list(examine(doctor_database.CHECKS, patient))
            yield from database
            if all(finding.state != "problem" for finding in database):
                yield from examine(
                    [
                        *doctor_business.CHECKS,
                        *doctor_inspections.CHECKS,
                        *doctor_callbacks.CHECKS,
                        *doctor_quality.CHECKS,
                        *doctor_billing.CHECKS,
                        *doctor_reports.CHECKS,
                    ],
                    patient,
                )
    except GuanjiaError as error:
        yield problem("database", str(error), tr("Correct what stands above first, then run `guanjia doctor` again."))


def _up_since(home: Path) -> datetime | None:
    from guanjia.host.supervisor import supervisor_of

    running = supervisor_of(home)
    return None if running is None else datetime.fromtimestamp(running.create_time(), TIME_ZONE)
