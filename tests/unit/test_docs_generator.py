"""The generated pages say what the code says."""

from __future__ import annotations

import ast
from pathlib import Path

from guanjia.docs_generator import data_contract, rule_catalogue, table_reference
from guanjia.docs_generator.dag_catalogue import read_dag_file
from guanjia.docs_generator.markdown import anchor, cell, table

DAG_FILE = '''
"""
### 示例 · Example

What it does.
"""
from airflow.sdk import dag, task

@dag(dag_display_name="示例 Example", schedule="0 5 * * *", catchup=False, tags=["a", "b"])
def example():
    @task(task_display_name="第一 First")
    def first(): ...

    @task(task_display_name="第二 Second")
    def second(): ...

    first() >> second()

example()
'''


def test_a_table_cell_is_one_line_and_hides_its_bars() -> None:
    assert cell("a|b\nc") == "a\\|b c"
    assert cell(None) == ""
    assert table(["x"], [[1]]) == "| x |\n|---|\n| 1 |\n"


def test_an_anchor_is_what_code_hosts_make_of_a_heading() -> None:
    assert anchor("settings 参数") == "#settings-参数"
    assert anchor("mail_delivery") == "#mail_delivery"


def test_a_dag_file_is_read_without_running_it(tmp_path: Path) -> None:
    (tmp_path / "example.py").write_text(DAG_FILE, encoding="utf-8")
    dag = read_dag_file(tmp_path / "example.py")
    assert dag is not None
    assert dag.dag_id == "example"
    assert dag.text("dag_display_name") == "示例 Example"
    assert dag.text("tags") == "a, b"
    assert dag.arguments["schedule"] == "'0 5 * * *'"
    assert dag.tasks == ["第一 First", "第二 Second"]
    assert "What it does." in dag.doc


def test_a_file_without_a_dag_is_none(tmp_path: Path) -> None:
    (tmp_path / "plain.py").write_text("x = 1\n", encoding="utf-8")
    assert read_dag_file(tmp_path / "plain.py") is None


def test_rules_are_found_on_tests_and_on_whole_modules() -> None:
    module = ast.parse(
        "pytestmark = pytest.mark.rule('ESC-01')\n"
        "@pytest.mark.rule('ESC-03', 'ESC-10')\ndef test_a(): ...\n"
        "class TestB:\n    def test_b(self): ...\n"
    )
    assert list(rule_catalogue._marked(module)) == [
        ("ESC-01", "test_a"),
        ("ESC-03", "test_a"),
        ("ESC-10", "test_a"),
        ("ESC-01", "test_b"),
    ]


def test_the_rulebook_is_read_whole() -> None:
    rules = {rule.rule_id: rule for rule in rule_catalogue.rules()}
    assert rules["ESC-04"].text.startswith("Repair: technician at the door")
    assert rules["CUST-04"].chapter.startswith("CUST")


def test_the_contract_names_header_choices_and_restriction() -> None:
    page = data_contract.page()
    assert "| `unit_use`* | 用途 | choice |" in page
    assert "`residential` 住宅" in page
    staff = page[page.index("## staff 员工") : page.index("## roster")]
    assert "**Restricted.**" in staff


def test_the_table_reference_tells_types_keys_and_references() -> None:
    page = table_reference.page()
    units = page[page.index("## units\n") : page.index("## vacanc")]
    assert "| **unit_code** | text |  |" in units
    assert "refers to `buildings (community_code, building_code)`" in units
