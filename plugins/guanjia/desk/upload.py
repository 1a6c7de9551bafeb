"""A file from a visitor's browser into the inbox: only there, under a name of ours, complete or not at all."""

from __future__ import annotations

import os
import re
import secrets
import unicodedata
from pathlib import Path

from fastapi import HTTPException, Request, UploadFile
from starlette.datastructures import UploadFile as Uploaded

from guanjia.domain.errors import UsageError
from guanjia.settings import environment

LARGEST_BYTES = 100_000_000
"""Larger files go into the folder: a browser's upload would be held on the disk twice."""

ENDINGS = (".csv", ".xlsx", ".xls")
_CHUNK = 1_048_576
_FORM_SLACK = 10_000
"""What a form adds around the file."""


async def uploaded_file(request: Request) -> UploadFile:
    """The file of the form, read only after the visitor's rights are known.

    Raises:
        HTTPException: 411 without a length, 413 too large, 422 no file.
    """
    length = request.headers.get("content-length", "")
    if not length.isdecimal():
        raise HTTPException(411)
    if int(length) > LARGEST_BYTES + _FORM_SLACK:
        raise HTTPException(413)
    form = await request.form(max_files=1, max_fields=4)
    given = form.get("file")
    if not isinstance(given, Uploaded) or not given.filename:
        raise HTTPException(422)
    return UploadFile(given.file, size=given.size, filename=given.filename, headers=given.headers)


def put_into_inbox(given: UploadFile) -> str:
    """Write the file into the inbox under its own name, or one beside it if that is taken.

    Args:
        given: the uploaded file.

    Returns:
        The name it has there.

    Raises:
        UsageError: the name is none of a file we read.
    """
    inbox = environment().home / "inbox"
    name = safe_name(given.filename or "")
    beside = inbox / f".{secrets.token_hex(8)}.part"
    try:
        with beside.open("xb") as written:
            while chunk := given.file.read(_CHUNK):
                written.write(chunk)
            written.flush()
            os.fsync(written.fileno())
        return _published(beside, inbox, name)
    finally:
        beside.unlink(missing_ok=True)


def safe_name(name: str) -> str:
    """The bare name of a file we read: no folders, no control characters, nothing hidden, of a sensible length.

    ``C:\\\\files\\\\工单.xlsx`` → ``工单.xlsx``.

    Raises:
        UsageError: nothing usable is left, or the ending is none we read.
    """
    bare = unicodedata.normalize("NFC", re.split(r"[/\\]", name)[-1])
    bare = "".join(sign for sign in bare if sign.isprintable()).strip().lstrip(".~")
    stem, ending = os.path.splitext(bare)  # noqa: PTH122 (a bare name, not a path)
    if not stem.strip() or ending.lower() not in ENDINGS:
        raise UsageError(f"The file name ends in '{ending[:10]}'; expected one of {', '.join(ENDINGS)}.")
    return stem.encode()[:180].decode(errors="ignore") + ending.lower()


def _published(beside: Path, inbox: Path, name: str) -> str:
    """Give the complete file its name; a name that is taken is never overwritten."""
    stem, ending = os.path.splitext(name)  # noqa: PTH122 (a bare name, not a path)
    for number in range(1, 1000):
        chosen = name if number == 1 else f"{stem} ({number}){ending}"
        try:
            os.link(beside, inbox / chosen)
        except FileExistsError:
            continue
        return chosen
    raise UsageError("The inbox holds too many files of this name; wait until they are taken in.")
