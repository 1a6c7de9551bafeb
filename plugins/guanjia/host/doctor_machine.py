"""Doctor's checks of the machine and of the home's files."""

from __future__ import annotations

import importlib.metadata
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from packaging.markers import InvalidMarker, Marker

from guanjia.gateways.documents import why_nothing_can_be_printed
from guanjia.host.doctor import Check, Finding, Patient, listed, ok, problem, warning
from guanjia.host.home import RESTORE_JOURNAL, RESTRICTED, is_demo_home
from guanjia.settings import environment

OLDEST, NEWEST = (3, 11), (3, 13)
GIGABYTE = 1_000_000_000
ROOM_PROBLEM, ROOM_WARNING = 1 * GIGABYTE, 5 * GIGABYTE
SECRETS = ("secrets.json", "airflow/passwords.json", "airflow/airflow.cfg")
_LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)(?:\s*;\s*([^\\]+?))?\s*\\?$", re.M)


def check_python(patient: Patient) -> Iterable[Finding]:
    """Python's version, and whether file names may be Chinese."""
    tr, version = patient.tr, ".".join(str(part) for part in sys.version_info[:3])
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        yield problem(
            "python", tr("Python {version}: 3.11 to 3.13 is supported.", version=version), tr("Run `make up` again.")
        )
    elif sys.getfilesystemencoding().lower() != "utf-8":
        yield problem(
            "python",
            tr("File names are not read as UTF-8 ({encoding}).", encoding=sys.getfilesystemencoding()),
            tr("Set the environment variable PYTHONUTF8=1."),
        )
    else:
        yield ok("python", tr("Python {version}.", version=version))


def check_packages(patient: Patient) -> Iterable[Finding]:
    """Installed packages against the lock."""
    tr, lock = patient.tr, environment().project_root / "requirements.lock"
    if not lock.exists():
        yield ok("packages", tr("No lock beside this installation; packages were not compared."))
        return
    different = []
    pinned = _LOCKED.findall(lock.read_text(encoding="utf-8"))
    for name, version, marker in pinned:
        if not _applies(marker):
            continue
        try:
            installed = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            installed = "-"
        if installed != version:
            different.append(f"{name} {installed} ≠ {version}")
    if different:
        yield problem(
            "packages",
            tr("Packages are not those of the lock: {names}.", names=listed(different)),
            tr("Run `make up`."),
        )
    else:
        yield ok("packages", tr("{n} packages are those of the lock.", n=len(pinned)))


def _applies(marker: str) -> bool:
    try:
        return not marker or Marker(marker).evaluate()
    except InvalidMarker:
        return False


def check_home(patient: Patient) -> Iterable[Finding]:
    """The state folder is there, is ours, can be written, and no restore was broken off in it."""
    tr, home = patient.tr, patient.home
    if (home / RESTORE_JOURNAL).exists():
        yield problem(
            "home",
            tr("A restore of {home} was broken off in the middle.", home=home),
            tr("Run `guanjia restore` without a file to complete it."),
        )
        return
    if not (home / "home.json").exists():
        yield problem("home", tr("{home} is not a home yet.", home=home), tr("Run `guanjia init` or `guanjia up`."))
        return
    try:
        with tempfile.NamedTemporaryFile(prefix=".doctor-", dir=home):
            pass
    except OSError as error:
        yield problem(
            "home",
            tr("{home} cannot be written ({reason}).", home=home, reason=error.strerror),
            tr("Use it as the user who made it, or set GUANJIA_HOME to another folder."),
        )
        return
    kind = tr("a demo home") if is_demo_home(home) else tr("a home in earnest")
    yield ok("home", tr("{home}: {kind}.", home=home, kind=kind))


def check_room(patient: Patient) -> Iterable[Finding]:
    """Room on the disks of the home and of the embedded server."""
    tr = patient.tr
    places = {"home": patient.home, "postgres": (patient.home / "postgres").resolve()}
    seen: set[int] = set()
    for path in places.values():
        if not path.exists() or path.stat().st_dev in seen:
            continue
        seen.add(path.stat().st_dev)
        free = shutil.disk_usage(path).free
        text = tr("{free} GB free at {path}.", free=f"{free / GIGABYTE:.1f}", path=path)
        action = tr(
            "Free some space: a full disk stops intake, mail and the database; nothing is lost, but nothing works."
        )
        if free < ROOM_PROBLEM:
            yield problem("disk", text, action)
        elif free < ROOM_WARNING:
            yield warning("disk", text, action)
        else:
            yield ok("disk", text)


def check_rights(patient: Patient) -> Iterable[Finding]:
    """Who may read secrets and who may drop policies: the files' own rights decide."""
    tr, home = patient.tr, patient.home
    wrong = 0
    backups = [path.relative_to(home).as_posix() for path in sorted((home / "backups").glob("*.tar"))]
    for name in (*SECRETS, *backups):
        path = home / name
        if path.exists() and path.stat().st_mode & 0o077:
            wrong += 1
            yield problem(
                "rights", tr("Others may read {path}.", path=path), tr("Run: {command}", command=f"chmod 600 '{path}'")
            )
    restricted = home / RESTRICTED
    if restricted.exists() and restricted.stat().st_mode & 0o002:
        wrong += 1
        yield problem(
            "rights",
            tr("Anybody may drop policies and staff into {path}.", path=restricted),
            tr("Run: {command}", command=f"chmod o-w '{restricted}'"),
        )
    for owner in _foreign(home):
        wrong += 1
        yield warning(
            "rights",
            tr("{path} belongs to another system user.", path=owner),
            tr("Use the home as one user only, or give the file back: {command}", command=f"chown $(id -u) '{owner}'"),
        )
    if not wrong:
        yield ok(
            "rights", tr("Secrets are readable by you alone; policies are taken only from {path}.", path=restricted)
        )


def _foreign(home: Path) -> list[Path]:
    """Files of our own in the home that another user owns (after a run as root, say)."""
    names = ("secrets.json", "home.json", "postgres.json", "up.json", "logs", "inbox", "archive")
    return [home / name for name in names if (home / name).exists() and (home / name).stat().st_uid != os.geteuid()]


def check_printing(patient: Patient) -> Iterable[Finding]:
    """The typesetter and the font for Chinese; without them mails go out without their PDF."""
    tr, reason = patient.tr, why_nothing_can_be_printed()
    if reason is None:
        yield ok("printing", tr("Pages can be printed as PDF, in Chinese too."))
    else:
        yield warning(
            "printing",
            tr("No PDF can be made ({missing} is not installed): mails go out without it.", missing=reason.missing),
            tr("Run `make up`."),
        )


CHECKS: list[tuple[str, Check]] = [
    ("python", check_python),
    ("packages", check_packages),
    ("printing", check_printing),
    ("home", check_home),
    ("disk", check_room),
    ("rights", check_rights),
]
