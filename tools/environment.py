"""Makes .venv from the lock: exactly the locked packages, each checked against its hash. Standard library only.

Called by environment.sh with a suitable Python. Safe to kill: the next call goes on where this one stopped.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
CACHE = ROOT / ".cache"
PYTHON = VENV / "bin" / "python"
TEMPORARY = CACHE / "tmp"
"""pip's own working folder: what a killed pip leaves there is removed by the next call."""
LOG = CACHE / "install.log"
LOCKS = {"run": "requirements.lock", "dev": "requirements-dev.lock"}


def main(kind: str) -> int:
    """Makes or completes the environment.

    Args:
        kind: ``run`` (what Guanjia needs) or ``dev`` (also what tests and checks need, and therefore enough for both).
    """
    if any(made(known) for known in {kind, "dev"}):
        return 0
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "environment.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # a second make waits here
        if any(made(known) for known in {kind, "dev"}):
            return 0
        began = time.monotonic()
        shutil.rmtree(TEMPORARY, ignore_errors=True)
        make_venv()
        forget_half_installed()
        install(ROOT / LOCKS[kind])
        install_ourselves()
        mark(kind).write_text(fingerprint(kind), encoding="utf-8")
        say(f"Environment .venv is ready ({time.monotonic() - began:.0f} s).")
    return 0


def made(kind: str) -> bool:
    """Whether the environment holds what the lock of this kind names now."""
    try:
        return mark(kind).read_text(encoding="utf-8") == fingerprint(kind)
    except OSError:
        return False


def mark(kind: str) -> Path:
    """The file that remembers for which lock the environment was made."""
    return VENV / f".made-{kind}"


def fingerprint(kind: str) -> str:
    """Changes when packages must be installed anew: another lock, another place, another entry point."""
    parts = [ROOT / LOCKS[kind], ROOT / "pyproject.toml", Path(__file__).resolve()]
    whole = b"".join(part.read_bytes() for part in parts) + str(ROOT).encode()
    return hashlib.sha256(whole).hexdigest()


# -- steps ------------------------------------------------------------------------------------------------------------


def make_venv() -> None:
    """A virtual environment with a working pip, kept if it is one already."""
    if PYTHON.exists() and run([PYTHON, "-m", "pip", "--version"]).returncode == 0 and is_here():
        return
    say(f"Making .venv with Python {sys.version.split()[0]} ({sys.executable})")
    if run([sys.executable, "-c", "import ensurepip"]).returncode == 0:
        made_it = run([sys.executable, "-m", "venv", "--clear", VENV])
    else:
        made_it = venv_with_debians_pip()
    if made_it.returncode != 0:
        stop(
            f"This Python ({sys.executable}) cannot make a virtual environment: "
            f"install its venv part (Debian, Ubuntu: apt-get install python3-venv), then try again.\n{made_it.stdout}"
        )


def venv_with_debians_pip() -> subprocess.CompletedProcess[str]:
    """Debian ships Python without the part that brings pip into an environment; pip itself is in a package of its own.

    It is used where it is installed, else unpacked into the cache, which needs no root.
    """
    wheels = [*Path("/usr/share/python-wheels").glob("pip-*.whl"), *CACHE.glob("pip/usr/share/python-wheels/pip-*.whl")]
    if not wheels and shutil.which("apt-get") and shutil.which("dpkg-deb"):
        (CACHE / "pip").mkdir(exist_ok=True)
        say("Fetching pip from Debian's packages")
        if os.geteuid() == 0:
            run(["apt-get", "update"])
        fetched = run(["apt-get", "download", "python3-pip-whl"], cwd=CACHE / "pip")
        for package in (CACHE / "pip").glob("*.deb"):
            fetched = run(["dpkg-deb", "--extract", package, CACHE / "pip"])
        if fetched.returncode != 0:
            return fetched
        wheels = list(CACHE.glob("pip/usr/share/python-wheels/pip-*.whl"))
    if not wheels:
        return subprocess.CompletedProcess([], 1, "", "")
    without = run([sys.executable, "-m", "venv", "--clear", "--without-pip", VENV])
    if without.returncode != 0:
        return without
    pip = wheels[0].resolve()
    return run([PYTHON, f"{pip}/pip", "install", "--no-index", "--disable-pip-version-check", str(pip)])


