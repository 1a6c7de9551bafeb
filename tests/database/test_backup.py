"""A home backed up and brought back is the same home, whatever is killed, cut off or full in between."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, insert, inspect, select, text

from guanjia import cli, settings
from guanjia.domain.errors import HostError
from guanjia.host.backup_file import read_manifest
from guanjia.host.backup_restore import restore
from guanjia.host.database import opened_database
from guanjia.host.home import is_demo_home, make_home
from guanjia.host.home_files import read_json, write_json
from guanjia.host.postgres import EmbeddedServer
from guanjia.host.postgres_place import remove_place
from guanjia.host.supervisor import only_one
from guanjia.settings import TIME_ZONE
from guanjia.store.engine import dispose_engines, transaction
from guanjia.store.exports import as_text, read_rows
from guanjia.store.migrate import migrate_home
from guanjia.store.runs import open_run
from guanjia.store.tables import datasets
from guanjia.store.tables.outbox import message_bodies, messages
from guanjia.store.tables.registers import communities, customers

NOON = datetime(2026, 11, 20, 12, tzinfo=TIME_ZONE)
DIGEST = "a" * 64


@dataclass(frozen=True)
class House:
    """A home with a database of its own, not running."""

    home: Path

    def rows(self) -> dict[str, list[dict[str, str]]]:
        """Every dataset, as it is exported."""
        with self.opened(), transaction("read") as tx:
            made = inspect(tx).get_table_names()
            return {
                name: [{column: as_text(value) for column, value in row.items()} for row in read_rows(tx, name, {})]
                for name, table in datasets().items()
                if table.name in made
            }

    def files(self) -> dict[str, tuple[int, bytes]]:
        """Files people meet: path → mode and content."""
        found = {}
        for folder in ("inbox", "archive", "rejected", "mail", "reports", "sample"):
            for path in sorted((self.home / folder).rglob("*")):
                mode = path.stat().st_mode & 0o777
                found[path.relative_to(self.home).as_posix()] = (mode, path.read_bytes() if path.is_file() else b"")
        return found

    @contextmanager
    def opened(self) -> Iterator[None]:
        settings.forget()
        settings.use(home=self.home)
        with opened_database(must_be_made=False):
            yield
        settings.use(home=self.home)


@dataclass(frozen=True)
class Kept:
    """A furnished house, its backup, and what it held then."""

    house: House
    file: Path
    rows: dict[str, list[dict[str, str]]]
    files: dict[str, tuple[int, bytes]]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    """A house backed up once; tests change neither."""
    place = tmp_path_factory.mktemp("kept")
    later = datetime.now(UTC) + timedelta(days=1)
    house = furnish(House(place / "家 one"), SENT=("sent", None), DUE=("pending", None), HELD=("pending", later))
    assert guanjia(house, "backup", "--to", str(place / "backup.tar")) == 0
    yield Kept(house, place / "backup.tar", house.rows(), house.files())
    leave(house)


@pytest.fixture
def houses(tmp_path: Path) -> Iterator[list[House]]:
    """Homes to use; what their servers left is removed at the end."""
    made = [House(tmp_path / name) for name in ("one", "two")]
    yield made
    for house in made:
        leave(house)


def leave(house: House) -> None:
    dispose_engines()
    settings.forget()
    EmbeddedServer(house.home).stop()
    if house.home.exists():
        remove_place(house.home)


def furnish(house: House, *, community: str = "001", **mails: tuple[str, datetime | None]) -> House:
    """Make a home with registers, a run, files of every folder, and mails (code → state, not before)."""
    make_home(house.home, is_demo=True)
    with house.opened():
        migrate_home()
        with transaction() as tx:
            tx.execute(insert(communities).values(community_code=community, community_name="澄庭雅苑"))
            tx.execute(
                insert(customers),
                [{"customer_code": f"C{n}", "customer_name": f"业主{n}", "customer_type": "owner"} for n in range(500)],
            )
            open_run(tx, "intake", NOON, started_at=NOON, external_key="scheduled__1")
            tx.execute(insert(message_bodies).values(body_digest=DIGEST, text_body="文", html_body="<p>文</p>"))
            for code, (state, not_before) in mails.items():
                tx.execute(insert(messages).values(mail(code, state, not_before)))
    airflow = EmbeddedServer(house.home)
    airflow.start()
    with psycopg.connect(airflow.url("airflow", driver="postgresql"), autocommit=True) as session:
        session.execute("CREATE TABLE dag_run (run_id text)")
        session.execute("INSERT INTO dag_run VALUES ('scheduled__1')")
    airflow.stop()
    for path, content in (
        ("inbox/工单_2026-11-20.csv", "等待"),
        ("inbox/restricted/员工.csv", "工号"),
        ("archive/2026/客户.csv", "客户编号"),
        ("rejected/坏.xlsx", "?"),
        ("mail/20261120T120000000000-a.eml", "Subject: x"),
        ("reports/周报.xlsx", "x" * 100_000),
        ("sample/小区.csv", "小区编号"),
    ):
        (house.home / path).parent.mkdir(parents=True, exist_ok=True)
        (house.home / path).write_text(content, encoding="utf-8")
    (house.home / "inbox" / "restricted" / "员工.csv").chmod(0o600)
    write_json(house.home / "airflow" / "passwords.json", {"admin": "secret"})
    return house


def mail(code: str, state: str, not_before: datetime | None) -> Mapping[str, object]:
    return {
        "message_code": code,
        "kind": "escalation_digest",
        "business_key": code,
        "recipient": "zhang@example.com",
        "state": state,
        "attempts": 0 if state == "pending" else 1,
        "sent_at": NOON if state == "sent" else None,
        "handed_at": None if state == "pending" else NOON,
        "language": "zh",
        "subject": "超时工单",
        "body_digest": DIGEST,
        "created_at": NOON,
        "not_before": not_before,
    }


def guanjia(house: House, *words: str) -> int:
    settings.forget()
    settings.use(home=house.home)
    return cli.main(list(words))


def states(house: House) -> dict[str, str]:
    with house.opened(), transaction("read") as tx:
        found = tx.execute(select(messages.c.message_code, messages.c.state)).all()
        return {str(row.message_code): str(row.state) for row in found}


def without_mails(rows: dict[str, list[dict[str, str]]]) -> dict[str, list[dict[str, str]]]:
    return rows | {"messages": []}


def test_a_home_brought_back_elsewhere_is_the_same_home(kept: Kept, houses: list[House]) -> None:
    new = houses[0]
    assert kept.file.stat().st_mode & 0o777 == 0o600

    assert guanjia(new, "restore", str(kept.file), "--send-waiting") == 0

    assert new.rows() == kept.rows
    assert new.files() == kept.files
    assert read_json(new.home / "secrets.json") == read_json(kept.house.home / "secrets.json")
    assert read_json(new.home / "airflow" / "passwords.json") == {"admin": "secret"}
    assert is_demo_home(new.home)
    assert not list(new.home.glob(".*"))
    with new.opened():
        with transaction() as tx:
            again = open_run(tx, "intake", NOON, started_at=NOON, external_key="scheduled__1")
            another = open_run(tx, "intake", NOON, started_at=NOON)
        assert (again.run_id, another.run_id) == (1, 2)
        with pytest.raises(Exception, match="must be owner"), transaction() as tx:
            tx.execute(text("DROP TABLE runs"))
    server = EmbeddedServer(new.home)
    server.start()
    with psycopg.connect(server.url("airflow", driver="postgresql")) as session:
        assert session.execute("SELECT run_id FROM dag_run").fetchall() == [("scheduled__1",)]
    with psycopg.connect(server.url("superuser", driver="postgresql")) as session:
        names = session.execute("SELECT datname FROM pg_database ORDER BY datname").fetchall()
    assert [name for (name,) in names] == ["airflow", "guanjia", "postgres", "template0", "template1"]


def test_a_home_in_use_is_replaced_only_when_asked_and_then_whole(
    kept: Kept, houses: list[House], capsys: pytest.CaptureFixture[str]
) -> None:
    other = furnish(houses[0], community="002")
    for name in ("reports/only here.txt", "only here.json"):
        (other.home / name).write_text("{}", encoding="utf-8")
    before = (other.rows(), other.files())

    assert guanjia(other, "restore", str(kept.file)) == 1
    assert "--force" in capsys.readouterr().err
    assert (other.rows(), other.files()) == before

    assert guanjia(other, "restore", str(kept.file), "--force", "--send-waiting") == 0
    assert (other.rows(), other.files()) == (kept.rows, kept.files)
    assert not list(other.home.glob(".*")) and not (other.home / "only here.json").exists()


def test_a_file_that_was_cut_off_or_altered_is_refused_and_nothing_changes(
    kept: Kept, houses: list[House], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = houses[0]
    whole = kept.file.read_bytes()
    place = whole.index("等待".encode())
    damaged = {
        "cut": whole[: len(whole) // 2],
        "without manifest": whole[: whole.index(b"manifest.json")],
        "altered": whole[:place] + b"x" + whole[place + 1 :],
        "something else": b"PK\x03\x04" + whole[:2000],
        "empty": b"",
    }
    for name, content in damaged.items():
        (tmp_path / "bad.tar").write_bytes(content)
        assert guanjia(new, "restore", str(tmp_path / "bad.tar")) == 1, name
        assert "not a whole backup" in capsys.readouterr().err, name
    assert guanjia(new, "restore", str(tmp_path / "gone.tar")) == 1
    assert "no file" in capsys.readouterr().err
    assert not (new.home / "home.json").exists()
    assert not (new.home / "postgres").exists()


def test_a_backup_of_a_newer_version_is_refused(
    kept: Kept, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from guanjia.host import backup

    monkeypatch.setattr(backup, "_revision", lambda: "9999")
    assert guanjia(kept.house, "backup", "--to", str(tmp_path / "backup.tar")) == 0
    assert guanjia(House(tmp_path / "new"), "restore", str(tmp_path / "backup.tar")) == 1
    assert "9999" in capsys.readouterr().err


def test_a_mail_that_may_have_left_since_the_backup_is_not_sent_again(
    kept: Kept, houses: list[House], capsys: pytest.CaptureFixture[str]
) -> None:
    settings.use(language="en")
    assert guanjia(houses[0], "restore", str(kept.file)) == 0
    assert states(houses[0]) == {"SENT": "sent", "DUE": "unknown", "HELD": "pending"}
    assert "guanjia messages" in capsys.readouterr().out


def test_what_the_replaced_home_knew_of_a_mail_is_kept(houses: list[House], tmp_path: Path) -> None:
    house, file = furnish(houses[0], DUE=("pending", None), GONE=("pending", NOON)), tmp_path / "backup.tar"
    assert guanjia(house, "backup", "--to", str(file)) == 0
    with house.opened(), transaction() as tx:  # the house goes on: one of them leaves
        gone = messages.update().where(messages.c.message_code == "GONE")
        tx.execute(gone.values(state="sent", sent_at=datetime.now(UTC), handed_at=datetime.now(UTC), attempts=1))
    assert guanjia(house, "restore", str(file), "--force") == 0
    assert states(house) == {"DUE": "unknown", "GONE": "sent"}


def test_the_house_that_is_up_is_backed_up_but_not_replaced(
    kept: Kept, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    house = kept.house
    with only_one(house.home):
        assert guanjia(house, "backup", "--to", str(tmp_path)) == 0
        (file,) = tmp_path.glob("guanjia-*.tar")
        assert guanjia(house, "restore", str(file), "--force") == 1
        assert "guanjia down" in capsys.readouterr().err
    with house.opened(), pytest.raises(HostError, match="works on"):
        restore(house.home, file, datetime.now(UTC), lambda _part: None, force=True)


@pytest.mark.parametrize(
    "killed_at", [pytest.param(0, marks=pytest.mark.soak), 3, pytest.param(8, marks=pytest.mark.soak)]
)
def test_a_restore_broken_off_anywhere_is_completed_by_the_next_one(
    kept: Kept, houses: list[House], capsys: pytest.CaptureFixture[str], killed_at: int
) -> None:
    """Killed at the n-th renaming of the exchange."""
    other = houses[0]
    make_home(other.home)
    (other.home / "inbox" / "mine.csv").write_text("x", encoding="utf-8")
    kill = (
        "import os, signal, sys; from pathlib import Path; from guanjia.host import backup_restore\n"
        "rename, switch, left = Path.rename, backup_restore._switch, [10**9]\n"
        "def dying(self, target):\n"
        "    left[0] -= 1\n"
        "    if left[0] < 0: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return rename(self, target)\n"
        "def switching(*arguments):\n"
        f"    left[0] = {killed_at}\n"
        "    return switch(*arguments)\n"
        "Path.rename, backup_restore._switch = dying, switching\n"
        "from guanjia.cli import main; main(['restore', sys.argv[1], '--force'])\n"
    )
    environment = os.environ | {"GUANJIA_HOME": str(other.home)}
    died = subprocess.run(
        [sys.executable, "-c", kill, str(kept.file)], env=environment, capture_output=True, check=False
    )
    assert died.returncode == -signal.SIGKILL

    assert guanjia(other, "export", "communities") == 1
    assert "broken off" in capsys.readouterr().err
    assert guanjia(other, "restore") == 0

    assert without_mails(other.rows()) == without_mails(kept.rows)
    assert other.files() == kept.files
    assert states(other) == {"SENT": "sent", "DUE": "unknown", "HELD": "pending"}
    assert not list(other.home.glob(".*"))


def test_a_restore_that_fails_before_the_exchange_leaves_everything_as_it_was(
    kept: Kept, houses: list[House], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from guanjia.host import backup_databases

    other = furnish(houses[0], community="002")
    before = (other.rows(), other.files())

    def fail(*_arguments: object) -> int:
        raise HostError("no room")

    monkeypatch.setattr(backup_databases, "_made_fit", fail)
    assert guanjia(other, "restore", str(kept.file), "--force") == 1
    assert "no room" in capsys.readouterr().err
    assert (other.rows(), other.files()) == before
    assert not list(other.home.glob(".*"))


@pytest.mark.parametrize("room", [50_000, pytest.param(400_000, marks=pytest.mark.soak)])
def test_a_full_disk_is_told_and_leaves_nothing_behind(kept: Kept, tmp_path: Path, room: int) -> None:
    """The largest file a process may write stands for the room that is left."""
    target = tmp_path / "backups"
    code = (
        "import resource, sys; from guanjia.cli import main\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}))\n"
        "sys.exit(main(['backup', '--to', sys.argv[1]]))\n"
    )
    EmbeddedServer(kept.house.home).start()  # apart from the limit
    done = subprocess.run(
        [sys.executable, "-c", code, str(target / "backup.tar")],
        env=os.environ | {"GUANJIA_HOME": str(kept.house.home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert list(target.iterdir()) == []


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[EmbeddedServer]:
    """A server of one's own, with its roles and two databases, as the grown-up installation has it."""
    server = EmbeddedServer(tmp_path / "server")
    server.start()
    yield server
    server.stop()
    remove_place(server.home)
    shutil.rmtree(server.home)


