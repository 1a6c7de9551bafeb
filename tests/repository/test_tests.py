"""The tests themselves: rules that exist, reasons for skips, no sleeping on the clock's luck."""

from __future__ import annotations

import ast
from pathlib import Path

from guanjia.docs_generator.rule_catalogue import rules, rules_in_code, rules_in_tests
from tests.repository.checkout import for_each, matching, named, tree

TEST_FILES = matching("tests/**/test_*.py")

every_test_file = for_each(TEST_FILES, named)


def test_there_are_tests() -> None:
    assert len(TEST_FILES) >= 12


@every_test_file
def test_a_skipped_test_gives_its_reason(path: Path) -> None:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called.endswith(("mark.skip", "mark.skipif", "mark.xfail")):
                assert any(word.arg == "reason" for word in node.keywords), f"line {node.lineno}: {called}"
            elif called in ("pytest.skip", "pytest.xfail"):
                assert node.args or node.keywords, f"line {node.lineno}: {called}"
        if isinstance(node, ast.Attribute):
            bare = ast.unparse(node)
            assert bare != "pytest.mark.skip" or _is_called(tree(path), node), f"line {node.lineno}: no reason"


def _is_called(module: ast.Module, attribute: ast.Attribute) -> bool:
    return any(isinstance(node, ast.Call) and node.func is attribute for node in ast.walk(module))


@every_test_file
def test_nothing_below_the_gateway_is_mocked(path: Path) -> None:
    imported = [alias.name for node in ast.walk(tree(path)) if isinstance(node, ast.Import) for alias in node.names]
    imported += [node.module or "" for node in ast.walk(tree(path)) if isinstance(node, ast.ImportFrom)]
    assert not [name for name in imported if name.startswith(("unittest.mock", "mock", "pytest_mock"))]


@every_test_file
def test_test_functions_are_named_after_what_they_prove(path: Path) -> None:
    names = [node.name for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef)]
    assert not [name for name in names if name.startswith("test_") and name.removeprefix("test_").isdigit()]


def test_rules_in_code_and_tests_are_in_the_rulebook() -> None:
    known = {rule.rule_id for rule in rules()}
    assert len(known) >= 60
    assert not set(rules_in_tests()) - known
    assert not set(rules_in_code()) - known


@every_test_file
def test_how_many_examples_a_property_sees_and_which_is_said_in_one_place(path: Path) -> None:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.keyword) and node.arg == "max_examples":
            assert ast.unparse(node.value).startswith("examples("), f"line {node.value.lineno}"
        elif isinstance(node, ast.keyword):
            assert node.arg not in ("derandomize", "suppress_health_check"), f"line {node.value.lineno}"
