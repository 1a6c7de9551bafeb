"""Airflow 3 of a home: its settings as environment variables, its people, its database.

Everything Airflow writes lies below the home; everything it opens listens on loopback; nothing calls outward.
Own settings that this module does not fix belong into ``<home>/airflow/airflow.cfg``.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import os
import secrets
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from guanjia.domain.errors import HostError
from guanjia.host.home_files import home_secrets, locked, read_json, write_json
from guanjia.host.postgres import EmbeddedServer
from guanjia.settings import environment, inherited_environment


@dataclass(frozen=True)
class Person:
    """Somebody who can log in to Airflow's UI in a home of the first minute.

    ``role`` is one of SimpleAuthManager's: viewer reads; user also starts and answers; op also sees connections and
    pools; admin all.
    """

    login: str
    role: str
    name: str


PEOPLE = (
    Person("admin", "admin", "管理员 Administrator"),
    Person("qianlan", "user", "钱岚 Qian Lan"),
    Person("shenhe", "op", "沈鹤 Shen He"),
)
"""Who can log in after `guanjia up`; the sample company's staff register holds the last two under the same logins."""


def airflow_environment(home: Path) -> dict[str, str]:
    """The environment variables under which any Airflow code of this home runs.

    For the processes of `guanjia up`, for `guanjia run` in one process (set before Airflow is imported) and for
    tests. The embedded server, if it is the home's database, must have been made (its port and passwords are read).

    Args:
        home: the state folder.

    Returns:
        Only our own variables; the caller adds them to what a process inherits (`process_environment`).
    """
    of_house = environment()
    passwords(home)  # else Airflow makes them itself, in a file for all to read, and prints them into a log
    keys = home_secrets(home, ("airflow.fernet", "airflow.jwt.1", "airflow.jwt.2", "airflow.session"))
    folder = home / "airflow"
    logs = home / "logs" / "airflow"
    ui = f"http://127.0.0.1:{of_house.ui_port}"
    return {
        "GUANJIA_HOME": str(home),
        "GUANJIA_PROJECT": str(of_house.project_root),
        "AIRFLOW_HOME": str(folder),
        **_options(
            "core",
            executor="LocalExecutor",
            parallelism=max(4, 2 * (os.cpu_count() or 2)),  # idle workers are forked at once, so not more
            dags_folder=of_house.project_root / "dags",
            plugins_folder=of_house.project_root / "plugins",  # its .airflowignore keeps files from being executed
            default_timezone="Asia/Shanghai",
            load_examples=False,
            dags_are_paused_at_creation=False,
            fernet_key=base64.urlsafe_b64encode(keys["airflow.fernet"].encode()).decode(),
            auth_manager="airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager",
            simple_auth_manager_users=",".join(f"{person.login}:{person.role}" for person in PEOPLE),
            simple_auth_manager_passwords_file=_password_file(home),
            hostname_callable="guanjia.host.airflow.own_address",  # the default asks the name servers
            execution_api_server_url=f"{ui}/execution/",
        ),
        **_options(
            "database",
            sql_alchemy_conn=_database_url(home, "postgresql+psycopg2"),
            sql_alchemy_conn_async=_database_url(home, "postgresql+asyncpg"),
        ),
        **_options(
            "api",
            host="127.0.0.1",
            port=of_house.ui_port,
            base_url=ui,
            instance_name="管家 Guanjia",
            secret_key=keys["airflow.session"],
            enable_swagger_ui=False,  # its pages load scripts from a foreign server
        ),
        **_options("api_auth", jwt_secret=keys["airflow.jwt.1"] + keys["airflow.jwt.2"], jwt_issuer="guanjia"),
        **_options(
            "logging",
            base_log_folder=logs,
            dag_processor_child_process_log_directory=logs / "dag_processor",
            colored_console_log=False,
            namespace_levels="great_expectations=WARNING",  # else hundreds of lines in every task that checks
        ),
        **_options(
            "scheduler",
            enable_health_check=False,  # its server would listen on every interface; the API tells the same
            catchup_by_default=False,
            task_instance_heartbeat_timeout=120,
        ),
        **_options("dag_processor", refresh_interval=30, dag_bundle_storage_path=folder / "bundles"),
        **_options("email", default_email_on_failure=False, default_email_on_retry=False),
        "OTEL_SDK_DISABLED": "true",
        "GX_ANALYTICS_ENABLED": "false",
        "SCARF_NO_ANALYTICS": "true",
        "DO_NOT_TRACK": "1",
        "PYTHONWARNINGS": "ignore",
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
    }


