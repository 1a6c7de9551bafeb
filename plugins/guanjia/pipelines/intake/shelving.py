"""Where files stand: in the inbox until they are loaded, then in archive/ or rejected/ with a receipt beside them.

The rows come first, the move after: whatever cuts it off, the file is still in the inbox and the next sweep completes
the move without loading it again. A receipt or a move for which the disk has no room leaves the file where it is.
"""

from __future__ import annotations

import contextlib
import errno
import os
import pwd
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

IGNORED_PREFIXES: Final = ("~$", ".")
IGNORED_SUFFIXES: Final = (".part", ".tmp")
RECEIPT_SUFFIX: Final = ".receipt.txt"


@dataclass(frozen=True)
class Waiting:
    """A file in the inbox that has not changed for long enough.

    Attributes:
        path: the file.
        is_restricted: it lies in the restricted inbox.
        mark: path below the home, size and time of change; another file of the name has another mark.
        owner: system user it belongs to.
        changed_at: time of change, seconds since 1970.
    """

    path: Path
    is_restricted: bool
    mark: str
    owner: str
    changed_at: float


def shown_name(path: Path) -> str:
    """A path's last part as it can be shown and stored: what is not UTF-8 is read as GB18030, as old programs write it.

    Args:
        path: the path as the operating system gave it.
    """
    return _shown(path.name)


def _shown(name: str) -> str:
    try:
        name.encode()
    except UnicodeEncodeError:
        return os.fsencode(name).decode("gb18030", "replace")
    return name


def waiting_files(home: Path, now: datetime, quiet_seconds: int) -> Iterator[Waiting]:
    """Files of both inboxes that may be taken in: at rest for a while, no leftovers of programs, no links.

    Args:
        home: the state folder.
        now: wall clock.
        quiet_seconds: how long a file must have been unchanged. A time of change in the future (the clock was set
            back) counts by its distance too, so that such a file is not left lying.
    """
    inbox = home / "inbox"
    for folder in (inbox, inbox / "restricted"):
        try:
            found = sorted(folder.iterdir())
        except OSError:
            continue
        for path in found:
            waiting = _waiting(home, path, folder != inbox)
            if waiting is not None and abs(now.timestamp() - waiting.changed_at) >= quiet_seconds:
                yield waiting


def _waiting(home: Path, path: Path, is_restricted: bool) -> Waiting | None:
    if path.name.startswith(IGNORED_PREFIXES) or path.name.lower().endswith(IGNORED_SUFFIXES):
        return None
    try:
        found = path.lstat()
    except OSError:
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    mark = f"{_shown(str(path.parent.relative_to(home)))}/{shown_name(path)}|{found.st_size}|{found.st_mtime_ns}"
    return Waiting(path, is_restricted, mark, _user_name(found.st_uid), found.st_mtime)


def is_still_there(home: Path, waiting: Waiting) -> bool:
    """Whether the file is the one that was found, unchanged."""
    again = _waiting(home, waiting.path, waiting.is_restricted)
    return again is not None and again.mark == waiting.mark


def shelf(home: Path, file_id: int, name: str, received_at: datetime, *, is_refused: bool) -> Path:
    """Where a file is put: ``archive/2026-11/12-工单_2026-11-20.xlsx``, or the same below ``rejected/``."""
    return home / ("rejected" if is_refused else "archive") / f"{received_at:%Y-%m}" / f"{file_id}-{name}"


def put_away(source: Path, target: Path, receipt: str) -> None:
    """Write the receipt beside the target and move the file there; complete or not at all.

    Raises:
        OSError: the disk is full or not writable; the file is still where it was.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    _write(target.with_name(target.name + RECEIPT_SUFFIX), receipt)
    try:
        source.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _move_across(source, target)


def _write(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise


def _move_across(source: Path, target: Path) -> None:
    """To another file system: the copy is complete and on the disk before the original goes."""
    beside = target.with_name(f".{target.name}.part")
    try:
        with source.open("rb") as old, beside.open("wb") as new:
            shutil.copyfileobj(old, new)
            new.flush()
            os.fsync(new.fileno())
        beside.replace(target)
    except OSError:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
    source.unlink()


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
