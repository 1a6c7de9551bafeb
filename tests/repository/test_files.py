"""Files of the repository: nothing that names a place of work, links that resolve, commands that exist."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from guanjia.cli import COMMANDS
from tests.repository.checkout import ROOT, files, for_each, matching, named

TEXT = {
    ".cfg",
    ".css",
    ".csv",
    ".html",
    ".in",
    ".ini",
    ".json",
    ".lock",
    ".md",
    ".po",
    ".py",
    ".sh",
    ".sql",
    ".toml",
    ".txt",
}
TEXT |= {".yaml", ".yml", ".mako", ".js", ".svg", ""}

INDEX_ADDRESS = re.compile(
    r"https?://[^\s\"'<>)]*(?:/simple\b|pypi\.|pythonhosted|registry\.npmjs|deb\.debian|/pypi/)"
    r"|--(?:extra-)?index-url[ =]\S|--find-links[ =]\S|--trusted-host",
    re.I,
)
MAIL_ADDRESS = re.compile(r"[\w.+-]+@(?P<domain>[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")
INVENTED = re.compile(
    r"(?:^|\W)example(?:\.com|\.org|\.net|\.cn)?$|\.invalid$|\.test$|^localhost$|^xn--fsqu00a\.", re.I
)
"""Among them 例子 (example) in the form mail servers see."""

LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)(?:\s+\"[^\"]*\")?\)")
HEADING = re.compile(r"^#{1,6}\s+(?P<text>.+?)\s*$", re.M)
MAKE = re.compile(r"(?:^|[`$])\s*make ([a-z][a-z-]*)", re.M)
COMMAND = re.compile(r"(?:^|[`$ ])guanjia ([a-z][a-z-]*)\b", re.M)

MARKDOWN = matching("**/*.md")


@cache
def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def text_files() -> list[Path]:
    return [path for path in files() if path.suffix in TEXT]


def test_there_are_files() -> None:
    assert len(text_files()) >= 150
    assert len(MARKDOWN) >= 20


def test_no_tracked_file_names_a_package_index() -> None:
    own = Path(__file__)
    named_there = [
        f"{named(path)}: {found[0]}"
        for path in text_files()
        if path != own
        for line in text_of(path).splitlines()
        if "--no-emit-index-url" not in line and (found := INDEX_ADDRESS.search(line))
    ]
    assert not named_there


def test_locks_carry_names_versions_and_hashes_only() -> None:
    locks = matching("*.lock")
    assert len(locks) >= 2
    for lock in locks:
        for line in text_of(lock).splitlines():
            plain = line.strip().rstrip("\\").strip()
            is_pin = re.fullmatch(r"[A-Za-z0-9._-]+(?:\[[\w,-]+\])?==[^ ;]+(?: ; .+)?", plain)
            assert not plain or plain.startswith(("#", "--hash=sha256:")) or is_pin, f"{named(lock)}: {plain}"


def test_mail_addresses_are_invented() -> None:
    real = [
        f"{named(path)}: {found[0]}"
        for path in text_files()
        if path.suffix not in (".lock", ".svg")
        for found in MAIL_ADDRESS.finditer(text_of(path))
        if not INVENTED.search(found["domain"]) and "@127.0.0.1" not in found[0] and path != Path(__file__)
    ]
    assert not real


@cache
def anchors(path: Path) -> set[str]:
    found = set()
    for heading in HEADING.finditer(text_of(path)):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading["text"]).replace("`", "")
        kept = "".join(sign for sign in plain.lower() if sign.isalnum() or sign in " -_")
        found.add(kept.strip().replace(" ", "-"))
    return found


@for_each(MARKDOWN, named)
def test_markdown_links_resolve(path: Path) -> None:
    for found in LINK.finditer(re.sub(r"```.*?```", "", text_of(path), flags=re.S)):
        target = unquote(found["target"])
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        file, _, anchor = target.partition("#")
        there = (path.parent / file).resolve() if file else path
        assert there.exists(), f"{target} is not there"
        assert there.is_relative_to(ROOT), f"{target} leads out of the repository"
        if anchor and there.suffix == ".md":
            assert anchor.lower() in anchors(there), f"{target}: no such heading"


@for_each([path for path in MARKDOWN if "adr" not in path.parts], named)
def test_commands_in_documents_exist(path: Path) -> None:
    makefile = ROOT / "Makefile"
    targets = set(re.findall(r"^([a-z][a-z-]*):", text_of(makefile), re.M)) if makefile.exists() else set()
    blocks = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text_of(path), re.S))
    for written in MAKE.finditer(blocks):
        assert written[1] in targets, f"make {written[1]}: the Makefile has no such target"
    for written in COMMAND.finditer(blocks):
        assert written[1] in COMMANDS, f"guanjia {written[1]}: no such command"


def test_every_listed_command_has_its_module() -> None:
    modules = {path.stem.replace("_", "-") for path in matching("plugins/guanjia/cli/*.py")}
    assert not set(COMMANDS) - modules


def test_shell_scripts_are_plain_sh() -> None:
    for path in (path for path in files() if path.suffix == ".sh"):
        assert text_of(path).startswith("#!/bin/sh\n"), named(path)
        subprocess.run(["sh", "-n", path], check=True)


def test_the_top_level_is_tidy() -> None:
    top = {path.relative_to(ROOT).parts[0] for path in files()}
    visible = {name for name in top if not name.startswith(".")}
    assert len(visible) <= 24, sorted(visible)


def test_generated_documentation_says_what_the_code_says() -> None:
    from guanjia import docs_generator

    assert docs_generator.stale() == [], "run `make docs`"


def test_settings_page_describes_every_environment_variable() -> None:
    from guanjia.docs_generator.settings_reference import ENVIRONMENT

    read = set(re.findall(r"\"(GUANJIA_[A-Z_]+)\"", text_of(ROOT / "plugins" / "guanjia" / "settings.py")))
    assert read == set(ENVIRONMENT)
