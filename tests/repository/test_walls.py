"""Arrows run one way, only settings.py reads the environment, and importing the house is quick."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

from tests.repository.checkout import ROOT, for_each, matching, named, tree

PACKAGE = ROOT / "plugins" / "guanjia"
MODULES = matching("plugins/guanjia/**/*.py")
DOMAIN = matching("plugins/guanjia/domain/**/*.py")
PURE = (*DOMAIN, *matching("plugins/guanjia/pipelines/**/*.py"))

HEAVY = {"airflow", "great_expectations", "pandas", "matplotlib"}
"""Importing one costs seconds, so it is imported inside the function that needs it."""

MAY_BE_HEAVY = {"desk"}
"""Airflow itself loads these."""


def test_there_are_modules() -> None:
    assert len(MODULES) >= 120
    assert len(DOMAIN) >= 3


def test_the_import_walls_hold() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


@for_each(MODULES, named)
def test_only_settings_reads_the_environment(path: Path) -> None:
    if path == PACKAGE / "settings.py":
        return
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "os":
            assert node.attr not in ("environ", "environb", "getenv", "putenv"), f"line {node.lineno}"
        if isinstance(node, ast.ImportFrom) and node.module == "os":
            assert not {"environ", "getenv"} & {alias.name for alias in node.names}, f"line {node.lineno}"


@for_each(PURE, named)
def test_domain_and_pipelines_never_ask_the_clock(path: Path) -> None:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            clock = called.endswith((".now", ".utcnow", ".today", "time.time", "perf_counter"))
            assert not clock, f"line {node.lineno}: {called}() (as_of is passed)"


def test_the_domain_reckons_money_without_floats() -> None:
    for path in (path for path in DOMAIN if re.search(r"money|apportion|tariff|bill", path.stem)):
        for node in ast.walk(tree(path)):
            is_float = isinstance(node, ast.Constant) and isinstance(node.value, float)
            assert not is_float, f"{named(path)}, line {getattr(node, 'lineno', 0)}: Decimal"


def test_importing_the_command_and_the_pipelines_is_quick() -> None:
    names = [
        ".".join(path.relative_to(ROOT / "plugins").with_suffix("").parts).removesuffix(".__init__")
        for path in MODULES
        if path.name != "__main__.py" and not set(path.parts) & (MAY_BE_HEAVY | {"migrations"})
    ]
    script = (
        "import importlib, sys\n"
        f"for name in {names!r}:\n"
        "    importlib.import_module(name)\n"
        f"    heavy = {HEAVY!r} & set(sys.modules)\n"
        "    assert not heavy, f'importing {name} imports {heavy}'\n"
    )
    environment = {"PYTHONPATH": str(ROOT / "plugins"), "PATH": ""}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]


def test_sql_stands_in_files() -> None:
    """A statement that reads or changes tables is a file; short technical ones of the store and the host may stay."""
    exempt = ("store", "host", "docs_generator", "bench", "gates.py", "cli")
    for path in MODULES:
        if set(path.relative_to(PACKAGE).parts) & set(exempt):
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                begins = node.value.lstrip().upper()
                is_sql = begins.startswith(("SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM ", "WITH "))
                looks_real = is_sql and any(word in begins for word in (" FROM ", " SET ", " VALUES", " AS ("))
                assert not looks_real, f"{named(path)}, line {node.lineno}: {node.value[:60]!r}"


def test_plugins_folder_is_not_executed_by_airflow() -> None:
    assert (ROOT / "plugins" / ".airflowignore").read_text(encoding="utf-8").strip() == "*"
    shadows = [named(path) for path in matching("plugins/*.py") if path.stem in sys.stdlib_module_names]
    assert not shadows, "a bare name here would replace the standard library's"
    packages = {path.relative_to(ROOT / "plugins").parts[0] for path in matching("plugins/**/*.py")}
    assert packages == {"guanjia"}


@for_each(MODULES, named)
def test_modules_and_functions_are_of_a_readable_size(path: Path) -> None:
    """A symptom, not a law: the limits are far above the house style's 400 and 50 lines."""
    if "versions" in path.parts:
        return
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 600
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            assert node.end_lineno - node.lineno <= 90, node.name
