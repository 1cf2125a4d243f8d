"""The older ESP-NOW of glenn20's MicroPython, `from esp import espnow`, for programs of 2020 to 2022.

It is another class than that of `import espnow`, on the same chip: a program uses one of them. Times are in milliseconds
on the air's clock. Errors are those of `espnow`: OSError(-12389, 'ESP_ERR_ESPNOW_NOT_INIT').
"""

import _nowire_package
import struct

from nowire import _abi, _chip, _irq, _peer_entries
from nowire._abi import lib
from nowire._chip import chip
from nowire._convert import to_bytes, to_int

_HEADER = 8  # of a message in the ring and in the stream: 0x99, its length, the sender's address
_SPARE = 1
_MAGIC = 0x99
_MAX = 250
_NOTHING = (None, None)
_WAIT = 2000000  # microseconds for the responses of a send

if _chip.on_micropython:
    import io

    _Base = io.IOBase
else:
    _Base = object


def _address(value):
    data = to_bytes(value)
    if len(data) != 6:
        raise ValueError("wrong length")
    return data


def _key(value):
    data = to_bytes(value)
    if len(data) != 16:
        raise ValueError("wrong length")
    return data


class ESPNow(_Base):
    """The chip's ESP-NOW: there is one object, which each call gives."""

    def _begin(self):
        self._rxbuf = 516
        self._timeout = 300000
        self._on_recv = None
        self._free = []  # buffers to receive into: threads and callbacks have their own
        self._result = (bytearray(6), bytearray(_MAX))

    def __repr__(self):
        return "ESPNow(rxbuf=%d, timeout=%d)" % (self._rxbuf, self._timeout)

    def init(self, recv_bufsize=None):
        """Switches ESP-NOW on; recv_bufsize: bytes of the ring. Does nothing where it is on. OSError: no radio."""
        if recv_bufsize is not None:
            self._rxbuf = to_int(recv_bufsize)
        handle = _chip.station()
        if not _chip.is_active():
            ring = _abi.Block(_abi.RING_SIZE)
            struct.pack_into(_abi.RING, ring.data, 0, _abi.RING_SIZE, self._rxbuf, _HEADER, _SPARE)
            _chip.check(lib.start(handle, ring.arg))
        self._watch()

    def deinit(self):
        """Switches it off: its peers and unread messages are gone, on_recv stays."""
        _irq.watch(None)
        if _chip.is_active():
            _chip.check(lib.stop(chip.handle))

    def _watch(self):
        if self._on_recv is not None and _chip.is_active():
            _irq.watch(self._called)
        else:
            _irq.watch(None)

    def _called(self, count):
        if self._on_recv is not None:
            for _ in range(min(count, _irq.DEPTH)):
                _irq.put(self._on_recv, self)

    def config(self, *args, **kwargs):
        """config('rxbuf' | 'timeout' | 'on_recv') gets, config(rxbuf=, timeout=, on_recv=) sets.

        rxbuf: bytes of the ring, from the next init() on. timeout: milliseconds of recv(); negative ones are ignored.
        on_recv: called with this object in the main thread, once for each message that comes; None: nobody.
        ValueError, TypeError: other names, other types.
        """
        rxbuf = to_int(kwargs["rxbuf"]) if "rxbuf" in kwargs else -1
        timeout = to_int(kwargs["timeout"]) if "timeout" in kwargs else -1
        for name in kwargs:
            if name not in ("rxbuf", "timeout", "on_recv"):
                raise ValueError("unknown config param")
        if len(args) > 1:
            raise TypeError("extra positional arguments given")
        if rxbuf >= 0:
            self._rxbuf = rxbuf
        if timeout >= 0:
            self._timeout = timeout
        if "on_recv" in kwargs:
            self._on_recv = kwargs["on_recv"]
            self._watch()
        if not args:
            return None
        if args[0] == "rxbuf":
            return self._rxbuf
        if args[0] == "timeout":
            return self._timeout
        if args[0] == "on_recv":
            return self._on_recv
        raise ValueError("unknown config param")

    def clear(self, sure=None):
        """clear(True) throws away what waits. ValueError: another argument. OSError: not initialised."""
        if sure is not True:
            raise ValueError("arg must be True")
        _chip.check(lib.clear(_chip.need_active()))

    def version(self):
        """@returns 1."""
        return 1

    def set_pmk(self, pmk):
        """Derives the keys of peers that are added from now on with these 16 bytes. ValueError; OSError."""
        key = _key(pmk)
        _chip.check(lib.set_pmk(_chip.need_active(), key))

    # Sending and receiving.

    def send(self, *args):
        """send(mac, msg[, sync=True]) or send(msg): sends 1 to 250 bytes to a peer; a falsy mac: to all.

        sync: waits for the responses, up to 2 s. @returns False where somebody has not acknowledged, else True.
        OSError: not initialised, no such peer and the like. ValueError('Send timeout on synch.'); ValueError: lengths.
        """
        handle = _chip.need_active()
        if len(args) not in (1, 2, 3):
            raise TypeError("function expected at most 4 arguments, got %d" % (len(args) + 1))
        mac, msg = (None, args[0]) if len(args) == 1 else args[:2]
        sync = len(args) < 3 or bool(args[2])
        mac = _address(mac) if mac else None
        msg = to_bytes(msg)
        if len(msg) > _MAX:
            raise _chip.esp_error(_abi.ARGUMENT)
        if not sync:
            _chip.check(lib.send(handle, mac, msg, len(msg), 0))
            return True
        self._flush(handle)
        failures = self.stats()[2]
        _chip.check(lib.send(handle, mac, msg, len(msg), 0))
        self._flush(handle)
        return self.stats()[2] == failures

    def _flush(self, handle):
        result = lib.flush(handle, _WAIT)
        if result == _abi.TIMEOUT:
            raise ValueError("Send timeout on synch.")
        _chip.check(result)

    def _take(self, timeout):
        """Waits that many milliseconds for a message. @returns (address, message), or None."""
        handle = _chip.need_active()
        try:
            slot = self._free.pop()
        except IndexError:
            slot = _abi.Block(1470), _abi.Block(_abi.MESSAGE_SIZE)
        message, meta = slot
        try:
            struct.pack_into("<I", meta.data, 0, _abi.MESSAGE_SIZE)
            microseconds = timeout * 1000
            deadline = _chip.deadline_of(microseconds) if timeout else None
            left = microseconds if deadline is not None or not timeout else -1
            while True:
                n = lib.receive(handle, message.arg, _MAX, meta.arg, left)
                if n >= 0:
                    return bytes(meta.data[16:22]), bytes(message.data[:n])
                if n == _abi.TIMEOUT:
                    return None
                if n == _abi.BUFFER_TOO_SMALL:
                    raise ValueError("Buffer error")
                if n != _abi.INTERRUPTED:
                    raise _chip.error(n)
                _chip.interrupted()
                if timeout:
                    left = _chip.left_until(deadline)
        finally:
            self._free.append(slot)

    def _milliseconds(self, timeout):
        return self._timeout if timeout is None else to_int(timeout)

    def recv(self, timeout=None):
        """Waits for a message. @returns (mac, msg), both bytes, or (None, None). OSError: not initialised."""
        _chip.need_active()
        found = self._take(self._milliseconds(timeout))
        return _NOTHING if found is None else found

    def irecv(self, timeout=None):
        """The same: always this tuple of two bytearrays; (None, None) where nothing came, and then the second one's
        length is 0."""
        _chip.need_active()
        found = self._take(self._milliseconds(timeout))
        if found is None:
            self._result[1][:] = b""
            return _NOTHING
        self._result[0][:] = found[0]
        self._result[1][:] = found[1]
        return self._result

    def __iter__(self):
        return self

    def __next__(self):
        if not _chip.is_active():
            raise StopIteration
        return self.irecv()

    def poll(self):
        """@returns whether a message waits. OSError: not initialised."""
        return _chip.check(lib.next_size(_chip.need_active())) > 0

    def stats(self):
        """@returns (sent, responses, failures, received, dropped), counted since the program began."""
        if chip.handle is None:
            return (0, 0, 0, 0, 0)
        block = _abi.Block(_abi.COUNTERS_SIZE)
        struct.pack_into("<I", block.data, 0, _abi.COUNTERS_SIZE)
        _chip.check(lib.get_counters(chip.handle, block.arg))
        return tuple(struct.unpack_from(_abi.COUNTERS, block.data, 0)[2:])

    # Peers.

    def add_peer(self, mac, lmk=None, channel=None, ifidx=None, encrypt=None):
        """Registers a peer: lmk of 16 bytes, channel, interface (network.STA_IF or AP_IF), encrypt.

        OSError: not initialised; ESP_ERR_ESPNOW_EXIST, _FULL, _ARG. ValueError('wrong length'); TypeError.
        """
        self._set_peer(lib.add_peer, _address(mac), [bytes(16), 0, 0, False], lmk, channel, ifidx, encrypt)

    def mod_peer(self, mac, lmk=None, channel=None, ifidx=None, encrypt=None):
        """Changes what add_peer() said; None leaves it. OSError: ESP_ERR_ESPNOW_NOT_FOUND besides."""
        mac = _address(mac)
        self._set_peer(lib.modify_peer, mac, list(self.get_peer(mac)[1:]), lmk, channel, ifidx, encrypt)

    def _set_peer(self, function, mac, info, lmk, channel, ifidx, encrypt):
        if lmk is not None:
            info[3] = bool(lmk)
            if lmk:
                info[0] = _key(lmk)
        if channel is not None:
            info[1] = to_int(channel)
        if ifidx is not None:
            info[2] = to_int(ifidx)
        if encrypt is not None:
            info[3] = bool(encrypt)
        handle = _chip.need_active()
        block = _peer_entries.peer_block(mac, info[0], info[1], info[2], info[3])
        result = function(handle, block.arg)
        _peer_entries.wipe(block)
        _chip.check(result)

    def get_peer(self, mac):
        """@returns (mac, lmk, channel, ifidx, encrypt). OSError: not initialised; ESP_ERR_ESPNOW_NOT_FOUND."""
        return _peer_entries.get_peer(_address(mac))

    def get_peers(self):
        """@returns a tuple of what get_peer() gives, groups left out. OSError: not initialised."""
        return tuple([self.get_peer(mac) for mac in _peer_entries.peers() if not mac[0] & 1])

    def peer_count(self):
        """@returns (number of peers, of those encrypted). OSError: not initialised."""
        handle = _chip.need_active()
        return _chip.check(lib.peers(handle, None, 0)), _chip.check(lib.encrypted_peers(handle))

    def del_peer(self, mac):
        """Removes a peer. OSError: not initialised; ESP_ERR_ESPNOW_NOT_FOUND."""
        _chip.check(lib.remove_peer(_chip.need_active(), _address(mac)))

    # The stream of packets: 0x99, length, address, message.

    def _packet(self):
        found = self._take(0)
        return None if found is None else bytes((_MAGIC, len(found[1]))) + found[0] + found[1]

    def _read(self, room, packets):
        """Packets that fit into that many bytes, at most so many; None: nothing waits."""
        handle = _chip.need_active()
        got = []
        while len(got) < packets:
            size = _chip.check(lib.next_size(handle))
            if size == 0:
                break
            if room is not None and size + _HEADER > room:
                if not got:
                    raise ValueError("ESP-Now: Buffer too small")
                break
            packet = self._packet()
            if packet is None:
                break
            got.append(packet)
            if room is not None:
                room -= len(packet)
        return b"".join(got) if got else None

    def read(self, size=-1):
        """@returns all packets that wait, of which each is whole, in up to `size` bytes; None: none waits.

        ValueError('ESP-Now: Buffer too small'): `size` is less than the first one. OSError: not initialised.
        """
        return self._read(None if size is None or size < 0 else size, 1 << 30)

    def read1(self, size=-1):
        """The same of one packet; without a size of all."""
        if size is None or size < 0:
            return self._read(None, 1 << 30)
        return self._read(size, 1)

    def readinto(self, buffer):
        """Reads as many whole packets as fit. @returns how many bytes; None: none waits. ValueError, as read()."""
        return self._into(buffer, self._read(len(buffer), 1 << 30))

    def readinto1(self, buffer):
        """The same of one packet."""
        return self._into(buffer, self._read(len(buffer), 1))

    def _into(self, buffer, packets):
        if packets is None:
            return None
        memoryview(buffer)[: len(packets)] = packets
        return len(packets)

    def write(self, data):
        """Sends a sequence of packets without waiting. @returns how many bytes.

        ValueError('ESP-Now: Bad packet'); ValueError('ESP-Now: Buffer too small for packet'). OSError: send()'s.
        """
        handle = _chip.need_active()
        data = to_bytes(data)
        at = 0
        while at < len(data):
            if data[at] != _MAGIC:
                raise ValueError("ESP-Now: Bad packet")
            if len(data) < at + _HEADER or len(data) < at + _HEADER + data[at + 1]:
                raise ValueError("ESP-Now: Buffer too small for packet")
            length = data[at + 1]
            mac, msg = data[at + 2 : at + 8], data[at + 8 : at + 8 + length]
            _chip.check(lib.send(handle, mac, msg, length, 0))
            at += _HEADER + length
        return at

    def fileno(self):
        """For select.poll() and selectors: readable while a message waits. OSError: not initialised."""
        return _chip.check(lib.message_descriptor(_chip.need_active()))

    def _is_on(self):
        return _chip.is_active()

    def ioctl(self, request, argument):
        """MicroPython's polling: request 3 gives those of the flags `argument` that are so. OSError: not initialised."""
        if request != 3:
            return 0 if request == 4 else -22
        handle = _chip.need_active()
        found = lib.wait(handle, _abi.MESSAGE | _abi.WRITABLE, -1, 0)
        if found == _abi.INTERRUPTED:
            _chip.interrupted()
            found = lib.wait(handle, _abi.MESSAGE | _abi.WRITABLE, -1, 0)
        flags = 0
        if found > 0:
            flags = (1 if found & _abi.MESSAGE else 0) | (4 if found & _abi.WRITABLE else 0)
        return flags & argument


_only = []


def _the_object(*cls):
    if not _only:
        _only.append(object.__new__(ESPNow) if cls else ESPNow())
        _only[0]._begin()
    return _only[0]


if not _chip.on_micropython:
    # There a class of io's cannot choose what it makes, so a function is what programs call.
    ESPNow.__new__ = _the_object


class _Module:
    """What `from esp import espnow` gives."""

    ESPNow = staticmethod(_the_object) if _chip.on_micropython else ESPNow
    MAX_DATA_LEN = _MAX
    KEY_LEN = 16
    ADDR_LEN = 6
    ETH_ALEN = 6
    MAX_TOTAL_PEER_NUM = 20
    MAX_ENCRYPT_PEER_NUM = 6


espnow = _Module


def osdebug(level):
    """Does nothing: there is no log of the system's."""
