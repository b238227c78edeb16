# SPDX-License-Identifier: LGPL-2.1-or-later
# Sourced by the scripts of the testbed.
here=$(cd "$(dirname "$0")" && pwd)
TESTBED_WORK=${TESTBED_WORK:-${XDG_CACHE_HOME:-$HOME/.cache}/testbed}
# Ready-made artifacts beside the scripts serve where nothing else is said.
if [ -d "$here/out" ]; then TESTBED_OUT=${TESTBED_OUT:-$here/out}; fi
TESTBED_OUT=${TESTBED_OUT:-$TESTBED_WORK/out}
TESTBED_SUITE=${TESTBED_SUITE:-trixie}
TESTBED_JOBS=${TESTBED_JOBS:-$(nproc)}

die() { echo "${0##*/}: $*" >&2; exit 1; }

# Lines about how long each step took go to stderr and to $TESTBED_WORK/times.
step() {
    step_name=$1
    shift
    step_start=$(date +%s)
    "$@"
    echo "$step_name: $(($(date +%s) - step_start)) s" |
        tee -a "$TESTBED_WORK/times" >&2
}

# The configured Debian source, for another suite: URIs and keyring come from
# apt's own configuration, only "main" of $TESTBED_SUITE is taken.
suite_sources() {
    codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
    cat /etc/apt/sources.list /etc/apt/sources.list.d/*.sources 2>/dev/null |
        awk -v from="$codename" -v to="$TESTBED_SUITE" '
            BEGIN { RS = ""; FS = "\n" }
            /(^|\n)Suites:/ {
                mine = 0; keep = ""
                for (i = 1; i <= NF; i++) {
                    if ($i ~ "^Suites:.*[ \t]" from "([ \t]|$)") mine = 1
                    if ($i ~ /^(URIs|Signed-By):/) keep = keep $i "\n"
                }
                if (mine && keep ~ /URIs:/)
                    printf "Types: deb deb-src\nSuites: %s\nComponents: main\n%s\n", to, keep
                next
            }
            {
                for (i = 1; i <= NF; i++) {
                    n = split($i, f, /[ \t]+/); j = 2
                    if (f[1] != "deb") continue
                    while (j < n && f[j] ~ /^\[|\]$/) j++
                    if (f[j + 1] == from)
                        printf "Types: deb deb-src\nURIs: %s\nSuites: %s\nComponents: main\n\n", f[j], to
                }
            }'
}

# apt-get for the other suite, with its own lists; ARCHS may name more
# architectures than this machine has configured.
suite_apt() {
    dir=$TESTBED_WORK/apt
    mkdir -p "$dir/parts" "$dir/lists/partial" "$dir/cache/archives/partial"
    suite_sources >"$dir/parts/suite.sources"
    grep -q URIs "$dir/parts/suite.sources" ||
        die "no Debian source found in apt's configuration"
    set -- -q -oDir::Etc::sourcelist=/dev/null \
        -oDir::Etc::sourceparts="$dir/parts" -oDir::State::Lists="$dir/lists" \
        -oDir::Cache="$dir/cache" -oAPT::Sandbox::User=root "$@"
    apt-get "$@"
}

# The original tarball of a Debian source package, unpacked below
# $TESTBED_WORK/src; prints the directory.  A mirror may lack the newest
# version that it lists; then an older one is taken.
suite_source() {
    dl=$TESTBED_WORK/dl/$TESTBED_SUITE
    mkdir -p "$dl" "$TESTBED_WORK/src"
    if [ ! -e "$dl/$1.orig" ]; then
        suite_apt update >&2
        dir=$TESTBED_WORK/apt
        for version in $(apt-cache -oDir::Etc::sourcelist=/dev/null \
                -oDir::Etc::sourceparts="$dir/parts" \
                -oDir::State::Lists="$dir/lists" -oDir::Cache="$dir/cache" \
                showsrc --only-source "$1" |
                sed -n 's/^Version: //p' | sort -ruV); do
            rm -f "$dl/$1"_*
            (cd "$dl" && suite_apt source --download-only "$1=$version" >&2) ||
                continue
            sed -n "s/.* \\($1_[^ ]*\\.orig\\.tar\\.xz\\)$/\\1/p" "$dl/$1"_*.dsc |
                head -n 1 >"$dl/$1.orig"
            break
        done
    fi
    [ -s "$dl/$1.orig" ] || die "no source of $1 in $TESTBED_SUITE"
    tarball=$dl/$(cat "$dl/$1.orig")
    top=$(xz -dc "$tarball" 2>/dev/null | tar tf - 2>/dev/null | head -n 1 |
          cut -d/ -f1) || true
    [ -d "$TESTBED_WORK/src/$top" ] || tar xf "$tarball" -C "$TESTBED_WORK/src"
    echo "$TESTBED_WORK/src/$top"
}

mkdir -p "$TESTBED_WORK" "$TESTBED_OUT"
