#!/bin/sh
# Once, before the first `docker compose up`: writes .env with fresh secrets and makes the inbox folder.
# An existing .env is never touched: its passwords are in the database already.
set -eu
umask 077
cd "$(dirname "$0")/.."

if [ -e .env ]; then
    echo ".env exists and is kept. To begin anew, remove it and the volumes (docker compose down --volumes)." >&2
    exit 1
fi

word() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
key() { head -c 32 /dev/urandom | base64 | tr '+/' '-_'; }

mkdir -p var/inbox/restricted
owner=$(id -u)
if [ "$owner" = 0 ]; then
    owner=10001
    chown -R "$owner" var/inbox
fi

cat >.env.part <<END
# Secrets of this installation: keep a copy in a safe place, and never in Git.
POSTGRES_PASSWORD=$(word)
GUANJIA_OWNER_PASSWORD=$(word)
GUANJIA_APP_PASSWORD=$(word)
GUANJIA_READ_PASSWORD=$(word)
AIRFLOW_DATABASE_PASSWORD=$(word)
VALKEY_PASSWORD=$(word)
AIRFLOW_FERNET_KEY=$(key)
AIRFLOW_JWT_SECRET=$(word)$(word)
AIRFLOW_SESSION_KEY=$(word)
AIRFLOW_ADMIN_PASSWORD=$(word)

# Files dropped here are taken in; owned by the user the containers run as.
GUANJIA_INBOX=./var/inbox
GUANJIA_UID=$owner

# Where people reach the pages. Behind a proxy with a certificate: the outer address, and GUANJIA_HTTPS=True.
GUANJIA_UI_ADDRESS=127.0.0.1:8080
GUANJIA_UI_URL=http://localhost:8080
GUANJIA_HTTPS=False

# The company's mail server, used once the setting mail_live says yes. Until then mail stays in the mail catcher.
#GUANJIA_SMTP_HOST=
#GUANJIA_SMTP_PORT=465
#GUANJIA_SMTP_USER=
#GUANJIA_SMTP_PASSWORD=
#GUANJIA_SMTP_SECURITY=tls
#GUANJIA_SMTP_SENDER=
END
mv .env.part .env
echo "Wrote .env and made var/inbox. Next: docker compose up -d --build"
