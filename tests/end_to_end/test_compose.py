"""The grown-up installation: every command of docker-compose.yml, run natively with its own environment.

There is no Docker here: each service's command and variables are read from the Compose file, host names and folders
are rewritten to this machine, and the whole is started: PostgreSQL with the installation's own roles, Valkey, the
one-shot init, Airflow under Celery and FAB with two workers, the mail catcher.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import smtplib
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import psutil
import pytest
from playwright.sync_api import Page

from guanjia.host import processes
from guanjia.host.ports import is_free
from guanjia.host.postgres import EmbeddedServer
from tests.support import compose
from tests.support.compose import Service
from tests.support.programs import ensure_valkey, or_skip

ROOT = compose.COMPOSE_FILE.parent

PROBE_DAG = '''
"""A small DAG: shows that a task goes through the broker to a worker, reaches our database, and its log comes back."""
import pendulum
from airflow.sdk import dag, task

@dag(schedule=None, start_date=pendulum.datetime(2026, 1, 1, tz="Asia/Shanghai"), catchup=False)
def probe():
    @task
    def count(role):
        from sqlalchemy import text
        from guanjia.store.engine import transaction
        with transaction(role) as tx:
            found = tx.scalar(text("SELECT count(*) FROM communities")), tx.scalar(text("SELECT current_user"))
        print("communities and role:", *found)

    count.expand(role=["app", "read"])

probe()
'''


class EmptyServer(EmbeddedServer):
    """PostgreSQL as its image starts it: a superuser with a password, and nothing else."""

    def _make_databases(self) -> None:
        pass


@dataclass
class Installation:
    """The running services and how to reach them."""

    folder: Path
    services: dict[str, Service]
    ports: dict[str, int]
    variables: dict[str, str]
    programs: dict[str, str]
    started: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, service: Service, *more: str) -> None:
        """Starts a service's command as the leader of a session of its own."""
        log = (self.folder / f"{name}.log").open("wb")
        self.started[name] = subprocess.Popen(
            [*service.command, *more],
            env=service.environment | self.programs,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def log(self, name: str) -> str:
        """The last lines a service wrote."""
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")[-4000:]

    def wait(self, what: str, name: str, ready: Callable[[], bool], seconds: float = 120) -> None:
        """Waits until a service is ready; fails with its last words when it dies or takes too long."""
        until = time.monotonic() + seconds
        while not ready():
            assert self.started[name].poll() is None, f"{name} ended before {what}:\n{self.log(name)}"
            assert time.monotonic() < until, f"{what} took longer than {seconds} s:\n{self.log(name)}"
            time.sleep(0.25)

    def check_health(self, name: str) -> subprocess.CompletedProcess[str]:
        """Runs a service's health check as Compose would."""
        service = self.services[name]
        environment = service.environment | self.programs
        return subprocess.run(service.healthcheck, env=environment, capture_output=True, text=True, timeout=60)

    def ask(self, path: str, body: object = None, token: str = "") -> tuple[int, Any]:
        """One call of Airflow's API: status and JSON."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.ports['ui']}{path}")
        request.add_header("Content-Type", "application/json")
        request.add_header("Accept", "application/json")
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        if body is not None:
            request.data = json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as refused:
            return refused.code, None
        except OSError:
            return 0, None

    def status(self, path: str, token: str = "") -> int:
        """The status of a page, asked for with or without a token."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.ports['ui']}{path}")
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            return refused.code

    def token(self, user: str, password: str) -> str | None:
        """A token for the API, if the password is right."""
        status, answer = self.ask("/auth/token", {"username": user, "password": password})
        return answer["access_token"] if status == 201 else None


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    valkey = or_skip(ensure_valkey())
    folder = tmp_path_factory.mktemp("grown-up")
    database = EmptyServer(folder / "server")
    database.start()
    place = database.place
    built = _rewritten(folder, database.port, f"{valkey.path.parent}:{database.program('psql').parent}")
    try:
        _make_roles(built, database)
        _start(built)
        yield built
    finally:
        sessions = [process.pid for process in built.started.values()]
        processes.end(processes.in_sessions(sessions), 3)
        database.stop()
        shutil.rmtree(place, ignore_errors=True)


