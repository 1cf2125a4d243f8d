"""The library by ctypes: see _abi.py."""

import ctypes
import os
import struct

_P = ctypes.c_void_p
_I = ctypes.c_int32
_U = ctypes.c_uint32
_L = ctypes.c_int64
_S = ctypes.c_char_p

# name: (result, arguments). Those in _quick never wait: they are called without giving up the interpreter's lock.
_functions = {
    "abi_version": (_U, ()),
    "version": (_S, ()),
    "error_text": (_S, ()),
    "error_name": (_S, (_I,)),
    "open": (_I, (_S, _P, _P)),
    "close": (None, (_P,)),
    "set_interface": (_I, (_P, _I, _I)),
    "interface_is_up": (_I, (_P, _I)),
    "address": (_I, (_P, _I, _P)),
    "set_address": (_I, (_P, _I, _P)),
    "channel": (_I, (_P,)),
    "set_channel": (_I, (_P, _I)),
    "set_rate": (_I, (_P, _I)),
    "set_tx_power": (_I, (_P, _I)),
    "set_wake": (_I, (_P, _I, _I)),
    "start": (_I, (_P, _P)),
    "stop": (_I, (_P,)),
    "is_started": (_I, (_P,)),
    "set_pmk": (_I, (_P, _P)),
    "add_peer": (_I, (_P, _P)),
    "modify_peer": (_I, (_P, _P)),
    "remove_peer": (_I, (_P, _P)),
    "get_peer": (_I, (_P, _P, _P)),
    "peers": (_I, (_P, _P, _U)),
    "encrypted_peers": (_I, (_P,)),
    "send": (_I, (_P, _P, _P, _U, _I)),
    "flush": (_I, (_P, _L)),
    "receive": (_I, (_P, _P, _U, _P, _L)),
    "next_size": (_I, (_P,)),
    "clear": (_I, (_P,)),
    "get_counters": (_I, (_P, _P)),
    "keep_sent": (_I, (_P, _I)),
    "next_sent": (_I, (_P, _P)),
    "now": (_L, (_P,)),
    "wait": (_I, (_P, _I, _I, _L)),
    "interrupt": (_I, (_P,)),
    "notify": (_I, (_P, _I)),
    "take_notes": (_I, (_P,)),
    "message_descriptor": (_I, (_P,)),
    "sent_descriptor": (_I, (_P,)),
}
_quick = ("abi_version", "error_text", "error_name", "next_size", "now", "interrupt", "take_notes", "is_started")

# Where the library was found.
version = [""]


def _candidates():
    """Paths and names to try, in this order; a wish by NOWIRE_LIBRARY is the only one."""
    wish = os.environ.get("NOWIRE_LIBRARY")
    if wish:
        return [wish]
    found = []
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib")
    if os.path.isdir(folder):
        found = sorted(name for name in os.listdir(folder) if name.startswith("libnowire.so"))
        found = [os.path.join(folder, name) for name in found[:1]]
    return found + ["libnowire.so.1", "libnowire.so"]


def _load():
    problems = []
    for path in _candidates():
        try:
            # With the interpreter's lock given up during calls, and with it held.
            both = ctypes.CDLL(path), ctypes.PyDLL(path)
            version[0] = path
            return both
        except OSError as e:
            problems.append(str(e))
    raise OSError(2, "nowire: there is no libnowire.so (NOWIRE_LIBRARY may name it): " + "; ".join(problems))


class _Library:
    """The functions, as attributes."""

    def __init__(self):
        slow, quick = _load()
        for name, (result, arguments) in _functions.items():
            try:
                function = getattr(quick if name in _quick else slow, "nowire_" + name)
            except AttributeError:
                raise OSError(95, "nowire: %s has no nowire_%s: it is too old" % (version[0], name)) from None
            function.restype = result
            function.argtypes = arguments
            setattr(self, name, function)
        # receive() for who does not wait: its timeout must be 0.
        self.receive_now = quick.nowire_receive
        self.receive_now.restype = _I
        self.receive_now.argtypes = _functions["receive"][1]


lib = _Library()


class Block:
    """Memory that the library reads and writes: `data` is a bytearray of that many bytes, `arg` what to pass."""

    def __init__(self, size):
        self.data = bytearray(size)
        self._held = (ctypes.c_char * size).from_buffer(self.data)
        self.arg = ctypes.addressof(self._held)


def text(said):
    """A string of the library's as str."""
    return said.decode("utf-8", "replace") if said else ""


def unpacker(layout):
    """A function of (buffer, offset) that unpacks it."""
    return struct.Struct(layout).unpack_from
