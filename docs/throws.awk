# Reads what docs/throws.xsl makes of doxygen's XML, and the sources that it names, from the top folder. Writes a line
# for each function of the public headers that throws, itself or by what it calls: "ok", or the place and what lacks.
#
# What is called through a pointer, a virtual function or make_unique() is not followed, nor what a function with a `try`
# calls. std::bad_alloc, which may come from anywhere, is left out.
BEGIN { FS = "\t" }

{
    place[$1] = $5
    name[$1] = $6
    says[$1] = $7
    calls[$1] = $8
    if ($2 != "") read_body($1, $2, $3, $4)
}

function read_body(id, file, first, last,    number, line) {
    while (number < last && (getline line < file) > 0) {
        if (++number < first || line ~ /^ *\/\//) continue
        if (line ~ /(^|[^a-z_])throw [a-z]/ && line !~ /bad_alloc/) throws[id] = name[id]
        if (line ~ /(^|[^a-z_])try [{]/) catches[id] = 1
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
            if ((id in throws) || (id in catches)) continue
            way = way_of(id)
            if (way == "") continue
            throws[id] = way
            grown = 1
        }
    } while (grown)
    for (id in throws) {
        if (place[id] == "") continue
        print (says[id] == "" ? place[id] ": " name[id] ": does not say that it throws: " throws[id] : "ok")
    }
}
