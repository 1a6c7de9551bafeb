"""A whole house for end-to-end tests: ``guanjia up`` on a home of its own, as a person would start it.

The fixture ``house`` starts one (about a minute) for the tests of a folder, and stops it after the last of them.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPMessage
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from playwright.sync_api import BrowserContext, Page

from guanjia import settings
from guanjia.host import processes, supervisor
from guanjia.host.airflow import process_environment
from guanjia.host.postgres import EmbeddedServer
from guanjia.settings import DatabaseRole
from guanjia.store.engine import dispose_engines

ROOT = Path(__file__).resolve().parents[2]
PROBE = '''
"""A DAG of the tests' own."""
import pendulum
from airflow.sdk import dag, task

@dag(schedule=None, start_date=pendulum.datetime(2026, 1, 1, tz="Asia/Shanghai"), dag_display_name="探针 probe")
def probe():
    @task(retries=1)
    def answer():
        return 42
    answer()

probe()
'''
FIRST, SECOND, ADMIN = "qianlan", "shenhe", "admin"
"""Who brings a change, who confirms it, who may do everything."""


@dataclass(frozen=True)
class Answer:
    """What a page or the API answered."""

    status: int
    text: str
    headers: HTTPMessage | None = None

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.text)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_unused: Any) -> None:
        return None


@dataclass
class House:
    """A running house.

    Attributes:
        home: its state folder.
        ui: address of Airflow's pages.
        variables: environment of every command of this house.
    """

    home: Path
    ui: str
    variables: Mapping[str, str]
    process: subprocess.Popen[bytes]
    output: Path
    _tokens: dict[str, str] = field(default_factory=dict)

    # -- commands -----------------------------------------------------------------------------------------------------

    def guanjia(
        self, *arguments: str, seconds: float = 240, check: bool = True, **changed: str
    ) -> subprocess.CompletedProcess[str]:
        """Runs a command of this house, with changed variables of its environment."""
        done = subprocess.run(
            [sys.executable, "-P", "-m", "guanjia.cli", *arguments],
            env=dict(self.variables) | changed,
            capture_output=True,
            text=True,
            timeout=seconds,
        )
        assert not check or done.returncode == 0, f"guanjia {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done

    def password(self, login: str) -> str:
        """Password of one of the people."""
        return str(json.loads(self.guanjia("passwords", "--json").stdout)[login])

    def query(self, statement: str, parameters: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Rows of the shared database, as its owner."""
        url = EmbeddedServer(self.home).url("owner", driver="postgresql")
        with psycopg.connect(url) as session:
            cursor = session.execute(statement, parameters)  # type: ignore[arg-type]  # the tests' own texts
            return cursor.fetchall() if cursor.description else []

    @contextlib.contextmanager
    def inside(self) -> Iterator[None]:
        """Lets the product's own functions work on this house's database from the test's process."""
        server = EmbeddedServer(self.home)
        roles: tuple[DatabaseRole, ...] = ("owner", "app", "read")
        settings.forget()
        settings.use(home=self.home, database_urls={role: server.url(role) for role in roles})
        try:
            yield
        finally:
            dispose_engines()
            settings.forget()

    def token_as(self, login: str, role: str) -> str:
        """A token of somebody with another role than the people of the house have (a viewer, say)."""
        code = (
            "from airflow.api_fastapi.app import create_auth_manager as made\n"
            "from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser as User\n"
            f"manager = made(); manager.init(); print(manager.generate_jwt(User(username={login!r}, role={role!r})))"
        )
        with self.inside():
            environment = process_environment(self.home)
        done = subprocess.run(
            [sys.executable, "-P", "-c", code], env=environment, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr
        self._tokens[login] = done.stdout.strip().splitlines()[-1]
        return self._tokens[login]

    # -- pages and API ------------------------------------------------------------------------------------------------

    def token(self, login: str) -> str:
        """A token of one of the people, for the API and as the session's cookie."""
        if login not in self._tokens:
            given = {"username": login, "password": self.password(login)}
            self._tokens[login] = self.api("POST", "/auth/token", given).json["access_token"]
        return self._tokens[login]

    def api(self, method: str, path: str, body: Any = None, login: str = "") -> Answer:
        """One call of Airflow's API."""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if login:
            headers["Authorization"] = f"Bearer {self.token(login)}"
        return self._ask(method, path, headers, None if body is None else json.dumps(body).encode())

    def page(self, path: str, login: str = "", **headers: str) -> Answer:
        """One of our pages as a browser asks for it; without a login anonymously."""
        return self._ask("GET", path, self._cookie(login) | {"Accept": "text/html"} | headers, None)

    def post(self, path: str, form: Mapping[str, str], login: str = "", origin: str | None = None) -> Answer:
        """A form as a browser sends it from a page of ours (or of ``origin``); redirects are not followed."""
        sent = self._cookie(login) | {
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": self.ui if origin is None else origin,
        }
        return self._ask("POST", path, sent, urllib.parse.urlencode(form).encode())

    def upload(self, path: str, name: str, content: bytes, login: str = "", origin: str | None = None) -> Answer:
        """A file as a browser's form sends it."""
        mark = "guanjia-test-boundary"
        head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        sent = self._cookie(login) | {
            "Content-Type": f"multipart/form-data; boundary={mark}",
            "Origin": self.ui if origin is None else origin,
        }
        return self._ask("POST", path, sent, head.encode() + content + f"\r\n--{mark}--\r\n".encode())

    def _cookie(self, login: str) -> dict[str, str]:
        return {"Cookie": f"_token={self.token(login)}"} if login else {}

    def _ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        request = urllib.request.Request(f"{self.ui}{path}", data=body, method=method, headers=dict(headers))
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect())
        try:
            with opener.open(request, timeout=60) as answer:
                return Answer(answer.status, answer.read().decode(), answer.headers)
        except urllib.error.HTTPError as refused:
            return Answer(refused.code, refused.read().decode(), refused.headers)

    def log_in(self, context: BrowserContext, login: str) -> Page:
        """A page of a browser in which this person is logged in."""
        context.add_cookies([{"name": "_token", "value": self.token(login), "url": self.ui}])
        return context.new_page()

    # -- waiting ------------------------------------------------------------------------------------------------------

    def wait(self, what: str, ready: Callable[[], Any], seconds: float = 120) -> Any:
        """Waits until something is so and returns it; fails with the house's last words."""
        until = time.monotonic() + seconds
        while not (found := ready()):
            assert self.process.poll() is None, f"the house ended before {what}:\n{self.said()}"
            assert time.monotonic() < until, f"{what}: not within {seconds} s\n{self.said()}"
            time.sleep(0.5)
        return found

    def all_processes(self) -> list[psutil.Process]:
        """Everything of this home: supervisor, Airflow's programs with their children, the database server's."""
        return processes_of(self.home)

    def said(self) -> str:
        """What `guanjia up` printed."""
        return self.output.read_text(encoding="utf-8", errors="replace")

    def run_of(self, dag_id: str, seconds: float = 240, login: str = ADMIN) -> dict[str, Any]:
        """Waits for a new run of a DAG, started by hand here and worked on by the real scheduler, to end."""
        started = self.api("POST", f"/api/v2/dags/{dag_id}/dagRuns", {"logical_date": None}, login)
        assert started.status == 200, started.text
        address = f"/api/v2/dags/{dag_id}/dagRuns/{urllib.parse.quote(started.json['dag_run_id'])}"

        def ended() -> dict[str, Any] | None:
            found: dict[str, Any] = self.api("GET", address, login=ADMIN).json
            return found if found["state"] in ("success", "failed") else None

        return self.wait(f"{dag_id} ending", ended, seconds)  # type: ignore[no-any-return]  # what `ended` found

    def stop(self) -> None:
        """Ctrl-C, and no process is left behind."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(60)
        if self.process.poll() is None:
            self.guanjia("down", check=False)


def processes_of(home: Path) -> list[psutil.Process]:
    """Everything of a home: supervisor, Airflow's programs with their children, the database server's."""
    found = processes.remembered(home)
    if (watching := supervisor.supervisor_of(home)) is not None:
        found.append(watching)
    try:
        pid = int((EmbeddedServer(home).data / "postmaster.pid").read_text().split()[0])
    except FileNotFoundError:
        return found
    return [*found, psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]


def free_ports(count: int) -> list[int]:
    """Ports of this machine nobody listens on now."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [taken.getsockname()[1] for taken in sockets]
    for taken in sockets:
        taken.close()
    return ports


def start_house(
    folder: Path, *arguments: str, dags: Collection[str] = (), reads_dags_once: bool = False, seconds: float = 240
) -> House:
    """Starts a house in a folder and waits until its pages work.

    Args:
        folder: an empty one; the home is made in it.
        arguments: of ``guanjia up``.
        dags: only these, and a probe, are in the house; empty: all. The first runs of all take minutes of a processor.
        reads_dags_once: not twice a minute; for a house with all DAGs of which no form names what was taken in.
        seconds: how long the start may take.
    """
    ui, smtp, pages = free_ports(3)
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("GUANJIA_", "AIRFLOW"))} | {
        "GUANJIA_HOME": str(folder / "home"),
        "GUANJIA_UI_PORT": str(ui),
        "GUANJIA_MAIL_SMTP_PORT": str(smtp),
        "GUANJIA_MAIL_PAGES_PORT": str(pages),
    }
    if dags:
        variables["GUANJIA_PROJECT"] = str(_project_with(folder / "project", dags))
    if reads_dags_once:
        _read_dags_once(folder / "home" / "airflow" / "airflow.cfg")
    output = folder / "up.log"
    with output.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "guanjia.cli", "up", *arguments],
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    house = House(folder / "home", f"http://127.0.0.1:{ui}", variables, process, output)
    try:
        house.wait("the house being up", lambda: f"127.0.0.1:{ui}" in house.said(), seconds)
    except BaseException:
        house.stop()
        raise
    return house


def _project_with(project: Path, dags: Collection[str]) -> Path:
    """A checkout that differs from this one in that it has only some DAGs."""
    (project / "dags").mkdir(parents=True)
    for name in ("plugins", "sql", "expectations"):
        (project / name).symlink_to(ROOT / name)
    for dag_id in dags:
        shutil.copy(ROOT / "dags" / f"{dag_id}.py", project / "dags")
    (project / "dags" / "probe.py").write_text(PROBE, encoding="utf-8")
    return project


def _read_dags_once(of_airflow: Path) -> None:
    of_airflow.parent.mkdir(parents=True)
    of_airflow.write_text("[dag_processor]\nmin_file_process_interval = 3600\n", encoding="utf-8")
    of_airflow.chmod(0o600)


@pytest.fixture(scope="package")
def house() -> Iterator[House]:
    """One house, in a path with spaces, for all tests of a folder; it ends with them: even idle it takes processor."""
    folder = Path(tempfile.mkdtemp(prefix="guanjia house "))
    found = start_house(folder, dags=("confirm_changes", "fee_billing"))
    try:
        yield found
    finally:
        found.stop()
        shutil.rmtree(EmbeddedServer(found.home).place, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)
