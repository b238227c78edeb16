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

# build_for_s390x DIRECTORY CROSS-FILE [MESON-OPTION...]
build_for_s390x() {
    configure "$1" --cross-file "$2" "${@:3}"
    say "s390x: build $1"
    ninja -C "$1" || fail "the build for s390x failed"
}

# meson_test DIRECTORY LOG MESON-TEST-OPTION...: the log, which is named so, is added to $logs.
meson_test() {
    local log=$1/meson-logs/$2.json
    rm -f "$log"
    logs+=("$log")
    meson test -C "$1" --no-rebuild --print-errorlogs --logbase "$2" "${@:3}"
}

# test_on_s390x MESON-TEST-OPTION...
test_on_s390x() {
    local cross status=0
    say "s390x: compiler and libraries"
    cross=$(cross_file) || {
        say "NOT TESTED on s390x: compiler and libraries cannot be had here (tests/testbed/sysroot tells why); it takes a Debian system and root"
        [ "${CI:-}" != true ]
        return
    }
    build_for_s390x "$S390X_DIR" "$cross"
    say "s390x: pure tests under qemu-user"
    meson_test "$S390X_DIR" pure "$@" --no-suite kernel --no-suite kernel-full || status=$?
    if TESTBED_OUT=$(testbed_artifacts); then
        # What the kernel does is compared with what apsim does, which runs here.
        APCTL_NATIVE_BUILD=$(readlink -f "$BUILD_DIR")
        export TESTBED_OUT APCTL_NATIVE_BUILD
        test_on_the_kernel "$cross" "$@" || status=$?
    elif [ -n "${AP_TESTBED:-}" ]; then
        fail "AP_TESTBED=$AP_TESTBED: there is no built testbed (tests/testbed/README.md)"
    else
        say "NOT TESTED on a real kernel: there is no testbed in \$AP_TESTBED or beside this checkout (tests/testbed/README.md tells how to build it)"
    fi
    return "$status"
}

# test_on_the_kernel CROSS-FILE MESON-TEST-OPTION...
test_on_the_kernel() {
    local status=0
    say "s390x: tests on the real kernels of $TESTBED_OUT"
    meson_test "$S390X_DIR" kernel "${@:2}" --suite kernel || status=$?
    report_contract || status=$?
    [ -z "${APCTL_FULL:-}" ] || test_on_the_kernel_in_full "$@" || status=$?
    return "$status"
}

# Scenarios with sanitizers, and 10,000 random operations on each kernel.
test_on_the_kernel_in_full() {
    local sanitized=$S390X_DIR-asan status=0 kernel
    # GCC 12 warns of more with sanitizers than without.
    build_for_s390x "$sanitized" "$1" -Ddebug=true -Db_sanitize=address,undefined -Db_lundef=false -Dwerror=false
    meson_test "$sanitized" kernel-full "${@:2}" --suite kernel-full || status=$?
    for kernel in 6.12 7.2; do
        say "s390x: random operations on apsim and on kernel $kernel"
        tests/contract/fuzz/differ "model:$kernel" "kernel:$kernel" --cross "$S390X_DIR/tests/contract/contract" --episodes 200 --timeout 1500 || status=$?
    done
    return "$status"
}

# One table of all hosts, simulated and real.
report_contract() {
    local file=$BUILD_DIR/contract-report status=0
    tests/contract/report --differences tests/contract/differences --table "$BUILD_DIR/tests/contract/table-model-7.2" --width 120 \
        "$BUILD_DIR"/tests/contract/results-* "$S390X_DIR"/tests/contract/results-* >"$file" || status=$?
    say "the contract, rows by hosts, is in $file"
    sed -n '/^Counts/,/^$/p' "$file"
    return "$status"
}
