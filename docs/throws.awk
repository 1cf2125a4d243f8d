# Reads what docs/throws.xsl makes of doxygen's XML, and the sources that it names, from the top folder. Writes a line
# for each function of the public headers that throws, itself or by what it calls: "ok", or the place and what lacks.
#
# Doxygen knows what a body refers to, but for what is called through `state_`, which is read from the body. What is
# called through another pointer, a virtual function or make_unique() of something else is not followed, nor what a
# function with a `try` calls. std::bad_alloc, which may come from anywhere, is left out.
BEGIN { FS = "\t" }

{
    place[$1] = $5
    name[$1] = $6
    says[$1] = $7
    calls[$1] = $8
    if ($2 != "") read_body($1, $2, $3, $4)
}

function read_body(id, file, first, last,    number, line, state) {
    state = name[id]
    sub(/::[^:]*$/, "::state::", state)
    while (number < last && (getline line < file) > 0) {
        if (++number < first || line ~ /^ *\/\//) continue
        if (line ~ /(^|[^a-z_])throw [a-z]/ && line !~ /bad_alloc/) throws[id] = name[id]
        if (line ~ /(^|[^a-z_])try [{]/) catches[id] = 1
        if (line ~ /(make_unique|make_shared)<state>/) calls[id] = calls[id] " " state "state"
        while (match(line, /state_->[a-z_]+\(/)) {
            calls[id] = calls[id] " " state substr(line, RSTART + 8, RLENGTH - 9)
            line = substr(line, RSTART + RLENGTH)
        }
    }
    close(file)
}

# The way to a throw through one of the functions that `id` calls; empty: there is none known yet.
function way_of(id,    called, count, i) {
    count = split(calls[id], called, " ")
    for (i = 1; i <= count; ++i)
        if (called[i] in throws) return name[id] " > " throws[called[i]]
    return ""
}

END {
    do {
        grown = 0
        for (id in name) {
            if (!(id in throws) && !(id in catches) && (way = way_of(id)) != "") {
                throws[id] = way
                grown = 1
            }
            # As those call it who do so through `state_`.
            if ((id in throws) && name[id] ~ /::state::/ && !(name[id] in throws)) {
                throws[name[id]] = throws[id]
                grown = 1
            }
        }
    } while (grown)
    for (id in throws) {
        if (place[id] == "") continue
        print (says[id] == "" ? place[id] ": " name[id] ": does not say that it throws: " throws[id] : "ok")
    }
}
