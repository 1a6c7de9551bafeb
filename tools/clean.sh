#!/bin/sh
# Stops the house and removes its state folder with everything in it, after asking (CONFIRM=yes answers beforehand).
set -eu
cd "$(dirname "$0")/.."
home=$(.venv/bin/python -c 'from guanjia.settings import environment; print(environment().home)')
if [ ! -e "$home" ]; then
    echo "$home does not exist; nothing to remove."
    exit 0
fi
if [ "${CONFIRM:-}" != yes ]; then
    printf 'Remove %s: the database, all files taken in, all mails? Type yes: ' "$home"
    read -r answer || answer=
    [ "$answer" = yes ] || { echo "Nothing removed."; exit 1; }
fi
if [ ! -f "$home/postgres.json" ] && [ ! -f "$home/home.json" ]; then
    echo "$home is not a home of Guanjia; nothing removed." >&2
    exit 1
fi
.venv/bin/guanjia down
.venv/bin/python -c 'from guanjia.host.postgres_place import remove_place
from guanjia.settings import environment
remove_place(environment().home)'
rm -rf "$home"
echo "Removed $home."
