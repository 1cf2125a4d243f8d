# shellcheck shell=bash
# How scripts make a Debian 12 of their own from the mirrors that this machine's apt uses. Sourced after lib.sh.

# This machine's sources of Debian 12, as lines of sources.list.
mirrors() {
    # shellcheck disable=SC2016  # the fields are apt's
    apt-get indextargets --format '$(ORIGIN)|$(CODENAME)|$(SITE)|$(RELEASE)|$(COMPONENT)' 'Created-By: Packages' |
        grep -E '^Debian\|bookworm(-updates|-security)?\|.*\|main$' | awk -F '|' '{ print "deb", $3, $4, $5 }' |
        sort -u
}

# How this machine's apt reaches them: proxies, certificates, patience. A program that finds a proxy exists only here.
apt_options() {
    apt-config dump | grep -E '^Acquire::' |
        grep -vE '^Acquire::(Changelogs|IndexTargets|Languages)|Proxy-?Auto-?Detect' || true
    if [[ -n ${http_proxy:-} ]]; then printf 'Acquire::http::Proxy "%s";\n' "$http_proxy"; fi
    if [[ -n ${https_proxy:-} ]]; then printf 'Acquire::https::Proxy "%s";\n' "$https_proxy"; fi
}

# write_apt_files FOLDER: writes sources.list and apt.conf there, and sets `apt_hooks` to what mmdebstrap needs so that a
# new system has the files they name: mirror lists and certificates, at the same place.
write_apt_files() {
    local path
    mirrors >"$1/sources.list"
    if [[ ! -s $1/sources.list ]]; then
        # shellcheck disable=SC2154  # lib.sh sets it
        "$scripts/setup" --lists
        mirrors >"$1/sources.list"
    fi
    if [[ ! -s $1/sources.list ]]; then die "apt of this machine has no source of Debian 12 (bookworm)"; fi
    apt_options >"$1/apt.conf"
    # shellcheck disable=SC2034  # who sources this file uses it
    apt_hooks=()
    while read -r path; do
        if [[ -f $path ]]; then
            apt_hooks+=("--setup-hook=mkdir -p \"\$1${path%/*}\" && cp -L '$path' \"\$1$path\"")
        fi
    done < <(grep -ohE '(mirror\+file:|")/[^" ]+' "$1/sources.list" "$1/apt.conf" | sed 's/^[^/]*//' | sort -u)
}
