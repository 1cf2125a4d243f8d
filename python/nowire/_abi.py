"""libnowire.so, by ctypes (CPython) or ffi (MicroPython's unix port), with the same names for both.

`lib` has the functions of include/nowire/abi/nowire.h without their prefix. A station is a number, other pointers are
bytes, None (NULL) or the `arg` of a `Block`, times are microseconds. What can fail returns a negative number: `check`
in _chip.py makes an exception of it.

This is the inside of the package: it changes without notice.
"""

import sys

if sys.implementation.name == "micropython":
    from nowire._abi_ffi import Block, lib, text, unpacker, version
else:
    from nowire._abi_ctypes import Block, lib, text, unpacker, version

# Failures (nowire.h). Those from -0x3065 to -0x306d have ESP-IDF's numbers.
NOT_INIT = -0x3065
ARGUMENT = -0x3066
NO_MEMORY = -0x3067
PEER_LIST_FULL = -0x3068
PEER_NOT_FOUND = -0x3069
INTERNAL = -0x306A
PEER_EXISTS = -0x306B
INTERFACE_DOWN = -0x306C
CHANNEL_MISMATCH = -0x306D
TIMEOUT = -0x4E01
PACKET_NUMBERS = -0x4E02
RADIO = -0x4E03
BAD_URL = -0x4E04
REFUSED = -0x4E06
CLOSED = -0x4E07
BUFFER_TOO_SMALL = -0x4E08
INTERRUPTED = -0x4E09
FORKED = -0x4E0A

# What wait() waits for and finds.
MESSAGE = 1
WRITABLE = 2
SENT = 4
OTHER = 8

# Structs: their layout for `struct`, and their sizes.
OPTIONS = "<III"
OPTIONS_SIZE = 12
RING = "<IIII"
RING_SIZE = 16
PEER = "<I6sBBB16s3s"
PEER_SIZE = 32
COUNTERS = "<IIQQQQQ"
COUNTERS_SIZE = 48
SENT_END = "<I6sBB"
SENT_END_SIZE = 12
MESSAGE_SIZE = 32
MESSAGE_REST = "<q6s6sb"  # from offset 8: time, source, destination, rssi

# The interface that this package was written for.
NEEDED = 1
if lib.abi_version() < NEEDED:
    raise OSError(
        95, "nowire: %s has version %d of the interface, and this package needs %d" % (version[0], lib.abi_version(), NEEDED)
    )
