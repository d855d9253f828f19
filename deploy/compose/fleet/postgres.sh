#!/bin/sh
# PostgreSQL for the profile `fleet`: with the image's programs, as the image's user postgres, without
# root and without a password in the environment.
#
#   postgres.sh PASSWORD-FILE
#
# The first start makes a database `passback` for a role of that name that may do nothing else: what a
# hosted PostgreSQL gives as well.
set -eu
password=$(cat "$1")
data=/var/lib/postgresql/passback
PATH=$PATH:$(echo /usr/lib/postgresql/*/bin)

alone() { # one statement, without a server
  postgres --single -j -D "$data.new" postgres >/dev/null
}

if [ ! -s "$data/PG_VERSION" ]; then
  rm -rf "$data.new"
  initdb -D "$data.new" -U postgres -E UTF8 --auth-local=peer --auth-host=scram-sha-256 >/dev/null
  echo "host all all all scram-sha-256" >>"$data.new/pg_hba.conf"
  quoted=$(printf %s "$password" | sed "s/'/''/g")
  printf "CREATE ROLE passback LOGIN PASSWORD '%s';\n\n" "$quoted" | alone
  printf "CREATE DATABASE passback OWNER passback;\n\n" | alone
  mv "$data.new" "$data"
fi
# A machine that vanished is noticed within half a minute, so that its ledgers are free again.
exec postgres -D "$data" -c listen_addresses='*' -c unix_socket_directories=/tmp \
  -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3