def on_server(server: EmbeddedServer, home: Path) -> None:
    settings.forget()
    settings.use(home=home, database_urls=server.urls(), airflow_database_url=server.url("airflow"))


def test_a_server_of_ones_own_is_filled_in_one_transaction(
    kept: Kept, houses: list[House], tmp_path: Path, own_server: EmbeddedServer, capsys: pytest.CaptureFixture[str]
) -> None:
    on_server(own_server, tmp_path / "served")
    assert cli.main(["restore", str(kept.file)]) == 0
    assert cli.main(["restore", str(kept.file)]) == 1
    assert "--force" in capsys.readouterr().err
    with transaction("read") as tx:
        assert tx.scalar(select(communities.c.community_name)) == "澄庭雅苑"
        assert tx.scalar(select(messages.c.state).where(messages.c.message_code == "DUE")) == "unknown"
    with pytest.raises(Exception, match="must be owner"), transaction() as tx:
        tx.execute(text("DROP TABLE runs"))

    assert cli.main(["backup", "--to", str(tmp_path / "back.tar")]) == 0
    dispose_engines()
    assert guanjia(houses[0], "restore", str(tmp_path / "back.tar")) == 0
    assert without_mails(houses[0].rows()) == without_mails(kept.rows)


def test_a_restore_killed_while_it_fills_a_server_changes_nothing_there(
    kept: Kept, tmp_path: Path, own_server: EmbeddedServer
) -> None:
    owner = create_engine(own_server.url("owner"))
    with owner.begin() as session:
        session.execute(text("CREATE TABLE kept (x int)"))
    kill = (
        "import os, shutil, signal, sys; from guanjia import settings; from guanjia.cli import main\n"
        "from guanjia.host import backup_databases\n"
        "def dying(script, server, size):\n"
        "    server.write(script.read(50_000)); server.flush(); os.kill(os.getpid(), signal.SIGKILL)\n"
        "backup_databases.shutil.copyfileobj = dying\n"
        "main(['restore', sys.argv[1]])\n"
    )
    variables = {
        "GUANJIA_HOME": str(tmp_path / "served"),
        "GUANJIA_DATABASE_URL": own_server.url("app"),
        "GUANJIA_OWNER_DATABASE_URL": own_server.url("owner"),
        "GUANJIA_AIRFLOW_DATABASE_URL": own_server.url("airflow"),
    }
    died = subprocess.run([sys.executable, "-c", kill, str(kept.file)], env=os.environ | variables, check=False)
    assert died.returncode == -signal.SIGKILL
    with owner.begin() as session:  # waits for the locks of the script that is being rolled back
        session.execute(text("LOCK TABLE kept"))
        assert session.execute(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")).scalar_one() == 1
    owner.dispose()

    on_server(own_server, tmp_path / "served")
    assert cli.main(["restore"]) == 0
    with transaction("read") as tx:
        assert tx.scalar(select(communities.c.community_name)) == "澄庭雅苑"


def test_a_backup_says_what_it_is_of(kept: Kept) -> None:
    from guanjia import __version__
    from guanjia.store.migrate import newest_revision

    found = read_manifest(kept.file)
    assert (found.facts.version, found.facts.revision) == (__version__, newest_revision())
    assert {"guanjia.dump", "airflow.dump", "home/secrets.json", "home/inbox/工单_2026-11-20.csv"} <= set(found.members)
