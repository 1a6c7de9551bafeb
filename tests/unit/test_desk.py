"""Parts of the pages that need no running Airflow: names of uploads, words, the plugin's lightness."""

from __future__ import annotations

import subprocess
import sys

import pytest

from guanjia.desk.upload import safe_name
from guanjia.desk.words import expectation, word
from guanjia.domain.errors import UsageError


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("工单_2026-11.xlsx", "工单_2026-11.xlsx"),
        ("C:\\files\\工单.XLSX", "工单.xlsx"),
        ("../../etc/cron.d/staff.csv", "staff.csv"),
        ("restricted/staff.csv", "staff.csv"),
        (".hidden.csv", "hidden.csv"),
        ("~$工单.xls", "$工单.xls"),
        ("a\nb\x00.csv", "ab.csv"),
        ("长" * 200 + ".csv", "长" * 60 + ".csv"),
    ],
)
def test_an_upload_keeps_only_its_bare_name(given: str, kept: str) -> None:
    assert safe_name(given) == kept


@pytest.mark.parametrize("given", ["", ".csv", "run.sh", "a.csv.exe", "a.part", "noending", "  .xlsx"])
def test_what_is_no_file_of_ours_is_refused(given: str) -> None:
    with pytest.raises(UsageError):
        safe_name(given)


def test_codes_are_shown_in_the_visitors_words_and_unknown_ones_as_they_are() -> None:
    assert word("staff.role", "team_leader", "zh") == "班长"
    assert word("staff.role", "team_leader", "en") == "team leader"
    assert word("staff.email", "a_b@example.com", "en") == "a_b@example.com"
    assert word("run_state", "failed", "zh") == "失败"
    assert word("dataset", "cases", "zh") == "工单"
    assert word("milestone", "answer", "zh") == "答复"
    assert word("no_table.column", "x", "zh") == "x"
    assert word("run_state", None, "zh") == "—"
    assert (word("count", "gate_rows", "zh"), word("count", "gate_rows", "en")) == ("质量关口检查行数", "rows checked")
    assert word("count", "judged.new", "zh") == "judged.new"


def test_an_expectation_is_told_as_a_sentence() -> None:
    assert expectation("expect_column_values_to_not_be_null: email", "zh") == "email 须填写"
    assert expectation("expect_something_new: email", "en") == "expect_something_new: email"


def test_loading_the_plugin_builds_no_page() -> None:
    """Every Airflow process loads it; the application costs memory only where pages are shown."""
    code = (
        "import sys, guanjia.desk.plugin as plugin\n"
        "assert plugin.GuanjiaPlugin.external_views and plugin.GuanjiaPlugin.fastapi_apps\n"
        "heavy = {'guanjia.desk.app', 'jinja2.environment', 'pandas', 'great_expectations'} & set(sys.modules)\n"
        "print('guanjia.desk.app' in heavy)"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip().endswith("False"), done.stderr
