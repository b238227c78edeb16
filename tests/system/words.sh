# SPDX-License-Identifier: LGPL-2.1-or-later
# How a story is told and checked. Sourced with bash.

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
    bold=$'\e[1m' dim=$'\e[2m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'
else
    bold='' dim='' green='' red='' plain=''
fi

chapter() { printf '\n%s%s%s\n\n' "$bold" "$*" "$plain"; }
tell() { printf '%s\n' "$@"; }
end_badly() { printf '%sFAILED: %s%s\n' "$red" "$*" "$plain"; exit 1; }

# run COMMAND...: shows the command as it is typed, then what it says. Its status is in $status, its words also in $said.
run() {
    printf '%s$ %s%s\n' "$bold" "$*" "$plain"
    if [ -t 1 ]; then
        on_terminal "$@"
    else
        said=$("$@" 2>&1)
        status=$?
        [ -z "$said" ] || printf '%s\n' "$said"
    fi
}

# A person sees the command as it is on a terminal: in colour, as wide as theirs.
on_terminal() {
    local log
    log=$(mktemp)
    script --quiet --return --flush --command "$(printf '%q ' "$@")" "$log"
    status=$?
    said=$(<"$log")
    rm -f "$log"
}

# done_by COMMAND...: run it; it has to succeed.
done_by() { run "$@"; [ "$status" = 0 ] || end_badly "$1 ended with status $status instead of 0"; }

# happens WORD...: somebody else does something: a word of host.sh, said and done in this very shell.
happens() {
    printf '%s» %s%s\n' "$bold" "$*" "$plain"
    "$@" || end_badly "$1 did not succeed"
}

# by_hand VALUE FILE: what somebody writes into a file of the kernel.
by_hand() {
    printf '%s» echo %s >%s%s\n' "$bold" "$1" "$2" "$plain"
    printf '%s\n' "$1" >"$2" || end_badly "the kernel refuses that"
}

# refused STATUS COMMAND...: run it; it has to fail with this very status and leave the host as it is, byte for byte.
refused() {
    local expected=$1 before
    shift
    before=$(host_state)
    run "$@"
    [ "$status" = "$expected" ] || end_badly "$1 ended with status $status instead of $expected"
    printf '%s(exit status %s)%s\n' "$dim" "$status" "$plain"
    check "nothing has changed, byte for byte" same "$before" "$(host_state)"
}

# check TEXT COMMAND...: the command has to succeed.
check() {
    local text=$1
    shift
    "$@" || end_badly "$text"
    printf '%s  ✓ %s%s\n' "$green" "$text" "$plain"
}

same() { [ "$1" = "$2" ] || { diff <(echo "$1") <(echo "$2"); return 1; }; }
# says TEXT: the text is in what the last command said, wherever that broke its lines.
says() {
    local words wanted
    read -rd '' -a words <<<"$said"
    read -rd '' -a wanted <<<"$1"
    [[ " ${words[*]} " == *"${wanted[*]}"* ]]
}
# answers TEXT COMMAND...: the text is in what the command says; if not, that is shown. answers_not: it is not.
answers() {
    local said
    said=$("${@:2}" 2>&1)
    says "$1" || { echo "'$1' is not said by ${*:2}:"; echo "$said"; return 1; }
}
answers_not() {
    local said
    said=$("${@:2}" 2>&1)
    ! says "$1" || { echo "'$1' is said by ${*:2}:"; echo "$said"; return 1; }
}

# All of the host that a change may touch: masks, the driver of every queue, every mdev, every definition.
host_state() {
    local file
    for file in "$AP"/{apmask,aqmask} "$MATRIX"/????????-*/{ap_config,matrix,control_domains,guest_matrix} "$DEFINITIONS"/*; do
        [ ! -e "$file" ] || { echo "$file:" && mapfile -t lines <"$file" && printf '  %s\n' "${lines[@]}"; }
    done
    printf '%s\n' "$AP"/drivers/*/??.????
}

# The uuid of a matrix, by its name.
uuid_of() { apctl --json show "$1" | json_string uuid; }
# The first value of a key of the JSON that comes in.
json_string() { sed -n '/"'"$1"'": *"/{s/.*"'"$1"'": *"\([^"]*\)".*/\1/p;q}'; }

# driver_is DRIVER QUEUE...: the queues are with this driver.
driver_is() {
    local driver=$1 queue
    shift
    for queue; do
        [ -e "$AP/drivers/$driver/$queue" ] || { echo "$queue is not with $driver"; return 1; }
    done
}
# matrix_has FILE UUID QUEUE...: matrix or guest_matrix of the mdev has just these queues.
matrix_has() { same "$(printf '%s\n' "${@:3}")" "$(cat "$MATRIX/$2/$1")"; }
