"""What nowire.testing needs of the library beside what the chip's modules do. CPython only, and the inside of the package."""

import ctypes
import os
import struct

from nowire import _abi

_more = {
    "air_set_link": (ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_int32, ctypes.c_int32),
    "air_has_radio": (ctypes.c_char_p, ctypes.c_char_p),
    "air_now": (ctypes.c_char_p,),
    "air_program": (ctypes.c_char_p, ctypes.c_uint32),
    "capture_open": (ctypes.c_char_p, ctypes.POINTER(ctypes.c_void_p)),
    "capture_add_key": (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p),
    "capture_next": (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_uint32),
    "capture_close": (ctypes.c_void_p,),
}
_results = {"capture_close": None, "air_now": ctypes.c_int64}
_NO_RSSI = 128
_LINE_ROOM = 1 << 15


def _load():
    library = ctypes.CDLL(_abi.version[0])
    for name, arguments in _more.items():
        function = getattr(library, "nowire_" + name)
        function.argtypes = arguments
        function.restype = _results.get(name, ctypes.c_int32)
        setattr(library, name, function)
    return library


_library = _load()


def _check(result):
    if result < 0:
        name = _abi.text(_abi.lib.error_name(result))
        raise OSError(result, name or _abi.text(_abi.lib.error_text()))
    return result


def set_link(socket, sender, receiver, loss, rssi):
    """`loss` 0 to 1 or None, `rssi` in dBm or None; addresses are bytes."""
    if loss is not None and not 0 <= loss <= 1:
        raise ValueError("a link's loss is 0 to 1")
    millionths = -1 if loss is None else round(loss * 1e6)
    _check(_library.air_set_link(socket.encode(), sender, receiver, millionths, _NO_RSSI if rssi is None else rssi))


def has_radio(socket, name):
    """Whether a radio of this name is on the air."""
    return _check(_library.air_has_radio(socket.encode(), name.encode())) == 1


def air_now(socket):
    """Microseconds since the air began, as the hub says."""
    return _check(_library.air_now(socket.encode()))


def hub_program():
    """The path of nowire-air."""
    path = ctypes.create_string_buffer(4096)
    _check(_library.air_program(path, len(path)))
    return path.value.decode()


def environment():
    """What a process needs to find this package, its library and the hub."""
    parent = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    variables = {"NOWIRE_LIBRARY": _abi.version[0], "NOWIRE_AIR": hub_program()}
    for name, standard in (("PYTHONPATH", ""), ("MICROPYPATH", ".frozen:~/.micropython/lib:/usr/lib/micropython")):
        before = os.environ.get(name) or standard
        variables[name] = parent + (":" + before if before else "")
    return variables


def read_capture(path, keys):
    """The lines of `nowire decode --json`; `keys` are (address, LMK, PMK or None)."""
    capture = ctypes.c_void_p()
    _check(_library.capture_open(os.fspath(path).encode(), ctypes.byref(capture)))
    try:
        for address, lmk, pmk in keys:
            _check(_library.capture_add_key(capture, address, pmk, lmk))
        line = ctypes.create_string_buffer(_LINE_ROOM)
        while _check(_library.capture_next(capture, line, len(line))) > 0:
            yield line.value.decode()
    finally:
        _library.capture_close(capture)


