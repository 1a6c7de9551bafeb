"""What the repository's own tests look at: its files, found by globbing, never by list."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[2]

T = TypeVar("T")

CHINESE = re.compile(r"[\u4e00-\u9fff]")
LATIN_WORD = re.compile(r"[A-Za-z]{2,}")


@cache
def files() -> tuple[Path, ...]:
    """Every file that is, or would be, kept in Git."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout.decode().split("\0")
    return tuple(path for path in (ROOT / name for name in sorted(set(names)) if name) if path.is_file())


def matching(*patterns: str) -> list[Path]:
    """Files of the checkout whose path matches one of the patterns (as ``Path.match`` and ``**`` read them)."""
    wanted = {path for pattern in patterns for path in ROOT.glob(pattern)}
    return [path for path in files() if path in wanted]


def named(path: Path) -> str:
    """A file's path as people write it, also the test's id."""
    return path.relative_to(ROOT).as_posix()


def for_each(things: Sequence[T], name: Callable[[T], str]) -> Callable[[Callable[[T], None]], Callable[[], None]]:
    """Makes one test of a check of one thing: it names all things that fail. (A test each would cost more than all.)"""

    def decorate(check: Callable[[T], None]) -> Callable[[], None]:
        def test() -> None:
            faults = []
            for thing in things:
                try:
                    check(thing)
                except AssertionError as error:
                    faults.append(f"{name(thing)}: {error}")
            assert not faults, "\n".join(faults)

        test.__name__, test.__doc__ = check.__name__, check.__doc__
        return test

    return decorate


@cache
def tree(path: Path) -> ast.Module:
    """A Python file, parsed."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imported_modules(module: ast.AST) -> Iterator[tuple[str, int]]:
    """Every module a file imports, with the line; ``from a import b`` counts as ``a`` and as ``a.b``."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module, node.lineno
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def speaks_both(text: str) -> bool:
    """Whether a text has Chinese and English words."""
    return bool(CHINESE.search(text) and LATIN_WORD.search(text))
