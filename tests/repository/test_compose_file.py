"""docker-compose.yml is valid Compose, asks for every secret, and gives no service more than it needs."""

from __future__ import annotations

import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from guanjia.host.postgres import RIGHTS
from tests.repository.checkout import ROOT
from tests.support import compose

SERVICES: dict[str, dict[str, Any]] = compose.raw()["services"]
SECRET = re.compile(r"PASSWORD|SECRET|FERNET|SESSION_KEY")
MAY_BE_EMPTY = {"GUANJIA_SMTP_PASSWORD"}
"""A mail server may want none, and the mail catcher stands in until there is one."""

every_service = pytest.mark.parametrize("name", SERVICES)


def test_it_follows_the_compose_specification() -> None:
    command = [Path(sys.executable).parent / "check-jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run([*command, compose.COMPOSE_FILE], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_secrets_are_asked_for_and_everything_else_has_a_default() -> None:
    used = set(compose.variables_used(compose.raw()))
    assert len(used) >= 15
    for variable, sign in used:
        if SECRET.search(variable) and variable not in MAY_BE_EMPTY:
            assert sign == ":?", f"{variable} must be asked for: ${{{variable}:?…}}"
        else:
            assert sign == ":-", f"{variable} needs a default: ${{{variable}:-…}}"


def test_a_missing_secret_is_told() -> None:
    with pytest.raises(KeyError, match=r"prepare\.sh"):
        compose.services({})


def test_prepare_writes_every_secret_once_and_for_its_owner_only(tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    script = tmp_path / "deploy" / "prepare.sh"
    script.write_bytes((ROOT / "deploy" / "prepare.sh").read_bytes())
    subprocess.run(["sh", script], check=True, capture_output=True)
    written = (tmp_path / ".env").read_text(encoding="utf-8")
    variables = compose.read_env(written)
    asked_for = {variable for variable, sign in compose.variables_used(compose.raw()) if sign == ":?"}
    assert asked_for <= set(variables)
    secrets = [variables[variable] for variable in asked_for]
    assert len(set(secrets)) == len(secrets) and all(len(secret) >= 32 for secret in secrets)
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600
    assert (tmp_path / "var" / "inbox" / "restricted").is_dir()
    again = subprocess.run(["sh", script], capture_output=True, text=True)
    assert again.returncode == 1 and "kept" in again.stderr
    assert (tmp_path / ".env").read_text(encoding="utf-8") == written


@every_service
def test_no_service_runs_as_root_or_with_more_rights_than_it_needs(name: str) -> None:
    service = SERVICES[name]
    assert not str(service["user"]).startswith(("root", "0"))
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert not {"privileged", "cap_add", "network_mode", "pid"} & set(service)


@every_service
def test_every_service_is_watched_restarted_and_bounded(name: str) -> None:
    service = SERVICES[name]
    if name == "init":
        assert service["restart"] == "no"
        return
    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")
    assert service["deploy"]["resources"]["limits"]["memory"]


@every_service
def test_published_ports_are_on_loopback_unless_someone_decides_otherwise(name: str) -> None:
    for port in SERVICES[name].get("ports", []):
        assert re.fullmatch(r"\$\{\w+:-127\.0\.0\.1:\d+\}:\d+", port), port
    if SERVICES[name].get("ports"):
        assert name in ("api-server", "mail")


@every_service
def test_images_are_pinned_and_no_service_opens_a_log_server(name: str) -> None:
    image = SERVICES[name]["image"]
    assert ":" in image and not image.endswith(":latest")
    command = SERVICES[name]["command"]
    if command[:1] == ["airflow"] and command[1] in ("scheduler", "triggerer", "celery"):
        assert "--skip-serve-logs" in command


def test_only_the_one_shot_init_may_change_the_schema() -> None:
    with_owner = [name for name, service in SERVICES.items() if "GUANJIA_OWNER_DATABASE_URL" in service["environment"]]
    assert with_owner == ["init"]


def test_workers_alone_may_empty_the_inbox() -> None:
    for name, service in SERVICES.items():
        for volume in service.get("volumes", []):
            if isinstance(volume, dict) and volume["target"].endswith("/inbox"):
                assert volume.get("read_only") is True or name == "worker", name


def test_roles_have_the_same_rights_as_on_the_embedded_server() -> None:
    scripts = (path.read_text(encoding="utf-8") for path in (ROOT / "deploy" / "postgres").glob("*.sh"))
    written = " ".join("\n".join(scripts).split())
    assert not [right for right in RIGHTS if f"{' '.join(right.split())};" not in written]


def test_the_image_is_built_from_the_hash_pinned_lock_and_runs_as_nobody_special() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert "--require-hashes" in dockerfile and "-r /tmp/requirements.lock" in dockerfile
    assert re.search(r"^USER 10001:0$", dockerfile, re.M)
    bases = re.findall(r"^FROM (\S+)", dockerfile, re.M)
    assert bases and all(":" in base and not base.endswith(":latest") for base in bases)
    for copied in re.findall(r"^COPY (?!--from)(.+)$", dockerfile, re.M):
        for source in copied.split()[:-1]:
            assert (ROOT / source).exists(), f"COPY {source}: not there"