class Station:
    """A station of the library's; times are in microseconds, what fails is an OSError."""

    def __init__(self, url):
        pointer = ctypes.c_void_p()
        options = struct.pack(_abi.OPTIONS, _abi.OPTIONS_SIZE, 1, 0)
        _check(_abi.lib.open(url.encode(), options, ctypes.addressof(pointer)))
        self._station = pointer.value
        self._power = 20
        self._message = _abi.Block(_abi.MESSAGE_SIZE)
        self._payload = _abi.Block(2048)
        self._end = _abi.Block(_abi.SENT_END_SIZE)
        struct.pack_into("<I", self._message.data, 0, _abi.MESSAGE_SIZE)
        struct.pack_into("<I", self._end.data, 0, _abi.SENT_END_SIZE)

    def close(self):
        """No call may begin, and no other thread be in one, any more."""
        if self._station is not None:
            _abi.lib.close(self._station)
            self._station = None

    def now(self):
        return _abi.lib.now(self._station)

    def wait(self, other, timeout):
        """Until the descriptor `other` is readable, or interrupt(), or the time is over; then time stands.

        Returns whether it is over. If it is not, now() may be too early: the air tells the time to whom it wakes."""
        result = _abi.lib.wait(self._station, 0, other, timeout)
        if result == 0:
            return True
        if result != _abi.INTERRUPTED:
            _check(result)
        # It was not the air that woke it, which does not know therefore that there is something to do. Any request that
        # it answers says so.
        self._power = 39 - self._power
        _check(_abi.lib.set_tx_power(self._station, self._power))

        return False

    def wait_for_any(self):
        """Until a message or the end of one may have come, or interrupt() was called."""
        result = _abi.lib.wait(self._station, _abi.MESSAGE | _abi.SENT, -1, -1)
        if result != _abi.INTERRUPTED:
            _check(result)

    def interrupt(self):
        _abi.lib.interrupt(self._station)

    def set_interface(self, up):
        _check(_abi.lib.set_interface(self._station, 0, 1 if up else 0))

    def set_channel(self, number):
        _check(_abi.lib.set_channel(self._station, number))

    def start(self, room):
        _check(_abi.lib.start(self._station, struct.pack(_abi.RING, _abi.RING_SIZE, room, 14, 2)))

    def keep_sent(self):
        """Keeps the ends of what is sent; they interrupt a wait, so that the air knows of it before time goes on."""
        _check(_abi.lib.keep_sent(self._station, 1))
        _check(_abi.lib.notify(self._station, 0))

    def set_pmk(self, pmk):
        _check(_abi.lib.set_pmk(self._station, pmk))

    def _peer(self, address, lmk):
        key = lmk if lmk is not None else bytes(16)
        return struct.pack(_abi.PEER, _abi.PEER_SIZE, address, 0, 0, 1 if lmk is not None else 0, key, bytes(3))

    def add_peer(self, address, lmk=None):
        _check(_abi.lib.add_peer(self._station, self._peer(address, lmk)))

    def modify_peer(self, address, lmk=None):
        _check(_abi.lib.modify_peer(self._station, self._peer(address, lmk)))

    def has_peer(self, address):
        peer = _abi.Block(_abi.PEER_SIZE)
        struct.pack_into("<I", peer.data, 0, _abi.PEER_SIZE)
        result = _abi.lib.get_peer(self._station, address, peer.arg)
        return result != _abi.PEER_NOT_FOUND and _check(result) >= 0

    def send(self, address, payload):
        _check(_abi.lib.send(self._station, address, payload, len(payload), 0))

    def take_messages(self):
        """(source, payload, destination, encrypted, rssi, channel, time in seconds) of all that wait."""
        messages = []
        while True:
            length = _abi.lib.receive(self._station, self._payload.arg, 2048, self._message.arg, 0)
            if length in (_abi.TIMEOUT, _abi.NOT_INIT, _abi.CLOSED):
                return messages
            _check(length)
            time, source, destination, rssi, channel, encrypted = struct.unpack_from("<q6s6sbBB", self._message.data, 8)
            payload = bytes(self._payload.data[:length])
            messages.append((source, payload, destination, encrypted == 1, rssi, channel, time / 1e6))

    def take_ends(self):
        """(address, whether it was delivered) of all that have ended."""
        ends = []
        while _check(_abi.lib.next_sent(self._station, self._end.arg)) == 1:
            _, address, delivered, _ = struct.unpack(_abi.SENT_END, self._end.data)
            ends.append((address, delivered == 1))
        return ends
