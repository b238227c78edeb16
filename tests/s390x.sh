# SPDX-License-Identifier: LGPL-2.1-or-later
# The part of tests/check that runs s390x programs: pure tests under qemu-user, the rest on a real kernel. Sourced after setup.sh.

S390X_DIR=$BUILD_DIR-s390x

# Where the built testbed is; nothing and 1 when there is none.
testbed_artifacts() {
    local places=(../shared/testbed/out "${TESTBED_WORK:-${XDG_CACHE_HOME:-$HOME/.cache}/testbed}/out") place
    [ -z "${AP_TESTBED:-}" ] || places=("$AP_TESTBED/out" "$AP_TESTBED")
    for place in "${places[@]}"; do
        if [ -e "$place/qemu-system-s390x" ] && [ -e "$place/rootfs.squashfs" ] && [ -e "$place/kernel" ]; then
            readlink -f "$place"
            return
        fi
    done
    return 1
}

# The meson cross file; 1 where the tools cannot be had.
cross_file() {
    local log
    log=$(mktemp)
    tests/testbed/sysroot 2>"$log" || { tail -n 5 "$log" >&2; rm -f "$log"; return 1; }
    rm -f "$log"
}

build_for_s390x() {
    local cross
    say "s390x: compiler and libraries"
    cross=$(cross_file) || return 1
    configure "$S390X_DIR" --cross-file "$cross"
    say "s390x: build"
    ninja -C "$S390X_DIR" || fail "the build for s390x failed"
}

# test_on_s390x MESON-TEST-OPTION...
test_on_s390x() {
    local tests=("$@") status=0
    build_for_s390x || {
        say "NOT TESTED on s390x: compiler and libraries cannot be had here (tests/testbed/sysroot tells why); it takes a Debian system and root"
        [ "${CI:-}" != true ]
        return
    }
    if TESTBED_OUT=$(testbed_artifacts); then
        # What the kernel does is compared with what apsim does, which runs here.
        APCTL_NATIVE_BUILD=$(readlink -f "$BUILD_DIR")
        export TESTBED_OUT APCTL_NATIVE_BUILD
        say "s390x: tests under qemu-user, and on the real kernels of $TESTBED_OUT"
    elif [ -n "${AP_TESTBED:-}" ]; then
        fail "AP_TESTBED=$AP_TESTBED: there is no built testbed (tests/testbed/README.md)"
    else
        tests+=(--no-suite kernel)
        say "NOT TESTED on a real kernel: there is no testbed in \$AP_TESTBED or beside this checkout (tests/testbed/README.md tells how to build it)"
    fi
    meson test -C "$S390X_DIR" --no-rebuild --print-errorlogs "${tests[@]}" || status=$?
    return "$status"
}
