#!/bin/sh
# Makes .venv, the Python environment of this checkout, from the lock; at once if it is there.
#   sh tools/environment.sh run     what Guanjia needs
#   sh tools/environment.sh dev     that, and what its tests and checks need
# GUANJIA_PYTHON names the Python to use when the first suitable one in PATH is not the right one.
set -eu
cd "$(dirname "$0")/.."
unset PYTHONHOME PYTHONPATH

suitable='import sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'

# The one of the environment, if there is one that still works.
if [ -x .venv/bin/python ] && .venv/bin/python -c "$suitable" 2>/dev/null; then
    exec .venv/bin/python tools/environment.py "$1"
fi

# Else the first that really runs: a name in PATH may be a shim for a version that is not installed. One that can make
# an environment by itself is better than one that cannot.
second=
for name in "${GUANJIA_PYTHON:-}" python3.13 python3.12 python3.11 python3 python; do
    [ -n "$name" ] || continue
    rest=$PATH:
    case $name in */*) rest=: ;; esac
    while [ -n "$rest" ]; do
        folder=${rest%%:*}
        rest=${rest#*:}
        candidate=${folder:+$folder/}$name
        [ -x "$candidate" ] && "$candidate" -c "$suitable" 2>/dev/null || continue
        if "$candidate" -c 'import ensurepip' 2>/dev/null; then
            exec "$candidate" tools/environment.py "$1"
        fi
        second=${second:-$candidate}
    done
done
if [ -n "$second" ]; then
    exec "$second" tools/environment.py "$1"
fi
echo "Python 3.11, 3.12 or 3.13 is needed and none was found in PATH (python3 here: $(python3 --version 2>&1 || true))." >&2
echo "Install one (Debian, Ubuntu: apt-get install python3 python3-venv), or name it: GUANJIA_PYTHON=/path/to/python3.12" >&2
exit 1
