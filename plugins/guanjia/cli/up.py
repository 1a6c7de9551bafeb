"""Start the whole house, Airflow's pages included, and watch over it until Ctrl-C, SIGTERM or `guanjia down`."""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from guanjia.cli.passwords import password_lines
from guanjia.cli.progress import say, step
from guanjia.domain.errors import HostError
from guanjia.i18n import N_, gettext_for
from guanjia.settings import environment

if TYPE_CHECKING:
    from guanjia.host.postgres import EmbeddedServer
    from guanjia.host.supervisor import Program, Supervisor

HEALTHY_SECONDS = 240
"""How long the first start may take on a slow machine before we say that something is wrong."""

DEATHS_ALLOWED = 3

WORDS = {
    "database": N_("database"),
    "scheduler": N_("scheduler"),
    "dag_processor": N_("DAG processor"),
    "triggerer": N_("triggerer"),
    "pages": N_("pages"),
    "mail": N_("mail sink"),
}


class Stopped(BaseException):
    """Somebody wants us to stop: Ctrl-C, SIGTERM, the terminal closed."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "--demo",
        action="store_true",
        help="on the first start of a new home: load the sample company and run every pipeline once",
    )


def run(args: argparse.Namespace) -> int:
    """Starts the home, watches over it, stops it."""
    from guanjia.host import supervisor

    home = environment().home
    _ = gettext_for(environment().language)
    with supervisor.only_one(home), _stoppable():
        try:
            _up(home, demo=args.demo)
        except Stopped:
            say(_("Guanjia is down."))
    return 0


def _up(home: Path, *, demo: bool) -> None:
    from guanjia.host import supervisor

    _ = gettext_for(environment().language)
    if supervisor.end_leftovers(home):
        say(_("Ended what an earlier, killed start had left behind."))
    _check_ports()
    _remember_wish(home, demo=demo)
    with ExitStack() as at_the_end:
        try:
            server = _start_database(home, at_the_end)
            _migrate(home)
            house = supervisor.Supervisor(home, _programs(home), tell=say)
            at_the_end.callback(_stop, house)
            house.start("mail")  # the demo's mails find it
            _make_demo(home)
            started = datetime.now(UTC)
            house.start()
            _wait_until_healthy(house, started)
            _welcome(home)
            while True:
                _watch_database(server)
                house.watch()
                time.sleep(1)
        finally:
            _ignore_signals()  # we are stopping already; an end cut short would leave processes behind


def _watch_database(server: EmbeddedServer | None) -> None:
    """Starts the embedded server again if it has died; Airflow's programs find it again, or are started again too."""
    if server is not None and not server.is_running():
        _ = gettext_for(environment().language)
        say(_("The database server ended; it starts again. Log: {log}", log=server.home / "logs" / "postgres"))
        server.start()


# -- before -----------------------------------------------------------------------------------------------------------


def _check_ports() -> None:
    from guanjia.host.ports import is_free, who_listens

    of_house = environment()
    for port, setting, purpose in (
        (of_house.ui_port, "GUANJIA_UI_PORT", "Airflow's pages"),
        (of_house.mail_smtp_port, "GUANJIA_MAIL_SMTP_PORT", "the mail sink"),
        (of_house.mail_pages_port, "GUANJIA_MAIL_PAGES_PORT", "the mail sink's pages"),
    ):
        if not is_free(port):
            holder = who_listens(port)
            raise HostError(
                f"Port {port} for {purpose} is in use{f' ({holder})' if holder else ''}: stop that program, or take "
                f"another port, for example `{setting}={port + 100} guanjia up`."
            )


def _remember_wish(home: Path, *, demo: bool) -> None:
    """Notes at the first start whether the home shall get the sample company; a killed first start still knows."""
    from guanjia.host.home_files import write_json

    if not any((home / name).exists() for name in ("up.json", "home.json", "postgres.json")):
        write_json(home / "up.json", {"demo": "wanted" if demo else "no"})


def _start_database(home: Path, at_the_end: ExitStack) -> EmbeddedServer | None:
    """Starts the embedded server, if the settings name no other for one of the two databases."""
    from guanjia.host.airflow import needs_embedded_server
    from guanjia.host.postgres import running_server

    _ = gettext_for(environment().language)
    if not needs_embedded_server():
        return None
    new = not (home / "postgres.json").exists()
    with step(_("Creating the database") if new else _("Starting the database")):
        return at_the_end.enter_context(running_server(home))


def _migrate(home: Path) -> None:
    from guanjia.host.airflow import airflow_database_is_current, migrate_airflow_database

    _ = gettext_for(environment().language)
    with step(_("Bringing the database up to date")):
        _guanjia(home, "init", *(["--demo"] if _wants_demo(home) else []), quiet=True)
    if not airflow_database_is_current(home):
        with step(_("Bringing Airflow's database up to date")):
            migrate_airflow_database(home)


def _make_demo(home: Path) -> None:
    """The sample company, if this home was started with it and does not have it yet. A failure stops nothing else."""
    from guanjia.host.home_files import read_json, write_json

    if not _wants_demo(home):
        return
    _ = gettext_for(environment().language)
    try:
        _guanjia(home, "demo")
        write_json(home / "up.json", read_json(home / "up.json") | {"demo": "done"})
    except HostError as error:
        say(_("The sample company is not complete: {reason} The next start tries again.", reason=error))


def _wants_demo(home: Path) -> bool:
    from guanjia.host.home_files import read_json

    return read_json(home / "up.json").get("demo") == "wanted"


