"""The state folder of an installation (``GUANJIA_HOME``): its folders and whether it is a demo."""

from __future__ import annotations

from pathlib import Path

from guanjia.domain.errors import HostError
from guanjia.host.home_files import PRIVATE_FOLDER, read_json, write_json

FOLDERS = ("inbox", "archive", "rejected", "logs", "reports", "mail")
"""Folders people meet: registers go into inbox/, and are found again in archive/ or rejected/."""

RESTRICTED = "inbox/restricted"
"""Policies, tariffs, staff and recipients are taken only from here; its rights decide who may drop them."""

RESTORE_JOURNAL = "restore.json"
"""Stands while a restore exchanges what the home holds; see `guanjia.host.backup_restore`."""


def make_home(home: Path, *, is_demo: bool = False) -> None:
    """Make the folders of a home; safe to repeat.

    Args:
        home: the state folder.
        is_demo: mark it as a demo home; it stays one for ever.

    Raises:
        HostError: the folder cannot be written, or a home in earnest would become a demo.
    """
    made_before = (home / "home.json").exists()
    try:
        home.mkdir(parents=True, exist_ok=True)
        for folder in FOLDERS:
            (home / folder).mkdir(exist_ok=True)
        (home / RESTRICTED).mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    except OSError as error:
        raise HostError(
            f"{home} cannot be written ({error.strerror}). Set GUANJIA_HOME to a folder of yours."
        ) from error
    if is_demo and made_before and not is_demo_home(home):
        raise HostError(f"{home} is a home in earnest and cannot become a demo. Set GUANJIA_HOME to another folder.")
    if not made_before:
        write_json(home / "home.json", {"demo": is_demo})


def is_demo_home(home: Path) -> bool:
    """Whether people may act with a bare ``--as`` here, and mail never leaves the machine."""
    return read_json(home / "home.json").get("demo") is True


def refuse_broken_off(home: Path) -> None:
    """No command may work on a home whose restore was broken off in the middle.

    Raises:
        HostError: it was; the message says how to complete it.
    """
    if (home / RESTORE_JOURNAL).exists():
        backup = read_json(home / RESTORE_JOURNAL).get("backup", "a backup")
        raise HostError(
            f"Restoring {backup} into {home} is under way or was broken off in the middle: if no `guanjia restore` "
            "is running, start one without a file to complete it."
        )
