"""Making the Python environment: a Python that runs, packages that are whole."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"


@pytest.fixture(scope="module")
def environment() -> ModuleType:
    spec = importlib.util.spec_from_file_location("environment_of_the_checkout", TOOLS / "environment.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout in a path with spaces whose second part only says which Python it got."""
    tools = tmp_path / "a check out" / "tools"
    tools.mkdir(parents=True)
    shutil.copy(TOOLS / "environment.sh", tools)
    (tools / "environment.py").write_text("import sys; print(sys.argv[1], sys.version_info[:2])")
    return tools.parent


def program(path: Path, lines: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{lines}\n")
    path.chmod(0o755)


def make(checkout: Path, path: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", str(checkout / "tools" / "environment.sh"), "run"],
        env={"PATH": path} | variables,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def tools_only(tmp_path: Path) -> str:
    """A PATH with what a shell script needs, and without any Python."""
    for name in ("dirname", "sh"):
        found = shutil.which(name)
        assert found is not None
        (tmp_path / "base").mkdir(exist_ok=True)
        (tmp_path / "base" / name).symlink_to(found)
    return str(tmp_path / "base")


def test_names_that_do_not_run_and_versions_that_do_not_fit_are_passed_over(
    checkout: Path, tmp_path: Path, tools_only: str
) -> None:
    program(tmp_path / "shims" / "python3.13", "echo 'pyenv: python3.13: command not found' >&2; exit 127")
    program(tmp_path / "old dir" / "python3.12", "exit 1")
    program(tmp_path / "good dir" / "python3", f'exec "{sys.executable}" "$@"')
    path = os.pathsep.join([str(tmp_path / "shims"), str(tmp_path / "old dir"), str(tmp_path / "good dir"), tools_only])
    done = make(checkout, path)
    assert done.stdout.startswith("run (3,"), done
    assert done.stderr == ""


def test_a_named_python_is_taken_first(checkout: Path, tmp_path: Path, tools_only: str) -> None:
    program(tmp_path / "mine", f'echo mine; exec "{sys.executable}" "$@"')
    done = make(checkout, tools_only, GUANJIA_PYTHON=str(tmp_path / "mine"))
    assert "mine" in done.stdout


def test_without_a_suitable_python_it_says_what_to_install(checkout: Path, tools_only: str) -> None:
    done = make(checkout, tools_only)
    assert done.returncode == 1
    assert "Python 3.11, 3.12 or 3.13 is needed" in done.stderr
    assert "apt-get install python3" in done.stderr


def test_a_package_that_a_killed_installation_left_incomplete_is_seen(environment: ModuleType, tmp_path: Path) -> None:
    whole, part, unrecorded = (tmp_path / f"{name}-1.0.dist-info" for name in ("whole", "part", "unrecorded"))
    for folder in (whole, part, unrecorded):
        folder.mkdir()
    (tmp_path / "whole.py").touch()
    (whole / "RECORD").write_text("whole.py,sha256=x,0\n__pycache__/whole.pyc,,\nwhole-1.0.dist-info/RECORD,,\n")
    (part / "RECORD").write_text("part/__init__.py,sha256=x,0\npart-1.0.dist-info/RECORD,,\n")
    assert environment.is_complete(whole)
    assert not environment.is_complete(part)
    assert not environment.is_complete(unrecorded)


@pytest.mark.parametrize(
    ("line", "package"),
    [
        ("Collecting a2wsgi==1.10.10 (from -r /a check out/requirements.lock (line 3))", "a2wsgi"),
        ("Processing /opt/wheels/referencing-0.37.0-py3-none-any.whl (from -r x)", "referencing"),
        ("Requirement already satisfied: wirerope==1 in ./x (from -r y)", "wirerope"),
        ("Ignoring numpy: markers 'python_full_version >= \"3.12\"' don't match your environment", "numpy"),
    ],
)
def test_progress_names_the_package(environment: ModuleType, line: str, package: str) -> None:
    assert environment.package_in(line) == package
