"""The weekly report of the registers' week as a person sees it, from the raw mail; the docs show its pictures."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import insert

from guanjia.outbox import deliver
from guanjia.pipelines.overdue_escalations import run_steps as escalate
from guanjia.pipelines.reports.editions import compute
from guanjia.pipelines.reports.telling import tell
from guanjia.pipelines.scheduled_callbacks.running import run_steps as plan_callbacks
from guanjia.pipelines.vacancy_inspections.running import run_steps as plan_inspections
from guanjia.settings import TIME_ZONE
from guanjia.store.engine import engine
from guanjia.store.runs import open_run
from guanjia.store.tables import metadata
from tests.conftest import Database
from tests.support.inspection_year import OFFICE_REGISTERS, load_office
from tests.support.mail import QUICK, SENDER, sink
from tests.support.programs import ensure_chromium, ensure_libreoffice, or_skip
from tests.support.report_pictures import FOLDER, HEAVIEST, draw, weekly_mails

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(not OFFICE_REGISTERS.exists(), reason="the registers do not stand beside this checkout"),
]
FRIDAY = datetime(2026, 11, 20, 15, tzinfo=TIME_ZONE)


def test_the_weekly_report_is_readable_everywhere(database: Database, tmp_path: Path) -> None:
    or_skip(ensure_chromium())
    or_skip(ensure_libreoffice())
    _play_and_mail(database)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    seen = draw(weekly_mails(database.home / "mail"), FOLDER, tmp_path)
    assert len(seen) == 7
    assert {name: each.too_wide for name, each in seen.items() if each.too_wide} == {}
    assert min(each.smallest for each in seen.values()) >= 12
    assert {name for name, each in seen.items() if each.dark > 0.5} == {"desk by night", "phone by night"}
    pictures = sorted(FOLDER.glob("*.png"))
    assert len(pictures) == 7
    assert {path.name: size for path in pictures if (size := path.stat().st_size) > HEAVIEST} == {}


def _play_and_mail(database: Database) -> None:
    """The registers as they stand on Friday at 15:00, and the weekly report of them as a server took it."""
    load_office(database)
    for day in range(16, 21):
        plan_callbacks(FRIDAY.replace(day=day, hour=7), with_mails=False)
    for day in (1, 20):
        plan_inspections(FRIDAY.replace(day=day, hour=6), with_mails=False)
    escalate(FRIDAY)
    with database.transaction() as tx:
        run = open_run(tx, "weekly_report", FRIDAY)
        compute(tx, run, FRIDAY, "weekly")
        row = {"email": "reader@example.com", "report": "weekly", "scope": "company", "language": "en"}
        tx.execute(insert(metadata.tables["report_recipients"]).values(row))
        tell(tx, run, FRIDAY, "weekly")
    with sink(database.home) as found:
        report = deliver(engine("app"), found.server, SENDER, QUICK, kinds=["weekly_report"])
    assert (report.failed, report.later, report.unknown) == (0, 0, 0)