def is_here() -> bool:
    """Whether the environment was made for this place (its scripts hold the path)."""
    script = VENV / "bin" / "pip"
    return script.exists() and str(VENV) in script.read_text(encoding="utf-8", errors="replace")


def forget_half_installed() -> None:
    """Lets pip install again what a killed installation left incomplete: pip takes it for installed."""
    working = VENV / ".installing"
    if working.exists():
        for record in VENV.glob("lib/python3*/site-packages/*.dist-info"):
            if not is_complete(record):
                shutil.rmtree(record)
    working.touch()


def is_complete(dist_info: Path) -> bool:
    """Whether all files that a package has written down are there."""
    try:
        lines = (dist_info / "RECORD").read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    names = (line.rsplit(",", 2)[0].strip('"') for line in lines)
    return all((dist_info.parent / name).exists() for name in names if not name.endswith(".pyc"))


def install(lock: Path) -> None:
    """Installs the packages of a lock and shows how far it is."""
    total = len(re.findall(r"^[A-Za-z0-9_.-]+==", lock.read_text(encoding="utf-8"), flags=re.MULTILINE))
    say(f"Installing {total} packages of {lock.name} (once; about 600 MB). Details: {LOG}")
    command = [PYTHON, "-m", "pip", "install", "--require-hashes", "--no-deps", "--no-compile", "--no-input"]
    command += ["--disable-pip-version-check", "--progress-bar=off", "-r", lock]
    with LOG.open("w", encoding="utf-8") as log:
        running = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment(),
        )
        assert running.stdout is not None
        seen = 0
        for line in running.stdout:
            log.write(line)
            if line.startswith(("Collecting ", "Processing ", "Requirement already", "Ignoring ")):
                seen += 1
                progress(f"  {seen}/{total} {package_in(line)}", every=seen % 40 == 0)
            elif line.startswith("Installing collected"):
                progress("  unpacking", every=True)
    if running.wait() != 0:
        said = LOG.read_text(encoding="utf-8", errors="replace").splitlines()
        errors = [line for line in said if "ERROR" in line] or said[-5:]
        stop(
            "The packages could not be installed:\n  " + "\n  ".join(errors[-5:]) + f"\nAll of it: {LOG}. "
            "Without a way to the public package index set PIP_INDEX_URL to your mirror. Then try again: "
            "what has been fetched is kept."
        )
    progress("  compiling", every=True)
    run([PYTHON, "-m", "compileall", "-q", "-j", "0", *VENV.glob("lib/python3*/site-packages")])
    progress("", every=False)


def package_in(line: str) -> str:
    """The package that a line of pip's is about; for a file, its name without version."""
    words = line.removeprefix("Requirement already satisfied:").removeprefix("Processing").split()
    name = words[1] if words[0] in ("Collecting", "Ignoring") else Path(words[0]).name
    return re.split(r"==|:|-\d", name)[0]


def install_ourselves() -> None:
    """Makes the command `guanjia` and the Airflow plugin known to the environment; the code stays in the checkout."""
    done = run([PYTHON, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--editable", ROOT])
    if done.returncode != 0:
        stop(f"Guanjia itself could not be installed into .venv:\n{done.stdout}")
    (VENV / ".installing").unlink(missing_ok=True)


# -- means ------------------------------------------------------------------------------------------------------------


def environment() -> dict[str, str]:
    """The caller's variables without those that would make pip install elsewhere."""
    unwanted = {"PIP_TARGET", "PIP_PREFIX", "PIP_USER", "PYTHONPATH", "PYTHONHOME"}
    kept = {name: value for name, value in os.environ.items() if name not in unwanted}
    TEMPORARY.mkdir(parents=True, exist_ok=True)
    return kept | {"TMPDIR": str(TEMPORARY), "PIP_REQUIRE_VIRTUALENV": "0", "PIP_ROOT_USER_ACTION": "ignore"}


def run(command: list[object], cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Runs a command and keeps what it says."""
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        env=environment(),
    )


def say(text: str) -> None:
    """A line for the person at make."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def progress(text: str, *, every: bool) -> None:
    """A live line on a terminal; elsewhere only what is worth a line."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{text}")
        sys.stderr.flush()
    elif every:
        say(text)


def stop(reason: str) -> None:
    """Ends with a sentence that says what to do."""
    say(reason)
    raise SystemExit(1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
