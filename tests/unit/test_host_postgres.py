"""The embedded server: rights, ports, users that come, go and are killed."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from guanjia.domain.errors import HostError
from guanjia.host import postgres_place
from guanjia.host.postgres import EmbeddedServer, running_server, stop_if_unused

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the server to another system user")


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A home whose path has spaces and is longer than a socket's path may be."""
    path = tmp_path / "a home with spaces" / ("long" * 30)
    path.mkdir(parents=True)
    yield path
    server = EmbeddedServer(path)
    server.stop()
    postgres_place.remove_place(path)


def session(server: EmbeddedServer, role: str, database: str | None = None) -> psycopg.Connection:
    return psycopg.connect(server.url(role, database, "postgresql"), autocommit=True)  # type: ignore[arg-type]  # the test names a known role


def test_each_role_may_do_what_it_is_for(home: Path) -> None:
    with running_server(home) as server:
        with session(server, "owner") as owner:
            owner.execute("CREATE TABLE units (code text PRIMARY KEY)")
        with session(server, "app") as app:
            app.execute("INSERT INTO units VALUES ('A-1')")
            app.execute("CREATE TEMPORARY TABLE staging (code text)")
            app.execute("SET session_replication_role = replica")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute("CREATE TABLE mine (code text)")
        with session(server, "read") as reader:
            assert reader.execute("SELECT code FROM units").fetchall() == [("A-1",)]
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                reader.execute("DELETE FROM units")
        with session(server, "airflow") as airflow:
            airflow.execute("CREATE TABLE dag (id int)")
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            session(server, "airflow", "guanjia")
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            session(server, "app", "airflow")


def test_the_server_listens_on_loopback_only_and_keeps_shanghai_time(home: Path) -> None:
    with running_server(home) as server:
        postmaster = psutil.Process(int((server.data / "postmaster.pid").read_text().split()[0]))
        listening = [c.laddr for c in postmaster.net_connections() if c.status == psutil.CONN_LISTEN]
        assert [(address.ip, address.port) for address in listening] == [("127.0.0.1", server.port)]
        with session(server, "app") as app:
            assert app.execute("SHOW timezone").fetchone() == ("Asia/Shanghai",)


def test_passwords_are_readable_by_the_owner_only(home: Path) -> None:
    with running_server(home):
        assert stat.S_IMODE((home / "secrets.json").stat().st_mode) == 0o600


def test_the_last_user_stops_the_server(home: Path) -> None:
    with running_server(home) as first:
        with running_server(home):
            pass
        assert first.is_running()
    assert not first.is_running()


def test_a_second_start_keeps_port_passwords_and_rows(home: Path) -> None:
    with running_server(home) as server:
        address = server.url("owner", driver="postgresql")
        with psycopg.connect(address) as owner:
            owner.execute("CREATE TABLE units (code text)")
    with running_server(home) as server:
        assert server.url("owner", driver="postgresql") == address
        with psycopg.connect(address) as owner:
            owner.execute("SELECT code FROM units")


def test_a_killed_user_leaves_a_server_that_the_next_one_adopts_and_stops(home: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from guanjia.host.postgres import running_server\n"
        "with running_server(Path(sys.argv[1])): print('up', flush=True); time.sleep(600)"
    )
    user = subprocess.Popen([sys.executable, "-c", code, str(home)], stdout=subprocess.PIPE, text=True)
    assert user.stdout is not None
    assert user.stdout.readline() == "up\n"
    server = EmbeddedServer(home)
    assert not stop_if_unused(home), "it is in use"
    user.kill()
    user.wait()
    assert server.is_running()
    before = (server.data / "postmaster.pid").read_text().split()[0]
    with running_server(home):
        assert (server.data / "postmaster.pid").read_text().split()[0] == before
    assert not server.is_running()


def test_a_killed_server_starts_again(home: Path) -> None:
    server = EmbeddedServer(home)
    server.start()
    os.kill(int((server.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    with running_server(home), session(server, "app") as app:
        assert app.execute("SELECT 1").fetchone() == (1,)


def test_a_pid_file_whose_number_now_belongs_to_another_program_does_not_stop_a_start(home: Path) -> None:
    server = EmbeddedServer(home)
    server.initialise()
    assert not server.is_running()
    # A process of the server's own user, which PostgreSQL itself would take for a running server.
    user = postgres_place.server_user(server.data)
    other = subprocess.Popen(["sleep", "600"], user=user.uid, group=user.gid)
    try:
        (server.data / "postmaster.pid").write_text(f"{other.pid}\n{server.data}\n1\n{server.port}\n\n127.0.0.1\n")
        assert not server.is_running()
        with running_server(home):
            assert server.is_running()
    finally:
        other.kill()
        other.wait()


def test_a_taken_port_is_left_to_its_owner(home: Path) -> None:
    server = EmbeddedServer(home)
    server.initialise()
    port = server.port
    with socket.create_server(("127.0.0.1", port)), running_server(home):
        assert server.port != port
        with session(server, "app") as app:
            app.execute("SELECT 1")


def test_an_interrupted_making_is_finished_by_the_next_start(home: Path) -> None:
    server = EmbeddedServer(home)
    server.initialise()
    (server.data).rename(server.place / "data.part")  # killed before the last step
    (home / "postgres.json").write_text('{"port": 25999, "ready": false}')
    with running_server(home), session(server, "app") as app:
        app.execute("SELECT 1")
    assert not (server.place / "data.part").exists()


def test_a_home_without_database_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(HostError, match="guanjia init"):
        EmbeddedServer(tmp_path).url("app")


@as_root
def test_root_keeps_the_data_in_a_home_the_servers_user_can_reach() -> None:
    open_folder = Path(tempfile.mkdtemp(prefix="guanjia-open-"))
    open_folder.chmod(0o755)
    try:
        with running_server(open_folder) as server:
            assert server.place == open_folder.resolve() / "postgres"
            assert server.data.stat().st_uid != 0
    finally:
        shutil.rmtree(open_folder)


@as_root
def test_root_keeps_the_data_of_a_closed_home_below_var_lib_and_removes_it_with_the_home(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with running_server(tmp_path) as server:
        place = server.place
        assert place.parent == postgres_place.SHARED
    postgres_place.remove_place(tmp_path)
    assert not place.exists()


@as_root
def test_programs_in_a_closed_environment_are_copied_to_where_the_servers_user_can_run_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o700)
    package = postgres_place.programs(postgres_place.ServerUser()).parents[1]
    for name in (package.name, f"{package.name}.libs"):
        shutil.copytree(package.parent / name, tmp_path / name, symlinks=True)
    monkeypatch.syspath_prepend(str(tmp_path))
    user = postgres_place.server_user(None)
    folder = postgres_place.programs(user)
    try:
        assert folder.is_relative_to(postgres_place.SHARED)
        assert "PostgreSQL" in user.run([folder / "initdb", "--version"]).stdout
        assert postgres_place.programs(user) == folder, "copied once"
    finally:
        shutil.rmtree(folder.parents[2])


def test_a_copied_home_does_not_open_the_database_of_the_original(tmp_path: Path) -> None:
    original, copy = tmp_path / "original", tmp_path / "copy"
    place = tmp_path / "place"
    for folder in (original, copy, place):
        folder.mkdir()
    (place / "home").write_text(str(original))
    (original / "postgres").symlink_to(place)
    (copy / "postgres").symlink_to(place)
    with pytest.raises(HostError, match=r"guanjia backup"):
        postgres_place.make_place(copy, postgres_place.ServerUser())
