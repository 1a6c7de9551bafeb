"""The demo's parts that need no database: the order of pipelines, what is told of a run."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from guanjia import settings
from guanjia.cli import demo, main
from guanjia.domain.errors import GuanjiaError
from guanjia.host.home import make_home
from guanjia.i18n import gettext_for
from guanjia.sample.generator import Wish
from guanjia.settings import TIME_ZONE

AS_OF = datetime(2026, 11, 20, 18, 0, tzinfo=TIME_ZONE)


@pytest.fixture(autouse=True)
def restored_settings() -> Iterator[None]:
    settings.forget()
    yield
    settings.forget()


def test_intake_runs_first_and_the_delivery_of_mails_last(tmp_path: Path) -> None:
    (tmp_path / "dags").mkdir()
    for name in ("mail_delivery", "zz_report", "overdue_escalations", "confirm_changes", "intake", "_shared"):
        (tmp_path / "dags" / f"{name}.py").touch()
    settings.use(project_root=tmp_path)
    assert demo.pipelines() == ["intake", "overdue_escalations", "zz_report", "mail_delivery"]


def test_every_pipeline_of_the_house_is_run() -> None:
    stems = {path.stem for path in (settings.PROJECT_ROOT / "dags").glob("*.py")}
    assert set(demo.pipelines()) == stems - demo.BY_HAND - demo.AS_IT_COMES


def test_the_files_lie_in_the_inbox_complete_and_old_enough(tmp_path: Path) -> None:
    make_home(tmp_path, is_demo=True)
    demo._put_into_inbox(demo.Demo(tmp_path, Wish(20, 1, 1, AS_OF)))
    dropped = [path for path in (tmp_path / "inbox").rglob("*") if path.is_file()]
    written = [path for path in (tmp_path / "sample").rglob("*") if path.is_file()]
    assert {path.name for path in dropped} == {path.name for path in written}
    assert all(path.suffix == ".csv" and path.stat().st_mtime < AS_OF.timestamp() - 600 for path in dropped)
    assert (tmp_path / "inbox" / "restricted" / "staff.csv").exists()


def test_counts_of_a_run_are_told_without_those_at_nought() -> None:
    row = {"detail": {"deadlines": 1200, "paused": 0, "reason": "text"}}
    assert demo.counts_text(gettext_for("en"), row) == "deadlines 1,200"
    assert demo.counts_text(gettext_for("en"), {}) == ""


def test_a_run_that_waits_for_an_approval_went_well(tmp_path: Path) -> None:
    """Billing ends "waiting" in a demo; a failed run and one that said nothing stop it."""
    settings.use(home=tmp_path)
    made = demo.Demo(tmp_path, Wish(20, 1, 1, AS_OF))

    def see(printed: str) -> None:
        with tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
            process = subprocess.Popen(["printf", "%s", printed], stdout=subprocess.PIPE, text=True)
            demo._see_through(made, "fee_billing", process, errors)

    see('{"pipeline": "fee_billing", "state": "waiting", "detail": {"bills": 3}}\n')
    see('{"pipeline": "fee_billing", "state": "succeeded", "detail": {}}\n')
    for printed in ('{"pipeline": "fee_billing", "state": "failed", "detail": {"reason": "no"}}\n', ""):
        with pytest.raises(GuanjiaError):
            see(printed)


def test_a_home_in_earnest_becomes_no_demo(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_home(tmp_path / "home")
    assert main(["demo", "--home", str(tmp_path / "home")]) == 1
    assert "cannot become a demo" in capsys.readouterr().err
    assert not (tmp_path / "home" / "sample").exists()
