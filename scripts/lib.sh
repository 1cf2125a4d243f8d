# shellcheck shell=bash
# What the scripts share: where things are, how they speak, how long something took. Sourced, never run.

root=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
# shellcheck disable=SC2034  # the scripts that source this file call each other through it
scripts=$root/scripts
name=$(basename -- "$0")

say() { printf '%s: %s\n' "$name" "$*" >&2; }
die() {
    say "$@"
    exit 1
}

# usage: prints the comment block under the first line of the calling script, which is its help.
usage() { sed -n '2,/^[^#]/{ s/^# \{0,1\}//p; }' "$0"; }

# took SECONDS: the time as people say it.
took() {
    if (($1 < 60)); then printf '%d s' "$1"; else printf '%d min %02d s' $(($1 / 60)) $(($1 % 60)); fi
}

# Sets `build`, the folder of all build folders: NOWIRE_BUILD_DIR, else build/ of the source tree, else, where that
# cannot be written, one in the user's cache that belongs to this tree. Exported, so that a script that is called by
# another uses the same one and says it only once.
find_build_dir() {
    if [[ -n ${NOWIRE_BUILD_DIR:-} ]]; then
        mkdir -p -- "$NOWIRE_BUILD_DIR"
        build=$(CDPATH='' cd -- "$NOWIRE_BUILD_DIR" && pwd -P)
    else
        build=$root/build
        if ! mkdir -p -- "$build" 2>/dev/null || [[ ! -w $build ]]; then
            build=${XDG_CACHE_HOME:-~/.cache}/nowire/build-$(printf '%s' "$root" | sha256sum | cut -c 1-12)
            mkdir -p -- "$build"
            say "$root/build cannot be written, so this builds in $build"
        fi
    fi
    export NOWIRE_BUILD_DIR=$build
}

# How many compilers may run at once: one per processor, but not more than memory holds (the largest sources need
# about 1.5 GB each with the sanitizers). NOWIRE_JOBS overrides it.
count_jobs() {
    if [[ -n ${NOWIRE_JOBS:-} ]]; then
        printf '%d\n' "$NOWIRE_JOBS"
        return
    fi
    local processors memory
    processors=$(nproc)
    memory=$(awk '$1 == "MemTotal:" { print int($2 / 1500000) }' /proc/meminfo)
    if ((memory < 1)); then memory=1; fi
    printf '%d\n' $((processors < memory ? processors : memory))
}
