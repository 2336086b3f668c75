# Sourced by the scripts beside this folder: finds out what the machine lacks and installs it with apt.

say() { printf '%s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }

# install_packages NAME...: installs by apt as root or through sudo, or prints the one command to type.
install_packages() {
    local -a as_root=() apt
    if [[ $(id -u) != 0 ]]; then as_root=(sudo); fi
    apt=(apt-get -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3)
    local command="${as_root[*]:-} apt-get update && ${as_root[*]:-} apt-get install -y --no-install-recommends $*"
    command=${command# }
    command=${command//&&  /&& }
    if ! command -v apt-get >/dev/null; then
        die "missing packages, and this machine has no apt-get. Their Debian names: $*"
    fi
    if [[ $(id -u) != 0 ]] && ! sudo -n true 2>/dev/null; then
        say "missing packages. Type this, then run the script again:"
        say "    $command"
        exit 1
    fi
    say "installing $*"
    local log
    log=$(mktemp)
    if ! { "${as_root[@]}" "${apt[@]}" -q update &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
            "${apt[@]}" -q install -y --no-install-recommends "$@"; } >"$log" 2>&1 </dev/null; then
        tail -n 20 "$log" >&2
        rm -f "$log"
        die "apt-get failed. By hand: $command"
    fi
    rm -f "$log"
}

# require_build_packages: the Swift toolchain, and what the build links.
require_build_packages() {
    command -v swift >/dev/null || die "no swift in PATH. Swift 6.2 or later comes from https://www.swift.org/install"
    local -a missing=()
    command -v pkg-config >/dev/null || missing+=(pkg-config)
    if [[ ! -e /usr/include/openssl/ssl.h ]] && ! pkg-config --exists openssl 2>/dev/null; then
        missing+=(libssl-dev)
    fi
    if ((${#missing[@]})); then install_packages "${missing[@]}"; fi
}

# require_postgresql: the server's programs. A cluster that Debian's package starts by itself is left alone.
require_postgresql() {
    if ! postgresql_bindir >/dev/null; then install_packages postgresql; fi
    postgresql_bindir >/dev/null || die "PostgreSQL's initdb and pg_ctl are not where Debian puts them, nor in PATH"
}

# postgresql_bindir [MAJOR]: the folder with initdb and pg_ctl, of that major version or else the newest.
postgresql_bindir() {
    local major=${1:-} found
    if found=$(command -v initdb) && found=$(dirname "$(readlink -f "$found")") && [[ -x $found/pg_ctl ]] &&
        [[ -z $major || $("$found/pg_ctl" --version) =~ \ $major(\.|$|[^0-9]) ]]; then
        printf '%s\n' "$found"
        return
    fi
    found=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -path "*/${major:-*}/bin" 2>/dev/null | sort -V | tail -n 1)
    [[ -n $found && -x $found/initdb && -x $found/pg_ctl ]] && printf '%s\n' "$found"
}

# require_python_venv: a python3 that can make virtual environments with pip inside.
require_python_venv() {
    if ! python3 -c 'import venv, ensurepip' 2>/dev/null; then install_packages python3 python3-venv; fi
}
