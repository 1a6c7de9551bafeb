"""The DAG catalogue, read from the DAG files without running them."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

from guanjia.docs_generator.markdown import anchor, cell, code, table, title
from guanjia.settings import environment


@dataclass(frozen=True)
class DagFile:
    """What a DAG file says of itself.

    Attributes:
        path: the file.
        dag_id: its DAG.
        doc: the module docstring, the operator's page.
        arguments: arguments of ``@dag`` as source text.
        tasks: display names of its tasks, in the order they are written.
    """

    path: Path
    dag_id: str
    doc: str
    arguments: dict[str, str]
    tasks: list[str]

    def text(self, argument: str) -> str:
        """An argument that is a literal, as its value; anything else as source text."""
        source = self.arguments.get(argument, "")
        try:
            value = ast.literal_eval(source)
        except (ValueError, SyntaxError):
            return source
        return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def dag_files() -> list[DagFile]:
    """Every DAG of ``dags/``, by file name."""
    found = (read_dag_file(path) for path in sorted((environment().project_root / "dags").glob("*.py")))
    return [dag for dag in found if dag is not None]


def read_dag_file(path: Path) -> DagFile | None:
    """What a file says of its DAG; None if it declares none."""
    module = ast.parse(path.read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(module) if isinstance(node, ast.Call)]
    declared = [call for call in calls if _name(call.func) in ("dag", "DAG")]
    if not declared:
        return None
    arguments = {word.arg: ast.unparse(word.value) for word in declared[0].keywords if word.arg}
    tasks = [
        str(ast.literal_eval(word.value))
        for call in sorted(calls, key=lambda call: call.lineno)
        for word in call.keywords
        if word.arg == "task_display_name" and isinstance(word.value, ast.Constant)
    ]
    return DagFile(path, path.stem, ast.get_docstring(module) or "", arguments, tasks)


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def page() -> str:
    """The page ``dags.md``."""
    dags = dag_files()
    overview = table(
        ["DAG", "name", "schedule", "tags"],
        [
            [
                f"[`{dag.dag_id}`]({anchor(dag.dag_id)})",
                dag.text("dag_display_name"),
                f"`{cell(dag.arguments.get('schedule', ''))}`",
                dag.text("tags"),
            ]
            for dag in dags
        ],
    )
    introduction = (
        "Every DAG with its operator's page, as it stands in the file and in Airflow's UI. Times are Asia/Shanghai."
    )
    return "\n".join([title("DAGs 流程目录", introduction), overview, *(_chapter(dag) for dag in dags)])


def _chapter(dag: DagFile) -> str:
    facts = {name: dag.arguments.get(name, "") for name in ("schedule", "catchup", "max_active_runs")}
    settings = " · ".join(f"{name} `{cell(value)}`" for name, value in facts.items() if value)
    tasks = " → ".join(dag.tasks)
    body = re.sub(r"^#{1,2} ", "### ", dag.doc.strip(), flags=re.M)
    link = f"[dags/{dag.path.name}](../../dags/{dag.path.name})"
    return f"## {dag.dag_id}\n\n{link} · {settings}\n\nTasks: {tasks or code(['none'])}\n\n{body}\n"
