# Sourced by scripts/bench: the other drivers' programs, built from where they are. Needs packages.bash, and $shared.

# What libpq's program, the counts and the pinning need. Other peers are had where they can be.
require_peer_packages() {
    local -a missing=()
    command -v gcc >/dev/null || missing+=(gcc libc6-dev)
    [[ -e /usr/include/postgresql/libpq-fe.h ]] || missing+=(libpq-dev)
    command -v python3 >/dev/null || missing+=(python3)
    command -v taskset >/dev/null || missing+=(util-linux)
    command -v openssl >/dev/null || missing+=(openssl)
    command -v valgrind >/dev/null || missing+=(valgrind)
    command -v strip >/dev/null || missing+=(binutils)
    if ((${#missing[@]})); then install_packages "${missing[@]}"; fi
}

# build_peers PEERS FOLDER CACHE: prints those of PEERS that can be had; their programs are then in FOLDER, by links to
# CACHE where building them takes long.
build_peers() {
    local peer folder=$2 cache=$3 had=
    mkdir -p "$cache"
    for peer in ${1//,/ }; do
        case $peer in
            libpq) gcc -O2 -I/usr/include/postgresql "$shared/bench_libpq.c" -o "$folder/bench_libpq" -lpq -lpthread ;;
            pgbench) [[ -x $PGBENCH ]] || { say "no pgbench in $PGBIN"; continue; } ;;
            tokio) (build_tokio "$folder" "$cache") || { say "tokio-postgres cannot be had: left out"; continue; } ;;
            asyncpg | psycopg) (build_python "$peer" "$folder" "$cache") ||
                { say "$peer cannot be had: left out"; continue; } ;;
            *) die "no such peer: $peer. There are libpq, pgbench, tokio, asyncpg, psycopg" ;;
        esac
        had+=${had:+,}$peer
    done
    printf '%s\n' "$had"
}

# Rust from Debian's crates, which the program's own settings name as its only source.
build_tokio() {
    local folder=$1 cache=$2
    local -a missing=()
    command -v cargo >/dev/null || missing+=(cargo)
    compgen -G '/usr/share/cargo/registry/tokio-postgres-*' >/dev/null || missing+=(librust-tokio-postgres-dev)
    if ((${#missing[@]})); then install_packages "${missing[@]}"; fi
    rm -rf "$cache/rust-source"
    cp -r "$shared/rust" "$cache/rust-source" # cargo writes a lock file beside it
    (cd "$cache/rust-source" && cargo build --release --target-dir "$cache/rust") >&2 </dev/null || return 1
    ln -sfn "$cache/rust" "$folder/rust"
}

build_python() {
    local peer=$1 folder=$2 cache=$3
    local -a packages=(asyncpg==0.32.0 uvloop)
    if [[ $peer == psycopg ]]; then packages=('psycopg[binary]'); fi
    require_python_venv
    [[ -x $cache/venv/bin/python ]] || python3 -m venv "$cache/venv" >&2 || return 1
    "$cache/venv/bin/pip" -q --disable-pip-version-check install "${packages[@]}" >&2 </dev/null || return 1
    ln -sfn "$cache/venv" "$folder/venv"
}

# describe_versions PEERS: a line `name: version` for the machine, the server and each driver.
describe_versions() {
    local model system
    model=$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1)
    system=$(. /etc/os-release 2>/dev/null && printf '%s' "${PRETTY_NAME:-}" || true)
    printf 'processor: %s, %s of them\n' "${model:-$(uname -m)}" "$(nproc)"
    printf 'system: %s, Linux %s\n' "${system:-unknown}" "$(uname -r)"
    printf 'server: %s\n' "$("$PGBIN/postgres" --version)"
    local revision dirty=
    revision=$(git -C "$root" rev-parse --short HEAD 2>/dev/null || printf 'unknown')
    [[ -z $(git -C "$root" status --porcelain -- Sources Benchmarks/Sources 2>/dev/null) ]] || dirty=', changed'
    printf 'pgwire: revision %s%s, Swift %s\n' "$revision" "$dirty" \
        "$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9.]*\).*/\1/p')"
    local peer
    for peer in ${1//,/ }; do
        case $peer in
            libpq) printf 'libpq: %s, %s\n' "$(libpq_version)" "$(gcc --version | head -n 1)" ;;
            pgbench) printf 'pgbench: %s\n' "$("$PGBENCH" --version)" ;;
            tokio) printf 'tokio-postgres: %s, %s\n' \
                "$(sed -n '/^name = "tokio-postgres"/{n;s/^version = "\(.*\)"/\1/p}' \
                    "$root/Benchmarks/.build/peers/rust-source/Cargo.lock")" "$(rustc --version 2>/dev/null)" ;;
            asyncpg | psycopg) printf '%s: %s, %s\n' "$peer" \
                "$("$BENCH_DIR/venv/bin/python" -c "import $peer; print($peer.__version__)")" \
                "$("$BENCH_DIR/venv/bin/python" --version)" ;;
        esac
    done
}

# The version of the library that programs load, which may be newer than the headers.
libpq_version() {
    python3 -c 'import ctypes; v = ctypes.CDLL("libpq.so.5").PQlibVersion(); print(f"{v // 10000}.{v % 10000}")'
}
