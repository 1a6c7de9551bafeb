"""The rule catalogue: each rule of the rulebook, where it is carried out, and the tests that prove it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from guanjia.docs_generator.markdown import table, title
from guanjia.settings import environment

RULE = re.compile(r"\b(?:CASE|ESC|CB|INS|BILL|QC|REP|CUST)-\d\d\b")
_CHAPTER = re.compile(r"^## (?P<name>.+)$")
_ROW = re.compile(r"^\| (?P<id>[A-Z]+-\d\d) \| (?P<rule>.+) \| (?P<source>[^|]+) \|$")

CODE = (
    "dags/*.py",
    "sql/**/*.sql",
    "plugins/guanjia/**/*.py",
    "plugins/guanjia/defaults/*.csv",
    "expectations/**/*.json",
)
"""Where rules are carried out."""

INTRODUCTION = """
Every rule of the [rulebook](../rulebook.md), where the code names it, and the tests that prove it
(`@pytest.mark.rule`). A rule without a test is not carried out yet.
"""


@dataclass(frozen=True)
class Rule:
    """One rule of the rulebook."""

    rule_id: str
    chapter: str
    text: str


def rules() -> list[Rule]:
    """The rulebook's rules, in its order."""
    chapter, found = "", []
    for line in (environment().project_root / "docs" / "rulebook.md").read_text(encoding="utf-8").splitlines():
        if heading := _CHAPTER.match(line):
            chapter = heading["name"]
        elif row := _ROW.match(line):
            found.append(Rule(row["id"], chapter, row["rule"]))
    return found


def rules_in_code() -> dict[str, list[str]]:
    """Rule → the files that name it, relative to the checkout."""
    root = environment().project_root
    own = Path(__file__).parent
    named: dict[str, list[str]] = {}
    for pattern in CODE:
        for path in sorted(root.glob(pattern)):
            if own not in path.parents:
                for rule_id in sorted(set(RULE.findall(path.read_text(encoding="utf-8")))):
                    named.setdefault(rule_id, []).append(path.relative_to(root).as_posix())
    return named


def rules_in_tests() -> dict[str, list[str]]:
    """Rule → the tests that carry its mark, as ``file::test``."""
    root = environment().project_root
    proved: dict[str, list[str]] = {}
    for path in sorted((root / "tests").rglob("test_*.py")):
        for rule_id, test in _marked(ast.parse(path.read_text(encoding="utf-8"))):
            proved.setdefault(rule_id, []).append(f"{path.relative_to(root).as_posix()}::{test}")
    return proved


def _marked(module: ast.Module) -> Iterator[tuple[str, str]]:
    everywhere = [
        rule_id
        for statement in module.body
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "pytestmark"
        for rule_id in _ids(statement.value)
    ]
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            own = [rule_id for decorator in node.decorator_list for rule_id in _ids(decorator)]
            for rule_id in dict.fromkeys([*everywhere, *own]):
                yield rule_id, node.name


def _ids(expression: ast.expr) -> Iterator[str]:
    for node in ast.walk(expression):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("mark.rule"):
            for argument in node.args:
                if isinstance(argument, ast.Constant):
                    yield str(argument.value)


def page() -> str:
    """The page ``rules.md``."""
    known, in_code, in_tests = rules(), rules_in_code(), rules_in_tests()
    proved = sum(1 for rule in known if rule.rule_id in in_tests)
    parts = [title("Rules 规则目录", INTRODUCTION), f"{proved} of {len(known)} rules are proved by tests.\n"]
    for chapter in dict.fromkeys(rule.chapter for rule in known):
        rows = [
            [
                rule.rule_id,
                rule.text,
                _links(in_code.get(rule.rule_id, [])),
                _links(in_tests.get(rule.rule_id, [])),
            ]
            for rule in known
            if rule.chapter == chapter
        ]
        parts.append(f"## {chapter}\n\n{table(['rule', 'what it says', 'where', 'proved by'], rows)}")
    return "\n".join(parts)


def _links(places: list[str]) -> str:
    """Places as links: a file by its name, a test by its words."""
    shown = []
    for place in places:
        path, _, test = place.partition("::")
        shown.append(f"[{test or Path(path).name}](../../{path})")
    return "<br>".join(shown)