def _rewritten(folder: Path, database_port: int, programs: str) -> Installation:
    """The Compose file's services with the addresses and folders of this machine."""
    for name in ("home/inbox", "airflow/logs", "valkey", "dags", "project/deploy"):
        (folder / name).mkdir(parents=True)
    (folder / "dags" / "probe.py").write_text(PROBE_DAG, encoding="utf-8")
    shutil.copy(ROOT / "deploy" / "prepare.sh", folder / "project" / "deploy")
    subprocess.run(["sh", folder / "project" / "deploy" / "prepare.sh"], check=True, capture_output=True)
    variables = compose.read_env((folder / "project" / ".env").read_text(encoding="utf-8"))
    names = ("ui", "broker", "health", "smtp", "pages")
    ports = dict(zip(names, _free_ports(len(names)), strict=True))
    replacements = {
        "@postgres:5432": f"@127.0.0.1:{database_port}",
        "@valkey:6379": f"@127.0.0.1:{ports['broker']}",
        "http://api-server:8080": f"http://127.0.0.1:{ports['ui']}",
        "http://localhost:8080": f"http://127.0.0.1:{ports['ui']}",
        "http://127.0.0.1:8080": f"http://127.0.0.1:{ports['ui']}",
        "http://127.0.0.1:8974": f"http://127.0.0.1:{ports['health']}",
        "0.0.0.0": "127.0.0.1",
        "/var/lib/airflow": str(folder / "airflow"),
        "/var/lib/guanjia": str(folder / "home"),
        "/opt/guanjia/dags": str(folder / "dags"),
        "/opt/guanjia": str(ROOT),
        "dir /data": f"dir {folder}/valkey\\nport {ports['broker']}\\nbind 127.0.0.1",
        '("127.0.0.1", 8026)': f'("127.0.0.1", {ports["pages"]})',
        "celery@$(hostname)": "celery@worker1",
        "valkey-cli ping": f"valkey-cli -p {ports['broker']} ping",
    }
    services = {name: service.with_text_replaced(replacements) for name, service in compose.services(variables).items()}
    own_ports = {
        "AIRFLOW__API__PORT": str(ports["ui"]),
        "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT": str(ports["health"]),
        "GUANJIA_MAIL_SMTP_PORT": str(ports["smtp"]),
        "GUANJIA_MAIL_PAGES_PORT": str(ports["pages"]),
        "PATH": f"{ROOT}/.venv/bin:{programs}:{os.defpath}",
        "HOME": str(folder),
        "PGPORT": str(database_port),
    }
    return Installation(folder, services, ports, variables, own_ports)