def _guanjia(home: Path, *arguments: str, quiet: bool = False) -> None:
    """Runs another of our commands as a process of its own: its memory is free afterwards.

    Raises:
        HostError: it failed.
    """
    from guanjia.host import processes
    from guanjia.host.airflow import process_environment

    output = subprocess.PIPE if quiet else None
    child = subprocess.Popen(
        _command(*arguments),
        env=process_environment(home),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if quiet else None,
        text=True,
        start_new_session=True,
    )
    try:
        said, _unused = child.communicate()
    except BaseException:
        processes.end(processes.in_sessions([child.pid]), grace_seconds=10)
        raise
    if child.returncode != 0:
        last = (said or "").strip().removeprefix(f"guanjia {arguments[0]}: ").splitlines()
        raise HostError(last[-1] if last else f"`guanjia {arguments[0]}` failed; what it said stands above.")


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-P", "-m", "guanjia.cli", *arguments]


# -- running ----------------------------------------------------------------------------------------------------------


def _programs(home: Path) -> list[Program]:
    """What runs while the home is up. Log servers stay closed (-s): they would listen on every interface."""
    from guanjia.host.airflow import airflow_command, process_environment
    from guanjia.host.supervisor import Program

    variables = process_environment(home)
    port = str(environment().ui_port)
    return [
        Program("mail", _command("serve-mail"), variables, stops_in_round=3, grace_seconds=5),
        Program(
            "api-server",
            airflow_command("api-server", "--host", "127.0.0.1", "--port", port),
            variables,
            stops_in_round=2,
            grace_seconds=5,
        ),
        Program("scheduler", airflow_command("scheduler", "--skip-serve-logs"), variables, grace_seconds=15),
        Program("dag-processor", airflow_command("dag-processor"), variables),
        # A triggerer without triggers takes ten seconds to end; one with them loses nothing, they are resumed.
        Program("triggerer", airflow_command("triggerer", "--skip-serve-logs"), variables, grace_seconds=2),
    ]


def _wait_until_healthy(house: Supervisor, started: datetime) -> None:
    """Waits until every program works, and shows which do.

    Raises:
        HostError: one of them dies again and again, or is not well after `HEALTHY_SECONDS`.
    """
    _ = gettext_for(environment().language)
    deadline = time.monotonic() + HEALTHY_SECONDS
    with step(_("Starting Airflow")) as now:
        while True:
            house.watch()
            works = _works(house, started)
            waiting = [name for name, does in works.items() if not does]
            if not waiting:
                return
            now.says(_("waiting for {names}", names=", ".join(_(WORDS[name]) for name in waiting)))
            for program in house.programs:
                if house.deaths(program.name) >= DEATHS_ALLOWED:
                    raise HostError(f"{program.name} does not stay alive: {_last_line(house.log(program.name))}")
            if time.monotonic() > deadline:
                raise HostError(
                    f"Not working after {HEALTHY_SECONDS} s: {', '.join(waiting)}. Look into {house.home / 'logs'}, "
                    "then try again."
                )
            time.sleep(0.5)


def _works(house: Supervisor, started: datetime) -> dict[str, bool]:
    from guanjia.host.health import BEATING, airflow_health
    from guanjia.host.ports import accepts

    of_house = environment()
    told = airflow_health(of_house.ui_port, started)
    works = {"pages": bool(told)} | {name: told.get(name, False) for name in ("database", *BEATING)}
    works["mail"] = accepts(of_house.mail_smtp_port) and accepts(of_house.mail_pages_port)
    return works


def _last_line(log: Path) -> str:
    try:
        lines = [line for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    except OSError:
        lines = []
    return f"{lines[-1].strip() if lines else 'it said nothing'} (see {log})"


def _stop(house: Supervisor) -> None:
    _ = gettext_for(environment().language)
    with step(_("Stopping")):
        house.stop()


# -- what a person sees -----------------------------------------------------------------------------------------------


def _welcome(home: Path) -> None:
    """Addresses, and at the first start the passwords."""
    from guanjia.host.home_files import read_json, write_json
    from guanjia.host.mail_sink import pages_address

    of_house = environment()
    _ = gettext_for(of_house.language)
    say()
    address = f"http://127.0.0.1:{of_house.ui_port}"
    say(_("Guanjia is up: {address}", address=address))
    remembered = read_json(home / "up.json")
    if remembered.get("passwords_shown"):
        say(_("Who can log in: `guanjia passwords`"))
    else:
        say(_("Log in as (again with `guanjia passwords`):"))
        for line in password_lines(home):
            say(line)
        write_json(home / "up.json", remembered | {"passwords_shown": True})
    say(_("Mails sent so far: {address}", address=pages_address(home, of_house.mail_pages_port)))
    say(_("Overdue cases and who was told: {address}", address=f"{address}/plugin/guanjia-overdue"))
    say(_("Reports, and why each figure is what it is: {address}", address=f"{address}/plugin/guanjia-reports"))
    say(_("Files to take in: {folder}", folder=home / "inbox"))
    say(_("Logs: {folder}", folder=home / "logs"))
    say(_("Stop with Ctrl-C, or from elsewhere with `guanjia down`."))
    say()


# -- stopping ---------------------------------------------------------------------------------------------------------


ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def _stoppable() -> Iterator[None]:
    """Turns the first signal to stop into `Stopped`; further ones wait for the orderly end, which is bounded."""

    def stop(number: int, frame: object) -> None:
        _ignore_signals()
        raise Stopped(signal.Signals(number).name)

    before = {name: signal.signal(name, stop) for name in ENDING}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def _ignore_signals() -> None:
    for name in ENDING:
        signal.signal(name, signal.SIG_IGN)
