"""Airflow's settings in a home: below the home, on loopback, calling nobody; and its people."""

from __future__ import annotations

import importlib.util
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from guanjia import settings
from guanjia.host.airflow import PEOPLE, airflow_environment, has_passwords, passwords, process_environment
from guanjia.host.ports import is_free


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A home whose Airflow has its database elsewhere, so that no server is needed."""
    settings.forget()
    settings.use(home=tmp_path, airflow_database_url="postgresql://airflow:secret@db.example.com/airflow")
    yield tmp_path
    settings.forget()


def test_every_folder_airflow_writes_to_lies_below_the_home(home: Path) -> None:
    variables = airflow_environment(home)
    for name in (
        "AIRFLOW_HOME",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER",
        "AIRFLOW__LOGGING__DAG_PROCESSOR_CHILD_PROCESS_LOG_DIRECTORY",
        "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_STORAGE_PATH",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE",
    ):
        assert Path(variables[name]).is_relative_to(home), name


def test_both_drivers_reach_the_database_the_settings_name(home: Path) -> None:
    variables = airflow_environment(home)
    rest = "airflow:secret@db.example.com/airflow"
    assert variables["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] == f"postgresql+psycopg2://{rest}"
    assert variables["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC"] == f"postgresql+asyncpg://{rest}"


def test_keys_are_kept_fit_for_use_and_differ_between_homes(
    home: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    first, again = airflow_environment(home), airflow_environment(home)
    other = airflow_environment(tmp_path_factory.mktemp("other"))
    for name in ("AIRFLOW__CORE__FERNET_KEY", "AIRFLOW__API_AUTH__JWT_SECRET", "AIRFLOW__API__SECRET_KEY"):
        assert first[name] == again[name]
        assert first[name] != other[name]
    Fernet(first["AIRFLOW__CORE__FERNET_KEY"])
    assert len(first["AIRFLOW__API_AUTH__JWT_SECRET"]) >= 64, "HS512 wants a key of 64 bytes"


def test_another_airflow_and_a_proxy_in_the_callers_environment_do_not_lead_ours_astray(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW__CORE__PLUGINS_FOLDER", "/elsewhere")
    monkeypatch.setenv("AIRFLOW__SMTP__SMTP_HOST", "mail.example.com")
    monkeypatch.setenv("AIRFLOW_CONFIG", "/elsewhere/airflow.cfg")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.com:3128")
    monkeypatch.setenv("NO_PROXY", "intranet.example.com,localhost")
    variables = process_environment(home)
    assert variables["AIRFLOW__CORE__PLUGINS_FOLDER"] != "/elsewhere"
    assert "AIRFLOW__SMTP__SMTP_HOST" not in variables
    assert "AIRFLOW_CONFIG" not in variables
    assert variables["NO_PROXY"].split(",") == ["127.0.0.1", "localhost", "intranet.example.com"]
    assert variables["HTTPS_PROXY"] == "http://proxy.example.com:3128"


def test_every_person_has_a_password_of_their_own_that_stays(home: Path) -> None:
    known = passwords(home)
    assert set(known) == {person.login for person in PEOPLE}
    assert len(set(known.values())) == len(PEOPLE)
    assert passwords(home) == known
    assert stat.S_IMODE((home / "airflow" / "passwords.json").stat().st_mode) == 0o600


def test_passwords_are_there_before_airflow_could_make_its_own(home: Path) -> None:
    airflow_environment(home)
    assert has_passwords(home)


def test_who_requests_and_who_approves_have_different_rights() -> None:
    roles = {person.login: person.role for person in PEOPLE}
    assert roles["qianlan"] != roles["shenhe"]
    assert set(roles.values()) <= {"admin", "op", "user", "viewer"}


def test_every_option_we_set_is_one_airflow_knows(home: Path) -> None:
    spec = importlib.util.find_spec("airflow")
    assert spec is not None
    assert spec.origin is not None
    import yaml

    told = yaml.safe_load((Path(spec.origin).parent / "config_templates" / "config.yml").read_text(encoding="utf-8"))
    known = {(section, name) for section, parts in told.items() for name in parts["options"]}
    ours = {tuple(name.lower().split("__")[1:]) for name in airflow_environment(home) if name.startswith("AIRFLOW__")}
    assert ours <= known


def test_a_port_is_free_only_if_nobody_listens_on_it() -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert not is_free(port)
    assert is_free(port)