def process_environment(home: Path) -> dict[str, str]:
    """The complete environment of an Airflow process of this home: what we inherit, then what we set.

    Left out is what would lead it elsewhere: variables of another Airflow, and a company's HTTP proxy for the calls
    that Airflow's processes make to each other on this machine.
    """
    inherited = {name: value for name, value in inherited_environment().items() if not name.startswith("AIRFLOW_")}
    own = ["127.0.0.1", "localhost"]
    for name in ("NO_PROXY", "no_proxy"):
        own += [host for host in inherited.get(name, "").split(",") if host and host not in own]
    return inherited | airflow_environment(home) | {"NO_PROXY": ",".join(own), "no_proxy": ",".join(own)}


def own_address() -> str:
    """How Airflow's processes call the machine they run on: never by a name that a proxy or name server would see."""
    return "127.0.0.1"


def airflow_command(*arguments: str) -> list[str]:
    """The command line of an Airflow command under this very Python; modules do not come from the working folder."""
    return [sys.executable, "-P", "-m", "airflow", *arguments]


# -- people -----------------------------------------------------------------------------------------------------------


def passwords(home: Path) -> dict[str, str]:
    """login → password of everybody who can log in; made on first use, kept in a file only its owner can read."""
    path = _password_file(home)
    known = read_json(path)
    if any(person.login not in known for person in PEOPLE):
        with locked(home / "secrets.lock"):
            known = read_json(path)
            known.update({p.login: secrets.token_urlsafe(12) for p in PEOPLE if p.login not in known})
            write_json(path, known)
    return {person.login: str(known[person.login]) for person in PEOPLE}


def has_passwords(home: Path) -> bool:
    """Whether the passwords have been made."""
    return _password_file(home).exists()


def _password_file(home: Path) -> Path:
    return home / "airflow" / "passwords.json"


# -- database ---------------------------------------------------------------------------------------------------------


def airflow_database_is_current(home: Path) -> bool:
    """Whether `migrate_airflow_database` has nothing to do for the installed Airflow."""
    return read_json(_migrated_file(home)) == _installed(home)


def migrate_airflow_database(home: Path) -> None:
    """Brings Airflow's own tables to the installed version (7–15 s); at once if that is known to be done.

    Raises:
        HostError: Airflow's migration failed; its words are in ``logs/airflow-migrate.log``.
    """
    if airflow_database_is_current(home):
        return
    log = home / "logs" / "airflow-migrate.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8") as said:
        done = subprocess.run(
            airflow_command("db", "migrate"),
            env=process_environment(home),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode != 0:
        last = [line for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
        raise HostError(f"Airflow's database could not be brought up to date: {last[-1] if last else '?'} (see {log})")
    write_json(_migrated_file(home), _installed(home))


def _database_url(home: Path, driver: str) -> str:
    """Airflow's own database: the one in the settings, else the embedded server's."""
    given = environment().airflow_database_url
    if not given:
        return EmbeddedServer(home).url("airflow", driver=driver)
    return f"{driver}://{given.partition('://')[2]}"


def needs_embedded_server() -> bool:
    """Whether one of the two databases is the embedded server's, because the settings name no other."""
    return not (environment().database_urls and environment().airflow_database_url)


def _migrated_file(home: Path) -> Path:
    return home / "airflow" / "migrated.json"


def _installed(home: Path) -> dict[str, str]:
    database = _database_url(home, "postgresql")
    return {
        "airflow": importlib.metadata.version("apache-airflow-core"),
        "database": hashlib.sha256(database.encode()).hexdigest(),
    }


def _options(section: str, **values: object) -> Mapping[str, str]:
    return {f"AIRFLOW__{section.upper()}__{name.upper()}": str(value) for name, value in values.items()}
