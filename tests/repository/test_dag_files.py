"""A DAG file reads in one sitting, is its own operator's page, and only orchestrates."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from guanjia.docs_generator.dag_catalogue import DagFile, read_dag_file
from tests.repository.checkout import imported_modules, matching, named, speaks_both, tree

DAG_FILES = matching("dags/**/*.py")
AT_LEAST = 15
"""Raise it with each DAG, so that a moved folder does not make these tests empty."""

LONGEST = 100
WRITTEN_OUT = (
    "schedule",
    "start_date",
    "catchup",
    "max_active_runs",
    "tags",
    "default_args",
    "dag_display_name",
    "doc_md",
)
OPERATORS_QUESTIONS = ("In /", "Out /", "Parameters", "Safe to re-run", "When it fails")
ROOMS_OPEN_TO_DAGS = ("guanjia.orchestration", "guanjia.pipelines", "guanjia.outbox", "guanjia.gates", "guanjia.desk")

every_dag_file = pytest.mark.parametrize("path", DAG_FILES, ids=named)


def declared(path: Path) -> DagFile:
    dag = read_dag_file(path)
    assert dag is not None, f"{named(path)} declares no DAG"
    return dag


def test_there_are_dag_files() -> None:
    assert len(DAG_FILES) >= AT_LEAST


@every_dag_file
def test_the_docstring_is_the_operators_page_in_both_languages(path: Path) -> None:
    dag = declared(path)
    assert speaks_both(dag.doc), "the module docstring is English with the Chinese beside it"
    missing = [question for question in OPERATORS_QUESTIONS if question not in dag.doc]
    assert not missing, f"the operator's page does not answer: {missing}"
    assert dag.arguments.get("doc_md") == "__doc__"


@every_dag_file
def test_schedule_and_friends_are_written_out(path: Path) -> None:
    dag = declared(path)
    assert not [name for name in WRITTEN_OUT if name not in dag.arguments]
    assert len(ast.literal_eval(dag.arguments["tags"])) >= 1
    assert dag.arguments["catchup"] in ("True", "False")


@every_dag_file
def test_file_and_dag_have_one_name_and_an_owner(path: Path) -> None:
    dag = declared(path)
    assert dag.text("dag_id") in ("", path.stem)
    assert "owner" in dag.arguments["default_args"] or "_ARGUMENTS" in dag.arguments["default_args"]


@every_dag_file
def test_dag_and_tasks_are_called_by_name_in_both_languages(path: Path) -> None:
    assert speaks_both(declared(path).text("dag_display_name"))
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and _makes_a_task(node):
            words = {word.arg: word.value for word in node.keywords}
            shown = words.get("task_display_name")
            assert shown is not None, f"line {node.lineno}: no task_display_name"
            if isinstance(shown, ast.Constant):
                assert speaks_both(shown.value), f"line {node.lineno}: {shown.value}"
        elif isinstance(node, ast.FunctionDef):
            bare = [ast.unparse(mark) for mark in node.decorator_list if not isinstance(mark, ast.Call)]
            assert not [mark for mark in bare if mark.split(".")[0] == "task"], f"{node.name}: no task_display_name"


def _makes_a_task(call: ast.Call) -> bool:
    called = ast.unparse(call.func)
    is_operator = any(word.arg == "task_id" for word in call.keywords) and called.endswith(("Operator", "Sensor"))
    return is_operator or called.split(".")[0] == "task"


@every_dag_file
def test_it_reads_in_one_sitting(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


@every_dag_file
def test_a_task_is_one_to_three_statements(path: Path) -> None:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef) and any("task" in ast.unparse(mark) for mark in node.decorator_list):
            statements = [
                inner
                for inner in ast.walk(node)
                if isinstance(inner, ast.stmt)
                and inner is not node
                and not isinstance(inner, ast.Import | ast.ImportFrom)
            ]
            assert len(statements) <= 3, f"{node.name} has {len(statements)} statements: move them to the pipeline"


@every_dag_file
def test_it_imports_only_airflow_and_the_pipelines(path: Path) -> None:
    for module, line in imported_modules(tree(path)):
        top = module.split(".")[0]
        allowed = top == "airflow" or top in sys.stdlib_module_names or module == "guanjia"
        allowed = allowed or module.startswith(ROOMS_OPEN_TO_DAGS)
        assert allowed, f"line {line}: {module} (dags → pipelines)"


@every_dag_file
def test_it_reads_no_airflow_variable(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "Variable.get" not in text, "policies are rows of a dataset"
    assert "os.environ" not in text