def _make_roles(built: Installation, database: EmptyServer) -> None:
    """What the PostgreSQL image does on an empty volume: run the scripts of the mounted folder."""
    superuser = {
        "POSTGRES_USER": "postgres",
        "PGHOST": "127.0.0.1",
        "PGPASSWORD": database.url("superuser", driver="postgresql").split(":")[2].split("@")[0],
    }
    for script in sorted((ROOT / "deploy" / "postgres").glob("*.sh")):
        environment = built.services["postgres"].environment | superuser | built.programs
        done = subprocess.run(["sh", script], env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


def _start(built: Installation) -> None:
    """Everything in the order of ``depends_on``."""
    services = built.services
    built.start("valkey", services["valkey"])
    built.start("mail", services["mail"])
    built.start("init", services["init"])
    assert built.started["init"].wait(180) == 0, built.log("init")
    for name in ("api-server", "scheduler", "dag-processor", "triggerer"):
        built.start(name, services[name])
    for name in ("worker1", "worker2"):
        built.start(name, services["worker"], "--celery-hostname", name)
    built.wait("the API answering", "api-server", lambda: built.ask("/api/v2/monitor/health")[0] == 200)


def _free_ports(count: int) -> list[int]:
    """Free ports below the range from which systems take ports for outgoing connections."""
    free = (port for port in random.sample(range(12_000, 20_000), 200) if is_free(port))
    return [next(free) for _ in range(count)]


@pytest.fixture(scope="module")
def token(installation: Installation) -> str:
    token = installation.token("admin", installation.variables["AIRFLOW_ADMIN_PASSWORD"])
    assert token is not None
    return token


def test_all_parts_of_airflow_are_healthy(installation: Installation) -> None:
    def healthy() -> bool:
        status, parts = installation.ask("/api/v2/monitor/health")
        return status == 200 and all(part["status"] == "healthy" for part in parts.values())

    installation.wait("everything being healthy", "scheduler", healthy)


def test_a_task_goes_through_the_broker_to_a_worker_and_its_log_is_shown(
    installation: Installation, token: str
) -> None:
    def known() -> bool:
        return installation.ask("/api/v2/dags/probe", token=token)[0] == 200

    installation.wait("the DAG being read", "dag-processor", known)
    status, run = installation.ask("/api/v2/dags/probe/dagRuns", {"logical_date": None}, token)
    assert status == 200
    address = f"/api/v2/dags/probe/dagRuns/{run['dag_run_id']}"

    def finished() -> bool:
        return installation.ask(address, token=token)[1]["state"] in ("success", "failed")

    installation.wait("the run ending", "scheduler", finished)
    tasks = installation.ask(f"{address}/taskInstances", token=token)[1]["task_instances"]
    assert [task["state"] for task in tasks] == ["success", "success"]
    assert {task["executor"] for task in tasks} <= {None, "CeleryExecutor"}
    received = installation.log("worker1") + installation.log("worker2")
    assert received.count("received") >= 2, received

    said = installation.ask(f"{address}/taskInstances/count/logs/1?map_index=1&full_content=true", token=token)[1]
    assert "communities and role: 0 guanjia_read" in json.dumps(said)


def test_people_log_in_through_fab_and_only_with_their_password(installation: Installation, token: str) -> None:
    assert installation.token("admin", "wrong") is None
    for address in ("/api/v2/dags", "/guanjia/runs"):
        assert installation.status(address) == 401
        assert installation.status(address, token) == 200


def test_a_person_logs_in_with_a_browser_and_finds_our_pages(
    installation: Installation, browser_page: Page, take_screenshot: Callable[..., Path]
) -> None:
    home = f"http://127.0.0.1:{installation.ports['ui']}"
    browser_page.goto(f"{home}/guanjia/runs")
    browser_page.goto(f"{home}/auth/login/")
    browser_page.fill("input[name=username]", "admin")
    browser_page.fill("input[name=password]", installation.variables["AIRFLOW_ADMIN_PASSWORD"])
    browser_page.press("input[name=password]", "Enter")
    browser_page.wait_for_url(lambda address: "/auth/" not in address)
    browser_page.goto(f"{home}/guanjia/runs")
    assert "admin" not in browser_page.url and browser_page.locator("h1").first.is_visible()
    take_screenshot("runs-under-fab")


def test_every_health_check_of_the_file_passes(installation: Installation) -> None:
    checked = [name for name, service in installation.services.items() if service.healthcheck]
    assert len(checked) >= 7
    for name in checked:
        done = installation.check_health(name)
        assert done.returncode == 0, f"{name}: {done.stdout[-500:]}{done.stderr[-500:]}"


def test_the_mail_catcher_takes_mail(installation: Installation) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "guanjia@example.com", "a@example.com", "超时升级"
    message.set_content("您好")
    with smtplib.SMTP("127.0.0.1", installation.ports["smtp"], timeout=20) as line:
        assert line.send_message(message) == {}


def test_nothing_listens_beyond_loopback(installation: Installation) -> None:
    sessions = [process.pid for process in installation.started.values()]
    open_to_all = {
        (process.name(), connection.laddr)
        for process in processes.in_sessions(sessions)
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN and not connection.laddr.ip.startswith(("127.", "::1"))
    }
    assert open_to_all == set()


def test_the_application_may_not_change_the_schema(installation: Installation) -> None:
    import psycopg

    url = installation.services["worker"].environment["GUANJIA_DATABASE_URL"]
    with psycopg.connect(url) as session, pytest.raises(psycopg.errors.InsufficientPrivilege):
        session.execute("CREATE TABLE public.own (a int)")
