"""Small files of a home that several processes read and write: secrets, remembered choices, locks.

Every write is complete or absent (written beside, then renamed), so a killed process leaves no half file.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from guanjia.domain.errors import HostError

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file; empty when there is no file.

    Raises:
        HostError: the file is not a JSON object (edited by hand, or from a broken disk).
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except PermissionError as error:
        raise HostError(f"{path} belongs to another system user: use the home as the user who made it.") from error
    except ValueError as error:
        raise HostError(f"{path} is not readable as JSON ({error}): restore it from a backup.") from error
    if not isinstance(content, dict):
        raise HostError(f"{path} holds {type(content).__name__} where an object is expected: restore it from a backup.")
    return content


def write_private(path: Path, text: str) -> None:
    """Writes a file that only its owner may read, replacing it in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Writes an object as JSON, readable by the owner only."""
    write_private(path, json.dumps(content, indent=2, ensure_ascii=False, sort_keys=True) + "\n")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Holds an exclusive lock on a lock file; waits for it. The kernel gives it back if the holder is killed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def home_secrets(home: Path, names: tuple[str, ...]) -> dict[str, str]:
    """The home's generated passwords and keys of these names; each is made once and then kept.

    Args:
        home: the state folder.
        names: what is needed, such as ``postgres.app`` or ``airflow.jwt``.

    Returns:
        name → secret, 32 URL-safe characters each, kept in ``secrets.json`` (mode 0600).
    """
    path = home / "secrets.json"
    known = read_json(path)
    if any(name not in known for name in names):
        with locked(home / "secrets.lock"):
            known = read_json(path)
            known.update({name: secrets.token_urlsafe(24) for name in names if name not in known})
            write_json(path, known)
    return {name: str(known[name]) for name in names}
