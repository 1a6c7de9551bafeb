#!/bin/sh
# Runs once, when the database volume is empty: the roles, the two databases and who may do what in them.
# The same rights as in plugins/guanjia/host/postgres.py (a test compares them).
set -eu

: "${GUANJIA_OWNER_PASSWORD:?}" "${GUANJIA_APP_PASSWORD:?}" "${GUANJIA_READ_PASSWORD:?}" "${AIRFLOW_DATABASE_PASSWORD:?}"

# psql reads the passwords from the environment itself, so they stand in no process list.
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
\getenv owner_password GUANJIA_OWNER_PASSWORD
\getenv app_password GUANJIA_APP_PASSWORD
\getenv read_password GUANJIA_READ_PASSWORD
\getenv airflow_password AIRFLOW_DATABASE_PASSWORD

CREATE ROLE guanjia_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE guanjia_app LOGIN PASSWORD :'app_password';
CREATE ROLE guanjia_read LOGIN PASSWORD :'read_password';
CREATE ROLE guanjia_airflow LOGIN PASSWORD :'airflow_password';
GRANT SET ON PARAMETER session_replication_role TO guanjia_app;

CREATE DATABASE guanjia OWNER guanjia_owner TEMPLATE template0;
CREATE DATABASE airflow OWNER guanjia_airflow TEMPLATE template0;
REVOKE ALL ON DATABASE airflow FROM PUBLIC;

\connect guanjia
REVOKE ALL ON DATABASE guanjia FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE guanjia TO guanjia_app, guanjia_read;
ALTER DEFAULT PRIVILEGES FOR ROLE guanjia_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO guanjia_app;
ALTER DEFAULT PRIVILEGES FOR ROLE guanjia_owner GRANT USAGE, SELECT ON SEQUENCES TO guanjia_app;
ALTER DEFAULT PRIVILEGES FOR ROLE guanjia_owner GRANT SELECT ON TABLES TO guanjia_read;
ALTER DEFAULT PRIVILEGES FOR ROLE guanjia_owner GRANT SELECT ON SEQUENCES TO guanjia_read;
ALTER DEFAULT PRIVILEGES FOR ROLE guanjia_owner GRANT USAGE ON SCHEMAS TO guanjia_app, guanjia_read;
SQL
