"""Programs from Debian's packages, for tests: found, else installed as root, else unpacked without root.

A test that needs one asks for it and gets either where it is or the reason why it cannot be had; with the reason it
skips itself, so that the summary counts it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock

CACHE = Path(__file__).resolve().parents[2] / ".cache" / "tools"
"""Kept between runs and out of Git."""

INSTALL_SECONDS = 900


@dataclass(frozen=True)
class Program:
    """A program that can be started.

    Attributes:
        path: the executable.
        environment: variables it needs beside the caller's own (where its libraries and fonts are).
    """

    path: Path
    environment: dict[str, str] = field(default_factory=dict)

    def environ(self) -> dict[str, str]:
        """The caller's environment with what this program needs."""
        return os.environ | self.environment


@dataclass(frozen=True)
class Missing:
    """A program that cannot be had here.

    Attributes:
        reason: one sentence for the skip line of the test.
    """

    reason: str


class InstallError(Exception):
    """The packages cannot be had here; the message says why in one sentence."""


def ensure(name: str, executables: list[str], packages: list[str], unpacked: str) -> Program | Missing:
    """Finds a program, else brings it.

    Args:
        name: how people call it.
        executables: names under which it may already be on the PATH, best first.
        packages: Debian packages that hold it and what it needs (fonts).
        unpacked: the executable's place inside its packages, for the installation without root.
    """
    place = CACHE / packages[0]
    if found := _on_path(executables):
        return Program(found)
    if (place / ".complete").exists() and (place / unpacked).exists():
        return Program(place / unpacked, environment_of(place, unpacked))
    if shutil.which("apt-get") is None:
        return Missing(f"{name} is not installed, and this system has no apt-get to bring it.")
    CACHE.mkdir(parents=True, exist_ok=True)
    with FileLock(CACHE / f"{packages[0]}.lock"):
        try:
            if os.geteuid() == 0:
                install(packages)
            elif not (place / ".complete").exists():
                unpack(packages, place)
        except InstallError as reason:
            return Missing(f"{name} is not installed and could not be brought: {reason}")
    if found := _on_path(executables):
        return Program(found)
    if (place / unpacked).exists():
        return Program(place / unpacked, environment_of(place, unpacked))
    return Missing(f"{name} was installed, but none of {', '.join(executables)} is there.")


def install(packages: list[str]) -> None:
    """Installs Debian packages as root.

    Raises:
        InstallError: apt-get failed.
    """
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    lock = ["-o", "DPkg::Lock::Timeout=300"]
    if _run([*command[:1], *lock, *command[1:]], environment).returncode == 0:
        return
    _run(["apt-get", *lock, "update"], environment)
    done = _run([*command[:1], *lock, *command[1:]], environment)
    if done.returncode != 0:
        raise InstallError(_last_line(done.stderr))


def unpack(packages: list[str], place: Path) -> None:
    """Unpacks Debian packages, and those they need that this system lacks, into a folder, without root.

    apt works on private folders, so that it neither needs nor touches the system's own.

    Raises:
        InstallError: apt-get or dpkg failed.
    """
    shutil.rmtree(place, ignore_errors=True)
    private = place / ".apt"
    for folder in ("lists/partial", "archives/partial"):
        (private / folder).mkdir(parents=True)
    options = [
        f"Dir::State::Lists={private}/lists",
        f"Dir::Cache={private}",
        f"Dir::Cache::Archives={private}/archives",
        "Debug::NoLocking=1",
        "APT::Sandbox::User=",
        "Acquire::Languages=none",
    ]
    apt = ["apt-get", *(word for option in options for word in ("-o", option))]
    for command in (["update"], ["install", "-y", "--no-install-recommends", "--download-only", *packages]):
        done = _run([*apt, *command])
        if done.returncode != 0:
            raise InstallError(_last_line(done.stderr))
    for archive in sorted((private / "archives").glob("*.deb")):
        done = _run(["dpkg", "-x", str(archive), str(place)])
        if done.returncode != 0:
            raise InstallError(_last_line(done.stderr))
    shutil.rmtree(private)
    _relink(place)
    _settle_libreoffice(place)
    _write_font_configuration(place)
    (place / ".complete").touch()


def environment_of(place: Path, unpacked: str) -> dict[str, str]:
    """The variables a program unpacked into a folder needs to find its libraries, fonts and data there."""
    libraries = [str((place / unpacked).parent)]
    libraries += sorted({str(path.parent) for path in place.glob("usr/lib/*-linux-*/*.so*")})
    libraries += [str(path) for path in place.glob("usr/lib/*-linux-*/*") if any(path.glob("*.so*"))]
    existing = os.environ.get("LD_LIBRARY_PATH")
    return {
        "LD_LIBRARY_PATH": os.pathsep.join([*libraries, *([existing] if existing else [])]),
        "FONTCONFIG_FILE": str(place / "fonts.conf"),
        "XDG_DATA_DIRS": f"{place}/usr/share:/usr/local/share:/usr/share",
    }


def _relink(place: Path) -> None:
    """Points absolute symbolic links of the packages into the folder they were unpacked to."""
    for path in place.rglob("*"):
        if path.is_symlink():
            target = str(path.readlink())
            if target.startswith("/") and (place / target[1:]).exists():
                path.unlink()
                path.symlink_to(place / target[1:])


def _settle_libreoffice(place: Path) -> None:
    """What LibreOffice's packages do when installed: name its folders by absolute address, copy its registry."""
    office = place / "usr/lib/libreoffice"
    for path in office.glob("program/*rc"):
        text = path.read_text(encoding="utf-8")
        for folder in ("usr", "etc"):
            text = text.replace(f"file:///{folder}/", f"{(place / folder).as_uri()}/")
        path.write_text(text, encoding="utf-8")
    if (office / "share/.registry").is_dir():
        shutil.copytree(office / "share/.registry", place / "etc/libreoffice/registry", dirs_exist_ok=True)


def _write_font_configuration(place: Path) -> None:
    system = '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
    (place / "fonts.conf").write_text(
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>'
        f"{system}<dir>{place}/usr/share/fonts</dir><cachedir>{place}/font-cache</cachedir></fontconfig>\n",
        encoding="utf-8",
    )


def _on_path(executables: list[str]) -> Path | None:
    found = (shutil.which(executable) for executable in executables)
    return next((Path(path) for path in found if path), None)


def _run(command: list[str], environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 1, "", f"{command[0]} took longer than {INSTALL_SECONDS} s.")


def _last_line(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[-1] if lines else "apt-get said nothing."
