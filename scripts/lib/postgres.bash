# Sourced by scripts/run: a private PostgreSQL for this clone. Its data stays; its process lives as long as a user of it.
# Needs packages.bash, and $root, the clone. Sets DATABASE_URL.

postgres_folder=     # data/, log, lock files and the socket
postgres_bin=
postgres_held=       # set while this script counts as a user

# as_postgres COMMAND...: PostgreSQL refuses to run as root. The lock files stay behind: a server must not hold them.
as_postgres() {
    if [[ $(id -u) == 0 ]]; then
        (cd / && runuser -u postgres -- "$@") 8>&- 9>&-
    else
        "$@" 8>&- 9>&-
    fi
}

# The clone's own .postgres/, or, where the postgres user cannot reach that, a folder of its own elsewhere.
choose_postgres_folder() {
    postgres_folder=$root/.postgres
    if [[ $(id -u) == 0 ]] && ! (cd / && runuser -u postgres -- test -x "$root"); then
        local name
        name=$(printf '%s' "$root" | sha256sum | cut -c 1-12)
        postgres_folder=/var/lib/simple-postgres-session/$name
        say "the postgres user cannot reach $root: the data goes to $postgres_folder"
    fi
    mkdir -p "$postgres_folder"
    if [[ $(id -u) == 0 ]]; then chown postgres "$postgres_folder"; fi
    chmod 0700 "$postgres_folder"
}

postgres_psql() {
    as_postgres "$postgres_bin/psql" -X -q -A -t -v ON_ERROR_STOP=1 -h "$(postgres_socket_folder)" \
        -p "$1" -d "$2" -c "$3"
}

# A socket's path has at most 107 bytes.
postgres_socket_folder() {
    if ((${#postgres_folder} <= 80)); then
        printf '%s\n' "$postgres_folder"
    else
        printf '/tmp\n'
    fi
}

create_postgres_data() {
    local data=$postgres_folder/data
    [[ -e $data/PG_VERSION ]] && return
    say "creating a private PostgreSQL in $postgres_folder"
    as_postgres rm -rf "$data.new"
    # Local connections are the owner's alone; who comes by TCP needs the password.
    as_postgres "$postgres_bin/initdb" -D "$data.new" -E UTF8 --locale=C --no-instructions \
        --auth-local=peer --auth-host=scram-sha-256 >/dev/null
    as_postgres mv "$data.new" "$data"
}

# The port of the server that runs on the data, if one does. A process id that now belongs to another program is stale.
running_postgres_port() {
    local file=$postgres_folder/data/postmaster.pid pid port
    [[ -e $file ]] || return 1
    pid=$(sed -n 1p "$file")
    port=$(sed -n 4p "$file")
    if [[ ! $pid =~ ^[0-9]+$ || $(cat "/proc/$pid/comm" 2>/dev/null) != postgres ]]; then
        rm -f "$file"
        return 1
    fi
    # It may still be starting, or be on its way out.
    local i
    for ((i = 0; i < 60; i++)); do
        if [[ $port =~ ^[0-9]+$ ]] && postgres_psql "$port" postgres 'SELECT 1' >/dev/null 2>&1; then
            printf '%s\n' "$port"
            return
        fi
        kill -0 "$pid" 2>/dev/null || return 1
        sleep 0.5
        port=$(sed -n 4p "$file" 2>/dev/null) || return 1
    done
    die "the PostgreSQL with process id $pid on $postgres_folder/data does not answer; see $postgres_folder/log"
}

port_is_taken() { (exec 7<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

launch_postgres() {
    local port tries=0
    for ((port = 5432; tries < 5 && port < 5532; port++)); do
        if port_is_taken "$port"; then continue; fi
        tries=$((tries + 1))
        if as_postgres "$postgres_bin/pg_ctl" -D "$postgres_folder/data" -l "$postgres_folder/log" -w -t 60 -s start \
            -o "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_permissions=0700 -c unix_socket_directories='$(postgres_socket_folder)'" \
            >/dev/null 2>&1 </dev/null; then
            printf '%s\n' "$port"
            return
        fi
        if ! port_is_taken "$port"; then break; fi # it failed for another reason than a race for the port
    done
    tail -n 10 "$postgres_folder/log" >&2 || true
    die "PostgreSQL did not start; its log is $postgres_folder/log"
}

# start_postgres: PostgreSQL runs, has the role and the database, and DATABASE_URL names them.
start_postgres() {
    require_postgresql
    choose_postgres_folder
    local version=
    if [[ -e $postgres_folder/data/PG_VERSION ]]; then version=$(cat "$postgres_folder/data/PG_VERSION"); fi
    postgres_bin=$(postgresql_bindir "$version") ||
        die "the data in $postgres_folder is of PostgreSQL $version, which is not installed; install it or move the folder away"
    # 8: one script at a time starts or stops the server. 9: shared by all who use it.
    exec 8>"$postgres_folder/start.lock" 9>"$postgres_folder/users.lock"
    flock -w 120 8 || die "another script holds $postgres_folder/start.lock"
    flock -s 9
    postgres_held=yes
    create_postgres_data
    local port
    port=$(running_postgres_port) || port=$(launch_postgres)
    if [[ -z $(postgres_psql "$port" postgres "SELECT 1 FROM pg_roles WHERE rolname = 'mcp'") ]]; then
        postgres_psql "$port" postgres "CREATE ROLE mcp LOGIN PASSWORD 'mcp_pass'"
    fi
    if [[ -z $(postgres_psql "$port" postgres "SELECT 1 FROM pg_database WHERE datname = 'mcp_sessions'") ]]; then
        postgres_psql "$port" postgres "CREATE DATABASE mcp_sessions OWNER mcp"
    fi
    flock -u 8
    export DATABASE_URL="postgres://mcp:mcp_pass@127.0.0.1:$port/mcp_sessions"
    say "PostgreSQL listens on 127.0.0.1:$port, data in $postgres_folder"
}

# stop_postgres: the last user stops it. The data stays.
stop_postgres() {
    [[ -n $postgres_held ]] || return 0
    postgres_held=
    flock -w 120 8 || return 0
    if flock -n -x 9; then
        as_postgres "$postgres_bin/pg_ctl" -D "$postgres_folder/data" -m fast -w -t 60 -s stop >/dev/null 2>&1 || true
    fi
    flock -u 8
}
