# A PostgreSQL of the tests' own, with PgBouncer in front. Sourced by ./test.
# It listens on loopback alone, trusts whoever comes, and is gone with its folder when the tests end.

# free_port: a port nobody listens on now.
free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# as_postgres COMMAND... : PostgreSQL refuses to run as root.
as_postgres() {
    if [ "$(id -u)" = 0 ]; then
        (cd / && runuser -u postgres -- "$@")
    else
        "$@"
    fi
}

# start_postgres: sets GENKAN_TEST_POSTGRES, GENKAN_TEST_PGBOUNCER and GENKAN_TEST_POSTGRES_BINARIES.
start_postgres() {
    local binaries port pooler
    binaries=$(postgres_folder)
    PG_FOLDER=$(mktemp -d /tmp/genkan-pg.XXXXXX)
    chmod 755 "$PG_FOLDER"
    [ "$(id -u)" != 0 ] || chown postgres "$PG_FOLDER"
    port=$(free_port)
    as_postgres "$binaries/initdb" -D "$PG_FOLDER/data" -U postgres -A trust -N -E UTF8 --locale=C.UTF-8 >/dev/null
    # The server itself is never killed here, so it need not wait for the disk.
    as_postgres "$binaries/pg_ctl" -D "$PG_FOLDER/data" -s -w -l "$PG_FOLDER/postgres.log" \
        -o "-p $port -h 127.0.0.1 -k $PG_FOLDER -c max_connections=300 -c fsync=off" start
    PG_CTL="$binaries/pg_ctl"
    export GENKAN_TEST_POSTGRES_BINARIES="$binaries"
    export GENKAN_TEST_POSTGRES="postgres://postgres@127.0.0.1:$port/postgres"

    pooler=$(free_port)
    cat >"$PG_FOLDER/pgbouncer.ini" <<INI
[databases]
* = host=127.0.0.1 port=$port
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $pooler
unix_socket_dir =
auth_type = any
pool_mode = transaction
max_client_conn = 300
default_pool_size = 20
logfile = $PG_FOLDER/pgbouncer.log
pidfile = $PG_FOLDER/pgbouncer.pid
INI
    # "any" signs everybody in as the user of the database line.
    sed -i "s/^\* = .*/& user=postgres/" "$PG_FOLDER/pgbouncer.ini"
    as_postgres pgbouncer -q -d "$PG_FOLDER/pgbouncer.ini"
    export GENKAN_TEST_PGBOUNCER="postgres://postgres@127.0.0.1:$pooler/postgres"
    psql -qAt "$GENKAN_TEST_PGBOUNCER" -c "select 'PostgreSQL ' || current_setting('server_version')"
}

stop_postgres() {
    [ -n "${PG_FOLDER:-}" ] || return 0
    if [ -f "$PG_FOLDER/pgbouncer.pid" ]; then kill "$(cat "$PG_FOLDER/pgbouncer.pid")" 2>/dev/null || true; fi
    [ -z "${PG_CTL:-}" ] || as_postgres "$PG_CTL" -D "$PG_FOLDER/data" -s -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$PG_FOLDER"
    PG_FOLDER=
}
