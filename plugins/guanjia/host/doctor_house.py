"""Doctor's checks of the running house: ports, programs, Airflow, and the files that wait for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from guanjia.host.doctor import Check, Finding, Patient, listed, ok, problem, warning
from guanjia.settings import TIME_ZONE, environment

STARTING = timedelta(minutes=5)
"""How long a house may take to be healthy after its start."""

STUCK = timedelta(minutes=30)
"""A file that lies in the inbox of a running house for longer is not being taken in."""


def check_house(patient: Patient) -> Iterable[Finding]:
    """Whether the house is up, and nothing is left of one that was killed."""
    from guanjia.host import processes

    tr = patient.tr
    if patient.up_since is not None:
        yield ok("house", tr("Guanjia is up since {since}.", since=f"{patient.up_since:%Y-%m-%d %H:%M}"))
    elif left := processes.remembered(patient.home):
        numbers = listed([str(process.pid) for process in left])
        yield problem(
            "house",
            tr("Programs of a killed start still run: process {numbers}.", numbers=numbers),
            tr("End them: `guanjia down`."),
        )
    else:
        yield ok("house", tr("Guanjia is not up: nothing is taken in or sent until `guanjia up`."))


def check_ports(patient: Patient) -> Iterable[Finding]:
    """The ports of a house that is up answer; those of one that is not are free."""
    from guanjia.host.airflow import needs_embedded_server
    from guanjia.host.ports import accepts, is_free, who_listens

    tr, given = patient.tr, environment()
    if patient.up_since is None and not needs_embedded_server():
        return
    wrong = 0
    for port, variable in (
        (given.ui_port, "GUANJIA_UI_PORT"),
        (given.mail_smtp_port, "GUANJIA_MAIL_SMTP_PORT"),
        (given.mail_pages_port, "GUANJIA_MAIL_PAGES_PORT"),
    ):
        if patient.up_since is None and not is_free(port):
            wrong += 1
            yield problem(
                "ports",
                tr("Port {port} is in use ({holder}).", port=port, holder=who_listens(port) or "?"),
                tr("Stop that program, or take another port: {variable}.", variable=variable),
            )
        if patient.up_since is not None and not accepts(port):
            wrong += 1
            yield problem(
                "ports",
                tr("Nothing answers on port {port}.", port=port),
                tr("Look into {folder}; then `guanjia down` and `guanjia up`.", folder=patient.home / "logs"),
            )
    if not wrong:
        yield ok(
            "ports",
            tr(
                "Ports {ports} are as they should be.",
                ports=f"{given.ui_port}, {given.mail_smtp_port}, {given.mail_pages_port}",
            ),
        )


def check_airflow(patient: Patient) -> Iterable[Finding]:
    """Airflow's database is of the installed version; its components show signs of life."""
    from guanjia.host.airflow import airflow_database_is_current, needs_embedded_server
    from guanjia.host.health import BEATING, airflow_health

    tr = patient.tr
    is_made = (patient.home / "postgres.json").exists() or not needs_embedded_server()
    if not is_made or not airflow_database_is_current(patient.home):
        yield warning(
            "airflow",
            tr("Airflow's database is not of the installed version yet."),
            tr("The next `guanjia up` or `guanjia run` brings it up to date."),
        )
        return
    if patient.up_since is None:
        yield ok("airflow", tr("Airflow's database is of the installed version."))
        return
    works = airflow_health(environment().ui_port, patient.up_since)
    silent = [name for name in ("database", *BEATING) if not works.get(name)]
    if not silent:
        yield ok("airflow", tr("Airflow's components are healthy."))
    elif patient.now - patient.up_since < STARTING:
        yield warning("airflow", tr("Airflow is still starting: {names}.", names=listed(silent)), tr("Wait a minute."))
    else:
        yield problem(
            "airflow",
            tr("Airflow gives no sign of life: {names}.", names=listed(silent)),
            tr("Look into {folder}; then `guanjia down` and `guanjia up`.", folder=patient.home / "logs"),
        )


def check_inbox(patient: Patient) -> Iterable[Finding]:
    """Files that wait to be taken in."""
    tr, home = patient.tr, patient.home
    waiting = list(_waiting(home / "inbox"))
    old = [path for path, since in waiting if patient.now - since > STUCK]
    unfinished = [path for path in (home / "inbox").rglob("*") if path.suffix in (".part", ".tmp") and path.is_file()]
    if old and patient.up_since is not None and patient.now - patient.up_since > STUCK:
        yield problem(
            "inbox",
            tr.ngettext(
                "{n} file lies in the inbox for over half an hour: {names}.",
                "{n} files lie in the inbox for over half an hour: {names}.",
                len(old),
                names=listed([path.name for path in old]),
            ),
            tr("Look at the last intake run in Airflow, or take it in by hand: `guanjia load FILE`."),
        )
    elif waiting:
        yield ok("inbox", tr.ngettext("{n} file waits in the inbox.", "{n} files wait in the inbox.", len(waiting)))
    else:
        yield ok("inbox", tr("The inbox is empty."))
    if unfinished:
        yield warning(
            "inbox",
            tr(
                "Copies that were never finished lie in the inbox: {names}.", names=listed([p.name for p in unfinished])
            ),
            tr("Copy the files again, then remove these."),
        )


def _waiting(inbox: Path) -> Iterator[tuple[Path, datetime]]:
    for path in sorted(inbox.rglob("*")) if inbox.is_dir() else ():
        if path.is_file() and not path.name.startswith(("~$", ".")) and path.suffix not in (".part", ".tmp"):
            yield path, datetime.fromtimestamp(path.stat().st_mtime, TIME_ZONE)


CHECKS: list[tuple[str, Check]] = [
    ("house", check_house),
    ("ports", check_ports),
    ("airflow", check_airflow),
    ("inbox", check_inbox),
]
