#!/bin/sh
# The login of the API and the worker: it owns no table, so that row-level security holds for it.
set -eu
psql --set=ON_ERROR_STOP=1 --set=word="$(cat /run/secrets/service_password)" --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE warmline_service LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'word';
SQL
