# SPDX-License-Identifier: LGPL-2.1-or-later
# What tests/check and tests/try share: from a fresh Debian 12 to a configured build directory. Sourced with bash, from the top of the tree.

BUILD_DIR=${BUILD_DIR:-build}
started=$SECONDS

# Progress: "[ 12 s] text".
say() { printf '[%3d s] %s\n' $((SECONDS - started)) "$*"; }
fail() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

# as_root COMMAND...: 1 where one may not become root.
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif command -v sudo >/dev/null; then sudo "$@"
    else return 1
    fi
}

# The packages of tests/packages that are not installed.
missing_packages() {
    sed 's/#.*//' tests/packages | while read -r package; do
        [ -z "$package" ] || dpkg-query -Wf '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || echo "$package"
    done
}

install_packages() {
    if ! command -v dpkg-query >/dev/null; then
        say "not a Debian system: nothing is installed; what tests/packages lists has to be there under your system's names"
        return
    fi
    local missing
    mapfile -t missing < <(missing_packages)
    if [ ${#missing[@]} = 0 ]; then
        say "packages: all there"
        return
    fi
    say "packages: installing ${missing[*]}"
    local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300)
    as_root "${apt[@]}" update >/dev/null && as_root "${apt[@]}" install -y --no-install-recommends "${missing[@]}" >/dev/null ||
        fail "cannot install: ${missing[*]}. As root: apt-get install ${missing[*]}"
    say "packages: done"
}

# The simulated host is a FUSE file system. Without it most still builds and runs; the tests that need it say "skipped".
open_fuse() {
    if [ ! -e /dev/fuse ]; then
        as_root modprobe fuse 2>/dev/null || true
    fi
    if [ ! -e /dev/fuse ]; then
        say "/dev/fuse is missing: no simulated host here. Load the module fuse; in a container: --device /dev/fuse --cap-add SYS_ADMIN"
    elif [ -r /dev/fuse ] && [ -w /dev/fuse ]; then
        say "/dev/fuse: usable"
    elif as_root chmod 0666 /dev/fuse; then
        say "/dev/fuse: mode set to 0666, which is what the package fuse3 gives it at boot"
    else
        say "/dev/fuse is not open to $(id -un): no simulated host here. As root: chmod 0666 /dev/fuse"
    fi
}

# configure DIRECTORY [MESON-OPTION...]: optimised as far as it costs the compiler no time, and without debug information, which costs the most.
configure() {
    local directory=$1 options=(--buildtype=plain -Doptimization=1 -Ddebug=false --prefix=/usr "${@:2}") log
    [ "${CI:-}" != true ] || options=(-Dwerror=true "${options[@]}")
    if [ -e "$directory/build.ninja" ]; then
        say "configure: $directory is there"
        return
    fi
    say "configure: $directory"
    log=$(mktemp)
    meson setup "$directory" "${options[@]}" >"$log" 2>&1 || { cat "$log" >&2; fail "meson setup failed"; }
    rm -f "$log"
}

prepare() {
    install_packages
    open_fuse
    configure "$BUILD_DIR"
}
