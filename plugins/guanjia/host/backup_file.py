"""The file a backup is: a tar archive of two database dumps and a home's folders, closed by a manifest.

The manifest stands last and holds the size and SHA-256 of every member, so a file that was cut off or altered is told
from a whole one. The file is written beside its name, read back, and only then gets its name; mode 0600, since it
holds secrets and personal data.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import secrets
import tarfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from guanjia.domain.errors import HostError
from guanjia.host.home_files import PRIVATE_FILE, PRIVATE_FOLDER

FORMAT = 1
MANIFEST = "manifest.json"
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Facts:
    """What a backup is of.

    Attributes:
        version: version of Guanjia that made it.
        revision: revision of the shared database's schema.
        airflow: version of Airflow whose database it holds.
        made_at: wall clock, ISO 8601 with offset.
        home: the state folder it was made of.
    """

    version: str
    revision: str
    airflow: str
    made_at: str
    home: str


@dataclass(frozen=True)
class Manifest:
    """What a backup holds: facts, and member → (size in bytes, SHA-256)."""

    facts: Facts
    members: Mapping[str, tuple[int, str]]

    @property
    def bytes(self) -> int:
        """Size of all members together."""
        return sum(size for size, _digest in self.members.values())


@dataclass
class BackupWriter:
    """An archive being written."""

    archive: tarfile.TarFile
    members: dict[str, tuple[int, str]] = field(default_factory=dict)

    def add_file(self, name: str, path: Path) -> bool:
        """Add a file; one that vanishes or is being written while it is read is left out.

        Returns:
            Whether it is in.
        """
        for attempt in range(3):
            try:
                with path.open("rb") as content:
                    before = os.fstat(content.fileno())
                    copy = _copied(content, before.st_size)
                    after = os.fstat(content.fileno())
            except FileNotFoundError:
                return False
            with copy:
                if copy.tell() == after.st_size and before.st_mtime_ns == after.st_mtime_ns:
                    self._add(name, copy, after)
                    return True
            time.sleep(0.2 * (attempt + 1))
        return False

    def add_folder(self, name: str, folder: Path) -> list[str]:
        """Add a folder with everything below it; links are not followed.

        Returns:
            Files that were left out, since they were being written.
        """
        left_out = []
        self._add_folder(name, folder)
        for above, folders, files in os.walk(folder):
            inside = PurePosixPath(name, Path(above).relative_to(folder).as_posix())
            for each in sorted(folders):
                self._add_folder(str(inside / each), Path(above, each))
            for each in sorted(files):
                path = Path(above, each)
                if path.is_file() and not path.is_symlink() and not self.add_file(str(inside / each), path):
                    left_out.append(str(inside / each))
        return left_out

    def close(self, facts: Facts) -> None:
        """Write the manifest; without it the file counts as cut off."""
        told = {"format": FORMAT, "facts": asdict(facts), "members": self.members}
        content = json.dumps(told, ensure_ascii=False, indent=1).encode()
        entry = tarfile.TarInfo(MANIFEST)
        entry.size, entry.mode = len(content), PRIVATE_FILE
        self.archive.addfile(entry, io.BytesIO(content))
        self.archive.close()

    def _add(self, name: str, content: IO[bytes], status: os.stat_result) -> None:
        size = content.tell()
        content.seek(0)
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode, entry.mtime = size, status.st_mode & 0o777, int(status.st_mtime)
        measured = _Measured(content)
        self.archive.addfile(entry, measured)
        self.members[name] = (size, measured.digest.hexdigest())

    def _add_folder(self, name: str, folder: Path) -> None:
        entry = tarfile.TarInfo(name)
        entry.type, entry.mode = tarfile.DIRTYPE, folder.stat().st_mode & 0o777
        self.archive.addfile(entry)


class _Measured:
    """Reads on, and keeps the digest of what was read."""

    def __init__(self, content: IO[bytes]) -> None:
        self._content = content
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk = self._content.read(size)
        self.digest.update(chunk)
        return chunk


def _copied(content: IO[bytes], size: int) -> IO[bytes]:
    """The content as it was when it was opened, apart from whoever writes to it; the position is at its end."""
    import tempfile

    if size > _CHUNK * 64:
        copy: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (the caller closes it)
    else:
        copy = io.BytesIO()
    while chunk := content.read(_CHUNK):
        copy.write(chunk)
    return copy


@contextmanager
def new_backup(target: Path) -> Iterator[BackupWriter]:
    """A backup under way; it gets its name when the block has closed it and it reads back as written.

    Args:
        target: the file; an existing one is replaced in one step.

    Raises:
        HostError: it cannot be written; nothing is left behind.
    """
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        try:
            descriptor = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
            with os.fdopen(descriptor, "w+b") as file:
                with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
                    yield BackupWriter(archive)
                file.flush()
                os.fsync(file.fileno())
            read_manifest(beside)
            beside.replace(target)
            _sync_folder(target.parent)
        except OSError as error:
            raise HostError(
                f"{target} cannot be written ({error.strerror or error}): free some space or choose another place. "
                "Nothing was left behind."
            ) from error
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_manifest(path: Path) -> Manifest:
    """Read a backup through and check every member against the manifest.

    Raises:
        HostError: it is no backup of ours, was cut off or was altered.
    """
    return _read(path, None)


def extract(path: Path, into: Path) -> Manifest:
    """Like `read_manifest`, and write the members below a folder.

    Args:
        path: the backup.
        into: an empty folder, made if it is not there.
    """
    into.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    return _read(path, into)


def _read(path: Path, into: Path | None) -> Manifest:
    found: dict[str, tuple[int, str]] = {}
    told: dict[str, object] = {}
    try:
        with tarfile.open(path, mode="r:") as archive:
            for entry in archive:
                _refuse_strange(path, entry)
                if entry.isdir():
                    if into is not None:
                        _make_folder(into / entry.name, entry.mode)
                    continue
                content = archive.extractfile(entry)
                if content is None:
                    raise _refused(path, f"{entry.name} cannot be read")
                if entry.name == MANIFEST:
                    told = json.loads(content.read())
                else:
                    found[entry.name] = _drained(content, entry, into)
    except FileNotFoundError:
        raise HostError(f"There is no file {path}.") from None
    except (tarfile.TarError, ValueError, EOFError) as error:
        raise _refused(path, str(error) or "it is no archive") from error
    if not told:
        raise _refused(path, "it ends before its manifest")
    return _manifest(path, told, found)


def _manifest(path: Path, told: Mapping[str, object], found: Mapping[str, tuple[int, str]]) -> Manifest:
    if told.get("format") != FORMAT:
        raise HostError(f"{path} was made by another version of Guanjia (format {told.get('format')}): use that one.")
    try:
        facts = Facts(**told["facts"])  # type: ignore[arg-type]  # a wrong shape is refused below
        members = {name: (int(size), str(digest)) for name, (size, digest) in told["members"].items()}  # type: ignore[attr-defined]  # as above
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _refused(path, "its manifest is not one of ours") from error
    for name in sorted(members.keys() | found.keys()):
        if members.get(name) != found.get(name):
            raise _refused(path, f"{name} is not what was backed up")
    return Manifest(facts, members)


def _drained(content: IO[bytes], entry: tarfile.TarInfo, into: Path | None) -> tuple[int, str]:
    digest = hashlib.sha256()
    size = 0
    output: IO[bytes] | None = None
    if into is not None:
        place = into / entry.name
        place.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, entry.mode & 0o777)
        output = os.fdopen(descriptor, "wb")
    try:
        while chunk := content.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            if output is not None:
                output.write(chunk)
    finally:
        if output is not None:
            output.close()
            os.utime(into / entry.name if into is not None else "", (entry.mtime, entry.mtime))
    return size, digest.hexdigest()


def _make_folder(folder: Path, mode: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod((mode & 0o777) | 0o700)


def _refuse_strange(path: Path, entry: tarfile.TarInfo) -> None:
    """Only plain files and folders below the archive's own top: nothing may be written elsewhere."""
    parts = PurePosixPath(entry.name).parts
    if not (entry.isreg() or entry.isdir()) or not parts or parts[0] == "/" or ".." in parts:
        raise _refused(path, f"it holds {entry.name!r}, which no backup of ours does")


def _refused(path: Path, reason: str) -> HostError:
    return HostError(f"{path} is not a whole backup ({reason}): take another one. Nothing was changed.")
