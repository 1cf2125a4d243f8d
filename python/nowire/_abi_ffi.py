"""The library by ffi, on MicroPython's unix port: see _abi.py."""

import ffi
import os
import struct

# name: (result, arguments) as ffi writes them.
_functions = {
    "abi_version": ("I", ""),
    "version": ("s", ""),
    "error_text": ("s", ""),
    "error_name": ("s", "i"),
    "open": ("i", "PPP"),
    "close": ("v", "p"),
    "set_interface": ("i", "pii"),
    "interface_is_up": ("i", "pi"),
    "address": ("i", "piP"),
    "set_address": ("i", "piP"),
    "channel": ("i", "p"),
    "set_channel": ("i", "pi"),
    "set_rate": ("i", "pi"),
    "set_tx_power": ("i", "pi"),
    "set_wake": ("i", "pii"),
    "start": ("i", "pP"),
    "stop": ("i", "p"),
    "is_started": ("i", "p"),
    "set_pmk": ("i", "pP"),
    "add_peer": ("i", "pP"),
    "modify_peer": ("i", "pP"),
    "remove_peer": ("i", "pP"),
    "get_peer": ("i", "pPP"),
    "peers": ("i", "pPI"),
    "encrypted_peers": ("i", "p"),
    "send": ("i", "pPPIi"),
    "flush": ("i", "pq"),
    "receive": ("i", "pPIPq"),
    "next_size": ("i", "p"),
    "clear": ("i", "p"),
    "get_counters": ("i", "pP"),
    "keep_sent": ("i", "pi"),
    "next_sent": ("i", "pP"),
    "now": ("q", "p"),
    "wait": ("i", "piiq"),
    "interrupt": ("i", "p"),
    "notify": ("i", "pi"),
    "take_notes": ("i", "p"),
    "message_descriptor": ("i", "p"),
    "sent_descriptor": ("i", "p"),
}

# Where the library was found.
version = [""]


def _exists(path):
    try:
        os.stat(path)
        return True
    except OSError:
        return False


def _candidates():
    wish = os.getenv("NOWIRE_LIBRARY")
    if wish:
        return [wish]
    found = []
    try:
        folder = "/".join(__file__.split("/")[:-1] + ["lib"])
        for name in ("libnowire.so", "libnowire.so.1"):
            if _exists(folder + "/" + name):
                found.append(folder + "/" + name)
    except NameError:
        pass
    return found + ["libnowire.so.1", "libnowire.so"]


def _load():
    problems = []
    for path in _candidates():
        try:
            library = ffi.open(path)
            version[0] = path
            return library
        except OSError as e:
            problems.append("%s: %s" % (path, e))
    raise OSError(2, "nowire: there is no libnowire.so (NOWIRE_LIBRARY may name it): " + "; ".join(problems))


class _Library:
    """The functions, as attributes."""

    def __init__(self):
        library = _load()
        for name in _functions:
            result, arguments = _functions[name]
            setattr(self, name, library.func(result, "nowire_" + name, arguments))
        self.receive_now = self.receive


lib = _Library()


class Block:
    """Memory that the library reads and writes: `data` is a bytearray of that many bytes, `arg` what to pass."""

    def __init__(self, size):
        self.data = bytearray(size)
        self.arg = self.data


def text(said):
    """A string of the library's as str."""
    return said or ""


def unpacker(layout):
    """A function of (buffer, offset) that unpacks it."""

    def unpack(data, offset=0):
        return struct.unpack_from(layout, data, offset)

    return unpack
