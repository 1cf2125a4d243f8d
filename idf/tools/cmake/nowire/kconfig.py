"""Reads the Kconfig files of an ESP-IDF project and writes its configuration as a C header and as CMake variables.

What the project's own files define is taken from them. Of ESP-IDF's options, whose Kconfig files are not here, those are
known that nowire's own Kconfig or sdkconfig.h has; others are taken as the project's files of values have them.
"""

import argparse
import glob
import os
import re
import sys

import kconfiglib

# What ESP-IDF's examples take the range of pins from. Here a pin is nothing but a number.
PINS = {"ENV_GPIO_RANGE_MIN": "0", "ENV_GPIO_RANGE_MAX": "48", "ENV_GPIO_IN_RANGE_MAX": "48",
        "ENV_GPIO_OUT_RANGE_MAX": "48"}
HEADER = "Written from the project's Kconfig files and values; what is changed here is lost."


class Refusal(Exception):
    """The configuration cannot be made; the text says why and where."""


class Value:
    """A line CONFIG_X=value of a file."""

    def __init__(self, name, text, place):
        self.name, self.text, self.place = name, text, place

    def plain(self):
        """Without the quotes that strings have."""
        if len(self.text) > 1 and self.text[0] == self.text[-1] == '"':
            return kconfiglib.unescape(self.text[1:-1])
        return self.text

    def type(self):
        if self.text in ("y", "n", ""):
            return "bool"
        if re.fullmatch(r"[-+]?[0-9]+", self.text):
            return "int"
        return "hex" if re.fullmatch(r"0[xX][0-9a-fA-F]+", self.text) else "string"


def read_values(path):
    values = []
    with open(path, encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            line = line.strip()
            unset = re.fullmatch(r"# CONFIG_(\w+) is not set", line)
            if unset:
                values.append(Value(unset[1], "n", f"{path}:{number}"))
            elif line and not line.startswith("#"):
                assigned = re.fullmatch(r"CONFIG_(\w+)\s*=\s*(.*)", line)
                if not assigned:
                    raise Refusal(f"{path}:{number}: \"{line}\" is no line like CONFIG_X=value")
                values.append(Value(assigned[1], assigned[2], f"{path}:{number}"))
    return values


def read_standard(path):
    """The options of nowire's own sdkconfig.h that have a value there. A 1 is taken for a yes."""
    options = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            found = re.match(r"\s*#\s*define\s+CONFIG_(\w+)\s+(\"(?:[^\"\\]|\\.)*\"|[-+0-9]\w*)", line)
            if found and found[1] not in options:
                text = "y" if found[2] == "1" else found[2]
                options[found[1]] = Value(found[1], text, path)
    return options


def quoted(text):
    return '"' + kconfiglib.escape(text) + '"'


def source(path):
    return "source " + quoted(glob.escape(path)) + "\n"


def parse(folder, text):
    path = os.path.join(folder, "Kconfig")
    with open(path, "w", encoding="utf-8") as top:
        top.write(text)
    try:
        return kconfiglib.Kconfig(path, warn_to_stderr=False)
    except kconfiglib.KconfigError as wrong:
        raise Refusal(str(wrong)) from wrong


def defined_elsewhere(kconf, standard, values, target):
    """Kconfig for the options that are not the project's: of nowire's sdkconfig.h, or of a file of values alone."""
    own = {symbol.name for symbol in kconf.unique_defined_syms}
    last = {value.name: value for value in values}
    chips = {name for name in {**standard, **last} if re.fullmatch(r"IDF_TARGET_(ESP\w+|LINUX)", name)}
    given = {name: Value(name, "n", "") for name in chips}
    given.update({name: Value(name, number, "") for name, number in PINS.items()})
    given["IDF_TARGET"] = Value("IDF_TARGET", quoted(target), "")
    given["IDF_TARGET_" + target.upper()] = Value("IDF_TARGET_" + target.upper(), "y", "")
    text = ""
    for name in sorted({**standard, **last, **given}):
        if name in own:
            continue
        option = given.get(name) or standard.get(name) or Value(name, "n", "")
        kind = option.type()
        if name in last and kind == "bool" and last[name].text not in ("y", "n", ""):
            kind = last[name].type()
            option = Value(name, "1" if option.text == "y" else last[name].text, "")
        default = quoted(option.plain()) if kind == "string" else option.text or "n"
        prompt = "" if name in given else f" {quoted(name)}"
        text += f"config {name}\n\t{kind}{prompt}\n\tdefault {default}\n"
    return text


def why_not(symbol, value):
    """Why a symbol does not have the value that it was given."""
    if not any(node.prompt for node in symbol.nodes):
        return "it follows from other options and cannot be set"
    if not kconfiglib.expr_value(symbol.direct_dep):
        return f"it depends on {kconfiglib.expr_str(symbol.direct_dep)}, which is not so"
    if symbol.orig_type in (kconfiglib.INT, kconfiglib.HEX):
        for low, high, condition in symbol.ranges:
            if kconfiglib.expr_value(condition):
                return f"it is from {low.str_value} to {high.str_value}"
    return f"it is {symbol.str_value}"


def apply(kconf, values, firmly):
    """Gives the symbols their values. @returns what is wrong with them."""
    complaints = []
    for value in values:
        symbol = kconf.syms[value.name]
        if not symbol.set_value(value.plain()) and not (symbol.choice and value.text == "n"):
            kind = kconfiglib.TYPE_TO_STR[symbol.orig_type]
            complaints.append(f"{value.place}: CONFIG_{value.name}={value.text}: it is of the type {kind}")
    for value in {value.name: value for value in values}.values():
        symbol = kconf.syms[value.name]
        if symbol.user_value is None or symbol.choice and (not firmly or value.text == "n"):
            continue
        wanted = symbol.user_value
        is_so = symbol.tri_value == wanted if isinstance(wanted, int) else same(symbol, wanted)
        # What depends on something that is off is usually of another chip, or was left over.
        if not is_so and (firmly or kconfiglib.expr_value(symbol.direct_dep)):
            complaints.append(f"{value.place}: CONFIG_{value.name}={value.text} has no effect: {why_not(symbol, value)}")
    return complaints


def same(symbol, wanted):
    if symbol.orig_type == kconfiglib.STRING:
        return symbol.str_value == wanted
    try:
        return int(symbol.str_value, 0) == int(wanted, 0)
    except ValueError:
        return symbol.str_value == wanted


def value_of(symbol):
    """Its value, or None where it has none: what is off is not defined."""
    if not symbol.config_string:
        return None
    if symbol.orig_type in (kconfiglib.BOOL, kconfiglib.TRISTATE):
        return "y" if symbol.tri_value else None
    return symbol.str_value


def write_if_changed(path, text):
    """A header that is as it was lets nothing be compiled anew."""
    try:
        with open(path, encoding="utf-8") as before:
            if before.read() == text:
                return
    except OSError:
        pass
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def write_header(path, kconf, standard):
    text = f"/* {HEADER} */\n#pragma once\n"
    undefined = ""
    for symbol in kconf.unique_defined_syms:
        value = value_of(symbol)
        if value is None:
            if symbol.name in standard:
                undefined += f"#undef CONFIG_{symbol.name}\n"
        elif symbol.orig_type == kconfiglib.STRING:
            text += f"#define CONFIG_{symbol.name} {quoted(value)}\n"
        elif symbol.orig_type == kconfiglib.HEX and not value.lower().startswith("0x"):
            text += f"#define CONFIG_{symbol.name} 0x{value}\n"
        else:
            text += f"#define CONFIG_{symbol.name} {'1' if value == 'y' else value}\n"
    write_if_changed(path, text + "#include_next <sdkconfig.h>\n" + undefined)


def write_cmake(path, kconf):
    text = f"# {HEADER}\n"
    for symbol in kconf.unique_defined_syms:
        value = value_of(symbol) or ""
        text += f"set(CONFIG_{symbol.name} \"" + re.sub(r'([\\"$;])', r"\\\1", value) + "\")\n"
    write_if_changed(path, text)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", required=True, help="folder for sdkconfig.h, sdkconfig.cmake and sdkconfig")
    parser.add_argument("--target", required=True, help="the chip: esp32")
    parser.add_argument("--standard", required=True, help="nowire's own sdkconfig.h")
    parser.add_argument("--kconfig", action="append", default=[], help="a component's Kconfig")
    parser.add_argument("--projbuild", action="append", default=[], help="a component's Kconfig.projbuild")
    parser.add_argument("--nowire-kconfig", action="append", default=[], help="nowire's own Kconfig")
    parser.add_argument("--values", action="append", default=[], help="file of values; later ones win")
    parser.add_argument("--set", help="file of values that win over all and must take effect")
    options = parser.parse_args()

    os.makedirs(options.output, exist_ok=True)
    standard = read_standard(options.standard)
    values = [value for path in options.values for value in read_values(path)]
    firm = read_values(options.set) if options.set else []
    for value in firm:
        value.place = "--set"

    text = 'mainmenu "ESP-IDF project"\n' + "".join(source(path) for path in options.projbuild)
    text += 'menu "Component config"\n' + "".join(source(path) for path in options.kconfig) + "endmenu\n"
    text += "".join(source(path) for path in options.nowire_kconfig)
    elsewhere = defined_elsewhere(parse(options.output, text), standard, values + firm, options.target)
    rest = os.path.join(options.output, "Kconfig.esp_idf")
    with open(rest, "w", encoding="utf-8") as file:
        file.write(elsewhere)
    kconf = parse(options.output, text + source(rest))

    known = {symbol.name for node in kconf.node_iter() for symbol in [node.item]
             if isinstance(symbol, kconfiglib.Symbol) and node.filename != rest}
    notes = [f"--set: CONFIG_{value.name} is no option of the project or of nowire: it is set all the same"
             for value in firm if value.name not in known and value.name not in standard]
    notes += apply(kconf, [value for value in values if value.name != "IDF_TARGET"
                           and not value.name.startswith("IDF_TARGET_ESP")], firmly=False)
    wrong = apply(kconf, firm, firmly=True)
    if wrong:
        raise Refusal("\n".join(wrong))
    write_header(os.path.join(options.output, "sdkconfig.h"), kconf, standard)
    write_cmake(os.path.join(options.output, "sdkconfig.cmake"), kconf)
    kconf.write_config(os.path.join(options.output, "sdkconfig"), save_old=False)
    files = sorted({os.path.abspath(path) for path in kconf.kconfig_filenames}
                   - {os.path.abspath(rest), os.path.abspath(os.path.join(options.output, "Kconfig"))})
    write_if_changed(os.path.join(options.output, "kconfig_files.txt"), "".join(path + "\n" for path in files))
    for note in notes:
        print(note, file=sys.stderr)


if __name__ == "__main__":
    try:
        main()
    except (Refusal, OSError) as problem:
        sys.exit(str(problem))
